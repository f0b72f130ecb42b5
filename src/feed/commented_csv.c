/* SPDX-License-Identifier: Apache-2.0 */
#include "feed/commented_csv.h"

#include <stdlib.h>

/* --- one line --- */

static struct str skip_spaces(struct str s)
{
	while (s.size > 0 && (s.data[0] == ' ' || s.data[0] == '\t'))
		s = (struct str){s.data + 1, s.size - 1};
	return s;
}

/* A quote closes where a comma or the end follows: quotes inside are text. */
static bool take_quoted(struct str *rest, struct str *ret_field)
{
	const char *begin = rest->data + 1;
	size_t left = rest->size - 1;
	for (size_t i = 0; i < left; i++) {
		struct str after = skip_spaces((struct str){begin + i + 1, left - i - 1});
		if (begin[i] != '"' || (after.size > 0 && after.data[0] != ','))
			continue;
		*ret_field = (struct str){begin, i};
		*rest = after;
		return true;
	}
	return false;
}

static struct str take_plain(struct str *rest, char separator)
{
	const char *end = rest->size ? memchr(rest->data, separator, rest->size) : NULL;
	size_t size = end ? (size_t)(end - rest->data) : rest->size;
	struct str field = str_trim((struct str){rest->data, size});
	*rest = (struct str){rest->data + size, rest->size - size};
	return field;
}

bool commented_split(
	struct str line, char separator, struct str *fields, uint32_t most, uint32_t *ret_count)
{
	uint32_t count = 0;
	for (struct str rest = line;; count++) {
		struct str field;
		rest = skip_spaces(rest);
		if (rest.size == 0 || rest.data[0] != '"' || separator)
			field = take_plain(&rest, separator ? separator : ',');
		else if (!take_quoted(&rest, &field))
			return false;
		if (count < most)
			fields[count] = field;
		if (rest.size == 0)
			break;
		rest = (struct str){rest.data + 1, rest.size - 1}; /* the comma */
	}
	*ret_count = count + 1;
	return true;
}

/* --- the header --- */

static struct str without_comment(struct str line, char comment)
{
	while (line.size > 0 && line.data[0] == comment)
		line = (struct str){line.data + 1, line.size - 1};
	return str_trim(line);
}

static uint8_t role_of(const struct commented_format *f, struct str name)
{
	for (size_t i = 0; i < f->role_count; i++)
		if (str_equal_nocase(f->roles[i].name, name))
			return f->roles[i].role;
	return 0;
}

static bool is_first(const struct commented_format *f, struct str name)
{
	uint8_t role = role_of(f, name);
	return role > 0 && (role == f->first_role || role == f->other_first);
}

static bool read_header(
	struct str line, const struct commented_format *f, struct str *names, uint32_t *ret_count)
{
	struct str text = without_comment(str_trim(line), f->comment);
	if (f->lead.size > 0 && str_starts(text, f->lead))
		text = (struct str){text.data + f->lead.size, text.size - f->lead.size};
	return commented_split(text, f->separator, names, COMMENTED_COLUMNS, ret_count) &&
	       *ret_count > 2 && *ret_count <= COMMENTED_COLUMNS && is_first(f, names[0]);
}

bool commented_find_header(const struct feed_head *head, const struct commented_format *format,
	struct commented_header *ret_header)
{
	struct str rest = head->text;
	struct str line;
	while (lines_next(&rest, head->whole, &line)) {
		if (read_header(line, format, ret_header->names, &ret_header->count))
			return true;
		line = str_trim(line);
		if (line.size > 0 && line.data[0] != format->comment)
			return false;
	}
	return false;
}

bool commented_has(const struct commented_header *h, struct str name)
{
	for (uint32_t i = 0; i < h->count; i++)
		if (str_equal_nocase(h->names[i], name))
			return true;
	return false;
}

