/* SPDX-License-Identifier: Apache-2.0 */
/* Forms on organisations: a new one, another name or place. */
#include "desk/units.h"

/* What the form holds, as text: of the one that is, or as it was sent. */
struct unit_form {
	struct org org;
	struct str since, parent; /* day, code */
	struct str mark;          /* of what the form was made from; empty: of nothing */
	bool fresh;
	bool places; /* the place may be changed */
};

/* --- shown --- */

static void write_field(struct desk_page *p, const char *name, enum message label, struct str value,
	const char *type, bool optional)
{
	const struct desk_input input = {.name = name,
		.label = text(p->lang, label),
		.value = value,
		.type = type,
		.optional = optional};
	desk_input(p, &input);
}

static void write_code_field(struct desk_page *p, struct str value)
{
	const struct desk_input input = {.name = "code",
		.label = text(p->lang, MESSAGE_DESK_UNITS_CODE),
		.hint = text(p->lang, MESSAGE_DESK_UNITS_CODE_HINT),
		.value = value,
		.width = 20};
	desk_input(p, &input);
}

static void write_kind(struct desk_page *p, enum org_kind kind)
{
	const struct desk_input input = {.name = "kind",
		.label = text(p->lang, MESSAGE_DESK_UNITS_KIND),
		.value = kind == ORG_ENTERPRISE ? STR("enterprise") : STR("agency")};
	const struct desk_option options[] = {
		{STR("agency"), text(p->lang, MESSAGE_DESK_UNITS_AGENCY), STR("")},
		{STR("enterprise"), text(p->lang, MESSAGE_DESK_UNITS_ENTERPRISE), STR("")}};
	desk_radios(p, &input, options, 2);
}

static void write_place_fields(struct desk_page *p, const struct unit_form *f)
{
	const struct desk_input parent = {.name = "parent",
		.label = text(p->lang, MESSAGE_DESK_UNITS_PARENT),
		.hint = text(p->lang, MESSAGE_DESK_UNITS_PARENT_HINT),
		.value = f->parent,
		.width = 20,
		.optional = true};
	const struct desk_input since = {.name = "since",
		.label = text(p->lang, MESSAGE_DESK_UNITS_SINCE_FIELD),
		.hint = text(p->lang, MESSAGE_DESK_UNITS_SINCE_HINT),
		.value = f->since,
		.type = "date",
		.width = 14};
	if (f->places)
		desk_input(p, &parent);
	desk_input(p, &since);
}

static void show(struct desk_request *r, const struct desk_head *head, const struct unit_form *f,
	struct str path, const struct desk_problems *problems)
{
	struct desk_page p;
	const struct org *org = &f->org;
	desk_page_begin(&p, r, head, problems);
	desk_form_open(&p, "card", path);
	if (!f->fresh)
		desk_hidden(&p, "mark", f->mark);
	if (f->fresh)
		write_code_field(&p, org->code);
	write_field(&p, "name_vi", MESSAGE_DESK_UNITS_NAME_VI, org->name[LANG_VI], NULL, false);
	write_field(&p, "name_en", MESSAGE_DESK_UNITS_NAME_EN, org->name[LANG_EN], NULL, true);
	write_field(&p, "level", MESSAGE_DESK_UNITS_LEVEL, org->level, NULL, true);
	write_kind(&p, org->kind);
	write_field(&p, "tax_code", MESSAGE_DESK_UNITS_TAX_CODE, org->tax_code, NULL, true);
	write_field(&p, "mail", MESSAGE_DESK_UNITS_MAIL, org->mail, "email", true);
	write_field(&p, "phone", MESSAGE_DESK_UNITS_PHONE, org->phone, "tel", true);
	write_place_fields(&p, f);
	desk_button(&p, NULL, NULL, STR(""), MESSAGE_DESK_SAVE);
	desk_form_close(&p);
	desk_page_end(&p);
}

/* --- sent --- */

static void take_fields(struct desk_request *r, struct unit_form *f)
{
	struct org *org = &f->org;
	if (f->fresh)
		org->code = desk_field(r, "code");
	org->name[LANG_VI] = desk_field(r, "name_vi");
	org->name[LANG_EN] = desk_field(r, "name_en");
	org->level = desk_field(r, "level");
	org->kind =
		str_equal(desk_field(r, "kind"), STR("enterprise")) ? ORG_ENTERPRISE : ORG_AGENCY;
	org->tax_code = desk_field(r, "tax_code");
	org->mail = desk_field(r, "mail");
	org->phone = desk_field(r, "phone");
	f->since = desk_field(r, "since");
	if (f->places)
		f->parent = desk_field(r, "parent");
}

/* Whom they may not change it may not come to stand below: as if there were no such code. */
static enum err find_parent(struct desk_request *r, struct unit_form *f, struct problem *problem)
{
	int64_t parent = 0;
	enum err err = E_OK;
	if (!f->places)
		return E_OK;
	if (f->parent.size > 0)
		err = org_id_of(r->office, f->parent, &parent);
	if (err == E_OK && parent != f->org.parent)
		err = actor_may(r->office, r->actor, ACT_CHANGE_ORG, STR(""), parent);
	if (err == E_NOTFOUND || err == E_DENIED) {
		problem_set(problem, PROBLEM_UNIT_UNKNOWN, STR("parent"), f->parent);
		return E_SYNTAX;
	}
	f->org.parent = parent;
	return err;
}

