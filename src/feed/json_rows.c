/* SPDX-License-Identifier: Apache-2.0 */
#include "feed/json_rows.h"

#include <stdlib.h>

/* In a stream nothing stands around the objects. */
static unsigned level_of(unsigned shape)
{
	return shape == JSON_ROWS_STREAM ? 0 : shape;
}

enum err json_rows_begin(
	struct feed_parser *p, const struct json_rows_format *format, unsigned level)
{
	struct json_rows *j = malloc(sizeof(*j));
	if (!j)
		return E_NOMEM;
	p->state = j;
	j->p = p;
	j->format = format;
	j->context = NULL;
	j->level = level;
	j->lines = (struct lines){.number = 0};
	json_elements_init(&j->elements, level_of(level));
	json_values_init(&j->values);
	json_keys_init(&j->keys, format->roles, format->role_count);
	record_init(&j->record, p, format->what);
	return E_OK;
}

void json_rows_end(struct feed_parser *p)
{
	struct json_rows *j = p->state;
	json_values_release(&j->values);
	free(j);
	p->state = NULL;
}

enum err json_rows_extra(struct json_rows *j, struct json_key *key, const struct json_value *value)
{
	if (value->text.size == 0)
		return E_OK;
	if (!key->has_number) {
		if (!record_column(&j->record, value->key, &key->number))
			return record_member(&j->record, value->key, value->text);
		key->has_number = true;
	}
	return record_extra_number(&j->record, key->number, value->text);
}

/* --- rows --- */

/* E_SYNTAX: it cannot be read. */
static enum err take_object(struct json_rows *j, struct problem *problem)
{
	enum err err = json_values_read(&j->values, j->raw, problem);
	if (err == E_SYNTAX || err == E_LIMIT) {
		struct problem why = *problem;
		return record_bad(
			&j->record, why.code, problem_field(&why), problem_got(&why), why.limit);
	}
	return err == E_OK ? j->format->take(j, problem) : err;
}

static enum err take_line(void *context, struct str line, struct problem *problem)
{
	struct json_rows *j = context;
	j->raw = str_trim(line);
	if (j->raw.size == 0)
		return E_OK;
	record_begin(&j->record, j->lines.number, j->lines.offset, problem);
	enum err err = take_object(j, problem);
	return err == E_SYNTAX ? E_OK : err;
}

static void skip_line(void *context)
{
	struct json_rows *j = context;
	struct problem problem;
	record_begin(&j->record, j->lines.number, j->lines.offset, &problem);
	record_bad(&j->record, PROBLEM_ROW_TOO_LONG, STR(""), STR(""), LIMIT_ROW_BYTES);
}

/* The same for an object of the document, or one that is too long. */
static enum err take_element(struct json_rows *j, bool too_long, struct problem *problem)
{
	uint64_t offset = j->p->offset + j->elements.begin;
	enum err err = E_OK;
	record_begin(&j->record, j->elements.element_line, offset, problem);
	if (too_long)
		err = record_bad(
			&j->record, PROBLEM_ROW_TOO_LONG, STR(""), STR(""), LIMIT_ROW_BYTES);
	else
		err = take_object(j, problem);
	return err == E_SYNTAX ? E_OK : err;
}

/* What was opened is not closed, or the other way round: a part of the file is missing. */
static enum err broken(const struct json_rows *j, struct problem *problem)
{
	feed_problem(problem, PROBLEM_BAD_JSON, STR(""), STR(""));
	problem->line = j->elements.line;
	return E_SYNTAX;
}

static enum err consume_document(struct json_rows *j, struct str window, bool last,
	size_t *ret_used, struct problem *problem)
{
	enum err err;
	while ((err = json_elements_next(&j->elements, window, &j->raw)) == E_OK || err == E_LIMIT)
		TRY(take_element(j, err == E_LIMIT, problem));
	if (err == E_SYNTAX || (last && !json_elements_whole(&j->elements)))
		return broken(j, problem);
	*ret_used = json_elements_used(&j->elements);
	return E_OK;
}

