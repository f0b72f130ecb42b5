/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/arena.h"
#include "http/http.h"
#include "office/actor.h"
#include "office/session.h"
#include "store/store.h"
#include "text/text.h"

/* The desk: what people behind the site do in a browser. Each request is one handler of the table
 * in routes.c. docs/design/desk.md */

struct desk; /* the process */

/* What every handler gets. Texts are borrowed until the answer is on its way: put what is to live
 * so long into the arena. */
struct desk_request {
	const struct http_request *http;
	struct http_answer *answer;
	struct desk *desk;
	struct office *office;         /* this thread's, open for writing, no transaction begun */
	const struct actor *actor;     /* NULL: nobody is wholly in (DESK_ANYBODY only) */
	const struct session *session; /* theirs; NULL: none, not even one that waits */
	enum lang lang;
	struct instant now;
	const struct zone *zone; /* of local times */
	struct arena *arena;
	struct str path;    /* below /desk/LANG/: "orgs/12" */
	struct str part[3]; /* what stood for each * of the pattern, in order: never empty */
	bool posted;        /* a form was sent, and its token was right; else GET */
	struct str token;   /* against forgery; desk_form_open() writes it */
	struct str said;    /* what the page before had to say; the frame shows it */
};

typedef void desk_handler(struct desk_request *r);

/* --- the form that was sent --- */

/* "" where the field is absent; of two the first. UTF-8, without white space at its ends. */
struct str desk_field(const struct desk_request *r, const char *name);

/* The same on one line: what would begin another line is a space. In the arena. */
struct str desk_field_line(const struct desk_request *r, const char *name);

/* As it was sent, white space and all: passwords. */
struct str desk_field_raw(const struct desk_request *r, const char *name);

/* The nth of several (check boxes); false: there is none. */
bool desk_field_nth(const struct desk_request *r, const char *name, size_t nth, struct str *ret);

/* A whole number 0 … max; false: empty or none. */
bool desk_field_number(
	const struct desk_request *r, const char *name, uint64_t max, uint64_t *ret_number);

/* NULL: none was sent. Gone with the request. */
const struct form_file *desk_file(const struct desk_request *r, const char *name);

/* The nth * of the pattern as an id 1 …; false: it is none. */
bool desk_part_id(const struct desk_request *r, size_t nth, int64_t *ret_id);

/* ?name=value of the address; "" where absent. */
struct str desk_argument(const struct desk_request *r, const char *name);

/* --- answers: exactly one of these, or a page (page.h) --- */

/* 303 to a page of the desk, which says `said` on top (MESSAGE__COUNT: nothing). After every
 * change. `path` is below /desk/LANG/: "orgs/12", may end in "?x=y". */
void desk_redirect(struct desk_request *r, struct str path, enum message said);

/* As if there were no such thing: also for what the actor may not see. */
void desk_not_found(struct desk_request *r);

/* They may see it, and may not do this. */
void desk_denied(struct desk_request *r);

/* The database or a file failed: logged, "our fault". */
void desk_failed(struct desk_request *r, enum err err);

/* Asks actor_may(). False: it has been answered (not found, denied, failed). campaign "" is the
 * tree of today. */
bool desk_may(struct desk_request *r, enum act act, struct str campaign, int64_t org);

/* --- changes --- */

/* Begins a transaction; false: it has been answered. */
bool desk_begin(struct desk_request *r);

/* Ends it: E_OK commits and hands the mails of the change on; another error undoes it and comes
 * back. Errors of the person (E_SYNTAX, E_EXISTS …) are the handler's to show. */
MUST_CHECK enum err desk_end(struct desk_request *r, enum err err);

/* The catalogue, open for reading on this thread: campaigns, feeds. NULL: it has been answered. */
struct store *desk_store(struct desk_request *r);

/* The address of a page of the desk in a language: "/desk/vi/orgs/12"; in the arena. */
struct str desk_address(struct desk_request *r, struct str path);

/* printf into the arena; "" without memory. */
struct str desk_text(struct desk_request *r, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* Today where the desk is. */
struct date desk_today(const struct desk_request *r);
