/* SPDX-License-Identifier: Apache-2.0 */
#include "feed/json_lines.h"

#include <stdlib.h>

enum err json_lines_begin(struct feed_parser *p, struct str what, json_lines_take_fn *take)
{
	struct json_lines *j = calloc(1, sizeof(*j));
	if (!j)
		return E_NOMEM;
	p->state = j;
	j->p = p;
	j->take = take;
	json_values_init(&j->values);
	record_init(&j->record, p, what);
	return E_OK;
}

void json_lines_end(struct feed_parser *p)
{
	struct json_lines *j = p->state;
	json_values_release(&j->values);
	free(j);
	p->state = NULL;
}

static enum err take_line(void *context, struct str line, struct problem *problem)
{
	struct json_lines *j = context;
	j->raw = str_trim(line);
	if (j->raw.size == 0)
		return E_OK;
	record_begin(&j->record, j->lines.number, j->lines.offset, problem);
	enum err err = json_values_read(&j->values, j->raw, problem);
	if (err == E_SYNTAX || err == E_LIMIT) {
		struct problem why = *problem;
		err = record_bad(
			&j->record, why.code, problem_field(&why), problem_got(&why), why.limit);
	} else if (err == E_OK) {
		err = j->take(j, problem);
	}
	return err == E_SYNTAX ? E_OK : err;
}

static void skip_line(void *context)
{
	struct json_lines *j = context;
	struct problem problem;
	record_begin(&j->record, j->lines.number, j->lines.offset, &problem);
	record_bad(&j->record, PROBLEM_ROW_TOO_LONG, STR(""), STR(""), LIMIT_ROW_BYTES);
}

enum err json_lines_consume(struct feed_parser *p, struct str window, bool last, size_t *ret_used,
	struct problem *problem)
{
	struct json_lines *j = p->state;
	const struct lines_taker taker = {j, take_line, skip_line};
	return lines_consume(&j->lines, &taker, p->offset, window, last, ret_used, problem);
}

static bool has_all(const struct json_values *v, const struct str keys[], size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (keys[i].size > 0 && !json_values_find(v, keys[i]))
			return false;
	return true;
}

bool json_lines_has(const struct feed_head *head, const struct str keys[], size_t count)
{
	struct json_values *v = malloc(sizeof(*v));
	struct str rest = head->text;
	struct str line = {"", 0};
	struct problem problem;
	bool has = false;
	bool any = v != NULL;
	if (!v)
		return false;
	json_values_init(v);
	while (any && !has) {
		any = lines_next(&rest, head->whole, &line);
		has = any && json_values_read(v, str_trim(line), &problem) == E_OK;
	}
	has = has && has_all(v, keys, count);
	json_values_release(v);
	free(v);
	return has;
}
