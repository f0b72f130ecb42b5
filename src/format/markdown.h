/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "format/html.h"

/* Markdown (CommonMark with GitHub's tables) into a page, node by node through the writer that
 * escapes: HTML in the text shows as text, addresses with schemes that run code or leave the web
 * are dropped, pictures only from our own site. What is nested deeper than a page may be is
 * flattened. Headings get ids ("Kiểm tra" is "#kiem-tra"); wide tables and code scroll by
 * themselves. A picture alone in its paragraph with a title is a figure, the title its caption. */
struct markdown {
	/* First level of headings in the page: 2 makes "#" an <h2>. */
	int heading;
	/* {name} in running text and addresses, name of [a-z0-9_-]. NULL text data: the block
	 * (paragraph, heading, list item, row of a table) that names it is left out, and a heading
	 * with nothing left under it. May be NULL: braces stay. In code they always stay. */
	struct str (*value)(void *context, struct str name);
	/* "page:check" and the like: any scheme "page" gives an address of our site; empty drops
	 * the link and keeps its words. "page:check#top" asks for "check". A picture
	 * "picture:name" is asked for with the scheme in front and gives a path. May be NULL. */
	struct str (*page)(void *context, struct str name);
	void *context;
};

/* Errors are in the writer: E_LIMIT for text over LIMIT_SITE_BODY or that would grow past the
 * LIMIT_MARKDOWN_… ones. Any bytes may be given. */
void markdown_write(struct html *h, struct str text, const struct markdown *how);

/* Whether the text would be written, within `limit` bytes. */
bool markdown_fits(struct str text, size_t limit, const struct markdown *how);

/* The same as plain text in one line, for feeds and descriptions, cut with "…" at the last word
 * within `limit` bytes. Escape after. */
void markdown_write_plain(
	struct writer *w, struct str text, size_t limit, const struct markdown *how);
