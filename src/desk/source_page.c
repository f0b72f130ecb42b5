/* SPDX-License-Identifier: Apache-2.0 */
/* One source: how it goes with it, what could not be read, what is written down. */
#include "base/limits.h"
#include "desk/feeds.h"
#include "desk/feeds_reading.h"
#include "desk/feeds_sources.h"

enum {
	MOST_REFUSED = 200
};

struct refused {
	struct str file, reason;
	struct instant begun;
};

struct source_page {
	struct desk_request *r;
	struct fetch_spool spool;
	struct writer bytes, of_item;
	struct source source; /* borrows bytes */
	struct source_state state;
	bool all; /* what waits may be looked at, too */
	uint64_t waiting;
	struct refused *refused;
	size_t refused_count;
};

/* --- its files --- */

static enum err count_waiting(void *context, const char *id)
{
	struct source_page *s = context;
	struct item item;
	/* What went on meanwhile is not there any more. */
	if (fetch_item_read(&s->spool, ITEM_NEW, id, &s->of_item, &item) == E_OK)
		s->waiting += str_equal(item.source, s->source.name);
	return E_OK;
}

static enum err take_refused(void *context, const char *id)
{
	struct source_page *s = context;
	struct item item;
	if (s->refused_count == MOST_REFUSED ||
		fetch_item_read(&s->spool, ITEM_REFUSED, id, &s->of_item, &item) != E_OK ||
		!str_equal(item.source, s->source.name))
		return E_OK;
	struct writer why;
	writer_init(&why, 4096);
	refusal_write(&why, s->r->lang, item.reason);
	s->refused[s->refused_count++] =
		(struct refused){.file = arena_copy(s->r->arena, item.file),
			.reason = arena_copy(s->r->arena, writer_view_str(&why)),
			.begun = item.begun};
	writer_release(&why);
	return E_OK;
}

static enum err load_items(struct source_page *s)
{
	s->refused = arena_alloc(s->r->arena, MOST_REFUSED, sizeof(*s->refused));
	if (!s->refused)
		return E_NOMEM;
	if (s->all)
		TRY(fetch_each_item(&s->spool, ITEM_NEW, count_waiting, s));
	if (s->spool.place[ITEM_REFUSED] < 0)
		return E_OK;
	return fetch_each_item(&s->spool, ITEM_REFUSED, take_refused, s);
}

static enum err load(struct source_page *s)
{
	struct desk_request *r = s->r;
	const char *name = arena_cstr(r->arena, r->part[0]);
	if (!name)
		return E_NOMEM;
	TRY(fetch_read_source(&s->spool, name, &s->bytes, &s->source));
	TRY(fetch_read_state(&s->spool, name, &s->state));
	return load_items(s);
}

/* --- the page --- */

static struct str time_words(struct desk_request *r, struct instant t)
{
	return t.seconds > 0 ? desk_time(r, t) : STR("");
}

static void write_state(struct desk_page *p, const struct source_page *s)
{
	struct desk_request *r = s->r;
	const struct source_state *state = &s->state;
	struct str failed = time_words(r, state->failed);
	if (state->failures > 1)
		failed = desk_words(r, MESSAGE_DESK_SOURCE_FAILED_TIMES,
			(const struct text_arg[]){{STR("time"), failed},
				{STR("count"), desk_number(r, state->failures)}},
			2);
	struct str file = str_from(state->file);
	if (file.size > 0)
		file = desk_words(r, MESSAGE_DESK_SOURCE_FILE_SIZE,
			(const struct text_arg[]){
				{STR("file"), file}, {STR("bytes"), desk_number(r, state->bytes)}},
			2);
	desk_facts_begin(p);
	desk_fact(p, MESSAGE_DESK_SOURCE_FETCHED, time_words(r, state->fetched));
	desk_fact(p, MESSAGE_DESK_SOURCE_FAILED_AT, failed);
	desk_fact(p, MESSAGE_DESK_SOURCE_NEXT, source_next_words(r, &s->source, state));
	desk_fact(p, MESSAGE_DESK_SOURCE_FILES, desk_number(r, state->files));
	desk_fact(p, MESSAGE_DESK_SOURCE_FILE, file);
	if (s->all)
		desk_fact(p, MESSAGE_DESK_SOURCE_WAITING, desk_number(r, s->waiting));
	desk_facts_end(p);
}

static struct str command(const struct source_page *s, const char *verb)
{
	return desk_text(s->r, "quetsach source %s %.*s", verb, STR_ARG(s->source.name));
}

/* Names of files and what stood in them: long, and without a space. */
static void write_long(struct desk_page *p, struct str words)
{
	desk_cell_open(p);
	html_leaf(&p->html, "span", "source-why", words);
	desk_cell_close(p);
}

static void write_refused(struct desk_page *p, const struct source_page *s)
{
	struct desk_request *r = s->r;
	const struct desk_column columns[] = {
		{NULL, text(r->lang, MESSAGE_DESK_SOURCE_UNREAD_FILE), false},
		{NULL, text(r->lang, MESSAGE_DESK_SOURCE_FETCHED), false},
		{NULL, text(r->lang, MESSAGE_DESK_SOURCE_UNREAD_WHY), false}};
	const struct desk_table table = {.caption = text(r->lang, MESSAGE_DESK_SOURCE_UNREAD_TITLE),
		.columns = columns,
		.column_count = sizeof(columns) / sizeof(columns[0])};
	desk_table_begin(p, &table);
	for (size_t i = 0; i < s->refused_count; i++) {
		desk_row_begin(p);
		write_long(p, s->refused[i].file);
		desk_cell(p, time_words(r, s->refused[i].begun));
		write_long(p, s->refused[i].reason);
		desk_row_end(p);
	}
	desk_table_end(p);
}

