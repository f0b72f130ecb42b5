/* SPDX-License-Identifier: Apache-2.0 */
#include "server/shown_problems.h"

#include "base/limits.h"
#include "feed/parser.h"

static uint64_t most(const struct shown_problems *s)
{
	return s->console->told ? FEED_PROBLEMS_TOLD : LIMIT_PROBLEMS_SHOWN;
}

void shown_problems_begin(struct shown_problems *s, struct console *console, struct str file)
{
	*s = (struct shown_problems){.console = console, .file = file};
}

void shown_problems_take(void *context, const struct problem *problem)
{
	struct shown_problems *s = context;
	if (s->count++ < most(s))
		console_problem(s->console, s->file, problem);
}

void shown_problems_end(struct shown_problems *s, uint64_t rejected)
{
	struct writer count;
	uint64_t shown = s->count < most(s) ? s->count : most(s);
	if (rejected <= shown)
		return;
	writer_init(&count, 64);
	text_number(&count, s->console->lang, rejected - shown);
	console_say_with(s->console, MESSAGE_INGEST_MORE_BAD, {STR("file"), s->file},
		{STR("count"), writer_view_str(&count)});
	writer_release(&count);
}
