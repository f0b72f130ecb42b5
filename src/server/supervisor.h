/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "os/process.h"
#include "os/service.h"
#include "program/console.h"
#include "server/serve.h"
#include "store/store.h"

/* The loop of `quetsach serve`: one portal serves; another may be starting to take over from it;
 * those that were replaced end what they are sending. */

enum {
	SUPERVISOR_PORTALS = 8,
	SUPERVISOR_DESKS = 3,
	SUPERVISOR_DESK_POLLS = 2 * SUPERVISOR_DESKS,
	SERVE_FAILED = 2
};

/* public/, which the supervisor has entered and the portals inherit. */
#define SUPERVISOR_FOLDER "."

enum portal_state {
	PORTAL_NONE,
	PORTAL_STARTING,
	PORTAL_SERVING,
	PORTAL_RETIRING
};

struct portal {
	enum portal_state state;
	struct child child;
	uint64_t started; /* monotonic */
};

/* The desk beside it: supervisor_desk.h. */
struct desk_keeper {
	int socket;              /* listens; -1: there is no desk */
	int data;                /* the data folder */
	struct store *catalogue; /* held open: its shared memory stays for desks to read by */
	struct portal places[SUPERVISOR_DESKS];
	bool ready_once, complained;
	int delay;         /* milliseconds before the next start */
	uint64_t start_at; /* monotonic */
};

/* The keeper of clerk and mail: supervisor_keeper.h. */
struct supervisor_keeper {
	struct child child;
	bool root;         /* it has rights that the supervisor gives up */
	uint64_t start_at; /* monotonic; UINT64_MAX: it runs, or there is none to be */
};

struct supervisor {
	const struct serve_options *options;
	struct console console;
	struct service service;
	const char *user; /* the portals run as */
	int socket;       /* listens */
	int counters;     /* of downloads; -1: cannot be written */
	int signals;
	struct portal_settings settings; /* of the portal that serves */
	struct portal_settings next;     /* of the one that starts */
	struct portal portals[SUPERVISOR_PORTALS];
	struct desk_keeper desk;
	struct supervisor_keeper keeper;
	bool ready_once;
	bool told_to_end;
	bool reload_again; /* asked for while one was going on */
	int delay;         /* milliseconds before the next start */
	uint64_t start_at; /* monotonic */
};

/* Says what is wrong; SERVE_FAILED. */
int supervisor_complain(struct supervisor *s, enum message message, struct str what, enum err err);

/* Says where a socket listens: "http://127.0.0.1:8080" and the path. */
void supervisor_say_address(
	struct supervisor *s, enum message message, int socket, const char *path);

/* Until it is told to end: exit status. */
int supervise(struct supervisor *s);
