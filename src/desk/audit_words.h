/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "text/text.h"

/* What was done, in words. Every verb that the code writes has its line: tools/check_verbs.py. */
struct audit_verb {
	struct str what;
	enum message words;
};
extern const struct audit_verb audit_verbs[];
extern const size_t audit_verb_count;

/* One that is not there (of another version) as it is. */
struct str audit_verb_words(enum lang lang, struct str what);
