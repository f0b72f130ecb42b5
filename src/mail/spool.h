/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "mail/file.h"
#include "mail/message.h"
#include "os/file.h"

/* The folder of outgoing mail, DATA/mail: new/ID waits, sent/ID and failed/ID are done with,
 * state/ID says how far it has come. A mail is in one of the three places at each moment, whatever
 * stops the machine. Anybody may add and look at once; one process sends, and it holds the lock. */
struct mail_spool {
	int folder;
	int place[3]; /* by enum mail_place */
	int state;
	uint64_t waiting; /* at most so many wait; counted when it matters */
};

enum mail_place {
	MAIL_NEW,
	MAIL_SENT,   /* only what became of it is kept: the text may hold a secret link */
	MAIL_FAILED, /* all of it, so that it can be tried again */
	MAIL_PLACE__COUNT
};
struct str mail_place_name(enum mail_place place);

/* `make`: what is missing is made, else it is E_NOTFOUND. */
MUST_CHECK enum err mail_spool_open(int data_folder, bool make, struct mail_spool *ret_spool);
void mail_spool_close(struct mail_spool *s); /* safe after a failed open */

/* E_BUSY where another process sends. For as long as the descriptor is open. */
MUST_CHECK enum err mail_spool_lock(const struct mail_spool *s, int *ret_lock);

/* Held by whoever adds, where more than one process may: E_BUSY while another does. Adding twice at
 * the same moment could bring back what was sent just now. */
MUST_CHECK enum err mail_spool_lock_adding(const struct mail_spool *s, int *ret_lock);

/* Composes the mail and puts it with those that wait. On E_OK it survives a loss of power. An ID
 * that is or was there changes nothing: *ret_added is false, it is E_OK. One process adds at a
 * time. `until`: when it is of no use any more; 0: after LIMIT_MAIL_SECONDS. Errors of
 * mail_compose() come with the problem, E_LIMIT without one: LIMIT_MAIL_WAITING mails wait. */
MUST_CHECK enum err mail_spool_add(struct mail_spool *s, const struct mail_message *message,
	struct instant now, struct instant until, bool *ret_added, struct problem *problem);

/* Calls fn with each ID of a place, in no order. */
MUST_CHECK enum err mail_spool_each(
	const struct mail_spool *s, enum mail_place place, folder_entry_fn *fn, void *context);

/* `bytes` is emptied and holds what ret_file borrows. A sent mail has none: E_NOTFOUND. */
MUST_CHECK enum err mail_spool_read(const struct mail_spool *s, enum mail_place place,
	const char *id, struct writer *bytes, struct mail_file *ret_file);

/* All zero where nothing has been tried. */
MUST_CHECK enum err mail_spool_state(const struct mail_spool *s, enum mail_place place,
	const char *id, struct mail_state *ret_state);

/* --- of the one who sends --- */

/* It waits on. */
MUST_CHECK enum err mail_spool_put_off(
	struct mail_spool *s, const char *id, const struct mail_state *state);

/* Done with. */
MUST_CHECK enum err mail_spool_finish(struct mail_spool *s, const char *id, enum mail_place place,
	const struct mail_state *state);

/* Finishes what a crash left half done, and forgets what is older than LIMIT_MAIL_SENT_DAYS and
 * LIMIT_MAIL_FAILED_DAYS. */
MUST_CHECK enum err mail_spool_sweep(struct mail_spool *s, struct instant now);

/* What is known of the server: attempts since it has been away, 0 when it is not. */
MUST_CHECK enum err mail_spool_server(const struct mail_spool *s, struct mail_state *ret_state);
MUST_CHECK enum err mail_spool_set_server(struct mail_spool *s, const struct mail_state *state);

/* --- of the operator --- */

/* Tried at once and for LIMIT_MAIL_SECONDS again, whether it waits or failed. E_NOTFOUND; E_EXISTS:
 * it was sent. */
MUST_CHECK enum err mail_spool_retry(struct mail_spool *s, const char *id, struct instant now);
