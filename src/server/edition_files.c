/* SPDX-License-Identifier: Apache-2.0 */
#include "server/edition_files.h"

#include <math.h>

#include "base/limits.h"
#include "report/document_paper.h"
#include "server/command_site.h"

enum {
	BLOCKS_BEFORE_REPLIES = 2, /* heading and note */
	LINE_BYTES = 4096
};
#define FILE_LIMIT ((size_t)64 << 20)

struct str edition_public_part(size_t index)
{
	static const struct str names[EDITION_PUBLIC_PARTS] = {STR_INIT("vi.pdf"),
		STR_INIT("en.pdf"), STR_INIT("vi.xlsx"), STR_INIT("en.xlsx"), STR_INIT("json")};
	return names[index];
}

/* --- replies --- */

struct replies {
	struct arena *arena;
	struct edition_reply *list;
	size_t count;
};

static enum err count_reply(void *context, const struct edition_reply_entry *entry)
{
	size_t *count = context;
	(void)entry;
	return ++*count > LIMIT_EDITION_REPLIES ? E_LIMIT : E_OK;
}

static enum err take_reply(void *context, const struct edition_reply_entry *entry)
{
	struct replies *r = context;
	struct edition_reply *reply = &r->list[r->count++];
	*reply = entry->reply;
	reply->holder = arena_copy(r->arena, entry->reply.holder);
	reply->text = arena_copy(r->arena, entry->reply.text);
	reply->lang = arena_copy(r->arena, entry->reply.lang);
	if (!reply->holder.data || !reply->text.data || !reply->lang.data)
		return E_NOMEM;
	for (int i = 0; i < LANG__COUNT; i++) {
		reply->title[i] = arena_copy(r->arena, entry->reply.title[i]);
		if (!reply->title[i].data)
			return E_NOMEM;
	}
	return E_OK;
}

enum err edition_replies_load(struct store *store, const struct edition *facts, struct arena *arena,
	struct edition_reply **ret_replies, size_t *ret_count)
{
	struct replies r = {.arena = arena};
	size_t count = 0;
	TRY(store_each_edition_reply(
		store, facts->campaign, facts->number, false, count_reply, &count));
	r.list = arena_alloc(arena, count + 1, sizeof(*r.list));
	if (!r.list)
		return E_NOMEM;
	TRY(store_each_edition_reply(store, facts->campaign, facts->number, false, take_reply, &r));
	*ret_replies = r.list;
	*ret_count = r.count;
	return E_OK;
}

/* --- the document with them --- */

struct appending {
	struct arena *arena;
	enum lang lang;
	struct block *blocks;
	size_t count;
	enum err err;
};

static void append(struct appending *a, enum block_kind kind, struct str key, struct str text)
{
	a->blocks[a->count++] = (struct block){.kind = kind, .key = key, .text = text};
}

/* "VNPT Group (VNPT), 08:30 05/12/2020 UTC:" */
static struct str reply_head(struct appending *a, const struct edition_reply *r)
{
	struct writer name, time, line;
	struct str title = r->title[a->lang];
	writer_init(&name, LINE_BYTES);
	writer_init(&time, LINE_BYTES);
	writer_init(&line, LINE_BYTES);
	writer_str(&name, title.size > 0 ? title : r->holder);
	text_time(&time, a->lang, NULL, r->made);
	writer_text(&time, " UTC");
	text_write(&line, a->lang, MESSAGE_EDITION_REPLY_BY,
		(const struct text_arg[]){{STR("holder"), writer_view_str(&name)},
			{STR("time"), writer_view_str(&time)}},
		2);
	struct str head = arena_copy(a->arena, writer_view_str(&line));
	writer_release(&name);
	writer_release(&time);
	writer_release(&line);
	if (!head.data)
		a->err = E_NOMEM;
	return head;
}

static size_t count_lines(struct str text)
{
	size_t lines = 1;
	for (size_t i = 0; i < text.size; i++)
		lines += text.data[i] == '\n';
	return lines;
}

/* A line of the reply is a paragraph. */
static void append_reply(struct appending *a, const struct edition_reply *r)
{
	append(a, BLOCK_PARAGRAPH, STR(""), reply_head(a, r));
	for (struct str rest = r->text; rest.size > 0;) {
		struct str line = str_trim(str_cut(rest, '\n', &rest));
		if (line.size > 0)
			append(a, BLOCK_PARAGRAPH, STR(""), line);
	}
}

static enum err append_replies(
	struct document *d, const struct edition_reply *replies, size_t count, struct arena *arena)
{
	struct appending a = {.arena = arena, .lang = d->lang};
	size_t most = d->block_count + BLOCKS_BEFORE_REPLIES;
	for (size_t i = 0; i < count; i++)
		most += 1 + count_lines(replies[i].text);
	a.blocks = arena_alloc(arena, most, sizeof(*a.blocks));
	if (!a.blocks)
		return E_NOMEM;
	for (; a.count < d->block_count; a.count++)
		a.blocks[a.count] = d->blocks[a.count];
	append(&a, BLOCK_SECTION, STR("replies"), text(d->lang, MESSAGE_EDITION_REPLIES));
	append(&a, BLOCK_PARAGRAPH, STR(""), text(d->lang, MESSAGE_EDITION_REPLIES_NOTE));
	for (size_t i = 0; i < count; i++)
		append_reply(&a, &replies[i]);
	d->blocks = a.blocks;
	d->block_count = a.count;
	return a.err;
}

