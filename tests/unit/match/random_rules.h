/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/writer.h"
#include "rules/pack.h"

/* Rules of every shape by chance, and content in which their strings stand, whole and broken: what
 * the engine and libyara alone must agree upon. The same seed makes the same. */

struct chance {
	uint64_t state;
};
uint32_t chance_below(struct chance *c, uint32_t below);

enum {
	RULES_SAMPLES = 512 /* matches of their strings */
};

struct random_rules {
	struct chance chance;
	struct writer text;
	struct writer samples; /* one behind the other */
	size_t sample_at[RULES_SAMPLES + 1];
	size_t sample_count;
	unsigned rule_count;
	bool lazy; /* the quantifiers of the expression at hand: libyara wants all alike */
};

void random_rules_init(struct random_rules *r, uint64_t seed);
void random_rules_release(struct random_rules *r);

/* A set of rules; not all of them need compile. */
void random_rules_make(struct random_rules *r, unsigned count);

/* How a file may begin: as a program of one section, as the first bytes of one, as anything. */
void random_beginning(struct chance *c, struct writer *w);

/* Some content, in a writer that is cleared first. */
void random_content(struct random_rules *r, struct writer *content);
