/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/err.h"
#include "base/span.h"
#include "base/writer.h"

/* Writes HTML that cannot forget to escape or to close. Names of elements and attributes are our
 * own literals; every value is hostile. A mistake of ours (closing what is not open, an attribute
 * after the start tag, an address with a scheme that runs code) sets E_USAGE in the writer, and the
 * page is never sent. */

enum {
	HTML_DEPTH = 64
};

struct html {
	struct writer *out; /* borrowed */
	const char *open[HTML_DEPTH];
	size_t depth;
	bool in_tag; /* the start tag may still take attributes */
	bool xml;
	bool empty; /* the start tag is all there is of its element: "/>" in XML */
};

/* A whole document (writes the doctype) or a piece of one. */
void html_init_document(struct html *h, struct writer *out);
void html_init_piece(struct html *h, struct writer *out);

/* An XML document in UTF-8, with its declaration. */
void html_init_xml(struct html *h, struct writer *out);

void html_open(struct html *h, const char *element);
void html_close(struct html *h, const char *element);

/* An element without content: meta, link, br … Takes attributes until the next call. */
void html_void(struct html *h, const char *element);

/* Of the start tag just opened. on… and style are refused: the content security policy would too.
 */
void html_attribute(struct html *h, const char *name, struct str value);

/* A boolean attribute. */
void html_flag(struct html *h, const char *name);

/* Bytes that are not UTF-8, control characters, U+FFFE and U+FFFF become U+FFFD. */
void html_text(struct html *h, struct str text);

/* A drawing that is compiled in; never anything from outside. */
void html_asset(struct html *h, struct str markup);

/* <element class="…">text</element>; without the attribute where class is NULL. */
void html_leaf(struct html *h, const char *element, const char *css_class, struct str text);

/* <a href="…">text</a> */
void html_link(struct html *h, const char *css_class, struct str href, struct str text);

/* An opened element with a class. */
void html_open_class(struct html *h, const char *element, const char *css_class);

/* E_USAGE when something is still open. */
MUST_CHECK enum err html_end(struct html *h);
