/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/arena.h"
#include "base/ip.h"
#include "base/problem.h"
#include "base/writer.h"
#include "model/finding.h"
#include "rules/pack.h"

/* The engine: libyara decides, a prefilter spares it what cannot match, hash lists and names in the
 * same pass. The set of (file, rule) is that of libyara alone, always. engine_yara.c is the one
 * file that includes yara.h, engine_patterns.c the one with hs.h. Where the library of the
 * prefilter is one that overlooks texts, libyara works alone. */

struct engine;

/* Compiles a pack. Rules that do not compile are told with file, line and reason, and left out; so
 * are those that stand on them. E_NOMEM, E_LIMIT. `plain`: no prefilter, for comparison. */
typedef void engine_problem_fn(void *context, const struct problem *problem);
MUST_CHECK enum err engine_new(const struct pack *pack, bool plain, engine_problem_fn *on_problem,
	void *context, struct engine **ret_engine);
void engine_free(struct engine *e);

/* Only tells which rules do not compile, as engine_new() would; on_progress: how many rules are
 * done. E_NOMEM, E_LIMIT. */
typedef void engine_progress_fn(void *context, uint64_t done, uint64_t total);
MUST_CHECK enum err engine_check(const struct pack *pack, engine_problem_fn *on_problem,
	engine_progress_fn *on_progress, void *context);

/* Compiled form, for this machine and these library versions only: unsafe if crafted, so load only
 * what is authenticated. Parts are read when they are first needed: `bytes` are borrowed until
 * engine_free(). E_VERSION: made by another version; E_CORRUPT, E_NOMEM. */
MUST_CHECK enum err engine_save(const struct engine *e, struct writer *w);
MUST_CHECK enum err engine_load(struct bytes bytes, struct engine **ret_engine);

struct engine_facts {
	size_t rules, guarded, shards, literals, hashes;
};
struct engine_facts engine_facts(const struct engine *e);

/* What the pack lists of another machine: its address, with a port where one is listed (0: none
 * known), or its name, lower case, and what that is below. At most `capacity`; gives how many. */
size_t engine_match_address(const struct engine *e, struct ip ip, uint16_t port,
	struct rule_match *ret_matches, size_t capacity);
size_t engine_match_domain(
	const struct engine *e, struct str name, struct rule_match *ret_matches, size_t capacity);

/* One a thread. */
struct matcher;
MUST_CHECK enum err matcher_new(const struct engine *e, struct matcher **ret_matcher);
void matcher_free(struct matcher *m);

/* What rules may ask about a file besides its bytes (externals of the public sets). */
struct object_name {
	struct str path;      /* "/tmp/x.bin" */
	struct str name;      /* "x.bin" */
	struct str extension; /* ".bin"; empty: none */
	struct str owner;     /* user name; may be empty */
};

enum {
	MATCH_ALL = 1 << 0, /* also private matches' reporting order stays libyara's; every rule */
	MATCH_NO_HASH = 1 << 1, /* memory of processes */
};

struct match_result {
	const struct rule_match *matches; /* until the next scan with this matcher */
	size_t count, total;
	struct str md5, sha1, sha256; /* made where a list asked for it; else empty */
};

/* E_TIMEOUT after milliseconds; E_LIMIT: libyara's own limits (too many matches); E_NOMEM. Never
 * takes rights: safe inside a sandbox without open. */
MUST_CHECK enum err matcher_scan(struct matcher *m, struct bytes content,
	const struct object_name *name, unsigned flags, unsigned milliseconds,
	struct match_result *ret_result);
