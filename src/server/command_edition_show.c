/* SPDX-License-Identifier: Apache-2.0 */
/* Editions looked at: listed, shown, written as files. */
#include <fcntl.h>
#include <stdio.h>

#include "os/file.h"
#include "report/evaluation_words.h"
#include "report/picture.h"
#include "server/command_edition.h"
#include "server/edition_changes.h"
#include "server/edition_files.h"
#include "store/plan.h"

enum {
	TEXT_BYTES = 4096,
	FILE_NAME_BYTES = 160
};
#define PAGE_LIMIT ((size_t)64 << 20)

struct str edition_time_text(struct context *c, struct instant t)
{
	struct writer w;
	writer_init(&w, TEXT_BYTES);
	text_time(&w, c->console.lang, NULL, t);
	writer_text(&w, " UTC");
	struct str copy = arena_copy(&c->arena, writer_view_str(&w));
	writer_release(&w);
	return copy;
}

void edition_say(struct context *c, const struct edition *e)
{
	bool is_public = edition_is_public(e, c->now);
	site_say_with(c, is_public ? MESSAGE_EDITION_LINE : MESSAGE_EDITION_LINE_WAITING,
		{STR("key"), e->campaign}, context_number_text(c, "number", e->number),
		{STR("made"), edition_time_text(c, e->made)},
		context_number_text(c, "as_of", e->as_of),
		{STR("as_of_time"), edition_time_text(c, e->as_of_time)},
		{STR("day"), site_day_text(c, e->public_from)});
	if (e->simulated)
		site_say(c, MESSAGE_EDITION_LINE_SIMULATED, NULL, 0);
	if (e->correction[c->console.lang].size > 0)
		site_say_with(c, MESSAGE_EDITION_LINE_CORRECTION,
			{STR("text"), e->correction[c->console.lang]});
}

void edition_json(struct context *c, const struct edition *e)
{
	struct writer *w = &c->console.out;
	writer_char(w, '{');
	site_json_str(w, "campaign", e->campaign, true);
	site_json_number(w, "number", e->number);
	site_json_instant(w, "made", e->made);
	site_json_number(w, "as_of", e->as_of);
	site_json_instant(w, "as_of_time", e->as_of_time);
	site_json_date(w, "public_from", e->public_from);
	site_json_flag(w, "public", edition_is_public(e, c->now));
	site_json_str(w, "correction_vi", e->correction[LANG_VI], false);
	site_json_str(w, "correction_en", e->correction[LANG_EN], false);
	site_json_flag(w, "simulated", e->simulated);
}

/* --- which one --- */

static bool not_found(struct context *c, struct str campaign, uint64_t number)
{
	console_say_with(&c->console, MESSAGE_EDITION_NOT_FOUND, {STR("got"), campaign},
		context_number_text(c, "number", number));
	return false;
}

bool edition_chosen(struct context *c, struct store *store, struct edition *ret_edition)
{
	uint64_t number = 0;
	uint32_t last;
	struct str campaign = str_from(c->options.words[0]);
	struct str got = c->options.word_count > 1 ? str_from(c->options.words[1]) : STR("");
	enum err err = store_last_edition(store, campaign, &last);
	if (err == E_OK && got.size > 0 && !str_to_u64(got, UINT32_MAX, &number)) {
		console_say_with(&c->console, MESSAGE_EDITION_NOT_FOUND, {STR("got"), campaign},
			{STR("number"), got});
		return false;
	}
	if (err == E_OK) {
		number = got.size > 0 ? number : last;
		err = store_find_edition(store, campaign, (uint32_t)number, &c->arena, ret_edition);
	}
	if (err == E_NOTFOUND)
		return not_found(c, campaign, number);
	if (err != E_OK)
		context_store_failed(c, store, err);
	return err == E_OK;
}

/* --- list --- */

struct listing {
	struct context *context;
	size_t count;
};

static enum err list_one(void *context, const struct edition *e)
{
	struct listing *l = context;
	l->count++;
	if (!l->context->console.json) {
		edition_say(l->context, e);
		return E_OK;
	}
	edition_json(l->context, e);
	writer_text(&l->context->console.out, "}\n");
	return E_OK;
}

int command_edition_list(struct context *context)
{
	struct store *store;
	struct listing l = {.context = context};
	struct str campaign =
		context->options.word_count > 0 ? str_from(context->options.words[0]) : STR("");
	if (!context_store(context, STORE_READ, &store))
		return EXIT_FAILED;
	enum err err = store_each_edition(store, campaign, list_one, &l);
	int status = err == E_OK ? EXIT_FINE : context_store_failed(context, store, err);
	store_close(store);
	if (err == E_OK && l.count == 0 && !context->console.json)
		site_say(context, MESSAGE_EDITION_NONE, NULL, 0);
	return status;
}

/* --- show --- */

