/* SPDX-License-Identifier: Apache-2.0 */
/* Files of sightings: sent to be taken in, listed, retracted. Nothing in them is read here. */
#include "desk/uploads.h"

#include "base/limits.h"
#include "desk/export.h"
#include "desk/feeds.h"
#include "desk/jobs.h"
#include "office/audit.h"
#include "office/job.h"
#include "os/file.h"

enum {
	SHOWN = 50,
	MOST_FILES = 20, /* of one form */
	MOST_FEEDS = 500,
	SHA256_TEXT = 65
};

static struct str sha256_text(struct desk_request *r, const uint8_t sha256[32])
{
	static const char digits[] = "0123456789abcdef";
	char hex[SHA256_TEXT];
	for (size_t i = 0; i < 32; i++) {
		hex[2 * i] = digits[sha256[i] >> 4];
		hex[2 * i + 1] = digits[sha256[i] & 15];
	}
	struct str copy = arena_copy(r->arena, (struct str){hex, SHA256_TEXT - 1});
	return copy.data ? copy : STR("");
}

/* "clerk/12/event4_sinkhole.csv" → what its sender called it. */
static struct str name_of(struct str path)
{
	struct str name = path;
	while (path.size > 0)
		name = str_cut(path, '/', &path);
	return name;
}

static struct store_file keep_file(struct desk_request *r, const struct store_file *file)
{
	struct store_file kept = *file;
	kept.feed = arena_copy(r->arena, file->feed);
	kept.name = arena_copy(r->arena, name_of(file->name));
	kept.format = arena_copy(r->arena, file->format);
	return kept;
}

/* --- the list, newest first --- */

struct file_list {
	struct desk_request *r;
	struct str feed;      /* "": of all */
	uint64_t count;       /* that fit */
	uint64_t first, last; /* of those, in the store's order: [first, last) is shown */
	uint64_t seen;
	struct store_file files[SHOWN];
	size_t kept;
	struct desk_export *export;
};

static bool fits(const struct file_list *l, const struct store_file *file)
{
	return l->feed.size == 0 || str_equal(l->feed, file->feed);
}

static void count_file(void *context, const struct store_file *file)
{
	struct file_list *l = context;
	l->count += fits(l, file);
}

static void take_file(void *context, const struct store_file *file)
{
	struct file_list *l = context;
	if (!fits(l, file))
		return;
	if (l->seen >= l->first && l->seen < l->last && l->kept < SHOWN)
		l->files[l->kept++] = keep_file(l->r, file);
	l->seen++;
}

static void export_file(void *context, const struct store_file *file)
{
	struct file_list *l = context;
	struct desk_export *e = l->export;
	if (!fits(l, file) || desk_export_state(e) != E_OK)
		return;
	desk_export_cell(e, name_of(file->name));
	desk_export_cell(e, file->feed);
	desk_export_time(e, file->added_at);
	desk_export_number(e, file->rows);
	desk_export_number(e, file->sightings);
	desk_export_number(e, file->duplicates);
	desk_export_number(e, file->rejected);
	desk_export_cell(
		e, file->retracted ? text(l->r->lang, MESSAGE_DESK_FILES_RETRACTED) : STR(""));
}

static void write_file(struct desk_page *p, const struct store_file *file)
{
	struct desk_request *r = p->r;
	desk_row_begin(p);
	desk_cell_open(p);
	desk_link(p, NULL, desk_text(r, "files/%lld", (long long)file->id),
		file->name.size > 0 ? file->name : STR("–"));
	desk_cell_close(p);
	desk_cell(p, file->feed);
	desk_cell(p, desk_time(r, file->added_at));
	desk_cell(p, desk_number(r, file->rows));
	desk_cell(p, desk_number(r, file->sightings));
	desk_cell(p, desk_number(r, file->duplicates));
	desk_cell(p, desk_number(r, file->rejected));
	desk_cell_open(p);
	if (file->retracted)
		desk_tag(p, DESK_WAITS, text(r->lang, MESSAGE_DESK_FILES_RETRACTED));
	else
		desk_tag(p, DESK_GOOD, text(r->lang, MESSAGE_DESK_FILES_LIVE));
	desk_cell_close(p);
	desk_row_end(p);
}

