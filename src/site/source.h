/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/arena.h"
#include "base/err.h"
#include "base/problem.h"
#include "model/site.h"

/* The text files an operator writes, and ours of data/: "name: value" lines (a value goes on in the
 * next line after spaces), for articles then an empty line and Markdown. docs/format/site.md.
 * Texts of values that go on over several lines are copied to the arena, the rest borrowed from
 * `text`. A refusal fills problem (line, field, got). */
MUST_CHECK enum err article_read(
	struct str text, struct arena *arena, struct article *ret_article, struct problem *problem);
MUST_CHECK enum err tool_read(
	struct str text, struct arena *arena, struct tool *ret_tool, struct problem *problem);
