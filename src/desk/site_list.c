/* SPDX-License-Identifier: Apache-2.0 */
/* All texts of the public site, a row for each key. */
#include <stdlib.h>

#include "desk/desk_parts.h"
#include "desk/export.h"
#include "desk/site.h"
#include "office/org_fold.h"

enum {
	ROWS = 50,
	FOLD_BYTES = 16384
};

struct listed {
	const struct site_row *row;
	struct str title, author;
	struct instant changed;
};

struct list {
	struct desk_request *r;
	struct listed *rows;
	size_t count;
	struct str words; /* folded */
	struct str kind, stand;
};

/* --- which --- */

static struct str fold(struct desk_request *r, struct str words)
{
	struct writer w;
	struct str folded = STR("");
	writer_init(&w, FOLD_BYTES);
	if (org_fold(&w, words) == E_OK && writer_end(&w) == E_OK)
		folded = arena_copy(r->arena, writer_view_str(&w));
	writer_release(&w);
	return folded.data ? folded : STR("");
}

static bool has_all_words(struct str where, struct str words)
{
	while (words.size > 0) {
		struct str word = str_cut(words, ' ', &words);
		if (word.size > 0 && str_find(where, word) == where.size)
			return false;
	}
	return true;
}

static bool is_found(const struct list *l, const struct site_row *row)
{
	struct desk_request *r = l->r;
	if (l->words.size == 0)
		return true;
	struct str vi = site_title(&row->lang[LANG_VI]);
	struct str en = site_title(&row->lang[LANG_EN]);
	struct writer w;
	writer_init(&w, FOLD_BYTES);
	writer_str(&w, row->key);
	writer_char(&w, ' ');
	writer_str(&w, vi);
	writer_char(&w, ' ');
	writer_str(&w, en);
	bool found = has_all_words(fold(r, writer_view_str(&w)), l->words);
	writer_release(&w);
	return found;
}

static enum article_kind kind_of(const struct site_row *row)
{
	bool vi = site_stand(&row->lang[LANG_VI], (struct instant){0}) != SITE_NOTHING;
	return site_kind(&row->lang[vi ? LANG_VI : LANG_EN]);
}

static bool is_chosen(const struct list *l, const struct site_row *row)
{
	if (l->kind.size > 0 && !str_equal(l->kind, article_kind_name(kind_of(row))))
		return false;
	for (int lang = 0; l->stand.size > 0 && lang < LANG__COUNT; lang++)
		if (str_equal(l->stand, site_stand_name(site_stand(&row->lang[lang], l->r->now))))
			return is_found(l, row);
	return l->stand.size == 0 && is_found(l, row);
}

static struct listed listed_of(struct desk_request *r, const struct site_row *row)
{
	struct listed listed = {.row = row, .title = site_name(r, row), .author = STR("")};
	for (int lang = 0; lang < LANG__COUNT; lang++) {
		struct str author;
		struct instant changed = site_last_change(&row->lang[lang], &author);
		if (author.size == 0 || changed.seconds < listed.changed.seconds)
			continue;
		listed.changed = changed;
		bool ours = row->lang[lang].ours && row->lang[lang].draft.version == 0;
		listed.author = ours ? text(r->lang, MESSAGE_DESK_SITE_OURS) : author;
	}
	return listed;
}

/* --- in which order --- */

static int by_key(const struct listed *a, const struct listed *b)
{
	return str_compare(a->row->key, b->row->key);
}

static int by_title(const void *one, const void *other)
{
	const struct listed *a = one;
	const struct listed *b = other;
	int order = str_compare(a->title, b->title);
	return order ? order : by_key(a, b);
}

static int by_change(const void *one, const void *other)
{
	const struct listed *a = one;
	const struct listed *b = other;
	if (a->changed.seconds != b->changed.seconds)
		return a->changed.seconds < b->changed.seconds ? -1 : 1;
	return by_key(a, b);
}

/* "-changed" where nothing is asked for: the newest first. */
static struct str sort_of(const struct desk_request *r)
{
	struct str sort = desk_sort(r);
	bool known = str_equal(sort, STR("title")) || str_equal(sort, STR("-title")) ||
		     str_equal(sort, STR("changed"));
	return known ? sort : STR("-changed");
}

