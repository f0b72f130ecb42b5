/* SPDX-License-Identifier: Apache-2.0 */
/* Two versions side by side. */
#include "desk/site.h"
#include "desk/site_compare.h"

enum {
	AROUND = 3, /* lines that are the same, shown around those that are not */
	COMPARE_ARENA = 64 << 20
};

/* --- cells --- */

static void write_side(struct desk_page *p, const struct compare_row *row, bool left)
{
	struct html *h = &p->html;
	struct str line = left ? row->left : row->right;
	bool there = (left ? row->left_line : row->right_line) > 0;
	const char *mark = left ? "del" : "ins";
	bool whole = row->kind == (left ? COMPARE_REMOVED : COMPARE_ADDED);
	html_open_class(h, "td", there ? NULL : "none");
	if (row->kind == COMPARE_CHANGED) {
		struct compare_middle middle = compare_line(row->left, row->right);
		html_text(h, middle.before);
		html_leaf(h, mark, NULL, left ? middle.left : middle.right);
		html_text(h, middle.after);
	} else if (there && whole) {
		html_leaf(h, mark, NULL, line);
	} else if (there) {
		html_text(h, line);
	}
	html_close(h, "td");
}

/* Besides the colour: what went has a minus, what came a plus. */
static void write_number(struct desk_page *p, const struct compare_row *row, bool left)
{
	size_t line = left ? row->left_line : row->right_line;
	bool changed = row->kind != COMPARE_SAME && line > 0;
	html_open_class(&p->html, "th", "number-cell");
	html_attribute(&p->html, "scope", STR("row"));
	if (line > 0)
		html_text(&p->html, desk_text(p->r, "%s%zu",
					    !changed ? ""
					    : left   ? "− "
						     : "+ ",
					    line));
	html_close(&p->html, "th");
}

static void write_row(struct desk_page *p, const struct compare_row *row)
{
	html_open_class(&p->html, "tr", row->kind == COMPARE_SAME ? "same" : NULL);
	write_number(p, row, true);
	write_side(p, row, true);
	write_number(p, row, false);
	write_side(p, row, false);
	html_close(&p->html, "tr");
}

static void write_skipped(struct desk_page *p, size_t lines)
{
	struct html *h = &p->html;
	html_open(h, "tr");
	html_open_class(h, "td", "skipped");
	html_attribute(h, "colspan", STR("4"));
	html_text(h, desk_words(p->r, MESSAGE_DESK_SITE_SAME_LINES,
			     &(const struct text_arg){STR("count"), desk_number(p->r, lines)}, 1));
	html_close(h, "td");
	html_close(h, "tr");
}

/* --- rows --- */

/* Near one that differs. */
static bool is_shown(const struct compare_row *rows, size_t count, size_t at)
{
	size_t from = at > AROUND ? at - AROUND : 0;
	for (size_t i = from; i < count && i <= at + AROUND; i++)
		if (rows[i].kind != COMPARE_SAME)
			return true;
	return false;
}

static void write_rows(struct desk_page *p, const struct compare_row *rows, size_t count)
{
	for (size_t i = 0; i < count;) {
		size_t skipped = 0;
		while (i + skipped < count && !is_shown(rows, count, i + skipped))
			skipped++;
		if (skipped > 0)
			write_skipped(p, skipped);
		i += skipped;
		if (i < count)
			write_row(p, &rows[i++]);
	}
}

static void write_head(struct desk_page *p, struct str from, struct str to)
{
	struct html *h = &p->html;
	const struct str sides[] = {from, to};
	html_open(h, "colgroup");
	for (int column = 0; column < 4; column++) {
		html_void(h, "col");
		if (column % 2 == 0)
			html_attribute(h, "class", STR("line"));
	}
	html_close(h, "colgroup");
	html_open(h, "thead");
	html_open(h, "tr");
	for (int side = 0; side < 2; side++) {
		html_open(h, "th");
		html_attribute(h, "scope", STR("col"));
		html_attribute(h, "colspan", STR("2"));
		html_text(h, sides[side]);
		html_close(h, "th");
	}
	html_close(h, "tr");
	html_close(h, "thead");
}

