/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <hivex.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "hive_maker.h"
#include "survey/hive.h"

enum {
	TEXT_MOST = 1 << 20
};

static struct hive open_hive(const uint8_t *data, size_t size)
{
	struct hive h;
	assert_int_equal(hive_open((struct bytes){data, size}, &h), E_OK);
	return h;
}

static void assert_text(
	struct hive *h, const struct hive_key *key, const char *name, const char *text)
{
	struct hive_value value;
	struct writer raw, words;
	writer_init(&raw, TEXT_MOST);
	writer_init(&words, TEXT_MOST);
	assert_true(hive_value_named(h, key, str_from(name), &value));
	write_wide(&words, hive_data(h, &value, &raw));
	assert_int_equal(words.size, strlen(text));
	assert_memory_equal(words.data, text, words.size);
	writer_release(&raw);
	writer_release(&words);
}

static void test_found(void **state)
{
	(void)state;
	size_t size;
	struct hive_key root, key;
	struct hive_value value;
	struct writer raw;
	struct hive_maker *m = hive_maker_new();
	hive_maker_text(
		m, "Microsoft\\Windows\\CurrentVersion\\Run", "Chương trình", "C:\\Tệp\\x.exe");
	hive_maker_text(m, "Microsoft\\Windows\\CurrentVersion\\Run", "b", "");
	hive_maker_number(m, "Microsoft\\Windows", "Number", 258);
	uint8_t *file = hive_maker_end(m, &size);
	struct hive h = open_hive(file, size);
	writer_init(&raw, TEXT_MOST);
	assert_int_equal(hive_root(&h, &root), E_OK);
	assert_int_equal(hive_find(&h, &root, STR("MICROSOFT\\windows"), &key), E_OK);
	assert_true(hive_value_named(&h, &key, STR("number"), &value));
	struct bytes data = hive_data(&h, &value, &raw);
	assert_int_equal(value.type, HIVE_NUMBER);
	assert_int_equal(data.size, 4);
	assert_memory_equal(data.data, "\x02\x01\0", 4);
	assert_int_equal(hive_find(&h, &key, STR("CurrentVersion\\Run"), &key), E_OK);
	assert_text(&h, &key, "b", "");
	assert_false(hive_value_named(&h, &key, STR("c"), &value));
	assert_int_equal(hive_find(&h, &root, STR("Microsoft\\Window"), &key), E_NOTFOUND);
	assert_false(h.damaged || h.unfinished);
	writer_release(&raw);
	free(file);
}

/* --- against libhivex --- */

struct pair {
	hive_h *theirs;
	struct hive ours;
	struct writer text;
	size_t keys, values;
};

static void assert_name(struct pair *p, struct hive_name name, char *expected)
{
	assert_non_null(expected);
	writer_clear(&p->text);
	hive_write_name(&p->text, name);
	assert_int_equal(p->text.size, strlen(expected));
	assert_memory_equal(p->text.data, expected, p->text.size);
	free(expected);
}

static void compare_values(struct pair *p, const struct hive_key *key, hive_node_h node)
{
	struct hive_values values;
	struct hive_value value;
	hive_value_h *theirs = hivex_node_values(p->theirs, node);
	assert_non_null(theirs);
	hive_values_begin(&p->ours, key, &values);
	size_t i = 0;
	for (; hive_values_next(&p->ours, &values, &value); i++) {
		hive_type type;
		size_t size;
		assert_true(theirs[i] != 0);
		assert_name(p, value.name, hivex_value_key(p->theirs, theirs[i]));
		char *data = hivex_value_value(p->theirs, theirs[i], &type, &size);
		assert_non_null(data);
		writer_clear(&p->text);
		struct bytes ours = hive_data(&p->ours, &value, &p->text);
		assert_int_equal(value.type, type);
		assert_int_equal(ours.size, size);
		if (size > 0)
			assert_memory_equal(ours.data, data, size);
		free(data);
		p->values++;
	}
	assert_true(theirs[i] == 0);
	free(theirs);
}

