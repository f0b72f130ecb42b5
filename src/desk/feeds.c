/* SPDX-License-Identifier: Apache-2.0 */
/* The feeds, and one of them: what it is, when it reported, whether it changed. */
#include "desk/feeds.h"

#include "desk/export.h"
#include "desk/feeds_days.h"
#include "desk/feeds_reading.h"
#include "desk/feeds_sources.h"
#include "store/store.h"

struct store *feeds_open(struct desk_request *r)
{
	enum act act = r->posted ? ACT_CHANGE_CAMPAIGN : ACT_SEE_FEEDS;
	return desk_may(r, act, STR(""), 0) ? desk_store(r) : NULL;
}

/* --- the list --- */

struct feed_row {
	struct feed_info info;
	struct instant taken; /* its last file; 0: none */
	uint64_t files;
	struct instant last; /* its last sighting */
};

struct feed_rows {
	struct desk_request *r;
	struct feed_row *rows;
	size_t count;
	struct feeds_health health;
	struct desk_export *export;
};

enum {
	MOST_FEEDS = 500
};

static void take_feed(void *context, const struct feed_info *feed)
{
	struct feed_rows *f = context;
	if (f->count == MOST_FEEDS)
		return;
	struct feed_row *row = &f->rows[f->count++];
	*row = (struct feed_row){.info = *feed};
	row->info.name = arena_copy(f->r->arena, feed->name);
	row->info.title = arena_copy(f->r->arena, feed->title);
}

static void take_file(void *context, const struct store_file *file)
{
	struct feed_rows *f = context;
	for (size_t i = 0; i < f->count && !file->retracted; i++) {
		struct feed_row *row = &f->rows[i];
		if (!str_equal(row->info.name, file->feed))
			continue;
		row->files++;
		if (file->added_at.seconds > row->taken.seconds)
			row->taken = file->added_at;
		if (file->time.to.seconds > row->last.seconds)
			row->last = file->time.to;
	}
}

static enum err load_rows(struct desk_request *r, struct store *store, struct feed_rows *ret)
{
	*ret = (struct feed_rows){
		.r = r, .rows = arena_alloc(r->arena, MOST_FEEDS, sizeof(*ret->rows))};
	if (!ret->rows)
		return E_NOMEM;
	TRY(store_each_feed(store, take_feed, ret));
	TRY(store_each_file(store, take_file, ret));
	return feeds_look(r, &ret->health);
}

/* "kiểm tra, số liệu" */
static struct str permits(struct desk_request *r, const struct feed_info *feed)
{
	struct str list = STR("");
	const struct {
		bool said;
		enum message words;
	} all[] = {{feed->public_check, MESSAGE_DESK_FEED_CHECK},
		{feed->public_stats, MESSAGE_DESK_FEED_STATS},
		{feed->may_export, MESSAGE_DESK_FEED_EXPORT}};
	for (size_t i = 0; i < 3; i++)
		if (all[i].said)
			list = desk_text(r, "%.*s%s%.*s", STR_ARG(list), list.size > 0 ? ", " : "",
				STR_ARG(text(r->lang, all[i].words)));
	return list;
}

struct str feeds_tlp(struct desk_request *r, enum tlp tlp)
{
	static const char *const names[] = {
		"TLP:CLEAR", "TLP:GREEN", "TLP:AMBER", "TLP:AMBER+STRICT", "TLP:RED"};
	(void)r;
	return str_from(names[tlp]);
}

static void write_row(struct desk_page *p, const struct feed_rows *f, const struct feed_row *row)
{
	struct desk_request *r = f->r;
	const struct feed_life *life = feeds_life(&f->health, row->info.name);
	bool silent = row->files > 0 && feeds_is_silent(&row->info, row->last, r->now);
	desk_row_begin(p);
	desk_cell_open(p);
	desk_link(p, NULL, desk_text(r, "feeds/%.*s", STR_ARG(row->info.name)),
		row->info.title.size > 0 ? row->info.title : row->info.name);
	if (row->info.simulated) {
		html_text(&p->html, STR(" "));
		desk_tag(p, DESK_WAITS, text(r->lang, MESSAGE_DESK_FEED_SIMULATED));
	}
	desk_cell_close(p);
	desk_cell(p, feeds_tlp(r, row->info.tlp));
	desk_cell(p, permits(r, &row->info));
	desk_cell(p, row->files > 0 ? desk_time(r, row->taken) : STR(""));
	desk_cell(p, life ? feeds_percent(r, feeds_alive_share(life), 0) : STR("0 %"));
	desk_cell_open(p);
	if (silent)
		desk_tag(p, DESK_LATE, text(r->lang, MESSAGE_DESK_FEED_SILENT));
	else
		desk_tag(p, row->files > 0 ? DESK_GOOD : DESK_PLAIN,
			text(r->lang, row->files > 0 ? MESSAGE_DESK_FEED_LIVES
						     : MESSAGE_DESK_FEED_EMPTY));
	desk_cell_close(p);
	desk_row_end(p);
}

