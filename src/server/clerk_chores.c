/* SPDX-License-Identifier: Apache-2.0 */
#include "server/clerk_chores.h"

#include <stdio.h>

#include "desk/post.h"
#include "mail/spool.h"
#include "office/attempt.h"
#include "office/job_work.h"
#include "office/org.h"
#include "office/session.h"
#include "os/file.h"
#include "os/system.h"
#include "server/portal_role.h"

enum {
	SWEEP_SECONDS = 3600,
	POST_SECONDS = 600
};

void clerk_chores_init(
	struct clerk_chores *c, const char *user, const char *mail_from, const char *zone)
{
	*c = (struct clerk_chores){.user = user, .mail_from = mail_from};
	c->zone = portal_load_zone(zone ? zone : "UTC");
}

void clerk_chores_release(struct clerk_chores *c)
{
	zone_free(c->zone);
	c->zone = NULL;
}

struct instant clerk_chores_due(const struct clerk_chores *c)
{
	return c->sweep.seconds < c->post.seconds ? c->sweep : c->post;
}

static void log_failure(const char *what, enum err err)
{
	if (err != E_OK)
		fprintf(stderr, "quetsach: role=clerk event=chore-failed chore=%s error=\"%s\"\n",
			what, err_name(err));
}

static enum err keep_today(const struct clerk_chores *c, struct office *o, struct instant now)
{
	struct instant local = {now.seconds + (c->zone ? zone_offset(c->zone, now) : 0)};
	return org_keep_today(o, instant_date(local));
}

static enum err sweep(const struct clerk_chores *c, struct office *o, struct instant now)
{
	TRY(office_begin(o));
	enum err err = session_sweep(o, now);
	if (err == E_OK)
		err = attempt_sweep(o, now);
	TRY(office_end(o, err));
	TRY(keep_today(c, o, now));
	return job_sweep(o, now);
}

/* As root what we put there would be ours; it is for the one who sends. */
static enum err give_mail(const struct clerk_chores *c, int data, size_t handed)
{
	return handed > 0 && c->user ? folder_give(data, "mail", c->user) : E_OK;
}

static enum err post(const struct clerk_chores *c, struct office *o, int data, struct instant now)
{
	struct store *store;
	struct mail_spool spool;
	struct notice_tally tally;
	size_t handed = 0;
	TRY(store_open(STR("."), STORE_READ, &store));
	enum err err = mail_spool_open(data, true, &spool);
	if (err == E_OK) {
		const struct post_day day = {.office = o,
			.store = store,
			.spool = &spool,
			.from = str_from(c->mail_from),
			.zone = c->zone,
			.now = now};
		err = post_day(&day, &tally, &handed);
		mail_spool_close(&spool);
	}
	store_close(store);
	enum err given = give_mail(c, data, handed);
	return err == E_OK ? given : err;
}

void clerk_chores_do(struct clerk_chores *c, struct office *office, int data)
{
	struct instant now = system_now();
	if (now.seconds >= c->sweep.seconds) {
		log_failure("sweep", sweep(c, office, now));
		c->sweep.seconds = now.seconds + SWEEP_SECONDS;
	}
	if (now.seconds >= c->post.seconds) {
		if (c->mail_from)
			log_failure("post", post(c, office, data, now));
		c->post.seconds = now.seconds + POST_SECONDS;
	}
}
