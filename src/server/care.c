/* SPDX-License-Identifier: Apache-2.0 */
#include "server/care.h"

#include <fcntl.h>
#include <stdio.h>

#include "os/entry.h"

/* Clocks of machines that talk to each other differ a little. */
enum {
	CLOCKS_DIFFER = SECONDS_PER_DAY
};

void care_write_counts(struct context *c, const char *const *names, const uint64_t *values,
	size_t count, enum message message)
{
	struct writer *w = &c->console.out;
	struct text_arg args[CARE_MOST_COUNTS];
	for (size_t i = 0; i < count; i++) {
		args[i] = context_number_text(c, names[i], values[i]);
		if (!c->console.json)
			continue;
		writer_text(w, i ? ",\"" : "{\"");
		writer_text(w, names[i]);
		writer_text(w, "\":");
		writer_decimal(w, values[i]);
	}
	if (c->console.json)
		writer_char(w, '}');
	else
		text_write(w, c->console.lang, message, args, count);
	writer_char(w, '\n');
}

static void say_clock(struct context *c, enum message message, struct instant last)
{
	struct writer texts[2];
	for (size_t i = 0; i < 2; i++) {
		writer_init(&texts[i], 64);
		text_time(&texts[i], c->console.lang, NULL, i ? last : c->now);
	}
	console_say_with(&c->console, message, {STR("now"), writer_view_str(&texts[0])},
		{STR("last"), writer_view_str(&texts[1])});
	for (size_t i = 0; i < 2; i++)
		writer_release(&texts[i]);
}

bool care_clock_fits(struct context *c, struct store *store, int64_t pause)
{
	uint64_t change;
	struct instant last;
	enum err err = store_change(store, &change, &last);
	if (err != E_OK) {
		context_store_failed(c, store, err);
		return false;
	}
	if (options_has(&c->options, "yes"))
		return true;
	if (c->now.seconds < last.seconds - CLOCKS_DIFFER) {
		say_clock(c, MESSAGE_CARE_CLOCK_BEHIND, last);
		return false;
	}
	if (pause > 0 && c->now.seconds > last.seconds + pause) {
		say_clock(c, MESSAGE_CARE_CLOCK_AHEAD, last);
		return false;
	}
	return true;
}

/* --- who holds the lock --- */

enum {
	LOCKS_BYTES = 1 << 20,
	COMMAND_BYTES = 4096,
	FIELDS = 6 /* "1: FLOCK ADVISORY WRITE 1234 fe:01:131 …": of a line of /proc/locks */
};

/* The number of the process that holds this file locked; 0 where that cannot be told. */
static uint64_t holder_in(struct str locks, uint64_t inode)
{
	while (locks.size > 0) {
		struct str line = str_cut(locks, '\n', &locks);
		struct str fields[FIELDS];
		size_t count = 0;
		while (count < FIELDS && line.size > 0) {
			fields[count] = str_cut(line, ' ', &line);
			count += fields[count].size > 0;
		}
		uint64_t process, found;
		if (count < FIELDS || !str_equal(fields[1], STR("FLOCK")))
			continue;
		struct str file = fields[5];
		for (int i = 0; i < 2; i++)
			(void)str_cut(file, ':', &file);
		if (str_to_u64(file, UINT64_MAX, &found) && found == inode &&
			str_to_u64(fields[4], INT32_MAX, &process))
			return process;
	}
	return 0;
}

static uint64_t lock_holder(struct context *c, const char *folder)
{
	struct entry_facts facts;
	struct writer text;
	uint64_t process = 0;
	writer_init(&text, LOCKS_BYTES);
	writer_text(&text, folder);
	writer_text(&text, "/lock");
	const char *path = arena_cstr(&c->arena, writer_view_str(&text));
	writer_clear(&text);
	if (path && entry_facts(AT_FDCWD, path, &facts) == E_OK &&
		file_load(AT_FDCWD, "/proc/locks", &text) == E_OK)
		process = holder_in(writer_view_str(&text), facts.stamp.inode);
	writer_release(&text);
	return process;
}

/* Its first two words: "quetsach ingest". */
static void write_command(struct writer *w, struct str words)
{
	struct str rest;
	struct str first = str_cut(words, '\0', &rest);
	struct str second = str_cut(rest, '\0', &rest);
	while (memchr(first.data, '/', first.size))
		(void)str_cut(first, '/', &first);
	writer_printable(w, first);
	writer_char(w, ' ');
	writer_printable(w, second);
}

void care_say_writer(struct context *c, const char *folder)
{
	char path[64];
	struct writer words, number, command;
	uint64_t process = lock_holder(c, folder);
	if (process == 0)
		return;
	snprintf(path, sizeof(path), "/proc/%llu/cmdline", (unsigned long long)process);
	writer_init(&words, COMMAND_BYTES);
	writer_init(&command, (size_t)4 * COMMAND_BYTES);
	writer_init(&number, 32);
	writer_decimal(&number, process);
	if (file_load(AT_FDCWD, path, &words) == E_OK && words.size > 0)
		write_command(&command, writer_view_str(&words));
	console_say_with(&c->console, MESSAGE_CARE_WRITER,
		{STR("process"), writer_view_str(&number)},
		{STR("command"), writer_view_str(&command)});
	writer_release(&words);
	writer_release(&command);
	writer_release(&number);
}
