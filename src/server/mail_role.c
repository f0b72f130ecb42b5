/* SPDX-License-Identifier: Apache-2.0 */
#include "server/mail_role.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/limits.h"
#include "mail/id.h"
#include "mail/spool.h"
#include "os/process.h"
#include "os/sandbox.h"
#include "os/system.h"
#include "text/text.h"

enum {
	/* Mails until it looks again, since one that somebody waits for may have come; a share of
	 * many, so that looking takes no more time than sending. */
	ROUND = 200,
	ROUND_SHARE = 50,
	LOOK_MILLISECONDS = 1000,
	AGAIN_SECONDS = 3, /* at the least between two attempts at a server that is away */
	PATH_BYTES = 4096
};

struct due {
	char id[MAIL_ID_LONGEST + 1];
};

struct role {
	const struct mail_settings *settings;
	struct mail_tally *tally;
	struct mail_spool spool;
	struct mail_sender *sender;
	struct writer bytes; /* the mail at work */
	struct due *due;
	size_t due_count, due_room;
	struct instant now;
	struct instant next;  /* when the first of the others is due */
	struct instant sweep; /* when to sweep next */
	struct mail_state server;
	struct file_stamp seen[2]; /* new/ and state/ when they were last looked at */
	int signals;
	int lock;
};

static void say(const char *event, const char *id)
{
	fprintf(stderr, "quetsach: role=mail event=%s%s%s\n", event, id ? " id=" : "",
		id ? id : "");
}

/* --- what is due --- */

static bool make_room(struct role *r)
{
	if (r->due_count < r->due_room)
		return true;
	size_t room = r->due_room ? 2 * r->due_room : ROUND;
	struct due *more = realloc(r->due, room * sizeof(*more));
	if (!more)
		return false;
	r->due = more;
	r->due_room = room;
	return true;
}

static enum err look_at(void *context, const char *id)
{
	struct role *r = context;
	struct mail_state state = {.words = ""};
	enum err err = mail_spool_state(&r->spool, MAIL_NEW, id, &state);
	if (err != E_OK && err != E_CORRUPT && err != E_VERSION)
		return err;
	r->tally->waiting++;
	if (state.next.seconds > r->now.seconds) {
		if (r->next.seconds == 0 || state.next.seconds < r->next.seconds)
			r->next = state.next;
		return E_OK;
	}
	if (r->due_count == LIMIT_MAIL_WAITING)
		return E_OK;
	if (!make_room(r))
		return E_NOMEM;
	struct due *due = &r->due[r->due_count++];
	memcpy(due->id, id, strlen(id) + 1);
	return E_OK;
}

static int by_id(const void *a, const void *b)
{
	const struct due *x = a, *y = b;
	return strcmp(x->id, y->id);
}

static enum err look(struct role *r)
{
	r->now = system_now();
	r->due_count = 0;
	r->tally->waiting = 0;
	r->next.seconds = 0;
	TRY(file_stamp(r->spool.place[MAIL_NEW], &r->seen[0]));
	TRY(file_stamp(r->spool.state, &r->seen[1]));
	TRY(mail_spool_each(&r->spool, MAIL_NEW, look_at, r));
	if (r->due_count > 1)
		qsort(r->due, r->due_count, sizeof(*r->due), by_id);
	return E_OK;
}

/* --- what becomes of one --- */

static enum err give_up(
	struct role *r, const char *id, struct mail_state *state, enum message message)
{
	struct writer w;
	writer_init(&w, (size_t)2 * MAIL_WORDS);
	text_write(&w, r->settings->lang, message,
		(const struct text_arg[]){{STR("what"), str_from(state->words)}}, 1);
	mail_state_say(state, writer_view_str(&w));
	writer_release(&w);
	state->last = r->now;
	r->tally->failed++;
	r->tally->waiting--;
	say("failed", id);
	return mail_spool_finish(&r->spool, id, MAIL_FAILED, state);
}

static enum err server_is_back(struct role *r)
{
	if (r->server.attempts == 0)
		return E_OK;
	say("server-back", NULL);
	r->server = (struct mail_state){.last = r->now, .words = ""};
	return mail_spool_set_server(&r->spool, &r->server);
}

