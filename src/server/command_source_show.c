/* SPDX-License-Identifier: Apache-2.0 */
/* How it goes with sources. */
#include "base/limits.h"
#include "fetch/address.h"
#include "format/json_object.h"
#include "server/command_site.h"
#include "server/command_source.h"
#include "server/fetch_run.h"
#include "server/zone.h"

struct showing {
	struct context *c;
	struct fetch_spool spool;
	struct writer bytes, of_item;
	struct str name;   /* of the source whose items are looked at */
	struct zone *zone; /* its clock */
	uint64_t counts[ITEM_PLACE__COUNT];
	enum item_place place;
	struct object *items; /* refused ones go here, too */
	bool lines;           /* or are said */
	bool options;         /* all that is written down */
	bool any;             /* there was a source */
};

static struct str time_words(struct showing *s, struct instant t)
{
	struct writer w;
	if (t.seconds <= 0)
		return text(s->c->console.lang, MESSAGE_SOURCE_NEVER);
	writer_init(&w, 64);
	text_time(&w, s->c->console.lang, s->zone, t);
	struct str copy = arena_copy(&s->c->arena, writer_view_str(&w));
	writer_release(&w);
	return copy;
}

/* In the language of whoever reads it now. */
static struct str failure_words(struct context *c, const struct source_state *state)
{
	struct writer w;
	writer_init(&w, 4096);
	source_why_write(&w, c->console.lang, state->why, str_from(state->words));
	struct str copy = arena_copy(&c->arena, writer_view_str(&w));
	writer_release(&w);
	return copy;
}

static struct str refusal_words(struct context *c, const struct item *item)
{
	struct writer w;
	writer_init(&w, 4096);
	refusal_write(&w, c->console.lang, item->reason);
	struct str copy = arena_copy(&c->arena, writer_view_str(&w));
	writer_release(&w);
	return copy;
}

/* --- items --- */

static void show_refused(struct showing *s, const struct item *item)
{
	if (s->items) {
		object_open(s->items, NULL);
		object_text(s->items, "file", item->file);
		object_instant(s->items, "fetched", item->begun);
		object_text(s->items, "reason", refusal_words(s->c, item));
		object_close(s->items);
	} else if (s->lines) {
		site_say_with(s->c, MESSAGE_SOURCE_LIST_REFUSED, {STR("file"), item->file},
			{STR("fetched"), time_words(s, item->begun)},
			{STR("what"), refusal_words(s->c, item)});
	}
}

static enum err count_item(void *context, const char *id)
{
	struct showing *s = context;
	struct item item;
	enum err err = fetch_item_read(&s->spool, s->place, id, &s->of_item, &item);
	/* It went on meanwhile, or nobody knows whose it was. */
	if (err == E_NOTFOUND || err == E_CORRUPT || err == E_VERSION)
		return E_OK;
	TRY(err);
	if (!str_equal(item.source, s->name))
		return E_OK;
	s->counts[s->place]++;
	if (s->place == ITEM_REFUSED)
		show_refused(s, &item);
	return E_OK;
}

static enum err look_at_items(struct showing *s, enum item_place place)
{
	s->place = place;
	s->counts[place] = 0;
	return fetch_each_item(&s->spool, place, count_item, s);
}

/* --- one source --- */

static struct str every_text(struct context *c, const struct source *source)
{
	struct writer w;
	writer_init(&w, 64);
	schedule_write(&w, &source->schedule);
	struct str copy = arena_copy(&c->arena, writer_view_str(&w));
	writer_release(&w);
	return copy;
}

static void put_time(struct object *o, const char *key, struct instant t)
{
	if (t.seconds > 0 && t.seconds < INT64_MAX)
		object_instant(o, key, t);
	else
		object_null(o, key);
}

static void put_auth(struct object *o, const struct source *source)
{
	struct writer w;
	writer_init(&w, 128);
	source_auth_write(&w, source);
	object_text(o, "auth", writer_view_str(&w));
	writer_release(&w);
}

