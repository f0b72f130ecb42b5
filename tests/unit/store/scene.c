/* SPDX-License-Identifier: Apache-2.0 */
#include "scene.h"

#include <ftw.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#define OK(call) assert_int_equal(call, E_OK)

static int delete_entry(const char *path, const struct stat *status, int type, struct FTW *ftw)
{
	(void)status;
	(void)type;
	(void)ftw;
	return remove(path);
}

void scene_delete(const char *path)
{
	nftw(path, delete_entry, 16, FTW_DEPTH | FTW_PHYS);
}

void scene_begin(struct scene *scene)
{
	memcpy(scene->scratch, "/tmp/quetsach-store-XXXXXX", sizeof("/tmp/quetsach-store-XXXXXX"));
	assert_non_null(mkdtemp(scene->scratch));
	snprintf(scene->folder, sizeof(scene->folder), "%.40s/data", scene->scratch);
	OK(store_create(str_from(scene->folder), STR("VN"), (struct instant){1600000000}));
	scene->store = NULL;
	scene_reopen(scene, STORE_WRITE);
	struct feed_info feed = {.name = STR("feed"), .title = STR("A feed"), .kind_set = true};
	OK(store_put_feed(scene->store, &feed));
	feed.name = STR("other");
	OK(store_put_feed(scene->store, &feed));
}

void scene_reopen(struct scene *scene, enum store_mode mode)
{
	store_close(scene->store);
	scene->store = NULL;
	OK(store_open(str_from(scene->folder), mode, &scene->store));
}

void scene_end(struct scene *scene)
{
	store_close(scene->store);
	scene_delete(scene->scratch);
}

void paper_begin(struct paper *paper)
{
	paper->batch = batch_new();
	paper->names = text_table_new(1000);
	paper->columns = text_table_new(250);
	uint32_t id;
	assert_true(text_table_add(paper->names, STR(""), &id));
	assert_true(text_table_add(paper->columns, STR("extra"), &id));
	batch_clear(paper->batch);
}

static uint32_t last_of(const struct row *row)
{
	if (row->last)
		return row->last;
	if (row->precision == PRECISION_DAY)
		return row->at - row->at % SECONDS_PER_DAY + SECONDS_PER_DAY - 1;
	if (row->precision == PRECISION_HOUR)
		return row->at - row->at % SECONDS_PER_HOUR + SECONDS_PER_HOUR - 1;
	return row->at;
}

void paper_add(struct paper *paper, const struct row *row)
{
	struct batch *b = paper->batch;
	uint32_t at = b->rows++;
	struct prefix prefix;
	assert_true(prefix_parse(str_from(row->ip), &prefix));
	assert_true(
		text_table_add(paper->names, str_from(row->name ? row->name : ""), &b->name[at]));
	b->first[at] = row->at;
	b->last[at] = last_of(row);
	b->ip[at] = prefix.ip;
	b->prefix[at] = prefix.length;
	b->dst[at] = ip_from_v4(0x08080808);
	b->port[at] = (uint16_t)(at * 7);
	b->dst_port[at] = 80;
	b->precision[at] = (uint8_t)row->precision;
	b->kind[at] = (uint8_t)row->kind;
	b->protocol[at] = 6;
	b->machine[at] = 0;
	b->identity[at] = row->identity ? row->identity
					: ip_low(prefix.ip) * 31 + ip_high(prefix.ip) + b->name[at];
	writer_u8(&b->extras, 0);
	writer_u8(&b->extras, 2);
	writer_str(&b->extras, STR("vn"));
	b->extras_end[at] = (uint32_t)b->extras.size;
}

void paper_end(struct paper *paper)
{
	batch_free(paper->batch);
	text_table_free(paper->names);
	text_table_free(paper->columns);
}

static struct store_file file_named(uint8_t content, const char *feed, uint64_t rows)
{
	struct store_file file = {
		.feed = str_from(feed),
		.name = STR("file.csv"),
		.format = STR("made-up"),
		.rows = rows,
		.added_at = {1600000000 + content},
	};
	memset(file.sha256, content, sizeof(file.sha256));
	return file;
}