static uint8_t jitter(void)
{
	uint8_t value;
	system_random(&value, sizeof(value));
	return value;
}

static enum err server_is_away(struct role *r, const struct mail_outcome *outcome)
{
	r->tally->away = true;
	r->server.attempts++;
	r->server.last = r->now;
	r->server.next.seconds = r->now.seconds + mail_patience(r->server.attempts, jitter());
	mail_state_say(&r->server, str_from(outcome->words));
	memcpy(r->tally->words, r->server.words, sizeof(r->tally->words));
	say("server-away", NULL);
	return mail_spool_set_server(&r->spool, &r->server);
}

static enum err put_off(
	struct role *r, const char *id, struct mail_state *state, struct instant until)
{
	state->next.seconds = r->now.seconds + mail_patience(state->attempts, jitter());
	if (state->next.seconds > until.seconds)
		state->next = until;
	r->tally->delayed++;
	say("delayed", id);
	return mail_spool_put_off(&r->spool, id, state);
}

static enum err settle(struct role *r, const char *id, struct mail_state *state,
	struct instant until, const struct mail_outcome *outcome)
{
	r->now = system_now();
	if (outcome->verdict == MAIL_AWAY)
		return server_is_away(r, outcome);
	TRY(server_is_back(r));
	state->attempts++;
	state->last = r->now;
	mail_state_say(state, str_from(outcome->words));
	if (outcome->verdict == MAIL_DELAYED)
		return put_off(r, id, state, until);
	bool sent = outcome->verdict == MAIL_TAKEN;
	r->tally->sent += sent;
	r->tally->failed += !sent;
	r->tally->waiting--;
	enum err err = mail_spool_finish(&r->spool, id, sent ? MAIL_SENT : MAIL_FAILED, state);
	say(sent ? "sent" : "refused", id);
	return err;
}

static enum err send_one(struct role *r, const char *id)
{
	struct mail_state state = {.words = ""};
	struct mail_outcome outcome;
	struct mail_file mail;
	enum err err = mail_spool_state(&r->spool, MAIL_NEW, id, &state);
	if (err != E_OK && err != E_CORRUPT && err != E_VERSION)
		return err;
	err = mail_spool_read(&r->spool, MAIL_NEW, id, &r->bytes, &mail);
	if (err == E_CORRUPT || err == E_VERSION || err == E_LIMIT)
		return give_up(r, id, &state, MESSAGE_MAIL_FILE_DAMAGED);
	if (err == E_NOTFOUND)
		return E_OK; /* somebody took it out by hand */
	TRY(err);
	struct instant until = state.until.seconds > 0 ? state.until : mail.until;
	/* Not its own fault: the server was away all the time. */
	if (!state.words[0] && r->server.attempts > 0)
		mail_state_say(&state, str_from(r->server.words));
	if (r->now.seconds >= until.seconds)
		return give_up(r, id, &state,
			state.words[0] ? MESSAGE_MAIL_TOO_LATE : MESSAGE_MAIL_TOO_LATE_UNTRIED);
	char from[MAIL_WORDS + MAIL_ID_LONGEST], to[MAIL_WORDS + MAIL_ID_LONGEST];
	if (mail.from.size >= sizeof(from) || mail.to.size >= sizeof(to))
		return give_up(r, id, &state, MESSAGE_MAIL_FILE_DAMAGED);
	snprintf(from, sizeof(from), "%.*s", STR_ARG(mail.from));
	snprintf(to, sizeof(to), "%.*s", STR_ARG(mail.to));
	mail_sender_send(r->sender, from, to, mail.message, &outcome);
	return settle(r, id, &state, until, &outcome);
}

/* --- rounds --- */

static bool is_told_to_stop(const struct role *r)
{
	int number;
	while ((number = signals_next(r->signals)) != 0)
		if (number == SIGTERM || number == SIGINT)
			return true;
	return false;
}

static size_t round_of(size_t due)
{
	size_t most = due / ROUND_SHARE > ROUND ? due / ROUND_SHARE : ROUND;
	return due < most ? due : most;
}

