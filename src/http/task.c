/* SPDX-License-Identifier: Apache-2.0 */
#include "http/task.h"

#include <stdlib.h>

#include "base/limits.h"
#include "os/system.h"

void task_free(struct task *task)
{
	if (!task)
		return;
	if (task->response)
		MHD_destroy_response(task->response);
	form_reader_free(task->reader);
	free(task);
}

static struct task *task_new(const struct exchange *x, bool slow)
{
	struct task *task = calloc(1, sizeof(*task) + x->path.size + 1);
	if (!task)
		return NULL;
	if (x->path.size > 0)
		memcpy(task->path, x->path.data, x->path.size);
	task->x = *x;
	task->x.path.data = task->path;
	task->slow = slow;
	return task;
}

/* --- the header has come --- */

static unsigned status_of(enum err err)
{
	if (err == E_LIMIT)
		return 413;
	if (err == E_UNKNOWN || err == E_DENIED)
		return 415;
	return err == E_SYNTAX || err == E_TRUNCATED ? 400 : 500;
}

static struct http_intake intake_of(const struct exchange *x, bool post)
{
	const struct http_site *site = &x->server->site;
	const struct http_request q = {.path = x->path, .context = site->context};
	return site->intake && x->route ? site->intake(&q, post) : (struct http_intake){0};
}

static unsigned begin_form(const struct exchange *x, const struct http_intake *intake,
	const struct request_framing *framing, struct form_reader **ret_reader)
{
	if (framing->chunked)
		return 411;
	if (framing->length > intake->body)
		return 413;
	enum err err = form_reader_new(request_field(x->connection, "Content-Type"),
		x->server->settings.uploads, ret_reader);
	return err == E_OK ? 0 : status_of(err);
}

/* So slow a line that it would take longer is cut. */
static void allow_time(const struct exchange *x, uint64_t length)
{
	const struct http_server *s = x->server;
	server_set_deadline(
		s, x->from, s->settings.request_seconds + length / LIMIT_HTTP_UPLOAD_RATE);
}

static bool is_reading(const char *method)
{
	return str_equal(str_from(method), STR("GET")) || str_equal(str_from(method), STR("HEAD"));
}

unsigned task_begin(struct exchange *x, const char *method, const struct request_framing *framing,
	struct task **ret_task)
{
	bool post = str_equal(str_from(method), STR("POST"));
	struct http_intake intake = intake_of(x, post);
	struct form_reader *reader = NULL;
	if (framing->bad)
		return 400;
	if (post ? !intake.post : !is_reading(method) || intake.only_post) {
		x->allow = intake.only_post ? "POST" : intake.post ? "GET, HEAD, POST" : NULL;
		return 405;
	}
	if (!post && framing->body)
		return 413;
	if (!post && !intake.slow)
		return 0;
	unsigned status = exchange_refusal(x);
	if (!status && post)
		status = begin_form(x, &intake, framing, &reader);
	if (status)
		return status;
	*ret_task = task_new(x, intake.slow);
	if (!*ret_task) {
		form_reader_free(reader);
		return 500;
	}
	(*ret_task)->reader = reader;
	allow_time(x, framing->length);
	return 0;
}

/* --- all has come --- */

static enum MHD_Result hand_on(struct task *task)
{
	if (!task->response)
		return MHD_NO;
	return exchange_queue(&task->x, task->response, task->status, task->size);
}

static enum MHD_Result answer(struct task *task)
{
	struct exchange *x = &task->x;
	enum err err = task->reader ? form_reader_end(task->reader, &task->form) : E_OK;
	x->form = task->reader ? &task->form : NULL;
	x->now = system_monotonic();
	server_set_deadline(x->server, x->from, x->server->settings.answer_seconds);
	if (err != E_OK)
		return exchange_error(x, status_of(err));
	if (!task->slow || !x->server->pool)
		return exchange_answer(x);
	return pool_put(x->server->pool, task) ? MHD_YES : exchange_error(x, 503);
}

enum MHD_Result task_go_on(struct task *task, struct bytes upload)
{
	if (upload.size > 0) {
		form_reader_feed(task->reader, upload);
		return MHD_YES;
	}
	task->x.worker = server_worker(task->x.server);
	if (!task->x.worker)
		return MHD_NO;
	return task->made ? hand_on(task) : answer(task);
}
