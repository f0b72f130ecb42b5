/* SPDX-License-Identifier: Apache-2.0 */
/* Spamhaus DROP as JSON lines: {"cidr":"1.10.16.0/20","sblid":"SBL256894","rir":"apnic"} and at
 * the end {"type":"metadata","timestamp":1753771444, …}, whose timestamp is the list's day. */
#include <stdlib.h>

#include "feed/families.h"
#include "feed/json_rows.h"
#include "feed/list.h"

static const struct feed_format formats[] = {
	{STR_INIT("spamhaus-drop-json"), STR_INIT("Spamhaus DROP (JSON lines)"), NULL},
};

/* {"asn":64496,"rir":"apnic","domain":"…","cc":"…","asname":"…"}: the list of networks that goes
 * with these. */
static bool is_of_networks(const struct feed_head *head)
{
	static const struct str keys[] = {
		STR_INIT("asn"), STR_INIT("rir"), STR_INIT("domain"), STR_INIT("asname")};
	return json_rows_has(head, JSON_ROWS_LINES, keys, 4);
}

static const struct feed_format *recognise(const struct feed_head *head)
{
	static const struct str keys[] = {STR_INIT("cidr")};
	bool yes = json_rows_has(head, JSON_ROWS_LINES, keys, 1) || is_of_networks(head);
	return yes ? &formats[0] : NULL;
}

struct drop {
	struct list *l;
	struct json_values values; /* of the line in hand */
};

/* One more extra of the row in hand; past the limits the row is bad. */
static enum err take_extra(struct drop *d, const struct json_value *value, size_t *total)
{
	struct str key = value->key;
	*total += value->text.size + 6;
	if (*total > LIMIT_EXTRAS_BYTES) {
		list_bad(d->l, PROBLEM_EXTRAS_TOO_LONG, key, STR(""));
		return E_RANGE;
	}
	if (key.size > LIMIT_COLUMN_NAME)
		key.size = LIMIT_COLUMN_NAME;
	return list_extra(d->l, key, value->text);
}

static enum err take_extras(struct drop *d, struct problem *problem)
{
	size_t total = 0;
	enum err err = E_OK;
	for (size_t i = 0; i < d->values.count && err == E_OK; i++) {
		const struct json_value *value = &d->values.list[i];
		if (value->text.size > 0 && !str_equal(value->key, STR("cidr")))
			err = take_extra(d, value, &total);
	}
	if (err == E_LIMIT) {
		feed_problem(problem, PROBLEM_TOO_MANY_COLUMNS, STR(""), STR(""));
		problem->limit = LIMIT_COLUMNS;
	}
	return err;
}

/* Rows that came before the line with the day. */
static void date_rows(const struct list *l)
{
	struct batch *b = l->p->batch;
	for (uint32_t i = 0; i < b->rows; i++) {
		b->first[i] = l->first;
		b->last[i] = l->last;
	}
}

static enum err take_metadata(struct drop *d, struct problem *problem)
{
	struct list *l = d->l;
	uint64_t timestamp;
	if (l->dated ||
		!str_to_u64(json_values_text(&d->values, STR("timestamp")), UINT32_MAX, &timestamp))
		return E_OK;
	TRY(list_set_day(l, (struct instant){(int64_t)timestamp}, problem));
	date_rows(l);
	return E_OK;
}

static enum err take_range(struct drop *d, struct problem *problem)
{
	struct list *l = d->l;
	struct prefix prefix;
	const struct json_value *cidr = json_values_find(&d->values, STR("cidr"));
	if (!cidr) {
		list_bad(l, PROBLEM_NO_COLUMN, STR("cidr"), STR(""));
		return E_OK;
	}
	enum problem_code code = field_source_parse(cidr->text, true, &prefix);
	if (code != PROBLEM_NONE) {
		list_bad(l, code, STR("cidr"), cidr->text);
		return E_OK;
	}
	/* The day must come while all rows are still at hand. */
	if (!l->dated && l->p->batch->rows + 1 == BATCH_ROWS)
		return feed_refuse(problem, PROBLEM_NO_DATE, STR(""), STR(""));
	enum err err = take_extras(d, problem);
	if (err == E_RANGE)
		return E_OK; /* a bad row, counted */
	return err == E_OK ? list_add(l, prefix, 0) : err;
}

static enum err take(struct list *l, struct str line, struct problem *problem)
{
	struct drop *d = l->context;
	struct problem why = {.code = PROBLEM_NONE};
	enum err err = json_values_read(&d->values, line, &why);
	if (err == E_SYNTAX || err == E_LIMIT) {
		list_bad(l, why.code, STR(""), problem_got(&why));
		return E_OK;
	}
	TRY(err);
	d->l = l;
	if (str_equal(json_values_text(&d->values, STR("type")), STR("metadata")))
		return take_metadata(d, problem);
	return take_range(d, problem);
}

static enum err begin(struct feed_parser *p, const struct feed_head *head, struct problem *problem)
{
	if (is_of_networks(head))
		return feed_refuse(
			problem, PROBLEM_REPORT_OF_NO_MACHINES, STR(""), STR("ASN-DROP"));
	struct drop *d = malloc(sizeof(*d));
	if (!d)
		return E_NOMEM;
	json_values_init(&d->values);
	enum err err = list_begin(p, head, true, take, problem);
	struct list *l = p->state;
	if (l) {
		l->context = d;
		return err;
	}
	free(d);
	return err;
}

static void end(struct feed_parser *p)
{
	const struct list *l = p->state;
	struct drop *d = l->context;
	json_values_release(&d->values);
	free(d);
	list_end(p);
}

static enum err finish(struct feed_parser *p, struct problem *problem)
{
	const struct list *l = p->state;
	return l->dated ? E_OK : feed_refuse(problem, PROBLEM_NO_DATE, STR(""), STR(""));
}

const struct feed_family *spamhaus_drop_json_family(void)
{
	static const struct feed_family family = {
		.formats = formats,
		.format_count = 1,
		.recognise = recognise,
		.plausible = json_rows_plausible,
		.begin = begin,
		.consume = list_consume,
		.finish = finish,
		.end = end,
	};
	return &family;
}
