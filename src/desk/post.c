/* SPDX-License-Identifier: Apache-2.0 */
/* Mails of the office's outbox go to the folder of waiting mail. */
#include <stdio.h>

#include "desk/desk_parts.h"
#include "office/outbox.h"
#include "os/system.h"

/* An addition costs two fsyncs: a request hands over what one change makes and no more, the clerk
 * the rest. */
enum {
	HANDED_AT_ONCE = 8,
	HANDED_AT_START = 256
};

static void hand_over(struct desk *d, struct office *o, size_t most)
{
	size_t handed;
	if (!d->has_spool || d->settings.mail_from.size == 0)
		return;
	pthread_mutex_lock(&d->posting);
	enum err err =
		outbox_hand_over(o, &d->spool, d->settings.mail_from, most, system_now(), &handed);
	pthread_mutex_unlock(&d->posting);
	if (err != E_OK)
		fprintf(stderr, "quetsach: role=desk event=mails-wait error=\"%s\"\n",
			err_name(err));
}

void desk_post(struct desk *d, struct office *o)
{
	hand_over(d, o, HANDED_AT_ONCE);
}

void desk_catch_up(struct desk *d)
{
	struct office office;
	if (office_open(&office, d->settings.folder, true) != E_OK)
		return;
	hand_over(d, &office, HANDED_AT_START);
	office_close(&office);
}
