/* SPDX-License-Identifier: Apache-2.0 */
#include "report/chart_parts.h"

#include <math.h>

#include "report/series_plot.h"

static const double usual_text = 13;
static const double narrow_text = 15;
static const double cap = 4;         /* of a whisker, to each side */
static const double hatch_apart = 7; /* from line to line */
static const double key_sign = 22;   /* room of a sign, its distance to the label included */
static const double key_apart = 18;  /* from item to item */
static const double key_line = 1.7;  /* of the text's size */

enum {
	NUMBER_BYTES = 64,
	HATCHES = 400
};

bool plot_narrow(const struct series_look *look)
{
	return look->width < CHART_NARROW;
}

void plot_look(struct plot *p, const struct series_look *look)
{
	p->width = look->width;
	p->text_size = plot_narrow(look) ? narrow_text : usual_text;
	if (look->text_size > 0)
		p->text_size = look->text_size;
}

/* --- words --- */

static struct str first_letter(struct str text)
{
	size_t length = utf8_length(text);
	return (struct str){text.data, length ? length : 1};
}

struct str plot_cut(struct plot *p, struct str text, double size, double room)
{
	static const struct str more = STR_INIT("…");
	if (chart_text_width(text, size) <= room)
		return text;
	struct str kept = {text.data, 0};
	double width = chart_text_width(more, size);
	while (kept.size < text.size) {
		struct str letter =
			first_letter((struct str){text.data + kept.size, text.size - kept.size});
		width += chart_text_width(letter, size);
		if (width > room)
			break;
		kept.size += letter.size;
	}
	kept = str_trim(kept);
	return kept.size > 0 ? plot_join(p, kept, more) : kept;
}

struct str plot_join(struct plot *p, struct str first, struct str second)
{
	char *bytes = arena_alloc(p->arena, first.size + second.size + 1, 1);
	if (!bytes) {
		p->err = E_NOMEM;
		return STR("");
	}
	memcpy(bytes, first.data, first.size);
	memcpy(bytes + first.size, second.data, second.size);
	return (struct str){bytes, first.size + second.size};
}

static struct writer number_writer(uint8_t *bytes)
{
	return (struct writer){.data = bytes, .capacity = NUMBER_BYTES, .limit = NUMBER_BYTES};
}

struct str plot_decimal(struct plot *p, enum lang lang, double value, unsigned decimals)
{
	uint8_t bytes[NUMBER_BYTES];
	struct writer w = number_writer(bytes);
	text_decimal(&w, lang, value, decimals);
	return plot_keep(p, &w);
}

struct str plot_percent(struct plot *p, enum lang lang, double share, unsigned decimals)
{
	uint8_t bytes[NUMBER_BYTES];
	struct writer w = number_writer(bytes);
	text_percent(&w, lang, share, decimals);
	return plot_keep(p, &w);
}

struct str plot_count(struct plot *p, enum lang lang, double value)
{
	bool whole = fabs(value) >= 100 || value == floor(value);
	return plot_decimal(p, lang, value, whole ? 0 : 1);
}

/* --- marks --- */

static void add_shape(struct plot *p, const struct point *from, size_t count, struct mark like)
{
	struct point *points = plot_points(p, count);
	if (!points)
		return;
	memcpy(points, from, count * sizeof(*points));
	like.points = points;
	like.count = count;
	plot_add(p, like);
}

void plot_bar(struct plot *p, struct box box, struct mark like)
{
	const struct point corners[] = {{box.left, box.top}, {box.right, box.bottom}};
	like.kind = MARK_BAR;
	add_shape(p, corners, 2, like);
}

void plot_dot(struct plot *p, struct point at, struct mark like)
{
	like.kind = MARK_DOT;
	add_shape(p, &at, 1, like);
}

void plot_triangle(struct plot *p, struct point tip, double size, struct mark like)
{
	const struct point corners[] = {tip, {tip.x + size / 2, tip.y + size * .87},
		{tip.x - size / 2, tip.y + size * .87}};
	like.kind = MARK_SHAPE;
	add_shape(p, corners, 3, like);
}

void plot_whisker(struct plot *p, double from, double to, double y, struct mark like)
{
	const struct point points[] = {{from, y - cap}, {from, y + cap}, {NAN, NAN}, {from, y},
		{to, y}, {NAN, NAN}, {to, y - cap}, {to, y + cap}};
	like.kind = MARK_LINE;
	add_shape(p, points, sizeof(points) / sizeof(points[0]), like);
}

