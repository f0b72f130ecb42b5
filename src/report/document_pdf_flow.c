/* SPDX-License-Identifier: Apache-2.0 */
/* Blocks become pieces: lines of text, verdicts, rows, charts. */
#include <pango/pangocairo.h>

#include "report/document_paper_parts.h"
#include "text/text.h"

enum {
	FIRST_PIECES = 256
};

static const struct {
	double size, leading;
	bool bold;
	uint32_t colour;
} styles[STYLE__COUNT] = {
	[STYLE_TITLE] = {21, 1.34, true, PAPER_DEEP},
	[STYLE_SUBTITLE] = {10, 1.5, false, PAPER_SOFT},
	[STYLE_SECTION] = {14, 1.4, true, PAPER_DEEP},
	[STYLE_TEXT] = {10.5, 1.52, false, PAPER_INK},
	[STYLE_TABLE_TITLE] = {10.5, 1.45, true, PAPER_INK},
	[STYLE_NOTE] = {8.5, 1.5, false, PAPER_SOFT},
	[STYLE_VERDICT] = {12, 1.45, true, PAPER_INK},
	[STYLE_DETAIL] = {9, 1.5, false, PAPER_SOFT},
	[STYLE_RUNNING] = {8, 1.4, false, PAPER_SOFT},
};

static double content_width(void)
{
	return paper_frame(false)->right - paper_frame(false)->left;
}

/* --- words --- */

/* Figures as wide as each other; no ligatures: "fi" as one letter is copied as one, and nobody
 * finds "Conficker". */
static void set_features(PangoLayout *layout)
{
	PangoAttrList *attributes = pango_attr_list_new();
	pango_attr_list_insert(
		attributes, pango_attr_font_features_new("tnum=1, lnum=1, liga=0, clig=0, dlig=0"));
	pango_layout_set_attributes(layout, attributes);
	pango_attr_list_unref(attributes);
}

void paper_set_up(struct paper *p)
{
	PangoContext *context = p->picture->context;
	const char *code = lang_code(p->document->lang).data;
	pango_context_set_language(context, pango_language_from_string(code));
	/* Paper has no pixels: letters stand where they belong, and widths grow with the size. */
	pango_context_set_round_glyph_positions(context, false);
	pango_layout_context_changed(p->picture->layout);
	/* Of charts, and to measure with. */
	set_features(p->picture->layout);
}

/* "95 %" is not broken, though sentences have a plain space there. */
static void write_whole(struct writer *w, struct str text)
{
	for (size_t i = 0; i < text.size; i++) {
		bool within = i > 0 && i + 1 < text.size && text.data[i] == ' ' &&
			      text.data[i + 1] == '%' && text.data[i - 1] >= '0' &&
			      text.data[i - 1] <= '9';
		if (within)
			writer_text(w, "\u00a0");
		else
			writer_char(w, text.data[i]);
	}
}

static bool fits(PangoLayout *layout, int width, int lines)
{
	PangoRectangle logical;
	pango_layout_set_width(layout, width);
	pango_layout_get_extents(layout, NULL, &logical);
	return pango_layout_get_line_count(layout) <= lines && logical.width <= width;
}

void paper_balance(PangoLayout *layout)
{
	int width = pango_layout_get_width(layout);
	int lines = pango_layout_get_line_count(layout);
	int narrow = lines > 0 ? width / lines / 2 : width, wide = width;
	pango_layout_set_wrap(layout, PANGO_WRAP_WORD);
	while (lines > 1 && wide - narrow > PANGO_SCALE && fits(layout, width, lines)) {
		int middle = narrow + (wide - narrow) / 2;
		if (fits(layout, middle, lines))
			wide = middle;
		else
			narrow = middle;
	}
	pango_layout_set_wrap(layout, PANGO_WRAP_WORD_CHAR);
	pango_layout_set_width(layout, wide);
}

