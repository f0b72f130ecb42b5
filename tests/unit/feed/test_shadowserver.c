/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "parse.h"

#define CORE                                                                                       \
	"\"timestamp\",\"protocol\",\"src_ip\",\"src_port\",\"src_asn\",\"src_geo\",\"src_city\"," \
	"\"src_sector\",\"severity\",\"dst_ip\",\"dst_port\",\"public_source\",\"infection\","     \
	"\"family\",\"tag\",\"event_id\""

static struct parsed parsed;

static void parse(const char *file_name, const char *text)
{
	const struct feed_options options = plain_options(file_name);
	parse_text(&parsed, &options, str_from(text), 4096);
}

static void assert_extra(size_t row, const char *column, const char *value)
{
	struct str s = parsed_extra(&parsed, row, column);
	assert_true(str_equal(s, str_from(value)));
}

static void assert_ip(struct ip ip, const char *text)
{
	struct ip wanted;
	assert_true(ip_parse(str_from(text), &wanted));
	assert_int_equal(ip_compare(ip, wanted), 0);
}

static void test_every_field(void **state)
{
	(void)state;
	parse("2021-03-04-event4_sinkhole-viet_nam-geo.csv",
		CORE "\n\"2021-03-04 05:06:07\",\"tcp\",\"14.225.1.2\",17409,45899,\"VN\",\"?\","
		     "\"Communications, Service Provider, and Hosting Service\",\"critical\","
		     "\"178.162.203.211\",4455,\"eset\",\"victorygate.b\",\"victorygate\",\"x\","
		     "\n");
	assert_int_equal(parsed.err, E_OK);
	assert_true(str_equal(parsed.format, STR("shadowserver-event4-sinkhole")));
	assert_int_equal(parsed.row_count, 1);
	const struct sighting *s = &parsed.rows[0];
	assert_ip(s->at.ip, "14.225.1.2");
	assert_int_equal(s->at.length, 128);
	assert_int_equal(s->time.from.seconds, 1614834367);
	assert_int_equal(s->time.to.seconds, 1614834367);
	assert_int_equal(s->precision, PRECISION_SECOND);
	assert_int_equal(s->kind, KIND_INFECTED);
	assert_int_equal(s->protocol, 6);
	assert_int_equal(s->port, 17409);
	assert_int_equal(s->dst_port, 4455);
	assert_ip(s->dst, "178.162.203.211");
	assert_true(str_equal(s->name, STR("victorygate.b")));
	assert_int_equal(s->machine, 0);
	assert_int_not_equal(s->identity, 0);
	assert_extra(0, "src_sector", "Communications, Service Provider, and Hosting Service");
	assert_extra(0, "src_city", "?");
	assert_extra(0, "severity", "critical");
	assert_extra(0, "family", "victorygate");
	assert_extra(0, "tag", "x");
	assert_extra(0, "public_source", "eset");
	assert_null(parsed_extra(&parsed, 0, "infection").data);
	assert_null(parsed_extra(&parsed, 0, "event_id").data);
	assert_null(parsed_extra(&parsed, 0, "dst_port").data);
	parsed_release(&parsed);
}

/* Seen in the wild: none of it is a reason to drop a row. */
static void test_odd_values(void **state)
{
	(void)state;
	parse("event4_sinkhole.csv", CORE "\n"
					  "2021-03-04 00:00:00,,14.225.1.2,,0,**,?,,,,,,,,,\n"
					  "2021-03-04 00:00:00,weird,14.225.1.2,0,0,UK,,,,"
					  "148.81.111.11.12,80,MSDCU,,,b68-zeroaccess-2-32bit,\n");
	assert_int_equal(parsed.err, E_OK);
	assert_int_equal(parsed.totals.rejected, 0);
	assert_int_equal(parsed.row_count, 2);
	assert_int_equal(parsed.rows[0].name.size, 0);
	assert_int_equal(parsed.rows[0].port, 0);
	assert_extra(0, "src_geo", "**");
	assert_extra(0, "src_asn", "0");
	assert_true(str_equal(parsed.rows[1].name, STR("b68-zeroaccess-2-32bit")));
	assert_extra(1, "dst_ip", "148.81.111.11.12");
	assert_extra(1, "protocol", "weird");
	assert_null(parsed_extra(&parsed, 1, "tag").data);
	assert_int_equal(parsed.rows[1].dst_port, 80);
	parsed_release(&parsed);
}

