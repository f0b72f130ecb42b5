/* SPDX-License-Identifier: Apache-2.0 */
#include <cairo-pdf.h>
#include <pango/pangocairo.h>

#include "report/document_paper_parts.h"
#include "text/text.h"

enum {
	MEMORY = 256 << 20
};

static cairo_status_t take(void *context, const unsigned char *data, unsigned length)
{
	struct writer *pdf = context;
	writer_bytes(pdf, (struct bytes){data, length});
	return pdf->err == E_OK ? CAIRO_STATUS_SUCCESS : CAIRO_STATUS_WRITE_ERROR;
}

static void set_property(struct paper *p, cairo_pdf_metadata_t property, struct str value)
{
	const char *text = arena_cstr(&p->arena, value);
	if (!text)
		p->err = E_NOMEM;
	else
		cairo_pdf_surface_set_metadata(p->picture->surface, property, text);
}

/* Without a time of its own the file has none: an empty one takes the clock's away. */
static void set_properties(struct paper *p)
{
	const struct document *d = p->document;
	struct writer made;
	writer_init(&made, 40);
	if (d->made.seconds != 0)
		writer_instant(&made, d->made);
	set_property(p, CAIRO_PDF_METADATA_TITLE, d->title);
	set_property(p, CAIRO_PDF_METADATA_SUBJECT, d->summary);
	set_property(p, CAIRO_PDF_METADATA_AUTHOR, d->author);
	set_property(p, CAIRO_PDF_METADATA_CREATOR, STR("Quét Sạch"));
	set_property(p, CAIRO_PDF_METADATA_CREATE_DATE, writer_view_str(&made));
	writer_release(&made);
}

static enum err status_err(cairo_status_t status, const struct writer *pdf)
{
	if (pdf->err != E_OK)
		return pdf->err;
	return status == CAIRO_STATUS_SUCCESS ? E_OK : E_NOMEM;
}

static enum err write_pages(struct paper *p, struct writer *pdf)
{
	paper_set_up(p);
	set_properties(p);
	paper_flow(p);
	if (p->err != E_OK)
		return p->err;
	paper_paginate(p);
	paper_draw(p);
	cairo_status_t drawn = cairo_status(p->picture->cairo);
	cairo_surface_finish(p->picture->surface);
	if (p->err != E_OK)
		return p->err;
	if (drawn != CAIRO_STATUS_SUCCESS)
		return status_err(drawn, pdf);
	return status_err(cairo_surface_status(p->picture->surface), pdf);
}

static void free_layouts(struct paper *p)
{
	for (struct paper_layout *l = p->layouts; l; l = l->next)
		g_object_unref(l->layout);
}

enum err document_write_pdf(const struct document *d, struct writer *pdf)
{
	struct paper p = {.document = d};
	const struct frame *upright = paper_frame(false);
	size_t start = pdf->size;
	cairo_surface_t *surface =
		cairo_pdf_surface_create_for_stream(take, pdf, upright->width, upright->height);
	TRY(picture_new_on(surface, &p.picture));
	arena_init(&p.arena, MEMORY);
	enum err err = write_pages(&p, pdf);
	free_layouts(&p);
	/* Whatever happened, the surface may still write. */
	picture_free(p.picture);
	arena_release(&p.arena);
	return err == E_OK ? pdf_catalog_complete(pdf, start, d->lang) : err;
}
