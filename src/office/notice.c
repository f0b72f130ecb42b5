/* SPDX-License-Identifier: Apache-2.0 */
#include "mail/id.h"
#include "office/notice_parts.h"
#include "office/org.h"
#include "office/outbox.h"
#include "office/tables.h"
#include "text/text.h"

/* notice_done: who was reminded of what; notice_digest: how it stood when a coordinator was told
 * last; notice_day: days that have been seen to. */
const char office_notice_tables[] =
	"CREATE TABLE notice_done (campaign TEXT NOT NULL, org INTEGER NOT NULL,"
	" occasion TEXT NOT NULL, recipient TEXT NOT NULL, at INTEGER NOT NULL,"
	" PRIMARY KEY (campaign, org, occasion, recipient)) STRICT, WITHOUT ROWID;"
	"CREATE TABLE notice_digest (account INTEGER NOT NULL REFERENCES account(id),"
	" campaign TEXT NOT NULL, day TEXT NOT NULL, counts TEXT NOT NULL,"
	" PRIMARY KEY (account, campaign)) STRICT, WITHOUT ROWID;"
	"CREATE TABLE notice_day (what TEXT PRIMARY KEY, day TEXT NOT NULL)"
	" STRICT, WITHOUT ROWID;";

enum {
	ADDRESS_BYTES = 4096,
	SCENE_BYTES = 1 << 20
};

/* --- pieces --- */

struct str notice_name(const struct str name[LANG__COUNT], enum lang lang, struct str other)
{
	if (name[lang].size > 0)
		return name[lang];
	return name[LANG_VI].size > 0 ? name[LANG_VI] : other;
}

enum err notice_address(const struct notice_house *house, enum lang lang, struct str campaign,
	const char *part, int64_t org, struct arena *arena, struct str *ret_address)
{
	struct writer w;
	*ret_address = STR("");
	if (house->address.size == 0)
		return E_OK;
	writer_init(&w, ADDRESS_BYTES);
	writer_str(&w, house->address);
	writer_text(&w, "/desk/");
	writer_str(&w, lang_code(lang));
	writer_text(&w, "/campaigns/");
	writer_str(&w, campaign);
	writer_text(&w, part);
	writer_decimal(&w, (uint64_t)org);
	enum err err = writer_end(&w);
	if (err == E_OK)
		*ret_address = arena_copy(arena, writer_view_str(&w));
	writer_release(&w);
	return err == E_OK && !ret_address->data ? E_NOMEM : err;
}

enum err notice_put(struct office *o, const struct notice_house *house,
	const struct notice_mail *mail, struct instant now, bool *ret_added)
{
	char id[MAIL_ID_SIZE];
	/* What it is about tells the day where a day matters. */
	mail_id_make(mail->kind, mail->recipient, mail->about, (struct date){0, 0, 0}, id);
	const struct outgoing outgoing = {.id = str_from(id),
		.recipient = mail->recipient,
		.lang = mail->lang,
		.sender = house->service[mail->lang],
		.subject = writer_view_str(&mail->text->subject),
		.body = writer_view_str(&mail->text->text),
		.until = mail->until};
	return outbox_add(o, &outgoing, now, ret_added);
}

/* A value that no mail can be made of leaves this mail out; a disk that fails does not. */
static enum err unless_untellable(enum err err)
{
	return err == E_SYNTAX || err == E_LIMIT ? E_OK : err;
}

/* --- links --- */

static enum err write_link(const struct notice_house *house, const struct account *account,
	const struct token *token, struct writer *w)
{
	writer_str(w, house->address);
	writer_text(w, "/desk/");
	writer_str(w, lang_code(account->lang));
	writer_text(w, "/invitation/");
	token_write(w, token);
	return writer_end(w);
}

/* What the account is for: its unit, else the service itself. */
static enum err find_unit(struct office *o, const struct notice_house *house,
	const struct account *account, struct instant now, struct arena *arena,
	struct str *ret_unit)
{
	struct org org;
	*ret_unit = house->service[account->lang];
	if (account->org == 0)
		return E_OK;
	enum err err = org_find(o, account->org, instant_date(now), arena, &org);
	if (err == E_OK)
		*ret_unit = notice_name(org.name, account->lang, *ret_unit);
	return err == E_NOTFOUND ? E_OK : err;
}

static enum err put_link(struct office *o, const struct notice_house *house,
	const struct account *account, enum invitation_kind kind, const struct mail_frame *frame,
	struct instant now)
{
	struct mail_text text;
	struct problem problem;
	struct instant ends = {now.seconds + invitation_seconds(kind)};
	mail_text_init(&text);
	enum err err = kind == INVITATION_JOIN
			       ? mail_invitation(frame, instant_date(ends), &text, &problem)
			       : mail_password_reset(frame, (uint64_t)invitation_seconds(kind) / 60,
					 &text, &problem);
	if (err == E_OK) {
		const struct notice_mail mail = {
			.kind = kind == INVITATION_JOIN ? MAIL_INVITATION : MAIL_PASSWORD_RESET,
			.recipient = account->mail,
			.lang = account->lang,
			.about = frame->link,
			.text = &text,
			.until = ends};
		err = notice_put(o, house, &mail, now, NULL);
	}
	mail_text_release(&text);
	return unless_untellable(err);
}

