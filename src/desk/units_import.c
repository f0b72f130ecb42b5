/* SPDX-License-Identifier: Apache-2.0 */
/* Tables of units: the file is sent, the clerk looks at it or takes it in, what came of it is
 * shown. The desk itself reads none. */
#include "base/limits.h"
#include "desk/export.h"
#include "desk/jobs_words.h"
#include "desk/returns.h"
#include "desk/units.h"
#include "format/json.h"
#include "format/xlsx_write.h"
#include "office/job.h"
#include "os/file.h"

enum {
	FILE_BYTES = 32 << 20 /* a country's units are some 2 MB */
};

/* --- the template --- */

enum {
	COLUMNS = 12,
	EXAMPLES = 3
};

static const struct str headings[LANG__COUNT][COLUMNS] = {
	[LANG_VI] = {STR_INIT("mã"), STR_INIT("mã cấp trên"), STR_INIT("tên tiếng Việt"),
		STR_INIT("tên tiếng Anh"), STR_INIT("cấp"), STR_INIT("loại"),
		STR_INIT("mã số thuế"), STR_INIT("thư điện tử"), STR_INIT("điện thoại"),
		STR_INIT("từ ngày"), STR_INIT("đến trước ngày"), STR_INIT("đơn vị kế thừa")},
	[LANG_EN] = {STR_INIT("code"), STR_INIT("parent"), STR_INIT("name_vi"), STR_INIT("name_en"),
		STR_INIT("level"), STR_INIT("kind"), STR_INIT("tax_code"), STR_INIT("mail"),
		STR_INIT("phone"), STR_INIT("since"), STR_INIT("until"), STR_INIT("successor")},
};

static const struct str examples[LANG__COUNT][EXAMPLES * COLUMNS] = {
	[LANG_VI] = {STR_INIT("T01"), STR_INIT(""), STR_INIT("Tỉnh Ví Dụ"),
		STR_INIT("Example Province"), STR_INIT("tỉnh"), STR_INIT("cơ quan"), STR_INIT(""),
		STR_INIT("vanthu@example.vn"), STR_INIT("024 3825 0000"), STR_INIT("01/07/2025"),
		STR_INIT(""), STR_INIT(""),
		/* below it */
		STR_INIT("T01-001"), STR_INIT("T01"), STR_INIT("Phường Ví Dụ"), STR_INIT(""),
		STR_INIT("phường"), STR_INIT("cơ quan"), STR_INIT(""), STR_INIT(""), STR_INIT(""),
		STR_INIT(""), STR_INIT(""), STR_INIT(""),
		/* ended, merged into the one above */
		STR_INIT("T01-002"), STR_INIT("T01"), STR_INIT("Phường Cũ"), STR_INIT(""),
		STR_INIT("phường"), STR_INIT("cơ quan"), STR_INIT(""), STR_INIT(""), STR_INIT(""),
		STR_INIT("01/01/2020"), STR_INIT("01/07/2025"), STR_INIT("T01-001")},
	[LANG_EN] = {STR_INIT("P01"), STR_INIT(""), STR_INIT("Tỉnh Ví Dụ"),
		STR_INIT("Example Province"), STR_INIT("province"), STR_INIT("agency"),
		STR_INIT(""), STR_INIT("office@example.vn"), STR_INIT("+84 24 3825 0000"),
		STR_INIT("2025-07-01"), STR_INIT(""), STR_INIT(""),
		/* below it */
		STR_INIT("P01-001"), STR_INIT("P01"), STR_INIT("Công ty Ví Dụ"),
		STR_INIT("Example Company"), STR_INIT(""), STR_INIT("enterprise"),
		STR_INIT("0100109106"), STR_INIT(""), STR_INIT(""), STR_INIT(""), STR_INIT(""),
		STR_INIT(""),
		/* ended, merged into the one above */
		STR_INIT("P01-002"), STR_INIT("P01"), STR_INIT("Công ty Cũ"),
		STR_INIT("Old Company"), STR_INIT(""), STR_INIT("enterprise"), STR_INIT(""),
		STR_INIT(""), STR_INIT(""), STR_INIT("2020-01-01"), STR_INIT("2025-07-01"),
		STR_INIT("P01-001")},
};

