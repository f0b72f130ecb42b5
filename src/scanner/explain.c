/* SPDX-License-Identifier: Apache-2.0 */
#include "scanner/explain.h"

#include "base/limits.h"
#include "format/markdown.h"
#include "scanner/words.h"
#include "scanner/wrap.h"

/* What a line of Markdown begins, as far as pages about families use it. */
enum line_kind {
	LINE_EMPTY,
	LINE_HEADING,
	LINE_ITEM,
	LINE_TEXT
};

static enum line_kind kind_of(struct str line)
{
	struct str trimmed = str_trim(line);
	uint64_t number;
	struct str rest;
	if (trimmed.size == 0)
		return LINE_EMPTY;
	if (trimmed.data[0] == '#')
		return LINE_HEADING;
	if (str_starts(trimmed, STR("- ")) || str_starts(trimmed, STR("* ")))
		return LINE_ITEM;
	struct str before = str_cut(trimmed, '.', &rest);
	bool numbered = str_to_u64(before, 99, &number) && rest.size > 0 && rest.data[0] == ' ';
	return numbered ? LINE_ITEM : LINE_TEXT;
}

/* Lines of one block, from the front of *rest. */
static struct str next_block(struct str *rest, enum line_kind *ret_kind)
{
	struct str block = {rest->data, 0};
	*ret_kind = LINE_EMPTY;
	while (rest->size > 0) {
		struct str after;
		struct str line = str_cut(*rest, '\n', &after);
		enum line_kind kind = kind_of(line);
		bool more = kind == LINE_TEXT && (*ret_kind == LINE_TEXT || *ret_kind == LINE_ITEM);
		if (block.size > 0 && !more)
			break;
		block.size += rest->size - after.size;
		*ret_kind = kind;
		*rest = after;
	}
	return block;
}

static void write_block(struct writer *w, struct str block, enum line_kind kind, size_t columns)
{
	static const struct markdown plain = {.heading = 1};
	struct writer words;
	struct writer shown;
	writer_init(&words, LIMIT_SITE_BODY);
	writer_init(&shown, 4 * LIMIT_SITE_BODY);
	markdown_write_plain(&words, block, LIMIT_SITE_BODY, &plain);
	write_shown(&shown, writer_view_str(&words));
	struct str text = str_trim(writer_view_str(&shown));
	if (kind == LINE_ITEM) {
		writer_text(w, "  • ");
		write_hanging(w, text, 4, columns);
	} else {
		write_wrapped(w, text, 0, columns);
		writer_char(w, '\n');
	}
	writer_release(&words);
	writer_release(&shown);
}

static void write_page(struct writer *w, struct str page, size_t columns)
{
	bool item = false;
	while (page.size > 0) {
		enum line_kind kind;
		struct str block = next_block(&page, &kind);
		if (kind == LINE_EMPTY)
			continue;
		if (item && kind != LINE_ITEM)
			writer_char(w, '\n');
		write_block(w, block, kind, columns);
		item = kind == LINE_ITEM;
	}
}

bool explain_family(struct writer *w, struct scan_report *r, struct str family, size_t columns)
{
	struct str page = report_page(r, family);
	struct str about = family_about(family, r->lang);
	if (page.size > 0) {
		write_page(w, page, columns);
		return true;
	}
	if (about.size == 0)
		return false;
	write_wrapped(w, family_shown(family), 0, columns);
	writer_char(w, '\n');
	write_wrapped(w, about, 0, columns);
	return true;
}
