/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "format/html.h"
#include "scanner/page.h"
#include "scanner/words.h"

/* Within the report for people. */
struct page {
	struct html html;
	struct scan_report *report;
	enum lang lang;
};

enum {
	PAGE_TEXT = 4 << 20 /* bytes of one text */
};

/* <element class>message</element> */
void page_say(struct page *p, const char *element, const char *css_class, enum message message,
	const struct text_arg *args, size_t count);
#define page_say_with(p, element, css_class, message, ...)                                         \
	page_say(p, element, css_class, message, (const struct text_arg[]){__VA_ARGS__},           \
		sizeof((const struct text_arg[]){__VA_ARGS__}) / sizeof(struct text_arg))

/* The same with one number in it. */
void page_say_number(struct page *p, const char *element, const char *css_class,
	enum message message, struct str name, uint64_t value);

/* Begins a section under a heading; html_close(…, "section") ends it. */
void page_section(struct page *p, enum message title);

void page_found(struct page *p);
void page_unscanned(struct page *p);
void page_rights(struct page *p); /* who lacked them is told how to see all */
void page_about(struct page *p);

/* The style sheet; made at build from web/style. */
struct bytes scan_style(void);
