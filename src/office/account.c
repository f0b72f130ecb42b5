/* SPDX-License-Identifier: Apache-2.0 */
#include "office/account.h"

#include <assert.h>

#include "base/limits.h"
#include "office/account_parts.h"
#include "office/audit.h"
#include "office/org_parts.h"
#include "office/search.h"

enum {
	LOCAL_PART = 64, /* RFC 5321, 4.5.3.1.1 */
	LOG_BYTES = 1024,
	ARENA_BYTES = 1 << 16
};

static const struct str state_names[] = {
	[ACCOUNT_INVITED] = STR_INIT("invited"),
	[ACCOUNT_ACTIVE] = STR_INIT("active"),
	[ACCOUNT_DISABLED] = STR_INIT("disabled"),
};
static_assert(sizeof(state_names) / sizeof(state_names[0]) == ACCOUNT_STATE__COUNT,
	"every state has a name");

struct str account_state_name(enum account_state state)
{
	return state_names[state];
}

/* --- what may stand in one --- */

static bool domain_valid(struct str domain)
{
	bool dot = false;
	for (size_t i = 0; i < domain.size; i++) {
		char c = domain.data[i];
		bool edge = i == 0 || i + 1 == domain.size || domain.data[i - 1] == '.';
		bool plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
		if (!plain && (edge || (c != '.' && c != '-')))
			return false;
		dot = dot || c == '.';
	}
	return dot;
}

static bool local_valid(struct str local)
{
	for (size_t i = 0; i < local.size; i++) {
		char c = local.data[i];
		if (c <= ' ' || c >= 0x7f || memchr("\"(),:;<>@[\\]", c, 12))
			return false;
	}
	return local.size > 0 && local.size <= LOCAL_PART;
}

