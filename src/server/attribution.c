/* SPDX-License-Identifier: Apache-2.0 */
#include "server/attribution.h"

#include <stdlib.h>

#include "server/embedded.h"

enum {
	TABLES = 4096
};
#define IMAGE_LIMIT ((size_t)2 << 30)

struct gather {
	uint8_t *copies[TABLES];
	struct bytes tables[TABLES]; /* over the copies */
	struct attribution_image *image;
};

static int compare_dates(struct date a, struct date b)
{
	int64_t x = date_instant(a).seconds;
	int64_t y = date_instant(b).seconds;
	return (x > y) - (x < y);
}

static enum err take_table(void *context, const struct store_network_table *table)
{
	struct gather *g = context;
	struct attribution_image *image = g->image;
	if (image->tables == TABLES)
		return E_LIMIT;
	uint8_t *copy = malloc(table->bytes.size + 1);
	if (!copy)
		return E_NOMEM;
	memcpy(copy, table->bytes.data, table->bytes.size);
	g->copies[image->tables] = copy;
	g->tables[image->tables] = (struct bytes){copy, table->bytes.size};
	if (image->tables == 0 || compare_dates(table->as_of, image->oldest) < 0)
		image->oldest = table->as_of;
	if (image->tables == 0 || compare_dates(table->as_of, image->newest) > 0)
		image->newest = table->as_of;
	image->tables++;
	return E_OK;
}

static enum err compile(struct gather *g, struct store *store, struct date day)
{
	struct attribution_image *image = g->image;
	TRY(store_each_network_table(store, day, take_table, g));
	TRY(network_compile(g->tables, image->tables, &image->bytes));
	TRY(writer_end(&image->bytes));
	return network_open(writer_view(&image->bytes), &image->network);
}

enum err attribution_image_init(
	struct attribution_image *image, struct store *store, struct date day)
{
	*image = (struct attribution_image){0};
	writer_init(&image->bytes, IMAGE_LIMIT);
	struct gather *g = calloc(1, sizeof(*g));
	if (!g)
		return E_NOMEM;
	g->image = image;
	enum err err = compile(g, store, day);
	for (size_t i = 0; i < image->tables; i++)
		free(g->copies[i]);
	free(g);
	if (err != E_OK)
		attribution_image_release(image);
	return err;
}

void attribution_image_release(struct attribution_image *image)
{
	network_close(image->network);
	image->network = NULL;
	writer_release(&image->bytes);
}

static void ignore_problem(void *context, const struct problem *problem)
{
	(void)context;
	(void)problem;
}

static enum err add_holders(
	struct store *store, const struct embedded_file *file, struct instant now, struct writer *w)
{
	int64_t id;
	struct problem problem;
	struct network_table_info info;
	const struct network_source source = {.file_name = str_from(file->name)};
	TRY(network_table_parse(&source, file->bytes, ignore_problem, NULL, w, &info, &problem));
	const struct store_network_table table = {
		.kind = network_table_kind_name(info.kind),
		.country = str_from(info.country),
		.has_v4 = info.has_v4,
		.has_v6 = info.has_v6,
		.as_of = {1970, 1, 1},
		.name = source.file_name,
		.rows = info.rows,
		.bytes = writer_view(w),
	};
	return store_add_network_table(store, &table, now, &id);
}

enum err attribution_add_holders(struct store *store, struct str country, struct instant now)
{
	for (size_t i = 0; i < holder_file_count && country.size > 0; i++) {
		struct writer w;
		if (!str_starts(str_from(holder_files[i].name), country))
			continue;
		writer_init(&w, IMAGE_LIMIT);
		enum err err = add_holders(store, &holder_files[i], now, &w);
		writer_release(&w);
		TRY(err);
	}
	return E_OK;
}
