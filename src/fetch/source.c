/* SPDX-License-Identifier: Apache-2.0 */
#include "fetch/source.h"

#include <assert.h>

#include "base/limits.h"
#include "format/sealed.h"

static const struct str kind_names[] = {
	STR_INIT("url"), STR_INIT("shadowserver"), STR_INIT("folder")};
static_assert(sizeof(kind_names) / sizeof(kind_names[0]) == SOURCE_KIND__COUNT, "names");

static const struct str observed_names[] = {
	STR_INIT("file"), STR_INIT("day"), STR_INIT("today"), STR_INIT("yesterday")};
static_assert(
	sizeof(observed_names) / sizeof(observed_names[0]) == SOURCE_OBSERVED__COUNT, "names");

static const struct str auth_names[] = {STR_INIT("none"), STR_INIT("basic"), STR_INIT("bearer"),
	STR_INIT("header"), STR_INIT("url")};
static_assert(sizeof(auth_names) / sizeof(auth_names[0]) == SOURCE_AUTH__COUNT, "names");

static const struct str magic = STR_INIT("quetsach-source 1 ");

static bool find_name(const struct str *names, size_t count, struct str name, size_t *ret_at)
{
	for (size_t i = 0; i < count; i++) {
		if (!str_equal(names[i], name))
			continue;
		*ret_at = i;
		return true;
	}
	return false;
}

struct str source_kind_name(enum source_kind kind)
{
	return kind_names[kind];
}

struct str source_observed_name(enum source_observed observed)
{
	return observed_names[observed];
}

bool source_observed_parse(struct str name, enum source_observed *ret_observed)
{
	size_t at;
	if (!find_name(observed_names, SOURCE_OBSERVED__COUNT, name, &at))
		return false;
	*ret_observed = (enum source_observed)at;
	return true;
}

struct source source_new(struct str name, enum source_kind kind)
{
	const struct str none = STR("");
	struct source s = {.name = name,
		.kind = kind,
		.schedule = {.every = SECONDS_PER_DAY},
		.zone = STR("UTC"),
		.feed = name,
		.address = none,
		.download = none,
		.reports = none,
		.types = none,
		.header = none,
		.secret_file = none,
		.authorities = none,
		.format = none,
		.feed_kind = none,
		.botnet = none,
		.map = none,
		.catch_up = LIMIT_FETCH_CATCH_UP_USUAL,
		.lag = 1,
		.most_bytes = LIMIT_FETCH_BYTES,
		.most_seconds = LIMIT_FETCH_SECONDS,
		.still = LIMIT_FETCH_STILL};
	if (kind == SOURCE_SHADOWSERVER) {
		s.address = STR("https://transform.shadowserver.org/api2/");
		s.download = STR("https://dl.shadowserver.org/");
	}
	if (kind == SOURCE_FOLDER)
		s.schedule.every = 300;
	return s;
}

bool source_name_valid(struct str name)
{
	if (name.size == 0 || name.size > LIMIT_FEED_NAME)
		return false;
	for (size_t i = 0; i < name.size; i++) {
		char c = name.data[i];
		bool fine = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
		if (!fine && (i == 0 || (c != '.' && c != '_' && c != '-')))
			return false;
	}
	return true;
}

/* RFC 9110, 5.6.2, without what nobody uses. */
static bool header_valid(struct str name)
{
	for (size_t i = 0; i < name.size; i++) {
		char c = name.data[i];
		if (!(c >= 'a' && c <= 'z') && !(c >= 'A' && c <= 'Z') && !(c >= '0' && c <= '9') &&
			c != '-' && c != '_')
			return false;
	}
	return name.size > 0 && name.size <= 64;
}

bool source_auth_parse(struct str s, enum source_auth *ret_auth, struct str *ret_header)
{
	struct str header;
	size_t at;
	struct str name = str_cut(s, ':', &header);
	if (!find_name(auth_names, SOURCE_AUTH__COUNT, name, &at))
		return false;
	bool has_header = name.size < s.size;
	if (has_header != (at == AUTH_HEADER) || (has_header && !header_valid(header)))
		return false;
	*ret_auth = (enum source_auth)at;
	*ret_header = header;
	return true;
}

void source_auth_write(struct writer *w, const struct source *s)
{
	writer_str(w, auth_names[s->auth]);
	if (s->auth == AUTH_HEADER) {
		writer_char(w, ':');
		writer_str(w, s->header);
	}
}

static void put_schedule(struct writer *w, const struct source *s)
{
	writer_text(w, "every: ");
	schedule_write(w, &s->schedule);
	writer_text(w, "\nauth: ");
	source_auth_write(w, s);
	writer_char(w, '\n');
}

