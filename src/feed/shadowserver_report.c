/* SPDX-License-Identifier: Apache-2.0 */
#include "feed/shadowserver_report.h"

#include <assert.h>

#include "feed/field.h"

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
#define EVENT(dashed, title, name, type_, kind_, ...)                                              \
	REPORT("event4-" dashed, title " (IPv4)", "event4_" name, .type = STR_INIT(type_),         \
		.kind = (kind_), __VA_ARGS__),                                                     \
		REPORT("event6-" dashed, title " (IPv6)", "event6_" name, .type = STR_INIT(type_), \
			.kind = (kind_), .v6 = true, __VA_ARGS__)
#define PLAIN(dashed, title, name, kind_, ranges_, ...)                                            \
	REPORT(dashed, title " (IPv4)", name, .type = STR_INIT(name), .kind = (kind_),             \
		.ranges = (ranges_), .telling = __VA_ARGS__),                                      \
		REPORT(dashed "6", title " (IPv6)", name "6", .type = STR_INIT(name),              \
			.kind = (kind_), .v6 = true, .ranges = (ranges_), .telling = __VA_ARGS__)
/* A report that comes once, or came once, before 2021. */
#define SINGLE(dashed, title, name, kind_, ...)                                                    \
	REPORT(dashed, title, name, .type = STR_INIT(name), .kind = (kind_), .either = true,       \
		__VA_ARGS__)
/* The rows of a report about services that are infected as well. */
#define BROKEN_INTO(dashed, title, name, type_, column, word)                                      \
	REPORT(dashed, title, name, .type = STR_INIT(type_), .kind = KIND_INFECTED,                \
		.only_column = STR_INIT(column), .only_word = STR_INIT(word))

/* Types and columns: https://www.shadowserver.org/what-we-do/network-reporting/ and the publisher's
 * report_schema. The first whose telling columns are all there is it, so the common core of columns
 * comes last. Who spoofs, what a sample talked to in a sandbox, and what a special report means,
 * differ from row to row or file to file: the operator says the kind. */
