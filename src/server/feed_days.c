/* SPDX-License-Identifier: Apache-2.0 */
#include "server/feed_days.h"

#include "office/feed_day.h"

enum {
	DAYS = 31, /* 30 complete ones before today, and today */
	FEEDS = 500
};

struct feed {
	struct str name;
	uint64_t change; /* that touched it last */
};

struct refreshing {
	struct context *context;
	struct store *store;
	struct office office;
	struct feed feeds[FEEDS];
	size_t count;
};

/* --- which have changed --- */

static struct feed *find_feed(struct refreshing *f, struct str name)
{
	for (size_t i = 0; i < f->count; i++)
		if (str_equal(f->feeds[i].name, name))
			return &f->feeds[i];
	if (f->count == FEEDS)
		return NULL;
	f->feeds[f->count] = (struct feed){.name = arena_copy(&f->context->arena, name)};
	return &f->feeds[f->count++];
}

static void take_file(void *context, const struct store_file *file)
{
	struct feed *feed = find_feed(context, file->feed);
	uint64_t change = file->retracted ? file->retracted : file->added;
	if (feed && change > feed->change)
		feed->change = change;
}

/* --- counted --- */

struct tally {
	struct unit_set *day, *hours[FEED_DAY_HOURS];
	bool hours_known;
};

static enum err gather(struct unit_set **set, const struct unit_set *units)
{
	if (!*set)
		*set = unit_set_new();
	return *set ? unit_set_gather(*set, units) : E_NOMEM;
}

static enum err take_set(void *context, const struct store_set *set)
{
	struct tally *t = context;
	int64_t seconds = set->bucket.from.seconds % SECONDS_PER_DAY;
	if (set->precision == PRECISION_SPAN)
		return E_OK;
	if (set->precision == PRECISION_HOUR) {
		t->hours_known = true;
		TRY(gather(&t->hours[seconds / SECONDS_PER_HOUR], set->units));
	}
	return gather(&t->day, set->units);
}

static enum err settle(struct unit_set *set, uint64_t *ret_v4, uint64_t *ret_v6)
{
	*ret_v4 = *ret_v6 = 0;
	if (!set)
		return E_OK;
	TRY(unit_set_settle(set));
	*ret_v4 = unit_set_count_v4(set);
	*ret_v6 = unit_set_count_v6(set);
	return E_OK;
}

static enum err close_day(struct tally *t, struct feed_day *day)
{
	TRY(settle(t->day, &day->v4, &day->v6));
	day->hours_known = t->hours_known;
	for (size_t h = 0; h < FEED_DAY_HOURS; h++) {
		uint64_t v4, v6;
		TRY(settle(t->hours[h], &v4, &v6));
		day->hours[h] = (uint32_t)(v4 > 0 ? v4 : v6);
	}
	return E_OK;
}

static enum err count_day(struct refreshing *f, struct str feed, struct feed_day *day)
{
	struct tally t = {.hours_known = false};
	int64_t from = day->day * SECONDS_PER_DAY;
	const struct store_query query = {.time = {{from}, {from + SECONDS_PER_DAY}}, .feed = feed};
	enum err err = store_each_set(f->store, &query, take_set, &t);
	if (err == E_OK)
		err = close_day(&t, day);
	unit_set_free(t.day);
	for (size_t h = 0; h < FEED_DAY_HOURS; h++)
		unit_set_free(t.hours[h]);
	return err;
}

static enum err count_feed(struct refreshing *f, const struct feed *feed)
{
	struct feed_day days[DAYS];
	size_t count = 0;
	uint64_t known;
	int64_t today = f->context->now.seconds / SECONDS_PER_DAY;
	TRY(feed_days_change(&f->office, feed->name, &known));
	if (known == feed->change)
		return E_OK;
	for (int64_t day = today - DAYS + 1; day <= today; day++) {
		days[count] = (struct feed_day){.day = day};
		TRY(count_day(f, feed->name, &days[count]));
		count += days[count].v4 > 0 || days[count].v6 > 0;
	}
	TRY(office_begin(&f->office));
	return office_end(
		&f->office, feed_days_put(&f->office, feed->name, feed->change, days, count));
}

static enum err count_feeds(struct refreshing *f)
{
	TRY(store_each_file(f->store, take_file, f));
	for (size_t i = 0; i < f->count; i++)
		TRY(count_feed(f, &f->feeds[i]));
	return E_OK;
}

void feed_days_refresh(struct context *context, struct store *store)
{
	const char *folder = context_folder(context);
	struct refreshing *f = arena_alloc(&context->arena, 1, sizeof(*f));
	if (!folder || !f)
		return;
	*f = (struct refreshing){.context = context, .store = store, .office = {.folder = -1}};
	enum err err = office_open(&f->office, folder, false);
	if (err == E_OK) {
		office_close(&f->office);
		err = office_open(&f->office, folder, true);
	}
	if (err == E_OK)
		err = count_feeds(f);
	if (err != E_OK && err != E_NOTFOUND)
		(void)context_failed(context, STR("office"), err);
	office_close(&f->office);
}
