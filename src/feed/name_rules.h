/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/arena.h"
#include "base/err.h"
#include "base/problem.h"
#include "model/botnet.h"

/* A row that is no rule; the others are taken. */
typedef void name_rules_problem_fn(void *context, const struct problem *problem);

/* Reads a file of rules: CSV of pattern, name and any further columns (certtools' mapping.csv),
 * with or without a header "pattern,name"; lines that begin with '#' are comments. Rules come in
 * the order of the file, each with `source`, copied into the arena. E_LIMIT, E_NOMEM: the whole
 * file is refused, `problem` says why for E_LIMIT. */
MUST_CHECK enum err name_rules_parse(struct str text, struct str source, struct arena *arena,
	name_rules_problem_fn *on_problem, void *context, struct problem *problem,
	struct name_rule **ret_rules, size_t *ret_count);
