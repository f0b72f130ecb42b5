/* SPDX-License-Identifier: Apache-2.0 */
/* The fields of a plan. */
#include "desk/campaign_plan.h"
#include "desk/feeds.h"
#include "store/site_content.h"

static void write_line(struct desk_page *p, const char *name, enum message label, enum message hint,
	struct str value, unsigned width)
{
	const struct desk_input input = {.name = name,
		.label = text(p->lang, label),
		.hint = hint == MESSAGE__COUNT ? STR("") : text(p->lang, hint),
		.value = value,
		.width = width};
	desk_input(p, &input);
}

static void write_day(struct desk_page *p, const char *name, enum message label, struct str value)
{
	const struct desk_input input = {.name = name,
		.label = text(p->lang, label),
		.value = value,
		.type = "date",
		.width = 14};
	desk_input(p, &input);
}

/* Two days beside each other, with what they are for. */
static void write_days(struct desk_page *p, enum message legend, enum message hint,
	const char *first, const char *last, const struct edited_days *days)
{
	struct html *h = &p->html;
	html_open_class(h, "fieldset", "field");
	desk_say(p, "legend", NULL, legend);
	if (hint != MESSAGE__COUNT)
		desk_say(p, "p", "hint", hint);
	html_open_class(h, "div", "days");
	write_day(p, first, MESSAGE_DESK_PLAN_FIRST, days->first);
	write_day(p, last, MESSAGE_DESK_PLAN_LAST, days->last);
	html_close(h, "div");
	html_close(h, "fieldset");
}

/* --- goals --- */

static void write_kind(struct desk_page *p, size_t i, struct str value)
{
	struct desk_option options[GOAL__COUNT];
	static const enum message words[GOAL__COUNT] = {
		[GOAL_ADDRESSES] = MESSAGE_DESK_PLAN_KIND_ADDRESSES,
		[GOAL_TOP_TEN] = MESSAGE_DESK_PLAN_KIND_TOP_TEN,
		[GOAL_MACHINES] = MESSAGE_DESK_PLAN_KIND_MACHINES,
		[GOAL_RANKING] = MESSAGE_DESK_PLAN_KIND_RANKING,
	};
	const struct desk_input input = {.name = plan_edit_field(p->r, i, "kind"),
		.label = text(p->lang, MESSAGE_DESK_PLAN_KIND),
		.value = value};
	for (enum goal_kind kind = 0; kind < GOAL__COUNT; kind++)
		options[kind] = (struct desk_option){
			goal_kind_name(kind), text(p->lang, words[kind]), STR("")};
	desk_select(p, &input, options, GOAL__COUNT);
}

static void write_estimator(struct desk_page *p, size_t i, struct str value)
{
	struct desk_option options[ESTIMATOR__COUNT];
	static const enum message hints[ESTIMATOR__COUNT] = {
		[ESTIMATOR_DAILY] = MESSAGE_DESK_PLAN_HINT_DAILY,
		[ESTIMATOR_HOURLY] = MESSAGE_DESK_PLAN_HINT_HOURLY,
		[ESTIMATOR_WINDOW] = MESSAGE_DESK_PLAN_HINT_WINDOW,
		[ESTIMATOR_CONCURRENT] = MESSAGE_DESK_PLAN_HINT_CONCURRENT,
		[ESTIMATOR_MACHINES] = MESSAGE_DESK_PLAN_HINT_MACHINES,
		[ESTIMATOR_STATED] = MESSAGE_DESK_PLAN_HINT_STATED,
	};
	const struct desk_input input = {.name = plan_edit_field(p->r, i, "estimator"),
		.label = text(p->lang, MESSAGE_DESK_PLAN_ESTIMATOR),
		.value = value};
	for (enum estimator estimator = 0; estimator < ESTIMATOR__COUNT; estimator++)
		options[estimator] = (struct desk_option){estimator_name(estimator),
			text(p->lang, plan_estimator_message(estimator)),
			text(p->lang, hints[estimator])};
	desk_radios(p, &input, options, ESTIMATOR__COUNT);
}

static void write_remove(struct desk_page *p, size_t i, struct str path)
{
	struct html *h = &p->html;
	html_open_class(h, "button", "button caution");
	html_attribute(h, "name", STR("do"));
	html_attribute(h, "value", desk_text(p->r, "remove-goal-%zu", i));
	html_attribute(
		h, "formaction", desk_address(p->r, desk_text(p->r, "%.*s#goals", STR_ARG(path))));
	html_text(h, text(p->lang, MESSAGE_DESK_PLAN_GOAL_REMOVE));
	html_close(h, "button");
}

static void write_optional(struct desk_page *p, size_t i, const char *name, enum message label,
	enum message hint, struct str value)
{
	const struct desk_input input = {.name = plan_edit_field(p->r, i, name),
		.label = text(p->lang, label),
		.hint = hint == MESSAGE__COUNT ? STR("") : text(p->lang, hint),
		.value = value,
		.optional = true};
	desk_input(p, &input);
}

