/* SPDX-License-Identifier: Apache-2.0 */
#include "survey/lines.h"

#include "base/limits.h"
#include "survey/reasons.h"

void lines_init(struct lines *l, struct bytes content, bool joined)
{
	*l = (struct lines){
		.rest = {(const char *)content.data, content.size}, .next = 1, .joined = joined};
}

/* Without its newline; how many lines of the file it takes. */
static struct str take_line(struct lines *l, uint64_t *ret_taken)
{
	struct str line = l->rest, part, rest;
	*ret_taken = 0;
	do {
		part = str_cut(l->rest, '\n', &rest);
		line.size = (size_t)(part.data + part.size - line.data);
		l->rest = rest;
		++*ret_taken;
	} while (l->joined && rest.size > 0 && str_ends(part, STR("\\")));
	return line;
}

bool lines_next(struct lines *l, struct str *ret_line)
{
	while (l->rest.size > 0) {
		uint64_t taken;
		struct str line = str_trim(take_line(l, &taken));
		l->number = l->next;
		l->next += taken;
		if (line.size > 0) {
			*ret_line = line;
			return true;
		}
	}
	return false;
}

bool lines_next_but(struct lines *l, const char *marks, struct str *ret_line)
{
	while (lines_next(l, ret_line))
		if (ret_line->data[0] == '\0' || !strchr(marks, ret_line->data[0]))
			return true;
	return false;
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

struct str take_word(struct str *s)
{
	size_t at = 0, end;
	while (at < s->size && is_blank(s->data[at]))
		at++;
	end = at;
	while (end < s->size && !is_blank(s->data[end]))
		end++;
	struct str word = {s->data + at, end - at};
	*s = (struct str){s->data + end, s->size - end};
	return word;
}

struct str path_name(struct str path)
{
	size_t at = path.size;
	while (at > 0 && path.data[at - 1] != '/')
		at--;
	return (struct str){path.data + at, path.size - at};
}

bool str_contains(struct str s, struct str needle)
{
	return str_find(s, needle) < s.size;
}

bool str_among(struct str s, const struct str *list)
{
	for (; list->size > 0; list++)
		if (str_equal(s, *list))
			return true;
	return false;
}

enum err give_entry(const struct place_sink *sink, uint64_t line, struct str text,
	struct str program, struct str why)
{
	if (text.size > LIMIT_PLACE_TEXT)
		text.size = LIMIT_PLACE_TEXT;
	if (program.size > LIMIT_PLACE_TEXT)
		program.size = 0;
	const struct place_entry entry = {.line = line,
		.text = text,
		.program = program,
		.sign = why.size > 0 ? SIGN_SUSPICIOUS : SIGN_NONE,
		.why = why};
	return sink->entry(sink->context, &entry);
}

static bool hidden(struct str path)
{
	return str_starts(path_name(path), STR("."));
}

enum err give_file(const struct place_sink *sink, struct str path, struct str program)
{
	return give_entry(
		sink, 0, path_name(path), program, hidden(path) ? WHY_HIDDEN_FILE : STR(""));
}

enum err give_hidden(const struct place_sink *sink, struct str path)
{
	return hidden(path) ? give_file(sink, path, STR("")) : E_OK;
}
