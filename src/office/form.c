/* SPDX-License-Identifier: Apache-2.0 */
#include "office/form.h"

#include <stdio.h>

#include "office/audit.h"

enum err form_load_text(struct office *o, struct str campaign, int64_t version, struct arena *arena,
	struct str *ret_text, int64_t *ret_version)
{
	struct sql q;
	sql_open(&q, &o->db,
		"SELECT version, text FROM form WHERE campaign = ?1 AND (?2 < 0 OR version = ?2)"
		" ORDER BY version DESC LIMIT 1");
	sql_str(&q, campaign);
	sql_int(&q, version);
	bool found = sql_row(&q);
	int64_t number = found ? sql_get(&q, 0) : 0;
	struct str text = found ? arena_copy(arena, sql_get_str(&q, 1)) : form_appendix_two();
	TRY(sql_close(&q));
	if (!text.data)
		return E_NOMEM;
	if (!found && version > 0)
		return E_NOTFOUND;
	*ret_text = text;
	*ret_version = number;
	return E_OK;
}

enum err form_load(struct office *o, struct str campaign, int64_t version, struct arena *arena,
	struct return_form *ret_form, int64_t *ret_version)
{
	struct str text;
	struct problem problem;
	TRY(form_load_text(o, campaign, version, arena, &text, ret_version));
	enum err err = form_parse(text, arena, ret_form, &problem);
	return err == E_SYNTAX || err == E_LIMIT ? E_CORRUPT : err;
}

static enum err insert(struct office *o, struct str campaign, int64_t version, struct str text,
	const struct actor *actor, struct instant now)
{
	char object[128];
	char detail[64];
	struct sql q;
	struct audit_entry entry = actor_entry(actor, now, "form.set");
	sql_open(&q, &o->db,
		"INSERT INTO form (campaign, version, made, author, text) VALUES (?, ?, ?, ?, ?)");
	sql_str(&q, campaign);
	sql_int(&q, version);
	sql_int(&q, now.seconds);
	sql_str(&q, entry.actor);
	sql_str(&q, text);
	TRY(sql_run(&q));
	snprintf(object, sizeof(object), "campaign %.*s", STR_ARG(campaign));
	snprintf(detail, sizeof(detail), "version %lld", (long long)version);
	entry.object = str_from(object);
	entry.detail = str_from(detail);
	return audit_add(o, &entry);
}

enum err form_set(struct office *o, struct str campaign, struct str text, const struct actor *actor,
	struct instant now, struct arena *arena, int64_t *ret_version, struct problem *problem)
{
	struct return_form form;
	struct str before;
	int64_t version;
	TRY(form_parse(text, arena, &form, problem));
	TRY(form_load_text(o, campaign, -1, arena, &before, &version));
	if (!str_equal(before, text))
		TRY(insert(o, campaign, ++version, text, actor, now));
	*ret_version = version;
	return E_OK;
}

enum err form_each_version(
	struct office *o, struct str campaign, form_version_fn *fn, void *context)
{
	struct sql q;
	enum err err = E_OK;
	sql_open(&q, &o->db,
		"SELECT v.version, v.made, v.author, (SELECT count(*) FROM returns r"
		" WHERE r.campaign = ?1 AND r.form = v.version) FROM (SELECT version, made, author"
		" FROM form WHERE campaign = ?1 UNION ALL SELECT 0, 0, '') v"
		" ORDER BY v.version DESC");
	sql_str(&q, campaign);
	while (err == E_OK && sql_row(&q)) {
		struct form_version version = {
			.version = sql_get(&q, 0),
			.made = {sql_get(&q, 1)},
			.author = sql_get_str(&q, 2),
			.returns = (uint64_t)sql_get(&q, 3),
		};
		err = fn(context, &version);
	}
	enum err closed = sql_close(&q);
	return err == E_OK ? closed : err;
}
