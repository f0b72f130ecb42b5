/* SPDX-License-Identifier: Apache-2.0 */
#include <math.h>

#include "simulate/truth.h"

/* A writer in an object or array: puts the commas. */
struct json_out {
	struct writer *to;
	bool more;
};

static void next(struct json_out *o)
{
	if (o->more)
		writer_char(o->to, ',');
	o->more = true;
}

static void begin(struct json_out *o, char bracket)
{
	next(o);
	writer_char(o->to, bracket);
	o->more = false;
}

static void end(struct json_out *o, char bracket)
{
	writer_char(o->to, bracket);
	o->more = true;
}

static void put_key(struct json_out *o, struct str name)
{
	next(o);
	writer_json(o->to, name);
	writer_char(o->to, ':');
	o->more = false;
}

static void put_text(struct json_out *o, struct str name, struct str value)
{
	put_key(o, name);
	writer_json(o->to, value);
	o->more = true;
}

static void put_count(struct json_out *o, struct str name, uint64_t value)
{
	put_key(o, name);
	writer_decimal(o->to, value);
	o->more = true;
}

/* Six digits after the point; null for what is not finite. */
static void put_real(struct json_out *o, struct str name, double value)
{
	put_key(o, name);
	o->more = true;
	if (!isfinite(value)) {
		writer_text(o->to, "null");
		return;
	}
	uint64_t millionths = (uint64_t)llround(fabs(value) * 1e6);
	if (value < 0 && millionths > 0)
		writer_char(o->to, '-');
	writer_decimal(o->to, millionths / 1000000);
	writer_char(o->to, '.');
	writer_padded(o->to, millionths % 1000000, 6);
}

static void put_flag(struct json_out *o, struct str name, bool value)
{
	put_key(o, name);
	writer_text(o->to, value ? "true" : "false");
	o->more = true;
}

static void put_day(struct json_out *o, struct str name, const struct scenario *s, uint32_t day)
{
	struct instant at = {date_instant(s->first).seconds + (int64_t)day * SECONDS_PER_DAY};
	put_key(o, name);
	writer_char(o->to, '"');
	writer_date(o->to, instant_date(at));
	writer_char(o->to, '"');
	o->more = true;
}

static void put_hour(struct json_out *o, struct str name, const struct scenario *s, uint32_t hour)
{
	struct instant at = {date_instant(s->first).seconds + (int64_t)hour * SECONDS_PER_HOUR};
	put_key(o, name);
	writer_char(o->to, '"');
	writer_instant(o->to, at);
	writer_char(o->to, '"');
	o->more = true;
}

static void put_settings(struct json_out *o, const struct scenario *s)
{
	put_key(o, STR("settings"));
	begin(o, '{');
	put_day(o, STR("first"), s, 0);
	put_count(o, STR("days"), s->days);
	put_count(o, STR("hosts"), s->hosts);
	put_real(o, STR("effect"), s->effect);
	put_real(o, STR("decline"), s->decline);
	put_real(o, STR("turnover"), s->turnover);
	put_count(o, STR("campaign"), s->campaign);
	put_real(o, STR("controls"), s->controls);
	put_real(o, STR("reports"), s->reports);
	put_flag(o, STR("feed_changes"), s->feed_changes);
	put_text(o, STR("country"), str_from(s->country));
	end(o, '}');
}

static void put_change(struct json_out *o, const struct world *w, const struct feed_change *c)
{
	const struct scenario *s = &w->scenario;
	begin(o, '{');
	put_text(o, STR("change"), feed_change_name(c->kind));
	put_hour(o, STR("from"), s, c->from);
	put_hour(o, STR("to"), s, c->to);
	if (c->kind == FEED_EXPIRY)
		put_count(o, STR("days"), (uint64_t)c->factor);
	else
		put_real(o, STR("factor"), c->factor);
	end(o, '}');
}

