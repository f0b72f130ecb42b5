/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/arena.h"
#include "base/err.h"
#include "base/instant.h"
#include "base/lang.h"
#include "measure/estimate.h"
#include "report/chart.h"

/* What a report says, as blocks in reading order, apart from how it looks. Made once from figures;
 * page, PDF, spreadsheet, CSV and JSON are written from the same blocks, so no figure can differ
 * between them. Everything is borrowed. */

enum cell_kind {
	CELL_TEXT,
	CELL_COUNT, /* a number with so many decimals */
	CELL_SHARE, /* 0.478 is shown as 47.8 % */
	CELL_DATE,
	CELL_SMALL,     /* a count under SMALL_CELL, kept from the public: "<10" */
	CELL_NOT_KNOWN, /* "–" */
	CELL__COUNT
};

struct cell {
	enum cell_kind kind;
	unsigned decimals;      /* COUNT, SHARE: 0 … 6 */
	struct str text;        /* TEXT */
	struct estimate number; /* COUNT, SHARE; low and high NAN: no interval */
	struct date date;       /* DATE */
};

struct column {
	struct str key; /* for CSV and JSON: "rate_end"; intervals get "_low" and "_high" behind */
	struct str title; /* for people */
	bool interval;    /* its numbers may have one */
	bool numeric;     /* set to the right */
};

struct table {
	struct str key; /* [a-z0-9-]+, of its own in the document: part of addresses of downloads */
	struct str title; /* also the sheet's name, cut to 31 characters */
	const struct column *columns;
	size_t column_count;
	const struct cell *cells; /* row by row */
	size_t row_count;
};

enum block_kind {
	BLOCK_SECTION,   /* text: heading; key: anchor */
	BLOCK_PARAGRAPH, /* text */
	BLOCK_VERDICT,   /* text: the verdict in words; detail: of which goal; tone */
	BLOCK_LIST,      /* items: reasons, limits */
	BLOCK_TABLE,     /* table; text: source and method below it, may be empty */
	BLOCK_CHART,     /* chart and narrow; text: caption; key: of the table with its figures */
	BLOCK__COUNT
};

enum block_tone {
	TONE_PLAIN,
	TONE_GOOD,   /* met */
	TONE_BAD,    /* not met */
	TONE_UNSAID, /* cannot be said; provisional; simulated */
	TONE__COUNT
};

struct block {
	enum block_kind kind;
	enum block_tone tone;
	struct str key, text, detail;
	const struct str *items;
	size_t item_count;
	struct table table;
	struct chart chart;
	struct chart narrow; /* the same for phones; width 0: none */
};

struct document {
	enum lang lang;
	struct str title;    /* "Đánh giá Chiến dịch …" */
	struct str subtitle; /* edition, data up to when, made when */
	struct str summary;  /* one sentence, for search engines and lists */
	const struct block *blocks;
	size_t block_count;
	struct str author;   /* who gives it out; may be empty */
	struct instant made; /* its figures; 0: not said. Files carry no other time */
};

/* NULL: no such table. */
const struct table *document_table(const struct document *d, struct str key);

/* A cell as people read it: "1.052.479", "47,8 % (41,0 % – 54,1 %)", "<10", "–". */
void cell_write(struct writer *w, enum lang lang, const struct cell *cell);

/* --- frozen: magic, version, checksum; docs/format/document.md --- */
/* Text that is none is made text. E_USAGE in the writer: the document breaks a promise that
 * docs/format/document.md lists (a key twice, a column without a title), so it would not open. */
void document_freeze(struct writer *w, const struct document *d);

/* Texts point into `bytes`; tables lie in the arena. Whatever was in the bytes, what comes out can
 * be written. E_CORRUPT, E_VERSION, E_NOMEM. */
MUST_CHECK enum err document_open(
	struct bytes bytes, struct arena *arena, struct document *ret_document);

/* --- shapes --- */
/* Where a page offers a table's figures: BEFORE key ".csv" and ".json". Empty: nowhere. */
struct document_places {
	struct str before;
};

/* Blocks as sections with headings from <h2> on; title and subtitle are the page's own matter. */
void document_write_html(
	struct html *h, const struct document *d, const struct document_places *places);

/* A whole HTML file that needs no other: style within, no script, no address; for A4 too. */
void document_write_page(struct writer *w, const struct document *d);

/* RFC 4180 with CRLF, in UTF-8 with a byte order mark (spreadsheets ask for it); first row keys;
 * numbers with a point and all their digits; not known is empty, small is "<10". No text is run as
 * a formula by a spreadsheet. */
void table_write_csv(struct writer *w, const struct table *t);

/* {"key","title","rows":[{column key: value or null}]}; small is "<10". */
void table_write_json(struct writer *w, const struct table *t);

/* {"lang","title","subtitle","summary","tables":[as table_write_json() writes them]}. */
void document_write_json(struct writer *w, const struct document *d);
