/* SPDX-License-Identifier: Apache-2.0 */
/* MaxMind DB, as fuzz_network_source.c does with texts; the record of every network is also looked
 * through for what the reader knows. */
#include <stdlib.h>

#include "network/mmdb.h"
#include "network/network.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void ignore(void *context, const struct problem *problem)
{
	if (problem->code == PROBLEM_NONE)
		abort();
	++*(uint64_t *)context;
}

struct last {
	const struct mmdb *mmdb;
	address first[FAMILY__COUNT];
	uint64_t count;
};

/* Networks ascend, IPv4 lies where it belongs, texts lie in the file. */
static enum err look(void *context, enum family family, const struct range *range)
{
	struct last *l = context;
	struct mmdb_value value;
	if (range->first > range->last || (family == FAMILY_V4 && range->last > UINT32_MAX))
		abort();
	if (mmdb_find(l->mmdb, range->value, STR("country/iso_code"), &value) == E_OK &&
		value.type == MMDB_TEXT && value.text.size > l->mmdb->data.size)
		abort();
	return ++l->count < 100000 ? E_OK : E_LIMIT;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct network_source source = {.file_name = STR("file"),
		.country = STR("VN"),
		.regions = size % 3 == 1,
		.countries = size % 3 == 2};
	struct network_table_info info, again;
	struct problem problem = {0};
	struct writer table;
	struct mmdb mmdb;
	const char *what;
	uint64_t bad = 0;
	const struct bytes bytes = {data, size};
	struct last last = {.mmdb = &mmdb};
	if (!mmdb_recognise(bytes))
		return 0;
	/* A tree that shares its parts has as many ways as the limit lets one go: too long here. */
	if (mmdb_open(bytes, &mmdb, &what) == E_OK && mmdb_each(&mmdb, look, &last) == E_LIMIT)
		return 0;
	writer_init(&table, 1 << 26);
	enum err err = network_table_parse(&source, bytes, ignore, &bad, &table, &info, &problem);
	if (err == E_OK && (network_table_check(writer_view(&table), &again) != E_OK ||
				   info.rejected != bad || info.kind != again.kind))
		abort();
	if (err != E_OK && err != E_LIMIT && err != E_NOMEM && problem.code == PROBLEM_NONE)
		abort();
	writer_release(&table);
	return 0;
}
