/* SPDX-License-Identifier: Apache-2.0 */
#include "server/clerk.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sodium.h>
#include <stdio.h>

#include "os/file.h"
#include "os/process.h"
#include "os/sandbox.h"
#include "os/system.h"
#include "os/watch.h"
#include "server/clerk_chores.h"
#include "server/clerk_run.h"
#include "server/portal_role.h"

enum {
	LOOK = 5000,    /* milliseconds until it looks without being told: clocks change */
	LOOK_FOR = 200, /* until it looks whether there is an office yet */
	AGAIN = 1000,   /* until it tries an office again that failed */
	FAILURES = 60,  /* in a row, then it ends: somebody is told */
	OWN_POLLS = 3,
	/* What is written is told of before it is synced, and seen only after that. */
	NEAR = 50,      /* milliseconds until it looks again */
	NEAR_FOR = 2000 /* for so long after it was told */
};

#define MILLISECOND UINT64_C(1000000)

struct clerk {
	const char *user, *configuration;
	int data, files, office_folder;
	int lock, signals, watch;
	struct office office;
	struct clerk_run runs[JOB_LANE__COUNT];
	struct clerk_chores chores;
	bool told_to_end;
	unsigned failures;
	uint64_t near_until; /* monotonic */
};

/* --- told to end --- */

static void take_signals(struct clerk *c)
{
	int number;
	while ((number = signals_next(c->signals)) != 0)
		c->told_to_end = c->told_to_end || number == SIGTERM || number == SIGINT;
}

/* Nothing is ever sent to it: what comes is the end. */
static void look_after_parent(struct clerk *c, short events)
{
	c->told_to_end = c->told_to_end || events != 0;
}

static void rest(struct clerk *c, int milliseconds)
{
	struct pollfd on[2] = {
		{.fd = c->signals, .events = POLLIN}, {.fd = CHILD_SOCKET, .events = POLLIN}};
	if (poll(on, 2, milliseconds) <= 0)
		return;
	take_signals(c);
	look_after_parent(c, on[1].revents);
}

/* --- before the first job --- */

static enum err open_own_folder(struct clerk *c)
{
	enum err err = folder_make(c->data, CLERK_FOLDER);
	if (err != E_OK && err != E_EXISTS)
		return err;
	TRY(folder_open(c->data, CLERK_FOLDER, &c->files));
	return file_lock(c->files, "lock", &c->lock);
}

/* The desk makes it, as the one who is to own it. */
static enum err open_office(struct clerk *c)
{
	enum err err = E_NOTFOUND;
	while (!c->told_to_end) {
		struct office there;
		err = office_open(&there, ".", false);
		office_close(&there);
		if (err != E_NOTFOUND)
			break;
		rest(c, LOOK_FOR);
	}
	TRY(err);
	TRY(office_open(&c->office, ".", true));
	TRY(folder_open(c->data, "office", &c->office_folder));
	return watch_open(c->office_folder, &c->watch);
}

static enum err begin(struct clerk *c, const char *folder)
{
	if (sodium_init() < 0)
		return E_CRASHED;
	TRY(folder_open(AT_FDCWD, folder, &c->data));
	TRY(folder_enter(c->data));
	TRY(database_stay_in_folder());
	if (c->user && folder_is_of(c->data, c->user))
		TRY(sandbox_drop_root(c->user));
	TRY(signals_open(&c->signals));
	TRY(open_own_folder(c));
	TRY(open_office(c));
	return job_recover(&c->office, system_now());
}

/* --- the loop --- */

static enum err take_what_is_due(struct clerk *c)
{
	for (enum job_lane lane = 0; lane < JOB_LANE__COUNT; lane++) {
		enum err err = E_OK;
		/* One that could not be begun has ended at once. */
		while (err == E_OK && !c->runs[lane].active)
			err = clerk_run_take(&c->runs[lane], lane);
		if (err != E_OK && err != E_NOTFOUND)
			return err;
	}
	return E_OK;
}

/* Milliseconds until an instant of the clock, at most LOOK. */
static int until(struct instant then)
{
	int64_t left = then.seconds == INT64_MAX ? LOOK : then.seconds - system_now().seconds;
	if (left < 0)
		return 0;
	return left > LOOK / 1000 ? LOOK : (int)left * 1000;
}

