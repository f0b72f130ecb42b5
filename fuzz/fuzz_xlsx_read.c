/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>

#include "base/limits.h"
#include "format/xlsx_read.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct before {
	uint32_t number;
};

/* Rows come in order, cells within them too; what is handed on survives the way between
 * processes. */
static enum err look(void *context, uint32_t number, const struct sheet_cell *cells, size_t count)
{
	static struct sheet_cell got[512];
	struct before *before = context;
	struct writer w;
	struct cursor c;
	uint32_t number_got;
	size_t count_got;
	if (number <= before->number)
		abort();
	before->number = number;
	writer_init(&w, (size_t)1 << 30);
	sheet_row_write(&w, number, cells, count);
	cursor_init(&c, writer_view(&w));
	if (sheet_row_read(&c, got, &number_got, &count_got) != E_OK || number_got != number ||
		count_got != count)
		abort();
	writer_release(&w);
	return E_OK;
}

/* A spreadsheet; as text, CSV. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct problem problem = {0};
	struct before before = {0};
	enum err err = xlsx_read((struct bytes){data, size}, STR(""), look, &before, &problem);
	if (err != E_OK && err != E_NOMEM && problem.code == PROBLEM_NONE)
		abort();
	before.number = 0;
	problem.code = PROBLEM_NONE;
	err = sheet_read_csv((struct str){(const char *)data, size}, look, &before, &problem);
	if (err != E_OK && err != E_NOMEM && problem.code == PROBLEM_NONE)
		abort();
	return 0;
}