static void put_feeds(struct json_out *o, const struct world *w)
{
	put_key(o, STR("feeds"));
	begin(o, '[');
	for (uint32_t i = 0; i < WORLD_FEEDS; i++) {
		const struct world_feed *feed = &w->feeds[i];
		begin(o, '{');
		put_text(o, STR("feed"), feed->name);
		put_text(o, STR("precision"), i == WORLD_LIST ? STR("day") : STR("second"));
		put_real(o, STR("detection"), feed->detection / 256.0);
		put_key(o, STR("botnets"));
		begin(o, '[');
		for (uint32_t b = 0; b < WORLD_BOTNETS; b++)
			if (feed->botnets >> b & 1) {
				next(o);
				writer_json(o->to, world_botnets[b].name);
			}
		end(o, ']');
		put_key(o, STR("changes"));
		begin(o, '[');
		if (feed->changed)
			put_change(o, w, &feed->change);
		end(o, ']');
		end(o, '}');
	}
	end(o, ']');
}

static void put_holders(struct json_out *o, const struct world *w)
{
	put_key(o, STR("holders"));
	begin(o, '[');
	for (size_t i = 0; i < WORLD_HOLDERS; i++) {
		const struct world_holder *h = &w->holders[i];
		begin(o, '{');
		put_text(o, STR("holder"), h->key);
		put_flag(o, STR("inside"), i < WORLD_INSIDE);
		put_flag(o, STR("treated"), h->treated);
		put_count(o, STR("asn"), h->asn);
		put_count(o, STR("subscribers"), h->subscribers);
		put_count(o, STR("addresses"), h->addresses);
		put_key(o, STR("lease"));
		begin(o, '{');
		put_text(o, STR("kind"), lease_kind_name(h->lease));
		put_real(o, STR("mean_hours"), h->mean_hours);
		end(o, '}');
		end(o, '}');
	}
	end(o, ']');
}

static void put_by_botnet(struct json_out *o, const struct truth *t, uint32_t day)
{
	put_key(o, STR("by_botnet"));
	begin(o, '{');
	for (size_t i = 0; i < WORLD_BOTNETS; i++)
		put_count(o, world_botnets[i].name, t->by_botnet[(size_t)day * WORLD_BOTNETS + i]);
	end(o, '}');
}

static void put_by_holder(struct json_out *o, struct str name, const struct truth *t,
	const struct world *w, uint32_t day, enum world_kind kind)
{
	put_key(o, name);
	begin(o, '{');
	for (size_t i = 0; i < WORLD_HOLDERS; i++)
		put_count(
			o, w->holders[i].key, t->by_holder[kind][(size_t)day * WORLD_HOLDERS + i]);
	end(o, '}');
}

static void put_days(struct json_out *o, const struct truth *t, const struct world *w)
{
	put_key(o, STR("days"));
	begin(o, '[');
	for (uint32_t day = 0; day < t->days; day++) {
		next(o);
		writer_char(o->to, '\n');
		o->more = false;
		begin(o, '{');
		put_day(o, STR("day"), &w->scenario, day);
		put_count(o, STR("hosts"), truth_hosts(t, w, day, WITH_CAMPAIGN, false));
		put_count(o, STR("hosts_without_campaign"),
			truth_hosts(t, w, day, WITHOUT_CAMPAIGN, false));
		put_by_botnet(o, t, day);
		put_by_holder(o, STR("by_holder"), t, w, day, WITH_CAMPAIGN);
		put_by_holder(o, STR("by_holder_without_campaign"), t, w, day, WITHOUT_CAMPAIGN);
		end(o, '}');
	}
	end(o, ']');
}

static void put_effect(struct json_out *o, const struct truth *t, const struct world *w)
{
	uint32_t from = world_effect_from(&w->scenario);
	uint32_t last = t->days - 1;
	put_real(o, STR("effect"), truth_effect(t, w, from, last, false));
	put_real(o, STR("effect_treated"), truth_effect(t, w, from, last, true));
	put_key(o, STR("effect_days"));
	begin(o, '{');
	put_day(o, STR("first"), &w->scenario, from < last ? from : last);
	put_day(o, STR("last"), &w->scenario, last);
	end(o, '}');
}

void truth_write(const struct truth *t, const struct world *w, struct writer *to)
{
	struct json_out o = {to, false};
	begin(&o, '{');
	put_count(&o, STR("seed"), w->scenario.seed);
	put_effect(&o, t, w);
	put_settings(&o, &w->scenario);
	put_feeds(&o, w);
	put_holders(&o, w);
	put_days(&o, t, w);
	end(&o, '}');
	writer_char(to, '\n');
}
