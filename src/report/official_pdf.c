/* SPDX-License-Identifier: Apache-2.0 */
#include <cairo-pdf.h>
#include <pango/pangocairo.h>

#include "report/official_paper.h"
#include "report/official_sheet.h"
#include "text/text.h"

enum {
	MEMORY = 256 << 20,
	LINE_BYTES = 1 << 20
};

static const double paragraph_gap = 6;     /* between paragraphs, at least so by the decree */
static const double head_gap = 6;          /* below what stands above the text */
static const double paragraph_indent = 36; /* 1.27 cm */

static cairo_status_t take(void *context, const unsigned char *data, unsigned length)
{
	struct writer *pdf = context;
	writer_bytes(pdf, (struct bytes){data, length});
	return pdf->err == E_OK ? CAIRO_STATUS_SUCCESS : CAIRO_STATUS_WRITE_ERROR;
}

/* --- what it says of itself --- */

static void set_property(struct sheet *s, cairo_pdf_metadata_t property, struct str value)
{
	const char *text = arena_cstr(&s->arena, value);
	if (!text)
		s->err = E_NOMEM;
	else
		cairo_pdf_surface_set_metadata(s->picture->surface, property, text);
}

/* Without a time of its own the file has none. */
static void set_properties(struct sheet *s)
{
	const struct official *o = s->official;
	writer_clear(&s->line);
	official_write_number(&s->line, o);
	set_property(s, CAIRO_PDF_METADATA_SUBJECT, sheet_line(s));
	writer_clear(&s->line);
	if (o->made.seconds != 0)
		writer_instant(&s->line, o->made);
	set_property(s, CAIRO_PDF_METADATA_CREATE_DATE, sheet_line(s));
	set_property(s, CAIRO_PDF_METADATA_TITLE, o->subject.size > 0 ? o->subject : o->title);
	set_property(s, CAIRO_PDF_METADATA_AUTHOR, o->body);
	set_property(s, CAIRO_PDF_METADATA_CREATOR, STR("Quét Sạch"));
}

/* --- its text --- */

static void flow_text(struct sheet *s, struct str text, bool heading)
{
	const struct hand hand = {.size = sheet_text_size(s),
		.bold = heading,
		.justified = !heading,
		.indent = paragraph_indent,
		.width = sheet_right - sheet_left};
	const struct script_words w = sheet_words(s, &hand, text);
	sheet_add_lines(s, &w,
		&(struct setting){.before = paragraph_gap,
			.with_next = heading,
			.tag = heading ? "H2" : "P"});
}

static void flow_item(struct sheet *s, struct str text)
{
	writer_clear(&s->line);
	writer_text(&s->line, "- ");
	writer_str(&s->line, text);
	flow_text(s, sheet_line(s), false);
}

static void flow_block(struct sheet *s, const struct official_block *b, bool named)
{
	switch (b->kind) {
	case OFFICIAL_HEADING:
		flow_text(s, b->text, true);
		break;
	case OFFICIAL_PARAGRAPH:
		flow_text(s, b->text, false);
		break;
	case OFFICIAL_ITEM:
		flow_item(s, b->text);
		break;
	case OFFICIAL_TABLE:
		sheet_flow_table(s, b, named);
		break;
	case OFFICIAL_BLOCK__COUNT:
		break;
	}
}

/* A table right under a heading, or under the title of an annex, needs no other. */
static void flow_blocks(struct sheet *s, const struct official_blocks *blocks, bool titled)
{
	for (size_t i = 0; i < blocks->count && s->err == E_OK; i++) {
		bool named = i == 0 ? titled : blocks->blocks[i - 1].kind == OFFICIAL_HEADING;
		flow_block(s, &blocks->blocks[i], named);
	}
}

static void flow_letter(struct sheet *s)
{
	const struct official *o = s->official;
	sheet_flow_head(s);
	size_t first = s->slip_count;
	if (s->err == E_OK && first > 0)
		s->slips[first - 1].with_next = true;
	flow_blocks(s, &o->body_blocks, false);
	if (s->err == E_OK && s->slip_count > first)
		s->slips[first].before += head_gap;
	sheet_flow_foot(s);
}

static void flow_annexes(struct sheet *s)
{
	const struct official *o = s->official;
	for (size_t i = 0; i < o->annex_count && s->err == E_OK; i++) {
		s->part = i + 1;
		sheet_flow_annex_head(s, i);
		flow_blocks(s, &o->annexes[i].body, true);
	}
}

/* The letter without its annexes; how many pages it takes. */
static size_t lay_out(struct sheet *s, bool tight)
{
	s->tight = tight;
	s->slip_count = s->part = s->tags = 0;
	flow_letter(s);
	if (s->err == E_OK)
		sheet_paginate(s);
	return s->page_count;
}

/* As offices do: a page that a signature alone would begin is spared, where the sizes that the
 * decree leaves open can. */
void sheet_lay_out(struct sheet *s)
{
	size_t pages = lay_out(s, false);
	if (s->err == E_OK && pages > 1 && lay_out(s, true) == pages)
		lay_out(s, false);
	flow_annexes(s);
	if (s->err == E_OK)
		sheet_paginate(s);
}

/* --- the whole --- */

static enum err write_pages(struct sheet *s, struct writer *pdf)
{
	sheet_set_up(s);
	if (!sheet_fonts_suffice(s))
		return E_NOTFOUND;
	set_properties(s);
	sheet_lay_out(s);
	if (s->err != E_OK)
		return s->err;
	sheet_draw(s);
	cairo_status_t drawn = cairo_status(s->picture->cairo);
	cairo_surface_finish(s->picture->surface);
	if (drawn == CAIRO_STATUS_SUCCESS)
		drawn = cairo_surface_status(s->picture->surface);
	if (s->err != E_OK)
		return s->err;
	if (pdf->err != E_OK)
		return pdf->err;
	return drawn == CAIRO_STATUS_SUCCESS ? E_OK : E_NOMEM;
}

void sheet_release(struct sheet *s)
{
	for (struct paper_layout *l = s->layouts; l; l = l->next)
		g_object_unref(l->layout);
	/* Whatever happened, the surface may still write. */
	picture_free(s->picture);
	writer_release(&s->line);
	arena_release(&s->arena);
}

enum err official_write_pdf(const struct official *o, struct writer *pdf)
{
	struct sheet s = {.official = o};
	size_t start = pdf->size;
	cairo_surface_t *surface =
		cairo_pdf_surface_create_for_stream(take, pdf, sheet_width, sheet_height);
	TRY(picture_new_on(surface, &s.picture));
	arena_init(&s.arena, MEMORY);
	writer_init(&s.line, LINE_BYTES);
	enum err err = write_pages(&s, pdf);
	sheet_release(&s);
	return err == E_OK ? pdf_catalog_complete(pdf, start, o->lang) : err;
}
