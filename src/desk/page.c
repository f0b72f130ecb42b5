/* SPDX-License-Identifier: Apache-2.0 */
/* Words, links, small pieces. */
#include "desk/page.h"

enum {
	TEXT_LIMIT = 65536
};

static struct str keep(struct desk_request *r, struct writer *w)
{
	struct str copy = {NULL, 0};
	if (writer_end(w) == E_OK)
		copy = arena_copy(r->arena, writer_view_str(w));
	writer_release(w);
	if (!copy.data)
		writer_fail(r->answer->body, E_NOMEM);
	return copy.data ? copy : STR("");
}

struct str desk_words(
	struct desk_request *r, enum message m, const struct text_arg *args, size_t count)
{
	struct writer w;
	writer_init(&w, TEXT_LIMIT);
	text_write(&w, r->lang, m, args, count);
	return keep(r, &w);
}

void desk_say(struct desk_page *p, const char *element, const char *css_class, enum message m)
{
	html_leaf(&p->html, element, css_class, text(p->lang, m));
}

void desk_say_with(struct desk_page *p, const char *element, const char *css_class, enum message m,
	const struct text_arg *args, size_t count)
{
	html_leaf(&p->html, element, css_class, desk_words(p->r, m, args, count));
}

void desk_link(struct desk_page *p, const char *css_class, struct str path, struct str words)
{
	html_link(&p->html, css_class, desk_address(p->r, path), words);
}

struct str desk_number(struct desk_request *r, uint64_t value)
{
	struct writer w;
	writer_init(&w, TEXT_LIMIT);
	text_number(&w, r->lang, value);
	return keep(r, &w);
}

struct str desk_time(struct desk_request *r, struct instant t)
{
	struct writer w;
	writer_init(&w, TEXT_LIMIT);
	text_time(&w, r->lang, r->zone, t);
	return keep(r, &w);
}

struct str desk_date(struct desk_request *r, struct date d)
{
	struct writer w;
	if (d.year == 0)
		return STR("–");
	writer_init(&w, TEXT_LIMIT);
	text_date(&w, r->lang, d);
	return keep(r, &w);
}

/* --- pieces --- */

void desk_facts_begin(struct desk_page *p)
{
	html_open_class(&p->html, "dl", "rows facts");
}

void desk_fact(struct desk_page *p, enum message name, struct str value)
{
	html_open(&p->html, "div");
	desk_say(p, "dt", NULL, name);
	html_leaf(&p->html, "dd", NULL, value.size > 0 ? value : STR("–"));
	html_close(&p->html, "div");
}

void desk_facts_end(struct desk_page *p)
{
	html_close(&p->html, "dl");
}

void desk_tag(struct desk_page *p, enum desk_tone tone, struct str words)
{
	static const char *const classes[] = {"tag", "tag good", "tag waits", "tag late"};
	html_leaf(&p->html, "span", classes[tone], words);
}

void desk_notice(struct desk_page *p, enum desk_tone tone, struct str words)
{
	static const char *const classes[] = {"notice", "notice", "notice caution", "notice seen"};
	html_open_class(&p->html, "div", classes[tone]);
	html_leaf(&p->html, "p", NULL, words);
	html_close(&p->html, "div");
}

/* --- problems --- */

void desk_problem_add_text(struct desk_problems *problems, const char *field, struct str text)
{
	if (problems->count < DESK_PROBLEMS)
		problems->list[problems->count++] = (struct desk_problem){field, text};
}

void desk_problem_add(struct desk_request *r, struct desk_problems *problems, const char *field,
	enum message message)
{
	desk_problem_add_text(problems, field, text(r->lang, message));
}
