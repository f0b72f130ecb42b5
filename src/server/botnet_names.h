/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "model/botnet.h"
#include "store/store.h"
#include "text/text.h"

/* The mapping of raw names as the operator's rules and data/botnets have it now. */
MUST_CHECK enum err botnet_names_load(struct store *store, struct names **ret_names);

/* As people read it: a botnet that nobody named is "unknown" in their language. */
struct str botnet_words(enum lang lang, struct str botnet);
