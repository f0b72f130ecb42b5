/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/arena.h"
#include "base/err.h"
#include "base/instant.h"
#include "base/lang.h"
#include "base/problem.h"
#include "base/writer.h"

/* A rule pack: everything a scanner knows, as sources and data in one file, never compiled. It is
 * signed apart (signature.h). Form: docs/format/pack.md. Everything is borrowed. */

struct pack_file {
	struct str name; /* as its set names it, for messages: "apt/apt_x.yar" */
	struct str text;
};

/* Rules of one origin: a namespace of its own, since names repeat between origins. */
struct pack_set {
	struct str name;    /* [A-Za-z0-9_-]+: the namespace */
	struct str author;  /* of the set; rules may name their own */
	struct str licence; /* SPDX expression or the licence's name */
	struct str source;  /* where it is from */
	bool ours;          /* of the campaign: its hits are infections and may carry remedies */
	const struct pack_file *files;
	size_t file_count;
};

enum digest_kind {
	DIGEST_MD5,
	DIGEST_SHA1,
	DIGEST_SHA256,
	DIGEST__COUNT
};
size_t digest_size(enum digest_kind kind); /* 16, 20, 32 bytes */

struct pack_hash {
	enum digest_kind kind;
	uint8_t digest[32];
	uint64_t size;   /* of the file; 0: not known */
	struct str name; /* "ClamAV-Test-File" */
	uint32_t set;    /* index of the set it belongs to */
};

enum indicator_kind {
	INDICATOR_ADDRESS, /* "192.0.2.1", with port "192.0.2.1:23", a prefix */
	INDICATOR_DOMAIN,  /* the name and all below it, lower case */
	INDICATOR_FILE,    /* file name, or path with * and ? */
	INDICATOR__COUNT
};
struct pack_indicator {
	enum indicator_kind kind;
	struct str value;
	struct str name;
	uint32_t set;
};

struct pack_page {
	struct str family; /* key */
	enum lang lang;
	struct str text; /* Markdown: what it is, what it does, what we do, what you must do */
};

struct pack {
	struct str id;    /* "quetsach-starter" */
	uint64_t version; /* only ever grows */
	struct instant made, expires;
	const struct pack_set *sets;
	size_t set_count;
	const struct pack_hash *hashes; /* by kind, then digest */
	size_t hash_count;
	const struct pack_indicator *indicators;
	size_t indicator_count;
	const struct pack_page *pages; /* by family, then language */
	size_t page_count;
};

/* NULL: none in that language. */
const struct pack_page *pack_page(const struct pack *p, struct str family, enum lang lang);

/* The same values give the same bytes. E_NOMEM is in the writer. */
void pack_write(struct writer *w, const struct pack *pack);

/* Texts are copied into the arena where they are compressed in the file. Only after the signature
 * has been checked, and still whatever was in the bytes, what comes out keeps the promises above.
 * E_CORRUPT, E_VERSION, E_LIMIT, E_NOMEM. */
MUST_CHECK enum err pack_open(struct bytes file, struct arena *arena, struct pack *ret_pack);