static void write_goal(struct desk_page *p, size_t i, const struct edited_goal *g, struct str path)
{
	struct desk_request *r = p->r;
	struct html *h = &p->html;
	const struct desk_input nets6 = {.name = plan_edit_field(r, i, "nets6"),
		.label = text(p->lang, MESSAGE_DESK_PLAN_NETS6)};
	html_open_class(h, "div", "edited card edited-fields");
	desk_say_values(
		p, "h3", NULL, MESSAGE_DESK_PLAN_GOAL, {STR("number"), desk_number(r, i + 1)});
	desk_hidden(p, plan_edit_field(r, i, "key"), g->key);
	write_kind(p, i, g->kind);
	write_line(p, plan_edit_field(r, i, "share"), MESSAGE_DESK_PLAN_SHARE,
		MESSAGE_DESK_PLAN_SHARE_HINT, g->share, 8);
	write_days(p, MESSAGE_DESK_PLAN_END, MESSAGE_DESK_PLAN_END_HINT,
		plan_edit_field(r, i, "from"), plan_edit_field(r, i, "to"), &g->end);
	write_estimator(p, i, g->estimator);
	html_open_class(h, "div", "beside");
	write_optional(
		p, i, "name_vi", MESSAGE_DESK_PLAN_GOAL_NAME_VI, MESSAGE__COUNT, g->name[LANG_VI]);
	write_optional(
		p, i, "name_en", MESSAGE_DESK_PLAN_GOAL_NAME_EN, MESSAGE__COUNT, g->name[LANG_EN]);
	html_close(h, "div");
	write_optional(
		p, i, "series", MESSAGE_DESK_PLAN_SERIES, MESSAGE_DESK_PLAN_SERIES_HINT, g->series);
	desk_checkbox(p, &nets6, g->nets6);
	write_remove(p, i, path);
	html_close(h, "div");
}

static void write_goals(struct desk_page *p, const struct edited_plan *e, struct str path)
{
	struct html *h = &p->html;
	html_open(h, "h2");
	html_attribute(h, "id", STR("goals"));
	html_text(h, text(p->lang, MESSAGE_DESK_PLAN_GOALS));
	html_close(h, "h2");
	desk_hidden(p, "goals", desk_text(p->r, "%zu", e->goal_count));
	for (size_t i = 0; i < e->goal_count; i++)
		write_goal(p, i, &e->goals[i], path);
	html_open_class(h, "button", "button quiet");
	html_attribute(h, "name", STR("do"));
	html_attribute(h, "value", STR("add-goal"));
	html_attribute(
		h, "formaction", desk_address(p->r, desk_text(p->r, "%.*s#goals", STR_ARG(path))));
	html_text(h, text(p->lang, MESSAGE_DESK_PLAN_GOAL_ADD));
	html_close(h, "button");
}

/* --- feeds --- */

struct panel {
	struct desk_page *p;
	const struct edited_plan *e;
	const struct feeds_health *health;
	size_t count;
};

static bool chosen(const struct edited_plan *e, struct str feed)
{
	for (size_t i = 0; i < e->panel_count; i++)
		if (str_equal(e->panel[i], feed))
			return true;
	return false;
}

static void write_feed(void *context, const struct feed_info *feed)
{
	struct panel *panel = context;
	struct desk_page *p = panel->p;
	struct html *h = &p->html;
	struct str id = desk_text(p->r, "panel-%zu", panel->count++);
	html_open_class(h, "div", "choice");
	html_void(h, "input");
	html_attribute(h, "type", STR("checkbox"));
	html_attribute(h, "id", id);
	html_attribute(h, "name", STR("panel"));
	html_attribute(h, "value", feed->name);
	if (chosen(panel->e, feed->name))
		html_flag(h, "checked");
	html_open(h, "label");
	html_attribute(h, "for", id);
	html_text(h, feed->title.size > 0 ? desk_text(p->r, "%.*s (%.*s)", STR_ARG(feed->title),
						    STR_ARG(feed->name))
					  : feed->name);
	html_close(h, "label");
	html_leaf(h, "p", "hint", feeds_alive_words(p->r, panel->health, feed->name));
	html_close(h, "div");
}

static enum err write_panel(struct desk_page *p, const struct edited_plan *e, struct store *store)
{
	struct html *h = &p->html;
	struct feeds_health health;
	TRY(feeds_look(p->r, &health));
	struct panel panel = {p, e, &health, 0};
	html_open_class(h, "fieldset", "field");
	desk_say(p, "legend", NULL, MESSAGE_DESK_PLAN_PANEL);
	desk_say(p, "p", "hint", MESSAGE_DESK_PLAN_PANEL_HINT);
	TRY(store_each_feed(store, write_feed, &panel));
	if (panel.count == 0)
		desk_say(p, "p", NULL, MESSAGE_DESK_PLAN_NO_FEEDS);
	html_close(h, "fieldset");
	return E_OK;
}

/* --- the campaign before --- */

struct others {
	struct desk_request *r;
	struct str key;
	struct desk_option options[64];
	size_t count;
};

