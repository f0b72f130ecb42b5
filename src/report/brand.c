/* SPDX-License-Identifier: Apache-2.0 */
#include "report/brand.h"

void brand_mark(
	struct picture *p, struct point at, double unit, struct paint dots, struct paint sweep)
{
	static const struct point grid[] = {
		{6, 6}, {14.5, 6}, {23, 6}, {6, 14.5}, {14.5, 14.5}, {6, 23}};
	static const double radius = 2.8;
	static const struct point sweep_shape[] = {
		{34, 10}, {31, 25}, {22, 33}, {4, 34}, {17, 30}, {25, 24}, {28, 10}};
	struct point shape[sizeof(sweep_shape) / sizeof(sweep_shape[0])];
	for (size_t i = 0; i < sizeof(grid) / sizeof(grid[0]); i++)
		picture_dot(p, (struct point){at.x + grid[i].x * unit, at.y + grid[i].y * unit},
			radius * unit, dots);
	for (size_t i = 0; i < sizeof(shape) / sizeof(shape[0]); i++)
		shape[i] = (struct point){
			at.x + sweep_shape[i].x * unit, at.y + sweep_shape[i].y * unit};
	picture_shape(p, shape, 2, sweep);
}
