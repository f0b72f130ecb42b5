/* SPDX-License-Identifier: Apache-2.0 */
#include "desk/audit_details.h"

#include "desk/accounts.h"
#include "desk/campaign_plan.h"
#include "desk/desk_parts.h"
#include "desk/jobs.h"
#include "model/sighting.h"
#include "model/site.h"
#include "office/org.h"

#define FILLED(r, message, ...)                                                                    \
	desk_words(r, message, (const struct text_arg[]){__VA_ARGS__},                             \
		sizeof((const struct text_arg[]){__VA_ARGS__}) / sizeof(struct text_arg))

/* --- details --- */

/* "- ends=2027-03-31": what it was; with + what it is. */
static struct str plan_words_of(struct desk_request *r, struct str line)
{
	static const struct {
		struct str option;
		enum plan_line line;
	} all[] = {
		{STR_INIT("name-vi"), PLAN_LINE_NAME_VI},
		{STR_INIT("name-en"), PLAN_LINE_NAME_EN},
		{STR_INIT("country"), PLAN_LINE_COUNTRY},
		{STR_INIT("zone"), PLAN_LINE_ZONE},
		{STR_INIT("begins"), PLAN_LINE_BEGINS},
		{STR_INIT("ends"), PLAN_LINE_ENDS},
		{STR_INIT("before"), PLAN_LINE_BEFORE},
		{STR_INIT("after"), PLAN_LINE_AFTER},
		{STR_INIT("baseline"), PLAN_LINE_BASELINE},
		{STR_INIT("goal"), PLAN_LINE_GOALS},
		{STR_INIT("goal-name-vi"), PLAN_LINE_GOALS},
		{STR_INIT("goal-name-en"), PLAN_LINE_GOALS},
		{STR_INIT("panel"), PLAN_LINE_PANEL},
		{STR_INIT("earlier"), PLAN_LINE_EARLIER},
	};
	struct str value, rest = line;
	bool signed_line = str_starts(rest, STR("- ")) || str_starts(rest, STR("+ "));
	struct str sign = {line.data, signed_line ? 2 : 0};
	rest = (struct str){rest.data + sign.size, rest.size - sign.size};
	struct str option = str_cut(rest, '=', &value);
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		if (str_equal(option, all[i].option))
			return desk_text(r, "%.*s%.*s: %.*s", STR_ARG(sign),
				STR_ARG(text(r->lang, plan_line_message(all[i].line))),
				STR_ARG(value.size > 0 ? value : STR("–")));
	return line;
}

static struct str plan_words(struct desk_request *r, struct str detail)
{
	struct str words = STR(""), rest = detail;
	while (rest.size > 0) {
		struct str line = plan_words_of(r, str_cut(rest, '\n', &rest));
		words = desk_text(
			r, "%.*s%s%.*s", STR_ARG(words), words.size > 0 ? "\n" : "", STR_ARG(line));
	}
	return words;
}

static bool skip(struct str *rest, struct str start)
{
	if (!str_starts(*rest, start))
		return false;
	*rest = (struct str){rest->data + start.size, rest->size - start.size};
	return true;
}

/* Its digits; false: there are none. */
static bool take_number(struct str *rest, uint64_t *ret_number)
{
	size_t size = 0;
	while (size < rest->size && rest->data[size] >= '0' && rest->data[size] <= '9')
		size++;
	if (!str_to_u64((struct str){rest->data, size}, INT64_MAX, ret_number))
		return false;
	*rest = (struct str){rest->data + size, rest->size - size};
	return true;
}

static struct str day_words(struct desk_request *r, struct str day)
{
	struct date date;
	return date_parse(day, &date) ? desk_date(r, date) : day;
}

/* "version 3, on behalf: what was said" */
static struct str version_words(struct desk_request *r, struct str detail)
{
	uint64_t version;
	struct str rest = detail, words = STR("");
	if (skip(&rest, STR("version "))) {
		if (!take_number(&rest, &version))
			return detail;
		words = FILLED(
			r, MESSAGE_DESK_AUDIT_VERSION, {STR("number"), desk_number(r, version)});
		(void)skip(&rest, STR(", "));
	}
	if (skip(&rest, STR("on behalf")))
		words = desk_text(r, "%.*s%s%.*s", STR_ARG(words), words.size > 0 ? ", " : "",
			STR_ARG(text(r->lang, MESSAGE_DESK_AUDIT_BEHALF)));
	if (words.size == 0)
		return detail;
	return desk_text(r, "%.*s%.*s", STR_ARG(words), STR_ARG(rest));
}

