/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "office/actor.h"

/* Work that a request asks for and another process does: *clerk*, which has the rights of the
 * operator's commands, runs them one after the other and keeps what they said. The desk itself
 * parses nothing, writes no catalogue and makes no documents. docs/design/desk.md */
enum job_kind {
	JOB_UNITS,        /* units from CSV or XLSX: input; with name "check" nothing is kept; text:
			   * "day=2026-01-01" and "under=CODE" lines */
	JOB_RETURN_SHEET, /* a return filled in offline: campaign, org, input XLSX; becomes a draft
			   */
	JOB_RETURN_LIST,  /* organisations by tax code: campaign, org, input CSV or XLSX */
	JOB_RETURN_TEMPLATE, /* `return template`: the sheet to fill in offline: campaign, org */
	JOB_RETURN_KNOWN, /* `return known`: what is known of its networks: campaign, org; 0: all */
	JOB_RETURN_LOOK,  /* `return look`: files that came with returns, by clamd */
	JOB_DOCUMENT_PDF, /* of a level or, with name "own", of one return: campaign, org */
	JOB_DOCUMENT_XLSX, /* the same */
	JOB_INGEST,        /* sightings: input; name is the feed, empty: told by the content */
	JOB_CAMPAIGN,      /* campaign; text: the options of `campaign set`, "name=value" lines */
	JOB_PAGE, /* name is the page's key; text: its Markdown; lang is the page's (--lang) */
	JOB_PAGE_WITHDRAW, /* name; lang as before */
	JOB_TOOL,          /* name is the tool's key; text: its description */
	JOB_TOOL_FILE,     /* name; input, offered to visitors under input_name */
	JOB_TOOL_REMOVE,   /* name */
	JOB_TOOL_ORDER,    /* text: keys with spaces between, in their order */
	JOB_FEED,          /* name; text: the options of `feed set`, "name=value" lines */
	JOB_SITE,          /* text: "NAME=VALUE" lines of `site set` */
	JOB_PUBLISH,
	JOB_CAMPAIGN_FREEZE, /* campaign: its ten largest botnets */
	JOB_RETRACT,         /* name: the SHA-256 of a file that was taken in */
	JOB_EDITION,         /* campaign; text: the options of `edition make`, "name=value" lines */
	JOB_EDITION_REPLY,   /* campaign; name: the edition's number; text: a line with the holder's
			      * key, then its reply */
	JOB_EDITION_PDF,     /* campaign; name: the edition's number; lang is the file's (--lang) */
	JOB_EDITION_XLSX,    /* the same */
	JOB_FIGURE,          /* name: the series; text: the options of `figure enter` */
	JOB_FIGURE_WITHDRAW, /* the same: its day and why */
	JOB__COUNT
};
struct str job_kind_name(enum job_kind kind); /* "units": as stored and in the audit */
bool job_kind_parse(struct str name, enum job_kind *ret_kind);

enum job_state {
	JOB_WAITING,
	JOB_RUNNING,
	JOB_DONE,
	JOB_FAILED, /* the command said so, or the clerk died three times with it */
	JOB_STATE__COUNT
};
struct str job_state_name(enum job_state state);
bool job_state_parse(struct str name, enum job_state *ret_state);

/* What struct job says as status where no exit status of a command can be told. */
enum {
	JOB_STATUS_LOST = -1,    /* the clerk or the machine ended in the midst, JOB_TRIES times */
	JOB_STATUS_TIMEOUT = -2, /* took longer than its kind may */
	JOB_STATUS_CRASHED = -3, /* ended by a signal */
	JOB_STATUS_CANCELLED = -4, /* by who may */
	JOB_STATUS_REFUSED = -5    /* no command can be made of it, or its input is gone */
};
enum {
	JOB_TRIES = 3,
	JOB_CHECKED_SECONDS = 86400
};

/* What is asked for. Texts that do not belong to its kind are empty. */
struct job_order {
	enum job_kind kind;
	struct str campaign;
	int64_t org; /* whose it is: who may see that org's account list may see the job; 0: the
			operator's */
	struct str name;
	struct str text;
	struct bytes input;    /* of a file that was sent; size 0: none */
	struct str input_name; /* as its sender called it; never a path */
	enum lang lang;        /* of what the command says */
	struct instant due;    /* not before; 0: at once */
};

struct job {
	int64_t id;
	struct job_order order; /* without input */
	enum job_state state;
	int64_t account;                    /* who asked */
	struct instant asked, begun, ended; /* 0: not yet */
	uint64_t done, whole;               /* how far: whole 0: not known */
	int status;                         /* exit status of the command */
	struct str said;     /* its JSON answer, else what it said, at most LIMIT_JOB_SAID */
	struct str problems; /* what it complained about, a line each; the same limit */
	bool output;         /* there is a file to fetch */
	struct str output_name, output_type; /* "bao-cao.pdf", "application/pdf" */
	bool input;                          /* a file came with it */
	unsigned tries;                      /* how often it was begun */
	bool held;                           /* waits for another command that has the folder */
};

/* Within a transaction; the input is on the disk before this returns. Writes the audit entry.
 * E_LIMIT: LIMIT_JOBS_WAITING of this account wait already, or the input is too large. */
MUST_CHECK enum err job_add(struct office *o, const struct actor *by, const struct job_order *order,
	struct instant now, int64_t *ret_id);

/* Texts lie in the arena. E_NOTFOUND. */
MUST_CHECK enum err job_find(
	struct office *o, int64_t id, struct arena *arena, struct job *ret_job);

/* Newest first, from before `before` (0: the newest), at most `limit`; account 0: of everybody. */
typedef enum err job_fn(void *context, const struct job *job);
MUST_CHECK enum err job_each(
	struct office *o, int64_t account, int64_t before, size_t limit, job_fn *fn, void *context);

/* The same of one state. */
struct job_choice {
	int64_t account; /* 0: of everybody */
	int64_t before;  /* 0: the newest */
	bool by_state;
	enum job_state state;
};
MUST_CHECK enum err job_list(
	struct office *o, const struct job_choice *choice, size_t limit, job_fn *fn, void *context);

/* How many there are of each state, of those that ended since; without cancelled ones. */
MUST_CHECK enum err job_count(struct office *o, int64_t account, struct instant since,
	uint64_t ret_counts[JOB_STATE__COUNT]);

/* Opens its input for reading. It is kept until the job ends; that of a table of units which was
 * checked and found right JOB_CHECKED_SECONDS longer, so that it can be taken in without being
 * sent again. E_NOTFOUND. */
MUST_CHECK enum err job_input_open(struct office *o, int64_t id, int *ret_fd);

/* Opens its output for reading. E_NOTFOUND: there is none (any more: LIMIT_JOB_DAYS). */
MUST_CHECK enum err job_output_open(struct office *o, int64_t id, int *ret_fd);

/* One that waits will never run. E_NOTFOUND: none that waits. */
MUST_CHECK enum err job_cancel(
	struct office *o, const struct actor *by, int64_t id, struct instant now);