const struct feed_format shadowserver_formats[] = {
	SINGLE("botnet-drone", "Botnet Drone, to 2021", "botnet_drone", KIND_INFECTED,
		.telling = TELLING(STR_INIT("ip"), STR_INIT("infection"), STR_INIT("cc_ip")),
		.own = {{STR_INIT("type"), ROLE_PROTOCOL}, {STR_INIT("cc_ip"), ROLE_DESTINATION},
			{STR_INIT("cc"), ROLE_DESTINATION},
			{STR_INIT("cc_port"), ROLE_DESTINATION_PORT},
			{STR_INIT("id"), ROLE_BOT_ID}}),
	SINGLE("drone-brute-force", "Drone Brute Force, to 2021", "drone_brute_force",
		KIND_ATTACK_SOURCE,
		.telling = TELLING(STR_INIT("ip"), STR_INIT("dest_ip"), STR_INIT("client_version")),
		.own = {{STR_INIT("dest_ip"), ROLE_DESTINATION},
			{STR_INIT("dest_port"), ROLE_DESTINATION_PORT}}),
	SINGLE("hp-ics-scan", "ICS Scanners, to 2021", "hp_ics_scan", KIND_ATTACK_SOURCE,
		.telling = TELLING(STR_INIT("ip"), STR_INIT("sensorid"), STR_INIT("slave_id"))),
	SINGLE("hp-http-scan", "HTTP Scanners, to 2021", "hp_http_scan", KIND_ATTACK_SOURCE,
		.telling = TELLING(STR_INIT("ip"), STR_INIT("sensorid"), STR_INIT("pattern"))),
	REPORT("sinkhole6-http", "IPv6 Sinkhole HTTP Drone, to 2021", "sinkhole6_http",
		.type = STR_INIT("sinkhole6_http"), .kind = KIND_INFECTED, .v6 = true,
		.telling = TELLING(STR_INIT("src_ip"), STR_INIT("sysdesc"), STR_INIT("sysname"))),
	/* In 2016 with the drone report's columns, and the infection in its tag. */
	SINGLE("microsoft-sinkhole", "Microsoft Sinkhole, to 2021", "microsoft_sinkhole",
		KIND_INFECTED,
		.telling = TELLING(STR_INIT("ip"), STR_INIT("cc_ip"), STR_INIT("http_host")),
		.own = {{STR_INIT("type"), ROLE_INFECTION}, {STR_INIT("cc_ip"), ROLE_DESTINATION},
			{STR_INIT("cc_port"), ROLE_DESTINATION_PORT}}),
	SINGLE("sinkhole-http-drone", "Sinkhole HTTP Drone, to 2021", "sinkhole_http_drone",
		KIND_INFECTED,
		.telling = TELLING(STR_INIT("ip"), STR_INIT("src_port"), STR_INIT("http_agent")),
		.own = {{STR_INIT("type"), ROLE_INFECTION}}),
	SINGLE("darknet", "Darknet, to 2021", "darknet", KIND_ATTACK_SOURCE,
		.telling = TELLING(STR_INIT("ip"), STR_INIT("dst_port"), STR_INIT("count")),
		.own = {{STR_INIT("type"), ROLE_PROTOCOL}}),
	SINGLE("blacklist", "Blacklist, to 2021", "blacklist", KIND_BLOCKLISTED, .ranges = true),
	SINGLE("cc-ip", "Command and Control, to 2021", "cc_ip", KIND_C2,
		.telling = TELLING(STR_INIT("ip"), STR_INIT("port"), STR_INIT("channel")),
		.own = {{STR_INIT("first_seen"), ROLE_TIMESTAMP}}),
	SINGLE("cwsandbox-url", "CWSandbox URL, to 2021", "cwsandbox_url", -1),

	EVENT("honeypot-brute-force", "Honeypot Brute Force Events", "honeypot_brute_force",
		"honeypot_brute_force", KIND_ATTACK_SOURCE,
		.telling = TELLING(
			STR_INIT("service"), STR_INIT("start_time"), STR_INIT("client_version"))),
	EVENT("honeypot-ics-scan", "Honeypot ICS Scanner Events", "honeypot_ics_scan",
		"honeypot_*_scan", KIND_ATTACK_SOURCE,
		.telling =
			TELLING(STR_INIT("src_ip"), STR_INIT("sensor_id"), STR_INIT("slave_id"))),
	EVENT("honeypot-scan", "Honeypot Scanner Events", "honeypot_*_scan", "honeypot_*_scan",
		KIND_ATTACK_SOURCE,
		.telling = TELLING(STR_INIT("vulnerability_enum"), STR_INIT("threat_framework"))),
	/* `infection` says "ddos" there, the family whose server it is. */
	EVENT("honeypot-ddos", "Honeypot DDoS Events", "honeypot_ddos", "honeypot_ddos", KIND_C2,
		.own = {{STR_INIT("infection"), ROLE_EXTRA}}),
	/* Bots, but also open services that reflect: "the attacking IPs may be …". */
	EVENT("ddos-participant", "DDoS Participant", "ddos_participant", "ddos_participant",
		KIND_ATTACK_SOURCE),
	/* "Not … a source of direct identification of infected hosts": the addresses are those of
	 * resolvers that pass a bot's question on. */
	EVENT("sinkhole-dns", "Sinkhole DNS Events", "sinkhole_dns", "sinkhole_dns", -1,
		.telling = TELLING(STR_INIT("src_ip"), STR_INIT("query_type"), STR_INIT("query"))),
	SINGLE("sinkhole-dns", "Sinkhole DNS, to 2021", "sinkhole_dns", -1,
		.telling = TELLING(STR_INIT("query"), STR_INIT("response"), STR_INIT("count"))),
	EVENT("initial-access-broker", "Initial Access Broker", "initial_access_broker",
		"initial_access_broker", KIND_INFECTED),
	EVENT("ip-spoofer", "IP Spoofer Events", "ip_spoofer", "ip_spoofer", -1,
		.telling = TELLING(STR_INIT("routedspoof"), STR_INIT("session"))),
	EVENT("sinkhole-http-referer", "Sinkhole HTTP Referer Events", "sinkhole_http_referer",
		"sinkhole_http_referer", KIND_MALWARE_HOST,
		.telling = TELLING(STR_INIT("http_referer_ip"), STR_INIT("http_referer_port")),
		.own = {{STR_INIT("http_referer_ip"), ROLE_SOURCE},
			{STR_INIT("http_referer_port"), ROLE_PORT}}),
	EVENT("microsoft-sinkhole-http", "Microsoft Sinkhole HTTP Events",
		"microsoft_sinkhole_http", "microsoft_sinkhole_http", KIND_INFECTED),
	EVENT("microsoft-sinkhole", "Microsoft Sinkhole Events", "microsoft_sinkhole",
		"microsoft_sinkhole", KIND_INFECTED),
	EVENT("sinkhole-http", "Sinkhole HTTP Events", "sinkhole_http", "sinkhole_http",
		KIND_INFECTED,
		.telling =
			TELLING(STR_INIT("src_ip"), STR_INIT("http_url"), STR_INIT("http_host"))),
	EVENT("honeypot-darknet", "Honeypot Darknet Events", "honeypot_darknet", "honeypot_darknet",
		KIND_ATTACK_SOURCE,
		.telling = TELLING(STR_INIT("src_ip"), STR_INIT("dst_port"), STR_INIT("count"))),
	PLAIN("special", "Special Report", "special", -1, false,
		TELLING(STR_INIT("first_seen_time"), STR_INIT("last_seen_time"))),
	PLAIN("compromised-iot", "Compromised IoT", "compromised_iot", KIND_INFECTED, false,
		TELLING(STR_INIT("ip"), STR_INIT("device_vendor"), STR_INIT("source_type"))),
	PLAIN("compromised-website", "Compromised Website", "compromised_website",
		KIND_MALWARE_HOST, false,
		TELLING(STR_INIT("ip"), STR_INIT("detected_since"), STR_INIT("http_host"))),
	PLAIN("blocklist", "Blocklist", "blocklist", KIND_BLOCKLISTED, true,
		TELLING(STR_INIT("ip"), STR_INIT("source"), STR_INIT("reason"))),
	SINGLE("sandbox-conn", "Sandbox Connections", "sandbox_conn", -1,
		.telling = TELLING(STR_INIT("ip"), STR_INIT("bytes_in"), STR_INIT("bytes_out"))),
	SINGLE("sandbox-url", "Sandbox URL", "sandbox_url", -1,
		.telling = TELLING(STR_INIT("ip"), STR_INIT("user_agent"), STR_INIT("method"))),
	SINGLE("malware-url", "Malware URL", "malware_url", KIND_MALWARE_HOST,
		.telling = TELLING(STR_INIT("url"), STR_INIT("source"), STR_INIT("sha256"))),
	SINGLE("post-exploitation-framework", "Post-Exploitation Framework",
		"scan_post_exploitation_framework", KIND_C2,
		.telling =
			TELLING(STR_INIT("ip"), STR_INIT("beacon_type"), STR_INIT("beacon_host"))),
	SINGLE("synfulknock", "SYNful Knock", "scan_synfulknock", KIND_INFECTED),
	BROKEN_INTO("scan-exchange", "Exchange Server with a web shell (IPv4)", "scan_exchange",
		"exchange", "tag", "webshell"),
	BROKEN_INTO("scan6-exchange", "Exchange Server with a web shell (IPv6)", "scan6_exchange",
		"exchange", "tag", "webshell"),
	BROKEN_INTO("scan-smb", "SMB Service with an implant, to 2023", "scan_smb", "smb",
		"smb_implant", "Y"),
	EVENT("sinkhole", "Sinkhole Events", "sinkhole", "sinkhole", KIND_INFECTED,
		.telling = TELLING(STR_INIT("src_ip"), STR_INIT("dst_ip"), STR_INIT("infection"))),
};

