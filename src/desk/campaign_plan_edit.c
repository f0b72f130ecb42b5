/* SPDX-License-Identifier: Apache-2.0 */
/* A plan in work: from what stands, from what was sent, after a button, as a plan. */
#include "desk/campaign_plan.h"
#include "store/site_content.h"

const char *plan_edit_field(struct desk_request *r, size_t goal, const char *name)
{
	return desk_text(r, "g%zu-%s", goal, name).data;
}

/* --- from what stands --- */

static struct edited_days days_text(struct desk_request *r, struct days days)
{
	return (struct edited_days){
		campaign_day_value(r, days.first), campaign_day_value(r, days.last)};
}

/* "50", "47.5" */
static struct str percent_text(struct desk_request *r, double share)
{
	struct str text = desk_text(r, "%.4f", share * 100);
	while (text.size > 1 && text.data[text.size - 1] == '0')
		text.size--;
	if (text.size > 1 && text.data[text.size - 1] == '.')
		text.size--;
	return text;
}

static void take_goal(struct desk_request *r, const struct goal *goal, struct edited_goal *e)
{
	*e = (struct edited_goal){
		.key = goal->key,
		.name = {goal->name[LANG_VI], goal->name[LANG_EN]},
		.kind = goal_kind_name(goal->kind),
		.estimator = estimator_name(goal->estimator),
		.share = percent_text(r, goal->share),
		.series = goal->series,
		.end = days_text(r, goal->end),
		.nets6 = goal->nets6,
	};
}

void plan_edit_from_plan(struct desk_request *r, const struct plan *plan, struct edited_plan *ret)
{
	const struct campaign *c = &plan->campaign;
	ret->key = c->key;
	ret->name[LANG_VI] = c->name[LANG_VI];
	ret->name[LANG_EN] = c->name[LANG_EN];
	ret->country = c->country;
	ret->zone = c->zone;
	ret->earlier = plan->earlier;
	ret->during = days_text(r, (struct days){c->begins, c->ends});
	ret->before = days_text(r, plan->before);
	ret->after = days_text(r, plan->after);
	ret->baseline = days_text(r, plan->baseline);
	ret->goal_count = plan->goal_count;
	for (size_t i = 0; i < plan->goal_count; i++)
		take_goal(r, &plan->goals[i], &ret->goals[i]);
	ret->panel_count = plan->panel_count;
	for (size_t i = 0; i < plan->panel_count; i++)
		ret->panel[i] = plan->panel[i];
}

/* --- from what was sent: on one line, for a value must not become another option --- */

static struct edited_days sent_days(struct desk_request *r, const char *first, const char *last)
{
	return (struct edited_days){desk_field_line(r, first), desk_field_line(r, last)};
}

static void read_goal(struct desk_request *r, size_t i, struct edited_goal *g)
{
	*g = (struct edited_goal){
		.key = desk_field_line(r, plan_edit_field(r, i, "key")),
		.name = {desk_field_line(r, plan_edit_field(r, i, "name_vi")),
			desk_field_line(r, plan_edit_field(r, i, "name_en"))},
		.kind = desk_field_line(r, plan_edit_field(r, i, "kind")),
		.estimator = desk_field_line(r, plan_edit_field(r, i, "estimator")),
		.share = desk_field_line(r, plan_edit_field(r, i, "share")),
		.series = desk_field_line(r, plan_edit_field(r, i, "series")),
		.end = sent_days(r, plan_edit_field(r, i, "from"), plan_edit_field(r, i, "to")),
		.nets6 = desk_field(r, plan_edit_field(r, i, "nets6")).size > 0,
	};
}

void plan_edit_from_request(struct desk_request *r, struct edited_plan *ret)
{
	uint64_t goals = 0;
	(void)desk_field_number(r, "goals", PLAN_GOALS, &goals);
	ret->key = desk_field_line(r, "key");
	ret->name[LANG_VI] = desk_field_line(r, "name_vi");
	ret->name[LANG_EN] = desk_field_line(r, "name_en");
	ret->country = desk_field_line(r, "country");
	ret->zone = desk_field_line(r, "zone");
	ret->earlier = desk_field_line(r, "earlier");
	ret->during = sent_days(r, "begins", "ends");
	ret->before = sent_days(r, "before_first", "before_last");
	ret->after = sent_days(r, "after_first", "after_last");
	ret->baseline = sent_days(r, "base_first", "base_last");
	ret->goal_count = (size_t)goals;
	for (size_t i = 0; i < ret->goal_count; i++)
		read_goal(r, i, &ret->goals[i]);
	ret->panel_count = 0;
	for (size_t i = 0; ret->panel_count < PLAN_PANEL; i++) {
		struct str feed;
		if (!desk_field_nth(r, "panel", i, &feed))
			break;
		feed = str_trim(feed);
		if (feed_name_valid(feed))
			ret->panel[ret->panel_count++] = feed;
	}
}

