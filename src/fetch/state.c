/* SPDX-License-Identifier: Apache-2.0 */
#include "fetch/state.h"
#include "format/sealed.h"

#include "base/limits.h"

static const struct str magic = STR_INIT("quetsach-source-state 2 ");
static const struct str former = STR_INIT("quetsach-source-state 1 ");

static void put_digest(struct writer *w, const uint8_t digest[FETCH_DIGEST])
{
	static const char digits[] = "0123456789abcdef";
	writer_text(w, "digest: ");
	for (size_t i = 0; i < FETCH_DIGEST; i++) {
		writer_char(w, digits[digest[i] >> 4]);
		writer_char(w, digits[digest[i] & 15]);
	}
	writer_char(w, '\n');
}

static int digit_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static bool take_digest(struct str *rest, uint8_t digest[FETCH_DIGEST])
{
	struct str hex;
	if (!sealed_take(rest, "digest", &hex) || hex.size != (size_t)2 * FETCH_DIGEST)
		return false;
	for (size_t i = 0; i < FETCH_DIGEST; i++) {
		int high = digit_value(hex.data[2 * i]), low = digit_value(hex.data[2 * i + 1]);
		if (high < 0 || low < 0)
			return false;
		digest[i] = (uint8_t)(high << 4 | low);
	}
	return true;
}

static bool take_text(struct str *rest, const char *name, char *into, size_t capacity)
{
	struct str value;
	if (!sealed_take(rest, name, &value) || value.size >= capacity)
		return false;
	memcpy(into, value.data, value.size);
	into[value.size] = '\0';
	return true;
}

void source_state_write(struct writer *w, const struct source_state *s)
{
	struct writer body;
	writer_init(&body, LIMIT_FETCH_FILE);
	sealed_put_instant(&body, "tried", s->tried);
	sealed_put_instant(&body, "fetched", s->fetched);
	sealed_put_instant(&body, "failed", s->failed);
	sealed_put_number(&body, "failures", s->failures);
	sealed_put_instant(&body, "retry", s->retry);
	sealed_put_number(&body, "files", s->files);
	sealed_put_number(&body, "refused", s->refused);
	sealed_put_number(&body, "bytes", s->bytes);
	sealed_put(&body, "file", str_from(s->file));
	put_digest(&body, s->digest);
	sealed_put(&body, "etag", str_from(s->etag));
	sealed_put(&body, "modified", str_from(s->modified));
	sealed_put(&body, "why", source_why_name(s->why));
	sealed_put(&body, "words", str_from(s->words));
	sealed_write(w, &body, magic);
	writer_release(&body);
}

static bool take_why(struct str *rest, enum source_why *ret_why)
{
	struct str name;
	return sealed_take(rest, "why", &name) && source_why_parse(name, ret_why);
}

static bool take_times(struct str *rest, struct source_state *s)
{
	return sealed_take_instant(rest, "tried", &s->tried) &&
	       sealed_take_instant(rest, "fetched", &s->fetched) &&
	       sealed_take_instant(rest, "failed", &s->failed) &&
	       sealed_take_number(rest, "failures", &s->failures) &&
	       sealed_take_instant(rest, "retry", &s->retry);
}

enum err source_state_parse(struct bytes bytes, struct source_state *ret_state)
{
	struct source_state s = {0};
	struct str rest, words;
	enum err err = sealed_open(bytes, LIMIT_FETCH_FILE, magic, &rest);
	bool has_why = err == E_OK;
	if (err == E_VERSION)
		err = sealed_open(bytes, LIMIT_FETCH_FILE, former, &rest);
	TRY(err);
	if (!take_times(&rest, &s) || !sealed_take_number(&rest, "files", &s.files) ||
		!sealed_take_number(&rest, "refused", &s.refused) ||
		!sealed_take_number(&rest, "bytes", &s.bytes) ||
		!take_text(&rest, "file", s.file, sizeof(s.file)) ||
		!take_digest(&rest, s.digest) ||
		!take_text(&rest, "etag", s.etag, sizeof(s.etag)) ||
		!take_text(&rest, "modified", s.modified, sizeof(s.modified)) ||
		(has_why && !take_why(&rest, &s.why)) || !sealed_take(&rest, "words", &words) ||
		rest.size > 0)
		return E_CORRUPT;
	if (!has_why && words.size > 0)
		s.why = WHY_SAID;
	sealed_say(s.words, FETCH_WORDS, words);
	*ret_state = s;
	return E_OK;
}
