/* SPDX-License-Identifier: Apache-2.0 */
#include "portal/check.h"

#include "portal/look_as.h"
#include "portal/portal.h"

void check_decide(struct check *c, const struct publication *publication, struct instant now)
{
	c->of = (struct attribution){0};
	if (publication->network && ip_scope(c->ip) == IP_SCOPE_GLOBAL)
		c->of = network_look_up(publication->network, c->ip);
	answer_decide(publication->listing, c->of.pool, c->ip, now, &c->answer);
}

/* --- the line above the answer: whose address, whose network, when --- */

static struct str holder_title(const struct page *p, const struct attribution *of)
{
	struct str title = p->lang == LANG_VI ? of->holder.title_vi : of->holder.title_en;
	if (title.size > 0)
		return title;
	return of->holder.key.size > 0 ? of->holder.key : of->as_name;
}

static void write_subject(struct page *p, const struct check *c)
{
	struct str title = holder_title(p, &c->of);
	html_open_class(&p->html, "p", "address");
	page_words(p, c->as_another ? MESSAGE_CHECK_AS : MESSAGE_CHECK_ADDRESS,
		&(const struct page_value){STR("ip"), page_ip(p, c->ip), true}, 1);
	if (title.size > 0) {
		html_text(&p->html, STR(" · "));
		html_text(&p->html, title);
	}
	html_text(&p->html, STR(" · "));
	page_words(p, MESSAGE_CHECK_TIME,
		&(const struct page_value){STR("time"), page_time(p, p->request->now), false}, 1);
	html_close(&p->html, "p");
}

/* --- the page --- */

static void write_answer(struct page *p, const struct check *c)
{
	switch (c->answer.verdict) {
	case ANSWER_SEEN:
		check_write_seen(p, c);
		break;
	case ANSWER_NOT_SEEN:
		check_write_not_seen(p, c);
		break;
	case ANSWER_CANNOT_BE_SAID:
	case ANSWER__COUNT:
		check_write_cannot_be_said(p, c);
		break;
	}
}

/* The visitor, or the address to look as. False: asked for what must not be asked. */
static bool find_subject(const struct page *p, struct check *c)
{
	struct str as;
	c->ip = p->request->client;
	if (!http_argument(p->request, "as", &as))
		return true;
	c->as_another = true;
	return look_as_allowed(p->publication) && ip_parse(as, &c->ip);
}

static enum message title_of(const struct answer *answer)
{
	switch (answer->verdict) {
	case ANSWER_SEEN:
		return MESSAGE_CHECK_SEEN;
	case ANSWER_NOT_SEEN:
		return MESSAGE_CHECK_NOT_SEEN;
	case ANSWER_CANNOT_BE_SAID:
	case ANSWER__COUNT:
		break;
	}
	return MESSAGE_CHECK_CANNOT_BE_SAID;
}

void portal_check(const struct http_request *q, struct http_answer *a)
{
	struct page p;
	struct check c = {0};
	page_begin(&p, q, a);
	if (!find_subject(&p, &c)) {
		page_abandon(&p);
		a->status = 400;
		portal_error(q, a);
		return;
	}
	check_decide(&c, p.publication, q->now);
	const struct page_head head = {.name = PAGE_CHECK,
		.title = title_of(&c.answer),
		.description = MESSAGE_CHECK_DESCRIPTION};
	page_write_head(&p, &head);
	html_open_class(&p.html, "div", "ask");
	html_open_class(&p.html, "div", "wrap");
	write_subject(&p, &c);
	write_answer(&p, &c);
	look_as_write(&p);
	html_close(&p.html, "div");
	html_close(&p.html, "div");
	page_end(&p);
}
