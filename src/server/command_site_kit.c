/* SPDX-License-Identifier: Apache-2.0 */
#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/limits.h"
#include "os/file.h"
#include "os/system.h"
#include "server/command_site.h"
#include "server/context_actor.h"
#include "server/publish_site.h"

enum {
	FILE_BYTES = 1 << 20 /* far past the largest article */
};

int site_changed(struct context *context, struct store *store, enum err err)
{
	if (err == E_OK)
		err = publish_site(store, context->now);
	return err == E_OK ? EXIT_FINE : context_store_failed(context, store, err);
}

int site_refuse(struct context *context, enum message message, struct str got)
{
	console_say_with(&context->console, message, {STR("got"), got});
	return EXIT_FAILED;
}

void site_say(
	struct context *context, enum message message, const struct text_arg *args, size_t count)
{
	struct console *c = &context->console;
	text_write(&c->out, c->lang, message, args, count);
	writer_char(&c->out, '\n');
}

int site_refuse_file(struct context *context, struct str path, const struct problem *problem)
{
	struct console *c = &context->console;
	struct writer message;
	console_problem(c, path, problem);
	if (!c->json)
		return EXIT_FAILED;
	writer_init(&message, 4096);
	text_problem(&message, c->lang, problem);
	writer_char(&c->out, '{');
	site_json_str(&c->out, "file", path, true);
	site_json_str(&c->out, "error", problem_code_name(problem->code), false);
	site_json_number(&c->out, "line", problem->line);
	site_json_str(&c->out, "field", problem_field(problem), false);
	site_json_str(&c->out, "message", writer_view_str(&message), false);
	writer_text(&c->out, "}\n");
	writer_release(&message);
	return EXIT_FAILED;
}

bool site_load_file(struct context *context, const char *path, struct str *ret_text)
{
	struct writer text;
	writer_init(&text, FILE_BYTES);
	enum err err = file_load(AT_FDCWD, path, &text);
	struct str copy = {"", 0};
	if (err == E_OK && text.size > 0)
		copy = arena_copy(&context->arena, writer_view_str(&text));
	writer_release(&text);
	if (err == E_OK && !copy.data)
		err = E_NOMEM;
	if (err != E_OK) {
		context_failed(context, str_from(path), err);
		return false;
	}
	*ret_text = copy;
	return true;
}

/* Of the account that it is run for; "" where it is run for nobody. */
static bool behalf_author(struct context *c, struct str *ret_author)
{
	struct office office;
	struct actor actor;
	*ret_author = STR("");
	if (!context_on_behalf(c))
		return true;
	const char *folder = context_folder(c);
	if (!folder)
		return false;
	enum err err = office_open(&office, folder, false);
	if (err != E_OK)
		return context_failed(c, str_from(folder), err) == EXIT_FINE;
	bool known = context_actor(c, &office, &actor);
	if (known)
		*ret_author = actor.mail;
	office_close(&office);
	return known;
}

bool site_author(struct context *c, struct str *ret_author)
{
	char login[LOGIN_NAME_SIZE];
	struct str author;
	if (!behalf_author(c, &author))
		return false;
	if (author.size == 0)
		author = str_trim(options_str(&c->options, "author"));
	if (author.size == 0) {
		system_login(login);
		author = arena_copy(&c->arena, str_from(login));
	}
	if (author.size == 0 || !site_line_valid(author)) {
		site_refuse(c, MESSAGE_SITE_BAD_TEXT, author);
		return false;
	}
	*ret_author = author;
	return true;
}

struct str site_base_name(struct str path)
{
	struct str name = path;
	while (path.size > 0)
		name = str_cut(path, '/', &path);
	return name;
}

static struct str without_ending(struct str name)
{
	for (size_t i = name.size; i > 1; i--)
		if (name.data[i - 1] == '.')
			return (struct str){name.data, i - 1};
	return name;
}

bool site_file_key(struct context *context, const char *path, struct str *ret_key)
{
	struct str key = options_str(&context->options, "key");
	if (key.size == 0)
		key = without_ending(site_base_name(str_from(path)));
	if (!site_key_valid(key)) {
		site_refuse(context, MESSAGE_SITE_BAD_KEY, key);
		return false;
	}
	*ret_key = key;
	return true;
}

static void write_name(struct writer *w, const char *key)
{
	writer_text(w, ",\"");
	writer_text(w, key);
	writer_text(w, "\":");
}

void site_json_str(struct writer *w, const char *key, struct str value, bool first)
{
	writer_text(w, first ? "\"" : ",\"");
	writer_text(w, key);
	writer_text(w, "\":");
	writer_json(w, value);
}

void site_json_number(struct writer *w, const char *key, uint64_t value)
{
	write_name(w, key);
	writer_decimal(w, value);
}

void site_json_flag(struct writer *w, const char *key, bool value)
{
	write_name(w, key);
	writer_text(w, value ? "true" : "false");
}

void site_json_date(struct writer *w, const char *key, struct date value)
{
	write_name(w, key);
	writer_char(w, '"');
	writer_date(w, value);
	writer_char(w, '"');
}

void site_json_instant(struct writer *w, const char *key, struct instant value)
{
	write_name(w, key);
	writer_char(w, '"');
	writer_instant(w, value);
	writer_char(w, '"');
}

void site_json_days(struct writer *w, const char *key, struct days value)
{
	write_name(w, key);
	if (!days_set(value)) {
		writer_text(w, "null");
		return;
	}
	writer_text(w, "{\"from\":\"");
	writer_date(w, value.first);
	writer_text(w, "\",\"to\":\"");
	writer_date(w, value.last);
	writer_text(w, "\"}");
}

/* The shortest of ten digits or of all that tells the number from its neighbours. */
void site_json_real(struct writer *w, double value)
{
	char digits[40];
	if (!isfinite(value)) {
		writer_text(w, "null");
		return;
	}
	snprintf(digits, sizeof(digits), "%.10g", value);
	if (strtod(digits, NULL) != value)
		snprintf(digits, sizeof(digits), "%.17g", value);
	writer_text(w, digits);
}

struct str site_day_text(struct context *context, struct date day)
{
	struct writer w;
	writer_init(&w, 64);
	text_date(&w, context->console.lang, day);
	struct str copy = arena_copy(&context->arena, writer_view_str(&w));
	writer_release(&w);
	return copy;
}