static void put_settings(struct showing *s, struct object *o, const struct source *source)
{
	object_text(o, "source", source->name);
	object_text(o, "kind", source_kind_name(source->kind));
	object_flag(o, "paused", source->paused);
	object_text(o, "every", every_text(s->c, source));
	object_text(o, "zone", source->zone);
	object_text(o, "address", source->address);
	if (source->kind == SOURCE_SHADOWSERVER)
		object_text(o, "download", source->download);
	object_text_if_any(o, "lists", source->reports);
	object_text_if_any(o, "types", source->types);
	put_auth(o, source);
	object_text_if_any(o, "secret_file", source->secret_file);
	object_text_if_any(o, "ca_file", source->authorities);
	object_text(o, "feed", source->feed);
	object_text_if_any(o, "format", source->format);
	object_text_if_any(o, "feed_kind", source->feed_kind);
	object_text_if_any(o, "botnet", source->botnet);
	object_text_if_any(o, "map", source->map);
	object_text(o, "observed_rule", source_observed_name(source->observed));
	object_number(o, "catch_up", source->catch_up);
	object_number(o, "lag", source->lag);
	object_number(o, "most_bytes", source->most_bytes);
	object_number(o, "most_seconds", source->most_seconds);
	if (source->kind == SOURCE_FOLDER) {
		object_number(o, "still", source->still);
		object_flag(o, "move", source->move);
	}
}

/* --- the same as it was said to `source add` --- */

static void put_option(struct showing *s, const char *option, struct str value)
{
	struct writer *w = &s->c->console.out;
	if (value.size == 0)
		return;
	writer_text(w, "    --");
	writer_text(w, option);
	writer_char(w, ' ');
	writer_str(w, value);
	writer_char(w, '\n');
}

static void put_option_number(struct showing *s, const char *option, uint64_t value)
{
	struct writer w;
	writer_init(&w, 64);
	writer_decimal(&w, value);
	put_option(s, option, writer_view_str(&w));
	writer_release(&w);
}

static void put_option_auth(struct showing *s, const struct source *source)
{
	struct writer w;
	if (source->secret_file.size == 0)
		return;
	writer_init(&w, 128);
	source_auth_write(&w, source);
	put_option(s, "auth", writer_view_str(&w));
	writer_release(&w);
}

static void show_options(struct showing *s, const struct source *source)
{
	bool folder = source->kind == SOURCE_FOLDER;
	bool reports = source->kind == SOURCE_SHADOWSERVER;
	bool days = source->kind == SOURCE_URL && address_has_day(source->address);
	put_option(s, folder ? "folder" : "url", source->address);
	put_option(s, "every", every_text(s->c, source));
	if (reports)
		put_option(s, "download", source->download);
	put_option(s, "lists", source->reports);
	put_option(s, "types", source->types);
	put_option(s, "zone", source->zone);
	if (!reports)
		put_option_auth(s, source);
	put_option(s, "secret-file", source->secret_file);
	put_option(s, "ca-file", source->authorities);
	put_option(s, "feed", source->feed);
	put_option(s, "format", source->format);
	put_option(s, "kind", source->feed_kind);
	put_option(s, "botnet", source->botnet);
	put_option(s, "map", source->map);
	put_option(s, "observed-rule", source_observed_name(source->observed));
	if (days || reports)
		put_option_number(s, "catch-up", source->catch_up);
	if (days)
		put_option_number(s, "lag", source->lag);
	if (folder) {
		put_option_number(s, "still", source->still);
		put_option(s, "move", source->move ? STR("yes") : STR("no"));
		return;
	}
	put_option_number(s, "most-bytes", source->most_bytes);
	put_option_number(s, "most-seconds", source->most_seconds);
}

/* What has never been fetched is due now. */
static struct instant next_time(
	const struct context *c, const struct source *source, const struct source_state *state)
{
	struct instant due = fetch_due(source, state);
	return due.seconds > 0 ? due : c->now;
}

static enum err show_json(
	struct showing *s, const struct source *source, const struct source_state *state)
{
	struct writer *w = &s->c->console.out;
	struct object o;
	object_init(&o, w);
	object_open(&o, NULL);
	put_settings(s, &o, source);
	put_time(&o, "fetched", state->fetched);
	put_time(&o, "failed", state->failed);
	object_number(&o, "failures", state->failures);
	if (state->why != WHY_NONE) {
		object_text(&o, "why", source_why_name(state->why));
		object_text(&o, "error", failure_words(s->c, state));
	}
	put_time(&o, "next", next_time(s->c, source, state));
	object_number(&o, "files", state->files);
	object_text_if_any(&o, "file", str_from(state->file));
	object_number(&o, "bytes", state->bytes);
	enum err err = look_at_items(s, ITEM_NEW);
	object_number(&o, "waiting", s->counts[ITEM_NEW]);
	object_open_array(&o, "refused");
	s->items = &o;
	if (err == E_OK)
		err = look_at_items(s, ITEM_REFUSED);
	s->items = NULL;
	object_close_array(&o);
	object_close(&o);
	writer_char(w, '\n');
	return err;
}

