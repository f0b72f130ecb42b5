/* SPDX-License-Identifier: Apache-2.0 */
/* Frozen editions: made, replied to. */
#include "server/command_edition.h"

#include "base/limits.h"
#include "server/edition_make.h"
#include "server/publish_site.h"
#include "store/plan.h"

enum {
	REPLY_DAYS_MOST = 30
};

/* --- make --- */

static void show_progress(void *context, uint64_t done, uint64_t total)
{
	console_progress(context, done, total);
}

static bool read_line(struct context *c, const char *option, struct str *ret_line)
{
	*ret_line = str_trim(options_str(&c->options, option));
	if (ret_line->size == 0 || site_line_valid(*ret_line))
		return true;
	site_refuse(c, MESSAGE_SITE_BAD_TEXT, *ret_line);
	return false;
}

static bool read_order(struct context *c, struct edition_order *order)
{
	uint64_t days;
	if (!context_number(c, "reply-days", 0, REPLY_DAYS_MOST, EDITION_REPLY_DAYS, &days))
		return false;
	order->reply_days = (unsigned)days;
	return read_line(c, "correction-vi", &order->correction[LANG_VI]) &&
	       read_line(c, "correction-en", &order->correction[LANG_EN]);
}

static bool plan_is_sound(struct context *c, struct store *store, struct str key)
{
	struct plan plan;
	size_t goal;
	enum err err = store_find_plan(store, key, &c->arena, &plan);
	if (err == E_OK && plan_check(&plan, &goal) == PLAN_SOUND)
		return true;
	if (err == E_OK)
		site_refuse(c, MESSAGE_EDITION_PLAN_UNFINISHED, key);
	else if (err == E_NOTFOUND)
		site_refuse(c, MESSAGE_PLAN_NO_CAMPAIGN, key);
	else
		context_store_failed(c, store, err);
	return false;
}

/* Whoever changes what was published says why, in both languages; the first changes nothing. */
static bool corrections_fit(
	struct context *c, struct store *store, const struct edition_order *order)
{
	uint32_t last;
	const struct str *said = order->correction;
	enum err err = store_last_edition(store, order->campaign, &last);
	if (err != E_OK) {
		context_store_failed(c, store, err);
		return false;
	}
	if (last > 0 && (said[LANG_VI].size == 0 || said[LANG_EN].size == 0)) {
		console_say_with(&c->console, MESSAGE_EDITION_NEEDS_CORRECTION,
			{STR("got"), order->campaign}, context_number_text(c, "number", last));
		return false;
	}
	if (last == 0 && said[LANG_VI].size + said[LANG_EN].size > 0) {
		site_refuse(c, MESSAGE_EDITION_NOTHING_TO_CORRECT, order->campaign);
		return false;
	}
	return true;
}

static void write_figure(struct writer *w, const char *name, const struct edition_figure *f)
{
	writer_text(w, ",\"");
	writer_text(w, name);
	if (!f) {
		writer_text(w, "\":null");
		return;
	}
	writer_text(w, "\":{\"value\":");
	site_json_real(w, f->value);
	writer_text(w, ",\"low\":");
	site_json_real(w, f->low);
	writer_text(w, ",\"high\":");
	site_json_real(w, f->high);
	site_json_str(w, "verdict", f->verdict, false);
	writer_char(w, '}');
}

static void write_made(struct context *c, const struct edition_made *made)
{
	struct writer *w = &c->console.out;
	edition_json(c, &made->facts);
	writer_text(w, ",\"changed\":[");
	for (size_t i = 0; i < made->changes.count; i++) {
		const struct edition_change *change = &made->changes.list[i];
		writer_text(w, i ? ",{" : "{");
		site_json_str(w, "figure", change->key, true);
		write_figure(w, "before", change->before);
		write_figure(w, "after", change->after);
		writer_char(w, '}');
	}
	writer_text(w, "]}\n");
}

