/* SPDX-License-Identifier: Apache-2.0 */
#include "http/tally.h"

#include <stdlib.h>

struct bucket {
	uint64_t nanoseconds;
	const char *seconds;
};

/* A check takes some microseconds, a page up to a millisecond; beyond, something is wrong. */
static const struct bucket buckets[TALLY_DURATIONS - 1] = {
	{10000, "0.00001"},
	{25000, "0.000025"},
	{100000, "0.0001"},
	{250000, "0.00025"},
	{1000000, "0.001"},
	{5000000, "0.005"},
	{25000000, "0.025"},
	{100000000, "0.1"},
	{1000000000, "1"},
};

bool tally_init(struct tally *c, size_t routes)
{
	*c = (struct tally){.places = routes + TALLY_PLACE__COUNT};
	c->requests = calloc(c->places * TALLY_CLASSES, sizeof(*c->requests));
	return c->requests != NULL;
}

void tally_release(struct tally *c)
{
	free(c->requests);
	c->requests = NULL;
}

void tally_request(struct tally *c, size_t place, unsigned status)
{
	unsigned class = status / 100;
	class = class < 2 ? 2 : class > 5 ? 5 : class;
	tally_add(&c->requests[place * TALLY_CLASSES + class - 2], 1);
}

void tally_duration(struct tally *c, uint64_t nanoseconds)
{
	size_t at = 0;
	while (at < TALLY_DURATIONS - 1 && nanoseconds > buckets[at].nanoseconds)
		at++;
	tally_add(&c->durations[at], 1);
	tally_add(&c->nanoseconds, nanoseconds);
}

static uint64_t load(const _Atomic uint64_t *counter)
{
	return atomic_load_explicit(counter, memory_order_relaxed);
}

void tally_unite(struct tally *c, const struct tally *other)
{
	for (size_t i = 0; i < c->places * TALLY_CLASSES; i++)
		tally_add(&c->requests[i], load(&other->requests[i]));
	for (size_t i = 0; i < TALLY_DURATIONS; i++)
		tally_add(&c->durations[i], load(&other->durations[i]));
	tally_add(&c->nanoseconds, load(&other->nanoseconds));
	tally_add(&c->bytes, load(&other->bytes));
	tally_add(&c->rate_limited, load(&other->rate_limited));
	tally_add(&c->shared_kept, load(&other->shared_kept));
	tally_add(&c->shared_made, load(&other->shared_made));
}

/* --- as text --- */

static void write_head(struct writer *w, const char *name, const char *type, const char *help)
{
	writer_text(w, "# HELP quetsach_http_");
	writer_text(w, name);
	writer_char(w, ' ');
	writer_text(w, help);
	writer_text(w, "\n# TYPE quetsach_http_");
	writer_text(w, name);
	writer_char(w, ' ');
	writer_text(w, type);
	writer_char(w, '\n');
}

static void write_value(struct writer *w, const char *name, uint64_t value)
{
	writer_text(w, "quetsach_http_");
	writer_text(w, name);
	writer_char(w, ' ');
	writer_decimal(w, value);
	writer_char(w, '\n');
}

static void write_one(
	struct writer *w, const char *name, const char *type, const char *help, uint64_t value)
{
	write_head(w, name, type, help);
	write_value(w, name, value);
}

/* The paths of our own table only: what a visitor typed never gets here. */
static void write_label(struct writer *w, struct str value)
{
	for (size_t i = 0; i < value.size; i++) {
		if (value.data[i] == '"' || value.data[i] == '\\')
			writer_char(w, '\\');
		if (value.data[i] != '\n')
			writer_char(w, value.data[i]);
	}
}

static struct str place_name(const struct http_site *site, size_t place)
{
	if (place < site->route_count)
		return site->routes[place].path;
	return place == site->route_count + TALLY_ASSETS ? STR("assets") : STR("elsewhere");
}

static void write_requests(struct writer *w, const struct tally *c, const struct http_site *site)
{
	write_head(w, "requests_total", "counter",
		"Requests answered, by path of the table of routes (those below one under it) and "
		"class of status.");
	for (size_t i = 0; i < c->places * TALLY_CLASSES; i++) {
		uint64_t count = load(&c->requests[i]);
		if (count == 0 && i % TALLY_CLASSES != 0)
			continue;
		writer_text(w, "quetsach_http_requests_total{path=\"");
		write_label(w, place_name(site, i / TALLY_CLASSES));
		writer_text(w, "\",class=\"");
		writer_decimal(w, i % TALLY_CLASSES + 2);
		writer_text(w, "xx\"} ");
		writer_decimal(w, count);
		writer_char(w, '\n');
	}
}

static void write_bucket(struct writer *w, const char *bound, uint64_t count)
{
	writer_text(w, "quetsach_http_handler_seconds_bucket{le=\"");
	writer_text(w, bound);
	writer_text(w, "\"} ");
	writer_decimal(w, count);
	writer_char(w, '\n');
}

static void write_durations(struct writer *w, const struct tally *c)
{
	enum {
		NANOSECONDS = 1000000000
	};
	uint64_t nanoseconds = load(&c->nanoseconds);
	uint64_t count = 0;
	write_head(w, "handler_seconds", "histogram",
		"Time from a request to the answer its handler made; kept ones are not made.");
	for (size_t i = 0; i < TALLY_DURATIONS; i++) {
		count += load(&c->durations[i]);
		write_bucket(w, i < TALLY_DURATIONS - 1 ? buckets[i].seconds : "+Inf", count);
	}
	writer_text(w, "quetsach_http_handler_seconds_sum ");
	writer_decimal(w, nanoseconds / NANOSECONDS);
	writer_char(w, '.');
	writer_padded(w, nanoseconds % NANOSECONDS, 9);
	writer_char(w, '\n');
	write_value(w, "handler_seconds_count", count);
}

void tally_write(struct writer *w, const struct tally *c, const struct server_figures *f,
	const struct http_site *site)
{
	write_requests(w, c, site);
	write_durations(w, c);
	write_one(w, "body_bytes_total", "counter", "Bytes of answers, without their headers.",
		load(&c->bytes));
	write_one(w, "connections", "gauge", "Connections that are open.", f->connections);
	write_one(w, "connections_refused_total", "counter",
		"Connections refused because their address, or all together, had enough.",
		f->refused);
	write_one(w, "deadline_closed_total", "counter",
		"Connections ended because a request, an answer or the next one took too long.",
		f->deadline);
	write_one(w, "rate_limited_total", "counter", "Requests refused with status 429.",
		load(&c->rate_limited));
	write_one(w, "shared_kept_total", "counter", "Shared answers sent that were made already.",
		load(&c->shared_kept));
	write_one(w, "shared_made_total", "counter", "Shared answers that had to be made.",
		load(&c->shared_made));
	write_one(w, "shared_answers", "gauge", "Shared answers that are kept.", f->shared_answers);
	write_one(w, "shared_bytes", "gauge", "Memory that they take.", f->shared_bytes);
}
