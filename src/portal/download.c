/* SPDX-License-Identifier: Apache-2.0 */
/* /tai/KEY and /download/KEY: to the maker's page or the file we hold, counted. */
#include "portal/download.h"

#include "base/limits.h"
#include "portal/portal.h"

static const struct str prefixes[LANG__COUNT] = {
	[LANG_VI] = STR_INIT("/tai/"), [LANG_EN] = STR_INIT("/download/")};

enum {
	TEXT_BYTES = 4096 /* LIMIT_SITE_TEXT and a NUL */
};

/* The publication may be gone before the answer is handed on, which its own thread does before it
 * takes the next request. */
struct kept {
	char location[TEXT_BYTES];
	char file[TEXT_BYTES];
	char save_as[TEXT_BYTES];
};

static struct str keep(char to[TEXT_BYTES], struct str before, struct str s)
{
	if (before.size + s.size >= TEXT_BYTES)
		return STR("");
	memcpy(to, before.data, before.size);
	memcpy(to + before.size, s.data, s.size);
	to[before.size + s.size] = '\0';
	return (struct str){to, before.size + s.size};
}

struct str download_path(struct page *p, const struct tool *tool)
{
	struct writer w;
	writer_init(&w, TEXT_BYTES);
	writer_str(&w, prefixes[p->lang]);
	writer_str(&w, tool->key);
	struct str kept = page_keep(p, &w);
	writer_release(&w);
	return kept;
}

/* --- what counts --- */

/* "prefetch", "prefetch;prerender" (Fetch Standard, 3.5). */
static bool is_prefetch(struct str purpose)
{
	struct str parameters;
	return str_equal_nocase(str_trim(str_cut(purpose, ';', &parameters)), STR("prefetch"));
}

/* A download that goes on where it was broken off is not a new one. A range we do not understand
 * is sent as the whole file (RFC 9110, 14.2). */
static bool from_beginning(struct str range)
{
	struct str units = STR("bytes=");
	struct str rest;
	uint64_t first;
	if (!str_starts(range, units))
		return true;
	range = (struct str){range.data + units.size, range.size - units.size};
	struct str begin = str_trim(str_cut(range, '-', &rest));
	if (begin.size == 0)
		return false; /* the last so many bytes */
	return !str_to_u64(begin, UINT64_MAX, &first) || first == 0;
}

bool download_begins(struct str purpose, struct str sec_purpose, struct str range)
{
	return !is_prefetch(purpose) && !is_prefetch(sec_purpose) && from_beginning(range);
}

static void count(const struct http_request *q, const struct tool *tool)
{
	const struct portal_context *context = q->context;
	if (q->head || !context->counters || !context->once)
		return;
	if (!download_begins(http_header(q, "Purpose"), http_header(q, "Sec-Purpose"),
		    tool->file.size > 0 ? http_header(q, "Range") : STR("")))
		return;
	if (once_first(context->once, ip_unit(q->client), tool->key, q->now))
		(void)!counters_add(context->counters, tool->key, q->now);
}

/* --- the answer --- */

static enum lang lang_of(const struct http_request *q)
{
	return str_starts(q->path, prefixes[LANG_EN]) ? LANG_EN : LANG_VI;
}

static struct str key_of(const struct http_request *q)
{
	size_t before = prefixes[lang_of(q)].size;
	return q->path.size < before ? STR("")
				     : (struct str){q->path.data + before, q->path.size - before};
}

static void send_there(struct http_answer *a, const struct tool *tool)
{
	static _Thread_local struct kept kept;
	a->cache = HTTP_NO_STORE;
	if (tool->file.size > 0) {
		a->content_type = "application/octet-stream";
		a->file = keep(kept.file, STR("downloads/"), tool->sha256);
		a->save_as = keep(kept.save_as, STR(""), tool->file);
		return;
	}
	a->status = 302;
	a->location = keep(kept.location, STR(""), tool->url).data;
}

/* The page in the language of the address, which does not begin with it. */
static void say_unknown(const struct http_request *q, struct http_answer *a)
{
	struct http_request there = *q;
	there.path = page_path(PAGE_HOME, lang_of(q));
	a->status = 404;
	portal_error(&there, a);
}

void portal_download(const struct http_request *q, struct http_answer *a)
{
	const struct portal_context *context = q->context;
	const struct publication *publication = published_acquire(context->published);
	const struct tool *tool = site_tool(publication->site, key_of(q));
	if (tool) {
		count(q, tool);
		send_there(a, tool);
	}
	published_release(context->published, publication);
	if (!tool)
		say_unknown(q, a);
}
