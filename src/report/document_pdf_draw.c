/* SPDX-License-Identifier: Apache-2.0 */
/* Pages drawn: what stands on them, running lines, and the structure that readers aloud follow. */
#include <cairo-pdf.h>
#include <hb.h>
#include <math.h>
#include <pango/pangocairo.h>
#include <stdio.h>

#include "report/brand.h"
#include "report/document_paper_parts.h"
#include "text/text.h"

enum {
	LINK_BYTES = 1000,
	RUNNING_BYTES = 200
};

static const double running_top = 34;    /* of the line above the text */
static const double running_bottom = 45; /* of the line below it, from the end of the sheet */
static const double thin = .6;

struct drawing {
	struct paper *paper;
	cairo_t *cairo;
	struct piece_tags open;
	size_t page, first;        /* … and the first piece on it */
	const struct frame *frame; /* of the page */
};

static const struct {
	uint32_t edge, ground;
} tones[TONE__COUNT] = {
	[TONE_PLAIN] = {PAPER_SOFT, PAPER_MIST},
	[TONE_GOOD] = {PAPER_GREEN, 0xE4F1EB},
	[TONE_BAD] = {0xB3261E, 0xFDF3F2},
	[TONE_UNSAID] = {0x6B5500, 0xFCF8EA},
};

/* --- structure --- */

/* Closes from the leaf on what is not wanted, opens what is. A leaf ends with its page. */
static void set_tags(struct drawing *d, const struct piece_tags *wanted)
{
	size_t same = 0;
	while (same < TAG__COUNT && d->open.level[same].number == wanted->level[same].number)
		same++;
	for (size_t i = TAG__COUNT; i > same; i--)
		if (d->open.level[i - 1].name)
			cairo_tag_end(d->cairo, d->open.level[i - 1].name);
	for (size_t i = same; i < TAG__COUNT; i++)
		if (wanted->level[i].name)
			cairo_tag_begin(d->cairo, wanted->level[i].name, NULL);
	d->open = *wanted;
}

/* --- words --- */

static double side_of(const struct words *w, PangoLayoutLine *line)
{
	PangoRectangle logical;
	pango_layout_line_get_extents(line, NULL, &logical);
	double width = (double)logical.width / PANGO_SCALE;
	return w->anchor == ANCHOR_END ? width : w->anchor == ANCHOR_MIDDLE ? width / 2 : 0;
}

/* Open Sans reaches 1.07 of its size up and .29 down: in the middle of its leading. */
static double baseline(const struct words *w)
{
	static const double up = 1.069, down = .293;
	return (w->leading + (up - down) * w->size) / 2;
}

void paper_give_space_back(PangoLayoutLine *line)
{
	const GSList *last = line->runs;
	hb_codepoint_t space;
	while (last && last->next)
		last = last->next;
	const PangoGlyphItem *run = last ? last->data : NULL;
	if (!run || run->glyphs->num_glyphs == 0)
		return;
	PangoGlyphInfo *end = &run->glyphs->glyphs[run->glyphs->num_glyphs - 1];
	hb_font_t *font = pango_font_get_hb_font(run->item->analysis.font);
	if (end->glyph == PANGO_GLYPH_EMPTY && hb_font_get_nominal_glyph(font, ' ', &space))
		end->glyph = space;
}

static void draw_words(struct drawing *d, const struct words *w, double left, double top)
{
	for (int i = w->from; i < w->to; i++) {
		PangoLayoutLine *line = pango_layout_get_line(w->layout, i);
		paper_give_space_back(line);
		double x = left + w->x - side_of(w, line);
		double y = top + w->y + (i - w->from) * w->leading;
		picture_colour(d->paper->picture, (struct paint){w->colour, 1});
		cairo_move_to(d->cairo, x, y + baseline(w));
		pango_cairo_show_layout_line(d->cairo, line);
	}
}

static void draw_all_words(struct drawing *d, const struct piece *piece, double y)
{
	for (size_t i = 0; i < piece->word_count; i++) {
		const struct words *w = &piece->words[i];
		if (w->tag)
			cairo_tag_begin(d->cairo, w->tag, NULL);
		draw_words(d, w, piece->left, y);
		/* The interval belongs to the cell of its value. */
		bool more = i + 1 < piece->word_count && !w[1].tag && w[1].to > w[1].from;
		if (w->tag && more)
			draw_words(d, &w[1], piece->left, y);
		if (w->tag)
			cairo_tag_end(d->cairo, w->tag);
		i += w->tag && more;
	}
}

