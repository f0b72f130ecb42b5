/* SPDX-License-Identifier: Apache-2.0 */
/* One text of the site in all languages: how it stands, and what can be done with it. */
#include "desk/jobs.h"
#include "desk/site.h"

static void write_facts(struct desk_page *p, const struct site_state *s)
{
	struct desk_request *r = p->r;
	desk_facts_begin(p);
	if (s->has_version) {
		desk_fact(p, MESSAGE_DESK_SITE_ON_SITE, s->version.article.title);
		desk_fact(p, MESSAGE_DESK_SITE_PUBLISHED_AT,
			desk_words(r, MESSAGE_DESK_SITE_BY_AT,
				(const struct text_arg[]){
					{STR("time"), desk_time(r, s->version.article.updated)},
					{STR("who"), s->ours ? text(r->lang, MESSAGE_DESK_SITE_OURS)
							     : s->version.author}},
				2));
	}
	if (s->draft.version > 0)
		desk_fact(p, MESSAGE_DESK_SITE_SAVED_AT,
			desk_words(r, MESSAGE_DESK_SITE_BY_AT,
				(const struct text_arg[]){
					{STR("time"), desk_time(r, s->draft.saved)},
					{STR("who"), s->draft.author}},
				2));
	desk_facts_end(p);
}

/* What waits can be stopped, what stands there can be taken away. */
static void write_changes(struct desk_page *p, const struct site_row *row, enum lang lang)
{
	struct desk_request *r = p->r;
	const struct site_state *s = &row->lang[lang];
	switch (site_stand(s, r->now)) {
	case SITE_SCHEDULED:
		desk_button_form(p, "quiet", site_text_path(r, row->key, lang, "/cancel"),
			MESSAGE_DESK_SITE_CANCEL);
		break;
	case SITE_PUBLISHED:
		desk_button_form(p, "caution", site_text_path(r, row->key, lang, "/withdraw"),
			MESSAGE_DESK_SITE_WITHDRAW);
		break;
	case SITE_FAILED:
		desk_link(p, "button quiet", desk_job_path(r, s->job.id),
			text(r->lang, MESSAGE_DESK_SITE_WHY));
		break;
	case SITE_NOTHING:
	case SITE_DRAFT:
	case SITE_BEING_PUBLISHED:
	case SITE_BEING_WITHDRAWN:
	case SITE_WITHDRAWN:
	case SITE_STAND__COUNT:
		break;
	}
}

static void write_actions(struct desk_page *p, const struct site_row *row, enum lang lang)
{
	struct desk_request *r = p->r;
	const struct site_state *s = &row->lang[lang];
	bool change = site_may_change(r);
	bool there = site_stand(s, r->now) != SITE_NOTHING;
	html_open_class(&p->html, "div", "site-actions");
	if (change)
		desk_link(p, there ? "button" : "button quiet",
			site_text_path(r, row->key, lang, ""),
			text(r->lang, there ? MESSAGE_DESK_SITE_EDIT : MESSAGE_DESK_SITE_WRITE));
	if (there) {
		desk_link(p, "button quiet", site_text_path(r, row->key, lang, "/preview"),
			text(r->lang, MESSAGE_DESK_SITE_PREVIEW));
		desk_link(p, "button quiet", site_text_path(r, row->key, lang, "/history"),
			text(r->lang, MESSAGE_DESK_SITE_HISTORY));
	}
	if (change && s->draft.version > 0 && site_stand(s, r->now) != SITE_SCHEDULED)
		desk_link(p, "button quiet", site_text_path(r, row->key, lang, "/publish"),
			text(r->lang, MESSAGE_DESK_SITE_PUBLISH));
	if (change)
		write_changes(p, row, lang);
	html_close(&p->html, "div");
}

static void write_text(struct desk_page *p, const struct site_row *row, enum lang lang)
{
	struct html *h = &p->html;
	const struct site_state *s = &row->lang[lang];
	html_open_class(h, "section", "card site-text");
	desk_say(p, "h2", NULL, site_lang_message(lang));
	html_open_class(h, "p", "site-stand");
	if (site_stand(s, p->r->now) == SITE_NOTHING)
		html_text(h, text(p->lang, MESSAGE_DESK_SITE_NOTHING));
	else
		site_write_stand(p, s);
	html_close(h, "p");
	if (s->has_version || s->draft.version > 0)
		write_facts(p, s);
	write_actions(p, row, lang);
	html_close(h, "section");
}

void desk_site_page(struct desk_request *r)
{
	struct site_row row;
	struct desk_page p;
	if (!site_find_row(r, ACT_SEE_SITE, &row))
		return;
	struct desk_head head = site_head(r, NULL, site_name(r, &row));
	enum article_kind kind = site_kind(
		&row.lang[row.lang[LANG_VI].has_version || row.lang[LANG_VI].draft.version > 0
				  ? LANG_VI
				  : LANG_EN]);
	desk_page_begin(&p, r, &head, NULL);
	desk_say_values(&p, "p", "lead", MESSAGE_DESK_SITE_KEY_OF,
		{STR("kind"), text(r->lang, site_kind_message(kind))}, {STR("key"), row.key});
	html_open_class(&p.html, "div", "site-texts");
	for (int lang = 0; lang < LANG__COUNT; lang++)
		write_text(&p, &row, (enum lang)lang);
	html_close(&p.html, "div");
	desk_page_end(&p);
}
