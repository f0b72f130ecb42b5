/* SPDX-License-Identifier: Apache-2.0 */
/* The publisher's reports that are none of ours. They have the common columns, so that without this
 * list an open printer or the victim of an attack would be taken for an infected machine. */
#include "feed/shadowserver_report.h"

static const struct {
	struct str file;
	enum problem_code code;
} by_name[] = {
	{STR_INIT("scan_*"), PROBLEM_REPORT_OF_SERVICES},
	{STR_INIT("scan6_*"), PROBLEM_REPORT_OF_SERVICES},
	{STR_INIT("population_*"), PROBLEM_REPORT_OF_SERVICES},
	{STR_INIT("population6_*"), PROBLEM_REPORT_OF_SERVICES},
	{STR_INIT("device_id"), PROBLEM_REPORT_OF_SERVICES},
	{STR_INIT("device_id6"), PROBLEM_REPORT_OF_SERVICES},
	{STR_INIT("cisco_smart_install"), PROBLEM_REPORT_OF_SERVICES},
	{STR_INIT("netis_router"), PROBLEM_REPORT_OF_SERVICES},
	{STR_INIT("ssl_scan"), PROBLEM_REPORT_OF_SERVICES},
	{STR_INIT("dns_openresolver"), PROBLEM_REPORT_OF_SERVICES},
	{STR_INIT("outdated_dnssec_key"), PROBLEM_REPORT_OF_SERVICES},
	{STR_INIT("outdated_dnssec_key_v6"), PROBLEM_REPORT_OF_SERVICES},
	{STR_INIT("event4_honeypot_ddos_amp"), PROBLEM_REPORT_OF_TARGETS},
	{STR_INIT("event4_honeypot_ddos_target"), PROBLEM_REPORT_OF_TARGETS},
	{STR_INIT("event6_honeypot_ddos_amp"), PROBLEM_REPORT_OF_TARGETS},
	{STR_INIT("event6_honeypot_ddos_target"), PROBLEM_REPORT_OF_TARGETS},
	{STR_INIT("ddos_amplification"), PROBLEM_REPORT_OF_TARGETS},
	{STR_INIT("targeted_host"), PROBLEM_REPORT_OF_TARGETS},
	{STR_INIT("targeted_host6"), PROBLEM_REPORT_OF_TARGETS},
	{STR_INIT("iot_*_device_stats"), PROBLEM_REPORT_OF_NO_MACHINES},
	{STR_INIT("compromised_account"), PROBLEM_REPORT_OF_NO_MACHINES},
	{STR_INIT("ransomware_victim"), PROBLEM_REPORT_OF_NO_MACHINES},
	{STR_INIT("sandbox_dns"), PROBLEM_REPORT_OF_NO_MACHINES},
	{STR_INIT("spam_url"), PROBLEM_REPORT_OF_NO_MACHINES},
	{STR_INIT("phish_url"), PROBLEM_REPORT_OF_NO_MACHINES},
	{STR_INIT("caida_ip_spoofer"), PROBLEM_REPORT_OF_NO_MACHINES},
};

/* Without a name. Who commands, who attacks and who is attacked come in the same columns. */
static const struct {
	struct str columns[3];
	enum problem_code code;
	struct str got;
} by_columns[] = {
	{{STR_INIT("attack"), STR_INIT("attack_src_ip"), STR_INIT("")}, PROBLEM_UNKNOWN_FORMAT,
		STR_INIT("Shadowserver report of DDoS attacks, without the type in its file name")},
	{{STR_INIT("request"), STR_INIT("bytes"), STR_INIT("sensor_geo")},
		PROBLEM_REPORT_OF_TARGETS, STR_INIT("ddos_amplification")},
	{{STR_INIT("request"), STR_INIT("count"), STR_INIT("bytes")}, PROBLEM_REPORT_OF_TARGETS,
		STR_INIT("event4_honeypot_ddos_amp")},
	{{STR_INIT("url"), STR_INIT("sender"), STR_INIT("subject")}, PROBLEM_REPORT_OF_NO_MACHINES,
		STR_INIT("spam_url")},
};

/* Asked when nobody else takes the file. Ours by its looks, but which one? */
bool shadowserver_nameless(const struct shadowserver_header *h, struct str *ret_got)
{
	static const struct str scan[3] = {STR_INIT("ip"), STR_INIT("asn"), STR_INIT("geo")};
	static const struct str event[3] = {
		STR_INIT("src_ip"), STR_INIT("src_asn"), STR_INIT("src_geo")};
	*ret_got = STR("Shadowserver report, without a known type in its file name");
	return shadowserver_has(h, STR("timestamp")) &&
	       (shadowserver_has_all(h, scan) || shadowserver_has_all(h, event));
}

bool shadowserver_refuses(struct str file_name, const struct shadowserver_header *h,
	enum problem_code *ret_code, struct str *ret_got)
{
	struct str type = shadowserver_type_in_name(file_name);
	if (!shadowserver_has(h, STR("timestamp")))
		return false;
	for (size_t i = 0; i < sizeof(by_name) / sizeof(by_name[0]); i++) {
		if (shadowserver_type_matches(by_name[i].file, type)) {
			*ret_code = by_name[i].code;
			*ret_got = type;
			return true;
		}
	}
	for (size_t i = 0; i < sizeof(by_columns) / sizeof(by_columns[0]); i++) {
		if (shadowserver_has_all(h, by_columns[i].columns)) {
			*ret_code = by_columns[i].code;
			*ret_got = by_columns[i].got;
			return true;
		}
	}
	return false;
}
