/* SPDX-License-Identifier: Apache-2.0 */
#include "feed/wire.h"

#include <assert.h>

#include "base/limits.h"

static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__,
	"columns travel as they lie in memory, between two processes of one machine");

/* --- tables: number of the first new text, count of new texts, the texts --- */

static void write_texts(struct writer *w, const struct text_table *t, size_t sent)
{
	size_t count = text_table_count(t);
	writer_u32(w, (uint32_t)sent);
	writer_u32(w, (uint32_t)(count - sent));
	for (size_t i = sent; i < count; i++)
		writer_string(w, text_table_get(t, i));
}

static void read_texts(struct cursor *c, struct text_table *t, size_t text_limit)
{
	uint32_t first = cursor_u32(c);
	uint32_t count = cursor_u32(c);
	if (first != text_table_count(t))
		cursor_fail(c, E_SYNTAX);
	for (uint32_t i = 0; i < count && c->err == E_OK; i++) {
		uint32_t id;
		struct str text = cursor_string(c, text_limit);
		/* A text sent twice would get its old number. */
		if (c->err == E_OK && (!text_table_add(t, text, &id) || id != first + i))
			cursor_fail(c, E_SYNTAX);
	}
}

/* --- columns --- */

static void write_column(struct writer *w, const void *column, size_t size)
{
	writer_bytes(w, (struct bytes){column, size});
}

static void read_column(struct cursor *c, void *column, size_t size)
{
	struct bytes b = cursor_take(c, size);
	if (b.size)
		memcpy(column, b.data, b.size);
}

/* The same order both ways. */
#define EACH_COLUMN(b, rows, do_column)                                                            \
	do {                                                                                       \
		do_column((b)->first, (rows) * sizeof((b)->first[0]));                             \
		do_column((b)->last, (rows) * sizeof((b)->last[0]));                               \
		do_column((b)->ip, (rows) * sizeof((b)->ip[0]));                                   \
		do_column((b)->dst, (rows) * sizeof((b)->dst[0]));                                 \
		do_column((b)->port, (rows) * sizeof((b)->port[0]));                               \
		do_column((b)->dst_port, (rows) * sizeof((b)->dst_port[0]));                       \
		do_column((b)->prefix, (rows) * sizeof((b)->prefix[0]));                           \
		do_column((b)->precision, (rows) * sizeof((b)->precision[0]));                     \
		do_column((b)->kind, (rows) * sizeof((b)->kind[0]));                               \
		do_column((b)->protocol, (rows) * sizeof((b)->protocol[0]));                       \
		do_column((b)->name, (rows) * sizeof((b)->name[0]));                               \
		do_column((b)->machine, (rows) * sizeof((b)->machine[0]));                         \
		do_column((b)->identity, (rows) * sizeof((b)->identity[0]));                       \
		do_column((b)->extras_end, (rows) * sizeof((b)->extras_end[0]));                   \
	} while (0)

void wire_write_batch(struct writer *w, const struct batch *batch, const struct text_table *names,
	size_t names_sent, const struct text_table *columns, size_t columns_sent)
{
	size_t rows = batch->rows;
	write_texts(w, names, names_sent);
	write_texts(w, columns, columns_sent);
	writer_u32(w, batch->rows);
	writer_u32(w, (uint32_t)batch->extras.size);
#define WRITE(column, size) write_column(w, column, size)
	EACH_COLUMN(batch, rows, WRITE);
#undef WRITE
	writer_bytes(w, writer_view(&batch->extras));
}

/* --- is every value one that a parser may give? --- */

static bool times_valid(const struct batch *b, size_t row)
{
	uint32_t first = b->first[row];
	uint32_t last = b->last[row];
	uint8_t precision = b->precision[row];
	if (precision >= PRECISION__COUNT || last < first)
		return false;
	return precision != PRECISION_SECOND || first == last;
}

/* No bit is set past the prefix, and a range of IPv4 lies in IPv4. */
static bool address_valid(const struct batch *b, size_t row)
{
	unsigned length = b->prefix[row];
	struct ip ip = b->ip[row];
	if (length == 128)
		return true;
	if (length > 128 || (ip_is_v4(ip) && length < 96))
		return false;
	if (ip.octets[length / 8] & (0xFF >> length % 8))
		return false;
	for (unsigned i = length / 8 + 1; i < 16; i++)
		if (ip.octets[i])
			return false;
	return true;
}

/* Values of one row: column number, length as LEB128, bytes. */
static bool extras_valid(const uint8_t *at, const uint8_t *end, size_t columns)
{
	while (at < end) {
		size_t size = 0;
		unsigned shift = 0;
		uint8_t byte;
		if (*at++ >= columns)
			return false;
		do {
			if (at == end || shift > 21)
				return false;
			byte = *at++;
			size |= (size_t)(byte & 127) << shift;
			shift += 7;
		} while (byte & 128);
		if (size > (size_t)(end - at))
			return false;
		at += size;
	}
	return true;
}

static bool row_valid(const struct batch *b, size_t row, size_t names, size_t columns)
{
	uint32_t begin = row ? b->extras_end[row - 1] : 0;
	uint32_t end = b->extras_end[row];
	if (begin > end || end > b->extras.size || end - begin > LIMIT_EXTRAS_BYTES)
		return false;
	if (b->kind[row] >= KIND__COUNT || b->name[row] >= names)
		return false;
	if (!times_valid(b, row) || !address_valid(b, row))
		return false;
	return begin == end || extras_valid(b->extras.data + begin, b->extras.data + end, columns);
}

