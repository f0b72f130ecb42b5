/* SPDX-License-Identifier: Apache-2.0 */
#include "office/outbox.h"

#include "office/tables.h"

const char office_outbox_tables[] =
	"CREATE TABLE outbox (id TEXT PRIMARY KEY, made INTEGER NOT NULL, recipient TEXT NOT NULL,"
	" subject TEXT NOT NULL, body TEXT NOT NULL, handed INTEGER NOT NULL DEFAULT 0)"
	" STRICT, WITHOUT ROWID;"
	"CREATE INDEX outbox_waiting ON outbox(made) WHERE handed = 0;";

enum err outbox_add(struct office *o, const struct outgoing *mail, struct instant now)
{
	struct sql q;
	sql_open(&q, &o->db,
		"INSERT INTO outbox (id, made, recipient, subject, body) VALUES (?, ?, ?, ?, ?)"
		" ON CONFLICT (id) DO NOTHING");
	sql_str(&q, mail->id);
	sql_int(&q, now.seconds);
	sql_str(&q, mail->recipient);
	sql_str(&q, mail->subject);
	sql_str(&q, mail->body);
	return sql_run(&q);
}

enum err outbox_each(struct office *o, outbox_fn *fn, void *context)
{
	struct sql q;
	enum err err = E_OK;
	sql_open(&q, &o->db,
		"SELECT id, recipient, subject, body FROM outbox WHERE handed = 0 ORDER BY made");
	while (err == E_OK && sql_row(&q)) {
		struct outgoing mail = {sql_get_str(&q, 0), sql_get_str(&q, 1), sql_get_str(&q, 2),
			sql_get_str(&q, 3)};
		err = fn(context, &mail);
	}
	enum err closed = sql_close(&q);
	return err == E_OK ? closed : err;
}

/* What it said is not kept once it is on its way; that it was there is. */
enum err outbox_handed(struct office *o, struct str id)
{
	struct sql q;
	sql_open(&q, &o->db, "UPDATE outbox SET handed = 1, subject = '', body = '' WHERE id = ?");
	sql_str(&q, id);
	return sql_run(&q);
}
