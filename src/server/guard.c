/* SPDX-License-Identifier: Apache-2.0 */
#include "server/guard.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include "base/span.h"
#include "os/file.h"
#include "os/process.h"
#include "os/system.h"
#include "server/keeper.h"

enum {
	WORDS = 44,
	FIRST_DELAY = 200, /* milliseconds until one that died is started again */
	LONGEST_DELAY = 30000,
	STEADY_SECONDS = 60, /* having lived so long, it is started at once */
	PATIENCE = 300       /* milliseconds more than the keeper's own farewell */
};

#define SECOND UINT64_C(1000000000)
#define MILLISECOND UINT64_C(1000000)

struct guard {
	const char *words[WORDS + 1];
	struct child keeper;
	bool running, told_to_end;
	int delay, signals;
	uint64_t started, start_at;   /* monotonic */
	uint8_t word[KEEPER_MESSAGE]; /* the last of the supervisor's */
	size_t word_size;
};

static void hand_on(struct guard *g)
{
	if (g->running && g->word_size > 0)
		(void)!socket_send(g->keeper.socket, (struct bytes){g->word, g->word_size}, -1);
}

static void start_later(struct guard *g)
{
	g->start_at = system_monotonic() + (uint64_t)g->delay * MILLISECOND;
	g->delay = g->delay * 2 < LONGEST_DELAY ? g->delay * 2 : LONGEST_DELAY;
}

static void start(struct guard *g)
{
	g->started = system_monotonic();
	enum err err = child_start(g->words, SOCK_SEQPACKET, &g->keeper);
	g->running = err == E_OK;
	if (err != E_OK) {
		fprintf(stderr, "quetsach: role=guard event=keeper-not-started error=\"%s\"\n",
			err_name(err));
		start_later(g);
	}
	hand_on(g);
}

static void bury(struct guard *g)
{
	int status = 0;
	uint64_t lived = system_monotonic() - g->started;
	(void)!child_wait(&g->keeper, &status);
	g->running = false;
	if (lived >= STEADY_SECONDS * SECOND)
		g->delay = FIRST_DELAY;
	fprintf(stderr, "quetsach: role=guard event=keeper-ended %s=%d again=%dms\n",
		WIFSIGNALED(status) ? "signal" : "exit",
		WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status), g->delay);
	start_later(g);
}

static void take_word(struct guard *g)
{
	size_t size = 0;
	int fd = -1;
	enum err err = socket_receive(CHILD_SOCKET, 0, g->word, sizeof(g->word), &size, &fd);
	file_close(&fd);
	if (err == E_OK && size > 0) {
		g->word_size = size;
		hand_on(g);
	} else if (err != E_TIMEOUT) {
		g->told_to_end = true;
	}
}

static void take_signals(struct guard *g)
{
	int number;
	while ((number = signals_next(g->signals)) != 0)
		g->told_to_end = g->told_to_end || number == SIGTERM || number == SIGINT;
}

/* Milliseconds until it is to be started; -1: it runs. */
static int patience(const struct guard *g)
{
	uint64_t now = system_monotonic();
	if (g->running)
		return -1;
	return g->start_at <= now ? 0 : (int)((g->start_at - now) / MILLISECOND + 1);
}

static void wait_and_act(struct guard *g)
{
	struct pollfd on[] = {{.fd = g->signals, .events = POLLIN},
		{.fd = CHILD_SOCKET, .events = POLLIN},
		{.fd = g->running ? g->keeper.pidfd : -1, .events = POLLIN}};
	if (poll(on, 3, patience(g)) < 0 && errno != EINTR) {
		g->told_to_end = true;
		return;
	}
	if (on[2].revents)
		bury(g);
	if (on[0].revents)
		take_signals(g);
	if (on[1].revents)
		take_word(g);
	if (!g->running && !g->told_to_end && patience(g) == 0)
		start(g);
}

/* The end of its socket tells the keeper to end. */
static void dismiss(struct guard *g)
{
	int status;
	struct pollfd end = {.fd = g->keeper.pidfd, .events = POLLIN};
	if (!g->running)
		return;
	file_close(&g->keeper.socket);
	if (poll(&end, 1, KEEPER_FAREWELL + PATIENCE) == 1)
		(void)!child_wait(&g->keeper, &status);
	child_kill(&g->keeper);
}

int guard_role_main(int count, const char *const *words)
{
	struct guard g = {.words = {"--role", "keeper"}, .delay = FIRST_DELAY, .signals = -1};
	if (count < 0 || count > WORDS - 2 || signals_open(&g.signals) != E_OK)
		return 2;
	for (int i = 0; i < count; i++)
		g.words[2 + i] = words[i];
	start(&g);
	while (!g.told_to_end)
		wait_and_act(&g);
	dismiss(&g);
	file_close(&g.signals);
	return 0;
}
