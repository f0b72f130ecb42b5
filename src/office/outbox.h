/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "office/office.h"

/* Mails that a change brings about: they are put here in the change's own transaction, so that
 * neither is without the other, and handed to the folder of waiting mail afterwards. */
struct outgoing {
	struct str id;        /* stable: the same (kind, recipient, occasion) is never sent twice */
	struct str recipient; /* one address */
	struct str subject, body;
};

/* Within a transaction; an id that was there before changes nothing. */
MUST_CHECK enum err outbox_add(struct office *o, const struct outgoing *mail, struct instant now);

/* Oldest first, those not handed on; texts are borrowed until fn returns. outbox_handed() after fn
 * has made sure that the mail waits elsewhere. */
typedef enum err outbox_fn(void *context, const struct outgoing *mail);
MUST_CHECK enum err outbox_each(struct office *o, outbox_fn *fn, void *context);
MUST_CHECK enum err outbox_handed(struct office *o, struct str id);
