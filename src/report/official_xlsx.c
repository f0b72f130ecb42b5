/* SPDX-License-Identifier: Apache-2.0 */
#include "report/document_paper.h"
#include "report/official_paper.h"

enum {
	MEMORY = 64 << 20
};

enum err official_write_xlsx(const struct official *o, struct writer *xlsx)
{
	struct arena arena;
	struct document d;
	arena_init(&arena, MEMORY);
	enum err err = official_as_document(o, &arena, &d);
	if (err == E_OK)
		err = document_write_xlsx(&d, xlsx);
	arena_release(&arena);
	return err;
}