static int until_deadline(const struct clerk_run *r)
{
	uint64_t now = system_monotonic();
	uint64_t deadline = clerk_run_deadline(r);
	if (deadline == UINT64_MAX)
		return LOOK;
	uint64_t left = deadline > now ? (deadline - now) / MILLISECOND + 1 : 0;
	return left > LOOK ? LOOK : (int)left;
}

static enum err patience(struct clerk *c, int *ret_milliseconds)
{
	int least = until(clerk_chores_due(&c->chores));
	for (enum job_lane lane = 0; lane < JOB_LANE__COUNT; lane++) {
		struct instant due;
		int left = until_deadline(&c->runs[lane]);
		if (!c->runs[lane].active) {
			TRY(job_next_due(&c->office, lane, &due));
			left = until(due);
		}
		least = left < least ? left : least;
	}
	bool near = system_monotonic() < c->near_until;
	*ret_milliseconds = near && least > NEAR ? NEAR : least;
	return E_OK;
}

static enum err wait_and_act(struct clerk *c)
{
	struct pollfd on[OWN_POLLS + JOB_LANE__COUNT * CLERK_POLLS] = {
		{.fd = c->signals, .events = POLLIN}, {.fd = CHILD_SOCKET, .events = POLLIN},
		{.fd = c->watch, .events = POLLIN}};
	int milliseconds;
	TRY(patience(c, &milliseconds));
	for (size_t i = 0; i < JOB_LANE__COUNT; i++)
		clerk_run_wait(&c->runs[i], on + OWN_POLLS + i * CLERK_POLLS);
	if (poll(on, sizeof(on) / sizeof(on[0]), milliseconds) < 0 && errno != EINTR)
		return E_IO;
	if (on[0].revents)
		take_signals(c);
	look_after_parent(c, on[1].revents);
	if (on[2].revents) {
		watch_drain(c->watch);
		c->near_until = system_monotonic() + NEAR_FOR * MILLISECOND;
	}
	for (size_t i = 0; i < JOB_LANE__COUNT; i++)
		TRY(clerk_run_act(&c->runs[i], on + OWN_POLLS + i * CLERK_POLLS));
	return E_OK;
}

static enum err work(struct clerk *c)
{
	TRY(take_what_is_due(c));
	clerk_chores_do(&c->chores, &c->office, c->data);
	return wait_and_act(c);
}

/* A disk that is full, a database that is held: it will pass, or somebody will see it. */
static enum err run(struct clerk *c)
{
	while (!c->told_to_end) {
		enum err err = work(c);
		c->failures = err == E_OK ? 0 : c->failures + 1;
		if (err == E_OK)
			continue;
		fprintf(stderr, "quetsach: role=clerk event=office error=\"%s\"\n", err_name(err));
		if (c->failures == FAILURES)
			return err;
		rest(c, AGAIN);
	}
	return E_OK;
}

static void release(struct clerk *c)
{
	for (size_t i = 0; i < JOB_LANE__COUNT; i++)
		clerk_run_release(&c->runs[i]);
	clerk_chores_release(&c->chores);
	office_close(&c->office);
	file_close(&c->watch);
	file_close(&c->office_folder);
	file_close(&c->files);
	file_close(&c->lock);
	file_close(&c->signals);
	file_close(&c->data);
}

static const char *word(const char *const *words, size_t nth)
{
	return words[nth][0] ? words[nth] : NULL;
}

int clerk_role_main(int count, const char *const *words)
{
	struct clerk c = {.data = -1,
		.files = -1,
		.office_folder = -1,
		.lock = -1,
		.signals = -1,
		.watch = -1,
		.office = {.folder = -1}};
	if (count != CLERK_ROLE_WORDS)
		return 2;
	c.user = word(words, 0);
	c.configuration = word(words, 3);
	clerk_chores_init(&c.chores, c.user, word(words, 1), word(words, 2));
	for (size_t i = 0; i < JOB_LANE__COUNT; i++)
		clerk_run_init(&c.runs[i], &c.office, -1, c.configuration);
	enum err err = begin(&c, words[4]);
	for (size_t i = 0; i < JOB_LANE__COUNT; i++)
		c.runs[i].files = c.files;
	if (err == E_OK)
		err = run(&c);
	if (err != E_OK && !c.told_to_end)
		fprintf(stderr, "quetsach: role=clerk event=failed error=\"%s\"\n", err_name(err));
	bool fine = err == E_OK || c.told_to_end;
	release(&c);
	return fine ? 0 : 2;
}
