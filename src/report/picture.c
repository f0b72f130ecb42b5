/* SPDX-License-Identifier: Apache-2.0 */
#include "report/picture.h"

#include <fontconfig/fontconfig.h>
#include <math.h>
#include <pango/pangocairo.h>
#include <sanitizer/lsan_interface.h>
#include <stdlib.h>

#include "report/picture_parts.h"
#include "report/png.h"

/* The first has every letter of Vietnamese and is small; the others stand in for it. */
static const char families[] = "Open Sans, Noto Sans, DejaVu Sans, sans-serif";
static const double usual_leading = 1.3;

enum {
	TEXT_LIMIT = 16 << 10 /* bytes; what is longer is cut */
};

/* --- from nothing to PNG --- */

/* fontconfig keeps its patterns at offsets instead of pointers, which a search for leaks does not
 * follow, and pango lets threads of its own make them. Without that search nobody calls this. */
const char *__lsan_default_suppressions(void)
{
	return "leak:libfontconfig\n";
}

static bool set_up(struct picture *p)
{
	p->cairo = cairo_create(p->surface);
	p->fonts = FcInit() ? pango_cairo_font_map_new() : NULL;
	if (!p->fonts || cairo_status(p->cairo) != CAIRO_STATUS_SUCCESS)
		return false;
	/* As on paper: pictures are shown at other sizes than they are drawn in. */
	cairo_font_options_t *options = cairo_font_options_create();
	cairo_font_options_set_antialias(options, CAIRO_ANTIALIAS_GRAY);
	cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE);
	cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF);
	p->context = pango_font_map_create_context(p->fonts);
	pango_cairo_context_set_font_options(p->context, options);
	cairo_font_options_destroy(options);
	p->layout = pango_layout_new(p->context);
	return p->layout != NULL;
}

enum err picture_new_on(cairo_surface_t *surface, struct picture **ret_picture)
{
	struct picture *p = calloc(1, sizeof(*p));
	if (!p) {
		cairo_surface_destroy(surface);
		return E_NOMEM;
	}
	p->surface = surface;
	if (!set_up(p)) {
		picture_free(p);
		return E_NOMEM;
	}
	*ret_picture = p;
	return E_OK;
}

enum err picture_new(int width, int height, struct picture **ret_picture)
{
	if (width < 1 || height < 1 || width > PICTURE_SIDE || height > PICTURE_SIDE)
		return E_LIMIT;
	return picture_new_on(
		cairo_image_surface_create(CAIRO_FORMAT_RGB24, width, height), ret_picture);
}

void picture_free(struct picture *p)
{
	if (!p)
		return;
	if (p->layout)
		g_object_unref(p->layout);
	if (p->context)
		g_object_unref(p->context);
	if (p->fonts)
		g_object_unref(p->fonts);
	cairo_destroy(p->cairo);
	cairo_surface_destroy(p->surface);
	free(p);
}

enum err picture_write_png(struct picture *p, struct writer *png)
{
	if (cairo_status(p->cairo) != CAIRO_STATUS_SUCCESS)
		return E_NOMEM;
	cairo_surface_flush(p->surface);
	const struct pixels pixels = {.data = cairo_image_surface_get_data(p->surface),
		.width = (size_t)cairo_image_surface_get_width(p->surface),
		.height = (size_t)cairo_image_surface_get_height(p->surface),
		.stride = (size_t)cairo_image_surface_get_stride(p->surface)};
	return png_write(&pixels, png);
}

/* --- shapes --- */

void picture_colour(struct picture *p, struct paint paint)
{
	cairo_set_source_rgba(p->cairo, (paint.colour >> 16 & 0xFF) / 255.0,
		(paint.colour >> 8 & 0xFF) / 255.0, (paint.colour & 0xFF) / 255.0, paint.cover);
}

static void fill(struct picture *p, struct paint paint)
{
	picture_colour(p, paint);
	cairo_fill(p->cairo);
}

