/* SPDX-License-Identifier: Apache-2.0 */
/* What is known of holders besides sightings: subscribers, leases, whether the campaign treated
 * them. */
#include <stdlib.h>

#include "base/limits.h"
#include "server/command_site.h"
#include "server/plan_options.h"
#include "store/plan.h"

struct search {
	struct context *context;
	struct str holder;
	struct holder_note found;
};

static enum err take_note(void *context, const struct holder_note *note)
{
	struct search *s = context;
	if (!str_equal(note->holder, s->holder))
		return E_OK;
	s->found = *note;
	s->found.source = arena_copy(&s->context->arena, note->source);
	return s->found.source.data ? E_OK : E_NOMEM;
}

static bool key_valid(struct context *c, struct str key)
{
	if (key.size > 0 && key.size <= LIMIT_HOLDER_TEXT && site_line_valid(key))
		return true;
	site_refuse(c, MESSAGE_SITE_BAD_TEXT, key);
	return false;
}

static bool read_treated(struct context *c, bool *treated)
{
	struct str got = options_str(&c->options, "treated");
	if (str_equal(got, STR("yes")))
		*treated = true;
	else if (str_equal(got, STR("no")))
		*treated = false;
	else if (got.size > 0) {
		console_say_with(&c->console, MESSAGE_CLI_BAD_VALUE,
			{STR("option"), STR("treated")}, {STR("got"), got},
			{STR("allowed"), STR("yes|no")});
		return false;
	}
	return true;
}

static bool read_source(struct context *c, struct str *source)
{
	if (options_has(&c->options, "source"))
		*source = str_trim(options_str(&c->options, "source"));
	if (source->size > 0 && site_line_valid(*source))
		return true;
	site_refuse(c, source->size ? MESSAGE_SITE_BAD_TEXT : MESSAGE_FIGURE_NEEDS,
		source->size ? *source : STR("source"));
	return false;
}

/* What is not given stays as it was. */
static int set_note(struct context *c, struct store *store, struct str holder)
{
	struct search s = {
		.context = c, .holder = holder, .found = {.holder = holder, .source = STR("")}};
	enum err err = store_each_holder_note(store, 0, take_note, &s);
	if (err != E_OK)
		return context_store_failed(c, store, err);
	s.found.holder = holder;
	if (!context_number(
		    c, "subscribers", 0, UINT32_MAX, s.found.subscribers, &s.found.subscribers) ||
		!read_treated(c, &s.found.treated) || !read_source(c, &s.found.source) ||
		!site_author(c, &s.found.author))
		return EXIT_FAILED;
	err = store_put_holder_note(store, &s.found, c->now);
	return err == E_OK ? EXIT_FINE : context_store_failed(c, store, err);
}

int command_holder_set(struct context *context)
{
	struct store *store;
	struct str holder = str_from(context->options.words[0]);
	if (!key_valid(context, holder) || !context_store(context, STORE_WRITE, &store))
		return EXIT_FAILED;
	int status = set_note(context, store, holder);
	store_close(store);
	return status;
}

/* --- list --- */

static enum err show_note(void *context, const struct holder_note *n)
{
	struct context *c = context;
	struct writer *w = &c->console.out;
	if (!c->console.json) {
		site_say_with(c, n->treated ? MESSAGE_HOLDER_LINE_TREATED : MESSAGE_HOLDER_LINE,
			{STR("holder"), n->holder},
			context_number_text(c, "subscribers", n->subscribers),
			{STR("source"), n->source}, {STR("author"), n->author});
		return E_OK;
	}
	writer_char(w, '{');
	site_json_str(w, "holder", n->holder, true);
	site_json_number(w, "subscribers", n->subscribers);
	site_json_flag(w, "treated", n->treated);
	site_json_str(w, "source", n->source, false);
	site_json_str(w, "author", n->author, false);
	site_json_instant(w, "entered", n->made);
	writer_text(w, "}\n");
	return E_OK;
}

static enum err show_leases(void *context, const struct holder_leases *l)
{
	struct context *c = context;
	struct writer *w = &c->console.out;
	if (!c->console.json) {
		site_say_with(c, MESSAGE_HOLDER_LEASES_LINE, {STR("holder"), l->holder},
			context_number_text(c, "leases", l->count), {STR("source"), l->source});
		return E_OK;
	}
	writer_char(w, '{');
	site_json_str(w, "holder", l->holder, true);
	site_json_number(w, "leases", l->count);
	site_json_str(w, "source", l->source, false);
	site_json_str(w, "author", l->author, false);
	writer_text(w, "}\n");
	return E_OK;
}

int command_holder_list(struct context *context)
{
	struct store *store;
	if (!context_store(context, STORE_READ, &store))
		return EXIT_FAILED;
	enum err err = store_each_holder_note(store, 0, show_note, context);
	if (err == E_OK)
		err = store_each_holder_leases(store, 0, show_leases, context);
	int status = err == E_OK ? EXIT_FINE : context_store_failed(context, store, err);
	store_close(store);
	return status;
}

/* --- leases --- */

static int refuse_line(struct context *c, const char *path, size_t line, struct str got)
{
	console_say_with(&c->console, MESSAGE_HOLDER_BAD_LEASE, {STR("file"), str_from(path)},
		context_number_text(c, "line", line), {STR("got"), got});
	return EXIT_FAILED;
}

static size_t count_lines(struct str text)
{
	size_t lines = 1;
	for (size_t i = 0; i < text.size; i++)
		lines += text.data[i] == '\n';
	return lines;
}

/* A duration in hours a line; empty lines and comments are left out. */
static int read_leases(
	struct context *c, const char *path, struct str text, struct holder_leases *leases)
{
	double *hours = arena_alloc(&c->arena, count_lines(text), sizeof(*hours));
	if (!hours)
		return context_failed(c, str_from(path), E_NOMEM);
	for (size_t line = 1; text.size > 0; line++) {
		struct str got = str_trim(str_cut(text, '\n', &text));
		if (got.size == 0 || got.data[0] == '#')
			continue;
		double value;
		if (!plan_number_parse(got, &value) || !(value > 0) ||
			leases->count == LIMIT_HOLDER_LEASES)
			return refuse_line(c, path, line, got);
		hours[leases->count++] = value;
	}
	leases->hours = hours;
	return leases->count > 0 ? EXIT_FINE : refuse_line(c, path, 1, STR(""));
}

int command_holder_leases(struct context *context)
{
	struct store *store;
	struct str text;
	const char *path = context->options.words[1];
	struct holder_leases leases = {
		.holder = str_from(context->options.words[0]), .source = STR("")};
	if (!key_valid(context, leases.holder) || !read_source(context, &leases.source) ||
		!site_author(context, &leases.author) || !site_load_file(context, path, &text) ||
		read_leases(context, path, text, &leases) != EXIT_FINE ||
		!context_store(context, STORE_WRITE, &store))
		return EXIT_FAILED;
	enum err err = store_put_holder_leases(store, &leases, context->now);
	int status = err == E_OK ? EXIT_FINE : context_store_failed(context, store, err);
	store_close(store);
	return status;
}
