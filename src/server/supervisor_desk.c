/* SPDX-License-Identifier: Apache-2.0 */
#include "server/supervisor_desk.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include "os/file.h"
#include "os/system.h"
#include "server/desk_role.h"

enum {
	FIRST_DELAY = 200, /* milliseconds until a dead desk is started again */
	LONGEST_DELAY = 30000,
	STEADY_SECONDS = 60 /* having lived so long, it is started at once */
};

#define SECOND UINT64_C(1000000000)
#define MILLISECOND UINT64_C(1000000)

/* --- before the first start --- */

static int listen_on(struct supervisor *s, struct str where)
{
	struct ip ip;
	uint16_t port;
	if (!listen_parse(where, &ip, &port))
		return supervisor_complain(s, MESSAGE_SERVE_BAD_DESK_LISTEN, where, E_SYNTAX);
	enum err err = socket_listen(ip, port, &s->desk.socket);
	if (err == E_BUSY)
		return supervisor_complain(s, MESSAGE_SERVE_DESK_BUSY, where, err);
	return err == E_OK ? 0 : supervisor_complain(s, MESSAGE_SERVE_NO_LISTEN, where, err);
}

/* Who reads a database needs the memory that its readers share, which is made and removed by who
 * may write: the supervisor, which was there with all rights, keeps it. */
static enum err open_folders(struct supervisor *s)
{
	static const char *const catalogue[] = {"catalogue.db", NULL};
	static const char *const memory[] = {"catalogue.db-shm", NULL};
	TRY(folder_open(AT_FDCWD, s->options->data, &s->desk.data));
	TRY(folder_give(s->desk.data, "office", s->user));
	TRY(folder_give(s->desk.data, "mail", s->user));
	TRY(folder_lend(s->desk.data, s->user, catalogue, false));
	TRY(store_open(str_from(s->options->data), STORE_READ, &s->desk.catalogue));
	return folder_lend(s->desk.data, s->user, memory, true);
}

/* A program that was upgraded: the folder is to be, too. */
static enum message why_not(const struct supervisor *s, enum err err)
{
	int64_t version;
	bool older = err == E_VERSION &&
		     store_version(str_from(s->options->data), &version) == E_OK &&
		     version < store_current_version();
	return older ? MESSAGE_CLI_STORE_OLD : MESSAGE_SERVE_NO_OFFICE;
}

int supervisor_desk_prepare(struct supervisor *s)
{
	struct str where = s->options->desk_listen;
	if (where.size == 0)
		return 0;
	int status = listen_on(s, where);
	if (status != 0)
		return status;
	enum err err = open_folders(s);
	return err == E_OK
		       ? 0
		       : supervisor_complain(s, why_not(s, err), str_from(s->options->data), err);
}

/* --- starting one --- */

static struct portal *desk_in(struct supervisor *s, enum portal_state state)
{
	for (size_t i = 0; i < SUPERVISOR_DESKS; i++)
		if (s->desk.places[i].state == state)
			return &s->desk.places[i];
	return NULL;
}

static void forget(struct portal *p)
{
	child_kill(&p->child);
	p->state = PORTAL_NONE;
}

static struct portal *make_place(struct supervisor *s)
{
	struct portal *place = desk_in(s, PORTAL_NONE);
	if (place)
		return place;
	place = desk_in(s, PORTAL_RETIRING);
	place = place ? place : &s->desk.places[0];
	forget(place);
	return place;
}

static enum err send_orders(struct supervisor *s, const struct portal *p)
{
	const struct portal_orders orders = {
		.folder = STR("."), .user = str_from(s->user), .settings = s->settings};
	static const uint8_t word = DESK_FOLDER;
	struct writer w;
	writer_init(&w, PORTAL_ORDERS_BYTES);
	portal_orders_write(&w, &orders);
	enum err err = writer_end(&w);
	if (err == E_OK)
		err = socket_send(p->child.socket, writer_view(&w), s->desk.socket);
	writer_release(&w);
	return err == E_OK ? socket_send(p->child.socket, (struct bytes){&word, 1}, s->desk.data)
			   : err;
}

static void start_later(struct supervisor *s)
{
	s->desk.start_at = system_monotonic() + (uint64_t)s->desk.delay * MILLISECOND;
	s->desk.delay = s->desk.delay * 2 < LONGEST_DELAY ? s->desk.delay * 2 : LONGEST_DELAY;
}

void supervisor_desk_start(struct supervisor *s)
{
	static const char *const arguments[] = {"--role", "desk", NULL};
	if (s->desk.socket < 0)
		return;
	struct portal *p = make_place(s);
	s->desk.delay = s->desk.delay ? s->desk.delay : FIRST_DELAY;
	enum err err = child_start(arguments, SOCK_SEQPACKET, &p->child);
	if (err == E_OK) {
		p->state = PORTAL_STARTING;
		p->started = system_monotonic();
		err = send_orders(s, p);
	}
	if (err == E_OK)
		return;
	(void)supervisor_complain(s, MESSAGE_SERVE_NO_DESK, STR(""), err);
	forget(p);
	start_later(s);
}

