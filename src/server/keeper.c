/* SPDX-License-Identifier: Apache-2.0 */
#include "server/keeper.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include "base/arena.h"
#include "base/cursor.h"
#include "base/writer.h"
#include "os/file.h"
#include "os/process.h"
#include "os/system.h"
#include "server/clerk.h"

enum {
	WORDS = 40,
	OWN_WORDS = CLERK_ROLE_WORDS + 1, /* those of a clerk, and the language */
	FIRST_DELAY = 200,                /* milliseconds until one that died is started again */
	LONGEST_DELAY = 30000,
	STEADY_SECONDS = 60, /* having lived so long, it is started at once */
	ARENA_BYTES = 1 << 20
};

#define SECOND UINT64_C(1000000000)
#define MILLISECOND UINT64_C(1000000)

/* The data folder, which the keeper has entered: those who may not pass through the folders above
 * it can use it all the same. */
#define FOLDER "."

struct kept {
	const char *name;
	const char *words[WORDS + 1];
	size_t word_count;
	struct child child;
	bool running, rests, told; /* told: to end, so that it is started anew */
	int delay;
	uint64_t started, start_at; /* monotonic */
};

enum {
	KEPT_CLERK,
	KEPT_MAIL,
	KEPT_FETCH,
	KEPT__COUNT
};

struct keeper {
	struct kept kept[KEPT__COUNT];
	struct arena arena;
	int signals;
	bool told_to_end;
};

/* --- what they are --- */

static void add(struct kept *k, const char *word)
{
	if (k->word_count < WORDS)
		k->words[k->word_count++] = word;
}

static void add_option(struct keeper *keeper, struct kept *k, const char *name, const char *value)
{
	struct writer w;
	if (!value[0])
		return;
	writer_init(&w, ARENA_BYTES);
	writer_text(&w, "--");
	writer_text(&w, name);
	writer_char(&w, '=');
	writer_text(&w, value);
	const char *word = arena_cstr(&keeper->arena, writer_view_str(&w));
	writer_release(&w);
	if (word)
		add(k, word);
}

static void make_fetch(struct keeper *keeper, const char *const *words)
{
	struct kept *fetch = &keeper->kept[KEPT_FETCH];
	fetch->name = "fetch";
	add(fetch, "fetch");
	add(fetch, "--loop");
	add_option(keeper, fetch, "user", words[0]);
	add_option(keeper, fetch, "config", words[3]);
	add_option(keeper, fetch, "data", FOLDER);
	add_option(keeper, fetch, "lang", words[5]);
}

static void make_table(struct keeper *keeper, int count, const char *const *words)
{
	struct kept *clerk = &keeper->kept[KEPT_CLERK];
	struct kept *mail = &keeper->kept[KEPT_MAIL];
	clerk->name = "clerk";
	add(clerk, "--role");
	add(clerk, "clerk");
	for (size_t i = 0; i < CLERK_ROLE_WORDS - 1; i++)
		add(clerk, words[i]);
	add(clerk, FOLDER);
	mail->name = "mail";
	add(mail, "mail");
	add(mail, "send");
	add_option(keeper, mail, "user", words[0]);
	add_option(keeper, mail, "config", words[3]);
	add_option(keeper, mail, "data", FOLDER);
	add_option(keeper, mail, "lang", words[5]);
	make_fetch(keeper, words);
	for (int i = OWN_WORDS; i < count; i++)
		if (strcmp(words[i], KEEPER_NO_FETCH) == 0)
			keeper->kept[KEPT_FETCH].rests = true;
		else
			add(mail, words[i]);
	for (size_t i = 0; i < KEPT__COUNT; i++) {
		keeper->kept[i].child = (struct child){.pid = -1, .pidfd = -1, .socket = -1};
		keeper->kept[i].delay = FIRST_DELAY;
	}
}

/* --- keeping one --- */

static void start_later(struct kept *k)
{
	k->start_at = system_monotonic() + (uint64_t)k->delay * MILLISECOND;
	k->delay = k->delay * 2 < LONGEST_DELAY ? k->delay * 2 : LONGEST_DELAY;
}

static void start(struct kept *k)
{
	k->started = system_monotonic();
	k->told = false;
	enum err err = child_start(k->words, SOCK_SEQPACKET, &k->child);
	k->running = err == E_OK;
	if (err == E_OK)
		return;
	fprintf(stderr, "quetsach: role=keeper event=%s-not-started error=\"%s\"\n", k->name,
		err_name(err));
	start_later(k);
}

static void bury(struct kept *k)
{
	int status = 0;
	uint64_t lived = system_monotonic() - k->started;
	(void)!child_wait(&k->child, &status);
	k->running = false;
	if (status != 0)
		fprintf(stderr, "quetsach: role=keeper event=%s-ended %s=%d lived=%llus\n", k->name,
			WIFSIGNALED(status) ? "signal" : "exit",
			WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status),
			(unsigned long long)(lived / SECOND));
	k->rests = status == 0 && !k->told;
	if (lived >= STEADY_SECONDS * SECOND || k->told)
		k->delay = FIRST_DELAY;
	if (k->told)
		k->start_at = 0;
	else
		start_later(k);
}

/* --- the loop --- */

