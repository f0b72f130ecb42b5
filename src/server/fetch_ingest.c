/* SPDX-License-Identifier: Apache-2.0 */
#include "server/fetch_ingest.h"

#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/limits.h"
#include "format/json.h"
#include "os/process.h"
#include "os/system.h"

enum {
	GROUP = 32, /* files of one command */
	WORDS = GROUP + 16,
	PIECE = 16 << 10,
	SAID = 1 << 20,
	ARENA_BYTES = 64 << 20,
	BUSY_PAUSE = 2 /* seconds */
};

#define SECOND UINT64_C(1000000000)

enum outcome {
	OUTCOME_NONE,
	OUTCOME_TAKEN,
	OUTCOME_REFUSED
};

struct waiting {
	char id[ITEM_ID];
	struct item item;
	const char *path;
	enum outcome outcome;
	struct str reason;
};

struct round {
	struct fetch_run *run;
	struct arena arena;
	struct waiting *all;
	size_t count, room;
	/* the command at hand */
	size_t first, end;
	struct writer said, complaints;
	bool busy;
	struct str why; /* of the command, where it said nothing of a file */
};

/* --- what waits --- */

static struct str *texts_of(struct item *item, size_t index)
{
	struct str *const all[] = {&item->source, &item->file, &item->address, &item->feed,
		&item->format, &item->feed_kind, &item->botnet, &item->map, &item->observed,
		&item->folder, &item->origin, &item->stamp, &item->key, &item->validator,
		&item->reason};
	return index < sizeof(all) / sizeof(all[0]) ? all[index] : NULL;
}

static enum err keep_item(struct arena *arena, struct item *item)
{
	struct str *text;
	for (size_t i = 0; (text = texts_of(item, i)) != NULL; i++) {
		*text = arena_copy(arena, *text);
		if (!text->data)
			return E_NOMEM;
	}
	return E_OK;
}

static enum err make_path(struct round *r, struct waiting *w)
{
	struct writer path;
	writer_init(&path, 1024);
	fetch_item_path(&path, ITEM_NEW, w->id, &w->item);
	w->path = arena_cstr(&r->arena, writer_view_str(&path));
	writer_release(&path);
	return w->path ? E_OK : E_NOMEM;
}

static enum err add_waiting(void *context, const char *id)
{
	struct round *r = context;
	struct writer bytes;
	if (r->count == r->room) {
		size_t room = r->room > 0 ? r->room * 2 : 64;
		struct waiting *all = realloc(r->all, room * sizeof(*all));
		if (!all)
			return E_NOMEM;
		r->all = all;
		r->room = room;
	}
	struct waiting *w = &r->all[r->count];
	*w = (struct waiting){.reason = STR("")};
	snprintf(w->id, sizeof(w->id), "%s", id);
	writer_init(&bytes, LIMIT_FETCH_FILE);
	enum err err = fetch_item_read(&r->run->spool, ITEM_NEW, id, &bytes, &w->item);
	if (err == E_OK)
		err = keep_item(&r->arena, &w->item);
	writer_release(&bytes);
	/* What is damaged waits where somebody can look at it. */
	if (err == E_CORRUPT || err == E_VERSION || err == E_NOTFOUND)
		return fetch_item_move(&r->run->spool, id, ITEM_NEW, ITEM_REFUSED);
	TRY(err);
	TRY(make_path(r, w));
	r->count++;
	return E_OK;
}

static bool same_way(const struct item *a, const struct item *b)
{
	return str_equal(a->feed, b->feed) && str_equal(a->format, b->format) &&
	       str_equal(a->feed_kind, b->feed_kind) && str_equal(a->botnet, b->botnet) &&
	       str_equal(a->map, b->map) && str_equal(a->observed, b->observed);
}

static size_t end_of_group(const struct round *r)
{
	size_t end = r->first + 1;
	while (end < r->count && end - r->first < GROUP &&
		same_way(&r->all[r->first].item, &r->all[end].item))
		end++;
	return end;
}

/* --- the command --- */

struct command_line {
	struct round *round;
	const char *words[WORDS + 1];
	size_t count;
	bool failed;
};

static void add_word(struct command_line *l, const char *word)
{
	l->failed = l->failed || !word || l->count == WORDS;
	if (!l->failed)
		l->words[l->count++] = word;
}

