/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>

#include "mail/file.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void try_bytes(struct bytes b)
{
	struct mail_file mail, again;
	struct mail_state state;
	struct writer w;
	writer_init(&w, (size_t)1 << 20);
	if (mail_file_parse(b, &mail) == E_OK) {
		/* What was read is written and read as the same. */
		mail_file_write(&w, &mail);
		if (writer_end(&w) != E_OK || mail_file_parse(writer_view(&w), &again) != E_OK ||
			!str_equal(mail.message, again.message) || !str_equal(mail.to, again.to))
			abort();
	}
	if (mail_state_parse(b, &state) == E_OK && strnlen(state.words, MAIL_WORDS) == MAIL_WORDS)
		abort();
	writer_release(&w);
}

/* As it is, and behind a first line of either kind whose checksum fits. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const magics[] = {"quetsach-mail 1 ", "quetsach-mail-state 1 "};
	struct writer w;
	try_bytes((struct bytes){data, size});
	writer_init(&w, (size_t)1 << 20);
	for (size_t i = 0; i < 2; i++) {
		uint64_t sum = XXH3_64bits(data, size);
		writer_clear(&w);
		writer_text(&w, magics[i]);
		for (int shift = 60; shift >= 0; shift -= 4)
			writer_char(&w, "0123456789abcdef"[sum >> shift & 15]);
		writer_char(&w, '\n');
		writer_bytes(&w, (struct bytes){data, size});
		if (writer_end(&w) == E_OK)
			try_bytes(writer_view(&w));
	}
	writer_release(&w);
	return 0;
}