/* "created 1, changed 2, ended 3" */
static struct str count_words(struct desk_request *r, struct str detail)
{
	uint64_t created, changed, ended;
	struct str rest = detail;
	if (!skip(&rest, STR("created ")) || !take_number(&rest, &created) ||
		!skip(&rest, STR(", changed ")) || !take_number(&rest, &changed) ||
		!skip(&rest, STR(", ended ")) || !take_number(&rest, &ended))
		return detail;
	return FILLED(r, MESSAGE_DESK_AUDIT_COUNTS, {STR("created"), desk_number(r, created)},
		{STR("changed"), desk_number(r, changed)}, {STR("ended"), desk_number(r, ended)});
}

/* "level 1: 2026-10-22", "org 12: excused" */
static struct str deadline_words(struct desk_request *r, struct str detail)
{
	uint64_t number;
	struct date day;
	struct str rest = detail, whose;
	bool level = skip(&rest, STR("level "));
	if ((!level && !skip(&rest, STR("org "))) || !take_number(&rest, &number) ||
		!skip(&rest, STR(": ")))
		return detail;
	whose = level ? FILLED(r, MESSAGE_DESK_AUDIT_LEVEL,
				{STR("number"), desk_number(r, number + 1)})
		      : desk_org_name(r, (int64_t)number);
	struct str until = rest;
	if (date_parse(rest, &day))
		until = FILLED(r, MESSAGE_DESK_AUDIT_BEFORE, {STR("day"), desk_date(r, day)});
	else if (str_equal(rest, STR("excused")))
		until = text(r->lang, MESSAGE_DESK_AUDIT_EXCUSED);
	else if (str_equal(rest, STR("none")))
		until = text(r->lang, MESSAGE_DESK_AUDIT_NO_DAY);
	return desk_text(r, "%.*s: %.*s", STR_ARG(whose), STR_ARG(until));
}

/* "reporter 0102 → coordinator 01", "operator" */
static struct str role_words(struct desk_request *r, struct str detail)
{
	enum role role;
	struct str words = STR(""), rest = detail;
	while (rest.size > 0) {
		struct str word = str_cut(rest, ' ', &rest);
		if (role_parse(word, &role))
			word = desk_role_words(r->lang, role);
		words = desk_text(
			r, "%.*s%s%.*s", STR_ARG(words), words.size > 0 ? " " : "", STR_ARG(word));
	}
	return words;
}

static struct str yes_words(struct desk_request *r, struct str detail)
{
	if (str_equal(detail, STR("yes")))
		return text(r->lang, MESSAGE_DESK_AUDIT_YES);
	return str_equal(detail, STR("no")) ? text(r->lang, MESSAGE_DESK_AUDIT_NO) : detail;
}

static struct str job_words(struct desk_request *r, struct str detail)
{
	enum job_kind kind;
	return job_kind_parse(detail, &kind) ? text(r->lang, desk_job_kind_message(kind)) : detail;
}

struct str audit_detail_words(struct desk_request *r, struct str what, struct str detail)
{
	static const struct {
		struct str verb; /* or its beginning, up to a point */
		struct str (*words)(struct desk_request *r, struct str detail);
	} all[] = {
		{STR_INIT("return."), version_words},
		{STR_INIT("page."), version_words},
		{STR_INIT("form."), version_words},
		{STR_INIT("org.import"), count_words},
		{STR_INIT("org."), day_words},
		{STR_INIT("deadline."), deadline_words},
		{STR_INIT("account.add"), role_words},
		{STR_INIT("account.assign"), role_words},
		{STR_INIT("factor.require"), yes_words},
		{STR_INIT("job."), job_words},
		{STR_INIT("campaign.set"), plan_words},
	};
	for (size_t i = 0; detail.size > 0 && i < sizeof(all) / sizeof(all[0]); i++)
		if (str_starts(what, all[i].verb))
			return all[i].words(r, detail);
	return detail;
}

