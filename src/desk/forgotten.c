/* SPDX-License-Identifier: Apache-2.0 */
/* A forgotten password: whatever address is given, the answer, its time and what is written are the
 * same. Whose mail it was, only the mail says. */
#include "desk/coming_in.h"
#include "desk/post.h"
#include "office/invitation.h"
#include "os/system.h"

static void show_form(
	struct desk_request *r, struct str given, const struct desk_problems *problems)
{
	const struct desk_head head = {.title = text(r->lang, MESSAGE_DESK_FORGOTTEN),
		.crumbs = {{STR("login"), text(r->lang, MESSAGE_DESK_LOGIN_TITLE)}},
		.crumb_count = 1};
	const struct desk_input mail = {.name = "mail",
		.label = text(r->lang, MESSAGE_DESK_MAIL),
		.value = given,
		.type = "email",
		.autocomplete = "username"};
	struct desk_page p;
	desk_page_begin(&p, r, &head, problems);
	desk_say(&p, "p", "lead", MESSAGE_DESK_FORGOTTEN_TEXT);
	desk_form_open(&p, "card", STR("forgotten"));
	desk_input(&p, &mail);
	desk_button(&p, NULL, NULL, STR(""), MESSAGE_DESK_FORGOTTEN_SEND);
	desk_form_close(&p);
	desk_say(&p, "p", "hint", MESSAGE_DESK_FORGOTTEN_OTHERWISE);
	desk_page_end(&p);
}

/* No mails go out: they are told whom to ask. */
static void show_off(struct desk_request *r)
{
	const struct desk_head head = {.title = text(r->lang, MESSAGE_DESK_FORGOTTEN),
		.crumbs = {{STR("login"), text(r->lang, MESSAGE_DESK_LOGIN_TITLE)}},
		.crumb_count = 1};
	struct desk_page p;
	desk_page_begin(&p, r, &head, NULL);
	desk_say(&p, "p", "lead", MESSAGE_DESK_FORGOTTEN_OFF);
	desk_page_end(&p);
}

static void show_done(struct desk_request *r)
{
	const struct desk_head head = {.title = text(r->lang, MESSAGE_DESK_FORGOTTEN_DONE)};
	struct desk_page p;
	desk_page_begin(&p, r, &head, NULL);
	desk_say(&p, "p", "lead", MESSAGE_DESK_FORGOTTEN_DONE_TEXT);
	desk_say(&p, "p", NULL, MESSAGE_DESK_FORGOTTEN_OTHERWISE);
	html_open_class(&p.html, "p", "actions");
	desk_link(&p, "button quiet", STR("login"), text(r->lang, MESSAGE_DESK_LOGIN));
	html_close(&p.html, "p");
	desk_page_end(&p);
}

/* Who never came in gets their invitation once more. Links before it end, also where a stranger
 * asks: the new one is in the same mailbox. */
static enum err make_link(
	struct desk_request *r, const struct notice_house *house, const struct account *a)
{
	struct token token;
	const struct actor self = {a->id, a->role, a->org, a->lang, a->name, a->mail};
	enum invitation_kind kind =
		a->state == ACCOUNT_INVITED ? INVITATION_JOIN : INVITATION_FORGOTTEN;
	TRY(invitation_make(r->office, &self, a->id, kind, r->now, &token));
	enum err err = notice_link(r->office, house, a, kind, &token, STR(""), r->now);
	token_wipe(&token);
	return err;
}

static enum err ask(struct desk_request *r, const struct notice_house *house, struct str mail)
{
	struct account account;
	enum err err = account_find_mail(r->office, mail, r->arena, &account);
	if (err != E_OK && err != E_NOTFOUND)
		return err;
	bool theirs = err == E_OK && account.state != ACCOUNT_DISABLED;
	return theirs ? make_link(r, house, &account) : E_OK;
}

/* Whatever was done, the answer goes out at the same moments: a mail that was written costs some 20
 * ms and is not to be told from none. */
static void wait_alike(uint64_t begun)
{
	const uint64_t step = UINT64_C(500000000);
	uint64_t steps = (system_monotonic() - begun) / step + 1;
	system_sleep_until(begun + steps * step);
}

static void send(struct desk_request *r, const struct notice_house *house, struct str mail)
{
	struct desk_problems problems = {.count = 0};
	struct token device;
	struct attempt attempt = desk_attempt(r, ATTEMPT_LINK, mail, &device);
	uint32_t wait = 0;
	if (!desk_try(r, &attempt, &wait)) {
		if (wait == 0)
			return;
		desk_problem_wait(r, &problems, wait);
		show_form(r, mail, &problems);
		return;
	}
	uint64_t begun = system_monotonic();
	if (!desk_begin(r))
		return;
	enum err err = desk_end(r, ask(r, house, mail));
	wait_alike(begun);
	if (err == E_OK)
		show_done(r);
	else
		desk_failed(r, err);
}

void desk_forgotten(struct desk_request *r)
{
	struct desk_problems problems = {.count = 0};
	struct notice_house house;
	char folded[MAIL_BYTES + 1];
	struct str mail = desk_field(r, "mail");
	if (!desk_house(r, &house))
		return;
	if (!desk_house_links(&house)) {
		show_off(r);
		return;
	}
	if (!r->posted) {
		show_form(r, STR(""), NULL);
		return;
	}
	if (!mail_fold(mail, folded)) {
		desk_problem_add(r, &problems, "mail", MESSAGE_DESK_ACCOUNT_BAD_MAIL);
		show_form(r, mail, &problems);
		return;
	}
	send(r, &house, mail);
}
