/* SPDX-License-Identifier: Apache-2.0 */
#include "server/command_site.h"
#include "server/plan_options.h"
#include "server/zone.h"
#include "store/plan.h"

static bool zone_known(struct str name)
{
	struct zone *zone = site_zone_valid(name) ? zone_load(name) : NULL;
	zone_free(zone);
	return zone != NULL;
}

static bool read_text(struct context *c, const char *option, struct str *text)
{
	struct str value = str_trim(options_str(&c->options, option));
	if (options_has(&c->options, option))
		*text = value;
	if (text->size == 0) {
		site_refuse(c, MESSAGE_CAMPAIGN_NEEDS, str_from(option));
		return false;
	}
	if (!site_line_valid(*text)) {
		site_refuse(c, MESSAGE_SITE_BAD_TEXT, *text);
		return false;
	}
	return true;
}

static bool read_day(struct context *c, const char *option, struct date *day)
{
	bool given;
	struct date value = *day;
	if (!context_date(c, option, &given, &value))
		return false;
	if (!site_date_valid(value)) {
		site_refuse(c, MESSAGE_CAMPAIGN_NEEDS, str_from(option));
		return false;
	}
	*day = value;
	return true;
}

static bool read_place(struct context *c, struct campaign *campaign)
{
	struct str country = context_country(c);
	struct str zone = options_str(&c->options, "zone");
	campaign->country = country.size > 0 ? country : campaign->country;
	campaign->zone = zone.size > 0 ? zone : campaign->zone;
	if (campaign->country.size == 0 || campaign->zone.size == 0) {
		site_refuse(c, MESSAGE_CAMPAIGN_NEEDS,
			campaign->country.size == 0 ? STR("country") : STR("zone"));
		return false;
	}
	if (!site_country_valid(campaign->country)) {
		site_refuse(c, MESSAGE_CLI_BAD_COUNTRY, campaign->country);
		return false;
	}
	if (!zone_known(campaign->zone)) {
		site_refuse(c, MESSAGE_CAMPAIGN_BAD_ZONE, campaign->zone);
		return false;
	}
	return true;
}

/* What is not given stays as it was; a new campaign needs all of it. */
static bool read_campaign(struct context *c, struct campaign *campaign)
{
	if (!read_text(c, "name-vi", &campaign->name[LANG_VI]) ||
		!read_text(c, "name-en", &campaign->name[LANG_EN]) || !read_place(c, campaign) ||
		!read_day(c, "begins", &campaign->begins) || !read_day(c, "ends", &campaign->ends))
		return false;
	if (date_instant(campaign->ends).seconds >= date_instant(campaign->begins).seconds)
		return true;
	site_refuse(c, MESSAGE_CAMPAIGN_REVERSED, campaign->key);
	return false;
}

/* Of a campaign that is not there yet all of it is to come. */
static bool load(struct context *c, struct store *store, struct str key, struct plan *plan)
{
	enum err err = store_find_plan(store, key, &c->arena, plan);
	if (err == E_NOTFOUND)
		*plan = (struct plan){.campaign = {.key = key}, .earlier = STR("")};
	else if (err != E_OK)
		context_store_failed(c, store, err);
	return err == E_OK || err == E_NOTFOUND;
}

static int set_campaign(struct context *c, struct store *store, struct str key)
{
	struct plan plan;
	if (!load(c, store, key, &plan))
		return EXIT_FAILED;
	bool planned = plan_begun(&plan);
	if (!read_campaign(c, &plan.campaign) || !plan_options_read(c, &plan))
		return EXIT_FAILED;
	if (planned || plan_begun(&plan))
		return site_changed(c, store, store_put_plan(store, &plan, c->now));
	return site_changed(c, store, store_put_campaign(store, &plan.campaign, c->now));
}

int command_campaign_set(struct context *context)
{
	struct store *store;
	struct str key = str_from(context->options.words[0]);
	if (!site_key_valid(key))
		return site_refuse(context, MESSAGE_SITE_BAD_KEY, key);
	if (!context_store(context, STORE_WRITE, &store))
		return EXIT_FAILED;
	int status = set_campaign(context, store, key);
	store_close(store);
	return status;
}

struct listing_state {
	struct context *context;
	struct str shown; /* key of the one that the site speaks of */
};

static void write_json(struct writer *w, const struct campaign *c, bool shown)
{
	writer_char(w, '{');
	site_json_str(w, "key", c->key, true);
	site_json_str(w, "name_vi", c->name[LANG_VI], false);
	site_json_str(w, "name_en", c->name[LANG_EN], false);
	site_json_str(w, "country", c->country, false);
	site_json_str(w, "zone", c->zone, false);
	site_json_date(w, "begins", c->begins);
	site_json_date(w, "ends", c->ends);
	site_json_flag(w, "shown", shown);
	writer_text(w, "}\n");
}

static void show_campaign(void *context, const struct campaign *campaign)
{
	const struct listing_state *state = context;
	struct context *c = state->context;
	bool shown = str_equal(campaign->key, state->shown);
	if (c->console.json) {
		write_json(&c->console.out, campaign, shown);
		return;
	}
	site_say_with(c, shown ? MESSAGE_CAMPAIGN_LINE_SHOWN : MESSAGE_CAMPAIGN_LINE,
		{STR("key"), campaign->key}, {STR("name"), campaign->name[c->console.lang]},
		{STR("begins"), site_day_text(c, campaign->begins)},
		{STR("ends"), site_day_text(c, campaign->ends)});
}

int command_campaign_list(struct context *context)
{
	struct store *store;
	struct campaign shown;
	if (!context_store(context, STORE_READ, &store))
		return EXIT_FAILED;
	enum err err = site_campaign_load(store, &context->arena, context->now, &shown);
	struct listing_state state = {context, err == E_OK ? shown.key : STR("")};
	if (err == E_OK)
		err = store_each_campaign(store, show_campaign, &state);
	int status = err == E_OK ? EXIT_FINE : context_store_failed(context, store, err);
	store_close(store);
	return status;
}
