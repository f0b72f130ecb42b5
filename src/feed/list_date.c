/* SPDX-License-Identifier: Apache-2.0 */
/* Dates in the comments of lists. Only lines that say by a word of their own that this is the
 * list's day count: other dates in comments are of licences, changes, expiry. */
#include "feed/list.h"

static const struct str keys[] = {
	STR_INIT("updated:"),       /* URLhaus filter: "! Updated: Thu, 15 Oct 2020 00:10:57 UTC" */
	STR_INIT("last update:"),   /* ipsum: "# Last update: Sat, 22 Aug 2026 03:00:29 +0200" */
	STR_INIT("last updated:"),  /* abuse.ch: "# Last updated: 2021-03-04 05:06:07 UTC" */
	STR_INIT("last-modified:"), /* Spamhaus: "; Last-Modified: Tue, 16 May 2023 11:22:23 GMT" */
	STR_INIT("source file date:"), /* FireHOL: when its source was last changed */
	STR_INIT("generated:"),        /* Nothink: "# Generated 2016-11-14 23:02:04 UTC" */
	STR_INIT("generated on:"), /* abuse.ch to 2019: "# Generated on 2019-02-13 10:32:07 UTC" */
	STR_INIT("generated at:"), /* Bambenek: "## Feed generated at: 2016-11-12 18:17" */
};

static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";

struct words {
	struct str word[8];
	size_t count;
};

static struct words split_words(struct str s)
{
	struct words w = {.count = 0};
	size_t at = 0;
	while (at < s.size && w.count < 8) {
		size_t from = at;
		while (at < s.size && s.data[at] != ' ' && s.data[at] != ',')
			at++;
		if (at > from)
			w.word[w.count++] = (struct str){s.data + from, at - from};
		at++;
	}
	return w;
}

static int month_number(struct str s)
{
	for (int i = 0; i < 12 && s.size == 3; i++)
		if (str_equal_nocase(s, (struct str){months + (size_t)3 * i, 3}))
			return i + 1;
	return 0;
}

/* What the words say, in whatever order: "15 Oct 2020" and "Oct 23 … 2015" alike. */
struct found {
	uint64_t day;
	uint64_t year;
	int month;
	struct str time;
	struct str zone;
};

static void find_parts(const struct words *w, struct found *f)
{
	uint64_t number;
	for (size_t i = 0; i < w->count; i++) {
		struct str s = w->word[i];
		if (month_number(s))
			f->month = month_number(s);
		else if (s.size == 4 && str_to_u64(s, 9999, &number))
			f->year = number;
		else if (s.size <= 2 && str_to_u64(s, 31, &number))
			f->day = number;
		else if (s.size == 8 && s.data[2] == ':')
			f->time = s;
		else if (f->time.size > 0 && f->zone.size == 0)
			f->zone = s;
	}
}

/* Written out as ISO 8601, which instant_parse() checks. */
static bool in_words(const struct words *w, struct instant *ret_instant)
{
	struct found f = {.time = STR(""), .zone = STR("")};
	find_parts(w, &f);
	struct writer text;
	writer_init(&text, 64);
	writer_padded(&text, f.year, 4);
	writer_char(&text, '-');
	writer_padded(&text, (uint64_t)f.month, 2);
	writer_char(&text, '-');
	writer_padded(&text, f.day, 2);
	writer_char(&text, 'T');
	writer_str(&text, f.time.size ? f.time : STR("00:00:00"));
	if (f.zone.size == 5 && (f.zone.data[0] == '+' || f.zone.data[0] == '-'))
		writer_str(&text, f.zone);
	bool valid =
		writer_end(&text) == E_OK && instant_parse(writer_view_str(&text), ret_instant);
	writer_release(&text);
	return valid;
}

static bool parse_value(struct str s, struct instant *ret_instant)
{
	struct words w = split_words(s);
	struct date date;
	if (w.count > 0 && date_parse(w.word[0], &date)) {
		*ret_instant = date_instant(date);
		return true;
	}
	return in_words(&w, ret_instant);
}

/* What follows the key, spaces before the colon allowed ("Source File Date : …"), and no colon
 * where a date in digits comes at once: "updated daily since 3 Jan 2015" says no day. */
static bool value_after(struct str comment, struct str key, struct str *ret_value)
{
	struct date date;
	struct str stem = {key.data, key.size - 1};
	size_t at = 0;
	while (at + stem.size <= comment.size &&
		!str_equal_nocase((struct str){comment.data + at, stem.size}, stem))
		at++;
	if (at + stem.size > comment.size)
		return false;
	at += stem.size;
	while (at < comment.size && comment.data[at] == ' ')
		at++;
	struct str rest = {comment.data + at, comment.size - at};
	bool colon = rest.size > 0 && rest.data[0] == ':';
	bool digits = rest.size >= 10 && date_parse((struct str){rest.data, 10}, &date);
	*ret_value = str_trim((struct str){rest.data + colon, rest.size - colon});
	return colon || digits;
}

bool list_comment_date(struct str comment, struct instant *ret_instant)
{
	struct str value;
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		if (value_after(comment, keys[i], &value) && parse_value(value, ret_instant))
			return true;
	return false;
}
