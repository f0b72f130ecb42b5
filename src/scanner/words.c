/* SPDX-License-Identifier: Apache-2.0 */
#include "scanner/words.h"

#include <assert.h>

#include "model/botnet.h"

/* --- names of others --- */

static uint32_t decode(struct str s, size_t length)
{
	static const uint8_t masks[] = {0, 0x7F, 0x1F, 0x0F, 0x07};
	uint32_t point = (uint8_t)s.data[0] & masks[length];
	for (size_t i = 1; i < length; i++)
		point = point << 6 | ((uint8_t)s.data[i] & 0x3F);
	return point;
}

/* Marks of direction, line and paragraph ends, letters without a shape (Unicode 15, Cf and Zl). */
static bool misleads(uint32_t point)
{
	static const struct {
		uint32_t first, last;
	} ranges[] = {{0xAD, 0xAD}, {0x61C, 0x61C}, {0x180E, 0x180E}, {0x200B, 0x200F},
		{0x2028, 0x202E}, {0x2060, 0x206F}, {0xFEFF, 0xFEFF}, {0xFFF9, 0xFFFB},
		{0xE0000, 0xE007F}};
	for (size_t i = 0; i < sizeof(ranges) / sizeof(ranges[0]); i++)
		if (point >= ranges[i].first && point <= ranges[i].last)
			return true;
	return false;
}

static void write_point(struct writer *w, uint32_t point)
{
	static const char digits[] = "0123456789ABCDEF";
	writer_text(w, "\\u{");
	for (int shift = 20; shift >= 0; shift -= 4)
		if (shift <= 8 || point >> shift > 0)
			writer_char(w, digits[point >> shift & 0xF]);
	writer_char(w, '}');
}

void write_shown(struct writer *w, struct str s)
{
	while (s.size > 0) {
		size_t length = utf8_length(s);
		uint32_t point = length > 0 ? decode(s, length) : 0;
		length = length > 0 ? length : 1;
		if (misleads(point))
			write_point(w, point);
		else
			writer_printable(w, (struct str){s.data, length});
		s = (struct str){s.data + length, s.size - length};
	}
}

void write_where(struct writer *w, struct str path, struct str object)
{
	write_shown(w, path);
	if (object.size > 0 && object.data[0] != ' ')
		writer_char(w, ' ');
	write_shown(w, object);
}

/* --- amounts --- */

void write_size(struct writer *w, enum lang lang, uint64_t bytes)
{
	static const char *const units[] = {" B", " KB", " MB", " GB", " TB", " PB"};
	size_t unit = 0;
	double value = (double)bytes;
	for (; value >= 999.5 && unit + 1 < sizeof(units) / sizeof(units[0]); unit++)
		value /= 1000;
	text_decimal(w, lang, value, unit > 0 && value < 9.95);
	writer_text(w, units[unit]);
}

static void write_time_as(struct writer *w, enum lang lang, enum message message, uint64_t most,
	struct str name_most, uint64_t least, struct str name_least)
{
	struct writer a;
	struct writer b;
	writer_init(&a, 64);
	writer_init(&b, 64);
	text_number(&a, lang, most);
	writer_decimal(&b, least);
	const struct text_arg args[] = {written(name_most, &a), written(name_least, &b)};
	text_write(w, lang, message, args, 2);
	writer_release(&a);
	writer_release(&b);
}

void write_time_left(struct writer *w, enum lang lang, uint64_t seconds)
{
	if (seconds < 60)
		write_time_as(w, lang, MESSAGE_SCAN_SECONDS, seconds, STR("seconds"), 0, STR("-"));
	else if (seconds < 3600)
		write_time_as(w, lang, MESSAGE_SCAN_MINUTES, seconds / 60, STR("minutes"),
			seconds % 60, STR("seconds"));
	else
		write_time_as(w, lang, MESSAGE_SCAN_HOURS, seconds / 3600, STR("hours"),
			seconds / 60 % 60, STR("minutes"));
}

