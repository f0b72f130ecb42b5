/* SPDX-License-Identifier: Apache-2.0 */
/* The site's texts in words: states, kinds, times, problems. */
#include <stdio.h>

#include "base/limits.h"
#include "desk/site.h"
#include "format/markdown.h"
#include "site/source.h"

enum {
	TEXT_BYTES = 4096,
	TIME_MINUTES = sizeof("2026-10-20T08:00") - 1,
	TIME_SECONDS = sizeof("2026-10-20T08:00:00") - 1
};

/* --- states and kinds --- */

static const struct stand_words {
	struct str name;
	enum message words;
	enum desk_tone tone;
} stands[SITE_STAND__COUNT] = {
	[SITE_NOTHING] = {STR_INIT("nothing"), MESSAGE_DESK_SITE_NOTHING, DESK_PLAIN},
	[SITE_DRAFT] = {STR_INIT("draft"), MESSAGE_DESK_SITE_DRAFT, DESK_PLAIN},
	[SITE_SCHEDULED] = {STR_INIT("scheduled"), MESSAGE_DESK_SITE_SCHEDULED, DESK_WAITS},
	[SITE_BEING_PUBLISHED] = {STR_INIT("publishing"), MESSAGE_DESK_SITE_BEING_PUBLISHED,
		DESK_WAITS},
	[SITE_BEING_WITHDRAWN] = {STR_INIT("withdrawing"), MESSAGE_DESK_SITE_BEING_WITHDRAWN,
		DESK_WAITS},
	[SITE_FAILED] = {STR_INIT("failed"), MESSAGE_DESK_SITE_FAILED, DESK_LATE},
	[SITE_PUBLISHED] = {STR_INIT("published"), MESSAGE_DESK_SITE_PUBLISHED, DESK_GOOD},
	[SITE_WITHDRAWN] = {STR_INIT("withdrawn"), MESSAGE_DESK_SITE_WITHDRAWN, DESK_PLAIN},
};

struct str site_stand_name(enum site_stand stand)
{
	return stands[stand].name;
}

struct str site_stand_words(struct desk_request *r, const struct site_state *s)
{
	const struct text_arg when = {STR("time"), desk_time(r, s->job.order.due)};
	return desk_words(r, stands[site_stand(s, r->now)].words, &when, 1);
}

void site_write_stand(struct desk_page *p, const struct site_state *s)
{
	enum site_stand stand = site_stand(s, p->r->now);
	if (stand == SITE_NOTHING) {
		html_text(&p->html, STR("–"));
		return;
	}
	desk_tag(p, stands[stand].tone, site_stand_words(p->r, s));
	if (site_is_ahead(s) && stand == SITE_PUBLISHED) {
		html_text(&p->html, STR(" "));
		desk_tag(p, DESK_PLAIN, text(p->lang, MESSAGE_DESK_SITE_AHEAD));
	}
}

enum message site_kind_message(enum article_kind kind)
{
	static const enum message messages[ARTICLE__COUNT] = {
		[ARTICLE_PAGE] = MESSAGE_DESK_SITE_KIND_PAGE,
		[ARTICLE_RELEASE] = MESSAGE_DESK_SITE_KIND_RELEASE,
		[ARTICLE_POST] = MESSAGE_DESK_SITE_KIND_POST,
	};
	return messages[kind];
}

enum message site_lang_message(enum lang lang)
{
	return lang == LANG_VI ? MESSAGE_DESK_SITE_VIETNAMESE : MESSAGE_DESK_SITE_ENGLISH;
}

struct str site_version_name(struct desk_request *r, struct str key)
{
	struct str number = key.size > 0 ? (struct str){key.data + 1, key.size - 1} : STR("");
	bool published = key.size > 0 && key.data[0] == 'p';
	return desk_words(r,
		published ? MESSAGE_DESK_SITE_VERSION_PUBLISHED : MESSAGE_DESK_SITE_VERSION_DRAFT,
		&(const struct text_arg){STR("number"), number}, 1);
}

/* --- where --- */

struct str site_path(struct desk_request *r, struct str key)
{
	return desk_text(r, "pages/%.*s", STR_ARG(key));
}

struct str site_text_path(
	struct desk_request *r, struct str key, enum lang lang, const char *behind)
{
	return desk_text(r, "pages/%.*s/%s%s", STR_ARG(key), lang == LANG_EN ? "en" : "vi", behind);
}

struct str site_name(struct desk_request *r, const struct site_row *row)
{
	struct str title = site_title(&row->lang[r->lang]);
	if (title.size == 0)
		title = site_title(&row->lang[LANG_VI]);
	if (title.size == 0)
		title = site_title(&row->lang[LANG_EN]);
	return title.size > 0 ? title : row->key;
}

struct desk_head site_head(struct desk_request *r, const struct site_row *row, struct str title)
{
	struct desk_head head = {.place = DESK_PLACE_PAGES, .title = title};
	head.crumbs[head.crumb_count++] =
		(struct desk_crumb){STR("pages"), text(r->lang, MESSAGE_DESK_MENU_PAGES)};
	if (row)
		head.crumbs[head.crumb_count++] =
			(struct desk_crumb){site_path(r, row->key), site_name(r, row)};
	return head;
}