/* --- links --- */

/* Where an address on the web stands in the text, from `from` on. */
static bool find_link(struct str text, size_t from, size_t *ret_start, size_t *ret_end)
{
	static const char ends[] = " \t<>\"'()[]\\";
	const char *found =
		from < text.size ? memmem(text.data + from, text.size - from, "https://", 8) : NULL;
	if (!found)
		return false;
	size_t end = *ret_start = (size_t)(found - text.data);
	while (end < text.size && (unsigned char)text.data[end] > ' ' &&
		(unsigned char)text.data[end] < 0x7F && !strchr(ends, text.data[end]))
		end++;
	while (end > *ret_start && strchr(".,;:!?", text.data[end - 1]))
		end--;
	*ret_end = end;
	return true;
}

/* A place to press over the part of the line that the address takes. */
static void link_line(
	struct drawing *d, PangoLayoutLine *line, struct str uri, int start, double x, double top)
{
	char attributes[LINK_BYTES];
	PangoRectangle logical;
	int left, right;
	int from = start > line->start_index ? start : line->start_index;
	int to = start + (int)uri.size;
	if (to > line->start_index + line->length)
		to = line->start_index + line->length;
	if (from >= to || uri.size > LINK_BYTES / 2)
		return;
	pango_layout_line_index_to_x(line, from, false, &left);
	pango_layout_line_index_to_x(line, to, false, &right);
	pango_layout_line_get_extents(line, NULL, &logical);
	snprintf(attributes, sizeof(attributes), "rect=[%.1f %.1f %.1f %.1f] uri='%.*s'",
		x + (double)left / PANGO_SCALE, top, (double)(right - left) / PANGO_SCALE,
		(double)logical.height / PANGO_SCALE, (int)uri.size, uri.data);
	cairo_tag_begin(d->cairo, CAIRO_TAG_LINK, attributes);
	cairo_tag_end(d->cairo, CAIRO_TAG_LINK);
}

static void link_words(struct drawing *d, const struct words *w, double left, double top)
{
	size_t start, end = 0;
	if (w->from >= w->to)
		return;
	const struct str text = str_from(pango_layout_get_text(w->layout));
	while (find_link(text, end, &start, &end))
		for (int i = w->from; i < w->to; i++) {
			PangoLayoutLine *line = pango_layout_get_line_readonly(w->layout, i);
			link_line(d, line, (struct str){text.data + start, end - start}, (int)start,
				left + w->x - side_of(w, line),
				top + w->y + (i - w->from) * w->leading);
		}
}

/* Behind everything else of the page: a link within a paragraph would take its text out of the
 * structure. None in tables: names there come from feeds. */
static void draw_links(struct drawing *d)
{
	const struct paper *p = d->paper;
	for (size_t i = d->first; i < p->piece_count && p->pieces[i].page == d->page; i++)
		if (p->pieces[i].kind == PIECE_WORDS)
			link_words(d, p->pieces[i].words, p->pieces[i].left, p->pieces[i].y);
}

/* --- verdicts --- */

static void stroke(struct drawing *d, const struct point *points, size_t count, double width)
{
	cairo_new_path(d->cairo);
	for (size_t i = 0; i < count; i++)
		cairo_line_to(d->cairo, points[i].x, points[i].y);
	cairo_set_line_width(d->cairo, width);
	cairo_set_line_cap(d->cairo, CAIRO_LINE_CAP_ROUND);
	cairo_set_line_join(d->cairo, CAIRO_LINE_JOIN_ROUND);
	cairo_set_dash(d->cairo, NULL, 0, 0);
	cairo_stroke(d->cairo);
}

/* Circle with a tick, square with a cross, diamond with a question: told apart without colour. */
static void draw_symbol(struct drawing *d, enum block_tone tone, double x, double y)
{
	static const double half = 9;
	struct picture *p = d->paper->picture;
	const struct paint edge = {tones[tone].edge, 1}, paper = {PAPER_WHITE, 1};
	const struct lettering question = {
		.size = 12, .bold = true, .anchor = ANCHOR_MIDDLE, .colour = PAPER_WHITE};
	switch (tone) {
	case TONE_GOOD:
		picture_dot(p, (struct point){x, y}, half + .5, edge);
		picture_colour(p, paper);
		stroke(d, (struct point[]){{x - 4, y + .3}, {x - 1, y + 3.4}, {x + 4.4, y - 3.2}},
			3, 2);
		break;
	case TONE_BAD:
		picture_box(p, (struct box){x - half, y - half, x + half, y + half}, 2.5, edge);
		picture_colour(p, paper);
		stroke(d, (struct point[]){{x - 3.6, y - 3.6}, {x + 3.6, y + 3.6}}, 2, 2);
		stroke(d, (struct point[]){{x - 3.6, y + 3.6}, {x + 3.6, y - 3.6}}, 2, 2);
		break;
	case TONE_UNSAID:
		cairo_save(d->cairo);
		cairo_translate(d->cairo, x, y);
		cairo_rotate(d->cairo, M_PI_4);
		picture_box(p, (struct box){-half, -half, half, half}, 2.5, edge);
		cairo_restore(d->cairo);
		picture_text(p, (struct point){x, y + 4.4}, &question, STR("?"));
		break;
	case TONE_PLAIN:
	case TONE__COUNT:
		break;
	}
}

