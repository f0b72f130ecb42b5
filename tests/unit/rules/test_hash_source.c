/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "rules/hash_source.h"
#include "rules/pack_order.h"

enum {
	MOST = 64
};

#define MD5 "aa15bcf478d165efd2065190eb473bcb"
#define SHA1 "00006b30806f915911349d82beeb1aeb9025adb4"
#define SHA256 "0010ccb822538d1881c61be874af49382c44b6c9cb665081cf0f672cbed5b6a5"

struct kit {
	struct arena arena;
	struct pack_hash list[MOST];
	struct pack_hashes hashes;
	struct problem problems[MOST];
	size_t problem_count;
};

static int set_up(void **state)
{
	static struct kit k;
	k = (struct kit){0};
	k.hashes = (struct pack_hashes){.list = k.list, .capacity = MOST};
	arena_init(&k.arena, 1 << 20);
	*state = &k;
	return 0;
}

static int tear_down(void **state)
{
	struct kit *k = *state;
	arena_release(&k->arena);
	return 0;
}

static void take_problem(void *context, const struct problem *problem)
{
	struct kit *k = context;
	assert_true(k->problem_count < MOST);
	k->problems[k->problem_count++] = *problem;
}

static enum err read(struct kit *k, const char *text)
{
	return hash_source_read(
		str_from(text), 3, STR("list"), &k->arena, take_problem, k, &k->hashes);
}

static void assert_text(struct str got, const char *want)
{
	assert_int_equal(got.size, strlen(want));
	assert_memory_equal(got.data, want, got.size);
}

static void assert_hash(struct kit *k, size_t at, enum digest_kind kind, uint8_t first,
	uint64_t size, const char *name)
{
	assert_true(at < k->hashes.count);
	assert_int_equal(k->list[at].kind, kind);
	assert_int_equal(k->list[at].digest[0], first);
	assert_int_equal(k->list[at].size, size);
	assert_int_equal(k->list[at].set, 3);
	assert_text(k->list[at].name, name);
}

static void clamav_lists_are_read(void **state)
{
	struct kit *k = *state;
	assert_int_equal(
		read(k, MD5 ":544:ClamAV-Test-File\r\n" SHA256 ":*:Win.Any:73\n" SHA1 ":1:A\n"),
		E_OK);
	assert_int_equal(k->problem_count, 0);
	assert_int_equal(k->hashes.count, 3);
	assert_hash(k, 0, DIGEST_MD5, 0xaa, 544, "ClamAV-Test-File");
	assert_hash(k, 1, DIGEST_SHA256, 0x00, 0, "Win.Any");
	assert_hash(k, 2, DIGEST_SHA1, 0x00, 1, "A");
	assert_int_equal(k->list[0].digest[15], 0xcb);
}

static void lines_of_every_kind_are_read(void **state)
{
	struct kit *k = *state;
	assert_int_equal(read(k, "\xEF\xBB\xBF# a comment\n// another\n\n" MD5 "\n" SHA1
				 ";eset/turla\n" SHA256 ", By name\n" MD5 "\ttab\n" SHA256
				 "  /tmp/a file\n" SHA256 " *binary.exe\n\\" SHA256
				 "  odd\\\\name\nSHA256 (x (1).bin) = " SHA256 "\n"),
		E_OK);
	assert_int_equal(k->problem_count, 0);
	assert_int_equal(k->hashes.count, 8);
	assert_hash(k, 0, DIGEST_MD5, 0xaa, 0, "list");
	assert_hash(k, 1, DIGEST_SHA1, 0, 0, "eset/turla");
	assert_hash(k, 2, DIGEST_SHA256, 0, 0, "By name");
	assert_hash(k, 3, DIGEST_MD5, 0xaa, 0, "tab");
	assert_hash(k, 4, DIGEST_SHA256, 0, 0, "/tmp/a file");
	assert_hash(k, 5, DIGEST_SHA256, 0, 0, "binary.exe");
	assert_hash(k, 7, DIGEST_SHA256, 0, 0, "x (1).bin");
}

static void capital_letters_are_the_same_hash(void **state)
{
	struct kit *k = *state;
	assert_int_equal(read(k, "AA15BCF478D165EFD2065190EB473BCB\n" MD5 "\n"), E_OK);
	pack_hashes_order(k->list, &k->hashes.count);
	assert_int_equal(k->hashes.count, 1);
}

static void misp_tables_are_read(void **state)
{
	struct kit *k = *state;
	assert_int_equal(read(k, "uuid,event_id,category,type,value,comment,to_ids,date\n"
				 "1,7,Payload delivery,md5," MD5 ",\"Mirai, a\nvariant\",1,1\n"
				 "2,7,Payload delivery,filename|sha256,x.exe|" SHA256 ",,1,1\n"
				 "3,7,Network activity,ip-dst,192.0.2.1,,1,1\n"
				 "4,7,Payload delivery,sha1," SHA1 ",not for detection,0,1\n"
				 "5,7,Payload delivery,sha1,zz,,1,1\n"),
		E_OK);
	assert_int_equal(k->hashes.count, 2);
	assert_int_equal(k->hashes.passed_over, 1);
	assert_hash(k, 0, DIGEST_MD5, 0xaa, 0, "Mirai, a variant");
	assert_hash(k, 1, DIGEST_SHA256, 0, 0, "x.exe");
	assert_int_equal(k->problem_count, 1);
	assert_int_equal(k->problems[0].code, PROBLEM_BAD_HASH);
	assert_int_equal(k->problems[0].line, 7);
}

