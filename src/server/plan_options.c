/* SPDX-License-Identifier: Apache-2.0 */
#include "server/plan_options.h"

#include "server/command_site.h"

enum {
	DIGITS = 15 /* what a double holds exactly */
};

bool plan_begun(const struct plan *plan)
{
	return days_set(plan->before) || days_set(plan->after) || days_set(plan->baseline) ||
	       plan->goal_count > 0 || plan->panel_count > 0 || plan->earlier.size > 0;
}

bool plan_days_parse(struct str text, struct days *ret_days)
{
	struct days d;
	size_t dots = str_find(text, STR(".."));
	if (dots == text.size)
		return false;
	struct str from = {text.data, dots};
	struct str to = {text.data + dots + 2, text.size - dots - 2};
	if (!date_parse(from, &d.first) || !date_parse(to, &d.last) || days_count(d) == 0 ||
		!site_date_valid(d.first) || !site_date_valid(d.last))
		return false;
	*ret_days = d;
	return true;
}

bool plan_number_parse(struct str text, double *ret_value)
{
	double value = 0;
	double unit = 1;
	size_t digits = 0;
	bool decimals = false;
	for (size_t i = 0; i < text.size; i++) {
		char c = text.data[i];
		bool digit = c >= '0' && c <= '9';
		if (!digit && (c != '.' || decimals || i == 0 || i + 1 == text.size))
			return false;
		decimals = decimals || !digit;
		if (!digit)
			continue;
		value = 10 * value + (c - '0');
		unit = decimals ? 10 * unit : unit;
		digits++;
	}
	if (digits == 0 || digits > DIGITS)
		return false;
	*ret_value = value / unit;
	return true;
}

/* "0.5" or "50%". */
static bool share_parse(struct str text, double *ret_share)
{
	double value;
	bool percent = str_ends(text, STR("%"));
	if (percent)
		text.size--;
	if (!plan_number_parse(text, &value))
		return false;
	value = percent ? value / 100 : value;
	if (value > 1)
		return false;
	*ret_share = value;
	return true;
}

static bool read_days(struct context *c, const char *option, struct days *days)
{
	struct str got = options_str(&c->options, option);
	if (!options_has(&c->options, option) || plan_days_parse(got, days))
		return true;
	if (got.size == 0) {
		*days = (struct days){0};
		return true;
	}
	console_say_with(&c->console, MESSAGE_PLAN_BAD_DAYS, {STR("option"), str_from(option)},
		{STR("got"), got});
	return false;
}

static bool estimator_named(struct str name, enum estimator *ret_estimator)
{
	return estimator_parse(
		str_equal(name, STR("concurrent")) ? STR("concurrent-hosts") : name, ret_estimator);
}

/* KEY:KIND:ESTIMATOR:SHARE:FROM..TO[:SERIES][:ipv6] */
static bool goal_parse(struct str text, struct goal *goal)
{
	struct goal g = {.name = {STR(""), STR("")}, .series = STR("")};
	struct str rest;
	g.key = str_cut(text, ':', &rest);
	struct str kind = str_cut(rest, ':', &rest);
	struct str estimator = str_cut(rest, ':', &rest);
	struct str share = str_cut(rest, ':', &rest);
	struct str days = str_cut(rest, ':', &rest);
	while (rest.size > 0) {
		struct str part = str_cut(rest, ':', &rest);
		if (str_equal(part, STR("ipv6")))
			g.nets6 = true;
		else if (site_key_valid(part))
			g.series = part;
		else
			return false;
	}
	if (!site_key_valid(g.key) || !goal_kind_parse(kind, &g.kind) ||
		!estimator_named(estimator, &g.estimator) || !share_parse(share, &g.share) ||
		!plan_days_parse(days, &g.end))
		return false;
	*goal = g;
	return true;
}

static bool read_goals(struct context *c, struct plan *plan)
{
	size_t count = options_count(&c->options, "goal");
	if (count == 0)
		return true;
	plan->goal_count = 0;
	for (size_t i = 0; i < count; i++) {
		struct str got = str_from(options_nth(&c->options, "goal", i));
		if (got.size == 0)
			continue;
		if (plan->goal_count < PLAN_GOALS &&
			goal_parse(got, &plan->goals[plan->goal_count])) {
			plan->goal_count++;
			continue;
		}
		console_say_with(&c->console, MESSAGE_PLAN_BAD_GOAL, {STR("got"), got});
		return false;
	}
	return true;
}