static void test_columns_move(void **state)
{
	(void)state;
	parse("event4_sinkhole.csv", "new_column,infection,src_ip,timestamp\n"
				     "hello,mirai,14.225.1.2,2021-03-04 00:00:00\n");
	assert_int_equal(parsed.err, E_OK);
	assert_true(str_equal(parsed.rows[0].name, STR("mirai")));
	assert_extra(0, "new_column", "hello");
	parsed_release(&parsed);
}

static void test_ipv6(void **state)
{
	(void)state;
	parse("feed.csv", "timestamp,src_ip,dst_ip,infection\n"
			  "2021-03-04 00:00:00,2001:ee0:1::7,2001:db8::1,mirai\n");
	assert_int_equal(parsed.err, E_OK);
	assert_true(str_equal(parsed.format, STR("shadowserver-event6-sinkhole")));
	assert_ip(parsed.rows[0].at.ip, "2001:ee0:1::7");
	parsed_release(&parsed);
}

/* Whose name it was stays a secret; what attackers typed is not kept at all. */
static void test_nothing_private(void **state)
{
	(void)state;
	parse("event4_honeypot_brute_force.csv",
		"timestamp,src_ip,infection,username,password,machine_name,service\n"
		"2021-03-04 00:00:00,14.225.1.2,ssh-brute-force,root,Secret1!,PC-HOA,ssh\n"
		"2021-03-04 00:00:01,14.225.1.3,ssh-brute-force,root,Secret1!,PC-HOA,ssh\n"
		"2021-03-04 00:00:01,14.225.1.4,ssh-brute-force,root,Secret1!,,ssh\n");
	assert_int_equal(parsed.err, E_OK);
	assert_int_equal(parsed.rows[0].kind, KIND_ATTACK_SOURCE);
	assert_int_not_equal(parsed.rows[0].machine, 0);
	assert_true(parsed.rows[0].machine == parsed.rows[1].machine);
	assert_int_equal(parsed.rows[2].machine, 0);
	assert_int_equal(parsed.column_count, 1);
	assert_extra(0, "service", "ssh");
	struct str kept = writer_view_str(&parsed.texts);
	assert_true(str_find(kept, STR("Secret1!")) == kept.size);
	assert_true(str_find(kept, STR("PC-HOA")) == kept.size);
	parsed_release(&parsed);
	/* The account a device was broken into by. */
	parse("compromised_iot.csv", "timestamp,ip,tag,account,server_host_key\n"
				     "2024-09-24 00:00:00,14.225.1.2,ssh,hoa.nguyen,key\n");
	assert_int_equal(parsed.err, E_OK);
	assert_int_equal(parsed.column_count, 2);
	assert_extra(0, "server_host_key", "key");
	assert_null(parsed_extra(&parsed, 0, "account").data);
	parsed_release(&parsed);
}

static void test_identity(void **state)
{
	(void)state;
	parse("event4_sinkhole.csv", "timestamp,src_ip,infection,event_id,x\n"
				     "2021-03-04 00:00:00,14.225.1.2,mirai,,a\n"
				     "2021-03-04 00:00:00,14.225.1.2,mirai,,a\n"
				     "2021-03-04 00:00:00,14.225.1.2,mirai,,b\n"
				     "2021-03-04 00:00:00,14.225.1.2,mirai,77,a\n"
				     "2021-03-04 00:00:00,14.225.1.2,mirai,77,b\n");
	assert_int_equal(parsed.row_count, 5);
	uint64_t event = parsed.rows[3].identity;
	assert_true(parsed.rows[0].identity == parsed.rows[1].identity);
	assert_true(parsed.rows[0].identity != parsed.rows[2].identity);
	assert_true(event == parsed.rows[4].identity);
	assert_true(event != parsed.rows[0].identity);
	parsed_release(&parsed);
	/* The same number means another event in another type of report. */
	parse("event4_honeypot_darknet.csv", "timestamp,src_ip,infection,event_id,x\n"
					     "2021-03-04 00:00:00,14.225.1.2,mirai,77,a\n");
	assert_true(event != parsed.rows[0].identity);
	parsed_release(&parsed);
}

