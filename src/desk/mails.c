/* SPDX-License-Identifier: Apache-2.0 */
/* Outgoing mail as operators see it: what waits, what failed and why, and what goes out by itself.
 */
#include "base/limits.h"
#include "desk/accounts.h"
#include "desk/desk_parts.h"
#include "desk/page.h"
#include "desk/post.h"
#include "mail/id.h"
#include "office/audit.h"
#include "office/outbox.h"
#include "office/setting.h"

enum {
	SHOWN = 100,
	LOOKED = 500 /* of those that wait: each is a file */
};

/* --- what there is --- */

struct mail_row {
	struct str id, to, words;
	struct instant queued, last;
	uint64_t attempts;
	bool failed;
};

struct mail_rows {
	struct desk_request *r;
	enum mail_place place;
	struct mail_row rows[SHOWN];
	size_t count, looked;
	uint64_t waiting, failed;
	struct writer bytes;
	struct mail_state server;
	struct outbox_state outbox;
};

static enum err read_one(struct mail_rows *m, const char *id, const struct mail_state *state)
{
	struct desk_request *r = m->r;
	struct mail_file file = {.to = STR("")};
	enum err err = mail_spool_read(&r->desk->spool, m->place, id, &m->bytes, &file);
	if (err == E_NOTFOUND)
		return E_OK; /* it went on meanwhile */
	struct mail_row *row = &m->rows[m->count++];
	*row = (struct mail_row){.id = arena_copy(r->arena, str_from(id)),
		.to = arena_copy(r->arena, file.to),
		.words = arena_copy(r->arena, str_from(state->words)),
		.queued = file.queued,
		.last = state->last,
		.attempts = state->attempts,
		.failed = m->place == MAIL_FAILED};
	return row->id.data && row->to.data && row->words.data ? E_OK : E_NOMEM;
}

/* Of those that wait only what was tried in vain says something. */
static enum err take_mail(void *context, const char *id)
{
	struct mail_rows *m = context;
	struct mail_state state = {.words = ""};
	bool failed = m->place == MAIL_FAILED;
	uint64_t *count = failed ? &m->failed : &m->waiting;
	++*count;
	if (m->count == SHOWN || (!failed && m->looked++ >= LOOKED))
		return E_OK;
	enum err err = mail_spool_state(&m->r->desk->spool, m->place, id, &state);
	if (err != E_OK)
		return err == E_CORRUPT || err == E_NOTFOUND ? E_OK : err;
	return failed || state.attempts > 0 ? read_one(m, id, &state) : E_OK;
}

static enum err gather(struct mail_rows *m)
{
	const struct mail_spool *spool = &m->r->desk->spool;
	TRY(outbox_state(m->r->office, &m->outbox));
	if (!m->r->desk->has_spool)
		return E_OK;
	TRY(mail_spool_server(spool, &m->server));
	m->place = MAIL_FAILED;
	TRY(mail_spool_each(spool, MAIL_FAILED, take_mail, m));
	m->place = MAIL_NEW;
	return mail_spool_each(spool, MAIL_NEW, take_mail, m);
}

/* --- the tables --- */

static void write_retry(struct desk_page *p, const struct mail_row *row)
{
	if (p->r->actor->role != ROLE_OPERATOR)
		return;
	desk_form_open(p, NULL, STR("mails"));
	desk_hidden(p, "do", STR("retry"));
	desk_button(p, "quiet", "id", row->id, MESSAGE_DESK_MAILS_RETRY);
	desk_form_close(p);
}

static void write_row(struct desk_page *p, const struct mail_row *row)
{
	struct desk_request *r = p->r;
	desk_row_begin(p);
	desk_cell(p, row->to);
	desk_cell_open(p);
	desk_tag(p, row->failed ? DESK_LATE : DESK_WAITS,
		text(p->lang, row->failed ? MESSAGE_DESK_MAILS_FAILED : MESSAGE_DESK_MAILS_TRIED));
	desk_cell_close(p);
	desk_cell(p, desk_time(r, row->queued));
	desk_cell(p, row->last.seconds ? desk_time(r, row->last) : STR(""));
	desk_cell(p, desk_number(r, row->attempts));
	desk_cell(p, row->words);
	desk_cell_open(p);
	write_retry(p, row);
	desk_cell_close(p);
	desk_row_end(p);
}

