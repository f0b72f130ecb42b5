/* SPDX-License-Identifier: Apache-2.0 */
#include "report/chart.h"

#include <math.h>

bool chart_point_drawn(struct point p)
{
	return isfinite(p.x) && isfinite(p.y) && fabs(p.x) <= CHART_FARTHEST &&
	       fabs(p.y) <= CHART_FARTHEST;
}

double chart_text_width(struct str text, double size)
{
	/* Of Open Sans, Segoe UI, Roboto and DejaVu Sans the last is the widest: .636 a digit. */
	static const double digit = .64;
	static const double point = .35;
	double width = 0;
	while (text.size > 0) {
		size_t length = utf8_length(text);
		bool narrow = length == 1 && strchr(" .,:;/|'ijl1I()", text.data[0]);
		width += size * (narrow && text.data[0] != '1' ? point : digit);
		length = length ? length : 1;
		text = (struct str){text.data + length, text.size - length};
	}
	return width;
}
