/* SPDX-License-Identifier: Apache-2.0 */
/* Public lists beside the checkout, against figures counted with another program. Skipped where
 * they are absent. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>

#include <archive.h>
#include <archive_entry.h>

#include "feed/feed.h"

enum {
	SKIPPED = 77
};

static enum err take_format(void *context, struct str format)
{
	(void)context;
	(void)format;
	return E_OK;
}

static enum err take_batch(void *context, const struct batch *batch, const struct text_table *names,
	const struct text_table *columns)
{
	(void)context;
	(void)batch;
	(void)names;
	(void)columns;
	return E_OK;
}

static void take_problem(void *context, const struct problem *problem)
{
	(void)context;
	(void)problem;
}

/* The member in hand through a parser. */
static enum err parse_member(struct archive *a, const char *name, struct feed_totals *ret_totals)
{
	static uint8_t chunk[1 << 16];
	const struct feed_options options = {.file_name = str_from(name), .now = {1788220800}};
	const struct feed_sink sink = {NULL, take_format, take_batch, take_problem};
	struct feed_parser *p;
	struct problem problem;
	la_ssize_t size;
	TRY(feed_parser_new(&options, &sink, &p));
	enum err err = E_OK;
	while (err == E_OK && (size = archive_read_data(a, chunk, sizeof(chunk))) > 0)
		err = feed_parser_push(p, (struct bytes){chunk, (size_t)size}, &problem);
	if (err == E_OK)
		err = feed_parser_finish(p, &problem);
	*ret_totals = *feed_parser_totals(p);
	feed_parser_free(p);
	return err;
}

struct sums {
	size_t days;
	uint64_t accepted;
	uint64_t rejected;
	uint64_t october_15;
};

static bool parse_all(const char *path, const char *name, struct sums *s)
{
	struct archive *a = archive_read_new();
	struct archive_entry *entry;
	struct feed_totals totals;
	bool good = true;
	archive_read_support_filter_xz(a);
	archive_read_support_format_tar(a);
	archive_read_support_format_raw(a);
	if (archive_read_open_filename(a, path, 1 << 16) != ARCHIVE_OK) {
		archive_read_free(a);
		exit(SKIPPED);
	}
	while (good && archive_read_next_header(a, &entry) == ARCHIVE_OK) {
		const char *member = name ? name : archive_entry_pathname(entry);
		if (archive_entry_filetype(entry) == AE_IFDIR)
			continue;
		good = parse_member(a, member, &totals) == E_OK;
		s->days++;
		s->accepted += totals.accepted;
		s->rejected += totals.rejected;
		if (strstr(member, "2020-10-15"))
			s->october_15 = totals.accepted;
	}
	archive_read_free(a);
	return good;
}

static bool same(const char *what, uint64_t got, uint64_t wanted)
{
	if (got != wanted)
		fprintf(stderr, "%s: %llu, not %llu\n", what, (unsigned long long)got,
			(unsigned long long)wanted);
	return got == wanted;
}

int main(int argc, char **argv)
{
	struct sums urlhaus = {0};
	struct sums ipsum = {0};
	if (argc != 3)
		return 2;
	bool good = parse_all(argv[1], NULL, &urlhaus) &&
		    parse_all(argv[2], "ipsum-2026-08-22.txt", &ipsum);
	good &= same("URLhaus days", urlhaus.days, 92);
	good &= same("URLhaus addresses of 2020-10-15", urlhaus.october_15, 8893);
	good &= same("URLhaus (address, day) pairs", urlhaus.accepted, 549291);
	good &= same("URLhaus bad lines", urlhaus.rejected, 0);
	good &= same("ipsum addresses", ipsum.accepted, 120430);
	return !good;
}
