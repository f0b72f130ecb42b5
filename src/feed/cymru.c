/* SPDX-License-Identifier: Apache-2.0 */
/* Team Cymru's reports to CERTs (CSIRT Assistance Program): everything seen of a country's networks
 * in a day, bots beside open proxies. Columns between bars; the fifth holds the rest: to 2018 words
 * ("srcport 1337 mwtype Conficker destaddr 192.0.2.1"), then pairs ("family: conficker;port: 80;").
 */
#include "feed/commented_csv.h"
#include "feed/families.h"

enum {
	CATEGORY = 1,
	ADDRESS,
	TIME,
	NOTES
};

static const struct commented_role roles[] = {
	{STR_INIT("report"), CATEGORY},
	{STR_INIT("category"), CATEGORY},
	{STR_INIT("ip"), ADDRESS},
	{STR_INIT("address"), ADDRESS},
	{STR_INIT("timestamp"), TIME},
	{STR_INIT("comments"), NOTES},
	{STR_INIT("optional_information"), NOTES},
};

/* Of what is not here – proxies, resolvers, phishing, spam – the address says nothing of malware.
 */
static const struct {
	struct str category;
	enum kind kind;
	bool name; /* the category is the malware's name */
} categories[] = {
	{STR_INIT("bot"), KIND_INFECTED, false},
	{STR_INIT("bots"), KIND_INFECTED, false},
	{STR_INIT("beagle"), KIND_INFECTED, true},
	{STR_INIT("blaster"), KIND_INFECTED, true},
	{STR_INIT("dameware"), KIND_INFECTED, true},
	{STR_INIT("dipnet"), KIND_INFECTED, true},
	{STR_INIT("mydoom"), KIND_INFECTED, true},
	{STR_INIT("nachi"), KIND_INFECTED, true},
	{STR_INIT("phatbot"), KIND_INFECTED, true},
	{STR_INIT("sinit"), KIND_INFECTED, true},
	{STR_INIT("slammer"), KIND_INFECTED, true},
	{STR_INIT("stormworm"), KIND_INFECTED, true},
	{STR_INIT("toxbot"), KIND_INFECTED, true},
	{STR_INIT("controller"), KIND_C2, false},
	{STR_INIT("ddosreport"), KIND_C2, false},
	{STR_INIT("malwareurl"), KIND_MALWARE_HOST, false},
	{STR_INIT("spreaders"), KIND_MALWARE_HOST, false},
	{STR_INIT("bruteforce"), KIND_ATTACK_SOURCE, false},
	{STR_INIT("darknet"), KIND_ATTACK_SOURCE, false},
	{STR_INIT("honeypot"), KIND_ATTACK_SOURCE, false},
	{STR_INIT("scanner"), KIND_ATTACK_SOURCE, false},
	{STR_INIT("scanners"), KIND_ATTACK_SOURCE, false},
};

/* --- the notes --- */

struct notes {
	struct str family;
	struct str port;
	struct str destination;
	struct str destination_port;
	struct str protocol;
};

static struct str *find_note(struct notes *n, struct str key)
{
	if (str_equal(key, STR("family")) || str_equal(key, STR("mwtype")))
		return &n->family;
	if (str_equal(key, STR("port")) || str_equal(key, STR("srcport")))
		return &n->port;
	if (str_equal(key, STR("dest_addr")) || str_equal(key, STR("destaddr")) ||
		str_equal(key, STR("dstaddr")))
		return &n->destination;
	if (str_equal(key, STR("dest_port")) || str_equal(key, STR("destination_port_numbers")) ||
		str_equal(key, STR("honeypot_port")) || str_equal(key, STR("darknet_port")))
		return &n->destination_port;
	return str_equal(key, STR("protocol")) ? &n->protocol : NULL;
}

static void read_pairs(struct str text, struct notes *n)
{
	while (text.size > 0) {
		struct str value;
		struct str key = str_trim(str_cut(str_cut(text, ';', &text), ':', &value));
		struct str *note = find_note(n, key);
		if (note)
			*note = str_trim(value);
	}
}

