/* SPDX-License-Identifier: Apache-2.0 */
/* One mail to try the mail server: it goes the way of all others, and what the server answered is
 * shown. */
#include "base/limits.h"
#include "desk/desk_parts.h"
#include "desk/page.h"
#include "desk/post.h"
#include "desk/settings.h"
#include "mail/address.h"
#include "mail/id.h"
#include "mail/template.h"
#include "office/audit.h"
#include "office/outbox.h"

enum {
	REFRESH = 2,      /* seconds */
	PATIENCE = 60,    /* then nobody is sending */
	SAME_SECONDS = 10 /* two presses within are one mail */
};

/* --- what became of it --- */

struct trial {
	struct desk_request *r;
	struct notice_house house;
	const char *id; /* NULL: none was asked for */
	enum mail_place place;
	bool found;
	struct mail_state state;
	struct mail_state server;
	struct instant queued;
};

static enum err find_waiting(struct trial *t)
{
	struct writer bytes;
	struct mail_file file = {.to = STR("")};
	writer_init(&bytes, LIMIT_MAIL_FILE);
	enum err err = mail_spool_read(&t->r->desk->spool, MAIL_NEW, t->id, &bytes, &file);
	t->queued = file.queued;
	writer_release(&bytes);
	return err;
}

/* First where it ends: between two looks it may go from one place to the other. */
static enum err find_mail(struct trial *t)
{
	static const enum mail_place places[] = {MAIL_NEW, MAIL_SENT, MAIL_FAILED};
	const struct mail_spool *spool = &t->r->desk->spool;
	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]) && !t->found; i++) {
		enum err err = places[i] == MAIL_NEW ? find_waiting(t) : E_OK;
		if (err == E_OK)
			err = mail_spool_state(spool, places[i], t->id, &t->state);
		if (err != E_OK && err != E_NOTFOUND)
			return err;
		t->place = places[i];
		t->found = err == E_OK && (places[i] == MAIL_NEW || t->state.last.seconds > 0);
	}
	return E_OK;
}

static enum err look(struct trial *t)
{
	const struct desk *desk = t->r->desk;
	struct str said = desk_argument(t->r, "sent");
	if (mail_id_valid(said))
		t->id = arena_cstr(t->r->arena, said);
	if (!desk->has_spool)
		return E_OK;
	TRY(mail_spool_server(&desk->spool, &t->server));
	return t->id ? find_mail(t) : E_OK;
}

/* --- shown --- */

static void say(struct desk_page *p, enum desk_tone tone, enum message message, struct instant at,
	const char *words)
{
	desk_notice(p, tone,
		desk_words(p->r, message,
			(const struct text_arg[]){
				{STR("time"), desk_time(p->r, at)}, {STR("what"), str_from(words)}},
			2));
}

static void write_waiting(struct desk_page *p, const struct trial *t)
{
	bool away = t->server.attempts > 0 && t->server.last.seconds >= t->queued.seconds;
	if (away)
		say(p, DESK_LATE, MESSAGE_DESK_MAIL_TEST_AWAY, t->server.last, t->server.words);
	else if (t->state.attempts > 0)
		say(p, DESK_LATE, MESSAGE_DESK_MAIL_TEST_PUT_OFF, t->state.last, t->state.words);
	else if (p->r->now.seconds - t->queued.seconds > PATIENCE)
		desk_notice(p, DESK_LATE, text(p->lang, MESSAGE_DESK_MAIL_TEST_NOBODY));
	else
		desk_notice(p, DESK_WAITS, text(p->lang, MESSAGE_DESK_MAIL_TEST_WAITS));
	if (!away && t->state.attempts == 0)
		p->r->answer->refresh = REFRESH;
}

static void write_result(struct desk_page *p, const struct trial *t)
{
	if (!t->id)
		return;
	html_open(&p->html, "div");
	html_attribute(&p->html, "role", STR("status"));
	if (!t->found)
		desk_notice(p, DESK_PLAIN, text(p->lang, MESSAGE_DESK_MAIL_TEST_GONE));
	else if (t->place == MAIL_SENT)
		say(p, DESK_GOOD, MESSAGE_DESK_MAIL_TEST_TAKEN, t->state.last, t->state.words);
	else if (t->place == MAIL_FAILED)
		say(p, DESK_LATE, MESSAGE_DESK_MAIL_TEST_REFUSED, t->state.last, t->state.words);
	else
		write_waiting(p, t);
	html_close(&p->html, "div");
}

static void write_form(struct desk_page *p, struct str to)
{
	const struct desk_input input = {.name = "to",
		.label = text(p->lang, MESSAGE_DESK_MAIL_TEST_TO),
		.hint = text(p->lang, MESSAGE_DESK_MAIL_TEST_TO_HINT),
		.value = to,
		.type = "email",
		.autocomplete = "email",
		.width = 30};
	desk_form_open(p, "card", STR("settings/mail"));
	desk_input(p, &input);
	desk_button(p, NULL, NULL, STR(""), MESSAGE_DESK_MAIL_TEST_SEND);
	desk_form_close(p);
}

