/* SPDX-License-Identifier: Apache-2.0 */
/* One-time links that are open: whose, what for, until when. */
#include "desk/accounts.h"
#include "desk/desk_parts.h"
#include "desk/export.h"
#include "office/account_list.h"

enum {
	PAGE = 50
};

static void write_revoke(struct desk_page *p, const struct open_link *link)
{
	if (!desk_manages(p->r, &link->invitation.account))
		return;
	desk_form_open(p, NULL, STR("accounts/links"));
	desk_button(p, "quiet", "link", desk_text(p->r, "%lld", (long long)link->invitation.id),
		MESSAGE_DESK_LINKS_REVOKE);
	desk_form_close(p);
}

static enum err write_row(void *context, const struct open_link *link)
{
	struct desk_page *p = context;
	struct desk_request *r = p->r;
	const struct invitation *i = &link->invitation;
	desk_row_begin(p);
	desk_cell_link(p, desk_text(r, "accounts/%lld", (long long)i->account.id), i->account.mail);
	desk_cell(p, text(p->lang, i->kind == INVITATION_JOIN ? MESSAGE_DESK_LINKS_JOIN
							      : MESSAGE_DESK_LINKS_RESET));
	desk_cell(p, desk_org_name(r, i->account.org));
	desk_cell(p, link->made_by_mail.size > 0 ? link->made_by_mail
						 : text(p->lang, MESSAGE_DESK_LINKS_MACHINE));
	desk_cell(p, desk_time(r, i->ends));
	desk_cell_open(p);
	write_revoke(p, link);
	desk_cell_close(p);
	desk_row_end(p);
	return E_OK;
}

static void write_table(struct desk_page *p, uint64_t all)
{
	struct desk_request *r = p->r;
	uint64_t page = desk_page_number(r);
	const struct desk_column columns[] = {{NULL, text(p->lang, MESSAGE_DESK_MAIL), false},
		{NULL, text(p->lang, MESSAGE_DESK_LINKS_FOR), false},
		{NULL, text(p->lang, MESSAGE_DESK_ACCOUNT_ORG), false},
		{NULL, text(p->lang, MESSAGE_DESK_LINKS_BY), false},
		{NULL, text(p->lang, MESSAGE_DESK_LINKS_UNTIL), false},
		{NULL, text(p->lang, MESSAGE_DESK_LINKS_DO), false}};
	const struct desk_table table = {.caption = text(p->lang, MESSAGE_DESK_LINKS),
		.columns = columns,
		.column_count = sizeof(columns) / sizeof(columns[0]),
		.path = STR("accounts/links")};
	desk_table_begin(p, &table);
	enum err err = open_link_each(
		r->office, r->actor->org, r->now, (size_t)(page - 1) * PAGE, PAGE, write_row, p);
	if (err != E_OK)
		writer_fail(p->html.out, err);
	desk_table_end(p);
	desk_pages(p, &table, page, desk_page_count(all, PAGE));
}

static void show(struct desk_request *r)
{
	uint64_t all = 0;
	struct desk_page p;
	const struct desk_head head = {.place = DESK_PLACE_ACCOUNTS,
		.title = text(r->lang, MESSAGE_DESK_LINKS),
		.crumbs = {{STR("accounts"), text(r->lang, MESSAGE_DESK_ACCOUNTS)}},
		.crumb_count = 1,
		.wide = true};
	enum err err = open_link_count(r->office, r->actor->org, r->now, &all);
	if (err != E_OK) {
		desk_failed(r, err);
		return;
	}
	desk_page_begin(&p, r, &head, NULL);
	desk_say(&p, "p", "lead", MESSAGE_DESK_LINKS_LEAD);
	if (all > 0)
		write_table(&p, all);
	else
		desk_say(&p, "p", NULL, MESSAGE_DESK_LINKS_NONE);
	desk_page_end(&p);
}

/* One that cannot be seen is as one that is closed. */
static void revoke(struct desk_request *r)
{
	uint64_t id = 0;
	struct account account;
	enum err err = desk_field_number(r, "link", INT64_MAX, &id)
			       ? open_link_find(r->office, (int64_t)id, r->now, r->arena, &account)
			       : E_NOTFOUND;
	if (err == E_OK && !desk_manages(r, &account))
		err = E_NOTFOUND;
	if (err == E_OK) {
		if (!desk_begin(r))
			return;
		err = desk_end(r, invitation_revoke(r->office, r->actor, (int64_t)id, r->now));
	}
	if (err == E_OK)
		desk_redirect(r, STR("accounts/links"), MESSAGE_DESK_LINKS_REVOKED);
	else if (err == E_NOTFOUND)
		desk_redirect(r, STR("accounts/links"), MESSAGE_DESK_LINKS_GONE);
	else
		desk_failed(r, err);
}

void desk_account_links(struct desk_request *r)
{
	if (!desk_may(r, ACT_SEE_ACCOUNTS, STR(""), r->actor->org))
		return;
	if (r->posted)
		revoke(r);
	else
		show(r);
}
