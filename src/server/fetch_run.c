/* SPDX-License-Identifier: Apache-2.0 */
#include "server/fetch_run.h"

#include <fcntl.h>
#include <stdio.h>

#include "base/limits.h"
#include "fetch/address.h"
#include "fetch/due.h"
#include "format/sealed.h"
#include "os/system.h"
#include "server/fetch_secret.h"
#include "server/zone.h"

enum {
	ARENA_BYTES = 256 << 20,
	NOT_YET = 3600 /* seconds until a day is asked for again that is not there yet */
};

/* --- when --- */

static int32_t offset_of(struct str name, struct instant at)
{
	struct zone *zone = zone_load(name);
	int32_t offset = zone_offset(zone, at);
	zone_free(zone);
	return offset;
}

struct instant fetch_due(const struct source *source, const struct source_state *state)
{
	bool clock = source->schedule.at_set && state->fetched.seconds > 0;
	return source_due(source, state, clock ? offset_of(source->zone, state->fetched) : 0);
}

/* --- from one address --- */

static struct str with_places(struct fetching *f, const struct date *day, bool secret)
{
	struct writer w;
	writer_init(&w, LIMIT_FETCH_ADDRESS + LIMIT_FETCH_SECRET);
	address_write(&w, f->source->address, day,
		secret && f->source->auth == AUTH_URL ? fetch_secret_line(&f->secret) : STR(""));
	struct str made = arena_copy(&f->run->arena, writer_view_str(&w));
	if (w.data)
		explicit_bzero(w.data, w.size);
	writer_release(&w);
	return made;
}

static enum err fetch_address(struct fetching *f)
{
	bool missing;
	const struct fetch_wanted wanted = {.address = f->source->address,
		.full = with_places(f, NULL, true),
		.called = f->source->address,
		.key = STR("")};
	return wanted.full.data ? fetch_one(f, &wanted, &missing) : E_NOMEM;
}

/* --- day by day --- */

static enum err put_taken(struct fetching *f)
{
	const char *name = arena_cstr(&f->run->arena, f->source->name);
	return name ? fetch_put_taken(&f->run->spool, name, &f->taken, true) : E_NOMEM;
}

static enum err take_day(struct fetching *f, struct date day, bool newest)
{
	char key[16];
	bool missing = false;
	snprintf(key, sizeof(key), "%04d-%02d-%02d", day.year, day.month, day.day);
	bool known = taken_has(&f->taken, str_from(key));
	if (known && !f->run->again)
		return E_OK;
	const struct fetch_wanted wanted = {.address = with_places(f, &day, false),
		.full = with_places(f, &day, true),
		.called = with_places(f, &day, false),
		.key = str_from(key),
		.day = &day};
	if (!wanted.address.data || !wanted.full.data)
		return E_NOMEM;
	TRY(fetch_one(f, &wanted, &missing));
	/* A publisher keeps only so many days, and the newest comes when it comes. */
	if (missing) {
		f->missing++;
		f->newest_missing = newest;
	} else if (f->why == WHY_NONE && !known) {
		TRY(taken_add(&f->taken, str_from(key)));
		TRY(put_taken(f));
	}
	return E_OK;
}

static enum err fetch_days(struct fetching *f)
{
	const struct source *s = f->source;
	int64_t newest = system_now().seconds - (int64_t)s->lag * SECONDS_PER_DAY;
	enum source_why why = WHY_NONE;
	struct str what = STR("");
	for (uint64_t back = s->catch_up + 1; back > 0; back--) {
		struct instant at = {newest - (int64_t)(back - 1) * SECONDS_PER_DAY};
		uint64_t missing = f->missing;
		TRY(take_day(f, instant_date(at), back == 1));
		if (f->why != WHY_NONE && f->missing == missing)
			return E_OK;
		/* Not there: only where nothing is there at all somebody should know. */
		what = f->why != WHY_NONE ? f->what : what;
		why = f->why != WHY_NONE ? f->why : why;
		f->why = WHY_NONE;
	}
	if (f->missing > 0 && f->files == 0 && f->taken.count + f->taken.added_count == 0) {
		f->why = why;
		f->what = what;
	}
	return E_OK;
}

