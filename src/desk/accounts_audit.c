/* SPDX-License-Identifier: Apache-2.0 */
/* Who did what: newest first. */
#include "desk/accounts.h"
#include "desk/desk_parts.h"
#include "office/audit.h"

enum {
	PAGE = 50
};

/* Verbs in words; one that is not here is shown as it is. */
static const struct verb {
	struct str what;
	enum message words;
} verbs[] = {
	{STR_INIT("account.add"), MESSAGE_DESK_DID_ACCOUNT_ADD},
	{STR_INIT("account.invite"), MESSAGE_DESK_DID_ACCOUNT_INVITE},
	{STR_INIT("account.uninvite"), MESSAGE_DESK_DID_ACCOUNT_UNINVITE},
	{STR_INIT("account.reset"), MESSAGE_DESK_DID_ACCOUNT_RESET},
	{STR_INIT("account.rename"), MESSAGE_DESK_DID_ACCOUNT_RENAME},
	{STR_INIT("account.password"), MESSAGE_DESK_DID_ACCOUNT_PASSWORD},
	{STR_INIT("account.disable"), MESSAGE_DESK_DID_ACCOUNT_DISABLE},
	{STR_INIT("account.enable"), MESSAGE_DESK_DID_ACCOUNT_ENABLE},
	{STR_INIT("session.begin"), MESSAGE_DESK_DID_SESSION_BEGIN},
	{STR_INIT("session.end"), MESSAGE_DESK_DID_SESSION_END},
	{STR_INIT("session.end-all"), MESSAGE_DESK_DID_SESSION_END_ALL},
	{STR_INIT("factor.on"), MESSAGE_DESK_DID_FACTOR_ON},
	{STR_INIT("factor.off"), MESSAGE_DESK_DID_FACTOR_OFF},
	{STR_INIT("factor.codes"), MESSAGE_DESK_DID_FACTOR_CODES},
	{STR_INIT("factor.recovery"), MESSAGE_DESK_DID_FACTOR_RECOVERY},
	{STR_INIT("factor.require"), MESSAGE_DESK_DID_FACTOR_REQUIRE},
};

static struct str verb_words(enum lang lang, struct str what)
{
	for (size_t i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++)
		if (str_equal(verbs[i].what, what))
			return text(lang, verbs[i].words);
	return what;
}

struct audit_rows {
	struct desk_page *page;
	size_t count;
	int64_t last;
	bool more;
};

static enum err write_row(void *context, const struct audit_entry *e)
{
	struct audit_rows *rows = context;
	struct desk_page *p = rows->page;
	struct desk_request *r = p->r;
	if (rows->count == PAGE) {
		rows->more = true;
		return E_OK;
	}
	rows->count++;
	rows->last = e->id;
	desk_row_begin(p);
	desk_cell(p, desk_time(r, e->at));
	desk_cell(p, e->actor);
	desk_cell(p, verb_words(p->lang, e->what));
	desk_cell(p, e->object);
	desk_cell(p, desk_org_name(r, e->org));
	desk_cell(p, e->detail);
	desk_row_end(p);
	return E_OK;
}

static void write_table(struct desk_page *p, int64_t org, uint64_t before)
{
	struct desk_request *r = p->r;
	const struct desk_column columns[] = {{NULL, text(p->lang, MESSAGE_DESK_AUDIT_TIME), false},
		{NULL, text(p->lang, MESSAGE_DESK_AUDIT_ACTOR), false},
		{NULL, text(p->lang, MESSAGE_DESK_AUDIT_WHAT), false},
		{NULL, text(p->lang, MESSAGE_DESK_AUDIT_OBJECT), false},
		{NULL, text(p->lang, MESSAGE_DESK_ACCOUNT_ORG), false},
		{NULL, text(p->lang, MESSAGE_DESK_AUDIT_DETAIL), false}};
	const struct desk_table table = {.caption = text(p->lang, MESSAGE_DESK_AUDIT),
		.columns = columns,
		.column_count = sizeof(columns) / sizeof(columns[0]),
		.path = STR("audit")};
	struct audit_rows rows = {.page = p};
	desk_table_begin(p, &table);
	enum err err = audit_each(r->office, org, (int64_t)before, PAGE + 1, write_row, &rows);
	if (err != E_OK)
		writer_fail(p->html.out, err);
	desk_table_end(p);
	if (rows.more)
		desk_link(p, "button quiet",
			desk_text(r, "audit?org=%.*s&before=%lld",
				STR_ARG(org ? desk_text(r, "%lld", (long long)org) : STR("")),
				(long long)rows.last),
			text(p->lang, MESSAGE_DESK_AUDIT_OLDER));
}

void desk_audit(struct desk_request *r)
{
	int64_t org;
	uint64_t before = 0;
	if (!desk_org_argument(r, &org))
		return;
	if (org == 0)
		org = r->actor->org;
	if (!desk_may(r, ACT_SEE_AUDIT, STR(""), org))
		return;
	(void)str_to_u64(desk_argument(r, "before"), INT64_MAX, &before);
	const struct desk_head head = {.place = DESK_PLACE_AUDIT,
		.title = text(r->lang, MESSAGE_DESK_AUDIT),
		.wide = true};
	struct desk_page p;
	desk_page_begin(&p, r, &head, NULL);
	if (org)
		desk_say_values(&p, "p", "lead", MESSAGE_DESK_AUDIT_OF,
			{STR("unit"), desk_org_name(r, org)});
	else
		desk_say(&p, "p", "lead", MESSAGE_DESK_AUDIT_LEAD);
	write_table(&p, org, before);
	desk_page_end(&p);
}
