/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "portal/page.h"
#include "report/document.h"

/* The public figures: what is counted every day, and evaluations of campaigns as editions that keep
 * their number, address and data. Parts of an address are checked before anything is looked up. */

/* --- addresses below the page --- */

enum figures_kind {
	FIGURES_EDITION, /* "vn-2020-1": a page; number 0 is the provisional one */
	FIGURES_TABLE,   /* "vn-2020-1/goals.csv", ".json" */
	FIGURES_FILE,    /* "vn-2020-1/vn-2020-1.pdf", ".xlsx", ".json" */
	FIGURES_SERIES,  /* "top10-daily.csv", ".json" */
	FIGURES_KIND__COUNT
};

enum figures_format {
	FIGURES_CSV,
	FIGURES_JSON,
	FIGURES_PDF,
	FIGURES_XLSX,
	FIGURES_FORMAT__COUNT
};

struct figures_asked {
	enum figures_kind kind;
	struct str edition;  /* "vn-2020-1" */
	struct str campaign; /* "vn-2020" */
	uint32_t number;
	struct str key; /* of the table or series */
	enum figures_format format;
};

/* One spelling for each thing. False: there can be nothing of that name. Borrows from `below`. */
bool figures_asked_parse(struct str below, struct figures_asked *ret_asked);

/* "vn-2020-1" alone. */
bool figures_edition_parse(struct str name, struct figures_asked *ret_asked);

/* An edition's name, "vn-2020-1"; the same and the address of its page, which live as long as the
 * page. */
void figures_write_name(struct writer *w, const struct site_edition *edition);
struct str figures_edition_name(struct page *p, const struct site_edition *edition);
struct str figures_edition_path(struct page *p, const struct site_edition *edition);

/* "/vi/so-lieu/top10-daily.csv" */
struct str figures_series_path(
	struct page *p, const struct site_series *series, enum figures_format format);

/* --- what is shown --- */

/* Holders see an edition before the public. */
bool figures_public(const struct site_edition *edition, struct instant now);

/* NULL: no such, or not public yet. */
const struct site_edition *figures_edition(
	const struct site *site, struct str campaign, uint32_t number, struct instant now);

/* The newest public edition of a campaign, else the provisional one, else NULL. */
const struct site_edition *figures_newest(
	const struct site *site, struct str campaign, struct instant now);

/* Whether an answer made now will be right until something else is published: no edition waits for
 * its day. */
bool figures_settled(const struct site *site, struct instant now);

/* The file of an edition below the published folder, and the name under which it is saved; false
 * where it has none. `lang` says nothing of JSON. Lives until the thread's next answer. */
struct figures_file {
	struct str path;
	struct str save_as;
};
bool figures_file(const struct site_edition *edition, enum figures_format format, enum lang lang,
	struct figures_file *ret_file);

/* The name under which a table is saved: "vn-2020-1-goals.csv"; `before` may be empty. Lives as
 * long as figures_file(). */
struct str figures_save_as(struct str before, struct str key, enum figures_format format,
	bool simulated, enum lang lang);

/* --- parts of the page --- */

/* Rows a series has on the page; all of them are in its CSV and JSON. */
enum {
	FIGURES_ROWS = 92
};

bool figures_any_series(const struct page *p);
void figures_write_series(struct page *p);

/* A series as a table of day, IPv4 and IPv6 in the arena. E_NOMEM. */
MUST_CHECK enum err figures_series_table(const struct site_series *series, enum lang lang,
	struct arena *arena, struct table *ret_table);

/* An evaluation with its facts and files, below its title unless the page is its own; `document`
 * NULL: it cannot be read. */
void figures_write_edition(struct page *p, const struct site_edition *edition,
	const struct document *document, bool own_page);
void figures_write_replies(struct page *p, const struct site_edition *edition);

/* All public editions, what each changed, the one that is shown marked; `shown` may be NULL. */
bool figures_any_edition(const struct page *p);
void figures_write_editions(struct page *p, const struct site_edition *shown);