static void add_option(struct command_line *l, const char *name, struct str value)
{
	struct writer w;
	if (value.size == 0)
		return;
	writer_init(&w, PIECE);
	writer_text(&w, "--");
	writer_text(&w, name);
	writer_char(&w, '=');
	writer_str(&w, value);
	add_word(l, arena_cstr(&l->round->arena, writer_view_str(&w)));
	writer_release(&w);
}

static enum err make_line(struct round *r, struct command_line *l)
{
	const struct context *c = r->run->context;
	const struct item *item = &r->all[r->first].item;
	*l = (struct command_line){.round = r};
	add_word(l, "ingest");
	add_word(l, "--data=.");
	add_word(l, c->console.lang == LANG_EN ? "--lang=en" : "--lang=vi");
	add_word(l, "--json");
	add_word(l, "--json-problems");
	if (options_has(&c->options, "config"))
		add_option(l, "config", str_from(c->configuration));
	add_option(l, "feed", item->feed);
	add_option(l, "format", item->format);
	add_option(l, "kind", item->feed_kind);
	add_option(l, "botnet", item->botnet);
	add_option(l, "map", item->map);
	add_option(l, "observed", item->observed);
	add_word(l, "--");
	for (size_t i = r->first; i < r->end; i++)
		add_word(l, r->all[i].path);
	return l->failed ? E_NOMEM : E_OK;
}

/* False at its end. What is too much is not kept: only the newest counts of complaints. */
static bool hear(int fd, struct writer *into)
{
	uint8_t piece[PIECE];
	size_t size;
	enum err err = pipe_read(fd, piece, sizeof(piece), &size);
	if (err == E_BUSY)
		return true;
	if (err != E_OK || size == 0)
		return false;
	if (into->size + size <= SAID)
		writer_bytes(into, (struct bytes){piece, size});
	return true;
}

static enum err run_command(struct round *r)
{
	struct command_line line;
	struct child child;
	int output = -1, complaints = -1, status;
	TRY(make_line(r, &line));
	writer_clear(&r->said);
	writer_clear(&r->complaints);
	TRY(child_start_heard(line.words, &child, &output, &complaints));
	bool more = true, more_complaints = true;
	while (more || more_complaints) {
		struct pollfd on[2] = {{.fd = more ? output : -1, .events = POLLIN},
			{.fd = more_complaints ? complaints : -1, .events = POLLIN}};
		(void)poll(on, 2, -1);
		more = more && (on[0].revents == 0 || hear(output, &r->said));
		more_complaints =
			more_complaints && (on[1].revents == 0 || hear(complaints, &r->complaints));
	}
	file_close(&output);
	file_close(&complaints);
	return child_wait(&child, &status);
}

/* --- what it says --- */

struct line {
	char file[512], message[512], error[64], field[128], got[256];
	uint64_t limit;
	bool has_file, has_error;
};

static void keep(char *into, size_t capacity, struct str text)
{
	size_t size = text.size < capacity - 1 ? text.size : capacity - 1;
	memcpy(into, text.data ? text.data : "", size);
	into[size] = '\0';
}

static void take_member(struct line *l, const char *key, struct str value)
{
	if (strcmp(key, "file") == 0) {
		keep(l->file, sizeof(l->file), value);
		l->has_file = true;
	} else if (strcmp(key, "error") == 0) {
		keep(l->error, sizeof(l->error), value);
		l->has_error = true;
	} else if (strcmp(key, "field") == 0) {
		keep(l->field, sizeof(l->field), value);
	} else if (strcmp(key, "got") == 0) {
		keep(l->got, sizeof(l->got), value);
	} else if (strcmp(key, "message") == 0 || strcmp(key, "text") == 0) {
		keep(l->message, sizeof(l->message), value);
	}
}

/* Members that are texts, of one object a line; ours wrote it. */
static bool read_line(struct str text, struct line *l)
{
	struct json json;
	struct json_token token;
	struct problem problem;
	char key[32] = "";
	*l = (struct line){.has_file = false};
	json_init(&json, text);
	enum err err = json_next(&json, &token, &problem);
	bool fine = err == E_OK && token.kind == JSON_OBJECT;
	while (fine) {
		fine = json_next(&json, &token, &problem) == E_OK;
		if (!fine || token.kind == JSON_OBJECT_END)
			break;
		if (token.kind == JSON_KEY)
			keep(key, sizeof(key), token.text);
		else if (token.kind == JSON_STRING)
			take_member(l, key, token.text);
		else if (token.kind == JSON_NUMBER && strcmp(key, "limit") == 0)
			(void)str_to_u64(token.text, UINT64_MAX, &l->limit);
	}
	json_release(&json);
	return fine;
}

