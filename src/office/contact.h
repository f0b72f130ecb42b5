/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/problem.h"
#include "office/audit.h"
#include "office/org.h"

/* Contact points ("đầu mối"): whom to call about an organisation in a campaign. */
struct contact {
	struct str name; /* empty: there is none */
	struct str phone, mail;
};

/* Within a transaction. campaign "": whatever the campaign. All empty: takes it away. E_SYNTAX:
 * `problem` says which field; E_NOTFOUND: no such org. */
MUST_CHECK enum err contact_put(struct office *o, struct str campaign, int64_t org,
	const struct contact *contact, const struct audit_entry *by, struct problem *problem);

/* That of the campaign, else the one that is for any. Texts lie in the arena. E_NOTFOUND: none. */
MUST_CHECK enum err contact_get(struct office *o, struct str campaign, int64_t org,
	struct arena *arena, struct contact *ret_contact);

/* Each of its own, the one for any campaign ("") first; texts are borrowed until fn returns. */
typedef enum err contact_fn(void *context, struct str campaign, const struct contact *contact);
MUST_CHECK enum err contact_each(struct office *o, int64_t org, contact_fn *fn, void *context);
