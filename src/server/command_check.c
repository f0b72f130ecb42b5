/* SPDX-License-Identifier: Apache-2.0 */
#include <assert.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>

#include "listing/answer.h"
#include "network/network.h"
#include "os/file.h"
#include "server/botnet_names.h"
#include "server/command.h"

enum {
	SEEN_LIMIT = 4096
};

/* One botnet of one address by one feed. */
struct seen {
	struct str botnet;
	enum kind kind;
	struct str feed;
	struct instant first;
	struct instant last;
	enum precision precision;
};

struct check {
	struct context *context;
	struct store *store;
	struct names *names;
	struct mapping listing_file;
	struct mapping network_file;
	struct listing *listing; /* NULL: none published */
	struct network *network; /* NULL: none published */
	struct arena arena;      /* of one address */
	struct seen *seen;
	size_t count;
	bool listed; /* some address was */
	bool failed;
};

static void merge(struct seen *into, const struct store_seen *from)
{
	if (from->time.from.seconds < into->first.seconds)
		into->first = from->time.from;
	if (from->time.to.seconds > into->last.seconds)
		into->last = from->time.to;
	if (from->precision > into->precision)
		into->precision = from->precision;
}

static void take_seen(void *context, const struct store_seen *seen)
{
	struct check *c = context;
	bool mapped;
	struct str botnet = names_resolve(c->names, seen->name, &mapped);
	for (size_t i = 0; i < c->count; i++) {
		struct seen *known = &c->seen[i];
		if (known->kind != seen->kind || !str_equal(known->feed, seen->feed) ||
			!str_equal(known->botnet, botnet))
			continue;
		merge(known, seen);
		return;
	}
	if (c->count == SEEN_LIMIT) {
		c->failed = true;
		return;
	}
	c->seen[c->count++] = (struct seen){
		.botnet = arena_copy(&c->arena, botnet),
		.kind = seen->kind,
		.feed = arena_copy(&c->arena, seen->feed),
		.first = seen->time.from,
		.last = seen->time.to,
		.precision = seen->precision,
	};
}

static int latest_first(const void *a, const void *b)
{
	const struct seen *x = a;
	const struct seen *y = b;
	if (x->last.seconds != y->last.seconds)
		return x->last.seconds < y->last.seconds ? 1 : -1;
	int order = str_compare(x->botnet, y->botnet);
	return order ? order : str_compare(x->feed, y->feed);
}

static void write_member(struct writer *w, const char *key, struct str value)
{
	writer_text(w, key);
	writer_json(w, value);
}

static void seen_json(struct writer *w, const struct seen *seen)
{
	write_member(w, "{\"botnet\":", seen->botnet);
	write_member(w, ",\"kind\":", kind_name(seen->kind));
	write_member(w, ",\"feed\":", seen->feed);
	writer_text(w, ",\"first_seen\":\"");
	writer_instant(w, seen->first);
	writer_text(w, "\",\"last_seen\":\"");
	writer_instant(w, seen->last);
	write_member(w, "\",\"precision\":", precision_name(seen->precision));
	writer_char(w, '}');
}

static void write_json(struct check *c, const struct answer *answer)
{
	struct writer *w = &c->context->console.out;
	writer_text(w, "{\"ip\":\"");
	writer_ip(w, answer->ip);
	writer_text(w, "\",\"unit\":\"");
	writer_unit(w, answer->unit);
	write_member(w, "\",\"answer\":", answer_verdict_name(answer->verdict));
	writer_text(w, answer->listed ? ",\"listed\":true" : ",\"listed\":false");
	if (answer->reason != ANSWER_NO_REASON)
		write_member(w, ",\"reason\":", answer_reason_name(answer->reason));
	writer_text(w, ",\"sightings\":[");
	for (size_t i = 0; i < c->count; i++) {
		writer_text(w, i ? "," : "");
		seen_json(w, &c->seen[i]);
	}
	writer_text(w, "]}\n");
}

static struct str kind_words(enum lang lang, enum kind kind)
{
	static const enum message words[] = {
		[KIND_INFECTED] = MESSAGE_SIGHTING_INFECTED,
		[KIND_C2] = MESSAGE_SIGHTING_C2,
		[KIND_MALWARE_HOST] = MESSAGE_SIGHTING_MALWARE_HOST,
		[KIND_BLOCKLISTED] = MESSAGE_SIGHTING_BLOCKLISTED,
		[KIND_ATTACK_SOURCE] = MESSAGE_SIGHTING_ATTACK_SOURCE,
	};
	static_assert(sizeof(words) / sizeof(words[0]) == KIND__COUNT, "each is told");
	return text(lang, words[kind]);
}

static void write_seen_line(struct check *c, const struct seen *seen)
{
	struct console *console = &c->context->console;
	struct writer first;
	struct writer last;
	writer_init(&first, 64);
	writer_init(&last, 64);
	text_time(&first, console->lang, NULL, seen->first);
	text_time(&last, console->lang, NULL, seen->last);
	text_write(&console->out, console->lang, MESSAGE_CHECK_SIGHTING,
		(const struct text_arg[]){
			{STR("botnet"), botnet_words(console->lang, seen->botnet)},
			{STR("kind"), kind_words(console->lang, seen->kind)},
			{STR("feed"), seen->feed}, {STR("first"), writer_view_str(&first)},
			{STR("last"), writer_view_str(&last)}},
		5);
	writer_char(&console->out, '\n');
	writer_release(&first);
	writer_release(&last);
}

