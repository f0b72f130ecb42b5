/* SPDX-License-Identifier: Apache-2.0 */
/* Paragraphs, messages and cells of returns and their roll-up. */
#include "report/return_document_parts.h"

#include <math.h>

enum {
	TEXT_BYTES = 256 << 10
};

struct script script_of(struct arena *arena, enum lang lang, size_t room)
{
	struct script s = {.arena = arena, .lang = lang, .room = room};
	s.blocks = arena_alloc(arena, room, sizeof(*s.blocks));
	s.err = s.blocks ? E_OK : E_NOMEM;
	return s;
}

void script_add(struct script *s, enum official_block_kind kind, struct str text)
{
	if (s->err == E_OK && s->count < s->room)
		s->blocks[s->count++] = (struct official_block){.kind = kind, .text = text};
}

struct official_blocks script_blocks(const struct script *s)
{
	return (struct official_blocks){s->blocks, s->count};
}

size_t script_lines(struct str text)
{
	size_t lines = 0;
	while (text.size > 0)
		lines += str_trim(str_cut(text, '\n', &text)).size > 0;
	return lines;
}

void script_add_lines(struct script *s, struct str text)
{
	while (text.size > 0) {
		struct str line = str_trim(str_cut(text, '\n', &text));
		if (line.size > 0)
			script_add(s, OFFICIAL_PARAGRAPH, line);
	}
}

/* --- words --- */

static struct str keep(struct script *s, struct writer *w)
{
	struct str copy = {0};
	enum err err = writer_end(w);
	if (err == E_OK)
		copy = arena_copy(s->arena, writer_view_str(w));
	if (!copy.data && s->err == E_OK)
		s->err = err == E_OK ? E_NOMEM : err;
	writer_release(w);
	return copy.data ? copy : STR("");
}

struct str script_say(
	struct script *s, enum message message, const struct text_arg *args, size_t count)
{
	struct writer w;
	writer_init(&w, TEXT_BYTES);
	text_write(&w, s->lang, message, args, count);
	return keep(s, &w);
}

struct str script_say_one(
	struct script *s, enum message message, const char *slot, struct str value)
{
	const struct text_arg arg = {str_from(slot), value};
	return script_say(s, message, &arg, 1);
}

struct str script_words(const struct script *s, enum message message)
{
	return text(s->lang, message);
}

struct str script_number(struct script *s, uint64_t number)
{
	struct writer w;
	writer_init(&w, TEXT_BYTES);
	text_number(&w, s->lang, number);
	return keep(s, &w);
}

struct str script_date(struct script *s, struct date date)
{
	struct writer w;
	writer_init(&w, TEXT_BYTES);
	text_date(&w, s->lang, date);
	return keep(s, &w);
}

struct str script_complete(
	struct script *s, enum message message, uint64_t units, uint64_t expected)
{
	const struct text_arg args[] = {{STR("units"), script_number(s, units)},
		{STR("expected"), script_number(s, expected)}};
	return script_say(s, message, args, 2);
}

void script_add_opening(struct script *s, const struct reference *order, struct str unit,
	enum message with, enum message without)
{
	if (order->number.size == 0) {
		script_add(s, OFFICIAL_PARAGRAPH, script_say_one(s, without, "unit", unit));
		return;
	}
	const struct text_arg parts[] = {{STR("number"), order->number},
		{STR("date"), script_date(s, order->date)}, {STR("body"), order->body}};
	const struct text_arg args[] = {
		{STR("order"), script_say(s, MESSAGE_RETURN_PAPER_ORDER, parts, 3)},
		{STR("unit"), unit}};
	script_add(s, OFFICIAL_PARAGRAPH, script_say(s, with, args, 2));
}

/* --- cells --- */

struct cell *script_cells(struct script *s, size_t rows, size_t columns)
{
	struct cell *cells = arena_alloc(s->arena, rows * columns + 1, sizeof(*cells));
	if (!cells)
		s->err = E_NOMEM;
	return cells;
}

struct column *script_columns(struct script *s, size_t columns)
{
	struct column *made = arena_alloc(s->arena, columns, sizeof(*made));
	if (!made)
		s->err = E_NOMEM;
	return made;
}

struct cell cell_of_text(struct str text)
{
	return (struct cell){.kind = CELL_TEXT, .text = text};
}

struct cell cell_of_count(uint64_t count)
{
	return (struct cell){.kind = CELL_COUNT, .number = {(double)count, NAN, NAN}};
}

struct cell cell_of_declared(struct declared declared)
{
	return declared.known ? cell_of_count(declared.count)
			      : (struct cell){.kind = CELL_NOT_KNOWN};
}

struct column column_of(const struct script *s, const char *key, enum message title, bool numeric)
{
	return (struct column){
		.key = str_from(key), .title = script_words(s, title), .numeric = numeric};
}
