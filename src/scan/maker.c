/* SPDX-License-Identifier: Apache-2.0 */
/* The process that holds the engine and makes workers, which share it. It hears only walk. */
#include "scan/maker.h"

#include <stdlib.h>

#include "os/fork.h"
#include "os/process.h"
#include "os/sandbox.h"
#include "scan/scan.h"
#include "scan/worker.h"

struct maker {
	struct worker_order order;
	struct mapping file;
	struct engine *engine;
	int meter;
};

static enum err reply(uint8_t kind, uint64_t value, int fd)
{
	uint8_t packet[9] = {kind};
	for (int i = 0; i < 8; i++)
		packet[1 + i] = (uint8_t)(value >> (8 * i));
	return socket_send(CHILD_SOCKET, (struct bytes){packet, sizeof(packet)}, fd);
}

/* --- the engine --- */

static enum err load(struct maker *m, int fd)
{
	const struct worker_order *o = &m->order;
	TRY(file_map(fd, &m->file));
	struct bytes all = m->file.bytes;
	if (o->engine_offset > all.size || o->engine_size > all.size - o->engine_offset)
		return E_TRUNCATED;
	return engine_load((struct bytes){all.data + o->engine_offset, o->engine_size}, &m->engine);
}

static enum err begin(struct maker *m)
{
	uint8_t packet[256];
	size_t size;
	int fd;
	struct cursor c;
	TRY(socket_receive(CHILD_SOCKET, -1, packet, sizeof(packet), &size, &fd));
	cursor_init(&c, (struct bytes){packet, size});
	enum err err = wire_read_order(&c, &m->order);
	if (err == E_OK)
		err = memory_meter_open(&m->meter);
	if (err == E_OK)
		err = load(m, fd);
	file_close(&fd);
	if (err == E_OK)
		err = unpack_warm_up();
	/* Libraries complain about what they read to whoever looks at the terminal. */
	if (err == E_OK)
		err = output_discard();
	if (err == E_OK)
		err = sandbox_enter_maker();
	return err;
}

/* --- copies --- */

_Noreturn static void become_worker(const struct maker *m, int socket)
{
	int control = CHILD_SOCKET;
	uint64_t used;
	file_close(&control);
	if (memory_meter_read(m->meter, &used) != E_OK)
		sandbox_exit(EXIT_FAILURE);
	int meter = m->meter;
	file_close(&meter);
	if (sandbox_enter_worker(used + m->order.memory_most) != E_OK)
		sandbox_exit(EXIT_FAILURE);
	worker_run(socket, m->engine, &m->order);
}

static enum err make_worker(const struct maker *m, int socket)
{
	pid_t pid;
	int pidfd = -1;
	enum err err = fork_copy(&pid);
	if (err != E_OK)
		return reply(MAKER_FAILED, (uint64_t)err, -1);
	if (pid == 0)
		become_worker(m, socket);
	err = process_open(pid, &pidfd);
	if (err == E_OK)
		err = reply(MAKER_MADE, (uint64_t)pid, pidfd);
	file_close(&pidfd);
	return err;
}

static enum err bury(uint64_t pid)
{
	int status = 0;
	if (pid > INT32_MAX || fork_wait((pid_t)pid, &status) != E_OK)
		return reply(MAKER_FAILED, E_NOTFOUND, -1);
	return reply(MAKER_ENDED, (uint64_t)(unsigned)status, -1);
}

static enum err serve(const struct maker *m)
{
	uint8_t packet[16];
	for (;;) {
		size_t size;
		int fd;
		struct cursor c;
		TRY(socket_receive(CHILD_SOCKET, -1, packet, sizeof(packet), &size, &fd));
		cursor_init(&c, (struct bytes){packet, size});
		uint8_t kind = cursor_u8(&c);
		uint64_t value = cursor_u64(&c);
		enum err err = cursor_end(&c);
		if (err == E_OK && kind == MAKER_MAKE && fd >= 0)
			err = make_worker(m, fd);
		else if (err == E_OK && kind == MAKER_BURY)
			err = bury(value);
		else
			err = E_SYNTAX;
		file_close(&fd);
		TRY(err);
	}
}

void scan_parse_role(void)
{
	struct maker m = {.meter = -1};
	enum err err = begin(&m);
	if (reply(err == E_OK ? MAKER_READY : MAKER_FAILED, (uint64_t)err, -1) != E_OK ||
		err != E_OK)
		sandbox_exit(EXIT_FAILURE);
	sandbox_exit(serve(&m) == E_TRUNCATED ? EXIT_SUCCESS : EXIT_FAILURE);
}
