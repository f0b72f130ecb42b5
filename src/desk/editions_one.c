/* SPDX-License-Identifier: Apache-2.0 */
/* One edition: how far it is, what holders say of it, its files. */
#include "base/limits.h"
#include "desk/editions.h"
#include "desk/jobs.h"
#include "model/site.h"
#include "report/document.h"

enum {
	HOLDERS = 400, /* in the list to choose from */
	LANG_BYTES = 3
};

struct edition_page {
	struct desk_request *r;
	struct returns_campaign campaign;
	struct store *store;
	struct edition edition;
	struct str holder, reply; /* of the form */
	struct desk_page *p;
	struct desk_option *options;
	size_t count, replies;
};

static struct str key_of(const struct edition_page *e)
{
	return e->campaign.plan.campaign.key;
}

static struct str path_of(const struct edition_page *e, const char *more)
{
	return editions_path(e->r, key_of(e), e->edition.number, more);
}

static bool open_edition(struct desk_request *r, struct edition_page *ret)
{
	uint64_t number;
	*ret = (struct edition_page){.r = r, .holder = STR(""), .reply = STR("")};
	if (!campaign_open(r, &ret->campaign))
		return false;
	ret->store = desk_store(r);
	if (!ret->store)
		return false;
	enum err err = str_to_u64(r->part[1], UINT32_MAX, &number) ? E_OK : E_NOTFOUND;
	if (err == E_OK)
		err = store_find_edition(
			ret->store, key_of(ret), (uint32_t)number, r->arena, &ret->edition);
	if (err == E_NOTFOUND)
		desk_not_found(r);
	else if (err != E_OK)
		desk_failed(r, err);
	return err == E_OK;
}

/* --- shown --- */

static void write_facts(struct desk_page *p, const struct edition_page *e)
{
	struct desk_request *r = p->r;
	const struct edition *edition = &e->edition;
	html_open(&p->html, "p");
	editions_write_state(p, edition);
	html_close(&p->html, "p");
	desk_facts_begin(p);
	desk_fact(p, MESSAGE_DESK_FIGURES_MADE, desk_time(r, edition->made));
	desk_fact(
		p, MESSAGE_DESK_EDITION_REPLIES_UNTIL, desk_date(r, editions_last_reply(edition)));
	desk_fact(p, MESSAGE_DESK_EDITION_PUBLIC_FROM, desk_date(r, edition->public_from));
	desk_fact(p, MESSAGE_DESK_FIGURES_CHANGE, desk_number(r, edition->as_of));
	if (edition->correction[r->lang].size > 0)
		desk_fact(p, MESSAGE_DESK_EDITION_CORRECTION, edition->correction[r->lang]);
	desk_facts_end(p);
	if (!edition_is_public(edition, r->now))
		desk_say(p, "p", NULL, MESSAGE_DESK_EDITION_HAND_OUT);
}

static void write_files(struct desk_page *p, const struct edition_page *e)
{
	struct desk_request *r = p->r;
	desk_say(p, "h2", NULL, MESSAGE_DESK_EDITION_FILES);
	desk_form_open(p, "papers", path_of(e, ""));
	desk_link(p, "button quiet", path_of(e, "/document"),
		text(r->lang, MESSAGE_DESK_EDITION_PAGE));
	desk_button(p, "quiet", "do", STR("pdf"), MESSAGE_DESK_RETURN_DOCUMENT_PDF);
	desk_button(p, "quiet", "do", STR("xlsx"), MESSAGE_DESK_RETURN_DOCUMENT_XLSX);
	desk_form_close(p);
	desk_say(p, "p", "hint", MESSAGE_DESK_EDITION_FILES_HINT);
}

