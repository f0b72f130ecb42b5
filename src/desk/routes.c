/* SPDX-License-Identifier: Apache-2.0 */
#include "desk/routes.h"

#include "desk/accounts.h"
#include "desk/campaign.h"
#include "desk/desk_parts.h"
#include "desk/editions.h"
#include "desk/feeds_sources.h"
#include "desk/jobs.h"
#include "desk/post.h"
#include "desk/returns.h"
#include "desk/search.h"
#include "desk/settings.h"
#include "desk/site.h"
#include "desk/tools.h"
#include "desk/units.h"
#include "desk/uploads.h"

const struct desk_route desk_routes[] = {
	/* coming in */
	{STR_INIT("login"), DESK_BOTH, desk_login, DESK_ANYBODY, true, 0},
	{STR_INIT("forgotten"), DESK_BOTH, desk_forgotten, DESK_ANYBODY, true, 0},
	{STR_INIT("logout"), DESK_POST, desk_logout, DESK_ANYBODY, false, 0},
	{STR_INIT("invitation"), DESK_BOTH, desk_invitation, DESK_ANYBODY, true, 0},
	{STR_INIT("invitation/*"), DESK_GET, desk_invitation_link, DESK_ANYBODY, false, 0},
	{STR_INIT("second-factor"), DESK_BOTH, desk_second_factor, DESK_ANYBODY, false, 0},
	/* campaigns and returns */
	{STR_INIT("campaigns"), DESK_GET, desk_returns_campaigns, DESK_SIGNED_IN, false, 0},
	{STR_INIT("campaigns/*"), DESK_GET, desk_returns_campaign, DESK_SIGNED_IN, false, 0},
	{STR_INIT("campaigns/new"), DESK_BOTH, desk_campaign_new, DESK_SIGNED_IN, true, 0},
	{STR_INIT("campaigns/*/plan"), DESK_BOTH, desk_campaign_plan, DESK_SIGNED_IN, true, 0},
	{STR_INIT("campaigns/*/freeze"), DESK_POST, desk_campaign_freeze, DESK_SIGNED_IN, true, 0},
	{STR_INIT("campaigns/*/figures"), DESK_BOTH, desk_campaign_figures, DESK_SIGNED_IN, true,
		0},
	{STR_INIT("campaigns/*/editions"), DESK_BOTH, desk_editions, DESK_SIGNED_IN, true, 0},
	{STR_INIT("campaigns/*/editions/*"), DESK_BOTH, desk_edition, DESK_SIGNED_IN, true, 0},
	{STR_INIT("campaigns/*/editions/*/document"), DESK_GET, desk_edition_document,
		DESK_SIGNED_IN, true, 0},
	{STR_INIT("series"), DESK_BOTH, desk_series, DESK_SIGNED_IN, true, 0},
	{STR_INIT("campaigns/*/form"), DESK_BOTH, desk_campaign_form, DESK_SIGNED_IN, false, 0},
	{STR_INIT("campaigns/*/deadlines"), DESK_BOTH, desk_campaign_deadlines, DESK_SIGNED_IN,
		false, 0},
	{STR_INIT("campaigns/*/returns/*"), DESK_BOTH, desk_returns_return, DESK_SIGNED_IN, false,
		0},
	{STR_INIT("campaigns/*/returns/*/check"), DESK_BOTH, desk_returns_check, DESK_SIGNED_IN,
		false, 0},
	{STR_INIT("campaigns/*/returns/*/aside/*"), DESK_BOTH, desk_returns_aside, DESK_SIGNED_IN,
		false, 0},
	{STR_INIT("campaigns/*/returns/*/sheet"), DESK_BOTH, desk_returns_sheet, DESK_SIGNED_IN,
		true, 9 << 20},
	{STR_INIT("campaigns/*/returns/*/orgs"), DESK_BOTH, desk_returns_list, DESK_SIGNED_IN, true,
		9 << 20},
	{STR_INIT("campaigns/*/returns/*/known"), DESK_POST, desk_returns_known, DESK_SIGNED_IN,
		true, 0},
	{STR_INIT("campaigns/*/returns/*/document"), DESK_BOTH, desk_returns_document,
		DESK_SIGNED_IN, true, 0},
	{STR_INIT("campaigns/*/returns/*/judge"), DESK_POST, desk_returns_judge, DESK_SIGNED_IN,
		false, 0},
	{STR_INIT("campaigns/*/returns/*/files"), DESK_POST, desk_returns_files, DESK_SIGNED_IN,
		true, 21 << 20},
	{STR_INIT("campaigns/*/returns/*/files/*"), DESK_GET, desk_returns_file, DESK_SIGNED_IN,
		true, 0},
	{STR_INIT("campaigns/*/roll-up/*"), DESK_GET, desk_rollup, DESK_SIGNED_IN, false, 0},
	{STR_INIT("campaigns/*/roll-up/*/units"), DESK_GET, desk_rollup_units, DESK_SIGNED_IN, true,
		0},
	{STR_INIT("campaigns/*/roll-up/*/accept"), DESK_BOTH, desk_rollup_accept, DESK_SIGNED_IN,
		false, 0},
	{STR_INIT("campaigns/*/roll-up/*/document"), DESK_BOTH, desk_rollup_document,
		DESK_SIGNED_IN, true, 0},
	/* feeds and what came in */
	{STR_INIT("feeds"), DESK_GET, desk_feeds, DESK_SIGNED_IN, true, 0},
	{STR_INIT("new-feed"), DESK_BOTH, desk_feed_change, DESK_SIGNED_IN, true, 0},
	{STR_INIT("feeds/*"), DESK_GET, desk_feed, DESK_SIGNED_IN, true, 0},
	{STR_INIT("feeds/*/change"), DESK_BOTH, desk_feed_change, DESK_SIGNED_IN, true, 0},
	{STR_INIT("sources/*"), DESK_GET, desk_source, DESK_SIGNED_IN, true, 0},
	{STR_INIT("files"), DESK_GET, desk_files, DESK_SIGNED_IN, true, 0},
	{STR_INIT("files/upload"), DESK_BOTH, desk_files_upload, DESK_SIGNED_IN, true,
		UPLOAD_BYTES},
	{STR_INIT("files/*"), DESK_BOTH, desk_files_one, DESK_SIGNED_IN, true, 0},
	{STR_INIT("settings"), DESK_BOTH, desk_settings, DESK_SIGNED_IN, true, 0},
	{STR_INIT("settings/mail"), DESK_BOTH, desk_mail_test, DESK_SIGNED_IN, true, 0},
	{STR_INIT("settings/second-factor"), DESK_POST, desk_settings_factor, DESK_SIGNED_IN, false,
		0},
	/* oneself */
	{STR_INIT(""), DESK_GET, desk_work, DESK_SIGNED_IN, false, 0},
	{STR_INIT("self"), DESK_BOTH, desk_self, DESK_SIGNED_IN, false, 0},
	{STR_INIT("password"), DESK_BOTH, desk_password, DESK_SIGNED_IN, true, 0},
	{STR_INIT("self/second-factor"), DESK_BOTH, desk_second_factor_change, DESK_SIGNED_IN, true,
		0},
	{STR_INIT("sessions"), DESK_BOTH, desk_sessions, DESK_SIGNED_IN, false, 0},
	/* requested work */
	{STR_INIT("jobs"), DESK_GET, desk_jobs, DESK_SIGNED_IN, false, 0},
	{STR_INIT("jobs/*"), DESK_GET, desk_job, DESK_SIGNED_IN, false, 0},
	{STR_INIT("jobs/*/cancel"), DESK_POST, desk_job_cancel, DESK_SIGNED_IN, false, 0},
	{STR_INIT("jobs/*/output"), DESK_GET, desk_job_output, DESK_SIGNED_IN, true, 0},
	/* accounts */
	{STR_INIT("accounts"), DESK_GET, desk_accounts, DESK_SIGNED_IN, false, 0},
	{STR_INIT("accounts/new"), DESK_BOTH, desk_account_new, DESK_SIGNED_IN, false, 0},
	{STR_INIT("accounts/links"), DESK_BOTH, desk_account_links, DESK_SIGNED_IN, false, 0},
	{STR_INIT("accounts/*"), DESK_BOTH, desk_account, DESK_SIGNED_IN, false, 0},
	{STR_INIT("audit"), DESK_GET, desk_audit, DESK_SIGNED_IN, false, 0},
	/* the public site */
	{STR_INIT("pages"), DESK_GET, desk_site_pages, DESK_SIGNED_IN, true, 0},
	{STR_INIT("pages/new"), DESK_BOTH, desk_site_new, DESK_SIGNED_IN, false, 0},
	{STR_INIT("pages/*"), DESK_GET, desk_site_page, DESK_SIGNED_IN, false, 0},
	{STR_INIT("pages/*/*"), DESK_BOTH, desk_site_edit, DESK_SIGNED_IN, false, 0},
	{STR_INIT("pages/*/*/preview"), DESK_GET, desk_site_preview, DESK_SIGNED_IN, true, 0},
	{STR_INIT("pages/*/*/history"), DESK_GET, desk_site_history, DESK_SIGNED_IN, false, 0},
	{STR_INIT("pages/*/*/compare"), DESK_GET, desk_site_compare, DESK_SIGNED_IN, true, 0},
	{STR_INIT("pages/*/*/restore"), DESK_POST, desk_site_restore, DESK_SIGNED_IN, false, 0},
	{STR_INIT("pages/*/*/publish"), DESK_BOTH, desk_site_publish, DESK_SIGNED_IN, true, 0},
	{STR_INIT("pages/*/*/withdraw"), DESK_POST, desk_site_withdraw, DESK_SIGNED_IN, true, 0},
	{STR_INIT("pages/*/*/cancel"), DESK_POST, desk_site_cancel, DESK_SIGNED_IN, false, 0},
	{STR_INIT("tools"), DESK_GET, desk_tools, DESK_SIGNED_IN, false, 0},
	{STR_INIT("tools/new"), DESK_BOTH, desk_tool_new, DESK_SIGNED_IN, true, 0},
	{STR_INIT("tools/order"), DESK_POST, desk_tools_order, DESK_SIGNED_IN, true, 0},
	{STR_INIT("tools/*"), DESK_BOTH, desk_tool, DESK_SIGNED_IN, true, 0},
	{STR_INIT("tools/*/file"), DESK_POST, desk_tool_file, DESK_SIGNED_IN, true, 512 << 20},
	{STR_INIT("tools/*/remove"), DESK_POST, desk_tool_remove, DESK_SIGNED_IN, true, 0},
	{STR_INIT("mails"), DESK_BOTH, desk_mails, DESK_SIGNED_IN, false, 0},
	/* everything */
	{STR_INIT("search"), DESK_GET, desk_search, DESK_SIGNED_IN, false, 0},
	/* units */
	{STR_INIT("orgs"), DESK_GET, desk_units, DESK_SIGNED_IN, false, 0},
	{STR_INIT("orgs/new"), DESK_BOTH, desk_unit_new, DESK_SIGNED_IN, false, 0},
	{STR_INIT("orgs/import"), DESK_BOTH, desk_unit_import, DESK_SIGNED_IN, true, 33 << 20},
	{STR_INIT("orgs/import/*"), DESK_BOTH, desk_unit_imported, DESK_SIGNED_IN, true, 0},
	{STR_INIT("orgs/template"), DESK_GET, desk_unit_template, DESK_SIGNED_IN, false, 0},
	{STR_INIT("orgs/merge"), DESK_BOTH, desk_unit_merge, DESK_SIGNED_IN, false, 0},
	{STR_INIT("orgs/lines"), DESK_GET, desk_unit_lines, DESK_SIGNED_IN, false, 0},
	{STR_INIT("orgs/lines/*"), DESK_BOTH, desk_unit_line, DESK_SIGNED_IN, false, 0},
	{STR_INIT("orgs/*"), DESK_GET, desk_unit, DESK_SIGNED_IN, false, 0},
	{STR_INIT("orgs/*/end"), DESK_BOTH, desk_unit_end, DESK_SIGNED_IN, false, 0},
	{STR_INIT("orgs/*/split"), DESK_BOTH, desk_unit_split, DESK_SIGNED_IN, false, 0},
	{STR_INIT("orgs/*/change"), DESK_BOTH, desk_unit_change, DESK_SIGNED_IN, false, 0},
	{STR_INIT("orgs/*/contact"), DESK_BOTH, desk_unit_contact, DESK_SIGNED_IN, false, 0},
	{STR_INIT("orgs/*/networks"), DESK_BOTH, desk_unit_networks, DESK_SIGNED_IN, false, 0},
};