struct type_case {
	const char *file;
	const char *header;
	const char *format; /* NULL: refused */
	int kind;
};

static const struct type_case types[] = {
	{"a.csv", "timestamp,src_ip,dst_ip,infection", "shadowserver-event4-sinkhole",
		KIND_INFECTED},
	{"a.csv", "timestamp,src_ip,dst_ip,infection,http_url,http_host",
		"shadowserver-event4-sinkhole-http", KIND_INFECTED},
	{"a.csv", "timestamp,src_ip,dst_ip,dst_port,infection,count",
		"shadowserver-event4-honeypot-darknet", KIND_ATTACK_SOURCE},
	{"a.csv", "timestamp,src_ip,dst_ip,infection,service,start_time,end_time,client_version",
		"shadowserver-event4-honeypot-brute-force", KIND_ATTACK_SOURCE},
	{"a.csv", "timestamp,src_ip,dst_ip,infection,http_url,vulnerability_enum,threat_framework",
		"shadowserver-event4-honeypot-scan", KIND_ATTACK_SOURCE},
	{"a.csv", "timestamp,ip,port,device_vendor,source_type,tag", "shadowserver-compromised-iot",
		KIND_INFECTED},
	{"a.csv", "timestamp,ip,port,tag,url,http_host,detected_since,redirect_target",
		"shadowserver-compromised-website", KIND_MALWARE_HOST},
	{"a.csv", "timestamp,ip,hostname,source,reason", "shadowserver-blocklist",
		KIND_BLOCKLISTED},
	{"2021-03-04-event4_microsoft_sinkhole-vn.csv", "timestamp,src_ip,dst_ip,infection",
		"shadowserver-event4-microsoft-sinkhole", KIND_INFECTED},
	{"event4_microsoft_sinkhole_http.csv", "timestamp,src_ip,infection",
		"shadowserver-event4-microsoft-sinkhole-http", KIND_INFECTED},
	{"2021-03-04-event4_honeypot_ics_scan-vn.csv", "timestamp,src_ip,tag",
		"shadowserver-event4-honeypot-ics-scan", KIND_ATTACK_SOURCE},
	{"2021-03-04-event4_honeypot_snmp_scan-vn.csv", "timestamp,src_ip,tag",
		"shadowserver-event4-honeypot-scan", KIND_ATTACK_SOURCE},
	{"a.csv", "timestamp,src_ip,dst_ip,infection,state,sensor_id,slave_id",
		"shadowserver-event4-honeypot-ics-scan", KIND_ATTACK_SOURCE},
	/* Who commands an attack and who takes part in it come in the same columns. */
	{"event4_ddos_participant.csv", "timestamp,src_ip,dst_ip,infection,attack,attack_src_ip",
		"shadowserver-event4-ddos-participant", KIND_ATTACK_SOURCE},
	{"event4_honeypot_ddos.csv", "timestamp,src_ip,dst_ip,infection,attack,attack_src_ip",
		"shadowserver-event4-honeypot-ddos", KIND_C2},
	{"event6_initial_access_broker.csv", "timestamp,src_ip,dst_ip,infection",
		"shadowserver-event6-initial-access-broker", KIND_INFECTED},
	{"a.csv", "timestamp,http_referer_ip,http_referer_port,dst_ip,infection,http_url",
		"shadowserver-event4-sinkhole-http-referer", KIND_MALWARE_HOST},
	{"a.csv", "timestamp,url,hostname,ip,asn,port,tag,source,sha256",
		"shadowserver-malware-url", KIND_MALWARE_HOST},
	{"a.csv", "timestamp,ip,protocol,port,tag,http_url,beacon_type,beacon_host",
		"shadowserver-post-exploitation-framework", KIND_C2},
	{"2024-01-01-scan_post_exploitation_framework-vn.csv", "timestamp,ip,port,tag",
		"shadowserver-post-exploitation-framework", KIND_C2},
	{"scan_synfulknock.csv", "timestamp,ip,port,tag", "shadowserver-synfulknock",
		KIND_INFECTED},
	/* As they came to 2021. */
	{"a.csv", "timestamp,ip,port,asn,geo,type,infection,url,cc_ip,cc_port,count,id",
		"shadowserver-botnet-drone", KIND_INFECTED},
	{"2013-01-01-botnet_drone-vn.csv", "timestamp,ip,port,infection,cc,cc_port",
		"shadowserver-botnet-drone", KIND_INFECTED},
	{"a.csv", "timestamp,ip,asn,geo,url,type,http_agent,tor,src_port,dst_port,http_host,dst_ip",
		"shadowserver-sinkhole-http-drone", KIND_INFECTED},
	{"2020-10-01-microsoft_sinkhole-vn.csv", "timestamp,ip,type,http_agent,src_port,dst_ip",
		"shadowserver-microsoft-sinkhole", KIND_INFECTED},
	{"a.csv", "timestamp,ip,asn,geo,url,tag,agent,tor,port,cc_port,http_host,cc_ip",
		"shadowserver-microsoft-sinkhole", KIND_INFECTED},
	{"2018-01-01-cc_ip-vietnam-geo.csv", "timestamp,ip,port,channel,asn,geo,domain",
		"shadowserver-cc-ip", KIND_C2},
	{"a.csv", "first_seen,timestamp,ip,port,channel", "shadowserver-cc-ip", KIND_C2},
	/* 2014 */
	{"a.csv", "timestamp,ip,port,tag,url,http_host,category,system,detected_since,server",
		"shadowserver-compromised-website", KIND_MALWARE_HOST},
	{"a.csv", "timestamp,ip,dest_ip,dest_port,service,start_time,client_version,password",
		"shadowserver-drone-brute-force", KIND_ATTACK_SOURCE},
	{"a.csv", "timestamp,ip,type,dst_ip,dst_port,count,tag", "shadowserver-darknet",
		KIND_ATTACK_SOURCE},
	{"a.csv", "timestamp,ip,type,dst_ip,sensorid,pattern,url", "shadowserver-hp-http-scan",
		KIND_ATTACK_SOURCE},
	{"a.csv", "timestamp,ip,type,dst_ip,sensorid,state,slave_id", "shadowserver-hp-ics-scan",
		KIND_ATTACK_SOURCE},
	{"2020-10-01-blacklist-vn.csv", "timestamp,ip,hostname,source,reason,sic",
		"shadowserver-blacklist", KIND_BLOCKLISTED},
	{"2021-03-04-compromised_iot-vn.csv", "timestamp,ip,tag", "shadowserver-compromised-iot",
		KIND_INFECTED},
	{"2021-03-04-special.csv", "timestamp,src_ip,tag", NULL, 0},
	{"event4_ip_spoofer.csv", "timestamp,src_ip,tag,routedspoof,session", NULL, 0},
	{"event4_honeypot_scan.csv", "timestamp,src_ip,dst_ip,infection", NULL, 0},
	{"2014-11-01-cwsandbox_url-vn.csv", "timestamp,ip,asn,geo,md5hash,url,host", NULL, 0},
	{"scan_smb.csv", "timestamp,ip,port,tag", NULL, 0},
	{"sandbox_conn.csv", "timestamp,ip,asn,md5,protocol,port,bytes_in,bytes_out", NULL, 0},
};