static_assert(
	sizeof(shadowserver_formats) / sizeof(shadowserver_formats[0]) == SHADOWSERVER_FORMATS,
	"the header says how many");

static const struct shadowserver_report *report_of(const struct feed_format *format)
{
	return format->detail;
}

/* --- columns --- */

static const struct report_column common[] = {
	{STR_INIT("timestamp"), ROLE_TIMESTAMP},
	{STR_INIT("src_ip"), ROLE_SOURCE},
	{STR_INIT("ip"), ROLE_SOURCE},
	{STR_INIT("src_port"), ROLE_PORT},
	{STR_INIT("port"), ROLE_PORT},
	{STR_INIT("protocol"), ROLE_PROTOCOL},
	{STR_INIT("dst_ip"), ROLE_DESTINATION},
	{STR_INIT("dst_port"), ROLE_DESTINATION_PORT},
	{STR_INIT("infection"), ROLE_INFECTION},
	{STR_INIT("family"), ROLE_FAMILY},
	{STR_INIT("tag"), ROLE_TAG},
	{STR_INIT("event_id"), ROLE_EVENT_ID},
	{STR_INIT("machine_name"), ROLE_MACHINE},
	{STR_INIT("first_seen_time"), ROLE_FIRST_SEEN},
	{STR_INIT("last_seen_time"), ROLE_LAST_SEEN},
	{STR_INIT("public_source"), ROLE_PUBLIC_SOURCE},
};

