/* SPDX-License-Identifier: Apache-2.0 */
#include "survey/command.h"

#include "survey/lines.h"
#include "survey/reasons.h"

static const struct str shells[] = {STR_INIT("sh"), STR_INIT("bash"), STR_INIT("dash"),
	STR_INIT("ash"), STR_INIT("zsh"), STR_INIT("ksh"), STR_INIT("eval"), STR_INIT("python"),
	STR_INIT("python2"), STR_INIT("python3"), STR_INIT("perl"), STR_INIT("php"),
	STR_INIT("ruby"), STR_INIT("node"), {0}};
/* What follows is started as well. */
static const struct str starters[] = {STR_INIT("nohup"), STR_INIT("sudo"), STR_INIT("exec"),
	STR_INIT("setsid"), STR_INIT("nice"), STR_INIT("ionice"), STR_INIT("timeout"),
	STR_INIT("time"), STR_INIT("env"), STR_INIT("command"), STR_INIT("busybox"),
	STR_INIT("insmod"), STR_INIT("chrt"), STR_INIT("taskset"), STR_INIT("stdbuf"),
	STR_INIT("."), STR_INIT("source"), STR_INIT("then"), STR_INIT("do"), STR_INIT("else"),
	STR_INIT("if"), STR_INIT("elif"), STR_INIT("while"), STR_INIT("until"), STR_INIT("!"),
	STR_INIT("{"), {0}};
static const struct str fetchers[] = {STR_INIT("curl"), STR_INIT("wget"), STR_INIT("tftp"),
	STR_INIT("ftpget"), STR_INIT("lwp-download"), STR_INIT("lwp-request"), STR_INIT("aria2c"),
	STR_INIT("cdl"), STR_INIT("wdl"), STR_INIT("lynx"), {0}};
static const struct str decoders[] = {
	STR_INIT("base64"), STR_INIT("base32"), STR_INIT("openssl"), STR_INIT("xxd"), {0}};
static const struct str decoding[] = {
	STR_INIT("-d"), STR_INIT("-D"), STR_INIT("--decode"), STR_INIT("-di"), STR_INIT("-r"), {0}};
static const struct str builtins[] = {STR_INIT("["), STR_INIT("[["), STR_INIT("test"),
	STR_INIT("cd"), STR_INIT("echo"), STR_INIT("export"), STR_INIT("set"), STR_INIT("true"),
	STR_INIT("false"), STR_INIT("printf"), STR_INIT("fi"), STR_INIT("done"), STR_INIT("esac"),
	STR_INIT("case"), STR_INIT("for"), STR_INIT("}"), STR_INIT("return"), STR_INIT("exit"),
	STR_INIT("unset"), STR_INIT(":"), STR_INIT("shift"), STR_INIT("local"), {0}};
static const struct str connectors[] = {
	STR_INIT("nc"), STR_INIT("ncat"), STR_INIT("netcat"), STR_INIT("nc.traditional"), {0}};

bool path_is_temporary(struct str path)
{
	static const struct str folders[] = {STR_INIT("/tmp/"), STR_INIT("/var/tmp/"),
		STR_INIT("/dev/shm/"), STR_INIT("/run/shm/"), STR_INIT("/dev/mqueue/")};
	for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]); i++)
		if (str_starts(path, folders[i]))
			return true;
	return false;
}

static bool of_a_person(struct str path)
{
	return str_starts(path, STR("/home/")) || str_starts(path, STR("/root/"));
}

bool path_is_hidden(struct str path)
{
	if (path.size == 0 || path.data[0] != '/')
		return false;
	const bool own = of_a_person(path);
	while (path.size > 0) {
		struct str part = str_cut(path, '/', &path);
		const bool last = path.size == 0;
		if (part.size > 1 && part.data[0] == '.' && !str_equal(part, STR("..")) &&
			(last || !own || part.data[1] == '.' || part.data[1] == ' '))
			return true;
	}
	return false;
}

/* Programs are no libraries; the loader is both. */
static bool is_library(struct str path)
{
	struct str name = path_name(path);
	size_t at = str_find(name, STR(".so"));
	if (at == name.size || path.data[0] != '/' || str_starts(name, STR("ld")))
		return false;
	return at + 3 == name.size || name.data[at + 3] == '.';
}

struct str path_reason(struct str path)
{
	/* With a * it is a pattern of a case. */
	if (path.size == 0 || memchr(path.data, '*', path.size))
		return STR("");
	if (path_is_temporary(path))
		return WHY_TEMPORARY;
	if (path_is_hidden(path))
		return WHY_HIDDEN_PROGRAM;
	return is_library(path) ? WHY_LIBRARY : STR("");
}

/* --- one line, word by word --- */