static void export_row(struct desk_export *e, const struct feed_rows *f, const struct feed_row *row)
{
	struct desk_request *r = f->r;
	const struct feed_life *life = feeds_life(&f->health, row->info.name);
	desk_export_cell(e, row->info.name);
	desk_export_cell(e, feeds_tlp(r, row->info.tlp));
	desk_export_cell(e, permits(r, &row->info));
	desk_export_time(e, row->taken);
	desk_export_cell(e, life ? feeds_percent(r, feeds_alive_share(life), 1) : STR(""));
	desk_export_cell(e, row->files > 0 && feeds_is_silent(&row->info, row->last, r->now)
				    ? text(r->lang, MESSAGE_DESK_FEED_SILENT)
				    : STR(""));
}

static void show_list(
	struct desk_request *r, const struct feed_rows *f, const struct desk_table *table)
{
	struct desk_page p;
	const struct desk_head head = {.place = DESK_PLACE_FEEDS,
		.title = text(r->lang, MESSAGE_DESK_FEED_TITLE),
		.wide = true};
	desk_page_begin(&p, r, &head, NULL);
	desk_say(&p, "p", NULL, MESSAGE_DESK_FEED_TEXT);
	html_open_class(&p.html, "p", "actions");
	if (actor_may(r->office, r->actor, ACT_CHANGE_CAMPAIGN, STR(""), 0) == E_OK) {
		desk_link(&p, "button", STR("files/upload"), text(r->lang, MESSAGE_DESK_UPLOAD));
		desk_link(
			&p, "button quiet", STR("new-feed"), text(r->lang, MESSAGE_DESK_FEED_NEW));
	}
	desk_link(&p, "button quiet", STR("files"), text(r->lang, MESSAGE_DESK_FILES));
	html_close(&p.html, "p");
	if (f->count == 0) {
		desk_notice(&p, DESK_PLAIN, text(r->lang, MESSAGE_DESK_FEEDS_EMPTY));
	} else {
		desk_table_begin(&p, table);
		for (size_t i = 0; i < f->count; i++)
			write_row(&p, f, &f->rows[i]);
		desk_table_end(&p);
	}
	feeds_write_sources(&p, STR(""));
	desk_page_end(&p);
}

void desk_feeds(struct desk_request *r)
{
	struct feed_rows f;
	const struct desk_column columns[] = {{NULL, text(r->lang, MESSAGE_DESK_FEED), false},
		{NULL, STR("TLP"), false}, {NULL, text(r->lang, MESSAGE_DESK_FEED_PERMITS), false},
		{NULL, text(r->lang, MESSAGE_DESK_FEED_LAST), false},
		{NULL, text(r->lang, MESSAGE_DESK_FEED_ALIVE), true},
		{NULL, text(r->lang, MESSAGE_DESK_FEED_STATE), false}};
	const struct desk_table table = {.caption = text(r->lang, MESSAGE_DESK_FEED_TITLE),
		.columns = columns,
		.column_count = sizeof(columns) / sizeof(columns[0]),
		.path = STR("feeds"),
		.exports = true};
	struct store *store = feeds_open(r);
	if (!store)
		return;
	enum err err = load_rows(r, store, &f);
	if (err != E_OK) {
		desk_failed(r, err);
	} else if (desk_export_asked(r)) {
		struct desk_export e;
		desk_export_begin(&e, r, &table, STR("feeds"));
		for (size_t i = 0; i < f.count; i++)
			export_row(&e, &f, &f.rows[i]);
		desk_export_end(&e, E_OK);
	} else {
		show_list(r, &f, &table);
	}
}

/* --- one feed --- */

struct feed_page {
	struct desk_request *r;
	struct feed_info info;
	bool found;
	uint64_t files;
	struct instant taken, last;
	struct feeds_days days;
};

static void take_info(void *context, const struct feed_info *feed)
{
	struct feed_page *f = context;
	f->info = *feed;
	f->info.name = arena_copy(f->r->arena, feed->name);
	f->info.title = arena_copy(f->r->arena, feed->title);
	f->info.format = arena_copy(f->r->arena, feed->format);
	f->info.map = arena_copy(f->r->arena, feed->map);
	f->found = true;
}

static void count_file(void *context, const struct store_file *file)
{
	struct feed_page *f = context;
	if (file->retracted || !str_equal(file->feed, f->info.name))
		return;
	f->files++;
	if (file->added_at.seconds > f->taken.seconds)
		f->taken = file->added_at;
	if (file->time.to.seconds > f->last.seconds)
		f->last = file->time.to;
}

static void write_facts(struct desk_page *p, const struct feed_page *f)
{
	struct desk_request *r = f->r;
	const struct feed_info *info = &f->info;
	desk_facts_begin(p);
	desk_fact(p, MESSAGE_DESK_FEED_NAME, info->name);
	desk_fact(p, MESSAGE_DESK_FEED_TLP, feeds_tlp(r, info->tlp));
	desk_fact(p, MESSAGE_DESK_FEED_PERMITS, permits(r, info));
	desk_fact(p, MESSAGE_DESK_FEED_KIND,
		info->kind_set ? text(r->lang, feeds_kind_message(info->kind)) : STR(""));
	desk_fact(p, MESSAGE_DESK_FEED_FILES, desk_number(r, f->files));
	desk_fact(p, MESSAGE_DESK_FEED_LAST, f->files > 0 ? desk_time(r, f->taken) : STR(""));
	desk_fact(p, MESSAGE_DESK_FEED_LAST_SEEN, f->files > 0 ? desk_time(r, f->last) : STR(""));
	desk_fact(
		p, MESSAGE_DESK_FEED_ALIVE, feeds_percent(r, feeds_alive_share(&f->days.life), 1));
	desk_facts_end(p);
}

