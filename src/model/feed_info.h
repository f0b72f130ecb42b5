/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/instant.h"
#include "model/sighting.h"

/* Traffic Light Protocol 2.0 (FIRST). Numbers are stored: never reorder. */
enum tlp {
	TLP_CLEAR,
	TLP_GREEN,
	TLP_AMBER,
	TLP_AMBER_STRICT,
	TLP_RED,
	TLP__COUNT
};

/* "clear", "green", "amber", "amber+strict", "red". */
struct str tlp_name(enum tlp tlp);
bool tlp_parse(struct str name, enum tlp *ret_tlp);

/* A source of sightings and what may be done with them. Texts are borrowed. */
struct feed_info {
	struct str name;  /* [a-z0-9][a-z0-9._-]*, at most LIMIT_FEED_NAME */
	struct str title; /* for people; may be empty */
	enum tlp tlp;
	bool public_check; /* may answer a visitor about the visitor's own address */
	bool public_stats; /* may enter public figures */
	bool may_export;   /* may leave in exports */
	enum kind kind;    /* of lists that do not say it themselves */
	bool kind_set;     /* kind was said by the operator */
	enum precision precision;
	uint32_t frequency; /* seconds between reports; 0: unknown */
	bool simulated;     /* made by `quetsach simulate`: marked on every page */
	struct str format;  /* its files are of it; empty: each is recognised by content */
	struct str map;     /* what the columns of its files are, as --map says it; empty: none */
};

bool feed_name_valid(struct str name);

/* A feed nobody has said anything about: TLP:AMBER, may answer a visitor about the visitor's own
 * address and enter public figures, may not leave in exports. */
struct feed_info feed_info_new(struct str name);
