/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "os/process.h"
#include "os/service.h"
#include "program/console.h"
#include "server/serve.h"

/* The loop of `quetsach serve`: one portal serves; another may be starting to take over from it;
 * those that were replaced end what they are sending. */

enum {
	SUPERVISOR_PORTALS = 8,
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
	bool ready_once;
	bool told_to_end;
	bool reload_again; /* asked for while one was going on */
	int delay;         /* milliseconds before the next start */
	uint64_t start_at; /* monotonic */
};

/* Says what is wrong; SERVE_FAILED. */
int supervisor_complain(struct supervisor *s, enum message message, struct str what, enum err err);

/* Until it is told to end: exit status. */
int supervise(struct supervisor *s);
