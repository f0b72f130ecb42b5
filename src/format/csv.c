/* SPDX-License-Identifier: Apache-2.0 */
#include "format/csv.h"

#include <stdlib.h>

#include "base/limits.h"

enum {
	STEP_FULL = 64 << 10, /* with its index it stays in the second-level cache */
	STEP_CAREFUL = 1 << 10
};

void csv_init(struct csv *c, char separator)
{
	*c = (struct csv){.separator = separator, .line = 1, .step = STEP_FULL};
	writer_init(&c->unquoted, LIMIT_ROW_BYTES + 1);
	writer_init(&c->unquoted_ends, (LIMIT_ROW_BYTES + 1) * sizeof(uint32_t));
}

void csv_release(struct csv *c)
{
	free(c->index.ends);
	free(c->index.stops);
	c->index = (struct csv_index){.capacity = 0};
	writer_release(&c->unquoted);
	writer_release(&c->unquoted_ends);
}

static void forget_index(struct csv *c)
{
	c->index.end_count = 0;
	c->index.stop_count = 0;
	c->indexed = c->begin;
	c->stop = 0;
	c->end = 0;
	c->quotes = 0;
}

void csv_window(struct csv *c, struct str window, bool last)
{
	c->offset += c->begin;
	c->window = window.data;
	c->size = window.size;
	c->last = last;
	c->begin = 0;
	forget_index(c);
}

size_t csv_used(const struct csv *c)
{
	return c->begin;
}

static bool index_reserve(struct csv_index *x, size_t bytes)
{
	if (x->capacity > bytes)
		return true;
	uint32_t *ends = realloc(x->ends, (bytes + 1) * sizeof(*ends));
	if (ends)
		x->ends = ends;
	struct csv_stop *stops = realloc(x->stops, (bytes + 1) * sizeof(*stops));
	if (stops)
		x->stops = stops;
	if (!ends || !stops)
		return false;
	x->capacity = (uint32_t)bytes + 1;
	return true;
}

/* A last row without a line end ends with the input. */
static void index_end(struct csv *c, size_t to)
{
	struct csv_index *x = &c->index;
	if (!c->last || to != c->size || x->open || c->window[to - 1] == '\n')
		return;
	x->stops[x->stop_count++] = (struct csv_stop){x->end_count, x->quote_count};
	x->ends[x->end_count++] = (uint32_t)to;
}

/* Indexes from `begin` on, further each time until a row end is found. False without memory. */
static bool index_more(struct csv *c)
{
	forget_index(c);
	do {
		size_t left = c->size - c->begin;
		size_t to = left > c->step ? c->begin + c->step : c->size;
		if (!index_reserve(&c->index, to - c->begin))
			return false;
		csv_index_fill(
			&c->index, c->window, (uint32_t)c->begin, (uint32_t)to, c->separator);
		index_end(c, to);
		c->indexed = to;
		if (c->index.stop_count > 0)
			break;
		c->step *= 2;
	} while (c->indexed < c->size);
	c->step = c->step * 2 < STEP_FULL ? c->step * 2 : STEP_FULL;
	return true;
}

static enum err bad_row(
	struct csv *c, struct problem *problem, enum problem_code code, uint64_t line)
{
	problem_set(problem, code, STR(""), STR(""));
	problem->line = line;
	problem->offset = c->offset + c->begin;
	problem->limit = code == PROBLEM_ROW_TOO_LONG ? LIMIT_ROW_BYTES : 0;
	return E_SYNTAX;
}

static uint64_t count_newlines(const char *data, size_t size)
{
	uint64_t count = 0;
	const char *end = data + size;
	for (const char *at = data; at < end && (at = memchr(at, '\n', (size_t)(end - at))); at++)
		count++;
	return count;
}

/* Moves `begin` to `to`, which is past a line end or the end of the input. */
static void move_on(struct csv *c, size_t to)
{
	c->line += count_newlines(c->window + c->begin, to - c->begin);
	c->begin = to;
}

/* The offset past the next line feed at or after `from`; the size of the window without one. */
static size_t line_end(const struct csv *c, size_t from)
{
	const char *at = from < c->size ? memchr(c->window + from, '\n', c->size - from) : NULL;
	return at ? (size_t)(at - c->window) + 1 : c->size;
}

/* Drops the rest of a row that is too long, which may span windows. */
static void skip_rest(struct csv *c, size_t from)
{
	size_t to = line_end(c, from);
	c->skipping = !c->last && c->window[to - 1] != '\n';
	move_on(c, to);
	c->step = STEP_CAREFUL;
	forget_index(c);
}

/* --- rows whose quotes must be taken out, byte by byte: the authority on what a row is --- */

