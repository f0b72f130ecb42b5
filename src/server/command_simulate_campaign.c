/* SPDX-License-Identifier: Apache-2.0 */
#include <fcntl.h>
#include <math.h>
#include <stdlib.h>

#include "os/file.h"
#include "server/command_simulate.h"
#include "server/packed_file.h"
#include "server/region_choice.h"
#include "simulate/rows.h"

enum {
	NAME_BYTES = 200,
	OUT_FOLDERS = WORLD_FEEDS
};

/* --- what is asked for --- */

/* "0.35": digits, at most nine after the point. */
static bool parse_decimal(struct str s, double *ret_value)
{
	struct str after;
	uint64_t whole;
	uint64_t part = 0;
	struct str before = str_cut(s, '.', &after);
	bool point = before.size != s.size;
	if (!str_to_u64(before, 1000000, &whole) || (point && after.size > 9) ||
		(point && !str_to_u64(after, 999999999, &part)))
		return false;
	*ret_value = (double)whole + (double)part / pow(10, (double)after.size);
	return true;
}

static bool read_decimal(
	struct context *c, const char *option, double most, const char *shown, double *value)
{
	struct str got = options_str(&c->options, option);
	double given;
	if (!options_has(&c->options, option))
		return true;
	if (parse_decimal(got, &given) && given <= most) {
		*value = given;
		return true;
	}
	console_say_with(&c->console, MESSAGE_SIMULATE_BAD_SHARE, {STR("option"), str_from(option)},
		{STR("got"), got}, {STR("most"), str_from(shown)});
	return false;
}

static bool read_numbers(struct context *c, struct scenario *s)
{
	uint64_t days;
	uint64_t hosts;
	uint64_t reports;
	uint64_t campaign;
	if (!context_number(c, "seed", 0, UINT64_MAX, 1, &s->seed) ||
		!context_number(c, "days", 2, SCENARIO_DAYS, s->days, &days) ||
		!context_number(c, "hosts", 1, SCENARIO_HOSTS, s->hosts, &hosts) ||
		!context_number(c, "reports", 1, 16, 12, &reports) ||
		!context_number(c, "campaign", 1, days, days / 2 + 1, &campaign))
		return false;
	s->days = (uint32_t)days;
	s->hosts = (uint32_t)hosts;
	s->reports = (double)reports;
	s->campaign = (uint32_t)campaign - 1;
	return true;
}

static bool read_country(struct context *c, struct scenario *s)
{
	struct str country = context_country(c);
	bool letters = country.size == 2;
	if (country.size == 0)
		return true;
	for (size_t i = 0; letters && i < 2; i++)
		letters = country.data[i] >= 'A' && country.data[i] <= 'Z';
	if (letters)
		memcpy(s->country, country.data, 2);
	else
		console_say_with(&c->console, MESSAGE_CLI_NO_COUNTRY, {STR("country"), country});
	return letters;
}

/* The last day is the one before today where --end says nothing: today is not over. */
static bool read_scenario(struct context *c, struct scenario *s)
{
	bool given;
	struct date last = instant_date((struct instant){c->now.seconds - SECONDS_PER_DAY});
	*s = scenario_default();
	if (!read_numbers(c, s) || !read_decimal(c, "effect", 0.95, "0.95", &s->effect) ||
		!read_decimal(c, "decline", 1, "1", &s->decline) ||
		!read_decimal(c, "controls", 0.9, "0.9", &s->controls) || !read_country(c, s) ||
		!context_date(c, "end", &given, &last))
		return false;
	int64_t before = (int64_t)(s->days - 1) * SECONDS_PER_DAY;
	s->first = instant_date((struct instant){date_instant(last).seconds - before});
	s->feed_changes = options_has(&c->options, "feed-changes");
	return true;
}

static bool read_packing(struct context *c, enum packing *ret_packing)
{
	struct str got = options_str(&c->options, "compress");
	if (packing_parse(got, ret_packing))
		return true;
	console_say_with(&c->console, MESSAGE_SIMULATE_BAD_COMPRESS, {STR("got"), got});
	return false;
}

/* --- files --- */

