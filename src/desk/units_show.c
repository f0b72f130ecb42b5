/* SPDX-License-Identifier: Apache-2.0 */
/* One organisation: names, place, contact point, networks, what stands below it, what it was. */
#include "desk/units.h"
#include "office/contact.h"

static enum err keep_since(void *context, const struct org *org)
{
	*(struct date *)context = org->since;
	return E_OK;
}

/* Name and code, of the last time it was there; "–" for what they may not see. */
static struct str name_of(struct desk_request *r, int64_t id)
{
	struct org org;
	struct date last = {0};
	if (!id || !desk_unit_seen(r, id))
		return STR("–");
	enum err err = org_find(r->office, id, desk_today(r), r->arena, &org);
	if (err == E_NOTFOUND)
		err = org_each_version(r->office, id, keep_since, &last);
	if (err == E_OK && last.year)
		err = org_find(r->office, id, last, r->arena, &org);
	return err == E_OK ? desk_text(r, "%.*s (%.*s)", STR_ARG(desk_unit_name(r, &org)),
				     STR_ARG(org.code))
			   : STR("–");
}

static void write_facts(struct desk_page *p, const struct org *org)
{
	struct desk_request *r = p->r;
	bool enterprise = org->kind == ORG_ENTERPRISE;
	desk_facts_begin(p);
	desk_fact(p, MESSAGE_DESK_UNITS_CODE, org->code);
	desk_fact(p, MESSAGE_DESK_UNITS_NAME_EN, org->name[LANG_EN]);
	desk_fact(p, MESSAGE_DESK_UNITS_LEVEL, org->level);
	desk_fact(p, MESSAGE_DESK_UNITS_KIND,
		text(r->lang,
			enterprise ? MESSAGE_DESK_UNITS_ENTERPRISE : MESSAGE_DESK_UNITS_AGENCY));
	desk_fact(p, MESSAGE_DESK_UNITS_PLACE, name_of(r, org->parent));
	desk_fact(p, MESSAGE_DESK_UNITS_TAX_CODE, org->tax_code);
	desk_fact(p, MESSAGE_DESK_UNITS_MAIL, org->mail);
	desk_fact(p, MESSAGE_DESK_UNITS_PHONE, org->phone);
	desk_facts_end(p);
}

/* --- contact point, networks --- */

static void write_contact(struct desk_page *p, const struct org *org, bool may_change)
{
	struct contact contact;
	struct desk_request *r = p->r;
	desk_say(p, "h2", NULL, MESSAGE_DESK_UNITS_CONTACT);
	enum err err = contact_get(r->office, STR(""), org->id, r->arena, &contact);
	if (err == E_OK) {
		desk_facts_begin(p);
		desk_fact(p, MESSAGE_DESK_UNITS_PERSON, contact.name);
		desk_fact(p, MESSAGE_DESK_UNITS_PHONE, contact.phone);
		desk_fact(p, MESSAGE_DESK_UNITS_MAIL, contact.mail);
		desk_facts_end(p);
	} else {
		desk_say(p, "p", "hint", MESSAGE_DESK_UNITS_NO_CONTACT);
	}
	if (may_change)
		desk_link(p, "button quiet", desk_unit_path(r, org->id, "/contact"),
			text(r->lang, MESSAGE_DESK_UNITS_CONTACT_CHANGE));
}

static enum err write_network(void *context, struct prefix prefix)
{
	struct desk_page *p = context;
	struct writer w;
	writer_init(&w, 128);
	writer_prefix(&w, prefix);
	html_open(&p->html, "li");
	html_text(&p->html, writer_view_str(&w));
	html_close(&p->html, "li");
	writer_release(&w);
	return E_OK;
}

static void write_networks(struct desk_page *p, const struct org *org, bool may_change)
{
	struct desk_request *r = p->r;
	desk_say(p, "h2", NULL, MESSAGE_DESK_UNITS_NETWORKS);
	desk_say(p, "p", "hint", MESSAGE_DESK_UNITS_NETWORKS_HINT);
	html_open(&p->html, "ul");
	enum err err = org_each_network(r->office, org->id, write_network, p);
	html_close(&p->html, "ul");
	if (err == E_OK && may_change)
		desk_link(p, "button quiet", desk_unit_path(r, org->id, "/networks"),
			text(r->lang, MESSAGE_DESK_UNITS_NETWORKS_CHANGE));
}

/* --- history --- */

