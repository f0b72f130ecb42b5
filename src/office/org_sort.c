/* SPDX-License-Identifier: Apache-2.0 */
#include "office/org_sort.h"

#include <unicase.h>
#include <unictype.h>
#include <uninorm.h>
#include <unistr.h>

enum {
	KEY_BYTES = 1 << 20,
	BREVE = 0x306,
	CIRCUMFLEX = 0x302,
	HORN = 0x31b,
	FIRST_MARK = 0x300,
	FIRST_LETTER = 'A',   /* of keys: behind every digit and mark, before other scripts */
	LETTERS_END = '\x01', /* before a space: "Hà" before "Hà Nội" */
	OTHER_TONE = 6,
	LONGEST_NUMBER = 9 /* of those that are told apart by their length */
};

/* In the order of the alphabet, with the four that only foreign words have. */
static const ucs4_t letters[] = {'a', 0x103, 0xe2, 'b', 'c', 'd', 0x111, 'e', 0xea, 'f', 'g', 'h',
	'i', 'j', 'k', 'l', 'm', 'n', 'o', 0xf4, 0x1a1, 'p', 'q', 'r', 's', 't', 'u', 0x1b0, 'v',
	'w', 'x', 'y', 'z'};

/* A letter whose marks are still to come. */
struct spelling {
	struct writer *w;
	bool tones; /* the second half of the key: a digit a letter */
	bool spaced;
	ucs4_t letter; /* 0: none */
	unsigned tone;
};

static void write_other(struct spelling *s, ucs4_t character)
{
	uint8_t bytes[6];
	int size = u8_uctomb(bytes, character, sizeof(bytes));
	if (size > 0)
		writer_bytes(s->w, (struct bytes){bytes, (size_t)size});
}

static void write_letter(struct spelling *s)
{
	ucs4_t letter = s->letter;
	s->letter = 0;
	if (letter == 0)
		return;
	if (s->tones) {
		writer_char(s->w, (char)('0' + s->tone));
		return;
	}
	for (size_t i = 0; i < sizeof(letters) / sizeof(letters[0]); i++)
		if (letters[i] == letter) {
			writer_char(s->w, (char)(FIRST_LETTER + i));
			return;
		}
	write_other(s, letter);
}

static unsigned tone_of(ucs4_t mark)
{
	static const ucs4_t tones[] = {0, 0x300, 0x309, 0x303, 0x301, 0x323};
	for (unsigned i = 1; i < sizeof(tones) / sizeof(tones[0]); i++)
		if (tones[i] == mark)
			return i;
	return OTHER_TONE;
}

/* Some make another letter of the alphabet, the rest are tones. */
static void take_mark(struct spelling *s, ucs4_t mark)
{
	bool shapes = mark == BREVE || mark == CIRCUMFLEX || mark == HORN;
	ucs4_t shaped = shapes && s->letter > 0 ? uc_composition(s->letter, mark) : 0;
	if (shaped > 0)
		s->letter = shaped;
	else
		s->tone = tone_of(mark);
}

static void take_space(struct spelling *s)
{
	write_letter(s);
	if (!s->spaced && !s->tones)
		writer_char(s->w, ' ');
	s->spaced = true;
}

static void take_letter(struct spelling *s, ucs4_t letter)
{
	write_letter(s);
	s->spaced = false;
	s->tone = 0;
	s->letter = letter;
}

/* Most of any name, without asking Unicode. */
static void take_ascii(struct spelling *s, char character)
{
	if (character >= 'A' && character <= 'Z')
		character = (char)(character - 'A' + 'a');
	if (character == '_' || character == ' ' || (character >= '\t' && character <= '\r')) {
		take_space(s);
		return;
	}
	take_letter(s, character >= 'a' && character <= 'z' ? (ucs4_t)character : 0);
	if (s->letter == 0 && !s->tones)
		writer_char(s->w, '-');
}

static void take(struct spelling *s, ucs4_t character)
{
	ucs4_t parts[UC_DECOMPOSITION_MAX_LENGTH];
	if (character < 0x80) {
		take_ascii(s, (char)character);
		return;
	}
	int count = uc_canonical_decomposition(character, parts);
	if (count > 0) {
		for (int i = 0; i < count; i++)
			take(s, parts[i]);
		return;
	}
	if (character >= FIRST_MARK && uc_is_general_category(character, UC_NON_SPACING_MARK)) {
		take_mark(s, character);
		return;
	}
	if (uc_is_property_white_space(character)) {
		take_space(s);
		return;
	}
	take_letter(s, uc_tolower(character));
}

static size_t count_digits(struct str text)
{
	size_t count = 0;
	while (count < text.size && text.data[count] >= '0' && text.data[count] <= '9')
		count++;
	return count;
}

/* Its length first: a longer number is a greater one. */
static void take_number(struct spelling *s, struct str digits)
{
	write_letter(s);
	s->spaced = false;
	while (digits.size > 1 && digits.data[0] == '0')
		digits = (struct str){digits.data + 1, digits.size - 1};
	if (s->tones)
		return;
	writer_char(
		s->w, (char)('0' + (digits.size < LONGEST_NUMBER ? digits.size : LONGEST_NUMBER)));
	writer_str(s->w, digits);
}

static void spell(struct spelling *s, struct str name)
{
	s->spaced = true;
	while (name.size > 0) {
		ucs4_t character;
		size_t size = count_digits(name);
		if (size > 0) {
			take_number(s, (struct str){name.data, size});
		} else {
			size = (size_t)u8_mbtouc(&character, (const uint8_t *)name.data, name.size);
			take(s, character);
		}
		name = (struct str){name.data + size, name.size - size};
	}
	write_letter(s);
}

enum err org_sort_key(struct writer *w, struct str name)
{
	if (u8_check((const uint8_t *)name.data, name.size))
		return E_SYNTAX;
	spell(&(struct spelling){.w = w}, name);
	writer_char(w, LETTERS_END);
	spell(&(struct spelling){.w = w, .tones = true}, name);
	return writer_end(w);
}

/* --- for SQL --- */

static void name_key(sqlite3_context *context, int count, sqlite3_value **values)
{
	struct writer w;
	(void)count;
	const unsigned char *text = sqlite3_value_text(values[0]);
	int size = sqlite3_value_bytes(values[0]);
	if (!text || size <= 0) {
		sqlite3_result_text(context, "", 0, SQLITE_STATIC);
		return;
	}
	writer_init(&w, KEY_BYTES);
	enum err err = org_sort_key(&w, (struct str){(const char *)text, (size_t)size});
	if (err == E_NOMEM)
		sqlite3_result_error_nomem(context);
	else if (err == E_OK)
		sqlite3_result_text(context, (const char *)w.data, (int)w.size, SQLITE_TRANSIENT);
	else /* no name of ours: it stands somewhere */
		sqlite3_result_value(context, values[0]);
	writer_release(&w);
}

enum err org_sort_register(struct database *d)
{
	int status = sqlite3_create_function_v2(d->handle, "name_key", 1,
		SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS, NULL, name_key, NULL, NULL,
		NULL);
	return status == SQLITE_OK ? E_OK : status == SQLITE_NOMEM ? E_NOMEM : E_IO;
}