static void show_list(struct file_list *l, const struct desk_table *table, uint64_t page)
{
	struct desk_page p;
	struct desk_request *r = l->r;
	const struct desk_head head = {.place = DESK_PLACE_FEEDS,
		.title = text(r->lang, MESSAGE_DESK_FILES),
		.crumbs = {{STR("feeds"), text(r->lang, MESSAGE_DESK_FEED_TITLE)}},
		.crumb_count = 1,
		.wide = true};
	desk_page_begin(&p, r, &head, NULL);
	if (actor_may(r->office, r->actor, ACT_CHANGE_CAMPAIGN, STR(""), 0) == E_OK) {
		html_open_class(&p.html, "p", "actions");
		desk_link(&p, "button", STR("files/upload"), text(r->lang, MESSAGE_DESK_UPLOAD));
		html_close(&p.html, "p");
	}
	if (l->feed.size > 0)
		desk_say_values(&p, "p", NULL, MESSAGE_DESK_FILES_OF, {STR("feed"), l->feed});
	if (l->count == 0) {
		desk_notice(&p, DESK_PLAIN, text(r->lang, MESSAGE_DESK_FILES_NONE));
	} else {
		desk_table_begin(&p, table);
		for (size_t i = l->kept; i-- > 0;)
			write_file(&p, &l->files[i]);
		desk_table_end(&p);
		desk_pages(&p, table, page, desk_page_count(l->count, SHOWN));
	}
	desk_page_end(&p);
}

static void list_files(struct file_list *l, struct store *store, const struct desk_table *table)
{
	struct desk_request *r = l->r;
	uint64_t page = desk_page_number(r);
	enum err err = E_OK;
	if (desk_export_asked(r)) {
		struct desk_export e;
		desk_export_begin(&e, r, table, STR("files"));
		l->export = &e;
		desk_export_end(&e, store_each_file(store, export_file, l));
		return;
	}
	err = store_each_file(store, count_file, l);
	l->last = l->count > (page - 1) * SHOWN ? l->count - (page - 1) * SHOWN : 0;
	l->first = l->last > SHOWN ? l->last - SHOWN : 0;
	if (err == E_OK)
		err = store_each_file(store, take_file, l);
	if (err == E_OK)
		show_list(l, table, page);
	else
		desk_failed(r, err);
}

void desk_files(struct desk_request *r)
{
	static const char *const kept[] = {"feed"};
	struct file_list *l = arena_alloc(r->arena, 1, sizeof(*l));
	const struct desk_column columns[] = {{NULL, text(r->lang, MESSAGE_DESK_FILES_NAME), false},
		{NULL, text(r->lang, MESSAGE_DESK_FEED), false},
		{NULL, text(r->lang, MESSAGE_DESK_FILES_ADDED), false},
		{NULL, text(r->lang, MESSAGE_DESK_FILES_ROWS), true},
		{NULL, text(r->lang, MESSAGE_DESK_FILES_TAKEN), true},
		{NULL, text(r->lang, MESSAGE_DESK_FILES_REPEATED), true},
		{NULL, text(r->lang, MESSAGE_DESK_FILES_REJECTED), true},
		{NULL, text(r->lang, MESSAGE_DESK_FEED_STATE), false}};
	const struct desk_table table = {.caption = text(r->lang, MESSAGE_DESK_FILES),
		.columns = columns,
		.column_count = sizeof(columns) / sizeof(columns[0]),
		.path = STR("files"),
		.query = desk_query(r, kept, 1),
		.exports = true};
	struct store *store = feeds_open(r);
	if (!store)
		return;
	if (!l) {
		desk_failed(r, E_NOMEM);
		return;
	}
	*l = (struct file_list){.r = r, .feed = desk_argument(r, "feed")};
	list_files(l, store, &table);
}

/* --- one file --- */

struct finding {
	struct desk_request *r;
	int64_t id;
	bool found;
	struct store_file file;
};

static void find_file(void *context, const struct store_file *file)
{
	struct finding *f = context;
	if (file->id != f->id)
		return;
	f->file = keep_file(f->r, file);
	f->found = true;
}

static void write_file_facts(struct desk_page *p, const struct store_file *file)
{
	struct desk_request *r = p->r;
	desk_facts_begin(p);
	desk_fact(p, MESSAGE_DESK_FEED, file->feed);
	desk_fact(p, MESSAGE_DESK_FILES_FORMAT, file->format);
	desk_fact(p, MESSAGE_DESK_FILES_ADDED, desk_time(r, file->added_at));
	desk_fact(p, MESSAGE_DESK_FILES_ROWS, desk_number(r, file->rows));
	desk_fact(p, MESSAGE_DESK_FILES_TAKEN, desk_number(r, file->sightings));
	desk_fact(p, MESSAGE_DESK_FILES_REPEATED, desk_number(r, file->duplicates));
	desk_fact(p, MESSAGE_DESK_FILES_REJECTED, desk_number(r, file->rejected));
	desk_fact(p, MESSAGE_DESK_FILES_FIRST,
		file->sightings > 0 ? desk_time(r, file->time.from) : STR(""));
	desk_fact(p, MESSAGE_DESK_FILES_LAST,
		file->sightings > 0 ? desk_time(r, file->time.to) : STR(""));
	desk_fact(p, MESSAGE_DESK_FILES_SHA256, sha256_text(r, file->sha256));
	desk_facts_end(p);
}

