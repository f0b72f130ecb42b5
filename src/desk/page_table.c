/* SPDX-License-Identifier: Apache-2.0 */
/* Tables that are sorted and turned over by links. */
#include "desk/export.h"

enum {
	MANY = 5 /* columns */
};

uint64_t desk_page_number(const struct desk_request *r)
{
	uint64_t page;
	return str_to_u64(desk_argument(r, "page"), UINT32_MAX, &page) && page > 0 ? page : 1;
}

struct str desk_sort(const struct desk_request *r)
{
	return desk_argument(r, "sort");
}

/* --- addresses --- */

struct str desk_escape(struct desk_request *r, struct str words)
{
	static const char digits[] = "0123456789ABCDEF";
	size_t size = 0;
	char *at = words.size < SIZE_MAX / 3 ? arena_alloc(r->arena, words.size + 1, 3) : NULL;
	for (size_t i = 0; at && i < words.size; i++) {
		unsigned char c = (unsigned char)words.data[i];
		bool plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
			     (c >= 'A' && c <= 'Z') || c == '-' || c == '.' || c == '_';
		if (plain) {
			at[size++] = (char)c;
			continue;
		}
		at[size++] = '%';
		at[size++] = digits[c >> 4];
		at[size++] = digits[c & 15];
	}
	return (struct str){at ? at : "", size};
}

struct str desk_query(struct desk_request *r, const char *const *names, size_t count)
{
	struct str query = STR("");
	for (size_t i = 0; i < count; i++) {
		struct str value = desk_argument(r, names[i]);
		if (value.size > 0)
			query = desk_text(r, "%.*s%s%s=%.*s", STR_ARG(query),
				query.size > 0 ? "&" : "", names[i],
				STR_ARG(desk_escape(r, value)));
	}
	return query;
}

uint64_t desk_page_count(uint64_t rows, uint64_t rows_a_page)
{
	return rows > rows_a_page ? (rows - 1) / rows_a_page + 1 : 1;
}

/* "orgs?q=abc&sort=-name&page=2" */
static struct str address(
	struct desk_page *p, const struct desk_table *table, struct str sort, uint64_t page)
{
	struct desk_request *r = p->r;
	struct str and = table->query.size > 0 ? STR("&") : STR("");
	struct str path = desk_text(r, "%.*s?%.*s%.*s%s%.*s", STR_ARG(table->path),
		STR_ARG(table->query), STR_ARG(and), sort.size > 0 ? "sort=" : "", STR_ARG(sort));
	return page > 1 ? desk_text(r, "%.*s&page=%llu", STR_ARG(path), (unsigned long long)page)
			: path;
}

/* Is the table sorted by the column, and which way? */
static bool sorted_by(const struct desk_table *table, const char *key, bool *ret_down)
{
	struct str sort = table->sort;
	*ret_down = sort.size > 0 && sort.data[0] == '-';
	if (*ret_down)
		sort = (struct str){sort.data + 1, sort.size - 1};
	return str_equal(sort, str_from(key));
}

static void write_heading(
	struct desk_page *p, const struct desk_table *table, const struct desk_column *column)
{
	struct html *h = &p->html;
	bool down = false;
	bool sorted = column->key && sorted_by(table, column->key, &down);
	/* What heads buttons heads nothing to those who hear it. */
	if (column->label.size == 0) {
		html_open(h, "td");
		html_close(h, "td");
		return;
	}
	html_open(h, "th");
	html_attribute(h, "scope", STR("col"));
	if (column->number)
		html_attribute(h, "class", STR("number-cell"));
	if (sorted)
		html_attribute(h, "aria-sort", down ? STR("descending") : STR("ascending"));
	if (column->key)
		desk_link(p, "sort",
			address(p, table,
				desk_text(p->r, "%s%s", sorted && !down ? "-" : "", column->key),
				1),
			column->label);
	else
		html_text(h, column->label);
	html_close(h, "th");
}

