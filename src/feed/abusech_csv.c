/* SPDX-License-Identifier: Apache-2.0 */
/* Command-and-control servers as abuse.ch lists them in CSV: Feodo Tracker, SSLBL and ThreatFox. */
#include <assert.h>

#include "feed/commented_csv.h"
#include "feed/families.h"

enum {
	FIRST_SEEN = 1,
	ADDRESS,
	PORT,
	LAST_ONLINE,
	MALWARE,
	ID,
	INDICATOR,
	INDICATOR_TYPE,
	THREAT_TYPE,
	LAST_SEEN,
	MALWARE_KEY,
	ROLES
};
static_assert((int)ROLES <= (int)COMMENTED_ROLES, "roles have a place each");

/* --- Feodo Tracker and SSLBL --- */

static const struct commented_role server_roles[] = {
	{STR_INIT("first_seen_utc"), FIRST_SEEN},
	{STR_INIT("firstseen"), FIRST_SEEN}, /* to 2021 */
	{STR_INIT("dst_ip"), ADDRESS},
	{STR_INIT("dstip"), ADDRESS},
	{STR_INIT("dst_port"), PORT},
	{STR_INIT("dstport"), PORT},
	{STR_INIT("last_online"), LAST_ONLINE},
	{STR_INIT("lastonline"), LAST_ONLINE},
	{STR_INIT("malware"), MALWARE},
};

/* The day it was last seen working is the sighting's; a row without one is of its first second. The
 * same row in tomorrow's list is a sighting of tomorrow only where the server still worked. */
static enum err take_server_time(struct commented_csv *c)
{
	struct str last = commented_get(c, LAST_ONLINE);
	struct date day;
	if (last.size == 0)
		return record_time(
			&c->record, commented_name(c, FIRST_SEEN), commented_get(c, FIRST_SEEN));
	if (!date_parse(last, &day))
		return record_bad(
			&c->record, PROBLEM_BAD_TIME, commented_name(c, LAST_ONLINE), last, 0);
	TRY(record_day(&c->record, commented_name(c, LAST_ONLINE), day));
	return commented_keep(c, FIRST_SEEN);
}

/* Address, port and name, whatever else the list says of it today. */
static void identify_server(struct commented_csv *c)
{
	struct writer w;
	writer_init(&w, LIMIT_ROW_BYTES);
	writer_str(&w, commented_get(c, ADDRESS));
	writer_char(&w, '|');
	writer_str(&w, commented_get(c, PORT));
	writer_char(&w, '|');
	writer_str(&w, commented_get(c, MALWARE));
	if (w.err == E_OK)
		record_identity(&c->record, writer_view_str(&w));
	writer_release(&w);
}

static enum err take_server(struct commented_csv *c)
{
	struct record *r = &c->record;
	TRY(take_server_time(c));
	TRY(record_source(r, commented_name(c, ADDRESS), commented_get(c, ADDRESS), false));
	TRY(record_port(r, commented_name(c, PORT), commented_get(c, PORT)));
	TRY(record_name(r, commented_name(c, MALWARE), commented_get(c, MALWARE)));
	identify_server(c);
	return commented_done(c, STR("first_seen_utc"), STR("dst_ip"));
}

static const struct commented_format feodo = {
	.what = STR_INIT("feodo-tracker"),
	.kind = KIND_C2,
	.comment = '#',
	.roles = server_roles,
	.role_count = sizeof(server_roles) / sizeof(server_roles[0]),
	.first_role = FIRST_SEEN,
	.take = take_server,
};

static const struct commented_format sslbl = {
	.what = STR_INIT("sslbl"),
	.kind = KIND_C2,
	.comment = '#',
	.roles = server_roles,
	.role_count = sizeof(server_roles) / sizeof(server_roles[0]),
	.first_role = FIRST_SEEN,
	.take = take_server,
};

/* --- ThreatFox --- */

