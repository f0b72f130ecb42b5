/* SPDX-License-Identifier: Apache-2.0 */
/* Options of `source add` and `edit`. */
#include <fcntl.h>

#include "base/limits.h"
#include "feed/feed.h"
#include "fetch/address.h"
#include "os/file.h"
#include "server/command_source.h"
#include "server/fetch_secret.h"
#include "server/zone.h"

struct taking {
	struct context *c;
	struct source *source;
};

/* What may stand there, for whoever got it wrong. */
static void write_allowed(struct writer *w, const char *option)
{
	const struct option_info *info = option_find(server_options(), str_from(option));
	if (strcmp(option, "kind") == 0)
		for (size_t i = 0; i < KIND__COUNT; i++) {
			writer_text(w, i > 0 ? "|" : "");
			writer_str(w, kind_name((enum kind)i));
		}
	else if (strcmp(option, "format") == 0)
		for (size_t i = 0; i < feed_format_count(); i++) {
			writer_text(w, i > 0 ? "|" : "");
			writer_str(w, feed_format_name(i));
		}
	else if (strcmp(option, "zone") == 0)
		writer_text(w, "Asia/Ho_Chi_Minh|UTC|…");
	else
		writer_text(w, info && info->value ? info->value : "…");
}

static bool refuse(struct context *c, const char *option, struct str got)
{
	struct writer allowed;
	writer_init(&allowed, 4096);
	write_allowed(&allowed, option);
	console_say_with(&c->console, MESSAGE_SOURCE_BAD_OPTION, {STR("option"), str_from(option)},
		{STR("got"), got}, {STR("allowed"), writer_view_str(&allowed)});
	writer_release(&allowed);
	return false;
}

static bool refuse_address(struct context *c, const char *option, struct str got)
{
	console_say_with(&c->console,
		address_valid(got) ? MESSAGE_SOURCE_BAD_DAY : MESSAGE_SOURCE_BAD_URL,
		{STR("option"), str_from(option)}, {STR("got"), got});
	return false;
}

/* --- plain values --- */

static bool is_line(struct str s)
{
	for (size_t i = 0; i < s.size; i++)
		if ((unsigned char)s.data[i] < ' ' || s.data[i] == 0x7f)
			return false;
	return s.size <= LIMIT_FETCH_ADDRESS && utf8_valid(s);
}

static bool take_texts(struct taking *t)
{
	const struct {
		const char *option;
		struct str *into;
	} all[] = {{"feed", &t->source->feed}, {"format", &t->source->format},
		{"kind", &t->source->feed_kind}, {"botnet", &t->source->botnet},
		{"map", &t->source->map}, {"zone", &t->source->zone},
		{"lists", &t->source->reports}, {"types", &t->source->types},
		{"download", &t->source->download}, {"url", &t->source->address}};
	const struct options *o = &t->c->options;
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		if (!options_has(o, all[i].option))
			continue;
		*all[i].into = options_str(o, all[i].option);
		if (!is_line(*all[i].into))
			return refuse(t->c, all[i].option, *all[i].into);
	}
	return true;
}

/* They will be opened from elsewhere. */
static bool take_paths(struct taking *t)
{
	const struct {
		const char *option;
		struct str *into;
	} all[] = {{"secret-file", &t->source->secret_file}, {"ca-file", &t->source->authorities},
		{"folder", &t->source->address}};
	const struct options *o = &t->c->options;
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		const char *path = options_get(o, all[i].option);
		if (!path)
			continue;
		*all[i].into = path[0] ? str_from(context_absolute(t->c, path)) : STR("");
		if (!is_line(*all[i].into))
			return refuse(t->c, all[i].option, *all[i].into);
	}
	return true;
}

static bool take_numbers(struct taking *t)
{
	struct source *s = t->source;
	return context_number(
		       t->c, "catch-up", 0, LIMIT_FETCH_CATCH_UP, s->catch_up, &s->catch_up) &&
	       context_number(t->c, "lag", 0, LIMIT_FETCH_CATCH_UP, s->lag, &s->lag) &&
	       context_number(t->c, "most-bytes", 1, LIMIT_FETCH_BYTES_MOST, s->most_bytes,
		       &s->most_bytes) &&
	       context_number(t->c, "most-seconds", 1, SECONDS_PER_DAY, s->most_seconds,
		       &s->most_seconds) &&
	       context_number(t->c, "still", 0, SECONDS_PER_DAY, s->still, &s->still);
}

static bool take_words(struct taking *t)
{
	const struct options *o = &t->c->options;
	struct source *s = t->source;
	struct str every = options_str(o, "every"), auth = options_str(o, "auth"),
		   rule = options_str(o, "observed-rule"), move = options_str(o, "move");
	if (every.size > 0 && !schedule_parse(every, &s->schedule))
		return refuse(t->c, "every", every);
	if (auth.size > 0 &&
		(!source_auth_parse(auth, &s->auth, &s->header) || s->auth == AUTH_URL))
		return refuse(t->c, "auth", auth);
	if (rule.size > 0 && !source_observed_parse(rule, &s->observed))
		return refuse(t->c, "observed-rule", rule);
	if (move.size > 0 && !str_equal(move, STR("yes")) && !str_equal(move, STR("no")))
		return refuse(t->c, "move", move);
	if (move.size > 0)
		s->move = str_equal(move, STR("yes"));
	return true;
}

