/* SPDX-License-Identifier: Apache-2.0 */
/* Every format we read. A new one is a new file and a line here. The first that recognises the
 * input takes it: the most particular come first. */
#include "feed/families.h"
#include "feed/parser.h"

static const struct feed_family *(*const families[])(void) = {
	shadowserver_family,
	abusech_csv_family,
	spamhaus_cert_family,
	cymru_family,
	urlhaus_csv_family,
	mapped_csv_family,
	mapped_json_family,
	misp_event_family,
	stix_bundle_family,
	spamhaus_drop_json_family,
	abusech_json_family,
	urlhaus_json_family,
	ctip_family,
	n6_json_family,
	n6_csv_family,
	intelmq_family,
	intelmq_csv_family,
	spamhaus_drop_family,
	ipsum_family,
	firehol_family,
	alienvault_family,
	plain_list_family,
};

size_t feed_family_count(void)
{
	return sizeof(families) / sizeof(families[0]);
}

const struct feed_family *feed_family_at(size_t index)
{
	return families[index]();
}

static const struct feed_format *format_at(size_t index)
{
	size_t f = 0;
	while (index >= feed_family_at(f)->format_count)
		index -= feed_family_at(f++)->format_count;
	return &feed_family_at(f)->formats[index];
}

size_t feed_format_count(void)
{
	size_t sum = 0;
	for (size_t f = 0; f < feed_family_count(); f++)
		sum += feed_family_at(f)->format_count;
	return sum;
}

struct str feed_format_name(size_t index)
{
	return format_at(index)->name;
}

struct str feed_format_title(size_t index)
{
	return format_at(index)->title;
}

bool feed_format_mapped(struct str name)
{
	return str_equal(name, STR("mapped-csv")) || str_equal(name, STR("mapped-json"));
}

bool feed_format_closed(struct str name)
{
	/* Its header: "no re-distribution or public access allowed without permission". */
	return str_equal(name, STR("spamhaus-cert"));
}
