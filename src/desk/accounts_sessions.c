/* SPDX-License-Identifier: Apache-2.0 */
/* Where one is signed in, and signing out there. */
#include "desk/accounts.h"
#include "desk/desk_parts.h"
#include "office/session.h"

static void write_where(struct desk_page *p, const struct session *s)
{
	struct html *h = &p->html;
	html_open_class(h, "p", NULL);
	html_leaf(h, "strong", NULL, s->unit);
	html_close(h, "p");
	html_leaf(h, "p", "session-browser", s->agent);
}

struct session_rows {
	struct desk_page *page;
	size_t count;
};

static enum err write_session(void *context, const struct session *s)
{
	struct session_rows *rows = context;
	struct desk_page *p = rows->page;
	struct desk_request *r = p->r;
	bool here = s->id == r->session->id;
	rows->count++;
	html_open_class(&p->html, "li", "card");
	write_where(p, s);
	desk_say_values(p, "p", NULL, MESSAGE_DESK_SESSION_TIMES,
		{STR("made"), desk_time(r, s->made)}, {STR("seen"), desk_time(r, s->seen)});
	if (here) {
		desk_tag(p, DESK_GOOD, text(p->lang, MESSAGE_DESK_SESSION_HERE));
	} else {
		desk_form_open(p, NULL, STR("sessions"));
		desk_button(p, "quiet", "end", desk_text(r, "%lld", (long long)s->id),
			MESSAGE_DESK_SESSION_END);
		desk_form_close(p);
	}
	html_close(&p->html, "li");
	return E_OK;
}

static void show_sessions(struct desk_request *r)
{
	const struct desk_head head = {.place = DESK_PLACE_SELF,
		.title = text(r->lang, MESSAGE_DESK_SESSIONS),
		.crumbs = {{STR("self"), text(r->lang, MESSAGE_DESK_SELF)}},
		.crumb_count = 1};
	struct desk_page p;
	struct session_rows rows = {&p, 0};
	desk_page_begin(&p, r, &head, NULL);
	desk_say(&p, "p", "lead", MESSAGE_DESK_SESSIONS_LEAD);
	html_open_class(&p.html, "ul", "sessions");
	enum err err =
		session_each(r->office, r->session->account.id, r->now, write_session, &rows);
	if (err != E_OK)
		writer_fail(p.html.out, err);
	html_close(&p.html, "ul");
	if (rows.count > 1) {
		desk_form_open(&p, NULL, STR("sessions"));
		desk_button(&p, NULL, "end", STR("others"), MESSAGE_DESK_SESSIONS_END_OTHERS);
		desk_form_close(&p);
	}
	desk_page_end(&p);
}

void desk_sessions(struct desk_request *r)
{
	uint64_t id;
	int64_t account = r->session->account.id;
	if (!r->posted) {
		show_sessions(r);
		return;
	}
	bool one = desk_field_number(r, "end", INT64_MAX, &id);
	if (!desk_begin(r))
		return;
	enum err err =
		one ? session_end(r->office, r->actor, account, (int64_t)id, r->now)
		    : session_end_others(r->office, r->actor, account, r->session->id, r->now);
	err = desk_end(r, err);
	/* It may have ended by itself. */
	if (err == E_OK || err == E_NOTFOUND)
		desk_redirect(r, STR("sessions"), MESSAGE_DESK_SESSION_ENDED);
	else
		desk_failed(r, err);
}
