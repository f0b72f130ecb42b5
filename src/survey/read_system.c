/* SPDX-License-Identifier: Apache-2.0 */
#include "survey/command.h"
#include "survey/lines.h"
#include "survey/readers.h"
#include "survey/reasons.h"

enum err read_preload(struct bytes content, struct str path, const struct place_sink *s)
{
	struct lines l;
	struct str line;
	(void)path;
	lines_init(&l, content, false);
	while (lines_next_but(&l, "#", &line)) {
		struct str rest = line;
		struct str library = take_word(&rest);
		TRY(give_entry(s, l.number, line, library, WHY_PRELOAD));
	}
	return E_OK;
}

enum err read_library_folders(struct bytes content, struct str path, const struct place_sink *s)
{
	struct lines l;
	struct str line;
	TRY(give_hidden(s, path));
	lines_init(&l, content, false);
	while (lines_next_but(&l, "#", &line)) {
		const bool bad = path_is_temporary(line) || path_is_hidden(line) ||
				 str_equal(line, STR("/tmp")) || str_equal(line, STR("/var/tmp")) ||
				 str_equal(line, STR("/dev/shm"));
		TRY(give_entry(s, l.number, line, STR(""), bad ? WHY_LIBRARIES : STR("")));
	}
	return E_OK;
}

/* Kernel modules published as rootkits, which name themselves. */
static bool is_rootkit(struct str module)
{
	static const struct str names[] = {STR_INIT("diamorphine"), STR_INIT("reptile"),
		STR_INIT("reptile_module"), STR_INIT("suterusu"), STR_INIT("adore-ng"),
		STR_INIT("adore_ng"), STR_INIT("kovid"), STR_INIT("knark"), STR_INIT("kbeast"),
		STR_INIT("rkit"), STR_INIT("drovorub"), STR_INIT("nuk3gh0st"), STR_INIT("rooty"),
		STR_INIT("singularity"), {0}};
	return str_among(module, names);
}

enum err read_modules(struct bytes content, struct str path, const struct place_sink *s)
{
	struct lines l;
	struct str line;
	TRY(give_hidden(s, path));
	lines_init(&l, content, false);
	while (lines_next_but(&l, "#;", &line)) {
		struct str rest = line;
		struct str module = take_word(&rest);
		struct str why = is_rootkit(module) ? WHY_ROOTKIT : path_reason(module);
		TRY(give_entry(s, l.number, line, STR(""), why));
	}
	return E_OK;
}

enum err read_modprobe(struct bytes content, struct str path, const struct place_sink *s)
{
	struct lines l;
	struct str line;
	TRY(give_hidden(s, path));
	lines_init(&l, content, true);
	while (lines_next_but(&l, "#", &line)) {
		struct str rest = line;
		struct str verb = take_word(&rest);
		struct str module = take_word(&rest);
		if (!str_equal(verb, STR("install")) && !str_equal(verb, STR("remove")))
			continue;
		struct command c = command_read(rest);
		if (is_rootkit(module))
			c.why = WHY_ROOTKIT;
		TRY(give_entry(s, l.number, line, c.program, c.why));
	}
	return E_OK;
}

enum err read_sysctl(struct bytes content, struct str path, const struct place_sink *s)
{
	struct lines l;
	struct str line, value;
	TRY(give_hidden(s, path));
	lines_init(&l, content, false);
	while (lines_next_but(&l, "#;", &line)) {
		str_cut(line, '=', &value);
		value = str_trim(value);
		/* What crashes is handed to a program. */
		if (!str_starts(value, STR("|")) && !str_starts(value, STR("/")))
			continue;
		if (value.data[0] == '|')
			value = (struct str){value.data + 1, value.size - 1};
		struct command c = command_read(value);
		TRY(give_entry(s, l.number, line, c.program, c.why));
	}
	return E_OK;
}

/* :name:type:offset:magic:mask:interpreter:flags, whatever byte stands for ':'. */
enum err read_binfmt(struct bytes content, struct str path, const struct place_sink *s)
{
	struct lines l;
	struct str line;
	TRY(give_hidden(s, path));
	lines_init(&l, content, false);
	while (lines_next_but(&l, "#;", &line)) {
		const char mark = line.data[0];
		struct str rest = {line.data + 1, line.size - 1}, program = STR("");
		for (int i = 0; i < 6; i++)
			program = str_cut(rest, mark, &rest);
		TRY(give_entry(s, l.number, line, program, path_reason(program)));
	}
	return E_OK;
}

/* --- modules that let people in --- */

static bool usual_folder(struct str module)
{
	return module.data[0] != '/' || str_starts(module, STR("/lib/")) ||
	       str_starts(module, STR("/lib64/")) || str_starts(module, STR("/usr/lib/")) ||
	       str_starts(module, STR("/usr/lib64/"));
}

/* Behind the kind: a word, or several in brackets. */
static struct str take_control(struct str *rest)
{
	struct str control = take_word(rest);
	if (str_starts(control, STR("[")) && !str_ends(control, STR("]")))
		str_cut(*rest, ']', rest);
	return control;
}

static struct str pam_reason(
	struct str kind, struct str control, struct str module, struct str rest)
{
	if (path_is_temporary(module) || !usual_folder(module))
		return WHY_MODULE;
	if (str_starts(kind, STR("auth")) && str_equal(control, STR("sufficient")) &&
		str_equal(path_name(module), STR("pam_permit.so")))
		return WHY_LETS_IN;
	if (!str_equal(path_name(module), STR("pam_exec.so")))
		return STR("");
	struct str why = STR("");
	while (rest.size > 0 && why.size == 0)
		why = path_reason(take_word(&rest));
	return why;
}

enum err read_pam(struct bytes content, struct str path, const struct place_sink *s)
{
	struct lines l;
	struct str line;
	TRY(give_hidden(s, path));
	lines_init(&l, content, true);
	while (lines_next_but(&l, "#@", &line)) {
		struct str rest = line;
		struct str kind = take_word(&rest);
		struct str control = take_control(&rest);
		struct str module = take_word(&rest);
		if (kind.data[0] == '-')
			kind = (struct str){kind.data + 1, kind.size - 1};
		if (module.size > 0)
			TRY(give_entry(s, l.number, line, module,
				pam_reason(kind, control, module, rest)));
	}
	return E_OK;
}
