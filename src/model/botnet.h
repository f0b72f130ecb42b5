/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/err.h"
#include "base/lang.h"
#include "base/problem.h"
#include "base/span.h"

enum lang {
	LANG_VI,
	LANG_EN,
	LANG__COUNT
};

/* One malware family of data/botnets, compiled in. */
struct family {
	struct str name;           /* canonical: "Mirai" */
	struct str slug;           /* for addresses of pages: "mirai" */
	const struct str *aliases; /* other names, as feeds and researchers write them */
	size_t alias_count;
	struct str kind;               /* "botnet", "loader", "banking-trojan", … */
	struct str platform;           /* "windows", "linux", "iot", "android", "macos", "multi" */
	struct str about[LANG__COUNT]; /* one plain paragraph for lay people */
	struct str source;             /* address of a public description */
};

size_t family_count(void);
const struct family *family_at(size_t index);

/* By canonical name or alias, without regard to case, spaces, '-', '_' and '.'; NULL: not ours. */
const struct family *family_find(struct str name);

/* An operator's rule: a raw name that the pattern matches is that botnet. */
struct name_rule {
	struct str pattern; /* PCRE2, matched caselessly anywhere in the raw name */
	struct str botnet;  /* canonical */
	struct str source;
};

/* Maps raw names to canonical ones: rules in their order first, then families and aliases. */
struct names;

/* Copies what it needs. E_SYNTAX: rules[*ret_bad] is no pattern, `problem` says why. */
MUST_CHECK enum err names_new(const struct name_rule *rules, size_t count, struct problem *problem,
	size_t *ret_bad, struct names **ret_names);
void names_free(struct names *n);

/* The canonical name; raw itself (trimmed) where nothing maps it, and *ret_mapped says which. An
 * empty raw name gives "unknown". Patterns run with a step limit. Not for several threads at once.
 */
struct str names_resolve(struct names *n, struct str raw, bool *ret_mapped);
