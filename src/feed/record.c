/* SPDX-License-Identifier: Apache-2.0 */
#include "feed/record.h"

void record_init(struct record *r, struct feed_parser *p, struct str what)
{
	*r = (struct record){.p = p};
	r->event_key = feed_derive_key(p, STR("event"), what);
	r->row_key = feed_derive_key(p, STR("row"), what);
}

static void forget_extras(struct batch *b)
{
	b->extras.size = b->rows ? b->extras_end[b->rows - 1] : 0;
}

void record_begin(struct record *r, uint64_t line, uint64_t offset, struct problem *problem)
{
	struct batch *b = r->p->batch;
	uint32_t at = b->rows;
	r->problem = problem;
	r->line = line;
	r->offset = offset;
	r->has_time = r->has_source = r->has_identity = false;
	b->dst[at] = (struct ip){{0}};
	b->port[at] = 0;
	b->dst_port[at] = 0;
	b->kind[at] = (uint8_t)r->p->options.kind;
	b->protocol[at] = 0;
	b->name[at] = r->p->botnet;
	b->machine[at] = 0;
	forget_extras(b);
}

enum err record_bad(
	struct record *r, enum problem_code code, struct str field, struct str got, uint64_t limit)
{
	problem_set(r->problem, code, field, got);
	r->problem->line = r->line;
	r->problem->offset = r->offset;
	r->problem->limit = limit;
	feed_reject(r->p, r->problem);
	forget_extras(r->p->batch);
	return E_SYNTAX;
}

enum err record_bad_count(struct record *r, uint64_t fields, uint64_t columns)
{
	struct writer w;
	writer_init(&w, 64);
	writer_decimal(&w, fields);
	enum err err = record_bad(r, PROBLEM_FIELD_COUNT, STR(""), writer_view_str(&w), columns);
	writer_release(&w);
	return err;
}

void record_skip(struct record *r)
{
	r->p->totals.skipped++;
	forget_extras(r->p->batch);
}

void record_kind(struct record *r, enum kind kind)
{
	if (!r->p->options.kind_set)
		r->p->batch->kind[r->p->batch->rows] = (uint8_t)kind;
}

enum kind record_kind_now(const struct record *r)
{
	return (enum kind)r->p->batch->kind[r->p->batch->rows];
}

/* --- time --- */

static enum err check_time(struct record *r, struct str field, struct str value, int64_t second)
{
	if (second < 0 || second > UINT32_MAX)
		return record_bad(r, PROBLEM_BAD_TIME, field, value, 0);
	if (second > r->p->options.now.seconds + SECONDS_PER_DAY)
		return record_bad(r, PROBLEM_FUTURE_TIME, field, value, 0);
	return E_OK;
}

static void set_time(struct record *r, int64_t first, int64_t last, enum precision precision)
{
	struct batch *b = r->p->batch;
	b->first[b->rows] = (uint32_t)first;
	b->last[b->rows] = (uint32_t)last;
	b->precision[b->rows] = (uint8_t)precision;
	r->has_time = true;
}

enum err record_second(struct record *r, struct str field, struct str value, int64_t second)
{
	TRY(check_time(r, field, value, second));
	set_time(r, second, second, PRECISION_SECOND);
	return E_OK;
}

enum err record_time(struct record *r, struct str field, struct str value)
{
	uint32_t second;
	if (!field_time_parse(&r->time, value, &second))
		return record_bad(r, PROBLEM_BAD_TIME, field, value, 0);
	return record_second(r, field, value, second);
}

uint32_t record_first(const struct record *r)
{
	return r->p->batch->first[r->p->batch->rows];
}

enum err record_span(
	struct record *r, struct str field, struct str value, int64_t first, int64_t last)
{
	TRY(check_time(r, field, value, first));
	TRY(check_time(r, field, value, last));
	if (last < first)
		return record_bad(r, PROBLEM_BAD_RANGE, field, value, 0);
	set_time(r, first, last, first == last ? PRECISION_SECOND : PRECISION_SPAN);
	return E_OK;
}

enum err record_day(struct record *r, struct str field, struct date day)
{
	struct writer w;
	int64_t first = date_instant(day).seconds;
	int64_t last = first + SECONDS_PER_DAY - 1;
	writer_init(&w, 64);
	writer_date(&w, day);
	enum err err = check_time(r, field, writer_view_str(&w), first);
	if (err == E_OK && last > UINT32_MAX)
		err = record_bad(r, PROBLEM_BAD_TIME, field, writer_view_str(&w), 0);
	writer_release(&w);
	if (err == E_OK)
		set_time(r, first, last, PRECISION_DAY);
	return err;
}

