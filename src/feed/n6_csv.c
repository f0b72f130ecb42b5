/* SPDX-License-Identifier: Apache-2.0 */
/* The same events in the CSV of n6: addresses, their networks and countries are lists with spaces,
 * and ports, protocol and destination one text, "tcp from port 1 to 192.0.2.1:2". */
#include <stdlib.h>

#include "feed/families.h"
#include "feed/n6.h"
#include "format/csv.h"

static const struct feed_format formats[] = {
	{STR_INIT("n6-csv"), STR_INIT("n6 events (CSV)"), NULL},
};

enum role {
	ROLE_EXTRA,
	ROLE_TIME,
	ROLE_ID,
	ROLE_CATEGORY,
	ROLE_NAME,
	ROLE_ADDRESS,
	ROLE_OF_ADDRESS, /* a list beside the addresses */
	ROLE_DETAILS,
	ROLE__COUNT
};

static const struct {
	struct str name;
	enum role role;
} roles[] = {
	{STR_INIT("time"), ROLE_TIME},
	{STR_INIT("id"), ROLE_ID},
	{STR_INIT("category"), ROLE_CATEGORY},
	{STR_INIT("name"), ROLE_NAME},
	{STR_INIT("ip"), ROLE_ADDRESS},
	{STR_INIT("asn"), ROLE_OF_ADDRESS},
	{STR_INIT("cc"), ROLE_OF_ADDRESS},
	{STR_INIT("details"), ROLE_DETAILS},
};

enum {
	COLUMNS_MOST = 64,
	ADDRESSES_MOST = 256 /* honest events have a few */
};

struct n6_csv {
	struct csv csv;
	struct record record;
	uint32_t columns; /* 0: the header is still to come */
	struct str names[COLUMNS_MOST];
	enum role roles[COLUMNS_MOST];
};

static enum role role_of(struct str name)
{
	for (size_t i = 0; i < sizeof(roles) / sizeof(roles[0]); i++)
		if (str_equal(name, roles[i].name))
			return roles[i].role;
	return ROLE_EXTRA;
}

static struct str value_of(const struct n6_csv *n, const struct csv_row *row, enum role role)
{
	for (uint32_t i = 0; i < n->columns; i++)
		if (n->roles[i] == role)
			return csv_field(row, i);
	return STR("");
}

static struct str next_word(struct str *rest)
{
	*rest = str_trim(*rest);
	return str_cut(*rest, ' ', rest);
}

/* The word of that number; empty: there are not so many. */
static struct str word_at(struct str words, uint32_t number)
{
	struct str word = next_word(&words);
	while (number > 0 && word.size > 0) {
		word = next_word(&words);
		number--;
	}
	return word;
}

static uint32_t count_words(struct str words)
{
	uint32_t count = 0;
	while (next_word(&words).size > 0)
		count++;
	return count;
}

/* --- "udp from port 40123 to 198.51.100.x:53 target bank" --- */

static enum err take_to(struct record *r, struct str *rest)
{
	struct str port;
	struct str word = next_word(rest);
	if (str_equal(word, STR("port")))
		return record_destination_port(r, STR("details"), next_word(rest));
	struct str address = str_cut(word, ':', &port);
	TRY(record_destination_port(r, STR("details"), port));
	return record_destination(r, STR("dip"), address);
}

static enum err take_details(struct record *r, struct str details)
{
	struct str rest = details;
	struct str word = next_word(&rest);
	if (str_equal(word, STR("tcp")) || str_equal(word, STR("udp")) ||
		str_equal(word, STR("icmp"))) {
		TRY(record_protocol(r, STR("proto"), word));
		word = next_word(&rest);
	}
	if (str_equal(word, STR("from")) && str_equal(next_word(&rest), STR("port"))) {
		TRY(record_port(r, STR("details"), next_word(&rest)));
		word = next_word(&rest);
	}
	if (str_equal(word, STR("to"))) {
		TRY(take_to(r, &rest));
		word = next_word(&rest);
	}
	return word.size > 0 ? record_extra(r, STR("details"), details) : E_OK;
}

/* --- rows --- */

/* One of the row's addresses: what stands beside it in the other lists is its own only where these
 * are as long. */