enum err edition_document_load(struct store *store, const struct edition *facts, enum lang lang,
	struct arena *arena, struct document *ret_document)
{
	static const struct str parts[LANG__COUNT] = {
		[LANG_VI] = STR_INIT("vi.document"), [LANG_EN] = STR_INIT("en.document")};
	struct bytes frozen;
	struct document d;
	struct edition_reply *replies;
	size_t count;
	TRY(store_edition_part(store, facts->campaign, facts->number, parts[lang], arena, &frozen));
	TRY(document_open(frozen, arena, &d));
	TRY(edition_replies_load(store, facts, arena, &replies, &count));
	if (count > 0)
		TRY(append_replies(&d, replies, count, arena));
	*ret_document = d;
	return E_OK;
}

/* --- JSON: docs/format/edition.md --- */

static void write_facts(struct writer *w, const struct edition *e)
{
	writer_char(w, '{');
	site_json_str(w, "campaign", e->campaign, true);
	site_json_number(w, "number", e->number);
	site_json_instant(w, "made", e->made);
	writer_text(w, ",\"as_of\":{\"change\":");
	writer_decimal(w, e->as_of);
	site_json_instant(w, "time", e->as_of_time);
	writer_char(w, '}');
	site_json_date(w, "public_from", e->public_from);
	site_json_str(w, "correction_vi", e->correction[LANG_VI], false);
	site_json_str(w, "correction_en", e->correction[LANG_EN], false);
	site_json_flag(w, "simulated", e->simulated);
	writer_char(w, '}');
}

static void write_figure(struct writer *w, const struct edition_figure *f)
{
	bool effect = str_equal(f->key, EDITION_NET_EFFECT);
	writer_char(w, '{');
	if (effect)
		writer_text(w, "\"net_effect\":true,\"goal\":null");
	else
		writer_text(w, "\"net_effect\":false"), site_json_str(w, "goal", f->key, false);
	if (f->verdict.size > 0)
		site_json_str(w, "verdict", f->verdict, false);
	else
		writer_text(w, ",\"verdict\":null");
	writer_text(w, ",\"value\":");
	site_json_real(w, f->value);
	writer_text(w, ",\"low\":");
	site_json_real(w, f->low);
	writer_text(w, ",\"high\":");
	site_json_real(w, f->high);
	writer_char(w, '}');
}

static void write_reply(struct writer *w, const struct edition_reply *r)
{
	writer_char(w, '{');
	site_json_str(w, "holder", r->holder, true);
	site_json_str(w, "title_vi", r->title[LANG_VI], false);
	site_json_str(w, "title_en", r->title[LANG_EN], false);
	site_json_str(w, "text", r->text, false);
	site_json_str(w, "lang", r->lang, false);
	site_json_instant(w, "made", r->made);
	writer_char(w, '}');
}

static enum err write_documents(
	struct store *store, const struct edition *facts, struct arena *arena, struct writer *w)
{
	struct document d;
	TRY(edition_document_load(store, facts, LANG_VI, arena, &d));
	writer_text(w, ",\"vi\":");
	document_write_json(w, &d);
	TRY(edition_document_load(store, facts, LANG_EN, arena, &d));
	writer_text(w, ",\"en\":");
	document_write_json(w, &d);
	return E_OK;
}

static enum err write_json(
	struct store *store, const struct edition *facts, struct arena *arena, struct writer *w)
{
	struct edition_figure *figures;
	struct edition_reply *replies;
	size_t figure_count, reply_count;
	TRY(store_edition_figures(
		store, facts->campaign, facts->number, arena, &figures, &figure_count));
	TRY(edition_replies_load(store, facts, arena, &replies, &reply_count));
	writer_text(w, "{\"edition\":");
	write_facts(w, facts);
	writer_text(w, ",\"figures\":[");
	for (size_t i = 0; i < figure_count; i++) {
		writer_text(w, i ? "," : "");
		write_figure(w, &figures[i]);
	}
	writer_text(w, "],\"replies\":[");
	for (size_t i = 0; i < reply_count; i++) {
		writer_text(w, i ? "," : "");
		write_reply(w, &replies[i]);
	}
	writer_char(w, ']');
	TRY(write_documents(store, facts, arena, w));
	writer_text(w, "}\n");
	return E_OK;
}

/* --- all shapes --- */

static enum err write_paper(struct store *store, const struct edition *facts, struct str name,
	struct arena *arena, struct writer *w)
{
	enum lang lang;
	struct str shape;
	struct document d;
	if (!lang_parse(str_cut(name, '.', &shape), &lang))
		return E_NOTFOUND;
	TRY(edition_document_load(store, facts, lang, arena, &d));
	if (str_equal(shape, STR("pdf")))
		return document_write_pdf(&d, w);
	return str_equal(shape, STR("xlsx")) ? document_write_xlsx(&d, w) : E_NOTFOUND;
}

enum err edition_part_make(struct store *store, const struct edition *facts, struct str name,
	struct arena *arena, struct bytes *ret_bytes)
{
	struct writer w;
	struct str copy = {NULL, 0};
	writer_init(&w, FILE_LIMIT);
	enum err err = str_equal(name, STR("json")) ? write_json(store, facts, arena, &w)
						    : write_paper(store, facts, name, arena, &w);
	if (err == E_OK)
		err = writer_end(&w);
	if (err == E_OK)
		copy = arena_copy(arena, writer_view_str(&w));
	writer_release(&w);
	TRY(err);
	if (!copy.data)
		return E_NOMEM;
	*ret_bytes = (struct bytes){(const uint8_t *)copy.data, copy.size};
	return E_OK;
}
