/* SPDX-License-Identifier: Apache-2.0 */
/* Who there is, who is in, who did what. */
#include "office/audit.h"
#include "office/session.h"
#include "server/command_user.h"

enum {
	PAGE = 1000,
	AUDIT_SHOWN = 200,
	TIME_BYTES = 64
};

static struct str time_text(struct context *c, struct instant t)
{
	struct writer w;
	if (t.seconds == 0)
		return STR("–");
	writer_init(&w, TIME_BYTES);
	text_time(&w, c->console.lang, NULL, t);
	struct str copy = arena_copy(&c->arena, writer_view_str(&w));
	writer_release(&w);
	return copy;
}

static struct str or_dash(struct str s)
{
	return s.size > 0 ? s : STR("–");
}

/* --- accounts --- */

struct listing_accounts {
	struct user_desk *desk;
	size_t count;
	struct str last; /* address; of the arena */
	enum err err;
};

static enum message state_message(enum account_state state)
{
	static const enum message messages[] = {
		[ACCOUNT_INVITED] = MESSAGE_USER_STATE_INVITED,
		[ACCOUNT_ACTIVE] = MESSAGE_USER_STATE_ACTIVE,
		[ACCOUNT_DISABLED] = MESSAGE_USER_STATE_DISABLED,
	};
	return messages[state];
}

static void write_account(struct writer *w, const struct account *a, struct str org)
{
	writer_text(w, "{\"id\":");
	writer_decimal(w, (uint64_t)a->id);
	site_json_str(w, "mail", a->mail, false);
	site_json_str(w, "name", a->name, false);
	site_json_str(w, "role", role_name(a->role), false);
	site_json_str(w, "org", org, false);
	site_json_str(w, "lang", lang_code(a->lang), false);
	site_json_str(w, "state", account_state_name(a->state), false);
	site_json_flag(w, "second_factor", a->second_factor);
	site_json_instant(w, "made", a->made);
	if (a->seen.seconds != 0)
		site_json_instant(w, "seen", a->seen);
	writer_text(w, "}\n");
}

static enum err show_account(void *context, const struct account *a)
{
	struct listing_accounts *l = context;
	struct context *c = l->desk->context;
	struct str org = user_org_code(l->desk, a->org);
	l->count++;
	l->last = arena_copy(&c->arena, a->mail);
	if (c->console.json) {
		write_account(&c->console.out, a, org);
		return E_OK;
	}
	site_say_with(c, MESSAGE_USER_LINE, {STR("mail"), a->mail}, {STR("name"), a->name},
		{STR("role"), role_name(a->role)}, {STR("org"), or_dash(org)},
		{STR("state"), text(c->console.lang, state_message(a->state))},
		{STR("factor"), text(c->console.lang, a->second_factor ? MESSAGE_YES : MESSAGE_NO)},
		{STR("seen"), time_text(c, a->seen)});
	return l->last.data ? E_OK : E_NOMEM;
}

static int list_accounts(struct user_desk *d)
{
	int64_t org;
	struct listing_accounts l = {.desk = d, .last = STR("")};
	if (!user_org(d, &org))
		return EXIT_FAILED;
	do {
		const struct account_choice choice = {
			.org = org != 0 ? org : -1, .after = l.last, .limit = PAGE};
		l.count = 0;
		enum err err = account_each(&d->office, &choice, show_account, &l);
		if (err != E_OK)
			return user_failed(d, err);
		console_flush(&d->context->console);
	} while (l.count == PAGE);
	return EXIT_FINE;
}

/* --- sessions --- */

static void write_session(struct writer *w, const struct session *s)
{
	writer_text(w, "{\"id\":");
	writer_decimal(w, (uint64_t)s->id);
	site_json_instant(w, "made", s->made);
	site_json_instant(w, "seen", s->seen);
	site_json_instant(w, "ends", s->ends);
	site_json_str(w, "address", s->unit, false);
	site_json_str(w, "browser", s->agent, false);
	site_json_flag(w, "in", s->stage == SESSION_IN);
	writer_text(w, "}\n");
}

