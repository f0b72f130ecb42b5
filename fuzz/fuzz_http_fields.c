/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>

#include "http/fields.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum {
	FILE_BYTES = 1000
};

static void require(bool condition)
{
	if (!condition)
		abort();
}

/* What is asked for lies in the file. */
static void check_range(struct str s)
{
	struct byte_range part = {0};
	if (field_range(s, FILE_BYTES, &part) == RANGE_PART)
		require(part.size >= 1 && part.first < FILE_BYTES &&
			part.size <= FILE_BYTES - part.first);
}

/* A name never ends its field, nor leaves its quotes, nor names a folder. */
static void check_name(struct str s)
{
	struct writer w;
	size_t quotes = 0;
	writer_init(&w, 1 << 16);
	field_write_disposition(&w, s);
	require(writer_end(&w) == E_OK);
	for (size_t i = 0; i < w.size; i++) {
		require(w.data[i] >= ' ' && w.data[i] < 127 && w.data[i] != '/' &&
			w.data[i] != '\\');
		quotes += w.data[i] == '"';
	}
	require(quotes == 0 || quotes == 2);
	writer_release(&w);
}

/* What is read is written the same. */
static void check_date(struct str s)
{
	struct writer w;
	struct instant first;
	struct instant second;
	if (!field_date(s, &first))
		return;
	writer_init(&w, 64);
	field_write_date(&w, first);
	require(field_date(writer_view_str(&w), &second) && first.seconds == second.seconds);
	writer_release(&w);
}

/* Any value as any of the fields. What matches strongly matches weakly too. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str s = {(const char *)data, size};
	(void)field_accepts_gzip(s);
	require(!field_lists_tag(s, STR("\"a\""), false) || field_lists_tag(s, STR("\"a\""), true));
	check_range(s);
	check_name(s);
	check_date(s);
	return 0;
}