static void threatfox_tables_are_read(void **state)
{
	struct kit *k = *state;
	assert_int_equal(
		read(k, "####\n# ThreatFox\n# \"first_seen_utc\",\"ioc_id\",\"ioc_value\","
			"\"ioc_type\",\"threat_type\",\"fk_malware\",\"malware_alias\","
			"\"malware_printable\"\n"
			"\"2026-08-01\", \"1\", \"" SHA256
			"\", \"sha256_hash\", \"payload\", \"elf.mirai\", \"Katana,Other\", "
			"\"Mirai\"\n# Number of entries: 1\n"),
		E_OK);
	assert_int_equal(k->problem_count, 0);
	assert_int_equal(k->hashes.count, 1);
	assert_hash(k, 0, DIGEST_SHA256, 0, 0, "Mirai");
}

static void bad_lines_are_told_and_good_ones_taken(void **state)
{
	static const struct {
		const char *line;
		enum problem_code code;
		const char *field;
	} bad[] = {
		{"hello", PROBLEM_BAD_HASH, "hash"},
		{MD5 "0", PROBLEM_BAD_HASH, "hash"},
		{MD5 "|x", PROBLEM_BAD_HASH, "hash"},
		{MD5 ":many:Name", PROBLEM_BAD_FIELD, "size"},
		{MD5 ":0:Name", PROBLEM_BAD_FIELD, "size"},
		{MD5 ":-5:Name", PROBLEM_BAD_FIELD, "size"},
		{MD5 ":99999999999999999999:Name", PROBLEM_BAD_FIELD, "size"},
		{MD5 ":544:", PROBLEM_NO_FIELD, "name"},
		{MD5 ":544", PROBLEM_NO_FIELD, "name"},
		{MD5 ":", PROBLEM_BAD_FIELD, "size"},
		{"\\", PROBLEM_BAD_HASH, "hash"},
		{"SHA256 (x) = ", PROBLEM_BAD_HASH, "hash"},
		{"d41d8cd98f00b204e9800998ecf8427e;empty", PROBLEM_HASH_OF_NOTHING, "hash"},
		{"da39a3ee5e6b4b0d3255bfef95601890afd80709", PROBLEM_HASH_OF_NOTHING, "hash"},
		{"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
			PROBLEM_HASH_OF_NOTHING, "hash"},
	};
	struct kit *k = *state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct writer w;
		writer_init(&w, 1024);
		writer_text(&w, MD5 "\n");
		writer_text(&w, bad[i].line);
		writer_text(&w, "\n" SHA1 "\n");
		writer_char(&w, '\0');
		k->hashes.count = k->problem_count = 0;
		assert_int_equal(read(k, (const char *)w.data), E_OK);
		writer_release(&w);
		assert_int_equal(k->hashes.count, 2);
		assert_int_equal(k->problem_count, 1);
		assert_int_equal(k->problems[0].code, bad[i].code);
		assert_int_equal(k->problems[0].line, 2);
		assert_text(problem_field(&k->problems[0]), bad[i].field);
	}
}

static void names_are_words_for_people(void **state)
{
	struct kit *k = *state;
	assert_int_equal(read(k, MD5 ";bell\a and \x1b[31mred\n" SHA1 ";latin \xe9t\xe9\n" SHA256
				     ";Tiếng Việt\n"),
		E_OK);
	assert_hash(k, 0, DIGEST_MD5, 0xaa, 0, "bell  and  [31mred");
	assert_hash(k, 1, DIGEST_SHA1, 0, 0, "latin ?t?");
	assert_hash(k, 2, DIGEST_SHA256, 0, 0, "Tiếng Việt");
}

static void long_names_are_cut_between_letters(void **state)
{
	struct kit *k = *state;
	struct writer w;
	writer_init(&w, 4096);
	writer_text(&w, MD5 ";a");
	for (int i = 0; i < 300; i++)
		writer_text(&w, "ế");
	writer_char(&w, '\0');
	assert_int_equal(read(k, (const char *)w.data), E_OK);
	assert_int_equal(k->list[0].name.size, 1 + 66 * 3);
	writer_release(&w);
}

static void no_more_than_there_is_room_for(void **state)
{
	struct kit *k = *state;
	k->hashes.capacity = 1;
	assert_int_equal(hash_source_most(STR(MD5 "\n" SHA1)), 2);
	assert_int_equal(read(k, MD5 "\n" SHA1 "\n"), E_LIMIT);
	assert_int_equal(k->hashes.count, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(clamav_lists_are_read, set_up, tear_down),
		cmocka_unit_test_setup_teardown(lines_of_every_kind_are_read, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			capital_letters_are_the_same_hash, set_up, tear_down),
		cmocka_unit_test_setup_teardown(misp_tables_are_read, set_up, tear_down),
		cmocka_unit_test_setup_teardown(threatfox_tables_are_read, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			bad_lines_are_told_and_good_ones_taken, set_up, tear_down),
		cmocka_unit_test_setup_teardown(names_are_words_for_people, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			long_names_are_cut_between_letters, set_up, tear_down),
		cmocka_unit_test_setup_teardown(no_more_than_there_is_room_for, set_up, tear_down),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