static enum err write_part(struct desk_page *p, enum message title, struct str left,
	struct str right, const struct str names[2])
{
	struct arena arena;
	const struct compare_row *rows = NULL;
	size_t count = 0;
	struct html *h = &p->html;
	desk_say(p, "h2", NULL, title);
	arena_init(&arena, COMPARE_ARENA);
	enum err err = compare_texts(left, right, &arena, &rows, &count);
	if (err == E_LIMIT) {
		desk_say(p, "p", NULL, MESSAGE_DESK_SITE_TOO_MUCH);
		err = E_OK;
	} else if (err == E_OK) {
		html_open_class(h, "div", "table");
		html_attribute(h, "tabindex", STR("0"));
		html_attribute(h, "role", STR("region"));
		html_attribute(h, "aria-label", text(p->lang, title));
		html_open_class(h, "table", "compare");
		write_head(p, names[0], names[1]);
		html_open(h, "tbody");
		write_rows(p, rows, count);
		html_close(h, "tbody");
		html_close(h, "table");
		html_close(h, "div");
	}
	arena_release(&arena);
	return err;
}

/* --- the page --- */

static struct str when_words(struct desk_request *r, const struct draft *d)
{
	return d->due.seconds > 0 ? desk_time(r, d->due) : STR("–");
}

static void show(struct desk_request *r, const struct site_row *row, enum lang lang,
	const struct draft sides[2])
{
	struct desk_page p;
	const struct str names[2] = {site_version_name(r, desk_argument(r, "from")),
		site_version_name(r, desk_argument(r, "to"))};
	const struct {
		enum message title;
		struct str left, right;
	} parts[] = {
		{MESSAGE_DESK_SITE_TITLE, sides[0].title, sides[1].title},
		{MESSAGE_DESK_SITE_KIND, text(r->lang, site_kind_message(sides[0].kind)),
			text(r->lang, site_kind_message(sides[1].kind))},
		{MESSAGE_DESK_SITE_SUMMARY, sides[0].summary, sides[1].summary},
		{MESSAGE_DESK_SITE_WHEN, when_words(r, &sides[0]), when_words(r, &sides[1])},
		{MESSAGE_DESK_SITE_TEXT, sides[0].body, sides[1].body},
	};
	struct desk_head head = site_head(r, row,
		desk_words(r, MESSAGE_DESK_SITE_COMPARE_TITLE,
			(const struct text_arg[]){{STR("from"), names[0]}, {STR("to"), names[1]}},
			2));
	head.crumbs[head.crumb_count++] =
		(struct desk_crumb){site_text_path(r, row->key, lang, "/history"),
			text(r->lang, MESSAGE_DESK_SITE_HISTORY)};
	head.wide = true;
	desk_page_begin(&p, r, &head, NULL);
	bool same = true;
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		if (str_equal(parts[i].left, parts[i].right))
			continue;
		same = false;
		enum err err = write_part(&p, parts[i].title, parts[i].left, parts[i].right, names);
		if (err != E_OK)
			writer_fail(p.html.out, err);
	}
	if (same)
		desk_say(&p, "p", "lead", MESSAGE_DESK_SITE_SAME);
	desk_page_end(&p);
}

void desk_site_compare(struct desk_request *r)
{
	struct site_row row;
	struct draft sides[2];
	enum lang lang;
	struct str from = desk_argument(r, "from");
	struct str to = desk_argument(r, "to");
	if (!site_find_text(r, ACT_SEE_SITE, &row, &lang))
		return;
	enum err err = from.size > 0 && to.size > 0 ? E_OK : E_NOTFOUND;
	if (err == E_OK)
		err = site_load_version(r, row.key, lang, from, &sides[0]);
	if (err == E_OK)
		err = site_load_version(r, row.key, lang, to, &sides[1]);
	if (err == E_NOTFOUND)
		desk_not_found(r);
	else if (err != E_OK)
		desk_failed(r, err);
	else
		show(r, &row, lang, sides);
}
