/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "os/system.h"
#include "store/store.h"

/* How fast the store takes in a file, without parsing: made-up rows of a sinkhole report of one
 * day, prepared before the clock starts. Usage: bench_store FOLDER [BATCHES]; FOLDER must not
 * exist. */

enum {
	PREPARED =
		32, /* batches made ahead; each is used again with new addresses and identities */
	DAY = 1602720000,
	NAMES = 40
};

struct maker {
	uint64_t random;
	struct text_table *names;
	struct text_table *columns;
	struct batch *batches[PREPARED];
};

static uint64_t next(struct maker *m)
{
	m->random ^= m->random << 13;
	m->random ^= m->random >> 7;
	m->random ^= m->random << 17;
	return m->random;
}

static void put_extra(struct writer *w, uint8_t column, struct str value)
{
	writer_u8(w, column);
	writer_u8(w, (uint8_t)value.size);
	writer_str(w, value);
}

/* What such a report says beside what the store has columns for. */
static void put_extras(struct maker *m, struct batch *b, size_t row)
{
	static const struct str cities[] = {STR_INIT("HANOI"), STR_INIT("HO CHI MINH CITY"),
		STR_INIT("DA NANG"), STR_INIT("HAI PHONG")};
	struct writer *w = &b->extras;
	uint64_t x = next(m);
	put_extra(w, 0, x & 1 ? STR("45899") : STR("7552"));
	put_extra(w, 1, STR("VN"));
	put_extra(w, 2, cities[x >> 8 & 3]);
	put_extra(w, 3, STR("tcp"));
	put_extra(w, 4, STR("critical"));
	b->extras_end[row] = (uint32_t)w->size;
}

static void fill(struct maker *m, struct batch *b)
{
	batch_clear(b);
	b->rows = BATCH_ROWS;
	for (size_t i = 0; i < BATCH_ROWS; i++) {
		b->first[i] = b->last[i] = 0;
		b->dst[i] = ip_from_v4(0xb8690000 + (uint32_t)(next(m) % 64));
		b->port[i] = (uint16_t)next(m);
		b->dst_port[i] = 80;
		b->prefix[i] = 128;
		b->precision[i] = PRECISION_SECOND;
		b->kind[i] = KIND_INFECTED;
		b->protocol[i] = 6;
		b->name[i] = (uint32_t)(next(m) % NAMES) * (next(m) % 3 != 0) + 1;
		b->machine[i] = 0;
		put_extras(m, b, i);
	}
}

static bool prepare(struct maker *m)
{
	char name[16];
	uint32_t id;
	m->random = 88172645463325252;
	m->names = text_table_new(1000);
	m->columns = text_table_new(250);
	bool good = text_table_add(m->names, STR(""), &id);
	for (int i = 0; i < 2 * NAMES; i++) {
		int size = snprintf(name, sizeof(name), "botnet-%d", i);
		good &= text_table_add(m->names, (struct str){name, (size_t)size}, &id);
	}
	for (int i = 0; i < 5; i++)
		good &= text_table_add(m->columns, (struct str){&"abcde"[i], 1}, &id);
	for (int i = 0; i < PREPARED; i++) {
		m->batches[i] = batch_new();
		if (!m->batches[i])
			return false;
		fill(m, m->batches[i]);
	}
	return good;
}

/* Times ascend through the day; two million addresses come back again and again. */
static void renew(struct maker *m, struct batch *b, unsigned number, unsigned batches)
{
	for (size_t i = 0; i < BATCH_ROWS; i++) {
		uint64_t row = (uint64_t)number * BATCH_ROWS + i;
		uint64_t unit = next(m) % 2000000;
		b->first[i] = b->last[i] =
			DAY + (uint32_t)(row * SECONDS_PER_DAY / ((uint64_t)batches * BATCH_ROWS));
		b->ip[i] = ip_from_v4(0x71000000 + (uint32_t)(unit * 2654435761 % 16777216));
		b->identity[i] = next(m);
	}
}

static enum err run(struct maker *m, struct store *s, unsigned batches)
{
	struct store_ingest *in;
	struct feed_info feed = {.name = STR("bench")};
	struct store_file file = {
		.name = STR("bench"), .format = STR("none"), .feed = STR("bench")};
	uint64_t spent = 0, start;
	clock_t used = 0, from;
	TRY(store_put_feed(s, &feed));
	TRY(store_ingest_begin(s, STR("bench"), &in));
	for (unsigned i = 0; i < batches; i++) {
		struct batch *b = m->batches[i % PREPARED];
		renew(m, b, i, batches);
		from = clock();
		start = system_monotonic();
		enum err err = store_ingest_batch(in, b, m->names, m->columns);
		spent += system_monotonic() - start;
		used += clock() - from;
		if (err != E_OK) {
			store_ingest_abort(in);
			return err;
		}
	}
	from = clock();
	start = system_monotonic();
	file.rows = (uint64_t)batches * BATCH_ROWS;
	TRY(store_ingest_commit(in, &file, &file));
	uint64_t committed = system_monotonic() - start;
	used += clock() - from;
	double seconds = (double)(spent + committed) / 1e9;
	printf("rows %llu  sightings %llu  seconds %.3f  (commit %.3f)  processor %.3f  rows/s "
	       "%.0f  peak MB "
	       "%.0f\n",
		(unsigned long long)file.rows, (unsigned long long)file.sightings, seconds,
		(double)committed / 1e9, (double)used / CLOCKS_PER_SEC, (double)file.rows / seconds,
		(double)system_peak_memory() / 1e6);
	return E_OK;
}

struct totals {
	struct unit_set *all;
	uint64_t sets;
};

static enum err unite(void *context, const struct store_set *set)
{
	struct totals *t = context;
	t->sets++;
	return unit_set_unite(t->all, set->units);
}

static enum err ask(struct store *s)
{
	struct store_query all = {.kinds = KIND_SET_ALL};
	struct totals t = {unit_set_new(), 0};
	uint64_t start = system_monotonic();
	enum err err = t.all ? store_each_set(s, &all, unite, &t) : E_NOMEM;
	if (err == E_OK)
		printf("sets %llu  distinct %llu  seconds %.3f\n", (unsigned long long)t.sets,
			(unsigned long long)unit_set_count_v4(t.all),
			(double)(system_monotonic() - start) / 1e9);
	unit_set_free(t.all);
	return err;
}

int main(int argc, char **argv)
{
	static struct maker maker;
	struct store *s = NULL;
	uint64_t batches = 306; /* a little over five million rows */
	if (argc < 2 || (argc > 2 && !str_to_u64(str_from(argv[2]), 1000000, &batches)) ||
		!prepare(&maker)) {
		fputs("usage: bench_store NEW-FOLDER [BATCHES]\n", stderr);
		return 2;
	}
	enum err err = store_create(str_from(argv[1]), STR(""), system_now());
	if (err == E_OK)
		err = store_open(str_from(argv[1]), STORE_WRITE, &s);
	if (err == E_OK)
		err = run(&maker, s, (unsigned)batches);
	if (err == E_OK)
		err = ask(s);
	if (err != E_OK)
		fprintf(stderr, "bench_store: %s\n", err_name(err));
	store_close(s);
	return err == E_OK ? 0 : 2;
}