static bool rows_valid(const struct batch *b, size_t names, size_t columns)
{
	for (size_t row = 0; row < b->rows; row++)
		if (!row_valid(b, row, names, columns))
			return false;
	return b->rows == 0 || b->extras_end[b->rows - 1] == b->extras.size;
}

enum err wire_read_batch(
	struct cursor *c, struct batch *batch, struct text_table *names, struct text_table *columns)
{
	batch_clear(batch);
	read_texts(c, names, LIMIT_NAME_BYTES);
	read_texts(c, columns, LIMIT_COLUMN_NAME);
	size_t rows = cursor_u32(c);
	size_t extras = cursor_u32(c);
	if (rows > BATCH_ROWS || (rows == 0 && extras > 0))
		cursor_fail(c, E_LIMIT);
	if (c->err != E_OK)
		return c->err;
#define READ(column, size) read_column(c, column, size)
	EACH_COLUMN(batch, rows, READ);
#undef READ
	writer_bytes(&batch->extras, cursor_take(c, extras));
	TRY(cursor_end(c));
	TRY(writer_end(&batch->extras));
	batch->rows = (uint32_t)rows;
	if (rows_valid(batch, text_table_count(names), text_table_count(columns)))
		return E_OK;
	batch_clear(batch);
	return E_SYNTAX;
}

/* --- problems, totals, options --- */

void wire_write_problem(struct writer *w, const struct problem *problem)
{
	writer_u32(w, (uint32_t)problem->code);
	writer_u64(w, problem->line);
	writer_u64(w, problem->offset);
	writer_u64(w, problem->limit);
	writer_string(w, problem_field(problem));
	writer_string(w, problem_got(problem));
}

enum err wire_read_problem(struct cursor *c, struct problem *ret_problem)
{
	struct problem p = {.code = PROBLEM_NONE};
	uint32_t code = cursor_u32(c);
	p.line = cursor_u64(c);
	p.offset = cursor_u64(c);
	p.limit = cursor_u64(c);
	struct str field = cursor_string(c, sizeof(p.field));
	struct str got = cursor_string(c, sizeof(p.got));
	TRY(cursor_end(c));
	if (code >= PROBLEM__COUNT)
		return E_SYNTAX;
	problem_set(&p, (enum problem_code)code, field, got);
	*ret_problem = p;
	return E_OK;
}

void wire_write_totals(struct writer *w, const struct feed_totals *totals)
{
	writer_u64(w, totals->rows);
	writer_u64(w, totals->accepted);
	writer_u64(w, totals->rejected);
	writer_u64(w, totals->skipped);
	writer_u8(w, totals->simulated);
	writer_string(w, totals->format);
}

static bool find_format(struct str name, struct str *ret_static)
{
	*ret_static = STR("");
	for (size_t i = 0; i < feed_format_count() && ret_static->size == 0; i++)
		if (str_equal(feed_format_name(i), name))
			*ret_static = feed_format_name(i);
	return name.size == 0 || ret_static->size > 0;
}

enum err wire_read_totals(struct cursor *c, struct feed_totals *ret_totals)
{
	struct feed_totals t;
	t.rows = cursor_u64(c);
	t.accepted = cursor_u64(c);
	t.rejected = cursor_u64(c);
	t.skipped = cursor_u64(c);
	uint8_t simulated = cursor_u8(c);
	struct str format = cursor_string(c, 256);
	TRY(cursor_end(c));
	t.simulated = simulated == 1;
	if (simulated > 1 || !find_format(format, &t.format) || t.accepted > t.rows ||
		t.rejected != t.rows - t.accepted)
		return E_SYNTAX;
	*ret_totals = t;
	return E_OK;
}

void wire_write_options(struct writer *w, const struct feed_options *options)
{
	writer_string(w, options->file_name);
	writer_string(w, options->format);
	writer_string(w, options->botnet);
	writer_string(w, options->map);
	writer_u8(w, options->kind_set);
	writer_u8(w, options->kind_set ? (uint8_t)options->kind : 0);
	writer_u8(w, options->observed_set);
	writer_u16(w, options->observed_set ? (uint16_t)options->observed.year : 1970);
	writer_u8(w, options->observed_set ? (uint8_t)options->observed.month : 1);
	writer_u8(w, options->observed_set ? (uint8_t)options->observed.day : 1);
	writer_u64(w, (uint64_t)options->now.seconds);
	writer_bytes(w, (struct bytes){options->key.bytes, sizeof(options->key.bytes)});
}

enum err wire_read_options(struct cursor *c, struct feed_options *ret_options)
{
	struct feed_options o = {.kind = KIND_INFECTED};
	o.file_name = cursor_string(c, 4096);
	o.format = cursor_string(c, 256);
	o.botnet = cursor_string(c, LIMIT_NAME_BYTES);
	o.map = cursor_string(c, LIMIT_MAP_BYTES);
	o.kind_set = cursor_u8(c) != 0;
	uint8_t kind = cursor_u8(c);
	o.observed_set = cursor_u8(c) != 0;
	o.observed.year = cursor_u16(c);
	o.observed.month = cursor_u8(c);
	o.observed.day = cursor_u8(c);
	o.now.seconds = (int64_t)cursor_u64(c);
	struct bytes key = cursor_take(c, sizeof(o.key.bytes));
	TRY(cursor_end(c));
	if (kind >= KIND__COUNT)
		return E_SYNTAX;
	o.kind = (enum kind)kind;
	memcpy(o.key.bytes, key.data, sizeof(o.key.bytes));
	*ret_options = o;
	return E_OK;
}
