/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <cmark-gfm.h>

#include "format/markdown.h"

/* The words of a Markdown tree: placeholders, addresses, plain text. */

/* Takes blocks out of the tree that name a value nobody has given. */
void words_prune(cmark_node *root, const struct markdown *how);

/* Running text with its values, in pieces: takes the next off the front of *rest. False at the end.
 * Characters that turn the direction of writing around are not among them. */
bool words_next(struct str *rest, const struct markdown *how, struct str *ret_piece);

/* Text of a node and all below it in one line; in a writer that is full, whole characters. */
void words_gather(cmark_node *node, const struct markdown *how, struct writer *w);

/* Whether the node holds text as it stands: words, code, HTML. */
bool words_holds(cmark_node *node, struct str *ret_literal);
bool words_is_block(cmark_node *node);

/* Where a link or picture leads; empty: nowhere that we let it. Lives until the writer, which has
 * ADDRESS_BYTES, is used again. */
enum {
	ADDRESS_BYTES = 2000
};
struct str words_address(const char *url, const struct markdown *how, struct writer *w);
struct str words_picture(const char *url, const struct markdown *how, struct writer *w);
