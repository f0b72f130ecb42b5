/* SPDX-License-Identifier: Apache-2.0 */
/* A return's way: opened, saved, handed in, judged. */
#include "base/limits.h"
#include "model/site.h"
#include "office/audit.h"
#include "office/form.h"
#include "office/return_parts.h"

/* --- open --- */

static enum err insert(
	struct office *o, struct str campaign, int64_t org, int64_t form, struct instant now)
{
	struct sql q;
	sql_open(&q, &o->db,
		"INSERT INTO returns (campaign, org, state, form, opened) VALUES (?, ?, ?, ?, ?)");
	sql_str(&q, campaign);
	sql_int(&q, org);
	sql_int(&q, RETURN_DRAFT);
	sql_int(&q, form);
	sql_int(&q, now.seconds);
	return sql_run(&q);
}

static enum err newest_form(
	struct office *o, struct str campaign, struct arena *arena, int64_t *ret_form)
{
	struct str text;
	return form_load_text(o, campaign, -1, arena, &text, ret_form);
}

/* Nobody has written anything into it yet: it gets the form that is newest. */
static enum err follow_form(struct office *o, struct arena *arena, struct return_head *head)
{
	struct sql q;
	int64_t form;
	if (head->in_work || head->versions > 0)
		return E_OK;
	TRY(newest_form(o, head->campaign, arena, &form));
	if (form == head->form)
		return E_OK;
	sql_open(&q, &o->db, "UPDATE returns SET form = ? WHERE id = ?");
	sql_int(&q, form);
	sql_int(&q, head->id);
	head->form = form;
	return sql_run(&q);
}

enum err return_open(struct office *o, struct str campaign, int64_t org, const struct actor *actor,
	struct instant now, struct arena *arena, struct return_head *ret_head)
{
	int64_t form;
	struct return_head head;
	enum err err = return_find(o, campaign, org, arena, &head);
	if (err == E_OK)
		err = follow_form(o, arena, &head);
	if (err != E_NOTFOUND) {
		if (err == E_OK)
			*ret_head = head;
		return err;
	}
	TRY(newest_form(o, campaign, arena, &form));
	TRY(insert(o, campaign, org, form, now));
	TRY(return_find(o, campaign, org, arena, &head));
	TRY(return_note(o, &head, actor, now, "open", 0, STR("")));
	*ret_head = head;
	return E_OK;
}

enum err return_receive(struct office *o, struct str campaign, int64_t org,
	const struct actor *actor, struct instant now, struct arena *arena)
{
	struct return_head head;
	struct sql q;
	TRY(return_open(o, campaign, org, actor, now, arena, &head));
	if (head.received.seconds > 0)
		return E_OK;
	struct audit_entry entry = actor_entry(actor, now, "return.receive");
	sql_open(&q, &o->db, "UPDATE returns SET received = ?, received_by = ? WHERE id = ?");
	sql_int(&q, now.seconds);
	sql_str(&q, actor->name.size > 0 ? actor->name : entry.actor);
	sql_int(&q, head.id);
	TRY(sql_run(&q));
	return return_note(o, &head, actor, now, "receive", 0, STR(""));
}

/* --- save --- */

static bool paper_valid(const struct paper *p)
{
	return p->number.size <= 64 && p->symbol.size <= 64 && p->signer.size <= 200 &&
	       site_line_valid(p->number) && site_line_valid(p->symbol) &&
	       site_line_valid(p->signer);
}

enum err return_tidy(const struct return_form *form, const struct return_content *content,
	struct arena *arena, const struct answer **ret_answers)
{
	struct answer *answers = arena_alloc(arena, form->row_count, sizeof(*answers));
	if (!answers)
		return E_NOMEM;
	if (content->answer_count != form->row_count)
		return E_USAGE;
	for (size_t i = 0; i < form->row_count; i++) {
		if (content->answers[i].value.size > 2 * LIMIT_ANSWER_TEXT ||
			content->answers[i].note.size > 2 * LIMIT_ANSWER_TEXT)
			return E_LIMIT;
		TRY(form_answer_tidy(&form->rows[i], arena, content->answers[i], &answers[i]));
	}
	*ret_answers = answers;
	return paper_valid(&content->paper) ? E_OK : E_SYNTAX;
}

