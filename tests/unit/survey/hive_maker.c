/* SPDX-License-Identifier: Apache-2.0 */
#include "hive_maker.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include <fcntl.h>
#include <hivex.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
	BASE = 4096,
	ROOT = 32, /* offsets of the first cells */
	SECURITY = 32 + 96,
	FREE = SECURITY + 48,
	FILE_MOST = 64 << 20
};

struct hive_maker {
	char path[64];
	hive_h *hive;
};

static void put(uint8_t *at, uint32_t value, unsigned bytes)
{
	for (unsigned i = 0; i < bytes; i++)
		at[i] = (uint8_t)(value >> 8 * i);
}

/* The smallest file with a root: the writer adds to what is there. */
static void write_smallest(int fd)
{
	static uint8_t file[2 * BASE];
	uint8_t *bin = file + BASE, *key = bin + ROOT, *security = bin + SECURITY;
	uint32_t sum = 0;
	memcpy(file, "regf", 4);
	put(file + 4, 1, 4);
	put(file + 8, 1, 4);
	put(file + 20, 1, 4);
	put(file + 24, 3, 4);
	put(file + 32, 1, 4);
	put(file + 36, ROOT, 4);
	put(file + 40, BASE, 4);
	put(file + 44, 1, 4);
	for (unsigned i = 0; i < 508; i += 4)
		sum ^= file[i] | (uint32_t)file[i + 1] << 8 | (uint32_t)file[i + 2] << 16 |
		       (uint32_t)file[i + 3] << 24;
	put(file + 508, sum, 4);
	memcpy(bin, "hbin", 4);
	put(bin + 8, BASE, 4);
	put(key, (uint32_t)-96, 4);
	memcpy(key + 4, "nk", 2);
	put(key + 6, 0x2c, 2);
	put(key + 4 + 16, UINT32_MAX, 4);
	put(key + 4 + 28, UINT32_MAX, 4);
	put(key + 4 + 32, UINT32_MAX, 4);
	put(key + 4 + 40, UINT32_MAX, 4);
	put(key + 4 + 44, SECURITY, 4);
	put(key + 4 + 48, UINT32_MAX, 4);
	put(key + 4 + 72, 4, 2);
	memcpy(key + 4 + 76, "ROOT", 4);
	put(security, (uint32_t)-48, 4);
	memcpy(security + 4, "sk", 2);
	put(security + 8, SECURITY, 4);
	put(security + 12, SECURITY, 4);
	put(security + 16, 1, 4);
	put(security + 20, 20, 4);
	put(security + 24, 0x80000001, 4);
	put(bin + FREE, BASE - FREE, 4);
	assert_int_equal(write(fd, file, sizeof(file)), sizeof(file));
}

struct hive_maker *hive_maker_new(void)
{
	struct hive_maker *m = calloc(1, sizeof(*m));
	assert_non_null(m);
	snprintf(m->path, sizeof(m->path), "/tmp/hive-XXXXXX");
	int fd = mkstemp(m->path);
	assert_true(fd >= 0);
	write_smallest(fd);
	close(fd);
	m->hive = hivex_open(m->path, HIVEX_OPEN_WRITE);
	assert_non_null(m->hive);
	return m;
}

static hive_node_h node_of(struct hive_maker *m, const char *key)
{
	char name[256];
	hive_node_h node = hivex_root(m->hive);
	while (*key) {
		const size_t size = strcspn(key, "\\");
		assert_true(size < sizeof(name));
		memcpy(name, key, size);
		name[size] = '\0';
		key += size + (key[size] == '\\');
		hive_node_h child = hivex_node_get_child(m->hive, node, name);
		if (child == 0)
			child = hivex_node_add_child(m->hive, node, name);
		assert_true(child != 0);
		node = child;
	}
	return node;
}

void hive_maker_key(struct hive_maker *m, const char *key)
{
	assert_true(node_of(m, key) != 0);
}

void hive_maker_bytes(struct hive_maker *m, const char *key, const char *name, unsigned type,
	const void *data, size_t size)
{
	char *own_name = strdup(name), *own_data = malloc(size + 1);
	assert_non_null(own_name);
	assert_non_null(own_data);
	memcpy(own_data, data, size);
	const hive_set_value value = {own_name, (hive_type)type, size, own_data};
	assert_int_equal(hivex_node_set_value(m->hive, node_of(m, key), &value, 0), 0);
	free(own_name);
	free(own_data);
}

void hive_maker_text(struct hive_maker *m, const char *key, const char *name, const char *text)
{
	uint8_t wide[8192] = {0};
	size_t size = 0;
	for (; *text; text++) {
		uint32_t c = (uint8_t)*text;
		unsigned more = c >= 0xe0 ? 2 : c >= 0xc0 ? 1 : 0;
		c = more == 2 ? c & 0x0f : more == 1 ? c & 0x1f : c;
		for (; more > 0; more--)
			c = c << 6 | ((uint8_t) * ++text & 0x3f);
		assert_true(size + 4 <= sizeof(wide));
		put(wide + size, c, 2);
		size += 2;
	}
	hive_maker_bytes(m, key, name, hive_t_REG_SZ, wide, size + 2);
}

void hive_maker_number(struct hive_maker *m, const char *key, const char *name, uint32_t number)
{
	uint8_t data[4];
	put(data, number, 4);
	hive_maker_bytes(m, key, name, hive_t_REG_DWORD, data, 4);
}

uint8_t *hive_maker_end(struct hive_maker *m, size_t *ret_size)
{
	assert_int_equal(hivex_commit(m->hive, NULL, 0), 0);
	assert_int_equal(hivex_close(m->hive), 0);
	FILE *file = fopen(m->path, "rb");
	assert_non_null(file);
	uint8_t *content = malloc(FILE_MOST);
	assert_non_null(content);
	*ret_size = fread(content, 1, FILE_MOST, file);
	fclose(file);
	unlink(m->path);
	free(m);
	/* Of just its size, so that a byte too far is seen. */
	uint8_t *whole = malloc(*ret_size);
	assert_non_null(whole);
	memcpy(whole, content, *ret_size);
	free(content);
	return whole;
}