/* --- times of a field: local --- */

bool site_time_parse(struct desk_request *r, struct str value, struct instant *ret_time)
{
	struct instant local;
	if (value.size != TIME_MINUTES && value.size != TIME_SECONDS)
		return false;
	struct str whole =
		desk_text(r, "%.*s%s", STR_ARG(value), value.size == TIME_MINUTES ? ":00Z" : "Z");
	if (!instant_parse(whole, &local))
		return false;
	/* The offset there, by the offset of about then: right but within an hour of a change. */
	struct instant t = {local.seconds - zone_offset(r->zone, local)};
	t.seconds = local.seconds - zone_offset(r->zone, t);
	if (t.seconds <= 0 || t.seconds > UINT32_MAX)
		return false;
	*ret_time = t;
	return true;
}

struct str site_time_value(struct desk_request *r, struct instant t)
{
	struct writer w;
	if (t.seconds == 0)
		return STR("");
	writer_init(&w, 64);
	writer_instant(&w, (struct instant){t.seconds + zone_offset(r->zone, t)});
	struct str copy = arena_copy(r->arena, writer_view_str(&w));
	writer_release(&w);
	size_t size = t.seconds % 60 == 0 ? TIME_MINUTES : TIME_SECONDS;
	return copy.data && copy.size > size ? (struct str){copy.data, size} : STR("");
}

/* --- what would be published --- */

struct str site_one_line(struct desk_request *r, struct str s)
{
	char *copy = arena_cstr(r->arena, s);
	for (size_t i = 0; copy && i < s.size; i++)
		if (copy[i] == '\n' || copy[i] == '\t')
			copy[i] = ' ';
	return copy ? (struct str){copy, s.size} : s;
}

static const char *const fields[] = {"title", "kind", "summary", "date", "text", "name", "maker-vi",
	"maker-en", "purpose-vi", "purpose-en", "about-vi", "about-en", "platforms", "hotline",
	"mail", "url", "size", "sha256", "file"};

void site_wrong(
	struct desk_request *r, struct desk_problems *problems, const struct problem *problem)
{
	struct writer w;
	const char *field = "";
	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++)
		if (str_equal(problem_field(problem), str_from(fields[i])))
			field = fields[i];
	writer_init(&w, TEXT_BYTES);
	if (problem->code == PROBLEM_NO_FIELD)
		writer_str(&w, text(r->lang, MESSAGE_DESK_SITE_MISSING));
	else
		text_problem(&w, r->lang, problem);
	struct str words = arena_copy(r->arena, writer_view_str(&w));
	writer_release(&w);
	if (words.data)
		desk_problem_add_text(problems, field, words);
}

void site_expect_line(
	struct desk_request *r, struct desk_problems *problems, const char *field, struct str value)
{
	struct problem problem = {0};
	if (value.size == 0)
		problem_set(&problem, PROBLEM_NO_FIELD, str_from(field), STR(""));
	else if (value.size > LIMIT_SITE_TEXT)
		problem_set(&problem, PROBLEM_FIELD_TOO_LONG, str_from(field), STR(""));
	else if (!site_line_valid(value))
		problem_set(&problem, PROBLEM_CONTROL_CHARACTER, str_from(field), STR(""));
	else
		return;
	problem.limit = LIMIT_SITE_TEXT;
	site_wrong(r, problems, &problem);
}

/* The portal refuses what would grow past its limits. */
static bool can_be_shown(struct str body)
{
	const struct markdown how = {.heading = 2};
	return markdown_fits(body, LIMIT_HTTP_PAGE, &how);
}

/* What `page set` would say of it. */
static enum err read_back(struct desk_request *r, struct str made, struct desk_problems *problems)
{
	struct article article;
	struct problem problem = {0};
	enum err err = article_read(made, r->arena, &article, &problem);
	if (err == E_SYNTAX)
		site_wrong(r, problems, &problem);
	if (err == E_OK && !can_be_shown(article.body)) {
		desk_problem_add(r, problems, "text", MESSAGE_DESK_SITE_TOO_MUCH);
		err = E_SYNTAX;
	}
	return err;
}

enum err site_make_text(struct desk_request *r, const struct draft *d,
	struct desk_problems *problems, struct str *ret_text)
{
	struct writer w;
	const struct article article = {.key = d->key,
		.lang = d->lang,
		.kind = d->kind,
		.title = d->title,
		.summary = d->summary,
		.body = d->body,
		.published = d->due};
	site_expect_line(r, problems, "title", d->title);
	site_expect_line(r, problems, "summary", d->summary);
	if (problems->count > 0)
		return E_SYNTAX;
	writer_init(&w, LIMIT_JOB_TEXT);
	article_write(&w, &article);
	enum err err = writer_end(&w);
	if (err == E_LIMIT) {
		desk_problem_add(r, problems, "text", MESSAGE_DESK_SITE_TOO_MUCH);
		err = E_SYNTAX;
	}
	struct str made = err == E_OK ? arena_copy(r->arena, writer_view_str(&w)) : STR("");
	writer_release(&w);
	if (err == E_OK && !made.data)
		err = E_NOMEM;
	TRY(err);
	TRY(read_back(r, made, problems));
	*ret_text = made;
	return E_OK;
}
