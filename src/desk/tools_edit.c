/* SPDX-License-Identifier: Apache-2.0 */
/* One tool: what is said of it, and its file. */
#include "base/limits.h"
#include "desk/desk_parts.h"
#include "desk/jobs.h"
#include "desk/site.h"
#include "desk/tools.h"
#include "os/file.h"
#include "site/source.h"

struct tool_form {
	struct tool tool;           /* as it is, or was sent */
	const struct tool_row *row; /* NULL: a new one */
};

static const struct field {
	const char *name;
	enum message label, hint; /* MESSAGE__COUNT: none */
	const char *type;
	bool required, large;
} fields[] = {
	{"name", MESSAGE_DESK_TOOLS_NAME, MESSAGE__COUNT, NULL, true, false},
	{"maker-vi", MESSAGE_DESK_TOOLS_MAKER_VI, MESSAGE__COUNT, NULL, true, false},
	{"maker-en", MESSAGE_DESK_TOOLS_MAKER_EN, MESSAGE__COUNT, NULL, true, false},
	{"purpose-vi", MESSAGE_DESK_TOOLS_PURPOSE_VI, MESSAGE_DESK_TOOLS_PURPOSE_HINT, NULL, true,
		false},
	{"purpose-en", MESSAGE_DESK_TOOLS_PURPOSE_EN, MESSAGE__COUNT, NULL, true, false},
	{"about-vi", MESSAGE_DESK_TOOLS_ABOUT_VI, MESSAGE_DESK_TOOLS_ABOUT_HINT, NULL, true, true},
	{"about-en", MESSAGE_DESK_TOOLS_ABOUT_EN, MESSAGE__COUNT, NULL, true, true},
	{"hotline", MESSAGE_DESK_TOOLS_HOTLINE, MESSAGE_DESK_TOOLS_HOTLINE_HINT, "tel", false,
		false},
	{"mail", MESSAGE_DESK_TOOLS_MAIL, MESSAGE__COUNT, "email", false, false},
	{"url", MESSAGE_DESK_TOOLS_URL, MESSAGE_DESK_TOOLS_URL_HINT, "url", false, false},
};

enum {
	FIELDS = sizeof(fields) / sizeof(fields[0])
};

static struct str *value_of(struct tool *t, size_t field)
{
	struct str *const values[FIELDS] = {&t->name, &t->maker[LANG_VI], &t->maker[LANG_EN],
		&t->purpose[LANG_VI], &t->purpose[LANG_EN], &t->about[LANG_VI], &t->about[LANG_EN],
		&t->hotline, &t->mail, &t->url};
	return values[field];
}

static struct tool empty_tool(void)
{
	struct tool t = {.key = STR_INIT("")};
	for (size_t i = 0; i < FIELDS; i++)
		*value_of(&t, i) = STR("");
	t.sha256 = t.file = STR("");
	return t;
}

/* --- shown --- */

static struct str platform_field(struct desk_request *r, unsigned bit)
{
	struct str name = tool_platform_name((enum tool_platform)(1u << bit));
	return desk_text(r, "platform-%.*s", STR_ARG(name));
}

static struct str problem_of(const struct desk_problems *problems, const char *field)
{
	for (size_t i = 0; i < problems->count; i++)
		if (strcmp(problems->list[i].field, field) == 0)
			return problems->list[i].text;
	return STR("");
}

static void write_platforms(
	struct desk_page *p, unsigned platforms, const struct desk_problems *problems)
{
	struct html *h = &p->html;
	struct str problem = problem_of(problems, "platforms");
	html_open_class(h, "fieldset", problem.size > 0 ? "field wrong" : "field");
	html_attribute(h, "id", STR("platforms"));
	desk_say(p, "legend", NULL, MESSAGE_DESK_TOOLS_PLATFORMS);
	if (problem.size > 0)
		html_leaf(h, "p", "error", problem);
	for (unsigned bit = 0; bit < TOOL_PLATFORMS; bit++) {
		const struct desk_input input = {.name = platform_field(p->r, bit).data,
			.label = tools_platform_label((enum tool_platform)(1u << bit))};
		desk_checkbox(p, &input, platforms >> bit & 1);
	}
	html_close(h, "fieldset");
}