/* --- things --- */

static struct audit_thing account_thing(struct desk_request *r, struct str rest)
{
	struct str mail;
	uint64_t id;
	struct str number = str_cut(rest, ' ', &mail);
	if (!str_to_u64(number, INT64_MAX, &id) || mail.size == 0)
		return (struct audit_thing){STR(""), rest};
	return (struct audit_thing){desk_text(r, "accounts/%lld", (long long)id), mail};
}

static struct audit_thing return_thing(struct desk_request *r, struct str rest)
{
	struct str number;
	uint64_t id;
	struct str key = str_cut(rest, '/', &number);
	if (!str_to_u64(number, INT64_MAX, &id) || !site_key_valid(key))
		return (struct audit_thing){STR(""), rest};
	return (struct audit_thing){
		desk_text(r, "campaigns/%.*s/returns/%lld", STR_ARG(key), (long long)id),
		desk_text(r, "%.*s, %.*s", STR_ARG(key), STR_ARG(desk_org_name(r, (int64_t)id)))};
}

static struct audit_thing unit_thing(struct desk_request *r, struct str code)
{
	return (struct audit_thing){
		STR(""), FILLED(r, MESSAGE_DESK_AUDIT_UNIT, {STR("code"), code})};
}

static struct audit_thing job_thing(struct desk_request *r, struct str number)
{
	uint64_t id;
	bool fine = str_to_u64(number, INT64_MAX, &id);
	return (struct audit_thing){fine ? desk_text(r, "jobs/%.*s", STR_ARG(number)) : STR(""),
		FILLED(r, MESSAGE_DESK_AUDIT_JOB, {STR("number"), number})};
}

static struct audit_thing campaign_thing(struct desk_request *r, struct str key)
{
	return (struct audit_thing){
		site_key_valid(key) ? desk_text(r, "campaigns/%.*s", STR_ARG(key)) : STR(""),
		FILLED(r, MESSAGE_DESK_AUDIT_CAMPAIGN, {STR("key"), key})};
}

static struct audit_thing line_thing(struct desk_request *r, struct str rest)
{
	struct str code;
	struct str key = str_cut(rest, ' ', &code);
	return (struct audit_thing){STR(""),
		code.size > 0 ? desk_text(r, "%.*s, %.*s", STR_ARG(key), STR_ARG(code)) : key};
}

static struct audit_thing feed_thing(struct desk_request *r, struct str name)
{
	return (struct audit_thing){
		feed_name_valid(name) ? desk_text(r, "feeds/%.*s", STR_ARG(name)) : STR(""), name};
}

/* "vi/contact" */
static struct audit_thing page_thing(struct desk_request *r, struct str rest)
{
	struct str key;
	struct str lang = str_cut(rest, '/', &key);
	if (!site_key_valid(key))
		return (struct audit_thing){STR(""), rest};
	return (struct audit_thing){desk_text(r, "pages/%.*s", STR_ARG(key)),
		desk_text(r, "%.*s (%.*s)", STR_ARG(key), STR_ARG(lang))};
}

struct audit_thing audit_thing_of(struct desk_request *r, struct str object)
{
	static const struct {
		struct str kind;
		struct audit_thing (*thing)(struct desk_request *r, struct str rest);
	} all[] = {
		{STR_INIT("account"), account_thing},
		{STR_INIT("return"), return_thing},
		{STR_INIT("org"), unit_thing},
		{STR_INIT("job"), job_thing},
		{STR_INIT("campaign"), campaign_thing},
		{STR_INIT("line"), line_thing},
		{STR_INIT("feed"), feed_thing},
		{STR_INIT("page"), page_thing},
	};
	enum role role;
	struct str rest;
	struct str kind = str_cut(object, ' ', &rest);
	for (size_t i = 0; rest.size > 0 && i < sizeof(all) / sizeof(all[0]); i++)
		if (str_equal(kind, all[i].kind))
			return all[i].thing(r, rest);
	if (role_parse(object, &role))
		return (struct audit_thing){STR(""), desk_role_words(r->lang, role)};
	return (struct audit_thing){STR(""), object};
}