static void show_file(
	struct desk_request *r, const struct store_file *file, const struct desk_problems *problems)
{
	struct desk_page p;
	const struct desk_head head = {.place = DESK_PLACE_FEEDS,
		.title = file->name.size > 0 ? file->name : STR("–"),
		.crumbs = {{STR("feeds"), text(r->lang, MESSAGE_DESK_FEED_TITLE)},
			{STR("files"), text(r->lang, MESSAGE_DESK_FILES)}},
		.crumb_count = 2};
	const struct desk_input sure = {
		.name = "sure", .label = text(r->lang, MESSAGE_DESK_FILES_SURE)};
	desk_page_begin(&p, r, &head, problems);
	if (file->retracted)
		desk_notice(&p, DESK_WAITS, text(r->lang, MESSAGE_DESK_FILES_RETRACTED_TEXT));
	write_file_facts(&p, file);
	if (!file->retracted &&
		actor_may(r->office, r->actor, ACT_CHANGE_CAMPAIGN, STR(""), 0) == E_OK) {
		desk_say(&p, "h2", NULL, MESSAGE_DESK_FILES_RETRACT);
		desk_say(&p, "p", NULL, MESSAGE_DESK_FILES_RETRACT_TEXT);
		desk_form_open(&p, NULL, desk_text(r, "files/%lld", (long long)file->id));
		desk_checkbox(&p, &sure, false);
		desk_button(&p, "caution", NULL, STR(""), MESSAGE_DESK_FILES_RETRACT);
		desk_form_close(&p);
	}
	desk_page_end(&p);
}

static void retract(struct desk_request *r, const struct store_file *file)
{
	struct desk_problems problems = {.count = 0};
	const struct job_order order = {.kind = JOB_RETRACT,
		.campaign = STR(""),
		.name = sha256_text(r, file->sha256),
		.text = STR(""),
		.input_name = STR(""),
		.lang = r->lang};
	if (desk_field(r, "sure").size == 0) {
		desk_problem_add(r, &problems, "sure", MESSAGE_DESK_FILES_NOT_SURE);
		show_file(r, file, &problems);
		return;
	}
	desk_job_start(r, &order, desk_text(r, "files/%lld", (long long)file->id));
}

void desk_files_one(struct desk_request *r)
{
	struct finding f = {.r = r};
	struct store *store = feeds_open(r);
	if (!store)
		return;
	enum err err = desk_part_id(r, 0, &f.id) ? store_each_file(store, find_file, &f) : E_OK;
	if (err != E_OK)
		desk_failed(r, err);
	else if (!f.found)
		desk_not_found(r);
	else if (r->posted && !f.file.retracted)
		retract(r, &f.file);
	else
		show_file(r, &f.file, NULL);
}

/* --- sent --- */

struct feed_choice {
	struct desk_request *r;
	struct desk_option options[MOST_FEEDS + 1];
	size_t count;
};

static void take_feed(void *context, const struct feed_info *feed)
{
	struct feed_choice *c = context;
	if (c->count > MOST_FEEDS)
		return;
	struct str name = arena_copy(c->r->arena, feed->name);
	c->options[c->count++] = (struct desk_option){name,
		feed->title.size > 0
			? desk_text(c->r, "%.*s (%.*s)", STR_ARG(feed->title), STR_ARG(name))
			: name,
		STR("")};
}

/* As desk_file_input(), and several may be chosen. */
static void write_file_input(struct desk_page *p)
{
	struct html *h = &p->html;
	bool wrong = p->problems && p->problems->count > 0;
	html_open_class(h, "div", wrong ? "field wrong" : "field");
	html_open(h, "label");
	html_attribute(h, "for", STR("file"));
	html_text(h, text(p->lang, MESSAGE_DESK_UPLOAD_FILES));
	html_close(h, "label");
	html_open_class(h, "p", "hint");
	html_attribute(h, "id", STR("file-hint"));
	html_text(h, text(p->lang, MESSAGE_DESK_UPLOAD_FILES_HINT));
	html_close(h, "p");
	html_void(h, "input");
	html_attribute(h, "type", STR("file"));
	html_attribute(h, "id", STR("file"));
	html_attribute(h, "name", STR("file"));
	html_attribute(h, "aria-describedby", STR("file-hint"));
	html_flag(h, "multiple");
	html_close(h, "div");
}

