/* SPDX-License-Identifier: Apache-2.0 */
#include <sodium.h>

#include "scan/worker_parts.h"

enum {
	TRIES = 3,
	LAST_FACTOR = 4 /* of time that passes, as the walk waits */
};

/* --- what a rule may ask --- */

static struct str behind_last(struct str s, char mark)
{
	for (size_t i = s.size; i > 0; i--)
		if (s.data[i - 1] == mark)
			return (struct str){s.data + i, s.size - i};
	return s;
}

static struct str extension_of(struct str name)
{
	struct str behind = behind_last(name, '.');
	return behind.size == name.size ? STR("") : (struct str){behind.data - 1, behind.size + 1};
}

static struct object_name name_of(struct worker *w, struct str object)
{
	struct str path = w->task->path;
	if (object.size > 0) {
		writer_clear(&w->text);
		writer_str(&w->text, path);
		writer_char(&w->text, ' ');
		writer_str(&w->text, object);
		/* A name that is longer than any is cut off, not the member left out. */
		path = writer_view_str(&w->text);
	}
	struct str name = behind_last(behind_last(path, '/'), ' ');
	if (object.size == 0)
		name = behind_last(path, '/');
	return (struct object_name){.path = path, .name = name, .extension = extension_of(name)};
}

/* --- what applies --- */

static struct str hex_digest(struct bytes content, char text[2 * crypto_hash_sha256_BYTES + 1])
{
	uint8_t digest[crypto_hash_sha256_BYTES];
	crypto_hash_sha256(digest, content.data, content.size);
	sodium_bin2hex(text, 2 * sizeof(digest) + 1, digest, sizeof(digest));
	return (struct str){text, 2 * sizeof(digest)};
}

static void say_finding(struct worker *w, struct str object, struct bytes content, unsigned flags,
	const struct match_result *result)
{
	char hex[2 * crypto_hash_sha256_BYTES + 1];
	struct answer answer = {.kind = ANSWER_FINDING,
		.finding = {.object = object,
			.match_total = result->total,
			.md5 = result->md5,
			.sha1 = result->sha1,
			.sha256 = result->sha256}};
	if (answer.finding.sha256.size == 0 && !(flags & MATCH_NO_HASH))
		answer.finding.sha256 = hex_digest(content, hex);
	worker_say(w, &answer);
	for (size_t i = 0; i < result->count && i < WIRE_MATCHES; i++)
		worker_say(w, &(struct answer){.kind = ANSWER_MATCH, .match = result->matches[i]});
	worker_say(w, &(struct answer){.kind = ANSWER_FOUND});
}

static void say_failure(struct worker *w, struct str object, enum err err)
{
	enum unscanned reason = err == E_TIMEOUT ? UNSCANNED_TIME
				: err == E_NOMEM ? UNSCANNED_MEMORY
						 : UNSCANNED_ENGINE;
	worker_unscanned(
		w, object, reason, reason == UNSCANNED_ENGINE ? str_from(err_name(err)) : STR(""));
}

enum err worker_match(struct worker *w, struct str object, struct bytes content, unsigned flags)
{
	struct match_result result = {0};
	const struct object_name name = name_of(w, object);
	enum err err = E_TIMEOUT;
	flags |= w->order->all_matches ? MATCH_ALL : 0;
	/* libyara counts time that passes, also while the machine or we stood still; on a machine
	 * that is busy with other things that is always more than what is used. */
	for (int i = 0; i < TRIES && err == E_TIMEOUT && !worker_late(w); i++)
		err = matcher_scan(w->matcher, content, &name, flags,
			w->order->milliseconds * (i + 1 < TRIES ? 1 : LAST_FACTOR), &result);
	if (result.count > 0)
		say_finding(w, object, content, flags, &result);
	if (err != E_OK)
		say_failure(w, object, err);
	return err == E_TIMEOUT ? E_TIMEOUT : E_OK;
}

/* --- what is in it --- */

/* unpack() begins them with a space, for others to put a name in front. */
static struct str object_of(struct str path)
{
	return str_trim(path);
}

static enum err on_member(void *context, struct str path, struct bytes content)
{
	return worker_match(context, object_of(path), content, 0);
}

static void on_unscanned(void *context, struct str path, enum unscanned reason, struct str about)
{
	worker_unscanned(context, object_of(path), reason, about);
}

static bool on_stop(void *context)
{
	return worker_late(context);
}

void worker_look(struct worker *w, struct bytes content)
{
	const struct unpack_sink sink = {w, on_member, on_unscanned, on_stop};
	if (worker_match(w, STR(""), content, 0) != E_OK)
		return;
	enum err err = unpack(content, behind_last(w->task->path, '/'), &w->order->limits, &sink);
	/* A member that took too long has been told. */
	if (err == E_TIMEOUT)
		return;
	if (err != E_OK || w->late)
		say_failure(w, STR(""), w->late ? E_TIMEOUT : err);
}
