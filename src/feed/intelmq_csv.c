/* SPDX-License-Identifier: Apache-2.0 */
/* The same events as CSV, with the keys as names of columns: the table of the SQL output, as "COPY
 * … TO … CSV HEADER" writes it. A row becomes what an object would be; empty is null. */
#include <assert.h>
#include <stdlib.h>

#include "feed/families.h"
#include "feed/intelmq.h"
#include "format/csv.h"

static const struct feed_format formats[] = {
	{STR_INIT("intelmq-csv"), STR_INIT("IntelMQ events (CSV)"), NULL},
};

enum {
	COLUMNS_MOST = 512 /* the table has some 130 */
};

static_assert((int)COLUMNS_MOST <= (int)JSON_VALUES_MOST, "a row is a list of values");

struct intelmq_csv {
	struct csv csv;
	struct json_rows rows; /* only what intelmq_take() looks at */
	uint32_t columns;      /* 0: the header is still to come */
	struct str names[COLUMNS_MOST];
};

static void fill_values(struct intelmq_csv *c, const struct csv_row *row)
{
	struct json_values *v = &c->rows.values;
	arena_clear(&v->texts);
	v->count = c->columns;
	for (uint32_t i = 0; i < c->columns; i++)
		v->list[i] = (struct json_value){
			.key = c->names[i], .kind = JSON_STRING, .text = csv_field(row, i)};
}

static enum err take_row(struct intelmq_csv *c, const struct csv_row *row, struct problem *problem)
{
	struct json_rows *j = &c->rows;
	if (row->raw.size == 0)
		return E_OK;
	record_begin(&j->record, row->line, row->offset, problem);
	if (row->count != c->columns)
		return record_bad_count(&j->record, row->count, c->columns);
	j->raw = (struct str){(const char *)row->raw.data, row->raw.size};
	fill_values(c, row);
	return intelmq_take(j, problem);
}

static enum err take_header(
	struct intelmq_csv *c, const struct csv_row *row, struct problem *problem)
{
	if (row->count > COLUMNS_MOST) {
		feed_problem(problem, PROBLEM_TOO_MANY_COLUMNS, STR(""), STR(""));
		problem->limit = COLUMNS_MOST;
		return E_LIMIT;
	}
	for (uint32_t i = 0; i < row->count; i++) {
		c->names[i] = arena_copy(&c->rows.p->texts, str_trim(csv_field(row, i)));
		if (!c->names[i].data)
			return E_NOMEM;
	}
	c->columns = row->count;
	return E_OK;
}

static enum err consume(struct feed_parser *p, struct str window, bool last, size_t *ret_used,
	struct problem *problem)
{
	struct intelmq_csv *c = p->state;
	struct csv_row row;
	enum err err = E_OK;
	csv_window(&c->csv, window, last);
	while (err == E_OK) {
		err = csv_next(&c->csv, &row, problem);
		if (err == E_SYNTAX && c->columns > 0)
			feed_reject(p, problem);
		else if (err == E_OK && c->columns == 0)
			err = take_header(c, &row, problem);
		else if (err == E_OK)
			err = take_row(c, &row, problem);
		if (err == E_SYNTAX && c->columns > 0)
			err = E_OK; /* a bad row, counted */
	}
	*ret_used = csv_used(&c->csv);
	return err == E_TRUNCATED ? E_OK : err;
}

/* --- the family --- */

static const struct feed_format *recognise(const struct feed_head *head)
{
	struct csv csv;
	struct csv_row row;
	struct problem problem;
	bool typed = false;
	bool placed = false;
	csv_init(&csv, ',');
	csv_window(&csv, head->text, head->whole);
	if (csv_next(&csv, &row, &problem) == E_OK) {
		for (uint32_t i = 0; i < row.count; i++) {
			struct str name = str_trim(csv_field(&row, i));
			typed = typed || str_equal(name, STR("classification.type"));
			placed = placed || str_equal(name, STR("source.ip"));
		}
	}
	csv_release(&csv);
	return typed && placed ? &formats[0] : NULL;
}

static bool plausible(const struct feed_head *head)
{
	return recognise(head) != NULL;
}

static enum err begin(struct feed_parser *p, const struct feed_head *head, struct problem *problem)
{
	struct intelmq_csv *c = calloc(1, sizeof(*c));
	size_t count;
	(void)head;
	(void)problem;
	if (!c)
		return E_NOMEM;
	p->state = c;
	c->rows.p = p;
	csv_init(&c->csv, ',');
	json_values_init(&c->rows.values);
	const struct json_key_role *roles = intelmq_roles(&count);
	json_keys_init(&c->rows.keys, roles, count);
	record_init(&c->rows.record, p, STR("intelmq"));
	return E_OK;
}

static void end(struct feed_parser *p)
{
	struct intelmq_csv *c = p->state;
	csv_release(&c->csv);
	json_values_release(&c->rows.values);
	free(c);
	p->state = NULL;
}

const struct feed_family *intelmq_csv_family(void)
{
	static const struct feed_family family = {
		.formats = formats,
		.format_count = 1,
		.recognise = recognise,
		.plausible = plausible,
		.begin = begin,
		.consume = consume,
		.end = end,
	};
	return &family;
}
