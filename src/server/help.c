/* SPDX-License-Identifier: Apache-2.0 */
#include "server/help.h"

#include <assert.h>
#include <unistd.h>

#include "os/terminal.h"
#include "program/wrap.h"
#include "server/option_words.h"

enum {
	NO_TERMINAL = 80,
	WIDEST = 120, /* longer lines are hard to read */
	COMMAND_COLUMN = 26,
	OPTION_COLUMN = 30,
	STATUS_COLUMN = 7,
	WORD_BYTES = 1024
};

/* Of a narrow screen the explanations get all but this. */
static size_t column(size_t wanted, size_t columns)
{
	return columns < 2 * wanted ? 6 : wanted;
}

static size_t width(void)
{
	size_t columns = terminal_columns(STDOUT_FILENO);
	if (columns == 0)
		return NO_TERMINAL;
	return columns > WIDEST ? WIDEST : columns;
}

static struct str say(const struct context *c, enum message message)
{
	return text(c->console.lang, message);
}

static void write_heading(struct context *c, enum message message)
{
	writer_char(&c->console.out, '\n');
	writer_str(&c->console.out, say(c, message));
	writer_char(&c->console.out, '\n');
}

/* --- headings --- */

enum group {
	GROUP_DATA,
	GROUP_SOURCES,
	GROUP_LOOKING,
	GROUP_CAMPAIGNS,
	GROUP_UNITS,
	GROUP_SITE,
	GROUP_PACKS,
	GROUP_PEOPLE,
	GROUP_CARE,
	GROUP_SERVING,
	GROUP__COUNT
};

static const struct {
	enum message heading;
	const char *words; /* first words of its commands */
} groups[] = {
	[GROUP_DATA] = {MESSAGE_HELP_GROUP_DATA, "init ingest retract feed names network simulate"},
	[GROUP_SOURCES] = {MESSAGE_HELP_GROUP_SOURCES, "source fetch"},
	[GROUP_LOOKING] = {MESSAGE_HELP_GROUP_LOOKING, "check top allow"},
	[GROUP_CAMPAIGNS] = {MESSAGE_HELP_GROUP_CAMPAIGNS,
		"campaign evaluate edition figure holder region results"},
	[GROUP_UNITS] = {MESSAGE_HELP_GROUP_UNITS, "unit form deadline return"},
	[GROUP_SITE] = {MESSAGE_HELP_GROUP_SITE, "site page tool publish"},
	[GROUP_PACKS] = {MESSAGE_HELP_GROUP_PACKS, "pack"},
	[GROUP_PEOPLE] = {MESSAGE_HELP_GROUP_PEOPLE, "mail user"},
	[GROUP_CARE] = {MESSAGE_HELP_GROUP_CARE,
		"backup restore verify retain compact rebuild upgrade"},
	[GROUP_SERVING] = {MESSAGE_HELP_GROUP_SERVING, "serve"},
};
static_assert(sizeof(groups) / sizeof(groups[0]) == GROUP__COUNT, "a heading for each");

static bool has_word(struct str words, struct str word)
{
	while (words.size > 0)
		if (str_equal(str_cut(words, ' ', &words), word))
			return true;
	return false;
}

static struct str first_word(const struct command *command)
{
	struct str rest;
	return str_cut(str_from(command->name), ' ', &rest);
}

static enum group group_of(const struct command *command)
{
	enum group group = 0;
	while (group < GROUP__COUNT &&
		!has_word(str_from(groups[group].words), first_word(command)))
		group++;
	return group;
}

/* --- exit status --- */

static void write_exit(struct context *c)
{
	static const enum message words[] = {
		[EXIT_FINE] = MESSAGE_HELP_EXIT_FINE,
		[EXIT_YES] = MESSAGE_HELP_EXIT_YES,
		[EXIT_FAILED] = MESSAGE_HELP_EXIT_FAILED,
		[EXIT_INCOMPLETE] = MESSAGE_HELP_EXIT_INCOMPLETE,
	};
	size_t columns = width();
	write_heading(c, MESSAGE_HELP_EXIT);
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		const char digit = (char)('0' + i);
		write_explained(&c->console.out, (struct str){&digit, 1}, say(c, words[i]),
			STATUS_COLUMN, columns);
	}
}

/* --- options --- */

/* "--kind infected|c2" */
static void write_option(
	struct context *c, const struct option_words *words, struct str name, size_t columns)
{
	struct writer word;
	writer_init(&word, WORD_BYTES);
	writer_text(&word, "--");
	writer_str(&word, name);
	if (words->value) {
		writer_char(&word, ' ');
		writer_text(&word, words->value);
	}
	write_explained(&c->console.out, writer_view_str(&word), say(c, words->message),
		column(OPTION_COLUMN, columns), columns);
	writer_release(&word);
}

static void write_options(struct context *c, const struct command *command, bool general)
{
	bool begun = false;
	size_t columns = width();
	struct str rest = str_from(command->options);
	while (rest.size > 0) {
		struct option_words words;
		struct str name = str_cut(rest, ' ', &rest);
		if (has_word(STR(GENERAL_OPTIONS), name) != general ||
			!option_words_find(str_from(command->name), name, &words))
			continue;
		if (!begun)
			write_heading(c, general ? MESSAGE_HELP_GENERAL : MESSAGE_HELP_OPTIONS);
		begun = true;
		write_option(c, &words, name, columns);
	}
}

/* --- for programs --- */

static void write_member(struct writer *w, const char *name, struct str value)
{
	writer_text(w, ",\"");
	writer_text(w, name);
	writer_text(w, "\":");
	writer_json(w, value);
}