/* --- addresses --- */

enum err record_source(struct record *r, struct str field, struct str value, bool ranges)
{
	struct batch *b = r->p->batch;
	struct prefix prefix;
	enum problem_code code = field_source_parse(value, ranges, &prefix);
	if (code != PROBLEM_NONE)
		return record_bad(r, code, field, value, 0);
	b->ip[b->rows] = prefix.ip;
	b->prefix[b->rows] = prefix.length;
	r->has_source = true;
	return E_OK;
}

enum err record_port(struct record *r, struct str field, struct str value)
{
	struct batch *b = r->p->batch;
	bool good = field_port_parse(value, &b->port[b->rows]);
	return good ? E_OK : record_bad(r, PROBLEM_BAD_PORT, field, value, 0);
}

enum err record_endpoint(struct record *r, struct str field, struct str value)
{
	size_t colon = value.size;
	while (colon > 0 && value.data[colon - 1] != ':')
		colon--;
	if (colon == 0)
		return record_bad(r, PROBLEM_BAD_ADDRESS, field, value, 0);
	struct str address = {value.data, colon - 1};
	if (str_starts(address, STR("[")) && str_ends(address, STR("]")))
		address = (struct str){address.data + 1, address.size - 2};
	TRY(record_source(r, field, address, false));
	return record_port(r, field, (struct str){value.data + colon, value.size - colon});
}

enum err record_destination_port(struct record *r, struct str field, struct str value)
{
	struct batch *b = r->p->batch;
	bool good = field_port_parse(value, &b->dst_port[b->rows]);
	return good ? E_OK : record_bad(r, PROBLEM_BAD_PORT, field, value, 0);
}

enum err record_destination(struct record *r, struct str field, struct str value)
{
	struct batch *b = r->p->batch;
	if (value.size == 0 || ip_parse(value, &b->dst[b->rows]))
		return E_OK;
	return record_member(r, field, value);
}

enum err record_protocol(struct record *r, struct str field, struct str value)
{
	struct batch *b = r->p->batch;
	if (field_protocol_parse(value, &b->protocol[b->rows]))
		return E_OK;
	return record_member(r, field, value);
}

/* --- names --- */

enum err record_name(struct record *r, struct str field, struct str value)
{
	struct text_table *names = r->p->names;
	struct batch *b = r->p->batch;
	if (value.size == 0)
		return E_OK;
	if (value.size > LIMIT_NAME_BYTES)
		return record_bad(r, PROBLEM_NAME_TOO_LONG, field, value, LIMIT_NAME_BYTES);
	if (!utf8_valid(value))
		return record_bad(r, PROBLEM_BAD_UTF8, field, value, 0);
	if (memchr(value.data, '\0', value.size))
		return record_bad(r, PROBLEM_NUL_BYTE, field, STR(""), 0);
	if (text_table_add(names, value, &b->name[b->rows]))
		return E_OK;
	if (text_table_count(names) < LIMIT_NAMES_PER_FILE)
		return E_NOMEM;
	feed_problem(r->problem, PROBLEM_TOO_MANY_NAMES, field, value);
	r->problem->line = r->line;
	r->problem->limit = LIMIT_NAMES_PER_FILE;
	return E_LIMIT;
}

void record_machine(struct record *r, struct str value)
{
	struct batch *b = r->p->batch;
	if (value.size == 0)
		return;
	uint64_t hash = keyed_hash(&r->p->options.key, str_bytes(value));
	b->machine[b->rows] = hash ? hash : 1; /* 0 is "unknown" */
}

void record_identity(struct record *r, struct str value)
{
	struct batch *b = r->p->batch;
	if (value.size == 0)
		return;
	b->identity[b->rows] = keyed_hash(&r->event_key, str_bytes(value));
	r->has_identity = true;
}

void record_identity_of(struct record *r, struct str first, struct str second)
{
	struct batch *b = r->p->batch;
	const uint64_t parts[] = {keyed_hash(&r->row_key, str_bytes(first)),
		keyed_hash(&r->row_key, str_bytes(second))};
	b->identity[b->rows] =
		keyed_hash(&r->row_key, (struct bytes){(const uint8_t *)parts, sizeof(parts)});
	r->has_identity = true;
}

