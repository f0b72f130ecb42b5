/* SPDX-License-Identifier: Apache-2.0 */
/* Files of Windows that say what is started: tasks, Startup folders, autorun.inf. */
#include "survey/hive.h"
#include "survey/lines.h"
#include "survey/readers.h"
#include "survey/reasons.h"
#include "survey/windows_command.h"
#include "survey/windows_link.h"

enum {
	TEXT_MOST = 4 << 20
};

/* Appends the content as UTF-8, whatever it is written in. */
static void write_content(struct writer *w, struct bytes content)
{
	if (content.size >= 2 && content.data[0] == 0xff && content.data[1] == 0xfe)
		write_wide(w, (struct bytes){content.data + 2, content.size - 2});
	else
		writer_bytes(w, content);
}

/* --- tasks --- */

/* What stands between a tag and its end, and what follows it; false where there is none. */
static bool take_element(
	struct str *rest, struct str open, struct str close, struct str *ret_inside)
{
	const size_t at = str_find(*rest, open);
	if (at == rest->size)
		return false;
	struct str tail = {rest->data + at + open.size, rest->size - at - open.size};
	const size_t end = str_find(tail, close);
	*ret_inside = (struct str){tail.data, end};
	const size_t behind = end < tail.size ? end + close.size : end;
	*rest = (struct str){tail.data + behind, tail.size - behind};
	return true;
}

static void write_unescaped(struct writer *w, struct str s)
{
	static const struct {
		struct str name;
		char is;
	} names[] = {{STR_INIT("&amp;"), '&'}, {STR_INIT("&lt;"), '<'}, {STR_INIT("&gt;"), '>'},
		{STR_INIT("&quot;"), '"'}, {STR_INIT("&apos;"), '\''}};
	while (s.size > 0) {
		size_t i = 0;
		while (i < sizeof(names) / sizeof(names[0]) && !str_starts(s, names[i].name))
			i++;
		const bool named = i < sizeof(names) / sizeof(names[0]);
		const size_t size = named ? names[i].name.size : 1;
		writer_char(w, named ? names[i].is : s.data[0]);
		s = (struct str){s.data + size, s.size - size};
	}
}

static enum err give_task(struct writer *w, struct str action, const struct place_sink *s)
{
	struct str rest = action, program, words;
	if (!take_element(&rest, STR("<Command>"), STR("</Command>"), &program))
		return E_OK;
	rest = action;
	writer_clear(w);
	program = str_trim(program);
	const bool quoted = str_starts(program, STR("\"")) || str_starts(program, STR("&quot;"));
	if (!quoted)
		writer_char(w, '"');
	write_unescaped(w, program);
	writer_str(w, quoted ? STR(" ") : STR("\" "));
	if (take_element(&rest, STR("<Arguments>"), STR("</Arguments>"), &words))
		write_unescaped(w, words);
	struct str line = str_trim(writer_view_str(w));
	struct command c = windows_command_read(line);
	return give_entry(s, 0, line, c.program, c.why);
}

enum err read_task(struct bytes content, struct str path, const struct place_sink *s)
{
	struct writer text, line;
	struct str action;
	enum err err = E_OK;
	(void)path;
	writer_init(&text, TEXT_MOST);
	writer_init(&line, TEXT_MOST);
	write_content(&text, content);
	struct str rest = writer_view_str(&text);
	while (err == E_OK && take_element(&rest, STR("<Exec"), STR("</Exec>"), &action))
		err = give_task(&line, action, s);
	writer_release(&text);
	writer_release(&line);
	return err;
}

/* --- Startup folders --- */

static bool is_program(struct str name, struct bytes content)
{
	static const struct str endings[] = {STR_INIT(".exe"), STR_INIT(".scr"), STR_INIT(".com"),
		STR_INIT(".pif"), STR_INIT(".vbs"), STR_INIT(".vbe"), STR_INIT(".js"),
		STR_INIT(".jse"), STR_INIT(".wsf"), STR_INIT(".hta"), {0}};
	for (const struct str *e = endings; e->size > 0; e++)
		if (ends_nocase(name, *e))
			return true;
	return content.size > 64 && memcmp(content.data, "MZ", 2) == 0;
}

static enum err give_link(struct bytes content, struct str name, const struct place_sink *s)
{
	struct writer line, text;
	writer_init(&line, TEXT_MOST);
	writer_init(&text, TEXT_MOST);
	enum err read = windows_link_read(content, &line);
	struct str started = str_trim(writer_view_str(&line));
	struct command c = windows_command_read(started);
	writer_str(&text, name);
	writer_str(&text, STR(" → "));
	writer_str(&text, started);
	enum err err = give_entry(s, 0, writer_view_str(&text), c.program, c.why);
	writer_release(&line);
	writer_release(&text);
	return err != E_OK ? err : read;
}

/* A batch file, line by line; others may hold anything. */
static enum err give_lines(struct bytes content, const struct place_sink *s)
{
	struct lines l;
	struct str line;
	lines_init(&l, content, false);
	while (lines_next(&l, &line)) {
		struct command c = windows_command_read(
			line.data[0] == '@' ? (struct str){line.data + 1, line.size - 1} : line);
		if (c.why.size > 0)
			TRY(give_entry(s, l.number, line, c.program, c.why));
	}
	return E_OK;
}

enum err read_startup(struct bytes content, struct str path, const struct place_sink *s)
{
	struct str name = path_name(path);
	if (str_equal_nocase(name, STR("desktop.ini")))
		return E_OK;
	if (ends_nocase(name, STR(".lnk")))
		return give_link(content, name, s);
	const bool program = is_program(name, content);
	TRY(give_entry(s, 0, name, STR(""), program ? WHY_STARTUP : STR("")));
	const bool batch = ends_nocase(name, STR(".bat")) || ends_nocase(name, STR(".cmd")) ||
			   ends_nocase(name, STR(".ps1"));
	return batch ? give_lines(content, s) : E_OK;
}

/* --- autorun.inf: what a disk starts when it is put in --- */

/* Discs of old begin with setup.exe; worms begin in the bin, or with a library. */
static struct str autorun_reason(struct str value, struct str why)
{
	if (why.size > 0)
		return why;
	return contains_nocase(value, STR("recycle")) || contains_nocase(value, STR("rundll32"))
		       ? WHY_ODD_FOLDER
		       : STR("");
}

enum err read_autorun(struct bytes content, struct str path, const struct place_sink *s)
{
	static const struct str names[] = {STR_INIT("open"), STR_INIT("shellexecute"), {0}};
	struct lines l;
	struct str line, value;
	(void)path;
	lines_init(&l, content, false);
	while (lines_next_but(&l, ";", &line)) {
		struct str name = str_trim(str_cut(line, '=', &value));
		value = str_trim(value);
		const bool verb = find_nocase(name, STR("shell\\")) == 0 &&
				  ends_nocase(name, STR("\\command"));
		bool starts = verb;
		for (const struct str *n = names; n->size > 0; n++)
			starts = starts || str_equal_nocase(name, *n);
		if (!starts || value.size == 0)
			continue;
		struct command c = windows_command_read(value);
		TRY(give_entry(s, l.number, line, c.program, autorun_reason(value, c.why)));
	}
	return E_OK;
}