static enum err keep_header(struct commented_csv *c, const struct str *names, uint32_t count)
{
	c->columns = count;
	for (uint32_t i = 0; i < count; i++) {
		uint8_t role = role_of(c->format, names[i]);
		c->names[i] = arena_copy(&c->p->texts, names[i]);
		if (!c->names[i].data)
			return E_NOMEM;
		c->extra[i] = role == 0 || c->column[role] >= 0;
		if (!c->extra[i])
			c->column[role] = (int)i;
	}
	c->has_header = true;
	return E_OK;
}

/* --- the row in hand --- */

static struct str value_at(const struct commented_csv *c, uint32_t column)
{
	struct str s = c->fields[column];
	for (size_t i = 0; i < 2; i++)
		if (str_equal(s, c->format->nulls[i]))
			return STR("");
	return s;
}

struct str commented_get(const struct commented_csv *c, uint8_t role)
{
	return c->column[role] < 0 ? STR("") : value_at(c, (uint32_t)c->column[role]);
}

struct str commented_name(const struct commented_csv *c, uint8_t role)
{
	return c->column[role] < 0 ? STR("") : c->names[c->column[role]];
}

enum err commented_keep(struct commented_csv *c, uint8_t role)
{
	return record_extra(&c->record, commented_name(c, role), commented_get(c, role));
}

enum err commented_done(struct commented_csv *c, struct str time, struct str source)
{
	for (uint32_t i = 0; i < c->columns; i++)
		if (c->extra[i])
			TRY(record_extra(&c->record, c->names[i], value_at(c, i)));
	return record_done(&c->record, str_bytes(c->raw), time, source);
}

static enum err take_row(struct commented_csv *c)
{
	uint32_t count;
	if (memchr(c->raw.data, '\0', c->raw.size))
		return record_bad(&c->record, PROBLEM_NUL_BYTE, STR(""), STR(""), 0);
	if (!commented_split(c->raw, c->format->separator, c->fields, COMMENTED_COLUMNS, &count))
		return record_bad(&c->record, PROBLEM_BAD_QUOTE, STR(""), STR(""), 0);
	if (count != c->columns)
		return record_bad_count(&c->record, count, c->columns);
	return c->format->take(c);
}

/* --- lines --- */

static enum err take_line(void *context, struct str line, struct problem *problem)
{
	struct commented_csv *c = context;
	uint32_t count;
	c->raw = str_trim(line);
	if (c->raw.size == 0)
		return E_OK;
	bool comment = c->raw.data[0] == c->format->comment;
	if (read_header(c->raw, c->format, c->fields, &count))
		return c->has_header ? E_OK : keep_header(c, c->fields, count);
	if (comment)
		return E_OK;
	if (!c->has_header)
		return feed_refuse(problem, PROBLEM_NOT_THIS_FORMAT, STR(""), c->p->format->name);
	record_begin(&c->record, c->lines.number, c->lines.offset, problem);
	enum err err = take_row(c);
	return err == E_SYNTAX ? E_OK : err;
}

static void skip_line(void *context)
{
	struct commented_csv *c = context;
	struct problem problem;
	record_begin(&c->record, c->lines.number, c->lines.offset, &problem);
	record_bad(&c->record, PROBLEM_ROW_TOO_LONG, STR(""), STR(""), LIMIT_ROW_BYTES);
}

enum err commented_begin(
	struct feed_parser *p, const struct commented_format *format, struct problem *problem)
{
	struct commented_csv *c = calloc(1, sizeof(*c));
	if (!c)
		return E_NOMEM;
	p->state = c;
	c->p = p;
	c->format = format;
	for (size_t i = 0; i < COMMENTED_ROLES; i++)
		c->column[i] = -1;
	record_init(&c->record, p, format->what);
	if (format->kind == COMMENTED_KIND_OF_ROW)
		return E_OK;
	return feed_decide_kind(p, format->kind, problem);
}

enum err commented_consume(struct feed_parser *p, struct str window, bool last, size_t *ret_used,
	struct problem *problem)
{
	struct commented_csv *c = p->state;
	const struct lines_taker taker = {c, take_line, skip_line};
	return lines_consume(&c->lines, &taker, p->offset, window, last, ret_used, problem);
}

void commented_end(struct feed_parser *p)
{
	free(p->state);
	p->state = NULL;
}