/* A name has spaces, an address or a port has none: what follows them is a remark. */
static void read_words(struct str text, struct notes *n)
{
	struct str *note = NULL;
	while (text.size > 0) {
		struct str word = str_cut(text, ' ', &text);
		struct str *next = find_note(n, word);
		if (word.size == 0)
			continue;
		if (next)
			note = next;
		else if (note && note->size == 0)
			*note = word;
		else if (note == &n->family)
			note->size = (size_t)(word.data + word.size - note->data);
	}
}

static struct notes read_notes(struct str text)
{
	struct notes n = {STR(""), STR(""), STR(""), STR(""), STR("")};
	if (str_find(text, STR(": ")) < text.size)
		read_pairs(text, &n);
	else
		read_words(text, &n);
	return n;
}

/* Notes stay whole as an extra: a value in them that is none says nothing against the machine. */
static enum err take_notes(struct commented_csv *c, struct str name)
{
	struct record *r = &c->record;
	struct notes n = read_notes(commented_get(c, NOTES));
	struct str field = commented_name(c, NOTES);
	uint16_t port;
	if (field_port_parse(n.port, &port))
		TRY(record_port(r, field, n.port));
	if (field_port_parse(n.destination_port, &port))
		TRY(record_destination_port(r, field, n.destination_port));
	TRY(record_destination(r, field, n.destination));
	TRY(record_protocol(r, field, n.protocol));
	TRY(record_name(r, field, n.family.size > 0 ? n.family : name));
	return commented_keep(c, NOTES);
}

/* --- rows --- */

/* The kind is the category's; the operator's word takes in what has none. */
static bool find_kind(struct commented_csv *c, struct str *ret_name)
{
	struct str category = commented_get(c, CATEGORY);
	*ret_name = STR("");
	for (size_t i = 0; i < sizeof(categories) / sizeof(categories[0]); i++) {
		if (!str_equal_nocase(category, categories[i].category))
			continue;
		record_kind(&c->record, categories[i].kind);
		if (categories[i].name)
			*ret_name = category;
		return true;
	}
	return c->p->options.kind_set;
}

static enum err take(struct commented_csv *c)
{
	struct record *r = &c->record;
	struct str name;
	if (!find_kind(c, &name)) {
		record_skip(r);
		return E_OK;
	}
	TRY(record_time(r, commented_name(c, TIME), commented_get(c, TIME)));
	TRY(record_source(r, commented_name(c, ADDRESS), commented_get(c, ADDRESS), false));
	TRY(take_notes(c, name));
	TRY(commented_keep(c, CATEGORY));
	return commented_done(c, STR("timestamp"), STR("ip"));
}

static const struct commented_format format = {
	.what = STR_INIT("cymru"),
	.kind = COMMENTED_KIND_OF_ROW,
	.comment = '#',
	.separator = '|',
	.lead = STR_INIT("Format:"),
	.roles = roles,
	.role_count = sizeof(roles) / sizeof(roles[0]),
	.first_role = CATEGORY,
	.take = take,
};

/* --- the family --- */

static const struct feed_format formats[] = {
	{STR_INIT("cymru"), STR_INIT("Team Cymru report to CERTs"), NULL},
};

static bool plausible(const struct feed_head *head)
{
	struct commented_header h;
	return commented_find_header(head, &format, &h) && commented_has(&h, STR("asn")) &&
	       commented_has(&h, STR("timestamp"));
}

static const struct feed_format *recognise(const struct feed_head *head)
{
	return plausible(head) ? &formats[0] : NULL;
}

static enum err begin(struct feed_parser *p, const struct feed_head *head, struct problem *problem)
{
	(void)head;
	return commented_begin(p, &format, problem);
}

const struct feed_family *cymru_family(void)
{
	static const struct feed_family family = {
		.formats = formats,
		.format_count = 1,
		.recognise = recognise,
		.plausible = plausible,
		.begin = begin,
		.consume = commented_consume,
		.end = commented_end,
	};
	return &family;
}
