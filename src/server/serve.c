/* SPDX-License-Identifier: Apache-2.0 */
#include "server/serve.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "os/file.h"
#include "os/process.h"
#include "os/sandbox.h"
#include "os/system.h"
#include "server/console.h"
#include "server/counters_file.h"
#include "server/portal_role.h"

enum {
	PATH_BYTES = 4096,
	FIRST_DELAY = 200, /* milliseconds until a dead portal is started again */
	LONGEST_DELAY = 30000,
	STEADY_SECONDS = 60, /* having lived so long, it is started at once */
	FAREWELL = 3000,     /* milliseconds to end by itself */
	FAILED = 2
};

/* public/, which the supervisor has entered and the portal inherits. */
#define PUBLIC_FOLDER "."

struct supervisor {
	const struct serve_options *options;
	struct console console;
	const char *user; /* the portal runs as */
	int socket;       /* listens */
	int counters;     /* of downloads; -1: cannot be written */
	int signals;
	struct child portal;
	bool running;
	bool ready_once;
	uint64_t started; /* monotonic */
	int delay;        /* milliseconds before the next start */
	uint64_t start_at;
};

bool listen_parse(struct str s, struct ip *ret_ip, uint16_t *ret_port)
{
	size_t colon = s.size;
	uint64_t port;
	while (colon > 0 && s.data[colon - 1] != ':')
		colon--;
	if (colon == 0)
		return false;
	struct str address = {s.data, colon - 1};
	bool brackets =
		address.size > 2 && address.data[0] == '[' && address.data[address.size - 1] == ']';
	if (brackets)
		address = (struct str){address.data + 1, address.size - 2};
	if (!ip_parse(address, ret_ip) || ip_is_v4(*ret_ip) == brackets ||
		!str_to_u64((struct str){s.data + colon, s.size - colon}, UINT16_MAX, &port))
		return false;
	*ret_port = (uint16_t)port;
	return true;
}

/* --- before the first start --- */

static int complain(struct supervisor *s, enum message message, struct str what, enum err err)
{
	console_say_with(&s->console, message, {STR("what"), what},
		{STR("why"), text_err(s->options->lang, err)});
	return FAILED;
}

static void write_address(struct writer *w, struct ip ip, uint16_t port)
{
	writer_text(w, ip_is_v4(ip) ? "http://" : "http://[");
	writer_ip(w, ip);
	writer_text(w, ip_is_v4(ip) ? ":" : "]:");
	writer_decimal(w, port);
	writer_char(w, '/');
}

static int listen_on(struct supervisor *s)
{
	struct ip ip;
	uint16_t port;
	struct str where = s->options->listen;
	if (!listen_parse(where, &ip, &port))
		return complain(s, MESSAGE_SERVE_BAD_LISTEN, where, E_SYNTAX);
	enum err err = socket_listen(ip, port, &s->socket);
	if (err == E_BUSY)
		return complain(s, MESSAGE_SERVE_BUSY, where, err);
	if (err == E_DENIED)
		return complain(s, MESSAGE_SERVE_PORT_DENIED, where, err);
	return err == E_OK ? 0 : complain(s, MESSAGE_SERVE_NO_LISTEN, where, err);
}

static int choose_user(struct supervisor *s)
{
	s->user = s->options->user ? s->options->user : "quetsach";
	enum err err = sandbox_user_exists(s->user);
	if (err == E_NOTFOUND && !s->options->user) {
		s->user = "nobody";
		err = sandbox_user_exists(s->user);
	}
	if (err == E_NOTFOUND)
		return complain(s, MESSAGE_SERVE_NO_USER, str_from(s->user), err);
	return err == E_OK ? 0 : complain(s, MESSAGE_SERVE_NOT_DROPPED, str_from(s->user), err);
}

static int drop_root(struct supervisor *s)
{
	enum err err = sandbox_drop_root(s->user);
	return err == E_OK ? 0 : complain(s, MESSAGE_SERVE_NOT_DROPPED, str_from(s->user), err);
}