static void compare(struct pair *p, const struct hive_key *key, hive_node_h node)
{
	struct hive_keys keys;
	struct hive_key child;
	hive_node_h *theirs = hivex_node_children(p->theirs, node);
	assert_non_null(theirs);
	p->keys++;
	assert_name(p, key->name, hivex_node_name(p->theirs, node));
	compare_values(p, key, node);
	hive_keys_begin(&p->ours, key, &keys);
	size_t i = 0;
	for (; hive_keys_next(&p->ours, &keys, &child); i++)
		compare(p, &child, theirs[i]);
	assert_true(theirs[i] == 0);
	free(theirs);
}

static void compare_file(const uint8_t *file, size_t size, size_t keys, size_t values)
{
	char path[] = "/tmp/hive-XXXXXX";
	struct hive_key root;
	struct pair p = {.ours = open_hive(file, size)};
	int fd = mkstemp(path);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, file, size), size);
	close(fd);
	writer_init(&p.text, TEXT_MOST);
	p.theirs = hivex_open(path, 0);
	assert_non_null(p.theirs);
	assert_int_equal(hive_root(&p.ours, &root), E_OK);
	compare(&p, &root, hivex_root(p.theirs));
	assert_int_equal(p.keys, keys);
	assert_int_equal(p.values, values);
	assert_false(p.ours.damaged);
	assert_int_equal(hivex_close(p.theirs), 0);
	writer_release(&p.text);
	unlink(path);
}

/* Many keys of one parent, nested ones, data of all lengths. */
static void test_as_libhivex(void **state)
{
	(void)state;
	static uint8_t data[9000];
	char key[128];
	size_t size;
	struct hive_maker *m = hive_maker_new();
	for (unsigned i = 0; i < sizeof(data); i++)
		data[i] = (uint8_t)(i * 7);
	for (unsigned i = 0; i < 200; i++) {
		snprintf(key, sizeof(key), "Services\\name %u", i);
		hive_maker_number(m, key, "Type", i);
		hive_maker_bytes(m, key, "", HIVE_BINARY, data, i * 40);
	}
	hive_maker_key(m, "a\\b\\c\\d\\e\\f\\g\\h");
	uint8_t *file = hive_maker_end(m, &size);
	compare_file(file, size, 1 + 1 + 200 + 8, 400);
	free(file);
}

/* --- hostile ones --- */

enum {
	BASE = 4096,
	BIN = 4096
};

/* A hive of one bin, written by hand: cells follow each other from offset 32. */
struct forged {
	uint32_t end;
	uint8_t bytes[BASE + 20 * BIN]; /* most tests use four */
};

static void put(uint8_t *at, uint32_t value, unsigned bytes)
{
	for (unsigned i = 0; i < bytes; i++)
		at[i] = (uint8_t)(value >> 8 * i);
}

static uint8_t *cell(struct forged *f, uint32_t size, const char *magic, uint32_t *ret_at)
{
	uint8_t *at = f->bytes + BASE + f->end;
	*ret_at = f->end;
	put(at, 0 - (size + 4), 4);
	memcpy(at + 4, magic, 2);
	f->end += size + 4;
	assert_true(f->end <= 4 * BIN);
	return at + 4;
}

static uint8_t *forge(struct forged *f)
{
	uint32_t at;
	memset(f, 0, sizeof(*f));
	memcpy(f->bytes, "regf", 4);
	put(f->bytes + 20, 1, 4);
	put(f->bytes + 36, 32, 4);
	put(f->bytes + 40, 4 * BIN, 4);
	f->end = 32;
	uint8_t *key = cell(f, 84, "nk", &at);
	put(key + 2, 0x20, 2);
	put(key + 28, UINT32_MAX, 4);
	put(key + 40, UINT32_MAX, 4);
	put(key + 72, 4, 2);
	memcpy(key + 76, "ROOT", 4);
	return key;
}