static struct waiting *find(struct round *r, const char *path)
{
	for (size_t i = r->first; i < r->end; i++)
		if (strcmp(r->all[i].path, path) == 0)
			return &r->all[i];
	return NULL;
}

static struct str refusal_of(struct round *r, const struct line *l)
{
	struct writer w;
	const struct refusal refusal = {.code = str_from(l->error),
		.field = str_from(l->field),
		.got = str_from(l->got),
		.limit = l->limit};
	writer_init(&w, 1024);
	refusal_pack(&w, &refusal);
	struct str reason = arena_copy(&r->arena, writer_view_str(&w));
	writer_release(&w);
	return reason;
}

static void take_said(struct round *r)
{
	struct str rest = writer_view_str(&r->said);
	struct line l;
	while (rest.size > 0) {
		if (!read_line(str_cut(rest, '\n', &rest), &l) || !l.has_file)
			continue;
		struct waiting *w = find(r, l.file);
		if (!w)
			continue;
		w->outcome = l.has_error ? OUTCOME_REFUSED : OUTCOME_TAKEN;
		w->reason = l.has_error ? refusal_of(r, &l) : STR("");
	}
}

static void take_complaints(struct round *r)
{
	struct str rest = writer_view_str(&r->complaints);
	struct line l;
	r->busy = false;
	r->why = STR("");
	while (rest.size > 0) {
		if (!read_line(str_cut(rest, '\n', &rest), &l) || l.has_file)
			continue;
		r->busy = r->busy || strcmp(l.error, err_name(E_BUSY)) == 0;
		if (l.message[0])
			r->why = arena_copy(&r->arena, str_from(l.message));
	}
}

/* --- files that are moved in their own folder --- */

static bool is_still(int folder, const char *name, struct str stamp)
{
	struct file_stamp now;
	char key[512];
	int fd = -1;
	if (file_open_read(folder, name, &fd) != E_OK)
		return false;
	enum err err = file_stamp(fd, &now);
	file_close(&fd);
	snprintf(key, sizeof(key), "%llu %llu %lld %s", (unsigned long long)now.inode,
		(unsigned long long)now.size, (long long)now.modified, name);
	return err == E_OK && str_equal(str_from(key), stamp);
}

static enum err move_below(int folder, const char *name, const char *below)
{
	int to = -1;
	enum err err = folder_make(folder, below);
	if (err != E_OK && err != E_EXISTS)
		return err;
	TRY(folder_open(folder, below, &to));
	err = file_move(folder, name, to);
	file_close(&to);
	return err;
}

/* A name that is taken there goes into a folder of its own. */
static enum err move_origin(const struct waiting *w, const char *path, const char *name)
{
	char below[64];
	int folder = -1;
	const char *where = w->outcome == OUTCOME_TAKEN ? "done" : "failed";
	TRY(folder_open(AT_FDCWD, path, &folder));
	enum err err = E_OK;
	if (is_still(folder, name, w->item.stamp)) {
		err = move_below(folder, name, where);
		snprintf(below, sizeof(below), "%s/%s", where, w->id);
		if (err == E_EXISTS)
			err = move_below(folder, name, below);
	}
	file_close(&folder);
	return err;
}

static void settle_origin(struct round *r, const struct waiting *w)
{
	const char *path = arena_cstr(&r->arena, w->item.folder);
	const char *name = arena_cstr(&r->arena, w->item.origin);
	if (w->item.folder.size == 0 || !path || !name)
		return;
	enum err err = move_origin(w, path, name);
	if (err == E_OK || err == E_NOTFOUND)
		return;
	r->run->failed++;
	console_failed(&r->run->context->console, w->item.address, err);
}

/* --- its end --- */

static void say_refused(const struct fetch_run *run, const struct waiting *w)
{
	struct console *console = &run->context->console;
	struct writer why;
	writer_init(&why, 4096);
	refusal_write(&why, console->lang, w->reason);
	console_say_with(console, MESSAGE_FETCH_REFUSED, {STR("source"), w->item.source},
		{STR("file"), w->item.file}, {STR("what"), writer_view_str(&why)});
	writer_release(&why);
}

