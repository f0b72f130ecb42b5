/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "report/document.h"
#include "store/edition.h"

/* An edition as files: the frozen document with the replies behind it, in the shapes that people
 * keep. */

enum {
	EDITION_PUBLIC_PARTS = 5 /* PDF and XLSX of each language, JSON */
};

/* "vi.pdf", "en.pdf", "vi.xlsx", "en.xlsx", "json". */
struct str edition_public_part(size_t index);

/* The replies that stand. Texts lie in the arena. */
MUST_CHECK enum err edition_replies_load(struct store *store, const struct edition *facts,
	struct arena *arena, struct edition_reply **ret_replies, size_t *ret_count);

/* The frozen document with a section of the replies at its end; where there are none, as it was
 * frozen. Everything lies in the arena. */
MUST_CHECK enum err edition_document_load(struct store *store, const struct edition *facts,
	enum lang lang, struct arena *arena, struct document *ret_document);

/* One of the public parts, made now with the replies of now. E_NOTFOUND: no such part. */
MUST_CHECK enum err edition_part_make(struct store *store, const struct edition *facts,
	struct str name, struct arena *arena, struct bytes *ret_bytes);