enum err notice_link(struct office *o, const struct notice_house *house,
	const struct account *account, enum invitation_kind kind, const struct token *token,
	struct str by, struct instant now)
{
	struct writer link;
	struct arena arena;
	struct mail_frame frame = {.lang = account->lang,
		.service = house->service[account->lang],
		.campaign = house->service[account->lang],
		.contact = by.size > 0 ? by : house->contact};
	if (!house->on || house->address.size == 0)
		return E_OK;
	writer_init(&link, ADDRESS_BYTES);
	arena_init(&arena, SCENE_BYTES);
	enum err err = write_link(house, account, token, &link);
	frame.link = writer_view_str(&link);
	if (err == E_OK)
		err = find_unit(o, house, account, now, &arena, &frame.unit);
	if (err == E_OK)
		err = put_link(o, house, account, kind, &frame, now);
	arena_release(&arena);
	writer_release(&link);
	return err;
}

/* --- a return was judged --- */

struct judgement {
	struct office *o;
	const struct notice_house *house;
	const struct notice_campaign *campaign;
	struct org org;
	struct deadline deadline;
	bool accepted;
	struct str reason, about, contact;
	struct instant now;
	struct arena *arena;
};

static enum err compose_judged(const struct judgement *j, const struct mail_frame *frame,
	struct mail_text *text, struct problem *problem)
{
	return j->accepted ? mail_accepted(frame, text, problem)
			   : mail_sent_back(frame, j->reason, j->deadline.day, text, problem);
}

static enum err tell_judged(const struct judgement *j, const struct notice_person *to)
{
	struct mail_text text;
	struct problem problem;
	struct mail_frame frame = {.lang = to->lang,
		.service = j->house->service[to->lang],
		.campaign = notice_name(j->campaign->name, to->lang, j->campaign->key),
		.unit = notice_name(j->org.name, to->lang, j->org.code),
		.contact = j->contact};
	TRY(notice_address(j->house, to->lang, j->campaign->key, "/returns/", j->org.id, j->arena,
		&frame.link));
	mail_text_init(&text);
	enum err err = compose_judged(j, &frame, &text, &problem);
	if (err == E_OK) {
		const struct notice_mail mail = {
			.kind = j->accepted ? MAIL_ACCEPTED : MAIL_SENT_BACK,
			.recipient = to->mail,
			.lang = to->lang,
			.about = j->about,
			.text = &text};
		err = notice_put(j->o, j->house, &mail, j->now, NULL);
	}
	mail_text_release(&text);
	return unless_untellable(err);
}

/* As browsers send it: lines end in two characters, tabs come along. */
static enum err tidy_reason(struct str reason, struct arena *arena, struct str *ret_reason)
{
	char *at = arena_alloc(arena, reason.size + 1, 1);
	size_t size = 0;
	if (!at)
		return E_NOMEM;
	for (size_t i = 0; i < reason.size; i++) {
		char c = reason.data[i];
		if (c == '\r' && i + 1 < reason.size && reason.data[i + 1] == '\n')
			continue;
		at[size++] = c == '\r' ? '\n' : c == '\t' ? ' ' : c;
	}
	*ret_reason = (struct str){at, size};
	return E_OK;
}

static enum err write_about(const struct judgement *j, int64_t version, struct str *ret_about)
{
	struct writer w;
	writer_init(&w, ADDRESS_BYTES);
	writer_str(&w, j->campaign->key);
	writer_char(&w, ' ');
	writer_decimal(&w, (uint64_t)j->org.id);
	writer_char(&w, ' ');
	writer_decimal(&w, (uint64_t)version);
	enum err err = writer_end(&w);
	if (err == E_OK)
		*ret_about = arena_copy(j->arena, writer_view_str(&w));
	writer_release(&w);
	return err == E_OK && !ret_about->data ? E_NOMEM : err;
}

static enum err gather_judgement(struct judgement *j, int64_t org, int64_t version)
{
	TRY(org_find(j->o, org, instant_date(j->now), j->arena, &j->org));
	enum err err = deadline_find(j->o, j->campaign->key, org, &j->deadline);
	if (err != E_OK && err != E_NOTFOUND)
		return err;
	TRY(notice_contact_above(j->o, j->house, j->campaign->key, org, j->arena, &j->contact));
	return write_about(j, version, &j->about);
}

enum err notice_judged(struct office *o, const struct notice_house *house,
	const struct notice_campaign *campaign, int64_t org, int64_t version, bool accepted,
	struct str reason, struct instant now, struct arena *arena)
{
	struct notice_person people[NOTICE_PEOPLE];
	size_t count;
	struct judgement j = {.o = o,
		.house = house,
		.campaign = campaign,
		.accepted = accepted,
		.now = now,
		.arena = arena};
	if (!house->on)
		return E_OK;
	enum err err = gather_judgement(&j, org, version);
	if (err == E_NOTFOUND)
		return E_OK; /* not there any more: nobody to tell */
	TRY(err);
	TRY(tidy_reason(reason, arena, &j.reason));
	TRY(notice_people(o, campaign->key, org, arena, people, &count));
	for (size_t i = 0; i < count; i++)
		TRY(tell_judged(&j, &people[i]));
	return E_OK;
}