/* Without them downloads are not counted, which is no reason not to serve. */
static void open_counters(struct supervisor *s)
{
	int data = -1;
	enum err err = folder_open(AT_FDCWD, s->options->data, &data);
	if (err == E_OK)
		err = counters_file_open(data, s->user, system_now(), &s->counters);
	file_close(&data);
	if (err != E_OK)
		fprintf(stderr, "quetsach: role=supervisor event=no-counters error=\"%s\"\n",
			err_name(err));
}

/* Entered while there are rights, so that folders above may be private. */
static int enter_folder(struct supervisor *s)
{
	int fd = -1;
	char path[PATH_BYTES];
	struct str data = str_from(s->options->data);
	int size = snprintf(path, sizeof(path), "%s/public", s->options->data);
	if (size < 0 || (size_t)size >= sizeof(path))
		return complain(s, MESSAGE_SERVE_NO_DATA, data, E_LIMIT);
	enum err err = folder_open(AT_FDCWD, path, &fd);
	if (err == E_OK) {
		/* Before the folder changes: --data may be a relative path. */
		open_counters(s);
		err = folder_enter(fd);
	}
	file_close(&fd);
	if (err == E_DENIED)
		return complain(s, MESSAGE_SERVE_DATA_DENIED, data, err);
	return err == E_OK ? 0 : complain(s, MESSAGE_SERVE_NO_DATA, data, err);
}

/* As the user the portal runs as, so that missing rights show now. */
static int try_folder(struct supervisor *s)
{
	int fd = -1;
	enum err err = folder_open(AT_FDCWD, PUBLIC_FOLDER, &fd);
	file_close(&fd);
	return err == E_OK
		       ? 0
		       : complain(s, MESSAGE_SERVE_DATA_DENIED, str_from(s->options->data), err);
}

/* --- the portal --- */

static enum err send_orders(struct supervisor *s)
{
	struct portal_orders orders = {.folder = STR(PUBLIC_FOLDER),
		.user = str_from(s->user),
		.zone = str_from(s->options->zone ? s->options->zone : "Asia/Ho_Chi_Minh")};
	struct writer w;
	if (s->options->proxy_count > PORTAL_PROXIES)
		return E_LIMIT;
	for (size_t i = 0; i < s->options->proxy_count; i++)
		orders.proxies[i] = s->options->proxies[i];
	orders.proxy_count = s->options->proxy_count;
	writer_init(&w, PORTAL_ORDERS_BYTES);
	portal_orders_write(&w, &orders);
	enum err err = writer_end(&w);
	if (err == E_OK)
		err = socket_send(s->portal.socket, writer_view(&w), s->socket);
	writer_release(&w);
	return err;
}

static enum err send_counters(struct supervisor *s)
{
	static const uint8_t word = PORTAL_COUNTERS;
	return socket_send(s->portal.socket, (struct bytes){&word, 1}, s->counters);
}

static enum err start_portal(struct supervisor *s)
{
	static const char *const arguments[] = {"--role", "portal", NULL};
	TRY(child_start(arguments, SOCK_SEQPACKET, &s->portal));
	s->running = true;
	s->started = system_monotonic();
	TRY(send_orders(s));
	return send_counters(s);
}

static void announce(struct supervisor *s)
{
	struct ip ip;
	uint16_t port;
	struct writer w;
	if (socket_address(s->socket, &ip, &port) != E_OK)
		return;
	writer_init(&w, 256);
	write_address(&w, ip, port);
	console_say_with(&s->console, MESSAGE_SERVE_READY, {STR("address"), writer_view_str(&w)});
	writer_release(&w);
}

static void take_word(struct supervisor *s)
{
	uint8_t word;
	size_t size;
	int fd = -1;
	if (socket_receive(s->portal.socket, 0, &word, 1, &size, &fd) == E_OK &&
		word == PORTAL_READY && !s->ready_once) {
		s->ready_once = true;
		announce(s);
	}
	file_close(&fd);
}

