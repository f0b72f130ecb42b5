/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>

#include "model/form.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Answers of any kind are judged within the room that is said. */
static void answer(const struct return_form *form, struct arena *arena, struct str anything)
{
	struct answer_finding *findings =
		arena_alloc(arena, form_findings_most(form), sizeof(*findings));
	struct answer *answers = arena_alloc(arena, form->row_count, sizeof(*answers));
	struct number_before *before = arena_alloc(arena, form->row_count, sizeof(*before));
	if (!findings || !answers || !before)
		return;
	for (size_t i = 0; i < form->row_count; i++) {
		struct answer given = {str_cut(anything, '\n', &anything), anything};
		before[i] = (struct number_before){true, i};
		if (form_answer_tidy(&form->rows[i], arena, given, &answers[i]) != E_OK)
			return;
	}
	if (form_check_answers(form, answers, before, findings) > form_findings_most(form))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena arena;
	struct return_form form;
	struct problem problem;
	struct str text = {(const char *)data, size};
	arena_init(&arena, 1 << 26);
	if (form_parse(text, &arena, &form, &problem) == E_OK) {
		for (size_t i = 0; i < form.row_count; i++)
			if (form_find(&form, form.rows[i].key) != i)
				abort();
		answer(&form, &arena, text);
	} else if (problem.code == PROBLEM_NONE) {
		abort();
	}
	arena_release(&arena);
	return 0;
}