static void show_upload(struct desk_request *r, const struct desk_problems *problems)
{
	struct desk_page p;
	struct store *store = desk_store(r);
	struct feed_choice *c = arena_alloc(r->arena, 1, sizeof(*c));
	const struct desk_head head = {.place = DESK_PLACE_FEEDS,
		.title = text(r->lang, MESSAGE_DESK_UPLOAD),
		.crumbs = {{STR("feeds"), text(r->lang, MESSAGE_DESK_FEED_TITLE)}},
		.crumb_count = 1};
	const struct desk_input feed = {.name = "feed",
		.label = text(r->lang, MESSAGE_DESK_UPLOAD_FEED),
		.hint = text(r->lang, MESSAGE_DESK_UPLOAD_FEED_HINT),
		.value = desk_field(r, "feed")};
	if (!store || !c) {
		if (store)
			desk_failed(r, E_NOMEM);
		return;
	}
	*c = (struct feed_choice){.r = r};
	c->options[c->count++] = (struct desk_option){
		STR(""), text(r->lang, MESSAGE_DESK_UPLOAD_RECOGNISE), STR("")};
	enum err err = store_each_feed(store, take_feed, c);
	desk_page_begin(&p, r, &head, problems);
	desk_say(&p, "p", NULL, MESSAGE_DESK_UPLOAD_TEXT);
	desk_form_open_files(&p, "card", STR("files/upload"));
	write_file_input(&p);
	desk_select(&p, &feed, c->options, c->count);
	desk_button(&p, NULL, NULL, STR(""), MESSAGE_DESK_UPLOAD);
	desk_form_close(&p);
	if (err != E_OK)
		writer_fail(p.html.out, err);
	desk_page_end(&p);
}

/* The file lies in one without a name: it is handed on from there, page by page, never whole in
 * memory. */
static enum err add_job(struct desk_request *r, const struct form_file *file, int64_t *ret_job)
{
	struct mapping input;
	TRY(file_map(file->fd, &input));
	const struct job_order order = {.kind = JOB_INGEST,
		.campaign = STR(""),
		.name = desk_field(r, "feed"),
		.text = STR(""),
		.input = input.bytes,
		.input_name = file->name,
		.lang = r->lang};
	enum err err = job_add(r->office, r->actor, &order, r->now, ret_job);
	file_unmap(&input);
	return err;
}

static enum err add_jobs(struct desk_request *r, int64_t *ret_job, size_t *ret_count)
{
	const struct form *form = r->http->form;
	size_t count = 0;
	for (size_t i = 0; i < form->file_count; i++) {
		const struct form_file *file = &form->files[i];
		if (!str_equal(file->field, STR("file")) || file->size == 0)
			continue;
		if (count == MOST_FILES)
			return E_LIMIT;
		TRY(add_job(r, file, ret_job));
		count++;
	}
	*ret_count = count;
	return count > 0 ? E_OK : E_NOTFOUND;
}

static bool feed_wrong(struct desk_request *r, struct desk_problems *problems)
{
	struct str feed = desk_field(r, "feed");
	if (feed.size > 0 && !feed_name_valid(feed))
		desk_problem_add(r, problems, "feed", MESSAGE_DESK_FEED_BAD_NAME);
	return problems->count > 0;
}

static void take_upload(struct desk_request *r)
{
	int64_t job = 0;
	size_t count = 0;
	struct desk_problems problems = {.count = 0};
	if (feed_wrong(r, &problems)) {
		show_upload(r, &problems);
		return;
	}
	if (!desk_begin(r))
		return;
	enum err err = desk_end(r, add_jobs(r, &job, &count));
	if (err == E_NOTFOUND)
		desk_problem_add(r, &problems, "file", MESSAGE_DESK_UPLOAD_NO_FILE);
	else if (err == E_LIMIT)
		desk_problem_add(r, &problems, "file", MESSAGE_DESK_UPLOAD_TOO_MUCH);
	if (problems.count > 0)
		show_upload(r, &problems);
	else if (err != E_OK)
		desk_failed(r, err);
	else if (count > 1)
		desk_redirect(r, STR("jobs"), MESSAGE_DESK_UPLOAD_SEVERAL);
	else
		desk_job_follow(r, job, STR(""));
}

void desk_files_upload(struct desk_request *r)
{
	if (!desk_may(r, ACT_CHANGE_CAMPAIGN, STR(""), 0))
		return;
	if (r->posted)
		take_upload(r);
	else
		show_upload(r, NULL);
}