enum careful_state {
	CAREFUL_ROW,       /* a row; `at` is past its line end */
	CAREFUL_MORE,      /* goes on past the window */
	CAREFUL_OPEN,      /* a quote, at `at`, that does not close in the window */
	CAREFUL_BAD_QUOTE, /* text after a closing quote, at `at` */
	CAREFUL_NO_MEMORY
};

struct careful {
	struct csv *c;
	size_t at;
	bool row_done;
};

static enum careful_state careful_quoted(struct careful *k)
{
	struct csv *c = k->c;
	size_t open = k->at++;
	for (;;) {
		const char *from = c->window + k->at;
		const char *quote = memchr(from, '"', c->size - k->at);
		if (!quote) {
			k->at = open;
			return CAREFUL_OPEN;
		}
		writer_str(&c->unquoted, (struct str){from, (size_t)(quote - from)});
		k->at = (size_t)(quote - c->window) + 1;
		if (k->at == c->size || c->window[k->at] != '"')
			return CAREFUL_ROW;
		writer_char(&c->unquoted, '"');
		k->at++;
	}
}

static void careful_plain(struct careful *k)
{
	struct csv *c = k->c;
	size_t from = k->at;
	while (k->at < c->size && c->window[k->at] != c->separator && c->window[k->at] != '\n')
		k->at++;
	size_t to = k->at;
	bool row_ends = to == c->size || c->window[to] == '\n';
	if (row_ends && to > from && c->window[to - 1] == '\r')
		to--;
	writer_str(&c->unquoted, (struct str){c->window + from, to - from});
}

/* What follows a field: a separator, a line end or the end of the input. */
static enum careful_state careful_after(struct careful *k)
{
	struct csv *c = k->c;
	if (k->at < c->size && c->window[k->at] == '\r' &&
		(k->at + 1 == c->size || c->window[k->at + 1] == '\n'))
		k->at++;
	if (k->at == c->size) {
		k->row_done = c->last;
		return c->last ? CAREFUL_ROW : CAREFUL_MORE;
	}
	char next = c->window[k->at];
	if (next != c->separator && next != '\n')
		return CAREFUL_BAD_QUOTE;
	k->row_done = next == '\n';
	k->at++;
	return CAREFUL_ROW;
}

static enum careful_state careful_row(struct careful *k)
{
	struct csv *c = k->c;
	writer_clear(&c->unquoted);
	writer_clear(&c->unquoted_ends);
	while (!k->row_done) {
		enum careful_state state = CAREFUL_ROW;
		if (k->at < c->size && c->window[k->at] == '"')
			state = careful_quoted(k);
		else
			careful_plain(k);
		uint32_t end = (uint32_t)c->unquoted.size;
		if (state == CAREFUL_ROW)
			state = careful_after(k);
		if (state != CAREFUL_ROW)
			return state;
		writer_bytes(&c->unquoted_ends, (struct bytes){(const uint8_t *)&end, sizeof(end)});
		writer_char(&c->unquoted, '\0'); /* where the separator stood */
	}
	bool failed = c->unquoted.err != E_OK || c->unquoted_ends.err != E_OK;
	bool memory = c->unquoted.err == E_NOMEM || c->unquoted_ends.err == E_NOMEM;
	return memory ? CAREFUL_NO_MEMORY : failed ? CAREFUL_MORE : CAREFUL_ROW;
}

static struct bytes raw_row(const struct csv *c, size_t from, size_t to)
{
	if (to > from && c->window[to - 1] == '\n')
		to--;
	if (to > from && c->window[to - 1] == '\r')
		to--;
	return (struct bytes){(const uint8_t *)c->window + from, to - from};
}

/* The index goes on where it agrees with the careful reader on the row's end. */
static void meet_index(struct csv *c, size_t row_end)
{
	if (c->stop < c->index.stop_count) {
		struct csv_stop stop = c->index.stops[c->stop];
		size_t expected = c->index.ends[stop.end];
		expected += expected < c->size; /* its line feed */
		if (expected == row_end) {
			c->stop++;
			c->end = stop.end + 1;
			c->quotes = stop.quotes;
			return;
		}
	}
	c->step = STEP_CAREFUL;
	forget_index(c);
}

static enum err careful_result(struct careful *k, struct csv_row *ret_row, struct problem *problem)
{
	struct csv *c = k->c;
	size_t size = k->at - c->begin;
	if (size > LIMIT_ROW_BYTES + 2)
		return E_LIMIT;
	*ret_row = (struct csv_row){
		.base = (const char *)c->unquoted.data,
		.ends = (const uint32_t *)(const void *)c->unquoted_ends.data,
		.count = (uint32_t)(c->unquoted_ends.size / sizeof(uint32_t)),
		.line = c->line,
		.offset = c->offset + c->begin,
		.raw = raw_row(c, c->begin, k->at),
	};
	bool nul = memchr(ret_row->raw.data, '\0', ret_row->raw.size) != NULL;
	enum err err = nul ? bad_row(c, problem, PROBLEM_NUL_BYTE, c->line) : E_OK;
	move_on(c, k->at);
	meet_index(c, k->at);
	return err;
}

