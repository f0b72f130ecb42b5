/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>

#include "network/network.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void ignore(void *context, const struct problem *problem)
{
	if (problem->code == PROBLEM_NONE)
		abort();
	++*(uint64_t *)context;
}

/* What is accepted passes its own check and compiles into an image that opens. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct network_source source = {.file_name = STR("file"), .country = STR("")};
	struct network_table_info info, again;
	struct problem problem = {0};
	struct writer table, image;
	uint64_t bad = 0;
	/* The first byte decides whether a country is given, and whether regions are asked for. */
	if (size > 0 && (data[0] == '!' || data[0] == '?')) {
		source.country = STR("VN");
		source.regions = data[0] == '?';
		data++;
		size--;
	}
	writer_init(&table, 1 << 26);
	writer_init(&image, 1 << 26);
	if (network_table_parse(&source, (struct bytes){data, size}, ignore, &bad, &table, &info,
		    &problem) == E_OK) {
		struct bytes view = writer_view(&table);
		struct network *n;
		if (network_table_check(view, &again) != E_OK || info.rejected != bad ||
			info.rows != again.rows || info.kind != again.kind ||
			network_compile(&view, 1, &image) != E_OK ||
			network_open(writer_view(&image), &n) != E_OK)
			abort();
		network_close(n);
	} else if (problem.code == PROBLEM_NONE) {
		abort();
	}
	writer_release(&table);
	writer_release(&image);
	return 0;
}
