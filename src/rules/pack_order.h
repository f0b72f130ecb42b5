/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "rules/pack.h"

/* What is gathered from many lists, in the order that a pack keeps, each thing once in a set. */

/* [A-Za-z0-9_-]+ of at most LIMIT_PACK_NAME bytes: what packs, sets and families are called. */
bool pack_name_valid(struct str name);

/* By kind, digest, set. Of the same digest in a set the first stays; its size goes where another
 * line does not know it or knows another. *count: how many are left. */
void pack_hashes_order(struct pack_hash *hashes, size_t *count);

/* By kind, value, set. */
void pack_indicators_order(struct pack_indicator *indicators, size_t *count);

/* By family, then language; of the same the last stays. */
void pack_pages_order(struct pack_page *pages, size_t *count);

/* <0, 0, >0: the order of a pack without sets and names. */
int pack_hash_compare(const struct pack_hash *a, const struct pack_hash *b);
int pack_indicator_compare(const struct pack_indicator *a, const struct pack_indicator *b);