static enum err write_version(void *context, const struct org *org)
{
	struct desk_page *p = context;
	struct desk_request *r = p->r;
	desk_row_begin(p);
	desk_cell(p, desk_date(r, org->since));
	desk_cell(p, org->until.year ? desk_date(r, org->until)
				     : text(r->lang, MESSAGE_DESK_UNITS_STILL));
	desk_cell(p, arena_copy(r->arena, desk_unit_name(r, org)));
	desk_cell(p, arena_copy(r->arena, org->level));
	desk_cell(p, name_of(r, org->parent));
	desk_row_end(p);
	return E_OK;
}

static enum err write_successor(void *context, const struct org_successor *successor)
{
	static const enum message messages[ORG_SUCCESSION__COUNT] = {
		[ORG_MERGED] = MESSAGE_DESK_UNITS_MERGED,
		[ORG_SPLIT] = MESSAGE_DESK_UNITS_SPLIT,
		[ORG_RENAMED] = MESSAGE_DESK_UNITS_RENAMED};
	struct desk_page *p = context;
	struct desk_request *r = p->r;
	desk_say_values(p, "li", NULL, messages[successor->how],
		{STR("day"), desk_date(r, successor->day)},
		{STR("from"), name_of(r, successor->from)}, {STR("to"), name_of(r, successor->to)});
	return E_OK;
}

static void write_history(struct desk_page *p, const struct org *org)
{
	struct desk_request *r = p->r;
	const struct desk_column columns[] = {
		{NULL, text(r->lang, MESSAGE_DESK_UNITS_SINCE), false},
		{NULL, text(r->lang, MESSAGE_DESK_UNITS_UNTIL), false},
		{NULL, text(r->lang, MESSAGE_DESK_UNITS_NAME), false},
		{NULL, text(r->lang, MESSAGE_DESK_UNITS_LEVEL), false},
		{NULL, text(r->lang, MESSAGE_DESK_UNITS_PLACE), false},
	};
	const struct desk_table table = {.caption = text(r->lang, MESSAGE_DESK_UNITS_HISTORY),
		.columns = columns,
		.column_count = sizeof(columns) / sizeof(columns[0]),
		.path = r->path};
	desk_say(p, "h2", NULL, MESSAGE_DESK_UNITS_HISTORY);
	desk_table_begin(p, &table);
	enum err err = org_each_version(r->office, org->id, write_version, p);
	desk_table_end(p);
	html_open(&p->html, "ul");
	if (err == E_OK)
		err = org_each_successor(r->office, org->id, write_successor, p);
	html_close(&p->html, "ul");
	(void)err; /* the rest of the page is still true */
}

/* --- the page --- */

static void write_below(struct desk_page *p, const struct org *org, bool may_change)
{
	struct desk_request *r = p->r;
	desk_say(p, "h2", NULL, MESSAGE_DESK_UNITS_BELOW);
	desk_unit_table(p, org->id, desk_unit_path(r, org->id, ""));
	if (may_change)
		desk_link(p, "button quiet",
			desk_text(r, "orgs/new?under=%lld", (long long)org->id),
			text(r->lang, MESSAGE_DESK_UNITS_ADD));
}

static bool is_there(const struct desk_request *r, const struct org *org)
{
	int64_t today = date_instant(desk_today(r)).seconds;
	return date_instant(org->since).seconds <= today &&
	       (!org->until.year || date_instant(org->until).seconds > today);
}

void desk_unit(struct desk_request *r)
{
	struct org org;
	struct desk_page p;
	struct desk_head head = {.place = DESK_PLACE_ORGS, .wide = true};
	if (!desk_unit_find(r, ACT_SEE_ORG, &org))
		return;
	head.title = desk_unit_name(r, &org);
	desk_unit_way(r, &org, false, &head);
	bool there = is_there(r, &org);
	bool may_change =
		there && actor_may(r->office, r->actor, ACT_CHANGE_ORG, STR(""), org.id) == E_OK;
	desk_page_begin(&p, r, &head, NULL);
	if (!there)
		desk_notice(&p, DESK_WAITS, text(r->lang, MESSAGE_DESK_UNITS_NOT_THERE));
	write_facts(&p, &org);
	if (may_change)
		desk_link(&p, "button quiet", desk_unit_path(r, org.id, "/change"),
			text(r->lang, MESSAGE_DESK_UNITS_CHANGE));
	write_below(&p, &org, may_change);
	write_contact(&p, &org, may_change);
	write_networks(&p, &org, may_change);
	write_history(&p, &org);
	desk_page_end(&p);
}
