/* SPDX-License-Identifier: Apache-2.0 */
#include "base/limits.h"
#include "feed/column_map.h"
#include "os/file.h"
#include "server/care.h"
#include "server/command.h"
#include "server/digest.h"
#include "server/feed_days.h"
#include "server/ingest_folder.h"
#include "server/parse_client.h"
#include "server/publish.h"
#include "server/shown_problems.h"
#include <fcntl.h>

struct ingest {
	struct context *context;
	struct store *store;
	struct parse_client *client;
	struct feed_options options;
	bool kind_asked; /* --kind */
	enum kind kind;
	struct shown_problems problems;
	size_t failed;
	size_t taken;

	/* the file at hand */
	struct str file;
	struct str feed;
	struct feed_info info; /* of the feed, if registered */
	bool registered;
	struct store_ingest *into; /* NULL until the first batch */
	enum err err;              /* why a callback ended the parse */
	struct digest digest;      /* of a large file made while it is parsed */
	bool known;                /* whether its content is new: `novelty` */
	enum err novelty;          /* E_EXISTS: it is there already, and people were told */
	uint8_t sha256[32];
};

static struct str base_name(struct str path)
{
	struct str name = path;
	while (path.size > 0)
		name = str_cut(path, '/', &path);
	return name;
}

static void copy_info(void *context, const struct feed_info *feed)
{
	struct ingest *in = context;
	in->info = *feed;
	in->info.name = arena_copy(&in->context->arena, feed->name);
	in->info.title = arena_copy(&in->context->arena, feed->title);
	in->info.format = arena_copy(&in->context->arena, feed->format);
	in->info.map = arena_copy(&in->context->arena, feed->map);
	in->registered = true;
}

static enum err find_feed(struct ingest *in, struct str name)
{
	in->feed = name;
	in->registered = false;
	in->info = feed_info_new(name);
	enum err err = store_find_feed(in->store, name, copy_info, in);
	return err == E_NOTFOUND ? E_OK : err;
}

/* Without --feed, the feed is named after the format: known at the first batch. */
static enum err take_format(void *context, struct str format)
{
	struct ingest *in = context;
	if (in->feed.size > 0)
		return E_OK;
	return find_feed(in, arena_copy(&in->context->arena, format));
}

static void write_number(struct writer *w, const char *key, uint64_t value)
{
	writer_text(w, ",\"");
	writer_text(w, key);
	writer_text(w, "\":");
	writer_decimal(w, value);
}

/* skipped NULL: of a file that is there already nobody knows any more. */
static void write_json(struct writer *w, struct str path, const struct store_file *file,
	uint64_t sightings, uint64_t duplicates, const uint64_t *skipped)
{
	writer_text(w, "{\"file\":");
	writer_json(w, path);
	writer_text(w, ",\"format\":");
	writer_json(w, file->format);
	writer_text(w, ",\"feed\":");
	writer_json(w, file->feed);
	write_number(w, "rows", file->rows);
	write_number(w, "sightings", sightings);
	write_number(w, "duplicates", duplicates);
	write_number(w, "rejected", file->rejected);
	write_number(w, "ranges", file->ranges);
	if (skipped)
		write_number(w, "skipped", *skipped);
	writer_text(w, skipped ? ",\"already\":false}\n" : ",\"already\":true}\n");
}

static void show_already(void *context, const struct store_file *file)
{
	struct ingest *in = context;
	struct console *c = &in->context->console;
	if (c->json)
		write_json(&c->out, in->file, file, 0, file->rows - file->rejected, NULL);
	else {
		text_write(&c->out, c->lang, MESSAGE_INGEST_ALREADY,
			(const struct text_arg[]){{STR("file"), in->file}}, 1);
		writer_char(&c->out, '\n');
	}
	console_flush(c);
}