void desk_unit_template(struct desk_request *r)
{
	const struct xlsx_sheet sheets[] = {
		{text(r->lang, MESSAGE_DESK_MENU_ORGS), headings[r->lang], COLUMNS, NULL, 0},
		{STR("Ví dụ"), headings[LANG_VI], COLUMNS, examples[LANG_VI], EXAMPLES},
		{STR("Example"), headings[LANG_EN], COLUMNS, examples[LANG_EN], EXAMPLES},
	};
	if (!desk_may(r, ACT_CHANGE_ORG, STR(""), r->actor->org))
		return;
	writer_clear(r->answer->body);
	enum err err = xlsx_write(sheets, 3, r->answer->body);
	if (err == E_OK)
		desk_export_answer(r, STR("mau-don-vi"), DESK_EXPORT_XLSX);
	else
		desk_failed(r, err);
}

/* --- the form --- */

static void write_form(struct desk_page *p, struct str day, struct str under)
{
	struct desk_request *r = p->r;
	const struct desk_input file = {.name = "file",
		.label = text(r->lang, MESSAGE_DESK_UNITS_FILE),
		.hint = text(r->lang, MESSAGE_DESK_UNITS_FILE_HINT)};
	const struct desk_input since = {.name = "day",
		.label = text(r->lang, MESSAGE_DESK_UNITS_SINCE_FIELD),
		.hint = text(r->lang, MESSAGE_DESK_UNITS_IMPORT_DAY_HINT),
		.value = day.size > 0 ? day : desk_unit_today_text(r),
		.type = "date",
		.width = 14};
	const struct desk_input below = {.name = "under",
		.label = text(r->lang, MESSAGE_DESK_UNITS_UNDER),
		.hint = text(r->lang, MESSAGE_DESK_UNITS_UNDER_HINT),
		.value = under,
		.width = 20,
		.optional = true};
	desk_form_open_files(p, "card", STR("orgs/import"));
	desk_file_input(p, &file, ".csv,.xlsx,.gz,.zip");
	desk_input(p, &since);
	desk_input(p, &below);
	html_open_class(&p->html, "p", "actions");
	desk_button(p, NULL, "step", STR("check"), MESSAGE_DESK_UNITS_IMPORT_CHECK);
	desk_button(p, "quiet", "step", STR("take"), MESSAGE_DESK_UNITS_IMPORT_TAKE);
	html_close(&p->html, "p");
	desk_form_close(p);
}

static struct desk_head head_of(struct desk_request *r, bool result)
{
	struct desk_head head = {
		.place = DESK_PLACE_ORGS, .title = text(r->lang, MESSAGE_DESK_UNITS_IMPORT)};
	head.crumbs[head.crumb_count++] =
		(struct desk_crumb){STR("orgs"), text(r->lang, MESSAGE_DESK_MENU_ORGS)};
	if (result)
		head.crumbs[head.crumb_count++] =
			(struct desk_crumb){STR("orgs/import"), head.title};
	return head;
}

static void show(struct desk_request *r, const struct desk_problems *problems)
{
	struct desk_page p;
	const struct desk_head head = head_of(r, false);
	desk_page_begin(&p, r, &head, problems);
	desk_say(&p, "p", "lead", MESSAGE_DESK_UNITS_IMPORT_LEAD);
	desk_link(&p, "button quiet", STR("orgs/template"),
		text(r->lang, MESSAGE_DESK_UNITS_TEMPLATE));
	write_form(&p, desk_field(r, "day"), desk_field(r, "under"));
	desk_page_end(&p);
}

