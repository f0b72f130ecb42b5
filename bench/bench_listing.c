/* SPDX-License-Identifier: Apache-2.0 */
/* The listing at 1, 4 and 16 million listed addresses (bench_listing [MILLIONS …]): bytes an entry,
 * seconds to build, milliseconds to open, look-ups a second on one core. "spread": over networks
 * like those of Vietnam; "crowded": in /24s of which a few are full. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <time.h>

#include "addresses.h"
#include "listing/listing.h"

enum {
	ASKED = 1 << 22,
	BOTNETS = 60,
	FEEDS = 5,
	OPENINGS = 20
};

static double now(void)
{
	struct timespec t;
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t); /* one thread, nothing waited for */
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static void must(enum err err)
{
	if (err == E_OK)
		return;
	(void)fprintf(stderr, "bench_listing: %s\n", err_name(err));
	exit(2);
}

struct result {
	double build, open, listed, unlisted, mixed;
	size_t bytes;
	uint64_t units;
};

static void fill(struct listing_builder *b, uint64_t count, uint32_t (*address)(uint64_t))
{
	struct listing_entry entries[1024];
	uint64_t state = 3;
	size_t filled = 0;
	uint16_t botnet;
	uint8_t feed;
	char name[16];
	for (int i = 0; i < BOTNETS; i++) {
		(void)snprintf(name, sizeof(name), "botnet-%d", i);
		must(listing_builder_botnet(b, str_from(name), &botnet));
	}
	for (int i = 0; i < FEEDS; i++) {
		(void)snprintf(name, sizeof(name), "feed-%d", i);
		must(listing_builder_feed(b, str_from(name), false, &feed));
	}
	for (uint64_t i = 0; i < count; i++) {
		uint64_t r = address_step(&state);
		entries[filled++] = (struct listing_entry){.unit = {address(i), false},
			.first_minute = 26000000,
			.last_minute = 26000000 + (uint32_t)(r % 3000),
			.botnet = (uint16_t)(r >> 20) % BOTNETS,
			.feed = (uint8_t)(r >> 40) % FEEDS,
			.pool = POOL_DYNAMIC};
		if (filled == sizeof(entries) / sizeof(entries[0]) || i + 1 == count) {
			must(listing_builder_add(b, entries, filled));
			filled = 0;
		}
	}
}

/* Look-ups a second; `listed` of 2 are of listed addresses. */
static double ask(
	const struct listing *l, uint64_t count, uint32_t (*address)(uint64_t), unsigned listed)
{
	uint32_t *asked = calloc(ASKED, sizeof(*asked));
	uint64_t state = 11, found = 0;
	struct instant when = {INT64_C(26003000) * 60};
	if (!asked)
		must(E_NOMEM);
	for (size_t i = 0; i < ASKED; i++) {
		uint64_t r = address_step(&state);
		bool hit = (r >> 60) % 2 < listed && (listed > 1 || (r >> 60) % 2 == 0);
		if (listed == 1)
			hit = (r >> 60) % 2;
		asked[i] = hit ? address(r % count) : address_at(r % address_space());
		while (!hit && listing_has(l, (struct unit){asked[i], false}, when) &&
			count * 8 < address_space() * 7)
			asked[i] = address_at(address_step(&state) % address_space());
	}
	double started = now();
	for (size_t i = 0; i < ASKED; i++)
		found += listing_has(l, (struct unit){asked[i], false}, when);
	double seconds = now() - started;
	free(asked);
	if (listed == 2 && found != ASKED)
		must(E_CORRUPT);
	return ASKED / seconds;
}

/* What the public server asks: pages of a file. */
static struct bytes as_mapped_file(const struct writer *w)
{
	FILE *file = tmpfile();
	if (!file || fwrite(w->data, 1, w->size, file) != w->size || fflush(file) != 0)
		must(E_IO);
	void *data = mmap(NULL, w->size, PROT_READ, MAP_SHARED, fileno(file), 0);
	if (data == MAP_FAILED)
		must(E_IO);
	(void)fclose(file);
	return (struct bytes){data, w->size};
}

static struct result measure(uint64_t count, uint32_t (*address)(uint64_t))
{
	struct result r;
	struct writer w;
	struct listing *l = NULL;
	struct listing_facts facts = {.feeds = FEEDS};
	double started = now();
	struct listing_builder *b = listing_builder_new();
	writer_init(&w, SIZE_MAX);
	fill(b, count, address);
	must(listing_builder_write(b, &facts, &w));
	r.build = now() - started;
	listing_builder_free(b);
	struct bytes file = as_mapped_file(&w);
	writer_release(&w);
	must(listing_check(file));
	started = now();
	for (int i = 0; i < OPENINGS; i++) {
		listing_close(l);
		must(listing_open(file, &l));
	}
	r.open = (now() - started) / OPENINGS;
	r.bytes = file.size;
	r.units = listing_facts(l)->v4;
	r.listed = ask(l, count, address, 2);
	r.unlisted = ask(l, count, address, 0);
	r.mixed = ask(l, count, address, 1);
	listing_close(l);
	(void)munmap((void *)(uintptr_t)file.data, file.size);
	return r;
}

static void show(const char *shape, uint64_t count, const struct result *r)
{
	printf("%-8s %9llu %9llu %7.2f %8.2f %8.3f %8.1f %8.1f %8.1f\n", shape,
		(unsigned long long)count, (unsigned long long)r->units,
		(double)r->bytes / (double)count, r->build, r->open * 1e3, r->listed / 1e6,
		r->unlisted / 1e6, r->mixed / 1e6);
	printf("{\"bench\":\"listing\",\"shape\":\"%s\",\"entries\":%llu,\"units\":%llu,\"bytes\":%"
	       "zu,"
	       "\"build_s\":%.3f,\"open_ms\":%.3f,\"listed_per_s\":%.0f,\"unlisted_per_s\":%.0f,"
	       "\"mixed_per_s\":%.0f}\n",
		shape, (unsigned long long)count, (unsigned long long)r->units, r->bytes, r->build,
		r->open * 1e3, r->listed, r->unlisted, r->mixed);
	(void)fflush(stdout);
}

int main(int argc, char **argv)
{
	static const char *const usual[] = {"1", "2", "4", "16"};
	int count = argc > 1 ? argc - 1 : 4;
	printf("%-8s %9s %9s %7s %8s %8s %8s %8s %8s\n", "shape", "entries", "units", "bytes/e",
		"build s", "open ms", "listed", "unlisted", "mixed");
	printf("%63s\n", "(million look-ups a second)");
	for (int i = 0; i < count; i++) {
		uint64_t millions;
		struct str given = str_from(argc > 1 ? argv[i + 1] : usual[i]);
		if (!str_to_u64(given, 1000, &millions) || millions == 0)
			must(E_USAGE);
		struct result r = measure(millions * 1000000, address_spread);
		show("spread", millions * 1000000, &r);
		r = measure(millions * 1000000, address_crowded);
		show("crowded", millions * 1000000, &r);
	}
	return 0;
}
