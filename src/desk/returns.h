/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "desk/page.h"
#include "desk/returns_paper.h"
#include "desk/returns_words.h"
#include "office/form.h"
#include "office/org.h"

/* Within the desk: what the pages on returns share. */

/* A campaign of the address, and the line that decides about rights in it. */
struct returns_campaign {
	struct plan plan;
	struct str name;
	struct str line;
};

/* False: it has been answered (not found, failed). */
bool returns_find_campaign(struct desk_request *r, size_t part, struct returns_campaign *ret);

/* What its documents need, as of now. False: it has been answered. */
bool returns_find_paper(
	struct desk_request *r, const struct returns_campaign *campaign, struct returns_paper *ret);

/* One return of the address (parts 0 and 1), looked at by somebody who may see it. */
struct returns_page {
	struct desk_request *r;
	struct returns_campaign campaign;
	struct org org;
	struct return_head head; /* id 0: nobody has opened it */
	struct return_form form;
	struct return_content content; /* of the draft, or of what was submitted last */
	struct deadline deadline;
	bool may_fill, may_judge;
};
bool returns_load_page(struct desk_request *r, struct returns_page *ret);

/* Its content and form as they were handed in; version 0: the draft. */
MUST_CHECK enum err returns_load_version(struct returns_page *page, int64_t version);

/* Path below /desk/LANG/ of a return, with something behind it ("", "/check"). */
struct str returns_path(struct desk_request *r, struct str campaign, int64_t org, const char *more);

/* Facts at the head: state, deadline, letter. */
void returns_write_facts(struct desk_page *p, const struct returns_page *page);

/* One row to be filled in. Of the page: r, form, content.answers. */
void returns_write_row(struct desk_page *p, const struct returns_page *page, size_t index);

/* What was filled in, as a table. */
void returns_write_answers(struct desk_page *p, const struct returns_page *page);

enum desk_tone returns_tone(enum return_state state, enum return_timing timing);
struct desk_crumb returns_crumb(struct desk_request *r, const struct returns_campaign *campaign);

/* "row-informed", "note-informed": of a form's row. */
const char *returns_field(struct desk_request *r, const char *kind, struct str key);

void returns_write_form(struct desk_page *p, const struct returns_page *page);

/* A value as it is read: "1.052", the label of a choice; "–" for none. */
struct str returns_shown(
	const struct returns_page *page, const struct return_content *content, size_t row);

/* What the system knows of the unit's networks, unfolded by who wants to see it. */
void returns_write_known(struct desk_page *p, const struct returns_page *page);

/* Buttons to see it as a document, and to have it made as a file: `path` answers all three. */
void returns_write_papers(struct desk_page *p, struct str path);

/* Those beside the draft that wait for somebody's choice: a notice with a link each. */
void returns_write_asides(struct desk_page *p, const struct returns_page *page);

/* All of a file that was sent; E_LIMIT: larger than `most`. */
MUST_CHECK enum err returns_load_upload(
	const struct form_file *file, uint64_t most, struct writer *w);

/* What was saved from a form; E_EXISTS as with return_save(). Fills `sent` with what came. */
MUST_CHECK enum err returns_save(
	struct returns_page *page, struct return_content *sent, int64_t *ret_draft);

void desk_returns_campaigns(struct desk_request *r); /* campaigns */
void desk_returns_campaign(struct desk_request *r);  /* campaigns/KEY */
void desk_returns_return(struct desk_request *r);    /* campaigns/KEY/returns/ORG */
void desk_returns_check(struct desk_request *r);     /* campaigns/KEY/returns/ORG/check */
void desk_returns_aside(struct desk_request *r);     /* campaigns/KEY/returns/ORG/aside/N */
void desk_returns_sheet(struct desk_request *r);     /* campaigns/KEY/returns/ORG/sheet */
void desk_returns_list(struct desk_request *r);      /* campaigns/KEY/returns/ORG/orgs */
void desk_returns_known(struct desk_request *r);     /* campaigns/KEY/returns/ORG/known */
void desk_returns_document(struct desk_request *r);  /* campaigns/KEY/returns/ORG/document */
void desk_returns_judge(struct desk_request *r);     /* campaigns/KEY/returns/ORG/judge */
void desk_returns_files(struct desk_request *r);     /* campaigns/KEY/returns/ORG/files */
void desk_returns_file(struct desk_request *r);      /* campaigns/KEY/returns/ORG/files/SHA256 */
void desk_rollup(struct desk_request *r);            /* campaigns/KEY/roll-up/ORG */
void desk_rollup_units(struct desk_request *r);      /* campaigns/KEY/roll-up/ORG/units */
void desk_rollup_accept(struct desk_request *r);     /* campaigns/KEY/roll-up/ORG/accept */
void desk_rollup_document(struct desk_request *r);   /* campaigns/KEY/roll-up/ORG/document */
