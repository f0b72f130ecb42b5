/* SPDX-License-Identifier: Apache-2.0 */
#include "server/parse_client.h"

#include <stdlib.h>
#include <sys/socket.h>

#include "base/limits.h"
#include "feed/wire.h"
#include "os/file.h"
#include "os/process.h"
#include "os/system.h"
#include "server/parse_channel.h"

struct parse_client {
	const char *role;
	uint64_t patience; /* nanoseconds of waiting for one file */
	bool running;
	struct child child;
	struct writer message;
	struct batch *batch;

	/* the file at hand */
	uint64_t waited;
	uint64_t total; /* its size */
	struct text_table *names;
	struct text_table *columns;
	struct str format;
};

enum err parse_client_start_as(const char *role, uint64_t seconds, struct parse_client **ret_client)
{
	struct parse_client *c = calloc(1, sizeof(*c));
	if (!c)
		return E_NOMEM;
	c->role = role;
	c->patience = seconds * 1000000000;
	writer_init(&c->message, LIMIT_WIRE_BYTES);
	c->batch = batch_new();
	if (!c->batch) {
		parse_client_stop(c);
		return E_NOMEM;
	}
	*ret_client = c;
	return E_OK;
}

enum err parse_client_start(struct parse_client **ret_client)
{
	return parse_client_start_as("parse", LIMIT_PARSE_SECONDS, ret_client);
}

static void end_child(struct parse_client *c)
{
	if (c->running)
		child_kill(&c->child);
	c->running = false;
}

void parse_client_stop(struct parse_client *client)
{
	if (!client)
		return;
	end_child(client);
	writer_release(&client->message);
	batch_free(client->batch);
	free(client);
}

static enum err ensure_child(struct parse_client *c)
{
	const char *const arguments[] = {"--role", c->role, NULL};
	if (c->running)
		return E_OK;
	TRY(child_start(arguments, SOCK_SEQPACKET, &c->child));
	c->running = true;
	return E_OK;
}

static enum err ask(struct parse_client *c, enum parse_frame type, int fd)
{
	c->waited = 0;
	c->total = 0;
	if (file_size(fd, &c->total) != E_OK)
		c->total = 0; /* a pipe has none: progress without an end */
	TRY(writer_end(&c->message));
	return parse_channel_send(c->child.socket, type, writer_view(&c->message), fd);
}

/* An idle process may have died since: one fresh start is fair. */
static enum err request(struct parse_client *c, enum parse_frame type, int fd)
{
	TRY(ensure_child(c));
	enum err err = ask(c, type, fd);
	if (err != E_TRUNCATED)
		return err;
	end_child(c);
	TRY(ensure_child(c));
	return ask(c, type, fd);
}

static enum err next_frame(struct parse_client *c, enum parse_frame *ret_type)
{
	int fd = -1;
	uint64_t start = system_monotonic();
	uint64_t left = c->patience > c->waited ? (c->patience - c->waited) / 1000000 : 0;
	enum err err = parse_channel_receive(c->child.socket,
		left > INT32_MAX ? INT32_MAX : (int)left, ret_type, &c->message, &fd);
	c->waited += system_monotonic() - start;
	file_close(&fd); /* it has none to give */
	return err;
}

/* --- answers --- */

/* What the parse process says is checked; nonsense is as good as a crash. */
static enum err distrust(enum err err)
{
	return err == E_NOMEM ? E_NOMEM : E_CRASHED;
}

static struct cursor payload(const struct parse_client *c)
{
	struct cursor cursor;
	cursor_init(&cursor, writer_view(&c->message));
	return cursor;
}

static enum err take_progress(struct parse_client *c, parse_progress_fn *progress, void *context)
{
	struct cursor cursor = payload(c);
	uint64_t done = cursor_u64(&cursor);
	if (cursor_end(&cursor) != E_OK)
		return E_CRASHED;
	if (progress)
		progress(context, done, c->total);
	return E_OK;
}

static enum err take_problem(const struct parse_client *c,
	void (*on_problem)(void *context, const struct problem *problem), void *context)
{
	struct cursor cursor = payload(c);
	struct problem problem;
	enum err err = wire_read_problem(&cursor, &problem);
	if (err != E_OK)
		return distrust(err);
	on_problem(context, &problem);
	return E_OK;
}

/* A refusal without a reason is none that a file could cause. */
static enum err take_refusal(const struct parse_client *c, struct problem *problem)
{
	struct cursor cursor = payload(c);
	uint8_t why = cursor_u8(&cursor);
	struct problem told;
	if (cursor.err != E_OK || wire_read_problem(&cursor, &told) != E_OK || why == E_OK ||
		why >= ERR__COUNT)
		return E_CRASHED;
	*problem = told;
	return (enum err)why;
}