static void draw_verdict(struct drawing *d, const struct piece *piece)
{
	static const double bar = 3, symbol = 24;
	struct picture *p = d->paper->picture;
	enum block_tone tone = piece->block->tone;
	double right = piece->left + piece->width, bottom = piece->y + piece->height;
	picture_box(p, (struct box){piece->left, piece->y, right, bottom}, 3,
		(struct paint){tones[tone].ground, 1});
	picture_box(p, (struct box){piece->left, piece->y, piece->left + bar, bottom}, 0,
		(struct paint){tones[tone].edge, 1});
	draw_symbol(d, tone, piece->left + symbol, piece->y + piece->height / 2);
	draw_all_words(d, piece, piece->y);
}

/* --- tables, charts --- */

static void draw_rule(
	struct drawing *d, const struct piece *piece, double y, double width, uint32_t colour)
{
	picture_box(d->paper->picture,
		(struct box){piece->left, y - width / 2, piece->left + piece->width, y + width / 2},
		0, (struct paint){colour, 1});
}

static void draw_head_ground(struct drawing *d, const struct piece *piece, double y)
{
	double bottom = y + piece->height;
	picture_box(d->paper->picture,
		(struct box){piece->left, y, piece->left + piece->width, bottom}, 0,
		(struct paint){PAPER_MIST, 1});
	draw_rule(d, piece, bottom, 1, PAPER_GREEN);
}

static void draw_row(struct drawing *d, const struct piece *piece)
{
	draw_rule(d, piece, piece->y + piece->height, thin, PAPER_LINE);
	draw_all_words(d, piece, piece->y);
}

static void draw_chart(struct drawing *d, const struct piece *piece)
{
	static const struct chart_paints paints = {.tones = {[CHART_MAIN] = PAPER_GREEN,
							   [CHART_ACCENT] = BRAND_ACT,
							   [CHART_SEEN] = 0xB3261E,
							   [CHART_SOFT] = PAPER_SOFT,
							   [CHART_INK] = PAPER_INK,
							   [CHART_PAPER] = PAPER_WHITE},
		.paper = PAPER_WHITE,
		.faint = PAPER_LINE};
	const struct chart *chart = &piece->block->chart;
	picture_chart(d->paper->picture, (struct point){piece->left, piece->y},
		piece->width / chart->width, &paints, chart);
}

static void draw_piece(struct drawing *d, const struct piece *piece)
{
	set_tags(d, &piece->tags);
	switch (piece->kind) {
	case PIECE_WORDS:
		draw_all_words(d, piece, piece->y);
		break;
	case PIECE_VERDICT:
		draw_verdict(d, piece);
		break;
	case PIECE_HEAD:
		draw_head_ground(d, piece, piece->y);
		draw_all_words(d, piece, piece->y);
		break;
	case PIECE_ROW:
		draw_row(d, piece);
		break;
	case PIECE_CHART:
		draw_chart(d, piece);
		break;
	case PIECE__COUNT:
		break;
	}
}

/* --- what stands on every page --- */

/* Two lines at most; what is longer ends in "…". */
static void draw_running(
	struct drawing *d, struct str text, enum mark_anchor anchor, double width, double top)
{
	struct words w = paper_words(d->paper, STYLE_RUNNING, width, text);
	if (!w.layout || text.size == 0)
		return;
	pango_layout_set_ellipsize(w.layout, PANGO_ELLIPSIZE_END);
	pango_layout_set_height(w.layout, -2);
	w.anchor = anchor;
	w.x = anchor == ANCHOR_END ? d->frame->right : d->frame->left;
	w.to = pango_layout_get_line_count(w.layout);
	draw_words(d, &w, 0, top);
}

