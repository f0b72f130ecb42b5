/* SPDX-License-Identifier: Apache-2.0 */
#include "portal/home.h"

#include "portal/language.h"
#include "portal/portal.h"

void portal_root(const struct http_request *q, struct http_answer *a)
{
	enum lang lang = LANG_VI;
	if (!language_of_path(q->path, &lang))
		lang = language_accepted(http_header(q, "Accept-Language"));
	a->status = 302;
	a->cache = HTTP_NO_CACHE;
	a->vary = "Accept-Language";
	a->location = page_path(PAGE_HOME, lang).data;
}

static void write_hero(struct page *p)
{
	html_open_class(&p->html, "section", "hero");
	html_open_class(&p->html, "div", "wrap");
	html_open(&p->html, "div");
	page_say(p, "h1", NULL, MESSAGE_HOME_TITLE);
	page_say(p, "p", "lead", MESSAGE_HOME_LEAD);
	html_open_class(&p->html, "p", "actions");
	page_link(p, "button", page_path(PAGE_CHECK, p->lang), MESSAGE_HOME_JOIN);
	if (page_infos[PAGE_PRESS].handle)
		page_link(p, "button quiet", page_path(PAGE_PRESS, p->lang), MESSAGE_HOME_RELEASE);
	html_close(&p->html, "p");
	html_close(&p->html, "div");
	home_write_card(p);
	html_close(&p->html, "div");
	html_close(&p->html, "section");
}

struct step {
	enum drawing drawing;
	enum message number, title, text, link;
	enum page_name page;
};

static void write_step(struct page *p, const struct step *step)
{
	html_open_class(&p->html, "li", "card");
	page_draw(p, step->drawing);
	page_say(p, "p", "number", step->number);
	page_say(p, "h3", NULL, step->title);
	page_say(p, "p", NULL, step->text);
	if (page_infos[step->page].handle) {
		html_open_class(&p->html, "p", "more");
		page_link(p, NULL, page_path(step->page, p->lang), step->link);
		html_close(&p->html, "p");
	}
	html_close(&p->html, "li");
}

static void write_steps(struct page *p)
{
	static const struct step steps[] = {
		{DRAWING_CHECK, MESSAGE_STEP_1, MESSAGE_STEP_1_TITLE, MESSAGE_STEP_1_TEXT,
			MESSAGE_STEP_1_LINK, PAGE_CHECK},
		{DRAWING_CLEAN, MESSAGE_STEP_2, MESSAGE_STEP_2_TITLE, MESSAGE_STEP_2_TEXT,
			MESSAGE_STEP_2_LINK, PAGE_TOOLS},
		{DRAWING_SHARE, MESSAGE_STEP_3, MESSAGE_STEP_3_TITLE, MESSAGE_STEP_3_TEXT,
			MESSAGE_STEP_3_LINK, PAGE_SHARE},
	};
	html_open_class(&p->html, "section", "wrap");
	html_attribute(&p->html, "id", STR("steps"));
	page_say(p, "h2", "section", MESSAGE_STEPS_TITLE);
	html_open_class(&p->html, "ol", "steps");
	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++)
		write_step(p, &steps[i]);
	html_close(&p->html, "ol");
	html_close(&p->html, "section");
}

/* Articles stand newest first within a kind and language. */
static const struct article *latest_release(const struct page *p)
{
	const struct site *site = p->publication->site;
	for (size_t i = 0; i < site->article_count; i++) {
		const struct article *a = &site->articles[i];
		if (a->kind == ARTICLE_RELEASE && a->lang == p->lang)
			return a;
	}
	return NULL;
}

static struct str below_path(struct page *p, enum page_name name, struct str key)
{
	struct writer w;
	writer_init(&w, 512);
	writer_str(&w, page_path(name, p->lang));
	writer_char(&w, '/');
	writer_str(&w, key);
	struct str kept = page_keep(p, &w);
	writer_release(&w);
	return kept;
}

