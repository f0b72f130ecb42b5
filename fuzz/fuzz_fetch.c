/* SPDX-License-Identifier: Apache-2.0 */
/* What servers, a fetching process that was taken over, and a damaged disk may say to fetching. */
#include <stdlib.h>

#include "base/limits.h"
#include "fetch/address.h"
#include "fetch/item.h"
#include "fetch/taken.h"
#include "fetch/wire.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static enum err take_report(void *context, const struct report *report)
{
	(void)context;
	if (!report_id_valid(report->id))
		abort();
	return E_OK;
}

static void try_message(struct bytes b)
{
	struct fetch_message m;
	struct transfer_order order;
	if (wire_take(b, &m) == E_OK && m.tag == FETCH_REPORT && !report_id_valid(m.report.id))
		abort();
	if (wire_take_order(b, &order) == E_OK && order.auth >= SOURCE_AUTH__COUNT)
		abort();
}

/* Whatever it is made of, it names a plain file. */
static void try_name(struct str s)
{
	const struct date day = {2026, 1, 9};
	struct writer w;
	writer_init(&w, FETCH_NAME);
	address_file_name(&w, s, s.size % 2 ? &day : NULL, STR("source"));
	struct str name = writer_view_str(&w);
	if (writer_end(&w) != E_OK || name.size == 0 || name.data[0] == '.' ||
		memchr(name.data, '/', name.size) || memchr(name.data, '\0', name.size))
		abort();
	writer_release(&w);
}

static void try_schedule(struct str s)
{
	struct schedule schedule, again;
	struct writer w;
	if (!schedule_parse(s, &schedule))
		return;
	writer_init(&w, 64);
	schedule_write(&w, &schedule);
	if (!schedule_parse(writer_view_str(&w), &again) || again.every != schedule.every ||
		again.at != schedule.at)
		abort();
	struct instant next = schedule_next(&schedule, (struct instant){1700000000}, 25200);
	if (next.seconds <= 1700000000)
		abort();
	writer_release(&w);
}

static void try_files(struct bytes b)
{
	struct source source;
	struct source_state state;
	struct item item;
	struct taken taken;
	struct writer w;
	(void)!source_state_parse(b, &state);
	(void)!item_parse(b, &item);
	writer_init(&w, LIMIT_FETCH_FILE);
	if (source_parse(b, &source) == E_OK) {
		source_write(&w, &source);
		if (writer_end(&w) != E_OK || source_parse(writer_view(&w), &source) != E_OK)
			abort();
		writer_clear(&w);
	}
	writer_bytes(&w, b);
	taken_init(&taken);
	(void)!taken_parse(&taken, &w);
	taken_release(&taken);
	writer_release(&w);
}

/* As they are, and behind a first line whose checksum fits. */
static void try_sealed(struct bytes b)
{
	static const char *const magics[] = {"quetsach-source 1 ", "quetsach-source-state 1 ",
		"quetsach-fetched 1 ", "quetsach-source-taken 1 "};
	struct writer w;
	uint64_t sum = XXH3_64bits(b.data, b.size);
	try_files(b);
	writer_init(&w, LIMIT_FETCH_FILE);
	for (size_t i = 0; i < sizeof(magics) / sizeof(magics[0]); i++) {
		writer_clear(&w);
		writer_text(&w, magics[i]);
		for (int shift = 60; shift >= 0; shift -= 4)
			writer_char(&w, "0123456789abcdef"[sum >> shift & 15]);
		writer_char(&w, '\n');
		writer_bytes(&w, b);
		if (writer_end(&w) == E_OK)
			try_files(writer_view(&w));
	}
	writer_release(&w);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct bytes b = {data, size};
	struct str s = {(const char *)data, size};
	struct problem problem;
	(void)!reports_parse(s, take_report, NULL, &problem);
	(void)address_valid(s);
	try_message(b);
	try_name(s);
	try_schedule(s);
	try_sealed(b);
	return 0;
}
