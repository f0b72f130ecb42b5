/* SPDX-License-Identifier: Apache-2.0 */
#include "scanner/explain.h"

#include "base/limits.h"
#include "format/markdown.h"
#include "model/botnet.h"
#include "program/wrap.h"
#include "scanner/words.h"

enum {
	STEP_INDENT = 5
};

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

/* --- what our list knows besides --- */

static void say_value(struct writer *w, enum lang lang, enum message message, const char *name,
	struct str value, size_t columns)
{
	struct writer text;
	writer_init(&text, LIMIT_SITE_BODY);
	text_write(&text, lang, message, (const struct text_arg[]){{str_from(name), value}}, 1);
	write_wrapped(w, writer_view_str(&text), 0, columns);
	writer_release(&text);
}

static void say_names(struct writer *w, enum lang lang, const struct family *f, size_t columns)
{
	struct writer names;
	if (f->alias_count == 0)
		return;
	writer_init(&names, LIMIT_SITE_BODY);
	for (size_t i = 0; i < f->alias_count; i++) {
		writer_text(&names, i > 0 ? ", " : "");
		writer_str(&names, f->aliases[i]);
	}
	say_value(w, lang, MESSAGE_SCAN_EXPLAIN_NAMES, "names", writer_view_str(&names), columns);
	writer_release(&names);
}

static void say_platform(struct writer *w, enum lang lang, const struct family *f, size_t columns)
{
	static const struct {
		struct str platform;
		enum message message;
	} platforms[] = {
		{STR_INIT("windows"), MESSAGE_SCAN_EXPLAIN_ON_WINDOWS},
		{STR_INIT("linux"), MESSAGE_SCAN_EXPLAIN_ON_LINUX},
		{STR_INIT("iot"), MESSAGE_SCAN_EXPLAIN_ON_DEVICES},
		{STR_INIT("android"), MESSAGE_SCAN_EXPLAIN_ON_PHONES},
		{STR_INIT("ios"), MESSAGE_SCAN_EXPLAIN_ON_PHONES},
		{STR_INIT("macos"), MESSAGE_SCAN_EXPLAIN_ON_MACS},
	};
	for (size_t i = 0; i < sizeof(platforms) / sizeof(platforms[0]); i++)
		if (str_equal(platforms[i].platform, f->platform))
			write_wrapped(w, text(lang, platforms[i].message), 0, columns);
}

static void say_steps(struct writer *w, enum lang lang, size_t columns)
{
	enum message list[TODO_MOST];
	size_t count = todo_list(true, true, false, true, list);
	writer_char(w, '\n');
	write_wrapped(w, text(lang, MESSAGE_SCAN_EXPLAIN_STEPS), 0, columns);
	for (size_t i = 0; i < count; i++) {
		writer_text(w, "  ");
		writer_decimal(w, i + 1);
		writer_text(w, ". ");
		write_hanging(w, text(lang, list[i]), STEP_INDENT, columns);
	}
}

/* A page with parts of its own says what to do itself. */
static bool says_all(struct str page)
{
	return str_find(page, STR("\n## ")) < page.size;
}

bool explain_family(struct writer *w, struct scan_report *r, struct str family, size_t columns)
{
	struct str page = report_page(r, family);
	const struct family *known = family_find(family);
	if (page.size == 0 && !known)
		return false;
	if (page.size > 0) {
		write_page(w, page, columns);
	} else {
		write_wrapped(w, known->name, 0, columns);
		writer_char(w, '\n');
		write_wrapped(w, known->about[r->lang], 0, columns);
		writer_char(w, '\n');
	}
	if (says_all(page))
		return true;
	if (known) {
		say_names(w, r->lang, known, columns);
		say_platform(w, r->lang, known, columns);
	}
	say_steps(w, r->lang, columns);
	return true;
}
