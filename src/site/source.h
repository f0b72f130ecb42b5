/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/arena.h"
#include "base/err.h"
#include "base/problem.h"
#include "model/site.h"

/* The text files an operator writes, and ours of data/: "name: value" lines (a value goes on in the
 * next line after spaces), for articles then an empty line and Markdown. docs/format/site.md.
 * Texts of values that go on over several lines are copied to the arena, and so are bodies with
 * carriage returns; the rest is borrowed from `text`. A refusal (E_SYNTAX) fills problem: line,
 * field, got. */

/* Key, language, version and `updated` are not in the file and stay empty; `published` is 0 where
 * it gives no date. */
MUST_CHECK enum err article_read(
	struct str text, struct arena *arena, struct article *ret_article, struct problem *problem);

/* The key is not in the file. May have neither `url` nor `file`: then it cannot be got yet. */
MUST_CHECK enum err tool_read(
	struct str text, struct arena *arena, struct tool *ret_tool, struct problem *problem);

/* What they read. */
void article_write(struct writer *w, const struct article *article);
void tool_write(struct writer *w, const struct tool *tool);
