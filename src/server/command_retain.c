/* SPDX-License-Identifier: Apache-2.0 */
/* A data folder over months: old sightings go, small files are asked together. */
#include "server/care.h"
#include "server/publish_site.h"

/* The same day of the month, so many months back; a day that month lacks becomes its 28th. */
static struct instant months_back(struct instant now, uint64_t months)
{
	struct date d = instant_date(now);
	int64_t index = (int64_t)d.year * 12 + d.month - 1 - (int64_t)months;
	d.year = (int)(index / 12);
	d.month = (int)(index % 12) + 1;
	d.day = d.day > 28 ? 28 : d.day;
	return date_instant(d);
}

static void write_retained(struct context *c, const struct store_retained *r, bool dry_run)
{
	static const char *const names[] = {"segments", "sightings", "bytes"};
	const uint64_t values[] = {r->segments, r->sightings, r->bytes};
	care_write_counts(
		c, names, values, 3, dry_run ? MESSAGE_CLI_WOULD_RETAIN : MESSAGE_CLI_RETAINED);
}

/* Deleting asks twice where the clock may be wrong. */
static enum err retain(struct context *c, struct store *store, uint64_t months, bool dry_run,
	struct store_retained *ret_retained)
{
	struct store_compacted compacted;
	TRY(store_retain(store, months_back(c->now, months), dry_run, ret_retained));
	if (dry_run)
		return E_OK;
	TRY(store_compact(store, c->now, &compacted));
	return publish_site(store, c->now);
}

int command_retain(struct context *context)
{
	uint64_t months;
	struct store *store;
	struct store_retained retained;
	bool dry_run = options_has(&context->options, "dry-run");
	if (!context_number(context, "keep-months", 1, 1200, 13, &months) ||
		!context_store(context, dry_run ? STORE_READ : STORE_WRITE, &store))
		return EXIT_FAILED;
	if (!dry_run && !care_clock_fits(context, store, CARE_LONGEST_PAUSE)) {
		store_close(store);
		return EXIT_FAILED;
	}
	enum err err = retain(context, store, months, dry_run, &retained);
	int status = err == E_OK ? EXIT_FINE : context_store_failed(context, store, err);
	store_close(store);
	if (err == E_OK)
		write_retained(context, &retained, dry_run);
	return status;
}

int command_compact(struct context *context)
{
	static const char *const names[] = {"joins", "segments"};
	struct store *store;
	struct store_compacted done;
	if (!context_store(context, STORE_WRITE, &store))
		return EXIT_FAILED;
	enum err err = store_compact(store, context->now, &done);
	int status = err == E_OK ? EXIT_FINE : context_store_failed(context, store, err);
	store_close(store);
	const uint64_t values[] = {done.joins, done.segments};
	if (err == E_OK)
		care_write_counts(context, names, values, 2,
			done.joins > 0 ? MESSAGE_CARE_COMPACTED : MESSAGE_CARE_NOTHING_COMPACTED);
	return status;
}
