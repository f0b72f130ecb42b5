/* SPDX-License-Identifier: Apache-2.0 */
#include "base/limits.h"
#include "site/fields.h"
#include "site/source.h"

enum {
	TITLE,
	KIND,
	SUMMARY,
	DATE,
	FIELDS
};

static const struct field_name names[FIELDS] = {
	[TITLE] = {STR_INIT("title"), true},
	[KIND] = {STR_INIT("kind"), true},
	[SUMMARY] = {STR_INIT("summary"), true},
	[DATE] = {STR_INIT("date"), false},
};

static bool read_date(struct str value, struct instant *ret_instant)
{
	struct date day;
	struct instant t = {0};
	if (value.size > 0 && date_parse(value, &day)) {
		if (!site_date_valid(day))
			return false;
		t = date_instant(day);
	} else if (value.size > 0 && !instant_parse(value, &t)) {
		return false;
	}
	*ret_instant = t;
	return true;
}

/* Without the carriage return of each line's end, and of the text's. */
static enum err drop_returns(struct str *body, struct arena *arena)
{
	if (body->size == 0 || !memchr(body->data, '\r', body->size))
		return E_OK;
	char *kept = arena_alloc(arena, body->size, 1);
	size_t size = 0;
	if (!kept)
		return E_NOMEM;
	for (size_t i = 0; i < body->size; i++)
		if (body->data[i] != '\r' || (i + 1 < body->size && body->data[i + 1] != '\n'))
			kept[size++] = body->data[i];
	*body = (struct str){kept, size};
	return E_OK;
}

static bool is_blank(char c)
{
	return c == '\n' || c == '\r' || c == ' ' || c == '\t';
}

/* Without empty lines in front and white space at the end. The first line keeps its indent: in
 * Markdown it means something. */
static void trim_body(struct fields_text *text)
{
	struct str *s = &text->rest;
	while (s->size > 0 && is_blank(s->data[s->size - 1]))
		s->size--;
	for (;;) {
		struct str after;
		struct str line = str_cut(*s, '\n', &after);
		if (s->size == 0 || str_trim(line).size > 0)
			return;
		*s = after;
		text->line++;
	}
}

static enum err check_body(const struct fields_text *text, struct problem *problem)
{
	struct field at = {.name = {"text", 4}, .line = text->line};
	if (text->rest.size > LIMIT_SITE_BODY) {
		problem->limit = LIMIT_SITE_BODY;
		return fields_refuse(problem, PROBLEM_FIELD_TOO_LONG, &at, STR(""));
	}
	for (struct str rest = text->rest; rest.size > 0;) {
		at.line++;
		if (!site_body_valid(str_cut(rest, '\n', &rest)))
			return fields_refuse(problem, PROBLEM_CONTROL_CHARACTER, &at, STR(""));
	}
	return E_OK;
}

enum err article_read(
	struct str text, struct arena *arena, struct article *ret_article, struct problem *problem)
{
	struct field fields[FIELDS];
	struct fields_text at = {.rest = text};
	struct article a = {.key = {"", 0}};
	TRY(fields_read(&at, true, names, FIELDS, arena, fields, problem));
	TRY(fields_expect(problem, &fields[KIND], article_kind_parse(fields[KIND].value, &a.kind)));
	TRY(fields_expect(problem, &fields[DATE], read_date(fields[DATE].value, &a.published)));
	trim_body(&at);
	TRY(drop_returns(&at.rest, arena));
	TRY(check_body(&at, problem));
	a.title = fields[TITLE].value;
	a.summary = fields[SUMMARY].value;
	a.body = at.rest;
	*ret_article = a;
	return E_OK;
}

static void write_published(struct writer *w, struct instant t)
{
	if (t.seconds % SECONDS_PER_DAY == 0)
		writer_date(w, instant_date(t));
	else
		writer_instant(w, t);
}

void article_write(struct writer *w, const struct article *article)
{
	writer_text(w, "title: ");
	writer_str(w, article->title);
	writer_text(w, "\nkind: ");
	writer_str(w, article_kind_name(article->kind));
	writer_text(w, "\nsummary: ");
	writer_str(w, article->summary);
	/* Without one it is dated when it is saved. */
	if (article->published.seconds != 0) {
		writer_text(w, "\ndate: ");
		write_published(w, article->published);
	}
	writer_text(w, "\n\n");
	writer_str(w, article->body);
	writer_char(w, '\n');
}
