/* SPDX-License-Identifier: Apache-2.0 */
#include <fcntl.h>

#include "os/file.h"
#include "server/command_site.h"

struct search {
	struct context *context;
	struct str key;
	struct campaign found;
};

static struct str keep(struct search *s, struct str text)
{
	return arena_copy(&s->context->arena, text);
}

static void take_wanted(void *context, const struct campaign *campaign)
{
	struct search *s = context;
	if (!str_equal(campaign->key, s->key))
		return;
	s->found = *campaign;
	for (int i = 0; i < LANG__COUNT; i++)
		s->found.name[i] = keep(s, campaign->name[i]);
	s->found.country = keep(s, campaign->country);
	s->found.zone = keep(s, campaign->zone);
}

/* Where the machine has time zones, it must have this one. */
static bool zone_known(struct str zone)
{
	int zones, fd = -1;
	char name[128];
	if (!site_zone_valid(zone) || zone.size >= sizeof(name))
		return false;
	memcpy(name, zone.data, zone.size);
	name[zone.size] = '\0';
	if (folder_open(AT_FDCWD, "/usr/share/zoneinfo", &zones) != E_OK)
		return true;
	/* Zones that are another name of one are symbolic links: denied, but there. */
	enum err err = file_open_read(zones, name, &fd);
	file_close(&fd);
	file_close(&zones);
	return err == E_OK || err == E_DENIED;
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

static int set_campaign(struct context *c, struct store *store, struct str key)
{
	struct search search = {.context = c, .key = key};
	enum err err = store_each_campaign(store, take_wanted, &search);
	if (err != E_OK)
		return context_store_failed(c, store, err);
	search.found.key = key;
	if (!read_campaign(c, &search.found))
		return EXIT_FAILED;
	return site_changed(c, store, store_put_campaign(store, &search.found, c->now));
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

static struct str day_text(struct context *c, struct date day)
{
	struct writer w;
	writer_init(&w, 64);
	text_date(&w, c->console.lang, day);
	struct str copy = arena_copy(&c->arena, writer_view_str(&w));
	writer_release(&w);
	return copy;
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
		{STR("begins"), day_text(c, campaign->begins)},
		{STR("ends"), day_text(c, campaign->ends)});
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