static enum err take_format(struct parse_client *c, const struct feed_sink *sink)
{
	struct cursor cursor = payload(c);
	struct str name = cursor_string(&cursor, 256);
	if (cursor_end(&cursor) != E_OK || c->format.size > 0)
		return E_CRASHED;
	for (size_t i = 0; i < feed_format_count(); i++)
		if (str_equal(name, feed_format_name(i)))
			c->format = feed_format_name(i);
	return c->format.size > 0 ? sink->recognised(sink->context, c->format) : E_CRASHED;
}

static enum err take_batch(struct parse_client *c, const struct feed_sink *sink)
{
	struct cursor cursor = payload(c);
	enum err err = wire_read_batch(&cursor, c->batch, c->names, c->columns);
	if (err != E_OK)
		return distrust(err);
	if (c->format.size == 0)
		return E_CRASHED;
	return sink->batch(sink->context, c->batch, c->names, c->columns);
}

static enum err take_totals(const struct parse_client *c, struct feed_totals *ret_totals)
{
	struct cursor cursor = payload(c);
	enum err err = wire_read_totals(&cursor, ret_totals);
	return err == E_OK ? E_OK : distrust(err);
}

/* After the answer that ends a file: E_OK or why it failed, and whether the process may go on. */
struct ending {
	enum err err;
	bool over;
	bool alive;
};

static struct ending goes_on(enum err err)
{
	return (struct ending){.err = err, .over = err != E_OK};
}

static struct ending ends(enum err err)
{
	return (struct ending){.err = err, .over = true, .alive = err != E_CRASHED};
}

/* A process that died, stalled or lied is replaced. */
static enum err settle(struct parse_client *c, struct ending ending, struct problem *problem)
{
	enum err err = ending.err == E_TRUNCATED && !ending.alive ? E_CRASHED : ending.err;
	if (!ending.alive)
		end_child(c);
	if (problem->code != PROBLEM_NONE)
		return err;
	if (err == E_CRASHED)
		problem_set(problem, PROBLEM_CRASHED, STR(""), STR(""));
	if (err == E_TIMEOUT) {
		problem_set(problem, PROBLEM_TIMED_OUT, STR(""), STR(""));
		problem->limit = c->patience / 1000000000;
	}
	return err;
}

static void no_problem(struct problem *problem)
{
	*problem = (struct problem){.code = PROBLEM_NONE};
}

/* --- feeds --- */

static struct ending feed_frame(struct parse_client *c, enum parse_frame type,
	const struct feed_sink *sink, parse_progress_fn *progress, struct feed_totals *ret_totals,
	struct problem *problem)
{
	switch (type) {
	case PARSE_RECOGNISED:
		return goes_on(take_format(c, sink));
	case PARSE_BATCH:
		return goes_on(take_batch(c, sink));
	case PARSE_PROBLEM:
		return goes_on(take_problem(c, sink->problem, sink->context));
	case PARSE_PROGRESS:
		return goes_on(take_progress(c, progress, sink->context));
	case PARSE_DONE:
		return ends(take_totals(c, ret_totals));
	case PARSE_REFUSED:
		return ends(take_refusal(c, problem));
	case PARSE_FEED:
	case PARSE_NETWORK:
	case PARSE_TABLE:
	case PARSE_RESULTS:
	case PARSE_REGIONS:
	case PARSE_ROWS:
	case PARSE_SHEET:
	case PARSE_MANIFEST:
	case PARSE_CELLS:
	case PARSE__COUNT:
		break;
	}
	return goes_on(E_CRASHED);
}

static struct ending feed_frames(struct parse_client *c, const struct feed_sink *sink,
	parse_progress_fn *progress, struct feed_totals *ret_totals, struct problem *problem)
{
	struct ending ending;
	do {
		enum parse_frame type;
		enum err err = next_frame(c, &type);
		if (err != E_OK)
			return goes_on(err == E_SYNTAX || err == E_LIMIT ? E_CRASHED : err);
		ending = feed_frame(c, type, sink, progress, ret_totals, problem);
	} while (!ending.over);
	return ending;
}

static enum err parse_feed(struct parse_client *c, int fd, const struct feed_options *options,
	const struct feed_sink *sink, parse_progress_fn *progress, struct feed_totals *ret_totals,
	struct problem *problem)
{
	if (!c->names || !c->columns)
		return E_NOMEM;
	writer_clear(&c->message);
	c->message.limit = LIMIT_WIRE_BYTES;
	wire_write_options(&c->message, options);
	enum err err = request(c, PARSE_FEED, fd);
	if (err != E_OK)
		return settle(c, goes_on(err), problem);
	return settle(c, feed_frames(c, sink, progress, ret_totals, problem), problem);
}

