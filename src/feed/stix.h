/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/arena.h"
#include "feed/json_fields.h"
#include "feed/stix_pattern.h"
#include "model/sighting.h"

/* What a STIX bundle's objects say, as far as rows come of it: within stix*.c only. Texts are in
 * the arena of the bundle. */

struct stix_text {
	struct str text;
	struct stix_text *next;
};

enum stix_type {
	STIX_INDICATOR,
	STIX_MALWARE,
	STIX_SIGHTING,
	STIX_OBSERVED,
	STIX_ADDRESS, /* ipv4-addr, ipv6-addr */
	STIX_TRAFFIC, /* network-traffic */
	STIX_INFRASTRUCTURE,
	STIX_ANOTHER, /* only its id matters: it is there */
	STIX__COUNT
};

/* What is said of an indicator in words. */
enum stix_words {
	STIX_WORDS_TYPES,
	STIX_WORDS_LABELS,
	STIX_WORDS_PHASES,
	STIX_WORDS__COUNT
};

struct stix_object {
	enum stix_type type;
	struct str id;
	struct json_place place;
	bool revoked;
	struct str name;
	struct stix_object *next; /* in the order of the document */

	/* an address; of an indicator its pattern */
	struct str value;
	/* network-traffic: addresses; sighting: of what */
	struct str from, to;
	struct str from_port, to_port;
	struct stix_text *protocols;
	/* sighting: observed data; observed data: what was seen */
	struct stix_text *parts;
	/* observed data and sighting: first and last; indicator: valid */
	struct str first, last;
	struct str created;
	struct str count, confidence;
	/* indicator: types, labels, phases of kill chains */
	struct stix_text *words[STIX_WORDS__COUNT];
	struct str pattern_type;
	struct stix_object *indicates; /* malware; of infrastructure: whose it is */
	uint64_t mark;                 /* for one walk at a time */
	bool seen;                     /* observed data: a sighting refers to it */
};

enum stix_relates {
	STIX_INDICATES,
	STIX_CONSISTS_OF, /* infrastructure of addresses */
	STIX_USES         /* malware and infrastructure, either way round */
};

struct stix_relation {
	enum stix_relates relates;
	struct str source, target;
	struct str first, last, created;
	struct json_place place;
	struct stix_relation *next;
};

/* All objects of a bundle, found by id. */
struct stix_index {
	struct arena arena;
	struct stix_object *first;
	struct stix_object **last;
	struct stix_object **slots; /* a power of two */
	size_t slot_count;
	size_t count;
	struct stix_relation *relations; /* the last that was told of first */
	struct hash_key key;             /* ids are chosen by others */
};

void stix_index_init(struct stix_index *index, struct hash_key key);
void stix_index_release(struct stix_index *index);

/* Reads the whole document: a bundle, an envelope of TAXII, objects by themselves; several, in an
 * array or one after another. Relations between indicators and
 * malware are settled. E_LIMIT: more than LIMIT_STIX_OBJECTS. Once for an index. */
MUST_CHECK enum err stix_index_read(
	struct stix_index *index, struct str text, struct problem *problem);

/* NULL: not in the bundle. */
struct stix_object *stix_index_find(const struct stix_index *index, struct str id);