struct store_file scene_ingest(struct scene *scene, const char *feed, uint8_t content,
	const struct row *rows, size_t count)
{
	struct paper paper;
	struct store_ingest *in;
	struct store_file file = file_named(content, feed, count), done;
	paper_begin(&paper);
	for (size_t i = 0; i < count; i++)
		paper_add(&paper, &rows[i]);
	OK(store_ingest_begin(scene->store, str_from(feed), &in));
	OK(store_ingest_batch(in, paper.batch, paper.names, paper.columns));
	OK(store_ingest_commit(in, &file, &done));
	paper_end(&paper);
	assert_int_equal(done.sightings + done.duplicates, count);
	return done;
}

static void fill_many(struct paper *paper, uint32_t at, uint32_t base, uint32_t step, uint32_t from,
	uint32_t count)
{
	struct batch *b = paper->batch;
	batch_clear(b);
	for (uint32_t i = 0; i < count; i++) {
		b->first[i] = b->last[i] = at + (from + i) / 10;
		b->ip[i] = ip_from_v4(base + (from + i) * step);
		b->dst[i] = (struct ip){{0}};
		b->prefix[i] = 128;
		b->port[i] = (uint16_t)(i * 31);
		b->dst_port[i] = 443;
		b->precision[i] = PRECISION_SECOND;
		b->kind[i] = KIND_INFECTED;
		b->protocol[i] = 6;
		b->name[i] = i % 3;
		b->machine[i] = 0;
		b->identity[i] = (base + (uint64_t)(from + i) * step) * 0x9e3779b97f4a7c15;
		b->extras_end[i] = 0;
	}
	b->rows = count;
}

struct store_file scene_ingest_many(struct scene *scene, uint8_t content, uint32_t at,
	uint32_t base, uint32_t step, uint32_t count)
{
	struct paper paper;
	struct store_ingest *in;
	struct store_file file = file_named(content, "feed", count), done;
	uint32_t id;
	paper_begin(&paper);
	assert_true(text_table_add(paper.names, STR("mirai"), &id));
	assert_true(text_table_add(paper.names, STR("ramnit"), &id));
	OK(store_ingest_begin(scene->store, STR("feed"), &in));
	for (uint32_t from = 0; from < count; from += BATCH_ROWS) {
		uint32_t now = count - from < BATCH_ROWS ? count - from : BATCH_ROWS;
		fill_many(&paper, at, base, step, from, now);
		OK(store_ingest_batch(in, paper.batch, paper.names, paper.columns));
	}
	OK(store_ingest_commit(in, &file, &done));
	paper_end(&paper);
	return done;
}

struct uniting {
	struct unit_set *all;
	uint64_t sets;
};

static enum err unite(void *context, const struct store_set *set)
{
	struct uniting *u = context;
	u->sets++;
	return unit_set_unite(u->all, set->units);
}

struct distinct scene_distinct(struct scene *scene, const struct store_query *query)
{
	struct uniting u = {unit_set_new(), 0};
	OK(store_each_set(scene->store, query, unite, &u));
	struct distinct d = {unit_set_count_v4(u.all), unit_set_count_v6(u.all), u.sets};
	unit_set_free(u.all);
	return d;
}

static enum err count_sighting(void *context, struct str feed, const struct sighting *sighting)
{
	(void)feed;
	(void)sighting;
	++*(uint64_t *)context;
	return E_OK;
}

uint64_t scene_sightings(struct scene *scene, const struct store_query *query)
{
	uint64_t count = 0;
	OK(store_each_sighting(scene->store, query, count_sighting, &count));
	return count;
}

static void print_fault(void *context, const struct store_flaw *flaw)
{
	(void)context;
	print_error("fault %d: %.*s\n", flaw->code, STR_ARG(flaw->what));
}

struct store_verdict scene_verify(struct scene *scene)
{
	struct store_verdict verdict;
	OK(store_verify(scene->store, print_fault, NULL, &verdict));
	assert_int_equal(verdict.faults, 0);
	return verdict;
}