/* E_OK: the content of the file at hand is new. Waits for its digest. */
static enum err settle_novelty(struct ingest *in)
{
	if (in->known)
		return in->novelty;
	in->known = true;
	in->novelty = digest_end(&in->digest, in->sha256);
	if (in->novelty != E_OK) {
		context_failed(in->context, in->file, in->novelty);
		return in->novelty;
	}
	enum err err = store_find_content(in->store, in->sha256, show_already, in);
	in->novelty = err == E_NOTFOUND ? E_OK : err == E_OK ? E_EXISTS : err;
	if (err != E_OK && err != E_NOTFOUND)
		context_store_failed(in->context, in->store, err);
	return in->novelty;
}

static enum err take_batch(void *context, const struct batch *batch, const struct text_table *names,
	const struct text_table *columns)
{
	struct ingest *in = context;
	if (in->known || digest_ended(&in->digest))
		TRY(settle_novelty(in));
	if (!in->into)
		TRY(store_ingest_begin(in->store, in->feed, &in->into));
	return store_ingest_batch(in->into, batch, names, columns);
}

static void take_problem(void *context, const struct problem *problem)
{
	struct ingest *in = context;
	/* Of a file that is there already nothing is told but that. */
	if (settle_novelty(in) == E_OK)
		shown_problems_take(&in->problems, problem);
}

static void take_progress(void *context, uint64_t done, uint64_t total)
{
	struct ingest *in = context;
	console_progress(&in->context->console, done, total);
}

static void write_refused(struct context *c, struct str path, const struct problem *problem)
{
	struct writer *w = &c->console.out;
	struct writer message;
	console_problem(&c->console, path, problem);
	if (!c->console.json)
		return;
	writer_init(&message, 4096);
	text_problem(&message, c->console.lang, problem);
	writer_text(w, "{\"file\":");
	writer_json(w, path);
	writer_text(w, ",\"error\":");
	writer_json(w, problem_code_name(problem->code));
	write_number(w, "line", problem->line);
	writer_text(w, ",\"field\":");
	writer_json(w, problem_field(problem));
	writer_text(w, ",\"got\":");
	writer_json(w, problem_got(problem));
	write_number(w, "limit", problem->limit);
	writer_text(w, ",\"message\":");
	writer_json(w, writer_view_str(&message));
	writer_text(w, "}\n");
	writer_release(&message);
}

static void say_done(
	struct context *c, struct str path, const struct store_file *file, uint64_t skipped)
{
	struct console *console = &c->console;
	text_write(&console->out, console->lang,
		skipped > 0 ? MESSAGE_INGEST_DONE_SKIPPED : MESSAGE_INGEST_DONE,
		(const struct text_arg[]){{STR("file"), path}, {STR("feed"), file->feed},
			context_number_text(c, "sightings", file->sightings),
			context_number_text(c, "duplicates", file->duplicates),
			context_number_text(c, "rejected", file->rejected),
			context_number_text(c, "skipped", skipped)},
		6);
	writer_char(&console->out, '\n');
}

/* A list says nothing of what its addresses did, and those that are only blocked count nowhere. */
static void say_blocklisted(struct ingest *in, struct str format)
{
	if (!in->options.kind_set && str_equal(format, STR("plain-list")))
		console_say_with(&in->context->console, MESSAGE_INGEST_BLOCKLISTED,
			{STR("file"), in->file}, {STR("feed"), in->feed});
}

static void show_done(
	struct ingest *in, const struct store_file *file, struct str format, uint64_t skipped)
{
	struct console *c = &in->context->console;
	if (c->json)
		write_json(&c->out, in->file, file, file->sightings, file->duplicates, &skipped);
	else
		say_done(in->context, in->file, file, skipped);
	console_flush(c);
	if (!c->json)
		say_blocklisted(in, format);
}

/* Nothing is wrong with that: who reads JSON finds it in the answer. */
static void say_new_feed(struct ingest *in, enum message message)
{
	struct console *c = &in->context->console;
	if (!c->told) {
		console_say_with(c, message, {STR("feed"), in->feed});
		return;
	}
	writer_text(&c->out, "{\"new_feed\":");
	writer_json(&c->out, in->feed);
	writer_text(&c->out, "}\n");
}

