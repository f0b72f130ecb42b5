/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>

#include "os/guarded.h"
#include "os/process.h"
#include "os/sandbox.h"
#include "os/system.h"
#include "scan/worker_parts.h"

enum {
	RECORD_MOST = 16 << 10,
	SEND_NANOSECONDS = 50 * 1000 * 1000,
	TRIES = 3,
	EXIT_DEAF = 3 /* nobody listens */
};

/* --- answers --- */

static void send_answers(struct worker *w)
{
	if (w->answers.size > 0 &&
		(writer_end(&w->answers) != E_OK ||
			socket_send(w->socket, writer_view(&w->answers), -1) != E_OK))
		sandbox_exit(EXIT_DEAF);
	writer_clear(&w->answers);
	w->sent = system_monotonic();
	w->used = system_processor_time();
}

void worker_say(struct worker *w, const struct answer *answer)
{
	if (w->answers.size > WIRE_PACKET - RECORD_MOST)
		send_answers(w);
	wire_write_answer(&w->answers, answer);
}

void worker_unscanned(struct worker *w, struct str object, enum unscanned reason, struct str about)
{
	w->whole = false;
	worker_say(w, &(struct answer){.kind = ANSWER_UNSCANNED,
			      .unscanned = {.reason = reason, .object = object, .about = about}});
}

bool worker_late(struct worker *w)
{
	uint64_t most = (uint64_t)w->order->milliseconds * 1000000;
	/* The first clock costs no call of the kernel and never shows less than the second. */
	if (!w->late && system_monotonic() - w->began > most)
		w->late = system_processor_time() - w->used > most;
	return w->late;
}

/* --- content --- */

/* Whether nothing at all has happened to the file since *stamp, which becomes what is now. */
static bool unchanged(const struct worker *w, struct file_stamp *stamp)
{
	struct file_stamp now;
	if (file_stamp(w->fd, &now) != E_OK)
		return false;
	bool same = now.device == stamp->device && now.inode == stamp->inode &&
		    now.size == stamp->size && now.changed == stamp->changed &&
		    now.modified == stamp->modified;
	*stamp = now;
	return same;
}

static void look_at(struct worker *w, struct bytes content)
{
	if (w->task->kind == TASK_PLACE)
		worker_read_place(w, content);
	/* Matching is the walk's to order: that file comes again. */
	if (!worker_compares(w->task))
		worker_look(w, content);
}

static void look_large(struct worker *w, struct file_stamp stamp)
{
	struct bytes content;
	enum err err = guarded_map(w->fd, stamp.size, &content);
	if (err != E_OK) {
		worker_unscanned(
			w, STR(""), err == E_NOMEM ? UNSCANNED_MEMORY : UNSCANNED_IO, STR(""));
		return;
	}
	look_at(w, content);
	if (!unchanged(w, &stamp))
		worker_unscanned(w, STR(""), UNSCANNED_CHANGED, STR(""));
	else if (guarded_broken())
		worker_unscanned(w, STR(""), UNSCANNED_IO, STR(""));
	guarded_unmap();
}

/* A batch may have waited: what was written meanwhile is looked at as it is now. */
static void look_file(struct worker *w)
{
	struct file_stamp stamp = w->task->stamp;
	bool same = false;
	for (int i = 0; i < TRIES && !same; i++) {
		size_t size = 0;
		if (stamp.size > WORKER_BUFFER)
			break;
		if (file_read_at(w->fd, 0, w->buffer, stamp.size, &size) != E_OK) {
			worker_unscanned(w, STR(""), UNSCANNED_IO, STR(""));
			return;
		}
		w->whole = i == 0;
		same = unchanged(w, &stamp) && size == stamp.size;
	}
	if (stamp.size > w->order->file_size_most) {
		worker_unscanned(w, STR(""), UNSCANNED_SIZE, STR(""));
	} else if (stamp.size > WORKER_BUFFER) {
		w->whole = unchanged(w, &stamp) && w->whole;
		look_large(w, stamp);
	} else {
		look_at(w, (struct bytes){w->buffer, stamp.size});
		if (!same)
			worker_unscanned(w, STR(""), UNSCANNED_CHANGED, STR(""));
	}
}

/* --- tasks --- */

static uint64_t size_of(const struct worker *w)
{
	if (w->task->kind == TASK_NETWORK)
		return w->count;
	return w->task->kind == TASK_MEMORY ? 0 : w->task->stamp.size;
}

static void do_task(struct worker *w, const struct task *task, int fd)
{
	w->task = task;
	w->fd = fd;
	w->began = system_monotonic();
	w->whole = true;
	w->late = false;
	w->count = 0;
	switch (task->kind) {
	case TASK_FILE:
	case TASK_PLACE:
		look_file(w);
		break;
	case TASK_MEMORY:
		worker_look_memory(w);
		break;
	case TASK_NETWORK:
		worker_look_network(w);
		break;
	case TASK__COUNT:
		break;
	}
	worker_say(
		w, &(struct answer){.kind = ANSWER_DONE, .whole = w->whole, .bytes = size_of(w)});
	if (system_monotonic() - w->sent > SEND_NANOSECONDS)
		send_answers(w);
}

static void do_batch(struct worker *w, struct bytes packet, struct descriptors *descriptors)
{
	struct cursor c;
	cursor_init(&c, packet);
	for (size_t i = 0; i < descriptors->count; i++) {
		struct task task;
		if (wire_read_task(&c, &task) != E_OK)
			sandbox_exit(EXIT_DEAF);
		do_task(w, &task, descriptors->fds[i]);
		file_close(&descriptors->fds[i]);
	}
	send_answers(w);
}

void worker_run(int socket, const struct engine *engine, const struct worker_order *order)
{
	uint8_t *packet = malloc(WIRE_PACKET);
	struct descriptors descriptors;
	struct worker w = {.socket = socket,
		.order = order,
		.engine = engine,
		.buffer = malloc(WORKER_BUFFER)};
	writer_init(&w.answers, WIRE_PACKET);
	writer_init(&w.text, 4 * WIRE_PATH);
	if (!packet || !w.buffer || matcher_new(engine, &w.matcher) != E_OK)
		sandbox_exit(EXIT_FAILURE);
	for (;;) {
		size_t size;
		enum err err =
			socket_receive_many(socket, true, packet, WIRE_PACKET, &size, &descriptors);
		if (err != E_OK)
			sandbox_exit(err == E_TRUNCATED ? EXIT_SUCCESS : EXIT_DEAF);
		do_batch(&w, (struct bytes){packet, size}, &descriptors);
	}
}