void picture_box(struct picture *p, struct box box, double radius, struct paint paint)
{
	cairo_t *c = p->cairo;
	radius = fmin(radius, fmin(box.right - box.left, box.bottom - box.top) / 2);
	cairo_new_sub_path(c);
	cairo_arc(c, box.right - radius, box.top + radius, radius, -M_PI_2, 0);
	cairo_arc(c, box.right - radius, box.bottom - radius, radius, 0, M_PI_2);
	cairo_arc(c, box.left + radius, box.bottom - radius, radius, M_PI_2, M_PI);
	cairo_arc(c, box.left + radius, box.top + radius, radius, M_PI, 3 * M_PI_2);
	cairo_close_path(c);
	fill(p, paint);
}

void picture_dot(struct picture *p, struct point centre, double radius, struct paint paint)
{
	cairo_new_sub_path(p->cairo);
	cairo_arc(p->cairo, centre.x, centre.y, radius, 0, 2 * M_PI);
	fill(p, paint);
}

void picture_shape(struct picture *p, const struct point *points, size_t curves, struct paint paint)
{
	cairo_move_to(p->cairo, points[0].x, points[0].y);
	for (const struct point *q = points + 1; curves > 0; curves--, q += 3)
		cairo_curve_to(p->cairo, q[0].x, q[0].y, q[1].x, q[1].y, q[2].x, q[2].y);
	cairo_close_path(p->cairo);
	fill(p, paint);
}

/* --- text --- */

static void set_font(PangoLayout *layout, double size, bool bold)
{
	PangoFontDescription *font = pango_font_description_new();
	pango_font_description_set_family_static(font, families);
	pango_font_description_set_weight(font, bold ? PANGO_WEIGHT_BOLD : PANGO_WEIGHT_NORMAL);
	pango_font_description_set_absolute_size(font, size * PANGO_SCALE);
	pango_layout_set_font_description(layout, font);
	pango_font_description_free(font);
}

/* Pango wants UTF-8. */
static void set_text(PangoLayout *layout, struct str text)
{
	struct writer clean;
	writer_init(&clean, TEXT_LIMIT);
	while (text.size > 0) {
		size_t length = utf8_length(text);
		bool fine = length > 0 && (unsigned char)text.data[0] >= 0x20;
		writer_str(&clean, fine ? (struct str){text.data, length} : STR("\xEF\xBF\xBD"));
		length = length ? length : 1;
		text = (struct str){text.data + length, text.size - length};
	}
	pango_layout_set_text(layout, clean.size ? (const char *)clean.data : "", (int)clean.size);
	writer_release(&clean);
}

void picture_lay_out(PangoLayout *layout, const struct lettering *how, struct str text)
{
	bool one_line = how->width <= 0;
	set_font(layout, how->size, how->bold);
	pango_layout_set_width(layout, one_line ? -1 : (int)(how->width * PANGO_SCALE));
	pango_layout_set_single_paragraph_mode(layout, true);
	set_text(layout, text);
}

static double line_width(PangoLayoutLine *line)
{
	PangoRectangle logical;
	pango_layout_line_get_extents(line, NULL, &logical);
	return (double)logical.width / PANGO_SCALE;
}

double picture_text_width(struct picture *p, const struct lettering *how, struct str text)
{
	struct lettering one_line = *how;
	one_line.width = 0;
	picture_lay_out(p->layout, &one_line, text);
	return line_width(pango_layout_get_line_readonly(p->layout, 0));
}

double picture_text(
	struct picture *p, struct point at, const struct lettering *how, struct str text)
{
	double leading = how->leading > 0 ? how->leading : how->size * usual_leading;
	picture_lay_out(p->layout, how, text);
	int lines = pango_layout_get_line_count(p->layout);
	picture_colour(p, (struct paint){how->colour, 1});
	for (int i = 0; i < lines; i++) {
		PangoLayoutLine *line = pango_layout_get_line_readonly(p->layout, i);
		double before = how->anchor == ANCHOR_END      ? line_width(line)
				: how->anchor == ANCHOR_MIDDLE ? line_width(line) / 2
							       : 0;
		cairo_move_to(p->cairo, at.x - before, at.y + i * leading);
		pango_cairo_show_layout_line(p->cairo, line);
	}
	return at.y + (lines - 1) * leading;
}

