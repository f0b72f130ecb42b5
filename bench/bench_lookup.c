/* SPDX-License-Identifier: Apache-2.0 */
/* The listing beside others that answer the same in one process (libmaxminddb, SQLite), turn by
 * turn, the first turn thrown away: bench_lookup SHAPE MILLIONS FOLDER. Prints JSON: look-ups a
 * second of each turn. The folder keeps "zone", the list as rbldnsd reads it:
 * bench_lookup SHAPE MILLIONS PORT asks such a server over UDP. */
#include <arpa/inet.h>
#include <maxminddb.h>
#include <poll.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "addresses.h"
#include "listing/listing.h"
#include "mmdb_write.h"

enum {
	TURNS = 6, /* the first warms up */
	ASKED = 1 << 20,
	SQLITE_SHARE = 8, /* the slow one is asked fewer */
	QUERIES = 300000, /* over UDP */
	AT_ONCE = 64
};

typedef uint32_t address_fn(uint64_t);

struct lists {
	address_fn *address;
	uint64_t count;
	struct listing *listing;
	struct listing *open;
	MMDB_s mmdb;
	sqlite3 *db;
	sqlite3_stmt *select;
	uint32_t *asked;
};

static void must(bool good, const char *what)
{
	if (good)
		return;
	fprintf(stderr, "bench_lookup: %s failed\n", what);
	exit(2);
}