struct _PangoLayout *paper_layout(struct paper *p, const struct lettering *how, struct str text)
{
	struct paper_layout *kept = arena_alloc(&p->arena, 1, sizeof(*kept));
	if (!kept) {
		p->err = E_NOMEM;
		return NULL;
	}
	*kept = (struct paper_layout){pango_layout_new(p->picture->context), p->layouts};
	p->layouts = kept;
	struct writer whole;
	writer_init(&whole, 2 * text.size + 1);
	write_whole(&whole, text);
	picture_lay_out(kept->layout, how, writer_view_str(&whole));
	writer_release(&whole);
	pango_layout_set_wrap(kept->layout, PANGO_WRAP_WORD_CHAR);
	set_features(kept->layout);
	return kept->layout;
}

struct words paper_words(struct paper *p, enum paper_style style, double width, struct str text)
{
	const struct lettering how = {
		.size = styles[style].size, .bold = styles[style].bold, .width = width};
	struct words w = {.layout = paper_layout(p, &how, text),
		.size = how.size,
		.leading = how.size * styles[style].leading,
		.colour = styles[style].colour};
	if (w.layout && style == STYLE_TITLE)
		paper_balance(w.layout);
	w.to = w.layout ? pango_layout_get_line_count(w.layout) : 0;
	return w;
}

double words_height(const struct words *w)
{
	return (w->to - w->from) * w->leading;
}

/* --- pieces --- */

static bool make_room(struct paper *p)
{
	size_t capacity = p->piece_capacity ? 2 * p->piece_capacity : FIRST_PIECES;
	struct piece *pieces = arena_alloc(&p->arena, capacity, sizeof(*pieces));
	if (!pieces) {
		p->err = E_NOMEM;
		return false;
	}
	if (p->piece_count > 0)
		memcpy(pieces, p->pieces, p->piece_count * sizeof(*pieces));
	p->pieces = pieces;
	p->piece_capacity = capacity;
	return true;
}

struct piece *paper_add(struct paper *p, enum piece_kind kind, size_t word_count)
{
	if (p->err != E_OK || (p->piece_count == p->piece_capacity && !make_room(p)))
		return NULL;
	struct words *words = arena_alloc(&p->arena, word_count, sizeof(*words));
	if (word_count > 0 && !words) {
		p->err = E_NOMEM;
		return NULL;
	}
	struct piece *piece = &p->pieces[p->piece_count++];
	*piece = (struct piece){.kind = kind,
		.left = paper_frame(false)->left,
		.width = content_width(),
		.words = words,
		.word_count = word_count};
	return piece;
}

struct piece_tag paper_tag(struct paper *p, const char *name)
{
	return (struct piece_tag){name, ++p->tags};
}

struct piece_tags paper_leaf(struct paper *p, const char *name)
{
	return (struct piece_tags){.level = {[TAG_LEAF] = paper_tag(p, name)}};
}

void paper_add_lines(struct paper *p, const struct words *w, const struct lines *how)
{
	for (int i = w->from; i < w->to; i++) {
		struct piece *piece = paper_add(p, PIECE_WORDS, 1);
		if (!piece)
			return;
		bool alone = i == w->from || i == w->to - 2;
		piece->words[0] = *w;
		piece->words[0].from = i;
		piece->words[0].to = i + 1;
		piece->left = paper_frame(how->across)->left + how->left;
		piece->across = how->across;
		piece->before = i == w->from ? how->before : 0;
		piece->height = w->leading;
		piece->with_next = how->with_next || (alone && i < w->to - 1);
		piece->block = i == w->from ? how->block : NULL;
		piece->tags = how->tags;
	}
}

/* --- blocks --- */

static void add_text(
	struct paper *p, enum paper_style style, const struct lines *how, struct str text)
{
	const struct words w = paper_words(p, style, content_width() - how->left, text);
	if (text.size > 0)
		paper_add_lines(p, &w, how);
}

static void flow_section(struct paper *p, const struct block *b)
{
	add_text(p, STYLE_SECTION,
		&(struct lines){
			.before = 22, .with_next = true, .block = b, .tags = paper_leaf(p, "H2")},
		b->text);
}

static void flow_paragraph(struct paper *p, const struct block *b)
{
	add_text(p, STYLE_TEXT, &(struct lines){.before = 7, .tags = paper_leaf(p, "P")}, b->text);
}

