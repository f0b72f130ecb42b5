/* SPDX-License-Identifier: Apache-2.0 */
/* What partners' tools found: imported week by week, shown beside our own, never added to it. */
#include <fcntl.h>

#include "os/file.h"
#include "server/command_site.h"
#include "server/parse_client.h"
#include "server/shown_problems.h"
#include "store/results.h"

struct import {
	struct context *context;
	struct store *store;
	struct parse_client *client;
	struct str author;
	size_t failed;
};

static void say_imported(
	struct context *c, struct str file, const struct result_tally *t, uint64_t rejected)
{
	struct writer *w = &c->console.out;
	if (!c->console.json) {
		site_say_with(c, MESSAGE_RESULTS_DONE, {STR("file"), file},
			context_number_text(c, "added", t->added),
			context_number_text(c, "replaced", t->replaced),
			context_number_text(c, "same", t->same),
			context_number_text(c, "rejected", rejected));
		return;
	}
	writer_char(w, '{');
	site_json_str(w, "file", file, true);
	site_json_number(w, "added", t->added);
	site_json_number(w, "replaced", t->replaced);
	site_json_number(w, "same", t->same);
	site_json_number(w, "rejected", rejected);
	writer_text(w, "}\n");
}

static enum err import_open(struct import *in, struct str file, int fd)
{
	struct problem problem;
	struct machine_results results;
	struct shown_problems problems;
	struct result_tally tally;
	struct context *c = in->context;
	shown_problems_begin(&problems, &c->console, file);
	enum err err = parse_client_results(in->client, fd, instant_date(c->now),
		shown_problems_take, &problems, &c->arena, &results, &problem);
	shown_problems_end(&problems, err == E_OK ? results.rejected : 0);
	if (err != E_OK) {
		if (problem.code != PROBLEM_NONE)
			console_problem(&c->console, file, &problem);
		else
			context_failed(c, file, err);
		return err;
	}
	err = store_put_results(in->store, results.list, results.count, site_base_name(file),
		in->author, c->now, &tally);
	if (err == E_OK)
		say_imported(c, file, &tally, results.rejected);
	else
		context_store_failed(c, in->store, err);
	return err;
}

static void import_file(struct import *in, const char *name)
{
	int fd;
	enum err err = file_open_read(AT_FDCWD, name, &fd);
	if (err != E_OK) {
		context_failed(in->context, str_from(name), err);
		in->failed++;
		return;
	}
	in->failed += import_open(in, str_from(name), fd) != E_OK;
	file_close(&fd);
}

int command_results_import(struct context *context)
{
	struct import in = {.context = context};
	if (!site_author(context, &in.author) || !context_store(context, STORE_WRITE, &in.store))
		return EXIT_FAILED;
	enum err err = parse_client_start(&in.client);
	if (err == E_OK) {
		for (size_t i = 0; i < context->options.word_count; i++)
			import_file(&in, context->options.words[i]);
		parse_client_stop(in.client);
	} else {
		context_failed(context, STR("parse"), err);
		in.failed++;
	}
	store_close(in.store);
	return in.failed ? EXIT_FAILED : EXIT_FINE;
}

/* --- list --- */

struct result_list {
	struct context *context;
	struct str wanted; /* empty: all tools */
};

static void show_json(struct writer *w, const struct result_entry *e)
{
	writer_char(w, '{');
	site_json_str(w, "tool", e->result.tool, true);
	site_json_date(w, "week", e->result.week);
	site_json_str(w, "region", e->result.region, false);
	site_json_str(w, "platform", e->result.platform, false);
	site_json_number(w, "scan_runs", e->result.runs);
	site_json_number(w, "machines", e->result.machines);
	site_json_number(w, "infected", e->result.infected);
	site_json_number(w, "cleaned", e->result.cleaned);
	site_json_str(w, "source", e->source, false);
	site_json_str(w, "author", e->author, false);
	site_json_instant(w, "entered", e->made);
	site_json_flag(w, "current", e->current);
	writer_text(w, "}\n");
}

static enum err show(void *context, const struct result_entry *e)
{
	struct result_list *list = context;
	struct context *c = list->context;
	if (list->wanted.size > 0 && !str_equal(list->wanted, e->result.tool))
		return E_OK;
	if (c->console.json) {
		show_json(&c->console.out, e);
		return E_OK;
	}
	site_say_with(c, e->current ? MESSAGE_RESULTS_LINE : MESSAGE_RESULTS_LINE_OLD,
		{STR("tool"), e->result.tool}, {STR("week"), site_day_text(c, e->result.week)},
		{STR("region"), e->result.region.size ? e->result.region : STR("–")},
		{STR("platform"), e->result.platform.size ? e->result.platform : STR("–")},
		context_number_text(c, "runs", e->result.runs),
		context_number_text(c, "machines", e->result.machines),
		context_number_text(c, "infected", e->result.infected),
		context_number_text(c, "cleaned", e->result.cleaned), {STR("author"), e->author});
	return E_OK;
}

int command_results_list(struct context *context)
{
	struct store *store;
	const struct options *o = &context->options;
	struct result_list list = {.context = context};
	if (o->word_count > 0)
		list.wanted = str_from(o->words[0]);
	if (!context_store(context, STORE_READ, &store))
		return EXIT_FAILED;
	enum err err = store_each_result(store, 0, options_has(o, "history"), show, &list);
	int status = err == E_OK ? EXIT_FINE : context_store_failed(context, store, err);
	store_close(store);
	return status;
}