static void sort_rows(struct list *l)
{
	struct str sort = sort_of(l->r);
	bool title = str_ends(sort, STR("title"));
	if (l->count == 0)
		return;
	qsort(l->rows, l->count, sizeof(*l->rows), title ? by_title : by_change);
	if (sort.data[0] != '-')
		return;
	for (size_t i = 0; i < l->count / 2; i++) {
		struct listed row = l->rows[i];
		l->rows[i] = l->rows[l->count - 1 - i];
		l->rows[l->count - 1 - i] = row;
	}
}

static enum err load(struct list *l)
{
	struct site_row **rows;
	size_t count = 0;
	TRY(site_rows(l->r, &rows, &count));
	l->rows = arena_alloc(l->r->arena, count + 1, sizeof(*l->rows));
	if (!l->rows)
		return E_NOMEM;
	for (size_t i = 0; i < count; i++)
		if (is_chosen(l, rows[i]))
			l->rows[l->count++] = listed_of(l->r, rows[i]);
	sort_rows(l);
	return E_OK;
}

/* --- shown --- */

enum {
	COLUMNS = 6
};

static void make_columns(struct desk_request *r, struct desk_column columns[COLUMNS])
{
	columns[0] = (struct desk_column){"title", text(r->lang, MESSAGE_DESK_SITE_TITLE), false};
	columns[1] = (struct desk_column){NULL, text(r->lang, MESSAGE_DESK_SITE_KIND), false};
	columns[2] = (struct desk_column){NULL, text(r->lang, MESSAGE_DESK_SITE_VIETNAMESE), false};
	columns[3] = (struct desk_column){NULL, text(r->lang, MESSAGE_DESK_SITE_ENGLISH), false};
	columns[4] =
		(struct desk_column){"changed", text(r->lang, MESSAGE_DESK_SITE_CHANGED), false};
	columns[5] = (struct desk_column){NULL, text(r->lang, MESSAGE_DESK_SITE_BY), false};
}

static void write_row(struct desk_page *p, const struct listed *listed)
{
	const struct site_row *row = listed->row;
	desk_row_begin(p);
	desk_cell_link(p, site_path(p->r, row->key), listed->title);
	desk_cell(p, text(p->lang, site_kind_message(kind_of(row))));
	for (int lang = 0; lang < LANG__COUNT; lang++) {
		desk_cell_open(p);
		site_write_stand(p, &row->lang[lang]);
		desk_cell_close(p);
	}
	desk_cell(p, desk_time(p->r, listed->changed));
	desk_cell(p, listed->author);
	desk_row_end(p);
}

static void export(struct list *l, const struct desk_table *table)
{
	struct desk_export e;
	desk_export_begin(&e, l->r, table, STR("trang"));
	for (size_t i = 0; i < l->count; i++) {
		const struct site_row *row = l->rows[i].row;
		desk_export_cell(&e, l->rows[i].title);
		desk_export_cell(&e, text(l->r->lang, site_kind_message(kind_of(row))));
		for (int lang = 0; lang < LANG__COUNT; lang++)
			desk_export_cell(&e, site_stand_words(l->r, &row->lang[lang]));
		desk_export_time(&e, l->rows[i].changed);
		desk_export_cell(&e, l->rows[i].author);
	}
	desk_export_end(&e, desk_export_state(&e));
}

static void write_kinds(struct desk_page *p, struct str chosen)
{
	struct desk_option options[ARTICLE__COUNT + 1];
	const struct desk_input input = {
		.name = "kind", .label = text(p->lang, MESSAGE_DESK_SITE_KIND), .value = chosen};
	options[0] = (struct desk_option){STR(""), text(p->lang, MESSAGE_DESK_SITE_ALL), STR("")};
	for (int kind = 0; kind < ARTICLE__COUNT; kind++)
		options[kind + 1] = (struct desk_option){article_kind_name((enum article_kind)kind),
			text(p->lang, site_kind_message((enum article_kind)kind)), STR("")};
	desk_select(p, &input, options, ARTICLE__COUNT + 1);
}