static void write_reading(struct desk_page *p, const struct feed_info *info)
{
	desk_say(p, "h2", NULL, MESSAGE_DESK_READING);
	desk_facts_begin(p);
	reading_facts(p, info->format, info->map);
	desk_facts_end(p);
}

static void write_days(struct desk_page *p, const struct feed_page *f)
{
	struct desk_request *r = f->r;
	const struct desk_column columns[] = {{NULL, text(r->lang, MESSAGE_DESK_FEED_DAY), false},
		{NULL, text(r->lang, MESSAGE_DESK_FEED_V4), true},
		{NULL, text(r->lang, MESSAGE_DESK_FEED_V6), true},
		{NULL, text(r->lang, MESSAGE_DESK_FEED_HOURS), true},
		{NULL, text(r->lang, MESSAGE_DESK_FEED_SEEN), false}};
	const struct desk_table table = {.caption = text(r->lang, MESSAGE_DESK_FEED_DAYS),
		.columns = columns,
		.column_count = sizeof(columns) / sizeof(columns[0])};
	desk_say(p, "h2", NULL, MESSAGE_DESK_FEED_DAYS);
	desk_table_begin(p, &table);
	for (size_t i = FEEDS_DAYS; i-- > 0;) {
		desk_row_begin(p);
		desk_cell(p, desk_date(r, feeds_day(&f->days, i)));
		desk_cell(p, desk_number(r, f->days.v4[i]));
		desk_cell(p, desk_number(r, f->days.v6[i]));
		desk_cell(p, f->days.life.hours_known ? desk_number(r, feeds_hours(&f->days, i))
						      : STR("–"));
		desk_cell(p, feeds_day_words(r, &f->days, i));
		desk_row_end(p);
	}
	desk_table_end(p);
}

static void show_feed(struct feed_page *f)
{
	struct desk_page p;
	struct desk_request *r = f->r;
	const struct desk_head head = {.place = DESK_PLACE_FEEDS,
		.title = f->info.title.size > 0 ? f->info.title : f->info.name,
		.crumbs = {{STR("feeds"), text(r->lang, MESSAGE_DESK_FEED_TITLE)}},
		.crumb_count = 1};
	desk_page_begin(&p, r, &head, NULL);
	if (f->info.simulated)
		desk_notice(&p, DESK_WAITS, text(r->lang, MESSAGE_DESK_FEED_SIMULATED_TEXT));
	if (f->files > 0 && feeds_is_silent(&f->info, f->last, r->now))
		desk_notice(&p, DESK_LATE,
			desk_words(r, MESSAGE_DESK_FEED_SILENT_TEXT,
				(const struct text_arg[]){{STR("time"), desk_time(r, f->last)}},
				1));
	write_facts(&p, f);
	write_reading(&p, &f->info);
	feeds_write_sources(&p, f->info.name);
	html_open_class(&p.html, "p", "actions");
	if (actor_may(r->office, r->actor, ACT_CHANGE_CAMPAIGN, STR(""), 0) == E_OK)
		desk_link(&p, "button", desk_text(r, "feeds/%.*s/change", STR_ARG(f->info.name)),
			text(r->lang, MESSAGE_DESK_FEED_CHANGE));
	desk_link(&p, "button quiet", desk_text(r, "files?feed=%.*s", STR_ARG(f->info.name)),
		text(r->lang, MESSAGE_DESK_FEED_ITS_FILES));
	html_close(&p.html, "p");
	desk_say(&p, "h2", NULL, MESSAGE_DESK_FEED_CHART);
	feeds_write_chart(&p, &f->days);
	feeds_write_flags(&p, &f->days);
	write_days(&p, f);
	desk_page_end(&p);
}

void desk_feed(struct desk_request *r)
{
	struct feed_page *f = arena_alloc(r->arena, 1, sizeof(*f));
	struct store *store = feeds_open(r);
	if (!store)
		return;
	if (!f) {
		desk_failed(r, E_NOMEM);
		return;
	}
	*f = (struct feed_page){.r = r};
	enum err err = feed_name_valid(r->part[0])
			       ? store_find_feed(store, r->part[0], take_info, f)
			       : E_NOTFOUND;
	if (err == E_OK)
		err = store_each_file(store, count_file, f);
	if (err == E_OK)
		err = feeds_load_days(r, f->info.name, &f->days);
	if (err == E_NOTFOUND)
		desk_not_found(r);
	else if (err != E_OK)
		desk_failed(r, err);
	else
		show_feed(f);
}
