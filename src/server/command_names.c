/* SPDX-License-Identifier: Apache-2.0 */
#include <fcntl.h>
#include <stdlib.h>

#include "feed/name_rules.h"
#include "os/file.h"
#include "server/botnet_names.h"
#include "server/command.h"
#include "server/publish.h"
#include "server/shown_problems.h"

enum {
	RULES_BYTES = 64 << 20
};

static enum err put_rules(struct context *c, struct store *store, struct str file,
	struct str source, const struct name_rule *rules, size_t count)
{
	struct problem problem;
	struct names *names;
	size_t bad;
	enum err err = names_new(rules, count, &problem, &bad, &names);
	if (err == E_SYNTAX || err == E_LIMIT) {
		problem.line = bad + 1;
		console_problem(&c->console, file, &problem);
		return err;
	}
	TRY(err);
	names_free(names);
	TRY(store_put_name_rules(store, source, rules, count));
	return publish_sightings(store, c->now);
}

static void write_imported(struct context *c, struct str file, size_t count, uint64_t rejected)
{
	struct writer *w = &c->console.out;
	if (c->console.json) {
		writer_text(w, "{\"file\":");
		writer_json(w, file);
		writer_text(w, ",\"rules\":");
		writer_decimal(w, count);
		writer_text(w, ",\"rejected\":");
		writer_decimal(w, rejected);
		writer_text(w, "}\n");
		return;
	}
	text_write(w, c->console.lang, MESSAGE_NAMES_DONE,
		(const struct text_arg[]){
			{STR("file"), file}, context_number_text(c, "rows", count)},
		2);
	writer_char(w, '\n');
}

/* All rules of the file or none. The source is the file's name: importing it again replaces it. */
static int import_text(struct context *c, struct store *store, struct str file, struct str text)
{
	struct problem problem = {0};
	struct shown_problems problems;
	struct name_rule *rules;
	size_t count;
	struct str source = file;
	for (struct str rest = file; rest.size > 0;)
		source = str_cut(rest, '/', &rest);
	shown_problems_begin(&problems, &c->console, file);
	enum err err = name_rules_parse(
		text, source, &c->arena, shown_problems_take, &problems, &problem, &rules, &count);
	shown_problems_end(&problems, problems.count);
	if (err == E_LIMIT)
		console_problem(&c->console, file, &problem);
	if (err == E_OK)
		err = put_rules(c, store, file, source, rules, count);
	if (err == E_OK)
		write_imported(c, file, count, problems.count);
	else if (err != E_LIMIT && err != E_SYNTAX)
		context_store_failed(c, store, err);
	return err == E_OK ? EXIT_FINE : EXIT_FAILED;
}

int command_names_import(struct context *context)
{
	struct store *store;
	struct writer text;
	int status = EXIT_FAILED;
	const char *file = context->options.words[0];
	writer_init(&text, RULES_BYTES);
	enum err err = file_load(AT_FDCWD, file, &text);
	if (err != E_OK) {
		context_failed(context, str_from(file), err);
	} else if (context_store(context, STORE_WRITE, &store)) {
		status = import_text(context, store, str_from(file), writer_view_str(&text));
		store_close(store);
	}
	writer_release(&text);
	return status;
}

struct listed_names {
	struct context *context;
	struct names *names;
	bool unmapped_only;
};

static void name_json(
	struct writer *w, struct str raw, struct str botnet, bool mapped, uint64_t count)
{
	writer_text(w, "{\"raw\":");
	writer_json(w, raw);
	writer_text(w, ",\"botnet\":");
	if (mapped)
		writer_json(w, botnet);
	else
		writer_text(w, "null");
	writer_text(w, ",\"sightings\":");
	writer_decimal(w, count);
	writer_text(w, "}\n");
}

static void show_name(void *context, struct str name, uint64_t sightings)
{
	struct listed_names *l = context;
	struct console *c = &l->context->console;
	bool mapped;
	struct str botnet = names_resolve(l->names, name, &mapped);
	/* A sighting without a name has nothing to map. */
	if (l->unmapped_only && (mapped || name.size == 0))
		return;
	if (c->json) {
		name_json(&c->out, name, botnet, mapped, sightings);
		return;
	}
	text_write(&c->out, c->lang, mapped ? MESSAGE_NAMES_LINE : MESSAGE_NAMES_LINE_UNMAPPED,
		(const struct text_arg[]){{STR("raw"), name}, {STR("botnet"), botnet},
			context_number_text(l->context, "count", sightings)},
		3);
	writer_char(&c->out, '\n');
}

int command_names_list(struct context *context)
{
	struct store *store;
	struct listed_names l = {
		.context = context, .unmapped_only = options_has(&context->options, "unmapped")};
	if (!context_store(context, STORE_READ, &store))
		return EXIT_FAILED;
	enum err err = botnet_names_load(store, &l.names);
	if (err == E_OK)
		err = store_each_name(store, show_name, &l);
	int status = err == E_OK ? EXIT_FINE : context_store_failed(context, store, err);
	names_free(l.names);
	store_close(store);
	return status;
}