/* A feed is simulated or it is not, from its first file on. */
static enum err settle_feed(
	struct ingest *in, const struct feed_totals *totals, struct problem *problem)
{
	bool closed = feed_format_closed(totals->format);
	if (in->registered && in->info.simulated != totals->simulated) {
		problem_set(problem, PROBLEM_NOT_SIMULATED, STR("feed"), in->feed);
		return E_SYNTAX;
	}
	if (in->registered)
		return E_OK;
	in->info.simulated = totals->simulated;
	if (closed)
		in->info.public_check = in->info.public_stats = in->info.may_export = false;
	in->info.kind = in->kind;
	in->info.kind_set = in->kind_asked;
	TRY(store_put_feed(in->store, &in->info));
	in->registered = true;
	say_new_feed(in, closed ? MESSAGE_INGEST_CLOSED_FEED : MESSAGE_INGEST_NEW_FEED);
	return E_OK;
}

static enum err commit(struct ingest *in, const struct feed_totals *totals, struct problem *problem)
{
	struct store_file done;
	struct store_file file = {
		.name = in->file,
		.format = totals->format,
		.rows = totals->rows,
		.rejected = totals->rejected,
		.added_at = in->context->now,
	};
	memcpy(file.sha256, in->sha256, sizeof(file.sha256));
	if (!in->into)
		TRY(store_ingest_begin(in->store, in->feed, &in->into));
	enum err err = settle_feed(in, totals, problem);
	if (err != E_OK)
		return err;
	struct store_ingest *into = in->into;
	in->into = NULL;
	TRY(store_ingest_commit(into, &file, &done));
	done.feed = in->feed;
	show_done(in, &done, totals->format, totals->skipped);
	return E_OK;
}

static void tell_failure(struct ingest *in, enum err err, const struct problem *problem)
{
	if (problem->code != PROBLEM_NONE)
		write_refused(in->context, in->file, problem);
	else
		context_store_failed(in->context, in->store, err);
}

static enum err parse_and_commit(struct ingest *in, int fd)
{
	struct feed_totals totals;
	struct problem problem = {0};
	const struct feed_sink sink = {in, take_format, take_batch, take_problem};
	shown_problems_begin(&in->problems, &in->context->console, in->file);
	console_progress_begin(&in->context->console, in->file);
	enum err err = parse_client_file(
		in->client, fd, &in->options, &sink, take_progress, &totals, &problem);
	console_progress_end(&in->context->console);
	enum err novelty = settle_novelty(in);
	shown_problems_end(&in->problems, novelty == E_OK && err == E_OK ? totals.rejected : 0);
	if (novelty == E_OK && err == E_OK)
		err = commit(in, &totals, &problem);
	if (in->into)
		store_ingest_abort(in->into);
	in->into = NULL;
	if (novelty != E_OK)
		return novelty;
	if (err != E_OK)
		tell_failure(in, err, &problem);
	in->taken += err == E_OK;
	return err;
}

/* E_OK also when the content is there already. */
static enum err ingest_open(struct ingest *in, int fd)
{
	in->known = false;
	digest_begin(&in->digest, fd);
	enum err err = digest_ended(&in->digest) ? settle_novelty(in) : E_OK;
	if (err == E_OK)
		err = parse_and_commit(in, fd);
	return err == E_EXISTS ? E_OK : err;
}

/* What the operator says goes before what the feed keeps. */
static void settle_reading(struct ingest *in)
{
	const struct options *o = &in->context->options;
	bool asked = options_str(o, "format").size + options_str(o, "map").size > 0;
	in->options.format = asked ? options_str(o, "format") : in->info.format;
	in->options.map = asked ? options_str(o, "map") : in->info.map;
	in->options.kind_set = in->kind_asked || in->info.kind_set;
	in->options.kind = in->kind_asked ? in->kind : in->info.kind;
}