struct reading {
	struct command found;
	struct str running; /* name of the command whose arguments come */
	bool starts;        /* the next word is started */
	bool piped;         /* …and reads what came before */
	bool handed_on;     /* …by what stands before it */
	bool within_run;    /* inside $( ) or ` ` that a shell is handed */
	bool fetched, decoded;
	bool in_temporary; /* cd went there */
	bool sourcing, script;
	bool redirected;    /* the next word is a file's name, no command */
	struct str waiting; /* a reason that stands unless an option says otherwise */
	char quote;         /* the one that is open, 0: none */
	bool quoted;        /* there was a word in it */
	bool substitutes;   /* inside $( ) */
	bool joined;        /* what comes next goes on with the word before */
	char before;        /* the separator just before, 0: something else */
};

static void sign(struct reading *r, struct str why)
{
	if (r->found.why.size == 0)
		r->found.why = why;
}

static bool is_assignment(struct str word)
{
	struct str value;
	struct str name = str_cut(word, '=', &value);
	if (name.size == word.size || name.size == 0)
		return false;
	for (size_t i = 0; i < name.size; i++) {
		const char c = name.data[i];
		if (!(c == '_' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
			    (c >= '0' && c <= '9')))
			return false;
	}
	return true;
}

static void on_assignment(struct reading *r, struct str word)
{
	static const struct str preload = STR_INIT("LD_PRELOAD=");
	if (!str_starts(word, preload))
		return;
	struct str value = {word.data + preload.size, word.size - preload.size};
	if (value.size > 0 && (value.data[0] == '"' || value.data[0] == '\''))
		value = (struct str){value.data + 1, value.size - 1};
	if (path_is_temporary(value) || path_is_hidden(value))
		sign(r, WHY_SETS_PRELOAD);
}

static void on_fetch(struct reading *r)
{
	r->fetched = true;
	if (r->within_run)
		sign(r, WHY_FETCHES);
}

static void on_shell(struct reading *r)
{
	if (r->piped && r->decoded)
		r->waiting = WHY_DECODES;
	else if (r->piped && r->fetched)
		r->waiting = WHY_FETCHES;
	r->script = true;
}

/* Of a shell or a starter. With -c and its like the program is in the words, not in what comes
 * through the pipe. */
static void on_option(struct reading *r, struct str word)
{
	static const struct str in_words[] = {STR_INIT("-c"), STR_INIT("-m"), STR_INIT("-e"),
		STR_INIT("-ne"), STR_INIT("-pe"), STR_INIT("-n"), STR_INIT("-p"), STR_INIT("-r"),
		STR_INIT("-lc"), STR_INIT("-ec"), {0}};
	if (!str_among(word, in_words))
		return;
	r->script = false;
	r->waiting = STR("");
}

static void on_program(struct reading *r, struct str word)
{
	struct str why = path_reason(word);
	if (r->sourcing && str_equal(why, WHY_HIDDEN_PROGRAM))
		why = STR("");
	sign(r, why);
	if (r->in_temporary && str_starts(word, STR("./")))
		sign(r, WHY_TEMPORARY);
	/* A file given to a shell after something was fetched in the same line. */
	if (r->handed_on && r->script && r->fetched)
		sign(r, WHY_FETCHES);
	if (r->found.program.size == 0 && !str_among(word, builtins))
		r->found.program = word;
}

/* The word in the place of a command. */
static void on_command(struct reading *r, struct str word)
{
	struct str name = path_name(word);
	if (is_assignment(word)) {
		on_assignment(r, word);
		return;
	}
	/* Options and numbers of what starts it. */
	if (r->handed_on && (word.data[0] == '-' || (word.data[0] >= '0' && word.data[0] <= '9'))) {
		on_option(r, word);
		return;
	}
	r->running = name;
	r->starts = r->handed_on = str_among(name, shells) || str_among(name, starters);
	if (str_among(name, shells))
		on_shell(r);
	if (r->starts) {
		r->sourcing = str_equal(word, STR(".")) || str_equal(word, STR("source"));
		sign(r, r->sourcing ? STR("") : path_reason(word));
		return;
	}
	r->handed_on = r->script;
	on_program(r, word);
	r->script = r->sourcing = r->handed_on = false;
	if (str_among(name, fetchers))
		on_fetch(r);
	if (str_equal(name, STR("uudecode")))
		r->decoded = true;
}

static bool makes_executable(struct str word)
{
	return str_contains(word, STR("+x")) || str_contains(word, STR("77")) ||
	       str_contains(word, STR("755"));
}

/* A word behind a command. */
static void on_argument(struct reading *r, struct str word)
{
	if (str_among(r->running, decoders) && str_among(word, decoding)) {
		r->decoded = true;
		if (r->within_run)
			sign(r, WHY_DECODES);
	}
	if (str_equal(r->running, STR("chmod")) && r->fetched && makes_executable(word))
		sign(r, WHY_FETCHES);
	if (str_equal(r->running, STR("cd")))
		r->in_temporary = path_is_temporary(word) || str_equal(word, STR("/tmp")) ||
				  str_equal(word, STR("/var/tmp")) ||
				  str_equal(word, STR("/dev/shm"));
	if (str_among(r->running, connectors) && str_equal(word, STR("-e")))
		sign(r, WHY_SHELL);
	if (str_equal(r->running, STR("socat")) &&
		(str_contains(word, STR("exec:")) || str_contains(word, STR("EXEC:"))))
		sign(r, WHY_SHELL);
}

