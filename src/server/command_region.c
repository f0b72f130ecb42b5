/* SPDX-License-Identifier: Apache-2.0 */
/* Which regions a country has, and where they stand on a map. */
#include "server/command_region.h"

#include <fcntl.h>

#include "network/partition.h"
#include "os/file.h"
#include "server/attribution.h"
#include "server/command_site.h"
#include "server/parse_client.h"
#include "server/region_choice.h"
#include "store/results.h"

enum {
	SHOWN_STRANGERS = 20
};

/* Without islands that are drawn apart. */
static uint64_t own_count(const struct region_set *set)
{
	uint64_t count = 0;
	for (size_t i = 0; i < set->count; i++)
		count += set->list[i].part_of.size == 0;
	return count;
}

static struct str country_of(struct context *c, struct store *store)
{
	struct str country = context_country(c);
	return country.size > 0 ? country : store_country(store);
}

/* The choice for tables of a day; its network is gone afterwards. E_NOTFOUND: there is none. */
static enum err choose(struct context *c, struct store *store, struct str country, struct date day,
	struct region_choice *ret_choice, uint64_t **ret_sizes)
{
	struct attribution_image image;
	struct partition *partition;
	struct area *area = NULL;
	TRY(attribution_image_init(&image, store, day));
	enum err err = region_choice_make(store, 0, country, image.network, &c->arena, ret_choice);
	if (err == E_OK && ret_sizes) {
		*ret_sizes = arena_alloc(&c->arena, ret_choice->set.count + 1, sizeof(**ret_sizes));
		err = *ret_sizes ? partition_new(image.network, ret_choice->part,
					   ret_choice->set.count, &partition)
				 : E_NOMEM;
	}
	if (err == E_OK && ret_sizes) {
		err = area_new_country(image.network, country, &area);
		err = err == E_NOTFOUND ? E_OK : err;
		if (err == E_OK)
			partition_sizes(partition, area, *ret_sizes);
		area_free(area);
		partition_free(partition);
	}
	attribution_image_release(&image);
	return err;
}

enum err region_say_strangers(
	struct context *context, struct store *store, struct str country, struct date day)
{
	struct writer names;
	struct region_choice choice;
	enum err err = choose(context, store, country, day, &choice, NULL);
	if (err != E_OK || choice.stranger_count == 0)
		return err == E_NOTFOUND ? E_OK : err;
	writer_init(&names, 1 << 16);
	for (size_t i = 0; i < choice.stranger_count && i < SHOWN_STRANGERS; i++) {
		writer_text(&names, i ? ", " : "");
		writer_printable(&names, choice.strangers[i]);
	}
	if (choice.stranger_count > SHOWN_STRANGERS)
		writer_text(&names, ", …");
	console_say_with(&context->console, MESSAGE_REGION_STRANGERS, {STR("set"), choice.set.name},
		context_number_text(context, "count", choice.stranger_count),
		{STR("names"), writer_view_str(&names)});
	writer_release(&names);
	return E_OK;
}

/* --- import, use --- */

/* The program's own set of that name. */
static enum err find_own(struct context *c, struct str name, struct region_set *ret_set)
{
	for (size_t i = 0;; i++) {
		struct region_set set;
		TRY(region_embedded(i, &c->arena, &set));
		if (!str_equal(set.name, name))
			continue;
		*ret_set = set;
		return E_OK;
	}
}

static int put(struct context *c, const struct region_set *set, struct str source)
{
	struct str author;
	struct store *store;
	if (!site_author(c, &author) || !context_store(c, STORE_WRITE, &store))
		return EXIT_FAILED;
	struct region_set put = *set;
	if (put.country.size == 0)
		put.country = store_country(store);
	enum err err = store_put_regions(store, &put, source, author, c->now);
	if (err == E_OK)
		err = region_say_strangers(c, store, put.country, instant_date(c->now));
	int status = err == E_OK ? EXIT_FINE : context_store_failed(c, store, err);
	if (err == E_OK && put.count > 0 && !c->console.json)
		site_say_with(c, MESSAGE_REGION_IN_FORCE, {STR("set"), put.name},
			{STR("country"), put.country},
			context_number_text(c, "count", own_count(&put)));
	store_close(store);
	return status;
}