/* Above: of which goal. Below: the verdict. Its symbol stands to the left. */
static void flow_verdict(struct paper *p, const struct block *b)
{
	static const double inset = 44, white = 9;
	double width = content_width() - inset - 12;
	struct words detail = paper_words(p, STYLE_DETAIL, width, b->detail);
	struct words verdict = paper_words(p, STYLE_VERDICT, width, b->text);
	struct piece *piece = paper_add(p, PIECE_VERDICT, 2);
	if (!piece)
		return;
	detail.to = b->detail.size > 0 ? detail.to : 0;
	detail.x = verdict.x = inset;
	detail.tag = verdict.tag = "P";
	detail.y = white;
	verdict.y = white + words_height(&detail);
	piece->words[0] = detail;
	piece->words[1] = verdict;
	piece->before = 9;
	piece->height = verdict.y + words_height(&verdict) + white;
	piece->block = b;
}

/* A piece without height: its text follows beside it. */
static void add_dash(struct paper *p, double before, struct piece_tags tags)
{
	struct piece *piece = paper_add(p, PIECE_WORDS, 1);
	if (!piece)
		return;
	piece->words[0] = paper_words(p, STYLE_TEXT, 0, STR("–"));
	piece->before = before;
	piece->left += 2;
	piece->with_next = true;
	piece->tags = tags;
	piece->tags.level[TAG_LEAF] = paper_tag(p, "Lbl");
}

static void flow_list(struct paper *p, const struct block *b)
{
	static const double indent = 15;
	struct piece_tags tags = {.level = {[TAG_GROUP] = paper_tag(p, "L")}};
	for (size_t i = 0; i < b->item_count; i++) {
		tags.level[TAG_PART] = paper_tag(p, "LI");
		tags.level[TAG_LEAF] = paper_tag(p, "LBody");
		add_dash(p, i == 0 ? 5 : 2.5, tags);
		add_text(p, STYLE_TEXT, &(struct lines){.left = indent, .tags = tags}, b->items[i]);
	}
}

static void flow_chart(struct paper *p, const struct block *b)
{
	static const double chart_most = 390;
	const struct chart *chart = &b->chart;
	if (!(chart->width > 0) || !(chart->height > 0))
		return;
	add_text(p, STYLE_TABLE_TITLE,
		&(struct lines){.before = 13, .with_next = true, .tags = paper_leaf(p, "P")},
		chart->title);
	struct piece *piece = paper_add(p, PIECE_CHART, 0);
	if (!piece)
		return;
	double enlarged = fmin(content_width() / chart->width, chart_most / chart->height);
	piece->before = 5;
	piece->width = chart->width * fmin(enlarged, 1);
	piece->height = chart->height * fmin(enlarged, 1);
	piece->block = b;
	piece->with_next = b->text.size > 0;
	piece->tags = paper_leaf(p, "Figure");
	add_text(p, STYLE_NOTE, &(struct lines){.before = 4, .tags = paper_leaf(p, "Caption")},
		b->text);
}

static void flow_block(struct paper *p, const struct block *b)
{
	switch (b->kind) {
	case BLOCK_SECTION:
		flow_section(p, b);
		break;
	case BLOCK_PARAGRAPH:
		flow_paragraph(p, b);
		break;
	case BLOCK_VERDICT:
		flow_verdict(p, b);
		break;
	case BLOCK_LIST:
		flow_list(p, b);
		break;
	case BLOCK_TABLE:
		paper_flow_table(p, b);
		break;
	case BLOCK_CHART:
		flow_chart(p, b);
		break;
	case BLOCK__COUNT:
		break;
	}
}

void paper_flow(struct paper *p)
{
	/* The mark and name of the product stand above the title. */
	static const double mark_height = 34;
	const struct document *d = p->document;
	add_text(p, STYLE_TITLE, &(struct lines){.with_next = true, .tags = paper_leaf(p, "H1")},
		d->title);
	if (p->piece_count > 0) {
		struct piece *first = &p->pieces[0];
		first->words[0].y = mark_height;
		first->height += mark_height;
	}
	add_text(p, STYLE_SUBTITLE, &(struct lines){.before = 4, .tags = paper_leaf(p, "P")},
		d->subtitle);
	for (size_t i = 0; i < d->block_count && p->err == E_OK; i++)
		flow_block(p, &d->blocks[i]);
}
