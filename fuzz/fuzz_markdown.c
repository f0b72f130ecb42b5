/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>

#include "format/markdown.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Some names have a value, some are left out. Values are as hostile as text. */
static struct str value(void *context, struct str name)
{
	(void)context;
	if (name.size % 2)
		return (struct str){0};
	return STR("\"><script>\xE2\x80\xAE {x} javascript:");
}

static struct str page(void *context, struct str name)
{
	(void)context;
	return name.size % 3 == 0   ? STR("")
	       : name.size % 3 == 1 ? STR("/vi/")
				    : STR("javascript:x");
}

/* No byte of a tag or attribute comes from the text: between '<' and '>' only what we write. */
static void no_tag_is_foreign(struct str html)
{
	static const char *const tags[] = {"a href=\"", "a>", "blockquote", "br", "code", "em",
		"fig", "h2", "h3", "h4", "h5", "h6", "hr", "img src=\"/", "li", "ol", "p", "strong",
		"ul", "div class=\"table\"", "div>", "table>", "t"};
	for (size_t at = str_find(html, STR("<")); at < html.size;) {
		html = (struct str){html.data + at + 1, html.size - at - 1};
		struct str tag =
			html.data[0] == '/' ? (struct str){html.data + 1, html.size - 1} : html;
		bool ours = false;
		for (size_t i = 0; i < sizeof(tags) / sizeof(tags[0]); i++)
			ours = ours || str_starts(tag, str_from(tags[i]));
		if (!ours || str_starts(tag, STR("script")))
			abort();
		at = str_find(html, STR("<"));
	}
}

/* Whatever the text, the page is whole or says E_LIMIT. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct markdown how = {.heading = 2, .value = value, .page = page};
	struct str text = {(const char *)data, size};
	struct writer w;
	struct html h;
	writer_init(&w, (size_t)1 << 26);
	html_init_piece(&h, &w);
	markdown_write(&h, text, &how);
	enum err err = html_end(&h);
	if (err != E_OK && err != E_LIMIT)
		abort();
	if (err == E_OK)
		no_tag_is_foreign(writer_view_str(&w));
	writer_clear(&w);
	markdown_write_plain(&w, text, 150, &how);
	if (w.size > 150 + 3 || (w.err != E_OK && w.err != E_LIMIT))
		abort();
	writer_release(&w);
	return 0;
}