static struct str share_text(struct context *c, const struct edition_figure *f)
{
	struct writer w;
	struct cell cell = {
		.kind = CELL_SHARE, .decimals = 1, .number = {f->value, f->low, f->high}};
	if (!estimate_known(cell.number))
		cell.kind = CELL_NOT_KNOWN;
	writer_init(&w, TEXT_BYTES);
	cell_write(&w, c->console.lang, &cell);
	struct str copy = arena_copy(&c->arena, writer_view_str(&w));
	writer_release(&w);
	return copy;
}

static void say_figure(struct context *c, const struct plan *plan, const struct edition_figure *f)
{
	enum lang lang = c->console.lang;
	struct str title = edition_figure_title(plan, f->key, lang, &c->arena);
	for (int v = 0; v < VERDICT__COUNT; v++)
		if (str_equal(f->verdict, verdict_name((enum verdict)v))) {
			site_say_with(c, MESSAGE_EDITION_LINE_VERDICT, {STR("figure"), title},
				{STR("verdict"), text(lang, verdict_message((enum verdict)v))},
				{STR("value"), share_text(c, f)});
			return;
		}
	site_say_with(c, MESSAGE_EDITION_LINE_FIGURE, {STR("figure"), title},
		{STR("value"), share_text(c, f)});
}

static enum err say_reply(void *context, const struct edition_reply_entry *entry)
{
	struct context *c = context;
	struct writer text_out;
	writer_init(&text_out, TEXT_BYTES * 16);
	for (struct str rest = entry->reply.text; rest.size > 0;) {
		struct str line = str_trim(str_cut(rest, '\n', &rest));
		writer_text(&text_out, line.size > 0 && text_out.size > 0 ? " / " : "");
		writer_printable(&text_out, line);
	}
	site_say_with(c,
		entry->current ? MESSAGE_EDITION_LINE_REPLY : MESSAGE_EDITION_LINE_REPLY_OLD,
		{STR("holder"), entry->reply.holder},
		{STR("time"), edition_time_text(c, entry->reply.made)},
		{STR("author"), entry->author}, {STR("text"), writer_view_str(&text_out)});
	writer_release(&text_out);
	return E_OK;
}

struct reply_json {
	struct context *context;
	size_t count;
};

static enum err write_reply(void *context, const struct edition_reply_entry *entry)
{
	struct reply_json *r = context;
	struct writer *w = &r->context->console.out;
	writer_text(w, r->count++ ? ",{" : "{");
	site_json_str(w, "holder", entry->reply.holder, true);
	site_json_str(w, "title_vi", entry->reply.title[LANG_VI], false);
	site_json_str(w, "title_en", entry->reply.title[LANG_EN], false);
	site_json_str(w, "text", entry->reply.text, false);
	site_json_str(w, "lang", entry->reply.lang, false);
	site_json_str(w, "author", entry->author, false);
	site_json_instant(w, "made", entry->reply.made);
	site_json_flag(w, "current", entry->current);
	writer_char(w, '}');
	return E_OK;
}

/* With everything that was judged: for the archive's keepers, not for the public. */
static enum err show_json(struct context *c, struct store *store, const struct edition *e)
{
	struct bytes evaluation;
	struct writer *w = &c->console.out;
	struct reply_json replies = {.context = c};
	TRY(store_edition_part(
		store, e->campaign, e->number, STR("evaluation.json"), &c->arena, &evaluation));
	edition_json(c, e);
	writer_text(w, ",\"replies\":[");
	TRY(store_each_edition_reply(store, e->campaign, e->number, true, write_reply, &replies));
	writer_text(w, "],\"evaluation\":");
	writer_str(w, str_trim((struct str){(const char *)evaluation.data, evaluation.size}));
	writer_text(w, "}\n");
	return E_OK;
}

static enum err show_text(struct context *c, struct store *store, const struct edition *e)
{
	struct plan plan;
	struct edition_figure *figures;
	size_t count;
	TRY(store_find_plan(store, e->campaign, &c->arena, &plan));
	TRY(store_edition_figures(store, e->campaign, e->number, &c->arena, &figures, &count));
	edition_say(c, e);
	for (size_t i = 0; i < count; i++)
		say_figure(c, &plan, &figures[i]);
	return store_each_edition_reply(store, e->campaign, e->number, true, say_reply, c);
}

int command_edition_show(struct context *context)
{
	struct store *store;
	struct edition e;
	int status = EXIT_FAILED;
	if (!context_store(context, STORE_READ, &store))
		return EXIT_FAILED;
	if (edition_chosen(context, store, &e)) {
		enum err err = context->console.json ? show_json(context, store, &e)
						     : show_text(context, store, &e);
		status = err == E_OK ? EXIT_FINE : context_store_failed(context, store, err);
	}
	store_close(store);
	return status;
}

/* --- files --- */

static enum err put_file(
	struct context *c, int folder, const struct edition *e, struct str part, struct bytes bytes)
{
	char name[FILE_NAME_BYTES];
	struct writer *w = &c->console.out;
	int size = snprintf(
		name, sizeof(name), "%.*s-%u.%.*s", STR_ARG(e->campaign), e->number, STR_ARG(part));
	if (size < 0 || (size_t)size >= sizeof(name))
		return E_LIMIT;
	TRY(file_put(folder, name, bytes, true));
	writer_text(w, options_get(&c->options, "out"));
	writer_char(w, '/');
	writer_text(w, name);
	writer_char(w, '\n');
	return E_OK;
}