static enum err write_reply(void *context, const struct edition_reply_entry *entry)
{
	struct edition_page *e = context;
	struct desk_page *p = e->p;
	const struct edition_reply *reply = &entry->reply;
	struct str title = reply->title[p->lang].size > 0 ? reply->title[p->lang] : reply->holder;
	e->replies++;
	desk_say_values(p, "h3", NULL, MESSAGE_DESK_RETURN_PLAIN, {STR("text"), title});
	html_open_class(&p->html, "p", "written");
	if (reply->lang.size > 0)
		html_attribute(&p->html, "lang", reply->lang);
	html_text(&p->html, reply->text);
	html_close(&p->html, "p");
	desk_say_values(p, "p", "hint", MESSAGE_DESK_EDITION_REPLY_BY, {STR("name"), entry->author},
		{STR("time"), desk_time(p->r, reply->made)});
	return E_OK;
}

static enum err take_holder(void *context, const struct edition_holder *holder)
{
	struct edition_page *e = context;
	struct arena *arena = e->r->arena;
	struct str title = holder->title[e->r->lang];
	if (e->count == HOLDERS)
		return E_OK;
	e->options[e->count++] = (struct desk_option){arena_copy(arena, holder->key),
		arena_copy(arena, title.size > 0 ? title : holder->key), STR("")};
	return E_OK;
}

static enum err write_reply_form(struct desk_page *p, struct edition_page *e)
{
	const struct desk_input holder = {.name = "holder",
		.label = text(p->lang, MESSAGE_DESK_EDITION_HOLDER),
		.value = e->holder};
	const struct desk_input reply = {.name = "reply",
		.label = text(p->lang, MESSAGE_DESK_EDITION_REPLY),
		.hint = text(p->lang, MESSAGE_DESK_EDITION_REPLY_HINT),
		.value = e->reply,
		.large = true};
	e->options = arena_alloc(e->r->arena, HOLDERS, sizeof(*e->options));
	if (!e->options)
		return E_NOMEM;
	TRY(store_each_edition_holder(e->store, key_of(e), e->edition.number, take_holder, e));
	if (e->count == 0) {
		desk_say(p, "p", NULL, MESSAGE_DESK_EDITION_NO_HOLDERS);
		return E_OK;
	}
	desk_form_open(p, "card", path_of(e, ""));
	desk_select(p, &holder, e->options, e->count);
	desk_input(p, &reply);
	desk_button(p, NULL, "do", STR("reply"), MESSAGE_DESK_EDITION_REPLY_SAVE);
	desk_form_close(p);
	return E_OK;
}

static enum err write_replies(struct desk_page *p, struct edition_page *e)
{
	bool is_public = edition_is_public(&e->edition, p->r->now);
	desk_say(p, "h2", NULL, MESSAGE_DESK_EDITION_REPLIES);
	TRY(store_each_edition_reply(
		e->store, key_of(e), e->edition.number, false, write_reply, e));
	if (e->replies == 0)
		desk_say(p, "p", NULL, MESSAGE_DESK_EDITION_NO_REPLY_YET);
	if (is_public) {
		desk_say(p, "p", "hint", MESSAGE_DESK_EDITION_REPLIES_CLOSED);
		return E_OK;
	}
	return campaign_may_change(p->r) ? write_reply_form(p, e) : E_OK;
}

static void write_correct(struct desk_page *p, const struct edition_page *e)
{
	uint32_t last = 0;
	if (!campaign_may_change(p->r) || store_last_edition(e->store, key_of(e), &last) != E_OK ||
		last != e->edition.number)
		return;
	desk_say(p, "h2", NULL, MESSAGE_DESK_EDITION_CORRECT);
	desk_say(p, "p", NULL, MESSAGE_DESK_EDITION_CORRECT_TEXT);
	html_open_class(&p->html, "p", "actions");
	desk_link(p, "button quiet", editions_path(p->r, key_of(e), 0, ""),
		text(p->lang, MESSAGE_DESK_EDITION_CORRECT_LINK));
	html_close(&p->html, "p");
}

