/* SPDX-License-Identifier: Apache-2.0 */
#include "feed/shadowserver_report.h"

/* One report for each address family; `dashed` is the type as it stands in our format's name. */
#define REPORT(dashed, title_, file_, ...)                                                         \
	{                                                                                          \
		STR_INIT("shadowserver-" dashed), STR_INIT("Shadowserver " title_),                \
			&(const struct shadowserver_report)                                        \
		{                                                                                  \
			.file = STR_INIT(file_), __VA_ARGS__                                       \
		}                                                                                  \
	}
#define TELLING(...)                                                                               \
	{                                                                                          \
		__VA_ARGS__                                                                        \
	}
#define EVENT(dashed, title, name, kind_, ...)                                                     \
	REPORT("event4-" dashed, title " (IPv4)", "event4_" name, .type = STR_INIT(name),          \
		.kind = (kind_), .telling = __VA_ARGS__),                                          \
		REPORT("event6-" dashed, title " (IPv6)", "event6_" name, .type = STR_INIT(name),  \
			.kind = (kind_), .v6 = true, .telling = __VA_ARGS__)
#define PLAIN(dashed, title, name, kind_, ranges_, ...)                                            \
	REPORT(dashed, title " (IPv4)", name, .type = STR_INIT(name), .kind = (kind_),             \
		.ranges = (ranges_), .telling = __VA_ARGS__),                                      \
		REPORT(dashed "6", title " (IPv6)", name "6", .type = STR_INIT(name),              \
			.kind = (kind_), .v6 = true, .ranges = (ranges_), .telling = __VA_ARGS__)

/* Types and columns: https://www.shadowserver.org/what-we-do/network-reporting/ . The first whose
 * telling columns are all there is it, so the common core of columns comes last. Who spoofs, and
 * what a special report means, differ from file to file: the operator says the kind. */
static const struct feed_format formats[] = {
	EVENT("sinkhole-dns", "Sinkhole DNS Events", "sinkhole_dns", KIND_INFECTED,
		TELLING(STR_INIT("query_type"), STR_INIT("query"), STR_INIT("infection"))),
	EVENT("honeypot-brute-force", "Honeypot Brute Force Events", "honeypot_brute_force",
		KIND_ATTACK_SOURCE,
		TELLING(STR_INIT("service"), STR_INIT("start_time"), STR_INIT("client_version"))),
	EVENT("honeypot-scan", "Honeypot Scanner Events", "honeypot_*_scan", KIND_ATTACK_SOURCE,
		TELLING(STR_INIT("vulnerability_enum"), STR_INIT("threat_framework"))),
	EVENT("ddos-participant", "DDoS Participant", "ddos_participant", KIND_INFECTED,
		TELLING(STR_INIT("attack"), STR_INIT("attack_src_ip"))),
	EVENT("ip-spoofer", "IP Spoofer Events", "ip_spoofer", -1,
		TELLING(STR_INIT("routedspoof"), STR_INIT("session"))),
	EVENT("microsoft-sinkhole-http", "Microsoft Sinkhole HTTP Events",
		"microsoft_sinkhole_http", KIND_INFECTED, TELLING(STR_INIT(""))),
	EVENT("microsoft-sinkhole", "Microsoft Sinkhole Events", "microsoft_sinkhole",
		KIND_INFECTED, TELLING(STR_INIT(""))),
	EVENT("sinkhole-http", "Sinkhole HTTP Events", "sinkhole_http", KIND_INFECTED,
		TELLING(STR_INIT("src_ip"), STR_INIT("http_url"), STR_INIT("http_host"))),
	EVENT("honeypot-darknet", "Honeypot Darknet Events", "honeypot_darknet", KIND_ATTACK_SOURCE,
		TELLING(STR_INIT("src_ip"), STR_INIT("dst_port"), STR_INIT("count"))),
	PLAIN("special", "Special Report", "special", -1, false,
		TELLING(STR_INIT("first_seen_time"), STR_INIT("last_seen_time"))),
	PLAIN("compromised-iot", "Compromised IoT", "compromised_iot", KIND_INFECTED, false,
		TELLING(STR_INIT("ip"), STR_INIT("device_vendor"), STR_INIT("source_type"))),
	PLAIN("compromised-website", "Compromised Website", "compromised_website",
		KIND_MALWARE_HOST, false,
		TELLING(STR_INIT("ip"), STR_INIT("detected_since"), STR_INIT("redirect_target"))),
	PLAIN("blocklist", "Blocklist", "blocklist", KIND_BLOCKLISTED, true,
		TELLING(STR_INIT("ip"), STR_INIT("source"), STR_INIT("reason"))),
	EVENT("sinkhole", "Sinkhole Events", "sinkhole", KIND_INFECTED,
		TELLING(STR_INIT("src_ip"), STR_INIT("dst_ip"), STR_INIT("infection"))),
};

