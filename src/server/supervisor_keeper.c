/* SPDX-License-Identifier: Apache-2.0 */
#include "server/supervisor_keeper.h"

#include <stdio.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include "os/file.h"
#include "os/sandbox.h"
#include "os/system.h"
#include "server/keeper.h"

enum {
	WORDS = 40,
	AGAIN = 1000 /* milliseconds until one that died is started again */
};

#define MILLISECOND UINT64_C(1000000)

static const char *or_empty(const char *word)
{
	return word ? word : "";
}

/* A name that only root can become is of no use to others. */
static enum err start(struct supervisor *s)
{
	const char *words[WORDS + 1] = {"--role", s->keeper.root ? "guard" : "keeper"};
	size_t count = 2;
	const struct serve_options *o = s->options;
	words[count++] = s->keeper.root ? s->user : "";
	words[count++] = s->settings.mail_from;
	words[count++] = s->settings.zone;
	words[count++] = or_empty(o->configuration);
	words[count++] = o->folder;
	words[count++] = o->lang == LANG_EN ? "en" : "vi";
	for (size_t i = 0; i < o->mail_count && count < WORDS; i++)
		words[count++] = o->mail[i];
	return child_start(words, SOCK_SEQPACKET, &s->keeper.child);
}

static void try_to_start(struct supervisor *s)
{
	enum err err = start(s);
	s->keeper.start_at = UINT64_MAX;
	if (err == E_OK)
		return;
	s->keeper.start_at = system_monotonic() + AGAIN * MILLISECOND;
	(void)supervisor_complain(s, MESSAGE_SERVE_NO_CLERK, STR(""), err);
}

void supervisor_keeper_start(struct supervisor *s)
{
	if (s->options->desk_listen.size == 0)
		return;
	s->keeper.root = sandbox_is_root();
	s->settings = s->options->settings;
	try_to_start(s);
}

void supervisor_keeper_reload(struct supervisor *s)
{
	struct writer w;
	if (s->keeper.child.pid <= 0)
		return;
	writer_init(&w, KEEPER_MESSAGE);
	writer_u8(&w, KEEPER_RELOAD);
	writer_string(&w, str_from(s->settings.mail_from));
	writer_string(&w, str_from(s->settings.zone));
	if (writer_end(&w) == E_OK)
		(void)!socket_send(s->keeper.child.socket, writer_view(&w), -1);
	writer_release(&w);
}

void supervisor_keeper_wait(const struct supervisor *s, struct pollfd *on)
{
	*on = (struct pollfd){.fd = s->keeper.child.pidfd, .events = POLLIN};
}

void supervisor_keeper_act(struct supervisor *s, const struct pollfd *on)
{
	int status = 0;
	if (!on->revents || s->keeper.child.pid <= 0)
		return;
	(void)!child_wait(&s->keeper.child, &status);
	fprintf(stderr, "quetsach: role=supervisor event=keeper-ended %s=%d%s\n",
		WIFSIGNALED(status) ? "signal" : "exit",
		WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status),
		s->keeper.root ? " restart=needed" : "");
	if (!s->keeper.root)
		s->keeper.start_at = system_monotonic() + AGAIN * MILLISECOND;
}

uint64_t supervisor_keeper_due(const struct supervisor *s)
{
	return s->keeper.start_at;
}

void supervisor_keeper_do_due(struct supervisor *s, uint64_t now)
{
	if (s->keeper.start_at <= now)
		try_to_start(s);
}

void supervisor_keeper_dismiss(struct supervisor *s)
{
	s->keeper.start_at = UINT64_MAX;
	if (s->keeper.child.pid > 0)
		file_close(&s->keeper.child.socket);
}

void supervisor_keeper_bury(struct supervisor *s, uint64_t until)
{
	uint64_t now = system_monotonic();
	int status, left = now < until ? (int)((until - now) / MILLISECOND) : 0;
	struct pollfd end = {.fd = s->keeper.child.pidfd, .events = POLLIN};
	if (s->keeper.child.pid > 0 && poll(&end, 1, left) == 1)
		(void)!child_wait(&s->keeper.child, &status);
	child_kill(&s->keeper.child);
}
