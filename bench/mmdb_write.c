/* SPDX-License-Identifier: Apache-2.0 */
#include "mmdb_write.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* https://maxmind.github.io/MaxMind-DB/ : a binary tree of nodes of two records of 32 bits, 16 zero
 * bytes, data, metadata. */
enum {
	NOTHING = UINT32_MAX,
	LISTED = UINT32_MAX - 1,
	SEPARATOR = 16
};

struct tree {
	uint32_t (*nodes)[2];
	size_t count;
	size_t capacity;
	bool failed;
};

static uint32_t add_node(struct tree *t)
{
	if (t->count == t->capacity) {
		size_t capacity = t->capacity ? t->capacity * 2 : 1 << 16;
		uint32_t(*grown)[2] = reallocarray(t->nodes, capacity, sizeof(*grown));
		if (!grown) {
			t->failed = true;
			return 0;
		}
		t->nodes = grown;
		t->capacity = capacity;
	}
	return (uint32_t)t->count++;
}

/* The record for addresses that share so many bits: no deeper than 32 calls. */
static uint32_t build(struct tree *t, const uint32_t *addresses, size_t count, unsigned bits)
{
	if (count == 0 || bits == 32)
		return count ? LISTED : NOTHING;
	size_t left = 0;
	size_t high = count;
	while (left < high) {
		size_t middle = (left + high) / 2;
		if (addresses[middle] >> (31 - bits) & 1)
			high = middle;
		else
			left = middle + 1;
	}
	uint32_t node = add_node(t);
	uint32_t zero = build(t, addresses, left, bits + 1);
	uint32_t one = build(t, addresses + left, count - left, bits + 1);
	if (!t->failed) {
		t->nodes[node][0] = zero;
		t->nodes[node][1] = one;
	}
	return node;
}

static void put_record(FILE *file, const struct tree *t, uint32_t record)
{
	if (record == NOTHING)
		record = (uint32_t)t->count;
	else if (record == LISTED)
		record = (uint32_t)t->count + SEPARATOR;
	for (int shift = 24; shift >= 0; shift -= 8)
		fputc((int)(record >> shift & 255), file);
}

static void put_text(FILE *file, const char *text)
{
	fputc(2 << 5 | (int)strlen(text), file);
	fputs(text, file);
}

static void put_number(FILE *file, const char *key, int type, uint32_t value)
{
	put_text(file, key);
	if (type == 9) { /* uint64: an extended type */
		fputc(4, file);
		fputc(9 - 7, file);
	} else {
		fputc(type << 5 | (type == 5 ? 2 : 4), file);
	}
	for (int shift = type == 5 ? 8 : 24; shift >= 0; shift -= 8)
		fputc((int)(value >> shift & 255), file);
}

static void put_metadata(FILE *file, const struct tree *t)
{
	fputs("\xAB\xCD\xEFMaxMind.com", file);
	fputc(7 << 5 | 9, file);
	put_number(file, "node_count", 6, (uint32_t)t->count);
	put_number(file, "record_size", 5, 32);
	put_number(file, "ip_version", 5, 4);
	put_text(file, "database_type");
	put_text(file, "listed");
	put_text(file, "languages");
	fputc(0, file);
	fputc(11 - 7, file); /* an empty array */
	put_number(file, "binary_format_major_version", 5, 2);
	put_number(file, "binary_format_minor_version", 5, 0);
	put_number(file, "build_epoch", 9, 1700000000);
	put_text(file, "description");
	fputc(7 << 5, file); /* an empty map */
}

static void put_data(FILE *file)
{
	for (int i = 0; i < SEPARATOR; i++)
		fputc(0, file);
	fputc(7 << 5 | 1, file);
	put_number(file, "last", 6, 26000000);
}

bool mmdb_write(const char *path, const uint32_t *addresses, size_t count)
{
	struct tree t = {0};
	(void)build(&t, addresses, count, 0);
	FILE *file = t.failed ? NULL : fopen(path, "wb");
	if (file) {
		for (size_t i = 0; i < t.count; i++) {
			put_record(file, &t, t.nodes[i][0]);
			put_record(file, &t, t.nodes[i][1]);
		}
		put_data(file);
		put_metadata(file, &t);
	}
	free(t.nodes);
	return file && fclose(file) == 0;
}