/* What is public is handed out as it was published. */
static enum err put_part(struct context *c, struct store *store, int folder,
	const struct edition *e, struct str part)
{
	struct bytes bytes;
	enum err err = store_edition_part(store, e->campaign, e->number, part, &c->arena, &bytes);
	if (err == E_NOTFOUND)
		err = edition_part_make(store, e, part, &c->arena, &bytes);
	return err == E_OK ? put_file(c, folder, e, part, bytes) : err;
}

static enum err put_page(
	struct context *c, struct store *store, int folder, const struct edition *e, enum lang lang)
{
	struct document d;
	struct writer page;
	TRY(edition_document_load(store, e, lang, &c->arena, &d));
	writer_init(&page, PAGE_LIMIT);
	document_write_page(&page, &d);
	enum err err = writer_end(&page);
	if (err == E_OK)
		err = put_file(c, folder, e, lang == LANG_VI ? STR("vi.html") : STR("en.html"),
			writer_view(&page));
	writer_release(&page);
	return err;
}

static enum err put_all(struct context *c, struct store *store, int folder, const struct edition *e)
{
	bool fonts = picture_fonts_suffice();
	for (size_t i = 0; i < EDITION_PUBLIC_PARTS; i++)
		if (fonts || !str_ends(edition_public_part(i), STR(".pdf")))
			TRY(put_part(c, store, folder, e, edition_public_part(i)));
	for (int lang = 0; lang < LANG__COUNT; lang++)
		TRY(put_page(c, store, folder, e, (enum lang)lang));
	if (!fonts)
		console_say(&c->console, MESSAGE_EDITION_NO_FONTS, NULL, 0);
	return E_OK;
}

static enum err open_out(const char *path, int *ret_folder)
{
	enum err err = folder_make(AT_FDCWD, path);
	return err == E_OK || err == E_EXISTS ? folder_open(AT_FDCWD, path, ret_folder) : err;
}

/* One file alone, by the ending of its name and in the language of the command. */
static enum err put_one(struct context *c, struct store *store, const struct edition *e)
{
	struct writer part;
	struct bytes bytes;
	const char *path = options_get(&c->options, "output");
	bool pdf = str_ends(str_from(path), STR(".pdf"));
	writer_init(&part, FILE_NAME_BYTES);
	writer_text(&part, c->console.lang == LANG_EN ? "en" : "vi");
	writer_text(&part, pdf ? ".pdf" : ".xlsx");
	struct str name = writer_view_str(&part);
	enum err err = store_edition_part(store, e->campaign, e->number, name, &c->arena, &bytes);
	if (err == E_NOTFOUND)
		err = edition_part_make(store, e, name, &c->arena, &bytes);
	writer_release(&part);
	return err == E_OK ? file_put(AT_FDCWD, path, bytes, false) : err;
}

static bool output_is_known(struct context *c)
{
	struct str path = options_str(&c->options, "output");
	bool pdf = str_ends(path, STR(".pdf"));
	if (!pdf && !str_ends(path, STR(".xlsx"))) {
		console_say_with(&c->console, MESSAGE_PAPER_BAD_OUTPUT, {STR("got"), path});
		return false;
	}
	if (pdf && !picture_fonts_suffice()) {
		console_say(&c->console, MESSAGE_EDITION_NO_FONTS, NULL, 0);
		return false;
	}
	return true;
}

static int make_one(struct context *c)
{
	struct store *store;
	struct edition e;
	int status = EXIT_FAILED;
	if (!output_is_known(c) || !context_store(c, STORE_READ, &store))
		return EXIT_FAILED;
	if (edition_chosen(c, store, &e)) {
		enum err err = put_one(c, store, &e);
		status = err == E_OK ? EXIT_FINE : context_store_failed(c, store, err);
	}
	store_close(store);
	return status;
}

int command_edition_files(struct context *context)
{
	struct store *store;
	struct edition e;
	int folder;
	int status = EXIT_FAILED;
	const char *out = options_get(&context->options, "out");
	if (options_has(&context->options, "output"))
		return make_one(context);
	if (!out) {
		console_say(&context->console, MESSAGE_EDITION_NO_OUT, NULL, 0);
		return EXIT_FAILED;
	}
	if (!context_store(context, STORE_READ, &store))
		return EXIT_FAILED;
	if (edition_chosen(context, store, &e)) {
		enum err err = open_out(out, &folder);
		if (err != E_OK) {
			status = context_failed(context, str_from(out), err);
		} else {
			err = put_all(context, store, folder, &e);
			file_close(&folder);
			status =
				err == E_OK ? EXIT_FINE : context_store_failed(context, store, err);
		}
	}
	store_close(store);
	return status;
}