static int import_parsed(struct context *c, const char *path, struct region_set *set, int fd)
{
	struct problem problem;
	struct parse_client *client;
	enum err err = parse_client_start(&client);
	if (err != E_OK)
		return context_failed(c, STR("parse"), err);
	err = parse_client_regions(client, fd, &c->arena, set, &problem);
	parse_client_stop(client);
	if (err == E_OK)
		return EXIT_FINE;
	if (problem.code == PROBLEM_NONE)
		return context_failed(c, str_from(path), err);
	console_problem(&c->console, str_from(path), &problem);
	return EXIT_FAILED;
}

int command_region_import(struct context *context)
{
	int fd;
	const char *path = context->options.words[0];
	struct str source = str_trim(options_str(&context->options, "source"));
	struct region_set set = {0};
	set.name = region_set_name(str_from(path), &set.country);
	if (options_has(&context->options, "country"))
		set.country = context_country(context);
	if (!site_line_valid(source) || !site_line_valid(set.name) || set.name.size == 0)
		return site_refuse(context, MESSAGE_SITE_BAD_TEXT, source);
	enum err err = file_open_read(AT_FDCWD, path, &fd);
	if (err != E_OK)
		return context_failed(context, str_from(path), err);
	int status = import_parsed(context, path, &set, fd);
	file_close(&fd);
	if (status != EXIT_FINE)
		return status;
	return put(context, &set, source.size > 0 ? source : site_base_name(str_from(path)));
}

int command_region_use(struct context *context)
{
	struct region_set set = {.country = context_country(context), .name = STR("auto")};
	struct str name = str_from(context->options.words[0]);
	if (str_equal(name, STR("auto")))
		return put(context, &set, STR("quetsach"));
	enum err err = find_own(context, name, &set);
	if (err == E_NOTFOUND)
		return site_refuse(context, MESSAGE_REGION_NO_SET, name);
	return err == E_OK ? put(context, &set, STR("quetsach"))
			   : context_failed(context, name, err);
}

/* --- list --- */

static void say_set(struct context *c, const struct region_set *set, bool in_force, bool own,
	const struct region_entry *entry)
{
	struct writer *w = &c->console.out;
	if (!c->console.json) {
		site_say_with(c, in_force ? MESSAGE_REGION_SET_IN_FORCE : MESSAGE_REGION_SET,
			{STR("set"), set->name}, {STR("country"), set->country},
			context_number_text(c, "count", own_count(set)),
			{STR("source"), own ? STR("quetsach") : entry->source});
		return;
	}
	writer_char(w, '{');
	site_json_str(w, "set", set->name, true);
	site_json_str(w, "country", set->country, false);
	site_json_number(w, "regions", own_count(set));
	site_json_flag(w, "in_force", in_force);
	site_json_flag(w, "own", own);
	site_json_str(w, "source", own ? STR("quetsach") : entry->source, false);
	site_json_str(w, "author", own ? STR("") : entry->author, false);
	writer_text(w, "}\n");
}

static enum err list_sets(struct context *c, struct store *store, struct str country)
{
	struct region_entry entry = {0};
	struct region_choice choice = {0};
	enum err err = store_find_regions(store, 0, country, &c->arena, &entry);
	bool brought = err == E_OK && entry.set.count > 0;
	if (err != E_OK && err != E_NOTFOUND)
		return err;
	err = choose(c, store, country, instant_date(c->now), &choice, NULL);
	if (err != E_OK && err != E_NOTFOUND)
		return err;
	if (brought)
		say_set(c, &entry.set, true, false, &entry);
	for (size_t i = 0;; i++) {
		struct region_set set;
		err = region_embedded(i, &c->arena, &set);
		if (err == E_NOTFOUND)
			return E_OK;
		TRY(err);
		if (str_equal(set.country, country) &&
			!(brought && str_equal(set.name, entry.set.name)))
			say_set(c, &set, !brought && str_equal(set.name, choice.set.name), true,
				NULL);
	}
}

int command_region_list(struct context *context)
{
	struct store *store;
	if (!context_store(context, STORE_READ, &store))
		return EXIT_FAILED;
	enum err err = list_sets(context, store, country_of(context, store));
	int status = err == E_OK ? EXIT_FINE : context_store_failed(context, store, err);
	store_close(store);
	return status;
}

/* --- show --- */

