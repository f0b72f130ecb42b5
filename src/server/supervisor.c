/* SPDX-License-Identifier: Apache-2.0 */
#include "server/supervisor.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include "os/file.h"
#include "os/system.h"
#include "server/supervisor_desk.h"
#include "server/supervisor_keeper.h"

enum {
	FIRST_DELAY = 200, /* milliseconds until a dead portal is started again */
	LONGEST_DELAY = 30000,
	STEADY_SECONDS = 60,    /* having lived so long, it is started at once */
	TAKE_OVER_SECONDS = 60, /* within which a new portal must be ready */
	FAREWELL = 3000         /* milliseconds to end by itself */
};

#define SECOND UINT64_C(1000000000)
#define MILLISECOND UINT64_C(1000000)

int supervisor_complain(struct supervisor *s, enum message message, struct str what, enum err err)
{
	console_say_with(&s->console, message, {STR("what"), what},
		{STR("why"), text_err(s->options->lang, err)});
	return SERVE_FAILED;
}

/* NULL: none is in that state. */
static struct portal *portal_in(struct supervisor *s, enum portal_state state)
{
	for (size_t i = 0; i < SUPERVISOR_PORTALS; i++)
		if (s->portals[i].state == state)
			return &s->portals[i];
	return NULL;
}

/* --- starting one --- */

static enum err send_orders(struct supervisor *s, const struct portal *p)
{
	const struct portal_orders orders = {
		.folder = STR(SUPERVISOR_FOLDER), .user = str_from(s->user), .settings = s->next};
	struct writer w;
	writer_init(&w, PORTAL_ORDERS_BYTES);
	portal_orders_write(&w, &orders);
	enum err err = writer_end(&w);
	if (err == E_OK)
		err = socket_send(p->child.socket, writer_view(&w), s->socket);
	writer_release(&w);
	return err;
}

static enum err say_word(const struct portal *p, uint8_t word, int fd)
{
	return socket_send(p->child.socket, (struct bytes){&word, 1}, fd);
}

static void forget(struct portal *p)
{
	child_kill(&p->child);
	p->state = PORTAL_NONE;
}

/* The one that was replaced longest ago has had its time. */
static struct portal *make_place(struct supervisor *s)
{
	struct portal *place = portal_in(s, PORTAL_NONE);
	if (place)
		return place;
	for (size_t i = 0; i < SUPERVISOR_PORTALS; i++) {
		struct portal *p = &s->portals[i];
		if (p->state == PORTAL_RETIRING && (!place || p->started < place->started))
			place = p;
	}
	forget(place);
	return place;
}

static enum err start_portal(struct supervisor *s)
{
	static const char *const arguments[] = {"--role", "portal", NULL};
	struct portal *p = make_place(s);
	TRY(child_start(arguments, SOCK_SEQPACKET, &p->child));
	p->state = PORTAL_STARTING;
	p->started = system_monotonic();
	TRY(send_orders(s, p));
	return say_word(p, PORTAL_COUNTERS, s->counters);
}

/* --- one is ready --- */

void supervisor_say_address(
	struct supervisor *s, enum message message, int socket, const char *path)
{
	struct ip ip;
	uint16_t port;
	struct writer w;
	if (socket_address(socket, &ip, &port) != E_OK)
		return;
	writer_init(&w, 256);
	writer_text(&w, ip_is_v4(ip) ? "http://" : "http://[");
	writer_ip(&w, ip);
	writer_text(&w, ip_is_v4(ip) ? ":" : "]:");
	writer_decimal(&w, port);
	writer_text(&w, path);
	console_say_with(&s->console, message, {STR("address"), writer_view_str(&w)});
	writer_release(&w);
}

static void take_over(struct supervisor *s, struct portal *p)
{
	struct portal *old = portal_in(s, PORTAL_SERVING);
	p->state = PORTAL_SERVING;
	s->settings = s->next;
	if (old) {
		old->state = PORTAL_RETIRING;
		if (say_word(old, PORTAL_RETIRE, -1) != E_OK)
			forget(old);
		console_say(&s->console, MESSAGE_SERVE_RELOADED, NULL, 0);
		supervisor_desk_reload(s);
		supervisor_keeper_reload(s);
	}
	if (!s->ready_once)
		supervisor_say_address(s, MESSAGE_SERVE_READY, s->socket, "/");
	s->ready_once = true;
	service_say(&s->service, SERVICE_READY);
}