struct out {
	struct context *context;
	const struct world *world;
	struct rows *rows;
	struct packed_file *file;
	enum packing packing;
	int folder;
	int feeds[OUT_FOLDERS];
	struct writer w;
	uint64_t sightings;
};

static enum err open_folder(int parent, const char *name, int *ret_fd)
{
	enum err err = folder_make(parent, name);
	return err == E_OK || err == E_EXISTS ? folder_open(parent, name, ret_fd) : err;
}

static const char *name_of(struct out *o, const struct writer *w)
{
	return arena_cstr(&o->context->arena, writer_view_str(w));
}

static enum err open_folders(struct out *o, const char *path)
{
	TRY(open_folder(AT_FDCWD, path, &o->folder));
	for (uint32_t i = 0; i < WORLD_FEEDS; i++) {
		const char *name = arena_cstr(&o->context->arena, o->world->feeds[i].name);
		if (!name)
			return E_NOMEM;
		TRY(open_folder(o->folder, name, &o->feeds[i]));
	}
	return E_OK;
}

/* "2020-10-15-event4_sinkhole.csv.gz", "2020-10-15.txt": a feed's type and day are found in it. */
static const char *day_name(struct out *o, uint32_t feed, uint32_t day)
{
	struct writer w;
	int64_t since = (int64_t)day * SECONDS_PER_DAY;
	struct instant first = date_instant(o->world->scenario.first);
	writer_init(&w, NAME_BYTES);
	writer_date(&w, instant_date((struct instant){first.seconds + since}));
	writer_text(&w, feed == WORLD_LIST ? ".txt" : "-event4_sinkhole.csv");
	if (o->packing != PACKING_NONE)
		writer_char(&w, '.');
	writer_str(&w, packing_suffix(o->packing));
	const char *name = name_of(o, &w);
	writer_release(&w);
	return name;
}

static enum err write_rows(struct out *o, uint32_t feed, int fd)
{
	TRY(packed_file_begin(o->file, fd));
	for (bool more = true; more;) {
		writer_clear(&o->w);
		more = rows_write(o->rows, feed, &o->w);
		TRY(writer_end(&o->w));
		TRY(packed_file_write(o->file, writer_view(&o->w)));
	}
	return packed_file_end(o->file);
}

static enum err write_file(struct out *o, uint32_t feed, uint32_t day)
{
	struct file_new file;
	const char *name = day_name(o, feed, day);
	if (!name)
		return E_NOMEM;
	TRY(file_new_begin(o->feeds[feed], &file));
	enum err err = write_rows(o, feed, file.fd);
	if (err == E_OK)
		return file_new_commit(&file, name, true);
	file_new_abort(&file);
	return err;
}

static enum err write_days(struct out *o)
{
	for (uint32_t day = 0;; day++) {
		bool any;
		TRY(rows_day(o->rows, &any));
		if (!any)
			return E_OK;
		o->sightings += rows_count(o->rows);
		for (uint32_t feed = 0; feed < WORLD_FEEDS; feed++)
			if (rows_exist(o->rows, feed))
				TRY(write_file(o, feed, day));
		console_progress(&o->context->console, day + 1, o->world->scenario.days);
	}
}

/* What is in the writer, under that name. */
static enum err put(struct out *o, const char *name)
{
	TRY(writer_end(&o->w));
	TRY(file_put(o->folder, name, writer_view(&o->w), false));
	writer_clear(&o->w);
	return E_OK;
}

/* The largest set that the program has of the country: all of its regions, islands apart. E_OK
 * also where there is none. */
static enum err find_regions(struct out *o, struct region_set *ret_set)
{
	for (size_t i = 0;; i++) {
		struct region_set set;
		enum err err = region_embedded(i, &o->context->arena, &set);
		if (err == E_NOTFOUND)
			return E_OK;
		TRY(err);
		if (str_equal(set.country, str_from(o->world->scenario.country)) &&
			set.count > ret_set->count)
			*ret_set = set;
	}
}

