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

void shown_problems_end(struct shown_problems *s, uint64_t rejected)
{
	struct writer count;
	uint64_t shown = s->count < LIMIT_PROBLEMS_SHOWN ? s->count : LIMIT_PROBLEMS_SHOWN;
	if (rejected <= shown)
		return;
	writer_init(&count, 64);
	text_number(&count, s->console->lang, rejected - shown);
	console_say_with(s->console, MESSAGE_INGEST_MORE_BAD, {STR("file"), s->file},
		{STR("count"), writer_view_str(&count)});
	writer_release(&count);
}
