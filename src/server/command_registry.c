/* SPDX-License-Identifier: Apache-2.0 */
/* Commands on what the store registers: feeds, allowlist, name rules. */
#include <stdlib.h>

#include "feed/name_rules.h"
#include "feed/reading.h"
#include "os/file.h"
#include "server/botnet_names.h"
#include "server/command.h"
#include "server/publish.h"

static int bad_value(struct context *c, const char *option)
{
	console_say_with(&c->console, MESSAGE_CLI_BAD_VALUE, {STR("option"), str_from(option)},
		{STR("got"), options_str(&c->options, option)},
		{STR("allowed"), str_from(option_find(server_options(), str_from(option))->value)});
	return EXIT_FAILED;
}

/* False when the option is given and neither yes nor no. */
static bool read_flag(const struct options *o, const char *name, bool *flag)
{
	struct str value = options_str(o, name);
	if (str_equal(value, STR("yes")))
		*flag = true;
	else if (str_equal(value, STR("no")))
		*flag = false;
	else
		return value.size == 0;
	return true;
}

/* How its files are read. Empty: as if nobody had said it. */
static int read_reading(struct context *c, struct feed_info *feed)
{
	const struct options *o = &c->options;
	struct problem problem;
	if (options_has(o, "format"))
		feed->format = options_str(o, "format");
	if (options_has(o, "map"))
		feed->map = options_str(o, "map");
	enum reading_fault fault = feed_reading_check(feed->format, feed->map, &problem);
	if (fault == READING_FORMAT)
		return bad_value(c, "format");
	if (fault == READING_MAP)
		console_problem(&c->console, STR("--map"), &problem);
	return fault == READING_FINE ? EXIT_FINE : EXIT_FAILED;
}

static int read_feed_options(struct context *c, struct feed_info *feed)
{
	const struct options *o = &c->options;
	uint64_t frequency = feed->frequency;
	if (options_has(o, "title"))
		feed->title = options_str(o, "title");
	if (options_has(o, "tlp") && !tlp_parse(options_str(o, "tlp"), &feed->tlp))
		return bad_value(c, "tlp");
	if (!read_flag(o, "public-check", &feed->public_check))
		return bad_value(c, "public-check");
	if (!read_flag(o, "public-stats", &feed->public_stats))
		return bad_value(c, "public-stats");
	if (!read_flag(o, "export", &feed->may_export))
		return bad_value(c, "export");
	if (options_has(o, "kind")) {
		if (!kind_parse(options_str(o, "kind"), &feed->kind))
			return bad_value(c, "kind");
		feed->kind_set = true;
	}
	if (options_has(o, "precision") &&
		!precision_parse(options_str(o, "precision"), &feed->precision))
		return bad_value(c, "precision");
	if (!context_number(c, "frequency", 0, UINT32_MAX, frequency, &frequency))
		return EXIT_FAILED;
	feed->frequency = (uint32_t)frequency;
	return read_reading(c, feed);
}

struct copy_feed {
	struct arena *arena;
	struct feed_info feed;
};

static void copy_feed(void *context, const struct feed_info *feed)
{
	struct copy_feed *copy = context;
	copy->feed = *feed;
	copy->feed.name = arena_copy(copy->arena, feed->name);
	copy->feed.title = arena_copy(copy->arena, feed->title);
	copy->feed.format = arena_copy(copy->arena, feed->format);
	copy->feed.map = arena_copy(copy->arena, feed->map);
}

static int set_feed(struct context *c, struct store *store, struct str name)
{
	struct copy_feed found = {.arena = &c->arena, .feed = feed_info_new(name)};
	enum err err = store_find_feed(store, name, copy_feed, &found);
	if (err != E_OK && err != E_NOTFOUND)
		return context_store_failed(c, store, err);
	if (read_feed_options(c, &found.feed) != EXIT_FINE)
		return EXIT_FAILED;
	err = store_put_feed(store, &found.feed);
	if (err == E_OK)
		err = publish_sightings(store, c->now);
	return err == E_OK ? EXIT_FINE : context_store_failed(c, store, err);
}

int command_feed_set(struct context *context)
{
	struct store *store;
	struct str name = str_from(context->options.words[0]);
	if (!feed_name_valid(name)) {
		console_say_with(&context->console, MESSAGE_CLI_BAD_FEED_NAME, {STR("got"), name});
		return EXIT_FAILED;
	}
	if (!context_store(context, STORE_WRITE, &store))
		return EXIT_FAILED;
	int status = set_feed(context, store, name);
	store_close(store);
	return status;
}