static enum err take_address(
	struct n6_csv *n, const struct csv_row *row, uint32_t number, uint32_t count)
{
	struct record *r = &n->record;
	for (uint32_t i = 0; i < n->columns; i++) {
		struct str value = csv_field(row, i);
		if (n->roles[i] == ROLE_OF_ADDRESS && count_words(value) == count)
			value = word_at(value, number);
		if (n->roles[i] == ROLE_EXTRA || n->roles[i] == ROLE_OF_ADDRESS)
			TRY(record_extra(r, n->names[i], value));
	}
	struct str address = word_at(value_of(n, row, ROLE_ADDRESS), number);
	struct str raw = {(const char *)row->raw.data, row->raw.size};
	TRY(record_source(r, STR("ip"), address, false));
	TRY(n6_take_times(r, value_of(n, row, ROLE_TIME), STR("")));
	TRY(record_name(r, STR("name"), value_of(n, row, ROLE_NAME)));
	TRY(take_details(r, value_of(n, row, ROLE_DETAILS)));
	n6_take_identity(r, value_of(n, row, ROLE_ID), raw, address);
	return record_done(r, row->raw, STR("time"), STR("ip"));
}

static enum err too_many_addresses(struct record *r)
{
	return record_bad(r, PROBLEM_MORE_THAN, STR("ip"), STR(""), ADDRESSES_MOST);
}

static enum err take_row(struct n6_csv *n, const struct csv_row *row, struct problem *problem)
{
	struct record *r = &n->record;
	if (row->raw.size == 0)
		return E_OK;
	record_begin(r, row->line, row->offset, problem);
	if (row->count != n->columns)
		return record_bad_count(r, row->count, n->columns);
	uint32_t count = count_words(value_of(n, row, ROLE_ADDRESS));
	struct str category = value_of(n, row, ROLE_CATEGORY);
	if (count == 0 || !n6_take_category(r, category)) {
		record_skip(r);
		return E_OK;
	}
	if (count > ADDRESSES_MOST)
		return too_many_addresses(r);
	for (uint32_t i = 0; i < count; i++) {
		record_begin(r, row->line, row->offset, problem);
		(void)n6_take_category(r, category);
		enum err err = take_address(n, row, i, count);
		if (err != E_OK && err != E_SYNTAX)
			return err;
	}
	return E_OK;
}

static enum err take_header(
	struct n6_csv *n, const struct csv_row *row, struct feed_parser *p, struct problem *problem)
{
	if (row->count > COLUMNS_MOST) {
		feed_problem(problem, PROBLEM_TOO_MANY_COLUMNS, STR(""), STR(""));
		problem->limit = COLUMNS_MOST;
		return E_LIMIT;
	}
	for (uint32_t i = 0; i < row->count; i++) {
		n->names[i] = arena_copy(&p->texts, str_trim(csv_field(row, i)));
		if (!n->names[i].data)
			return E_NOMEM;
		n->roles[i] = role_of(n->names[i]);
	}
	n->columns = row->count;
	return E_OK;
}

static enum err consume(struct feed_parser *p, struct str window, bool last, size_t *ret_used,
	struct problem *problem)
{
	struct n6_csv *n = p->state;
	struct csv_row row;
	enum err err = E_OK;
	csv_window(&n->csv, window, last);
	while (err == E_OK) {
		err = csv_next(&n->csv, &row, problem);
		if (err == E_SYNTAX && n->columns > 0)
			feed_reject(p, problem);
		else if (err == E_OK && n->columns == 0)
			err = take_header(n, &row, p, problem);
		else if (err == E_OK)
			err = take_row(n, &row, problem);
		if (err == E_SYNTAX && n->columns > 0)
			err = E_OK; /* a bad row, counted */
	}
	*ret_used = csv_used(&n->csv);
	return err == E_TRUNCATED ? E_OK : err;
}

/* --- the family --- */

static const struct feed_format *recognise(const struct feed_head *head)
{
	struct csv csv;
	struct csv_row row;
	struct problem problem;
	unsigned found = 0;
	csv_init(&csv, ',');
	csv_window(&csv, head->text, head->whole);
	if (csv_next(&csv, &row, &problem) == E_OK)
		for (uint32_t i = 0; i < row.count; i++)
			found |= 1U << role_of(str_trim(csv_field(&row, i)));
	csv_release(&csv);
	unsigned wanted = 1U << ROLE_TIME | 1U << ROLE_ID | 1U << ROLE_CATEGORY |
			  1U << ROLE_ADDRESS | 1U << ROLE_DETAILS;
	return (found & wanted) == wanted ? &formats[0] : NULL;
}

static bool plausible(const struct feed_head *head)
{
	return recognise(head) != NULL;
}

static enum err begin(struct feed_parser *p, const struct feed_head *head, struct problem *problem)
{
	struct n6_csv *n = calloc(1, sizeof(*n));
	(void)head;
	(void)problem;
	if (!n)
		return E_NOMEM;
	p->state = n;
	csv_init(&n->csv, ',');
	record_init(&n->record, p, STR("n6"));
	return E_OK;
}

static void end(struct feed_parser *p)
{
	struct n6_csv *n = p->state;
	csv_release(&n->csv);
	free(n);
	p->state = NULL;
}

const struct feed_family *n6_csv_family(void)
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
