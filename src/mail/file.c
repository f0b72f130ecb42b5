/* SPDX-License-Identifier: Apache-2.0 */
#include "mail/file.h"

#include "base/limits.h"
#include "format/sealed.h"

#define MAIL_MAGIC "quetsach-mail 1 "
#define STATE_MAGIC "quetsach-mail-state 1 "

void mail_file_write(struct writer *w, const struct mail_file *file)
{
	struct writer body;
	writer_init(&body, LIMIT_MAIL_FILE);
	sealed_put(&body, "from", file->from);
	sealed_put(&body, "to", file->to);
	sealed_put_instant(&body, "queued", file->queued);
	sealed_put_instant(&body, "until", file->until);
	writer_char(&body, '\n');
	writer_str(&body, file->message);
	sealed_write(w, &body, STR(MAIL_MAGIC));
	writer_release(&body);
}

enum err mail_file_parse(struct bytes bytes, struct mail_file *ret_file)
{
	struct mail_file f;
	struct str rest, empty;
	TRY(sealed_open(bytes, LIMIT_MAIL_FILE, STR(MAIL_MAGIC), &rest));
	if (!sealed_take(&rest, "from", &f.from) || !sealed_take(&rest, "to", &f.to) ||
		!sealed_take_instant(&rest, "queued", &f.queued) ||
		!sealed_take_instant(&rest, "until", &f.until))
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
	sealed_put_number(&body, "attempts", state->attempts);
	sealed_put_instant(&body, "last", state->last);
	sealed_put_instant(&body, "next", state->next);
	sealed_put_instant(&body, "until", state->until);
	sealed_put(&body, "answer", str_from(state->words));
	sealed_write(w, &body, STR(STATE_MAGIC));
	writer_release(&body);
}

enum err mail_state_parse(struct bytes bytes, struct mail_state *ret_state)
{
	struct mail_state s = {.words = ""};
	struct str rest, words;
	TRY(sealed_open(bytes, LIMIT_MAIL_FILE, STR(STATE_MAGIC), &rest));
	if (!sealed_take_number(&rest, "attempts", &s.attempts) ||
		!sealed_take_instant(&rest, "last", &s.last) ||
		!sealed_take_instant(&rest, "next", &s.next) ||
		!sealed_take_instant(&rest, "until", &s.until) ||
		!sealed_take(&rest, "answer", &words) || rest.size > 0)
		return E_CORRUPT;
	mail_state_say(&s, words);
	*ret_state = s;
	return E_OK;
}

void mail_state_say(struct mail_state *state, struct str words)
{
	sealed_say(state->words, sizeof(state->words), words);
}

int64_t mail_patience(uint64_t attempts, uint8_t jitter)
{
	static const int64_t waits[] = {60, 300, 900, 3600, 7200};
	const uint64_t most = sizeof(waits) / sizeof(waits[0]) - 1;
	uint64_t at = attempts > 0 ? attempts - 1 : 0;
	int64_t wait = waits[at < most ? at : most];
	return wait + wait * jitter / 1024;
}