const size_t desk_route_count = sizeof(desk_routes) / sizeof(desk_routes[0]);

enum {
	PARTS = 3
};

/* Does the address fit the pattern? ret_parts are what stood for each *. */
static bool fits(struct str pattern, struct str path, struct str *ret_parts)
{
	size_t parts = 0;
	struct str none = STR("");
	for (size_t i = 0; i < PARTS; i++)
		ret_parts[i] = none;
	while (pattern.size > 0 && path.size > 0) {
		bool more_pattern = memchr(pattern.data, '/', pattern.size) != NULL;
		bool more_path = memchr(path.data, '/', path.size) != NULL;
		struct str wanted = str_cut(pattern, '/', &pattern);
		struct str given = str_cut(path, '/', &path);
		bool any = str_equal(wanted, STR("*"));
		if (more_pattern != more_path ||
			(any ? given.size == 0 || parts == PARTS : !str_equal(wanted, given)))
			return false;
		if (any)
			ret_parts[parts++] = given;
	}
	return pattern.size == 0 && path.size == 0;
}

const struct desk_route *desk_route_find(
	struct str path, enum desk_method method, struct str *ret_parts, unsigned *ret_allowed)
{
	const struct desk_route *found = NULL;
	*ret_allowed = 0;
	/* Whole parts come before *: a line without any is looked for first. */
	for (int stars = 0; stars < 2; stars++) {
		for (size_t i = 0; i < desk_route_count; i++) {
			const struct desk_route *route = &desk_routes[i];
			struct str parts[PARTS];
			bool star = memchr(route->pattern.data, '*', route->pattern.size) != NULL;
			if (star != (stars == 1) || !fits(route->pattern, path, parts))
				continue;
			*ret_allowed |= route->methods;
			if (found || !(route->methods & method))
				continue;
			found = route;
			memcpy(ret_parts, parts, sizeof(parts));
		}
		/* "orgs/new" is not the org "new", whatever the method. */
		if (*ret_allowed)
			return found;
	}
	return found;
}