/* Files of an earlier version are still its owner's alone: their number is known. */
static void write_unread(struct desk_page *p, const struct source_page *s)
{
	desk_say(p, "h2", NULL, MESSAGE_DESK_SOURCE_UNREAD_TITLE);
	if (s->refused_count > 0)
		write_refused(p, s);
	else if (s->state.refused > 0)
		desk_say_values(p, "p", NULL, MESSAGE_DESK_SOURCE_UNREAD_HIDDEN,
			{STR("count"), desk_number(s->r, s->state.refused)},
			{STR("command"), command(s, "show")});
	else
		desk_say(p, "p", NULL, MESSAGE_DESK_SOURCE_UNREAD_NONE);
}

static void write_feed(struct desk_page *p, struct str feed)
{
	struct html *h = &p->html;
	html_open(h, "div");
	desk_say(p, "dt", NULL, MESSAGE_DESK_SOURCE_FEED);
	html_open(h, "dd");
	desk_link(p, NULL, desk_text(p->r, "feeds/%.*s", STR_ARG(feed)), feed);
	html_close(h, "dd");
	html_close(h, "div");
}

static void write_settings(struct desk_page *p, const struct source_page *s)
{
	static const enum message kinds[] = {MESSAGE_DESK_SOURCE_KIND_URL,
		MESSAGE_DESK_SOURCE_KIND_SHADOWSERVER, MESSAGE_DESK_SOURCE_KIND_FOLDER};
	_Static_assert(sizeof(kinds) / sizeof(kinds[0]) == SOURCE_KIND__COUNT, "words");
	const struct source *source = &s->source;
	struct str every = source_every_words(s->r, &source->schedule);
	desk_say(p, "h2", NULL, MESSAGE_DESK_SOURCE_SETTINGS);
	desk_facts_begin(p);
	if (source->feed.size > 0)
		write_feed(p, source->feed);
	desk_fact(p, MESSAGE_DESK_SOURCE_KIND, text(p->lang, kinds[source->kind]));
	desk_fact(p,
		source->kind == SOURCE_FOLDER ? MESSAGE_DESK_SOURCE_PATH
					      : MESSAGE_DESK_SOURCE_ADDRESS,
		source->address);
	if (source->reports.size > 0)
		desk_fact(p, MESSAGE_DESK_SOURCE_LISTS, source->reports);
	if (source->types.size > 0)
		desk_fact(p, MESSAGE_DESK_SOURCE_TYPES, source->types);
	desk_fact(p, MESSAGE_DESK_SOURCE_EVERY,
		source->schedule.at_set
			? desk_text(s->r, "%.*s (%.*s)", STR_ARG(every), STR_ARG(source->zone))
			: every);
	desk_fact(p, MESSAGE_DESK_SOURCE_SECRET,
		text(p->lang, source->secret_file.size > 0 ? MESSAGE_YES : MESSAGE_NO));
	reading_facts(p, source->format, source->map);
	desk_facts_end(p);
	if (actor_may(s->r->office, s->r->actor, ACT_CHANGE_CAMPAIGN, STR(""), 0) == E_OK)
		desk_say_values(p, "p", "hint", MESSAGE_DESK_SOURCE_CHANGE,
			{STR("command"), command(s, "edit")});
}

static void show(const struct source_page *s)
{
	struct desk_page p;
	struct desk_request *r = s->r;
	const struct desk_head head = {.place = DESK_PLACE_FEEDS,
		.title = s->source.name,
		.crumbs = {{STR("feeds"), text(r->lang, MESSAGE_DESK_FEED_TITLE)}},
		.crumb_count = 1};
	desk_page_begin(&p, r, &head, NULL);
	html_open(&p.html, "p");
	source_write_tag(&p, &s->source, &s->state);
	html_close(&p.html, "p");
	if (s->source.paused)
		desk_notice(&p, DESK_WAITS, text(r->lang, MESSAGE_DESK_SOURCE_RESTS_TEXT));
	else if (s->state.failures > 0)
		desk_notice(&p, DESK_LATE,
			desk_words(r, MESSAGE_DESK_SOURCE_FAILED_TEXT,
				(const struct text_arg[]){
					{STR("what"), source_why_words(r, &s->state)}},
				1));
	write_state(&p, s);
	write_unread(&p, s);
	write_settings(&p, s);
	desk_page_end(&p);
}

void desk_source(struct desk_request *r)
{
	struct source_page s = {.r = r};
	if (!desk_may(r, ACT_SEE_FEEDS, STR(""), 0))
		return;
	s.all = sources_open(r, true, &s.spool) == E_OK;
	if (!s.all && sources_open(r, false, &s.spool) != E_OK) {
		desk_not_found(r);
		return;
	}
	writer_init(&s.bytes, LIMIT_FETCH_FILE);
	writer_init(&s.of_item, LIMIT_FETCH_FILE);
	enum err err = load(&s);
	if (err == E_OK)
		show(&s);
	else if (err == E_NOTFOUND)
		desk_not_found(r);
	else
		desk_failed(r, err);
	writer_release(&s.of_item);
	writer_release(&s.bytes);
	fetch_spool_close(&s.spool);
}