static void write_json_option(struct context *c, struct str command, struct str name)
{
	struct option_words words;
	struct writer *w = &c->console.out;
	writer_text(w, "{\"name\":");
	writer_json(w, name);
	writer_text(w,
		has_word(STR(GENERAL_OPTIONS), name) ? ",\"general\":true" : ",\"general\":false");
	if (option_words_find(command, name, &words)) {
		if (words.value)
			write_member(w, "value", str_from(words.value));
		write_member(w, "help", say(c, words.message));
	}
	writer_char(w, '}');
}

static void write_json(struct context *c, const struct command *command)
{
	struct writer *w = &c->console.out;
	enum group group = group_of(command);
	bool begun = false;
	struct str rest = str_from(command->options);
	writer_text(w, "{\"command\":");
	writer_json(w, str_from(command->name));
	if (group < GROUP__COUNT)
		write_member(w, "group", say(c, groups[group].heading));
	write_member(w, "arguments", str_from(command->arguments));
	write_member(w, "brief", help_brief(c->console.lang, command));
	write_member(w, "help", say(c, command->help));
	writer_text(w, ",\"options\":[");
	while (rest.size > 0) {
		struct str name = str_cut(rest, ' ', &rest);
		if (name.size == 0)
			continue;
		writer_text(w, begun ? "," : "");
		begun = true;
		write_json_option(c, str_from(command->name), name);
	}
	writer_text(w, "]}\n");
}

/* --- one command --- */

/* What does not fit into the first line hangs below its words. */
static void write_usage(struct context *c, struct str words)
{
	struct writer *w = &c->console.out;
	struct str head = say(c, MESSAGE_HELP_USAGE);
	writer_str(w, head);
	writer_char(w, ' ');
	write_hanging(w, words, text_columns(head) + 1, width());
}

void help_command(struct context *c, const struct command *command)
{
	struct writer usage;
	struct writer *w = &c->console.out;
	if (c->console.json) {
		write_json(c, command);
		return;
	}
	writer_init(&usage, WORD_BYTES);
	writer_text(&usage, "quetsach ");
	writer_text(&usage, command->name);
	writer_char(&usage, ' ');
	writer_str(&usage, say(c, MESSAGE_HELP_USAGE_OPTION));
	writer_text(&usage, command->arguments[0] ? " " : "");
	writer_text(&usage, command->arguments);
	write_usage(c, writer_view_str(&usage));
	writer_release(&usage);
	writer_char(w, '\n');
	write_wrapped(w, say(c, command->help), 0, width());
	write_options(c, command, false);
	write_options(c, command, true);
	write_exit(c);
}

/* --- many --- */

static bool begins_with(const struct command *command, struct str word)
{
	return str_equal(first_word(command), word);
}

static void write_member_of_group(struct context *c, const struct command *command, size_t columns)
{
	struct writer word;
	writer_init(&word, WORD_BYTES);
	writer_text(&word, command->name);
	writer_text(&word, command->arguments[0] ? " " : "");
	writer_text(&word, command->arguments);
	write_explained(&c->console.out, writer_view_str(&word), say(c, command->help),
		column(OPTION_COLUMN, columns), columns);
	writer_release(&word);
}

static void write_group_usage(struct context *c, struct str word)
{
	struct writer usage;
	writer_init(&usage, WORD_BYTES);
	writer_text(&usage, "quetsach ");
	writer_str(&usage, word);
	writer_char(&usage, ' ');
	writer_str(&usage, say(c, MESSAGE_HELP_USAGE_COMMAND));
	writer_char(&usage, ' ');
	writer_str(&usage, say(c, MESSAGE_HELP_USAGE_OPTION));
	write_usage(c, writer_view_str(&usage));
	writer_release(&usage);
}

bool help_group(struct context *c, const struct command *commands, size_t count, struct str word)
{
	bool found = false;
	size_t columns = width();
	for (size_t i = 0; i < count; i++) {
		if (!begins_with(&commands[i], word))
			continue;
		if (c->console.json) {
			write_json(c, &commands[i]);
		} else {
			if (!found) {
				write_group_usage(c, word);
				write_heading(c, MESSAGE_HELP_COMMANDS);
			}
			write_member_of_group(c, &commands[i], columns);
		}
		found = true;
	}
	if (found && !c->console.json) {
		write_options(c, &commands[0], true);
		writer_char(&c->console.out, '\n');
		write_wrapped(&c->console.out, say(c, MESSAGE_HELP_FOOT), 0, columns);
	}
	return found;
}

static void write_group(
	struct context *c, const struct command *commands, size_t count, enum group group)
{
	size_t columns = width();
	write_heading(c, groups[group].heading);
	for (size_t i = 0; i < count; i++)
		if (group_of(&commands[i]) == group)
			write_explained(&c->console.out, str_from(commands[i].name),
				help_brief(c->console.lang, &commands[i]),
				column(COMMAND_COLUMN, columns), columns);
}

void help_all(struct context *c, const struct command *commands, size_t count)
{
	struct writer *w = &c->console.out;
	if (c->console.json) {
		for (size_t i = 0; i < count; i++)
			write_json(c, &commands[i]);
		return;
	}
	write_usage(c, say(c, MESSAGE_HELP_USAGE_ALL));
	writer_char(w, '\n');
	write_wrapped(w, say(c, MESSAGE_HELP_HEAD), 0, width());
	for (enum group group = 0; group < GROUP__COUNT; group++)
		write_group(c, commands, count, group);
	write_options(c, &commands[0], true);
	write_exit(c);
	writer_char(w, '\n');
	write_wrapped(w, say(c, MESSAGE_HELP_FOOT), 0, width());
}
