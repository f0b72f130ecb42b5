/* SPDX-License-Identifier: Apache-2.0 */
/* What the pages on organisations share: finding one of them, saying what is wrong with a form. */
#include "desk/units.h"

#include "office/contact.h"
#include "office/org_list.h"

struct str desk_unit_path(struct desk_request *r, int64_t org, const char *behind)
{
	return desk_text(r, "orgs/%lld%s", (long long)org, behind);
}

struct str desk_unit_name(const struct desk_request *r, const struct org *org)
{
	return r->lang == LANG_EN && org->name[LANG_EN].size > 0 ? org->name[LANG_EN]
								 : org->name[LANG_VI];
}

/* What is not there today was, or will be, somebody's: who coordinates that sees it. */
static enum err may_see(struct desk_request *r, int64_t org, struct date day)
{
	bool there, was;
	enum err err = actor_may(r->office, r->actor, ACT_SEE_ORG, STR(""), org);
	if (err != E_NOTFOUND || r->actor->role != ROLE_COORDINATOR || !r->actor->org)
		return err;
	TRY(line_is_below(r->office, STR(""), 0, org, &there));
	TRY(org_was_below(r->office, r->actor->org, org, day, &was));
	return was && !there ? E_OK : E_NOTFOUND;
}

bool desk_unit_seen(struct desk_request *r, int64_t org)
{
	return may_see(r, org, (struct date){0}) == E_OK;
}

/* --- one of them --- */

static enum err keep_last(void *context, const struct org *org)
{
	*(struct date *)context = org->since;
	return E_OK;
}

/* As it was last known, or will first be. */
static enum err find_any_day(struct desk_request *r, int64_t id, struct org *ret_org)
{
	struct date since = {0};
	enum err err = org_find(r->office, id, desk_today(r), r->arena, ret_org);
	if (err != E_NOTFOUND)
		return err;
	TRY(org_each_version(r->office, id, keep_last, &since));
	return since.year ? org_find(r->office, id, since, r->arena, ret_org) : E_NOTFOUND;
}

/* A new day may bring changes that were entered before. False: it has been answered. */
bool desk_unit_keep_today(struct desk_request *r)
{
	enum err err = org_keep_today(r->office, desk_today(r));
	if (err != E_OK)
		desk_failed(r, err);
	return err == E_OK;
}

bool desk_unit_find(struct desk_request *r, enum act act, struct org *ret_org)
{
	int64_t id;
	if (!desk_part_id(r, 0, &id)) {
		desk_not_found(r);
		return false;
	}
	if (!desk_unit_keep_today(r))
		return false;
	if (!(act == ACT_SEE_ORG && desk_unit_seen(r, id)) && !desk_may(r, act, STR(""), id))
		return false;
	enum err err = find_any_day(r, id, ret_org);
	if (err == E_NOTFOUND)
		desk_not_found(r);
	else if (err != E_OK)
		desk_failed(r, err);
	return err == E_OK;
}

/* The nearest are the most telling: what does not fit is left out at the top. */
void desk_unit_way(struct desk_request *r, const struct org *org, bool self, struct desk_head *head)
{
	struct org way[DESK_CRUMBS];
	struct org at = *org;
	size_t count = 0;
	if (self)
		way[count++] = *org;
	while (at.parent && count + 1 < DESK_CRUMBS && desk_unit_seen(r, at.parent) &&
		find_any_day(r, at.parent, &at) == E_OK)
		way[count++] = at;
	head->crumbs[head->crumb_count++] =
		(struct desk_crumb){STR("orgs"), text(r->lang, MESSAGE_DESK_MENU_ORGS)};
	while (count > 0) {
		const struct org *one = &way[--count];
		head->crumbs[head->crumb_count++] =
			(struct desk_crumb){desk_unit_path(r, one->id, ""), desk_unit_name(r, one)};
	}
}

/* --- what is wrong, what has changed --- */

void desk_unit_wrong(
	struct desk_request *r, struct desk_problems *problems, const struct problem *problem)
{
	static const char *const fields[] = {"code", "name_vi", "name_en", "level", "kind",
		"tax_code", "mail", "phone", "since", "parent", "name", "prefix", "day", "into",
		"units", "superior"};
	struct writer w;
	const char *field = "";
	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++)
		if (str_equal(problem_field(problem), str_from(fields[i])))
			field = fields[i];
	writer_init(&w, 4096);
	text_problem(&w, r->lang, problem);
	desk_problem_add_text(problems, field, arena_copy(r->arena, writer_view_str(&w)));
	writer_release(&w);
}

/* FNV-1a, 64 bits: not against anybody, only to see that two forms met. */
static uint64_t mix(uint64_t mark, struct str text)
{
	static const uint64_t prime = 0x100000001b3;
	for (size_t i = 0; i < text.size; i++)
		mark = (mark ^ (unsigned char)text.data[i]) * prime;
	return (mark ^ 0xFF) * prime;
}

struct str desk_unit_mark(
	struct desk_request *r, const struct org *orgs, size_t count, const struct contact *contact)
{
	uint64_t mark = 0xcbf29ce484222325;
	for (size_t i = 0; i < count; i++) {
		const struct org *org = &orgs[i];
		struct str numbers = desk_text(r, "%lld %lld %d %d-%u-%u %d-%u-%u",
			(long long)org->id, (long long)org->parent, (int)org->kind, org->since.year,
			org->since.month, org->since.day, org->until.year, org->until.month,
			org->until.day);
		const struct str texts[] = {org->code, org->name[LANG_VI], org->name[LANG_EN],
			org->level, org->tax_code, org->mail, org->phone, numbers};
		for (size_t j = 0; j < sizeof(texts) / sizeof(texts[0]); j++)
			mark = mix(mark, texts[j]);
	}
	if (contact)
		mark = mix(mix(mix(mark, contact->name), contact->phone), contact->mail);
	return desk_text(r, "%016llx", (unsigned long long)mark);
}

struct str desk_unit_today_text(struct desk_request *r)
{
	struct date day = desk_today(r);
	return desk_text(r, "%04d-%02u-%02u", day.year, (unsigned)day.month, (unsigned)day.day);
}
