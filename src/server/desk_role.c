/* SPDX-License-Identifier: Apache-2.0 */
#include "server/desk_role.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/limits.h"
#include "desk/serve.h"
#include "os/file.h"
#include "os/process.h"
#include "os/sandbox.h"
#include "os/system.h"
#include "server/desk_contents.h"
#include "server/portal_role.h"
#include "sql/database.h"
#include "store/store.h"

enum {
	LOOK_MILLISECONDS = 1000,
	USER_BYTES = 256,
	SLOW_THREADS = 2, /* each may hash a password, which takes LIMIT_PASSWORD_MEMORY */
	RETIRE_SECONDS = 60
};

/* What it is: the data folder, which the process has entered. */
#define DATA "."

struct desk_role {
	struct portal_orders orders;
	uint8_t message[PORTAL_ORDERS_BYTES];
	char user[USER_BYTES];
	int socket; /* listens */
	int data;
	int uploads;
	struct desk *desk;
	struct store *catalogue; /* held: threads share its memory, which they could not open now */
	struct http_server *server;
	uint64_t retire_until; /* monotonic; 0: in service */
};

static enum err take_orders(struct desk_role *r)
{
	size_t size;
	uint8_t word;
	TRY(socket_receive(CHILD_SOCKET, -1, r->message, sizeof(r->message), &size, &r->socket));
	TRY(portal_orders_read((struct bytes){r->message, size}, &r->orders));
	TRY(socket_receive(CHILD_SOCKET, -1, &word, 1, &size, &r->data));
	struct str user = r->orders.user;
	if (r->socket < 0 || r->data < 0 || word != DESK_FOLDER || user.size >= sizeof(r->user) ||
		memchr(user.data, '\0', user.size))
		return E_USAGE;
	memcpy(r->user, user.data, user.size);
	r->user[user.size] = '\0';
	return E_OK;
}

/* Sorting of much, which libraries do in a file: only there may one be made. */
static enum err keep_temporary_files(void)
{
	return setenv("SQLITE_TMPDIR", DATA "/office", 1) == 0 ? E_OK : E_NOMEM;
}

/* What needs rights comes first: then they are gone, and only then do threads start. */
static enum err prepare(struct desk_role *r)
{
	static const char *const writable[] = {DATA "/office", DATA "/mail", NULL};
	const struct portal_settings *orders = &r->orders.settings;
	struct zone *zone = portal_load_zone(orders->zone);
	int signals;
	if (sodium_init() < 0)
		return E_CRASHED;
	TRY(folder_enter(r->data));
	TRY(database_stay_in_folder());
	TRY(sandbox_drop_root(r->user));
	TRY(keep_temporary_files());
	const struct desk_settings settings = {.folder = DATA,
		.zone = zone,
		.contents = &desk_contents,
		.mail_from = str_from(orders->mail_from),
		.mail_name = STR("Quét Sạch")};
	TRY(desk_new(&settings, &r->desk));
	TRY(store_open(STR(DATA), STORE_READ, &r->catalogue));
	TRY(folder_open(r->data, "office", &r->uploads));
	/* The supervisor says when to end; a terminal's SIGINT goes to both. */
	TRY(signals_open(&signals));
	return sandbox_enter_desk(DATA, writable);
}

static enum err start(struct desk_role *r)
{
	struct http_settings settings = http_settings_default();
	const struct portal_settings *orders = &r->orders.settings;
	const struct http_site site = desk_site(r->desk);
	static const uint8_t ready = DESK_READY;
	settings.socket = r->socket;
	settings.threads = system_processors();
	settings.slow_threads = SLOW_THREADS;
	settings.uploads = r->uploads;
	settings.proxies = (struct proxies){orders->proxies, orders->proxy_count};
	settings.operators = (struct proxies){orders->operators, orders->operator_count};
	settings.proxy_protocol = orders->proxy_protocol;
	TRY(http_start(&settings, &site, &r->server));
	return socket_send(CHILD_SOCKET, (struct bytes){&ready, 1}, -1);
}

/* True: all that was open has been answered, or has had time enough. */
static bool retired(const struct desk_role *r)
{
	return r->retire_until &&
	       (http_connections(r->server) == 0 || system_monotonic() > r->retire_until);
}

static void run(struct desk_role *r)
{
	while (!retired(r)) {
		uint8_t word;
		size_t size;
		int fd = -1;
		enum err err =
			socket_receive(CHILD_SOCKET, LOOK_MILLISECONDS, &word, 1, &size, &fd);
		file_close(&fd);
		if (err == E_OK && word == DESK_RETIRE) {
			r->retire_until =
				system_monotonic() + RETIRE_SECONDS * UINT64_C(1000000000);
			http_retire(r->server);
		} else if (err != E_TIMEOUT) {
			return;
		}
	}
}

int desk_role_main(void)
{
	static struct desk_role role = {.socket = -1, .data = -1, .uploads = -1};
	enum err err = take_orders(&role);
	if (err == E_OK)
		err = prepare(&role);
	if (err == E_OK) {
		desk_catch_up(role.desk);
		err = start(&role);
	}
	if (err != E_OK) {
		fprintf(stderr, "quetsach: role=desk event=failed error=\"%s\"\n", err_name(err));
		sandbox_exit(2);
	}
	run(&role);
	http_stop(role.server);
	desk_free(role.desk);
	store_close(role.catalogue);
	sandbox_exit(0);
}