enum role shadowserver_role(const struct shadowserver_report *report, struct str column)
{
	const struct report_column *own = report->own;
	for (size_t i = 0; i < sizeof(report->own) / sizeof(own[0]) && own[i].name.size > 0; i++)
		if (str_equal(column, own[i].name))
			return own[i].role;
	for (size_t i = 0; i < sizeof(common) / sizeof(common[0]); i++)
		if (str_equal(column, common[i].name))
			return common[i].role;
	return field_private(column) ? ROLE_PRIVATE : ROLE_EXTRA;
}

bool shadowserver_has(const struct shadowserver_header *h, struct str column)
{
	for (uint32_t i = 0; i < h->count; i++)
		if (str_equal(h->names[i], column))
			return true;
	return false;
}

bool shadowserver_has_all(const struct shadowserver_header *h, const struct str columns[3])
{
	for (size_t i = 0; i < 3; i++)
		if (columns[i].size > 0 && !shadowserver_has(h, columns[i]))
			return false;
	return true;
}

/* --- which one? --- */

struct str shadowserver_type_in_name(struct str name)
{
	struct date day;
	size_t size = 0;
	if (name.size > 11 && name.data[10] == '-' && date_parse((struct str){name.data, 10}, &day))
		name = (struct str){name.data + 11, name.size - 11};
	while (size < name.size && name.data[size] != '-' && name.data[size] != '.')
		size++;
	return (struct str){name.data, size};
}

bool shadowserver_type_matches(struct str pattern, struct str type)
{
	struct str end;
	struct str start = str_cut(pattern, '*', &end);
	if (start.size == pattern.size)
		return str_equal(pattern, type);
	return type.size > start.size + end.size && str_starts(type, start) && str_ends(type, end);
}

static const struct feed_format *by_type(struct str type)
{
	for (size_t i = 0; i < SHADOWSERVER_FORMATS; i++)
		if (shadowserver_type_matches(report_of(&shadowserver_formats[i])->file, type))
			return &shadowserver_formats[i];
	return NULL;
}

static bool tells(const struct shadowserver_report *r, const struct shadowserver_header *h, bool v6)
{
	return r->telling[0].size > 0 && (r->either || r->v6 == v6) &&
	       shadowserver_has_all(h, r->telling);
}

static bool has_core(const struct shadowserver_header *h)
{
	return shadowserver_has(h, STR("timestamp")) &&
	       (shadowserver_has(h, STR("src_ip")) || shadowserver_has(h, STR("ip")) ||
		       shadowserver_has(h, STR("http_referer_ip")));
}

/* Whether a file whose name says so can be that report: names like "special.csv" are everybody's.
 */
static bool may_be(const struct shadowserver_report *r, const struct shadowserver_header *h)
{
	if (h->count < 2 || (r->only_column.size > 0 && !shadowserver_has(h, r->only_column)))
		return false;
	for (size_t i = 0; i < sizeof(r->own) / sizeof(r->own[0]); i++)
		if (r->own[i].role == ROLE_TIMESTAMP && r->own[i].name.size > 0 &&
			shadowserver_has(h, r->own[i].name))
			return true;
	return shadowserver_has(h, STR("timestamp")) || shadowserver_has(h, STR("src_ip"));
}

const struct feed_format *shadowserver_recognise(
	struct str file_name, const struct shadowserver_header *h, bool v6)
{
	struct str type = shadowserver_type_in_name(file_name);
	const struct feed_format *named = by_type(type);
	enum problem_code code;
	struct str got;
	if (named && may_be(report_of(named), h))
		return named;
	/* A type we do not know has the common columns, too, but not a meaning we know. */
	if (!has_core(h) || str_starts(type, STR("event4_")) || str_starts(type, STR("event6_")) ||
		shadowserver_refuses(file_name, h, &code, &got))
		return NULL;
	for (size_t i = 0; i < SHADOWSERVER_FORMATS; i++)
		if (tells(report_of(&shadowserver_formats[i]), h, v6))
			return &shadowserver_formats[i];
	return NULL;
}
