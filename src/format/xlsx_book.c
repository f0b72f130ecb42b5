/* SPDX-License-Identifier: Apache-2.0 */
#include "base/limits.h"
#include "format/xlsx_parts.h"

enum {
	CUSTOM_FORMATS = 4096, /* that show days */
	STYLES = 1 << 16,
	PATH_BYTES = 1024
};

/* --- relations: what belongs to a part --- */

struct relation {
	struct xlsx_book *book;
	struct str folder; /* of the part, with its slash; empty: at the top */
	struct str id;     /* looked for by id, or */
	struct str type;   /* by the last word of its type */
	struct str target; /* found; empty: not */
};

static struct str keep(struct xlsx_book *b, struct str text, enum err *err)
{
	struct str copy = arena_copy(&b->arena, text);
	if (!copy.data)
		*err = E_NOMEM;
	return copy;
}

/* "../x" once above the folder and so on; a leading slash begins at the top. */
static enum err resolve(struct relation *r, struct str target)
{
	struct writer w;
	struct str folder = r->folder;
	enum err err = E_OK;
	writer_init(&w, PATH_BYTES);
	if (str_starts(target, STR("/"))) {
		folder = STR("");
		target = (struct str){target.data + 1, target.size - 1};
	}
	while (str_starts(target, STR("../")) && folder.size > 0) {
		target = (struct str){target.data + 3, target.size - 3};
		do
			folder.size--;
		while (folder.size > 0 && folder.data[folder.size - 1] != '/');
	}
	writer_str(&w, folder);
	writer_str(&w, target);
	if (writer_end(&w) == E_OK)
		r->target = keep(r->book, writer_view_str(&w), &err);
	writer_release(&w);
	return err;
}

static enum err relation_start(void *context, struct str element, const char **attributes)
{
	struct relation *r = context;
	if (!str_equal(element, STR("Relationship")) || r->target.size > 0)
		return E_OK;
	struct str type = xlsx_attribute(attributes, "Type");
	bool wanted = r->id.size > 0 ? str_equal(xlsx_attribute(attributes, "Id"), r->id)
				     : str_ends(type, r->type);
	if (!wanted || str_equal(xlsx_attribute(attributes, "TargetMode"), STR("External")))
		return E_OK;
	return resolve(r, xlsx_attribute(attributes, "Target"));
}

static enum err ignore_end(void *context, struct str element)
{
	(void)context;
	(void)element;
	return E_OK;
}

static enum err ignore_text(void *context, struct str text)
{
	(void)context;
	(void)text;
	return E_OK;
}

static enum err run(struct xlsx_book *b, struct str name, const struct xlsx_handler *handler)
{
	return xlsx_part(b->file, name, handler, &b->unpacked, b->problem);
}

/* The relations of "xl/workbook.xml" lie in "xl/_rels/workbook.xml.rels". */
static enum err find_relation(struct xlsx_book *b, struct str part, struct str id, struct str type,
	struct str *ret_target)
{
	struct writer w;
	size_t slash = part.size;
	struct relation r = {.book = b, .id = id, .type = type};
	while (slash > 0 && part.data[slash - 1] != '/')
		slash--;
	r.folder = (struct str){part.data, slash};
	writer_init(&w, PATH_BYTES);
	writer_str(&w, r.folder);
	writer_text(&w, "_rels/");
	writer_str(&w, (struct str){part.data + slash, part.size - slash});
	writer_text(&w, ".rels");
	const struct xlsx_handler handler = {&r, relation_start, ignore_end, ignore_text};
	enum err err = writer_end(&w);
	if (err == E_OK)
		err = run(b, writer_view_str(&w), &handler);
	writer_release(&w);
	TRY(err == E_LIMIT && b->problem->code == PROBLEM_NONE ? E_NOTFOUND : err);
	if (r.target.size == 0)
		return E_NOTFOUND;
	*ret_target = r.target;
	return E_OK;
}

/* --- the workbook: which sheet --- */

struct sheets {
	struct xlsx_book *book;
	struct str wanted;
	struct str id; /* of its relation */
	bool found;
};

static enum err workbook_start(void *context, struct str element, const char **attributes)
{
	struct sheets *s = context;
	enum err err = E_OK;
	if (str_equal(element, STR("workbookPr"))) {
		struct str value = xlsx_attribute(attributes, "date1904");
		s->book->from_1904 = str_equal(value, STR("1")) || str_equal(value, STR("true"));
	}
	if (!str_equal(element, STR("sheet")) || s->found)
		return E_OK;
	struct str state = xlsx_attribute(attributes, "state");
	bool shown = state.size == 0 || str_equal(state, STR("visible"));
	struct str name = xlsx_attribute(attributes, "name");
	s->found = s->wanted.size > 0 ? str_equal(name, s->wanted) : shown;
	if (!s->found)
		return E_OK;
	/* "r:id": not "sheetId", whose local name differs. */
	s->id = keep(s->book, xlsx_attribute(attributes, "id"), &err);
	return err;
}

static enum err broken(struct xlsx_book *b, enum problem_code code, struct str got)
{
	problem_set(b->problem, code, STR(""), got);
	return E_SYNTAX;
}

