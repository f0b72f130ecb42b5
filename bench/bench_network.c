/* SPDX-License-Identifier: Apache-2.0 */
/* Attribution at the size of the whole Internet: bench_network FOLDER, which holds the public
 * tables unpacked (asn-ipv4-num.csv asn-ipv6.csv country-ipv4-num.csv vn-ipv4-….txt). */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "network/network.h"

enum {
	FILES = 4,
	LOOK_UPS = 1 << 22
};

static double now(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static uint64_t step(uint64_t *state)
{
	*state += 0x9e3779b97f4a7c15;
	uint64_t z = *state;
	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
	z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
	return z ^ (z >> 31);
}

static void fail(const char *what)
{
	(void)fprintf(stderr, "bench_network: %s\n", what);
	exit(2);
}

static struct bytes map(const char *folder, const char *name)
{
	char path[4096];
	struct stat status;
	(void)snprintf(path, sizeof(path), "%s/%s", folder, name);
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0 || fstat(fd, &status) != 0)
		fail(path);
	void *data = mmap(NULL, (size_t)status.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	close(fd);
	if (data == MAP_FAILED)
		fail("mmap");
	return (struct bytes){data, (size_t)status.st_size};
}

static void ignore(void *context, const struct problem *problem)
{
	(void)problem;
	++*(uint64_t *)context;
}

static void must(enum err err)
{
	if (err != E_OK)
		fail(err_name(err));
}

static double time_look_ups(const struct network *n, bool in_country, bool v6)
{
	uint64_t state = 1, found = 0;
	uint64_t size = network_country_size(n, STR("VN"));
	struct ip *ips = calloc(LOOK_UPS, sizeof(*ips));
	if (!ips)
		fail("no memory");
	for (size_t i = 0; i < LOOK_UPS; i++) {
		uint64_t r = step(&state);
		ips[i] =
			v6 ? ip_from_halves(0x2400000000000000 | (r >> 6), 0)
			   : ip_from_v4(in_country ? network_country_address(n, STR("VN"), r % size)
						   : (uint32_t)r);
	}
	double started = now();
	for (size_t i = 0; i < LOOK_UPS; i++)
		found += network_look_up(n, ips[i]).asn != 0;
	double seconds = now() - started;
	free(ips);
	printf("%-28s %7.1f ns   %4.1f %% have an AS\n",
		v6           ? "look up, IPv6"
		: in_country ? "look up, one country"
			     : "look up, any IPv4",
		seconds * 1e9 / LOOK_UPS, (double)found * 100 / LOOK_UPS);
	return seconds * 1e9 / LOOK_UPS;
}

int main(int argc, char **argv)
{
	static const char *const names[FILES] = {"asn-ipv4-num.csv", "asn-ipv6.csv",
		"country-ipv4-num.csv", "vn-ipv4-2026-01-31.txt"};
	struct writer tables[FILES], image;
	struct bytes views[FILES];
	struct network *n;
	uint64_t rejected = 0, rows = 0;
	if (argc != 2)
		fail("one argument: the folder of the tables");
	double started = now();
	for (size_t i = 0; i < FILES; i++) {
		struct network_source source = {.file_name = str_from(names[i])};
		struct network_table_info info;
		struct problem problem;
		writer_init(&tables[i], SIZE_MAX);
		must(network_table_parse(&source, map(argv[1], names[i]), ignore, &rejected,
			&tables[i], &info, &problem));
		views[i] = writer_view(&tables[i]);
		rows += info.rows;
	}
	double parsed = now();
	writer_init(&image, SIZE_MAX);
	must(network_compile(views, FILES, &image));
	double compiled = now();
	must(network_open(writer_view(&image), &n));
	double opened = now();
	printf("%-28s %7.3f s    %llu rows\n", "parse", parsed - started, (unsigned long long)rows);
	printf("%-28s %7.3f s    %.1f MB\n", "compile", compiled - parsed,
		(double)image.size / 1e6);
	printf("%-28s %7.3f ms\n", "open", (opened - compiled) * 1e3);
	double any = time_look_ups(n, false, false);
	double country = time_look_ups(n, true, false);
	double v6 = time_look_ups(n, false, true);
	printf("{\"bench\":\"network\",\"rows\":%llu,\"parse_s\":%.3f,\"compile_s\":%.3f,\"bytes\":"
	       "%zu,"
	       "\"open_ms\":%.2f,\"any_ns\":%.1f,\"country_ns\":%.1f,\"v6_ns\":%.1f}\n",
		(unsigned long long)rows, parsed - started, compiled - parsed, image.size,
		(opened - compiled) * 1e3, any, country, v6);
	network_close(n);
	writer_release(&image);
	for (size_t i = 0; i < FILES; i++)
		writer_release(&tables[i]);
	return 0;
}