static enum err settle_refused(struct round *r, struct waiting *w)
{
	struct fetch_run *run = r->run;
	w->item.reason = w->reason;
	TRY(fetch_item_note(&run->spool, ITEM_NEW, w->id, &w->item));
	TRY(fetch_item_move(&run->spool, w->id, ITEM_NEW, ITEM_REFUSED));
	settle_origin(r, w);
	run->refused++;
	run->failed++;
	say_refused(run, w);
	return E_OK;
}

static enum err settle_taken(struct round *r, struct waiting *w)
{
	settle_origin(r, w);
	TRY(fetch_item_drop(&r->run->spool, ITEM_NEW, w->id));
	r->run->ingested++;
	return E_OK;
}

static enum err settle(struct round *r)
{
	size_t left = 0;
	for (size_t i = r->first; i < r->end; i++) {
		struct waiting *w = &r->all[i];
		if (w->outcome == OUTCOME_TAKEN)
			TRY(settle_taken(r, w));
		else if (w->outcome == OUTCOME_REFUSED)
			TRY(settle_refused(r, w));
		else
			left++;
	}
	if (left == 0)
		return E_OK;
	r->run->failed++;
	console_say_with(&r->run->context->console, MESSAGE_FETCH_WAITS_ON,
		context_number_text(r->run->context, "files", left), {STR("what"), r->why});
	return E_OK;
}

static enum err ingest_group(struct round *r)
{
	uint64_t until = system_monotonic() + LIMIT_FETCH_BUSY_SECONDS * SECOND;
	bool told = false;
	for (;;) {
		TRY(run_command(r));
		take_said(r);
		take_complaints(r);
		if (!r->busy || system_monotonic() >= until)
			return settle(r);
		if (!told)
			console_say(&r->run->context->console, MESSAGE_FETCH_BUSY, NULL, 0);
		told = true;
		system_sleep_until(system_monotonic() + BUSY_PAUSE * SECOND);
	}
}

enum err fetch_ingest_all(struct fetch_run *run)
{
	struct round r = {.run = run, .why = STR("")};
	arena_init(&r.arena, ARENA_BYTES);
	writer_init(&r.said, SAID);
	writer_init(&r.complaints, SAID);
	enum err err = fetch_each_item(&run->spool, ITEM_NEW, add_waiting, &r);
	while (err == E_OK && r.first < r.count) {
		r.end = end_of_group(&r);
		err = ingest_group(&r);
		r.first = r.end;
	}
	writer_release(&r.said);
	writer_release(&r.complaints);
	free(r.all);
	arena_release(&r.arena);
	return err;
}

/* --- once more --- */

struct again {
	struct fetch_run *run;
	struct str source;
	struct writer bytes, of_source;
};

static enum err put_back(void *context, const char *id)
{
	struct again *a = context;
	struct item item;
	struct source source;
	char name[256], day[FETCH_DAY];
	enum err err = fetch_item_read(&a->run->spool, ITEM_REFUSED, id, &a->bytes, &item);
	if (err != E_OK || (a->source.size > 0 && !str_equal(a->source, item.source)))
		return E_OK;
	snprintf(name, sizeof(name), "%.*s", STR_ARG(item.source));
	if (fetch_read_source(&a->run->spool, name, &a->of_source, &source) == E_OK) {
		item.feed = source.feed;
		item.format = source.format;
		item.feed_kind = source.feed_kind;
		item.botnet = source.botnet;
		item.map = source.map;
		item.observed = fetch_observed_again(&source, &item, day);
	}
	item.reason = STR("");
	TRY(fetch_item_note(&a->run->spool, ITEM_REFUSED, id, &item));
	return fetch_item_move(&a->run->spool, id, ITEM_REFUSED, ITEM_NEW);
}

enum err fetch_ingest_again(struct fetch_run *r, struct str source)
{
	struct again a = {.run = r, .source = source};
	writer_init(&a.bytes, LIMIT_FETCH_FILE);
	writer_init(&a.of_source, LIMIT_FETCH_FILE);
	enum err err = fetch_each_item(&r->spool, ITEM_REFUSED, put_back, &a);
	writer_release(&a.bytes);
	writer_release(&a.of_source);
	return err;
}
