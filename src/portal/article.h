/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "format/markdown.h"
#include "portal/page.h"

/* Articles as pages, and what pages made of articles share. */

/* How an article's Markdown is read: "page:KEY" links, and {names} that stand for what the operator
 * has said: organiser, address, mail, phone, press-mail, press-phone (the last two fall back on
 * mail and phone), campaign, begins, ends; {address-spoken} {phone-spoken} {begins-spoken}
 * {ends-spoken} in words to read aloud; {no-contact} is nothing where neither mail nor phone is
 * known, so that its block is shown only then. What is not known takes its block away. Lives as
 * long as the page. */
struct markdown article_markdown(struct page *p, int heading);

/* "https://quetsach.vn" → "quetsach.vn"; as it is without a scheme. */
struct str article_host(struct str address);

/* The published article of this page in the page's language; NULL: none. */
const struct article *article_of(const struct page *p, enum page_name name);

/* Crumbs, title, summary, and when it was made or changed. */
void article_write_top(struct page *p, enum page_name parent, const struct article *article);

/* Its Markdown in an element of this class. */
void article_write_body(struct page *p, const char *css_class, const struct article *article);

/* All of a kind in the page's language, newest first, each in this heading ("h2") a link below
 * `parent`; `none` in their place. */
void article_write_list(struct page *p, enum article_kind kind, enum page_name parent,
	const char *heading, enum message none);

/* The page about one article below `parent`: 404 where it is not of that kind. */
void article_show_below(const struct http_request *q, struct http_answer *a, enum page_name parent,
	enum article_kind kind);

/* Instead of a page that there is in the other language only, or not at all: 404, and the way
 * there. Ends the page. */
void article_missing(struct page *p, struct http_answer *a, enum page_name name, struct str below);
