/* SPDX-License-Identifier: Apache-2.0 */
/* Returns that nothing was found wrong with, looked over and accepted together. */
#include "desk/post.h"
#include "desk/rollup.h"

enum {
	AT_ONCE = 100, /* on one page: what a person can look over */
	LOOKED = 1000  /* of what waits */
};

struct waiting {
	struct level_unit unit;
	struct return_content content; /* of the version that waits */
	size_t findings;
	bool may;
};

struct accepting {
	struct rollup_page level;
	struct waiting *list;
	size_t count, clean, others;
	bool more; /* waits, beyond what is shown */
};

static enum err keep_unit(struct accepting *a, const struct level_unit *u)
{
	struct arena *arena = a->level.r->arena;
	struct waiting *w = &a->list[a->count];
	*w = (struct waiting){.unit = *u};
	w->unit.name[LANG_VI] = arena_copy(arena, u->name[LANG_VI]);
	w->unit.name[LANG_EN] = arena_copy(arena, u->name[LANG_EN]);
	w->unit.head.reason = w->unit.head.received_by = STR("");
	if (!w->unit.name[LANG_VI].data || !w->unit.name[LANG_EN].data)
		return E_NOMEM;
	a->count++;
	return E_OK;
}

static enum err take_unit(void *context, const struct level_unit *u)
{
	struct accepting *a = context;
	if (a->count < LOOKED)
		return keep_unit(a, u);
	a->more = true;
	return E_OK;
}

/* A file that a scanner has found something in is a finding too. */
static enum err look_at(struct accepting *a, struct waiting *w)
{
	struct desk_request *r = a->level.r;
	const struct answer_finding *findings;
	enum err err = actor_may(
		r->office, r->actor, ACT_JUDGE_RETURN, a->level.campaign.line, w->unit.org);
	w->may = err == E_OK;
	if (!w->may)
		return err == E_DENIED || err == E_NOTFOUND ? E_OK : err;
	TRY(return_check_version(r->office, &w->unit.head, w->unit.head.versions,
		a->level.campaign.plan.earlier, r->arena, &findings, &w->findings));
	TRY(return_load(r->office, &w->unit.head, w->unit.head.versions, r->arena, &w->content));
	for (size_t i = 0; i < w->content.attachment_count; i++)
		w->findings += w->content.attachments[i].look == ATTACHMENT_FOUND;
	return E_OK;
}

static enum err gather(struct accepting *a)
{
	struct desk_request *r = a->level.r;
	struct str key = a->level.campaign.plan.campaign.key;
	a->list = arena_alloc(r->arena, LOOKED, sizeof(*a->list));
	if (!a->list)
		return E_NOMEM;
	TRY(form_load(r->office, key, -1, r->arena, &a->level.form, &a->level.form_version));
	TRY(level_each_unit(
		r->office, key, a->level.org, false, LEVEL_WAITING, r->now, take_unit, a));
	for (size_t i = 0; i < a->count && a->clean < AT_ONCE; i++) {
		TRY(look_at(a, &a->list[i]));
		a->clean += a->list[i].may && a->list[i].findings == 0;
		a->others += a->list[i].may && a->list[i].findings > 0;
	}
	a->more = a->more || a->clean == AT_ONCE;
	return E_OK;
}

/* Names the version: one that has come since is not accepted unseen. */
static const char *field_of(struct desk_request *r, const struct waiting *w)
{
	const char *name =
		arena_cstr(r->arena, desk_text(r, "return-%lld-%lld", (long long)w->unit.org,
					     (long long)w->unit.head.versions));
	return name ? name : "";
}

/* --- the page --- */

static struct str value_of(struct accepting *a, const struct waiting *w, size_t row)
{
	uint64_t number;
	struct desk_request *r = a->level.r;
	struct return_form form;
	int64_t version;
	if (form_load(r->office, w->unit.head.campaign, w->content.form, r->arena, &form,
		    &version) != E_OK)
		return STR("–");
	size_t at = form_find(&form, a->level.form.rows[row].key);
	return at < form.row_count && answer_number(&w->content.answers[at], &number)
		       ? desk_number(r, number)
		       : STR("–");
}

enum {
	COLUMNS = 6
};

static size_t fill_columns(
	struct accepting *a, struct desk_column columns[COLUMNS], size_t rows[COLUMNS])
{
	enum lang lang = a->level.r->lang;
	size_t count = 2;
	columns[0] = (struct desk_column){NULL, text(lang, MESSAGE_DESK_ROLLUP_UNIT), false};
	columns[1] = (struct desk_column){NULL, text(lang, MESSAGE_DESK_RETURN_SUBMITTED), false};
	for (size_t i = 0; i < a->level.form.row_count && count < COLUMNS; i++) {
		if (a->level.form.rows[i].type != ROW_NUMBER)
			continue;
		rows[count] = i;
		columns[count++] =
			(struct desk_column){NULL, a->level.form.rows[i].label[lang], true};
	}
	return count;
}

