/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>

#include "base/limits.h"
#include "site/site_file.h"
#include "site/source.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What is read as an article keeps its promises, and is written and read again the same. */
static void try_article(struct str text, struct arena *arena, struct writer *w)
{
	struct article a, again;
	struct problem p;
	if (article_read(text, arena, &a, &p) != E_OK)
		return;
	a.key = STR("key");
	a.updated = a.published;
	a.version = 1;
	if (!site_article_valid(&a))
		abort();
	article_write(w, &a);
	if (writer_end(w) != E_OK || article_read(writer_view_str(w), arena, &again, &p) != E_OK)
		abort();
	if (!str_equal(a.body, again.body) || !str_equal(a.title, again.title) ||
		!str_equal(a.summary, again.summary) || a.kind != again.kind ||
		a.published.seconds != again.published.seconds)
		abort();
}

static void try_tool(struct str text, struct arena *arena, struct writer *w)
{
	struct tool t, again;
	struct problem p;
	if (tool_read(text, arena, &t, &p) != E_OK)
		return;
	t.key = STR("key");
	if ((t.url.size > 0 || t.file.size > 0) && !site_tool_valid(&t))
		abort();
	tool_write(w, &t);
	if (writer_end(w) != E_OK || tool_read(writer_view_str(w), arena, &again, &p) != E_OK)
		abort();
	if (t.platforms != again.platforms || t.size != again.size ||
		!str_equal(t.about[LANG_VI], again.about[LANG_VI]) || !str_equal(t.url, again.url))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena arena;
	struct writer w;
	struct str text = {(const char *)data, size};
	arena_init(&arena, (size_t)1 << 24);
	writer_init(&w, 1 << 20);
	try_article(text, &arena, &w);
	writer_clear(&w);
	arena_clear(&arena);
	try_tool(text, &arena, &w);
	writer_release(&w);
	arena_release(&arena);
	return 0;
}
