/* SPDX-License-Identifier: Apache-2.0 */
/* What a feed is and what may be done with it: asked for as a job. */
#include "base/limits.h"
#include "desk/feeds_days.h"
#include "desk/feeds_reading.h"
#include "desk/jobs.h"
#include "model/site.h"
#include "office/audit.h"
#include "office/job.h"

struct feed_form {
	struct desk_request *r;
	struct feed_info info;
	struct str frequency; /* hours, as sent */
	bool found, fresh;
	struct str path;
};

static void take_info(void *context, const struct feed_info *feed)
{
	struct feed_form *f = context;
	f->info = *feed;
	f->info.name = arena_copy(f->r->arena, feed->name);
	f->info.title = arena_copy(f->r->arena, feed->title);
	f->info.format = arena_copy(f->r->arena, feed->format);
	f->info.map = arena_copy(f->r->arena, feed->map);
	f->found = true;
}

/* --- shown --- */

static void write_tlp(struct desk_page *p, enum tlp tlp)
{
	static const enum message hints[] = {MESSAGE_DESK_FEED_TLP_CLEAR,
		MESSAGE_DESK_FEED_TLP_GREEN, MESSAGE_DESK_FEED_TLP_AMBER,
		MESSAGE_DESK_FEED_TLP_STRICT, MESSAGE_DESK_FEED_TLP_RED};
	struct desk_option options[TLP__COUNT];
	const struct desk_input input = {.name = "tlp",
		.label = text(p->lang, MESSAGE_DESK_FEED_TLP),
		.hint = text(p->lang, MESSAGE_DESK_FEED_TLP_HINT),
		.value = tlp_name(tlp)};
	for (enum tlp t = 0; t < TLP__COUNT; t++)
		options[t] = (struct desk_option){
			tlp_name(t), feeds_tlp(p->r, t), text(p->lang, hints[t])};
	desk_radios(p, &input, options, TLP__COUNT);
}

static void write_kind(struct desk_page *p, const struct feed_info *info)
{
	struct desk_option options[KIND__COUNT + 1];
	const struct desk_input input = {.name = "kind",
		.label = text(p->lang, MESSAGE_DESK_FEED_KIND),
		.hint = text(p->lang, MESSAGE_DESK_FEED_KIND_HINT),
		.value = info->kind_set ? kind_name(info->kind) : STR("")};
	options[0] =
		(struct desk_option){STR(""), text(p->lang, MESSAGE_DESK_FEED_KIND_SELF), STR("")};
	for (enum kind kind = 0; kind < KIND__COUNT; kind++)
		options[kind + 1] = (struct desk_option){
			kind_name(kind), text(p->lang, feeds_kind_message(kind)), STR("")};
	desk_select(p, &input, info->kind_set ? options + 1 : options,
		info->kind_set ? KIND__COUNT : KIND__COUNT + 1);
}

static void write_tick(
	struct desk_page *p, const char *name, enum message label, enum message hint, bool ticked)
{
	const struct desk_input input = {
		.name = name, .label = text(p->lang, label), .hint = text(p->lang, hint)};
	desk_checkbox(p, &input, ticked);
}

static void show(struct feed_form *f, const struct desk_problems *problems)
{
	struct desk_page p;
	struct desk_request *r = f->r;
	const struct desk_head head = {.place = DESK_PLACE_FEEDS,
		.title = text(r->lang, f->fresh ? MESSAGE_DESK_FEED_NEW : MESSAGE_DESK_FEED_CHANGE),
		.crumbs = {{STR("feeds"), text(r->lang, MESSAGE_DESK_FEED_TITLE)},
			{desk_text(r, "feeds/%.*s", STR_ARG(f->info.name)), f->info.name}},
		.crumb_count = f->fresh ? 1 : 2};
	const struct desk_input name = {.name = "name",
		.label = text(r->lang, MESSAGE_DESK_FEED_NAME),
		.hint = text(r->lang, MESSAGE_DESK_FEED_NAME_HINT),
		.value = f->info.name,
		.width = 24};
	const struct desk_input title = {.name = "title",
		.label = text(r->lang, MESSAGE_DESK_FEED_TITLE_FIELD),
		.value = f->info.title,
		.optional = true};
	const struct desk_input frequency = {.name = "frequency",
		.label = text(r->lang, MESSAGE_DESK_FEED_FREQUENCY),
		.hint = text(r->lang, MESSAGE_DESK_FEED_FREQUENCY_HINT),
		.value = f->frequency,
		.inputmode = "numeric",
		.width = 8,
		.optional = true};
	desk_page_begin(&p, r, &head, problems);
	desk_form_open(&p, "card", f->path);
	if (f->fresh)
		desk_input(&p, &name);
	desk_input(&p, &title);
	write_tlp(&p, f->info.tlp);
	write_tick(&p, "public_check", MESSAGE_DESK_FEED_CHECK_FIELD, MESSAGE_DESK_FEED_CHECK_HINT,
		f->info.public_check);
	write_tick(&p, "public_stats", MESSAGE_DESK_FEED_STATS_FIELD, MESSAGE_DESK_FEED_STATS_HINT,
		f->info.public_stats);
	write_tick(&p, "export", MESSAGE_DESK_FEED_EXPORT_FIELD, MESSAGE_DESK_FEED_EXPORT_HINT,
		f->info.may_export);
	write_kind(&p, &f->info);
	desk_input(&p, &frequency);
	reading_fields(&p, f->info.format, f->info.map);
	desk_button(&p, NULL, NULL, STR(""), MESSAGE_DESK_SAVE);
	desk_form_close(&p);
	desk_page_end(&p);
}

