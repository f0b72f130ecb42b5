/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stdint.h>

#include "base/instant.h"
#include "base/lang.h"
#include "base/span.h"

/* A published evaluation: it keeps its number, time and data. A correction is a new edition that
 * says what changed. Holders see it before the public and may attach a reply. Texts are borrowed.
 */
struct edition {
	struct str campaign;       /* key */
	uint32_t number;           /* 1 …; 0: provisional, made anew with the data */
	struct instant made;       /* when the figures were frozen */
	uint64_t as_of;            /* change number of the data */
	struct instant as_of_time; /* … and its time */
	struct date public_from;   /* UTC day; until then only holders have it */
	struct str
		correction[LANG__COUNT]; /* what changed since the one before; empty: the first */
	bool simulated;
};

/* What a holder says of an edition before it is public, shown beside it as it stands. */
struct edition_reply {
	struct str holder; /* key */
	struct str title[LANG__COUNT];
	struct str text;
	struct str lang; /* of the text, as HTML has it: "vi", "en", "zh-Hans"; empty: not known */
	struct instant made;
};

/* A language tag of letters, digits and hyphens (RFC 5646), at most EDITION_LANG bytes; or empty.
 */
enum {
	EDITION_LANG = 35
};
bool edition_lang_valid(struct str lang);

/* What a text is written in, as far as its letters say: "vi" where one is of Vietnamese alone,
 * "en" where all are ASCII, else empty. */
struct str edition_lang_of(struct str text);

enum {
	EDITION_REPLY_DAYS = 5 /* unless told otherwise */
};

/* Its files below public/editions are named by campaign, number and language: "vn-2020-1.json",
 * "vn-2020-1.vi.pdf", "vn-2020-1.en.xlsx". The JSON is of both languages. */
