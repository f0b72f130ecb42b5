/* SPDX-License-Identifier: Apache-2.0 */
/* Spamhaus DROP as JSON lines: {"cidr":"1.10.16.0/20","sblid":"SBL256894","rir":"apnic"} and at
 * the end {"type":"metadata","timestamp":1753771444, …}, whose timestamp is the list's day. */
#include "feed/families.h"
#include "feed/list.h"
#include "format/json.h"

static const struct feed_format formats[] = {
	{STR_INIT("spamhaus-drop-json"), STR_INIT("Spamhaus DROP (JSON lines)"), NULL},
};

static const struct feed_format *drop_formats(size_t *ret_count)
{
	*ret_count = 1;
	return formats;
}

static const struct feed_format *recognise(const struct feed_head *head)
{
	struct str rest;
	struct str first = str_trim(str_cut(str_trim(head->text), '\n', &rest));
	bool yes = str_starts(first, STR("{")) && str_find(first, STR("\"cidr\"")) < first.size;
	return yes ? &formats[0] : NULL;
}

static bool plausible(const struct feed_head *head)
{
	return str_starts(str_trim(head->text), STR("{"));
}

/* What one line says. */
struct object {
	struct list *l;
	struct json json;
	bool has_range;
	struct prefix prefix;
	bool metadata;
	uint64_t timestamp;
};

static enum err bad(const struct object *o, enum problem_code code, struct str got)
{
	list_bad(o->l, code, STR("cidr"), got);
	return E_RANGE;
}

/* E_RANGE: a bad row, already counted. */
static enum err take_member(
	struct object *o, struct str key, const struct json_token *t, struct problem *problem)
{
	if (t->kind == JSON_OBJECT || t->kind == JSON_ARRAY)
		return json_skip(&o->json, t, problem);
	if (t->kind != JSON_STRING && t->kind != JSON_NUMBER)
		return E_OK;
	if (str_equal(key, STR("cidr"))) {
		enum problem_code code = field_source_parse(t->text, true, &o->prefix);
		o->has_range = code == PROBLEM_NONE;
		return o->has_range ? E_OK : bad(o, code, t->text);
	}
	if (str_equal(key, STR("type"))) {
		o->metadata = str_equal(t->text, STR("metadata"));
		return E_OK;
	}
	if (str_equal(key, STR("timestamp")) && str_to_u64(t->text, UINT32_MAX, &o->timestamp))
		return E_OK;
	return t->text.size <= LIMIT_EXTRAS_BYTES / 2 ? list_extra(o->l, key, t->text) : E_OK;
}

static enum err read_members(struct object *o, struct problem *problem)
{
	struct json_token t;
	char key[64];
	TRY(json_next(&o->json, &t, problem));
	if (t.kind != JSON_OBJECT) {
		problem_set(problem, PROBLEM_BAD_JSON, STR(""), o->l->raw);
		return E_SYNTAX;
	}
	for (;;) {
		TRY(json_next(&o->json, &t, problem));
		if (t.kind == JSON_OBJECT_END)
			return json_next(&o->json, &t, problem);
		struct str name = {key, t.text.size < sizeof(key) ? t.text.size : sizeof(key)};
		memcpy(key, t.text.data, name.size);
		TRY(json_next(&o->json, &t, problem));
		TRY(take_member(o, name, &t, problem));
	}
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

static enum err take_metadata(struct object *o, struct problem *problem)
{
	struct list *l = o->l;
	struct batch *b = l->p->batch;
	b->extras.size = b->rows ? b->extras_end[b->rows - 1] : 0;
	l->p->totals.skipped++;
	if (l->dated || o->timestamp == 0)
		return E_OK;
	TRY(list_set_day(l, (struct instant){(int64_t)o->timestamp}, problem));
	date_rows(l);
	return E_OK;
}

static enum err take_object(struct object *o, struct problem *problem)
{
	struct list *l = o->l;
	if (o->metadata)
		return take_metadata(o, problem);
	if (!o->has_range) {
		list_bad(l, PROBLEM_NO_COLUMN, STR("cidr"), STR(""));
		return E_OK;
	}
	/* The day must come while all rows are still at hand. */
	if (!l->dated && l->p->batch->rows + 1 == BATCH_ROWS)
		return feed_refuse(problem, PROBLEM_NO_DATE, STR(""), STR(""));
	return list_add(l, o->prefix, 0);
}

static enum err take(struct list *l, struct str line, struct problem *problem)
{
	struct object o = {.l = l};
	struct problem json_problem = {.code = PROBLEM_NONE};
	json_init(&o.json, line);
	enum err err = read_members(&o, &json_problem);
	json_release(&o.json);
	if (err == E_SYNTAX || err == E_LIMIT) {
		list_bad(l, json_problem.code, STR(""), problem_got(&json_problem));
		return E_OK;
	}
	if (err == E_RANGE)
		return E_OK;
	return err == E_OK ? take_object(&o, problem) : err;
}

static enum err begin(struct feed_parser *p, const struct feed_head *head, struct problem *problem)
{
	return list_begin(p, head, true, take, problem);
}

static enum err finish(struct feed_parser *p, struct problem *problem)
{
	const struct list *l = p->state;
	return l->dated ? E_OK : feed_refuse(problem, PROBLEM_NO_DATE, STR(""), STR(""));
}

const struct feed_family *spamhaus_drop_json_family(void)
{
	static const struct feed_family family = {
		.formats = drop_formats,
		.recognise = recognise,
		.plausible = plausible,
		.begin = begin,
		.consume = list_consume,
		.finish = finish,
		.end = list_end,
	};
	return &family;
}