enum err json_rows_consume(struct feed_parser *p, struct str window, bool last, size_t *ret_used,
	struct problem *problem)
{
	struct json_rows *j = p->state;
	const struct lines_taker taker = {j, take_line, skip_line};
	if (j->level != JSON_ROWS_LINES)
		return consume_document(j, window, last, ret_used, problem);
	return lines_consume(&j->lines, &taker, p->offset, window, last, ret_used, problem);
}

/* --- the head --- */

bool json_rows_is_array(const struct feed_head *head)
{
	return str_starts(str_trim(head->text), STR("["));
}

/* What a STOMP server sends, kept as it came: headers, a message, a NUL. */
static bool is_frames(const struct feed_head *head)
{
	return str_starts(head->text, STR("MESSAGE\n")) ||
	       str_starts(head->text, STR("CONNECTED\n"));
}

bool json_rows_plausible(const struct feed_head *head)
{
	return json_rows_is_array(head) || is_frames(head) ||
	       str_starts(str_trim(head->text), STR("{"));
}

static bool is_whole(struct str object)
{
	struct json json;
	struct json_token token;
	struct problem problem;
	enum err err;
	json_init(&json, object);
	do {
		err = json_next(&json, &token, &problem);
	} while (err == E_OK && token.kind != JSON_END);
	json_release(&json);
	return err == E_OK;
}

/* As tools write an object for people to read: it ends in another line than it began in. */
static bool is_spread(const struct feed_head *head)
{
	struct json_elements elements;
	struct str object;
	json_elements_init(&elements, 0);
	return json_elements_next(&elements, head->text, &object) == E_OK &&
	       memchr(object.data, '\n', object.size) != NULL && is_whole(object);
}

unsigned json_rows_shape(const struct feed_head *head)
{
	if (json_rows_is_array(head))
		return JSON_ROWS_ARRAY;
	return is_frames(head) || is_spread(head) ? JSON_ROWS_STREAM : JSON_ROWS_LINES;
}

static bool read_first_line(struct json_values *v, const struct feed_head *head)
{
	struct str rest = head->text;
	struct str line;
	struct problem problem;
	while (lines_next(&rest, head->whole, &line))
		if (json_values_read(v, str_trim(line), &problem) == E_OK)
			return true;
	return false;
}

static bool read_first_element(struct json_values *v, const struct feed_head *head, unsigned level)
{
	struct json_elements elements;
	struct str object;
	struct problem problem;
	json_elements_init(&elements, level_of(level));
	while (json_elements_next(&elements, head->text, &object) == E_OK)
		if (json_values_read(v, object, &problem) == E_OK)
			return true;
	return false;
}

bool json_rows_has(
	const struct feed_head *head, unsigned level, const struct str keys[], size_t count)
{
	if (!json_rows_plausible(head))
		return false;
	struct json_values *v = malloc(sizeof(*v));
	if (!v)
		return false;
	json_values_init(v);
	bool has = level == JSON_ROWS_LINES ? read_first_line(v, head)
					    : read_first_element(v, head, level);
	for (size_t i = 0; i < count && has; i++)
		has = json_values_find(v, keys[i]) != NULL;
	json_values_release(v);
	free(v);
	return has;
}

static bool any_line_has(struct json_values *v, const struct feed_head *head, struct str key)
{
	struct str rest = head->text;
	struct str line;
	struct problem problem;
	while (lines_next(&rest, head->whole, &line))
		if (json_values_read(v, str_trim(line), &problem) == E_OK &&
			json_values_find(v, key))
			return true;
	return false;
}

static bool any_element_has(
	struct json_values *v, const struct feed_head *head, unsigned level, struct str key)
{
	struct json_elements elements;
	struct str object;
	struct problem problem;
	json_elements_init(&elements, level_of(level));
	while (json_elements_next(&elements, head->text, &object) == E_OK)
		if (json_values_read(v, object, &problem) == E_OK && json_values_find(v, key))
			return true;
	return false;
}

bool json_rows_any_has(const struct feed_head *head, unsigned level, struct str key)
{
	struct json_values *v = malloc(sizeof(*v));
	if (!v)
		return false;
	json_values_init(v);
	bool has = level == JSON_ROWS_LINES ? any_line_has(v, head, key)
					    : any_element_has(v, head, level, key);
	json_values_release(v);
	free(v);
	return has;
}
