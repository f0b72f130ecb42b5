/* SPDX-License-Identifier: Apache-2.0 */
/* The catalogue of tools: all of them, in their order. */
#include "desk/tools.h"

#include "base/limits.h"
#include "desk/desk_parts.h"
#include "desk/export.h"
#include "desk/jobs.h"
#include "desk/site.h"

enum {
	TEXT_BYTES = 64 << 10
};

/* --- what there is --- */

struct gathering {
	struct desk_request *r;
	struct tool_row *rows;
	size_t count;
	bool failed;
};

static struct str keep(struct gathering *g, struct str s)
{
	struct str copy = arena_copy(g->r->arena, s);
	g->failed = g->failed || !copy.data;
	return copy.data ? copy : STR("");
}

static enum err take(void *context, const struct tool_entry *entry, bool ours, int64_t downloads)
{
	struct gathering *g = context;
	if (g->count >= LIMIT_SITE_TOOLS)
		return E_OK;
	struct tool_row *row = &g->rows[g->count++];
	*row = (struct tool_row){.entry = *entry, .ours = ours, .downloads = downloads};
	struct tool *t = &row->entry.tool;
	t->key = keep(g, t->key);
	t->name = keep(g, t->name);
	for (int lang = 0; lang < LANG__COUNT; lang++) {
		t->maker[lang] = keep(g, t->maker[lang]);
		t->purpose[lang] = keep(g, t->purpose[lang]);
		t->about[lang] = keep(g, t->about[lang]);
	}
	t->hotline = keep(g, t->hotline);
	t->mail = keep(g, t->mail);
	t->sha256 = keep(g, t->sha256);
	t->url = keep(g, t->url);
	t->file = keep(g, t->file);
	return g->failed ? E_NOMEM : E_OK;
}

bool tools_load(struct desk_request *r, struct tool_row **ret_rows, size_t *ret_count)
{
	struct gathering g = {.r = r};
	const struct desk_settings *settings = &r->desk->settings;
	struct store *store = desk_store(r);
	if (!store)
		return false;
	g.rows = arena_alloc(r->arena, LIMIT_SITE_TOOLS, sizeof(*g.rows));
	enum err err = g.rows && settings->contents ? E_OK : E_NOMEM;
	if (err == E_OK)
		err = settings->contents->each_tool(store, settings->folder, take, &g);
	if (err != E_OK)
		desk_failed(r, err);
	*ret_rows = g.rows;
	*ret_count = g.count;
	return err == E_OK;
}

/* --- words --- */

struct str tools_path(struct desk_request *r, struct str key, const char *behind)
{
	return desk_text(r, "tools/%.*s%s", STR_ARG(key), behind);
}

struct str tools_platform_label(enum tool_platform platform)
{
	switch (platform) {
	case TOOL_WINDOWS:
		return STR("Windows");
	case TOOL_MACOS:
		return STR("macOS");
	case TOOL_LINUX:
		return STR("Linux");
	case TOOL_ANDROID:
		return STR("Android");
	case TOOL_IOS:
		return STR("iOS");
	case TOOL_PLATFORMS:
		break;
	}
	return STR("");
}

struct str tools_platforms(struct desk_request *r, unsigned platforms)
{
	struct str all = STR("");
	for (unsigned bit = 0; bit < TOOL_PLATFORMS; bit++) {
		struct str label = tools_platform_label((enum tool_platform)(1u << bit));
		if (platforms >> bit & 1)
			all = desk_text(r, "%.*s%s%.*s", STR_ARG(all), all.size > 0 ? ", " : "",
				STR_ARG(label));
	}
	return all;
}

struct str tools_size(struct desk_request *r, uint64_t bytes)
{
	const uint64_t tenth = 100000;
	if (bytes == 0)
		return STR("–");
	if (bytes < 10 * tenth)
		return desk_text(r, "%llu kB", (unsigned long long)((bytes + 999) / 1000));
	uint64_t tenths = bytes / tenth;
	return desk_text(r, "%.*s%s%llu MB", STR_ARG(desk_number(r, tenths / 10)),
		r->lang == LANG_VI ? "," : ".", (unsigned long long)(tenths % 10));
}

