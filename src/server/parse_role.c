/* SPDX-License-Identifier: Apache-2.0 */
#include "server/parse_role.h"

#include <stdlib.h>
#include <time.h>

#include "base/limits.h"
#include "feed/machine_results.h"
#include "feed/misp_manifest.h"
#include "feed/wire.h"
#include "format/archive.h"
#include "format/xlsx_read.h"
#include "network/network.h"
#include "network/region_file.h"
#include "os/file.h"
#include "os/process.h"
#include "os/sandbox.h"
#include "server/parse_channel.h"

enum {
	CHUNK = 1 << 20 /* unpacked bytes handed to a parser at once */
};

struct parse_role {
	int socket;
	struct writer request;
	struct writer answer;
	uint8_t *chunk;

	/* the file at hand */
	int fd;
	struct archive_reader *archive;
	struct feed_parser *parser;
	size_t names_sent;
	size_t columns_sent;
	struct problem problem;
};

static enum err send_answer(struct parse_role *r, enum parse_frame type)
{
	TRY(writer_end(&r->answer));
	return parse_channel_send(r->socket, type, writer_view(&r->answer), -1);
}

static enum err read_file(void *context, uint8_t *buffer, size_t capacity, size_t *ret_size)
{
	const struct parse_role *r = context;
	return file_read(r->fd, buffer, capacity, ret_size);
}

static enum err send_progress(struct parse_role *r)
{
	writer_clear(&r->answer);
	writer_u64(&r->answer, archive_reader_consumed(r->archive));
	return send_answer(r, PARSE_PROGRESS);
}

/* --- what the parsers give --- */

static enum err take_format(void *context, struct str format)
{
	struct parse_role *r = context;
	writer_clear(&r->answer);
	writer_string(&r->answer, format);
	return send_answer(r, PARSE_RECOGNISED);
}

static enum err take_batch(void *context, const struct batch *batch, const struct text_table *names,
	const struct text_table *columns)
{
	struct parse_role *r = context;
	writer_clear(&r->answer);
	wire_write_batch(&r->answer, batch, names, r->names_sent, columns, r->columns_sent);
	r->names_sent = text_table_count(names);
	r->columns_sent = text_table_count(columns);
	return send_answer(r, PARSE_BATCH);
}

static void take_problem(void *context, const struct problem *problem)
{
	struct parse_role *r = context;
	writer_clear(&r->answer);
	wire_write_problem(&r->answer, problem);
	if (send_answer(r, PARSE_PROBLEM) != E_OK)
		sandbox_exit(EXIT_FAILURE); /* nobody listens any more */
}

/* --- a feed --- */

static enum err push_all(struct parse_role *r)
{
	size_t size = 0;
	do {
		TRY(archive_reader_read(r->archive, r->chunk, CHUNK, &size, &r->problem));
		if (size > 0)
			TRY(feed_parser_push(
				r->parser, (struct bytes){r->chunk, size}, &r->problem));
		TRY(send_progress(r));
	} while (size > 0);
	return feed_parser_finish(r->parser, &r->problem);
}

/* The name inside the archive where only that one has a day. */
static void choose_name(struct feed_options *options, struct str inside)
{
	struct date date;
	if (!date_find(options->file_name, &date) && date_find(inside, &date))
		options->file_name = inside;
}

static enum err parse_feed(struct parse_role *r, struct bytes request)
{
	struct feed_options options;
	struct cursor c;
	const struct archive_source source = {r, read_file};
	const struct feed_sink sink = {r, take_format, take_batch, take_problem};
	cursor_init(&c, request);
	TRY(wire_read_options(&c, &options));
	TRY(archive_reader_open(&source, LIMIT_INPUT_BYTES, &r->archive, &r->problem));
	choose_name(&options, archive_reader_member_name(r->archive));
	TRY(feed_parser_new(&options, &sink, &r->parser));
	TRY(push_all(r));
	writer_clear(&r->answer);
	wire_write_totals(&r->answer, feed_parser_totals(r->parser));
	return send_answer(r, PARSE_DONE);
}