static void write_fields(
	struct desk_page *p, struct tool_form *f, const struct desk_problems *problems)
{
	for (size_t i = 0; i < FIELDS; i++) {
		enum message hint = fields[i].hint;
		const struct desk_input input = {.name = fields[i].name,
			.label = text(p->lang, fields[i].label),
			.hint = hint == MESSAGE__COUNT ? STR("") : text(p->lang, hint),
			.value = *value_of(&f->tool, i),
			.type = fields[i].type,
			.optional = !fields[i].required,
			.large = fields[i].large};
		if (i + 1 == FIELDS)
			write_platforms(p, f->tool.platforms, problems);
		desk_input(p, &input);
	}
}

static void write_facts(struct desk_page *p, const struct tool_row *row)
{
	struct desk_request *r = p->r;
	const struct tool *t = &row->entry.tool;
	desk_facts_begin(p);
	desk_fact(p, MESSAGE_DESK_TOOLS_KEY, t->key);
	desk_fact(p, MESSAGE_DESK_TOOLS_FILE, t->file);
	desk_fact(p, MESSAGE_DESK_TOOLS_SIZE, tools_size(r, t->size));
	desk_fact(p, MESSAGE_DESK_TOOLS_SHA256, t->sha256);
	desk_fact(p, MESSAGE_DESK_TOOLS_DOWNLOADS,
		row->downloads < 0 ? STR("") : desk_number(r, (uint64_t)row->downloads));
	desk_facts_end(p);
}

static void write_file_form(struct desk_page *p, const struct tool_row *row)
{
	const struct desk_input input = {.name = "file",
		.label = text(p->lang, MESSAGE_DESK_TOOLS_UPLOAD),
		.hint = text(p->lang, MESSAGE_DESK_TOOLS_UPLOAD_HINT)};
	desk_say(p, "h2", NULL, MESSAGE_DESK_TOOLS_FILE_TITLE);
	desk_form_open_files(p, "card", tools_path(p->r, row->entry.tool.key, "/file"));
	desk_file_input(p, &input, NULL);
	desk_button(p, NULL, NULL, STR(""), MESSAGE_DESK_TOOLS_UPLOAD_BUTTON);
	desk_form_close(p);
}

static void write_remove(struct desk_page *p, const struct tool_row *row)
{
	if (row->entry.withdrawn)
		return;
	desk_say(p, "h2", NULL, MESSAGE_DESK_TOOLS_REMOVE_TITLE);
	desk_say(p, "p", NULL, MESSAGE_DESK_TOOLS_REMOVE_TEXT);
	desk_button_form(p, "caution", tools_path(p->r, row->entry.tool.key, "/remove"),
		MESSAGE_DESK_TOOLS_REMOVE);
}

static void write_key(struct desk_page *p, const struct tool_form *f)
{
	const struct desk_input input = {.name = "key",
		.label = text(p->lang, MESSAGE_DESK_TOOLS_KEY),
		.hint = text(p->lang, MESSAGE_DESK_TOOLS_KEY_HINT),
		.value = f->tool.key,
		.width = 40};
	desk_input(p, &input);
}

static void show(struct desk_request *r, struct tool_form *f, const struct desk_problems *problems)
{
	struct desk_page p;
	bool change = site_may_change(r);
	struct desk_head head = site_head(
		r, NULL, f->row ? f->row->entry.tool.name : text(r->lang, MESSAGE_DESK_TOOLS_NEW));
	head.crumbs[head.crumb_count++] =
		(struct desk_crumb){STR("tools"), text(r->lang, MESSAGE_DESK_TOOLS)};
	desk_page_begin(&p, r, &head, problems);
	if (f->row && f->row->entry.withdrawn)
		desk_notice(&p, DESK_WAITS, text(r->lang, MESSAGE_DESK_TOOLS_IS_REMOVED));
	if (f->row)
		write_facts(&p, f->row);
	if (change) {
		desk_form_open(&p, "card site-edit",
			f->row ? tools_path(r, f->row->entry.tool.key, "") : STR("tools/new"));
		if (!f->row)
			write_key(&p, f);
		write_fields(&p, f, problems);
		desk_button(&p, NULL, NULL, STR(""), MESSAGE_DESK_TOOLS_SAVE);
		desk_form_close(&p);
	}
	if (change && f->row) {
		write_file_form(&p, f->row);
		write_remove(&p, f->row);
	}
	desk_page_end(&p);
}

