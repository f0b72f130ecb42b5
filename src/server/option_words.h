/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/span.h"
#include "text/text.h"

/* What an option does, for people. */
struct option_words {
	const char *command; /* "pack build", or "pack": all that begin so; NULL: any command */
	const char *option;  /* without the dashes */
	const char *value;   /* what usage calls its value; NULL: a flag */
	enum message message;
};

/* How this command understands the option; false where nobody has said it. */
bool option_words_find(struct str command, struct str option, struct option_words *ret_words);

/* The rows that hold for some commands only. */
const struct option_words *option_words_of_commands(size_t *ret_count);