static void show_json(
	struct writer *w, const struct region_set *set, const struct region *r, uint64_t announced)
{
	writer_char(w, '{');
	site_json_str(w, "set", set->name, true);
	site_json_str(w, "region", r->key, false);
	site_json_str(w, "name_vi", r->name[LANG_VI], false);
	site_json_str(w, "name_en", r->name[LANG_EN], false);
	site_json_str(w, "short", r->short_name, false);
	site_json_number(w, "column", r->column);
	site_json_number(w, "row", r->row);
	site_json_str(w, "part_of", r->part_of, false);
	site_json_str(w, "also", r->also, false);
	site_json_number(w, "announced", announced);
	writer_text(w, "}\n");
}

static size_t letters(struct str s)
{
	size_t count = 0;
	for (size_t i = 0; i < s.size; i++)
		count += ((unsigned char)s.data[i] & 0xc0) != 0x80;
	return count;
}

static const struct region *at_square(const struct region_set *set, size_t column, size_t row)
{
	for (size_t i = 0; i < set->count; i++)
		if (set->list[i].column == column && set->list[i].row == row)
			return &set->list[i];
	return NULL;
}

/* The squares as they lie: north on top. */
static void draw(struct writer *w, const struct region_set *set)
{
	size_t columns = 0;
	size_t rows = 0;
	for (size_t i = 0; i < set->count; i++) {
		columns = set->list[i].column >= columns ? set->list[i].column + 1U : columns;
		rows = set->list[i].row >= rows ? set->list[i].row + 1U : rows;
	}
	for (size_t row = 0; row < rows; row++) {
		for (size_t column = 0; column < columns; column++) {
			const struct region *r = at_square(set, column, row);
			struct str word = r ? r->short_name : STR("·");
			writer_str(w, word);
			for (size_t k = letters(word); k < REGION_SHORT + 1; k++)
				writer_char(w, ' ');
		}
		writer_char(w, '\n');
	}
}

static void show_set(
	struct context *c, const struct region_set *set, const uint64_t *sizes, struct str wanted)
{
	if (!c->console.json && wanted.size == 0)
		draw(&c->console.out, set);
	for (size_t i = 0; i < set->count; i++) {
		const struct region *r = &set->list[i];
		uint64_t announced = sizes ? sizes[i] : 0;
		if (wanted.size > 0 && regions_find(set->list, set->count, wanted) != i)
			continue;
		if (c->console.json)
			show_json(&c->console.out, set, r, announced);
		else
			site_say_with(c, MESSAGE_REGION_LINE, {STR("key"), r->key},
				{STR("short"), r->short_name},
				{STR("name"), r->name[c->console.lang]},
				context_number_text(c, "announced", announced));
	}
}

/* Where no table names regions: what the operator brought, else the program's first. */
static enum err any_set(
	struct context *c, struct store *store, struct str country, struct region_set *ret_set)
{
	struct region_entry entry;
	enum err err = store_find_regions(store, 0, country, &c->arena, &entry);
	if (err == E_OK && entry.set.count > 0) {
		*ret_set = entry.set;
		return E_OK;
	}
	for (size_t i = 0; err == E_OK || err == E_NOTFOUND; i++) {
		struct region_set set;
		TRY(region_embedded(i, &c->arena, &set));
		if (!str_equal(set.country, country))
			continue;
		*ret_set = set;
		return E_OK;
	}
	return err;
}

static int show(struct context *c, struct store *store, struct str country)
{
	uint64_t *sizes = NULL;
	struct region_choice choice;
	struct str wanted = c->options.word_count ? str_from(c->options.words[0]) : STR("");
	enum err err = choose(c, store, country, instant_date(c->now), &choice, &sizes);
	if (err == E_NOTFOUND) {
		sizes = NULL;
		err = any_set(c, store, country, &choice.set);
		console_say_with(&c->console, MESSAGE_REGION_NO_TABLE, {STR("country"), country});
	}
	if (err == E_NOTFOUND)
		return site_refuse(c, MESSAGE_REGION_NONE, country);
	if (err != E_OK)
		return context_store_failed(c, store, err);
	if (wanted.size > 0 &&
		regions_find(choice.set.list, choice.set.count, wanted) == choice.set.count)
		return site_refuse(c, MESSAGE_REGION_NOT_THERE, wanted);
	show_set(c, &choice.set, sizes, wanted);
	return EXIT_FINE;
}

int command_region_show(struct context *context)
{
	struct store *store;
	if (!context_store(context, STORE_READ, &store))
		return EXIT_FAILED;
	int status = show(context, store, country_of(context, store));
	store_close(store);
	return status;
}
