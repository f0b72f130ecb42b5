/* SPDX-License-Identifier: Apache-2.0 */
#include "report/social_picture.h"

#include <math.h>

#include "report/brand.h"
#include "report/series_chart.h"
#include "text/text.h"

enum {
	MEMORY = 1 << 20,
	TEXT_BYTES = 500
};

/* Left: who and what, on paper. Right: the figure, on a deep green that a sweep cuts out. */
static const double margin = 72;
static const double words_width = 570;
static const double call_width = 620;
static const double panel_left = 800;
static const double panel_width = 336;

struct social {
	struct picture *picture;
	struct arena arena;
	enum lang lang;
	const struct site_identity *identity;
	const struct site_series *series; /* NULL: no figure */
	struct series_values values;
	struct series_facts facts;
};

/* --- ground --- */

static void draw_ground(struct social *s)
{
	/* Its edge runs as the mark's sweep does. */
	static const struct point panel[] = {{SOCIAL_WIDTH, 0}, {SOCIAL_WIDTH, 0}, {772, 0},
		{772, 0}, {772, 300}, {716, 480}, {612, SOCIAL_HEIGHT}, {612, SOCIAL_HEIGHT},
		{SOCIAL_WIDTH, SOCIAL_HEIGHT}, {SOCIAL_WIDTH, SOCIAL_HEIGHT}};
	picture_box(s->picture, (struct box){0, 0, SOCIAL_WIDTH, SOCIAL_HEIGHT}, 0,
		(struct paint){BRAND_PAPER, 1});
	picture_shape(s->picture, panel, 3, (struct paint){BRAND_DEEP, 1});
}

/* Dots not swept yet, in the corner the sweep comes from. */
static void draw_grid(struct social *s)
{
	static const double apart = 46;
	static const int across = 4;
	for (int row = 0; row < across; row++)
		for (int column = 0; column < across - row; column++)
			picture_dot(s->picture,
				(struct point){
					SOCIAL_WIDTH - 28 - column * apart, 28 + row * apart},
				13, (struct paint){BRAND_LIGHT, .1});
}

/* --- words --- */

static void draw_name(struct social *s)
{
	static const double unit = 1.75;
	const struct lettering name = {.size = 40, .bold = true, .colour = BRAND_DEEP};
	brand_mark(s->picture, (struct point){margin - 4, 58}, unit,
		(struct paint){BRAND_GREEN, .4}, (struct paint){BRAND_GREEN, 1});
	picture_text(s->picture, (struct point){margin + 76, 106}, &name, STR("Quét Sạch"));
}

static void draw_claim(struct social *s)
{
	const struct lettering claim = {.size = 56,
		.leading = 74,
		.bold = true,
		.colour = BRAND_DEEP,
		.width = words_width};
	const struct lettering call = {
		.size = 27, .leading = 40, .colour = BRAND_SOFT, .width = call_width};
	double y = picture_text(s->picture, (struct point){margin, 228}, &claim,
		text(s->lang, MESSAGE_SOCIAL_CLAIM));
	picture_text(s->picture, (struct point){margin, y + 58}, &call,
		text(s->lang, MESSAGE_SOCIAL_CALL));
}

/* "quetsach.example" of "https://quetsach.example". */
static struct str host_of(struct str address)
{
	struct str scheme = STR("https://");
	if (!str_starts(address, scheme))
		return address;
	return (struct str){address.data + scheme.size, address.size - scheme.size};
}

/* The page's one action: where to go. A long address is written smaller. */
static void draw_action(struct social *s)
{
	static const double widest = 470;
	static const double height = 68;
	static const double top = 508;
	struct str host = host_of(s->identity->address);
	struct str words = host.size > 0 ? host : text(s->lang, MESSAGE_SOCIAL_CHECK);
	struct lettering how = {.size = 29, .bold = true, .colour = BRAND_ACT_INK};
	double width = picture_text_width(s->picture, &how, words);
	if (width > widest) {
		how.size *= widest / width;
		width = widest;
	}
	picture_box(s->picture, (struct box){margin, top, margin + width + 72, top + height},
		height, (struct paint){BRAND_ACT, 1});
	picture_text(s->picture, (struct point){margin + 36, top + height / 2 + how.size * .36},
		&how, words);
}

/* --- figure --- */

