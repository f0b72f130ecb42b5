/* SPDX-License-Identifier: Apache-2.0 */
/* What the pages on a campaign's plan, form and deadlines share. */
#include "desk/campaign.h"

#include "os/zone_file.h"

bool campaign_may_change(struct desk_request *r)
{
	return actor_may(r->office, r->actor, ACT_CHANGE_CAMPAIGN, STR(""), 0) == E_OK;
}

bool campaign_open(struct desk_request *r, struct returns_campaign *ret)
{
	return desk_may(r, r->posted ? ACT_CHANGE_CAMPAIGN : ACT_SEE_FEEDS, STR(""), 0) &&
	       returns_find_campaign(r, 0, ret);
}

struct str campaign_path(struct desk_request *r, struct str key, const char *more)
{
	return desk_text(r, "campaigns/%.*s%s", STR_ARG(key), more);
}

/* --- links --- */

void campaign_write_links(struct desk_page *p, struct str key, enum campaign_page here)
{
	static const struct {
		const char *more;
		enum message words;
	} links[] = {
		[CAMPAIGN_RETURNS] = {"/roll-up/0", MESSAGE_DESK_PLAN_TAB_RETURNS},
		[CAMPAIGN_PLAN] = {"/plan", MESSAGE_DESK_PLAN_TAB_PLAN},
		[CAMPAIGN_FORM] = {"/form", MESSAGE_DESK_PLAN_TAB_FORM},
		[CAMPAIGN_DEADLINES] = {"/deadlines", MESSAGE_DESK_PLAN_TAB_DEADLINES},
		[CAMPAIGN_FIGURES] = {"/figures", MESSAGE_DESK_PLAN_TAB_FIGURES},
	};
	struct html *h = &p->html;
	if (actor_may(p->r->office, p->r->actor, ACT_SEE_FEEDS, STR(""), 0) != E_OK)
		return;
	html_open_class(h, "nav", "tabs");
	html_attribute(h, "aria-label", text(p->lang, MESSAGE_DESK_PLAN_TABS));
	html_open(h, "ul");
	for (size_t i = 0; i < CAMPAIGN_PAGE__COUNT; i++) {
		html_open(h, "li");
		html_open(h, "a");
		html_attribute(
			h, "href", desk_address(p->r, campaign_path(p->r, key, links[i].more)));
		if (i == here)
			html_attribute(h, "aria-current", STR("page"));
		html_text(h, text(p->lang, links[i].words));
		html_close(h, "a");
		html_close(h, "li");
	}
	html_close(h, "ul");
	html_close(h, "nav");
}

void campaign_write_new(struct desk_page *p)
{
	if (campaign_may_change(p->r))
		desk_link(p, "button", STR("campaigns/new"), text(p->lang, MESSAGE_DESK_PLAN_NEW));
}

/* --- days --- */

bool campaign_zone(struct desk_request *r, struct str name, struct zone **ret_zone)
{
	struct writer file;
	writer_init(&file, ZONE_FILE_BYTES);
	enum err err = zone_file_load(name, &file);
	if (err == E_OK)
		err = zone_parse(writer_view(&file), ret_zone);
	writer_release(&file);
	if (err != E_OK)
		desk_failed(r, err);
	return err == E_OK;
}

struct str campaign_day_value(struct desk_request *r, struct date day)
{
	return day.year > 0 ? desk_text(r, "%04d-%02d-%02d", day.year, day.month, day.day)
			    : STR("");
}

struct date campaign_day_before(struct date day)
{
	return instant_date((struct instant){date_instant(day).seconds - SECONDS_PER_DAY});
}
