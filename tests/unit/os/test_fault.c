/* SPDX-License-Identifier: Apache-2.0 */
/* file_put() stopped, torn or out of space at each of its calls: the old or the new content whole,
 * never anything else under the name. */
#include "scratch.h"

#include <sys/wait.h>

#include "os/fault.h"
#include "os/file.h"

static enum err put(int folder, const char *text)
{
	return file_put(folder, "a", str_bytes(str_from(text)), false);
}

/* How a child that puts ended: err as its exit status, -1 killed. */
static int put_with(enum fault fault, uint64_t call, int folder)
{
	int status;
	pid_t pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		fault_plan(fault, call);
		_exit((int)put(folder, "new content"));
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	if (WIFSIGNALED(status))
		return -1;
	return WEXITSTATUS(status);
}

static void assert_whole(int folder, bool must_be_new)
{
	struct writer w;
	writer_init(&w, 100);
	assert_int_equal(file_load(folder, "a", &w), E_OK);
	struct str got = writer_view_str(&w);
	assert_true(
		str_equal(got, STR("new content")) || (!must_be_new && str_equal(got, STR("old"))));
	writer_release(&w);
}

static uint64_t calls_of_put(int folder)
{
	fault_plan(FAULT_NONE, 0);
	assert_int_equal(put(folder, "old"), E_OK);
	return fault_calls();
}

static void test_every_call(void **state)
{
	const struct scratch *s = *state;
	uint64_t calls = calls_of_put(s->fd);
	assert_true(calls >= 5);
	for (uint64_t k = 1; k <= calls; k++) {
		assert_int_equal(put_with(FAULT_STOP, k, s->fd), -1);
		assert_whole(s->fd, false);
		assert_int_equal(put(s->fd, "old"), E_OK);
		assert_int_equal(put_with(FAULT_FULL, k, s->fd), E_NOSPACE);
		assert_whole(s->fd, false);
		assert_int_equal(put(s->fd, "old"), E_OK);
		int torn = put_with(FAULT_TEAR, k, s->fd);
		assert_true(torn == -1 || torn == E_OK);
		assert_whole(s->fd, torn == E_OK);
		assert_int_equal(put(s->fd, "old"), E_OK);
	}
	assert_int_equal(put_with(FAULT_STOP, calls + 1, s->fd), E_OK);
	assert_whole(s->fd, true);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_every_call, scratch_make, scratch_remove),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