static void show(struct edition_page *e, const struct desk_problems *problems)
{
	struct desk_page p;
	struct desk_request *r = e->r;
	const struct text_arg number[] = {{STR("number"), desk_number(r, e->edition.number)}};
	const struct desk_head head = {.place = DESK_PLACE_CAMPAIGNS,
		.title = desk_words(r, MESSAGE_DESK_EDITION_ONE, number, 1),
		.crumbs = {returns_crumb(r, &e->campaign),
			{campaign_path(r, key_of(e), "/figures"),
				text(r->lang, MESSAGE_DESK_FIGURES_TITLE)}},
		.crumb_count = 2};
	e->p = &p;
	desk_page_begin(&p, r, &head, problems);
	write_facts(&p, e);
	write_files(&p, e);
	enum err err = write_replies(&p, e);
	if (err != E_OK)
		writer_fail(p.html.out, err);
	write_correct(&p, e);
	desk_page_end(&p);
	e->p = NULL;
}

/* --- sent --- */

static void start(struct edition_page *e, enum job_kind kind, struct str text)
{
	struct desk_request *r = e->r;
	const struct job_order order = {.kind = kind,
		.campaign = key_of(e),
		.name = desk_text(r, "%u", e->edition.number),
		.text = text,
		.input_name = STR(""),
		.lang = r->lang};
	desk_job_start(r, &order, kind == JOB_EDITION_REPLY ? path_of(e, "") : STR(""));
}

static void take_reply(struct edition_page *e)
{
	struct desk_request *r = e->r;
	struct desk_problems problems = {.count = 0};
	struct edition_holder holder;
	e->holder = desk_field(r, "holder");
	e->reply = desk_field(r, "reply");
	enum err err = store_edition_holder(
		e->store, key_of(e), e->edition.number, e->holder, r->arena, &holder);
	if (err == E_NOTFOUND)
		desk_problem_add(r, &problems, "holder", MESSAGE_DESK_EDITION_BAD_HOLDER);
	if (e->reply.size == 0 || e->reply.size > LIMIT_EDITION_REPLY || !site_body_valid(e->reply))
		desk_problem_add(r, &problems, "reply", MESSAGE_DESK_EDITION_BAD_REPLY);
	if (edition_is_public(&e->edition, r->now))
		desk_problem_add(r, &problems, "", MESSAGE_DESK_EDITION_REPLIES_CLOSED);
	if (problems.count > 0)
		show(e, &problems);
	else
		start(e, JOB_EDITION_REPLY,
			desk_text(r, "%.*s\n%.*s", STR_ARG(e->holder), STR_ARG(e->reply)));
}

void desk_edition(struct desk_request *r)
{
	struct edition_page e;
	if (!open_edition(r, &e))
		return;
	struct str what = desk_field(r, "do");
	if (!r->posted)
		show(&e, NULL);
	else if (str_equal(what, STR("pdf")))
		start(&e, JOB_EDITION_PDF, STR(""));
	else if (str_equal(what, STR("xlsx")))
		start(&e, JOB_EDITION_XLSX, STR(""));
	else
		take_reply(&e);
}

/* A file of its own, since its style lies within, which no page of the desk may have: to be kept
 * and opened. As it was frozen; what holders said of it stands on the edition's page until it is
 * public. */
void desk_edition_document(struct desk_request *r)
{
	struct edition_page e;
	struct bytes frozen;
	struct document document;
	if (!open_edition(r, &e))
		return;
	struct str part = r->lang == LANG_EN ? STR("en.document") : STR("vi.document");
	enum err err =
		store_edition_part(e.store, key_of(&e), e.edition.number, part, r->arena, &frozen);
	if (err == E_OK)
		err = document_open(frozen, r->arena, &document);
	if (err != E_OK) {
		desk_failed(r, err);
		return;
	}
	document_write_page(r->answer->body, &document);
	r->answer->save_as = desk_text(r, "%.*s-%u.%s.html", STR_ARG(key_of(&e)), e.edition.number,
		r->lang == LANG_EN ? "en" : "vi");
}