/* As it stands now: between reading the page and pressing the button somebody else may have been
 * here. */
static enum err again(struct office *o, const struct return_head *seen, int64_t base,
	enum return_step step, struct arena *arena, struct return_head *ret_head,
	enum return_state *ret_next)
{
	TRY(return_find(o, seen->campaign, seen->org, arena, ret_head));
	if (!return_next(ret_head->state, step, ret_next))
		return E_DENIED;
	return ret_head->draft == base ? E_OK : E_EXISTS;
}

enum err return_save(struct office *o, const struct return_head *head, int64_t base,
	const struct return_content *content, const struct actor *actor, struct instant now,
	struct arena *arena, int64_t *ret_draft)
{
	struct return_form form;
	struct return_head stored;
	enum return_state next;
	struct return_content kept = *content;
	struct sql q;
	TRY(again(o, head, base, RETURN_SAVE, arena, &stored, &next));
	TRY(form_load(o, head->campaign, content->form, arena, &form, &kept.form));
	TRY(return_tidy(&form, content, arena, &kept.answers));
	TRY(return_forget(o, stored.id, 0));
	TRY(return_write(o, stored.id, 0, &form, &kept));
	sql_open(&q, &o->db,
		"UPDATE returns SET draft = draft + 1, in_work = 1, form = ?, state = ? WHERE id = "
		"?");
	sql_int(&q, kept.form);
	sql_int(&q, next);
	sql_int(&q, stored.id);
	TRY(sql_run(&q));
	/* A draft is saved every few seconds: who did it last is enough. */
	if (!stored.in_work || actor->org != stored.org)
		TRY(return_note(o, &stored, actor, now, "save", 0, STR("")));
	*ret_draft = stored.draft + 1;
	return E_OK;
}

/* --- hand in --- */

enum err return_check_version(struct office *o, const struct return_head *head, int64_t version,
	struct str earlier_campaign, struct arena *arena,
	const struct answer_finding **ret_findings, size_t *ret_count)
{
	struct return_form form;
	int64_t form_version;
	struct return_content content;
	const struct number_before *before = NULL;
	TRY(return_load(o, head, version, arena, &content));
	TRY(form_load(o, head->campaign, content.form, arena, &form, &form_version));
	if (earlier_campaign.size > 0)
		TRY(return_before(o, earlier_campaign, head->org, &form, arena, &before));
	struct answer_finding *findings =
		arena_alloc(arena, form_findings_most(&form), sizeof(*findings));
	if (!findings)
		return E_NOMEM;
	*ret_count = form_check_answers(&form, content.answers, before, findings);
	*ret_findings = findings;
	return E_OK;
}

enum err return_check(struct office *o, const struct return_head *head, struct str earlier_campaign,
	struct arena *arena, const struct answer_finding **ret_findings, size_t *ret_count)
{
	return return_check_version(o, head, 0, earlier_campaign, arena, ret_findings, ret_count);
}

/* What was told and sent all the same. */
static enum err confirmed_text(
	struct arena *arena, const struct answer_finding *findings, size_t count, struct str *ret)
{
	struct writer w;
	writer_init(&w, 4096);
	for (size_t i = 0; i < count; i++) {
		writer_text(&w, i ? ", " : "confirmed by sender: ");
		writer_str(&w, answer_finding_name(findings[i].kind));
	}
	enum err err = writer_end(&w);
	*ret = arena_copy(arena, writer_view_str(&w));
	writer_release(&w);
	return err == E_OK && !ret->data ? E_NOMEM : err;
}

static enum err may_send(struct office *o, const struct return_head *head, struct str earlier,
	bool confirmed, struct arena *arena, struct str *ret_text)
{
	const struct answer_finding *findings;
	size_t count;
	TRY(return_check(o, head, earlier, arena, &findings, &count));
	for (size_t i = 0; i < count; i++)
		if (findings[i].error)
			return E_RANGE;
	if (count > 0 && !confirmed)
		return E_AMBIGUOUS;
	return confirmed_text(arena, findings, count, ret_text);
}

