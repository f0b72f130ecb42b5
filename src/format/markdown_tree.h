/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <cmark-gfm.h>

#include "base/err.h"
#include "base/span.h"

/* The tree of a text in Markdown, for cmark_node_free(). E_LIMIT for what could grow out of
 * proportion: LIMIT_MARKDOWN_CELLS, LIMIT_MARKDOWN_COPIES, LIMIT_MARKDOWN_PIPES, LIMIT_SITE_BODY.
 * Without memory cmark ends the process. */
MUST_CHECK enum err markdown_parse(struct str text, cmark_node **ret_root);

/* The next node in the order of the text that is not below `node`; NULL after the last. */
cmark_node *markdown_following(const cmark_node *root, cmark_node *node);

/* Nodes of extensions have no constants, only names: "table", "table_header", "table_row",
 * "table_cell". */
bool markdown_is(cmark_node *node, const char *name);