static void write_stands(struct desk_page *p, struct str chosen)
{
	const struct desk_input input = {
		.name = "state", .label = text(p->lang, MESSAGE_DESK_SITE_STATE), .value = chosen};
	const struct desk_option options[] = {
		{STR(""), text(p->lang, MESSAGE_DESK_SITE_ALL), STR("")},
		{STR("draft"), text(p->lang, MESSAGE_DESK_SITE_DRAFT), STR("")},
		{STR("scheduled"), text(p->lang, MESSAGE_DESK_SITE_WAITS), STR("")},
		{STR("published"), text(p->lang, MESSAGE_DESK_SITE_PUBLISHED), STR("")},
		{STR("withdrawn"), text(p->lang, MESSAGE_DESK_SITE_WITHDRAWN), STR("")},
		{STR("failed"), text(p->lang, MESSAGE_DESK_SITE_FAILED), STR("")}};
	desk_select(p, &input, options, sizeof(options) / sizeof(options[0]));
}

static void write_filter(struct desk_page *p)
{
	const struct desk_input words = {.name = "q",
		.label = text(p->lang, MESSAGE_DESK_SITE_SEARCH),
		.value = desk_argument(p->r, "q"),
		.type = "search",
		.width = 24};
	desk_form_open_get(p, "filter", STR("pages"));
	desk_input(p, &words);
	write_kinds(p, desk_argument(p->r, "kind"));
	write_stands(p, desk_argument(p->r, "state"));
	desk_button(p, "quiet", NULL, STR(""), MESSAGE_DESK_SITE_FILTER);
	desk_form_close(p);
}

static void show(struct list *l, const struct desk_table *table)
{
	struct desk_request *r = l->r;
	struct desk_page p;
	const struct desk_head head = {.place = DESK_PLACE_PAGES,
		.title = text(r->lang, MESSAGE_DESK_MENU_PAGES),
		.wide = true};
	uint64_t pages = desk_page_count(l->count, ROWS);
	uint64_t page = desk_page_number(r);
	page = page > pages ? pages : page;
	desk_page_begin(&p, r, &head, NULL);
	desk_say(&p, "p", "lead", MESSAGE_DESK_SITE_LEAD);
	html_open_class(&p.html, "p", "actions");
	if (site_may_change(r))
		desk_link(&p, "button", STR("pages/new"), text(r->lang, MESSAGE_DESK_SITE_NEW));
	desk_link(&p, "button quiet", STR("tools"), text(r->lang, MESSAGE_DESK_TOOLS));
	html_close(&p.html, "p");
	write_filter(&p);
	if (l->count == 0)
		desk_say(&p, "p", NULL, MESSAGE_DESK_SITE_NONE);
	else
		html_open_class(&p.html, "div", "site-list");
	if (l->count > 0)
		desk_table_begin(&p, table);
	for (size_t i = (size_t)(page - 1) * ROWS; i < l->count && i < (size_t)page * ROWS; i++)
		write_row(&p, &l->rows[i]);
	if (l->count > 0) {
		desk_table_end(&p);
		html_close(&p.html, "div");
		desk_pages(&p, table, page, pages);
	}
	desk_page_end(&p);
}

void desk_site_pages(struct desk_request *r)
{
	static const char *const arguments[] = {"q", "kind", "state"};
	struct desk_column columns[COLUMNS];
	struct list list = {
		.r = r, .kind = desk_argument(r, "kind"), .stand = desk_argument(r, "state")};
	if (!desk_may(r, ACT_SEE_SITE, STR(""), 0))
		return;
	list.words = fold(r, desk_argument(r, "q"));
	enum err err = load(&list);
	if (err != E_OK) {
		desk_failed(r, err);
		return;
	}
	make_columns(r, columns);
	const struct desk_table table = {.caption = text(r->lang, MESSAGE_DESK_MENU_PAGES),
		.columns = columns,
		.column_count = COLUMNS,
		.path = STR("pages"),
		.query = desk_query(r, arguments, 3),
		.sort = sort_of(r),
		.exports = true};
	if (desk_export_asked(r))
		export(&list, &table);
	else
		show(&list, &table);
}
