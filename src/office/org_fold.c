/* SPDX-License-Identifier: Apache-2.0 */
#include "office/org_fold.h"

#include <errno.h>
#include <stdlib.h>
#include <unicase.h>
#include <unictype.h>
#include <uninorm.h>
#include <unistr.h>

static bool is_ascii(struct str text)
{
	for (size_t i = 0; i < text.size; i++)
		if ((unsigned char)text.data[i] >= 0x80)
			return false;
	return true;
}

static enum err failed(void)
{
	return errno == ENOMEM ? E_NOMEM : E_SYNTAX;
}

/* One character of the decomposed text; đ has no decomposition. */
static void fold_character(struct writer *w, ucs4_t character)
{
	uint8_t bytes[6];
	if (uc_is_general_category(character, UC_NON_SPACING_MARK))
		return;
	if (uc_is_property_white_space(character) || character == '_') {
		if (w->size > 0 && w->data[w->size - 1] != ' ')
			writer_char(w, ' ');
		return;
	}
	character = uc_tolower(character);
	if (character == 0x111)
		character = 'd';
	int size = u8_uctomb(bytes, character, sizeof(bytes));
	if (size > 0)
		writer_bytes(w, (struct bytes){bytes, (size_t)size});
}

static void fold_all(struct writer *w, const uint8_t *text, size_t size)
{
	while (size > 0) {
		ucs4_t character;
		int length = u8_mbtouc(&character, text, size);
		fold_character(w, character);
		text += length;
		size -= (size_t)length;
	}
}

enum err org_fold(struct writer *w, struct str text)
{
	size_t before = w->size;
	if (is_ascii(text)) {
		fold_all(w, (const uint8_t *)text.data, text.size);
	} else {
		size_t size = 0;
		if (u8_check((const uint8_t *)text.data, text.size))
			return E_SYNTAX;
		uint8_t *apart = u8_normalize(
			UNINORM_NFKD, (const uint8_t *)text.data, text.size, NULL, &size);
		if (!apart)
			return failed();
		fold_all(w, apart, size);
		free(apart);
	}
	if (w->size > before && w->data[w->size - 1] == ' ')
		w->size--;
	return writer_end(w);
}

enum err org_compose(struct writer *w, struct str text)
{
	size_t size = 0;
	if (is_ascii(text)) {
		writer_str(w, text);
		return writer_end(w);
	}
	if (u8_check((const uint8_t *)text.data, text.size))
		return E_SYNTAX;
	uint8_t *composed =
		u8_normalize(UNINORM_NFC, (const uint8_t *)text.data, text.size, NULL, &size);
	if (!composed)
		return failed();
	writer_bytes(w, (struct bytes){composed, size});
	free(composed);
	return writer_end(w);
}
