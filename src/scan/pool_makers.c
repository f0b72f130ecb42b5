/* SPDX-License-Identifier: Apache-2.0 */
/* Processes of a scan come and go: the maker, which holds the engine, and through it the workers.
 */
#include <sys/socket.h>

#include "scan/maker.h"
#include "scan/pool_parts.h"

enum {
	MAKER_MILLISECONDS = 60000, /* to load an engine on a busy machine */
	MAKER_STARTS = 3,
	REPLY_SIZE = 9
};

static enum err hear(struct pool *p, uint8_t expected, uint64_t *ret_value, int *ret_fd)
{
	uint8_t packet[REPLY_SIZE];
	struct cursor c;
	size_t size;
	int fd;
	enum err err = socket_receive(
		p->maker.socket, MAKER_MILLISECONDS, packet, sizeof(packet), &size, &fd);
	if (err != E_OK)
		return E_CRASHED;
	cursor_init(&c, (struct bytes){packet, size});
	uint8_t kind = cursor_u8(&c);
	uint64_t value = cursor_u64(&c);
	if (cursor_end(&c) != E_OK || kind != expected)
		err = kind == MAKER_FAILED && value < ERR__COUNT && value != E_OK ? (enum err)value
										  : E_CRASHED;
	if (err != E_OK)
		file_close(&fd);
	else
		*ret_value = value;
	*ret_fd = fd;
	return err;
}

static enum err ask(struct pool *p, uint8_t kind, uint64_t value, int fd)
{
	uint8_t packet[REPLY_SIZE] = {kind};
	for (int i = 0; i < 8; i++)
		packet[1 + i] = (uint8_t)(value >> (8 * i));
	enum err err = socket_send(p->maker.socket, (struct bytes){packet, sizeof(packet)}, fd);
	return err == E_TRUNCATED ? E_CRASHED : err;
}

/* --- the maker --- */

static enum err hand_engine(struct pool *p)
{
	const struct pool_order *o = p->order;
	struct worker_order order = o->worker;
	int fd = o->engine_file;
	int sealed = -1;
	order.engine_size = o->engine.size;
	order.engine_offset = fd > 0 ? o->engine_offset : 0;
	if (fd <= 0)
		TRY(file_sealed(o->engine, &sealed));
	writer_clear(&p->message);
	wire_write_order(&p->message, &order);
	enum err err = writer_end(&p->message);
	if (err == E_OK)
		err = socket_send(p->maker.socket, writer_view(&p->message), fd > 0 ? fd : sealed);
	file_close(&sealed);
	return err;
}

void pool_maker_end(struct pool *p)
{
	if (p->maker_runs)
		child_kill(&p->maker);
	p->maker_runs = false;
}

static enum err maker_start(struct pool *p)
{
	static const char *const arguments[] = {"--role", "parse", NULL};
	uint64_t value;
	int fd = -1;
	if (p->maker_starts++ == MAKER_STARTS)
		return E_CRASHED;
	TRY(child_start(arguments, SOCK_SEQPACKET, &p->maker));
	p->maker_runs = true;
	enum err err = hand_engine(p);
	if (err == E_OK)
		err = hear(p, MAKER_READY, &value, &fd);
	file_close(&fd);
	if (err != E_OK)
		pool_maker_end(p);
	return err == E_TRUNCATED ? E_CRASHED : err;
}

/* --- workers --- */

static enum err make_worker(struct pool *p, struct pool_worker *w)
{
	uint64_t pid = 0;
	int theirs;
	TRY(socket_pair(&w->socket, &theirs));
	enum err err = ask(p, MAKER_MAKE, 0, theirs);
	file_close(&theirs);
	if (err == E_OK)
		err = hear(p, MAKER_MADE, &pid, &w->pidfd);
	if (err == E_OK && (w->pidfd < 0 || pid > INT32_MAX))
		err = E_CRASHED;
	if (err != E_OK) {
		file_close(&w->socket);
		file_close(&w->pidfd);
		return err;
	}
	w->pid = (pid_t)pid;
	return E_OK;
}

enum err pool_worker_start(struct pool *p, struct pool_worker *w)
{
	if (!p->maker_runs)
		TRY(maker_start(p));
	enum err err = make_worker(p, w);
	if (err == E_CRASHED) {
		/* Its workers died with it; what they had is given again. */
		pool_maker_end(p);
		TRY(maker_start(p));
		err = make_worker(p, w);
	}
	TRY(err);
	w->alive = true;
	w->telling = false;
	w->awake = p->awake;
	w->used = UINT64_MAX;
	return E_OK;
}

struct str pool_worker_end(struct pool *p, struct pool_worker *w, char buffer[STATUS_TEXT])
{
	uint64_t used = 0, status = 0;
	int fd = -1;
	struct str text = STR("");
	if (process_time(w->pid, &used) == E_OK)
		p->used += used;
	process_kill(w->pidfd);
	file_close(&w->pidfd);
	file_close(&w->socket);
	w->alive = false;
	w->batch_count = 0;
	w->tasks = 0;
	if (p->maker_runs && ask(p, MAKER_BURY, (uint64_t)w->pid, -1) == E_OK &&
		hear(p, MAKER_ENDED, &status, &fd) == E_OK)
		text = status_text((int)status, buffer);
	file_close(&fd);
	return text;
}