enum {
	FORMAT_COUNT = sizeof(formats) / sizeof(formats[0])
};

const struct feed_format *shadowserver_formats(size_t *ret_count)
{
	*ret_count = FORMAT_COUNT;
	return formats;
}

static const struct shadowserver_report *report_of(const struct feed_format *format)
{
	return format->detail;
}

bool shadowserver_has(const struct shadowserver_header *h, struct str column)
{
	for (uint32_t i = 0; i < h->count; i++)
		if (str_equal(h->names[i], column))
			return true;
	return false;
}

/* The report type in "2021-03-04-event4_sinkhole-viet_nam-asn.csv", with or without the day. */
static struct str type_in_name(struct str name)
{
	struct date day;
	size_t size = 0;
	if (name.size > 11 && name.data[10] == '-' && date_parse((struct str){name.data, 10}, &day))
		name = (struct str){name.data + 11, name.size - 11};
	while (size < name.size && name.data[size] != '-' && name.data[size] != '.')
		size++;
	return (struct str){name.data, size};
}

static bool file_matches(struct str pattern, struct str type)
{
	struct str end;
	struct str start = str_cut(pattern, '*', &end);
	if (start.size == pattern.size)
		return str_equal(pattern, type);
	return type.size > start.size + end.size && str_starts(type, start) && str_ends(type, end);
}

static const struct feed_format *by_type(struct str type)
{
	for (size_t i = 0; i < FORMAT_COUNT; i++)
		if (file_matches(report_of(&formats[i])->file, type))
			return &formats[i];
	return NULL;
}

static bool tells(const struct shadowserver_report *r, const struct shadowserver_header *h)
{
	if (r->telling[0].size == 0)
		return false;
	for (size_t i = 0; i < 3; i++)
		if (r->telling[i].size > 0 && !shadowserver_has(h, r->telling[i]))
			return false;
	return true;
}

static bool has_core(const struct shadowserver_header *h)
{
	return shadowserver_has(h, STR("timestamp")) &&
	       (shadowserver_has(h, STR("src_ip")) || shadowserver_has(h, STR("ip")));
}

const struct feed_format *shadowserver_recognise(
	struct str file_name, const struct shadowserver_header *h, bool v6)
{
	struct str type = type_in_name(file_name);
	const struct feed_format *named = by_type(type);
	if (named && h->count > 1 &&
		(has_core(h) || shadowserver_has(h, STR("timestamp")) ||
			shadowserver_has(h, STR("src_ip"))))
		return named;
	/* A type we do not know has the common columns, too, but not a meaning we know. */
	if (!has_core(h) || str_starts(type, STR("event4_")) || str_starts(type, STR("event6_")) ||
		str_starts(type, STR("scan_")) || str_starts(type, STR("scan6_")))
		return NULL;
	for (size_t i = 0; i < FORMAT_COUNT; i++)
		if (report_of(&formats[i])->v6 == v6 && tells(report_of(&formats[i]), h))
			return &formats[i];
	return NULL;
}
