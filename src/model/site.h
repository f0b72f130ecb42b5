/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/instant.h"
#include "base/lang.h"
#include "base/span.h"
#include "model/edition.h"

/* What the public site shows besides the listing, as plain values. Texts are borrowed. */

/* Who speaks, and where. Everything may be empty: pages leave out what nobody has said. */
struct site_identity {
	struct str address; /* "https://…" without a slash at its end */
	struct str organiser[LANG__COUNT];
	struct str mail; /* of the campaign */
	struct str phone;
	struct str press_mail;
	struct str press_phone;
};

/* A campaign. The days are those of its zone; `ends` is the last day. */
struct campaign {
	struct str key; /* "vn-2020"; empty: none is set up */
	struct str name[LANG__COUNT];
	struct str country;       /* ISO 3166-1 alpha-2 */
	struct str zone;          /* IANA name, "Asia/Ho_Chi_Minh" */
	struct date begins, ends; /* the phase "during" */
};

enum article_kind {
	ARTICLE_PAGE,    /* of the menu, or a standing page: its key is the page's */
	ARTICLE_RELEASE, /* press release */
	ARTICLE_POST,    /* blog */
	ARTICLE__COUNT
};

/* One article in one language, the version that is published. */
struct article {
	struct str key; /* [a-z0-9][a-z0-9-]*, the same in every language */
	enum lang lang;
	enum article_kind kind;
	struct str title;
	struct str summary; /* plain text, for lists, search engines and social networks */
	struct str body;    /* Markdown */
	struct instant published;
	struct instant updated; /* when this version was made; equal to published for the first */
	uint32_t version;       /* 1 … */
};

/* The machines a tool is for, as a set of bits. */
enum tool_platform {
	TOOL_WINDOWS = 1 << 0,
	TOOL_MACOS = 1 << 1,
	TOOL_LINUX = 1 << 2,
	TOOL_ANDROID = 1 << 3,
	TOOL_IOS = 1 << 4,
	TOOL_PLATFORMS = 5
};

/* One offer of the catalogue of tools. */
struct tool {
	struct str key; /* as an article's */
	struct str name;
	struct str maker[LANG__COUNT];
	struct str purpose[LANG__COUNT]; /* one line: what it is */
	struct str about[LANG__COUNT];   /* one plain paragraph: what it is good for, what not */
	struct str hotline;
	struct str mail;
	unsigned platforms; /* tool_platform */
	uint64_t size;      /* bytes; 0: not known */
	struct str sha256;  /* 64 lower-case hex digits; empty: not known */
	struct str url;     /* https://… where its maker offers it; empty: we hold the file */
	struct str file;    /* name the visitor saves it under, of a file we hold; else empty */
};

/* A figure day by day (UTC days). A day nothing is known of is not 0. */
enum {
	SITE_NOT_KNOWN = -1
};
struct site_series {
	struct str key; /* "top10-daily": distinct addresses a day in the ten largest botnets */
	struct date first;
	size_t days;
	const int64_t *v4; /* distinct addresses each day, or SITE_NOT_KNOWN */
	const int64_t *v6; /* distinct /64s: never summed with the former */
	uint64_t as_of;    /* change number of the data it was made from */
	bool simulated;
};

/* An evaluation the public may see. */
struct site_edition {
	struct edition facts;
	struct bytes document[LANG__COUNT]; /* report/document.h, frozen */
	const struct edition_reply *replies;
	size_t reply_count;
	bool files; /* PDF, XLSX and JSON lie below public/editions */
};

struct site {
	struct site_identity identity;
	struct campaign campaign;
	const struct article *articles; /* newest first within a kind and language */
	size_t article_count;
	const struct tool *tools; /* in the operator's order */
	size_t tool_count;
	const struct site_series *series;
	size_t series_count;
	const struct site_edition *editions; /* newest first; the provisional one, if any, last */
	size_t edition_count;
	struct instant built;
};

/* NULL: no such. */
const struct article *site_article(const struct site *s, struct str key, enum lang lang);
const struct tool *site_tool(const struct site *s, struct str key);
const struct site_series *site_series(const struct site *s, struct str key);
const struct site_edition *site_edition(const struct site *s, struct str campaign, uint32_t number);

/* What is said of them in text: "page" "release" "post"; "windows" "macos" "linux" "android" "ios".
 */
struct str article_kind_name(enum article_kind kind);
bool article_kind_parse(struct str name, enum article_kind *ret_kind);
struct str tool_platform_name(enum tool_platform platform);
bool tool_platform_parse(struct str name, enum tool_platform *ret_platform);

/* [a-z0-9][a-z0-9-]*, at most LIMIT_SITE_KEY bytes. */
bool site_key_valid(struct str key);

/* What a text of the site must be; none of them takes the empty text but the first two. */
bool site_line_valid(struct str s);    /* UTF-8 without control characters, LIMIT_SITE_TEXT bytes */
bool site_body_valid(struct str s);    /* the same with line ends and tabs, LIMIT_SITE_BODY bytes */
bool site_url_valid(struct str s);     /* "https://host/…" in printable ASCII, RFC 3986 */
bool site_address_valid(struct str s); /* "https://host", port allowed, nothing after it */
bool site_mail_valid(struct str s);
bool site_phone_valid(struct str s);  /* digits, spaces and + ( ) . -, several with | between */
bool site_sha256_valid(struct str s); /* 64 lower-case hex digits */
bool site_file_valid(struct str s);   /* a plain file name in ASCII, no dot in front */
bool site_country_valid(struct str s);
bool site_zone_valid(struct str s); /* shaped like an IANA name; never leads out of a folder */
bool site_date_valid(struct date d);
