/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "rules/pack.h"
#include "rules/signature.h"
#include "server/command.h"
#include "server/command_site.h"

/* What the commands on rule packs share. Texts lie in context->arena unless said otherwise. */

/* A whole file of at most `most` bytes; says what failed. */
bool pack_load_file(struct context *c, const char *path, size_t most, struct str *ret_text);

/* --- keys (command_pack_key.c) --- */

/* --key, unlocked with --password-file or what is typed; says what failed. secret_key_wipe() when
 * done. */
bool pack_secret_key(struct context *c, struct secret_key *ret_key);

/* --public-key, a file or the key itself; *ret_given tells whether there is one. */
bool pack_public_key(struct context *c, bool *ret_given, struct public_key *ret_key);

/* --- rules (command_pack_rules.c) --- */

struct pack_rule {
	uint32_t set, file;
	const struct yara_file *in;
	const struct yara_rule *rule;
	bool sound; /* compiles; true until pack_rules_compile() */
};

/* What is wrong with a rule, or from a line on with a file. */
struct pack_fault {
	uint32_t set, file;
	uint64_t line;
	struct str rule; /* empty: the file */
	enum problem_code code;
	struct str got;
};

struct pack_rules {
	struct pack_rule *list; /* in the order of the pack */
	size_t count;
	struct pack_fault *faults; /* in the order they were found */
	size_t fault_count, fault_capacity;
};

/* Takes the files of all sets apart. E_NOMEM, E_LIMIT. */
MUST_CHECK enum err pack_rules_split(
	const struct pack *pack, struct arena *arena, struct pack_rules *ret_rules);

/* Compiles them in a process without rights, since they are texts of strangers and the compiler is
 * not made for that; a terminal is shown how far it is. E_CRASHED, E_TIMEOUT, E_NOMEM. */
MUST_CHECK enum err pack_rules_compile(struct console *console, const struct pack *pack,
	struct arena *arena, struct pack_rules *rules);

/* Takes what is not sound out of the files; lines stay where they were. Files without a sound rule
 * go. `sets` and their files are changed. */
MUST_CHECK enum err pack_rules_clean(
	struct pack_set *sets, size_t count, struct arena *arena, const struct pack_rules *rules);

/* "set/file:line: rule: what is wrong", each; as JSON too where that is asked for. */
void pack_say_faults(struct context *c, const struct pack *pack, const struct pack_rules *rules);

/* --- what goes into one --- */

/* A source on the command line: "NAME=PATH", else named after the path. */
struct pack_source {
	struct str name;
	const char *path;
};
bool pack_source_parse(struct context *c, const char *text, struct pack_source *ret_source);

/* A folder's YARA files, sorted, below it at any depth, and the text of its licence (empty: none).
 * Links and what is no file are passed over. Says what failed (command_pack_folder.c). */
struct pack_folder {
	struct pack_file *files;
	size_t count;
	struct str licence;
	uint64_t links; /* passed over */
};
bool pack_folder_read(struct context *c, const char *path, struct pack_folder *ret_folder);

/* Pages about families, the program's own and those of --pages DIR, which come before
 * (command_pack_pages.c). Says what failed. */
bool pack_pages_gather(struct context *c, struct pack_page **ret_pages, size_t *ret_count);

/* What goes into a pack that is being built. */
struct pack_parts {
	struct context *c;
	struct pack_set *sets;
	struct str *licences; /* texts, one a set */
	uint32_t set_count;
	struct pack_hash *hashes;
	size_t hash_count;
	struct pack_indicator *indicators;
	size_t indicator_count;
	uint64_t bad_lines, passed_over; /* of lists */
};

/* --ours, --rules, --hashes and --indicators read; says what failed (command_pack_parts.c). */
bool pack_parts_read(struct context *c, struct pack_parts *ret_parts);

/* Who made each set and under which licence: --set-info, else its licence, else its rules' own
 * word. Says what failed. */
bool pack_parts_credit(struct pack_parts *p, const struct pack_rules *rules);

/* A number of rules, hashes … in a set. */
uint64_t pack_rules_of(const struct pack_rules *rules, uint32_t set, bool sound);
uint64_t pack_hashes_of(const struct pack *pack, uint32_t set);
uint64_t pack_indicators_of(const struct pack *pack, uint32_t set);

/* A pack in a file: signature not looked at. Says what failed; E_OK otherwise. */
MUST_CHECK enum err pack_load(
	struct context *c, const char *path, struct str *ret_bytes, struct pack *ret_pack);