static void write_rows(struct desk_page *p, const struct mail_rows *m)
{
	const struct desk_column columns[] = {{NULL, text(p->lang, MESSAGE_DESK_MAILS_TO), false},
		{NULL, text(p->lang, MESSAGE_DESK_ACCOUNT_STATE), false},
		{NULL, text(p->lang, MESSAGE_DESK_MAILS_QUEUED), false},
		{NULL, text(p->lang, MESSAGE_DESK_MAILS_LAST), false},
		{NULL, text(p->lang, MESSAGE_DESK_MAILS_ATTEMPTS), true},
		{NULL, text(p->lang, MESSAGE_DESK_MAILS_ANSWER), false},
		{NULL, text(p->lang, MESSAGE_DESK_LINKS_DO), false}};
	const struct desk_table table = {.caption = text(p->lang, MESSAGE_DESK_MAILS_TROUBLE),
		.columns = columns,
		.column_count = sizeof(columns) / sizeof(columns[0]),
		.path = STR("mails")};
	desk_say(p, "h2", NULL, MESSAGE_DESK_MAILS_TROUBLE);
	if (m->count == 0) {
		desk_say(p, "p", NULL, MESSAGE_DESK_MAILS_FINE);
		return;
	}
	desk_table_begin(p, &table);
	for (size_t i = 0; i < m->count; i++)
		write_row(p, &m->rows[i]);
	desk_table_end(p);
	if (m->count == SHOWN)
		desk_say(p, "p", "hint", MESSAGE_DESK_MAILS_MORE);
}

static enum err write_refused(void *context, const struct refused_mail *mail)
{
	struct desk_page *p = context;
	desk_row_begin(p);
	desk_cell(p, mail->recipient);
	desk_cell(p, desk_time(p->r, mail->made));
	desk_cell(p, mail->why);
	desk_row_end(p);
	return E_OK;
}

/* They never became mails: an address or a name has to be mended where it is kept. */
static void write_all_refused(struct desk_page *p)
{
	const struct desk_column columns[] = {{NULL, text(p->lang, MESSAGE_DESK_MAILS_TO), false},
		{NULL, text(p->lang, MESSAGE_DESK_MAILS_QUEUED), false},
		{NULL, text(p->lang, MESSAGE_DESK_MAILS_WHY), false}};
	const struct desk_table table = {.caption = text(p->lang, MESSAGE_DESK_MAILS_REFUSED),
		.columns = columns,
		.column_count = sizeof(columns) / sizeof(columns[0]),
		.path = STR("mails")};
	desk_say(p, "h2", NULL, MESSAGE_DESK_MAILS_REFUSED);
	desk_table_begin(p, &table);
	enum err err = outbox_each_refused(p->r->office, SHOWN, write_refused, p);
	if (err != E_OK)
		writer_fail(p->html.out, err);
	desk_table_end(p);
}

/* --- what goes out by itself --- */

static const struct {
	enum message label, hint;
} setting_words[] = {
	[SETTING_REMIND_BEFORE_FIRST] = {MESSAGE_DESK_SETTING_BEFORE_FIRST,
		MESSAGE_DESK_SETTING_DAYS},
	[SETTING_REMIND_BEFORE_LAST] = {MESSAGE_DESK_SETTING_BEFORE_LAST,
		MESSAGE_DESK_SETTING_DAYS},
	[SETTING_REMIND_AFTER_FIRST] = {MESSAGE_DESK_SETTING_AFTER_FIRST,
		MESSAGE_DESK_SETTING_DAYS},
	[SETTING_REMIND_AFTER_EVERY] = {MESSAGE_DESK_SETTING_AFTER_EVERY, MESSAGE__COUNT},
	[SETTING_REMIND_AFTER_MOST] = {MESSAGE_DESK_SETTING_AFTER_MOST, MESSAGE__COUNT},
	[SETTING_DIGEST] = {MESSAGE_DESK_SETTING_DIGEST, MESSAGE_DESK_SETTING_DIGEST_HINT},
	[SETTING_MAIL_HOUR] = {MESSAGE_DESK_SETTING_HOUR, MESSAGE_DESK_SETTING_HOUR_HINT},
};

static bool is_flag(enum setting s)
{
	return setting_form(s)->least == 0 && setting_form(s)->most == 1;
}

static void write_setting(struct desk_page *p, enum setting s, int64_t value)
{
	enum message hint = setting_words[s].hint;
	const struct desk_input input = {.name = setting_form(s)->name.data,
		.label = text(p->lang, setting_words[s].label),
		.hint = hint == MESSAGE__COUNT ? STR("") : text(p->lang, hint),
		.value = desk_text(p->r, "%lld", (long long)value),
		.type = "number",
		.inputmode = "numeric",
		.width = 4};
	if (is_flag(s))
		desk_checkbox(p, &input, value != 0);
	else
		desk_input(p, &input);
}

static void write_settings(struct desk_page *p, const struct settings *settings)
{
	desk_say(p, "h2", NULL, MESSAGE_DESK_SETTINGS_MAIL);
	desk_say(p, "p", NULL, MESSAGE_DESK_SETTINGS_MAIL_TEXT);
	desk_form_open(p, "card", STR("mails"));
	desk_hidden(p, "do", STR("settings"));
	for (enum setting s = 0; s < SETTING__COUNT; s++)
		write_setting(p, s, settings->of[s]);
	desk_button(p, NULL, NULL, STR(""), MESSAGE_DESK_SAVE);
	desk_form_close(p);
}

/* --- the page --- */