static void say_made(struct context *c, const struct edition_made *made)
{
	const struct edition *e = &made->facts;
	const struct text_arg number = context_number_text(c, "number", e->number);
	if (edition_is_public(e, c->now)) {
		site_say_with(c, MESSAGE_EDITION_MADE_PUBLIC, {STR("key"), e->campaign}, number);
		return;
	}
	site_say_with(c, MESSAGE_EDITION_MADE, {STR("key"), e->campaign}, number,
		{STR("day"), site_day_text(c, e->public_from)});
	site_say_with(c, MESSAGE_EDITION_HAND_OUT, {STR("key"), e->campaign}, number);
}

static int make(struct context *c, struct store *store)
{
	struct edition_made made;
	struct edition_order order = {
		.campaign = str_from(c->options.words[0]),
		.now = c->now,
		.progress = show_progress,
		.context = &c->console,
	};
	if (!read_order(c, &order) || !plan_is_sound(c, store, order.campaign) ||
		!corrections_fit(c, store, &order))
		return EXIT_FAILED;
	console_progress_begin(&c->console, text(c->console.lang, MESSAGE_CLI_COUNTING));
	enum err err = edition_make(store, &order, &c->arena, &made);
	console_progress_end(&c->console);
	if (err != E_OK)
		return context_store_failed(c, store, err);
	if (c->console.json)
		write_made(c, &made);
	else
		say_made(c, &made);
	return site_changed(c, store, E_OK);
}

int command_edition_make(struct context *context)
{
	struct store *store;
	if (!context_store(context, STORE_WRITE, &store))
		return EXIT_FAILED;
	int status = make(context, store);
	store_close(store);
	return status;
}

/* --- reply --- */

static bool read_reply(struct context *c, struct str *ret_text)
{
	*ret_text = str_trim(options_str(&c->options, "text"));
	if (ret_text->size > 0 && ret_text->size <= LIMIT_EDITION_REPLY &&
		site_body_valid(*ret_text))
		return true;
	console_say_with(&c->console, MESSAGE_EDITION_BAD_REPLY,
		context_number_text(c, "limit", LIMIT_EDITION_REPLY));
	return false;
}

/* As said, else as its letters say. */
static bool read_reply_lang(struct context *c, struct str reply, struct str *ret_lang)
{
	*ret_lang = options_str(&c->options, "reply-lang");
	if (ret_lang->size == 0)
		*ret_lang = edition_lang_of(reply);
	if (edition_lang_valid(*ret_lang))
		return true;
	console_say_with(&c->console, MESSAGE_EDITION_BAD_LANG, {STR("got"), *ret_lang});
	return false;
}

static int keep_reply(struct context *c, struct store *store)
{
	struct edition e;
	struct edition_holder holder;
	struct str author;
	struct edition_reply reply = {.holder = str_from(c->options.words[2])};
	if (!read_reply(c, &reply.text) || !read_reply_lang(c, reply.text, &reply.lang) ||
		!site_author(c, &author) || !edition_chosen(c, store, &e))
		return EXIT_FAILED;
	enum err err =
		store_edition_holder(store, e.campaign, e.number, reply.holder, &c->arena, &holder);
	if (err == E_NOTFOUND)
		return site_refuse(c, MESSAGE_EDITION_NO_HOLDER, reply.holder);
	if (err == E_OK) {
		reply.title[LANG_VI] = holder.title[LANG_VI];
		reply.title[LANG_EN] = holder.title[LANG_EN];
		err = store_put_edition_reply(store, e.campaign, e.number, &reply, author, c->now);
	}
	if (err == E_DENIED) {
		console_say_with(&c->console, MESSAGE_EDITION_REPLY_CLOSED,
			{STR("got"), e.campaign}, context_number_text(c, "number", e.number));
		return EXIT_FAILED;
	}
	if (err != E_OK)
		return context_store_failed(c, store, err);
	site_say_with(c, MESSAGE_EDITION_REPLY_KEPT, {STR("key"), e.campaign},
		context_number_text(c, "number", e.number), {STR("holder"), reply.holder},
		{STR("lang"), reply.lang.size > 0
				      ? reply.lang
				      : text(c->console.lang, MESSAGE_EDITION_LANG_UNKNOWN)});
	return EXIT_FINE;
}

int command_edition_reply(struct context *context)
{
	struct store *store;
	if (!context_store(context, STORE_WRITE, &store))
		return EXIT_FAILED;
	int status = keep_reply(context, store);
	store_close(store);
	return status;
}