enum err parse_client_file(struct parse_client *client, int fd, const struct feed_options *options,
	const struct feed_sink *sink, parse_progress_fn *progress, struct feed_totals *ret_totals,
	struct problem *problem)
{
	no_problem(problem);
	client->format = STR("");
	client->names = text_table_new(LIMIT_NAMES_PER_FILE);
	client->columns = text_table_new(LIMIT_COLUMNS);
	enum err err = parse_feed(client, fd, options, sink, progress, ret_totals, problem);
	text_table_free(client->names);
	text_table_free(client->columns);
	client->names = NULL;
	client->columns = NULL;
	return err;
}

/* --- network tables --- */

static enum err take_table(
	const struct parse_client *c, struct writer *table, struct network_table_info *ret_info)
{
	struct cursor cursor = payload(c);
	struct network_table_info info;
	uint64_t rows = cursor_u64(&cursor);
	uint64_t rejected = cursor_u64(&cursor);
	uint64_t built = cursor_u64(&cursor);
	struct bytes bytes = cursor_take(&cursor, cursor_left(&cursor));
	if (cursor_end(&cursor) != E_OK || network_table_check(bytes, &info) != E_OK)
		return E_CRASHED;
	info.rows = rows; /* of the source; the table may have joined some */
	info.rejected = rejected;
	info.built = (struct instant){built <= UINT32_MAX ? (int64_t)built : 0};
	writer_bytes(table, bytes);
	*ret_info = info;
	return writer_end(table);
}

static struct ending network_frames(struct parse_client *c,
	void (*on_problem)(void *context, const struct problem *problem), void *context,
	struct writer *table, struct network_table_info *ret_info, struct problem *problem)
{
	for (;;) {
		enum parse_frame type;
		enum err err = next_frame(c, &type);
		if (err != E_OK)
			return goes_on(err == E_SYNTAX || err == E_LIMIT ? E_CRASHED : err);
		if (type == PARSE_TABLE)
			return ends(take_table(c, table, ret_info));
		if (type == PARSE_REFUSED)
			return ends(take_refusal(c, problem));
		if (type == PARSE_PROBLEM)
			err = take_problem(c, on_problem, context);
		else if (type != PARSE_PROGRESS)
			err = E_CRASHED;
		if (err != E_OK)
			return goes_on(err);
	}
}

enum err parse_client_network(struct parse_client *client, int fd,
	const struct network_source *source,
	void (*on_problem)(void *context, const struct problem *problem), void *context,
	struct writer *table, struct network_table_info *ret_info, struct problem *problem)
{
	no_problem(problem);
	writer_clear(&client->message);
	client->message.limit = LIMIT_TABLE_BYTES + 4096;
	writer_string(&client->message, source->file_name);
	writer_string(&client->message, source->country);
	writer_u8(&client->message, source->regions     ? PARSE_ASKED_REGIONS
				    : source->countries ? PARSE_ASKED_COUNTRIES
							: PARSE_ASKED_NOTHING);
	enum err err = request(client, PARSE_NETWORK, fd);
	if (err != E_OK)
		return settle(client, goes_on(err), problem);
	return settle(client, network_frames(client, on_problem, context, table, ret_info, problem),
		problem);
}

/* --- what others bring --- */

/* The rows as they came: c->message holds them until the next file. */
static struct ending row_frames(struct parse_client *c,
	void (*on_problem)(void *context, const struct problem *problem), void *context,
	struct problem *problem)
{
	for (;;) {
		enum parse_frame type;
		enum err err = next_frame(c, &type);
		if (err != E_OK)
			return goes_on(err == E_SYNTAX || err == E_LIMIT ? E_CRASHED : err);
		if (type == PARSE_ROWS)
			return ends(E_OK);
		if (type == PARSE_REFUSED)
			return ends(take_refusal(c, problem));
		if (type == PARSE_PROBLEM && on_problem)
			err = take_problem(c, on_problem, context);
		else if (type != PARSE_PROGRESS)
			err = E_CRASHED;
		if (err != E_OK)
			return goes_on(err);
	}
}

static struct ending take_results(
	const struct parse_client *c, struct arena *arena, struct machine_results *ret_results)
{
	struct machine_results results;
	struct str copy = arena_copy(arena, writer_view_str(&c->message));
	struct cursor cursor;
	if (!copy.data)
		return ends(E_NOMEM);
	cursor_init(&cursor, str_bytes(copy));
	results.rejected = cursor_u64(&cursor);
	enum err err = machine_results_read(&cursor, arena, &results.list, &results.count);
	if (err != E_OK)
		return ends(distrust(err));
	*ret_results = results;
	return ends(E_OK);
}

