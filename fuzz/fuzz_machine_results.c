/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>

#include "feed/machine_results.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void count(void *context, const struct problem *problem)
{
	if (problem->code == PROBLEM_NONE)
		abort();
	++*(uint64_t *)context;
}

/* What is accepted makes sense and survives the wire; bytes on the wire never do harm. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena arena;
	struct writer wire;
	struct cursor c;
	struct machine_results results;
	struct machine_result *again;
	struct problem problem = {0};
	size_t count_again;
	uint64_t limit;
	uint64_t bad = 0;
	arena_init(&arena, 1 << 28);
	writer_init(&wire, 1 << 28);
	if (machine_results_parse((struct bytes){data, size}, (struct date){2020, 12, 31}, count,
		    &bad, &arena, &results, &problem) == E_OK) {
		machine_results_write(&wire, results.list, results.count);
		cursor_init(&c, writer_view(&wire));
		if (results.rejected != bad || results.count == 0 ||
			machine_results_read(&c, &arena, &again, &count_again) != E_OK ||
			count_again != results.count)
			abort();
		for (size_t i = 0; i < count_again; i++)
			if (machine_result_fault(&again[i], &limit).size > 0 ||
				!str_equal(again[i].region, results.list[i].region) ||
				again[i].machines != results.list[i].machines ||
				date_instant(again[i].week).seconds !=
					date_instant(results.list[i].week).seconds)
				abort();
	} else if (problem.code == PROBLEM_NONE) {
		abort();
	}
	cursor_init(&c, (struct bytes){data, size});
	if (machine_results_read(&c, &arena, &again, &count_again) == E_OK)
		for (size_t i = 0; i < count_again; i++)
			if (machine_result_fault(&again[i], &limit).size > 0)
				abort();
	writer_release(&wire);
	arena_release(&arena);
	return 0;
}