static struct str next_text(
	struct showing *s, const struct source *source, const struct source_state *state)
{
	struct context *c = s->c;
	if (source->paused)
		return text(c->console.lang, MESSAGE_SOURCE_NEXT_PAUSED);
	struct instant due = fetch_due(source, state);
	return due.seconds <= c->now.seconds ? text(c->console.lang, MESSAGE_SOURCE_NEXT_NOW)
					     : time_words(s, due);
}

static enum err show_text(
	struct showing *s, const struct source *source, const struct source_state *state)
{
	struct context *c = s->c;
	TRY(look_at_items(s, ITEM_NEW));
	site_say_with(c, MESSAGE_SOURCE_LIST_LINE, {STR("source"), source->name},
		{STR("kind"), source_kind_name(source->kind)},
		{STR("every"), every_text(c, source)}, {STR("address"), source->address},
		{STR("zone"), source->zone}, {STR("fetched"), time_words(s, state->fetched)},
		{STR("next"), next_text(s, source, state)});
	if (state->file[0])
		site_say_with(c, MESSAGE_SOURCE_LIST_FILE, {STR("file"), str_from(state->file)},
			context_number_text(c, "bytes", state->bytes),
			context_number_text(c, "files", state->files));
	if (s->counts[ITEM_NEW] > 0)
		site_say_with(c, MESSAGE_SOURCE_LIST_WAITS,
			context_number_text(c, "waiting", s->counts[ITEM_NEW]));
	if (state->failures > 0)
		site_say_with(c, MESSAGE_SOURCE_LIST_FAILED,
			{STR("failed"), time_words(s, state->failed)},
			context_number_text(c, "count", state->failures),
			{STR("what"), failure_words(c, state)});
	s->lines = true;
	TRY(look_at_items(s, ITEM_REFUSED));
	if (s->counts[ITEM_REFUSED] > 0)
		site_say_with(c, MESSAGE_SOURCE_LIST_AGAIN, {STR("source"), source->name});
	if (s->options)
		show_options(s, source);
	return E_OK;
}

static enum err show_source(void *context, const char *name)
{
	struct showing *s = context;
	struct source source;
	struct source_state state;
	enum err err = fetch_read_source(&s->spool, name, &s->bytes, &source);
	if (err == E_OK)
		err = fetch_read_state(&s->spool, name, &state);
	if (err != E_OK) {
		context_failed(s->c, str_from(name), err);
		return E_OK;
	}
	s->name = source.name;
	s->zone = zone_load(source.zone);
	err = s->c->console.json ? show_json(s, &source, &state) : show_text(s, &source, &state);
	zone_free(s->zone);
	s->zone = NULL;
	s->any = true;
	console_flush(&s->c->console);
	return err;
}

static int say_none(struct context *c)
{
	if (!c->console.json)
		console_say(&c->console, MESSAGE_SOURCE_NONE, NULL, 0);
	return EXIT_FINE;
}

static int show(struct context *c, const char *name)
{
	struct showing s = {.c = c, .options = name != NULL};
	bool none;
	if (!source_spool(c, false, &s.spool, &none))
		return EXIT_FAILED;
	if (none && !name)
		return say_none(c);
	if (none)
		return site_refuse(c, MESSAGE_SOURCE_UNKNOWN, str_from(name));
	struct source source;
	writer_init(&s.bytes, LIMIT_FETCH_FILE);
	writer_init(&s.of_item, LIMIT_FETCH_FILE);
	enum err err = E_OK;
	bool there = !name || source_read(c, &s.spool, name, &s.bytes, &source);
	if (there)
		err = name ? show_source(&s, name) : fetch_each_source(&s.spool, show_source, &s);
	writer_release(&s.bytes);
	writer_release(&s.of_item);
	fetch_spool_close(&s.spool);
	if (err != E_OK)
		return context_failed(c, STR("fetch"), err);
	if (!name && !s.any)
		return say_none(c);
	return there ? EXIT_FINE : EXIT_FAILED;
}

int command_source_list(struct context *context)
{
	return show(context, NULL);
}

int command_source_show(struct context *context)
{
	return show(context, context->options.words[0]);
}