static enum err show_session(void *context, const struct session *s)
{
	struct context *c = context;
	if (c->console.json) {
		write_session(&c->console.out, s);
		return E_OK;
	}
	site_say_with(c, MESSAGE_USER_SESSION_LINE, {STR("made"), time_text(c, s->made)},
		{STR("seen"), time_text(c, s->seen)}, {STR("address"), s->unit},
		{STR("browser"), or_dash(s->agent)});
	return E_OK;
}

static int sessions(struct user_desk *d)
{
	struct account account;
	struct context *c = d->context;
	if (!user_find(d, &account))
		return EXIT_FAILED;
	if (!options_has(&c->options, "revoke")) {
		enum err err = session_each(&d->office, account.id, c->now, show_session, c);
		return err == E_OK ? EXIT_FINE : user_failed(d, err);
	}
	enum err err = office_begin(&d->office);
	if (err == E_OK)
		err = office_end(&d->office,
			session_end_others(&d->office, &d->machine, account.id, 0, c->now));
	return err == E_OK ? EXIT_FINE : user_failed(d, err);
}

/* --- audit --- */

struct listing_audit {
	struct user_desk *desk;
	struct instant since;
};

static void write_entry(struct writer *w, const struct audit_entry *e, struct str org)
{
	writer_text(w, "{\"id\":");
	writer_decimal(w, (uint64_t)e->id);
	site_json_instant(w, "at", e->at);
	site_json_str(w, "actor", e->actor, false);
	site_json_str(w, "what", e->what, false);
	site_json_str(w, "object", e->object, false);
	site_json_str(w, "org", org, false);
	site_json_str(w, "detail", e->detail, false);
	writer_text(w, "}\n");
}

/* Newest first: one before the day that was asked for ends it. */
static enum err show_entry(void *context, const struct audit_entry *e)
{
	struct listing_audit *l = context;
	struct context *c = l->desk->context;
	if (e->at.seconds < l->since.seconds)
		return E_NOTFOUND;
	struct str org = user_org_code(l->desk, e->org);
	if (c->console.json) {
		write_entry(&c->console.out, e, org);
		return E_OK;
	}
	site_say_with(c, MESSAGE_USER_AUDIT_LINE, {STR("time"), time_text(c, e->at)},
		{STR("actor"), e->actor}, {STR("what"), e->what}, {STR("object"), e->object},
		{STR("org"), or_dash(org)}, {STR("detail"), e->detail});
	return E_OK;
}

static int audit(struct user_desk *d)
{
	struct date since;
	bool given;
	int64_t org;
	uint64_t limit;
	struct context *c = d->context;
	struct listing_audit l = {.desk = d};
	if (!user_org(d, &org) || !context_date(c, "since", &given, &since) ||
		!context_number(c, "limit", 1, INT32_MAX, given ? INT32_MAX : AUDIT_SHOWN, &limit))
		return EXIT_FAILED;
	if (given)
		l.since = date_instant(since);
	enum err err = audit_each(&d->office, org, 0, (size_t)limit, show_entry, &l);
	return err == E_OK || err == E_NOTFOUND ? EXIT_FINE : user_failed(d, err);
}

/* --- */

static int run(struct context *context, bool write, int (*command)(struct user_desk *d))
{
	struct user_desk desk;
	if (!user_desk_open(context, write, &desk))
		return EXIT_FAILED;
	int status = command(&desk);
	user_desk_close(&desk);
	return status;
}

int command_user_list(struct context *context)
{
	return run(context, false, list_accounts);
}

int command_user_sessions(struct context *context)
{
	return run(context, options_has(&context->options, "revoke"), sessions);
}

int command_user_audit(struct context *context)
{
	return run(context, false, audit);
}
