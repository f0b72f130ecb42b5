/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/lang.h"
#include "mail/spool.h"
#include "office/office.h"

/* Mails that a change brings about: they are put here in the change's own transaction, so that
 * neither is without the other, and handed to the folder of waiting mail afterwards. */
struct outgoing {
	struct str id;        /* stable: the same (kind, recipient, occasion) is never sent twice */
	struct str recipient; /* one address */
	enum lang lang;
	struct str sender; /* who writes, as it is shown beside the address */
	struct str subject, body;
	struct instant until; /* when it has no use any more; 0: LIMIT_MAIL_SECONDS */
};

/* Within a transaction; an id that was there before changes nothing. *ret_added may be NULL. */
MUST_CHECK enum err outbox_add(
	struct office *o, const struct outgoing *mail, struct instant now, bool *ret_added);

/* At most `limit` that wait: first those that somebody sits and waits for, then by age. Texts are
 * borrowed until fn returns. */
typedef enum err outbox_fn(void *context, const struct outgoing *mail);
MUST_CHECK enum err outbox_each(struct office *o, size_t limit, outbox_fn *fn, void *context);

/* Hands at most `most` of them to the folder of mail, from the address `from`; outside any
 * transaction. Once it is there it is there, whatever happens next: after a crash it is offered
 * again and known. One that no mail can be made of is put aside with the reason. While somebody
 * else hands over for longer than half a second, nothing is done: they hand over these too. */
MUST_CHECK enum err outbox_hand_over(struct office *o, struct mail_spool *spool, struct str from,
	size_t most, struct instant now, size_t *ret_handed);

/* What stays here: waits to be handed over, or cannot become a mail. */
struct outbox_state {
	uint64_t waiting;
	uint64_t refused;
};
MUST_CHECK enum err outbox_state(struct office *o, struct outbox_state *ret_state);

/* Those put aside, newest first. */
struct refused_mail {
	struct str id, recipient, why; /* why: "mail-from: NO_FIELD" */
	struct instant made;
};
typedef enum err refused_mail_fn(void *context, const struct refused_mail *mail);
MUST_CHECK enum err outbox_each_refused(
	struct office *o, size_t limit, refused_mail_fn *fn, void *context);

/* To whom the mail of an id goes or went. E_NOTFOUND. */
MUST_CHECK enum err outbox_recipient(
	struct office *o, struct str id, struct arena *arena, struct str *ret_recipient);