/* An open file; the descriptor stays the caller's. */
static void ingest_one(void *context, struct str shown, int fd)
{
	struct ingest *in = context;
	in->file = shown;
	in->options.file_name = base_name(in->file);
	enum err err = find_feed(in, options_str(&in->context->options, "feed"));
	settle_reading(in);
	if (err != E_OK)
		context_failed(in->context, in->file, err);
	else
		err = ingest_open(in, fd);
	in->failed += err != E_OK;
}

static void count_failed(void *context, struct str shown)
{
	struct ingest *in = context;
	(void)shown;
	in->failed++;
}

/* A file, a folder, or "-". */
static void ingest_word(struct ingest *in, const char *word)
{
	int fd;
	struct str name = options_str(&in->context->options, "name");
	const struct ingest_sources sources = {
		in->context, in->client, ingest_one, count_failed, in};
	if (str_equal(str_from(word), STR("-"))) {
		ingest_input(&sources, name.size > 0 ? name : str_from(word));
		return;
	}
	if (folder_open(AT_FDCWD, word, &fd) == E_OK) {
		ingest_folder(&sources, word, fd);
		file_close(&fd);
		return;
	}
	enum err err = file_open_read(AT_FDCWD, word, &fd);
	if (err != E_OK) {
		context_failed(in->context, str_from(word), err);
		in->failed++;
		return;
	}
	ingest_one(in, str_from(word), fd);
	file_close(&fd);
}

/* What is wrong with a map is said before any file is opened. */
static bool read_map(struct ingest *in)
{
	struct column_map map;
	struct problem problem;
	in->options.map = options_str(&in->context->options, "map");
	if (in->options.map.size == 0)
		return true;
	if (in->options.map.size > LIMIT_MAP_BYTES) {
		problem =
			(struct problem){.code = PROBLEM_FIELD_TOO_LONG, .limit = LIMIT_MAP_BYTES};
		console_problem(&in->context->console, STR("--map"), &problem);
		return false;
	}
	if (column_map_parse(in->options.map, &map, &problem) == E_OK)
		return true;
	console_problem(&in->context->console, STR("--map"), &problem);
	return false;
}

/* --name says how standard input is called: files have names. */
static bool name_fits(const struct context *c)
{
	bool input = !options_has(&c->options, "name");
	for (size_t i = 0; i < c->options.word_count; i++)
		input = input || str_equal(str_from(c->options.words[i]), STR("-"));
	return input;
}

static bool read_options(struct ingest *in)
{
	const struct options *o = &in->context->options;
	struct str kind = options_str(o, "kind");
	struct str feed = options_str(o, "feed");
	struct console *console = &in->context->console;
	in->options.now = in->context->now;
	in->options.format = options_str(o, "format");
	in->options.botnet = options_str(o, "botnet");
	in->kind_asked = kind.size > 0;
	if (in->kind_asked && !kind_parse(kind, &in->kind)) {
		console_say_with(console, MESSAGE_CLI_BAD_KIND, {STR("got"), kind});
		return false;
	}
	if (feed.size > 0 && !feed_name_valid(feed)) {
		console_say_with(console, MESSAGE_CLI_BAD_FEED_NAME, {STR("got"), feed});
		return false;
	}
	if (!name_fits(in->context)) {
		console_say(console, MESSAGE_INGEST_NAME_OF_WHAT, NULL, 0);
		return false;
	}
	return read_map(in) && context_date(in->context, "observed", &in->options.observed_set,
				       &in->options.observed);
}

