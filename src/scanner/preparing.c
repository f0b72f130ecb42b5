/* SPDX-License-Identifier: Apache-2.0 */
#include "scanner/preparing.h"

#include <poll.h>
#include <signal.h>
#include <stdio.h>

#include "os/file.h"
#include "os/process.h"
#include "os/sandbox.h"
#include "os/system.h"
#include "scanner/words.h"

enum {
	REPAINT_MILLISECONDS = 500
};

#define SECOND UINT64_C(1000000000)

static void clear(struct preparing *p)
{
	if (p->painted)
		(void)!fwrite("\r\033[K", 1, 4, stderr);
	p->painted = false;
}

static void paint(struct preparing *p)
{
	struct writer line;
	struct writer time;
	if (!p->console->terminal)
		return;
	writer_init(&line, 4096);
	writer_init(&time, 64);
	write_time_left(&time, p->console->lang, (system_monotonic() - p->began) / SECOND);
	text_write(&line, p->console->lang, MESSAGE_SCAN_PREPARING_FOR,
		(const struct text_arg[]){written(STR("time"), &time)}, 1);
	clear(p);
	if (writer_end(&line) == E_OK)
		fprintf(stderr, "%.*s", STR_ARG(writer_view_str(&line)));
	fflush(stderr);
	p->painted = true;
	writer_release(&line);
	writer_release(&time);
}

static bool wants_to_stop(const struct preparing *p)
{
	for (int number; (number = signals_next(p->signals)) != 0;)
		if (number != SIGCHLD)
			return true;
	return false;
}

static void *watch(void *context)
{
	struct preparing *p = context;
	struct pollfd fds[] = {
		{.fd = p->theirs, .events = POLLIN}, {.fd = p->signals, .events = POLLIN}};
	while (fds[0].revents == 0) {
		paint(p);
		(void)poll(fds, 2, REPAINT_MILLISECONDS);
		if (!wants_to_stop(p))
			continue;
		clear(p);
		console_say(p->console, MESSAGE_SCAN_PREPARING_STOPPED, NULL, 0);
		sandbox_exit(p->status);
	}
	clear(p);
	return NULL;
}

void preparing_begin(struct preparing *p, struct console *console, int signals, int status)
{
	*p = (struct preparing){.console = console,
		.signals = signals,
		.status = status,
		.ours = -1,
		.theirs = -1,
		.began = system_monotonic()};
	if (signals < 0 || socket_pair(&p->ours, &p->theirs) != E_OK)
		return;
	p->runs = pthread_create(&p->thread, NULL, watch, p) == 0;
}

void preparing_end(struct preparing *p)
{
	file_close(&p->ours);
	if (p->runs)
		pthread_join(p->thread, NULL);
	file_close(&p->theirs);
	p->runs = false;
}