/* *ret_more: there is more to do at once. */
static enum err send_round(struct role *r, bool *ret_stop, bool *ret_more)
{
	r->tally->away = false;
	TRY(look(r));
	size_t count = round_of(r->due_count);
	for (size_t i = 0; i < count && !r->tally->away && !*ret_stop; i++) {
		TRY(send_one(r, r->due[i].id));
		*ret_stop = is_told_to_stop(r);
	}
	*ret_more = r->due_count > count && !r->tally->away;
	return E_OK;
}

static bool has_changed(const struct role *r)
{
	struct file_stamp now[2];
	return file_stamp(r->spool.place[MAIL_NEW], &now[0]) != E_OK ||
	       file_stamp(r->spool.state, &now[1]) != E_OK ||
	       memcmp(now, r->seen, sizeof(now)) != 0;
}

/* A new mail is a reason to try a server that was away: whoever has mended it and sends one to see
 * need not wait for hours. */
static bool is_asked_again(const struct role *r, struct instant now)
{
	struct file_stamp stamp;
	return now.seconds - r->server.last.seconds >= AGAIN_SECONDS &&
	       (file_stamp(r->spool.place[MAIL_NEW], &stamp) != E_OK ||
		       memcmp(&stamp, &r->seen[0], sizeof(stamp)) != 0);
}

static bool has_work(const struct role *r)
{
	struct instant now = system_now();
	if (r->tally->away)
		return now.seconds >= r->server.next.seconds || is_asked_again(r, now);
	return has_changed(r) || (r->next.seconds > 0 && now.seconds >= r->next.seconds);
}

static enum err sweep_daily(struct role *r)
{
	struct instant now = system_now();
	if (now.seconds < r->sweep.seconds)
		return E_OK;
	r->sweep.seconds = now.seconds + SECONDS_PER_DAY;
	return mail_spool_sweep(&r->spool, now);
}

static enum err serve(struct role *r)
{
	bool stop = false, more = true;
	while (!stop) {
		TRY(sweep_daily(r));
		if (more || has_work(r))
			TRY(send_round(r, &stop, &more));
		if (stop || (r->settings->once && !more))
			break;
		struct pollfd on = {.fd = r->signals, .events = POLLIN};
		if (poll(&on, 1, more ? 0 : LOOK_MILLISECONDS) < 0 && errno != EINTR)
			return E_IO;
		stop = is_told_to_stop(r);
	}
	return E_OK;
}

/* --- beginning and end --- */

static enum err open_all(struct role *r)
{
	int data;
	TRY(folder_open(AT_FDCWD, r->settings->data, &data));
	enum err err = mail_spool_open(data, true, &r->spool);
	file_close(&data);
	TRY(err);
	TRY(mail_spool_lock(&r->spool, &r->lock));
	TRY(mail_spool_server(&r->spool, &r->server));
	TRY(signals_open(&r->signals));
	return mail_sender_new(&r->settings->server, &r->settings->account, &r->sender);
}

static enum err give_up_rights(const struct role *r)
{
	char path[PATH_BYTES];
	int size = snprintf(path, sizeof(path), "%s/mail", r->settings->data);
	if (size < 0 || size >= (int)sizeof(path))
		return E_LIMIT;
	return sandbox_enter_mail(path);
}

static void release(struct role *r)
{
	mail_sender_free(r->sender);
	mail_spool_close(&r->spool);
	writer_release(&r->bytes);
	free(r->due);
	file_close(&r->signals);
	file_close(&r->lock);
}

enum err mail_role_run(const struct mail_settings *settings, struct mail_tally *ret_tally)
{
	struct role r = {.settings = settings,
		.tally = ret_tally,
		.spool = {.folder = -1, .place = {-1, -1, -1}, .state = -1},
		.signals = -1,
		.lock = -1};
	*ret_tally = (struct mail_tally){.words = ""};
	writer_init(&r.bytes, LIMIT_MAIL_FILE);
	enum err err = settings->user ? sandbox_drop_root(settings->user) : E_OK;
	if (err == E_OK)
		err = open_all(&r);
	if (err == E_OK)
		err = give_up_rights(&r);
	if (err == E_OK)
		err = serve(&r);
	release(&r);
	return err;
}
