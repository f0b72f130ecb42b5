/* SPDX-License-Identifier: Apache-2.0 */
/* Figures that others published, entered by hand with where they stand. */
#include <math.h>

#include "base/limits.h"
#include "server/command_site.h"
#include "server/plan_options.h"
#include "store/plan.h"

static bool read_day(struct context *c, struct date *ret_day)
{
	bool given;
	if (!context_date(c, "day", &given, ret_day))
		return false;
	if (given && site_date_valid(*ret_day))
		return true;
	site_refuse(c, MESSAGE_FIGURE_NEEDS, STR("day"));
	return false;
}

static bool read_value(struct context *c, double *ret_value)
{
	struct str got = options_str(&c->options, "value");
	if (plan_number_parse(got, ret_value))
		return true;
	console_say_with(&c->console, MESSAGE_FIGURE_BAD_VALUE, {STR("got"), got});
	return false;
}

static bool read_window(struct context *c, struct days *ret_window)
{
	struct str got = options_str(&c->options, "window");
	*ret_window = (struct days){0};
	if (got.size == 0 || plan_days_parse(got, ret_window))
		return true;
	console_say_with(&c->console, MESSAGE_PLAN_BAD_DAYS, {STR("option"), STR("window")},
		{STR("got"), got});
	return false;
}

static bool read_source(struct context *c, struct str *ret_source)
{
	*ret_source = str_trim(options_str(&c->options, "source"));
	if (ret_source->size > 0 && site_line_valid(*ret_source))
		return true;
	site_refuse(c, ret_source->size ? MESSAGE_SITE_BAD_TEXT : MESSAGE_FIGURE_NEEDS,
		ret_source->size ? *ret_source : STR("source"));
	return false;
}

static bool read_entry(struct context *c, struct figure_entry *e)
{
	e->series = str_from(c->options.words[0]);
	e->withdrawn = options_has(&c->options, "withdraw");
	if (!site_key_valid(e->series)) {
		site_refuse(c, MESSAGE_SITE_BAD_KEY, e->series);
		return false;
	}
	return read_day(c, &e->day) && (e->withdrawn || read_value(c, &e->value)) &&
	       read_window(c, &e->window) && read_source(c, &e->source) &&
	       site_author(c, &e->author);
}

int command_figure_enter(struct context *context)
{
	struct store *store;
	struct figure_entry entry = {0};
	if (!read_entry(context, &entry) || !context_store(context, STORE_WRITE, &store))
		return EXIT_FAILED;
	enum err err = store_put_figure(store, &entry, context->now);
	int status = err == E_OK ? EXIT_FINE : context_store_failed(context, store, err);
	store_close(store);
	return status;
}

/* --- list --- */

struct figure_list {
	struct context *context;
	struct str wanted; /* empty: all */
	struct str series; /* of the one before */
	double before;     /* NAN: none */
};

static void write_json(struct writer *w, const struct figure_entry *e, double change)
{
	writer_char(w, '{');
	site_json_str(w, "series", e->series, true);
	site_json_date(w, "day", e->day);
	site_json_days(w, "window", e->window);
	writer_text(w, ",\"value\":");
	site_json_real(w, e->withdrawn ? NAN : e->value);
	writer_text(w, ",\"change\":");
	site_json_real(w, change);
	site_json_str(w, "source", e->source, false);
	site_json_str(w, "author", e->author, false);
	site_json_instant(w, "entered", e->made);
	site_json_flag(w, "current", e->current);
	site_json_flag(w, "withdrawn", e->withdrawn);
	writer_text(w, "}\n");
}

static struct str number_text(struct context *c, double value, bool percent)
{
	struct writer w;
	writer_init(&w, 100);
	if (percent)
		text_percent(&w, c->console.lang, value, 2);
	else
		text_decimal(&w, c->console.lang, value, value == floor(value) ? 0 : 4);
	struct str copy = arena_copy(&c->arena, writer_view_str(&w));
	writer_release(&w);
	return copy;
}

static struct str window_text(struct context *c, struct days window)
{
	struct writer w;
	if (!days_set(window))
		return text(c->console.lang, MESSAGE_FIGURE_NO_WINDOW);
	writer_init(&w, 100);
	text_date(&w, c->console.lang, window.first);
	writer_text(&w, " – ");
	text_date(&w, c->console.lang, window.last);
	struct str copy = arena_copy(&c->arena, writer_view_str(&w));
	writer_release(&w);
	return copy;
}

static enum message line_message(const struct figure_entry *e)
{
	if (e->current)
		return MESSAGE_FIGURE_LINE;
	return e->withdrawn ? MESSAGE_FIGURE_LINE_WITHDRAWN : MESSAGE_FIGURE_LINE_OLD;
}

static void write_line(struct context *c, const struct figure_entry *e, double change)
{
	site_say_with(c, line_message(e), {STR("series"), e->series},
		{STR("day"), site_day_text(c, e->day)},
		{STR("value"), number_text(c, e->value, false)},
		{STR("window"), window_text(c, e->window)},
		{STR("change"), number_text(c, change, true)}, {STR("source"), e->source},
		{STR("author"), e->author});
}

static enum err show(void *context, const struct figure_entry *e)
{
	struct figure_list *list = context;
	struct context *c = list->context;
	double change = NAN;
	if (list->wanted.size > 0 && !str_equal(list->wanted, e->series))
		return E_OK;
	if (e->current) {
		bool follows = str_equal(list->series, e->series) && list->before > 0;
		change = follows ? e->value / list->before - 1 : NAN;
		list->series = arena_copy(&c->arena, e->series);
		list->before = e->value;
	}
	if (c->console.json)
		write_json(&c->console.out, e, change);
	else
		write_line(c, e, change);
	return E_OK;
}

int command_figure_list(struct context *context)
{
	struct store *store;
	const struct options *o = &context->options;
	struct figure_list list = {.context = context, .series = STR(""), .before = NAN};
	if (o->word_count > 0)
		list.wanted = str_from(o->words[0]);
	if (!context_store(context, STORE_READ, &store))
		return EXIT_FAILED;
	enum err err = store_each_figure(store, 0, options_has(o, "history"), show, &list);
	int status = err == E_OK ? EXIT_FINE : context_store_failed(context, store, err);
	store_close(store);
	return status;
}
