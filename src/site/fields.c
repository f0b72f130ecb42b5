/* SPDX-License-Identifier: Apache-2.0 */
#include "site/fields.h"

#include "base/limits.h"
#include "model/site.h"

#define BYTE_ORDER_MARK STR("\xef\xbb\xbf")

enum err fields_refuse(
	struct problem *problem, enum problem_code code, const struct field *field, struct str got)
{
	problem_set(problem, code, field->name, got);
	problem->line = field->line;
	return E_SYNTAX;
}

enum err fields_expect(struct problem *problem, const struct field *field, bool valid)
{
	return valid ? E_OK : fields_refuse(problem, PROBLEM_BAD_FIELD, field, field->value);
}

static enum err refuse_line(
	struct problem *problem, enum problem_code code, uint64_t line, struct str got)
{
	const struct field nowhere = {.name = {"", 0}, .line = line};
	return fields_refuse(problem, code, &nowhere, got);
}

static enum err check_value(struct problem *problem, const struct field *field)
{
	if (field->value.size > LIMIT_SITE_TEXT) {
		problem->limit = LIMIT_SITE_TEXT;
		return fields_refuse(problem, PROBLEM_FIELD_TOO_LONG, field, STR(""));
	}
	if (!site_line_valid(field->value))
		return fields_refuse(problem, PROBLEM_CONTROL_CHARACTER, field, STR(""));
	return E_OK;
}

static struct field *find_field(
	struct field *fields, const struct field_name *names, size_t count, struct str name)
{
	for (size_t i = 0; i < count; i++)
		if (str_equal(names[i].name, name))
			return &fields[i];
	return NULL;
}

/* The value goes on, one space between. */
static enum err append(struct arena *arena, struct field *field, struct str more)
{
	size_t size = field->value.size;
	char *joined = arena_alloc(arena, size + 1 + more.size, 1);
	if (!joined)
		return E_NOMEM;
	if (size > 0) {
		memcpy(joined, field->value.data, size);
		joined[size++] = ' ';
	}
	memcpy(joined + size, more.data, more.size);
	field->value = (struct str){joined, size + more.size};
	return E_OK;
}

struct reading {
	struct fields_text *text;
	const struct field_name *names;
	size_t count;
	struct arena *arena;
	struct field *fields;
	struct field *last; /* may go on in the next line */
	struct problem *problem;
};

static enum err read_line(struct reading *r, struct str line)
{
	struct str value;
	struct str trimmed = str_trim(line);
	uint64_t number = r->text->line;
	if (line.data[0] == '#')
		return E_OK;
	if ((line.data[0] == ' ' || line.data[0] == '\t') && r->last) {
		TRY(append(r->arena, r->last, trimmed));
		return check_value(r->problem, r->last);
	}
	struct str name = str_cut(trimmed, ':', &value);
	if (name.size == trimmed.size)
		return refuse_line(r->problem, PROBLEM_NOT_A_FIELD, number, trimmed);
	struct field *field = find_field(r->fields, r->names, r->count, str_trim(name));
	if (!field)
		return refuse_line(r->problem, PROBLEM_UNKNOWN_FIELD, number, str_trim(name));
	const struct field here = {field->name, str_trim(value), number};
	if (field->line != 0)
		return fields_refuse(r->problem, PROBLEM_TWICE_FIELD, &here, here.value);
	*field = here;
	r->last = field;
	return check_value(r->problem, field);
}

static enum err read_lines(struct reading *r, bool blank_ends)
{
	while (r->text->rest.size > 0) {
		struct str line = str_cut(r->text->rest, '\n', &r->text->rest);
		r->text->line++;
		if (str_trim(line).size > 0)
			TRY(read_line(r, line));
		else if (blank_ends)
			break;
	}
	return E_OK;
}

enum err fields_read(struct fields_text *text, bool blank_ends, const struct field_name *names,
	size_t count, struct arena *arena, struct field *fields, struct problem *problem)
{
	struct reading r = {text, names, count, arena, fields, NULL, problem};
	*problem = (struct problem){0};
	if (str_starts(text->rest, BYTE_ORDER_MARK))
		text->rest = (struct str){text->rest.data + 3, text->rest.size - 3};
	for (size_t i = 0; i < count; i++)
		fields[i] = (struct field){names[i].name, {"", 0}, 0};
	TRY(read_lines(&r, blank_ends));
	for (size_t i = 0; i < count; i++)
		if (names[i].required && fields[i].value.size == 0)
			return fields_refuse(problem, PROBLEM_NO_FIELD, &fields[i], STR(""));
	return E_OK;
}
