/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "office/account.h"
#include "office/account_token.h"
#include "office/invitation.h"
#include "office/return.h"

/* What mails an event or a day brings. Composed in the language of who gets it, put into the outbox
 * within the change's own transaction. docs/design/mail.md */

/* Where the mails come from; of the catalogue and the settings of the program: desk/post.h. */
struct notice_house {
	bool on;                         /* false (mail = none): nothing is put anywhere */
	struct str service[LANG__COUNT]; /* who writes; never empty */
	struct str address;              /* "https://…" of the site; empty: not set */
	struct str contact;              /* whom to ask where nobody nearer is known; never empty */
};

struct notice_campaign {
	struct str key;
	struct str name[LANG__COUNT];
	struct date begins; /* year 0: not said */
};

/* In that language, else in Vietnamese, else `other`. */
struct str notice_name(const struct str name[LANG__COUNT], enum lang lang, struct str other);

/* --- events: within the change's transaction. What cannot be told is left out, never an error: no
 * mail keeps a change from being made --- */

/* A one-time link. E_OK and nothing put where the address of the site is not set: such a link could
 * not be opened. `by`: the mail address of who can be asked, may be empty. */
MUST_CHECK enum err notice_link(struct office *o, const struct notice_house *house,
	const struct account *account, enum invitation_kind kind, const struct token *token,
	struct str by, struct instant now);

/* A return was accepted or sent back (with the reason), just now: to the contact of the unit in
 * that campaign, else to its reporters, else to its coordinators, else to its own address. */
MUST_CHECK enum err notice_judged(struct office *o, const struct notice_house *house,
	const struct notice_campaign *campaign, int64_t org, int64_t version, bool accepted,
	struct str reason, struct instant now, struct arena *arena);

/* --- what a day brings --- */

/* One mail. Texts are borrowed until fn returns. */
struct notice {
	enum notice_kind {
		NOTICE_BEFORE, /* a deadline comes */
		NOTICE_AFTER,  /* one is past */
		NOTICE_DIGEST,
		NOTICE_KIND__COUNT
	} kind;
	struct str recipient;
	enum lang lang;
	size_t returns;       /* it is about so many returns; of a digest: campaigns */
	struct str campaign;  /* key, of the first */
	int64_t org;          /* of the first */
	struct str unit;      /* its name */
	struct date deadline; /* year 0: none */
};
struct str notice_kind_name(enum notice_kind kind); /* "before" */
typedef enum err notice_fn(void *context, const struct notice *notice);

struct notice_round {
	const struct notice_house *house;
	const struct notice_campaign *campaigns;
	size_t campaign_count;
	struct date today; /* where the desk is */
	int hour;          /* there: 0 … 23 */
	struct instant now;
	bool reminders, digests; /* which; settings and switches decide besides */
	bool at_once;            /* whatever the hour, and again on a day that has been seen to */
	bool dry;                /* nothing is put: only told */
	notice_fn *tell;         /* may be NULL */
	void *context;
};

struct notice_tally {
	uint64_t mails;     /* put, or to be put */
	uint64_t returns;   /* that reminders are about */
	uint64_t unreached; /* units that are to be reminded and have no address */
};

/* Reminders to whom has not submitted, digests to coordinators: each at most once, however often it
 * is asked for and whatever stops it. In transactions of its own, outside any. Before the hour of
 * mails, or once a day has been seen to, it costs one read. The arena holds what is gathered. */
MUST_CHECK enum err notice_due(struct office *o, const struct notice_round *round,
	struct arena *arena, struct notice_tally *ret_tally);