static void take_other(void *context, const struct campaign *c)
{
	struct others *o = context;
	if (o->count == 64 || str_equal(c->key, o->key))
		return;
	struct str name = returns_name(c->name, o->r->lang);
	o->options[o->count++] = (struct desk_option){arena_copy(o->r->arena, c->key),
		arena_copy(o->r->arena, name.size > 0 ? name : c->key), STR("")};
}

static enum err write_earlier(struct desk_page *p, const struct edited_plan *e, struct store *store)
{
	struct others others = {.r = p->r, .key = e->key};
	const struct desk_input input = {.name = "earlier",
		.label = text(p->lang, MESSAGE_DESK_PLAN_EARLIER),
		.hint = text(p->lang, MESSAGE_DESK_PLAN_EARLIER_HINT),
		.value = e->earlier,
		.optional = true};
	others.options[others.count++] = (struct desk_option){STR(""), STR("–"), STR("")};
	TRY(store_each_campaign(store, take_other, &others));
	desk_select(p, &input, others.options, others.count);
	return E_OK;
}

/* --- all of it --- */

enum err plan_edit_write(
	struct desk_page *p, const struct edited_plan *e, struct str path, bool fresh)
{
	struct store *store = desk_store(p->r);
	if (!store)
		return E_IO;
	if (fresh)
		write_line(p, "key", MESSAGE_DESK_PLAN_KEY, MESSAGE_DESK_PLAN_KEY_HINT, e->key, 20);
	else
		desk_hidden(p, "key", e->key);
	write_line(p, "name_vi", MESSAGE_DESK_PLAN_NAME_VI, MESSAGE__COUNT, e->name[LANG_VI], 0);
	write_line(p, "name_en", MESSAGE_DESK_PLAN_NAME_EN, MESSAGE__COUNT, e->name[LANG_EN], 0);
	write_line(p, "country", MESSAGE_DESK_PLAN_COUNTRY, MESSAGE_DESK_PLAN_COUNTRY_HINT,
		e->country, 4);
	write_line(p, "zone", MESSAGE_DESK_PLAN_ZONE, MESSAGE_DESK_PLAN_ZONE_HINT, e->zone, 24);
	desk_say(p, "h2", NULL, MESSAGE_DESK_PLAN_PHASES);
	write_days(p, MESSAGE_DESK_PLAN_BEFORE, MESSAGE_DESK_PLAN_BEFORE_HINT, "before_first",
		"before_last", &e->before);
	write_days(p, MESSAGE_DESK_PLAN_DURING, MESSAGE__COUNT, "begins", "ends", &e->during);
	write_days(p, MESSAGE_DESK_PLAN_AFTER, MESSAGE_DESK_PLAN_AFTER_HINT, "after_first",
		"after_last", &e->after);
	write_days(p, MESSAGE_DESK_PLAN_BASELINE, MESSAGE_DESK_PLAN_BASELINE_HINT, "base_first",
		"base_last", &e->baseline);
	write_goals(p, e, path);
	desk_say(p, "h2", NULL, MESSAGE_DESK_PLAN_MEASURED);
	TRY(write_panel(p, e, store));
	return write_earlier(p, e, store);
}

static void hide_days(
	struct desk_page *p, const char *first, const char *last, const struct edited_days *days)
{
	desk_hidden(p, first, days->first);
	desk_hidden(p, last, days->last);
}

static void hide_goal(struct desk_page *p, size_t i, const struct edited_goal *g)
{
	struct desk_request *r = p->r;
	desk_hidden(p, plan_edit_field(r, i, "key"), g->key);
	desk_hidden(p, plan_edit_field(r, i, "name_vi"), g->name[LANG_VI]);
	desk_hidden(p, plan_edit_field(r, i, "name_en"), g->name[LANG_EN]);
	desk_hidden(p, plan_edit_field(r, i, "kind"), g->kind);
	desk_hidden(p, plan_edit_field(r, i, "estimator"), g->estimator);
	desk_hidden(p, plan_edit_field(r, i, "share"), g->share);
	desk_hidden(p, plan_edit_field(r, i, "series"), g->series);
	hide_days(p, plan_edit_field(r, i, "from"), plan_edit_field(r, i, "to"), &g->end);
	if (g->nets6)
		desk_hidden(p, plan_edit_field(r, i, "nets6"), STR("1"));
}

void plan_edit_write_hidden(struct desk_page *p, const struct edited_plan *e)
{
	desk_hidden(p, "key", e->key);
	desk_hidden(p, "name_vi", e->name[LANG_VI]);
	desk_hidden(p, "name_en", e->name[LANG_EN]);
	desk_hidden(p, "country", e->country);
	desk_hidden(p, "zone", e->zone);
	desk_hidden(p, "earlier", e->earlier);
	hide_days(p, "begins", "ends", &e->during);
	hide_days(p, "before_first", "before_last", &e->before);
	hide_days(p, "after_first", "after_last", &e->after);
	hide_days(p, "base_first", "base_last", &e->baseline);
	desk_hidden(p, "goals", desk_text(p->r, "%zu", e->goal_count));
	for (size_t i = 0; i < e->goal_count; i++)
		hide_goal(p, i, &e->goals[i]);
	for (size_t i = 0; i < e->panel_count; i++)
		desk_hidden(p, "panel", e->panel[i]);
}
