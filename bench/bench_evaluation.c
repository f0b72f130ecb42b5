/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <stdlib.h>

#include "os/system.h"
#include "store/store.h"

/* Fills a data folder for the bench of `quetsach evaluate`: DAYS reports of ADDRESSES rows each,
 * every address once a day, a tenth of them new each day, ten botnets. The rows are a formula, so
 * that a peer can make the same: address i of day d has index i + d·(ADDRESSES/10), the IP
 * 14.0.0.0 + (index · 2654435761 mod 2^24), the hour i·24/ADDRESSES, and the botnet that
 * `botnet_of` makes of the IP. Usage: bench_evaluation FOLDER FIRST-DAY DAYS ADDRESSES. */

enum {
	BOTNETS = 10,
	POOL = 1 << 24,
	FIRST_IP = 14 << 24
};

struct filling {
	struct store *store;
	struct text_table *names;
	struct text_table *columns;
	struct batch *batch;
	uint32_t first; /* second of the first day */
	uint64_t addresses;
	uint64_t identity;
};

static uint32_t botnet_of(uint32_t ip)
{
	static const uint32_t least[BOTNETS] = {0, 34, 51, 62, 71, 78, 84, 89, 93, 97};
	uint32_t share = (ip * 40503U >> 8 & 0xffff) % 100;
	uint32_t botnet = 0;
	while (botnet + 1 < BOTNETS && share >= least[botnet + 1])
		botnet++;
	return botnet;
}

static void put_row(struct filling *f, uint64_t day, uint64_t i)
{
	struct batch *b = f->batch;
	uint32_t row = b->rows++;
	uint64_t index = i + day * (f->addresses / 10);
	uint32_t ip = FIRST_IP + (uint32_t)(index * 2654435761 % POOL);
	b->first[row] = b->last[row] = f->first + (uint32_t)(day * SECONDS_PER_DAY) +
				       (uint32_t)(i * SECONDS_PER_DAY / f->addresses);
	b->ip[row] = ip_from_v4(ip);
	b->port[row] = (uint16_t)(ip ^ i);
	b->prefix[row] = 128;
	b->precision[row] = PRECISION_SECOND;
	b->kind[row] = KIND_INFECTED;
	b->protocol[row] = 6;
	b->name[row] = botnet_of(ip) + 1;
	b->identity[row] = f->identity += 0x9e3779b97f4a7c15;
}

static enum err put_rows(struct filling *f, struct store_ingest *in, uint64_t day)
{
	batch_clear(f->batch);
	for (uint64_t i = 0; i < f->addresses; i++) {
		put_row(f, day, i);
		if (f->batch->rows < BATCH_ROWS && i + 1 < f->addresses)
			continue;
		TRY(store_ingest_batch(in, f->batch, f->names, f->columns));
		batch_clear(f->batch);
	}
	return E_OK;
}

static enum err put_day(struct filling *f, uint64_t day)
{
	struct store_ingest *in;
	struct store_file file = {.name = STR("bench"), .format = STR("none")};
	file.feed = STR("bench");
	file.rows = f->addresses;
	memcpy(file.sha256, &f->identity, sizeof(f->identity));
	TRY(store_ingest_begin(f->store, file.feed, &in));
	enum err err = put_rows(f, in, day);
	if (err != E_OK) {
		store_ingest_abort(in);
		return err;
	}
	return store_ingest_commit(in, &file, &file);
}

static bool prepare(struct filling *f)
{
	char name[16];
	uint32_t id;
	f->names = text_table_new(100);
	f->columns = text_table_new(1);
	f->batch = batch_new();
	bool good = f->names && f->columns && f->batch && text_table_add(f->names, STR(""), &id);
	for (int i = 0; good && i < BOTNETS; i++) {
		int size = snprintf(name, sizeof(name), "botnet-%d", i);
		good = text_table_add(f->names, (struct str){name, (size_t)size}, &id);
	}
	return good;
}

static enum err fill(struct filling *f, uint64_t days)
{
	struct feed_info feed = feed_info_new(STR("bench"));
	TRY(store_put_feed(f->store, &feed));
	for (uint64_t day = 0; day < days; day++)
		TRY(put_day(f, day));
	return E_OK;
}

int main(int argc, char **argv)
{
	struct filling f = {0};
	struct date first;
	uint64_t days;
	if (argc != 5 || !date_parse(str_from(argv[2]), &first) ||
		!str_to_u64(str_from(argv[3]), 1000, &days) ||
		!str_to_u64(str_from(argv[4]), POOL, &f.addresses) || !prepare(&f)) {
		fputs("usage: bench_evaluation FOLDER FIRST-DAY DAYS ADDRESSES\n", stderr);
		return 2;
	}
	f.first = (uint32_t)date_instant(first).seconds;
	enum err err = store_open(str_from(argv[1]), STORE_WRITE, &f.store);
	if (err == E_OK)
		err = fill(&f, days);
	if (err != E_OK)
		fprintf(stderr, "bench_evaluation: %s\n", err_name(err));
	store_close(f.store);
	batch_free(f.batch);
	text_table_free(f.names);
	text_table_free(f.columns);
	return err == E_OK ? 0 : 2;
}