/* Words of a clerk that a reload may change: --role clerk USER MAIL-FROM ZONE … */
enum {
	WORD_MAIL_FROM = 3,
	WORD_ZONE
};

static void start_anew(struct kept *k)
{
	k->rests = false;
	k->told = k->running;
	if (k->running)
		child_ask_to_end(&k->child);
}

/* What a clerk is at is not broken off for nothing: its commands read the configuration anew by
 * themselves. */
static void reload(struct keeper *keeper, struct bytes message)
{
	struct cursor c;
	struct kept *clerk = &keeper->kept[KEPT_CLERK];
	cursor_init(&c, message);
	(void)cursor_u8(&c);
	struct str from = cursor_string(&c, KEEPER_MESSAGE);
	struct str zone = cursor_string(&c, KEEPER_MESSAGE);
	const char *copies[] = {arena_cstr(&keeper->arena, from), arena_cstr(&keeper->arena, zone)};
	bool changed = c.err == E_OK && copies[0] && copies[1] &&
		       (strcmp(copies[0], clerk->words[WORD_MAIL_FROM]) != 0 ||
			       strcmp(copies[1], clerk->words[WORD_ZONE]) != 0);
	if (changed) {
		clerk->words[WORD_MAIL_FROM] = copies[0];
		clerk->words[WORD_ZONE] = copies[1];
		start_anew(clerk);
	}
	start_anew(&keeper->kept[KEPT_MAIL]);
}

static void take_word(struct keeper *keeper)
{
	uint8_t message[KEEPER_MESSAGE];
	size_t size = 0;
	int fd = -1;
	enum err err = socket_receive(CHILD_SOCKET, 0, message, sizeof(message), &size, &fd);
	file_close(&fd);
	if (err == E_OK && size > 0 && message[0] == KEEPER_RELOAD)
		reload(keeper, (struct bytes){message, size});
	else if (err != E_TIMEOUT)
		keeper->told_to_end = true;
}

static void take_signals(struct keeper *keeper)
{
	int number;
	while ((number = signals_next(keeper->signals)) != 0)
		keeper->told_to_end = keeper->told_to_end || number == SIGTERM || number == SIGINT;
}

/* Starts what is due; milliseconds until the next is, -1: none. */
static int start_due(struct keeper *keeper)
{
	uint64_t next = UINT64_MAX;
	uint64_t now = system_monotonic();
	for (size_t i = 0; i < KEPT__COUNT; i++) {
		struct kept *k = &keeper->kept[i];
		if (!k->running && !k->rests && k->start_at <= now)
			start(k);
		if (!k->running && !k->rests && k->start_at < next)
			next = k->start_at;
	}
	if (next == UINT64_MAX)
		return -1;
	return next <= now ? 0 : (int)((next - now) / MILLISECOND + 1);
}

static void wait_and_act(struct keeper *keeper)
{
	struct pollfd on[2 + KEPT__COUNT] = {
		{.fd = keeper->signals, .events = POLLIN}, {.fd = CHILD_SOCKET, .events = POLLIN}};
	int patience = start_due(keeper);
	for (size_t i = 0; i < KEPT__COUNT; i++)
		on[2 + i] = (struct pollfd){
			.fd = keeper->kept[i].running ? keeper->kept[i].child.pidfd : -1,
			.events = POLLIN};
	if (poll(on, sizeof(on) / sizeof(on[0]), patience) < 0 && errno != EINTR) {
		keeper->told_to_end = true;
		return;
	}
	for (size_t i = 0; i < KEPT__COUNT; i++)
		if (on[2 + i].revents)
			bury(&keeper->kept[i]);
	if (on[0].revents)
		take_signals(keeper);
	if (on[1].revents)
		take_word(keeper);
}

static void dismiss(struct keeper *keeper)
{
	uint64_t until = system_monotonic() + KEEPER_FAREWELL * MILLISECOND;
	for (size_t i = 0; i < KEPT__COUNT; i++)
		if (keeper->kept[i].running)
			child_ask_to_end(&keeper->kept[i].child);
	for (size_t i = 0; i < KEPT__COUNT; i++) {
		struct kept *k = &keeper->kept[i];
		uint64_t now = system_monotonic();
		int status, left = now < until ? (int)((until - now) / MILLISECOND) : 0;
		struct pollfd end = {.fd = k->child.pidfd, .events = POLLIN};
		if (k->running && poll(&end, 1, left) == 1)
			(void)!child_wait(&k->child, &status);
		child_kill(&k->child);
	}
}

static enum err enter(const char *path)
{
	int folder = -1;
	TRY(folder_open(AT_FDCWD, path, &folder));
	enum err err = folder_enter(folder);
	file_close(&folder);
	return err;
}

int keeper_role_main(int count, const char *const *words)
{
	struct keeper keeper = {.signals = -1};
	if (count < OWN_WORDS || enter(words[4]) != E_OK || signals_open(&keeper.signals) != E_OK)
		return 2;
	arena_init(&keeper.arena, ARENA_BYTES);
	make_table(&keeper, count, words);
	while (!keeper.told_to_end)
		wait_and_act(&keeper);
	dismiss(&keeper);
	file_close(&keeper.signals);
	arena_release(&keeper.arena);
	return 0;
}
