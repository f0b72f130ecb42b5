/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <cmark-gfm.h>

#include "base/arena.h"
#include "base/err.h"

/* Parses Markdown in bounded memory and hands the tree to `use`, on whose return it is gone. cmark
 * cannot be told of a failed allocation, so `use` may never return: what it must give back is the
 * caller's, outside of it. E_LIMIT: bytes of text, pipes in a line, memory; E_NOMEM. */
MUST_CHECK enum err markdown_tree(struct str text,
	void (*use)(cmark_node *root, struct arena *arena, void *context), void *context);

/* The next node in the order of the text that is not below `node`; NULL after the last. */
cmark_node *markdown_following(const cmark_node *root, cmark_node *node);

/* Nodes of extensions have no constants, only names: "table", "table_header", "table_row",
 * "table_cell". */
bool markdown_is(cmark_node *node, const char *name);
