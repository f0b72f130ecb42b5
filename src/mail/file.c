/* SPDX-License-Identifier: Apache-2.0 */
#include "mail/file.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "base/limits.h"

#define MAIL_MAGIC "quetsach-mail 1 "
#define STATE_MAGIC "quetsach-mail-state 1 "

enum {
	SUM_DIGITS = 16
};

/* --- the first line --- */

static void sum_text(struct str s, char ret_text[SUM_DIGITS])
{
	static const char digits[] = "0123456789abcdef";
	uint64_t sum = XXH3_64bits(s.data, s.size);
	for (int i = SUM_DIGITS - 1; i >= 0; i--, sum >>= 4)
		ret_text[i] = digits[sum & 15];
}

/* Behind `from` stands all that is summed; the line goes in front of it. */
static void seal(struct writer *w, const struct writer *body, const char *magic)
{
	char sum[SUM_DIGITS];
	enum err err = writer_end(body);
	if (err != E_OK)
		writer_fail(w, err);
	sum_text(writer_view_str(body), sum);
	writer_text(w, magic);
	writer_str(w, (struct str){sum, sizeof(sum)});
	writer_char(w, '\n');
	writer_bytes(w, writer_view(body));
}

/* A magic is "NAME VERSION ". */
static bool same_kind(struct str s, struct str magic)
{
	struct str version;
	struct str name = str_cut(magic, ' ', &version);
	return str_starts(s, name) && s.size > name.size && s.data[name.size] == ' ';
}

static enum err unseal(struct bytes bytes, struct str magic, struct str *ret_body)
{
	struct str all = {(const char *)bytes.data, bytes.size}, body;
	char sum[SUM_DIGITS];
	struct str line = str_cut(all, '\n', &body);
	if (bytes.size > LIMIT_MAIL_FILE)
		return E_LIMIT;
	if (!str_starts(line, magic))
		return same_kind(line, magic) ? E_VERSION : E_CORRUPT;
	sum_text(body, sum);
	line = (struct str){line.data + magic.size, line.size - magic.size};
	if (!str_equal(line, (struct str){sum, sizeof(sum)}))
		return E_CORRUPT;
	*ret_body = body;
	return E_OK;
}

/* --- lines --- */

static void put(struct writer *w, const char *name, struct str value)
{
	writer_text(w, name);
	writer_text(w, ": ");
	writer_str(w, value);
	writer_char(w, '\n');
}

static void put_instant(struct writer *w, const char *name, struct instant value)
{
	writer_text(w, name);
	writer_text(w, ": ");
	writer_instant(w, value);
	writer_char(w, '\n');
}

/* Our own writing, so the order is fixed. */
static bool take(struct str *rest, struct str name, struct str *ret_value)
{
	struct str line = str_cut(*rest, '\n', rest), value;
	if (!str_equal(str_cut(line, ':', &value), name) || !str_starts(value, STR(" ")))
		return false;
	*ret_value = (struct str){value.data + 1, value.size - 1};
	return true;
}

static bool take_instant(struct str *rest, struct str name, struct instant *ret_value)
{
	struct str value;
	return take(rest, name, &value) && instant_parse(value, ret_value);
}

static bool take_number(struct str *rest, struct str name, uint64_t *ret_value)
{
	struct str value;
	return take(rest, name, &value) && str_to_u64(value, UINT32_MAX, ret_value);
}

/* --- the two kinds --- */

void mail_file_write(struct writer *w, const struct mail_file *file)
{
	struct writer body;
	writer_init(&body, LIMIT_MAIL_FILE);
	put(&body, "from", file->from);
	put(&body, "to", file->to);
	put_instant(&body, "queued", file->queued);
	put_instant(&body, "until", file->until);
	writer_char(&body, '\n');
	writer_str(&body, file->message);
	seal(w, &body, MAIL_MAGIC);
	writer_release(&body);
}

enum err mail_file_parse(struct bytes bytes, struct mail_file *ret_file)
{
	struct mail_file f;
	struct str rest, empty;
	TRY(unseal(bytes, STR(MAIL_MAGIC), &rest));
	if (!take(&rest, STR("from"), &f.from) || !take(&rest, STR("to"), &f.to) ||
		!take_instant(&rest, STR("queued"), &f.queued) ||
		!take_instant(&rest, STR("until"), &f.until))
		return E_CORRUPT;
	empty = str_cut(rest, '\n', &f.message);
	if (empty.size > 0 || f.message.size == 0)
		return E_CORRUPT;
	*ret_file = f;
	return E_OK;
}

void mail_state_write(struct writer *w, const struct mail_state *state)
{
	struct writer body;
	writer_init(&body, LIMIT_MAIL_FILE);
	writer_text(&body, "attempts: ");
	writer_decimal(&body, state->attempts);
	writer_char(&body, '\n');
	put_instant(&body, "last", state->last);
	put_instant(&body, "next", state->next);
	put_instant(&body, "until", state->until);
	put(&body, "answer", str_from(state->words));
	seal(w, &body, STATE_MAGIC);
	writer_release(&body);
}

enum err mail_state_parse(struct bytes bytes, struct mail_state *ret_state)
{
	struct mail_state s = {.words = ""};
	struct str rest, words;
	TRY(unseal(bytes, STR(STATE_MAGIC), &rest));
	if (!take_number(&rest, STR("attempts"), &s.attempts) ||
		!take_instant(&rest, STR("last"), &s.last) ||
		!take_instant(&rest, STR("next"), &s.next) ||
		!take_instant(&rest, STR("until"), &s.until) ||
		!take(&rest, STR("answer"), &words) || rest.size > 0)
		return E_CORRUPT;
	mail_state_say(&s, words);
	*ret_state = s;
	return E_OK;
}

void mail_state_say(struct mail_state *state, struct str words)
{
	size_t used = 0;
	for (size_t at = 0, size; at < words.size; at += size) {
		size = utf8_length((struct str){words.data + at, words.size - at});
		bool fine =
			size > 1 || (size == 1 && words.data[at] >= ' ' && words.data[at] != 0x7f);
		size_t width = fine ? size : 1;
		size = size > 0 ? size : 1;
		if (used + width >= MAIL_WORDS)
			break;
		memcpy(state->words + used, fine ? words.data + at : "?", width);
		used += width;
	}
	state->words[used] = '\0';
}

int64_t mail_patience(uint64_t attempts, uint8_t jitter)
{
	static const int64_t waits[] = {60, 300, 900, 3600, 7200};
	const uint64_t most = sizeof(waits) / sizeof(waits[0]) - 1;
	uint64_t at = attempts > 0 ? attempts - 1 : 0;
	int64_t wait = waits[at < most ? at : most];
	return wait + wait * jitter / 1024;
}
