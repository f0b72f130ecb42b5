/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "rules/signature.h"

static const struct key_seed seed = {{1, 2, 3}, {4, 5, 6}, {7}};

struct kit {
	struct writer secret, signature;
	struct public_key public;
	struct secret_key key;
};

static struct bytes bytes(const char *text)
{
	return (struct bytes){(const uint8_t *)text, strlen(text)};
}

static int set_up(void **state)
{
	static struct kit k;
	k = (struct kit){0};
	writer_init(&k.secret, 4096);
	writer_init(&k.signature, 4096);
	assert_int_equal(key_pair_make(&seed, STR(""), &k.secret, &k.public), E_OK);
	assert_int_equal(secret_key_parse(writer_view_str(&k.secret), STR(""), &k.key), E_OK);
	assert_int_equal(
		signature_make(&k.key, bytes("pack"), STR("version:7"), &k.signature), E_OK);
	*state = &k;
	return 0;
}

static int tear_down(void **state)
{
	struct kit *k = *state;
	writer_release(&k->secret);
	writer_release(&k->signature);
	return 0;
}

static void own_signatures_are_verified(void **state)
{
	struct kit *k = *state;
	struct str comment;
	assert_int_equal(signature_verify(&k->public, bytes("pack"), writer_view_str(&k->signature),
				 &comment),
		E_OK);
	assert_int_equal(comment.size, 9);
	assert_memory_equal(comment.data, "version:7", 9);
}

static void another_file_or_key_is_denied(void **state)
{
	struct kit *k = *state;
	struct str comment;
	struct public_key other = k->public;
	assert_int_equal(signature_verify(&k->public, bytes("pack2"),
				 writer_view_str(&k->signature), &comment),
		E_DENIED);
	other.key[5] ^= 1;
	assert_int_equal(
		signature_verify(&other, bytes("pack"), writer_view_str(&k->signature), &comment),
		E_DENIED);
	other = k->public;
	other.id[0] ^= 1;
	assert_int_equal(
		signature_verify(&other, bytes("pack"), writer_view_str(&k->signature), &comment),
		E_DENIED);
}

/* Whatever is changed in it but the first comment, which nobody signs. */
static void a_changed_signature_is_never_accepted(void **state)
{
	struct kit *k = *state;
	struct str comment;
	const uint8_t *end = memchr(k->signature.data, '\n', k->signature.size);
	size_t first = (size_t)(end - k->signature.data);
	for (size_t at = first + 1; at + 1 < k->signature.size; at++) {
		uint8_t kept = k->signature.data[at];
		k->signature.data[at] = kept == 'A' ? 'B' : 'A';
		assert_int_not_equal(signature_verify(&k->public, bytes("pack"),
					     writer_view_str(&k->signature), &comment),
			E_OK);
		k->signature.data[at] = kept;
	}
	for (size_t size = 0; size + 1 < k->signature.size; size++)
		assert_int_not_equal(
			signature_verify(&k->public, bytes("pack"),
				(struct str){(const char *)k->signature.data, size}, &comment),
			E_OK);
}

