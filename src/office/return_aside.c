/* SPDX-License-Identifier: Apache-2.0 */
/* What came when somebody had saved another draft: beside it, until a person has chosen. */
#include "base/limits.h"
#include "office/form.h"
#include "office/return_parts.h"

static enum err next_number(struct office *o, int64_t id, int64_t *ret_number)
{
	struct sql q;
	sql_open(&q, &o->db,
		"SELECT coalesce(min(version), 0) - 1, count(*) FROM return_version"
		" WHERE id = ? AND version < 0");
	sql_int(&q, id);
	bool found = sql_row(&q);
	uint64_t count = found ? sql_get_count(&q, 1) : 0;
	*ret_number = found ? sql_get(&q, 0) : -1;
	TRY(sql_close(&q));
	return count < LIMIT_RETURN_ASIDES ? E_OK : E_EXISTS;
}

enum err return_put_aside(struct office *o, const struct return_head *head,
	const struct return_content *content, const struct actor *actor, struct instant now,
	struct arena *arena, int64_t *ret_number)
{
	int64_t number;
	struct return_form form;
	struct return_content kept = *content;
	TRY(form_load(o, head->campaign, content->form, arena, &form, &kept.form));
	TRY(return_tidy(&form, content, arena, &kept.answers));
	TRY(next_number(o, head->id, &number));
	TRY(return_write(o, head->id, number, &form, &kept));
	TRY(return_note(o, head, actor, now, "aside", number, STR("")));
	*ret_number = number;
	return E_OK;
}

enum err return_drop_aside(struct office *o, const struct return_head *head, int64_t number,
	const struct actor *actor, struct instant now)
{
	if (number >= 0)
		return E_USAGE;
	TRY(return_forget(o, head->id, number));
	if (database_changes(&o->db) == 0)
		return E_NOTFOUND;
	return return_note(o, head, actor, now, "chosen", number, STR(""));
}

enum err return_each_aside(struct office *o, int64_t id, return_aside_fn *fn, void *context)
{
	struct sql q;
	enum err err = E_OK;
	/* A number may come again once it was chosen: its newest event is that of today's. */
	sql_open(&q, &o->db,
		"SELECT v.version, e.at, e.actor FROM return_version v JOIN return_event e"
		" ON e.number = (SELECT max(number) FROM return_event WHERE id = v.id"
		" AND version = v.version AND what = 'aside')"
		" WHERE v.id = ? AND v.version < 0 ORDER BY v.version");
	sql_int(&q, id);
	while (err == E_OK && sql_row(&q)) {
		struct return_aside aside = {sql_get(&q, 0), {sql_get(&q, 1)}, sql_get_str(&q, 2)};
		err = fn(context, &aside);
	}
	enum err closed = sql_close(&q);
	return err == E_OK ? closed : err;
}
