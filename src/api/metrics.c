/* SPDX-License-Identifier: Apache-2.0 */
/* Prometheus' text format, 0.0.4. */
#include "api/api.h"

struct metric {
	const char *name, *type, *help;
};

static void write_about(struct writer *w, const struct metric *m)
{
	writer_text(w, "# HELP ");
	writer_text(w, m->name);
	writer_char(w, ' ');
	writer_text(w, m->help);
	writer_text(w, "\n# TYPE ");
	writer_text(w, m->name);
	writer_char(w, ' ');
	writer_text(w, m->type);
	writer_char(w, '\n');
}

/* label: "{family=\"v4\"}", or NULL. */
static void write_value(struct writer *w, const struct metric *m, const char *label, uint64_t value)
{
	writer_text(w, m->name);
	if (label)
		writer_text(w, label);
	writer_char(w, ' ');
	writer_decimal(w, value);
	writer_char(w, '\n');
}

static void write_one(struct writer *w, const struct metric *m, uint64_t value)
{
	write_about(w, m);
	write_value(w, m, NULL, value);
}

/* A clock that was put back makes no age. */
static uint64_t seconds_since(struct instant then, struct instant now)
{
	return now.seconds > then.seconds ? (uint64_t)(now.seconds - then.seconds) : 0;
}

static void write_listing(struct writer *w, const struct listing_facts *facts, struct instant now)
{
	static const struct metric entries = {"quetsach_listing_entries", "gauge",
		"Distinct IPv4 addresses and IPv6 /64s in the published listing."};
	static const struct metric built = {"quetsach_listing_built_timestamp_seconds", "gauge",
		"When the published listing was built."};
	static const struct metric age = {"quetsach_listing_age_seconds", "gauge",
		"Age of the published listing; from 259200 on silence says nothing."};
	static const struct metric feeds = {
		"quetsach_listing_feeds", "gauge", "Feeds that the listing is made of."};
	static const struct metric change = {"quetsach_listing_change", "gauge",
		"Change number of the catalogue that the listing was built from."};
	static const struct metric simulated = {
		"quetsach_listing_simulated", "gauge", "1 when some of the listing is simulated."};
	write_about(w, &entries);
	write_value(w, &entries, "{family=\"v4\"}", facts->v4);
	write_value(w, &entries, "{family=\"v6\"}", facts->v6);
	write_one(w, &built, (uint64_t)facts->built.seconds);
	write_one(w, &age, seconds_since(facts->built, now));
	write_one(w, &feeds, facts->feeds);
	write_one(w, &change, facts->change);
	write_one(w, &simulated, facts->simulated);
}

static void write_site(struct writer *w, const struct site *site)
{
	static const struct metric built = {"quetsach_site_built_timestamp_seconds", "gauge",
		"When the contents of the site were published."};
	static const struct metric articles = {
		"quetsach_site_articles", "gauge", "Articles of the site, each language apart."};
	static const struct metric tools = {
		"quetsach_site_tools", "gauge", "Offers in the catalogue of tools."};
	if (site->built.seconds > 0)
		write_one(w, &built, (uint64_t)site->built.seconds);
	write_one(w, &articles, site->article_count);
	write_one(w, &tools, site->tool_count);
}

static const struct metric downloads = {"quetsach_tool_downloads_total", "counter",
	"Downloads of each tool, one a day and visitor."};

/* Keys are [a-z0-9-]: nothing to escape. */
static void write_downloads(void *context, const struct counter *counter)
{
	struct writer *w = context;
	writer_text(w, downloads.name);
	writer_text(w, "{tool=\"");
	writer_str(w, counter->key);
	writer_text(w, "\"} ");
	writer_decimal(w, counter->total);
	writer_char(w, '\n');
}

void api_metrics(const struct http_request *q, struct http_answer *a)
{
	static const struct metric edition = {"quetsach_published_editions_total", "counter",
		"Publications taken over since the start."};
	static const struct metric present = {
		"quetsach_listing_present", "gauge", "1 when a listing is published."};
	const struct portal_context *context = q->context;
	const struct publication *publication = published_acquire(context->published);
	a->content_type = HTTP_METRICS_TYPE;
	write_one(a->body, &edition, *published_edition(context->published));
	write_one(a->body, &present, publication->listing != NULL);
	if (publication->listing)
		write_listing(a->body, listing_facts(publication->listing), q->now);
	write_site(a->body, publication->site);
	published_release(context->published, publication);
	if (context->counters) {
		write_about(a->body, &downloads);
		counters_each(context->counters, write_downloads, a->body);
	}
	http_write_metrics(q, a->body);
}
