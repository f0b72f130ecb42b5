/* SPDX-License-Identifier: Apache-2.0 */
/* Shadowserver reports. Columns are found by their names: the publisher adds and moves them without
 * notice. */
#include <stdlib.h>

#include "feed/families.h"
#include "feed/record.h"
#include "feed/shadowserver_report.h"

enum {
	NONE = -1,
	COLUMNS_MOST = 256 /* more than LIMIT_COLUMNS */
};

struct shadowserver {
	struct csv csv;
	struct shadowserver_report report;
	bool header_read;
	uint32_t columns;
	int column[ROLE__COUNT]; /* NONE: the file has no such column */
	struct str names[COLUMNS_MOST];
	uint8_t extra_column[COLUMNS_MOST]; /* columns kept as extras, in order … */
	uint8_t extra_number[COLUMNS_MOST]; /* … and their numbers in the batch */
	uint32_t extra_count;
	int only_column;                   /* NONE: every row counts */
	uint8_t spare_number[ROLE__COUNT]; /* of columns that are extras only where not used */
	struct record
		record; /* its keys, days and problems; the row's fields are written straight */
	char name[256]; /* the raw name of the row before, and its number */
	size_t name_size;
	uint32_t name_id;
	char destination[48]; /* the destination read last, as it stands, and its address */
	size_t destination_size;
	struct ip destination_ip;
};

/* One row on its way into the batch. */
struct row {
	struct feed_parser *p;
	struct shadowserver *s;
	const struct csv_row *csv;
	uint32_t at; /* in the batch */
	int name_column;
	bool destination_spare; /* dst_ip is not an address: kept as it stands */
	bool protocol_spare;
};

static struct str value(const struct row *r, enum role role)
{
	int column = r->s->column[role];
	return column == NONE ? (struct str){"", 0} : csv_field(r->csv, (uint32_t)column);
}

/* A bad row, by the column's own name. */
static enum err bad(const struct row *r, enum problem_code code, enum role role)
{
	int column = r->s->column[role];
	struct str name = column == NONE ? STR("") : r->s->names[column];
	return record_bad(&r->s->record, code, name, value(r, role), 0);
}

/* --- the row's fields --- */

static enum err read_time(struct row *r)
{
	struct batch *b = r->p->batch;
	uint32_t second;
	if (!field_time_parse(&r->s->record.time, value(r, ROLE_TIMESTAMP), &second))
		return bad(r, PROBLEM_BAD_TIME, ROLE_TIMESTAMP);
	if (second > r->p->options.now.seconds + SECONDS_PER_DAY)
		return bad(r, PROBLEM_FUTURE_TIME, ROLE_TIMESTAMP);
	b->first[r->at] = second;
	b->last[r->at] = second;
	b->precision[r->at] = PRECISION_SECOND;
	return E_OK;
}

/* first_seen_time … last_seen_time, where a report has them and the row fills them. */
static enum err read_seen(struct row *r)
{
	struct batch *b = r->p->batch;
	struct str first = value(r, ROLE_FIRST_SEEN);
	struct str last = value(r, ROLE_LAST_SEEN);
	uint32_t from;
	uint32_t to;
	if (first.size == 0 || last.size == 0)
		return E_OK;
	if (!field_time_parse(&r->s->record.until, first, &from))
		return bad(r, PROBLEM_BAD_TIME, ROLE_FIRST_SEEN);
	if (!field_time_parse(&r->s->record.until, last, &to))
		return bad(r, PROBLEM_BAD_TIME, ROLE_LAST_SEEN);
	if (to > r->p->options.now.seconds + SECONDS_PER_DAY)
		return bad(r, PROBLEM_FUTURE_TIME, ROLE_LAST_SEEN);
	if (to < from)
		return bad(r, PROBLEM_BAD_RANGE, ROLE_LAST_SEEN);
	b->first[r->at] = from;
	b->last[r->at] = to;
	b->precision[r->at] = from == to ? PRECISION_SECOND : PRECISION_SPAN;
	return E_OK;
}

