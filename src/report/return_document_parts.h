/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "report/return_document.h"
#include "text/text.h"

/* Within the room: a body in the making. The first failure sticks; what comes of it is not used. */
struct script {
	struct arena *arena;
	enum lang lang;
	struct official_block *blocks;
	size_t count, room;
	enum err err;
};

/* Room for so many blocks. */
struct script script_of(struct arena *arena, enum lang lang, size_t room);
void script_add(struct script *s, enum official_block_kind kind, struct str text);
/* Each line that holds something is a paragraph. */
void script_add_lines(struct script *s, struct str text);
size_t script_lines(struct str text);
struct official_blocks script_blocks(const struct script *s);

/* Messages filled, in the arena. */
struct str script_say(
	struct script *s, enum message message, const struct text_arg *args, size_t count);
struct str script_say_one(
	struct script *s, enum message message, const char *slot, struct str value);
struct str script_words(const struct script *s, enum message message);
struct str script_number(struct script *s, uint64_t number);
/* "187 trên 212 đơn vị", or without "đơn vị" where the column says it. */
struct str script_complete(
	struct script *s, enum message message, uint64_t units, uint64_t expected);
struct str script_date(struct script *s, struct date date);

/* "Công văn số 2049/STTTT-CNTT ngày 06/10/2020 của Sở …" in the sentence `with` {order}, {unit};
 * without a number of it the sentence `without` {unit}. A paragraph. */
void script_add_opening(struct script *s, const struct reference *order, struct str unit,
	enum message with, enum message without);

/* Cells for rows × columns; NULL with the error set. */
struct cell *script_cells(struct script *s, size_t rows, size_t columns);
struct column *script_columns(struct script *s, size_t columns);
struct cell cell_of_text(struct str text);
struct cell cell_of_count(uint64_t count);
struct cell cell_of_declared(struct declared declared);
struct column column_of(const struct script *s, const char *key, enum message title, bool numeric);

/* Each adds its annex behind *count, where there is anything to list. E_NOMEM. */
MUST_CHECK enum err rollup_annex_children(const struct rollup *r, struct arena *arena,
	enum lang lang, struct official_annex *annexes, size_t *count);
MUST_CHECK enum err rollup_annex_late(const struct rollup *r, struct arena *arena, enum lang lang,
	struct official_annex *annexes, size_t *count);
MUST_CHECK enum err rollup_annex_unopened(const struct rollup *r, struct arena *arena,
	enum lang lang, struct official_annex *annexes, size_t *count);