static void check(
	struct desk_request *r, const struct form_file *file, struct desk_problems *problems)
{
	struct date day;
	int64_t id;
	struct problem problem = {0};
	struct str under = desk_field(r, "under");
	if (!file || file->size == 0)
		desk_problem_add(r, problems, "file", MESSAGE_DESK_UNITS_NO_FILE);
	else if (file->size > FILE_BYTES)
		desk_problem_add(r, problems, "file", MESSAGE_DESK_UNITS_FILE_LARGE);
	if (!date_parse(desk_field(r, "day"), &day) || day.year < 1900)
		problem_set(&problem, PROBLEM_BAD_DAY, STR("day"), desk_field(r, "day"));
	else if (under.size > 0 &&
		 (org_id_of(r->office, under, &id) != E_OK ||
			 actor_may(r->office, r->actor, ACT_CHANGE_ORG, STR(""), id) != E_OK))
		problem_set(&problem, PROBLEM_UNIT_UNKNOWN, STR("under"), under);
	if (problem.code != PROBLEM_NONE)
		desk_unit_wrong(r, problems, &problem);
}

static void start(struct desk_request *r, const struct job_order *order)
{
	int64_t id = 0;
	struct desk_problems problems = {.count = 0};
	if (!desk_begin(r))
		return;
	enum err err = desk_end(r, job_add(r->office, r->actor, order, r->now, &id));
	if (err == E_OK) {
		desk_job_follow(r, id, STR(""));
	} else if (err == E_LIMIT) {
		desk_problem_add(r, &problems, "", MESSAGE_DESK_UNITS_JOBS_MANY);
		show(r, &problems);
	} else {
		desk_failed(r, err);
	}
}

static void send(struct desk_request *r, const struct form_file *file)
{
	struct writer w;
	struct str under = desk_field(r, "under");
	bool checks = !str_equal(desk_field(r, "step"), STR("take"));
	writer_init(&w, FILE_BYTES + 1);
	enum err err = returns_load_upload(file, FILE_BYTES, &w);
	const struct job_order order = {.kind = JOB_UNITS,
		.campaign = STR(""),
		.org = r->actor->org,
		.name = checks ? STR("check") : STR(""),
		.text = desk_text(r, "day=%.*s%s%.*s", STR_ARG(desk_field(r, "day")),
			under.size > 0 ? "\nunder=" : "", STR_ARG(under)),
		.input = writer_view(&w),
		.input_name = file->name,
		.lang = r->lang};
	if (err == E_OK)
		start(r, &order);
	else
		desk_failed(r, err);
	writer_release(&w);
}

void desk_unit_import(struct desk_request *r)
{
	struct desk_problems problems = {.count = 0};
	const struct form_file *file = desk_file(r, "file");
	if (!desk_may(r, ACT_CHANGE_ORG, STR(""), r->actor->org))
		return;
	if (r->posted)
		check(r, file, &problems);
	if (r->posted && problems.count == 0)
		send(r, file);
	else
		show(r, &problems);
}

/* --- what came of it --- */

enum {
	TOTALS = 5
};

struct result {
	struct desk_page *page;
	uint64_t totals[TOTALS];
	bool check;
};

static const char *const total_keys[TOTALS] = {"rows", "created", "changed", "ended", "unchanged"};

static void take_total(struct result *result, struct str key, const struct json_token *token)
{
	for (size_t i = 0; i < TOTALS; i++)
		if (str_equal(key, str_from(total_keys[i])) && token->kind == JSON_NUMBER)
			(void)!str_to_u64(token->text, UINT64_MAX, &result->totals[i]);
	if (str_equal(key, STR("check")))
		result->check = token->kind == JSON_TRUE;
}

enum {
	SAID_LINE,
	SAID_CODE,
	SAID_NAME,
	SAID_HOW,
	SAID_LEVEL,
	SAID_NAME_WAS,
	SAID_LEVEL_WAS,
	SAID_PARENT,
	SAID_PARENT_WAS,
	COLUMNS_SAID
};

/* A row of an object at hand: what stands under the keys that are asked for. */
struct row {
	const char *const *keys;
	size_t count;
	struct str values[COLUMNS_SAID];
};