static void take_word(struct supervisor *s, struct portal *p)
{
	uint8_t word;
	size_t size;
	int fd = -1;
	if (socket_receive(p->child.socket, 0, &word, 1, &size, &fd) == E_OK &&
		word == PORTAL_READY && p->state == PORTAL_STARTING)
		take_over(s, p);
	file_close(&fd);
}

/* --- one has ended --- */

static void log_end(const struct portal *p, int status, int again)
{
	fprintf(stderr, "quetsach: role=supervisor event=portal-ended %s=%d lived=%llus",
		WIFSIGNALED(status) ? "signal" : "exit",
		WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status),
		(unsigned long long)((system_monotonic() - p->started) / SECOND));
	if (again > 0)
		fprintf(stderr, " again=%dms", again);
	fputc('\n', stderr);
}

static void start_later(struct supervisor *s)
{
	s->start_at = system_monotonic() + (uint64_t)s->delay * MILLISECOND;
	s->delay = s->delay * 2 < LONGEST_DELAY ? s->delay * 2 : LONGEST_DELAY;
}

/* The old one goes on; its settings are those for which another would be started. */
static void keep_old(struct supervisor *s)
{
	s->next = s->settings;
	console_say(&s->console, MESSAGE_SERVE_NOT_RELOADED, NULL, 0);
	service_say(&s->service, SERVICE_READY);
}

/* False: it is over. What never came up will not come up by trying again. */
static bool bury(struct supervisor *s, struct portal *p)
{
	int status = 0;
	enum portal_state was = p->state;
	(void)!child_wait(&p->child, &status);
	p->state = PORTAL_NONE;
	if (was == PORTAL_RETIRING) {
		if (status != 0)
			log_end(p, status, 0);
		return true;
	}
	if (system_monotonic() - p->started >= STEADY_SECONDS * SECOND)
		s->delay = FIRST_DELAY;
	bool another = portal_in(s, PORTAL_SERVING) || portal_in(s, PORTAL_STARTING);
	log_end(p, status, another ? 0 : s->delay);
	if (was == PORTAL_STARTING && portal_in(s, PORTAL_SERVING))
		keep_old(s);
	else if (!another)
		start_later(s);
	return s->ready_once;
}

/* --- reload --- */

static void reload(struct supervisor *s)
{
	s->reload_again = portal_in(s, PORTAL_STARTING) != NULL;
	if (s->reload_again)
		return;
	service_say_reloading(&s->service);
	if (!s->options->read_again(s->options->context, &s->next)) {
		keep_old(s);
		return;
	}
	enum err err = start_portal(s);
	if (err == E_OK)
		return;
	struct portal *failed = portal_in(s, PORTAL_STARTING);
	if (failed)
		forget(failed);
	(void)supervisor_complain(s, MESSAGE_SERVE_NO_PORTAL, STR(""), err);
	keep_old(s);
}

/* A new one that hangs must not keep the next reload waiting. */
static void give_up_starting(struct supervisor *s, uint64_t now)
{
	struct portal *p = portal_in(s, PORTAL_STARTING);
	if (!p || !portal_in(s, PORTAL_SERVING) || now < p->started + TAKE_OVER_SECONDS * SECOND)
		return;
	forget(p);
	keep_old(s);
}

/* --- the loop --- */

/* False: it is over. */
static bool take_signals(struct supervisor *s)
{
	int number;
	while ((number = signals_next(s->signals)) != 0) {
		s->told_to_end = s->told_to_end || number == SIGTERM || number == SIGINT;
		if (number == SIGHUP && !s->told_to_end)
			reload(s);
	}
	return !s->told_to_end;
}