static enum err put_version(struct office *o, const struct return_head *head, int64_t version,
	struct arena *arena, int64_t *ret_list)
{
	struct return_form form;
	struct return_content content;
	int64_t form_version;
	TRY(return_load(o, head, 0, arena, &content));
	TRY(form_load(o, head->campaign, content.form, arena, &form, &form_version));
	TRY(return_write(o, head->id, version, &form, &content));
	TRY(return_write_attachments(o, head->id, version, &content));
	*ret_list = content.list;
	return return_forget(o, head->id, 0);
}

enum err return_submit(struct office *o, const struct return_head *head, int64_t base,
	struct str earlier_campaign, bool confirmed, const struct actor *actor, struct instant now,
	struct arena *arena, int64_t *ret_version)
{
	struct return_head stored;
	enum return_state next;
	struct str told;
	struct sql q;
	TRY(again(o, head, base, RETURN_SUBMIT, arena, &stored, &next));
	if (!stored.in_work)
		return E_NOTFOUND;
	TRY(may_send(o, &stored, earlier_campaign, confirmed, arena, &told));
	int64_t list;
	int64_t version = stored.versions + 1;
	TRY(put_version(o, &stored, version, arena, &list));
	sql_open(&q, &o->db,
		"UPDATE returns SET state = ?1, versions = ?2, draft = draft + 1, in_work = 0,"
		" submitted = ?3, reason = '', list = ?5,"
		" first_submitted = CASE first_submitted WHEN 0 THEN ?3 ELSE first_submitted END"
		" WHERE id = ?4");
	sql_int(&q, next);
	sql_int(&q, version);
	sql_int(&q, now.seconds);
	sql_int(&q, stored.id);
	sql_int(&q, list);
	TRY(sql_run(&q));
	TRY(return_note(o, &stored, actor, now, "submit", version, told));
	*ret_version = version;
	return E_OK;
}

/* --- judge --- */

static enum err judge(struct office *o, const struct return_head *head, int64_t version,
	enum return_step step, struct str reason, struct instant now)
{
	struct sql q;
	enum return_state from;
	enum return_state next;
	sql_open(&q, &o->db, "SELECT state, versions FROM returns WHERE id = ?");
	sql_int(&q, head->id);
	bool found = sql_row(&q);
	int64_t state = found ? sql_get(&q, 0) : 0;
	int64_t versions = found ? sql_get(&q, 1) : 0;
	TRY(sql_close(&q));
	if (state < 0 || state >= RETURN_STATE__COUNT)
		return E_CORRUPT;
	from = (enum return_state)state;
	if (!return_next(from, step, &next))
		return E_DENIED;
	if (versions != version)
		return E_EXISTS;
	sql_open(&q, &o->db, "UPDATE returns SET state = ?, judged = ?, reason = ? WHERE id = ?");
	sql_int(&q, next);
	sql_int(&q, now.seconds);
	sql_str(&q, reason);
	sql_int(&q, head->id);
	return sql_run(&q);
}

enum err return_accept(struct office *o, const struct return_head *head, int64_t version,
	const struct actor *actor, struct instant now)
{
	TRY(judge(o, head, version, RETURN_ACCEPT, STR(""), now));
	return return_note(o, head, actor, now, "accept", version, STR(""));
}

static bool reason_valid(struct str reason)
{
	for (size_t i = 0; i < reason.size; i++)
		if ((unsigned char)reason.data[i] < 0x20 && reason.data[i] != '\n' &&
			reason.data[i] != '\r' && reason.data[i] != '\t')
			return false;
	return reason.size > 0 && reason.size <= LIMIT_ANSWER_NOTE;
}

enum err return_send_back(struct office *o, const struct return_head *head, int64_t version,
	struct str reason, const struct actor *actor, struct instant now)
{
	reason = str_trim(reason);
	if (!reason_valid(reason))
		return E_USAGE;
	TRY(judge(o, head, version, RETURN_SEND_BACK, reason, now));
	return return_note(o, head, actor, now, "send-back", version, reason);
}
