/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "format/html.h"

/* Markdown (CommonMark with GitHub's tables) into a page, node by node through the writer that
 * escapes: HTML in the text shows as text, addresses with schemes that run code or leave the web
 * are dropped, pictures only from our own site. */
struct markdown {
	/* First level of headings in the page: 2 makes "#" an <h2>. */
	int heading;
	/* {name} in running text and addresses. NULL text data: the block (paragraph, list item,
	 * row of a table) that names it is left out. May be NULL: braces stay. */
	struct str (*value)(void *context, struct str name);
	/* "page:check" and the like: any scheme "page" gives an address of our site; empty drops
	 * the link and keeps its words. May be NULL. */
	struct str (*page)(void *context, struct str name);
	void *context;
};

void markdown_write(struct html *h, struct str text, const struct markdown *how);

/* The same as plain text, for feeds and descriptions, cut at a word after `limit` bytes. */
void markdown_write_plain(
	struct writer *w, struct str text, size_t limit, const struct markdown *how);