/* Reads all there is, each key as often as it is named, down to a depth. */
static size_t read_all(struct hive *h, const struct hive_key *key, unsigned depth)
{
	struct hive_keys keys;
	struct hive_values values;
	struct hive_value value;
	struct hive_key child;
	struct writer text;
	size_t seen = 0;
	writer_init(&text, TEXT_MOST);
	hive_values_begin(h, key, &values);
	while (hive_values_next(h, &values, &value)) {
		write_wide(&text, hive_data(h, &value, &text));
		seen++;
	}
	writer_release(&text);
	hive_keys_begin(h, key, &keys);
	while (hive_keys_next(h, &keys, &child))
		seen += 1 + (depth > 0 ? read_all(h, &child, depth - 1) : 0);
	return seen;
}

/* From a copy of just its size. */
static bool ends(const struct forged *f, size_t *ret_seen)
{
	struct hive h;
	struct hive_key root;
	const size_t size = BASE + 4 * BIN;
	uint8_t *copy = malloc(size);
	assert_non_null(copy);
	memcpy(copy, f->bytes, size);
	assert_int_equal(hive_open((struct bytes){copy, size}, &h), E_OK);
	*ret_seen = 0;
	if (hive_root(&h, &root) == E_OK)
		*ret_seen = read_all(&h, &root, 64);
	free(copy);
	return h.damaged;
}

static void test_key_below_itself(void **state)
{
	(void)state;
	struct forged f;
	uint32_t at;
	size_t seen;
	uint8_t *key = forge(&f);
	put(key + 20, 2, 4);
	uint8_t *list = cell(&f, 20, "lf", &at);
	put(key + 28, at, 4);
	put(list + 2, 2, 2);
	put(list + 4, 32, 4);
	put(list + 12, 32, 4);
	assert_true(ends(&f, &seen));
	assert_true(seen < sizeof(f.bytes) * 2);
}

static void test_list_of_itself(void **state)
{
	(void)state;
	struct forged f;
	uint32_t at;
	size_t seen;
	uint8_t *key = forge(&f);
	put(key + 20, UINT32_MAX, 4);
	uint8_t *list = cell(&f, 4 + 4 * 2000, "ri", &at);
	put(key + 28, at, 4);
	put(list + 2, 2000, 2);
	for (unsigned i = 0; i < 2000; i++)
		put(list + 4 + 4 * i, at, 4);
	assert_true(ends(&f, &seen));
	assert_int_equal(seen, 0);
}

/* Thousands of lists that are all the same thousand keys. */
static void test_lists_of_one_list(void **state)
{
	(void)state;
	struct forged f;
	uint32_t at, below;
	size_t seen;
	uint8_t *key = forge(&f);
	put(key + 20, UINT32_MAX, 4);
	uint8_t *list = cell(&f, 4 + 4 * 1500, "ri", &at);
	put(key + 28, at, 4);
	put(list + 2, 1500, 2);
	uint8_t *keys = cell(&f, 4 + 4 * 1500, "li", &below);
	put(keys + 2, 1500, 2);
	for (unsigned i = 0; i < 1500; i++) {
		put(list + 4 + 4 * i, below, 4);
		put(keys + 4 + 4 * i, 32, 4);
	}
	assert_true(ends(&f, &seen));
	assert_true(seen < sizeof(f.bytes) * 2);
}