static void take_value(
	struct desk_request *r, struct row *row, struct str key, const struct json_token *token)
{
	for (size_t i = 0; i < row->count; i++)
		if (str_equal(key, str_from(row->keys[i])))
			row->values[i] = arena_copy(r->arena, token->text);
}

typedef void row_fn(struct desk_page *p, const struct row *row);

/* Reads what a command said: its members at depth 1 into the result, objects deeper as rows. Its
 * own output: what is wrong with it ends the reading. */
static void read_json(
	struct desk_request *r, struct str said, struct result *result, struct row *row, row_fn *fn)
{
	struct json json;
	struct problem problem;
	struct json_token token;
	struct str key = STR("");
	json_init(&json, said);
	while (json_next(&json, &token, &problem) == E_OK && token.kind != JSON_END) {
		if (token.kind == JSON_KEY) {
			key = arena_copy(r->arena, token.text);
		} else if (token.kind == JSON_OBJECT_END && token.depth == 2) {
			if (fn)
				fn(result->page, row);
			memset(row->values, 0, sizeof(row->values));
		} else if (token.depth == 3) {
			take_value(r, row, key, &token);
		} else if (token.depth == 1) {
			take_total(result, key, &token);
		}
	}
	json_release(&json);
}

static struct str add_difference(
	struct desk_request *r, struct str said, enum message name, struct str was, struct str is)
{
	if (was.data == NULL)
		return said;
	return desk_text(r, "%.*s%s%.*s: %.*s → %.*s", STR_ARG(said), said.size > 0 ? "\n" : "",
		STR_ARG(text(r->lang, name)), STR_ARG(was.size > 0 ? was : STR("–")),
		STR_ARG(is.size > 0 ? is : STR("–")));
}

/* What it was and what it becomes, a line each. */
static struct str what_differs(struct desk_request *r, const struct row *row)
{
	const struct str *v = row->values;
	struct str said = STR("");
	said = add_difference(r, said, MESSAGE_DESK_UNITS_NAME, v[SAID_NAME_WAS], v[SAID_NAME]);
	said = add_difference(r, said, MESSAGE_DESK_UNITS_LEVEL, v[SAID_LEVEL_WAS], v[SAID_LEVEL]);
	return add_difference(
		r, said, MESSAGE_DESK_UNITS_PLACE, v[SAID_PARENT_WAS], v[SAID_PARENT]);
}

static void write_change(struct desk_page *p, const struct row *row)
{
	static const struct {
		struct str name;
		enum message words;
	} effects[] = {{STR_INIT("new"), MESSAGE_DESK_UNITS_IMPORT_NEW},
		{STR_INIT("changed"), MESSAGE_DESK_UNITS_IMPORT_CHANGED},
		{STR_INIT("ended"), MESSAGE_DESK_UNITS_IMPORT_ENDED}};
	enum message words = MESSAGE_DESK_UNITS_IMPORT_CHANGED;
	for (size_t i = 0; i < sizeof(effects) / sizeof(effects[0]); i++)
		if (str_equal(row->values[SAID_HOW], effects[i].name))
			words = effects[i].words;
	desk_row_begin(p);
	desk_cell(p, row->values[SAID_NAME]);
	desk_cell(p, row->values[SAID_CODE]);
	desk_cell(p, text(p->lang, words));
	desk_cell(p, what_differs(p->r, row));
	desk_cell(p, row->values[SAID_LINE]);
	desk_row_end(p);
}

static void write_totals(struct desk_page *p, const struct result *result)
{
	static const enum message words[TOTALS] = {MESSAGE_DESK_UNITS_IMPORT_ROWS,
		MESSAGE_DESK_UNITS_IMPORT_NEW, MESSAGE_DESK_UNITS_IMPORT_CHANGED,
		MESSAGE_DESK_UNITS_IMPORT_ENDED, MESSAGE_DESK_UNITS_IMPORT_SAME};
	desk_facts_begin(p);
	for (size_t i = 0; i < TOTALS; i++)
		desk_fact(p, words[i], desk_number(p->r, result->totals[i]));
	desk_facts_end(p);
}