static void write_flag(struct writer *w, const char *key, bool flag)
{
	writer_text(w, ",\"");
	writer_text(w, key);
	writer_text(w, flag ? "\":true" : "\":false");
}

static void write_member(struct writer *w, const char *key, struct str value)
{
	writer_text(w, ",\"");
	writer_text(w, key);
	writer_text(w, "\":");
	writer_json(w, value);
}

static void feed_json(struct writer *w, const struct feed_info *feed)
{
	writer_text(w, "{\"feed\":");
	writer_json(w, feed->name);
	write_member(w, "title", feed->title);
	write_member(w, "tlp", tlp_name(feed->tlp));
	write_flag(w, "public_check", feed->public_check);
	write_flag(w, "public_stats", feed->public_stats);
	write_flag(w, "export", feed->may_export);
	if (feed->kind_set)
		write_member(w, "kind", kind_name(feed->kind));
	write_member(w, "precision", precision_name(feed->precision));
	writer_text(w, ",\"frequency\":");
	writer_decimal(w, feed->frequency);
	write_flag(w, "simulated", feed->simulated);
	if (feed->format.size > 0)
		write_member(w, "format", feed->format);
	if (feed->map.size > 0)
		write_member(w, "map", feed->map);
	writer_text(w, "}\n");
}

static struct str yes_no(enum lang lang, bool flag)
{
	return text(lang, flag ? MESSAGE_YES : MESSAGE_NO);
}

static void feed_line(struct console *c, const struct feed_info *feed)
{
	text_write(&c->out, c->lang,
		feed->simulated ? MESSAGE_FEED_LINE_SIMULATED : MESSAGE_FEED_LINE,
		(const struct text_arg[]){{STR("feed"), feed->name}, {STR("title"), feed->title},
			{STR("tlp"), tlp_name(feed->tlp)},
			{STR("check"), yes_no(c->lang, feed->public_check)},
			{STR("stats"), yes_no(c->lang, feed->public_stats)},
			{STR("export"), yes_no(c->lang, feed->may_export)}},
		6);
	writer_char(&c->out, '\n');
	if (feed->format.size + feed->map.size == 0)
		return;
	text_write(&c->out, c->lang, MESSAGE_FEED_LINE_READ,
		(const struct text_arg[]){{STR("format"), feed->format}, {STR("map"), feed->map}},
		2);
	writer_char(&c->out, '\n');
}

static void show_feed(void *context, const struct feed_info *feed)
{
	struct console *c = context;
	if (c->json)
		feed_json(&c->out, feed);
	else
		feed_line(c, feed);
}

int command_feed_list(struct context *context)
{
	struct store *store;
	if (!context_store(context, STORE_READ, &store))
		return EXIT_FAILED;
	enum err err = store_each_feed(store, show_feed, &context->console);
	int status = err == E_OK ? EXIT_FINE : context_store_failed(context, store, err);
	store_close(store);
	return status;
}

static int allow(struct context *c, const struct allowance *allowance)
{
	struct store *store;
	if (!context_store(c, STORE_WRITE, &store))
		return EXIT_FAILED;
	enum err err = store_allow(store, allowance, c->now);
	if (err == E_OK)
		err = publish_listing(store, c->now);
	int status = err == E_OK ? EXIT_FINE : context_store_failed(c, store, err);
	store_close(store);
	return status;
}

/* --until names the last day. */
int command_allow(struct context *context)
{
	bool given;
	struct date until;
	struct allowance a = {.why = options_str(&context->options, "why")};
	struct str got = str_from(context->options.words[0]);
	if (!prefix_parse(got, &a.prefix)) {
		console_say_with(&context->console, MESSAGE_CLI_BAD_PREFIX, {STR("got"), got});
		return EXIT_FAILED;
	}
	if (!context_date(context, "until", &given, &until))
		return EXIT_FAILED;
	if (!given || a.why.size == 0) {
		console_say(&context->console, MESSAGE_CLI_ALLOW_NEEDS, NULL, 0);
		return EXIT_FAILED;
	}
	a.until = (struct instant){date_instant(until).seconds + SECONDS_PER_DAY};
	if (a.until.seconds <= context->now.seconds) {
		console_say_with(&context->console, MESSAGE_CLI_PAST_DATE,
			{STR("option"), STR("until")},
			{STR("got"), options_str(&context->options, "until")});
		return EXIT_FAILED;
	}
	return allow(context, &a);
}