void write_time(struct writer *w, enum lang lang, double seconds)
{
	struct writer number;
	if (seconds >= 9.95) {
		write_time_left(w, lang, (uint64_t)(seconds + 0.5));
		return;
	}
	writer_init(&number, 64);
	text_decimal(&number, lang, seconds, 1);
	text_write(w, lang, MESSAGE_SCAN_SECONDS,
		(const struct text_arg[]){written(STR("seconds"), &number)}, 1);
	writer_release(&number);
}

/* --- families --- */

struct str family_shown(struct str key)
{
	const struct family *f = family_find(key);
	return f ? f->name : key;
}

struct str family_about(struct str key, enum lang lang)
{
	const struct family *f = family_find(key);
	return f ? f->about[lang] : STR("");
}

/* --- reasons and advice --- */

static const enum message reasons[] = {
	[UNSCANNED_DENIED] = MESSAGE_SCAN_WHY_DENIED,
	[UNSCANNED_VANISHED] = MESSAGE_SCAN_WHY_VANISHED,
	[UNSCANNED_CHANGED] = MESSAGE_SCAN_WHY_CHANGED,
	[UNSCANNED_IO] = MESSAGE_SCAN_WHY_IO,
	[UNSCANNED_SIZE] = MESSAGE_SCAN_WHY_SIZE,
	[UNSCANNED_SPECIAL] = MESSAGE_SCAN_WHY_SPECIAL,
	[UNSCANNED_ENCRYPTED] = MESSAGE_SCAN_WHY_ENCRYPTED,
	[UNSCANNED_PACKED] = MESSAGE_SCAN_WHY_PACKED,
	[UNSCANNED_UNSUPPORTED] = MESSAGE_SCAN_WHY_UNSUPPORTED,
	[UNSCANNED_DAMAGED] = MESSAGE_SCAN_WHY_DAMAGED,
	[UNSCANNED_DEPTH] = MESSAGE_SCAN_WHY_DEPTH,
	[UNSCANNED_MEMBERS] = MESSAGE_SCAN_WHY_MEMBERS,
	[UNSCANNED_EXPANSION] = MESSAGE_SCAN_WHY_EXPANSION,
	[UNSCANNED_TIME] = MESSAGE_SCAN_WHY_TIME,
	[UNSCANNED_MEMORY] = MESSAGE_SCAN_WHY_MEMORY,
	[UNSCANNED_CRASH] = MESSAGE_SCAN_WHY_CRASH,
	[UNSCANNED_ENGINE] = MESSAGE_SCAN_WHY_ENGINE,
	[UNSCANNED_SECOND] = MESSAGE_SCAN_WHY_SECOND,
	[UNSCANNED_INTERRUPTED] = MESSAGE_SCAN_WHY_INTERRUPTED,
	[UNSCANNED_PENDING] = MESSAGE_SCAN_WHY_PENDING,
};
static_assert(sizeof(reasons) / sizeof(reasons[0]) == UNSCANNED__COUNT, "words for each");

enum message unscanned_message(enum unscanned reason)
{
	return reasons[reason];
}

bool unscanned_names(enum unscanned reason)
{
	return reason == UNSCANNED_PACKED || reason == UNSCANNED_UNSUPPORTED;
}

size_t todo_list(
	bool here, bool infected, bool suspicious, bool whole, enum message ret_list[TODO_MOST])
{
	size_t count = 0;
	if (infected) {
		ret_list[count++] = MESSAGE_SCAN_TODO_OPEN;
		if (here)
			ret_list[count++] = MESSAGE_SCAN_TODO_UNPLUG;
		ret_list[count++] = MESSAGE_SCAN_TODO_REMOVE;
		ret_list[count++] = MESSAGE_SCAN_TODO_PASSWORD;
	}
	if (suspicious)
		ret_list[count++] = MESSAGE_SCAN_TODO_ASK;
	if (!whole)
		ret_list[count++] = MESSAGE_SCAN_TODO_UNSCANNED;
	ret_list[count++] =
		infected || suspicious ? MESSAGE_SCAN_TODO_AGAIN : MESSAGE_SCAN_TODO_KEEP;
	return count;
}