/* --- extras --- */

static enum err too_many_columns(struct record *r, struct str column)
{
	feed_problem(r->problem, PROBLEM_TOO_MANY_COLUMNS, column, STR(""));
	r->problem->line = r->line;
	r->problem->limit = LIMIT_COLUMNS;
	return E_LIMIT;
}

/* Number, length and value of an extra of which `before` belongs to the value; the column's number
 * is the first byte. */
static enum err put_extra(
	struct record *r, uint8_t number, struct str before, struct str value, struct str column)
{
	struct batch *b = r->p->batch;
	struct writer *w = &b->extras;
	size_t begin = b->rows ? b->extras_end[b->rows - 1] : 0;
	size_t size = before.size + value.size;
	if (w->size - begin + size + 6 > LIMIT_EXTRAS_BYTES)
		return record_bad(r, PROBLEM_EXTRAS_TOO_LONG, column, STR(""), LIMIT_EXTRAS_BYTES);
	uint8_t *at = writer_reserve(w, size + 6);
	if (!at)
		return w->err;
	at = record_extra_head(at, number, size);
	memcpy(at, before.data, before.size);
	memcpy(at + before.size, value.data, value.size);
	w->size = (size_t)(at + size - w->data);
	return E_OK;
}

/* The last number is for "more", so that a known column is found when there is no room for a new
 * one. */
bool record_column(struct record *r, struct str column, uint8_t *ret_number)
{
	uint32_t number;
	struct text_table *columns = r->p->columns;
	if (column.size == 0 || column.size > LIMIT_COLUMN_NAME)
		return false;
	if (text_table_count(columns) + 1 == LIMIT_COLUMNS &&
		!text_table_add(columns, STR("more"), &number))
		return false;
	if (!text_table_add(columns, column, &number))
		return false;
	*ret_number = (uint8_t)number;
	return true;
}

enum err record_extra_number(struct record *r, uint8_t number, struct str value)
{
	if (value.size == 0)
		return E_OK;
	return put_extra(r, number, STR(""), value, text_table_get(r->p->columns, number));
}

enum err record_extra(struct record *r, struct str column, struct str value)
{
	uint32_t number;
	if (value.size == 0)
		return E_OK;
	if (column.size > LIMIT_COLUMN_NAME)
		return record_bad(r, PROBLEM_NAME_TOO_LONG, column, STR(""), LIMIT_COLUMN_NAME);
	if (!text_table_add(r->p->columns, column, &number))
		return too_many_columns(r, column);
	return put_extra(r, (uint8_t)number, STR(""), value, column);
}

static enum err put_more(struct record *r, struct str column, struct str value)
{
	struct writer before;
	uint32_t number;
	if (!text_table_add(r->p->columns, STR("more"), &number))
		return too_many_columns(r, column);
	writer_init(&before, column.size + 1);
	writer_str(&before, column);
	writer_char(&before, '=');
	enum err err = writer_end(&before);
	if (err == E_OK)
		err = put_extra(r, (uint8_t)number, writer_view_str(&before), value, STR("more"));
	writer_release(&before);
	return err;
}

enum err record_member(struct record *r, struct str column, struct str value)
{
	uint8_t number;
	if (value.size == 0)
		return E_OK;
	if (!record_column(r, column, &number))
		return put_more(r, column, value);
	return put_extra(r, number, STR(""), value, column);
}

/* --- the whole row --- */

enum err record_simulated(struct record *r, struct str field, bool simulated)
{
	if (!r->any_row)
		r->p->totals.simulated = simulated;
	r->any_row = true;
	if (simulated == r->p->totals.simulated)
		return E_OK;
	feed_problem(r->problem, PROBLEM_NOT_SIMULATED, field, STR(""));
	r->problem->line = r->line;
	return E_LIMIT;
}

enum err record_done(
	struct record *r, struct bytes raw, struct str time_field, struct str source_field)
{
	struct batch *b = r->p->batch;
	if (!r->has_time)
		return record_bad(r, PROBLEM_NO_FIELD, time_field, STR(""), 0);
	if (!r->has_source)
		return record_bad(r, PROBLEM_NO_FIELD, source_field, STR(""), 0);
	if (!r->has_identity)
		b->identity[b->rows] = keyed_hash(&r->row_key, raw);
	return feed_accept(r->p);
}
