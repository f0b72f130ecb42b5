/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/lang.h"
#include "office/office.h"

/* Who acts, and what they may do. Rights follow the order of organisations: everybody acts for one
 * org and sees what stands below it, never beside or above. */
enum role {
	ROLE_OPERATOR,    /* national operator: everything */
	ROLE_COORDINATOR, /* sees and manages its org and all below */
	ROLE_REPORTER,    /* fills in the returns of its org */
	ROLE_ISP,         /* contact of a network holder */
	ROLE_AUDITOR,     /* reads all, changes nothing */
	ROLE__COUNT
};
struct str role_name(enum role role); /* "operator"; as stored and in JSON */
bool role_parse(struct str name, enum role *ret_role);

struct actor {
	int64_t account; /* 0: the operator at the machine */
	enum role role;
	int64_t org; /* 0: none (operator, auditor) */
	enum lang lang;
	struct str name, mail; /* borrowed */
};

enum act {
	ACT_SEE_ORG,      /* that it exists, its name and place */
	ACT_CHANGE_ORG,   /* names, place, networks, contact points */
	ACT_INVITE,       /* an account for it */
	ACT_SEE_ACCOUNTS, /* of it */
	ACT_SEE_RETURN,
	ACT_FILL_RETURN,     /* draft, submit; by a coordinator on its behalf */
	ACT_JUDGE_RETURN,    /* accept, send back: never one's own */
	ACT_SEE_ROLL_UP,     /* totals of all below it */
	ACT_CHANGE_CAMPAIGN, /* forms, deadlines, lines */
	ACT_SEE_AUDIT,
	ACT_SEE_FEEDS,
	ACT_SEE_SITE, /* pages and tools of the public site, drafts too */
	ACT_CHANGE_SITE,
	ACT__COUNT
};

/* E_OK: may. E_NOTFOUND: the actor may not even know that there is such an org (to be answered as
 * if there were none). E_DENIED: may see it, may not do this. campaign: the line that decides; ""
 * the tree of today. org 0: about no single org. */
MUST_CHECK enum err actor_may(struct office *o, const struct actor *actor, enum act act,
	struct str campaign, int64_t org);

/* For audit entries. */
struct audit_entry;
struct audit_entry actor_entry(const struct actor *actor, struct instant now, const char *what);
