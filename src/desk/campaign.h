/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "desk/page.h"
#include "desk/returns.h"

/* What the operator sets of a campaign: plan, form, deadlines. Auditors read, nobody else. */

/* The campaign of the address. The right is asked first: to look, or to change where a form was
 * sent. False: it has been answered. */
bool campaign_open(struct desk_request *r, struct returns_campaign *ret);

/* Whether buttons are shown. */
bool campaign_may_change(struct desk_request *r);

/* "campaigns/vn-2026/form" */
struct str campaign_path(struct desk_request *r, struct str key, const char *more);

enum campaign_page {
	CAMPAIGN_RETURNS,
	CAMPAIGN_PLAN,
	CAMPAIGN_FORM,
	CAMPAIGN_DEADLINES,
	CAMPAIGN_FIGURES,
	CAMPAIGN_PAGE__COUNT
};

/* Links to the pages of a campaign; nothing for those who may see the returns alone. */
void campaign_write_links(struct desk_page *p, struct str key, enum campaign_page here);

/* The link to a new campaign, for those who may. */
void campaign_write_new(struct desk_page *p);

/* Clocks of the campaign; desk_failed() where the machine does not have them. Free it. */
bool campaign_zone(struct desk_request *r, struct str name, struct zone **ret_zone);

/* "2020-10-22", as a field of days takes it; "" for none. */
struct str campaign_day_value(struct desk_request *r, struct date day);

/* The day before. */
struct date campaign_day_before(struct date day);

void desk_campaign_new(struct desk_request *r);       /* campaigns/new */
void desk_campaign_plan(struct desk_request *r);      /* campaigns/KEY/plan */
void desk_campaign_freeze(struct desk_request *r);    /* campaigns/KEY/freeze */
void desk_campaign_form(struct desk_request *r);      /* campaigns/KEY/form */
void desk_campaign_deadlines(struct desk_request *r); /* campaigns/KEY/deadlines */
void desk_campaign_figures(struct desk_request *r);   /* campaigns/KEY/figures */