/* --- sent --- */

/* Size and sum of what its maker offers stay with that address. */
static void keep_facts(struct tool_form *f)
{
	const struct tool *before = f->row ? &f->row->entry.tool : NULL;
	bool same = before && before->url.size > 0 && str_equal(before->url, f->tool.url);
	f->tool.size = same ? before->size : 0;
	f->tool.sha256 = same ? before->sha256 : STR("");
	f->tool.file = STR("");
}

static void take_fields(struct desk_request *r, struct tool_form *f, struct desk_problems *problems)
{
	for (size_t i = 0; i < FIELDS; i++) {
		*value_of(&f->tool, i) = site_one_line(r, desk_field(r, fields[i].name));
		if (fields[i].required)
			site_expect_line(r, problems, fields[i].name, *value_of(&f->tool, i));
	}
	f->tool.platforms = 0;
	for (unsigned bit = 0; bit < TOOL_PLATFORMS; bit++)
		if (desk_field(r, platform_field(r, bit).data).size > 0)
			f->tool.platforms |= 1u << bit;
	if (f->tool.platforms == 0)
		desk_problem_add(r, problems, "platforms", MESSAGE_DESK_TOOLS_NO_PLATFORM);
	keep_facts(f);
}

/* What `tool set` would say of it. */
static enum err make_text(struct desk_request *r, const struct tool *t,
	struct desk_problems *problems, struct str *ret_text)
{
	struct writer w;
	struct tool back;
	struct problem problem = {0};
	writer_init(&w, LIMIT_JOB_TEXT);
	tool_write(&w, t);
	enum err err = writer_end(&w);
	struct str made = err == E_OK ? arena_copy(r->arena, writer_view_str(&w)) : STR("");
	writer_release(&w);
	if (err == E_OK && !made.data)
		err = E_NOMEM;
	TRY(err);
	err = tool_read(made, r->arena, &back, &problem);
	if (err == E_SYNTAX)
		site_wrong(r, problems, &problem);
	*ret_text = made;
	return err;
}

/* True: it has been answered. */
static bool save(struct desk_request *r, struct tool_form *f, struct desk_problems *problems)
{
	struct str made = STR("");
	take_fields(r, f, problems);
	if (problems->count > 0)
		return false;
	enum err err = make_text(r, &f->tool, problems, &made);
	if (err == E_SYNTAX)
		return false;
	if (err != E_OK) {
		desk_failed(r, err);
		return true;
	}
	const struct job_order job = {.kind = JOB_TOOL,
		.campaign = STR(""),
		.name = f->tool.key,
		.text = made,
		.input_name = STR(""),
		.lang = r->lang};
	desk_job_start(r, &job, tools_path(r, f->tool.key, ""));
	return true;
}

/* --- pages --- */

static bool find(struct desk_request *r, enum act act, struct tool_form *f)
{
	struct tool_row *rows;
	size_t count;
	if (!desk_may(r, act, STR(""), 0) || !tools_load(r, &rows, &count))
		return false;
	for (size_t i = 0; i < count && !f->row; i++)
		if (str_equal(rows[i].entry.tool.key, r->part[0]))
			f->row = &rows[i];
	if (f->row)
		f->tool = f->row->entry.tool;
	else
		desk_not_found(r);
	return f->row != NULL;
}

void desk_tool(struct desk_request *r)
{
	struct tool_form f = {.row = NULL};
	struct desk_problems problems = {.count = 0};
	if (!find(r, r->posted ? ACT_CHANGE_SITE : ACT_SEE_SITE, &f))
		return;
	if (r->posted && save(r, &f, &problems))
		return;
	show(r, &f, &problems);
}

