/* SPDX-License-Identifier: Apache-2.0 */
#include "portal/spoken.h"

/* The messages hold lists, "|" between the words. */
static struct str word_at(enum lang lang, enum message list, size_t at)
{
	struct str rest = text(lang, list);
	struct str word = str_cut(rest, '|', &rest);
	for (; at > 0; at--)
		word = str_cut(rest, '|', &rest);
	return word;
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Empty: it has no name. */
static struct str name_of(enum lang lang, char c)
{
	if (c >= 'a' && c <= 'z')
		return word_at(lang, MESSAGE_SPOKEN_LETTERS, (size_t)(c - 'a'));
	if (c >= 'A' && c <= 'Z')
		return word_at(lang, MESSAGE_SPOKEN_LETTERS, (size_t)(c - 'A'));
	if (is_digit(c))
		return word_at(lang, MESSAGE_SPOKEN_DIGITS, (size_t)(c - '0'));
	if (c == '.')
		return text(lang, MESSAGE_SPOKEN_DOT);
	if (c == '-')
		return text(lang, MESSAGE_SPOKEN_HYPHEN);
	return c == ':' ? text(lang, MESSAGE_SPOKEN_COLON) : STR("");
}

void spoken_address(struct writer *w, enum lang lang, struct str address)
{
	bool first = true;
	for (size_t i = 0; i < address.size; i++) {
		struct str name = name_of(lang, address.data[i]);
		if (name.size == 0)
			continue;
		if (!first)
			writer_text(w, ", ");
		writer_str(w, name);
		first = false;
	}
}

/* One number: its digits, with a pause where it is written with one. */
static void speak_number(struct writer *w, enum lang lang, struct str number)
{
	bool pause = false, first = true;
	for (size_t i = 0; i < number.size; i++) {
		char c = number.data[i];
		if (!is_digit(c) && c != '+') {
			pause = true;
			continue;
		}
		if (!first)
			writer_text(w, pause ? ", " : " ");
		writer_str(w, c == '+' ? text(lang, MESSAGE_SPOKEN_PLUS) : name_of(lang, c));
		first = pause = false;
	}
}

void spoken_phone(struct writer *w, enum lang lang, struct str phone)
{
	struct str rest = phone;
	speak_number(w, lang, str_trim(str_cut(rest, '|', &rest)));
	while (rest.size > 0) {
		writer_text(w, ", ");
		writer_str(w, text(lang, MESSAGE_SPOKEN_OR));
		writer_char(w, ' ');
		speak_number(w, lang, str_trim(str_cut(rest, '|', &rest)));
	}
}

void spoken_date(struct writer *w, enum lang lang, struct date date)
{
	const struct text_arg args[] = {
		{STR("day"), word_at(lang, MESSAGE_SPOKEN_DAYS, (size_t)date.day - 1)},
		{STR("month"), word_at(lang, MESSAGE_SPOKEN_MONTHS, (size_t)date.month - 1)},
	};
	text_write(w, lang, MESSAGE_SPOKEN_DATE, args, 2);
}
