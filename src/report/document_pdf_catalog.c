/* SPDX-License-Identifier: Apache-2.0 */
/* ISO 32000-1, 7.5.6: an update written behind a file, with two objects anew. */
#include <stdio.h>

#include "report/document_paper_parts.h"
#include "text/text.h"

/* What cairo wrote of it. */
struct trailer {
	uint64_t root, info, size, xref;
	struct str catalog, facts; /* the two objects, from "<<" up to ">>" */
};

/* The last of them: what a text holds comes before what cairo says at the end. */
static bool find_last(struct str text, const char *what, size_t *ret_behind)
{
	size_t length = strlen(what), at = 0;
	const char *found;
	bool any = false;
	while ((found = memmem(text.data + at, text.size - at, what, length)) != NULL) {
		any = true;
		*ret_behind = at = (size_t)(found - text.data) + length;
	}
	return any;
}

/* The number behind these words. */
static bool number_behind(struct str text, const char *what, uint64_t *ret_number)
{
	size_t at, end;
	if (!find_last(text, what, &at))
		return false;
	for (end = at; end < text.size && text.data[end] >= '0' && text.data[end] <= '9';)
		end++;
	return str_to_u64((struct str){text.data + at, end - at}, UINT32_MAX, ret_number);
}

static bool read_object(struct str body, uint64_t number, struct str *ret_object)
{
	size_t at;
	char head[40];
	snprintf(head, sizeof(head), "\n%llu 0 obj\n", (unsigned long long)number);
	if (!find_last(body, head, &at))
		return false;
	const char *end = memmem(body.data + at, body.size - at, "\n>>\nendobj", 10);
	if (!end)
		return false;
	*ret_object = (struct str){body.data + at, (size_t)(end - body.data) - at + 1};
	return true;
}

static bool read_trailer(struct str file, struct trailer *ret)
{
	static const size_t tail_bytes = 400;
	size_t from = file.size > tail_bytes ? file.size - tail_bytes : 0;
	struct str tail = {file.data + from, file.size - from};
	return number_behind(tail, "/Root ", &ret->root) &&
	       number_behind(tail, "/Info ", &ret->info) &&
	       number_behind(tail, "/Size ", &ret->size) &&
	       number_behind(tail, "startxref\n", &ret->xref) && ret->xref < file.size &&
	       read_object((struct str){file.data, ret->xref}, ret->root, &ret->catalog) &&
	       read_object((struct str){file.data, ret->xref}, ret->info, &ret->facts);
}

static void write_head(struct writer *w, uint64_t number)
{
	writer_decimal(w, number);
	writer_text(w, " 0 obj\n");
}

static void write_catalog(struct writer *w, const struct trailer *t, enum lang lang)
{
	size_t at;
	write_head(w, t->root);
	writer_str(w, t->catalog);
	if (!find_last(t->catalog, "/MarkInfo", &at))
		writer_text(w, "   /MarkInfo << /Marked true >>\n");
	writer_text(w, "   /Lang (");
	writer_str(w, lang_code(lang));
	writer_text(w, ")\n   /ViewerPreferences << /DisplayDocTitle true >>\n>>\nendobj\n");
}

/* Dates begin with "D:", which this cairo leaves out (7.9.4). */
static void write_facts(struct writer *w, const struct trailer *t)
{
	size_t at = 0;
	write_head(w, t->info);
	bool dated = find_last(t->facts, "\n   /CreationDate (", &at) && t->facts.data[at] != 'D';
	writer_str(w, (struct str){t->facts.data, at});
	writer_text(w, dated ? "D:" : "");
	writer_str(w, (struct str){t->facts.data + at, t->facts.size - at});
	writer_text(w, ">>\nendobj\n");
}

static void write_place(struct writer *w, uint64_t number, size_t place)
{
	writer_decimal(w, number);
	writer_text(w, " 1\n");
	writer_padded(w, place, 10);
	writer_text(w, " 00000 n \n");
}

static void write_trailer(struct writer *w, const struct trailer *t, size_t xref)
{
	writer_text(w, "trailer\n<< /Size ");
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

/* `from`: bytes of the file before. */
static void write_update(struct writer *w, const struct trailer *t, size_t from, enum lang lang)
{
	size_t catalog = from + w->size;
	write_catalog(w, t, lang);
	size_t facts = from + w->size;
	write_facts(w, t);
	size_t xref = from + w->size;
	writer_text(w, "xref\n");
	write_place(w, t->root, catalog);
	write_place(w, t->info, facts);
	write_trailer(w, t, xref);
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
	writer_init(&update, t.catalog.size + t.facts.size + 2000);
	write_update(&update, &t, file.size, lang);
	enum err err = writer_end(&update);
	if (err == E_OK)
		writer_bytes(pdf, writer_view(&update));
	writer_release(&update);
	return err == E_OK ? writer_end(pdf) : err;
}