/* Made by minisign 0.11 itself: `minisign -G -W`, `minisign -S`; and the old form, -l. */
static void minisigns_own_are_verified(void **state)
{
	(void)state;
	static const struct {
		struct str key, signature;
	} cases[] = {
		{STR_INIT("untrusted comment: minisign public key B7413CB8CB3B4C2F\n"
			  "RWQvTDvLuDxBt0VCQOt3NV24XD4Ypyj2SZjN0/PqjkteeewBWJpcltyH\n"),
			STR_INIT("untrusted comment: signature from minisign secret key\n"
				 "RUQvTDvLuDxBtzlgUbyNajgCnJiZUASSivF8/"
				 "H550ti6qaTLgnSNEvwf90GG4ib2TRc/yRsZDcA8FxmvCgVQXL+fXa6DwiqsQAs=\n"
				 "trusted comment: version:1\n"
				 "vSHaBg4xmJoWMKSien+bf28xN2+lUnowsMQ8zFVTtDy/LQOnQCoI3uYIxhhu/"
				 "15bBDx+eojB4wn2hFc9gSh4Bw==\n")},
		{STR_INIT("untrusted comment: minisign public key B7413CB8CB3B4C2F\n"
			  "RWQvTDvLuDxBt0VCQOt3NV24XD4Ypyj2SZjN0/PqjkteeewBWJpcltyH\n"),
			STR_INIT("untrusted comment: signature from minisign secret key\n"
				 "RWQvTDvLuDxBt2bTawwQQmF6p8o+w9IKu1br4oxh/"
				 "+GDH+lT2574A9gYKF55aDf3psqp+WoOVjDVkcrep3Imhcq+INM9yODIXwQ=\n"
				 "trusted comment: old form\n"
				 "R/q0HNBdNL7b2qIGCrsY/R/OFW1GS1al+w/8z1tTVR/"
				 "Ldfok0fPJBAzntIFV2xyAGGm/+nBIIrS1kNgUwB3qBw==\n")},
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct public_key key;
		struct str comment;
		assert_int_equal(public_key_parse(cases[i].key, &key), E_OK);
		assert_int_equal(signature_verify(&key, bytes("what is signed\n"),
					 cases[i].signature, &comment),
			E_OK);
	}
}

static void key_files_are_read_as_they_were_written(void **state)
{
	struct kit *k = *state;
	struct writer w;
	struct public_key again;
	writer_init(&w, 4096);
	public_key_write(&w, &k->public);
	assert_int_equal(public_key_parse(writer_view_str(&w), &again), E_OK);
	assert_memory_equal(&again, &k->public, sizeof(again));
	struct str rest, line;
	rest = writer_view_str(&w);
	line = str_cut(rest, '\n', &rest);
	(void)line;
	assert_int_equal(public_key_parse(rest, &again), E_OK);
	assert_int_equal(public_key_parse(STR("RWQ"), &again), E_SYNTAX);
	writer_release(&w);
}

static void a_damaged_key_is_refused(void **state)
{
	struct kit *k = *state;
	struct secret_key key;
	k->secret.data[k->secret.size - 20] ^= 1;
	assert_int_not_equal(secret_key_parse(writer_view_str(&k->secret), STR(""), &key), E_OK);
}

/* `minisign -G -W` of 0.11: without a sum over it. */
static void minisigns_open_key_is_taken_when_its_halves_fit(void **state)
{
	static const char text[] =
		"untrusted comment: minisign encrypted secret key\n"
		"RWQAAEIyAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA8X20fdyW"
		"Z8n1/KFBdS6Y1i8uugzSPhA1fvR9qibnKNG0X7qUDbARksVWlbsIEaVVASMSaB8PX22G+NB8W0mYfwEt"
		"3UfKG3HXAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n";
	struct secret_key key;
	(void)state;
	assert_int_equal(
		secret_key_parse((struct str){text, sizeof(text) - 1}, STR(""), &key), E_OK);
	assert_false(secret_key_locked((struct str){text, sizeof(text) - 1}));
	char changed[sizeof(text)];
	for (size_t at = 49 + 90; at < 49 + 150; at += 7) {
		memcpy(changed, text, sizeof(text));
		changed[at] = changed[at] == 'A' ? 'B' : 'A';
		assert_int_not_equal(
			secret_key_parse((struct str){changed, sizeof(text) - 1}, STR(""), &key),
			E_OK);
	}
}

static void comments_are_one_line(void **state)
{
	struct kit *k = *state;
	writer_clear(&k->signature);
	assert_int_equal(signature_make(&k->key, bytes("x"), STR("a\nb"), &k->signature), E_SYNTAX);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(own_signatures_are_verified, set_up, tear_down),
		cmocka_unit_test_setup_teardown(another_file_or_key_is_denied, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			a_changed_signature_is_never_accepted, set_up, tear_down),
		cmocka_unit_test(minisigns_own_are_verified),
		cmocka_unit_test_setup_teardown(
			key_files_are_read_as_they_were_written, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_damaged_key_is_refused, set_up, tear_down),
		cmocka_unit_test(minisigns_open_key_is_taken_when_its_halves_fit),
		cmocka_unit_test_setup_teardown(comments_are_one_line, set_up, tear_down),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