static void test_cells_elsewhere(void **state)
{
	(void)state;
	static const uint32_t places[] = {0, 4, 31, 33, 4 * BIN - 8, 4 * BIN - 4, 4 * BIN,
		4 * BIN + 1, INT32_MAX, 0x80000000, UINT32_MAX - 4, UINT32_MAX};
	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		struct forged f;
		size_t seen;
		uint32_t at;
		uint8_t *key = forge(&f);
		put(key + 20, 3, 4);
		put(key + 28, places[i], 4);
		put(key + 36, 3, 4);
		put(key + 40, places[i], 4);
		assert_true(ends(&f, &seen));
		assert_int_equal(seen, 0);
		/* The root itself. */
		put(f.bytes + 36, places[i], 4);
		assert_true(ends(&f, &seen));
		/* A value's data. */
		key = forge(&f);
		uint8_t *list = cell(&f, 4, "  ", &at);
		put(key + 36, 1, 4);
		put(key + 40, at, 4);
		uint8_t *value = cell(&f, 20, "vk", &at);
		put(list, at, 4);
		put(value + 4, 100, 4);
		put(value + 8, places[i], 4);
		assert_true(ends(&f, &seen));
		assert_int_equal(seen, 1);
	}
}

static void test_huge_counts(void **state)
{
	(void)state;
	struct forged f;
	size_t seen;
	uint32_t at;
	uint8_t *key = forge(&f);
	uint8_t *list = cell(&f, 12, "lf", &at);
	put(list + 2, UINT16_MAX, 2);
	put(key + 20, UINT32_MAX, 4);
	put(key + 28, at, 4);
	put(key + 36, UINT32_MAX, 4);
	put(key + 40, at, 4);
	put(key + 72, UINT16_MAX, 2);
	assert_true(ends(&f, &seen));
	assert_int_equal(seen, 0);
	put(key + 72, 4, 2);
	assert_true(ends(&f, &seen));
	/* Sizes of cells: positive (free), zero, the smallest number, past the end. */
	static const uint32_t sizes[] = {88, 0, 0x80000000, 0x80000001, 0 - 7u, 0 - 20000u};
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		key = forge(&f);
		put(key - 4, sizes[i], 4);
		assert_true(ends(&f, &seen));
	}
}

/* Data in 1,000 pieces that are one and the same. */
static void test_large_data(void **state)
{
	(void)state;
	struct forged f;
	size_t seen;
	uint32_t at, one;
	uint8_t *key = forge(&f);
	put(key + 36, 1000, 4);
	uint8_t *values = cell(&f, 4000, "  ", &at);
	put(key + 40, at, 4);
	uint8_t *value = cell(&f, 20, "vk", &one);
	for (unsigned i = 0; i < 1000; i++)
		put(values + 4 * i, one, 4);
	put(value + 4, INT32_MAX, 4);
	uint8_t *head = cell(&f, 8, "db", &at);
	put(value + 8, at, 4);
	put(head + 2, UINT16_MAX, 2);
	uint8_t *pieces = cell(&f, 4000, "  ", &at);
	put(head + 4, at, 4);
	cell(&f, 4000, "xx", &one);
	for (unsigned i = 0; i < 1000; i++)
		put(pieces + 4 * i, one, 4);
	assert_true(ends(&f, &seen));
	assert_true(seen <= 1000);
}

/* Data of more than a cell's worth lies in pieces, the last one shorter. */
static void test_pieces(void **state)
{
	(void)state;
	enum {
		PIECE = 16344,
		SIZE = 2 * PIECE + 100
	};
	static struct forged f;
	struct hive h;
	struct hive_key root;
	struct hive_value value;
	struct writer into;
	uint32_t at;
	uint8_t *key = forge(&f);
	uint8_t *values = cell(&f, 4, "  ", &at);
	put(key + 36, 1, 4);
	put(key + 40, at, 4);
	uint8_t *one = cell(&f, 20, "vk", &at);
	put(values, at, 4);
	put(one + 4, SIZE, 4);
	uint8_t *data = cell(&f, 8, "db", &at);
	put(one + 8, at, 4);
	put(data + 2, 3, 2);
	uint8_t *list = cell(&f, 12, "  ", &at);
	put(data + 4, at, 4);
	for (uint32_t i = 0; i < 3; i++) {
		const uint32_t piece = 4 * BIN + i * (PIECE + 8);
		uint8_t *cell_of = f.bytes + BASE + piece;
		put(list + 4 * i, piece, 4);
		put(cell_of, 0 - (PIECE + 8u), 4);
		memset(cell_of + 4, (int)('a' + i), PIECE);
	}
	const struct bytes content = {f.bytes, sizeof(f.bytes)};
	assert_int_equal(hive_open(content, &h), E_OK);
	assert_int_equal(hive_root(&h, &root), E_OK);
	assert_true(hive_value_named(&h, &root, STR(""), &value));
	writer_init(&into, TEXT_MOST);
	struct bytes whole = hive_data(&h, &value, &into);
	assert_int_equal(whole.size, SIZE);
	assert_true(whole.data[PIECE - 1] == 'a' && whole.data[PIECE] == 'b');
	assert_true(whole.data[2 * PIECE] == 'c' && whole.data[SIZE - 1] == 'c');
	assert_false(h.damaged);
	writer_release(&into);
}