static void write_release(struct page *p)
{
	const struct article *release = latest_release(p);
	if (!release || !page_infos[PAGE_PRESS].below)
		return;
	html_open_class(&p->html, "section", "wrap");
	page_say(p, "h2", "section", MESSAGE_HOME_RELEASE);
	html_open_class(&p->html, "div", "release");
	html_leaf(&p->html, "p", "meta", page_day(p, release->published));
	html_open(&p->html, "div");
	html_open(&p->html, "h3");
	html_link(&p->html, NULL, below_path(p, PAGE_PRESS, release->key), release->title);
	html_close(&p->html, "h3");
	html_leaf(&p->html, "p", NULL, release->summary);
	html_open_class(&p->html, "p", "more");
	page_link(p, NULL, page_path(PAGE_PRESS, p->lang), MESSAGE_HOME_RELEASES);
	html_close(&p->html, "p");
	html_close(&p->html, "div");
	html_close(&p->html, "div");
	html_close(&p->html, "section");
}

struct question {
	enum message question, answer;
	enum message link;
	enum page_name page;
};

static void write_question(struct page *p, const struct question *q)
{
	html_open(&p->html, "div");
	page_say(p, "h3", NULL, q->question);
	page_say(p, "p", NULL, q->answer);
	if (page_infos[q->page].handle) {
		html_open_class(&p->html, "p", "more");
		page_link(p, NULL, page_path(q->page, p->lang), q->link);
		html_close(&p->html, "p");
	}
	html_close(&p->html, "div");
}

static void write_questions(struct page *p)
{
	static const struct question questions[] = {
		{MESSAGE_QUESTION_BOTNET, MESSAGE_ANSWER_BOTNET, MESSAGE_MENU_MALWARE,
			PAGE_MALWARE},
		{MESSAGE_QUESTION_KNOW, MESSAGE_ANSWER_KNOW, MESSAGE_MENU_HOW, PAGE_HOW},
		{MESSAGE_QUESTION_PRIVACY, MESSAGE_ANSWER_PRIVACY, MESSAGE_MENU_PRIVACY,
			PAGE_PRIVACY},
	};
	html_open_class(&p->html, "section", "wrap questions");
	page_say(p, "h2", "section", MESSAGE_QUESTIONS_TITLE);
	html_open_class(&p->html, "div", "columns");
	for (size_t i = 0; i < sizeof(questions) / sizeof(questions[0]); i++)
		write_question(p, &questions[i]);
	html_close(&p->html, "div");
	html_close(&p->html, "section");
}

/* A campaign of this size is imitated: the way to tell stands on the first page. */
static void write_real(struct page *p)
{
	struct str address = p->publication->site->identity.address;
	if (!page_infos[PAGE_REAL].handle)
		return;
	html_open_class(&p->html, "section", "wrap real");
	html_open_class(&p->html, "div", "notice");
	page_say(p, "h2", NULL, MESSAGE_HOME_REAL);
	if (address.size > 0)
		page_say_values(
			p, "p", NULL, MESSAGE_HOME_REAL_ADDRESS, {STR("address"), address, true});
	else
		page_say(p, "p", NULL, MESSAGE_HOME_REAL_TEXT);
	html_open_class(&p->html, "p", "more");
	page_link(p, NULL, page_path(PAGE_REAL, p->lang), MESSAGE_HOME_REAL_LINK);
	html_close(&p->html, "p");
	html_close(&p->html, "div");
	html_close(&p->html, "section");
}

void portal_home(const struct http_request *q, struct http_answer *a)
{
	static const struct page_head head = {.name = PAGE_HOME,
		.title = MESSAGE_HOME_TITLE,
		.description = MESSAGE_HOME_DESCRIPTION};
	struct page p;
	page_begin(&p, q, a);
	a->cache = HTTP_NO_CACHE;
	page_write_head(&p, &head);
	write_hero(&p);
	home_write_strip(&p);
	write_steps(&p);
	write_release(&p);
	write_questions(&p);
	write_real(&p);
	page_end(&p);
}