static void write_text(struct check *c, const struct answer *answer)
{
	struct console *console = &c->context->console;
	struct writer ip;
	writer_init(&ip, 64);
	writer_unit(&ip, answer->unit);
	enum message message = answer->verdict == ANSWER_CANNOT_BE_SAID ? MESSAGE_CHECK_CANNOT
			       : answer->listed                         ? MESSAGE_CHECK_LISTED
									: MESSAGE_CHECK_NOT_LISTED;
	text_write(&console->out, console->lang, message,
		(const struct text_arg[]){{STR("ip"), writer_view_str(&ip)}}, 1);
	writer_char(&console->out, '\n');
	for (size_t i = 0; i < c->count; i++)
		write_seen_line(c, &c->seen[i]);
	writer_release(&ip);
}

/* The page answers from the listing's window; here all that is stored counts as seen. */
static enum err check_address(struct check *c, struct ip ip)
{
	struct answer answer;
	enum pool pool = c->network ? network_look_up(c->network, ip).pool : POOL_UNKNOWN;
	c->count = 0;
	arena_clear(&c->arena);
	answer_decide(c->listing, pool, ip, c->context->now, &answer);
	TRY(store_each_seen(c->store, ip, take_seen, c));
	if (c->failed)
		return E_LIMIT;
	qsort(c->seen, c->count, sizeof(*c->seen), latest_first);
	if (answer.verdict == ANSWER_NOT_SEEN && c->count > 0)
		answer.verdict = ANSWER_SEEN;
	c->listed = c->listed || answer.listed;
	if (c->context->console.json)
		write_json(c, &answer);
	else
		write_text(c, &answer);
	console_flush(&c->context->console);
	return E_OK;
}

/* False for what is no address; the others go on. */
static bool check_word(struct check *c, struct str word)
{
	struct ip ip;
	if (!ip_parse(word, &ip)) {
		console_say_with(&c->context->console, MESSAGE_CLI_BAD_ADDRESS, {STR("got"), word});
		return false;
	}
	enum err err = check_address(c, ip);
	if (err != E_OK)
		context_store_failed(c->context, c->store, err);
	return err == E_OK;
}

static bool check_input(struct check *c)
{
	char *line = NULL;
	size_t capacity = 0;
	bool fine = true;
	for (ssize_t size; (size = getline(&line, &capacity, stdin)) >= 0;) {
		struct str word = str_trim((struct str){line, (size_t)size});
		if (word.size > 0)
			fine = check_word(c, word) && fine;
	}
	free(line);
	return fine && !ferror(stdin);
}

static enum err map_published(struct check *c, const char *name, struct mapping *mapping)
{
	int folder;
	int fd;
	char *path = arena_cstr(&c->context->arena, store_public_folder(c->store));
	if (!path)
		return E_NOMEM;
	TRY(folder_open(AT_FDCWD, path, &folder));
	enum err err = file_open_read(folder, name, &fd);
	file_close(&folder);
	TRY(err);
	err = file_map(fd, mapping);
	file_close(&fd);
	return err;
}

static enum err check_open(struct check *c)
{
	c->seen = arena_alloc(&c->context->arena, SEEN_LIMIT, sizeof(*c->seen));
	if (!c->seen)
		return E_NOMEM;
	TRY(botnet_names_load(c->store, &c->names));
	enum err err = map_published(c, "listing", &c->listing_file);
	if (err == E_OK)
		err = listing_open(c->listing_file.bytes, &c->listing);
	if (err != E_OK && err != E_NOTFOUND)
		return err;
	err = map_published(c, "network", &c->network_file);
	if (err == E_OK)
		err = network_open(c->network_file.bytes, &c->network);
	return err == E_NOTFOUND ? E_OK : err;
}

static void check_close(struct check *c)
{
	listing_close(c->listing);
	network_close(c->network);
	file_unmap(&c->listing_file);
	file_unmap(&c->network_file);
	names_free(c->names);
	arena_release(&c->arena);
}

static int check_all(struct check *c)
{
	bool fine = true;
	enum err err = check_open(c);
	if (err != E_OK)
		return context_store_failed(c->context, c->store, err);
	for (size_t i = 0; i < c->context->options.word_count; i++) {
		struct str word = str_from(c->context->options.words[i]);
		bool input = str_equal(word, STR("-"));
		fine = (input ? check_input(c) : check_word(c, word)) && fine;
	}
	return !fine ? EXIT_FAILED : c->listed ? EXIT_YES : EXIT_FINE;
}

int command_check(struct context *context)
{
	struct check c = {.context = context};
	if (!context_store(context, STORE_READ, &c.store))
		return EXIT_FAILED;
	arena_init(&c.arena, (size_t)64 << 20);
	int status = check_all(&c);
	check_close(&c);
	store_close(c.store);
	return status;
}
