/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "program/console.h"
#include "program/options.h"

/* What was asked for on the command line, checked. Texts are borrowed from it. */
struct settings {
	const char *const *paths;
	size_t path_count;
	const char *root;  /* of another system; NULL: this machine */
	bool whole, quick; /* all of this machine; only where malware starts or is dropped */
	const char *const *excludes;
	size_t exclude_count;
	const char *pack;                  /* NULL: the newest that is installed */
	struct str public_key;             /* key or name of its file; empty: the installed one */
	const char *html, *sarif, *second; /* NULL: not asked for */
	const char *explain;
	const char *state; /* folder; NULL: the usual one */
	bool json, all_matches, quiet, syslog;
	bool no_cache, resume, cross_mounts;
	uint64_t size_most, bytes_a_second; /* 0: usual, no limit */
	unsigned workers, processor_share, file_seconds;
	unsigned seconds_most; /* of the whole scan; 0: until its end */
};

const struct option_table *scanner_options(void);

/* What the option at that place of the table does. */
enum message option_help(size_t index);

/* False after a complaint. */
bool settings_read(const struct options *o, struct console *console, struct settings *ret_settings);
