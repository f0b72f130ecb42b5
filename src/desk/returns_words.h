/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "office/return.h"
#include "text/text.h"

/* Returns in words, for pages and for the terminal. */
struct str returns_state_words(enum return_state state, enum lang lang);
struct str returns_timing_words(enum return_timing timing, enum lang lang);
struct str returns_event_words(struct str what, enum lang lang); /* "submit": "đã nộp" */

/* What is wrong with an answer, or asks to be looked at again; in the arena. */
struct str returns_finding_words(const struct return_form *form,
	const struct answer_finding *finding, enum lang lang, struct arena *arena);
