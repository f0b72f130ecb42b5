/* SPDX-License-Identifier: Apache-2.0 */
#include "survey/command.h"
#include "survey/lines.h"
#include "survey/readers.h"
#include "survey/reasons.h"

/* --- cron --- */

/* What a terminal would not show: the line runs, `crontab -l` looks empty. */
static bool hides(struct str line)
{
	return line.size > 0 &&
	       (memchr(line.data, '\r', line.size) || memchr(line.data, '\x1b', line.size));
}

static bool is_setting(struct str line)
{
	struct str value;
	struct str name = str_trim(str_cut(line, '=', &value));
	if (value.size == 0 && !str_ends(line, STR("=")))
		return false;
	for (size_t i = 0; i < name.size; i++)
		if (name.data[i] == ' ' || name.data[i] == '\t' || name.data[i] == '*')
			return false;
	return true;
}

/* `fields` words, or one where the first is @reboot and its like, then `more`, then a command. */
static enum err read_cron(struct bytes content, struct str path, const struct place_sink *s,
	unsigned fields, unsigned more)
{
	struct lines l;
	struct str line;
	bool first = true;
	lines_init(&l, content, false);
	while (lines_next_but(&l, "#", &line)) {
		if (first)
			TRY(give_hidden(s, path));
		first = false;
		if (is_setting(line)) {
			struct command setting = command_read(line);
			TRY(give_entry(s, l.number, line, STR(""), setting.why));
			continue;
		}
		struct str rest = line;
		unsigned skip = (line.data[0] == '@' ? 1 : fields) + more;
		for (unsigned i = 0; i < skip; i++)
			take_word(&rest);
		struct command c = command_read(str_trim(rest));
		if (hides(line))
			c.why = WHY_HIDES_TEXT;
		TRY(give_entry(s, l.number, line, c.program, c.why));
	}
	return E_OK;
}

enum err read_crontab(struct bytes content, struct str path, const struct place_sink *s)
{
	return read_cron(content, path, s, 5, 0);
}

enum err read_crontab_system(struct bytes content, struct str path, const struct place_sink *s)
{
	return read_cron(content, path, s, 5, 1);
}

enum err read_anacrontab(struct bytes content, struct str path, const struct place_sink *s)
{
	return read_cron(content, path, s, 1, 2);
}

/* --- scripts --- */

static bool is_text(struct bytes content)
{
	size_t head = content.size < 512 ? content.size : 512;
	return head == 0 || !memchr(content.data, '\0', head);
}

static bool sets_preload(struct str line)
{
	if (str_starts(line, STR("export ")))
		line = str_trim((struct str){line.data + 7, line.size - 7});
	return str_starts(line, STR("LD_PRELOAD=")) && line.size > 11;
}

/* Lines with a sign; the others of a script say nothing by themselves. */
static enum err give_suspicious(struct bytes content, bool profile, const struct place_sink *s)
{
	struct lines l;
	struct str line;
	lines_init(&l, content, true);
	while (lines_next_but(&l, "#", &line)) {
		struct command c = command_read(line);
		if (c.why.size == 0 && profile && sets_preload(line))
			c.why = WHY_SETS_PRELOAD;
		if (c.why.size > 0)
			TRY(give_entry(s, l.number, line, c.program, c.why));
	}
	return E_OK;
}

enum err read_script(struct bytes content, struct str path, const struct place_sink *s)
{
	struct lines l;
	struct str line;
	lines_init(&l, content, false);
	/* Empty ones and ones that are all comment keep a folder in a package. */
	if (!is_text(content) ||
		str_starts((struct str){(const char *)content.data, content.size}, STR("#!")) ||
		lines_next_but(&l, "#", &line))
		TRY(give_file(s, path, path));
	return is_text(content) ? give_suspicious(content, false, s) : E_OK;
}

enum err read_profile(struct bytes content, struct str path, const struct place_sink *s)
{
	TRY(give_entry(s, 0, path_name(path), STR(""), STR("")));
	return give_suspicious(content, true, s);
}

enum err read_environment(struct bytes content, struct str path, const struct place_sink *s)
{
	struct lines l;
	struct str line;
	(void)path;
	lines_init(&l, content, false);
	while (lines_next_but(&l, "#", &line))
		TRY(give_entry(s, l.number, line, STR(""),
			sets_preload(line) || str_starts(line, STR("LD_PRELOAD DEFAULT="))
				? WHY_SETS_PRELOAD
				: STR("")));
	return E_OK;
}

/* --- sections and assignments --- */

static enum err read_assignments(struct bytes content, struct str path, const struct place_sink *s,
	const struct str *commands)
{
	struct lines l;
	struct str line, value;
	TRY(give_hidden(s, path));
	lines_init(&l, content, true);
	while (lines_next_but(&l, "#;", &line)) {
		struct str name = str_trim(str_cut(line, '=', &value));
		value = str_trim(value);
		const bool sets = str_equal(name, STR("Environment"));
		if (value.size == 0 || (!sets && !str_among(name, commands)))
			continue;
		while (!sets && value.size > 0 && strchr("@-:+!|", value.data[0]))
			value = (struct str){value.data + 1, value.size - 1};
		struct command c = command_read(value);
		if (sets && c.why.size == 0)
			continue;
		TRY(give_entry(s, l.number, line, sets ? STR("") : c.program, c.why));
	}
	return E_OK;
}

