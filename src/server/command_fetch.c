/* SPDX-License-Identifier: Apache-2.0 */
#include <fcntl.h>
#include <stdio.h>

#include "base/limits.h"
#include "os/sandbox.h"
#include "os/system.h"
#include "server/command_site.h"
#include "server/fetch_ingest.h"
#include "server/fetch_run.h"
#include "sql/database.h"

enum {
	LOOK = 5,        /* seconds between two looks at what is due */
	AFTER_ERROR = 60 /* seconds until it goes on after an error of the disk */
};

#define SECOND UINT64_C(1000000000)

struct command_state {
	struct fetch_run run;
	const char *folder;
	int data;
	bool now;   /* due or not */
	bool asked; /* names were given */
	bool any_source;
	bool any_due;  /* … */
	bool any_file; /* something waits in the spool */
};

/* --- beginning --- */

/* As root it becomes whoever the data folder is of: what root made they could not write. */
static enum err become_owner(struct command_state *s)
{
	const char *user = options_get(&s->run.context->options, "user");
	if (!user)
		user = "quetsach";
	return sandbox_is_root() && folder_is_of(s->data, user) ? sandbox_drop_root(user) : E_OK;
}

static enum err enter(struct command_state *s)
{
	int64_t version;
	TRY(folder_open(AT_FDCWD, s->folder, &s->data));
	TRY(folder_enter(s->data));
	TRY(become_owner(s));
	TRY(database_stay_in_folder());
	TRY(store_version(STR("."), &version));
	return fetch_spool_open(s->data, true, &s->run.spool);
}

static bool begin(struct command_state *s)
{
	s->folder = context_folder(s->run.context);
	if (!s->folder)
		return false;
	enum err err = enter(s);
	if (err != E_OK)
		context_folder_failed(s->run.context, s->folder, err);
	return err == E_OK;
}

static void release(struct command_state *s)
{
	fetch_spool_close(&s->run.spool);
	file_close(&s->data);
}

/* --- what to do --- */

static bool is_named(const struct command_state *s, const char *name)
{
	const struct options *o = &s->run.context->options;
	for (size_t i = 0; i < o->word_count; i++)
		if (str_equal(str_from(o->words[i]), str_from(name)))
			return true;
	return !s->asked;
}

static enum err is_due(struct command_state *s, const struct source *source, bool *ret_due)
{
	struct source_state state;
	char name[256];
	snprintf(name, sizeof(name), "%.*s", STR_ARG(source->name));
	TRY(fetch_read_state(&s->run.spool, name, &state));
	/* Who names it and says so wants it, paused or not. */
	*ret_due = (s->now && (s->asked || !source->paused)) ||
		   fetch_due(source, &state).seconds <= system_now().seconds;
	return E_OK;
}

/* Who named it waits for something to happen. */
static void say_not_due(struct command_state *s, const struct source *source)
{
	console_say_with(&s->run.context->console,
		source->paused ? MESSAGE_FETCH_RESTS : MESSAGE_FETCH_NOT_DUE,
		{STR("source"), source->name});
}

typedef enum err source_fn(struct command_state *s, const struct source *source);

struct each {
	struct command_state *state;
	source_fn *fn;
};

/* A source that cannot be read keeps no other from being fetched. */
static enum err with_source(void *context, const char *name)
{
	struct each *each = context;
	struct command_state *s = each->state;
	struct writer bytes;
	struct source source;
	bool due = false;
	if (!is_named(s, name))
		return E_OK;
	writer_init(&bytes, LIMIT_FETCH_FILE);
	enum err err = fetch_read_source(&s->run.spool, name, &bytes, &source);
	if (err != E_OK) {
		context_failed(s->run.context, str_from(name), err);
		s->run.failed++;
	} else {
		err = is_due(s, &source, &due);
		s->any_source = true;
		if (err == E_OK && due)
			err = each->fn(s, &source);
		else if (err == E_OK && s->asked)
			say_not_due(s, &source);
		if (err == E_NOSPACE || err == E_NOMEM || err == E_IO) {
			writer_release(&bytes);
			return err;
		}
		if (err != E_OK) {
			context_failed(s->run.context, str_from(name), err);
			s->run.failed++;
		}
	}
	writer_release(&bytes);
	return E_OK;
}

static enum err each_due(struct command_state *s, source_fn *fn)
{
	struct each each = {s, fn};
	return fetch_each_source(&s->run.spool, with_source, &each);
}

static enum err fetch_source(struct command_state *s, const struct source *source)
{
	TRY(fetch_run_source(&s->run, source));
	/* At once: a file that waits is a file that is late. */
	TRY(fetch_ingest_all(&s->run));
	return fetch_run_count_refused(&s->run, source);
}

static bool names_exist(struct command_state *s)
{
	const struct options *o = &s->run.context->options;
	struct writer bytes;
	struct source source;
	bool all = true;
	writer_init(&bytes, LIMIT_FETCH_FILE);
	for (size_t i = 0; i < o->word_count; i++) {
		enum err err = fetch_read_source(&s->run.spool, o->words[i], &bytes, &source);
		if (err == E_OK)
			continue;
		if (err == E_NOTFOUND)
			console_say_with(&s->run.context->console, MESSAGE_SOURCE_UNKNOWN,
				{STR("got"), str_from(o->words[i])});
		else
			context_failed(s->run.context, str_from(o->words[i]), err);
		all = false;
	}
	writer_release(&bytes);
	return all;
}

