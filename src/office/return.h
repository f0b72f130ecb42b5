/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "model/form.h"
#include "office/actor.h"
#include "office/deadline.h"

/* What an organisation declares in a campaign: one return for each of the two. It has a draft,
 * which changes, and versions 1 …, one for each time it was submitted, which never do. */

enum return_state {
	RETURN_NONE, /* nobody has opened it */
	RETURN_DRAFT,
	RETURN_SUBMITTED,
	RETURN_SENT_BACK, /* with a reason; a draft may be in work */
	RETURN_ACCEPTED,
	RETURN_STATE__COUNT
};
struct str return_state_name(enum return_state state); /* "sent-back" */
bool return_state_parse(struct str name, enum return_state *ret_state);

/* Submitted or accepted: its numbers are in the totals. */
bool return_state_counts(enum return_state state);

enum return_step {
	RETURN_SAVE,
	RETURN_SUBMIT, /* again too: who sees a mistake need not wait to be sent back */
	RETURN_ACCEPT,
	RETURN_SEND_BACK, /* an accepted one too */
	RETURN_STEP__COUNT
};

/* False: not from there. */
bool return_next(enum return_state from, enum return_step step, enum return_state *ret_to);

/* How it stands with its deadline. By when it was submitted for the first time: who was in time and
 * is sent back stays in time. */
enum return_timing {
	TIMING_NOT_DUE, /* nothing has come, there is time */
	TIMING_ON_TIME,
	TIMING_LATE,    /* came, after its deadline */
	TIMING_OVERDUE, /* nothing that counts has come, and the deadline is past */
	TIMING__COUNT
};
struct str return_timing_name(enum return_timing timing); /* "not-due" */
enum return_timing return_timing(enum return_state state, struct instant first_submitted,
	const struct deadline *deadline, struct instant now);

struct return_head {
	int64_t id;
	struct str campaign;
	int64_t org;
	enum return_state state;
	int64_t form;     /* version of the form its draft has */
	int64_t draft;    /* goes up with each change of it and each submitting, never back */
	bool in_work;     /* something was changed since it was last submitted */
	int64_t versions; /* how often it was submitted */
	struct instant opened;
	struct instant received; /* the letter; 0: nobody said so */
	struct str received_by;
	struct instant first_submitted, submitted; /* 0: never */
	struct instant judged;
	struct str reason; /* why it was sent back; else empty */
};

/* The signed paper; all may be empty. */
struct paper {
	struct str number, symbol, signer;
	struct date day; /* year 0: not said */
};

struct attachment {
	struct str row;    /* key of the row it belongs to; empty: the signed paper */
	struct str name;   /* as its sender called it; never a path */
	struct str sha256; /* 64 hex digits */
	uint64_t size;
	enum attachment_look {
		ATTACHMENT_NOT_LOOKED, /* by no virus scanner, or not yet */
		ATTACHMENT_CLEAN,      /* one found nothing */
		ATTACHMENT_FOUND,      /* one found something: handed out to nobody */
		ATTACHMENT_LOOK__COUNT
	} look;
};

/* Organisations behind the numbers: counted once over a whole level. */
struct listed_org {
	struct str tax_code; /* 10 or 13 digits */
	struct str name;
	uint64_t rows; /* bit i: counts in row i of the form */
};

struct return_content {
	int64_t form;                 /* version */
	const struct answer *answers; /* one a row of that form */
	size_t answer_count;
	struct paper paper;
	int64_t list; /* of organisations, see return_list_add(); 0: none */
	const struct attachment *attachments;
	size_t attachment_count;
};

/* The line of reporting a campaign has: its own name, or "" (the tree of today) where none was
 * started. What actor_may() is to be asked with. */
MUST_CHECK enum err return_line(struct office *o, struct str campaign, struct str *ret_line);

/* --- read --- */

/* E_NOTFOUND: nobody has opened it. */
MUST_CHECK enum err return_find(struct office *o, struct str campaign, int64_t org,
	struct arena *arena, struct return_head *ret_head);

/* The draft (version 0; where none is in work, what was last submitted, to begin from), a version,
 * or what was put aside (below 0). Where the letter was received and the draft's row "informed" is
 * empty, it is 1: the organisation itself. */
MUST_CHECK enum err return_load(struct office *o, const struct return_head *head, int64_t version,
	struct arena *arena, struct return_content *ret_content);

/* Numbers of the same organisation in an earlier campaign, by row of `form`; all unknown where
 * there are none. */
MUST_CHECK enum err return_before(struct office *o, struct str campaign, int64_t org,
	const struct return_form *form, struct arena *arena,
	const struct number_before **ret_before);

/* Everything that was done with it, oldest first; texts are borrowed until fn returns. */
struct return_event {
	struct instant at;
	struct str actor;
	struct str what; /* "submit", "accept", "send-back", "open", "receive" */
	int64_t version; /* that it was about; 0: none */
	bool on_behalf;  /* by a coordinator for the organisation */
	struct str text; /* the reason; what was confirmed */
};
typedef enum err return_event_fn(void *context, const struct return_event *event);
MUST_CHECK enum err return_each_event(
	struct office *o, int64_t id, return_event_fn *fn, void *context);

/* --- change: each within a transaction; each writes its audit entry --- */

/* Makes it where it is missing, with the newest form. Who only looks (ACT_SEE_RETURN) does not open
 * it: ask return_find(). */
