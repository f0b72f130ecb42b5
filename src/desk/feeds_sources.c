/* SPDX-License-Identifier: Apache-2.0 */
#include "desk/feeds_sources.h"

#include <fcntl.h>

#include "base/limits.h"
#include "desk/desk_parts.h"
#include "fetch/spool.h"

struct source_row {
	struct source source; /* texts in the arena */
	struct source_state state;
};

struct source_rows {
	struct desk_request *r;
	struct str feed;
	struct fetch_spool spool;
	struct writer bytes;
	struct source_row *rows;
	size_t count;
};

enum {
	MOST_SOURCES = 500,
	SECONDS_PER_MINUTE = 60
};

static enum err take_source(void *context, const char *name)
{
	struct source_rows *s = context;
	struct source source;
	if (s->count == MOST_SOURCES)
		return E_OK;
	struct source_row *row = &s->rows[s->count];
	/* One that is damaged or just removed keeps the others from nobody. */
	if (fetch_read_source(&s->spool, name, &s->bytes, &source) != E_OK ||
		(s->feed.size > 0 && !str_equal(source.feed, s->feed)) ||
		fetch_read_state(&s->spool, name, &row->state) != E_OK)
		return E_OK;
	row->source = (struct source){.name = arena_copy(s->r->arena, source.name),
		.feed = arena_copy(s->r->arena, source.feed),
		.schedule = source.schedule,
		.paused = source.paused};
	s->count++;
	return E_OK;
}

static void load_rows(struct source_rows *s)
{
	int data = -1;
	s->rows = arena_alloc(s->r->arena, MOST_SOURCES, sizeof(*s->rows));
	/* Nobody has written any down, or this user may not see them: nothing is said. */
	if (!s->rows || folder_open(AT_FDCWD, s->r->desk->settings.folder, &data) != E_OK)
		return;
	if (fetch_spool_look(data, &s->spool) == E_OK) {
		writer_init(&s->bytes, LIMIT_FETCH_FILE);
		(void)!fetch_each_source(&s->spool, take_source, s);
		writer_release(&s->bytes);
		fetch_spool_close(&s->spool);
	}
	file_close(&data);
}

/* "mỗi 1 giờ", "mỗi 1 ngày, lúc 06:30" */
static struct str every_text(struct desk_request *r, const struct schedule *schedule)
{
	bool days = schedule->every % SECONDS_PER_DAY == 0;
	bool hours = schedule->every % SECONDS_PER_HOUR == 0;
	int64_t unit = days ? SECONDS_PER_DAY : hours ? SECONDS_PER_HOUR : SECONDS_PER_MINUTE;
	struct str count = desk_number(r, (uint64_t)(schedule->every / unit));
	struct str every = desk_words(r,
		days    ? MESSAGE_DESK_SOURCE_DAYS
		: hours ? MESSAGE_DESK_SOURCE_HOURS
			: MESSAGE_DESK_SOURCE_MINUTES,
		(const struct text_arg[]){{STR("count"), count}}, 1);
	if (!schedule->at_set)
		return every;
	struct str time = desk_text(r, "%02d:%02d", schedule->at / SECONDS_PER_HOUR,
		schedule->at % SECONDS_PER_HOUR / SECONDS_PER_MINUTE);
	return desk_words(r, MESSAGE_DESK_SOURCE_AT,
		(const struct text_arg[]){{STR("every"), every}, {STR("time"), time}}, 2);
}

static void write_state(struct desk_page *p, struct desk_request *r, const struct source_row *row)
{
	const struct source_state *state = &row->state;
	desk_cell_open(p);
	if (row->source.paused)
		desk_tag(p, DESK_WAITS, text(r->lang, MESSAGE_DESK_SOURCE_RESTS));
	else if (state->failures > 0)
		desk_tag(p, DESK_LATE, text(r->lang, MESSAGE_DESK_SOURCE_FAILED));
	else if (state->refused > 0)
		desk_tag(p, DESK_LATE, text(r->lang, MESSAGE_DESK_SOURCE_REFUSED));
	else
		desk_tag(p, state->fetched.seconds > 0 ? DESK_GOOD : DESK_PLAIN,
			text(r->lang, state->fetched.seconds > 0 ? MESSAGE_DESK_SOURCE_FINE
								 : MESSAGE_DESK_SOURCE_NEW));
	if (!row->source.paused && state->failures > 0) {
		html_text(&p->html, STR(" "));
		html_text(&p->html, desk_words(r, MESSAGE_DESK_SOURCE_WHY,
					    (const struct text_arg[]){
						    {STR("time"), desk_time(r, state->failed)},
						    {STR("what"), str_from(state->words)}},
					    2));
	}
	desk_cell_close(p);
}

static void write_row(struct desk_page *p, struct desk_request *r, const struct source_row *row)
{
	desk_row_begin(p);
	desk_cell(p, row->source.name);
	desk_cell(p, every_text(r, &row->source.schedule));
	desk_cell(p, row->state.fetched.seconds > 0 ? desk_time(r, row->state.fetched) : STR("–"));
	desk_cell(p, desk_number(r, row->state.files));
	write_state(p, r, row);
	desk_row_end(p);
}

void feeds_write_sources(struct desk_page *p, struct str feed)
{
	struct desk_request *r = p->r;
	struct source_rows s = {.r = r, .feed = feed};
	const struct desk_column columns[] = {{NULL, text(r->lang, MESSAGE_DESK_SOURCE), false},
		{NULL, text(r->lang, MESSAGE_DESK_SOURCE_EVERY), false},
		{NULL, text(r->lang, MESSAGE_DESK_SOURCE_FETCHED), false},
		{NULL, text(r->lang, MESSAGE_DESK_SOURCE_FILES), true},
		{NULL, text(r->lang, MESSAGE_DESK_SOURCE_STATE), false}};
	const struct desk_table table = {.caption = text(r->lang, MESSAGE_DESK_SOURCES),
		.columns = columns,
		.column_count = sizeof(columns) / sizeof(columns[0])};
	load_rows(&s);
	if (s.count == 0)
		return;
	desk_say(p, "h2", NULL, MESSAGE_DESK_SOURCES);
	desk_table_begin(p, &table);
	for (size_t i = 0; i < s.count; i++)
		write_row(p, r, &s.rows[i]);
	desk_table_end(p);
}
