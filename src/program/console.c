/* SPDX-License-Identifier: Apache-2.0 */
#include "program/console.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "os/system.h"

enum {
	SECOND = 1000000000,
	REPAINT = 100000000,
	OUT_LIMIT = 64 << 20
};

void console_init(struct console *c, const char *program, enum lang lang, bool json)
{
	*c = (struct console){.program = program,
		.lang = lang,
		.json = json,
		.terminal = isatty(STDERR_FILENO) == 1};
	writer_init(&c->out, OUT_LIMIT);
}

enum lang console_lang(struct str wanted)
{
	enum lang lang;
	const char *locale = getenv("LC_ALL");
	if (lang_parse(wanted, &lang))
		return lang;
	if (!locale || !*locale)
		locale = getenv("LANG");
	return locale && strncmp(locale, "vi", 2) == 0 ? LANG_VI : LANG_EN;
}

void console_flush(struct console *c)
{
	if (writer_end(&c->out) == E_OK && c->out.size > 0)
		(void)!fwrite(c->out.data, 1, c->out.size, stdout);
	/* In one log with what is said on standard error it stands in its place. */
	(void)!fflush(stdout);
	writer_clear(&c->out);
}

bool console_finish(struct console *c)
{
	bool complete = writer_end(&c->out) == E_OK;
	console_flush(c);
	writer_release(&c->out);
	return fflush(stdout) == 0 && !ferror(stdout) && complete;
}

static void clear_line(struct console *c)
{
	if (c->painted && !c->told)
		(void)!fwrite("\r\033[K", 1, 4, stderr);
	c->painted = 0;
}

static void put_error_line(struct console *c, const struct writer *w)
{
	clear_line(c);
	if (writer_end(w) == E_OK)
		fprintf(stderr, "%.*s\n", STR_ARG(writer_view_str(w)));
}

/* Begun with {, ended here. */
static void put_told(struct writer *w, struct str text)
{
	writer_text(w, "\"text\":");
	writer_json(w, text);
	writer_char(w, '}');
	if (writer_end(w) == E_OK)
		fprintf(stderr, "%.*s\n", STR_ARG(writer_view_str(w)));
}

static void begin_line(struct writer *w, const struct console *c)
{
	writer_text(w, c->program);
	writer_text(w, ": ");
}

void console_say(struct console *c, enum message message, const struct text_arg *args, size_t count)
{
	struct writer text;
	struct writer line;
	writer_init(&text, 1 << 20);
	writer_init(&line, 4 << 20);
	text_write(&text, c->lang, message, args, count);
	if (c->told) {
		writer_char(&line, '{');
		put_told(&line, writer_view_str(&text));
	} else {
		begin_line(&line, c);
		writer_printable(&line, writer_view_str(&text));
		put_error_line(c, &line);
	}
	writer_release(&text);
	writer_release(&line);
}

static void tell_problem(struct console *c, struct str file, const struct problem *problem)
{
	struct writer text;
	struct writer line;
	writer_init(&text, 1 << 16);
	writer_init(&line, 1 << 20);
	writer_text(&line, "{\"file\":");
	writer_json(&line, file);
	writer_text(&line, ",\"line\":");
	writer_decimal(&line, problem->line);
	writer_text(&line, ",\"field\":");
	writer_json(&line, problem_field(problem));
	writer_text(&line, ",\"code\":");
	writer_json(&line, problem_code_name(problem->code));
	writer_text(&line, ",\"got\":");
	writer_json(&line, problem_got(problem));
	writer_char(&line, ',');
	text_problem(&text, c->lang, problem);
	put_told(&line, writer_view_str(&text));
	writer_release(&text);
	writer_release(&line);
}

void console_problem(struct console *c, struct str file, const struct problem *problem)
{
	if (c->told) {
		tell_problem(c, file, problem);
		return;
	}
	struct writer text;
	struct writer line;
	struct str field = problem_field(problem);
	writer_init(&text, 1 << 16);
	writer_init(&line, 1 << 20);
	begin_line(&line, c);
	writer_printable(&line, file);
	if (problem->line > 0) {
		writer_char(&line, ':');
		writer_decimal(&line, problem->line);
	}
	writer_text(&line, ": ");
	if (field.size > 0) {
		writer_printable(&line, field);
		writer_text(&line, ": ");
	}
	text_problem(&text, c->lang, problem);
	writer_printable(&line, writer_view_str(&text));
	put_error_line(c, &line);
	writer_release(&text);
	writer_release(&line);
}

/* " (Is a directory)": the system's word adds something only to failures of the system. */
static void write_system_word(struct writer *w, enum err err, int number)
{
	const char *word = err == E_IO && number != 0 ? strerrordesc_np(number) : NULL;
	if (!word)
		return;
	writer_text(w, " (");
	writer_text(w, word);
	writer_char(w, ')');
}

void console_failed_as(struct console *c, enum message message, struct str what, enum err err)
{
	int number = errno;
	struct writer word;
	if (c->told)
		fprintf(stderr, "{\"error\":\"%s\",\"text\":\"\"}\n", err_name(err));
	writer_init(&word, 256);
	write_system_word(&word, err, number);
	console_say_with(c, message, {STR("what"), what}, {STR("why"), text_err(c->lang, err)},
		{STR("system"), writer_view_str(&word)});
	writer_release(&word);
}

void console_failed(struct console *c, struct str what, enum err err)
{
	console_failed_as(c, MESSAGE_CLI_FAILED, what, err);
}

void console_progress_begin(struct console *c, struct str subject)
{
	c->started = c->terminal || c->told ? system_monotonic() : 0;
	c->painted = 0;
	c->subject = subject;
}

static void write_duration(struct writer *w, uint64_t seconds)
{
	writer_decimal(w, seconds / 60);
	writer_char(w, ':');
	writer_padded(w, seconds % 60, 2);
}

void console_progress(struct console *c, uint64_t done, uint64_t total)
{
	uint64_t now = c->started ? system_monotonic() : 0;
	uint64_t pause = c->told ? SECOND : REPAINT;
	if (now < c->started + SECOND || now < c->painted + pause || total == 0 || done > total)
		return;
	if (c->told) {
		fprintf(stderr, "{\"done\":%llu,\"whole\":%llu}\n", (unsigned long long)done,
			(unsigned long long)total);
		c->painted = now;
		return;
	}
	struct writer w;
	struct writer left;
	struct writer percent;
	writer_init(&w, 4096);
	writer_init(&left, 64);
	writer_init(&percent, 64);
	uint64_t elapsed = now - c->started;
	double rest = done ? (double)elapsed * (double)(total - done) / (double)done : 0;
	write_duration(&left, (uint64_t)(rest / SECOND + 0.5));
	writer_decimal(&percent, done * 100 / total);
	text_write(&w, c->lang, MESSAGE_CLI_PROGRESS,
		(const struct text_arg[]){{STR("what"), c->subject},
			{STR("percent"), writer_view_str(&percent)},
			{STR("left"), writer_view_str(&left)}},
		3);
	fprintf(stderr, "\r\033[K%.*s", STR_ARG(writer_view_str(&w)));
	fflush(stderr);
	c->painted = now;
	writer_release(&w);
	writer_release(&left);
	writer_release(&percent);
}

void console_progress_end(struct console *c)
{
	clear_line(c);
	c->started = 0;
}