/* --- shown --- */

static enum message stand_of(const struct tool_row *row, enum desk_tone *ret_tone)
{
	const struct tool *t = &row->entry.tool;
	*ret_tone = DESK_PLAIN;
	if (row->entry.withdrawn)
		return MESSAGE_DESK_TOOLS_REMOVED;
	if (t->url.size == 0 && t->file.size == 0) {
		*ret_tone = DESK_WAITS;
		return MESSAGE_DESK_TOOLS_WAITS;
	}
	*ret_tone = DESK_GOOD;
	return MESSAGE_DESK_TOOLS_SHOWN;
}

static struct str downloads(struct desk_request *r, const struct tool_row *row)
{
	return row->downloads < 0 ? STR("–") : desk_number(r, (uint64_t)row->downloads);
}

static void write_move(struct desk_page *p, const char *way, const struct tool_row *row,
	enum message words, enum message label)
{
	struct html *h = &p->html;
	html_open_class(h, "button", "button quiet small");
	html_attribute(h, "name", str_from(way));
	html_attribute(h, "value", row->entry.tool.key);
	html_attribute(h, "aria-label",
		desk_words(p->r, label, &(const struct text_arg){STR("name"), row->entry.tool.name},
			1));
	html_text(h, text(p->lang, words));
	html_close(h, "button");
}

static void write_row(
	struct desk_page *p, const struct tool_row *row, bool first, bool last, bool change)
{
	struct desk_request *r = p->r;
	const struct tool *t = &row->entry.tool;
	enum desk_tone tone;
	enum message stand = stand_of(row, &tone);
	desk_row_begin(p);
	desk_cell_link(p, tools_path(r, t->key, ""), t->name);
	desk_cell(p, t->maker[r->lang]);
	desk_cell(p, tools_platforms(r, t->platforms));
	desk_cell(p, t->file.size > 0
			     ? tools_size(r, t->size)
			     : text(r->lang, t->url.size > 0 ? MESSAGE_DESK_TOOLS_LINK
							     : MESSAGE_DESK_TOOLS_NO_FILE));
	desk_cell_open(p);
	desk_tag(p, tone, text(r->lang, stand));
	desk_cell_close(p);
	desk_cell(p, downloads(r, row));
	if (change) {
		desk_cell_open(p);
		html_open_class(&p->html, "div", "site-versions");
		if (!first)
			write_move(p, "up", row, MESSAGE_DESK_TOOLS_UP, MESSAGE_DESK_TOOLS_UP_OF);
		if (!last)
			write_move(p, "down", row, MESSAGE_DESK_TOOLS_DOWN,
				MESSAGE_DESK_TOOLS_DOWN_OF);
		html_close(&p->html, "div");
		desk_cell_close(p);
	}
	desk_row_end(p);
}

enum {
	COLUMNS = 7
};

static void make_columns(struct desk_request *r, struct desk_column columns[COLUMNS])
{
	static const enum message labels[COLUMNS] = {MESSAGE_DESK_TOOLS_NAME,
		MESSAGE_DESK_TOOLS_MAKER, MESSAGE_DESK_TOOLS_PLATFORMS, MESSAGE_DESK_TOOLS_FILE,
		MESSAGE_DESK_SITE_STATE, MESSAGE_DESK_TOOLS_DOWNLOADS, MESSAGE_DESK_TOOLS_ORDER};
	for (size_t i = 0; i < COLUMNS; i++)
		columns[i] = (struct desk_column){
			NULL, text(r->lang, labels[i]), labels[i] == MESSAGE_DESK_TOOLS_DOWNLOADS};
}

static void export(struct desk_request *r, const struct desk_table *table,
	const struct tool_row *rows, size_t count)
{
	struct desk_export e;
	enum desk_tone tone;
	desk_export_begin(&e, r, table, STR("cong-cu"));
	for (size_t i = 0; i < count; i++) {
		const struct tool *t = &rows[i].entry.tool;
		desk_export_cell(&e, t->name);
		desk_export_cell(&e, t->maker[r->lang]);
		desk_export_cell(&e, tools_platforms(r, t->platforms));
		desk_export_cell(&e, t->file.size > 0 ? t->file : t->url);
		desk_export_cell(&e, text(r->lang, stand_of(&rows[i], &tone)));
		if (rows[i].downloads < 0)
			desk_export_cell(&e, STR(""));
		else
			desk_export_number(&e, (uint64_t)rows[i].downloads);
	}
	desk_export_end(&e, desk_export_state(&e));
}