enum err parse_client_results(struct parse_client *client, int fd, struct date today,
	void (*on_problem)(void *context, const struct problem *problem), void *context,
	struct arena *arena, struct machine_results *ret_results, struct problem *problem)
{
	no_problem(problem);
	writer_clear(&client->message);
	client->message.limit = LIMIT_TABLE_BYTES;
	writer_u32(&client->message, (uint32_t)(date_instant(today).seconds / SECONDS_PER_DAY));
	enum err err = request(client, PARSE_RESULTS, fd);
	if (err != E_OK)
		return settle(client, goes_on(err), problem);
	struct ending ending = row_frames(client, on_problem, context, problem);
	if (ending.err == E_OK)
		ending = take_results(client, arena, ret_results);
	return settle(client, ending, problem);
}

static struct ending take_regions(
	const struct parse_client *c, struct arena *arena, struct region_set *set)
{
	struct str copy = arena_copy(arena, writer_view_str(&c->message));
	struct cursor cursor;
	if (!copy.data)
		return ends(E_NOMEM);
	cursor_init(&cursor, str_bytes(copy));
	(void)cursor_u64(&cursor);
	enum err err = regions_read(&cursor, arena, &set->list, &set->count);
	return ends(err == E_OK ? E_OK : distrust(err));
}

enum err parse_client_regions(struct parse_client *client, int fd, struct arena *arena,
	struct region_set *ret_set, struct problem *problem)
{
	no_problem(problem);
	writer_clear(&client->message);
	client->message.limit = LIMIT_TABLE_BYTES;
	enum err err = request(client, PARSE_REGIONS, fd);
	if (err != E_OK)
		return settle(client, goes_on(err), problem);
	struct ending ending = row_frames(client, NULL, NULL, problem);
	if (ending.err == E_OK)
		ending = take_regions(client, arena, ret_set);
	return settle(client, ending, problem);
}

/* --- the contents of a MISP feed --- */

static struct ending take_manifest(const struct parse_client *c, struct arena *arena,
	struct misp_manifest *ret_manifest, uint64_t *ret_rejected)
{
	struct cursor cursor = payload(c);
	uint64_t rejected = cursor_u64(&cursor);
	enum err err = misp_manifest_read(&cursor, arena, ret_manifest);
	if (err != E_OK)
		return ends(distrust(err));
	*ret_rejected = rejected;
	return ends(E_OK);
}

enum err parse_client_manifest(struct parse_client *client, int fd, struct arena *arena,
	struct misp_manifest *ret_manifest, uint64_t *ret_rejected, struct problem *problem)
{
	no_problem(problem);
	writer_clear(&client->message);
	client->message.limit = LIMIT_TABLE_BYTES;
	enum err err = request(client, PARSE_MANIFEST, fd);
	if (err != E_OK)
		return settle(client, goes_on(err), problem);
	struct ending ending = row_frames(client, NULL, NULL, problem);
	if (ending.err == E_OK)
		ending = take_manifest(client, arena, ret_manifest, ret_rejected);
	return settle(client, ending, problem);
}

/* --- spreadsheets and CSV --- */

static enum err take_cells(const struct parse_client *c, struct sheet_cell *cells, uint32_t *last,
	sheet_row_fn *fn, void *context)
{
	struct cursor cursor = payload(c);
	while (cursor_left(&cursor) > 0) {
		uint32_t number;
		size_t count;
		if (sheet_row_read(&cursor, cells, &number, &count) != E_OK || number <= *last)
			return E_CRASHED;
		*last = number;
		TRY(fn(context, number, cells, count));
	}
	return E_OK;
}

static struct ending cell_frames(struct parse_client *c, struct sheet_cell *cells, sheet_row_fn *fn,
	void *context, struct problem *problem)
{
	uint32_t last = 0;
	for (;;) {
		enum parse_frame type;
		enum err err = next_frame(c, &type);
		if (err != E_OK)
			return goes_on(err == E_SYNTAX || err == E_LIMIT ? E_CRASHED : err);
		if (type == PARSE_ROWS)
			return ends(E_OK);
		if (type == PARSE_REFUSED)
			return ends(take_refusal(c, problem));
		if (type == PARSE_CELLS)
			err = take_cells(c, cells, &last, fn, context);
		else if (type != PARSE_PROGRESS)
			err = E_CRASHED;
		if (err != E_OK)
			return goes_on(err);
	}
}

enum err parse_client_sheet(struct parse_client *client, int fd, struct str sheet, sheet_row_fn *fn,
	void *context, struct problem *problem)
{
	no_problem(problem);
	struct sheet_cell *cells = calloc(LIMIT_SHEET_COLUMNS, sizeof(*cells));
	if (!cells)
		return E_NOMEM;
	writer_clear(&client->message);
	client->message.limit = LIMIT_WIRE_BYTES * 2;
	writer_string(&client->message, sheet);
	enum err err = request(client, PARSE_SHEET, fd);
	struct ending ending =
		err == E_OK ? cell_frames(client, cells, fn, context, problem) : goes_on(err);
	free(cells);
	return settle(client, ending, problem);
}