static void write_case(const char *header, struct writer *w)
{
	struct str rest = str_from(header);
	writer_str(w, rest);
	writer_char(w, '\n');
	while (rest.size > 0) {
		struct str name = str_cut(rest, ',', &rest);
		if (str_equal(name, STR("timestamp")))
			writer_text(w, "2021-03-04 00:00:00");
		else if (str_equal(name, STR("src_ip")) || str_equal(name, STR("ip")) ||
			 str_equal(name, STR("http_referer_ip")))
			writer_text(w, "14.225.1.2");
		if (rest.size > 0)
			writer_char(w, ',');
	}
	writer_char(w, '\n');
	writer_char(w, '\0');
}

static void test_report_types(void **state)
{
	struct writer w;
	(void)state;
	writer_init(&w, 4096);
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		writer_clear(&w);
		write_case(types[i].header, &w);
		parse(types[i].file, (const char *)w.data);
		if (types[i].format) {
			assert_int_equal(parsed.err, E_OK);
			assert_true(str_equal(parsed.format, str_from(types[i].format)));
			assert_int_equal(parsed.rows[0].kind, types[i].kind);
		} else {
			assert_int_equal(parsed.err, E_SYNTAX);
		}
		parsed_release(&parsed);
	}
	writer_release(&w);
}