static enum err write_regions(struct out *o)
{
	size_t count = 0;
	struct region_set set = {0};
	TRY(find_regions(o, &set));
	struct str *keys = arena_alloc(&o->context->arena, set.count + 1, sizeof(*keys));
	if (!keys)
		return E_NOMEM;
	for (size_t i = 0; i < set.count; i++)
		if (set.list[i].part_of.size == 0)
			keys[count++] = set.list[i].key;
	if (count == 0)
		return E_OK;
	writer_clear(&o->w);
	rows_write_regions(o->world, keys, count, &o->w);
	return put(o, "regions.csv");
}

static enum err write_network(struct out *o)
{
	struct writer name;
	TRY(write_regions(o));
	writer_clear(&o->w);
	rows_write_asns(o->world, &o->w);
	TRY(put(o, "asns.csv"));
	rows_write_holders(o->world, &o->w);
	TRY(put(o, "holders.csv"));
	rows_write_prefixes(o->world, &o->w);
	writer_init(&name, NAME_BYTES);
	writer_text(&name, "prefixes-");
	writer_text(&name, o->world->scenario.country);
	writer_text(&name, ".txt");
	const char *terminated = name_of(o, &name);
	writer_release(&name);
	return terminated ? put(o, terminated) : E_NOMEM;
}

/* truth.json comes last: where it stands, all the rest does. */
static enum err write_all(struct out *o, const char *path)
{
	TRY(open_folders(o, path));
	TRY(rows_new(o->world, &o->rows));
	TRY(packed_file_new(o->packing, &o->file));
	TRY(write_network(o));
	console_progress_begin(
		&o->context->console, text(o->context->console.lang, MESSAGE_CLI_SIMULATING));
	enum err err = write_days(o);
	console_progress_end(&o->context->console);
	TRY(err);
	writer_clear(&o->w);
	truth_write(rows_truth(o->rows), o->world, &o->w);
	return put(o, "truth.json");
}

static void out_release(struct out *o)
{
	for (size_t i = 0; i < OUT_FOLDERS; i++)
		file_close(&o->feeds[i]);
	file_close(&o->folder);
	rows_free(o->rows);
	packed_file_free(o->file);
	writer_release(&o->w);
}

/* "0.5213" */
static struct str effect_text(struct out *o)
{
	struct writer w;
	const struct scenario *s = &o->world->scenario;
	double effect = truth_effect(
		rows_truth(o->rows), o->world, world_effect_from(s), s->days - 1, false);
	uint64_t shown = (uint64_t)llround(fabs(effect) * 10000);
	writer_init(&w, NAME_BYTES);
	writer_decimal(&w, shown / 10000);
	writer_char(&w, '.');
	writer_padded(&w, shown % 10000, 4);
	struct str copy = arena_copy(&o->context->arena, writer_view_str(&w));
	writer_release(&w);
	return copy;
}

static int write_campaign(struct context *c, const struct world *world, enum packing packing)
{
	const char *path = options_get(&c->options, "out");
	struct out o = {.context = c, .world = world, .packing = packing, .folder = -1};
	for (size_t i = 0; i < OUT_FOLDERS; i++)
		o.feeds[i] = -1;
	writer_init(&o.w, SIZE_MAX / 2);
	enum err err = write_all(&o, path);
	int status = EXIT_FINE;
	if (err == E_OK)
		console_say_with(&c->console, MESSAGE_SIMULATE_DONE,
			{STR("folder"), str_from(path)},
			context_number_text(c, "sightings", o.sightings),
			{STR("effect"), effect_text(&o)});
	else
		status = context_failed(c, str_from(path), err);
	out_release(&o);
	return status;
}

int simulate_campaign(struct context *c)
{
	struct scenario scenario;
	struct world *world;
	enum packing packing;
	if (!read_scenario(c, &scenario) || !read_packing(c, &packing))
		return EXIT_FAILED;
	enum err err = world_new(&scenario, &world);
	if (err == E_RANGE) {
		console_say(&c->console, MESSAGE_SIMULATE_OUT_OF_REACH, NULL, 0);
		return EXIT_FAILED;
	}
	if (err != E_OK)
		return context_failed(c, STR(""), err);
	int status = write_campaign(c, world, packing);
	world_free(world);
	return status;
}
