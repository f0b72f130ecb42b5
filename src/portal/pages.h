/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/lang.h"
#include "http/http.h"
#include "text/messages.h"

/* Every page of the site: its addresses, its name in menus, who writes it. The one table that
 * routes, menus, site map and links are made from. */
enum page_name {
	/* the menu, in its order */
	PAGE_HOME,
	PAGE_TOOLS,
	PAGE_SOLUTIONS,
	PAGE_SERVICES,
	PAGE_BLOG,
	PAGE_CONTACT,
	PAGE_CAREERS,
	/* the three steps and what helps with them */
	PAGE_CHECK,
	PAGE_GUIDE, /* clean, by kind of machine; below: one device class */
	PAGE_SHARE,
	PAGE_WALK,    /* the illustrated guide */
	PAGE_MALWARE, /* below: one family */
	PAGE_FIGURES, /* below: an edition, and what there is to take along */
	/* for the press, notice boards and loudspeakers */
	PAGE_PRESS, /* below: one press release */
	PAGE_LEAFLET,
	PAGE_ALOUD,
	/* about us */
	PAGE_HOW,
	PAGE_MEASURE,
	PAGE_REAL,
	PAGE_OWNERS,
	PAGE_PRIVACY,
	PAGE__COUNT
};

struct page_info {
	struct str key; /* of its article, and in "page:key" links of Markdown */
	struct str path[LANG__COUNT];
	enum message menu;
	http_handler *handle;
	http_handler *below; /* NULL: there is nothing below it */
	enum http_guard guard;
	bool shared; /* both answers are the same for every visitor */
};

/* PAGE__COUNT lines. */
extern const struct page_info page_infos[];

/* The address of a page: "/vi/kiem-tra". */
struct str page_path(enum page_name name, enum lang lang);

/* The language of the request, and what it names below the page: "mirai" of "/vi/ma-doc/mirai". */
struct str page_below(const struct http_request *q, enum page_name name);

/* What lies below a page, as its address in that language names it: "wifi" of the guide is "router"
 * in English. */
struct str page_below_name(enum page_name name, struct str below, enum lang lang);

/* By its key; PAGE__COUNT: no such page. */
enum page_name page_find(struct str key);

/* The routes of all pages. Writes at most `capacity`, returns how many there are. */
size_t page_routes(struct http_route *routes, size_t capacity);