struct refused_case {
	const char *file;
	const char *header;
	enum problem_code code;
	const char *got;
};

/* The common columns, but another meaning. */
static const struct refused_case refused[] = {
	{"2021-03-04-scan_telnet-vn.csv", "timestamp,ip,port,protocol,tag",
		PROBLEM_REPORT_OF_SERVICES, "scan_telnet"},
	{"scan6_http.csv", "timestamp,src_ip,dst_ip,infection", PROBLEM_REPORT_OF_SERVICES,
		"scan6_http"},
	{"2024-03-04-population_bgp-vn.csv", "timestamp,ip,port,tag", PROBLEM_REPORT_OF_SERVICES,
		"population_bgp"},
	{"device_id.csv", "timestamp,ip,device_vendor,source_type", PROBLEM_REPORT_OF_SERVICES,
		"device_id"},
	{"event4_honeypot_ddos_target.csv", "timestamp,dst_ip,src_ip,infection",
		PROBLEM_REPORT_OF_TARGETS, "event4_honeypot_ddos_target"},
	{"a.csv", "timestamp,src_ip,dst_ip,dst_port,infection,request,count,bytes,avg_pps,max_pps",
		PROBLEM_REPORT_OF_TARGETS, "event4_honeypot_ddos_amp"},
	/* 2021 */
	{"a.csv", "timestamp,src_ip,dst_ip,dst_port,infection,request,count,bytes,end_time",
		PROBLEM_REPORT_OF_TARGETS, "event4_honeypot_ddos_amp"},
	{"a.csv", "timestamp,ip,protocol,dst_port,tag,request,count,bytes,sensor_geo",
		PROBLEM_REPORT_OF_TARGETS, "ddos_amplification"},
	{"2024-03-04-compromised_account-vn.csv", "timestamp,email,infection,status",
		PROBLEM_REPORT_OF_NO_MACHINES, "compromised_account"},
	{"spam_url.csv", "timestamp,url,hostname,ip,source", PROBLEM_REPORT_OF_NO_MACHINES,
		"spam_url"},
	{"a.csv", "timestamp,url,host,ip,asn,source,sender,subject,src_ip,md5",
		PROBLEM_REPORT_OF_NO_MACHINES, "spam_url"},
	{"a.csv", "timestamp,url,host,ip,source", PROBLEM_UNKNOWN_FORMAT,
		"CSV with columns timestamp, url, host, ip, source"},
	/* Nobody knows which one: the publisher's name of the file would tell. */
	{"a.csv", "timestamp,ip,protocol,port,hostname,tag,asn,geo,region,city",
		PROBLEM_UNKNOWN_FORMAT,
		"Shadowserver report, without a known type in its file name"},
	{"event4_new.csv", "timestamp,protocol,src_ip,src_port,src_asn,src_geo,dst_ip,infection",
		PROBLEM_UNKNOWN_FORMAT,
		"Shadowserver report, without a known type in its file name"},
	{"2024-03-04-scan_smb-vn.csv", "timestamp,ip,port,tag", PROBLEM_REPORT_OF_SERVICES,
		"scan_smb"},
	{"a.csv", "timestamp,src_ip,dst_ip,infection,attack,attack_src_ip,http_agent",
		PROBLEM_UNKNOWN_FORMAT,
		"Shadowserver report of DDoS attacks, without the type in its file name"},
	{"a.csv", "timestamp,ip,port,protocol,tag,hostname", PROBLEM_UNKNOWN_FORMAT,
		"CSV with columns timestamp, ip, port, protocol, tag, hostname"},
};

static void test_refused_reports(void **state)
{
	struct writer w;
	(void)state;
	writer_init(&w, 4096);
	for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
		writer_clear(&w);
		write_case(refused[i].header, &w);
		parse(refused[i].file, (const char *)w.data);
		assert_int_equal(parsed.err, E_SYNTAX);
		assert_int_equal(parsed.refusal.code, refused[i].code);
		assert_true(str_equal(problem_got(&parsed.refusal), str_from(refused[i].got)));
		parsed_release(&parsed);
	}
	writer_release(&w);
}