static enum err read_source(struct row *r)
{
	struct batch *b = r->p->batch;
	struct prefix prefix;
	enum problem_code code =
		field_source_parse(value(r, ROLE_SOURCE), r->s->report.ranges, &prefix);
	if (code != PROBLEM_NONE)
		return bad(r, code, ROLE_SOURCE);
	b->ip[r->at] = prefix.ip;
	b->prefix[r->at] = prefix.length;
	if (!field_port_parse(value(r, ROLE_PORT), &b->port[r->at]))
		return bad(r, PROBLEM_BAD_PORT, ROLE_PORT);
	r->protocol_spare = !field_protocol_parse(value(r, ROLE_PROTOCOL), &b->protocol[r->at]);
	if (r->protocol_spare)
		b->protocol[r->at] = 0;
	return E_OK;
}

/* A sinkhole's report has few destinations, mostly that of the row before. */
static bool parse_destination(struct shadowserver *s, struct str text, struct ip *ret_ip)
{
	if (text.size != s->destination_size || memcmp(text.data, s->destination, text.size) != 0) {
		if (!ip_parse(text, ret_ip) || text.size > sizeof(s->destination))
			return false;
		memcpy(s->destination, text.data, text.size);
		s->destination_size = text.size;
		s->destination_ip = *ret_ip;
	}
	*ret_ip = s->destination_ip;
	return true;
}

/* A destination that cannot be read (published samples mask some) says nothing against the source:
 * it stays as an extra. */
static enum err read_destination(struct row *r)
{
	struct batch *b = r->p->batch;
	struct str s = value(r, ROLE_DESTINATION);
	b->dst[r->at] = (struct ip){{0}};
	r->destination_spare = s.size > 0 && !parse_destination(r->s, s, &b->dst[r->at]);
	if (!field_port_parse(value(r, ROLE_DESTINATION_PORT), &b->dst_port[r->at]))
		return bad(r, PROBLEM_BAD_PORT, ROLE_DESTINATION_PORT);
	return E_OK;
}

/* Rows of a file share few names, mostly with the row before. */
static enum err number_name(struct row *r, struct str name, enum role role)
{
	struct shadowserver *s = r->s;
	TRY(record_name(&s->record, s->names[s->column[role]], name));
	s->name_id = r->p->batch->name[r->at];
	memcpy(s->name, name.data, name.size);
	s->name_size = name.size;
	return E_OK;
}

/* "CVE-2016-10372": how it got in, not what it is. */
static bool is_vulnerability(struct str name)
{
	return name.size > 4 && str_equal_nocase((struct str){name.data, 4}, STR("cve-"));
}

static enum err read_name(struct row *r)
{
	static const enum role order[] = {ROLE_INFECTION, ROLE_FAMILY, ROLE_TAG};
	struct shadowserver *s = r->s;
	struct str name = {"", 0};
	size_t i = 0;
	while (i < 3 && ((name = value(r, order[i])).size == 0 || is_vulnerability(name)))
		i++;
	r->name_column = i < 3 ? s->column[order[i]] : NONE;
	if (i == 3) {
		r->p->batch->name[r->at] = r->p->botnet;
		return E_OK;
	}
	if (name.size != s->name_size || memcmp(name.data, s->name, name.size) != 0)
		TRY(number_name(r, name, order[i]));
	r->p->batch->name[r->at] = s->name_id;
	return E_OK;
}

static enum err read_identity(struct row *r)
{
	struct batch *b = r->p->batch;
	struct record *record = &r->s->record;
	struct str id = value(r, ROLE_EVENT_ID);
	struct str machine = value(r, ROLE_MACHINE);
	b->identity[r->at] = id.size > 0 ? keyed_hash(&record->event_key, str_bytes(id))
					 : keyed_hash(&record->row_key, r->csv->raw);
	b->machine[r->at] = 0;
	record_machine(record, machine.size > 0 ? machine : value(r, ROLE_BOT_ID));
	return E_OK;
}

static enum err check_simulated(struct row *r)
{
	bool simulated = str_equal(value(r, ROLE_PUBLIC_SOURCE), STR("quetsach-simulate"));
	return record_simulated(&r->s->record, STR("public_source"), simulated);
}

/* --- extras --- */