static int ingest_all(struct ingest *in)
{
	struct context *c = in->context;
	in->options.key = *store_hash_key(in->store);
	enum err err = parse_client_start(&in->client);
	if (err != E_OK)
		return context_failed(c, STR("parse"), err);
	for (size_t i = 0; i < c->options.word_count; i++)
		ingest_word(in, c->options.words[i]);
	parse_client_stop(in->client);
	err = in->taken > 0 ? publish_sightings(in->store, c->now) : E_OK;
	if (in->taken > 0)
		feed_days_refresh(c, in->store);
	if (err != E_OK)
		return context_store_failed(c, in->store, err);
	return in->failed ? EXIT_FAILED : EXIT_FINE;
}

int command_ingest(struct context *context)
{
	struct ingest in = {.context = context};
	if (!read_options(&in) || !context_store(context, STORE_WRITE, &in.store))
		return EXIT_FAILED;
	int status = care_clock_fits(context, in.store, 0) ? ingest_all(&in) : EXIT_FAILED;
	store_close(in.store);
	return status;
}

/* --- retract --- */
struct match {
	struct str wanted;
	int64_t id;
	uint64_t sightings;
	size_t count;
};

static void take_match(void *context, const struct store_file *file)
{
	struct match *m = context;
	m->id = file->id;
	m->sightings = file->sightings;
	m->count++;
}

static bool digest_is(const uint8_t sha256[32], struct str hex)
{
	static const char digits[] = "0123456789abcdef";
	if (hex.size != 64)
		return false;
	for (size_t i = 0; i < 32; i++)
		if (hex.data[2 * i] != digits[sha256[i] >> 4] ||
			hex.data[2 * i + 1] != digits[sha256[i] & 15])
			return false;
	return true;
}

static void match_name(void *context, const struct store_file *file)
{
	struct match *m = context;
	if (file->retracted)
		return;
	if (str_equal(file->name, m->wanted) || digest_is(file->sha256, m->wanted) ||
		str_equal(base_name(file->name), m->wanted))
		take_match(m, file);
}

/* By the content of a file that is there, else by name or SHA-256. */
static enum err find_file(struct store *store, const char *path, struct match *m)
{
	int fd;
	uint8_t sha256[32];
	m->wanted = str_from(path);
	if (file_open_read(AT_FDCWD, path, &fd) == E_OK) {
		enum err err = digest_file(fd, sha256);
		file_close(&fd);
		if (err == E_OK)
			err = store_find_content(store, sha256, take_match, m);
		if (err == E_OK)
			return E_OK;
	}
	return store_each_file(store, match_name, m);
}

static enum err retract_file(struct context *c, struct store *store, const char *path)
{
	struct match m = {0};
	TRY(find_file(store, path, &m));
	if (m.count == 1)
		TRY(store_retract(store, m.id, c->now));
	enum message message = m.count == 1   ? MESSAGE_RETRACT_DONE
			       : m.count == 0 ? MESSAGE_RETRACT_NONE
					      : MESSAGE_RETRACT_MANY;
	console_say_with(&c->console, message, {STR("file"), str_from(path)},
		context_number_text(c, "sightings", m.sightings),
		context_number_text(c, "count", m.count));
	return m.count == 1 ? E_OK : m.count == 0 ? E_NOTFOUND : E_AMBIGUOUS;
}

int command_retract(struct context *context)
{
	struct store *store;
	int status = EXIT_FINE;
	size_t retracted = 0;
	if (!context_store(context, STORE_WRITE, &store))
		return EXIT_FAILED;
	if (!care_clock_fits(context, store, 0)) {
		store_close(store);
		return EXIT_FAILED;
	}
	for (size_t i = 0; i < context->options.word_count; i++) {
		enum err err = retract_file(context, store, context->options.words[i]);
		retracted += err == E_OK;
		if (err != E_OK)
			status = EXIT_FAILED;
		if (err != E_OK && err != E_NOTFOUND && err != E_AMBIGUOUS)
			context_store_failed(context, store, err);
	}
	enum err err = retracted ? publish_sightings(store, context->now) : E_OK;
	if (retracted > 0)
		feed_days_refresh(context, store);
	if (err != E_OK)
		status = context_store_failed(context, store, err);
	store_close(store);
	return status;
}