static void write_how(struct desk_page *p, const struct trial *t)
{
	struct desk_request *r = p->r;
	desk_facts_begin(p);
	desk_fact(p, MESSAGE_DESK_MAIL_TEST_FROM,
		t->house.on ? r->desk->settings.mail_from
			    : text(p->lang, MESSAGE_DESK_MAIL_TEST_OFF));
	desk_fact(p, MESSAGE_DESK_MAIL_TEST_NAME, t->house.service[p->lang]);
	desk_facts_end(p);
	if (!t->house.on)
		desk_notice(p, DESK_WAITS, text(p->lang, MESSAGE_DESK_MAIL_TEST_OFF_TEXT));
}

static void show(struct trial *t, struct str to, const struct desk_problems *problems)
{
	struct desk_page p;
	struct desk_request *r = t->r;
	const struct desk_head head = {.place = DESK_PLACE_SETTINGS,
		.title = text(r->lang, MESSAGE_DESK_MAIL_TEST),
		.crumbs = {{STR("settings"), text(r->lang, MESSAGE_DESK_SETTINGS)}},
		.crumb_count = 1};
	desk_page_begin(&p, r, &head, problems);
	if (!problems)
		write_result(&p, t);
	desk_say(&p, "p", NULL, MESSAGE_DESK_MAIL_TEST_TEXT);
	write_how(&p, t);
	if (t->house.on && actor_may(r->office, r->actor, ACT_CHANGE_SITE, STR(""), 0) == E_OK)
		write_form(&p, to);
	html_open(&p.html, "p");
	desk_link(&p, NULL, STR("mails"), text(r->lang, MESSAGE_DESK_SETTINGS_MAILS));
	html_close(&p.html, "p");
	desk_page_end(&p);
}

/* --- sent --- */

static enum err put(struct trial *t, const struct mail_frame *frame, struct str to, const char *id)
{
	struct problem problem;
	struct mail_text made;
	struct desk_request *r = t->r;
	struct audit_entry entry = actor_entry(r->actor, r->now, "mail.test");
	entry.object = to;
	mail_text_init(&made);
	enum err err = mail_test(frame, &made, &problem);
	const struct outgoing mail = {.id = str_from(id),
		.recipient = to,
		.lang = r->lang,
		.sender = frame->service,
		.subject = writer_view_str(&made.subject),
		.body = writer_view_str(&made.text)};
	if (err == E_OK)
		err = outbox_add(r->office, &mail, r->now, NULL);
	mail_text_release(&made);
	return err == E_OK ? audit_add(r->office, &entry) : err;
}

static void send_to(struct trial *t, struct str to)
{
	char id[MAIL_ID_SIZE];
	struct desk_request *r = t->r;
	const struct mail_frame frame = {
		.lang = r->lang, .service = t->house.service[r->lang], .contact = t->house.contact};
	mail_id_make(MAIL_TEST, to,
		desk_text(r, "%lld", (long long)(r->now.seconds / SAME_SECONDS)),
		instant_date(r->now), id);
	if (!desk_begin(r))
		return;
	enum err err = desk_end(r, put(t, &frame, to, id));
	if (err == E_OK)
		desk_redirect(r, desk_text(r, "settings/mail?sent=%s", id), MESSAGE__COUNT);
	else
		desk_failed(r, err);
}

static void take(struct trial *t)
{
	struct mail_address to;
	struct problem problem;
	struct desk_request *r = t->r;
	struct str said = desk_field(r, "to");
	struct desk_problems problems = {.count = 0};
	if (!t->house.on)
		desk_problem_add(r, &problems, "", MESSAGE_DESK_MAIL_TEST_OFF_TEXT);
	else if (mail_address_parse(said, STR("to"), &to, &problem) != E_OK)
		desk_problem_add(r, &problems, "to", MESSAGE_DESK_SETTINGS_BAD_MAIL);
	if (problems.count > 0)
		show(t, said, &problems);
	else
		send_to(t, str_from(to.text));
}

void desk_mail_test(struct desk_request *r)
{
	struct trial t = {.r = r, .state = {.words = ""}, .server = {.words = ""}};
	if (!desk_may(r, r->posted ? ACT_CHANGE_SITE : ACT_SEE_SITE, STR(""), 0) ||
		!desk_house(r, &t.house))
		return;
	if (r->posted) {
		take(&t);
		return;
	}
	enum err err = look(&t);
	if (err != E_OK)
		desk_failed(r, err);
	else
		show(&t, r->session->account.mail, NULL);
}
