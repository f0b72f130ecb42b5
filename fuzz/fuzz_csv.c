/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>

#include "base/writer.h"
#include "format/csv.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void note_row(struct writer *w, const struct csv_row *row)
{
	for (uint32_t i = 0; i < row->count; i++)
		writer_string(w, csv_field(row, i));
	writer_u64(w, row->line);
	writer_u64(w, row->offset);
	writer_string(w, (struct str){(const char *)row->raw.data, row->raw.size});
}

static void read_window(struct csv *c, struct writer *w)
{
	struct csv_row row;
	struct problem problem;
	enum err err = E_OK;
	while (err == E_OK || err == E_SYNTAX) {
		err = csv_next(c, &row, &problem);
		if (err == E_OK) {
			note_row(w, &row);
		} else if (err == E_SYNTAX) {
			writer_u32(w, (uint32_t)problem.code);
			writer_u64(w, problem.line);
		}
	}
	if (err != E_TRUNCATED)
		abort();
}

static void read_all(struct str text, size_t step, struct writer *w)
{
	struct csv c;
	size_t used = 0;
	size_t known = 0;
	csv_init(&c, ',');
	do {
		known = text.size - known > step ? known + step : text.size;
		csv_window(&c, (struct str){text.data + used, known - used}, known == text.size);
		read_window(&c, w);
		used += csv_used(&c);
	} while (known < text.size);
	if (used != text.size)
		abort();
	csv_release(&c);
}

/* The same rows, however the input is cut. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct writer whole;
	struct writer cut;
	if (size < 2)
		return 0;
	struct str text = {(const char *)data + 1, size - 1};
	writer_init(&whole, (size_t)1 << 28);
	writer_init(&cut, (size_t)1 << 28);
	read_all(text, text.size, &whole);
	read_all(text, (size_t)data[0] + 1, &cut);
	if (!str_equal(writer_view_str(&whole), writer_view_str(&cut)))
		abort();
	writer_release(&whole);
	writer_release(&cut);
	return 0;
}
