/* SPDX-License-Identifier: Apache-2.0 */
#include "feed/mapped_row.h"

/* What the operator calls it, for problems. */
static struct str name_of(const struct mapped_row *m, enum map_role role)
{
	const struct map_column *column = &m->map->columns[role];
	return column->given ? column->text : STR("");
}

/* The day of one column and the time of day of another. */
static enum err read_clock(struct mapped_row *m, struct time_read *ret)
{
	struct writer w;
	enum err err = E_OK;
	writer_init(&w, LIMIT_ROW_BYTES * 2);
	writer_str(&w, m->value[MAP_TIME]);
	writer_char(&w, ' ');
	writer_str(&w, m->value[MAP_CLOCK]);
	struct str both = writer_view_str(&w);
	if (w.err != E_OK || !time_format_read(&m->map->time, both, ret))
		err = record_bad(m->record, PROBLEM_BAD_TIME, name_of(m, MAP_CLOCK), both, 0);
	writer_release(&w);
	return err;
}

static enum err read_time(struct mapped_row *m, enum map_role role, struct time_read *ret)
{
	struct str value = m->value[role];
	if (role == MAP_TIME && m->value[MAP_CLOCK].size > 0)
		return read_clock(m, ret);
	if (time_format_read(&m->map->time, value, ret))
		return E_OK;
	return record_bad(m->record, PROBLEM_BAD_TIME, name_of(m, role), value, 0);
}

static enum err take_span(struct mapped_row *m)
{
	struct time_read first = {.day = false};
	struct time_read last = {.day = false};
	TRY(read_time(m, MAP_FIRST, &first));
	TRY(read_time(m, MAP_LAST, &last));
	return record_span(
		m->record, name_of(m, MAP_LAST), m->value[MAP_LAST], first.first, last.last);
}

static enum err take_time(struct mapped_row *m)
{
	struct time_read t = {.day = false};
	struct record *r = m->record;
	struct str name = name_of(m, MAP_TIME);
	if (m->value[MAP_FIRST].size > 0 && m->value[MAP_LAST].size > 0)
		return take_span(m);
	if (m->dated)
		return record_day(r, STR("observed"), m->day);
	if (!m->map->columns[MAP_TIME].given)
		return E_OK;
	TRY(read_time(m, MAP_TIME, &t));
	if (t.day)
		return record_day(r, name, instant_date((struct instant){t.first}));
	if (t.first == t.last)
		return record_second(r, name, m->value[MAP_TIME], t.first);
	return record_span(r, name, m->value[MAP_TIME], t.first, t.last);
}

/* DShield writes all digits: "014.225.001.002". Not taken for octal where every part has three. */
static struct str unpadded(struct str s, char *text)
{
	size_t size = 0;
	bool zero = false;
	for (size_t i = 0; i < s.size && s.size == 15; i++) {
		if ((i % 4 == 3) != (s.data[i] == '.'))
			return s;
		bool begins = i % 4 == 0 || (i % 4 == 1 && s.data[i - 1] == '0');
		if (begins && s.data[i] == '0')
			zero = true;
		else
			text[size++] = s.data[i];
	}
	return zero ? (struct str){text, size} : s;
}

/* "192.0.2.1:443", "[2001:db8::1]:443" */
static bool has_port(struct str s)
{
	struct str port;
	struct str address = str_cut(s, str_starts(s, STR("[")) ? ']' : ':', &port);
	if (str_starts(s, STR("[")))
		return port.size > 1 && port.data[0] == ':';
	return memchr(address.data, '.', address.size) && port.size > 0 &&
	       !memchr(port.data, ':', port.size);
}

/* Only what blocks may name a range. */
static enum err take_source(struct mapped_row *m)
{
	char defanged[FIELD_DEFANGED_MOST];
	char text[16];
	bool ranges = m->record->p->options.kind == KIND_BLOCKLISTED;
	struct str address = field_refang(m->value[MAP_ADDRESS], defanged);
	if (m->value[MAP_PORT].size == 0 && has_port(address))
		return record_endpoint(m->record, name_of(m, MAP_ADDRESS), address);
	return record_source(m->record, name_of(m, MAP_ADDRESS), unpadded(address, text), ranges);
}

enum err mapped_row_take(struct mapped_row *m)
{
	struct record *r = m->record;
	const struct str *value = m->value;
	TRY(take_time(m));
	TRY(take_source(m));
	if (value[MAP_PORT].size > 0)
		TRY(record_port(r, name_of(m, MAP_PORT), value[MAP_PORT]));
	TRY(record_destination_port(
		r, name_of(m, MAP_DESTINATION_PORT), value[MAP_DESTINATION_PORT]));
	TRY(record_destination(r, name_of(m, MAP_DESTINATION), value[MAP_DESTINATION]));
	TRY(record_protocol(r, name_of(m, MAP_PROTOCOL), value[MAP_PROTOCOL]));
	TRY(record_name(r, name_of(m, MAP_BOTNET), value[MAP_BOTNET]));
	record_machine(r, value[MAP_MACHINE]);
	record_identity(r, value[MAP_IDENTITY]);
	return E_OK;
}

enum err mapped_row_done(struct mapped_row *m, struct bytes raw)
{
	bool timed = m->map->columns[MAP_TIME].given;
	return record_done(
		m->record, raw, name_of(m, timed ? MAP_TIME : MAP_FIRST), name_of(m, MAP_ADDRESS));
}

enum err mapped_row_begin(struct mapped_row *m, struct feed_parser *p, const struct feed_head *head,
	struct problem *problem)
{
	TRY(feed_decide_kind(p, -1, problem));
	m->day = p->options.observed;
	m->dated = !m->map->columns[MAP_TIME].given && !m->map->columns[MAP_FIRST].given;
	if (m->dated && !p->options.observed_set && !date_find(head->file_name, &m->day))
		return feed_refuse(problem, PROBLEM_NO_DATE, STR(""), STR(""));
	return E_OK;
}