/* --- all of a source --- */

static enum err open_secret(struct fetching *f)
{
	const struct source *s = f->source;
	if (s->secret_file.size == 0)
		return E_OK;
	const char *path = arena_cstr(&f->run->arena, s->secret_file);
	enum err err = path ? fetch_secret_load(path, &f->secret) : E_NOMEM;
	if (err == E_DENIED)
		fetch_failed(f, WHY_SECRET_OPEN, s->secret_file);
	else if (err == E_TRUNCATED)
		fetch_failed(f, WHY_SECRET_EMPTY, s->secret_file);
	else if (err != E_OK && err != E_NOMEM)
		fetch_failed(f, WHY_SECRET_GONE, s->secret_file);
	return err == E_NOMEM ? err : E_OK;
}

static enum err open_authorities(struct fetching *f)
{
	const struct source *s = f->source;
	if (s->authorities.size == 0)
		return E_OK;
	const char *path = arena_cstr(&f->run->arena, s->authorities);
	if (!path)
		return E_NOMEM;
	if (file_open_read(AT_FDCWD, path, &f->authorities) != E_OK)
		fetch_failed(f, WHY_AUTHORITIES_GONE, s->authorities);
	return E_OK;
}

static enum err fetch_kind(struct fetching *f)
{
	TRY(open_secret(f));
	TRY(open_authorities(f));
	if (f->why != WHY_NONE)
		return E_OK;
	switch (f->source->kind) {
	case SOURCE_URL:
		return address_has_day(f->source->address) ? fetch_days(f) : fetch_address(f);
	case SOURCE_SHADOWSERVER:
		return fetch_reports(f);
	case SOURCE_FOLDER:
		return fetch_folder(f);
	case SOURCE_KIND__COUNT:
		break;
	}
	return E_USAGE;
}

static void note_outcome(struct fetching *f)
{
	struct source_state *s = &f->state;
	uint8_t jitter;
	s->tried = system_now();
	s->why = f->why;
	if (f->why == WHY_NONE) {
		s->fetched = s->tried;
		s->failures = 0;
		s->retry.seconds = f->newest_missing ? s->tried.seconds + NOT_YET : 0;
		s->words[0] = '\0';
		return;
	}
	system_random(&jitter, sizeof(jitter));
	s->failed = s->tried;
	s->failures++;
	s->retry.seconds =
		s->tried.seconds + fetch_patience(s->failures, jitter, (int64_t)f->retry_after);
	sealed_say(s->words, FETCH_WORDS, f->what);
	f->run->failed++;
}

static void show_json(const struct fetching *f, struct str why)
{
	struct writer *w = &f->run->context->console.out;
	writer_text(w, "{\"source\":");
	writer_json(w, f->source->name);
	writer_text(w, ",\"fetched\":");
	writer_decimal(w, f->files);
	writer_text(w, ",\"missing\":");
	writer_decimal(w, f->missing);
	if (f->why != WHY_NONE) {
		writer_text(w, ",\"why\":");
		writer_json(w, source_why_name(f->why));
		writer_text(w, ",\"error\":");
		writer_json(w, why);
	}
	writer_text(w, "}\n");
}

static void show(const struct fetching *f)
{
	struct context *c = f->run->context;
	struct console *console = &c->console;
	struct writer why;
	writer_init(&why, 4096);
	source_why_write(&why, console->lang, f->why, f->what);
	const struct text_arg args[] = {{STR("source"), f->source->name},
		{STR("what"), writer_view_str(&why)}, context_number_text(c, "files", f->files)};
	if (console->json)
		show_json(f, writer_view_str(&why));
	if (f->why != WHY_NONE)
		console_say(console, MESSAGE_FETCH_FAILED, args, 3);
	else if (!console->json) {
		text_write(&console->out, console->lang,
			f->files > 0 ? MESSAGE_FETCH_TAKEN : MESSAGE_FETCH_NOTHING_NEW, args, 3);
		writer_char(&console->out, '\n');
	}
	writer_release(&why);
	console_flush(console);
}

