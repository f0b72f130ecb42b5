/* SPDX-License-Identifier: Apache-2.0 */
#include "report/document_parts.h"
#include "text/text.h"

static void write_meta(struct html *h, struct str name, struct str content)
{
	if (content.size == 0)
		return;
	html_void(h, "meta");
	html_attribute(h, "name", name);
	html_attribute(h, "content", content);
}

/* Nothing is fetched and nothing runs, whoever sends the file on. */
static void write_policy(struct html *h)
{
	html_void(h, "meta");
	html_attribute(h, "http-equiv", STR("Content-Security-Policy"));
	html_attribute(h, "content", STR("default-src 'none'; style-src 'unsafe-inline'"));
}

static void write_head(struct html *h, const struct document *d)
{
	struct bytes style = document_style();
	html_open(h, "head");
	html_void(h, "meta");
	html_attribute(h, "charset", STR("utf-8"));
	write_policy(h);
	write_meta(h, STR("viewport"), STR("width=device-width, initial-scale=1"));
	html_leaf(h, "title", NULL, d->title);
	write_meta(h, STR("description"), d->summary);
	write_meta(h, STR("author"), d->author);
	html_open(h, "style");
	html_asset(h, (struct str){(const char *)style.data, style.size});
	html_close(h, "style");
	html_close(h, "head");
}

static void write_top(struct html *h, const struct document *d)
{
	html_open_class(h, "header", "document-top");
	if (d->author.size > 0)
		html_leaf(h, "p", "number", d->author);
	html_leaf(h, "h1", NULL, d->title);
	if (d->subtitle.size > 0)
		html_leaf(h, "p", "meta", d->subtitle);
	html_close(h, "header");
}

void document_write_page(struct writer *w, const struct document *d)
{
	static const struct document_places nowhere = {STR_INIT("")};
	struct html h;
	html_init_document(&h, w);
	html_open(&h, "html");
	html_attribute(&h, "lang", lang_code(d->lang));
	write_head(&h, d);
	html_open_class(&h, "body", "document-page");
	html_open(&h, "main");
	html_open_class(&h, "div", "wrap");
	write_top(&h, d);
	document_write_html(&h, d, &nowhere);
	html_close(&h, "div");
	html_close(&h, "main");
	html_close(&h, "body");
	html_close(&h, "html");
	writer_char(w, '\n');
	enum err err = html_end(&h);
	if (err != E_OK)
		writer_fail(w, err);
}
