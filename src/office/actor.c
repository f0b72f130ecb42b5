/* SPDX-License-Identifier: Apache-2.0 */
#include "office/actor.h"

#include <assert.h>

#include "office/audit.h"
#include "office/org.h"

static const struct str role_names[] = {
	[ROLE_OPERATOR] = STR_INIT("operator"),
	[ROLE_COORDINATOR] = STR_INIT("coordinator"),
	[ROLE_REPORTER] = STR_INIT("reporter"),
	[ROLE_ISP] = STR_INIT("isp"),
	[ROLE_AUDITOR] = STR_INIT("auditor"),
};
static_assert(sizeof(role_names) / sizeof(role_names[0]) == ROLE__COUNT, "every role has a name");

struct str role_name(enum role role)
{
	return role_names[role];
}

bool role_parse(struct str name, enum role *ret_role)
{
	for (enum role role = 0; role < ROLE__COUNT; role++)
		if (str_equal(name, role_names[role])) {
			*ret_role = role;
			return true;
		}
	return false;
}

/* How far from one's own org an act reaches. */
enum reach {
	NONE,
	OWN,
	BELOW,   /* one's own and all below it */
	BENEATH, /* all below it, never one's own */
	OTHERS,  /* everybody's but one's own */
	ALL
};

static const enum reach rights[ROLE__COUNT][ACT__COUNT] = {
	/* clang-format off */
	/*                       SEE_ORG CHANGE_ORG INVITE ACCOUNTS RETURN FILL   JUDGE    ROLL_UP CAMPAIGN AUDIT  FEEDS SITE  CHANGE_SITE */
	[ROLE_OPERATOR]      = { ALL,    ALL,       ALL,   ALL,     ALL,   ALL,   OTHERS,  ALL,    ALL,     ALL,   ALL,  ALL,  ALL  },
	[ROLE_COORDINATOR]   = { BELOW,  BELOW,     BELOW, BELOW,   BELOW, BELOW, BENEATH, BELOW,  NONE,    BELOW, NONE, NONE, NONE },
	[ROLE_REPORTER]      = { OWN,    NONE,      NONE,  NONE,    OWN,   OWN,   NONE,    NONE,   NONE,    NONE,  NONE, NONE, NONE },
	[ROLE_ISP]           = { OWN,    NONE,      NONE,  NONE,    NONE,  NONE,  NONE,    NONE,   NONE,    NONE,  NONE, NONE, NONE },
	[ROLE_AUDITOR]       = { ALL,    NONE,      NONE,  ALL,     ALL,   NONE,  NONE,    ALL,    NONE,    ALL,   ALL,  ALL,  NONE },
	/* clang-format on */
};
static_assert(ACT__COUNT == 13, "a new act needs a column");

static enum err reaches(struct office *o, const struct actor *actor, enum reach reach,
	struct str campaign, int64_t org, bool *ret_does)
{
	bool own = actor->org != 0 && actor->org == org;
	switch (reach) {
	case NONE:
		*ret_does = false;
		return E_OK;
	case OWN:
		*ret_does = own;
		return E_OK;
	case OTHERS:
		*ret_does = !own;
		return E_OK;
	case ALL:
		*ret_does = true;
		return E_OK;
	case BENEATH:
	case BELOW:
		break;
	}
	*ret_does = own && reach == BELOW;
	if (own || org == 0 || actor->org == 0)
		return E_OK;
	return line_is_below(o, campaign, actor->org, org, ret_does);
}

enum err actor_may(
	struct office *o, const struct actor *actor, enum act act, struct str campaign, int64_t org)
{
	bool may = false, sees = false;
	TRY(reaches(o, actor, rights[actor->role][act], campaign, org, &may));
	if (may)
		return E_OK;
	if (org == 0)
		return E_DENIED;
	TRY(reaches(o, actor, rights[actor->role][ACT_SEE_ORG], campaign, org, &sees));
	return sees ? E_DENIED : E_NOTFOUND;
}

struct audit_entry actor_entry(const struct actor *actor, struct instant now, const char *what)
{
	return (struct audit_entry){
		.at = now,
		.account = actor->account,
		.actor = actor->mail.size > 0 ? actor->mail : role_name(actor->role),
		.what = str_from(what),
		.object = STR(""),
		.detail = STR(""),
	};
}