static void take_key(struct desk_request *r, struct tool_form *f, const struct tool_row *rows,
	size_t count, struct desk_problems *problems)
{
	f->tool.key = desk_field(r, "key");
	if (!site_key_valid(f->tool.key))
		desk_problem_add(r, problems, "key", MESSAGE_DESK_SITE_BAD_KEY);
	bool taken = str_equal(f->tool.key, STR("new")) || str_equal(f->tool.key, STR("order"));
	for (size_t i = 0; i < count; i++)
		taken = taken || str_equal(rows[i].entry.tool.key, f->tool.key);
	if (taken)
		desk_problem_add(r, problems, "key", MESSAGE_DESK_SITE_KEY_TAKEN);
}

void desk_tool_new(struct desk_request *r)
{
	struct tool_row *rows;
	size_t count;
	struct tool_form f = {.tool = empty_tool()};
	struct desk_problems problems = {.count = 0};
	if (!desk_may(r, ACT_CHANGE_SITE, STR(""), 0) || !tools_load(r, &rows, &count))
		return;
	if (r->posted) {
		take_key(r, &f, rows, count, &problems);
		if (save(r, &f, &problems))
			return;
	}
	show(r, &f, &problems);
}

/* --- its file --- */

static struct str base_name(struct str path)
{
	for (size_t i = path.size; i > 0; i--)
		if (path.data[i - 1] == '/' || path.data[i - 1] == '\\')
			return (struct str){path.data + i, path.size - i};
	return path;
}

/* The input is mapped only while the job is put down. */
static enum err add_file_job(struct desk_request *r, const struct tool_form *f,
	const struct form_file *file, int64_t *ret_id)
{
	struct mapping mapping;
	TRY(file_map(file->fd, &mapping));
	const struct job_order job = {.kind = JOB_TOOL_FILE,
		.campaign = STR(""),
		.name = f->tool.key,
		.text = STR(""),
		.input = mapping.bytes,
		.input_name = base_name(file->name),
		.lang = r->lang};
	enum err err = office_begin(r->office);
	if (err == E_OK)
		err = desk_end(r, job_add(r->office, r->actor, &job, r->now, ret_id));
	file_unmap(&mapping);
	return err;
}

static bool check_file(
	struct desk_request *r, const struct form_file *file, struct desk_problems *problems)
{
	if (!file || file->size == 0)
		desk_problem_add(r, problems, "file", MESSAGE_DESK_TOOLS_NO_FILE_SENT);
	else if (!site_file_valid(base_name(file->name)))
		desk_problem_add(r, problems, "file", MESSAGE_DESK_TOOLS_FILE_NAME);
	else if (file->size > LIMIT_JOB_INPUT)
		desk_problem_add(r, problems, "file", MESSAGE_DESK_TOOLS_FILE_TOO_LARGE);
	return problems->count == 0;
}

void desk_tool_file(struct desk_request *r)
{
	int64_t id = 0;
	struct tool_form f = {.row = NULL};
	struct desk_problems problems = {.count = 0};
	const struct form_file *file = desk_file(r, "file");
	if (!find(r, ACT_CHANGE_SITE, &f))
		return;
	if (!check_file(r, file, &problems)) {
		show(r, &f, &problems);
		return;
	}
	enum err err = add_file_job(r, &f, file, &id);
	if (err == E_LIMIT)
		desk_redirect(r, tools_path(r, f.tool.key, ""), MESSAGE_DESK_SITE_TOO_MANY);
	else if (err != E_OK)
		desk_failed(r, err);
	else
		desk_job_follow(r, id, tools_path(r, f.tool.key, ""));
}

void desk_tool_remove(struct desk_request *r)
{
	struct tool_form f = {.row = NULL};
	if (!find(r, ACT_CHANGE_SITE, &f))
		return;
	const struct job_order job = {.kind = JOB_TOOL_REMOVE,
		.campaign = STR(""),
		.name = f.tool.key,
		.text = STR(""),
		.input_name = STR(""),
		.lang = r->lang};
	desk_job_start(r, &job, STR("tools"));
}
