/* SPDX-License-Identifier: Apache-2.0 */
#include "model/holder.h"
#include "portal/language.h"
#include "portal/page.h"
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

static void write_fact(struct page *p, enum message label, struct str value)
{
	html_open(&p->html, "div");
	page_say(p, "dt", NULL, label);
	html_leaf(&p->html, "dd", NULL, value);
	html_close(&p->html, "div");
}

/* How fresh and how wide the listing is; how many are in it is a figure, which pages of figures
 * give with estimator and panel. */
static void write_facts(struct page *p)
{
	const struct listing_facts *facts = page_facts(p);
	html_open_class(&p->html, "div", "card facts");
	page_draw(p, DRAWING_SWEEP);
	page_say(p, "h2", NULL, MESSAGE_HOME_FACTS_TITLE);
	if (facts) {
		html_open(&p->html, "dl");
		write_fact(p, MESSAGE_HOME_FACT_BUILT, page_time(p, facts->built));
		write_fact(p, MESSAGE_HOME_FACT_FEEDS,
			page_count(p, MESSAGE_FEEDS_ONE, MESSAGE_FEEDS_MANY, facts->feeds));
		write_fact(
			p, MESSAGE_HOME_FACT_DYNAMIC, page_duration(p, pool_window(POOL_DYNAMIC)));
		write_fact(p, MESSAGE_HOME_FACT_STATIC, page_duration(p, pool_window(POOL_STATIC)));
		html_close(&p->html, "dl");
	} else {
		page_say(p, "p", NULL, MESSAGE_HOME_NO_LISTING);
	}
	html_close(&p->html, "div");
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
	page_link(p, "button quiet", STR("#steps"), MESSAGE_HOME_HOW);
	html_close(&p->html, "p");
	html_close(&p->html, "div");
	write_facts(p);
	html_close(&p->html, "div");
	html_close(&p->html, "section");
}

struct step {
	enum drawing drawing;
	enum message number, title, text, link;
	enum page_name page; /* PAGE__COUNT: the text itself is all there is to do */
};

static void write_step(struct page *p, const struct step *step)
{
	html_open_class(&p->html, "li", "card");
	page_draw(p, step->drawing);
	page_say(p, "p", "number", step->number);
	page_say(p, "h3", NULL, step->title);
	page_say(p, "p", NULL, step->text);
	if (step->page != PAGE__COUNT) {
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
			MESSAGE_STEP_2_LINK, PAGE_GUIDE},
		{DRAWING_SHARE, MESSAGE_STEP_3, MESSAGE_STEP_3_TITLE, MESSAGE_STEP_3_TEXT,
			MESSAGE_STEP_3_TITLE, PAGE__COUNT},
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

static void write_questions(struct page *p)
{
	static const struct {
		enum message question, answer;
	} questions[] = {
		{MESSAGE_QUESTION_BOTNET, MESSAGE_ANSWER_BOTNET},
		{MESSAGE_QUESTION_KNOW, MESSAGE_ANSWER_KNOW},
		{MESSAGE_QUESTION_PRIVACY, MESSAGE_ANSWER_PRIVACY},
	};
	html_open_class(&p->html, "section", "wrap questions");
	page_say(p, "h2", "section", MESSAGE_QUESTIONS_TITLE);
	html_open_class(&p->html, "div", "columns");
	for (size_t i = 0; i < sizeof(questions) / sizeof(questions[0]); i++) {
		html_open(&p->html, "div");
		page_say(p, "h3", NULL, questions[i].question);
		page_say(p, "p", NULL, questions[i].answer);
		html_close(&p->html, "div");
	}
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
	write_steps(&p);
	write_questions(&p);
	page_end(&p);
}
