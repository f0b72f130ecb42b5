/* SPDX-License-Identifier: Apache-2.0 */
/* What was filled in, held against its form. */
#include <assert.h>

#include "base/limits.h"
#include "model/form.h"

struct str answer_finding_name(enum answer_finding_kind kind)
{
	static const struct str names[] = {
		[ANSWER_MISSING] = STR_INIT("missing"),
		[ANSWER_NOT_NUMBER] = STR_INIT("not-number"),
		[ANSWER_TOO_SMALL] = STR_INIT("too-small"),
		[ANSWER_TOO_LARGE] = STR_INIT("too-large"),
		[ANSWER_NOT_DATE] = STR_INIT("not-date"),
		[ANSWER_NOT_CHOICE] = STR_INIT("not-choice"),
		[ANSWER_TOO_LONG] = STR_INIT("too-long"),
		[ANSWER_BAD_TEXT] = STR_INIT("bad-text"),
		[ANSWER_CHECK] = STR_INIT("check"),
		[ANSWER_TENFOLD] = STR_INIT("tenfold"),
		[ANSWER_ALL_ZERO] = STR_INIT("all-zero"),
	};
	static_assert(sizeof(names) / sizeof(names[0]) == ANSWER_FINDING__COUNT, "a name each");
	return names[kind];
}

/* --- numbers as people write them --- */

/* Bytes of the separator at the start of s: '.', ',', a space, U+00A0, U+202F. */
static size_t separator_size(struct str s)
{
	if (s.size > 0 && (s.data[0] == '.' || s.data[0] == ',' || s.data[0] == ' '))
		return 1;
	if (str_starts(s, STR("\xc2\xa0")))
		return 2;
	return str_starts(s, STR("\xe2\x80\xaf")) ? 3 : 0;
}

static size_t digits_size(struct str s)
{
	size_t size = 0;
	while (size < s.size && s.data[size] >= '0' && s.data[size] <= '9')
		size++;
	return size;
}

static struct str drop(struct str s, size_t size)
{
	return (struct str){s.data + size, s.size - size};
}

bool form_number_parse(struct str s, uint64_t *ret_value)
{
	char digits[24];
	s = str_trim(s);
	size_t size = digits_size(s);
	struct str rest = drop(s, size);
	struct str separator = {rest.data, separator_size(rest)};
	if (size == 0 || size > 17 || (separator.size > 0 && size > 3))
		return false;
	memcpy(digits, s.data, size);
	while (rest.size > 0) {
		if (separator.size == 0 || !str_starts(rest, separator))
			return false;
		rest = drop(rest, separator.size);
		if (digits_size(rest) != 3 || size + 3 > 17)
			return false;
		memcpy(digits + size, rest.data, 3);
		size += 3;
		rest = drop(rest, 3);
	}
	return str_to_u64((struct str){digits, size}, LIMIT_FORM_NUMBER, ret_value);
}

bool answer_number(const struct answer *answer, uint64_t *ret_value)
{
	return answer->value.size > 0 && form_number_parse(answer->value, ret_value);
}

/* --- one answer --- */

static bool text_valid(struct str s)
{
	for (size_t i = 0; i < s.size;) {
		unsigned char c = (unsigned char)s.data[i];
		size_t length = utf8_length(drop(s, i));
		if (length == 0 || c == 0x7f || (c < 0x20 && c != '\n' && c != '\t'))
			return false;
		i += length;
	}
	return true;
}

static bool is_choice(const struct form_row *row, struct str value)
{
	for (size_t i = 0; i < row->choice_count; i++)
		if (str_equal(row->choices[i].key, value))
			return true;
	return false;
}

static struct answer_finding check_number(const struct form_row *row, const struct answer *answer)
{
	struct answer_finding f = {.kind = ANSWER_NOT_NUMBER, .error = true};
	if (!answer_number(answer, &f.got))
		return f;
	f.error = f.got < row->least || f.got > row->most;
	f.kind = f.got < row->least ? ANSWER_TOO_SMALL : ANSWER_TOO_LARGE;
	f.limit = f.got < row->least ? row->least : row->most;
	return f;
}

static struct answer_finding check_value(const struct form_row *row, const struct answer *answer)
{
	struct date day;
	switch (row->type) {
	case ROW_NUMBER:
		return check_number(row, answer);
	case ROW_DATE:
		return (struct answer_finding){
			.kind = ANSWER_NOT_DATE, .error = !date_parse(answer->value, &day)};
	case ROW_CHOICE:
		return (struct answer_finding){
			.kind = ANSWER_NOT_CHOICE, .error = !is_choice(row, answer->value)};
	case ROW_TEXT:
	case ROW_TYPE__COUNT:
		break;
	}
	return (struct answer_finding){.error = false};
}

