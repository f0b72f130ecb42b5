/* SPDX-License-Identifier: Apache-2.0 */
#include "desk/feeds_sources.h"

#include <fcntl.h>

#include "base/limits.h"
#include "desk/desk_parts.h"
#include "fetch/due.h"
#include "os/zone_file.h"

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

enum err sources_open(struct desk_request *r, bool all, struct fetch_spool *ret_spool)
{
	int data = -1;
	TRY(folder_open(AT_FDCWD, r->desk->settings.folder, &data));
	enum err err =
		all ? fetch_spool_open(data, false, ret_spool) : fetch_spool_look(data, ret_spool);
	file_close(&data);
	return err;
}

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
		.zone = arena_copy(s->r->arena, source.zone),
		.schedule = source.schedule,
		.paused = source.paused};
	s->count++;
	return E_OK;
}

static void load_rows(struct source_rows *s)
{
	s->rows = arena_alloc(s->r->arena, MOST_SOURCES, sizeof(*s->rows));
	/* Nobody has written any down, or this user may not see them: nothing is said. */
	if (!s->rows || sources_open(s->r, false, &s->spool) != E_OK)
		return;
	writer_init(&s->bytes, LIMIT_FETCH_FILE);
	(void)!fetch_each_source(&s->spool, take_source, s);
	writer_release(&s->bytes);
	fetch_spool_close(&s->spool);
}

/* --- words --- */

struct str source_every_words(struct desk_request *r, const struct schedule *schedule)
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

static int32_t offset_of(struct str name, struct instant at)
{
	struct writer file;
	struct zone *zone = NULL;
	writer_init(&file, ZONE_FILE_BYTES);
	enum err err = zone_file_load(name, &file);
	if (err == E_OK)
		err = zone_parse(writer_view(&file), &zone);
	writer_release(&file);
	/* UTC, as the fetching process does. */
	int32_t offset = zone_offset(err == E_OK ? zone : NULL, at);
	zone_free(zone);
	return offset;
}

struct str source_next_words(
	struct desk_request *r, const struct source *source, const struct source_state *state)
{
	int32_t offset = source->schedule.at_set ? offset_of(source->zone, state->fetched) : 0;
	struct instant due = source_due(source, state, offset);
	if (source->paused)
		return text(r->lang, MESSAGE_DESK_SOURCE_NEVER);
	return due.seconds <= r->now.seconds ? text(r->lang, MESSAGE_DESK_SOURCE_DUE)
					     : desk_time(r, due);
}

struct str source_why_words(struct desk_request *r, const struct source_state *state)
{
	struct writer w;
	writer_init(&w, 4096);
	source_why_write(&w, r->lang, state->why, str_from(state->words));
	struct str words = arena_copy(r->arena, writer_view_str(&w));
	writer_release(&w);
	return words;
}

void source_write_tag(
	struct desk_page *p, const struct source *source, const struct source_state *state)
{
	bool fetched = state->fetched.seconds > 0;
	if (source->paused)
		desk_tag(p, DESK_WAITS, text(p->lang, MESSAGE_DESK_SOURCE_RESTS));
	else if (state->failures > 0)
		desk_tag(p, DESK_LATE, text(p->lang, MESSAGE_DESK_SOURCE_FAILED));
	else if (state->refused > 0)
		desk_tag(p, DESK_LATE, text(p->lang, MESSAGE_DESK_SOURCE_REFUSED));
	else
		desk_tag(p, fetched ? DESK_GOOD : DESK_PLAIN,
			text(p->lang,
				fetched ? MESSAGE_DESK_SOURCE_FINE : MESSAGE_DESK_SOURCE_NEW));
}

/* --- the table --- */

static void write_state(struct desk_page *p, const struct source_row *row)
{
	struct desk_request *r = p->r;
	const struct source_state *state = &row->state;
	desk_cell_open(p);
	html_open_class(&p->html, "div", "source-state");
	source_write_tag(p, &row->source, state);
	if (!row->source.paused && state->failures > 0)
		html_leaf(&p->html, "span", NULL,
			desk_words(r, MESSAGE_DESK_SOURCE_WHY,
				(const struct text_arg[]){
					{STR("time"), desk_time(r, state->failed)},
					{STR("what"), source_why_words(r, state)}},
				2));
	html_close(&p->html, "div");
	desk_cell_close(p);
}

static void write_row(struct desk_page *p, const struct source_row *row)
{
	struct desk_request *r = p->r;
	const struct source_state *state = &row->state;
	desk_row_begin(p);
	desk_cell_link(
		p, desk_text(r, "sources/%.*s", STR_ARG(row->source.name)), row->source.name);
	desk_cell(p, source_every_words(r, &row->source.schedule));
	desk_cell(p, state->fetched.seconds > 0 ? desk_time(r, state->fetched) : STR("–"));
	desk_cell(p, source_next_words(r, &row->source, state));
	desk_cell(p, desk_number(r, state->files));
	desk_cell(p, desk_number(r, state->refused));
	write_state(p, row);
	desk_row_end(p);
}

void feeds_write_sources(struct desk_page *p, struct str feed)
{
	struct desk_request *r = p->r;
	struct source_rows s = {.r = r, .feed = feed};
	const struct desk_column columns[] = {{NULL, text(r->lang, MESSAGE_DESK_SOURCE), false},
		{NULL, text(r->lang, MESSAGE_DESK_SOURCE_EVERY), false},
		{NULL, text(r->lang, MESSAGE_DESK_SOURCE_FETCHED), false},
		{NULL, text(r->lang, MESSAGE_DESK_SOURCE_NEXT), false},
		{NULL, text(r->lang, MESSAGE_DESK_SOURCE_FILES), true},
		{NULL, text(r->lang, MESSAGE_DESK_SOURCE_UNREAD), true},
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
		write_row(p, &s.rows[i]);
	desk_table_end(p);
}