/* Lines on which x + y is the same, from the lower left edge to the upper right one. */
void plot_hatch(struct plot *p, struct box box, enum chart_tone tone)
{
	double height = box.bottom - box.top;
	double along = box.right - box.left + height;
	double lines = ceil(along / hatch_apart);
	if (!(lines >= 1 && lines <= HATCHES))
		return;
	struct point *points = plot_points(p, 3 * (size_t)lines);
	if (!points)
		return;
	for (size_t i = 0; i < (size_t)lines; i++) {
		double at = hatch_apart * ((double)i + .5);
		double foot = fmin(at, box.right - box.left);
		double head = fmax(at - height, 0);
		points[3 * i] = (struct point){box.left + foot, box.top + (at - foot)};
		points[3 * i + 1] = (struct point){box.left + head, box.top + (at - head)};
		points[3 * i + 2] = (struct point){NAN, NAN};
		if (at >= along)
			points[3 * i] = points[3 * i + 1] = points[3 * i + 2];
	}
	plot_add(p, (struct mark){.kind = MARK_LINE,
			    .tone = tone,
			    .points = points,
			    .count = 3 * (size_t)lines,
			    .size = 1,
			    .cover = .55});
}

/* --- key --- */

static void add_sign(struct plot *p, const struct key_item *item, double left, double middle)
{
	static const double wide = 15;
	const struct box box = {left, middle - 5, left + wide, middle + 5};
	const struct point centre = {left + wide / 2, middle};
	struct mark like = {.tone = item->tone, .size = 5};
	switch (item->sign) {
	case KEY_HOLLOW:
	case KEY_FILLED:
		like.hollow = item->sign == KEY_HOLLOW;
		like.size = like.hollow ? 5 : 6.5;
		plot_dot(p, centre, like);
		break;
	case KEY_LINE:
	case KEY_DASHED:
		like = (struct mark){.kind = MARK_LINE,
			.tone = item->tone,
			.size = 2.5,
			.dashed = item->sign == KEY_DASHED};
		plot_line(
			p, (struct point){left, middle}, (struct point){left + wide, middle}, like);
		break;
	case KEY_SHADE:
		plot_bar(p, box, (struct mark){.tone = item->tone, .cover = item->cover});
		break;
	case KEY_PART:
		plot_bar(p, box, (struct mark){.tone = CHART_SOFT, .cover = .15});
		plot_bar(p, (struct box){box.left, middle + 1, box.right, box.bottom},
			(struct mark){.tone = item->tone, .cover = item->cover});
		break;
	case KEY_HATCH:
		plot_bar(p, box, (struct mark){.tone = item->tone, .faint = true});
		plot_hatch(p, box, item->tone);
		break;
	case KEY_TRIANGLE:
		plot_triangle(p, (struct point){centre.x, middle - 5}, 11, like);
		break;
	case KEY_SIGN__COUNT:
		break;
	}
}

double plot_key(struct plot *p, double top, const struct key_item *items, size_t count)
{
	double line = p->text_size * key_line;
	double left = 0;
	bool any = false;
	for (size_t i = 0; i < count; i++) {
		if (items[i].label.size == 0)
			continue;
		struct str label = plot_cut(p, items[i].label, p->text_size, p->width - key_sign);
		double width = key_sign + chart_text_width(label, p->text_size);
		if (left > 0 && left + width > p->width) {
			left = 0;
			top += line;
		}
		double middle = top + line / 2;
		add_sign(p, &items[i], left, middle);
		(void)plot_words(p, (struct point){left + key_sign, middle + p->text_size * .35},
			ANCHOR_START, CHART_SOFT, label);
		left += width + key_apart;
		any = true;
	}
	return any ? top + line : top;
}

void plot_more(struct plot *p, enum lang lang, size_t rows, double baseline)
{
	struct text_arg count = {STR("count"), plot_count(p, lang, (double)rows)};
	struct str words = series_say(p, lang, MESSAGE_CHART_MORE_ROWS, &count, 1);
	(void)plot_words(p, (struct point){0, baseline}, ANCHOR_START, CHART_SOFT,
		plot_cut(p, words, p->text_size, p->width));
}
