/* SPDX-License-Identifier: Apache-2.0 */
/* Two texts with a NUL between: the rows give back both, whole and in order. */
#include <stdlib.h>

#include "desk/site_compare.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum {
	ARENA = 256 << 20
};

static void expect(bool right)
{
	if (!right)
		abort();
}

/* One side of the rows is that text, line by line. */
static void check_side(const struct compare_row *rows, size_t count, struct str text, bool left)
{
	size_t line = 0;
	for (size_t i = 0; i < count; i++) {
		size_t number = left ? rows[i].left_line : rows[i].right_line;
		if (number == 0)
			continue;
		expect(number == ++line);
		expect(str_equal(str_cut(text, '\n', &text), left ? rows[i].left : rows[i].right));
	}
	expect(text.size == 0);
}

static void check_row(const struct compare_row *row)
{
	expect(row->kind != COMPARE_SAME || str_equal(row->left, row->right));
	struct compare_middle m = compare_line(row->left, row->right);
	expect(m.before.size + m.left.size + m.after.size == row->left.size);
	expect(m.before.size + m.right.size + m.after.size == row->right.size);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena arena;
	const struct compare_row *rows;
	size_t count;
	struct str right = STR("");
	struct str left = str_cut((struct str){(const char *)data, size}, '\0', &right);
	arena_init(&arena, ARENA);
	if (compare_texts(left, right, &arena, &rows, &count) == E_OK) {
		check_side(rows, count, left, true);
		check_side(rows, count, right, false);
		for (size_t i = 0; i < count; i++)
			check_row(&rows[i]);
	}
	arena_release(&arena);
	return 0;
}
