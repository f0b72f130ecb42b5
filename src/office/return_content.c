/* SPDX-License-Identifier: Apache-2.0 */
/* What stands in a return: written and read version by version. */
#include "base/limits.h"
#include "office/form.h"
#include "office/return_parts.h"

/* --- write --- */

static enum err write_answer(struct office *o, int64_t id, int64_t version,
	const struct form_row *row, const struct answer *answer)
{
	struct sql q;
	uint64_t number;
	sql_open(&q, &o->db,
		"INSERT OR REPLACE INTO return_answer (id, version, field, number, value, note)"
		" VALUES (?, ?, ?, ?, ?, ?)");
	sql_int(&q, id);
	sql_int(&q, version);
	sql_str(&q, row->key);
	if (row->type == ROW_NUMBER && answer_number(answer, &number))
		sql_count(&q, number);
	else
		sql_null(&q);
	sql_str(&q, answer->value);
	sql_str(&q, answer->note);
	return sql_run(&q);
}

enum err return_write(struct office *o, int64_t id, int64_t version, const struct return_form *form,
	const struct return_content *content)
{
	struct sql q;
	struct day_column day = day_column(content->paper.day);
	sql_open(&q, &o->db,
		"INSERT OR REPLACE INTO return_version"
		" (id, version, form, number, symbol, signer, day, list)"
		" VALUES (?, ?, ?, ?, ?, ?, ?, ?)");
	sql_int(&q, id);
	sql_int(&q, version);
	sql_int(&q, content->form);
	sql_str(&q, content->paper.number);
	sql_str(&q, content->paper.symbol);
	sql_str(&q, content->paper.signer);
	sql_str(&q, day_column_str(&day));
	sql_int(&q, content->list);
	TRY(sql_run(&q));
	for (size_t i = 0; i < form->row_count; i++)
		TRY(write_answer(o, id, version, &form->rows[i], &content->answers[i]));
	return E_OK;
}

static enum err forget(struct office *o, const char *text, int64_t id, int64_t version)
{
	struct sql q;
	sql_open(&q, &o->db, text);
	sql_int(&q, id);
	sql_int(&q, version);
	return sql_run(&q);
}

enum err return_forget(struct office *o, int64_t id, int64_t version)
{
	TRY(forget(o, "DELETE FROM return_answer WHERE id = ? AND version = ?", id, version));
	return forget(o, "DELETE FROM return_version WHERE id = ? AND version = ?", id, version);
}

/* --- read --- */

static enum err read_answers(struct office *o, int64_t id, int64_t version,
	const struct return_form *form, struct arena *arena, struct answer *answers)
{
	struct sql q;
	enum err err = E_OK;
	sql_open(&q, &o->db,
		"SELECT field, value, note FROM return_answer WHERE id = ? AND version = ?");
	sql_int(&q, id);
	sql_int(&q, version);
	while (err == E_OK && sql_row(&q)) {
		size_t row = form_find(form, sql_get_str(&q, 0));
		if (row == form->row_count)
			continue;
		answers[row].value = arena_copy(arena, sql_get_str(&q, 1));
		answers[row].note = arena_copy(arena, sql_get_str(&q, 2));
		if (!answers[row].value.data || !answers[row].note.data)
			err = E_NOMEM;
	}
	enum err closed = sql_close(&q);
	return err == E_OK ? closed : err;
}

static enum err read_paper(struct sql *q, struct arena *arena, struct return_content *content)
{
	content->form = sql_get(q, 0);
	content->paper.number = arena_copy(arena, sql_get_str(q, 1));
	content->paper.symbol = arena_copy(arena, sql_get_str(q, 2));
	content->paper.signer = arena_copy(arena, sql_get_str(q, 3));
	content->paper.day = day_column_read(sql_get_str(q, 4));
	content->list = sql_get(q, 5);
	return content->paper.number.data && content->paper.symbol.data &&
			       content->paper.signer.data
		       ? E_OK
		       : E_NOMEM;
}

static enum err read_version(struct office *o, const struct return_head *head, int64_t version,
	struct arena *arena, struct return_content *content)
{
	struct sql q;
	enum err err = E_OK;
	sql_open(&q, &o->db,
		"SELECT form, number, symbol, signer, day, list FROM return_version"
		" WHERE id = ? AND version = ?");
	sql_int(&q, head->id);
	sql_int(&q, version);
	bool found = sql_row(&q);
	if (found)
		err = read_paper(&q, arena, content);
	enum err closed = sql_close(&q);
	TRY(closed);
	TRY(err);
	return found ? E_OK : E_NOTFOUND;
}

/* Who said that the letter came has been told: itself is one of row 1. */
static void fill_in(
	const struct return_head *head, const struct return_form *form, struct answer *answers)
{
	size_t row = form_find(form, STR("informed"));
	if (head->received.seconds > 0 && row < form->row_count && answers[row].value.size == 0)
		answers[row].value = STR("1");
}

enum err return_load(struct office *o, const struct return_head *head, int64_t version,
	struct arena *arena, struct return_content *ret_content)
{
	struct return_form form;
	int64_t form_version;
	int64_t stored = version == 0 && !head->in_work ? head->versions : version;
	bool blank = version == 0 && !head->in_work && head->versions == 0;
	struct return_content content = {
		.form = head->form, .paper = {STR(""), STR(""), STR(""), {0, 0, 0}}};
	if (!blank)
		TRY(read_version(o, head, stored, arena, &content));
	TRY(form_load(o, head->campaign, content.form, arena, &form, &form_version));
	struct answer *answers = arena_alloc(arena, form.row_count, sizeof(*answers));
	if (!answers)
		return E_NOMEM;
	for (size_t i = 0; i < form.row_count; i++)
		answers[i] = (struct answer){STR(""), STR("")};
	if (!blank)
		TRY(read_answers(o, head->id, stored, &form, arena, answers));
	if (version == 0)
		fill_in(head, &form, answers);
	content.answers = answers;
	content.answer_count = form.row_count;
	/* Files of the draft stay with it when it is handed in. */
	TRY(return_load_attachments(o, head->id, version, arena, &content));
	*ret_content = content;
	return E_OK;
}

enum err return_before(struct office *o, struct str campaign, int64_t org,
	const struct return_form *form, struct arena *arena,
	const struct number_before **ret_before)
{
	struct sql q;
	struct number_before *before = arena_alloc(arena, form->row_count, sizeof(*before));
	if (!before)
		return E_NOMEM;
	sql_open(&q, &o->db,
		"SELECT a.field, a.number FROM returns r JOIN return_answer a"
		" ON a.id = r.id AND a.version = r.versions"
		" WHERE r.campaign = ? AND r.org = ? AND r.versions > 0 AND r.state IN (2, 4)"
		" AND a.number IS NOT NULL");
	sql_str(&q, campaign);
	sql_int(&q, org);
	while (sql_row(&q)) {
		size_t row = form_find(form, sql_get_str(&q, 0));
		if (row < form->row_count)
			before[row] = (struct number_before){true, sql_get_count(&q, 1)};
	}
	TRY(sql_close(&q));
	*ret_before = before;
	return E_OK;
}
