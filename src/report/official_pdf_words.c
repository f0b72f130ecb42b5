/* SPDX-License-Identifier: Apache-2.0 */
/* Words of an official document, laid out; lines as slips. */
#include <pango/pangocairo.h>

#include "report/document_parts.h"
#include "report/official_sheet.h"
#include "text/text.h"

/* All of one metric, the one the decree names. */
static const char families[] = "Liberation Serif, Tinos, Times New Roman, serif";
static const double leading = 1.28, tight_leading = 1.18;

enum {
	TEXT_BYTES = 1 << 20,
	FIRST_SLIPS = 128
};

static void set_font(PangoLayout *layout, const struct hand *hand)
{
	PangoFontDescription *font = pango_font_description_new();
	pango_font_description_set_family_static(font, families);
	pango_font_description_set_weight(
		font, hand->bold ? PANGO_WEIGHT_BOLD : PANGO_WEIGHT_NORMAL);
	pango_font_description_set_style(
		font, hand->italic ? PANGO_STYLE_ITALIC : PANGO_STYLE_NORMAL);
	pango_font_description_set_absolute_size(font, hand->size * PANGO_SCALE);
	pango_layout_set_font_description(layout, font);
	pango_font_description_free(font);
}

/* No ligatures: "fi" as one letter is copied as one. */
static void set_features(PangoLayout *layout, bool fallback)
{
	PangoAttrList *attributes = pango_attr_list_new();
	pango_attr_list_insert(
		attributes, pango_attr_font_features_new("tnum=1, lnum=1, liga=0, clig=0, dlig=0"));
	pango_attr_list_insert(attributes, pango_attr_fallback_new(fallback));
	pango_layout_set_attributes(layout, attributes);
	pango_attr_list_unref(attributes);
}

/* Pango wants clean UTF-8. */
static void set_text(PangoLayout *layout, const struct hand *hand, struct str text)
{
	struct writer clean;
	writer_init(&clean, TEXT_BYTES);
	write_clean(&clean, text);
	const char *bytes = clean.size ? (const char *)clean.data : "";
	if (hand->capitals) {
		gchar *capitals = g_utf8_strup(bytes, (gssize)clean.size);
		pango_layout_set_text(layout, capitals, -1);
		g_free(capitals);
	} else {
		pango_layout_set_text(layout, bytes, (int)clean.size);
	}
	writer_release(&clean);
}

static void lay_out(PangoLayout *layout, const struct hand *hand, struct str text)
{
	set_font(layout, hand);
	set_features(layout, true);
	pango_layout_set_single_paragraph_mode(layout, true);
	pango_layout_set_wrap(layout, PANGO_WRAP_WORD_CHAR);
	pango_layout_set_width(layout, hand->width > 0 ? (int)(hand->width * PANGO_SCALE) : -1);
	pango_layout_set_indent(layout, (int)(hand->indent * PANGO_SCALE));
	pango_layout_set_justify(layout, hand->justified);
	if (hand->most_lines > 0) {
		pango_layout_set_ellipsize(layout, PANGO_ELLIPSIZE_END);
		pango_layout_set_height(layout, -hand->most_lines);
	}
	set_text(layout, hand, text);
}

void sheet_set_up(struct sheet *s)
{
	PangoContext *context = s->picture->context;
	const char *code = lang_code(s->official->lang).data;
	pango_context_set_language(context, pango_language_from_string(code));
	/* Paper has no pixels: letters stand where they belong. */
	pango_context_set_round_glyph_positions(context, false);
	pango_layout_context_changed(s->picture->layout);
}

bool sheet_fonts_suffice(struct sheet *s)
{
	static const char letters[] = "ạảãằẳẵắặầẩẫấậđẹẻẽềểễếệỉĩịọỏõồổỗốộơờởỡớợụủũưừửữứựỳỷỹỵ"
				      "ẠẢÃẰẲẴẮẶẦẨẪẤẬĐẸẺẼỀỂỄẾỆỈĨỊỌỎÕỒỔỖỐỘƠỜỞỠỚỢỤỦŨƯỪỬỮỨỰỲỶỸỴ";
	bool whole = true;
	for (int i = 0; i < 3; i++) {
		const struct hand hand = {.size = SIZE_TEXT, .bold = i == 1, .italic = i == 2};
		PangoLayout *layout = s->picture->layout;
		lay_out(layout, &hand, str_from(letters));
		set_features(layout, false);
		whole &= pango_layout_get_unknown_glyphs_count(layout) == 0;
	}
	return whole;
}

