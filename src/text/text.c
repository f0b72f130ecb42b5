/* SPDX-License-Identifier: Apache-2.0 */
#include "text/text.h"

#include <assert.h>

#include "text/message_table.h"

static const struct str codes[] = {
	[LANG_VI] = STR_INIT("vi"),
	[LANG_EN] = STR_INIT("en"),
};

static_assert(sizeof(codes) / sizeof(codes[0]) == LANG__COUNT, "one code per language");

static const enum message problem_messages[] = {
#define PROBLEM(code) [PROBLEM_##code] = MESSAGE_PROBLEM_##code,
#include "base/problem.def"
#undef PROBLEM
};

static const enum message err_messages[] = {
	[E_OK] = MESSAGE_ERR_OK,
	[E_NOMEM] = MESSAGE_ERR_NOMEM,
	[E_LIMIT] = MESSAGE_ERR_LIMIT,
	[E_RANGE] = MESSAGE_ERR_RANGE,
	[E_SYNTAX] = MESSAGE_ERR_SYNTAX,
	[E_UNKNOWN] = MESSAGE_ERR_UNKNOWN,
	[E_TRUNCATED] = MESSAGE_ERR_TRUNCATED,
	[E_CORRUPT] = MESSAGE_ERR_CORRUPT,
	[E_VERSION] = MESSAGE_ERR_VERSION,
	[E_NOTFOUND] = MESSAGE_ERR_NOTFOUND,
	[E_EXISTS] = MESSAGE_ERR_EXISTS,
	[E_AMBIGUOUS] = MESSAGE_ERR_AMBIGUOUS,
	[E_DENIED] = MESSAGE_ERR_DENIED,
	[E_BUSY] = MESSAGE_ERR_BUSY,
	[E_NOSPACE] = MESSAGE_ERR_NOSPACE,
	[E_IO] = MESSAGE_ERR_IO,
	[E_TIMEOUT] = MESSAGE_ERR_TIMEOUT,
	[E_CRASHED] = MESSAGE_ERR_CRASHED,
	[E_USAGE] = MESSAGE_ERR_USAGE,
};

static_assert(sizeof(err_messages) / sizeof(err_messages[0]) == ERR__COUNT, "one text per error");

bool lang_parse(struct str code, enum lang *ret_lang)
{
	for (int i = 0; i < LANG__COUNT; i++) {
		if (str_equal_nocase(code, codes[i])) {
			*ret_lang = (enum lang)i;
			return true;
		}
	}
	return false;
}

struct str lang_code(enum lang lang)
{
	return codes[lang];
}

struct str text(enum lang lang, enum message message)
{
	return message_text(lang, message);
}

bool text_next(struct str *rest, struct str *ret_words, struct str *ret_name)
{
	struct str after;
	if (rest->size == 0)
		return false;
	*ret_words = str_cut(*rest, '{', &after);
	*ret_name = str_cut(after, '}', rest);
	return true;
}

static struct str find_value(struct str name, const struct text_arg *args, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (str_equal(args[i].name, name))
			return args[i].value;
	return STR("");
}

void text_write(struct writer *w, enum lang lang, enum message message, const struct text_arg *args,
	size_t count)
{
	struct str rest = text(lang, message);
	struct str words;
	struct str name;
	while (text_next(&rest, &words, &name)) {
		writer_str(w, words);
		writer_str(w, find_value(name, args, count));
	}
}

/* What an input that no format claims looks like is told in English by who parsed it. */
static const struct {
	struct str what;
	enum message words;
} looks[] = {
	{STR_INIT("binary"), MESSAGE_LOOKS_BINARY},
	{STR_INIT("binary (ELF)"), MESSAGE_LOOKS_ELF},
	{STR_INIT("binary (Windows program)"), MESSAGE_LOOKS_WINDOWS},
	{STR_INIT("PDF document"), MESSAGE_LOOKS_PDF},
	{STR_INIT("zip archive"), MESSAGE_LOOKS_ZIP},
	{STR_INIT("7-Zip archive"), MESSAGE_LOOKS_7ZIP},
	{STR_INIT("RAR archive"), MESSAGE_LOOKS_RAR},
	{STR_INIT("PNG picture"), MESSAGE_LOOKS_PNG},
	{STR_INIT("JPEG picture"), MESSAGE_LOOKS_JPEG},
	{STR_INIT("SQLite database"), MESSAGE_LOOKS_SQLITE},
	{STR_INIT("network capture (pcap)"), MESSAGE_LOOKS_PCAP},
	{STR_INIT("HTML page"), MESSAGE_LOOKS_HTML},
	{STR_INIT("XML document"), MESSAGE_LOOKS_XML},
	{STR_INIT("JSON object"), MESSAGE_LOOKS_JSON_OBJECT},
	{STR_INIT("JSON array"), MESSAGE_LOOKS_JSON_ARRAY},
	{STR_INIT("comments only"), MESSAGE_LOOKS_COMMENTS},
	{STR_INIT("list of host names or URLs"), MESSAGE_LOOKS_NAMES},
	{STR_INIT("text"), MESSAGE_LOOKS_TEXT},
};

static void write_look(struct writer *w, enum lang lang, struct str what)
{
	const struct str csv = STR("CSV with columns ");
	for (size_t i = 0; i < sizeof(looks) / sizeof(looks[0]); i++)
		if (str_equal(looks[i].what, what)) {
			writer_str(w, text(lang, looks[i].words));
			return;
		}
	const struct text_arg columns = {
		STR("columns"), {what.data + csv.size, what.size - csv.size}};
	if (str_starts(what, csv))
		text_write(w, lang, MESSAGE_LOOKS_CSV, &columns, 1);
	else
		writer_str(w, what);
}

void text_problem(struct writer *w, enum lang lang, const struct problem *problem)
{
	struct writer limit;
	struct writer got;
	writer_init(&limit, 64);
	writer_init(&got, 1 << 16);
	text_number(&limit, lang, problem->limit);
	if (problem->code == PROBLEM_UNKNOWN_FORMAT)
		write_look(&got, lang, problem_got(problem));
	else
		writer_str(&got, problem_got(problem));
	const struct text_arg args[] = {{STR("field"), problem_field(problem)},
		{STR("got"), writer_view_str(&got)}, {STR("limit"), writer_view_str(&limit)}};
	text_write(w, lang, problem_messages[problem->code], args, sizeof(args) / sizeof(args[0]));
	writer_release(&limit);
	writer_release(&got);
}

struct str text_err(enum lang lang, enum err err)
{
	return text(lang, err_messages[err]);
}