/* --- whether all of it holds together --- */

static bool format_known(struct str name)
{
	for (size_t i = 0; i < feed_format_count(); i++)
		if (str_equal(feed_format_name(i), name))
			return true;
	return name.size == 0;
}

static bool zone_known(struct str name)
{
	struct zone *zone = zone_load(name);
	zone_free(zone);
	return zone != NULL;
}

static bool check_ingest(struct context *c, const struct source *s)
{
	enum kind kind;
	if (!feed_name_valid(s->feed))
		return refuse(c, "feed", s->feed);
	if (s->feed_kind.size > 0 && !kind_parse(s->feed_kind, &kind))
		return refuse(c, "kind", s->feed_kind);
	if (!format_known(s->format))
		return refuse(c, "format", s->format);
	return zone_known(s->zone) || refuse(c, "zone", s->zone);
}

static bool check_secret(struct context *c, const struct source *s)
{
	struct writer secret;
	struct str key, hidden;
	const char *path = arena_cstr(&c->arena, s->secret_file);
	if (s->secret_file.size == 0)
		return true;
	fetch_secret_init(&secret);
	enum err err = path ? fetch_secret_load(path, &secret) : E_NOMEM;
	bool pair = s->kind != SOURCE_SHADOWSERVER ||
		    (err == E_OK && fetch_secret_pair(&secret, &key, &hidden));
	fetch_secret_forget(&secret);
	if (err == E_DENIED)
		console_say_with(
			&c->console, MESSAGE_FETCH_SECRET_OPEN, {STR("what"), s->secret_file});
	else if (err == E_TRUNCATED)
		console_say_with(
			&c->console, MESSAGE_FETCH_SECRET_EMPTY, {STR("what"), s->secret_file});
	else if (err != E_OK)
		context_failed(c, s->secret_file, err);
	else if (!pair)
		console_say_with(&c->console, MESSAGE_FETCH_NO_KEY, {STR("what"), s->secret_file});
	return err == E_OK && pair;
}

static bool say(struct context *c, enum message message, struct str what)
{
	console_say_with(&c->console, message, {STR("what"), what});
	return false;
}

/* Secrets never go in the clear, except from this machine to itself. */
static bool check_clear(struct context *c, const struct source *s, struct str address)
{
	bool clear =
		s->secret_file.size > 0 && address_is_plain(address) && !address_is_here(address);
	return !clear || say(c, MESSAGE_SOURCE_CLEAR, address);
}

static bool check_url(struct context *c, struct source *s)
{
	if (!address_valid(s->address) || address_has_half_a_day(s->address))
		return refuse_address(c, "url", s->address);
	if (address_has_secret(s->address))
		s->auth = AUTH_URL;
	else if (s->auth == AUTH_URL)
		s->auth = AUTH_NONE;
	bool has = s->secret_file.size > 0;
	if (has != (s->auth != AUTH_NONE))
		return say(c, MESSAGE_SOURCE_AUTH_AND_FILE, s->name);
	return check_clear(c, s, s->address);
}

static bool check_shadowserver(struct context *c, const struct source *s)
{
	if (!address_valid(s->address))
		return refuse_address(c, "url", s->address);
	if (!address_valid(s->download))
		return refuse_address(c, "download", s->download);
	if (s->secret_file.size == 0)
		return say(c, MESSAGE_FETCH_NO_KEY, s->name);
	return check_clear(c, s, s->address) && check_clear(c, s, s->download);
}

static bool check_folder(struct context *c, const struct source *s)
{
	int folder = -1;
	const char *path = arena_cstr(&c->arena, s->address);
	enum err err = path ? folder_open(AT_FDCWD, path, &folder) : E_NOMEM;
	file_close(&folder);
	if (err != E_OK)
		context_failed(c, s->address, err);
	return err == E_OK;
}

static bool check_kind(struct context *c, struct source *s)
{
	switch (s->kind) {
	case SOURCE_URL:
		return check_url(c, s);
	case SOURCE_SHADOWSERVER:
		return check_shadowserver(c, s);
	case SOURCE_FOLDER:
		return check_folder(c, s);
	case SOURCE_KIND__COUNT:
		break;
	}
	return false;
}

/* It is read at each fetch: what cannot be opened now will not be then. */
static bool check_authorities(struct context *c, const struct source *s)
{
	int file = -1;
	if (s->authorities.size == 0)
		return true;
	const char *path = arena_cstr(&c->arena, s->authorities);
	enum err err = path ? file_open_read(AT_FDCWD, path, &file) : E_NOMEM;
	file_close(&file);
	return err == E_OK || say(c, MESSAGE_FETCH_AUTHORITIES_GONE, s->authorities);
}

bool source_take_options(struct context *c, struct source *source)
{
	struct taking t = {c, source};
	return take_texts(&t) && take_paths(&t) && take_numbers(&t) && take_words(&t) &&
	       check_ingest(c, source) && check_kind(c, source) && check_secret(c, source) &&
	       check_authorities(c, source);
}