static uint8_t *put_extra(uint8_t *at, uint8_t number, struct str s)
{
	at = record_extra_head(at, number, s.size);
	memcpy(at, s.data, s.size);
	return at + s.size;
}

static uint8_t *put_spare(const struct row *r, uint8_t *at, enum role role)
{
	return put_extra(at, r->s->spare_number[role], value(r, role));
}

static uint8_t *put_extras(const struct row *r, uint8_t *at)
{
	const struct shadowserver *s = r->s;
	for (uint32_t i = 0; i < s->extra_count; i++) {
		struct str field = csv_field(r->csv, s->extra_column[i]);
		if (field.size > 0 && s->extra_column[i] != r->name_column)
			at = put_extra(at, s->extra_number[i], field);
	}
	if (r->destination_spare)
		at = put_spare(r, at, ROLE_DESTINATION);
	if (r->protocol_spare)
		at = put_spare(r, at, ROLE_PROTOCOL);
	return at;
}

static enum err read_extras(struct row *r)
{
	struct writer *w = &r->p->batch->extras;
	size_t begin = w->size;
	/* Room for all of the row and, of each value, its number and length. */
	size_t most = r->csv->raw.size + (size_t)6 * (r->csv->count + 2);
	uint8_t *at = writer_reserve(w, most);
	if (!at)
		return w->err;
	w->size = begin + (size_t)(put_extras(r, at) - at);
	if (w->size - begin <= LIMIT_EXTRAS_BYTES)
		return E_OK;
	return record_bad(
		&r->s->record, PROBLEM_EXTRAS_TOO_LONG, STR(""), STR(""), LIMIT_EXTRAS_BYTES);
}

/* --- rows --- */

static enum err check_count(struct row *r)
{
	if (r->csv->count == r->s->columns)
		return E_OK;
	return record_bad_count(&r->s->record, r->csv->count, r->s->columns);
}

static enum err read_row(struct row *r)
{
	TRY(check_simulated(r));
	TRY(read_time(r));
	TRY(read_source(r));
	TRY(read_destination(r));
	TRY(read_seen(r));
	TRY(read_name(r));
	TRY(read_identity(r));
	return read_extras(r);
}

/* Of a report about services only those rows that say more. */
static bool is_told(const struct row *r)
{
	const struct shadowserver *s = r->s;
	struct str field;
	if (s->only_column == NONE)
		return true;
	field = csv_field(r->csv, (uint32_t)s->only_column);
	return str_find(field, s->report.only_word) < field.size;
}

/* E_SYNTAX is a bad row, counted already; anything else ends the file. */
static enum err take_row(struct feed_parser *p, const struct csv_row *csv, struct problem *problem)
{
	struct shadowserver *s = p->state;
	struct row r = {.p = p, .s = s, .csv = csv, .at = p->batch->rows};
	if (csv->raw.size == 0)
		return E_OK;
	s->record.problem = problem;
	s->record.line = csv->line;
	s->record.offset = csv->offset;
	enum err err = check_count(&r);
	if (err == E_OK && !is_told(&r)) {
		record_skip(&s->record);
		return E_OK;
	}
	if (err == E_OK)
		err = read_row(&r);
	if (err != E_OK)
		return err == E_SYNTAX ? E_OK : err;
	p->batch->kind[r.at] = (uint8_t)p->options.kind;
	return feed_accept(p);
}

/* --- the header --- */

static enum err header_problem(
	struct problem *problem, enum problem_code code, struct str name, uint64_t limit)
{
	feed_problem(problem, code, name, STR(""));
	problem->line = 1;
	problem->limit = limit;
	return limit ? E_LIMIT : E_SYNTAX;
}

/* The number of a column in extras; its name is made up where it has none. */
static enum err number_column(struct feed_parser *p, uint32_t column, uint8_t *ret_number)
{
	struct shadowserver *s = p->state;
	struct str name = s->names[column];
	struct writer w;
	uint32_t number;
	writer_init(&w, 64);
	if (name.size == 0) {
		writer_text(&w, "column_");
		writer_decimal(&w, column + 1U);
		name = writer_view_str(&w);
	}
	bool added = text_table_add(p->columns, name, &number);
	writer_release(&w);
	if (!added)
		return E_NOMEM;
	*ret_number = (uint8_t)number;
	return E_OK;
}