void source_write(struct writer *w, const struct source *s)
{
	struct writer body;
	writer_init(&body, LIMIT_FETCH_FILE);
	sealed_put(&body, "name", s->name);
	sealed_put(&body, "kind", kind_names[s->kind]);
	sealed_put_number(&body, "paused", s->paused);
	put_schedule(&body, s);
	sealed_put(&body, "zone", s->zone);
	sealed_put(&body, "address", s->address);
	sealed_put(&body, "download", s->download);
	sealed_put(&body, "reports", s->reports);
	sealed_put(&body, "types", s->types);
	sealed_put(&body, "secret-file", s->secret_file);
	sealed_put(&body, "authorities", s->authorities);
	sealed_put(&body, "feed", s->feed);
	sealed_put(&body, "format", s->format);
	sealed_put(&body, "feed-kind", s->feed_kind);
	sealed_put(&body, "botnet", s->botnet);
	sealed_put(&body, "map", s->map);
	sealed_put(&body, "observed", observed_names[s->observed]);
	sealed_put_number(&body, "catch-up", s->catch_up);
	sealed_put_number(&body, "lag", s->lag);
	sealed_put_number(&body, "most-bytes", s->most_bytes);
	sealed_put_number(&body, "most-seconds", s->most_seconds);
	sealed_put_number(&body, "still", s->still);
	sealed_put_number(&body, "move", s->move);
	sealed_write(w, &body, magic);
	writer_release(&body);
}

static bool take_kind(struct str *rest, enum source_kind *ret_kind)
{
	struct str name;
	size_t at;
	if (!sealed_take(rest, "kind", &name) ||
		!find_name(kind_names, SOURCE_KIND__COUNT, name, &at))
		return false;
	*ret_kind = (enum source_kind)at;
	return true;
}

static bool take_schedule(struct str *rest, struct source *s)
{
	struct str every, auth;
	return sealed_take(rest, "every", &every) && schedule_parse(every, &s->schedule) &&
	       sealed_take(rest, "auth", &auth) && source_auth_parse(auth, &s->auth, &s->header);
}

static bool take_place(struct str *rest, struct source *s)
{
	return sealed_take(rest, "zone", &s->zone) && sealed_take(rest, "address", &s->address) &&
	       sealed_take(rest, "download", &s->download) &&
	       sealed_take(rest, "reports", &s->reports) && sealed_take(rest, "types", &s->types) &&
	       sealed_take(rest, "secret-file", &s->secret_file) &&
	       sealed_take(rest, "authorities", &s->authorities);
}

static bool take_ingest(struct str *rest, struct source *s)
{
	struct str observed;
	return sealed_take(rest, "feed", &s->feed) && sealed_take(rest, "format", &s->format) &&
	       sealed_take(rest, "feed-kind", &s->feed_kind) &&
	       sealed_take(rest, "botnet", &s->botnet) && sealed_take(rest, "map", &s->map) &&
	       sealed_take(rest, "observed", &observed) &&
	       source_observed_parse(observed, &s->observed);
}

static bool take_bounds(struct str *rest, struct source *s)
{
	return sealed_take_number(rest, "catch-up", &s->catch_up) &&
	       sealed_take_number(rest, "lag", &s->lag) &&
	       sealed_take_number(rest, "most-bytes", &s->most_bytes) &&
	       sealed_take_number(rest, "most-seconds", &s->most_seconds) &&
	       sealed_take_number(rest, "still", &s->still) &&
	       sealed_take_flag(rest, "move", &s->move);
}

static bool bounds_hold(const struct source *s)
{
	return s->catch_up <= LIMIT_FETCH_CATCH_UP && s->lag <= LIMIT_FETCH_CATCH_UP &&
	       s->most_bytes <= LIMIT_FETCH_BYTES_MOST && s->most_seconds > 0 &&
	       s->most_seconds <= SECONDS_PER_DAY && s->still <= SECONDS_PER_DAY;
}

enum err source_parse(struct bytes bytes, struct source *ret_source)
{
	struct source s = {0};
	struct str rest;
	TRY(sealed_open(bytes, LIMIT_FETCH_FILE, magic, &rest));
	if (!sealed_take(&rest, "name", &s.name) || !source_name_valid(s.name) ||
		!take_kind(&rest, &s.kind) || !sealed_take_flag(&rest, "paused", &s.paused) ||
		!take_schedule(&rest, &s) || !take_place(&rest, &s) || !take_ingest(&rest, &s) ||
		!take_bounds(&rest, &s) || rest.size > 0 || !bounds_hold(&s))
		return E_CORRUPT;
	*ret_source = s;
	return E_OK;
}

bool source_list_has(struct str list, struct str word)
{
	if (list.size == 0)
		return true;
	while (list.size > 0)
		if (str_equal(str_trim(str_cut(list, ',', &list)), word))
			return true;
	return false;
}