static struct str day_words(struct social *s, struct writer *w)
{
	uint8_t bytes[32];
	struct writer day = {.data = bytes, .capacity = sizeof(bytes), .limit = sizeof(bytes)};
	text_date(&day, s->lang, series_date(&s->values, s->facts.last));
	text_write(w, s->lang, MESSAGE_SOCIAL_DAY,
		&(struct text_arg){STR("day"), writer_view_str(&day)}, 1);
	return writer_view_str(w);
}

/* As large as fits: 10^12 has 17 characters. */
static double draw_number(struct social *s, double y)
{
	uint8_t bytes[48];
	struct writer w = {.data = bytes, .capacity = sizeof(bytes), .limit = sizeof(bytes)};
	struct lettering how = {.size = 68, .bold = true, .colour = BRAND_PAPER};
	text_number(&w, s->lang, (uint64_t)s->facts.latest);
	double width = picture_text_width(s->picture, &how, writer_view_str(&w));
	if (width > panel_width)
		how.size *= panel_width / width;
	return picture_text(s->picture, (struct point){panel_left, y}, &how, writer_view_str(&w));
}

static enum err draw_line(struct social *s, double top)
{
	static const double enlarged = 1.4;
	const struct chart_paints paints = {.tones = {[CHART_MAIN] = BRAND_LIGHT,
						    [CHART_ACCENT] = BRAND_ACT,
						    [CHART_SEEN] = BRAND_ACT,
						    [CHART_SOFT] = BRAND_PALE,
						    [CHART_INK] = BRAND_PAPER},
		.paper = BRAND_DEEP,
		.faint = BRAND_GREEN};
	const struct series_look look = {
		.lang = s->lang, .width = panel_width / enlarged, .height = 132, .text_size = 13.5};
	struct chart chart;
	TRY(sparkline_build(&s->arena, &s->values, &look, &chart));
	picture_chart(s->picture, (struct point){panel_left, top}, enlarged, &paints, &chart);
	return E_OK;
}

static void draw_simulated(struct social *s)
{
	static const double height = 44;
	static const double top = 66;
	const struct lettering how = {.size = 21, .bold = true, .colour = BRAND_ACT_INK};
	struct str words = text(s->lang, MESSAGE_SOCIAL_SIMULATED);
	double width = picture_text_width(s->picture, &how, words);
	picture_box(s->picture,
		(struct box){panel_left, top, panel_left + width + 40, top + height}, 8,
		(struct paint){BRAND_ACT, 1});
	picture_text(
		s->picture, (struct point){panel_left + 20, top + height / 2 + 7.5}, &how, words);
}

static enum err draw_figure(struct social *s)
{
	const struct lettering label = {
		.size = 25, .leading = 36, .colour = BRAND_PALE, .width = panel_width};
	uint8_t bytes[TEXT_BYTES];
	struct writer w = {.data = bytes, .capacity = sizeof(bytes), .limit = sizeof(bytes)};
	if (s->series->simulated)
		draw_simulated(s);
	double y = picture_text(s->picture, (struct point){panel_left, 166}, &label,
		text(s->lang, MESSAGE_SOCIAL_FIGURE));
	y = draw_number(s, y + 86);
	picture_text(s->picture, (struct point){panel_left, y + 44}, &label, day_words(s, &w));
	return draw_line(s, 384);
}

static void draw_large_mark(struct social *s)
{
	static const double unit = 9;
	brand_mark(s->picture, (struct point){panel_left + 6, 148}, unit,
		(struct paint){BRAND_LIGHT, .45}, (struct paint){BRAND_LIGHT, 1});
}

/* --- all of it --- */

static enum err draw(struct social *s)
{
	draw_ground(s);
	draw_name(s);
	draw_claim(s);
	draw_action(s);
	if (s->series) {
		draw_grid(s);
		return draw_figure(s);
	}
	draw_large_mark(s);
	return E_OK;
}

enum err social_picture(const struct site_identity *identity, const struct site_series *series,
	enum lang lang, struct writer *png)
{
	struct social s = {.lang = lang, .identity = identity};
	if (series) {
		s.values = series_values(series, false);
		s.series = series_facts(&s.values, &s.facts) ? series : NULL;
	}
	TRY(picture_new(SOCIAL_WIDTH, SOCIAL_HEIGHT, &s.picture));
	arena_init(&s.arena, MEMORY);
	enum err err = draw(&s);
	if (err == E_OK)
		err = picture_write_png(s.picture, png);
	arena_release(&s.arena);
	picture_free(s.picture);
	return err;
}