/* --- a table of networks --- */

static enum err load_all(struct parse_role *r, struct writer *text)
{
	size_t size = 0;
	do {
		TRY(archive_reader_read(r->archive, r->chunk, CHUNK, &size, &r->problem));
		writer_bytes(text, (struct bytes){r->chunk, size});
		TRY(send_progress(r));
	} while (size > 0);
	return writer_end(text);
}

static enum err parse_table(
	struct parse_role *r, const struct network_source *source, struct bytes text)
{
	struct network_table_info info = {.kind = NETWORK_ASN};
	struct writer table;
	writer_init(&table, LIMIT_TABLE_BYTES);
	enum err err =
		network_table_parse(source, text, take_problem, r, &table, &info, &r->problem);
	if (err == E_OK) {
		writer_clear(&r->answer);
		writer_u64(&r->answer, info.rows);
		writer_u64(&r->answer, info.rejected);
		writer_u64(&r->answer, (uint64_t)info.built.seconds);
		writer_bytes(&r->answer, writer_view(&table));
		err = send_answer(r, PARSE_TABLE);
	}
	writer_release(&table);
	return err;
}

static enum err parse_network(struct parse_role *r, struct bytes request)
{
	struct network_source source;
	struct cursor c;
	struct writer text;
	const struct archive_source packed = {r, read_file};
	cursor_init(&c, request);
	source.file_name = cursor_string(&c, 4096);
	source.country = cursor_string(&c, 16);
	uint8_t asked = cursor_u8(&c);
	source.regions = asked == PARSE_ASKED_REGIONS;
	source.countries = asked == PARSE_ASKED_COUNTRIES;
	TRY(cursor_end(&c));
	TRY(archive_reader_open(&packed, LIMIT_TABLE_BYTES, &r->archive, &r->problem));
	writer_init(&text, LIMIT_TABLE_BYTES);
	enum err err = load_all(r, &text);
	if (err == E_OK)
		err = parse_table(r, &source, writer_view(&text));
	writer_release(&text);
	return err;
}

/* --- what others bring --- */

static enum err unpack(struct parse_role *r, uint64_t most, struct writer *text)
{
	const struct archive_source packed = {r, read_file};
	TRY(archive_reader_open(&packed, most, &r->archive, &r->problem));
	writer_init(text, most);
	enum err err = load_all(r, text);
	if (err != E_OK)
		writer_release(text);
	return err;
}

static enum err answer_rows(struct parse_role *r, struct bytes text, struct date today)
{
	struct arena arena;
	struct machine_results results = {0};
	arena_init(&arena, (size_t)1 << 30);
	enum err err =
		machine_results_parse(text, today, take_problem, r, &arena, &results, &r->problem);
	if (err == E_OK) {
		writer_clear(&r->answer);
		writer_u64(&r->answer, results.rejected);
		machine_results_write(&r->answer, results.list, results.count);
		err = send_answer(r, PARSE_ROWS);
	}
	arena_release(&arena);
	return err;
}

static enum err parse_results(struct parse_role *r, struct bytes request)
{
	struct cursor c;
	struct writer text;
	cursor_init(&c, request);
	int64_t today = (int64_t)cursor_u32(&c) * SECONDS_PER_DAY;
	TRY(cursor_end(&c));
	TRY(unpack(r, LIMIT_RESULTS_FILE, &text));
	enum err err = answer_rows(r, writer_view(&text), instant_date((struct instant){today}));
	writer_release(&text);
	return err;
}