static struct goal *find_goal(struct plan *plan, struct str key)
{
	for (size_t i = 0; i < plan->goal_count; i++)
		if (str_equal(plan->goals[i].key, key))
			return &plan->goals[i];
	return NULL;
}

/* KEY:TEXT; an empty text takes the name away. */
static bool read_goal_names(
	struct context *c, const char *option, enum lang lang, struct plan *plan)
{
	size_t count = options_count(&c->options, option);
	for (size_t i = 0; i < count; i++) {
		struct str name;
		struct str got = str_from(options_nth(&c->options, option, i));
		struct goal *goal = find_goal(plan, str_cut(got, ':', &name));
		name = str_trim(name);
		if (goal && site_line_valid(name)) {
			goal->name[lang] = name;
			continue;
		}
		console_say_with(&c->console, MESSAGE_PLAN_BAD_GOAL_NAME, {STR("got"), got});
		return false;
	}
	return true;
}

static bool read_panel(struct context *c, struct plan *plan)
{
	size_t count = options_count(&c->options, "panel");
	if (count == 0)
		return true;
	plan->panel_count = 0;
	for (size_t i = 0; i < count; i++) {
		struct str got = str_from(options_nth(&c->options, "panel", i));
		if (got.size == 0)
			continue;
		if (!feed_name_valid(got) || plan->panel_count == PLAN_PANEL) {
			console_say_with(&c->console, MESSAGE_CLI_BAD_FEED_NAME, {STR("got"), got});
			return false;
		}
		plan->panel[plan->panel_count++] = got;
	}
	return true;
}

static bool read_earlier(struct context *c, struct plan *plan)
{
	struct str got = options_str(&c->options, "earlier");
	if (!options_has(&c->options, "earlier"))
		return true;
	if (got.size > 0 && !site_key_valid(got)) {
		site_refuse(c, MESSAGE_SITE_BAD_KEY, got);
		return false;
	}
	plan->earlier = got;
	return true;
}

static enum message fault_message(enum plan_fault fault)
{
	static const enum message messages[PLAN_FAULT__COUNT] = {
		[PLAN_PHASE_BACKWARDS] = MESSAGE_PLAN_PHASE_BACKWARDS,
		[PLAN_PHASES_OVERLAP] = MESSAGE_PLAN_PHASES_OVERLAP,
		[PLAN_NO_BASELINE] = MESSAGE_PLAN_NO_BASELINE,
		[PLAN_BASELINE_LATE] = MESSAGE_PLAN_BASELINE_LATE,
		[PLAN_NO_GOAL] = MESSAGE_PLAN_NO_GOAL,
		[PLAN_NO_KEY] = MESSAGE_PLAN_GOAL_KEY,
		[PLAN_GOAL_KEY] = MESSAGE_PLAN_GOAL_KEY,
		[PLAN_GOAL_SHARE] = MESSAGE_PLAN_GOAL_SHARE,
		[PLAN_GOAL_WINDOW] = MESSAGE_PLAN_GOAL_WINDOW,
		[PLAN_GOAL_ESTIMATOR] = MESSAGE_PLAN_GOAL_ESTIMATOR,
		[PLAN_GOAL_SERIES] = MESSAGE_PLAN_GOAL_SERIES,
		[PLAN_WINDOW_CONCURRENT] = MESSAGE_PLAN_WINDOW_CONCURRENT,
	};
	return messages[fault];
}

/* A plan may come into being bit by bit; what it says must make sense already. */
static bool sound(struct context *c, const struct plan *plan)
{
	size_t goal;
	enum plan_fault fault = plan_check(plan, &goal);
	if (!plan_begun(plan) || fault == PLAN_SOUND || fault == PLAN_NO_BASELINE ||
		fault == PLAN_NO_GOAL)
		return true;
	struct str key = goal < plan->goal_count ? plan->goals[goal].key : plan->campaign.key;
	console_say_with(&c->console, fault_message(fault), {STR("got"), key});
	return false;
}

bool plan_options_read(struct context *c, struct plan *plan)
{
	return read_days(c, "before", &plan->before) && read_days(c, "after", &plan->after) &&
	       read_days(c, "baseline", &plan->baseline) && read_goals(c, plan) &&
	       read_goal_names(c, "goal-name-vi", LANG_VI, plan) &&
	       read_goal_names(c, "goal-name-en", LANG_EN, plan) && read_panel(c, plan) &&
	       read_earlier(c, plan) && sound(c, plan);
}