/* A drone report as it came in 2020, oddities and all. */
static void test_legacy(void **state)
{
	(void)state;
	parse("2020-10-15-botnet_drone-viet_nam-geo.csv",
		"\"timestamp\",\"ip\",\"port\",\"asn\",\"geo\",\"city\",\"type\",\"infection\","
		"\"cc_ip\","
		"\"cc_port\",\"cc_geo\",\"cc_dns\",\"count\",\"machine_name\",\"id\",\"tag\"\n"
		"\"2020-10-15 00:00:05\",\"14.225.1.2\",3218,0,\"**\",\"?\",\"tcp\",\"dorkbot\","
		"\"178.162.203.211\",80,\"UK\",\"c2.example\",1,,\"bot-77\",\"sinkhole\"\n"
		"\"2020-10-15 "
		"00:00:06\",\"14.225.1.2\",,0,\"VN\",,,\"sality\",\"148.81.111.11.12\","
		",,,,\"HOST\",\"bot-77\",\n");
	assert_int_equal(parsed.err, E_OK);
	assert_int_equal(parsed.row_count, 2);
	assert_int_equal(parsed.rows[0].protocol, 6);
	assert_ip(parsed.rows[0].dst, "178.162.203.211");
	assert_int_equal(parsed.rows[0].dst_port, 80);
	assert_true(str_equal(parsed.rows[0].name, STR("dorkbot")));
	assert_extra(0, "geo", "**");
	assert_extra(0, "city", "?");
	assert_extra(0, "cc_dns", "c2.example");
	assert_extra(0, "tag", "sinkhole");
	assert_null(parsed_extra(&parsed, 0, "id").data);
	assert_null(parsed_extra(&parsed, 0, "type").data);
	assert_extra(1, "cc_ip", "148.81.111.11.12");
	/* What the malware calls the machine stands in for the machine's own name. */
	assert_int_not_equal(parsed.rows[0].machine, 0);
	assert_int_not_equal(parsed.rows[1].machine, 0);
	assert_int_not_equal(parsed.rows[0].machine, parsed.rows[1].machine);
	parsed_release(&parsed);

	parse("2020-10-15-sinkhole_http_drone-viet_nam-geo.csv",
		"timestamp,ip,url,type,http_agent,src_port,dst_port,dst_ip\n"
		"2020-10-15 00:00:07,14.225.1.2,GET / "
		"HTTP/1.0,downadup,,49121,80,178.162.203.211\n");
	assert_true(str_equal(parsed.rows[0].name, STR("downadup")));
	assert_int_equal(parsed.rows[0].port, 49121);
	assert_extra(0, "url", "GET / HTTP/1.0");
	parsed_release(&parsed);
}

static void test_options(void **state)
{
	struct feed_options options = plain_options("2021-03-04-special.csv");
	const char *text = "timestamp,src_ip,tag,first_seen_time,last_seen_time\n"
			   "2021-03-04 00:00:00,14.225.1.2,,2021-02-01 00:00:00,"
			   "2021-03-01 12:00:00\n"
			   "2021-03-04 00:00:00,14.225.1.2,x,,\n";
	(void)state;
	options.kind_set = true;
	options.kind = KIND_C2;
	options.botnet = STR("hafnium");
	parse_text(&parsed, &options, str_from(text), 1);
	assert_int_equal(parsed.err, E_OK);
	assert_int_equal(parsed.rows[0].kind, KIND_C2);
	assert_true(str_equal(parsed.rows[0].name, STR("hafnium")));
	assert_true(str_equal(parsed.rows[1].name, STR("x")));
	assert_int_equal(parsed.rows[0].precision, PRECISION_SPAN);
	assert_int_equal(parsed.rows[0].time.from.seconds, 1612137600);
	assert_int_equal(parsed.rows[0].time.to.seconds, 1614600000);
	assert_int_equal(parsed.rows[1].precision, PRECISION_SECOND);
	parsed_release(&parsed);

	options.format = STR("shadowserver-event4-sinkhole");
	parse_text(&parsed, &options, str_from(text), 100);
	assert_true(str_equal(parsed.format, STR("shadowserver-event4-sinkhole")));
	parsed_release(&parsed);
	parse_text(&parsed, &options, STR("<html>"), 100);
	assert_int_equal(parsed.refusal.code, PROBLEM_NOT_THIS_FORMAT);
	parsed_release(&parsed);
	options.format = STR("no-such-format");
	parse_text(&parsed, &options, str_from(text), 100);
	assert_int_equal(parsed.refusal.code, PROBLEM_UNKNOWN_FORMAT);
	parsed_release(&parsed);
}