static double now(void)
{
	struct timespec t;
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static double wall(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

/* --- the lists --- */

static void make_listing(struct lists *l)
{
	struct listing_builder *b = listing_builder_new();
	struct listing_facts facts = {.feeds = 1};
	static struct writer w;
	uint16_t botnet;
	uint8_t feed;
	must(b != NULL, "memory");
	must(listing_builder_botnet(b, STR("mirai"), &botnet) == E_OK, "botnet");
	must(listing_builder_feed(b, STR("feed"), false, &feed) == E_OK, "feed");
	for (uint64_t i = 0; i < l->count; i++) {
		struct listing_entry entry = {.unit = {l->address(i), false},
			.first_minute = 26000000,
			.last_minute = 26000000 + (uint32_t)(i % 3000),
			.pool = POOL_DYNAMIC};
		must(listing_builder_add(b, &entry, 1) == E_OK, "entry");
	}
	writer_init(&w, SIZE_MAX);
	must(listing_builder_write(b, &facts, &w) == E_OK, "listing");
	listing_builder_free(b);
	must(listing_open(writer_view(&w), &l->listing) == E_OK, "open");
}

static int by_address(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
	return (x > y) - (x < y);
}

static uint32_t *sorted_addresses(const struct lists *l, size_t *ret_count)
{
	uint32_t *all = calloc(l->count, sizeof(*all));
	size_t kept = 0;
	must(all != NULL, "memory");
	for (uint64_t i = 0; i < l->count; i++)
		all[i] = l->address(i);
	qsort(all, l->count, sizeof(*all), by_address);
	for (size_t i = 0; i < l->count; i++)
		if (i == 0 || all[i] != all[kept - 1])
			all[kept++] = all[i];
	*ret_count = kept;
	return all;
}

static void make_sqlite(struct lists *l, const char *path, const uint32_t *all, size_t count)
{
	sqlite3_stmt *insert;
	(void)unlink(path);
	must(sqlite3_open(path, &l->db) == SQLITE_OK, "SQLite");
	must(sqlite3_exec(l->db,
		     "PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA mmap_size=1073741824;"
		     "PRAGMA cache_size=-262144;"
		     "CREATE TABLE listed (ip INTEGER PRIMARY KEY, last INTEGER, botnet INTEGER); "
		     "BEGIN",
		     NULL, NULL, NULL) == SQLITE_OK,
		"table");
	must(sqlite3_prepare_v2(l->db, "INSERT INTO listed VALUES (?, ?, 0)", -1, &insert, NULL) ==
			SQLITE_OK,
		"insert");
	for (size_t i = 0; i < count; i++) {
		sqlite3_bind_int64(insert, 1, all[i]);
		sqlite3_bind_int64(insert, 2, 26000000 + (int64_t)i % 3000);
		must(sqlite3_step(insert) == SQLITE_DONE, "row");
		sqlite3_reset(insert);
	}
	sqlite3_finalize(insert);
	must(sqlite3_exec(l->db, "COMMIT", NULL, NULL, NULL) == SQLITE_OK, "commit");
	must(sqlite3_prepare_v2(l->db, "SELECT last FROM listed WHERE ip = ?", -1, &l->select,
		     NULL) == SQLITE_OK,
		"select");
}

static void make_zone(const char *path, const uint32_t *all, size_t count)
{
	FILE *zone = fopen(path, "w");
	must(zone != NULL, "zone");
	fputs(":127.0.0.2:\n", zone);
	for (size_t i = 0; i < count; i++)
		fprintf(zone, "%u.%u.%u.%u\n", all[i] >> 24, all[i] >> 16 & 255, all[i] >> 8 & 255,
			all[i] & 255);
	must(fclose(zone) == 0, "zone");
}

static void make_all(struct lists *l, const char *folder)
{
	char path[4096];
	size_t count;
	uint32_t *all = sorted_addresses(l, &count);
	double started = now();
	make_listing(l);
	double ours = now() - started;
	snprintf(path, sizeof(path), "%s/mmdb", folder);
	started = now();
	must(mmdb_write(path, all, count), "MMDB");
	double mmdb = now() - started;
	must(MMDB_open(path, MMDB_MODE_MMAP, &l->mmdb) == MMDB_SUCCESS, "MMDB");
	snprintf(path, sizeof(path), "%s/sqlite", folder);
	started = now();
	make_sqlite(l, path, all, count);
	double sqlite = now() - started;
	snprintf(path, sizeof(path), "%s/zone", folder);
	make_zone(path, all, count);
	printf("{\"build\":{\"ours\":%.3f,\"libmaxminddb\":%.3f,\"sqlite\":%.3f}}\n", ours, mmdb,
		sqlite);
	free(all);
}

/* --- questions --- */

static const struct instant when = {INT64_C(26003000) * 60};

static bool is_listed(const struct lists *l, uint32_t address)
{
	return listing_has(l->listing, (struct unit){address, false}, when);
}

static void choose(struct lists *l, bool listed)
{
	uint64_t state = 11;
	for (size_t i = 0; i < ASKED; i++) {
		uint32_t a = l->address(address_step(&state) % l->count);
		while (!listed && is_listed(l, a))
			a = address_at(address_step(&state) % address_space());
		l->asked[i] = a;
	}
}

static size_t ask_ours(struct lists *l)
{
	size_t found = 0;
	for (size_t i = 0; i < ASKED; i++)
		found += is_listed(l, l->asked[i]);
	return found;
}

static size_t ask_mmdb(struct lists *l)
{
	struct sockaddr_in in = {.sin_family = AF_INET};
	size_t found = 0;
	int error;
	for (size_t i = 0; i < ASKED; i++) {
		in.sin_addr.s_addr = htonl(l->asked[i]);
		found += MMDB_lookup_sockaddr(
			&l->mmdb, (const struct sockaddr *)(const void *)&in, &error)
				 .found_entry;
	}
	return found;
}

static size_t ask_sqlite(struct lists *l)
{
	size_t found = 0;
	for (size_t i = 0; i < ASKED / SQLITE_SHARE; i++) {
		sqlite3_bind_int64(l->select, 1, l->asked[i]);
		found += sqlite3_step(l->select) == SQLITE_ROW;
		sqlite3_reset(l->select);
	}
	return found;
}

static const struct {
	const char *name;
	size_t (*ask)(struct lists *l);
	size_t asked;
} peers[] = {{"ours", ask_ours, ASKED}, {"libmaxminddb", ask_mmdb, ASKED},
	{"sqlite", ask_sqlite, ASKED / SQLITE_SHARE}};

static void compare(struct lists *l, bool listed)
{
	double rates[3][TURNS];
	choose(l, listed);
	for (int turn = 0; turn < TURNS; turn++)
		for (int who = 0; who < 3; who++) {
			double started = now();
			size_t found = peers[who].ask(l);
			rates[who][turn] = (double)peers[who].asked / (now() - started);
			must(found == (listed ? peers[who].asked : 0), peers[who].name);
		}
	for (int who = 0; who < 3; who++) {
		printf("{\"who\":\"%s\",\"listed\":%s,\"rates\":[", peers[who].name,
			listed ? "true" : "false");
		for (int turn = 1; turn < TURNS; turn++)
			printf("%s%.0f", turn > 1 ? "," : "", rates[who][turn]);
		printf("]}\n");
	}
}

/* --- a server that answers by DNS --- */

static size_t make_query(uint8_t *q, uint32_t a, uint16_t id)
{
	static const uint8_t tail[] = {4, 'l', 'i', 's', 't', 0, 0, 1, 0, 1};
	uint8_t *at = q + 12;
	memset(q, 0, 12);
	q[0] = (uint8_t)(id >> 8);
	q[1] = (uint8_t)id;
	q[5] = 1;
	for (int shift = 0; shift < 32; shift += 8) {
		int size = snprintf((char *)at + 1, 4, "%u", a >> shift & 255);
		*at = (uint8_t)size;
		at += size + 1;
	}
	memcpy(at, tail, sizeof(tail));
	return (size_t)(at - q) + sizeof(tail);
}

/* So many in flight that the server always has something to do; what is lost is not waited for. */
static void ask_server(struct lists *l, uint16_t port)
{
	struct sockaddr_in to = {.sin_family = AF_INET,
		.sin_port = htons(port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	int fd = socket(AF_INET, SOCK_DGRAM, 0);
	must(fd >= 0 && connect(fd, (const struct sockaddr *)(const void *)&to, sizeof(to)) == 0,
		"socket");
	size_t answered = 0, found = 0, flying = 0;
	uint8_t packet[512];
	double started = wall();
	for (size_t sent = 0; sent < QUERIES || flying > 0;) {
		for (; flying < AT_ONCE && sent < QUERIES; flying++, sent++) {
			size_t size =
				make_query(packet, l->address(sent % l->count), (uint16_t)sent);
			must(send(fd, packet, size, 0) == (ssize_t)size, "send");
		}
		struct pollfd ready = {.fd = fd, .events = POLLIN};
		if (poll(&ready, 1, 1000) != 1)
			break;
		ssize_t got;
		while ((got = recv(fd, packet, sizeof(packet), MSG_DONTWAIT)) > 12) {
			flying--;
			answered++;
			found += packet[7] > 0;
		}
	}
	must(answered > QUERIES / 10 * 9 && found == answered, "rbldnsd");
	printf("{\"answered\":%zu,\"seconds\":%.4f}\n", answered, wall() - started);
	close(fd);
}

int main(int argc, char **argv)
{
	struct lists l = {0};
	uint64_t millions, port;
	if (argc != 4 || !str_to_u64(str_from(argv[2]), 100, &millions) || millions == 0) {
		fputs("usage: bench_lookup spread|crowded MILLIONS FOLDER|PORT\n", stderr);
		return 2;
	}
	l.address = strcmp(argv[1], "crowded") == 0 ? address_crowded : address_spread;
	l.count = millions * 1000000;
	if (str_to_u64(str_from(argv[3]), 65535, &port)) {
		ask_server(&l, (uint16_t)port);
		return 0;
	}
	l.asked = calloc(ASKED, sizeof(*l.asked));
	must(l.asked != NULL, "memory");
	make_all(&l, argv[3]);
	compare(&l, true);
	compare(&l, false);
	return 0;
}
