/* SPDX-License-Identifier: Apache-2.0 */
#include "scan/second.h"

#include <stdlib.h>

#include "os/process.h"

enum {
	ANSWER = 1024,
	SILENCES =
		SECOND_LINES /* in a row, each as long as patience: it will not answer any more */
};

struct line {
	struct job *job; /* NULL: free */
	int socket;
	uint64_t asked; /* awake, in nanoseconds */
	size_t size;
	char answer[ANSWER];
};

struct second {
	const char *path;
	uint64_t patience;
	const struct second_sink *sink;
	struct job_queue queue;
	struct line lines[SECOND_LINES];
	unsigned silences;
	uint64_t awake;
};

enum err second_new(const char *path, unsigned milliseconds, const struct second_sink *sink,
	struct second **ret_second)
{
	struct second *s = calloc(1, sizeof(*s));
	if (!s)
		return E_NOMEM;
	s->path = path;
	s->patience = (uint64_t)milliseconds * 1000000;
	s->sink = sink;
	for (int i = 0; i < SECOND_LINES; i++)
		s->lines[i].socket = -1;
	*ret_second = s;
	return E_OK;
}

void second_free(struct second *s)
{
	if (!s)
		return;
	for (int i = 0; i < SECOND_LINES; i++) {
		job_free(s->lines[i].job);
		file_close(&s->lines[i].socket);
	}
	job_queue_release(&s->queue);
	free(s);
}

enum second_word second_read(struct str answer, struct str *ret_name)
{
	size_t colon = str_find(answer, STR(": "));
	struct str said = answer;
	if (colon < answer.size)
		said = (struct str){answer.data + colon + 2, answer.size - colon - 2};
	*ret_name = said;
	if (str_equal(said, STR("OK")))
		return SECOND_NOTHING;
	if (!str_ends(said, STR(" FOUND")))
		return SECOND_SILENT;
	ret_name->size -= STR(" FOUND").size;
	return SECOND_FOUND;
}

static void end(struct second *s, struct line *l, enum second_word word, struct str name)
{
	struct job *job = l->job;
	l->job = NULL;
	file_close(&l->socket);
	s->sink->said(s->sink->context, job, word, name);
}

/* --- asking --- */

static enum err call(const struct second *s, struct line *l)
{
	static const char command[] = "zFILDES";
	/* It wants the descriptor with a message of its own. */
	const struct bytes words = {(const uint8_t *)command, sizeof(command)};
	if (s->silences >= SILENCES)
		return E_TIMEOUT;
	TRY(socket_connect_local(s->path, &l->socket));
	TRY(socket_send_many(l->socket, words, NULL, 0));
	return socket_send_many(l->socket, (struct bytes){words.data, 1}, &l->job->fd, 1);
}

/* Back in front: for later. */
static void wait_again(struct second *s, struct line *l)
{
	struct job_queue again = {0};
	file_close(&l->socket);
	job_queue_add(&again, l->job);
	l->job = NULL;
	job_queue_put_back(&s->queue, &again);
}

/* What cannot be asked is answered at once. */
static enum err give_line(struct second *s, struct line *l)
{
	while (!l->job && s->queue.count > 0) {
		l->job = job_queue_take(&s->queue);
		l->asked = s->awake;
		l->size = 0;
		enum err err = call(s, l);
		/* Too many are asking it. */
		if (err == E_BUSY) {
			wait_again(s, l);
			return E_BUSY;
		}
		if (err != E_OK)
			end(s, l, SECOND_SILENT, str_from(err_name(err)));
	}
	return E_OK;
}

static void give(struct second *s)
{
	for (int i = 0; i < SECOND_LINES; i++)
		if (give_line(s, &s->lines[i]) != E_OK)
			return;
}

void second_ask(struct second *s, struct job *job)
{
	job_queue_add(&s->queue, job);
	give(s);
}

size_t second_jobs(const struct second *s)
{
	size_t count = s->queue.count;
	for (int i = 0; i < SECOND_LINES; i++)
		count += s->lines[i].job != NULL;
	return count;
}

/* --- hearing --- */

/* Up to its NUL, or until it closes. */
static void hear(struct second *s, struct line *l)
{
	struct str name;
	size_t got = 0;
	int fd = -1;
	enum err err = socket_receive(l->socket, 0, (uint8_t *)l->answer + l->size,
		sizeof(l->answer) - l->size, &got, &fd);
	file_close(&fd);
	if (err == E_TIMEOUT && s->awake - l->asked < s->patience)
		return;
	s->silences = err == E_TIMEOUT ? s->silences + 1 : 0;
	if (err != E_OK) {
		end(s, l, SECOND_SILENT, str_from(err_name(err)));
		return;
	}
	l->size += got;
	const char *nul = memchr(l->answer, '\0', l->size);
	if (!nul && l->size < sizeof(l->answer))
		return;
	struct str answer = {l->answer, nul ? (size_t)(nul - l->answer) : l->size};
	enum second_word word = second_read(answer, &name);
	end(s, l, word, name);
}

size_t second_waits(const struct second *s, struct pollfd *fds, size_t capacity)
{
	size_t count = 0;
	for (int i = 0; i < SECOND_LINES && count < capacity; i++)
		if (s->lines[i].job)
			fds[count++] = (struct pollfd){.fd = s->lines[i].socket, .events = POLLIN};
	return count;
}

void second_turn(struct second *s, uint64_t awake)
{
	s->awake = awake;
	for (int i = 0; i < SECOND_LINES; i++)
		if (s->lines[i].job)
			hear(s, &s->lines[i]);
	give(s);
}
