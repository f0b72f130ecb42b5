/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/arena.h"
#include "format/html.h"
#include "http/http.h"
#include "portal/assets.h"
#include "portal/context.h"
#include "portal/pages.h"

/* The frame around every page, and the small pieces pages are made of. */

struct page {
	struct html html;
	enum lang lang;
	const struct http_request *request;
	const struct portal_context *context;
	const struct publication *publication; /* held from begin to end */
	struct arena arena;                    /* texts that live as long as the page */
};

/* What the head of a page says. */
struct page_head {
	enum page_name name; /* PAGE__COUNT: none of them, an error */
	enum message title;
	enum message description;
	struct str below;      /* what of the page: "mirai"; empty: the page itself */
	struct str title_text; /* instead of the messages, where they are not empty */
	struct str description_text;
	bool only_here; /* not in the other language */
};

/* Gets the publication; page_write_head() writes up to <main>, page_end() the rest and gives the
 * publication back. What goes wrong between is in answer->body. */
void page_begin(struct page *p, const struct http_request *q, struct http_answer *a);
void page_write_head(struct page *p, const struct page_head *head);
void page_end(struct page *p);

/* The same without a frame, for feeds, pictures and the like: nothing is written but what the
 * handler writes, and the language is the path's, else Vietnamese. */
void page_begin_bare(struct page *p, const struct http_request *q, struct http_answer *a);
void page_end_bare(struct page *p);

/* Instead of the rest: forgets what was written, for another page to begin. */
void page_abandon(struct page *p);

const struct listing_facts *page_facts(const struct page *p); /* NULL: no listing */

/* A value in a message; strong ones are set off. */
struct page_value {
	struct str name;
	struct str value;
	bool strong;
};

/* An element that holds a message and nothing else. css_class may be NULL. */
void page_say(struct page *p, const char *element, const char *css_class, enum message message);
void page_say_with(struct page *p, const char *element, const char *css_class, enum message message,
	const struct page_value *values, size_t count);
#define page_say_values(p, element, css_class, message, ...)                                       \
	page_say_with(p, element, css_class, message, (const struct page_value[]){__VA_ARGS__},    \
		sizeof((const struct page_value[]){__VA_ARGS__}) / sizeof(struct page_value))

/* The message inside an element that is open. */
void page_words(
	struct page *p, enum message message, const struct page_value *values, size_t count);

void page_draw(struct page *p, enum drawing drawing);

/* <a> with a message in it; class "button" is a page's one action. */
void page_link(struct page *p, const char *css_class, struct str href, enum message message);

/* Numbers (several with | between) and addresses of people as links: a phone calls, a mail program
 * writes. */
void page_phone(struct page *p, struct str numbers);
void page_mail(struct page *p, struct str address);

/* "Trang chủ › Mã độc › Mirai": home, `parent` unless it is home, and the page itself. */
void page_crumbs(struct page *p, enum page_name parent, struct str here);

/* Text to take along: a field with a label, of so many rows; site.js adds the copy button. */
void page_copy_field(
	struct page *p, const char *id, enum message label, struct str value, unsigned rows);

/* With the site's own address in front where the operator has given it. */
struct str page_url(struct page *p, struct str path);

/* Texts that live as long as the page; empty without memory. */
struct str page_number(struct page *p, uint64_t value);
struct str page_time(struct page *p, struct instant t);
struct str page_day(struct page *p, struct instant t); /* the UTC day */
struct str page_ip(struct page *p, struct ip ip);
struct str page_duration(struct page *p, uint32_t seconds); /* "72 giờ", "30 ngày" */

/* "1 nguồn tin", "3 nguồn tin": another message for one, because English wants it. */
struct str page_count(struct page *p, enum message one, enum message many, uint64_t count);
struct str page_keep(struct page *p, const struct writer *w);