static void write_standing(
	struct desk_page *p, const struct mail_rows *m, const struct notice_house *house)
{
	struct desk_request *r = p->r;
	desk_say_links(p, house);
	if (m->server.attempts > 0)
		desk_notice(p, DESK_LATE,
			desk_words(r, MESSAGE_DESK_MAILS_AWAY,
				(const struct text_arg[]){
					{STR("time"), desk_time(r, m->server.last)},
					{STR("what"), str_from(m->server.words)}},
				2));
	desk_facts_begin(p);
	desk_fact(p, MESSAGE_DESK_MAILS_WAITING,
		desk_number(r, m->waiting + (house->on ? m->outbox.waiting : 0)));
	desk_fact(p, MESSAGE_DESK_MAILS_FAILED_COUNT, desk_number(r, m->failed));
	desk_facts_end(p);
}

static void show(
	struct desk_request *r, const struct settings *given, const struct desk_problems *problems)
{
	struct desk_page p;
	struct notice_house house;
	struct settings settings;
	struct mail_rows *m = arena_alloc(r->arena, 1, sizeof(*m));
	const struct desk_head head = {.place = DESK_PLACE_MAILS,
		.title = text(r->lang, MESSAGE_DESK_MAILS),
		.wide = true};
	if (!m || !desk_house(r, &house))
		return;
	*m = (struct mail_rows){.r = r, .server = {.words = ""}};
	writer_init(&m->bytes, LIMIT_MAIL_FILE);
	enum err err = gather(m);
	writer_release(&m->bytes);
	if (err == E_OK)
		err = settings_read(r->office, &settings);
	if (err != E_OK) {
		desk_failed(r, err);
		return;
	}
	desk_page_begin(&p, r, &head, problems);
	write_standing(&p, m, &house);
	write_rows(&p, m);
	if (m->outbox.refused > 0)
		write_all_refused(&p);
	if (r->actor->role == ROLE_OPERATOR)
		write_settings(&p, given ? given : &settings);
	desk_page_end(&p);
}

/* Written down first: whoever has sent it again is known, also if this dies in between. */
static void retry(struct desk_request *r)
{
	struct str id = desk_field(r, "id");
	char *name = arena_cstr(r->arena, id);
	struct audit_entry entry = actor_entry(r->actor, r->now, "mail.retry");
	if (!name || !mail_id_valid(id) || !r->desk->has_spool) {
		desk_redirect(r, STR("mails"), MESSAGE_DESK_MAILS_GONE);
		return;
	}
	entry.object = id;
	if (!desk_begin(r))
		return;
	enum err err = desk_end(r, audit_add(r->office, &entry));
	if (err == E_OK)
		err = mail_spool_retry(&r->desk->spool, name, r->now);
	if (err == E_OK)
		desk_redirect(r, STR("mails"), MESSAGE_DESK_MAILS_RETRIED);
	else if (err == E_NOTFOUND || err == E_EXISTS)
		desk_redirect(r, STR("mails"), MESSAGE_DESK_MAILS_GONE);
	else
		desk_failed(r, err);
}

static enum err put_all(struct desk_request *r, const struct settings *given)
{
	for (enum setting s = 0; s < SETTING__COUNT; s++)
		TRY(setting_put(r->office, r->actor, s, given->of[s], r->now));
	return E_OK;
}

static void read_settings(
	struct desk_request *r, struct settings *given, struct desk_problems *problems)
{
	for (enum setting s = 0; s < SETTING__COUNT; s++) {
		const struct setting_form *form = setting_form(s);
		uint64_t value = 0;
		if (is_flag(s)) {
			given->of[s] = desk_field(r, form->name.data).size > 0;
			continue;
		}
		bool number = desk_field_number(r, form->name.data, (uint64_t)form->most, &value) &&
			      (int64_t)value >= form->least;
		const struct text_arg range[] = {
			{STR("least"), desk_number(r, (uint64_t)form->least)},
			{STR("most"), desk_number(r, (uint64_t)form->most)}};
		given->of[s] = number ? (int64_t)value : form->usual;
		if (!number)
			desk_problem_add_text(problems, form->name.data,
				desk_words(r, MESSAGE_DESK_SETTING_RANGE, range, 2));
	}
}

static void save_settings(struct desk_request *r)
{
	struct desk_problems problems = {.count = 0};
	struct settings given;
	read_settings(r, &given, &problems);
	if (problems.count > 0) {
		show(r, &given, &problems);
		return;
	}
	if (!desk_begin(r))
		return;
	enum err err = desk_end(r, put_all(r, &given));
	if (err == E_OK)
		desk_redirect(r, STR("mails"), MESSAGE_DESK_SAVED);
	else
		desk_failed(r, err);
}

void desk_mails(struct desk_request *r)
{
	enum act act = r->posted ? ACT_CHANGE_CAMPAIGN : ACT_SEE_AUDIT;
	if (!desk_may(r, act, STR(""), 0))
		return;
	if (!r->posted)
		show(r, NULL, NULL);
	else if (str_equal(desk_field(r, "do"), STR("retry")))
		retry(r);
	else
		save_settings(r);
}