bool mail_fold(struct str mail, char ret_folded[MAIL_BYTES + 1])
{
	struct str domain;
	if (mail.size > MAIL_BYTES)
		return false;
	for (size_t i = 0; i < mail.size; i++) {
		char c = mail.data[i];
		ret_folded[i] = (char)(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
	}
	ret_folded[mail.size] = '\0';
	struct str local = str_cut((struct str){ret_folded, mail.size}, '@', &domain);
	return local_valid(local) && domain_valid(domain);
}

static bool name_valid(struct str name)
{
	if (name.size == 0 || name.size > LIMIT_PERSON_NAME || str_trim(name).size != name.size)
		return false;
	while (name.size > 0) {
		size_t length = utf8_length(name);
		if (length == 0 || (unsigned char)name.data[0] < ' ' || name.data[0] == 0x7f)
			return false;
		name = (struct str){name.data + length, name.size - length};
	}
	return true;
}

bool role_gives(enum role by, enum role given)
{
	switch (by) {
	case ROLE_OPERATOR:
		return true;
	case ROLE_COORDINATOR:
		return role_needs_org(given);
	case ROLE_REPORTER:
	case ROLE_ISP:
	case ROLE_AUDITOR:
	case ROLE__COUNT:
		break;
	}
	return false;
}

bool role_needs_org(enum role role)
{
	return role != ROLE_OPERATOR && role != ROLE_AUDITOR;
}

/* --- reading --- */

struct account account_read(struct sql *q, int first)
{
	return (struct account){
		.id = sql_get(q, first),
		.mail = sql_get_str(q, first + 1),
		.name = sql_get_str(q, first + 2),
		.role = (enum role)sql_get(q, first + 3),
		.org = sql_get(q, first + 4),
		.lang = (enum lang)sql_get(q, first + 5),
		.state = (enum account_state)sql_get(q, first + 6),
		.made = {sql_get(q, first + 7)},
		.seen = {sql_get(q, first + 8)},
		.password = {sql_get(q, first + 9)},
		.second_factor = sql_get(q, first + 10) != 0,
		.digest = sql_get(q, first + 11) != 0,
	};
}

enum err account_keep(struct arena *arena, struct account *a)
{
	a->mail = arena_copy(arena, a->mail);
	a->name = arena_copy(arena, a->name);
	if (a->role >= ROLE__COUNT || a->lang >= LANG__COUNT || a->state >= ACCOUNT_STATE__COUNT)
		return E_CORRUPT;
	return a->mail.data && a->name.data ? E_OK : E_NOMEM;
}

static enum err read_one(struct sql *q, struct arena *arena, struct account *ret_account)
{
	struct account found;
	enum err err = E_NOTFOUND;
	if (sql_row(q)) {
		found = account_read(q, 0);
		err = account_keep(arena, &found);
	}
	TRY(sql_close(q));
	TRY(err);
	*ret_account = found;
	return E_OK;
}

enum err account_find(
	struct office *o, int64_t id, struct arena *arena, struct account *ret_account)
{
	struct sql q;
	sql_open(&q, &o->db, "SELECT " ACCOUNT_COLUMNS " FROM account WHERE id = ?");
	sql_int(&q, id);
	return read_one(&q, arena, ret_account);
}

enum err account_find_mail(
	struct office *o, struct str mail, struct arena *arena, struct account *ret_account)
{
	struct sql q;
	char folded[MAIL_BYTES + 1];
	if (!mail_fold(mail, folded))
		return E_NOTFOUND;
	sql_open(&q, &o->db, "SELECT " ACCOUNT_COLUMNS " FROM account WHERE mail = ?");
	sql_str(&q, str_from(folded));
	return read_one(&q, arena, ret_account);
}

#define ACCOUNT_CHOSEN                                                                             \
	" mail > ?2 AND (?4 = '' OR instr(lower(mail || ' ' || name), lower(?4)) > 0)"             \
	" ORDER BY mail LIMIT ?3"

/* Each as a question of its own, so that each goes by an index. */
static const char *choice_text(const struct account_choice *choice)
{
	if (choice->org < 0)
		return "SELECT " ACCOUNT_COLUMNS " FROM account WHERE ?1 < 0 AND" ACCOUNT_CHOSEN;
	if (choice->org == 0)
		return "SELECT " ACCOUNT_COLUMNS " FROM account"
		       " WHERE org IS NULL AND ?1 = 0 AND" ACCOUNT_CHOSEN;
	if (!choice->below)
		return "SELECT " ACCOUNT_COLUMNS " FROM account WHERE org = ?1 AND" ACCOUNT_CHOSEN;
	return "SELECT " ACCOUNT_COLUMNS " FROM org_above AS a CROSS JOIN account"
	       " ON account.org = a.below WHERE a.campaign = '' AND a.above = ?1"
	       " AND" ACCOUNT_CHOSEN;
}

enum err account_each(
	struct office *o, const struct account_choice *choice, account_fn *fn, void *context)
{
	struct sql q;
	enum err err = E_OK;
	sql_open(&q, &o->db, choice_text(choice));
	sql_int(&q, choice->org);
	sql_str(&q, choice->after.data ? choice->after : STR(""));
	sql_count(&q, choice->limit);
	sql_str(&q, choice->words.data ? choice->words : STR(""));
	while (err == E_OK && sql_row(&q)) {
		struct account account = account_read(&q, 0);
		err = fn(context, &account);
	}
	enum err closed = sql_close(&q);
	return err == E_OK ? closed : err;
}

/* --- changes --- */

enum err office_run(struct office *o, const char *text, int64_t first, int64_t second)
{
	struct sql q;
	sql_open(&q, &o->db, text);
	sql_int(&q, first);
	sql_int(&q, second);
	return sql_run(&q);
}

static enum err log_object(struct office *o, int64_t id, struct writer *object, int64_t *ret_org)
{
	struct sql q;
	sql_open(&q, &o->db, "SELECT mail, coalesce(org, 0) FROM account WHERE id = ?");
	sql_int(&q, id);
	bool found = sql_row(&q);
	if (found) {
		writer_text(object, "account ");
		writer_decimal(object, (uint64_t)id);
		writer_char(object, ' ');
		writer_str(object, sql_get_str(&q, 0));
		*ret_org = sql_get(&q, 1);
	}
	TRY(sql_close(&q));
	return found ? writer_end(object) : E_NOTFOUND;
}

enum err account_log(struct office *o, const struct actor *by, int64_t id, const char *what,
	struct str detail, struct instant now)
{
	struct writer object;
	struct audit_entry entry = actor_entry(by, now, what);
	writer_init(&object, LOG_BYTES);
	enum err err = log_object(o, id, &object, &entry.org);
	if (err == E_OK) {
		entry.object = writer_view_str(&object);
		entry.detail = detail;
		err = audit_add(o, &entry);
	}
	writer_release(&object);
	return err;
}

static enum err org_exists(struct office *o, int64_t org)
{
	struct sql q;
	sql_open(&q, &o->db, "SELECT 1 FROM org WHERE id = ?");
	sql_int(&q, org);
	bool exists = sql_row(&q);
	TRY(sql_close(&q));
	return exists ? E_OK : E_NOTFOUND;
}

static enum err check_new(struct office *o, const struct account *a)
{
	if (!name_valid(a->name))
		return E_SYNTAX;
	if (role_needs_org(a->role) != (a->org != 0))
		return E_RANGE;
	return a->org != 0 ? org_exists(o, a->org) : E_OK;
}

enum err account_add(struct office *o, const struct actor *by, const struct account *account,
	struct instant now, int64_t *ret_id)
{
	struct sql q;
	char mail[MAIL_BYTES + 1];
	if (!mail_fold(account->mail, mail))
		return E_SYNTAX;
	TRY(check_new(o, account));
	sql_open(&q, &o->db,
		"INSERT INTO account (mail, name, role, org, lang, state, made)"
		" VALUES (?1, ?2, ?3, nullif(?4, 0), ?5, ?6, ?7) ON CONFLICT (mail) DO NOTHING");
	sql_str(&q, str_from(mail));
	sql_str(&q, account->name);
	sql_int(&q, account->role);
	sql_int(&q, account->org);
	sql_int(&q, account->lang);
	sql_int(&q, ACCOUNT_INVITED);
	sql_int(&q, now.seconds);
	TRY(sql_run(&q));
	if (database_changes(&o->db) == 0)
		return E_EXISTS;
	int64_t id = database_last_id(&o->db);
	TRY(account_index(o, id));
	TRY(account_log(o, by, id, "account.add", role_name(account->role), now));
	*ret_id = id;
	return E_OK;
}

enum err account_rename(struct office *o, const struct actor *by, int64_t id, struct str name,
	enum lang lang, struct instant now)
{
	struct sql q;
	if (!name_valid(name))
		return E_SYNTAX;
	sql_open(&q, &o->db, "UPDATE account SET name = ?2, lang = ?3 WHERE id = ?1");
	sql_int(&q, id);
	sql_str(&q, name);
	sql_int(&q, lang);
	TRY(sql_run(&q));
	TRY(account_index(o, id));
	return account_log(o, by, id, "account.rename", name, now);
}

/* "reporter 01 → coordinator 02": of units the codes, that they are called by for good. */
static enum err log_assigned(struct office *o, const struct actor *by, int64_t id,
	const struct account *before, const struct account *after, struct instant now)
{
	struct writer detail;
	const struct account *both[] = {before, after};
	writer_init(&detail, LOG_BYTES);
	enum err err = E_OK;
	for (size_t i = 0; err == E_OK && i < 2; i++) {
		writer_text(&detail, i ? " → " : "");
		writer_str(&detail, role_name(both[i]->role));
		if (both[i]->org == 0)
			continue;
		writer_char(&detail, ' ');
		err = org_write_code(o, both[i]->org, &detail);
	}
	if (err == E_OK)
		err = account_log(o, by, id, "account.assign", writer_view_str(&detail), now);
	writer_release(&detail);
	return err;
}

static enum err assign(struct office *o, int64_t id, enum role role, int64_t org)
{
	struct sql q;
	sql_open(&q, &o->db, "UPDATE account SET role = ?2, org = nullif(?3, 0) WHERE id = ?1");
	sql_int(&q, id);
	sql_int(&q, role);
	sql_int(&q, org);
	TRY(sql_run(&q));
	TRY(office_run(o, "DELETE FROM session WHERE account = ?1 AND id <> ?2", id, 0));
	return invitation_close_all(o, id);
}

enum err account_assign(struct office *o, const struct actor *by, int64_t id, enum role role,
	int64_t org, struct instant now)
{
	struct arena arena;
	struct account before, after;
	if (by->account != 0 && by->account == id)
		return E_USAGE;
	arena_init(&arena, ARENA_BYTES);
	enum err err = account_find(o, id, &arena, &before);
	if (err == E_OK) {
		after = before;
		after.role = role;
		after.org = org;
		err = check_new(o, &after);
	}
	bool same = err == E_OK && before.role == role && before.org == org;
	if (err == E_OK && !same)
		err = assign(o, id, role, org);
	if (err == E_OK && !same)
		err = log_assigned(o, by, id, &before, &after, now);
	arena_release(&arena);
	return err;
}

enum err account_set_digest(
	struct office *o, const struct actor *by, int64_t id, bool digest, struct instant now)
{
	TRY(office_run(
		o, "UPDATE account SET digest = ?2 WHERE id = ?1 AND digest <> ?2", id, digest));
	if (database_changes(&o->db) == 0)
		return E_OK;
	return account_log(o, by, id, "account.digest", digest ? STR("on") : STR("off"), now);
}

enum err account_disable(struct office *o, const struct actor *by, int64_t id, struct instant now)
{
	if (by->account != 0 && by->account == id)
		return E_USAGE;
	TRY(office_run(o, "UPDATE account SET state = ?2 WHERE id = ?1", id, ACCOUNT_DISABLED));
	TRY(office_run(o, "DELETE FROM session WHERE account = ?1 AND id <> ?2", id, 0));
	TRY(office_run(o, "DELETE FROM device WHERE account = ?1 AND ?2 = 0", id, 0));
	TRY(invitation_close_all(o, id));
	return account_log(o, by, id, "account.disable", STR(""), now);
}

enum err account_enable(struct office *o, const struct actor *by, int64_t id, struct instant now)
{
	TRY(office_run(o,
		"UPDATE account SET state = CASE WHEN password IS NULL THEN 0 ELSE ?2 END"
		" WHERE id = ?1",
		id, ACCOUNT_ACTIVE));
	return account_log(o, by, id, "account.enable", STR(""), now);
}