static void on_separator(struct reading *r, char c)
{
	sign(r, r->waiting);
	r->waiting = STR("");
	if (c == '(' || c == '`') {
		r->within_run = str_among(r->running, shells) || r->script ||
				str_equal(r->running, STR("source"));
	} else if (c == ')') {
		r->within_run = false;
	}
	r->piped = c == '|' && r->before != '|';
	r->before = c;
	r->redirected = false;
	r->starts = true;
	r->script = r->sourcing = r->handed_on = false;
}

/* Programs given as text to an interpreter. */
static void on_text(struct reading *r, struct str line)
{
	if (str_contains(line, STR("/dev/tcp/")) || str_contains(line, STR("/dev/udp/")))
		sign(r, WHY_SHELL);
	if (str_contains(line, STR("b64decode")) &&
		(str_contains(line, STR("exec(")) || str_contains(line, STR("eval("))))
		sign(r, WHY_DECODES);
	if (str_contains(line, STR("base64_decode")) && str_contains(line, STR("eval(")))
		sign(r, WHY_DECODES);
	if (str_contains(line, STR("import socket")) &&
		(str_contains(line, STR("subprocess")) || str_contains(line, STR("pty.spawn"))))
		sign(r, WHY_SHELL);
}

static bool separates(char c)
{
	return c == ';' || c == '|' || c == '&' || c == '(' || c == ')' || c == '`' || c == '\n';
}

static bool blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '"' || c == '\'';
}

/* Length of the word at the front, 0 where a separator or white space stands. */
static size_t word_length(struct str s)
{
	size_t n = 0;
	while (n < s.size && !blank(s.data[n])) {
		const bool joins =
			s.data[n] == '&' && ((n > 0 && s.data[n - 1] == '>') ||
						    (n + 1 < s.size && s.data[n + 1] == '>'));
		if (separates(s.data[n]) && !joins)
			break;
		n++;
	}
	return n;
}

/* Behind NAME= at the front of rest: with the quoted value that follows, unless that runs
 * something itself. */
static size_t assigned_length(struct str rest, size_t n)
{
	if (n == 0 || n == rest.size || rest.data[n - 1] != '=')
		return n;
	const char quote = rest.data[n];
	if (quote != '"' && quote != '\'')
		return n;
	struct str tail = {rest.data + n + 1, rest.size - n - 1}, after;
	struct str value = str_cut(tail, quote, &after);
	if (str_contains(value, STR("$(")) || str_contains(value, STR("`")))
		return n;
	return n + 1 + value.size + (value.size < tail.size);
}

static void on_word(struct reading *r, struct str word)
{
	const bool redirected = r->redirected;
	const bool redirects = word.data[0] == '<' || word.data[0] == '>';
	r->before = 0;
	r->redirected = redirects && word.size <= 2;
	if (redirected || redirects)
		return;
	if (r->starts)
		on_command(r, word);
	else
		on_argument(r, word);
}

/* "$HOME"/x and $(uname)/x are one word each, whose end starts nothing. */
static void on_between(struct reading *r, char c)
{
	const bool is_quote = c == '"' || c == '\'';
	if (is_quote && r->quote == c) {
		r->joined = r->quoted;
		r->quote = 0;
	} else if (is_quote && r->quote == 0) {
		r->quote = c;
		r->quoted = r->joined = false;
	} else if (!is_quote) {
		r->joined = c == ')' && r->substitutes;
		r->substitutes = r->substitutes && c != ')';
	}
	if (separates(c))
		on_separator(r, c);
}

static void on_piece(struct reading *r, struct str word)
{
	const bool end = r->joined && word.data[0] == '/';
	r->joined = false;
	r->quoted = true;
	r->substitutes = r->substitutes || str_ends(word, STR("$"));
	/* A lone backslash is the end of a line that goes on. */
	if (!end && !str_equal(word, STR("\\")) && !str_equal(word, STR("$")))
		on_word(r, word);
}

struct command command_read(struct str line)
{
	struct reading r = {.starts = true};
	struct str rest = line;
	while (rest.size > 0) {
		size_t n = word_length(rest);
		if (n > 0 && rest.data[0] == '#') {
			line.size = (size_t)(rest.data - line.data);
			break;
		}
		const size_t plain = n;
		if (r.starts)
			n = assigned_length(rest, n);
		struct str word = {rest.data, n};
		if (n > 0)
			on_piece(&r, word);
		else
			on_between(&r, rest.data[0]);
		r.joined = r.joined || n > plain;
		/* The newline behind a lone backslash separates nothing. */
		n += n == 0 || (str_equal(word, STR("\\")) && n < rest.size);
		rest = (struct str){rest.data + n, rest.size - n};
	}
	sign(&r, r.waiting);
	on_text(&r, line);
	return r.found;
}
