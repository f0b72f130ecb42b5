/* SPDX-License-Identifier: Apache-2.0 */
/* What Spamhaus gives to national CERTs: what its block list saw of their country, an hour or a day
 * of it: infected machines mostly. The columns stand in the comment before the rows. */
#include "feed/commented_csv.h"
#include "feed/families.h"

enum {
	ADDRESS = 1,
	LAST_SEEN,
	NAME,
	REMOTE_ADDRESS,
	REMOTE_PORT,
	LOCAL_PORT,
	PROTOCOL
};

static const struct commented_role roles[] = {
	{STR_INIT("ip"), ADDRESS},
	{STR_INIT("lastseen"), LAST_SEEN},
	{STR_INIT("botname"), NAME},
	{STR_INIT("remote_ip"), REMOTE_ADDRESS},
	{STR_INIT("remote_port"), REMOTE_PORT},
	{STR_INIT("local_port"), LOCAL_PORT},
	{STR_INIT("protocol"), PROTOCOL},
};

enum {
	KIND_NONE = -1 /* says nothing of an infection, an attack or its machinery */
};

/* "botname" also says what was seen where that was no bot: who tries passwords and looks for holes,
 * mail servers that pass everything on, pages that spam leads to. All others are bots; also the
 * other names in "iot": devices that are infected. */
static const struct {
	struct str name;
	int kind;
} others[] = {
	{STR_INIT("sshauth"), KIND_ATTACK_SOURCE},
	{STR_INIT("telnetauth"), KIND_ATTACK_SOURCE},
	{STR_INIT("smtpauth"), KIND_ATTACK_SOURCE},
	{STR_INIT("authspoofbadehlo"), KIND_ATTACK_SOURCE},
	{STR_INIT("pop"), KIND_ATTACK_SOURCE},
	{STR_INIT("imap"), KIND_ATTACK_SOURCE},
	{STR_INIT("smb"), KIND_ATTACK_SOURCE},
	{STR_INIT("rdp"), KIND_ATTACK_SOURCE},
	{STR_INIT("iotrdp"), KIND_ATTACK_SOURCE},
	{STR_INIT("iotmicrosoftds"), KIND_ATTACK_SOURCE},
	{STR_INIT("wpscanner"), KIND_ATTACK_SOURCE},
	{STR_INIT("w_wplogin"), KIND_ATTACK_SOURCE},
	{STR_INIT("automatedtest"), KIND_ATTACK_SOURCE},
	{STR_INIT("ioturl"), KIND_C2},
	{STR_INIT("openrelay"), KIND_NONE},
	{STR_INIT("proxyget"), KIND_NONE},
	{STR_INIT("l_spamlink"), KIND_NONE},
};

static int kind_of(struct str name)
{
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		if (str_equal_nocase(others[i].name, name))
			return others[i].kind;
	return KIND_INFECTED;
}

static enum err take_time(struct commented_csv *c)
{
	struct str value = commented_get(c, LAST_SEEN);
	uint64_t second;
	if (!str_to_u64(value, UINT32_MAX, &second))
		return record_bad(
			&c->record, PROBLEM_BAD_TIME, commented_name(c, LAST_SEEN), value, 0);
	return record_second(&c->record, commented_name(c, LAST_SEEN), value, (int64_t)second);
}

/* A port that is none – names stand there, too – says nothing against the machine. */
static enum err take_port(struct commented_csv *c, uint8_t role,
	enum err (*record)(struct record *r, struct str field, struct str value))
{
	uint16_t port;
	struct str value = commented_get(c, role);
	if (!field_port_parse(value, &port))
		return commented_keep(c, role);
	return record(&c->record, commented_name(c, role), value);
}

static enum err take_name(struct commented_csv *c, int kind)
{
	if (kind != KIND_INFECTED)
		return commented_keep(c, NAME);
	return record_name(&c->record, commented_name(c, NAME), commented_get(c, NAME));
}

static enum err take(struct commented_csv *c)
{
	struct record *r = &c->record;
	int kind = kind_of(commented_get(c, NAME));
	if (kind == KIND_NONE && !r->p->options.kind_set) {
		record_skip(r);
		return E_OK;
	}
	if (kind != KIND_NONE)
		record_kind(r, (enum kind)kind);
	TRY(take_time(c));
	TRY(record_source(r, commented_name(c, ADDRESS), commented_get(c, ADDRESS), false));
	TRY(take_port(c, LOCAL_PORT, record_port));
	TRY(take_port(c, REMOTE_PORT, record_destination_port));
	TRY(record_destination(
		r, commented_name(c, REMOTE_ADDRESS), commented_get(c, REMOTE_ADDRESS)));
	TRY(record_protocol(r, commented_name(c, PROTOCOL), commented_get(c, PROTOCOL)));
	TRY(take_name(c, kind));
	return commented_done(c, STR("lastseen"), STR("ip"));
}

static const struct commented_format format = {
	.what = STR_INIT("spamhaus-cert"),
	.kind = KIND_INFECTED,
	.comment = ';',
	.roles = roles,
	.role_count = sizeof(roles) / sizeof(roles[0]),
	.first_role = ADDRESS,
	.nulls = {STR_INIT("-"), STR_INIT("?")},
	.take = take,
};

static const struct feed_format formats[] = {
	{STR_INIT("spamhaus-cert"), STR_INIT("Spamhaus CERT"), NULL},
};

static const struct feed_format *recognise(const struct feed_head *head)
{
	struct commented_header h;
	bool yes = commented_find_header(head, &format, &h) && commented_has(&h, STR("lastseen")) &&
		   commented_has(&h, STR("botname"));
	return yes ? &formats[0] : NULL;
}

static bool plausible(const struct feed_head *head)
{
	return recognise(head) != NULL;
}

static enum err begin(struct feed_parser *p, const struct feed_head *head, struct problem *problem)
{
	(void)head;
	bool said = p->options.kind_set;
	enum err err = commented_begin(p, &format, problem);
	p->options.kind_set = said; /* the rows tell theirs */
	return err;
}

const struct feed_family *spamhaus_cert_family(void)
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