void desk_table_begin(struct desk_page *p, const struct desk_table *table)
{
	struct html *h = &p->html;
	p->table = table;
	/* Those of many columns become lists before those of few. */
	html_open_class(h, "table", table->column_count >= MANY ? "desk many" : "desk");
	html_leaf(h, "caption", "aside", table->caption);
	html_open(h, "thead");
	html_open(h, "tr");
	for (size_t i = 0; i < table->column_count; i++)
		write_heading(p, table, &table->columns[i]);
	html_close(h, "tr");
	html_close(h, "thead");
	html_open(h, "tbody");
}

void desk_row_begin(struct desk_page *p)
{
	p->column = 0;
	html_open(&p->html, "tr");
}

void desk_cell_open(struct desk_page *p)
{
	struct html *h = &p->html;
	const struct desk_column *column =
		p->column < p->table->column_count ? &p->table->columns[p->column] : NULL;
	html_open(h, p->column == 0 ? "th" : "td");
	if (p->column == 0)
		html_attribute(h, "scope", STR("row"));
	if (column && column->number)
		html_attribute(h, "class", STR("number-cell"));
	/* Narrow screens show it in front of the value. */
	if (column && p->column > 0)
		html_attribute(h, "data-label", column->label);
}

void desk_cell_close(struct desk_page *p)
{
	html_close(&p->html, p->column == 0 ? "th" : "td");
	p->column++;
}

void desk_cell(struct desk_page *p, struct str text)
{
	desk_cell_open(p);
	html_text(&p->html, text.size > 0 ? text : STR("–"));
	desk_cell_close(p);
}

void desk_cell_link(struct desk_page *p, struct str path, struct str text)
{
	desk_cell_open(p);
	desk_link(p, NULL, path, text);
	desk_cell_close(p);
}

void desk_row_end(struct desk_page *p)
{
	html_close(&p->html, "tr");
}

static void write_export(
	struct desk_page *p, const struct desk_table *table, const char *as, const char *words)
{
	struct str here = address(p, table, table->sort, 1);
	bool query = here.size > 0 && here.data[here.size - 1] != '?';
	desk_link(p, NULL, desk_text(p->r, "%.*s%sas=%s", STR_ARG(here), query ? "&" : "", as),
		str_from(words));
}

/* "Download this table: CSV · XLSX" */
static void write_exports(struct desk_page *p, const struct desk_table *table)
{
	struct html *h = &p->html;
	html_open_class(h, "p", "exports");
	desk_say(p, "span", NULL, MESSAGE_DESK_EXPORT);
	write_export(p, table, "csv", "CSV");
	write_export(p, table, "xlsx", "XLSX");
	html_close(h, "p");
}

void desk_table_end(struct desk_page *p)
{
	html_close(&p->html, "tbody");
	html_close(&p->html, "table");
	if (p->table->exports)
		write_exports(p, p->table);
	p->table = NULL;
}

static void write_turn(struct desk_page *p, const struct desk_table *table, uint64_t page,
	const char *rel, enum message words)
{
	struct html *h = &p->html;
	html_open(h, "a");
	html_attribute(h, "rel", str_from(rel));
	html_attribute(h, "href", desk_address(p->r, address(p, table, table->sort, page)));
	html_text(h, text(p->lang, words));
	html_close(h, "a");
}

void desk_pages(struct desk_page *p, const struct desk_table *table, uint64_t page, uint64_t pages)
{
	struct html *h = &p->html;
	if (pages <= 1)
		return;
	html_open_class(h, "nav", "pages");
	html_attribute(h, "aria-label", text(p->lang, MESSAGE_DESK_PAGES));
	if (page > 1)
		write_turn(p, table, page - 1, "prev", MESSAGE_DESK_PAGE_BEFORE);
	desk_say_values(p, "span", NULL, MESSAGE_DESK_PAGE_OF,
		{STR("page"), desk_number(p->r, page)}, {STR("pages"), desk_number(p->r, pages)});
	if (page < pages)
		write_turn(p, table, page + 1, "next", MESSAGE_DESK_PAGE_NEXT);
	html_close(h, "nav");
}