/* Cut off anywhere, any byte another. */
static void test_broken_anywhere(void **state)
{
	(void)state;
	size_t size;
	struct hive_maker *m = hive_maker_new();
	hive_maker_text(m, "a\\b", "c", "text");
	hive_maker_text(m, "a\\d", "e", "text");
	uint8_t *file = hive_maker_end(m, &size);
	assert_true(size > 0);
	for (size_t i = 0; size > 0 && i < 2 * size && i < 30000; i++) {
		struct hive h;
		struct hive_key root;
		const size_t cut = i < size ? size : (i * 37) % size;
		uint8_t *copy = malloc(cut + 1);
		assert_non_null(copy);
		memcpy(copy, file, cut);
		if (i < size)
			copy[i] ^= (uint8_t)(1 + i * 5);
		if (hive_open((struct bytes){copy, cut}, &h) == E_OK &&
			hive_root(&h, &root) == E_OK)
			read_all(&h, &root, 8);
		free(copy);
	}
	free(file);
}

static void test_no_hive(void **state)
{
	(void)state;
	struct hive h;
	static uint8_t head[BASE] = "regf";
	assert_int_equal(hive_open((struct bytes){0}, &h), E_SYNTAX);
	assert_int_equal(hive_open(str_bytes(STR("reg")), &h), E_SYNTAX);
	assert_int_equal(hive_open(str_bytes(STR("MZ not a hive")), &h), E_SYNTAX);
	assert_int_equal(hive_open(str_bytes(STR("regf")), &h), E_TRUNCATED);
	assert_int_equal(hive_open((struct bytes){head, sizeof(head)}, &h), E_TRUNCATED);
}

static void test_words(void **state)
{
	(void)state;
	struct writer w;
	writer_init(&w, 100);
	/* A pair, halves alone, an end, what is behind it. */
	static const uint8_t wide[] = {
		'a', 0, 0x3d, 0xd8, 0, 0xde, 0, 0xd8, 'b', 0, 0, 0xdc, 0, 0, 'c', 0};
	write_wide(&w, (struct bytes){wide, sizeof(wide)});
	assert_true(str_equal(writer_view_str(&w), STR("a\xf0\x9f\x98\x80\xef\xbf\xbd"
						       "b\xef\xbf\xbd")));
	writer_clear(&w);
	hive_write_name(&w, (struct hive_name){str_bytes(STR("caf\xe9")), false});
	assert_true(str_equal(writer_view_str(&w), STR("caf\xc3\xa9")));
	writer_release(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_found),
		cmocka_unit_test(test_as_libhivex),
		cmocka_unit_test(test_key_below_itself),
		cmocka_unit_test(test_list_of_itself),
		cmocka_unit_test(test_lists_of_one_list),
		cmocka_unit_test(test_cells_elsewhere),
		cmocka_unit_test(test_huge_counts),
		cmocka_unit_test(test_large_data),
		cmocka_unit_test(test_pieces),
		cmocka_unit_test(test_broken_anywhere),
		cmocka_unit_test(test_no_hive),
		cmocka_unit_test(test_words),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
