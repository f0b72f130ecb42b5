/* SPDX-License-Identifier: Apache-2.0 */
/* JSON of nobody's format: the operator says which key is what (--map), "src_ip" or, of what lies
 * deeper, "alert.signature". */
#include "feed/families.h"
#include "feed/json_rows.h"
#include "feed/mapped_row.h"

static const struct feed_format formats[] = {
	{STR_INIT("mapped-json"), STR_INIT("JSON, keys by --map"), NULL},
};

/* In the arena of the parser. */
struct mapped_json {
	struct json_rows_format format;
	struct json_key_role roles[MAP__COUNT];
	struct column_map map;
	struct mapped_row row;
	struct str keys; /* in the arena, too; empty: no object was without an address */
};

/* Only where the operator says so. */
static const struct feed_format *recognise(const struct feed_head *head)
{
	(void)head;
	return NULL;
}

static enum err take_extras(struct json_rows *j)
{
	for (size_t i = 0; i < j->values.count; i++) {
		const struct json_value *value = &j->values.list[i];
		struct json_key *key = json_keys_get(&j->keys, value->key);
		if (key->role == JSON_KEY_EXTRA)
			TRY(json_rows_extra(j, key, value));
	}
	return E_OK;
}

/* What there is instead of an address, as the first object without one has it. */
static enum err note_keys(
	struct mapped_json *m, const struct json_rows *j, const struct problem *problem)
{
	struct writer w;
	if (m->keys.size > 0 || j->values.count == 0)
		return E_OK;
	writer_init(&w, LIMIT_ROW_BYTES * 2);
	for (size_t i = 0; i < j->values.count && w.size < sizeof(problem->got); i++) {
		writer_text(&w, i ? ", " : "");
		writer_str(&w, j->values.list[i].key);
	}
	m->keys = arena_copy(&j->p->texts, writer_view_str(&w));
	writer_release(&w);
	return m->keys.data ? E_OK : E_NOMEM;
}

/* Logs have rows of other things between those with an address. */
static enum err take(struct json_rows *j, struct problem *problem)
{
	struct mapped_json *m = j->context;
	struct mapped_row *row = &m->row;
	row->record = &j->record;
	for (int role = 0; role < MAP__COUNT; role++)
		if (m->map.columns[role].given)
			row->value[role] =
				str_trim(json_values_text(&j->values, m->map.columns[role].text));
	if (row->value[MAP_ADDRESS].size == 0) {
		record_skip(&j->record);
		return note_keys(m, j, problem);
	}
	TRY(mapped_row_take(row));
	TRY(take_extras(j));
	return mapped_row_done(row, str_bytes(j->raw));
}

/* Objects a line, in an array, one after another; else those of a list in a document:
 * {"data":[{…},{…}]}. */
static unsigned find_level(const struct feed_head *head, struct str address)
{
	const unsigned shape = json_rows_shape(head);
	const unsigned levels[] = {shape, 2, 3};
	for (size_t i = 0; i < sizeof(levels) / sizeof(levels[0]); i++)
		if (json_rows_any_has(head, levels[i], address))
			return levels[i];
	/* Nothing has it: whoever reads on is told what there is, so not of one line too long. */
	return json_rows_has(head, shape, NULL, 0) ? shape : 2;
}

/* What is taken by its role is no extra. */
static void set_roles(struct mapped_json *m)
{
	size_t count = 0;
	for (int role = 0; role < MAP__COUNT; role++)
		if (m->map.columns[role].given)
			m->roles[count++] =
				(struct json_key_role){m->map.columns[role].text, JSON_KEY_NOTHING};
	m->format = (struct json_rows_format){formats[0].name, take, m->roles, count};
}

static enum err begin(struct feed_parser *p, const struct feed_head *head, struct problem *problem)
{
	struct column_map map;
	TRY(column_map_parse(p->options.map, &map, problem));
	struct mapped_json *m = arena_alloc(&p->texts, 1, sizeof(*m));
	if (!m)
		return E_NOMEM;
	*m = (struct mapped_json){.map = map};
	m->row.map = &m->map;
	set_roles(m);
	TRY(mapped_row_begin(&m->row, p, head, problem));
	TRY(json_rows_begin(p, &m->format, find_level(head, map.columns[MAP_ADDRESS].text)));
	struct json_rows *j = p->state;
	j->context = m;
	return E_OK;
}

/* Not one object had the address: the key is another. Where they have no keys at all, the list in
 * the document is empty. */
static enum err finish(struct feed_parser *p, struct problem *problem)
{
	const struct json_rows *j = p->state;
	const struct mapped_json *m = j->context;
	if (p->totals.rows > 0 || m->keys.size == 0)
		return E_OK;
	return feed_refuse(
		problem, PROBLEM_NO_MAPPED_COLUMN, m->map.columns[MAP_ADDRESS].text, m->keys);
}

const struct feed_family *mapped_json_family(void)
{
	static const struct feed_family family = {
		.formats = formats,
		.format_count = 1,
		.recognise = recognise,
		.plausible = json_rows_plausible,
		.begin = begin,
		.consume = json_rows_consume,
		.finish = finish,
		.end = json_rows_end,
	};
	return &family;
}