static void write_clean(struct desk_page *p, struct accepting *a)
{
	struct desk_column columns[COLUMNS];
	size_t rows[COLUMNS];
	struct desk_request *r = a->level.r;
	const struct desk_table table = {.caption = text(r->lang, MESSAGE_DESK_ACCEPT_CLEAN),
		.columns = columns,
		.column_count = fill_columns(a, columns, rows)};
	desk_table_begin(p, &table);
	for (size_t i = 0; i < a->count; i++) {
		const struct waiting *w = &a->list[i];
		const struct desk_input box = {
			.name = field_of(r, w), .label = returns_name(w->unit.name, r->lang)};
		if (!w->may || w->findings > 0)
			continue;
		desk_row_begin(p);
		desk_cell_open(p);
		desk_checkbox(p, &box, true);
		desk_cell_close(p);
		desk_cell(p, desk_time(r, w->unit.head.submitted));
		for (size_t k = 2; k < table.column_count; k++)
			desk_cell(p, value_of(a, w, rows[k]));
		desk_row_end(p);
	}
	desk_table_end(p);
}

static void write_others(struct desk_page *p, struct accepting *a)
{
	struct desk_request *r = a->level.r;
	desk_say(p, "h2", NULL, MESSAGE_DESK_ACCEPT_OTHERS);
	desk_say(p, "p", "hint", MESSAGE_DESK_ACCEPT_OTHERS_TEXT);
	html_open_class(&p->html, "ul", "returns-found");
	for (size_t i = 0; i < a->count; i++) {
		const struct waiting *w = &a->list[i];
		if (!w->may || w->findings == 0)
			continue;
		html_open(&p->html, "li");
		desk_link(p, NULL,
			returns_path(r, a->level.campaign.plan.campaign.key, w->unit.org, ""),
			returns_name(w->unit.name, r->lang));
		html_close(&p->html, "li");
	}
	html_close(&p->html, "ul");
}

static void show(struct accepting *a)
{
	struct desk_page p;
	struct desk_request *r = a->level.r;
	rollup_begin_page(&p, &a->level, text(r->lang, MESSAGE_DESK_ACCEPT_TITLE), true, true);
	desk_say(&p, "p", NULL, a->clean > 0 ? MESSAGE_DESK_ACCEPT_TEXT : MESSAGE_DESK_ACCEPT_NONE);
	if (a->clean > 0) {
		desk_form_open(&p, "over",
			rollup_path(
				r, a->level.campaign.plan.campaign.key, a->level.org, "/accept"));
		write_clean(&p, a);
		desk_button(&p, NULL, NULL, STR(""), MESSAGE_DESK_ACCEPT_ALL);
		desk_form_close(&p);
	}
	if (a->more)
		desk_say(&p, "p", "hint", MESSAGE_DESK_ACCEPT_MORE);
	if (a->others > 0)
		write_others(&p, a);
	desk_page_end(&p);
}

/* --- accept --- */

static enum err accept_one(
	struct accepting *a, const struct waiting *w, const struct notice_house *house)
{
	struct desk_request *r = a->level.r;
	int64_t version = w->unit.head.versions;
	TRY(return_accept(r->office, &w->unit.head, version, r->actor, r->now));
	return desk_judged(
		r, house, &a->level.campaign.plan.campaign, w->unit.org, version, true, STR(""));
}

/* What was ticked and still is as it was looked at; all of it or nothing. */
static enum err accept_all(struct accepting *a, const struct notice_house *house)
{
	for (size_t i = 0; i < a->count; i++) {
		const struct waiting *w = &a->list[i];
		bool ticked = desk_field(a->level.r, field_of(a->level.r, w)).size > 0;
		if (w->may && w->findings == 0 && ticked)
			TRY(accept_one(a, w, house));
	}
	return E_OK;
}

void desk_rollup_accept(struct desk_request *r)
{
	struct notice_house house;
	struct accepting a = {.count = 0};
	if (!rollup_open(r, &a.level))
		return;
	enum err err = gather(&a);
	if (err != E_OK) {
		desk_failed(r, err);
		return;
	}
	if (!r->posted) {
		show(&a);
		return;
	}
	if (!desk_house(r, &house) || !desk_begin(r))
		return;
	err = desk_end(r, accept_all(&a, &house));
	struct str key = a.level.campaign.plan.campaign.key;
	if (err == E_OK)
		desk_redirect(
			r, rollup_path(r, key, a.level.org, "/accept"), MESSAGE_DESK_ACCEPT_DONE);
	else if (err == E_EXISTS || err == E_DENIED)
		desk_redirect(r, rollup_path(r, key, a.level.org, "/accept"),
			MESSAGE_DESK_RETURN_CHANGED);
	else
		desk_failed(r, err);
}
