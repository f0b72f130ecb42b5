/* SPDX-License-Identifier: Apache-2.0 */
#include "office/org_parts.h"

static enum err note(struct office *o, const struct audit_entry *by, struct str what, int64_t id,
	struct prefix prefix)
{
	struct writer object, detail;
	struct audit_entry entry = *by;
	writer_init(&object, 256);
	writer_init(&detail, 128);
	writer_text(&object, "org ");
	writer_prefix(&detail, prefix);
	enum err err = org_write_code(o, id, &object);
	entry.what = what;
	entry.org = id;
	entry.object = writer_view_str(&object);
	entry.detail = writer_view_str(&detail);
	if (err == E_OK)
		err = audit_add(o, &entry);
	writer_release(&object);
	writer_release(&detail);
	return err;
}

static enum err change(struct office *o, const char *text, int64_t id, const struct prefix *prefix)
{
	struct sql q;
	sql_open(&q, &o->db, text);
	sql_int(&q, id);
	sql_blob(&q, (struct bytes){prefix->ip.octets, sizeof(prefix->ip.octets)});
	sql_int(&q, prefix->length);
	return sql_run(&q);
}

enum err org_network_put(
	struct office *o, int64_t id, struct prefix prefix, const struct audit_entry *by)
{
	TRY(change(o,
		"INSERT INTO org_network (org, first, length) VALUES (?, ?, ?)"
		" ON CONFLICT DO NOTHING",
		id, &prefix));
	return database_changes(&o->db) ? note(o, by, STR("org.network"), id, prefix) : E_OK;
}

enum err org_network_remove(
	struct office *o, int64_t id, struct prefix prefix, const struct audit_entry *by)
{
	TRY(change(o, "DELETE FROM org_network WHERE org = ? AND first = ? AND length = ?", id,
		&prefix));
	return database_changes(&o->db) ? note(o, by, STR("org.network-remove"), id, prefix)
					: E_NOTFOUND;
}

enum err org_each_network(struct office *o, int64_t id, org_network_fn *fn, void *context)
{
	struct sql q;
	enum err err = E_OK;
	sql_open(&q, &o->db,
		"SELECT first, length FROM org_network WHERE org = ? ORDER BY first, length");
	sql_int(&q, id);
	while (err == E_OK && sql_row(&q)) {
		struct prefix prefix = {0};
		struct bytes first = sql_get_blob(&q, 0);
		int64_t length = sql_get(&q, 1);
		if (first.size != sizeof(prefix.ip.octets) || length < 0 || length > 128) {
			err = E_CORRUPT;
			break;
		}
		memcpy(prefix.ip.octets, first.data, first.size);
		prefix.length = (uint8_t)length;
		err = fn(context, prefix);
	}
	enum err closed = sql_close(&q);
	return err == E_OK ? closed : err;
}