enum err fetch_run_source(struct fetch_run *r, const struct source *source)
{
	struct fetching f = {.run = r, .source = source, .authorities = -1, .what = STR("")};
	arena_init(&r->arena, ARENA_BYTES);
	taken_init(&f.taken);
	fetch_secret_init(&f.secret);
	const char *name = arena_cstr(&r->arena, source->name);
	enum err err = name ? fetch_read_state(&r->spool, name, &f.state) : E_NOMEM;
	if (err == E_OK)
		err = fetch_read_taken(&r->spool, name, &f.taken);
	if (err == E_OK)
		err = fetch_kind(&f);
	if (err == E_OK) {
		note_outcome(&f);
		r->sources++;
		/* What is not offered any more need not be remembered; a failure says nothing of
		 * that. */
		err = fetch_put_taken(&r->spool, name, &f.taken, f.why != WHY_NONE);
	}
	if (err == E_OK)
		err = fetch_put_state(&r->spool, name, &f.state);
	if (err == E_OK)
		show(&f);
	file_close(&f.authorities);
	fetch_secret_forget(&f.secret);
	taken_release(&f.taken);
	arena_release(&r->arena);
	return err;
}

/* --- tidying up --- */

struct sweep {
	struct fetch_run *run;
	enum item_place place;
	int64_t days;
};

static enum err sweep_one(void *context, const char *id)
{
	struct sweep *s = context;
	struct writer bytes;
	struct item item;
	writer_init(&bytes, LIMIT_FETCH_FILE);
	enum err err = fetch_item_read(&s->run->spool, s->place, id, &bytes, &item);
	bool useless = s->place == ITEM_PART && (err != E_OK || item.validator.size == 0);
	writer_release(&bytes);
	int64_t age = system_now().seconds - fetch_item_begun(id).seconds;
	if (!useless && age < s->days * SECONDS_PER_DAY)
		return E_OK;
	return fetch_item_drop(&s->run->spool, s->place, id);
}

struct counting {
	struct fetch_run *run;
	struct str source;
	struct writer bytes;
	uint64_t count;
};

static enum err count_one(void *context, const char *id)
{
	struct counting *n = context;
	struct item item;
	enum err err = fetch_item_read(&n->run->spool, ITEM_REFUSED, id, &n->bytes, &item);
	n->count += err == E_OK && str_equal(item.source, n->source);
	return err == E_NOMEM ? err : E_OK;
}

enum err fetch_run_count_refused(struct fetch_run *r, const struct source *source)
{
	struct counting n = {.run = r, .source = source->name};
	struct source_state state;
	char name[256];
	snprintf(name, sizeof(name), "%.*s", STR_ARG(source->name));
	writer_init(&n.bytes, LIMIT_FETCH_FILE);
	enum err err = fetch_each_item(&r->spool, ITEM_REFUSED, count_one, &n);
	writer_release(&n.bytes);
	if (err == E_OK)
		err = fetch_read_state(&r->spool, name, &state);
	if (err != E_OK || state.refused == n.count)
		return err;
	state.refused = n.count;
	return fetch_put_state(&r->spool, name, &state);
}

enum err fetch_run_sweep(struct fetch_run *r)
{
	struct sweep parts = {r, ITEM_PART, (int64_t)LIMIT_FETCH_PART_DAYS};
	struct sweep refused = {r, ITEM_REFUSED, (int64_t)LIMIT_FETCH_REFUSED_DAYS};
	TRY(fetch_each_item(&r->spool, ITEM_PART, sweep_one, &parts));
	return fetch_each_item(&r->spool, ITEM_REFUSED, sweep_one, &refused);
}
