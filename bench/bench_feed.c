/* SPDX-License-Identifier: Apache-2.0 */
/* bench_feed [FILE]: how long the parser takes for a row, on one core, of a file that is in memory
 * or of IntelMQ events made up here. */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "feed/feed.h"

enum {
	EVENTS = 300000,
	ROUNDS = 5,
	PIECE = 1 << 16
};

static double processor_seconds(void)
{
	struct timespec t;
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static enum err take_format(void *context, struct str format)
{
	(void)context;
	printf("%.*s\n", STR_ARG(format));
	return E_OK;
}

static enum err take_batch(void *context, const struct batch *batch, const struct text_table *names,
	const struct text_table *columns)
{
	uint64_t *extras = context;
	(void)names;
	(void)columns;
	*extras += batch->extras.size;
	return E_OK;
}

static void take_problem(void *context, const struct problem *problem)
{
	(void)context;
	(void)problem;
}

/* One event with its number in address, ports, times and machine: some 600 bytes. */
static void write_event(struct writer *w, unsigned number)
{
	static const char *const names[] = {"zeus", "conficker", "mirai", "andromeda", "virut"};
	char line[1024];
	int size = snprintf(line, sizeof(line),
		"{\"__type\": \"Event\", \"classification.identifier\": \"%s\", "
		"\"classification.taxonomy\": \"malicious-code\", \"classification.type\": "
		"\"infected-system\", \"destination.ip\": \"198.51.100.%u\", \"destination.port\": "
		"%u, "
		"\"extra.tag\": \"sinkhole\", \"feed.accuracy\": 100.0, \"feed.name\": \"Sinkhole "
		"Events IPv4\", \"feed.provider\": \"Example CERT\", \"malware.name\": \"%s\", "
		"\"protocol.transport\": \"tcp\", \"source.as_name\": \"EXAMPLE-AS-VN\", "
		"\"source.asn\": 64496, \"source.geolocation.cc\": \"VN\", \"source.ip\": "
		"\"14.%u.%u.%u\", \"source.port\": %u, \"time.observation\": "
		"\"2026-08-02T03:00:%02u+00:00\", \"time.source\": "
		"\"2026-08-01T%02u:%02u:%02u+00:00\", "
		"\"tlp\": \"AMBER\"}\n",
		names[number % 5], number % 256, 80 + number % 3, names[number % 5],
		number >> 16 & 255, number >> 8 & 255, number & 255, 1024 + number % 60000,
		number % 60, number % 24, number / 24 % 60, number / 7 % 60);
	writer_str(w, (struct str){line, (size_t)size});
}

static bool read_input(const char *path, struct writer *w)
{
	static char chunk[PIECE];
	FILE *file = fopen(path, "rb");
	size_t size = 1;
	while (file && size > 0) {
		size = fread(chunk, 1, sizeof(chunk), file);
		writer_str(w, (struct str){chunk, size});
	}
	return file && fclose(file) == 0 && writer_end(w) == E_OK;
}

static enum err parse(struct bytes input, struct feed_totals *ret_totals, uint64_t *ret_extras)
{
	struct feed_parser *p;
	struct problem problem = {.code = PROBLEM_NONE};
	const struct feed_options options = {.file_name = STR("bench"), .now = {1788220800}};
	const struct feed_sink sink = {ret_extras, take_format, take_batch, take_problem};
	TRY(feed_parser_new(&options, &sink, &p));
	enum err err = E_OK;
	while (err == E_OK && input.size > 0) {
		size_t size = input.size < PIECE ? input.size : PIECE;
		err = feed_parser_push(p, (struct bytes){input.data, size}, &problem);
		input = (struct bytes){input.data + size, input.size - size};
	}
	if (err == E_OK)
		err = feed_parser_finish(p, &problem);
	*ret_totals = *feed_parser_totals(p);
	feed_parser_free(p);
	return err;
}

static bool measure(struct bytes input)
{
	struct feed_totals totals = {.rows = 0};
	uint64_t extras = 0;
	double best = 1e9;
	for (int round = 0; round < ROUNDS; round++) {
		double started = processor_seconds();
		if (parse(input, &totals, &extras) != E_OK || totals.rows == 0)
			return false;
		double seconds = processor_seconds() - started;
		best = seconds < best ? seconds : best;
	}
	double rows = (double)totals.rows;
	printf("%llu rows of %.0f bytes: %.2f us a row, %.0f MB/s, best of %d\n",
		(unsigned long long)totals.rows, (double)input.size / rows, best / rows * 1e6,
		(double)input.size / best / 1e6, ROUNDS);
	printf("{\"bench\":\"feed\",\"format\":\"%.*s\",\"rows\":%llu,\"bytes\":%zu,"
	       "\"us_a_row\":%.3f}\n",
		STR_ARG(totals.format), (unsigned long long)totals.rows, input.size,
		best / rows * 1e6);
	return true;
}

int main(int argc, char **argv)
{
	struct writer input;
	bool good = argc <= 2;
	writer_init(&input, (size_t)4 << 30);
	if (argc == 2)
		good = read_input(argv[1], &input);
	for (unsigned i = 0; i < EVENTS && argc == 1; i++)
		write_event(&input, i);
	good = good && measure(writer_view(&input));
	writer_release(&input);
	if (!good)
		fprintf(stderr, "bench_feed [FILE]\n");
	return good ? 0 : 1;
}