static const struct commented_role indicator_roles[] = {
	{STR_INIT("first_seen_utc"), FIRST_SEEN},
	{STR_INIT("ioc_id"), ID},
	{STR_INIT("ioc_value"), INDICATOR},
	{STR_INIT("ioc_type"), INDICATOR_TYPE},
	{STR_INIT("threat_type"), THREAT_TYPE},
	{STR_INIT("fk_malware"), MALWARE_KEY},
	{STR_INIT("malware_printable"), MALWARE},
	{STR_INIT("last_seen_utc"), LAST_SEEN},
};

static enum err take_indicator_time(struct commented_csv *c)
{
	uint8_t role = commented_get(c, LAST_SEEN).size > 0 ? LAST_SEEN : FIRST_SEEN;
	TRY(record_time(&c->record, commented_name(c, role), commented_get(c, role)));
	return role == LAST_SEEN ? commented_keep(c, FIRST_SEEN) : E_OK;
}

static enum err take_indicator(struct commented_csv *c)
{
	struct record *r = &c->record;
	struct str printable = commented_get(c, MALWARE);
	bool delivers = str_equal(commented_get(c, THREAT_TYPE), STR("payload_delivery"));
	if (!(delivers || str_equal(commented_get(c, THREAT_TYPE), STR("botnet_cc"))) ||
		!str_equal(commented_get(c, INDICATOR_TYPE), STR("ip:port"))) {
		record_skip(r);
		return E_OK;
	}
	record_kind(r, delivers ? KIND_MALWARE_HOST : KIND_C2);
	TRY(take_indicator_time(c));
	TRY(record_endpoint(r, commented_name(c, INDICATOR), commented_get(c, INDICATOR)));
	if (printable.size > 0)
		TRY(commented_keep(c, MALWARE_KEY));
	else
		printable = commented_get(c, MALWARE_KEY);
	TRY(record_name(r, commented_name(c, MALWARE), printable));
	record_identity(r, commented_get(c, ID));
	return commented_done(c, STR("first_seen_utc"), STR("ioc_value"));
}

static const struct commented_format threatfox = {
	.what = STR_INIT("threatfox"),
	.kind = COMMENTED_KIND_OF_ROW,
	.comment = '#',
	.roles = indicator_roles,
	.role_count = sizeof(indicator_roles) / sizeof(indicator_roles[0]),
	.first_role = FIRST_SEEN,
	.nulls = {STR_INIT("None")},
	.take = take_indicator,
};

/* --- the family --- */

static const struct feed_format formats[] = {
	{STR_INIT("threatfox-csv"), STR_INIT("abuse.ch ThreatFox (CSV)"), &threatfox},
	{STR_INIT("feodo-tracker-csv"), STR_INIT("abuse.ch Feodo Tracker (CSV)"), &feodo},
	{STR_INIT("sslbl-csv"), STR_INIT("abuse.ch SSLBL (CSV)"), &sslbl},
};

static const struct feed_format *recognise(const struct feed_head *head)
{
	struct commented_header h;
	if (commented_find_header(head, &threatfox, &h) && commented_has(&h, STR("ioc_value")) &&
		commented_has(&h, STR("ioc_type")) && commented_has(&h, STR("threat_type")))
		return &formats[0];
	if (!commented_find_header(head, &feodo, &h) ||
		!(commented_has(&h, STR("dst_ip")) || commented_has(&h, STR("dstip"))))
		return NULL;
	return commented_has(&h, STR("malware")) ? &formats[1] : &formats[2];
}

static bool plausible(const struct feed_head *head)
{
	return recognise(head) != NULL;
}

static enum err begin(struct feed_parser *p, const struct feed_head *head, struct problem *problem)
{
	(void)head;
	return commented_begin(p, p->format->detail, problem);
}

const struct feed_family *abusech_csv_family(void)
{
	static const struct feed_family family = {
		.formats = formats,
		.format_count = sizeof(formats) / sizeof(formats[0]),
		.recognise = recognise,
		.plausible = plausible,
		.begin = begin,
		.consume = commented_consume,
		.end = commented_end,
	};
	return &family;
}