static bool may_be_spare(enum role role)
{
	return role == ROLE_DESTINATION || role == ROLE_PROTOCOL;
}

/* Of family, tag and public_source what is not the row's name is an extra as well. */
static bool is_extra(enum role role)
{
	return role == ROLE_EXTRA || role == ROLE_FAMILY || role == ROLE_TAG ||
	       role == ROLE_PUBLIC_SOURCE;
}

static bool has_better_time(const struct shadowserver *s, struct str name)
{
	for (uint32_t i = 0; i < s->columns && !str_equal(name, STR("timestamp")); i++)
		if (str_equal(s->names[i], STR("timestamp")))
			return true;
	return false;
}

static enum err take_column(struct feed_parser *p, uint32_t column, struct problem *problem)
{
	struct shadowserver *s = p->state;
	struct str name = s->names[column];
	enum role role = shadowserver_role(&s->report, name);
	for (uint32_t i = 0; i < column; i++)
		if (name.size > 0 && str_equal(s->names[i], name))
			return header_problem(problem, PROBLEM_TWICE_COLUMN, name, 0);
	if (str_equal(name, s->report.only_column) && s->report.only_column.size > 0)
		s->only_column = (int)column;
	if (role != ROLE_EXTRA && role != ROLE_PRIVATE) {
		/* "ip" beside "src_ip": the first is it. "first_seen" is only instead of a
		 * timestamp. */
		if (s->column[role] != NONE || (role == ROLE_TIMESTAMP && has_better_time(s, name)))
			role = ROLE_EXTRA;
		else
			s->column[role] = (int)column;
	}
	if (may_be_spare(role))
		return number_column(p, column, &s->spare_number[role]);
	if (!is_extra(role))
		return E_OK;
	s->extra_column[s->extra_count] = (uint8_t)column;
	return number_column(p, column, &s->extra_number[s->extra_count++]);
}

static enum err copy_column(
	struct feed_parser *p, const struct csv_row *row, uint32_t column, struct problem *problem)
{
	struct shadowserver *s = p->state;
	struct str name = str_trim(csv_field(row, column));
	if (name.size > LIMIT_COLUMN_NAME)
		return header_problem(problem, PROBLEM_NAME_TOO_LONG, name, LIMIT_COLUMN_NAME);
	s->names[column] = arena_copy(&p->texts, name);
	return s->names[column].data ? E_OK : E_NOMEM;
}

static enum err take_header(
	struct feed_parser *p, const struct csv_row *row, struct problem *problem)
{
	struct shadowserver *s = p->state;
	if (row->count > LIMIT_COLUMNS)
		return header_problem(problem, PROBLEM_TOO_MANY_COLUMNS, STR(""), LIMIT_COLUMNS);
	s->columns = row->count;
	for (uint32_t i = 0; i < row->count; i++)
		TRY(copy_column(p, row, i, problem));
	for (uint32_t i = 0; i < row->count; i++)
		TRY(take_column(p, i, problem));
	if (s->column[ROLE_TIMESTAMP] == NONE)
		return header_problem(problem, PROBLEM_NO_COLUMN, STR("timestamp"), 0);
	if (s->column[ROLE_SOURCE] == NONE)
		return header_problem(problem, PROBLEM_NO_COLUMN, STR("src_ip"), 0);
	s->header_read = true;
	return E_OK;
}

/* --- the family --- */

static bool is_address(struct str column)
{
	return str_equal(column, STR("src_ip")) || str_equal(column, STR("ip")) ||
	       str_equal(column, STR("http_referer_ip"));
}

