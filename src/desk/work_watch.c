/* SPDX-License-Identifier: Apache-2.0 */
/* What goes on by itself and wants somebody's eye: feeds, mails, texts that wait for their day. */
#include "desk/desk_parts.h"
#include "desk/feeds_days.h"
#include "desk/site.h"
#include "desk/work.h"
#include "office/outbox.h"
#include "store/store.h"

enum {
	FEEDS = 100,
	TEXTS = 10,
	LOOKED = 100,   /* jobs that wait */
	CHANGE_DAYS = 7 /* a change older than that has been seen */
};

struct watched_feed {
	struct feed_info info;
	struct date day; /* of its last report, or of the change */
	bool silent, changed;
};

struct watched_text {
	struct str key, title;
	struct instant due;
};

struct work_watch {
	struct desk_request *r;
	struct feeds_health health;
	struct watched_feed feeds[FEEDS];
	size_t feed_count;
	struct watched_text texts[TEXTS];
	size_t text_count;
	uint64_t failed; /* mails */
};

/* --- feeds --- */

static void take_feed(void *context, const struct feed_info *info)
{
	struct work_watch *w = context;
	/* What has not reported for a month is past, not news. */
	if (w->feed_count == FEEDS || !feeds_life(&w->health, info->name))
		return;
	struct watched_feed *feed = &w->feeds[w->feed_count++];
	*feed = (struct watched_feed){.info = *info};
	feed->info.name = arena_copy(w->r->arena, info->name);
	feed->info.title = arena_copy(w->r->arena, info->title);
}

static bool look_silent(struct work_watch *w, struct watched_feed *feed)
{
	const struct feed_life *life = feeds_life(&w->health, feed->info.name);
	size_t days = FEEDS_DAYS;
	while (days > 0 && !life->days[days - 1])
		days--;
	struct instant end = {w->health.from.seconds + (int64_t)days * SECONDS_PER_DAY};
	feed->day = instant_date((struct instant){end.seconds - 1});
	return feeds_is_silent(&feed->info, end, w->r->now);
}

static enum err look_feed(struct work_watch *w, struct watched_feed *feed)
{
	struct feeds_days days;
	feed->silent = look_silent(w, feed);
	if (feed->silent)
		return E_OK;
	TRY(feeds_load_days(w->r, feed->info.name, &days));
	const struct health_step *step =
		health_step_within(&days.health, FEEDS_DAYS - CHANGE_DAYS, FEEDS_DAYS);
	feed->changed = step != NULL;
	if (step)
		feed->day = feeds_day(&days, step->day);
	return E_OK;
}

static enum err look_feeds(struct work_watch *w, struct store *store)
{
	TRY(feeds_look(w->r, &w->health));
	if (w->health.count == 0)
		return E_OK;
	TRY(store_each_feed(store, take_feed, w));
	for (size_t i = 0; i < w->feed_count; i++)
		TRY(look_feed(w, &w->feeds[i]));
	return E_OK;
}

/* --- texts, mails --- */

static enum err take_job(void *context, const struct job *job)
{
	struct draft draft;
	struct work_watch *w = context;
	struct desk_request *r = w->r;
	const struct job_order *order = &job->order;
	if (order->kind != JOB_PAGE || order->due.seconds <= r->now.seconds ||
		w->text_count == TEXTS)
		return E_OK;
	enum err err = draft_find(r->office, order->name, order->lang, 0, r->arena, &draft);
	if (err != E_OK && err != E_NOTFOUND)
		return err;
	bool titled = err == E_OK && draft.title.size > 0;
	struct str key = arena_copy(r->arena, order->name);
	w->texts[w->text_count++] = (struct watched_text){
		.key = key, .title = titled ? draft.title : key, .due = order->due};
	return E_OK;
}

static enum err count_mail(void *context, const char *id)
{
	struct work_watch *w = context;
	(void)id;
	w->failed++;
	return E_OK;
}

static enum err look_mails(struct work_watch *w)
{
	struct outbox_state outbox;
	struct desk *desk = w->r->desk;
	TRY(outbox_state(w->r->office, &outbox));
	w->failed = outbox.refused;
	return desk->has_spool ? mail_spool_each(&desk->spool, MAIL_FAILED, count_mail, w) : E_OK;
}

enum err work_watch_load(struct desk_request *r, struct work_watch **ret_watch)
{
	struct store *store = desk_store(r);
	struct work_watch *w = arena_alloc(r->arena, 1, sizeof(*w));
	const struct job_choice waiting = {.by_state = true, .state = JOB_WAITING};
	if (!store || !w)
		return store ? E_NOMEM : E_IO;
	*w = (struct work_watch){.r = r};
	TRY(look_feeds(w, store));
	TRY(job_list(r->office, &waiting, LOOKED, take_job, w));
	TRY(look_mails(w));
	*ret_watch = w;
	return E_OK;
}

/* --- written --- */

static void write_feed(struct desk_page *p, const struct watched_feed *feed)
{
	struct desk_request *r = p->r;
	struct str name = feed->info.title.size > 0 ? feed->info.title : feed->info.name;
	const struct text_arg args[] = {{STR("feed"), name}, {STR("day"), desk_date(r, feed->day)}};
	if (feed->silent || feed->changed)
		work_line(p, desk_text(r, "feeds/%.*s", STR_ARG(feed->info.name)),
			desk_words(r,
				feed->silent ? MESSAGE_DESK_WORK_FEED_SILENT
					     : MESSAGE_DESK_WORK_FEED_CHANGED,
				args, 2));
}

static void write_text(struct desk_page *p, const struct watched_text *text)
{
	struct desk_request *r = p->r;
	const struct text_arg args[] = {
		{STR("title"), text->title}, {STR("time"), desk_time(r, text->due)}};
	work_line(p, site_path(r, text->key), desk_words(r, MESSAGE_DESK_WORK_TEXT, args, 2));
}

static bool says(const struct work_watch *w)
{
	bool any = w->text_count > 0 || w->failed > 0;
	for (size_t i = 0; i < w->feed_count; i++)
		any = any || w->feeds[i].silent || w->feeds[i].changed;
	return any;
}

bool work_watch_write(struct desk_page *p, const struct work_watch *w)
{
	struct desk_request *r = p->r;
	const struct text_arg args[] = {{STR("count"), desk_number(r, w->failed)}};
	if (!says(w))
		return false;
	desk_say(p, "h2", NULL, MESSAGE_DESK_WORK_WATCH);
	html_open_class(&p->html, "ul", "work-lines");
	for (size_t i = 0; i < w->feed_count; i++)
		write_feed(p, &w->feeds[i]);
	if (w->failed > 0)
		work_line(p, STR("mails"), desk_words(r, MESSAGE_DESK_WORK_MAILS, args, 1));
	for (size_t i = 0; i < w->text_count; i++)
		write_text(p, &w->texts[i]);
	html_close(&p->html, "ul");
	return true;
}