static void write_changes(struct desk_page *p, const struct job *job, const struct result *result)
{
	static const char *const keys[COLUMNS_SAID] = {"line", "code", "name", "how", "level",
		"name_was", "level_was", "parent", "parent_was"};
	struct row row = {.keys = keys, .count = COLUMNS_SAID};
	struct result again = {.page = p};
	const struct desk_column columns[] = {{NULL, text(p->lang, MESSAGE_DESK_UNITS_NAME), false},
		{NULL, text(p->lang, MESSAGE_DESK_UNITS_CODE), false},
		{NULL, text(p->lang, MESSAGE_DESK_UNITS_IMPORT_HOW), false},
		{NULL, text(p->lang, MESSAGE_DESK_UNITS_IMPORT_DIFFERS), false},
		{NULL, text(p->lang, MESSAGE_DESK_UNITS_IMPORT_LINE), true}};
	const struct desk_table table = {.caption = text(p->lang, MESSAGE_DESK_UNITS_IMPORT_WHAT),
		.columns = columns,
		.column_count = 5,
		.path = p->r->path};
	if (result->totals[1] + result->totals[2] + result->totals[3] == 0)
		return;
	desk_say(p, "h2", NULL, MESSAGE_DESK_UNITS_IMPORT_WHAT);
	desk_table_begin(p, &table);
	read_json(p->r, job->said, &again, &row, write_change);
	desk_table_end(p);
}

/* "day=2026-01-01" of the order's lines. */
static struct str option(struct str rest, struct str name)
{
	struct str value;
	while (rest.size > 0) {
		struct str line = str_cut(rest, '\n', &rest);
		if (str_equal(str_cut(line, '=', &value), name))
			return value;
	}
	return STR("");
}

/* Is the file that was checked still at hand? */
static bool is_kept(struct desk_request *r, const struct job *job)
{
	int fd = -1;
	bool checked = str_equal(job->order.name, STR("check")) && job->state == JOB_DONE &&
		       job->account == r->actor->account;
	if (!checked || job_input_open(r->office, job->id, &fd) != E_OK)
		return false;
	file_close(&fd);
	return true;
}

/* One press takes in what was checked; there is nothing to be chosen again. */
static void write_take(struct desk_page *p, const struct job *job, const struct result *result)
{
	struct desk_request *r = p->r;
	uint64_t changes = result->totals[1] + result->totals[2] + result->totals[3];
	if (changes == 0) {
		desk_notice(p, DESK_PLAIN, text(r->lang, MESSAGE_DESK_UNITS_IMPORT_NO_CHANGE));
		return;
	}
	desk_form_open(p, "actions", desk_text(r, "orgs/import/%lld", (long long)job->id));
	desk_button(p, NULL, NULL, STR(""), MESSAGE_DESK_UNITS_IMPORT_TAKE_CHECKED);
	desk_link(p, "button quiet", STR("orgs/import"),
		text(r->lang, MESSAGE_DESK_UNITS_IMPORT_OTHER));
	desk_form_close(p);
	desk_say(p, "p", "hint", MESSAGE_DESK_UNITS_IMPORT_KEPT);
}

/* What can be done next. */
static void write_next(struct desk_page *p, const struct job *job, const struct result *result)
{
	bool fine = job->state == JOB_DONE;
	if (is_kept(p->r, job)) {
		write_take(p, job, result);
		return;
	}
	if (fine && !str_equal(job->order.name, STR("check"))) {
		html_open_class(&p->html, "p", "actions");
		desk_link(p, "button", STR("orgs"), text(p->lang, MESSAGE_DESK_UNITS_IMPORT_LOOK));
		desk_link(p, "button quiet", STR("orgs/import"),
			text(p->lang, MESSAGE_DESK_UNITS_IMPORT_OTHER));
		html_close(&p->html, "p");
		return;
	}
	desk_say(p, "h2", NULL,
		fine ? MESSAGE_DESK_UNITS_IMPORT_SEND : MESSAGE_DESK_UNITS_IMPORT_CORRECTED);
	write_form(p, option(job->order.text, STR("day")), option(job->order.text, STR("under")));
}