static enum err find_parts(struct xlsx_book *b, struct str wanted)
{
	struct str workbook = STR("xl/workbook.xml");
	struct sheets sheets = {.book = b, .wanted = wanted};
	const struct xlsx_handler handler = {&sheets, workbook_start, ignore_end, ignore_text};
	enum err err = find_relation(b, STR(""), STR(""), STR("/officeDocument"), &workbook);
	if (err == E_OK || err == E_NOTFOUND)
		err = run(b, workbook, &handler);
	if (err == E_NOTFOUND)
		return broken(b, PROBLEM_UNKNOWN_FORMAT, STR("zip"));
	TRY(err);
	if (!sheets.found || sheets.id.size == 0)
		return broken(b, PROBLEM_NO_SHEET, wanted);
	err = find_relation(b, workbook, sheets.id, STR(""), &b->sheet);
	if (err == E_NOTFOUND)
		return broken(b, PROBLEM_NO_SHEET, wanted);
	TRY(err);
	err = find_relation(b, workbook, STR(""), STR("/sharedStrings"), &b->strings);
	if (err == E_OK || err == E_NOTFOUND)
		err = find_relation(b, workbook, STR(""), STR("/styles"), &b->styles);
	return err == E_NOTFOUND ? E_OK : err;
}

/* --- shared texts --- */

struct strings {
	struct xlsx_book *book;
	bool text;     /* inside <t> */
	bool phonetic; /* inside <rPh>: how to say it, not what it says */
};

static enum err strings_start(void *context, struct str element, const char **attributes)
{
	struct strings *s = context;
	(void)attributes;
	if (str_equal(element, STR("t")))
		s->text = true;
	if (str_equal(element, STR("rPh")))
		s->phonetic = true;
	return E_OK;
}

static enum err too_large(struct xlsx_book *b, uint64_t limit)
{
	problem_set(b->problem, PROBLEM_TOO_LARGE, STR(""), STR(""));
	b->problem->limit = limit;
	return E_LIMIT;
}

static enum err strings_end(void *context, struct str element)
{
	struct strings *s = context;
	struct xlsx_book *b = s->book;
	if (str_equal(element, STR("t")))
		s->text = false;
	if (str_equal(element, STR("rPh")))
		s->phonetic = false;
	if (!str_equal(element, STR("si")))
		return E_OK;
	writer_u32(&b->text_ends, (uint32_t)b->texts.size);
	return b->text_ends.err == E_LIMIT ? too_large(b, LIMIT_SHEET_TEXTS) : b->text_ends.err;
}

static enum err strings_text(void *context, struct str text)
{
	struct strings *s = context;
	struct xlsx_book *b = s->book;
	if (!s->text || s->phonetic)
		return E_OK;
	writer_str(&b->texts, text);
	return b->texts.err == E_LIMIT ? too_large(b, LIMIT_SHEET_TEXTS) : b->texts.err;
}

static uint32_t end_of(const struct xlsx_book *b, uint64_t i)
{
	const uint8_t *at = b->text_ends.data + i * sizeof(uint32_t);
	return (uint32_t)at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 |
	       (uint32_t)at[3] << 24;
}

struct str xlsx_shared_text(const struct xlsx_book *b, uint64_t i)
{
	if (i >= b->text_ends.size / sizeof(uint32_t))
		return STR("");
	uint32_t from = i ? end_of(b, i - 1) : 0;
	uint32_t to = end_of(b, i);
	return (struct str){(const char *)b->texts.data + from, to - from};
}

/* --- styles --- */

struct styles {
	struct xlsx_book *book;
	uint32_t *days; /* formats of its own that show days */
	size_t count;
	bool cells; /* inside <cellXfs> */
};

static bool is_day(const struct styles *s, uint64_t format)
{
	for (size_t i = 0; i < s->count; i++)
		if (s->days[i] == format)
			return true;
	return xlsx_builtin_is_day(format);
}

static void take_format(struct styles *s, const char **attributes)
{
	uint64_t id;
	if (s->count < CUSTOM_FORMATS &&
		str_to_u64(xlsx_attribute(attributes, "numFmtId"), UINT32_MAX, &id) &&
		xlsx_format_is_day(xlsx_attribute(attributes, "formatCode")))
		s->days[s->count++] = (uint32_t)id;
}

static enum err styles_start(void *context, struct str element, const char **attributes)
{
	struct styles *s = context;
	uint64_t id = 0;
	if (str_equal(element, STR("numFmt")))
		take_format(s, attributes);
	if (str_equal(element, STR("cellXfs")))
		s->cells = true;
	if (!s->cells || !str_equal(element, STR("xf")))
		return E_OK;
	(void)str_to_u64(xlsx_attribute(attributes, "numFmtId"), UINT32_MAX, &id);
	writer_u8(&s->book->style_is_day, is_day(s, id));
	return s->book->style_is_day.err == E_LIMIT ? too_large(s->book, STYLES)
						    : s->book->style_is_day.err;
}

static enum err styles_end(void *context, struct str element)
{
	struct styles *s = context;
	if (str_equal(element, STR("cellXfs")))
		s->cells = false;
	return E_OK;
}

/* A part that is named and missing is as one that says nothing. */
static enum err run_if_there(
	struct xlsx_book *b, struct str name, const struct xlsx_handler *handler)
{
	if (name.size == 0)
		return E_OK;
	enum err err = run(b, name, handler);
	return err == E_NOTFOUND ? E_OK : err;
}

enum err xlsx_book_read(struct xlsx_book *b, struct str sheet)
{
	struct strings strings = {.book = b};
	struct styles styles = {.book = b};
	const struct xlsx_handler string_handler = {
		&strings, strings_start, strings_end, strings_text};
	const struct xlsx_handler style_handler = {&styles, styles_start, styles_end, ignore_text};
	styles.days = arena_alloc(&b->arena, CUSTOM_FORMATS, sizeof(*styles.days));
	if (!styles.days)
		return E_NOMEM;
	writer_init(&b->texts, LIMIT_SHEET_TEXTS);
	writer_init(&b->text_ends, LIMIT_SHEET_TEXTS);
	writer_init(&b->style_is_day, STYLES);
	TRY(find_parts(b, sheet));
	TRY(run_if_there(b, b->styles, &style_handler));
	return run_if_there(b, b->strings, &string_handler);
}
