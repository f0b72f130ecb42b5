/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/writer.h"
#include "rules/yara_source.h"

/* Hex strings and regular expressions of YARA as trees over sets of bytes, wider than what they
 * stand for and never narrower: places (^ $ \b) are left out, a dot is any byte. */

struct byte_set {
	uint64_t bits[4];
};
static inline bool byte_set_has(const struct byte_set *s, uint8_t b)
{
	return s->bits[b / 64] >> (b % 64) & 1;
}
unsigned byte_set_count(const struct byte_set *s);

enum {
	REPEAT_MOST = 65535 /* and more */
};

struct yara_node {
	enum yara_node_kind {
		NODE_SET,      /* one byte of the set */
		NODE_SEQUENCE, /* children one behind the other; none: nothing */
		NODE_CHOICE,   /* one of the children */
		NODE_REPEAT    /* its only child least … most times */
	} kind;
	struct byte_set set;
	uint32_t least, most;
	struct yara_node *first, *last, *next; /* children; the next of its parent's */
};

/* `wide`: a NUL follows every byte. `caseless`: as nocase and the flag i want. E_SYNTAX where it
 * cannot be told for sure what is meant; E_NOMEM. */
MUST_CHECK enum err yara_tree(const struct yara_string *string, bool wide, bool caseless,
	struct arena *arena, struct yara_node **ret_tree);

/* Cuts what may be absent at both ends: it occurs wherever the tree does, and costs less to look
 * for. Where long gaps part a sequence, the rarest piece alone is left. */
struct yara_node *yara_tree_core(struct yara_node *tree);

/* Least bytes that match. */
uint64_t yara_tree_least(const struct yara_node *tree);

/* How often it is expected at a byte of clean files. */
double yara_tree_cost(const struct yara_node *tree);

/* The tree as Hyperscan's expression; every byte in ASCII. E_LIMIT: too large for one, or it
 * matches nothing at all; also in the writer. */
MUST_CHECK enum err yara_tree_expression(const struct yara_node *tree, struct writer *w);