/* A quote that is not closed: its line is a bad row, and reading goes on with the line after. */
static enum err open_quote(struct csv *c, size_t quote, struct problem *problem)
{
	uint64_t line = c->line + count_newlines(c->window + c->begin, quote - c->begin);
	enum err err = bad_row(c, problem, PROBLEM_BAD_QUOTE, line);
	skip_rest(c, quote);
	return err;
}

static enum err read_carefully(struct csv *c, struct csv_row *ret_row, struct problem *problem)
{
	struct careful k = {.c = c, .at = c->begin};
	bool full = c->last || c->size - c->begin > LIMIT_ROW_BYTES;
	enum err err = E_LIMIT;
	switch (careful_row(&k)) {
	case CAREFUL_ROW:
		err = careful_result(&k, ret_row, problem);
		break;
	case CAREFUL_NO_MEMORY:
		return E_NOMEM;
	case CAREFUL_BAD_QUOTE:
		return open_quote(c, k.at, problem);
	case CAREFUL_OPEN:
		return full ? open_quote(c, k.at, problem) : E_TRUNCATED;
	case CAREFUL_MORE:
		if (!full)
			return E_TRUNCATED;
		break;
	}
	if (err != E_LIMIT)
		return err;
	err = bad_row(c, problem, PROBLEM_ROW_TOO_LONG, c->line);
	skip_rest(c, c->begin);
	return err;
}

/* --- rows that the index describes --- */

/* Every quote of the row opens or closes a field: 2 for each field that begins with one. */
static bool quotes_clean(const struct csv_row *row, uint32_t quotes)
{
	uint32_t from = row->begin;
	for (uint32_t i = 0; i < row->count; i++) {
		uint32_t to = row->ends[i];
		if (from < to && row->base[from] == '"') {
			if (to - from < 2 || row->base[to - 1] != '"' || quotes < 2)
				return false;
			quotes -= 2;
		}
		from = to + 1;
	}
	return quotes == 0;
}

static enum err read_indexed(struct csv *c, struct csv_row *ret_row, struct problem *problem)
{
	struct csv_stop stop = c->index.stops[c->stop];
	uint32_t full_end = c->index.ends[stop.end];
	uint32_t quotes = stop.quotes - c->quotes;
	size_t next = full_end + (size_t)(full_end < c->size);
	bool carriage = full_end > c->begin && c->window[full_end - 1] == '\r';
	uint32_t end = full_end - carriage;
	c->index.ends[stop.end] = end;
	struct csv_row row = {
		.base = c->window,
		.ends = c->index.ends + c->end,
		.begin = (uint32_t)c->begin,
		.count = stop.end + 1 - c->end,
		.quoted = quotes > 0,
		.line = c->line,
		.offset = c->offset + c->begin,
		.raw = {(const uint8_t *)c->window + c->begin, end - c->begin},
	};
	if (quotes > 0 && !quotes_clean(&row, quotes)) {
		c->index.ends[stop.end] = full_end;
		return read_carefully(c, ret_row, problem);
	}
	enum err err = E_OK;
	if (row.raw.size > LIMIT_ROW_BYTES)
		err = bad_row(c, problem, PROBLEM_ROW_TOO_LONG, c->line);
	else if (c->index.nul && memchr(row.raw.data, '\0', row.raw.size))
		err = bad_row(c, problem, PROBLEM_NUL_BYTE, c->line);
	c->line += quotes > 0 ? count_newlines(c->window + c->begin, next - c->begin) : 1;
	c->begin = next;
	c->stop++;
	c->end = stop.end + 1;
	c->quotes = stop.quotes;
	*ret_row = row;
	return err;
}

enum err csv_next(struct csv *c, struct csv_row *ret_row, struct problem *problem)
{
	if (c->skipping && c->begin < c->size)
		skip_rest(c, c->begin);
	if (c->stop == c->index.stop_count) {
		if (c->begin == c->size)
			return E_TRUNCATED;
		bool more = c->indexed < c->size || c->indexed == c->begin;
		if (more && !index_more(c))
			return E_NOMEM;
	}
	if (c->stop < c->index.stop_count)
		return read_indexed(c, ret_row, problem);
	return read_carefully(c, ret_row, problem);
}
