/* SPDX-License-Identifier: Apache-2.0 */
#include "server/serve.h"

#include <fcntl.h>
#include <stdio.h>

#include "os/file.h"
#include "os/sandbox.h"
#include "os/system.h"
#include "server/counters_file.h"
#include "server/supervisor_desk.h"
#include "server/supervisor_keeper.h"

enum {
	PATH_BYTES = 4096
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

static int listen_on(struct supervisor *s)
{
	struct ip ip;
	uint16_t port;
	struct str where = s->options->listen.size > 0 ? s->options->listen : SERVE_LISTEN;
	if (!listen_parse(where, &ip, &port))
		return supervisor_complain(s, MESSAGE_SERVE_BAD_LISTEN, where, E_SYNTAX);
	enum err err = socket_listen(ip, port, &s->socket);
	if (err == E_BUSY)
		return supervisor_complain(s, MESSAGE_SERVE_BUSY, where, err);
	if (err == E_DENIED)
		return supervisor_complain(s, MESSAGE_SERVE_PORT_DENIED, where, err);
	return err == E_OK ? 0 : supervisor_complain(s, MESSAGE_SERVE_NO_LISTEN, where, err);
}

/* The service manager's socket comes first: it was there before us. */
static int take_socket(struct supervisor *s)
{
	enum err err = service_socket(&s->socket);
	if (err == E_NOTFOUND)
		return listen_on(s);
	if (err != E_OK)
		return supervisor_complain(s, MESSAGE_SERVE_BAD_SOCKET, STR(""), err);
	if (s->options->listen.size > 0)
		fprintf(stderr, "quetsach: role=supervisor event=socket-given listen=ignored\n");
	return 0;
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
		return supervisor_complain(s, MESSAGE_SERVE_NO_USER, str_from(s->user), err);
	return err == E_OK
		       ? 0
		       : supervisor_complain(s, MESSAGE_SERVE_NOT_DROPPED, str_from(s->user), err);
}

static int drop_root(struct supervisor *s)
{
	enum err err = sandbox_drop_root(s->user);
	return err == E_OK
		       ? 0
		       : supervisor_complain(s, MESSAGE_SERVE_NOT_DROPPED, str_from(s->user), err);
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
		return supervisor_complain(s, MESSAGE_SERVE_NO_DATA, data, E_LIMIT);
	enum err err = folder_open(AT_FDCWD, path, &fd);
	if (err == E_OK) {
		/* Before the folder changes: --data may be a relative path. */
		open_counters(s);
		err = folder_enter(fd);
	}
	file_close(&fd);
	if (err == E_DENIED)
		return supervisor_complain(s, MESSAGE_SERVE_DATA_DENIED, data, err);
	return err == E_OK ? 0 : supervisor_complain(s, MESSAGE_SERVE_NO_DATA, data, err);
}

/* As the user the portal runs as, so that missing rights show now. */
static int try_folder(struct supervisor *s)
{
	int fd = -1;
	enum err err = folder_open(AT_FDCWD, SUPERVISOR_FOLDER, &fd);
	file_close(&fd);
	return err == E_OK ? 0
			   : supervisor_complain(
				     s, MESSAGE_SERVE_DATA_DENIED, str_from(s->options->data), err);
}

int serve_main(const struct serve_options *options)
{
	struct supervisor s = {.options = options,
		.socket = -1,
		.counters = -1,
		.signals = -1,
		.desk = {.socket = -1, .data = -1},
		.keeper = {
			.child = {.pid = -1, .pidfd = -1, .socket = -1}, .start_at = UINT64_MAX}};
	for (size_t i = 0; i < SUPERVISOR_PORTALS; i++)
		s.portals[i].child = (struct child){.pid = -1, .pidfd = -1, .socket = -1};
	for (size_t i = 0; i < SUPERVISOR_DESKS; i++)
		s.desk.places[i].child = (struct child){.pid = -1, .pidfd = -1, .socket = -1};
	console_init(&s.console, "quetsach", options->lang, false);
	service_open(&s.service);
	int status = take_socket(&s);
	if (status == 0)
		status = choose_user(&s);
	/* Before the folder changes: --data may be a relative path. */
	if (status == 0)
		status = supervisor_desk_prepare(&s);
	if (status == 0)
		supervisor_keeper_start(&s);
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
	service_close(&s.service);
	return console_finish(&s.console) ? status : SERVE_FAILED;
}
