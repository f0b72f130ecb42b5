/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "desk/page.h"
#include "desk/site_contents.h"
#include "office/draft.h"
#include "office/job.h"

/* Within the room: pages of the public site. What visitors see is in the catalogue, what people
 * write is in the office (office/draft.h), and a job takes it from here to there. */

void desk_site_pages(struct desk_request *r);    /* pages */
void desk_site_new(struct desk_request *r);      /* pages/new */
void desk_site_page(struct desk_request *r);     /* pages/KEY */
void desk_site_edit(struct desk_request *r);     /* pages/KEY/LANG */
void desk_site_preview(struct desk_request *r);  /* pages/KEY/LANG/preview?version=d3 */
void desk_site_history(struct desk_request *r);  /* pages/KEY/LANG/history */
void desk_site_compare(struct desk_request *r);  /* pages/KEY/LANG/compare?from=p1&to=d3 */
void desk_site_restore(struct desk_request *r);  /* pages/KEY/LANG/restore */
void desk_site_publish(struct desk_request *r);  /* pages/KEY/LANG/publish */
void desk_site_withdraw(struct desk_request *r); /* pages/KEY/LANG/withdraw */
void desk_site_cancel(struct desk_request *r);   /* pages/KEY/LANG/cancel */

/* --- how a text stands --- */

struct site_state {
	struct article_version version; /* the newest that was published; body empty */
	bool has_version;
	bool ours;
	struct draft draft;       /* the newest; body empty; version 0: none */
	struct draft_order order; /* job 0: nothing was asked of the clerk */
	struct job job;           /* of the order, where it is still known; id 0: not */
};

enum site_stand {
	SITE_NOTHING, /* neither a draft nor anything published */
	SITE_DRAFT,
	SITE_SCHEDULED,
	SITE_BEING_PUBLISHED,
	SITE_BEING_WITHDRAWN,
	SITE_FAILED,
	SITE_PUBLISHED,
	SITE_WITHDRAWN,
	SITE_STAND__COUNT
};
enum site_stand site_stand(const struct site_state *s, struct instant now);

/* There is a draft past what visitors see. */
bool site_is_ahead(const struct site_state *s);

/* "nháp", "đã đăng", "đăng lúc 08:00 20/10/2026": in the row of a table or a fact. */
void site_write_stand(struct desk_page *p, const struct site_state *s);
struct str site_stand_words(struct desk_request *r, const struct site_state *s);
struct str site_stand_name(enum site_stand stand); /* "draft": of filters */

/* Who changed it last, and when; 0: nobody. */
struct instant site_last_change(const struct site_state *s, struct str *ret_author);

struct str site_title(const struct site_state *s); /* "": none */
enum article_kind site_kind(const struct site_state *s);
enum message site_kind_message(enum article_kind kind);

/* All texts of one key. */
struct site_row {
	struct str key;
	struct site_state lang[LANG__COUNT];
};

/* Every key, by key; in the arena. */
MUST_CHECK enum err site_rows(
	struct desk_request *r, struct site_row ***ret_rows, size_t *ret_count);

/* The one that the address names (first *), and its language (second *). False: it has been
 * answered. */
bool site_find_row(struct desk_request *r, enum act act, struct site_row *ret_row);
bool site_find_text(
	struct desk_request *r, enum act act, struct site_row *ret_row, enum lang *ret_lang);

/* --- versions --- */

/* A state of a text by its name: "d3" the third draft, "p2" the second that was published, "": the
 * newest of both, drafts first. What was published comes as a draft that nobody has saved: version
 * 0. E_NOTFOUND. */
MUST_CHECK enum err site_load_version(struct desk_request *r, struct str key, enum lang lang,
	struct str name, struct draft *ret_draft);
struct str site_version_name(struct desk_request *r, struct str key); /* "d3" → "nháp 3" */

/* --- pieces --- */

/* "pages/KEY", "pages/KEY/vi/history" */
struct str site_path(struct desk_request *r, struct str key);
struct str site_text_path(
	struct desk_request *r, struct str key, enum lang lang, const char *behind);

/* pages › the key's title; `text`: and the language. */
struct desk_head site_head(struct desk_request *r, const struct site_row *row, struct str title);
struct str site_name(
	struct desk_request *r, const struct site_row *row); /* a title, else the key */
enum message site_lang_message(enum lang lang);
bool site_may_change(struct desk_request *r);

/* What of a draft would be published, and whether the program takes it: E_OK, or E_SYNTAX with
 * problems at the fields of the form. The text of a job, in the arena. */
MUST_CHECK enum err site_make_text(struct desk_request *r, const struct draft *d,
	struct desk_problems *problems, struct str *ret_text);

/* "2026-10-20T08:00" of a field, local. False: no such time. */
bool site_time_parse(struct desk_request *r, struct str value, struct instant *ret_time);
struct str site_time_value(struct desk_request *r, struct instant t);

/* A problem of a text file at the form's field of the same name. */
void site_wrong(
	struct desk_request *r, struct desk_problems *problems, const struct problem *problem);

/* A line of text: not empty, not too long, without control characters; else says so at the field.
 */
void site_expect_line(struct desk_request *r, struct desk_problems *problems, const char *field,
	struct str value);

/* What was typed in several lines as one. */
struct str site_one_line(struct desk_request *r, struct str s);