static enum err answer_regions(struct parse_role *r, struct str text)
{
	struct arena arena;
	const struct region *list;
	size_t count;
	arena_init(&arena, (size_t)1 << 24);
	enum err err = region_file_parse(text, &arena, &list, &count, &r->problem);
	if (err == E_OK) {
		writer_clear(&r->answer);
		writer_u64(&r->answer, 0);
		regions_write(&r->answer, list, count);
		err = send_answer(r, PARSE_ROWS);
	}
	arena_release(&arena);
	return err;
}

static enum err parse_regions(struct parse_role *r)
{
	struct writer text;
	TRY(unpack(r, LIMIT_REGION_FILE, &text));
	enum err err = answer_regions(r, writer_view_str(&text));
	writer_release(&text);
	return err;
}

static enum err answer_manifest(struct parse_role *r, struct str text)
{
	struct arena arena;
	struct misp_manifest manifest;
	uint64_t rejected = 0;
	if (!misp_manifest_recognise(text)) {
		problem_set(&r->problem, PROBLEM_UNKNOWN_FORMAT, STR(""), STR("manifest.json"));
		return E_UNKNOWN;
	}
	arena_init(&arena, (size_t)1 << 30);
	enum err err = misp_manifest_parse(text, &arena, &manifest, &rejected, &r->problem);
	if (err == E_OK) {
		writer_clear(&r->answer);
		writer_u64(&r->answer, rejected);
		misp_manifest_write(&r->answer, &manifest);
		err = send_answer(r, PARSE_ROWS);
	}
	arena_release(&arena);
	return err;
}

static enum err parse_manifest(struct parse_role *r)
{
	struct writer text;
	TRY(unpack(r, LIMIT_DOCUMENT_BYTES, &text));
	enum err err = answer_manifest(r, writer_view_str(&text));
	writer_release(&text);
	return err;
}

/* --- a spreadsheet or CSV --- */

enum {
	CELLS = 1 << 16 /* bytes of rows sent at once */
};

struct rows {
	struct parse_role *role;
	struct writer cells; /* not sent yet */
};

static enum err send_rows(struct rows *rows)
{
	TRY(writer_end(&rows->cells));
	TRY(parse_channel_send(rows->role->socket, PARSE_CELLS, writer_view(&rows->cells), -1));
	writer_clear(&rows->cells);
	return E_OK;
}

static enum err take_row(
	void *context, uint32_t number, const struct sheet_cell *cells, size_t count)
{
	struct rows *rows = context;
	sheet_row_write(&rows->cells, number, cells, count);
	return rows->cells.size >= CELLS ? send_rows(rows) : writer_end(&rows->cells);
}

static enum err load_packed(struct parse_role *r, struct writer *packed)
{
	size_t got = 1;
	while (got > 0) {
		TRY(file_read(r->fd, r->chunk, CHUNK, &got));
		writer_bytes(packed, (struct bytes){r->chunk, got});
	}
	if (packed->err == E_LIMIT) {
		problem_set(&r->problem, PROBLEM_TOO_LARGE, STR(""), STR(""));
		r->problem.limit = LIMIT_SHEET_FILE;
	}
	return writer_end(packed);
}

static enum err read_loaded(void *context, uint8_t *buffer, size_t capacity, size_t *ret_size)
{
	struct bytes *left = context;
	size_t size = left->size < capacity ? left->size : capacity;
	if (size)
		memcpy(buffer, left->data, size);
	*left = (struct bytes){left->data + size, left->size - size};
	*ret_size = size;
	return E_OK;
}

/* CSV, perhaps compressed. Old spreadsheets and encrypted ones are of another kind. */
static enum err read_text(struct rows *rows, struct bytes packed)
{
	struct parse_role *r = rows->role;
	struct writer text;
	struct bytes left = packed;
	const struct archive_source source = {&left, read_loaded};
	if (packed.size >= 4 && memcmp(packed.data, "\xD0\xCF\x11\xE0", 4) == 0) {
		problem_set(&r->problem, PROBLEM_UNKNOWN_FORMAT, STR(""), STR("xls"));
		return E_SYNTAX;
	}
	TRY(archive_reader_open(&source, LIMIT_SHEET_UNPACKED, &r->archive, &r->problem));
	writer_init(&text, LIMIT_SHEET_UNPACKED);
	enum err err = load_all(r, &text);
	if (err == E_OK)
		err = sheet_read_csv(writer_view_str(&text), take_row, rows, &r->problem);
	writer_release(&text);
	return err;
}

