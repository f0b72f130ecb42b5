/* SPDX-License-Identifier: Apache-2.0 */
/* The public figures, day by day. */
#include "api/api.h"
#include "format/json_object.h"
#include "text/text.h"

/* A series without a line here stands under its key alone. */
static const struct {
	struct str key;
	enum message title;
} titles[] = {
	{STR_INIT("top10-daily"), MESSAGE_EMBED_HEADING},
	{STR_INIT("all-daily"), MESSAGE_FIGURE_ALL_DAILY},
};

static void write_title(struct object *o, struct str key)
{
	for (size_t i = 0; i < sizeof(titles) / sizeof(titles[0]); i++) {
		if (!str_equal(titles[i].key, key))
			continue;
		const struct str words[LANG__COUNT] = {
			text(LANG_VI, titles[i].title), text(LANG_EN, titles[i].title)};
		object_texts(o, "title", words);
	}
}

static void write_count(struct object *o, const char *key, int64_t count)
{
	if (count == SITE_NOT_KNOWN)
		object_null(o, key);
	else
		object_number(o, key, (uint64_t)count);
}

static void write_days(struct object *o, const struct site_series *series)
{
	int64_t first = date_instant(series->first).seconds;
	object_open_array(o, "days");
	for (size_t i = 0; i < series->days; i++) {
		struct instant day = {first + (int64_t)i * SECONDS_PER_DAY};
		object_open(o, NULL);
		object_date(o, "day", instant_date(day));
		write_count(o, "v4", series->v4[i]);
		write_count(o, "v6", series->v6[i]);
		object_close(o);
	}
	object_close_array(o);
}

/* Every series of the site counts distinct units of one UTC day: model/site.h. */
static void write_figure(struct object *o, const struct site_series *series)
{
	object_open(o, NULL);
	object_text(o, "key", series->key);
	write_title(o, series->key);
	object_text(o, "estimator", STR("distinct"));
	object_text(o, "window", STR("P1D"));
	object_text(o, "zone", STR("UTC"));
	object_open(o, "units");
	object_text(o, "v4", STR("ipv4_address"));
	object_text(o, "v6", STR("ipv6_64"));
	object_close(o);
	object_number(o, "as_of", series->as_of);
	object_flag(o, "simulated", series->simulated);
	write_days(o, series);
	object_close(o);
}

static void write_figures(struct object *o, const struct site *site)
{
	object_open(o, NULL);
	if (site->built.seconds > 0)
		object_instant(o, "built", site->built);
	object_open_array(o, "figures");
	for (size_t i = 0; i < site->series_count; i++)
		write_figure(o, &site->series[i]);
	object_close_array(o);
	object_close(o);
}

void api_figures(const struct http_request *q, struct http_answer *a)
{
	const struct portal_context *context = q->context;
	struct object o;
	const struct publication *publication = published_acquire(context->published);
	a->content_type = "application/json";
	a->cache = HTTP_NO_CACHE;
	a->any_origin = true;
	object_init(&o, a->body);
	write_figures(&o, publication->site);
	writer_char(a->body, '\n');
	published_release(context->published, publication);
}
