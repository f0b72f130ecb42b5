/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/arena.h"
#include "base/err.h"
#include "base/problem.h"

/* A command line. A value is looked for as option, then as environment variable (--kind is
 * QUETSACH_KIND), then in the configuration file (a line "kind = …"; of a flag "json = yes"). */
struct options {
	const struct option_table *table;
	const char *const *words; /* arguments that are not options, borrowed from argv */
	size_t word_count;
	struct option_value *given;
	size_t given_count;
	struct option_value *configured;
	size_t configured_count;
	struct arena *arena;
};

struct option_value {
	const char *name;
	const char *value; /* "" for a flag */
};

/* One line of a program's table of options. */
struct option_info {
	const char *name;  /* without the dashes */
	const char *value; /* what usage calls its value; NULL: a flag */
};

struct option_table {
	const struct option_info *infos;
	size_t count;
	const char *environment;      /* what variables begin with: "QUETSACH_" */
	const char *flag_with_number; /* a flag that a number behind it makes … */
	const char *number;           /* … this option; both NULL: none */
};
const struct option_info *option_find(const struct option_table *table, struct str name);

enum options_complaint {
	OPTIONS_FINE,
	OPTIONS_UNKNOWN,     /* no such option */
	OPTIONS_NEEDS_VALUE, /* the value is missing */
	OPTIONS_NO_VALUE,    /* a flag got a value */
	OPTIONS_NO_MEMORY
};

/* Parses all of argv after the program's name. On a complaint *ret_at is the word. */
enum options_complaint options_parse(struct options *o, const struct option_table *table,
	struct arena *arena, int argc, const char *const *argv, const char **ret_at);

/* Reads a configuration file's text. A refusal fills problem. */
MUST_CHECK enum err options_configure(struct options *o, struct str text, struct problem *problem);

/* NULL where it is nowhere given. */
const char *options_get(const struct options *o, const char *name);
struct str options_str(const struct options *o, const char *name); /* empty where not given */
bool options_has(const struct options *o, const char *name);

/* Every value of an option that may come several times, of the first place that has any. */
size_t options_count(const struct options *o, const char *name);
const char *options_nth(const struct options *o, const char *name, size_t index);
