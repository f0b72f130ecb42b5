/* SPDX-License-Identifier: Apache-2.0 */
/* Mails of the office's outbox go to the folder of waiting mail. */
#include <stdio.h>
#include <stdlib.h>

#include "desk/desk_parts.h"
#include "office/outbox.h"
#include "os/system.h"

/* As many as one change makes; the rest goes with the next. */
enum {
	HANDED_AT_ONCE = 256,
	ID_BYTES = 128
};

struct posting {
	struct desk *desk;
	size_t count;
	char ids[HANDED_AT_ONCE][ID_BYTES];
};

static void complain(const struct outgoing *mail, enum err err)
{
	fprintf(stderr, "quetsach: role=desk event=mail-not-handed id=%.*s error=\"%s\"\n",
		STR_ARG(mail->id), err_name(err));
}

/* One that cannot be composed stays where it is, and does not hold up the others. */
static enum err hand_one(void *context, const struct outgoing *mail)
{
	struct posting *p = context;
	const struct desk_settings *settings = &p->desk->settings;
	const struct mail_message message = {.id = mail->id,
		.from = settings->mail_from,
		.from_name = settings->mail_name,
		.to = mail->recipient,
		.lang = LANG_VI,
		.subject = mail->subject,
		.text = mail->body};
	struct problem problem = {0};
	bool added;
	if (p->count == HANDED_AT_ONCE || mail->id.size >= ID_BYTES)
		return E_OK;
	enum err err = mail_spool_add(
		&p->desk->spool, &message, system_now(), (struct instant){0}, &added, &problem);
	if (err != E_OK) {
		complain(mail, err);
		return err == E_SYNTAX ? E_OK : err;
	}
	memcpy(p->ids[p->count], mail->id.data, mail->id.size);
	p->ids[p->count++][mail->id.size] = '\0';
	return E_OK;
}

static enum err mark(struct office *o, const struct posting *p)
{
	enum err err = office_begin(o);
	if (err != E_OK)
		return err;
	for (size_t i = 0; err == E_OK && i < p->count; i++)
		err = outbox_handed(o, str_from(p->ids[i]));
	return office_end(o, err);
}

void desk_post(struct desk *d, struct office *o)
{
	struct posting *p;
	if (!d->has_spool || d->settings.mail_from.size == 0)
		return;
	p = calloc(1, sizeof(*p));
	if (!p)
		return;
	p->desk = d;
	pthread_mutex_lock(&d->posting);
	enum err err = outbox_each(o, hand_one, p);
	/* Those that are in the spool are, whatever happened to the next. */
	if (p->count > 0) {
		enum err marked = mark(o, p);
		err = err == E_OK ? marked : err;
	}
	pthread_mutex_unlock(&d->posting);
	if (err != E_OK)
		fprintf(stderr, "quetsach: role=desk event=mails-wait error=\"%s\"\n",
			err_name(err));
	free(p);
}

void desk_catch_up(struct desk *d)
{
	struct office office;
	if (office_open(&office, d->settings.folder, true) != E_OK)
		return;
	desk_post(d, &office);
	office_close(&office);
}