/* --- sent --- */

static void take(struct feed_form *f, uint64_t *ret_hours, struct desk_problems *problems)
{
	struct desk_request *r = f->r;
	struct str kind = desk_field(r, "kind");
	if (f->fresh)
		f->info.name = desk_field_line(r, "name");
	f->info.title = desk_field_line(r, "title");
	f->info.public_check = desk_field(r, "public_check").size > 0;
	f->info.public_stats = desk_field(r, "public_stats").size > 0;
	f->info.may_export = desk_field(r, "export").size > 0;
	f->info.kind_set = kind.size > 0 && kind_parse(kind, &f->info.kind);
	f->info.format = desk_field(r, "format");
	f->info.map = desk_field_line(r, "map");
	f->frequency = desk_field(r, "frequency");
	*ret_hours = 0;
	if (!feed_name_valid(f->info.name))
		desk_problem_add(r, problems, "name", MESSAGE_DESK_FEED_BAD_NAME);
	if (!site_line_valid(f->info.title))
		desk_problem_add(r, problems, "title", MESSAGE_DESK_FEED_BAD_TITLE);
	if (!tlp_parse(desk_field(r, "tlp"), &f->info.tlp))
		desk_problem_add(r, problems, "tlp", MESSAGE_DESK_FEED_BAD_TLP);
	if (f->frequency.size > 0 && !str_to_u64(f->frequency, 24 * 366, ret_hours))
		desk_problem_add(r, problems, "frequency", MESSAGE_DESK_FEED_BAD_FREQUENCY);
	reading_check(r, f->info.format, f->info.map, problems);
}

static const char *yes(bool said)
{
	return said ? "yes" : "no";
}

static struct str job_text(const struct feed_form *f, uint64_t hours)
{
	struct desk_request *r = f->r;
	const struct feed_info *info = &f->info;
	struct str kind = info->kind_set
				  ? desk_text(r, "kind=%.*s\n", STR_ARG(kind_name(info->kind)))
				  : STR("");
	return desk_text(r,
		"title=%.*s\ntlp=%.*s\npublic-check=%s\npublic-stats=%s\nexport=%s\nfrequency=%"
		"llu\nformat=%.*s\nmap=%.*s\n%.*s",
		STR_ARG(info->title), STR_ARG(tlp_name(info->tlp)), yes(info->public_check),
		yes(info->public_stats), yes(info->may_export), (unsigned long long)hours * 3600,
		STR_ARG(info->format), STR_ARG(info->map), STR_ARG(kind));
}

static enum err ask(const struct feed_form *f, uint64_t hours, int64_t *ret_job)
{
	struct desk_request *r = f->r;
	struct audit_entry entry = actor_entry(r->actor, r->now, "feed.set");
	const struct job_order order = {.kind = JOB_FEED,
		.campaign = STR(""),
		.name = f->info.name,
		.text = job_text(f, hours),
		.input_name = STR(""),
		.lang = r->lang};
	entry.object = desk_text(r, "feed %.*s", STR_ARG(f->info.name));
	entry.detail = str_trim(order.text);
	TRY(audit_add(r->office, &entry));
	return job_add(r->office, r->actor, &order, r->now, ret_job);
}

static void save(struct feed_form *f)
{
	struct desk_request *r = f->r;
	struct desk_problems problems = {.count = 0};
	uint64_t hours;
	int64_t job = 0;
	take(f, &hours, &problems);
	if (problems.count > 0) {
		show(f, &problems);
		return;
	}
	if (!desk_begin(r))
		return;
	enum err err = desk_end(r, ask(f, hours, &job));
	if (err == E_LIMIT) {
		desk_problem_add(r, &problems, "", MESSAGE_DESK_PLAN_TOO_MANY);
		show(f, &problems);
	} else if (err != E_OK) {
		desk_failed(r, err);
	} else {
		desk_job_follow(r, job, desk_text(r, "feeds/%.*s", STR_ARG(f->info.name)));
	}
}

/* --- pages --- */

void desk_feed_change(struct desk_request *r)
{
	struct feed_form f = {.r = r};
	f.fresh = r->part[0].size == 0;
	if (!desk_may(r, ACT_CHANGE_CAMPAIGN, STR(""), 0))
		return;
	struct store *store = desk_store(r);
	if (!store)
		return;
	f.info = feed_info_new(STR(""));
	enum err err = f.fresh ? E_OK
		       : feed_name_valid(r->part[0])
			       ? store_find_feed(store, r->part[0], take_info, &f)
			       : E_NOTFOUND;
	if (err == E_NOTFOUND) {
		desk_not_found(r);
		return;
	}
	if (err != E_OK) {
		desk_failed(r, err);
		return;
	}
	f.path =
		f.fresh ? STR("new-feed") : desk_text(r, "feeds/%.*s/change", STR_ARG(f.info.name));
	f.frequency = f.info.frequency > 0 ? desk_text(r, "%u", (f.info.frequency + 3599) / 3600)
					   : STR("");
	if (r->posted)
		save(&f);
	else
		show(&f, NULL);
}
