/* SPDX-License-Identifier: Apache-2.0 */
#include "survey/command.h"
#include "survey/lines.h"
#include "survey/readers.h"
#include "survey/reasons.h"

/* Also "00": the system reads a number. */
static bool is_zero(struct str number)
{
	for (size_t i = 0; i < number.size; i++)
		if (number.data[i] != '0')
			return false;
	return number.size > 0;
}

enum err read_passwd(struct bytes content, struct str path, const struct place_sink *s)
{
	struct lines l;
	struct str line, rest, why;
	(void)path;
	lines_init(&l, content, false);
	while (lines_next_but(&l, "#+-", &line)) {
		struct str name = str_cut(line, ':', &rest);
		if (rest.size == 0)
			continue;
		struct str word = str_cut(rest, ':', &rest);
		struct str number = str_cut(rest, ':', &rest);
		why = word.size == 0 ? WHY_NO_PASSWORD : STR("");
		if (is_zero(number) && !str_equal(name, STR("root")))
			why = WHY_SECOND_ROOT;
		for (int i = 0; i < 3; i++)
			str_cut(rest, ':', &rest);
		if (why.size == 0)
			why = path_reason(rest);
		TRY(give_entry(s, l.number, line, rest, why));
	}
	return E_OK;
}

/* Only the names: what stands behind them is nobody's business. */
enum err read_shadow(struct bytes content, struct str path, const struct place_sink *s)
{
	struct lines l;
	struct str line, rest;
	(void)path;
	lines_init(&l, content, false);
	while (lines_next_but(&l, "#+-", &line)) {
		struct str name = str_cut(line, ':', &rest);
		const bool empty = rest.size > 0 && rest.data[0] == ':';
		TRY(give_entry(s, l.number, name, STR(""), empty ? WHY_NO_PASSWORD : STR("")));
	}
	return E_OK;
}

/* --- who may act as root --- */

static bool is_service(struct str user)
{
	static const struct str services[] = {STR_INIT("www-data"), STR_INIT("apache"),
		STR_INIT("nginx"), STR_INIT("nobody"), STR_INIT("daemon"), STR_INIT("bin"),
		STR_INIT("sys"), STR_INIT("games"), STR_INIT("mail"), STR_INIT("news"),
		STR_INIT("lp"), STR_INIT("uucp"), STR_INIT("proxy"), STR_INIT("backup"),
		STR_INIT("list"), STR_INIT("man"), STR_INIT("sshd"), STR_INIT("ftp"),
		STR_INIT("mysql"), STR_INIT("redis"), STR_INIT("postgres"), STR_INIT("tomcat"),
		{0}};
	return str_among(user, services);
}

/* The commands of a rule, behind tags. */
static struct str sudo_reason(struct str line)
{
	struct str rest;
	struct str user = take_word(&line);
	if (str_starts(user, STR("Defaults")))
		return str_contains(line, STR("!authenticate")) ? WHY_ANYBODY_ROOT : STR("");
	str_cut(line, '=', &rest);
	const bool all = str_ends(rest, STR("ALL"));
	const bool unasked = str_contains(rest, STR("NOPASSWD:"));
	if (all && str_equal(user, STR("ALL")) && (unasked || !str_contains(rest, STR("(ALL"))))
		return WHY_ANYBODY_ROOT;
	if (all && unasked && is_service(user))
		return WHY_SERVICE_ROOT;
	while (rest.size > 0) {
		struct str why = path_reason(take_word(&rest));
		if (why.size > 0)
			return why;
	}
	return STR("");
}

enum err read_sudoers(struct bytes content, struct str path, const struct place_sink *s)
{
	struct lines l;
	struct str line;
	lines_init(&l, content, true);
	TRY(give_hidden(s, path));
	while (lines_next_but(&l, "#@", &line))
		TRY(give_entry(s, l.number, line, STR(""), sudo_reason(line)));
	return E_OK;
}

/* --- keys --- */

/* Options end at white space outside quotes. */
static struct str take_options(struct str *rest)
{
	bool quoted = false;
	size_t n = 0;
	for (; n < rest->size && (quoted || (rest->data[n] != ' ' && rest->data[n] != '\t')); n++)
		if (rest->data[n] == '"' && (n == 0 || rest->data[n - 1] != '\\'))
			quoted = !quoted;
	struct str options = {rest->data, n};
	*rest = (struct str){rest->data + n, rest->size - n};
	return options;
}

static bool is_key_kind(struct str word)
{
	return str_starts(word, STR("ssh-")) || str_starts(word, STR("ecdsa-")) ||
	       str_starts(word, STR("sk-"));
}

enum err read_keys(struct bytes content, struct str path, const struct place_sink *s)
{
	struct lines l;
	struct str line;
	(void)path;
	lines_init(&l, content, false);
	while (lines_next_but(&l, "#", &line)) {
		struct str rest = line, command = STR(""), why = STR("");
		struct str options = take_options(&rest);
		size_t at =
			is_key_kind(options) ? options.size : str_find(options, STR("command=\""));
		if (at < options.size) {
			why = WHY_KEY_COMMAND;
			struct str tail = {options.data + at + 9, options.size - at - 9};
			command = command_read(str_cut(tail, '"', &rest)).program;
		}
		TRY(give_entry(s, l.number, line, command, why));
	}
	return E_OK;
}

enum err read_sshd(struct bytes content, struct str path, const struct place_sink *s)
{
	struct lines l;
	struct str line;
	TRY(give_hidden(s, path));
	lines_init(&l, content, false);
	while (lines_next_but(&l, "#", &line)) {
		struct str rest = line;
		struct str name = take_word(&rest);
		rest = str_trim(rest);
		if (str_equal_nocase(name, STR("PermitEmptyPasswords"))) {
			TRY(give_entry(s, l.number, line, STR(""),
				str_equal_nocase(rest, STR("yes")) ? WHY_NO_PASSWORD : STR("")));
		} else if (str_equal_nocase(name, STR("AuthorizedKeysCommand")) ||
			   str_equal_nocase(name, STR("ForceCommand"))) {
			struct command c = command_read(rest);
			TRY(give_entry(s, l.number, line, c.program, c.why));
		}
	}
	return E_OK;
}
