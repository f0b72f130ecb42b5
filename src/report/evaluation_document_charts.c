/* SPDX-License-Identifier: Apache-2.0 */
/* Charts as add_chart() calls them: what is drawn, and how it looks. */
#include "report/evaluation_document_parts.h"

enum err draw_gauge(struct arena *arena, const void *what, const struct series_look *look,
	struct chart *ret_chart)
{
	struct gauge gauge = *(const struct gauge *)what;
	gauge.look = *look;
	return gauge_build(arena, &gauge, ret_chart);
}

enum err draw_pairs(struct arena *arena, const void *what, const struct series_look *look,
	struct chart *ret_chart)
{
	struct pairs pairs = *(const struct pairs *)what;
	pairs.look = *look;
	return pairs_build(arena, &pairs, ret_chart);
}

enum err draw_weeks(struct arena *arena, const void *what, const struct series_look *look,
	struct chart *ret_chart)
{
	struct week_line line = *(const struct week_line *)what;
	line.look = *look;
	return week_line_build(arena, &line, ret_chart);
}

enum err draw_tiles(struct arena *arena, const void *what, const struct series_look *look,
	struct chart *ret_chart)
{
	struct tile_map map = *(const struct tile_map *)what;
	map.look = *look;
	return tile_map_build(arena, &map, ret_chart);
}

enum err draw_health(struct arena *arena, const void *what, const struct series_look *look,
	struct chart *ret_chart)
{
	struct health_chart health = *(const struct health_chart *)what;
	health.look = *look;
	return health_chart_build(arena, &health, ret_chart);
}