/* The end of a portal that nobody asked to end. */
static void bury(struct supervisor *s)
{
	int status = 0;
	uint64_t lived = (system_monotonic() - s->started) / 1000000000;
	(void)!child_wait(&s->portal, &status);
	s->running = false;
	if (lived >= STEADY_SECONDS)
		s->delay = FIRST_DELAY;
	fprintf(stderr,
		"quetsach: role=supervisor event=portal-ended %s=%d lived=%llus again=%dms\n",
		WIFSIGNALED(status) ? "signal" : "exit",
		WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status),
		(unsigned long long)lived, s->delay);
	s->start_at = system_monotonic() + (uint64_t)s->delay * 1000000;
	s->delay = s->delay * 2 < LONGEST_DELAY ? s->delay * 2 : LONGEST_DELAY;
}

/* Closing its socket is the portal's sign to finish what it is sending. */
static void dismiss(struct supervisor *s)
{
	int status;
	if (!s->running)
		return;
	file_close(&s->portal.socket);
	struct pollfd end = {.fd = s->portal.pidfd, .events = POLLIN};
	if (poll(&end, 1, FAREWELL) == 1)
		(void)!child_wait(&s->portal, &status);
	child_kill(&s->portal);
	s->running = false;
}

/* --- the loop --- */

static bool asked_to_end(struct supervisor *s)
{
	int number;
	bool end = false;
	while ((number = signals_next(s->signals)) != 0)
		end = end || number == SIGTERM || number == SIGINT;
	return end;
}

static int patience(const struct supervisor *s)
{
	if (s->running)
		return -1;
	uint64_t now = system_monotonic();
	return now >= s->start_at ? 0 : (int)((s->start_at - now) / 1000000) + 1;
}

/* False: it is over. */
static bool wait_and_act(struct supervisor *s)
{
	struct pollfd on[] = {{.fd = s->signals, .events = POLLIN},
		{.fd = s->running ? s->portal.pidfd : -1, .events = POLLIN},
		{.fd = s->running ? s->portal.socket : -1, .events = POLLIN}};
	if (poll(on, 3, patience(s)) < 0 && errno != EINTR)
		return false;
	if (on[0].revents && asked_to_end(s))
		return false;
	if (on[2].revents & POLLIN)
		take_word(s);
	if (on[1].revents) {
		bury(s);
		/* What never came up will not come up by trying again. */
		return s->ready_once;
	}
	if (!s->running && patience(s) == 0 && start_portal(s) != E_OK)
		child_kill(&s->portal);
	return true;
}

static int supervise(struct supervisor *s)
{
	enum err err = signals_open(&s->signals);
	if (err == E_OK)
		err = start_portal(s);
	if (err != E_OK) {
		child_kill(&s->portal);
		return complain(s, MESSAGE_SERVE_NO_PORTAL, STR(""), err);
	}
	while (wait_and_act(s))
		;
	dismiss(s);
	if (!s->ready_once)
		return complain(s, MESSAGE_SERVE_NO_PORTAL, STR(""), E_CRASHED);
	return 0;
}

int serve_main(const struct serve_options *options)
{
	struct supervisor s = {.options = options,
		.socket = -1,
		.counters = -1,
		.signals = -1,
		.portal = {.pid = -1, .pidfd = -1, .socket = -1},
		.delay = FIRST_DELAY};
	console_init(&s.console, options->lang, false);
	int status = listen_on(&s);
	if (status == 0)
		status = choose_user(&s);
	if (status == 0)
		status = enter_folder(&s);
	if (status == 0)
		status = drop_root(&s);
	if (status == 0)
		status = try_folder(&s);
	if (status == 0)
		status = supervise(&s);
	file_close(&s.socket);
	file_close(&s.counters);
	file_close(&s.signals);
	return console_finish(&s.console) ? status : FAILED;
}
