/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "report/document.h"

/* A letter or report of an office as Decree 30/2020/NĐ-CP has it look; without a national header a
 * plain letter for offices of other countries. Names are given as they are written in a sentence
 * ("Sở Thông tin và Truyền thông"): where the decree wants capitals, the paper has them. Everything
 * is borrowed; what is empty is left out, unless said otherwise. */

enum official_kind {
	OFFICIAL_LETTER, /* công văn: its subject stands below the number, "V/v …" */
	OFFICIAL_REPORT, /* báo cáo and others with a name: title and subject in the middle */
	OFFICIAL_KIND__COUNT
};

enum official_block_kind {
	OFFICIAL_HEADING,   /* text: "1. Thông tin chung" */
	OFFICIAL_PARAGRAPH, /* text */
	OFFICIAL_ITEM,      /* text, after a dash */
	OFFICIAL_TABLE,     /* table; text: a note below it, may be empty */
	OFFICIAL_BLOCK__COUNT
};

/* Columns of the key "stt" are set in the middle, other numeric ones to the right. Cells hold
 * counts up to 2^53. */
struct official_block {
	enum official_block_kind kind;
	bool total; /* the last row of the table is a sum: bold */
	struct str text;
	struct table table;
};

struct official_blocks {
	const struct official_block *blocks;
	size_t count;
};

/* Behind the signature, from a page of its own with page numbers of its own. Its label ("Phụ lục
 * II", "Phụ lục" where it is the only one) and what it belongs to are written by themselves. */
struct official_annex {
	struct str title;
	struct official_blocks body;
};

/* For whom the signer signs. */
enum signing_form {
	SIGNING_ON_BEHALF, /* TM.: of a body that decides together */
	SIGNING_FOR,       /* KT.: a deputy for the head */
	SIGNING_BY_ORDER,  /* TL. */
	SIGNING_BY_LEAVE,  /* TUQ.: by sub-authorisation */
	SIGNING_FORM__COUNT
};

struct signing {
	enum signing_form form;
	struct str of; /* "Giám đốc", "Ủy ban nhân dân" */
};

struct official {
	enum lang lang;
	enum official_kind kind;
	struct str country;  /* "Cộng hòa xã hội chủ nghĩa Việt Nam" */
	struct str motto;    /* "Độc lập - Tự do - Hạnh phúc" */
	struct str superior; /* whose the issuing body is */
	struct str body;     /* who issues it */
	struct str number;   /* "123"; empty: dots for a hand or a stamp are left */
	struct str symbol;   /* "BC-STTTT"; as it stands behind the number's stroke */
	struct str place;    /* empty: dots are left */
	struct date date;    /* day 0: dots for day and month are left; year 0: for the year too */
	struct str title;    /* REPORT: "Báo cáo" */
	struct str subject;  /* what it is about: trích yếu */
	const struct str *recipients; /* Kính gửi */
	size_t recipient_count;
	struct official_blocks body_blocks;
	const struct official_annex *annexes;
	size_t annex_count;
	const struct str *copies; /* Nơi nhận, without dash and semicolon */
	size_t copy_count;
	const struct signing *signings; /* from above; none where the head signs */
	size_t signing_count;
	struct str position; /* of the signer: "Phó Giám đốc" */
	struct str signer;   /* empty: not known yet */
	struct str
		sign_here; /* in its stead, below the position: "(Ký, ghi rõ họ tên, đóng dấu)" */
	struct instant made; /* files carry no other time; 0: none */
};

/* Its words and tables as blocks: for spreadsheet, CSV and JSON, which have no letterhead. Texts
 * and tables are those of `o`, or lie in the arena. Tables of the same key get a number behind it.
 * E_NOMEM. */
MUST_CHECK enum err official_as_document(
	const struct official *o, struct arena *arena, struct document *ret_document);

/* A piece of a page: <article class="official">, its title an <h2>. Style: web/style/official.css
 */
void official_write_html(struct html *h, const struct official *o);

/* A whole HTML file that needs no other: style within, no script, no address; for A4 too. */
void official_write_page(struct writer *w, const struct official *o);