static enum err parse_sheet(struct parse_role *r, struct bytes request)
{
	struct cursor c;
	struct writer packed;
	struct rows rows = {.role = r};
	cursor_init(&c, request);
	struct str sheet = cursor_string(&c, 1024);
	TRY(cursor_end(&c));
	writer_init(&packed, LIMIT_SHEET_FILE);
	writer_init(&rows.cells, LIMIT_WIRE_BYTES * 2);
	enum err err = load_packed(r, &packed);
	if (err == E_OK)
		err = xlsx_recognised(writer_view(&packed))
			      ? xlsx_read(writer_view(&packed), sheet, take_row, &rows, &r->problem)
			      : read_text(&rows, writer_view(&packed));
	if (err == E_OK && rows.cells.size > 0)
		err = send_rows(&rows);
	writer_release(&packed);
	writer_release(&rows.cells);
	TRY(err);
	writer_clear(&r->answer);
	writer_u64(&r->answer, 0);
	return send_answer(r, PARSE_ROWS);
}

/* --- the loop --- */

static enum err refuse(struct parse_role *r, enum err why)
{
	writer_clear(&r->answer);
	writer_u8(&r->answer, (uint8_t)why);
	wire_write_problem(&r->answer, &r->problem);
	return send_answer(r, PARSE_REFUSED);
}

static enum err answer(struct parse_role *r, enum parse_frame type)
{
	struct bytes request = writer_view(&r->request);
	enum err err = E_USAGE;
	r->names_sent = 0;
	r->columns_sent = 0;
	problem_set(&r->problem, PROBLEM_NONE, STR(""), STR(""));
	if (type == PARSE_FEED)
		err = parse_feed(r, request);
	else if (type == PARSE_NETWORK)
		err = parse_network(r, request);
	else if (type == PARSE_RESULTS)
		err = parse_results(r, request);
	else if (type == PARSE_REGIONS)
		err = parse_regions(r);
	else if (type == PARSE_SHEET)
		err = parse_sheet(r, request);
	else if (type == PARSE_MANIFEST)
		err = parse_manifest(r);
	feed_parser_free(r->parser);
	r->parser = NULL;
	archive_reader_close(r->archive);
	r->archive = NULL;
	return err == E_OK ? E_OK : refuse(r, err);
}

static enum err serve(struct parse_role *r)
{
	for (;;) {
		enum parse_frame type;
		TRY(parse_channel_receive(r->socket, -1, &type, &r->request, &r->fd));
		enum err err = answer(r, type);
		file_close(&r->fd);
		TRY(err);
	}
}

/* What libraries open on first use they must have opened now. */
static enum err warm_up(void)
{
	if (setenv("TZ", "UTC0", 1) != 0)
		return E_NOMEM;
	tzset();
	TRY(xlsx_warm_up());
	return archive_warm_up();
}

int parse_role_main(void)
{
	static struct parse_role role = {.socket = CHILD_SOCKET, .fd = -1};
	writer_init(&role.request, LIMIT_WIRE_BYTES);
	writer_init(&role.answer, LIMIT_TABLE_BYTES + 4096);
	role.chunk = malloc(CHUNK);
	if (!role.chunk || warm_up() != E_OK || sandbox_enter_parse() != E_OK)
		return EXIT_FAILURE;
	/* The other end closes when no more is asked. */
	sandbox_exit(serve(&role) == E_TRUNCATED ? EXIT_SUCCESS : EXIT_FAILURE);
}
