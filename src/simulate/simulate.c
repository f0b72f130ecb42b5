/* SPDX-License-Identifier: Apache-2.0 */
#include "simulate/simulate.h"

#include <stdlib.h>

#include "base/dice.h"
#include "base/ip.h"

struct host {
	uint64_t place; /* index of its address in the space */
	uint8_t family;
	bool dynamic;
	bool infected;
};

struct report {
	uint32_t second; /* of the day */
	uint32_t host;
};

struct simulator {
	struct simulation settings;
	struct dice dice;
	uint32_t day; /* next day to write, from 0 */
	struct host *hosts;
	struct report *reports;
	size_t capacity;
};

/* Raw names as Shadowserver writes them, the commonest first, and the sinkhole's port. */
static const struct {
	struct str name;
	unsigned port;
} families[] = {
	{STR_INIT("mirai"), 23},
	{STR_INIT("andromeda"), 80},
	{STR_INIT("conficker"), 80},
	{STR_INIT("sality"), 443},
	{STR_INIT("mozi"), 6881},
	{STR_INIT("ramnit"), 443},
	{STR_INIT("virut"), 80},
	{STR_INIT("necurs"), 443},
	{STR_INIT("tofsee"), 443},
	{STR_INIT("lethic"), 8000},
	{STR_INIT("nymaim"), 80},
	{STR_INIT("xorddos"), 3504},
};

enum {
	FAMILIES = sizeof(families) / sizeof(families[0])
};

static bool chance(struct simulator *s, unsigned per_thousand)
{
	return dice_below(&s->dice, 1000) < per_thousand;
}

/* P(family i) ∝ 1/(i+1). */
static uint8_t pick_family(struct simulator *s)
{
	static const unsigned scale = 27720; /* divisible by 1 … 12 */
	unsigned total = 0;
	for (unsigned i = 0; i < FAMILIES; i++)
		total += scale / (i + 1);
	uint64_t at = dice_below(&s->dice, total);
	for (unsigned i = 0; i < FAMILIES; i++) {
		unsigned weight = scale / (i + 1);
		if (at < weight)
			return (uint8_t)i;
		at -= weight;
	}
	return 0;
}

static void infect(struct simulator *s, struct host *host)
{
	*host = (struct host){
		.place = dice_below(&s->dice, s->settings.space),
		.family = pick_family(s),
		.dynamic = chance(s, 600),
		.infected = true,
	};
}

enum err simulator_new(const struct simulation *settings, struct simulator **ret)
{
	if (settings->space == 0 || settings->hosts == 0 || settings->reports == 0)
		return E_RANGE;
	struct simulator *s = calloc(1, sizeof(*s));
	if (!s)
		return E_NOMEM;
	s->settings = *settings;
	s->dice = (struct dice){settings->seed};
	s->hosts = calloc(settings->hosts, sizeof(*s->hosts));
	s->capacity = (size_t)settings->hosts * settings->reports * 2;
	s->reports = calloc(s->capacity, sizeof(*s->reports));
	if (!s->hosts || !s->reports) {
		simulator_free(s);
		return E_NOMEM;
	}
	for (uint32_t i = 0; i < settings->hosts; i++)
		infect(s, &s->hosts[i]);
	*ret = s;
	return E_OK;
}

void simulator_free(struct simulator *s)
{
	if (!s)
		return;
	free(s->hosts);
	free(s->reports);
	free(s);
}

void simulator_header(struct simulator *s, struct writer *w)
{
	if (s->settings.intelmq)
		return;
	writer_text(w,
		"timestamp,protocol,src_ip,src_port,src_asn,src_geo,src_region,src_city,"
		"src_hostname,src_naics,src_sector,device_vendor,device_type,device_model,severity,"
		"dst_ip,dst_port,dst_asn,dst_geo,dst_region,dst_city,dst_hostname,dst_naics,"
		"dst_sector,public_source,infection,family,tag,application,version,event_id\n");
}

/* Two of three reports fall in 11:00–16:00 UTC, the evening of UTC+7. */
static uint32_t pick_second(struct simulator *s)
{
	if (chance(s, 667))
		return (uint32_t)(11 * SECONDS_PER_HOUR +
				  dice_below(&s->dice, 5 * SECONDS_PER_HOUR));
	return (uint32_t)dice_below(&s->dice, SECONDS_PER_DAY);
}

static void live_through_night(struct simulator *s, struct host *host)
{
	if (!host->infected) {
		if (chance(s, 8))
			infect(s, host);
		return;
	}
	if (chance(s, 10))
		host->infected = false;
	else if (host->dynamic && chance(s, 500))
		host->place = dice_below(&s->dice, s->settings.space);
}

static int by_time(const void *a, const void *b)
{
	const struct report *x = a;
	const struct report *y = b;
	if (x->second != y->second)
		return x->second < y->second ? -1 : 1;
	return (x->host > y->host) - (x->host < y->host);
}