MUST_CHECK enum err return_open(struct office *o, struct str campaign, int64_t org,
	const struct actor *actor, struct instant now, struct arena *arena,
	struct return_head *ret_head);

/* "Letter received", once: later clicks change nothing. Opens the return. */
MUST_CHECK enum err return_receive(struct office *o, struct str campaign, int64_t org,
	const struct actor *actor, struct instant now, struct arena *arena);

/* Saves the draft. `base`: head.draft as it was when the person began; E_EXISTS: somebody has saved
 * since then, nothing is changed, both are there to be shown. E_DENIED: its state does not allow.
 * Attachments are not saved here. */
MUST_CHECK enum err return_save(struct office *o, const struct return_head *head, int64_t base,
	const struct return_content *content, const struct actor *actor, struct instant now,
	struct arena *arena, int64_t *ret_draft);

/* A draft that came when somebody had saved another: kept beside it, without files, until a person
 * has chosen between the two. E_EXISTS: more of them than anybody will look at. E_SYNTAX, E_LIMIT
 * as with return_save(). Its number is below 0. */
MUST_CHECK enum err return_put_aside(struct office *o, const struct return_head *head,
	const struct return_content *content, const struct actor *actor, struct instant now,
	struct arena *arena, int64_t *ret_number);
MUST_CHECK enum err return_drop_aside(struct office *o, const struct return_head *head,
	int64_t number, const struct actor *actor, struct instant now);

/* Newest first; texts are borrowed until fn returns. */
struct return_aside {
	int64_t number;
	struct instant at;
	struct str actor;
};
typedef enum err return_aside_fn(void *context, const struct return_aside *aside);
MUST_CHECK enum err return_each_aside(
	struct office *o, int64_t id, return_aside_fn *fn, void *context);

/* What the draft's sender has to mend or confirm; the array lies in the arena. */
MUST_CHECK enum err return_check(struct office *o, const struct return_head *head,
	struct str earlier_campaign, struct arena *arena,
	const struct answer_finding **ret_findings, size_t *ret_count);

/* The same of a version that was submitted: for those who judge it. */
MUST_CHECK enum err return_check_version(struct office *o, const struct return_head *head,
	int64_t version, struct str earlier_campaign, struct arena *arena,
	const struct answer_finding **ret_findings, size_t *ret_count);

/* Makes a version of draft number `base`. E_EXISTS as with save. E_RANGE: return_check() finds an
 * error. E_AMBIGUOUS: it finds warnings and `confirmed` is false. On behalf: by somebody whose
 * organisation is another. E_NOTFOUND: nothing was saved. */
MUST_CHECK enum err return_submit(struct office *o, const struct return_head *head, int64_t base,
	struct str earlier_campaign, bool confirmed, const struct actor *actor, struct instant now,
	struct arena *arena, int64_t *ret_version);

/* `version`: the one that was looked at; E_EXISTS: a newer one has come. E_DENIED: its state does
 * not allow. A reason is asked for when it is sent back: E_USAGE. */
MUST_CHECK enum err return_accept(struct office *o, const struct return_head *head, int64_t version,
	const struct actor *actor, struct instant now);
MUST_CHECK enum err return_send_back(struct office *o, const struct return_head *head,
	int64_t version, struct str reason, const struct actor *actor, struct instant now);

/* A list is kept as it came and never changed; a draft names it. Twice the same tax code: the rows
 * of both. E_SYNTAX: a tax code that is none (*ret_bad: which). */
MUST_CHECK enum err return_list_add(struct office *o, const struct return_form *form,
	const struct listed_org *orgs, size_t count, struct instant now, int64_t *ret_list,
	size_t *ret_bad);
typedef enum err listed_org_fn(void *context, const struct listed_org *org);
MUST_CHECK enum err return_list_each(struct office *o, int64_t list, const struct return_form *form,
	listed_org_fn *fn, void *context);
bool tax_code_tidy(struct str said, char ret_digits[14]);

/* --- attachments: attachment.c --- */

/* Of the draft. PDF only, by content: E_UNKNOWN. E_LIMIT: too large, or too many. The file is on
 * the disk, under its SHA-256, when this returns; a transaction that fails leaves it there unnamed.
 */
MUST_CHECK enum err return_attach(struct office *o, const struct return_head *head,
	struct bytes file, const struct attachment *told, const struct actor *actor,
	struct instant now, struct arena *arena);
MUST_CHECK enum err return_detach(struct office *o, const struct return_head *head,
	struct str sha256, const struct actor *actor, struct instant now, struct arena *arena);

/* Opens the file of an attachment that this return has in any version. E_NOTFOUND: it has none of
 * that name. E_DENIED: something was found in it. To be given out as a download only, never shown
 * inline. */
MUST_CHECK enum err return_attachment_open(struct office *o, const struct return_head *head,
	struct str sha256, struct arena *arena, struct attachment *ret_attachment, int *ret_fd);

/* Files that no virus scanner has looked at, each once, open for reading. fn may end with
 * return_looked(), in a transaction of its own. */
typedef enum err attachment_look_fn(void *context, struct str sha256, int fd);
MUST_CHECK enum err return_each_unlooked(struct office *o, attachment_look_fn *fn, void *context);

/* Within a transaction. What was found stands in the history of each return that has the file, and
 * in the audit. said: name of what was found. */
MUST_CHECK enum err return_looked(struct office *o, struct str sha256, enum attachment_look look,
	struct str said, const struct actor *actor, struct instant now);
