/* SPDX-License-Identifier: Apache-2.0 */
/* Lines of an official document. */
#include <assert.h>

#include "report/official_parts.h"
#include "text/text.h"

enum {
	PART_BYTES = 64 << 10,
	MONTHS = 12,
	ROMAN_MOST = 39
};

/* Room for a hand to write in, as forms have it. */
static const char room_for_number[] = "………", room_for_symbol[] = "………", room_for_year[] = "………";
static const char room_for_place[] = "……………";

static const enum message month_names[MONTHS] = {MESSAGE_OFFICIAL_MONTH_1, MESSAGE_OFFICIAL_MONTH_2,
	MESSAGE_OFFICIAL_MONTH_3, MESSAGE_OFFICIAL_MONTH_4, MESSAGE_OFFICIAL_MONTH_5,
	MESSAGE_OFFICIAL_MONTH_6, MESSAGE_OFFICIAL_MONTH_7, MESSAGE_OFFICIAL_MONTH_8,
	MESSAGE_OFFICIAL_MONTH_9, MESSAGE_OFFICIAL_MONTH_10, MESSAGE_OFFICIAL_MONTH_11,
	MESSAGE_OFFICIAL_MONTH_12};

static void say_one(struct writer *w, const struct official *o, enum message message,
	const char *slot, struct str value)
{
	const struct text_arg arg = {str_from(slot), value};
	text_write(w, o->lang, message, &arg, 1);
}

/* What was too long for a part makes the whole fail: no word is lost unseen. */
static void release(struct writer *part, struct writer *whole)
{
	if (part->err != E_OK)
		writer_fail(whole, part->err);
	writer_release(part);
}

/* "123/BC-STTTT" */
static void write_symbol(struct writer *w, const struct official *o)
{
	/* The decree: numbers under ten have a zero in front. */
	if (o->number.size == 1 && o->lang == LANG_VI)
		writer_char(w, '0');
	if (o->number.size > 0)
		writer_str(w, o->number);
	else
		writer_text(w, room_for_number);
	if (o->symbol.size + o->number.size == 0) {
		writer_char(w, '/');
		writer_text(w, room_for_symbol);
	} else if (o->symbol.size > 0) {
		writer_char(w, '/');
		writer_str(w, o->symbol);
	}
}

void official_write_number(struct writer *w, const struct official *o)
{
	struct writer symbol;
	writer_init(&symbol, PART_BYTES);
	write_symbol(&symbol, o);
	say_one(w, o, MESSAGE_OFFICIAL_NUMBER, "number", writer_view_str(&symbol));
	release(&symbol, w);
}

static bool is_dated(const struct official *o)
{
	return o->date.day > 0 && o->date.month >= 1 && o->date.month <= MONTHS;
}

static void write_year(struct writer *w, const struct official *o)
{
	if (o->date.year > 0)
		writer_decimal(w, (uint64_t)o->date.year);
	else
		writer_text(w, room_for_year);
}

/* Days under ten have a zero in front in Vietnamese. */
static void write_day(struct writer *w, const struct official *o)
{
	writer_padded(w, (uint64_t)o->date.day, o->lang == LANG_VI ? 2 : 1);
}

void official_write_place_date(struct writer *w, const struct official *o)
{
	struct writer day, year;
	writer_init(&day, PART_BYTES);
	writer_init(&year, PART_BYTES);
	write_year(&year, o);
	if (is_dated(o))
		write_day(&day, o);
	struct text_arg args[] = {
		{STR("place"), o->place.size > 0 ? o->place : str_from(room_for_place)},
		{STR("year"), writer_view_str(&year)}, {STR("day"), writer_view_str(&day)},
		{STR("month"), STR("")}};
	if (is_dated(o))
		args[3].value = text(o->lang, month_names[o->date.month - 1]);
	text_write(w, o->lang,
		is_dated(o) ? MESSAGE_OFFICIAL_PLACE_DATE : MESSAGE_OFFICIAL_PLACE_UNDATED, args,
		is_dated(o) ? 4 : 2);
	release(&year, w);
	release(&day, w);
}

void official_write_subject(struct writer *w, const struct official *o)
{
	say_one(w, o, MESSAGE_OFFICIAL_SUBJECT, "subject", o->subject);
}

void official_write_signing(struct writer *w, const struct official *o, size_t index)
{
	static const enum message forms[] = {MESSAGE_OFFICIAL_ON_BEHALF, MESSAGE_OFFICIAL_FOR,
		MESSAGE_OFFICIAL_BY_ORDER, MESSAGE_OFFICIAL_BY_LEAVE};
	static_assert(sizeof(forms) / sizeof(forms[0]) == SIGNING_FORM__COUNT, "each has one");
	const struct signing *s = &o->signings[index];
	say_one(w, o, forms[s->form], "of", s->of);
}

void official_write_item(struct writer *w, const struct str *items, size_t count, size_t index)
{
	struct str item = str_trim(items[index]);
	writer_text(w, "- ");
	writer_str(w, item);
	if (item.size > 0 && memchr(".;", item.data[item.size - 1], 2))
		return;
	writer_char(w, index + 1 < count ? ';' : '.');
}

static void write_roman(struct writer *w, size_t number)
{
	static const char *const ones[] = {
		"", "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX"};
	static const char *const tens[] = {"", "X", "XX", "XXX"};
	if (number > ROMAN_MOST) {
		writer_decimal(w, number);
		return;
	}
	writer_text(w, tens[number / 10]);
	writer_text(w, ones[number % 10]);
}

void official_write_annex_label(struct writer *w, const struct official *o, size_t index)
{
	struct writer number;
	if (o->annex_count < 2) {
		writer_str(w, text(o->lang, MESSAGE_OFFICIAL_ANNEX));
		return;
	}
	writer_init(&number, PART_BYTES);
	write_roman(&number, index + 1);
	say_one(w, o, MESSAGE_OFFICIAL_ANNEX_NUMBERED, "number", writer_view_str(&number));
	release(&number, w);
}

void official_write_annex_origin(struct writer *w, const struct official *o)
{
	struct writer symbol, day, year;
	writer_init(&symbol, PART_BYTES);
	writer_init(&day, PART_BYTES);
	writer_init(&year, PART_BYTES);
	write_symbol(&symbol, o);
	write_year(&year, o);
	write_day(&day, o);
	const struct text_arg args[] = {
		{STR("document"),
			text(o->lang, o->kind == OFFICIAL_LETTER ? MESSAGE_OFFICIAL_KIND_LETTER
								 : MESSAGE_OFFICIAL_KIND_REPORT)},
		{STR("body"), o->body}, {STR("number"), writer_view_str(&symbol)},
		{STR("year"), writer_view_str(&year)}, {STR("day"), writer_view_str(&day)},
		{STR("month"),
			is_dated(o) ? text(o->lang, month_names[o->date.month - 1]) : STR("")}};
	if (is_dated(o) && o->number.size > 0)
		text_write(w, o->lang, MESSAGE_OFFICIAL_ANNEX_ORIGIN, args, 6);
	else
		text_write(w, o->lang, MESSAGE_OFFICIAL_ANNEX_ORIGIN_UNNUMBERED, args, 2);
	release(&year, w);
	release(&day, w);
	release(&symbol, w);
}
