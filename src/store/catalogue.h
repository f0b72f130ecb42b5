/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "sql/sql.h"
#include "store/folder.h"
#include "store/store.h"

/* Within the room: the data folder and its catalogue, an SQLite database in WAL mode. */

struct opened; /* cache.h */

enum {
	CACHE_SLOTS = 1024,
	CATALOGUE_VERSION = 7,
	CATALOGUE_OLDEST = 1,              /* that can be upgraded */
	CATALOGUE_APPLICATION = 0x51536368 /* "QSch": PRAGMA application_id */
};

struct store {
	enum store_mode mode;
	struct data_folder folder;
	struct database db;   /* the catalogue */
	int64_t next_segment; /* 0: not asked yet */
	unsigned ingests;     /* begun and not ended */
	char country[3];
	struct hash_key key;
	struct opened *cache[CACHE_SLOTS]; /* by segment id */
};

/* Sets the complaint: "what: detail". Returns err. */
enum err store_complain(struct store *s, enum err err, const char *what, const char *detail);

/* E_DENIED and a complaint where the store is open for reading only. */
MUST_CHECK enum err store_require_write(struct store *s);

/* Begins a transaction that is a numbered change. */
MUST_CHECK enum err store_begin(
	struct store *s, struct instant now, const char *what, int64_t *ret_change);

/* Commits when err is E_OK, else rolls back; returns what is known afterwards. */
MUST_CHECK enum err store_end(struct store *s, enum err err);

/* The campaign's own row, within a transaction (site_content.c). */
struct campaign;
MUST_CHECK enum err campaign_put(struct store *s, const struct campaign *c, int64_t change);

/* The catalogue's tables, made at once. */
MUST_CHECK enum err catalogue_create(
	const char *path, struct str country, const struct hash_key *key, struct instant now);

/* Opens and checks that it is a catalogue of this version. */
MUST_CHECK enum err catalogue_open(struct store *s);

/* Opens a catalogue of ours of any version. */
MUST_CHECK enum err catalogue_open_any(struct store *s, int64_t *ret_version);

/* Brings one of an older version to this one, in one transaction. */
MUST_CHECK enum err catalogue_upgrade(struct store *s, int64_t version, struct instant now);
void catalogue_close(struct store *s);