/* --- buttons --- */

static bool goal_taken(const struct edited_plan *e, struct str key)
{
	for (size_t i = 0; i < e->goal_count; i++)
		if (str_equal(e->goals[i].key, key))
			return true;
	return false;
}

static void add_goal(struct desk_request *r, struct edited_plan *e)
{
	struct str key = STR("");
	if (e->goal_count == PLAN_GOALS)
		return;
	for (size_t n = e->goal_count + 1; key.size == 0 || goal_taken(e, key); n++)
		key = desk_text(r, "goal-%zu", n);
	e->goals[e->goal_count++] = (struct edited_goal){.key = key,
		.kind = STR("addresses"),
		.estimator = estimator_name(ESTIMATOR_HOURLY),
		.share = STR("50")};
}

bool plan_edit_press(struct desk_request *r, struct edited_plan *e, struct str button)
{
	uint64_t index;
	struct str verb = STR("remove-goal-");
	if (str_equal(button, STR("add-goal"))) {
		add_goal(r, e);
		return true;
	}
	if (!str_starts(button, verb) ||
		!str_to_u64((struct str){button.data + verb.size, button.size - verb.size},
			PLAN_GOALS, &index) ||
		index >= e->goal_count)
		return false;
	e->goal_count--;
	memmove(&e->goals[index], &e->goals[index + 1],
		(e->goal_count - (size_t)index) * sizeof(e->goals[0]));
	return true;
}

/* --- as a plan --- */

struct checking {
	struct desk_request *r;
	struct desk_problems *problems;
};

static void wrong(const struct checking *c, const char *field, enum message m)
{
	desk_problem_add(c->r, c->problems, field, m);
}

static struct date day_of(const struct checking *c, const char *field, struct str said)
{
	struct date day;
	if (date_parse(said, &day) && site_date_valid(day))
		return day;
	wrong(c, field, MESSAGE_DESK_PLAN_BAD_DAY);
	return (struct date){0, 0, 0};
}

/* Both or none. */
static struct days days_of(const struct checking *c, const char *first, const char *last,
	const struct edited_days *said)
{
	struct days days = {0};
	if (said->first.size == 0 && said->last.size == 0)
		return days;
	days.first = day_of(c, first, said->first);
	days.last = day_of(c, last, said->last);
	if (days.first.year == 0 || days.last.year == 0)
		return (struct days){0};
	if (days_count(days) == 0)
		wrong(c, last, MESSAGE_DESK_PLAN_BACKWARDS);
	return days;
}

/* "50", "47,5", "50 %" */
static bool share_of(struct str said, double *ret_share)
{
	uint64_t value = 0, unit = 1;
	bool decimals = false;
	if (str_ends(said, STR("%")))
		said = str_trim((struct str){said.data, said.size - 1});
	if (said.size == 0 || said.size > 8)
		return false;
	for (size_t i = 0; i < said.size; i++) {
		char ch = said.data[i];
		bool point = ch == '.' || ch == ',';
		if ((point && (decimals || i == 0 || i + 1 == said.size)) ||
			(!point && (ch < '0' || ch > '9')))
			return false;
		decimals = decimals || point;
		if (point)
			continue;
		value = 10 * value + (uint64_t)(ch - '0');
		unit = decimals ? 10 * unit : unit;
	}
	*ret_share = (double)value / (double)unit / 100;
	return *ret_share > 0 && *ret_share <= 1;
}

static void check_goal(
	const struct checking *c, size_t i, const struct edited_goal *e, struct goal *g)
{
	struct desk_request *r = c->r;
	*g = (struct goal){.key = e->key,
		.name = {e->name[LANG_VI], e->name[LANG_EN]},
		.series = e->series,
		.nets6 = e->nets6};
	if (!goal_kind_parse(e->kind, &g->kind))
		wrong(c, plan_edit_field(r, i, "kind"), MESSAGE_DESK_PLAN_NO_KIND);
	if (!estimator_parse(e->estimator, &g->estimator))
		wrong(c, plan_edit_field(r, i, "estimator"), MESSAGE_DESK_PLAN_NO_ESTIMATOR);
	if (g->kind != GOAL_RANKING && !share_of(e->share, &g->share))
		wrong(c, plan_edit_field(r, i, "share"), MESSAGE_DESK_PLAN_BAD_SHARE);
	if (e->series.size > 0 && !site_key_valid(e->series))
		wrong(c, plan_edit_field(r, i, "series"), MESSAGE_DESK_PLAN_BAD_SERIES);
	g->end = days_of(c, plan_edit_field(r, i, "from"), plan_edit_field(r, i, "to"), &e->end);
	if (e->end.first.size == 0 && e->end.last.size == 0)
		wrong(c, plan_edit_field(r, i, "from"), MESSAGE_DESK_PLAN_GOAL_NO_DAYS);
}