static void test_simulated(void **state)
{
	(void)state;
	parse("event4_sinkhole.csv", "timestamp,src_ip,infection,public_source\n"
				     "2021-03-04 00:00:00,14.225.1.2,mirai,quetsach-simulate\n"
				     "2021-03-04 00:00:01,14.225.1.2,mirai,quetsach-simulate\n");
	assert_int_equal(parsed.err, E_OK);
	assert_true(parsed.totals.simulated);
	parsed_release(&parsed);
	parse("event4_sinkhole.csv", "timestamp,src_ip,infection,public_source\n"
				     "2021-03-04 00:00:00,14.225.1.2,mirai,eset\n"
				     "2021-03-04 00:00:01,14.225.1.2,mirai,quetsach-simulate\n");
	assert_int_equal(parsed.refusal.code, PROBLEM_NOT_SIMULATED);
	assert_int_equal(parsed.refusal.line, 3);
	parsed_release(&parsed);
}

static void test_blocklist_ranges(void **state)
{
	(void)state;
	parse("blocklist.csv", "timestamp,ip,source,reason\n"
			       "2021-03-04 00:00:00,14.225.1.0/24,x,y\n");
	assert_int_equal(parsed.err, E_OK);
	assert_int_equal(parsed.rows[0].at.length, 120);
	parsed_release(&parsed);
}

/* Only the first bad rows are reported one by one. */
static void test_many_problems(void **state)
{
	struct writer w;
	(void)state;
	writer_init(&w, 1 << 20);
	writer_text(&w, "timestamp,src_ip,dst_ip,infection\n");
	for (int i = 0; i < 24000; i++)
		writer_text(&w, i % 20 ? "2021-03-04 00:00:00,14.225.1.2,,mirai\n"
				       : "2021-03-04 00:00:00,14.225.1,,mirai\n");
	writer_char(&w, '\0');
	parse("a.csv", (const char *)w.data);
	writer_release(&w);
	assert_int_equal(parsed.err, E_OK);
	assert_int_equal(parsed.totals.rejected, 1200);
	assert_int_equal(parsed.problem_count, 1000);
	parsed_release(&parsed);
}

static void test_too_many_names(void **state)
{
	struct writer w;
	(void)state;
	writer_init(&w, (size_t)8 << 20);
	writer_text(&w, "timestamp,src_ip,dst_ip,infection\n");
	for (unsigned i = 0; i < 65010; i++) {
		writer_text(&w, "2021-03-04 00:00:00,14.225.1.2,,m");
		writer_decimal(&w, i);
		writer_char(&w, '\n');
	}
	writer_char(&w, '\0');
	parse("a.csv", (const char *)w.data);
	writer_release(&w);
	assert_int_equal(parsed.err, E_LIMIT);
	assert_int_equal(parsed.refusal.code, PROBLEM_TOO_MANY_NAMES);
	assert_int_equal(parsed.refusal.line, 65001);
	parsed_release(&parsed);
}

static void test_header_only(void **state)
{
	(void)state;
	parse("a.csv", "timestamp,src_ip,dst_ip,infection\n");
	assert_int_equal(parsed.err, E_OK);
	assert_int_equal(parsed.totals.rows, 0);
	parsed_release(&parsed);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_field),
		cmocka_unit_test(test_odd_values),
		cmocka_unit_test(test_columns_move),
		cmocka_unit_test(test_ipv6),
		cmocka_unit_test(test_nothing_private),
		cmocka_unit_test(test_identity),
		cmocka_unit_test(test_report_types),
		cmocka_unit_test(test_refused_reports),
		cmocka_unit_test(test_legacy),
		cmocka_unit_test(test_options),
		cmocka_unit_test(test_simulated),
		cmocka_unit_test(test_blocklist_ranges),
		cmocka_unit_test(test_many_problems),
		cmocka_unit_test(test_too_many_names),
		cmocka_unit_test(test_header_only),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