/* Between 1 and 2·reports − 1 reports each: the mean is `reports`. */
static size_t collect_reports(struct simulator *s)
{
	size_t count = 0;
	for (uint32_t i = 0; i < s->settings.hosts; i++) {
		if (!s->hosts[i].infected || !chance(s, 800))
			continue;
		uint64_t reports = 1 + dice_below(&s->dice, 2 * s->settings.reports - 1);
		while (reports-- > 0)
			s->reports[count++] = (struct report){pick_second(s), i};
	}
	qsort(s->reports, count, sizeof(*s->reports), by_time);
	return count;
}

static void write_time(struct writer *w, struct date day, char between, uint32_t second)
{
	writer_date(w, day);
	writer_char(w, between);
	writer_padded(w, second / 3600, 2);
	writer_char(w, ':');
	writer_padded(w, second / 60 % 60, 2);
	writer_char(w, ':');
	writer_padded(w, second % 60, 2);
}

/* What a report says, whatever its form. */
struct told {
	struct date day;
	uint32_t second;
	uint32_t address;
	uint16_t port;
	const struct host *host;
};

/* The sinkhole lies in 198.18.0.0/15, set aside for benchmarks (RFC 2544): nobody's address. */
static void write_csv(const struct simulation *set, struct writer *w, const struct told *t)
{
	writer_char(w, '"');
	write_time(w, t->day, ' ', t->second);
	writer_text(w, "\",tcp,");
	writer_ip(w, ip_from_v4(t->address));
	writer_char(w, ',');
	writer_decimal(w, t->port);
	writer_char(w, ',');
	writer_decimal(w, set->asn(set->context, t->address));
	writer_char(w, ',');
	writer_text(w, set->country);
	writer_text(w, ",,,,,,,,,critical,198.18.0.10,");
	writer_decimal(w, families[t->host->family].port);
	writer_text(w, ",64496,ZZ,,,,,,quetsach-simulate,");
	writer_str(w, families[t->host->family].name);
	writer_text(w, ",,simulated,,,\n");
}

/* Keys in the order of the alphabet, as IntelMQ writes them; collected at the day's end. */
static void write_intelmq(const struct simulation *set, struct writer *w, const struct told *t)
{
	struct str name = families[t->host->family].name;
	writer_text(w, "{\"__type\": \"Event\", \"classification.identifier\": \"");
	writer_str(w, name);
	writer_text(w, "\", \"classification.taxonomy\": \"malicious-code\", "
		       "\"classification.type\": \"infected-system\", \"destination.asn\": 64496, "
		       "\"destination.ip\": \"198.18.0.10\", \"destination.port\": ");
	writer_decimal(w, families[t->host->family].port);
	writer_text(w, ", \"extra.severity\": \"critical\", \"extra.tag\": \"simulated\", "
		       "\"feed.accuracy\": 100.0, \"feed.name\": \"Sinkhole Events IPv4\", "
		       "\"feed.provider\": \"quetsach-simulate\", \"malware.name\": \"");
	writer_str(w, name);
	writer_text(w, "\", \"protocol.transport\": \"tcp\", \"source.asn\": ");
	writer_decimal(w, set->asn(set->context, t->address));
	writer_text(w, ", \"source.geolocation.cc\": \"");
	writer_text(w, set->country);
	writer_text(w, "\", \"source.ip\": \"");
	writer_ip(w, ip_from_v4(t->address));
	writer_text(w, "\", \"source.port\": ");
	writer_decimal(w, t->port);
	writer_text(w, ", \"time.observation\": \"");
	write_time(w, t->day, 'T', SECONDS_PER_DAY - 1);
	writer_text(w, "+00:00\", \"time.source\": \"");
	write_time(w, t->day, 'T', t->second);
	writer_text(w, "+00:00\", \"tlp\": \"AMBER\"}\n");
}

static void write_report(
	struct simulator *s, struct writer *w, struct date day, struct report report)
{
	const struct simulation *set = &s->settings;
	const struct host *host = &s->hosts[report.host];
	const struct told t = {.day = day,
		.second = report.second,
		.address = set->address(set->context, host->place),
		.port = (uint16_t)(1024 + dice_below(&s->dice, 64512)),
		.host = host};
	if (set->intelmq)
		write_intelmq(set, w, &t);
	else
		write_csv(set, w, &t);
}

bool simulator_day(struct simulator *s, struct writer *w)
{
	if (s->day >= s->settings.days)
		return false;
	int64_t ago = (int64_t)(s->settings.days - 1 - s->day) * SECONDS_PER_DAY;
	struct instant midnight = {date_instant(s->settings.end).seconds - ago};
	struct date day = instant_date(midnight);
	size_t count = collect_reports(s);
	for (size_t i = 0; i < count; i++)
		if (midnight.seconds + s->reports[i].second <= s->settings.until.seconds)
			write_report(s, w, day, s->reports[i]);
	for (uint32_t i = 0; i < s->settings.hosts; i++)
		live_through_night(s, &s->hosts[i]);
	s->day++;
	return true;
}