static enum err check_fields(struct desk_request *r, struct unit_form *f, struct problem *problem)
{
	int64_t other;
	if (!date_parse(f->since, &f->org.since) || f->org.since.year < 1900) {
		problem_set(problem, PROBLEM_BAD_DAY, STR("since"), f->since);
		return E_SYNTAX;
	}
	f->org.until = (struct date){0};
	TRY(find_parent(r, f, problem));
	if (!f->fresh)
		return E_OK;
	enum err err = org_id_of(r->office, f->org.code, &other);
	if (err == E_OK) {
		problem_set(problem, PROBLEM_UNIT_CODE_TAKEN, STR("code"), f->org.code);
		return E_SYNTAX;
	}
	return err == E_NOTFOUND ? E_OK : err;
}

/* What the form was made from is still so. Asked within the transaction. */
static enum err check_mark(struct desk_request *r, struct unit_form *f)
{
	struct org now;
	enum err err = org_find(r->office, f->org.id, desk_today(r), r->arena, &now);
	if (err != E_OK)
		return err == E_NOTFOUND ? E_EXISTS : err;
	f->mark = desk_unit_mark(r, &now, 1, NULL);
	return str_equal(f->mark, desk_field(r, "mark")) ? E_OK : E_EXISTS;
}

static enum err put(
	struct desk_request *r, struct unit_form *f, int64_t *ret_id, struct problem *problem)
{
	const struct audit_entry by = actor_entry(r->actor, r->now, "org.put");
	if (!f->fresh)
		TRY(check_mark(r, f));
	TRY(check_fields(r, f, problem));
	/* The day here may have begun before that of UTC. */
	TRY(org_advance(r->office, desk_today(r)));
	return org_put(r->office, &f->org, &by, ret_id, problem);
}

/* False: it is to be shown again. */
static bool save(struct desk_request *r, struct unit_form *f, struct desk_problems *problems)
{
	int64_t id = 0;
	struct problem problem = {0};
	take_fields(r, f);
	if (!desk_begin(r))
		return true;
	enum err err = desk_end(r, put(r, f, &id, &problem));
	if (err == E_OK) {
		desk_redirect(r, desk_unit_path(r, id, ""), MESSAGE_DESK_SAVED);
	} else if (err == E_EXISTS) {
		desk_problem_add(r, problems, "", MESSAGE_DESK_UNITS_CHANGED_BETWEEN);
		return false;
	} else if (err == E_SYNTAX && problem.code != PROBLEM_NONE) {
		desk_unit_wrong(r, problems, &problem);
		return false;
	} else {
		desk_failed(r, err);
	}
	return true;
}

/* --- pages --- */

void desk_unit_change(struct desk_request *r)
{
	struct unit_form f = {0};
	struct desk_problems problems = {.count = 0};
	struct desk_head head = {
		.place = DESK_PLACE_ORGS, .title = text(r->lang, MESSAGE_DESK_UNITS_CHANGE_TITLE)};
	if (!desk_unit_find(r, ACT_CHANGE_ORG, &f.org))
		return;
	desk_unit_way(r, &f.org, true, &head);
	f.since = desk_unit_today_text(r);
	f.places = f.org.parent
			   ? desk_unit_seen(r, f.org.parent)
			   : actor_may(r->office, r->actor, ACT_CHANGE_ORG, STR(""), 0) == E_OK;
	if (f.places && f.org.parent &&
		org_code_of(r->office, f.org.parent, r->arena, &f.parent) != E_OK)
		f.parent = STR("");
	f.mark = desk_unit_mark(r, &f.org, 1, NULL);
	if (r->posted && save(r, &f, &problems))
		return;
	show(r, &head, &f, desk_unit_path(r, f.org.id, "/change"), &problems);
}

void desk_unit_new(struct desk_request *r)
{
	uint64_t under = 0;
	struct org above;
	struct unit_form f = {.fresh = true};
	struct desk_problems problems = {.count = 0};
	struct desk_head head = {
		.place = DESK_PLACE_ORGS, .title = text(r->lang, MESSAGE_DESK_UNITS_ADD)};
	if (!str_to_u64(desk_argument(r, "under"), INT64_MAX, &under)) {
		desk_not_found(r);
		return;
	}
	if (!desk_may(r, ACT_CHANGE_ORG, STR(""), (int64_t)under))
		return;
	f.org.parent = (int64_t)under;
	f.since = desk_unit_today_text(r);
	if (under && org_find(r->office, f.org.parent, desk_today(r), r->arena, &above) != E_OK) {
		desk_not_found(r);
		return;
	}
	if (under)
		desk_unit_way(r, &above, true, &head);
	if (r->posted && save(r, &f, &problems))
		return;
	show(r, &head, &f, desk_text(r, "orgs/new?under=%llu", (unsigned long long)under),
		&problems);
}
