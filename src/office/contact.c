/* SPDX-License-Identifier: Apache-2.0 */
#include "office/contact.h"

#include "base/limits.h"
#include "office/org_parts.h"

enum {
	ARENA_BYTES = 1 << 16
};

static enum err note(
	struct office *o, const struct audit_entry *by, struct str campaign, int64_t org)
{
	struct writer object;
	struct audit_entry entry = *by;
	writer_init(&object, 256);
	writer_text(&object, "org ");
	enum err err = org_write_code(o, org, &object);
	entry.what = STR("contact.put");
	entry.org = org;
	entry.object = writer_view_str(&object);
	entry.detail = campaign;
	if (err == E_OK)
		err = audit_add(o, &entry);
	writer_release(&object);
	return err;
}

/* The texts of a contact are as those of an org. */
static enum err clean(const struct contact *contact, struct arena *arena,
	struct contact *ret_contact, struct problem *problem)
{
	struct org org = {.code = STR("-"),
		.name = {[LANG_VI] = contact->name.size ? contact->name : STR("-")},
		.mail = contact->mail,
		.phone = contact->phone,
		.since = {2000, 1, 1}};
	enum err err = org_clean(&org, arena, &org, problem);
	if (err == E_SYNTAX && str_equal(problem_field(problem), STR("name_vi")))
		problem_set(problem, problem->code, STR("name"), problem_got(problem));
	TRY(err);
	*ret_contact = (struct contact){
		contact->name.size ? org.name[LANG_VI] : STR(""), org.phone, org.mail};
	if (str_equal(ret_contact->name, STR("-")))
		ret_contact->name = STR("");
	return E_OK;
}

static enum err put(
	struct office *o, struct str campaign, int64_t org, const struct contact *contact)
{
	struct sql q;
	bool none = contact->name.size + contact->phone.size + contact->mail.size == 0;
	if (none) {
		sql_open(&q, &o->db, "DELETE FROM contact WHERE campaign = ? AND org = ?");
		sql_str(&q, campaign);
		sql_int(&q, org);
		return sql_run(&q);
	}
	sql_open(&q, &o->db,
		"INSERT INTO contact (campaign, org, name, phone, mail) VALUES (?1, ?2, ?3, ?4, ?5)"
		" ON CONFLICT (campaign, org) DO UPDATE SET name = ?3, phone = ?4, mail = ?5"
		" WHERE name <> ?3 OR phone <> ?4 OR mail <> ?5");
	sql_str(&q, campaign);
	sql_int(&q, org);
	sql_str(&q, contact->name);
	sql_str(&q, contact->phone);
	sql_str(&q, contact->mail);
	return sql_run(&q);
}

enum err contact_put(struct office *o, struct str campaign, int64_t org,
	const struct contact *contact, const struct audit_entry *by, struct problem *problem)
{
	struct writer code;
	struct arena arena;
	struct contact cleaned;
	writer_init(&code, 256);
	enum err err = org_write_code(o, org, &code);
	writer_release(&code);
	TRY(err);
	arena_init(&arena, ARENA_BYTES);
	err = clean(contact, &arena, &cleaned, problem);
	if (err == E_OK)
		err = put(o, campaign, org, &cleaned);
	arena_release(&arena);
	TRY(err);
	return database_changes(&o->db) ? note(o, by, campaign, org) : E_OK;
}

enum err contact_get(struct office *o, struct str campaign, int64_t org, struct arena *arena,
	struct contact *ret_contact)
{
	struct sql q;
	struct contact contact = {0};
	sql_open(&q, &o->db,
		"SELECT name, phone, mail FROM contact WHERE org = ?1 AND campaign IN (?2, '')"
		" ORDER BY campaign DESC LIMIT 1");
	sql_int(&q, org);
	sql_str(&q, campaign);
	bool found = sql_row(&q);
	if (found) {
		contact.name = arena_copy(arena, sql_get_str(&q, 0));
		contact.phone = arena_copy(arena, sql_get_str(&q, 1));
		contact.mail = arena_copy(arena, sql_get_str(&q, 2));
	}
	TRY(sql_close(&q));
	if (!found)
		return E_NOTFOUND;
	if (!contact.name.data || !contact.phone.data || !contact.mail.data)
		return E_NOMEM;
	*ret_contact = contact;
	return E_OK;
}

enum err contact_each(struct office *o, int64_t org, contact_fn *fn, void *context)
{
	struct sql q;
	enum err err = E_OK;
	sql_open(&q, &o->db,
		"SELECT campaign, name, phone, mail FROM contact WHERE org = ? ORDER BY campaign");
	sql_int(&q, org);
	while (err == E_OK && sql_row(&q)) {
		const struct contact contact = {
			sql_get_str(&q, 1), sql_get_str(&q, 2), sql_get_str(&q, 3)};
		err = fn(context, sql_get_str(&q, 0), &contact);
	}
	enum err closed = sql_close(&q);
	return err == E_OK ? closed : err;
}
