/* SPDX-License-Identifier: Apache-2.0 */
#include "server/shown_problems.h"

#include "base/limits.h"

void shown_problems_begin(struct shown_problems *s, struct console *console, struct str file)
{
	*s = (struct shown_problems){.console = console, .file = file};
}

void shown_problems_take(void *context, const struct problem *problem)
{
	struct shown_problems *s = context;
	if (s->count++ < LIMIT_PROBLEMS_SHOWN)
		console_problem(s->console, s->file, problem);
}

void shown_problems_end(struct shown_problems *s)
{
	struct writer count;
	if (s->count <= LIMIT_PROBLEMS_SHOWN)
		return;
	writer_init(&count, 64);
	text_number(&count, s->console->lang, s->count - LIMIT_PROBLEMS_SHOWN);
	console_say_with(s->console, MESSAGE_INGEST_MORE_BAD, {STR("file"), s->file},
		{STR("count"), writer_view_str(&count)});
	writer_release(&count);
}
