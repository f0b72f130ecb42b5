/* SPDX-License-Identifier: Apache-2.0 */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "os/file.h"
#include "scanner/state.h"

static char folder[64];

static const char *inside(const char *name)
{
	static char path[128];
	snprintf(path, sizeof(path), "%s/%s", folder, name);
	return path;
}

static void remembers_versions(void **state)
{
	struct state s;
	uint64_t version = 99;
	(void)state;
	assert_int_equal(state_open(&s, inside("a/b/c")), E_OK);
	assert_int_equal(state_newest(&s, STR("k:starter"), &version), E_OK);
	assert_int_equal(version, 0);
	assert_int_equal(state_used(&s, STR("k:starter"), 7), E_OK);
	assert_int_equal(state_used(&s, STR("k:other"), UINT64_MAX), E_OK);
	assert_int_equal(state_used(&s, STR("k:starter"), 8), E_OK);
	uint8_t key[STATE_KEY];
	memcpy(key, s.key, sizeof(key));
	state_close(&s);

	assert_int_equal(state_open(&s, inside("a/b/c")), E_OK);
	assert_memory_equal(s.key, key, sizeof(key));
	assert_int_equal(state_newest(&s, STR("k:starter"), &version), E_OK);
	assert_int_equal(version, 8);
	assert_int_equal(state_newest(&s, STR("k:other"), &version), E_OK);
	assert_true(version == UINT64_MAX);
	assert_int_equal(state_newest(&s, STR("k:start"), &version), E_OK);
	assert_int_equal(version, 0);
	state_close(&s);
}

static void only_ours(void **state)
{
	struct state s;
	(void)state;
	assert_int_equal(mkdir(inside("shared"), 0755), 0);
	assert_int_equal(state_open(&s, inside("shared")), E_DENIED);
	assert_int_equal(s.folder, -1);
	assert_int_equal(chmod(inside("shared"), 0700), 0);
	assert_int_equal(state_open(&s, inside("shared")), E_OK);
	state_close(&s);
	assert_int_equal(chmod(inside("shared/key"), 0640), 0);
	assert_int_equal(state_open(&s, inside("shared")), E_DENIED);
	assert_int_equal(unlink(inside("shared/key")), 0);
	assert_int_equal(symlink("/etc/hostname", inside("shared/key")), 0);
	assert_int_not_equal(state_open(&s, inside("shared")), E_OK);
}

static void a_key_cut_off_is_made_anew(void **state)
{
	struct state s;
	struct stat key;
	(void)state;
	assert_int_equal(state_open(&s, inside("cut")), E_OK);
	state_close(&s);
	assert_int_equal(truncate(inside("cut/key"), 5), 0);
	assert_int_equal(state_open(&s, inside("cut")), E_OK);
	state_close(&s);
	assert_int_equal(stat(inside("cut/key"), &key), 0);
	assert_int_equal(key.st_size, STATE_KEY);
	assert_int_equal(key.st_mode & 0777, 0600);
}

static void nothing_is_kept_without_a_folder(void **state)
{
	struct state s;
	char path[STATE_PATH];
	uint64_t version = 99;
	(void)state;
	assert_int_not_equal(state_open(&s, "/proc/nowhere"), E_OK);
	assert_int_equal(state_used(&s, STR("k:starter"), 7), E_OK);
	assert_int_equal(state_newest(&s, STR("k:starter"), &version), E_OK);
	assert_int_equal(version, 0);
	state_file(&s, "verdicts", path);
	assert_string_equal(path, "");
	state_close(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(remembers_versions),
		cmocka_unit_test(only_ours),
		cmocka_unit_test(a_key_cut_off_is_made_anew),
		cmocka_unit_test(nothing_is_kept_without_a_folder),
	};
	snprintf(folder, sizeof(folder), "/tmp/quetsach-state-XXXXXX");
	if (!mkdtemp(folder))
		return 1;
	int failed = cmocka_run_group_tests(tests, NULL, NULL);
	static const char *const left[] = {"a/b/c/key", "a/b/c/versions", "a/b/c", "a/b", "a",
		"shared/key", "shared", "cut/key", "cut"};
	for (size_t i = 0; i < sizeof(left) / sizeof(left[0]); i++)
		(void)!remove(inside(left[i]));
	(void)!rmdir(folder);
	return failed;
}
