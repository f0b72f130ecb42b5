/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "os/threads.h"

enum {
	JOBS = 200 /* more than are run at a time */
};

static void add_one(void *context, size_t job)
{
	unsigned *runs = context;
	runs[job]++;
}

static void each_job_runs_once(void **state)
{
	(void)state;
	for (size_t count = 0; count <= JOBS; count += 25) {
		unsigned runs[JOBS] = {0};
		threads_run(count, add_one, runs);
		for (size_t i = 0; i < JOBS; i++)
			assert_int_equal(runs[i], i < count);
	}
}

static void one_beside_ends(void **state)
{
	(void)state;
	unsigned runs[1] = {0};
	struct thread none = {0};
	struct thread thread;
	thread_begin(&thread, add_one, runs);
	thread_end(&thread);
	assert_true(thread_ended(&thread));
	assert_int_equal(runs[0], 1);
	thread_end(&thread);
	thread_end(&none);
	assert_int_equal(runs[0], 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_beside_ends),
		cmocka_unit_test(each_job_runs_once),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
