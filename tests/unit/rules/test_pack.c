/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <zstd.h>

#include "rules/pack.h"

struct kit {
	struct pack_file files[2];
	struct pack_set sets[2];
	struct pack_hash hashes[2];
	struct pack_indicator indicators[2];
	struct pack_page pages[2];
	struct pack pack;
	struct writer file;
	struct arena arena;
};

static int set_up(void **state)
{
	static struct kit k;
	k = (struct kit){
		.files = {{STR("a/b.yar"), STR("rule a { condition: true }")},
			{STR("c.yar"), STR("")}},
		.sets = {{.name = STR("quetsach"), .licence = STR("Apache-2.0"), .ours = true},
			{.name = STR("other-set"), .author = STR("Ai đó")}},
		.hashes = {{DIGEST_MD5, {1, 2}, 544, STR("Test-File"), 0},
			{DIGEST_SHA256, {3}, 0, STR("x"), 1}},
		.indicators = {{INDICATOR_DOMAIN, STR("example.net"), STR("n"), 1},
			{INDICATOR_FILE, STR("/tmp/.x*"), STR(""), 0}},
		.pages = {{STR("mirai"), LANG_VI, STR("# Mirai")},
			{STR("mirai"), LANG_EN, STR("# M")}},
	};
	k.sets[0].files = k.files;
	k.sets[0].file_count = 2;
	k.pack = (struct pack){STR_INIT("starter"), 7, {1000}, {2000}, k.sets, 2, k.hashes, 2,
		k.indicators, 2, k.pages, 2};
	writer_init(&k.file, 1 << 20);
	arena_init(&k.arena, 1 << 20);
	pack_write(&k.file, &k.pack);
	assert_int_equal(writer_end(&k.file), E_OK);
	*state = &k;
	return 0;
}

static int tear_down(void **state)
{
	struct kit *k = *state;
	writer_release(&k->file);
	arena_release(&k->arena);
	return 0;
}

static void assert_text(struct str got, const char *want)
{
	assert_int_equal(got.size, strlen(want));
	assert_memory_equal(got.data, want, got.size);
}

static void comes_back_as_it_was(void **state)
{
	struct kit *k = *state;
	struct pack p;
	struct writer again;
	assert_int_equal(pack_open(writer_view(&k->file), &k->arena, &p), E_OK);
	assert_text(p.id, "starter");
	assert_int_equal(p.version, 7);
	assert_int_equal(p.expires.seconds, 2000);
	assert_true(p.sets[0].ours);
	assert_false(p.sets[1].ours);
	assert_text(p.sets[1].author, "Ai đó");
	assert_text(p.sets[0].files[0].text, "rule a { condition: true }");
	assert_int_equal(p.hashes[0].size, 544);
	assert_int_equal(p.hashes[1].digest[0], 3);
	assert_text(p.indicators[1].value, "/tmp/.x*");
	assert_text(pack_page(&p, STR("mirai"), LANG_EN)->text, "# M");
	assert_null(pack_page(&p, STR("mozi"), LANG_EN));
	writer_init(&again, 1 << 20);
	pack_write(&again, &p);
	assert_int_equal(again.size, k->file.size);
	assert_memory_equal(again.data, k->file.data, again.size);
	writer_release(&again);
}

static void cut_anywhere_is_refused(void **state)
{
	struct kit *k = *state;
	struct pack p;
	for (size_t size = 0; size < k->file.size; size++) {
		assert_int_not_equal(
			pack_open((struct bytes){k->file.data, size}, &k->arena, &p), E_OK);
		arena_clear(&k->arena);
	}
}

/* The body as it is, with one thing changed, packed again: compression hides nothing. */
static enum err open_with(struct kit *k, size_t at, uint8_t value)
{
	static uint8_t body[1 << 16], file[1 << 16];
	struct pack p;
	size_t size = ZSTD_decompress(body, sizeof(body), k->file.data + 16, k->file.size - 16);
	assert_false(ZSTD_isError(size));
	if (at >= size)
		return E_NOTFOUND;
	body[at] = value;
	memcpy(file, k->file.data, 16);
	size_t packed = ZSTD_compress(file + 16, sizeof(file) - 16, body, size, 1);
	arena_clear(&k->arena);
	enum err err = pack_open((struct bytes){file, 16 + packed}, &k->arena, &p);
	for (size_t i = 0; err == E_OK && i < p.hash_count; i++)
		assert_true(p.hashes[i].set < p.set_count);
	for (size_t i = 0; err == E_OK && i < p.page_count; i++)
		assert_true(p.pages[i].lang < LANG__COUNT);
	return err;
}

static void each_byte_changed_is_refused_or_kept_within_bounds(void **state)
{
	struct kit *k = *state;
	size_t refused = 0, at = 0;
	for (;; at++) {
		enum err err = open_with(k, at, 0xff);
		if (err == E_NOTFOUND)
			break;
		refused += err != E_OK;
	}
	assert_true(at > 200);
	assert_true(refused > 100);
}

static void claims_that_cannot_be_are_refused(void **state)
{
	struct kit *k = *state;
	struct pack p;
	uint8_t head[16];
	memcpy(head, k->file.data, 16);
	k->file.data[15] = 0x7f; /* a body of half of all bytes there are */
	assert_int_equal(pack_open(writer_view(&k->file), &k->arena, &p), E_LIMIT);
	memcpy(k->file.data, head, 16);
	k->file.data[4] = 2;
	assert_int_equal(pack_open(writer_view(&k->file), &k->arena, &p), E_VERSION);
	k->file.data[0] ^= 1;
	assert_int_equal(pack_open(writer_view(&k->file), &k->arena, &p), E_CORRUPT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(comes_back_as_it_was, set_up, tear_down),
		cmocka_unit_test_setup_teardown(cut_anywhere_is_refused, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			each_byte_changed_is_refused_or_kept_within_bounds, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			claims_that_cannot_be_are_refused, set_up, tear_down),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
