/* SPDX-License-Identifier: Apache-2.0 */
#include "model/edition.h"

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

bool edition_lang_valid(struct str lang)
{
	size_t part = 0; /* length of the one between hyphens */
	if (lang.size == 0)
		return true;
	if (lang.size > EDITION_LANG || !is_letter(lang.data[0]))
		return false;
	for (size_t i = 0; i < lang.size; i++) {
		if (lang.data[i] == '-' && part > 0) {
			part = 0;
			continue;
		}
		if (!is_letter(lang.data[i]) && !is_digit(lang.data[i]))
			return false;
		if (++part > 8)
			return false;
	}
	return part > 0;
}

/* UTF-8 of letters that hardly another language has: đ, ă, ơ, ư, and U+1EA0 to U+1EFF. */
static bool is_vietnamese(const char *at, size_t left)
{
	static const char letters[][3] = {"\xC4\x90", "\xC4\x91", "\xC4\x82", "\xC4\x83",
		"\xC6\xA0", "\xC6\xA1", "\xC6\xAF", "\xC6\xB0"};
	for (size_t i = 0; left >= 2 && i < sizeof(letters) / sizeof(letters[0]); i++)
		if (at[0] == letters[i][0] && at[1] == letters[i][1])
			return true;
	return left >= 3 && at[0] == '\xE1' && (uint8_t)at[1] >= 0xBA && (uint8_t)at[1] <= 0xBB &&
	       !((uint8_t)at[1] == 0xBA && (uint8_t)at[2] < 0xA0);
}

struct str edition_lang_of(struct str text)
{
	bool plain = true;
	for (size_t i = 0; i < text.size; i++) {
		if (is_vietnamese(text.data + i, text.size - i))
			return STR("vi");
		plain = plain && (uint8_t)text.data[i] < 0x80;
	}
	return plain ? STR("en") : STR("");
}