static PangoLayout *new_layout(struct sheet *s)
{
	struct paper_layout *kept = arena_alloc(&s->arena, 1, sizeof(*kept));
	if (!kept) {
		s->err = E_NOMEM;
		return NULL;
	}
	*kept = (struct paper_layout){pango_layout_new(s->picture->context), s->layouts};
	s->layouts = kept;
	return kept->layout;
}

struct script_words sheet_words(struct sheet *s, const struct hand *hand, struct str text)
{
	struct script_words w = {.layout = new_layout(s),
		.size = hand->size,
		.leading = hand->size * (s->tight ? tight_leading : leading),
		.indent = hand->indent,
		.anchor = hand->anchor};
	if (!w.layout)
		return w;
	lay_out(w.layout, hand, text);
	if (hand->anchor == ANCHOR_MIDDLE && hand->width > 0)
		paper_balance(w.layout);
	w.to = text.size > 0 ? pango_layout_get_line_count(w.layout) : 0;
	return w;
}

double script_words_height(const struct script_words *w)
{
	return (w->to - w->from) * w->leading;
}

double script_words_width(const struct script_words *w)
{
	double widest = 0;
	for (int i = w->from; i < w->to; i++) {
		PangoRectangle logical;
		pango_layout_line_get_extents(
			pango_layout_get_line_readonly(w->layout, i), NULL, &logical);
		widest = fmax(widest, (double)logical.width / PANGO_SCALE);
	}
	return widest;
}

double sheet_measure(struct sheet *s, const struct hand *hand, struct str text, bool narrow)
{
	PangoRectangle logical;
	PangoLayout *layout = s->picture->layout;
	lay_out(layout, hand, text);
	pango_layout_set_width(layout, narrow ? 0 : -1);
	pango_layout_set_wrap(layout, PANGO_WRAP_WORD);
	pango_layout_get_extents(layout, NULL, &logical);
	return (double)logical.width / PANGO_SCALE;
}

/* --- slips --- */

static bool make_room(struct sheet *s)
{
	size_t capacity = s->slip_capacity ? 2 * s->slip_capacity : FIRST_SLIPS;
	struct slip *slips = arena_alloc(&s->arena, capacity, sizeof(*slips));
	if (!slips) {
		s->err = E_NOMEM;
		return false;
	}
	if (s->slip_count > 0)
		memcpy(slips, s->slips, s->slip_count * sizeof(*slips));
	s->slips = slips;
	s->slip_capacity = capacity;
	return true;
}

struct slip *official_sheet_add(struct sheet *s, size_t words, size_t rules)
{
	if (s->err != E_OK || (s->slip_count == s->slip_capacity && !make_room(s)))
		return NULL;
	struct slip slip = {.head = NONE,
		.part = s->part,
		.words = arena_alloc(&s->arena, words + 1, sizeof(*slip.words)),
		.word_count = words,
		.rules = arena_alloc(&s->arena, rules + 1, sizeof(*slip.rules)),
		.rule_count = rules};
	if (!slip.words || !slip.rules) {
		s->err = E_NOMEM;
		return NULL;
	}
	s->slips[s->slip_count] = slip;
	return &s->slips[s->slip_count++];
}

struct piece_tag sheet_tag(struct sheet *s, const char *name)
{
	return (struct piece_tag){name, ++s->tags};
}

struct piece_tags sheet_leaf(struct sheet *s, const char *name)
{
	return (struct piece_tags){.level = {[TAG_LEAF] = sheet_tag(s, name)}};
}

void sheet_add_lines(struct sheet *s, const struct script_words *w, const struct setting *how)
{
	const struct piece_tags tags = sheet_leaf(s, how->tag);
	for (int i = w->from; i < w->to; i++) {
		struct slip *slip = official_sheet_add(s, 1, 0);
		if (!slip)
			return;
		bool alone = i == w->from || i == w->to - 2;
		slip->words[0] = *w;
		slip->words[0].from = i;
		slip->words[0].to = i + 1;
		slip->words[0].x = how->x;
		slip->before = i == w->from ? how->before : 0;
		slip->height = w->leading;
		slip->with_next = how->with_next || (alone && i < w->to - 1);
		slip->tags = tags;
	}
}

struct str sheet_line(struct sheet *s)
{
	enum err err = writer_end(&s->line);
	if (err != E_OK)
		s->err = err;
	return writer_view_str(&s->line);
}