static void draw_page_number(struct drawing *d)
{
	enum lang lang = d->paper->document->lang;
	struct writer page, pages, words;
	writer_init(&page, RUNNING_BYTES);
	writer_init(&pages, RUNNING_BYTES);
	writer_init(&words, RUNNING_BYTES);
	text_number(&page, lang, d->page + 1);
	text_number(&pages, lang, d->paper->page_count);
	const struct text_arg args[] = {
		{STR("page"), writer_view_str(&page)}, {STR("pages"), writer_view_str(&pages)}};
	text_write(&words, lang, MESSAGE_PAPER_PAGE, args, 2);
	draw_running(d, writer_view_str(&words), ANCHOR_END, 0, d->frame->height - running_bottom);
	writer_release(&words);
	writer_release(&pages);
	writer_release(&page);
}

static void draw_name(struct drawing *d)
{
	const struct lettering name = {.size = 11, .bold = true, .colour = PAPER_DEEP};
	struct picture *p = d->paper->picture;
	brand_mark(p, (struct point){d->frame->left, d->frame->top - 12}, .72,
		(struct paint){PAPER_GREEN, .4}, (struct paint){PAPER_GREEN, 1});
	picture_text(
		p, (struct point){d->frame->left + 32, d->frame->top + 5}, &name, STR("Quét Sạch"));
	draw_running(d, d->paper->document->author, ANCHOR_END, 0, d->frame->top - 4);
}

static void draw_page_lines(struct drawing *d)
{
	const struct document *document = d->paper->document;
	double bottom = d->frame->height - running_bottom;
	double width = d->frame->right - d->frame->left;
	const struct box rule = {d->frame->left, bottom - 6 - thin, d->frame->right, bottom - 6};
	if (d->page == 0)
		draw_name(d);
	else
		draw_running(d, document->title, ANCHOR_START, width, running_top);
	picture_box(d->paper->picture, rule, 0, (struct paint){PAPER_LINE, 1});
	draw_running(d, document->subtitle, ANCHOR_START, width - 80, bottom);
	draw_page_number(d);
}

/* --- pages --- */

static void begin_page(struct drawing *d, size_t first)
{
	d->first = first;
	d->frame = paper_frame(first < d->paper->piece_count && d->paper->pieces[first].across);
	cairo_pdf_surface_set_size(d->paper->picture->surface, d->frame->width, d->frame->height);
	/* Only now: the change of size drops what was said before. */
	if (d->page == 0)
		cairo_tag_begin(d->cairo, "Document", NULL);
}

/* Tables and lists go on over the page, their text does not. */
static void end_page(struct drawing *d, bool last)
{
	struct piece_tags groups = d->open;
	groups.level[TAG_LEAF] = (struct piece_tag){0};
	if (last)
		groups = (struct piece_tags){0};
	set_tags(d, &groups);
	draw_page_lines(d);
	draw_links(d);
	if (last)
		cairo_tag_end(d->cairo, "Document");
	cairo_show_page(d->cairo);
	d->page++;
}

static void add_to_outline(struct drawing *d, const struct piece *piece)
{
	char place[80];
	struct str title = piece->block->text;
	snprintf(place, sizeof(place), "page=%zu pos=[%.1f %.1f]", piece->page + 1, piece->left,
		piece->y - 4);
	const char *words = arena_cstr(&d->paper->arena, title);
	if (words)
		cairo_pdf_surface_add_outline(
			d->paper->picture->surface, CAIRO_PDF_OUTLINE_ROOT, words, place, 0);
}

/* A page that begins within a table. For readers aloud it is one table: said once. */
static void repeat_head(struct drawing *d, const struct piece *row)
{
	const struct piece *head = &d->paper->pieces[row->head];
	double y = row->y - head->height;
	draw_head_ground(d, head, y);
	for (size_t i = 0; i < head->word_count; i++)
		draw_words(d, &head->words[i], head->left, y);
}

void paper_draw(struct paper *p)
{
	struct drawing d = {.paper = p, .cairo = p->picture->cairo};
	begin_page(&d, 0);
	for (size_t i = 0; i < p->piece_count; i++) {
		const struct piece *piece = &p->pieces[i];
		if (piece->page != d.page) {
			end_page(&d, false);
			begin_page(&d, i);
			if (piece->kind == PIECE_ROW)
				repeat_head(&d, piece);
		}
		if (piece->kind == PIECE_WORDS && piece->block)
			add_to_outline(&d, piece);
		draw_piece(&d, piece);
	}
	end_page(&d, true);
}
