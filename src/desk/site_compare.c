/* SPDX-License-Identifier: Apache-2.0 */
#include "desk/site_compare.h"

struct lines {
	const struct str *line;
	size_t count;
};

struct comparing {
	struct lines left, right;
	size_t front; /* lines that are the same at the beginning */
	struct compare_row *rows;
	size_t count;
};

static enum err split(struct str text, struct arena *arena, struct lines *ret_lines)
{
	size_t count = text.size > 0 ? 1 : 0;
	for (size_t i = 0; i + 1 < text.size; i++)
		count += text.data[i] == '\n';
	if (count > COMPARE_LINES)
		return E_LIMIT;
	struct str *lines = arena_alloc(arena, count + 1, sizeof(*lines));
	if (!lines)
		return E_NOMEM;
	for (size_t i = 0; i < count; i++)
		lines[i] = str_cut(text, '\n', &text);
	*ret_lines = (struct lines){lines, count};
	return E_OK;
}

/* --- rows --- */

static void add(struct comparing *c, enum compare_kind kind, size_t left, size_t right)
{
	bool has_left = kind != COMPARE_ADDED;
	bool has_right = kind != COMPARE_REMOVED;
	c->rows[c->count++] = (struct compare_row){.kind = kind,
		.left = has_left ? c->left.line[left] : STR(""),
		.right = has_right ? c->right.line[right] : STR(""),
		.left_line = has_left ? left + 1 : 0,
		.right_line = has_right ? right + 1 : 0};
}

/* Lines left[*] and right[*] up to these went and came: the nth beside the nth. */
static void add_changed(
	struct comparing *c, size_t *left, size_t *right, size_t left_end, size_t right_end)
{
	while (*left < left_end && *right < right_end)
		add(c, COMPARE_CHANGED, (*left)++, (*right)++);
	while (*left < left_end)
		add(c, COMPARE_REMOVED, (*left)++, 0);
	while (*right < right_end)
		add(c, COMPARE_ADDED, 0, (*right)++);
}

/* --- the shortest way from one to the other --- */

/* How far on each diagonal k = x − y one gets with so many edits: far[edits] has 2 × edits + 1 of
 * them, of k = −edits … edits. */
struct way {
	int *far[COMPARE_EDITS + 1];
	int edits; /* that reach the end; -1: too many */
};

static int at(const struct way *w, int edits, int k)
{
	return w->far[edits][k + edits];
}

/* From the better of both neighbours. */
static bool goes_down(const struct way *w, int edits, int k)
{
	return k == -edits || (k != edits && at(w, edits - 1, k - 1) < at(w, edits - 1, k + 1));
}

static int begin_of(const struct way *w, int edits, int k)
{
	if (edits == 0)
		return 0;
	return goes_down(w, edits, k) ? at(w, edits - 1, k + 1) : at(w, edits - 1, k - 1) + 1;
}

static int follow(struct lines left, struct lines right, int x, int k)
{
	int y = x - k;
	while (x < (int)left.count && y < (int)right.count && x >= 0 && y >= 0 &&
		str_equal(left.line[x], right.line[y])) {
		x++;
		y++;
	}
	return x;
}

static enum err find_way(struct lines left, struct lines right, struct arena *arena, struct way *w)
{
	w->edits = -1;
	for (int edits = 0; edits <= COMPARE_EDITS && w->edits < 0; edits++) {
		w->far[edits] = arena_alloc(arena, 2 * (size_t)edits + 1, sizeof(int));
		if (!w->far[edits])
			return E_NOMEM;
		for (int k = -edits; k <= edits; k += 2) {
			int x = follow(left, right, begin_of(w, edits, k), k);
			w->far[edits][k + edits] = x;
			if (x >= (int)left.count && x - k >= (int)right.count) {
				w->edits = edits;
				break;
			}
		}
	}
	return E_OK;
}

/* Back along the way: which lines of each side stay. Pairs (x, y) come last first. */
static size_t trace(const struct way *w, struct lines left, struct lines right, int (*pairs)[2])
{
	size_t count = 0;
	int x = (int)left.count;
	int y = (int)right.count;
	for (int edits = w->edits; edits >= 0; edits--) {
		int k = x - y;
		int begin = begin_of(w, edits, k);
		for (; x > begin; x--, y--) {
			pairs[count][0] = x - 1;
			pairs[count++][1] = y - 1;
		}
		if (edits > 0 && goes_down(w, edits, k))
			y--;
		else if (edits > 0)
			x--;
	}
	return count;
}

/* --- all of it --- */

/* What lies between the same in front and at the end. */
static enum err compare_middles(struct comparing *c, struct lines left, struct lines right,
	struct arena *arena, size_t *x, size_t *y)
{
	struct way way;
	size_t kept = left.count < right.count ? left.count : right.count;
	int(*pairs)[2] = arena_alloc(arena, kept + 1, sizeof(*pairs));
	if (!pairs)
		return E_NOMEM;
	TRY(find_way(left, right, arena, &way));
	size_t count = way.edits < 0 ? 0 : trace(&way, left, right, pairs);
	while (count > 0) {
		count--;
		add_changed(c, x, y, c->front + (size_t)pairs[count][0],
			c->front + (size_t)pairs[count][1]);
		add(c, COMPARE_SAME, (*x)++, (*y)++);
	}
	add_changed(c, x, y, c->front + left.count, c->front + right.count);
	return E_OK;
}

static struct lines part(struct lines all, size_t from, size_t back)
{
	return (struct lines){all.line + from, all.count - from - back};
}

enum err compare_texts(struct str left, struct str right, struct arena *arena,
	const struct compare_row **ret_rows, size_t *ret_count)
{
	struct comparing c = {.count = 0};
	size_t back = 0;
	size_t x = 0;
	size_t y = 0;
	TRY(split(left, arena, &c.left));
	TRY(split(right, arena, &c.right));
	size_t least = c.left.count < c.right.count ? c.left.count : c.right.count;
	c.rows = arena_alloc(arena, c.left.count + c.right.count + 1, sizeof(*c.rows));
	if (!c.rows)
		return E_NOMEM;
	while (c.front < least && str_equal(c.left.line[c.front], c.right.line[c.front]))
		c.front++;
	while (back < least - c.front && str_equal(c.left.line[c.left.count - 1 - back],
						 c.right.line[c.right.count - 1 - back]))
		back++;
	while (x < c.front)
		add(&c, COMPARE_SAME, x++, y++);
	TRY(compare_middles(
		&c, part(c.left, c.front, back), part(c.right, c.front, back), arena, &x, &y));
	while (x < c.left.count)
		add(&c, COMPARE_SAME, x++, y++);
	*ret_rows = c.rows;
	*ret_count = c.count;
	return E_OK;
}

/* --- within a line --- */

/* In the middle of a character of UTF-8. */
static bool is_within(struct str s, size_t i)
{
	return i < s.size && ((unsigned char)s.data[i] & 0xc0) == 0x80;
}

struct compare_middle compare_line(struct str left, struct str right)
{
	size_t least = left.size < right.size ? left.size : right.size;
	size_t front = 0;
	size_t back = 0;
	while (front < least && left.data[front] == right.data[front])
		front++;
	while (front > 0 && (is_within(left, front) || is_within(right, front)))
		front--;
	while (back < least - front &&
		left.data[left.size - 1 - back] == right.data[right.size - 1 - back])
		back++;
	while (back > 0 && is_within(left, left.size - back))
		back--;
	return (struct compare_middle){.before = {left.data, front},
		.left = {left.data + front, left.size - front - back},
		.right = {right.data + front, right.size - front - back},
		.after = {left.data + left.size - back, back}};
}
