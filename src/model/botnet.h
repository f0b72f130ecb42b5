/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/err.h"
#include "base/lang.h"
#include "base/problem.h"
#include "base/span.h"

/* One malware family of data/botnets, compiled in. */
struct family {
	struct str name;           /* canonical: "Mirai" */
	struct str slug;           /* for addresses of pages: "mirai" */
	const struct str *aliases; /* other names for people; family_find() knows more spellings */
	size_t alias_count;
	struct str kind;     /* one of KINDS in tools/botnets.py: "botnet", "loader", … */
	struct str platform; /* "windows", "linux", "iot", "android", "ios", "macos", "multi" */
	struct str about[LANG__COUNT]; /* one plain paragraph for lay people */
	struct str source;             /* address of a public description */
};

size_t family_count(void);
const struct family *family_at(size_t index);

/* By canonical name, alias or name that only feeds write, without regard to case, spaces and
 * punctuation of ASCII; NULL: not ours. */
const struct family *family_find(struct str name);

/* family_find(), else by a name of the detectors' schemes: "Worm:Win32/Conficker.B!inf" (CARO),
 * "HEUR:Trojan.Linux.Mirai.b", "elf.mirai" (Malpedia). */
const struct family *family_recognise(struct str name);

/* An operator's rule: a raw name that the pattern matches is that botnet. */
struct name_rule {
	struct str pattern; /* PCRE2, matched caselessly anywhere in the raw name */
	struct str botnet;  /* canonical */
	struct str source;
};

/* Whether names_new() would take it; else `problem` says why. */
MUST_CHECK enum err name_rule_check(const struct name_rule *rule, struct problem *problem);

/* Maps raw names to canonical ones: rules in their order first, then family_recognise(). */
struct names;

/* Copies what it needs. A rule's botnet that we know by another name becomes our canonical one.
 * E_SYNTAX, E_LIMIT: rules[*ret_bad] is no rule or one too many, `problem` says why. */
MUST_CHECK enum err names_new(const struct name_rule *rules, size_t count, struct problem *problem,
	size_t *ret_bad, struct names **ret_names);
void names_free(struct names *n);

/* The canonical name, valid as long as n; raw itself (trimmed, borrowed) where nothing maps it, and
 * *ret_mapped says which. An empty raw name gives "unknown" and counts as mapped. Names over
 * LIMIT_NAME_BYTES are never mapped. Answers are kept for speed. Not for several threads at once.
 */
struct str names_resolve(struct names *n, struct str raw, bool *ret_mapped);

/* How often a pattern was given up at LIMIT_PATTERN_STEPS and taken as "does not match". */
uint64_t names_abandoned(const struct names *n);