void supervisor_desk_reload(struct supervisor *s)
{
	if (!desk_in(s, PORTAL_STARTING))
		supervisor_desk_start(s);
}

/* --- one is ready, one has ended --- */

static void announce(struct supervisor *s)
{
	if (!s->desk.ready_once)
		supervisor_say_address(s, MESSAGE_SERVE_DESK_READY, s->desk.socket, "/desk/vi/");
	s->desk.ready_once = true;
}

static void take_word(struct supervisor *s, struct portal *p)
{
	static const uint8_t retire = DESK_RETIRE;
	uint8_t word;
	size_t size;
	int fd = -1;
	enum err err = socket_receive(p->child.socket, 0, &word, 1, &size, &fd);
	file_close(&fd);
	if (err != E_OK || word != DESK_READY || p->state != PORTAL_STARTING)
		return;
	struct portal *old = desk_in(s, PORTAL_SERVING);
	p->state = PORTAL_SERVING;
	if (old) {
		old->state = PORTAL_RETIRING;
		if (socket_send(old->child.socket, (struct bytes){&retire, 1}, -1) != E_OK)
			forget(old);
	}
	announce(s);
}

static void bury(struct supervisor *s, struct portal *p)
{
	int status = 0;
	enum portal_state was = p->state;
	uint64_t lived = system_monotonic() - p->started;
	(void)!child_wait(&p->child, &status);
	p->state = PORTAL_NONE;
	if (was == PORTAL_RETIRING && status == 0)
		return;
	fprintf(stderr, "quetsach: role=supervisor event=desk-ended %s=%d lived=%llus\n",
		WIFSIGNALED(status) ? "signal" : "exit",
		WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status),
		(unsigned long long)(lived / SECOND));
	if (lived >= STEADY_SECONDS * SECOND)
		s->desk.delay = FIRST_DELAY;
	/* The first that never came up is told to people, not only to the log. */
	if (was == PORTAL_STARTING && !s->desk.ready_once && !s->desk.complained) {
		(void)supervisor_complain(s, MESSAGE_SERVE_NO_DESK, STR(""), E_CRASHED);
		s->desk.complained = true;
	}
	if (!desk_in(s, PORTAL_SERVING) && !desk_in(s, PORTAL_STARTING))
		start_later(s);
}

/* --- the loop's --- */

void supervisor_desk_wait(const struct supervisor *s, struct pollfd *on)
{
	for (size_t i = 0; i < SUPERVISOR_DESKS; i++) {
		const struct portal *p = &s->desk.places[i];
		bool there = p->state != PORTAL_NONE;
		on[2 * i] = (struct pollfd){.fd = there ? p->child.pidfd : -1, .events = POLLIN};
		on[2 * i + 1] = (struct pollfd){
			.fd = p->state == PORTAL_STARTING ? p->child.socket : -1, .events = POLLIN};
	}
}

void supervisor_desk_act(struct supervisor *s, const struct pollfd *on)
{
	for (size_t i = 0; i < SUPERVISOR_DESKS; i++) {
		if (on[2 * i + 1].revents & POLLIN)
			take_word(s, &s->desk.places[i]);
		/* Its place may have been taken from it just now. */
		if (on[2 * i].revents && s->desk.places[i].state != PORTAL_NONE)
			bury(s, &s->desk.places[i]);
	}
}

uint64_t supervisor_desk_due(const struct supervisor *s)
{
	if (s->desk.socket < 0)
		return UINT64_MAX;
	for (size_t i = 0; i < SUPERVISOR_DESKS; i++)
		if (s->desk.places[i].state == PORTAL_STARTING ||
			s->desk.places[i].state == PORTAL_SERVING)
			return UINT64_MAX;
	return s->desk.start_at;
}

void supervisor_desk_do_due(struct supervisor *s, uint64_t now)
{
	if (supervisor_desk_due(s) <= now)
		supervisor_desk_start(s);
}

void supervisor_desk_dismiss(struct supervisor *s)
{
	for (size_t i = 0; i < SUPERVISOR_DESKS; i++)
		if (s->desk.places[i].state != PORTAL_NONE)
			file_close(&s->desk.places[i].child.socket);
}

void supervisor_desk_bury(struct supervisor *s, uint64_t until)
{
	for (size_t i = 0; i < SUPERVISOR_DESKS; i++) {
		struct portal *p = &s->desk.places[i];
		uint64_t now = system_monotonic();
		int left = now < until ? (int)((until - now) / MILLISECOND) : 0;
		struct pollfd end = {.fd = p->child.pidfd, .events = POLLIN};
		int status;
		if (p->state == PORTAL_NONE)
			continue;
		if (poll(&end, 1, left) == 1)
			(void)!child_wait(&p->child, &status);
		forget(p);
	}
	file_close(&s->desk.socket);
	file_close(&s->desk.data);
	store_close(s->desk.catalogue);
	s->desk.catalogue = NULL;
}