static uint64_t sooner(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

/* Milliseconds until something is to be done without being asked; -1: nothing is. */
static int patience(struct supervisor *s, uint64_t now)
{
	uint64_t at = UINT64_MAX;
	struct portal *starting = portal_in(s, PORTAL_STARTING);
	struct portal *serving = portal_in(s, PORTAL_SERVING);
	if (!starting && !serving)
		at = s->start_at;
	if (starting && serving)
		at = starting->started + TAKE_OVER_SECONDS * SECOND;
	if (serving && s->service.watchdog)
		at = sooner(at, now + s->service.watchdog / 2);
	at = sooner(at, supervisor_desk_due(s));
	at = sooner(at, supervisor_keeper_due(s));
	if (at == UINT64_MAX)
		return -1;
	return at <= now ? 0 : (int)sooner((at - now) / MILLISECOND + 1, 3600 * 1000);
}

static void do_what_is_due(struct supervisor *s)
{
	uint64_t now = system_monotonic();
	give_up_starting(s, now);
	if (portal_in(s, PORTAL_SERVING)) {
		if (s->service.watchdog)
			service_say(&s->service, SERVICE_ALIVE);
	} else if (!portal_in(s, PORTAL_STARTING) && now >= s->start_at &&
		   start_portal(s) != E_OK) {
		struct portal *failed = portal_in(s, PORTAL_STARTING);
		if (failed)
			forget(failed);
		start_later(s);
	}
	if (s->reload_again && !portal_in(s, PORTAL_STARTING))
		reload(s);
	supervisor_desk_do_due(s, now);
	supervisor_keeper_do_due(s, now);
}

/* False: it is over. */
static bool wait_and_act(struct supervisor *s)
{
	struct pollfd on[2 + 2 * SUPERVISOR_PORTALS + SUPERVISOR_DESK_POLLS] = {
		{.fd = s->signals, .events = POLLIN}};
	for (size_t i = 0; i < SUPERVISOR_PORTALS; i++) {
		const struct portal *p = &s->portals[i];
		bool there = p->state != PORTAL_NONE;
		on[1 + 2 * i] =
			(struct pollfd){.fd = there ? p->child.pidfd : -1, .events = POLLIN};
		on[2 + 2 * i] = (struct pollfd){
			.fd = p->state == PORTAL_STARTING ? p->child.socket : -1, .events = POLLIN};
	}
	struct pollfd *desk = on + 1 + 2 * SUPERVISOR_PORTALS;
	struct pollfd *keeper = desk + SUPERVISOR_DESK_POLLS;
	supervisor_desk_wait(s, desk);
	supervisor_keeper_wait(s, keeper);
	if (poll(on, sizeof(on) / sizeof(on[0]), patience(s, system_monotonic())) < 0 &&
		errno != EINTR)
		return false;
	for (size_t i = 0; i < SUPERVISOR_PORTALS; i++) {
		if (on[2 + 2 * i].revents & POLLIN)
			take_word(s, &s->portals[i]);
		/* Its place may have been taken from it just now. */
		if (on[1 + 2 * i].revents && s->portals[i].state != PORTAL_NONE &&
			!bury(s, &s->portals[i]))
			return false;
	}
	supervisor_desk_act(s, desk);
	supervisor_keeper_act(s, keeper);
	/* Last: it may put another portal in a place that was looked at above. */
	if (on[0].revents && !take_signals(s))
		return false;
	do_what_is_due(s);
	return true;
}

/* Closing its socket is a portal's sign to finish what it is sending. */
static void dismiss(struct supervisor *s)
{
	uint64_t until = system_monotonic() + FAREWELL * MILLISECOND;
	service_say(&s->service, SERVICE_STOPPING);
	for (size_t i = 0; i < SUPERVISOR_PORTALS; i++)
		if (s->portals[i].state != PORTAL_NONE)
			file_close(&s->portals[i].child.socket);
	supervisor_desk_dismiss(s);
	supervisor_keeper_dismiss(s);
	for (size_t i = 0; i < SUPERVISOR_PORTALS; i++) {
		struct portal *p = &s->portals[i];
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
	supervisor_desk_bury(s, until);
	supervisor_keeper_bury(s, until);
}

int supervise(struct supervisor *s)
{
	s->settings = s->options->settings;
	s->next = s->settings;
	s->delay = FIRST_DELAY;
	enum err err = signals_open(&s->signals);
	if (err == E_OK)
		err = start_portal(s);
	if (err == E_OK)
		supervisor_desk_start(s);
	if (err == E_OK)
		while (wait_and_act(s))
			;
	else
		(void)supervisor_complain(s, MESSAGE_SERVE_NO_PORTAL, STR(""), err);
	dismiss(s);
	if (err == E_OK && !s->ready_once && !s->told_to_end)
		return supervisor_complain(s, MESSAGE_SERVE_NO_PORTAL, STR(""), E_CRASHED);
	return err == E_OK ? 0 : SERVE_FAILED;
}