/* --- charts --- */

static const double edge = 1.5; /* of what is hollow */

static uint32_t colour_of(const struct chart_paints *paints, enum chart_tone tone)
{
	return tone == CHART_PAPER ? paints->paper : paints->tones[tone];
}

/* Path through one run of points; false where there is none. */
static bool trace_run(struct picture *p, const struct mark *m, size_t from, size_t to)
{
	if (from == to)
		return false;
	cairo_move_to(p->cairo, m->points[from].x, m->points[from].y);
	for (size_t i = from; i < to; i++)
		cairo_line_to(p->cairo, m->points[i].x, m->points[i].y);
	if (m->kind == MARK_AREA) {
		cairo_line_to(p->cairo, m->points[to - 1].x, m->base);
		cairo_line_to(p->cairo, m->points[from].x, m->base);
	}
	if (m->kind != MARK_LINE)
		cairo_close_path(p->cairo);
	return true;
}

static void trace(struct picture *p, const struct mark *m)
{
	size_t from = 0;
	cairo_new_path(p->cairo);
	for (size_t i = 0; i <= m->count; i++)
		if (i == m->count || !chart_point_drawn(m->points[i])) {
			trace_run(p, m, from, i);
			from = i + 1;
		}
}

static void draw_line(struct picture *p, const struct mark *m)
{
	const double dots[] = {.1, m->size * 2.4};
	cairo_set_line_width(p->cairo, m->size);
	cairo_set_line_cap(p->cairo, CAIRO_LINE_CAP_ROUND);
	cairo_set_line_join(p->cairo, CAIRO_LINE_JOIN_ROUND);
	cairo_set_dash(p->cairo, dots, m->dashed ? 2 : 0, 0);
	trace(p, m);
	cairo_stroke(p->cairo);
}

static bool bar_drawn(const struct mark *m)
{
	return m->count == 2 && chart_point_drawn(m->points[0]) && chart_point_drawn(m->points[1]);
}

/* Hollow ones keep their edge inside the box. */
static void draw_bar(struct picture *p, const struct chart_paints *paints, const struct mark *m,
	struct paint paint)
{
	if (!bar_drawn(m))
		return;
	struct box box = {.left = fmin(m->points[0].x, m->points[1].x),
		.top = fmin(m->points[0].y, m->points[1].y),
		.right = fmax(m->points[0].x, m->points[1].x),
		.bottom = fmax(m->points[0].y, m->points[1].y)};
	double radius = m->size > 0 ? m->size : 0;
	picture_box(p, box, radius, paint);
	if (!m->hollow)
		return;
	box = (struct box){box.left + edge, box.top + edge, box.right - edge, box.bottom - edge};
	picture_box(p, box, fmax(radius - edge, 0), (struct paint){paints->paper, 1});
}

static void draw_shape(struct picture *p, const struct chart_paints *paints, const struct mark *m,
	struct paint paint)
{
	trace(p, m);
	if (m->hollow) {
		picture_colour(p, (struct paint){paints->paper, 1});
		cairo_fill_preserve(p->cairo);
		picture_colour(p, (struct paint){paint.colour, 1});
		cairo_set_dash(p->cairo, NULL, 0, 0);
		cairo_set_line_width(p->cairo, edge);
		cairo_stroke(p->cairo);
		return;
	}
	fill(p, paint);
}

static void draw_dot(
	struct picture *p, const struct chart_paints *paints, const struct mark *m, struct point at)
{
	const struct paint tone = {colour_of(paints, m->tone), 1};
	const struct paint paper = {paints->paper, 1};
	picture_dot(p, at, m->size + 1, m->hollow ? tone : paper);
	picture_dot(p, at, m->size - 1, m->hollow ? paper : tone);
}