enum err read_unit(struct bytes content, struct str path, const struct place_sink *s)
{
	static const struct str commands[] = {STR_INIT("ExecStart"), STR_INIT("ExecStartPre"),
		STR_INIT("ExecStartPost"), STR_INIT("ExecStop"), STR_INIT("ExecStopPost"),
		STR_INIT("ExecReload"), STR_INIT("ExecCondition"), STR_INIT("What"), {0}};
	return read_assignments(content, path, s, commands);
}

enum err read_desktop(struct bytes content, struct str path, const struct place_sink *s)
{
	static const struct str commands[] = {
		STR_INIT("Exec"), STR_INIT("TryExec"), STR_INIT("server"), {0}};
	return read_assignments(content, path, s, commands);
}

/* --- hooks --- */

enum err read_apt(struct bytes content, struct str path, const struct place_sink *s)
{
	struct lines l;
	struct str line, command;
	TRY(give_hidden(s, path));
	lines_init(&l, content, false);
	while (lines_next_but(&l, "#", &line)) {
		if (str_starts(line, STR("//")))
			continue;
		size_t quote = str_find(line, STR("\""));
		if (quote == line.size)
			continue;
		command = (struct str){line.data + quote, line.size - quote};
		struct command c = command_read(command);
		const bool hook = str_contains(line, STR("-Invoke")) ||
				  str_contains(line, STR("Install-Pkgs"));
		if (hook || c.why.size > 0)
			TRY(give_entry(s, l.number, line, hook ? c.program : STR(""), c.why));
	}
	return E_OK;
}

/* The command is what follows the last '=' or ':' in front of it. */
enum err read_hooks(struct bytes content, struct str path, const struct place_sink *s)
{
	struct lines l;
	struct str line, value;
	TRY(give_hidden(s, path));
	lines_init(&l, content, false);
	while (lines_next_but(&l, "#", &line)) {
		struct str name = str_cut(line, '=', &value);
		const bool dpkg = str_ends(str_trim(name), STR("-invoke"));
		if (!dpkg) {
			str_cut(line, ':', &value);
			str_cut(value, ':', &value);
		}
		struct command c = command_read(str_trim(value));
		if (value.size > 0)
			TRY(give_entry(s, l.number, line, c.program, c.why));
	}
	return E_OK;
}

/* Of one rule of udev: the quoted part behind `key`. */
static enum err read_rule(
	const struct place_sink *s, uint64_t number, struct str line, struct str key)
{
	struct str rest = line, command;
	for (size_t at = str_find(rest, key); at < rest.size; at = str_find(rest, key)) {
		rest = (struct str){rest.data + at + key.size, rest.size - at - key.size};
		str_cut(rest, '"', &command);
		command = str_cut(command, '"', &rest);
		struct command c = command_read(command);
		TRY(give_entry(s, number, line, c.program, c.why));
	}
	return E_OK;
}

enum err read_udev(struct bytes content, struct str path, const struct place_sink *s)
{
	static const struct str keys[] = {
		STR_INIT("RUN"), STR_INIT("PROGRAM"), STR_INIT("IMPORT{program}")};
	struct lines l;
	struct str line;
	TRY(give_hidden(s, path));
	lines_init(&l, content, true);
	while (lines_next_but(&l, "#", &line))
		for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
			TRY(read_rule(s, l.number, line, keys[i]));
	return E_OK;
}

enum err read_interfaces(struct bytes content, struct str path, const struct place_sink *s)
{
	static const struct str keys[] = {STR_INIT("up"), STR_INIT("pre-up"), STR_INIT("post-up"),
		STR_INIT("down"), STR_INIT("pre-down"), STR_INIT("post-down"), {0}};
	struct lines l;
	struct str line;
	TRY(give_hidden(s, path));
	lines_init(&l, content, true);
	while (lines_next_but(&l, "#", &line)) {
		struct str rest = line;
		if (!str_among(take_word(&rest), keys))
			continue;
		struct command c = command_read(rest);
		TRY(give_entry(s, l.number, line, c.program, c.why));
	}
	return E_OK;
}

enum err read_inittab(struct bytes content, struct str path, const struct place_sink *s)
{
	struct lines l;
	struct str line, rest;
	(void)path;
	lines_init(&l, content, false);
	while (lines_next_but(&l, "#", &line)) {
		str_cut(line, ':', &rest);
		str_cut(rest, ':', &rest);
		str_cut(rest, ':', &rest);
		struct command c = command_read(rest);
		TRY(give_entry(s, l.number, line, c.program, c.why));
	}
	return E_OK;
}