static struct answer_finding check_answer(const struct form_row *row, const struct answer *answer)
{
	if (answer->value.size > LIMIT_ANSWER_TEXT || answer->note.size > LIMIT_ANSWER_NOTE)
		return (struct answer_finding){
			.kind = ANSWER_TOO_LONG,
			.error = true,
			.limit = answer->value.size > LIMIT_ANSWER_TEXT ? LIMIT_ANSWER_TEXT
									: LIMIT_ANSWER_NOTE,
		};
	if (!text_valid(answer->value) || !text_valid(answer->note))
		return (struct answer_finding){.kind = ANSWER_BAD_TEXT, .error = true};
	if (answer->value.size > 0)
		return check_value(row, answer);
	return (struct answer_finding){.kind = ANSWER_MISSING, .error = row->required};
}

/* --- all together --- */

static bool all_zero(const struct return_form *form, const struct answer *answers)
{
	size_t zeros = 0;
	uint64_t value;
	for (size_t i = 0; i < form->row_count; i++) {
		if (form->rows[i].type != ROW_NUMBER || !answer_number(&answers[i], &value))
			continue;
		if (value > 0)
			return false;
		zeros++;
	}
	return zeros > 0;
}

/* Small numbers jump: nothing is said below a hundred. */
static bool is_tenfold(uint64_t before, uint64_t now)
{
	uint64_t more = before > now ? before : now;
	uint64_t less = before > now ? now : before;
	return more >= 100 && less > 0 && more / less >= 10;
}

static size_t check_before(const struct return_form *form, const struct answer *answers,
	const struct number_before *before, struct answer_finding *ret)
{
	size_t count = 0;
	uint64_t now;
	for (size_t i = 0; i < form->row_count; i++)
		if (form->rows[i].type == ROW_NUMBER && before[i].known &&
			answer_number(&answers[i], &now) && is_tenfold(before[i].value, now))
			ret[count++] = (struct answer_finding){
				.kind = ANSWER_TENFOLD,
				.row = i,
				.got = now,
				.before = before[i].value,
			};
	return count;
}

static size_t check_pairs(
	const struct return_form *form, const struct answer *answers, struct answer_finding *ret)
{
	size_t count = 0;
	uint64_t left;
	uint64_t right;
	for (size_t i = 0; i < form->check_count; i++) {
		const struct form_check *check = &form->checks[i];
		if (answer_number(&answers[check->left], &left) &&
			answer_number(&answers[check->right], &right) && left > right)
			ret[count++] = (struct answer_finding){
				.kind = ANSWER_CHECK,
				.error = check->error,
				.row = check->left,
				.check = i,
			};
	}
	return count;
}

size_t form_findings_most(const struct return_form *form)
{
	return 2 * form->row_count + form->check_count + 1;
}

size_t form_check_answers(const struct return_form *form, const struct answer *answers,
	const struct number_before *before, struct answer_finding *ret_findings)
{
	size_t count = 0;
	for (size_t i = 0; i < form->row_count; i++) {
		struct answer_finding f = check_answer(&form->rows[i], &answers[i]);
		f.row = i;
		if (f.error)
			ret_findings[count++] = f;
	}
	count += check_pairs(form, answers, ret_findings + count);
	if (before)
		count += check_before(form, answers, before, ret_findings + count);
	if (all_zero(form, answers))
		ret_findings[count++] =
			(struct answer_finding){.kind = ANSWER_ALL_ZERO, .row = form->row_count};
	return count;
}

/* --- as it is kept --- */

static enum err tidy_number(struct arena *arena, uint64_t value, struct str *ret_value)
{
	struct writer w;
	writer_init(&w, 32);
	writer_decimal(&w, value);
	*ret_value = arena_copy(arena, writer_view_str(&w));
	writer_release(&w);
	return ret_value->data ? E_OK : E_NOMEM;
}

/* CRLF, as forms on the web send it, becomes \n. */
static enum err tidy_text(struct arena *arena, struct str s, struct str *ret_value)
{
	char *copy = arena_alloc(arena, s.size + 1, 1);
	size_t size = 0;
	if (!copy)
		return E_NOMEM;
	for (size_t i = 0; i < s.size; i++)
		if (s.data[i] != '\r')
			copy[size++] = s.data[i];
	*ret_value = str_trim((struct str){copy, size});
	return E_OK;
}

enum err form_answer_tidy(const struct form_row *row, struct arena *arena, struct answer given,
	struct answer *ret_answer)
{
	uint64_t number;
	struct answer tidy;
	TRY(tidy_text(arena, given.note, &tidy.note));
	if (row->type == ROW_NUMBER && form_number_parse(given.value, &number))
		TRY(tidy_number(arena, number, &tidy.value));
	else
		TRY(tidy_text(arena, given.value, &tidy.value));
	*ret_answer = tidy;
	return E_OK;
}