/* Reads the header and says whether the first row's address is IPv6. */
static bool read_head(const struct feed_head *head, struct shadowserver_header *h,
	struct arena *texts, bool *ret_v6)
{
	struct csv csv;
	struct csv_row row;
	struct problem problem;
	int address = NONE;
	h->count = 0;
	*ret_v6 = false;
	csv_init(&csv, ',');
	csv_window(&csv, head->text, head->whole);
	if (csv_next(&csv, &row, &problem) == E_OK) {
		for (uint32_t i = 0; i < row.count && i < 256; i++) {
			h->names[i] = arena_copy(texts, str_trim(csv_field(&row, i)));
			h->count = i + 1;
			if (address == NONE && is_address(h->names[i]))
				address = (int)i;
		}
		if (address != NONE && csv_next(&csv, &row, &problem) == E_OK &&
			(uint32_t)address < row.count) {
			struct str s = csv_field(&row, (uint32_t)address);
			*ret_v6 = s.size > 0 && memchr(s.data, ':', s.size);
		}
	}
	csv_release(&csv);
	return h->count > 1;
}

static const struct feed_format *recognise(const struct feed_head *head)
{
	struct shadowserver_header header;
	struct arena texts;
	bool v6;
	arena_init(&texts, (size_t)1 << 20);
	const struct feed_format *format = NULL;
	if (read_head(head, &header, &texts, &v6))
		format = shadowserver_recognise(head->file_name, &header, v6);
	arena_release(&texts);
	return format;
}

static bool refuses(const struct feed_head *head, struct problem *problem)
{
	struct shadowserver_header header;
	struct arena texts;
	enum problem_code code = PROBLEM_UNKNOWN_FORMAT;
	struct str got;
	bool v6;
	arena_init(&texts, (size_t)1 << 20);
	bool yes = read_head(head, &header, &texts, &v6) &&
		   (shadowserver_refuses(head->file_name, &header, &code, &got) ||
			   shadowserver_nameless(&header, &got));
	if (yes)
		feed_problem(problem, code, STR(""), got);
	arena_release(&texts);
	return yes;
}

static bool plausible(const struct feed_head *head)
{
	struct shadowserver_header header;
	struct arena texts;
	bool v6;
	arena_init(&texts, (size_t)1 << 20);
	bool yes = read_head(head, &header, &texts, &v6) &&
		   (shadowserver_has(&header, STR("timestamp")) ||
			   shadowserver_has(&header, STR("src_ip")) ||
			   shadowserver_has(&header, STR("ip")));
	arena_release(&texts);
	return yes;
}

static enum err begin(struct feed_parser *p, const struct feed_head *head, struct problem *problem)
{
	struct shadowserver *s = calloc(1, sizeof(*s));
	(void)head;
	if (!s)
		return E_NOMEM;
	p->state = s;
	s->only_column = NONE;
	s->report = *(const struct shadowserver_report *)p->format->detail;
	csv_init(&s->csv, ',');
	for (int i = 0; i < ROLE__COUNT; i++)
		s->column[i] = NONE;
	s->record = (struct record){.p = p,
		.event_key = feed_derive_key(p, STR("shadowserver event"), s->report.type),
		.row_key = feed_derive_key(p, STR("shadowserver row"), s->report.type)};
	return feed_decide_kind(p, s->report.kind, problem);
}

static enum err consume(struct feed_parser *p, struct str window, bool last, size_t *ret_used,
	struct problem *problem)
{
	struct shadowserver *s = p->state;
	struct csv_row row;
	enum err err = E_OK;
	csv_window(&s->csv, window, last);
	while (err == E_OK) {
		err = csv_next(&s->csv, &row, problem);
		if (err == E_SYNTAX && s->header_read) {
			feed_reject(p, problem);
			err = E_OK;
		} else if (err == E_OK) {
			err = s->header_read ? take_row(p, &row, problem)
					     : take_header(p, &row, problem);
		}
	}
	*ret_used = csv_used(&s->csv);
	return err == E_TRUNCATED ? E_OK : err;
}

static void end(struct feed_parser *p)
{
	struct shadowserver *s = p->state;
	csv_release(&s->csv);
	free(s);
	p->state = NULL;
}

const struct feed_family *shadowserver_family(void)
{
	static const struct feed_family family = {
		.formats = shadowserver_formats,
		.format_count = SHADOWSERVER_FORMATS,
		.recognise = recognise,
		.refuses = refuses,
		.plausible = plausible,
		.begin = begin,
		.consume = consume,
		.end = end,
	};
	return &family;
}
