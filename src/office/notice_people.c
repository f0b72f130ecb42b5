/* SPDX-License-Identifier: Apache-2.0 */
/* To whom a mail goes, and whom it says to ask. */
#include "office/contact.h"
#include "office/notice_parts.h"
#include "office/org.h"

enum {
	TEXT_BYTES = 4096,
	LEVELS = 64 /* nothing stands deeper */
};

/* --- to whom --- */

struct gathering {
	struct arena *arena;
	struct notice_person *people;
	size_t count;
};

static enum err add(struct gathering *g, struct str mail, enum lang lang)
{
	if (g->count == NOTICE_PEOPLE)
		return E_OK;
	struct str kept = arena_copy(g->arena, mail);
	if (!kept.data)
		return E_NOMEM;
	g->people[g->count++] = (struct notice_person){kept, lang};
	return E_OK;
}

/* A contact point is an address; whoever has an account under it has said in which language. */
static enum err add_address(struct office *o, struct gathering *g, struct str mail)
{
	struct account account;
	char folded[MAIL_BYTES + 1];
	mail = str_trim(mail);
	if (!mail_fold(mail, folded))
		return E_OK;
	enum err err = account_find_mail(o, mail, g->arena, &account);
	if (err != E_OK && err != E_NOTFOUND)
		return err;
	return add(g, str_from(folded), err == E_OK ? account.lang : LANG_VI);
}

static enum err add_accounts(struct office *o, struct gathering *g, int64_t org, enum role role)
{
	struct sql q;
	enum err err = E_OK;
	sql_open(&q, &o->db,
		"SELECT mail, lang FROM account WHERE org = ? AND role = ? AND state <> ?"
		" ORDER BY mail LIMIT ?");
	sql_int(&q, org);
	sql_int(&q, role);
	sql_int(&q, ACCOUNT_DISABLED);
	sql_int(&q, NOTICE_PEOPLE);
	while (err == E_OK && sql_row(&q))
		err = add(g, sql_get_str(&q, 0), sql_get(&q, 1) == LANG_EN ? LANG_EN : LANG_VI);
	enum err closed = sql_close(&q);
	return err == E_OK ? closed : err;
}

static enum err add_own_address(struct office *o, struct gathering *g, int64_t org)
{
	struct sql q;
	struct str mail = STR("");
	sql_open(&q, &o->db,
		"SELECT mail FROM org_version WHERE org = ? ORDER BY since DESC LIMIT 1");
	sql_int(&q, org);
	if (sql_row(&q))
		mail = arena_copy(g->arena, sql_get_str(&q, 0));
	TRY(sql_close(&q));
	return mail.size > 0 ? add_address(o, g, mail) : E_OK;
}

enum err notice_people(struct office *o, struct str campaign, int64_t org, struct arena *arena,
	struct notice_person people[NOTICE_PEOPLE], size_t *ret_count)
{
	struct gathering g = {.arena = arena, .people = people};
	struct contact contact;
	enum err err = contact_get(o, campaign, org, arena, &contact);
	if (err == E_OK)
		err = add_address(o, &g, contact.mail);
	else if (err == E_NOTFOUND)
		err = E_OK;
	if (err == E_OK && g.count == 0)
		err = add_accounts(o, &g, org, ROLE_REPORTER);
	if (err == E_OK && g.count == 0)
		err = add_accounts(o, &g, org, ROLE_COORDINATOR);
	if (err == E_OK && g.count == 0)
		err = add_own_address(o, &g, org);
	*ret_count = g.count;
	return err;
}

/* --- whom to ask --- */

static void write_part(struct writer *w, struct str part)
{
	if (part.size > 0 && w->size > 0)
		writer_text(w, ", ");
	writer_str(w, part);
}

enum err notice_contact(struct office *o, struct str campaign, int64_t org, struct arena *arena,
	struct str *ret_contact)
{
	struct contact contact;
	struct writer w;
	struct str kept = STR("");
	enum err err = contact_get(o, campaign, org, arena, &contact);
	if (err == E_NOTFOUND) {
		*ret_contact = kept;
		return E_OK;
	}
	TRY(err);
	writer_init(&w, TEXT_BYTES);
	write_part(&w, contact.name);
	write_part(&w, contact.phone);
	write_part(&w, contact.mail);
	err = writer_end(&w);
	if (err == E_OK && w.size > 0)
		kept = arena_copy(arena, writer_view_str(&w));
	writer_release(&w);
	*ret_contact = kept;
	return err == E_OK && !kept.data ? E_NOMEM : err;
}

enum err notice_contact_above(struct office *o, const struct notice_house *house,
	struct str campaign, int64_t org, struct arena *arena, struct str *ret_contact)
{
	struct str line;
	int64_t above = org;
	TRY(return_line(o, campaign, &line));
	*ret_contact = STR("");
	for (int i = 0; i < LEVELS && ret_contact->size == 0; i++) {
		enum err err = line_superior(o, line, above, &above);
		if (err == E_NOTFOUND || (err == E_OK && above == 0))
			break;
		TRY(err);
		TRY(notice_contact(o, campaign, above, arena, ret_contact));
	}
	if (ret_contact->size == 0)
		*ret_contact = house->contact;
	return E_OK;
}
