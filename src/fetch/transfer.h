/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/err.h"
#include "fetch/source.h"
#include "fetch/state.h"

/* One answer of a server, by libcurl, into an open file. Texts are borrowed. */
struct transfer_order {
	struct str address; /* secrets in their places */
	struct str shown;   /* the same without */
	struct str body;    /* of a POST; empty: GET */
	enum source_auth auth;
	struct str header;         /* AUTH_HEADER: its name */
	struct str secret;         /* as it goes out */
	struct str etag, modified; /* asked for only if it changed since; empty: in any case */
	struct str validator;      /* with `from`: only if this still holds */
	uint64_t from;             /* bytes there already */
	uint64_t most_bytes;
	uint64_t most_seconds;
	struct str authorities; /* PEM; empty: those of the machine */
	bool list; /* the answer is a list of reports: goes to `report`, not to the file */
};

enum transfer_end {
	TRANSFER_DONE,
	TRANSFER_SAME,    /* not changed since */
	TRANSFER_MISSING, /* 404, 410 */
	TRANSFER_AWAY,    /* may work if tried again */
	TRANSFER_REFUSED, /* will not, unless somebody does something */
	TRANSFER_FULL,    /* our own disk */
	TRANSFER_END__COUNT
};

/* Why it did not come to anything; `words` says more where there is more. */
enum transfer_reason {
	REASON_WORDS,   /* of the library, or of nobody */
	REASON_CONNECT, /* nobody answers there; words: of the library, as in those that follow */
	REASON_NAME,    /* no such server */
	REASON_SLOW,
	REASON_BROKEN,      /* the connection, in the middle */
	REASON_CERTIFICATE, /* of the server: not to be trusted */
	REASON_AUTHORITIES, /* our own file of them is none */
	REASON_STATUS,      /* words: "HTTP 503" */
	REASON_NOWHERE,     /* a redirect without an address */
	REASON_ELSEWHERE,   /* a redirect to where we do not go */
	REASON_REDIRECTS,   /* too many */
	REASON_TOO_LARGE,
	REASON_RANGE,  /* another part than asked for */
	REASON_LIST,   /* no list of reports; words: what stands there */
	REASON_DENIED, /* words: what the API says */
	REASON_ADDRESS,
	REASON_DISK,
	REASON_MEMORY,
	REASON_ENDED, /* the process that fetched has gone */
	TRANSFER_REASON__COUNT
};

struct transfer_result {
	enum transfer_end end;
	enum transfer_reason reason;
	uint64_t status;      /* of HTTP; 0: none came */
	uint64_t size;        /* bytes in the file now */
	uint64_t retry_after; /* seconds, 0: not said */
	bool resumable;       /* what is in the file can be gone on with, by `validator` */
	char validator[FETCH_VALIDATOR];
	char etag[FETCH_VALIDATOR], modified[FETCH_VALIDATOR];
	char words[FETCH_WORDS]; /* what went wrong; never a secret */
};

struct report;
struct transfer_watch {
	void *context;
	/* Before the first byte of the body: of resumable answers, that and `validator` are set. */
	enum err (*began)(void *context, const struct transfer_result *so_far);
	/* Now and then; total is 0 where nobody said. An error ends the transfer. */
	enum err (*progress)(void *context, uint64_t done, uint64_t total);
	enum err (*report)(void *context, const struct report *report);
};

/* The file is at its end with `from` bytes in it. E_NOMEM; anything else is in the result. */
MUST_CHECK enum err transfer_run(const struct transfer_order *order, int file,
	const struct transfer_watch *watch, struct transfer_result *ret_result);