static enum err put_again(struct command_state *s)
{
	const struct options *o = &s->run.context->options;
	if (!s->asked)
		return fetch_ingest_again(&s->run, STR(""));
	for (size_t i = 0; i < o->word_count; i++)
		TRY(fetch_ingest_again(&s->run, str_from(o->words[i])));
	return E_OK;
}

/* --- once --- */

static enum err round_of(struct command_state *s)
{
	TRY(fetch_run_sweep(&s->run));
	if (s->run.again)
		TRY(put_again(s));
	/* What an earlier round fetched and could not bring in. */
	TRY(fetch_ingest_all(&s->run));
	return each_due(s, fetch_source);
}

static void say_done(struct command_state *s)
{
	struct context *c = s->run.context;
	bool nothing = s->run.sources == 0 && s->run.ingested == 0 && s->run.failed == 0;
	if (nothing && s->asked)
		return;
	if (nothing && !s->any_source)
		console_say(&c->console, MESSAGE_SOURCE_NONE, NULL, 0);
	/* On standard output: cron mails what went wrong, where that goes to /dev/null. */
	if (c->console.json || (nothing && !s->any_source))
		return;
	if (nothing) {
		site_say(c, MESSAGE_FETCH_NONE_DUE, NULL, 0);
		return;
	}
	site_say_with(c, MESSAGE_FETCH_DONE, context_number_text(c, "sources", s->run.sources),
		context_number_text(c, "files", s->run.files),
		context_number_text(c, "ingested", s->run.ingested),
		context_number_text(c, "failed", s->run.failed));
}

static int run_once(struct command_state *s)
{
	int lock = -1;
	struct context *c = s->run.context;
	if (!names_exist(s))
		return EXIT_FAILED;
	enum err err = fetch_spool_lock(&s->run.spool, "lock", &lock);
	if (err == E_BUSY) {
		console_say(&c->console, MESSAGE_FETCH_RUNNING, NULL, 0);
		return EXIT_FAILED;
	}
	if (err == E_OK)
		err = round_of(s);
	file_close(&lock);
	if (err != E_OK) {
		context_failed(c, STR("fetch"), err);
		return EXIT_YES;
	}
	say_done(s);
	return s->run.failed > 0 ? EXIT_YES : EXIT_FINE;
}

/* --- for good --- */

static enum err note_due(struct command_state *s, const struct source *source)
{
	(void)source;
	s->any_due = true;
	return E_OK;
}

static enum err note_item(void *context, const char *id)
{
	struct command_state *s = context;
	(void)id;
	s->any_file = true;
	return E_OK;
}

static enum err look(struct command_state *s)
{
	int lock = -1;
	s->any_due = false;
	s->any_file = false;
	TRY(each_due(s, note_due));
	TRY(fetch_each_item(&s->run.spool, ITEM_NEW, note_item, s));
	if (!s->any_due && !s->any_file)
		return E_OK;
	enum err err = fetch_spool_lock(&s->run.spool, "lock", &lock);
	/* Somebody fetches by hand. */
	if (err == E_BUSY)
		return E_OK;
	if (err == E_OK)
		err = round_of(s);
	file_close(&lock);
	return err;
}

/* Whatever ends it loses nothing, so nothing is done about signals. */
static int run_loop(struct command_state *s)
{
	int lock = -1;
	struct context *c = s->run.context;
	enum err err = fetch_spool_lock(&s->run.spool, "loop", &lock);
	if (err == E_BUSY) {
		console_say(&c->console, MESSAGE_FETCH_RUNNING, NULL, 0);
		return EXIT_FAILED;
	}
	while (err == E_OK || err == E_NOSPACE || err == E_IO) {
		uint64_t failed = s->run.failed;
		err = look(s);
		if (err != E_OK)
			context_failed(c, STR("fetch"), err);
		bool rest = err != E_OK || s->run.failed > failed;
		system_sleep_until(
			system_monotonic() + (rest && s->any_file ? AFTER_ERROR : LOOK) * SECOND);
	}
	file_close(&lock);
	return EXIT_FAILED;
}

int command_fetch(struct context *context)
{
	const struct options *o = &context->options;
	struct command_state s = {.run = {.context = context,
					  .spool = {-1, -1, -1, -1, {-1, -1, -1}},
					  .again = options_has(o, "again")},
		.data = -1,
		.now = options_has(o, "now") || options_has(o, "again"),
		.asked = o->word_count > 0};
	bool loop = options_has(o, "loop");
	if (loop && (s.now || s.asked)) {
		console_say(&context->console, MESSAGE_FETCH_LOOP_ALONE, NULL, 0);
		return EXIT_FAILED;
	}
	int status = !begin(&s) ? EXIT_FAILED : loop ? run_loop(&s) : run_once(&s);
	release(&s);
	return status;
}