static void write_table(struct desk_page *p, const struct desk_table *table,
	const struct tool_row *rows, size_t count, bool change)
{
	desk_table_begin(p, table);
	for (size_t i = 0; i < count; i++)
		write_row(p, &rows[i], i == 0, i + 1 == count, change);
	desk_table_end(p);
	desk_pages(p, table, 1, 1);
}

void desk_tools(struct desk_request *r)
{
	struct desk_page p;
	struct tool_row *rows;
	size_t count;
	struct desk_column columns[COLUMNS];
	if (!desk_may(r, ACT_SEE_SITE, STR(""), 0) || !tools_load(r, &rows, &count))
		return;
	bool change = site_may_change(r);
	bool exports = desk_export_asked(r) != DESK_EXPORT_NONE;
	make_columns(r, columns);
	const struct desk_table table = {.caption = text(r->lang, MESSAGE_DESK_TOOLS),
		.columns = columns,
		.column_count = change && !exports ? COLUMNS : COLUMNS - 1,
		.path = STR("tools"),
		.exports = true};
	if (exports) {
		export(r, &table, rows, count);
		return;
	}
	struct desk_head head = site_head(r, NULL, text(r->lang, MESSAGE_DESK_TOOLS));
	head.wide = true;
	desk_page_begin(&p, r, &head, NULL);
	desk_say(&p, "p", "lead", MESSAGE_DESK_TOOLS_LEAD);
	if (change) {
		html_open_class(&p.html, "p", "actions");
		desk_link(&p, "button", STR("tools/new"), text(r->lang, MESSAGE_DESK_TOOLS_NEW));
		html_close(&p.html, "p");
		desk_form_open(&p, "site-order", STR("tools/order"));
	}
	if (count == 0)
		desk_say(&p, "p", NULL, MESSAGE_DESK_TOOLS_NONE);
	else
		write_table(&p, &table, rows, count, change);
	if (change)
		desk_form_close(&p);
	desk_page_end(&p);
}

/* --- another order --- */

static size_t place_of(const struct tool_row *rows, size_t count, struct str key)
{
	size_t i = 0;
	while (i < count && !str_equal(rows[i].entry.tool.key, key))
		i++;
	return i;
}

static struct str keys_of(struct desk_request *r, const struct tool_row *rows, size_t count)
{
	struct writer w;
	writer_init(&w, TEXT_BYTES);
	for (size_t i = 0; i < count; i++) {
		if (i > 0)
			writer_char(&w, ' ');
		writer_str(&w, rows[i].entry.tool.key);
	}
	struct str keys =
		writer_end(&w) == E_OK ? arena_copy(r->arena, writer_view_str(&w)) : STR("");
	writer_release(&w);
	return keys;
}

void desk_tools_order(struct desk_request *r)
{
	struct tool_row *rows;
	size_t count;
	if (!desk_may(r, ACT_CHANGE_SITE, STR(""), 0) || !tools_load(r, &rows, &count))
		return;
	bool up = desk_field(r, "up").size > 0;
	size_t at = place_of(rows, count, desk_field(r, up ? "up" : "down"));
	size_t to = up ? at - 1 : at + 1;
	/* It has gone meanwhile, or stands there already. */
	if (at >= count || (up && at == 0) || to >= count) {
		desk_redirect(r, STR("tools"), MESSAGE__COUNT);
		return;
	}
	struct tool_row moved = rows[at];
	rows[at] = rows[to];
	rows[to] = moved;
	const struct job_order job = {.kind = JOB_TOOL_ORDER,
		.campaign = STR(""),
		.name = STR(""),
		.text = keys_of(r, rows, count),
		.input_name = STR(""),
		.lang = r->lang};
	desk_job_start(r, &job, STR("tools"));
}
