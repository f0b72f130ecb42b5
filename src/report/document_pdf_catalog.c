/* SPDX-License-Identifier: Apache-2.0 */
/* ISO 32000-1, 7.5.6: an update written behind a file, with one object anew. */
#include "report/document_paper_parts.h"
#include "text/text.h"

/* What cairo wrote of it. */
struct trailer {
	uint64_t root, info, size, xref;
	struct str catalog; /* between "<<" and ">>" */
};

static bool find(struct str text, const char *what, size_t *ret_behind)
{
	size_t length = strlen(what);
	const char *found = memmem(text.data, text.size, what, length);
	if (!found)
		return false;
	*ret_behind = (size_t)(found - text.data) + length;
	return true;
}

/* The number behind these words. */
static bool number_behind(struct str text, const char *what, uint64_t *ret_number)
{
	size_t at, end;
	if (!find(text, what, &at))
		return false;
	for (end = at; end < text.size && text.data[end] >= '0' && text.data[end] <= '9';)
		end++;
	return str_to_u64((struct str){text.data + at, end - at}, UINT32_MAX, ret_number);
}

static bool read_trailer(struct str file, struct trailer *ret)
{
	static const size_t tail_bytes = 400;
	size_t from = file.size > tail_bytes ? file.size - tail_bytes : 0, at;
	struct str tail = {file.data + from, file.size - from};
	struct trailer t;
	if (!number_behind(tail, "/Root ", &t.root) || !number_behind(tail, "/Info ", &t.info) ||
		!number_behind(tail, "/Size ", &t.size) ||
		!number_behind(tail, "startxref\n", &t.xref) || t.xref >= file.size)
		return false;
	/* The catalog is the last object before the table of all. */
	const struct str body = {file.data, t.xref};
	if (!find(body, "<< /Type /Catalog", &at))
		return false;
	t.catalog = (struct str){body.data + at, body.size - at};
	const char *end = memmem(t.catalog.data, t.catalog.size, ">>\nendobj", 9);
	if (!end)
		return false;
	t.catalog.size = (size_t)(end - t.catalog.data);
	*ret = t;
	return true;
}

static void write_object(struct writer *w, const struct trailer *t, enum lang lang)
{
	writer_decimal(w, t->root);
	writer_text(w, " 0 obj\n<< /Type /Catalog");
	writer_str(w, t->catalog);
	writer_text(w, "   /Lang (");
	writer_str(w, lang_code(lang));
	writer_text(w, ")\n   /ViewerPreferences << /DisplayDocTitle true >>\n>>\nendobj\n");
}

static void write_trailer(struct writer *w, const struct trailer *t, size_t object, size_t xref)
{
	writer_text(w, "xref\n");
	writer_decimal(w, t->root);
	writer_text(w, " 1\n");
	writer_padded(w, object, 10);
	writer_text(w, " 00000 n \ntrailer\n<< /Size ");
	writer_decimal(w, t->size);
	writer_text(w, "\n   /Root ");
	writer_decimal(w, t->root);
	writer_text(w, " 0 R\n   /Info ");
	writer_decimal(w, t->info);
	writer_text(w, " 0 R\n   /Prev ");
	writer_decimal(w, t->xref);
	writer_text(w, "\n>>\nstartxref\n");
	writer_decimal(w, xref);
	writer_text(w, "\n%%EOF\n");
}

enum err pdf_catalog_complete(struct writer *pdf, size_t start, enum lang lang)
{
	struct trailer t;
	struct writer update;
	TRY(writer_end(pdf));
	const struct str file = {(const char *)pdf->data + start, pdf->size - start};
	if (!read_trailer(file, &t))
		return E_CORRUPT;
	/* Of its own: what is borrowed from the file does not outlive a write to it. */
	writer_init(&update, 2 * t.catalog.size + 2000);
	write_object(&update, &t, lang);
	write_trailer(&update, &t, file.size, file.size + update.size);
	enum err err = writer_end(&update);
	if (err == E_OK)
		writer_bytes(pdf, writer_view(&update));
	writer_release(&update);
	return err == E_OK ? writer_end(pdf) : err;
}