static enum message result_title(const struct job *job, bool checks)
{
	if (job->state == JOB_DONE)
		return checks ? MESSAGE_DESK_UNITS_IMPORT_CHECKED : MESSAGE_DESK_UNITS_IMPORT_TAKEN;
	return checks ? MESSAGE_DESK_UNITS_IMPORT_CHECK_FAILED : MESSAGE_DESK_UNITS_IMPORT_FAILED;
}

static void write_lead(struct desk_page *p, const struct job *job, bool checks)
{
	enum message words =
		checks ? MESSAGE_DESK_UNITS_IMPORT_NOT_YET : MESSAGE_DESK_UNITS_IMPORT_DONE;
	if (job->state != JOB_DONE && job->problems.size == 0)
		desk_notice(p, DESK_LATE, text(p->lang, desk_job_state_says(job)));
	if (job->state != JOB_DONE)
		words = MESSAGE_DESK_UNITS_IMPORT_NOTHING;
	if (job->state == JOB_DONE || job->problems.size > 0)
		desk_say_values(p, "p", "lead", words, {STR("file"), job->order.input_name});
}

static void show_result(struct desk_request *r, const struct job *job)
{
	struct desk_page p;
	static const char *const none[] = {""};
	struct row row = {.keys = none};
	struct result result = {.page = &p};
	struct desk_head head = head_of(r, true);
	bool checks = str_equal(job->order.name, STR("check"));
	read_json(r, job->said, &result, &row, NULL);
	head.title = text(r->lang, result_title(job, checks));
	head.wide = true;
	desk_page_begin(&p, r, &head, NULL);
	write_lead(&p, job, checks);
	if (job->state == JOB_DONE) {
		write_totals(&p, &result);
		write_next(&p, job, &result);
		write_changes(&p, job, &result);
	} else {
		desk_job_write_problems(&p, job);
		write_next(&p, job, &result);
	}
	desk_page_end(&p);
}

/* --- taken in as it was checked --- */

static void take_checked(struct desk_request *r, const struct job *checked)
{
	int fd = -1;
	struct mapping input;
	enum err err = job_input_open(r->office, checked->id, &fd);
	if (err == E_OK)
		err = file_map(fd, &input);
	file_close(&fd);
	if (err == E_NOTFOUND)
		desk_redirect(r, STR("orgs/import"), MESSAGE_DESK_UNITS_IMPORT_GONE);
	else if (err != E_OK)
		desk_failed(r, err);
	if (err != E_OK)
		return;
	const struct job_order order = {.kind = JOB_UNITS,
		.campaign = STR(""),
		.org = r->actor->org,
		.name = STR(""),
		.text = checked->order.text,
		.input = input.bytes,
		.input_name = checked->order.input_name,
		.lang = r->lang};
	start(r, &order);
	file_unmap(&input);
}

void desk_unit_imported(struct desk_request *r)
{
	struct job job;
	if (!desk_job_find(r, &job))
		return;
	bool open = job.state != JOB_DONE && job.state != JOB_FAILED;
	if (job.order.kind != JOB_UNITS || (r->posted && job.account != r->actor->account))
		desk_not_found(r);
	else if (open)
		desk_redirect(r, desk_job_path(r, job.id), MESSAGE__COUNT);
	else if (!r->posted)
		show_result(r, &job);
	else if (!is_kept(r, &job))
		desk_redirect(r, STR("orgs/import"), MESSAGE_DESK_UNITS_IMPORT_GONE);
	else if (desk_may(r, ACT_CHANGE_ORG, STR(""), r->actor->org))
		take_checked(r, &job);
}