static void draw_words(struct picture *p, const struct mark *m, uint32_t colour)
{
	const struct lettering how = {
		.size = m->size, .bold = m->strong, .anchor = m->anchor, .colour = colour};
	if (m->count == 1 && chart_point_drawn(m->points[0]))
		picture_text(p, m->points[0], &how, m->text);
}

/* How much a mark covers where it does not say so itself; charts.css says the same. */
static double cover_of(const struct mark *m)
{
	static const double faint_bar = .09;
	static const double area = .16;
	if (m->cover > 0 && m->cover <= 1)
		return m->cover;
	if (m->kind == MARK_AREA)
		return area;
	return m->kind == MARK_BAR && m->faint && !m->hollow ? faint_bar : 1;
}

static void draw_mark(struct picture *p, const struct chart_paints *paints, const struct mark *m)
{
	struct paint paint = {colour_of(paints, m->tone), cover_of(m)};
	switch (m->kind) {
	case MARK_LINE:
		picture_colour(
			p, (struct paint){m->faint ? paints->faint : paint.colour, paint.cover});
		draw_line(p, m);
		break;
	case MARK_AREA:
	case MARK_SHAPE:
		draw_shape(p, paints, m, paint);
		break;
	case MARK_BAR:
		draw_bar(p, paints, m, paint);
		break;
	case MARK_DOT:
		for (size_t i = 0; i < m->count; i++)
			if (chart_point_drawn(m->points[i]))
				draw_dot(p, paints, m, m->points[i]);
		break;
	case MARK_TEXT:
		draw_words(p, m, paint.colour);
		break;
	case MARK__COUNT:
		break;
	}
}

void picture_chart(struct picture *p, struct point at, double enlarged,
	const struct chart_paints *paints, const struct chart *chart)
{
	cairo_save(p->cairo);
	cairo_translate(p->cairo, at.x, at.y);
	cairo_scale(p->cairo, enlarged, enlarged);
	for (size_t i = 0; i < chart->count; i++)
		draw_mark(p, paints, &chart->marks[i]);
	cairo_restore(p->cairo);
}

/* --- fonts --- */

/* Every letter there is in Vietnamese, and what our sentences hold besides. */
static const char alphabet[] = "aàảãáạăằẳẵắặâầẩẫấậbcdđeèẻẽéẹêềểễếệfghiìỉĩíịjklmnoòỏõóọôồổỗốộơờởỡớợp"
			       "qrstuùủũúụưừửữứựvwxyỳỷỹýỵz"
			       "AÀẢÃÁẠĂẰẲẴẮẶÂẦẨẪẤẬBCDĐEÈẺẼÉẸÊỀỂỄẾỆFGHIÌỈĨÍỊJKLMNOÒỎÕÓỌÔỒỔỖỐỘƠỜỞỠỚỢP"
			       "QRSTUÙỦŨÚỤƯỪỬỮỨỰVWXYỲỶỸÝỴZ"
			       "0123456789 .,:;!?()/%–…·“”";

/* In one font: letters of another among ours would look it. */
static bool alphabet_in_one_font(PangoLayout *layout, bool bold)
{
	PangoAttrList *attributes = pango_attr_list_new();
	pango_attr_list_insert(attributes, pango_attr_fallback_new(false));
	set_font(layout, 20, bold);
	pango_layout_set_attributes(layout, attributes);
	pango_layout_set_text(layout, alphabet, -1);
	bool whole = pango_layout_get_unknown_glyphs_count(layout) == 0;
	pango_layout_set_attributes(layout, NULL);
	pango_attr_list_unref(attributes);
	return whole;
}

bool picture_fonts_suffice(void)
{
	struct picture *p;
	if (picture_new(1, 1, &p) != E_OK)
		return false;
	bool whole =
		alphabet_in_one_font(p->layout, false) && alphabet_in_one_font(p->layout, true);
	picture_free(p);
	return whole;
}