static void check_campaign(
	const struct checking *c, const struct edited_plan *e, struct campaign *ret)
{
	*ret = (struct campaign){.key = e->key,
		.name = {e->name[LANG_VI], e->name[LANG_EN]},
		.country = e->country,
		.zone = e->zone};
	if (!site_key_valid(e->key))
		wrong(c, "key", MESSAGE_DESK_PLAN_BAD_KEY);
	if (!site_line_valid(e->name[LANG_VI]) || e->name[LANG_VI].size == 0)
		wrong(c, "name_vi", MESSAGE_DESK_PLAN_NEED_NAME);
	if (!site_line_valid(e->name[LANG_EN]) || e->name[LANG_EN].size == 0)
		wrong(c, "name_en", MESSAGE_DESK_PLAN_NEED_NAME);
	if (!site_country_valid(e->country))
		wrong(c, "country", MESSAGE_DESK_PLAN_BAD_COUNTRY);
	if (!site_zone_valid(e->zone))
		wrong(c, "zone", MESSAGE_DESK_PLAN_BAD_ZONE);
	ret->begins = day_of(c, "begins", e->during.first);
	ret->ends = day_of(c, "ends", e->during.last);
	if (ret->begins.year > 0 && ret->ends.year > 0 &&
		days_count((struct days){ret->begins, ret->ends}) == 0)
		wrong(c, "ends", MESSAGE_DESK_PLAN_BACKWARDS);
}

/* What the whole does not agree on: where it shows. A plan may come into being bit by bit. */
static void check_whole(const struct checking *c, const struct plan *plan)
{
	static const struct {
		const char *field;
		enum message message;
	} faults[PLAN_FAULT__COUNT] = {
		[PLAN_PHASE_BACKWARDS] = {"before_last", MESSAGE_DESK_PLAN_BACKWARDS},
		[PLAN_PHASES_OVERLAP] = {"before_last", MESSAGE_DESK_PLAN_OVERLAP},
		[PLAN_BASELINE_LATE] = {"base_last", MESSAGE_DESK_PLAN_BASE_LATE},
		[PLAN_NO_KEY] = {"key", MESSAGE_DESK_PLAN_BAD_KEY},
		[PLAN_GOAL_KEY] = {"key", MESSAGE_DESK_PLAN_BAD_GOAL_KEY},
		[PLAN_GOAL_SHARE] = {"share", MESSAGE_DESK_PLAN_BAD_SHARE},
		[PLAN_GOAL_WINDOW] = {"to", MESSAGE_DESK_PLAN_GOAL_WINDOW},
		[PLAN_GOAL_ESTIMATOR] = {"estimator", MESSAGE_DESK_PLAN_GOAL_ESTIMATOR},
		[PLAN_GOAL_SERIES] = {"series", MESSAGE_DESK_PLAN_GOAL_SERIES},
		[PLAN_WINDOW_CONCURRENT] = {"to", MESSAGE_DESK_PLAN_WINDOW_LONG},
	};
	size_t goal;
	enum plan_fault fault = plan_check(plan, &goal);
	if (fault == PLAN_SOUND || fault == PLAN_NO_BASELINE || fault == PLAN_NO_GOAL)
		return;
	wrong(c,
		goal < plan->goal_count ? plan_edit_field(c->r, goal, faults[fault].field)
					: faults[fault].field,
		faults[fault].message);
}

void plan_edit_check(struct desk_request *r, const struct edited_plan *e, struct plan *ret,
	struct desk_problems *problems)
{
	const struct checking c = {r, problems};
	*ret = (struct plan){.earlier = e->earlier};
	check_campaign(&c, e, &ret->campaign);
	ret->before = days_of(&c, "before_first", "before_last", &e->before);
	ret->after = days_of(&c, "after_first", "after_last", &e->after);
	ret->baseline = days_of(&c, "base_first", "base_last", &e->baseline);
	ret->goal_count = e->goal_count;
	for (size_t i = 0; i < e->goal_count; i++)
		check_goal(&c, i, &e->goals[i], &ret->goals[i]);
	ret->panel_count = e->panel_count;
	for (size_t i = 0; i < e->panel_count; i++)
		ret->panel[i] = e->panel[i];
	if (e->earlier.size > 0 && !site_key_valid(e->earlier))
		wrong(&c, "earlier", MESSAGE_DESK_PLAN_BAD_KEY);
	if (problems->count == 0)
		check_whole(&c, ret);
}
