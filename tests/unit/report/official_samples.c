/* SPDX-License-Identifier: Apache-2.0 */
/* Writes each case as PDF, page and spreadsheet into a folder: for readers of other makers, and for
 * people who want to see them. official_samples FOLDER */
#include <stdio.h>

#include "official_cases.h"
#include "report/official_paper.h"

enum {
	BYTES = 32 << 20
};

static enum err save(
	const char *folder, const char *name, const char *suffix, const struct writer *w)
{
	char path[400];
	snprintf(path, sizeof(path), "%s/%s.%s", folder, name, suffix);
	TRY(writer_end(w));
	FILE *file = fopen(path, "wb");
	if (!file)
		return E_IO;
	size_t written = fwrite(w->data, 1, w->size, file);
	return fclose(file) == 0 && written == w->size ? E_OK : E_IO;
}

static enum err write_shapes(const char *folder, const char *name, const struct official *o)
{
	struct writer w;
	writer_init(&w, BYTES);
	enum err err = official_write_pdf(o, &w);
	if (err == E_OK)
		err = save(folder, name, "pdf", &w);
	writer_clear(&w);
	if (err == E_OK)
		err = official_write_xlsx(o, &w);
	if (err == E_OK)
		err = save(folder, name, "xlsx", &w);
	writer_clear(&w);
	official_write_page(&w, o);
	if (err == E_OK)
		err = save(folder, name, "html", &w);
	writer_release(&w);
	return err;
}

int main(int count, char **words)
{
	if (count != 2)
		return 2;
	for (enum official_case c = 0; c < OFFICIAL_CASE__COUNT; c++) {
		struct arena arena;
		struct official o;
		arena_init(&arena, 64 << 20);
		enum err err = official_case_make(c, &arena, &o);
		if (err == E_OK)
			err = write_shapes(words[1], official_case_name(c), &o);
		arena_release(&arena);
		if (err != E_OK) {
			fprintf(stderr, "%s: %s\n", official_case_name(c), err_name(err));
			return 1;
		}
	}
	return 0;
}
