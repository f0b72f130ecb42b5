/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/err.h"
#include "base/instant.h"
#include "base/ip.h"
#include "model/botnet.h"
#include "model/feed_info.h"
#include "model/holder.h"
#include "model/sighting.h"
#include "model/unit_set.h"
#include "model/unit_view.h"

/* Everything the campaign server keeps, in one data folder. One process writes, any number read,
 * and readers never wait. Nothing acknowledged is lost: an operation that returned E_OK survives a
 * crash of the process or of power; one that did not leaves nothing visible. A handle belongs to
 * one thread. How: docs/design/store.md. */
struct store;

enum store_mode {
	STORE_READ,
	STORE_WRITE
};

/* Makes a new data folder. E_EXISTS where one is. country: ISO 3166-1 alpha-2, "" for none. */
MUST_CHECK enum err store_create(struct str folder, struct str country, struct instant now);

/* E_NOTFOUND: no data folder there; E_VERSION: made by another version; E_BUSY: another writer. */
MUST_CHECK enum err store_open(struct str folder, enum store_mode mode, struct store **ret_store);
void store_close(struct store *s);

/* The version of a data folder, whatever program made it, and the one that this program works with.
 */
MUST_CHECK enum err store_version(struct str folder, int64_t *ret_version);
int64_t store_current_version(void);

/* Brings an older data folder to the current version, wholly or not at all; nothing to do with one
 * that is. E_VERSION: neither older nor current. E_BUSY: somebody writes. */
MUST_CHECK enum err store_upgrade(struct str folder, struct instant now);

/* What is wrong, for the operator, after an E_IO, E_CORRUPT …: static or owned by the store. */
struct str store_complaint(const struct store *s);

struct str store_country(const struct store *s);
const struct hash_key *store_hash_key(const struct store *s);

/* Number of the last change committed: what figures name as as_of. */
MUST_CHECK enum err store_change(struct store *s, uint64_t *ret_change, struct instant *ret_when);

/* When an earlier change was made; E_NOTFOUND: there was none of that number. */
MUST_CHECK enum err store_change_time(struct store *s, uint64_t change, struct instant *ret_when);

/* --- feeds --- */
typedef void store_feed_fn(void *context, const struct feed_info *feed);
MUST_CHECK enum err store_put_feed(struct store *s, const struct feed_info *feed);
MUST_CHECK enum err store_each_feed(struct store *s, store_feed_fn *fn, void *context);

/* Calls fn once, or E_NOTFOUND. */
MUST_CHECK enum err store_find_feed(
	struct store *s, struct str name, store_feed_fn *fn, void *context);

/* --- files in --- */
struct store_file {
	int64_t id;
	struct str feed;
	struct str name;    /* as given */
	uint8_t sha256[32]; /* of the bytes as given, compressed or not */
	struct str format;
	uint64_t rows, sightings, duplicates, rejected, ranges;
	struct span time;   /* first … last second of its sightings */
	uint64_t added;     /* change number */
	uint64_t retracted; /* 0: live */
	struct instant added_at;
};
typedef void store_file_fn(void *context, const struct store_file *file);

/* Live file with this content, whatever feed: fn once, or E_NOTFOUND. */
MUST_CHECK enum err store_find_content(
	struct store *s, const uint8_t sha256[32], store_file_fn *fn, void *context);
MUST_CHECK enum err store_each_file(struct store *s, store_file_fn *fn, void *context);

/* One file on its way in. Rows that repeat exactly (same first second and identity) within the file
 * are dropped; rows that repeat one of another live file of the feed are kept with this file, so
 * that retracting either one loses nothing, and counted as duplicates.
 * The feed must be registered when the file is committed (E_NOTFOUND): only at its end does a file
 * say whether it is simulated. */
struct store_ingest;
MUST_CHECK enum err store_ingest_begin(
	struct store *s, struct str feed, struct store_ingest **ret_ingest);
MUST_CHECK enum err store_ingest_batch(struct store_ingest *in, const struct batch *batch,
	const struct text_table *names, const struct text_table *columns);

/* Durable and visible when this returns E_OK. `file` gives name, sha256, format, rows, rejected and
 * added_at; sightings, duplicates and the rest are filled into *ret_file. Frees `in`, also on
 * failure. E_EXISTS: a live file has this content already; nothing changed. */
MUST_CHECK enum err store_ingest_commit(
	struct store_ingest *in, const struct store_file *file, struct store_file *ret_file);
void store_ingest_abort(struct store_ingest *in);

/* By id. Its sightings stop counting at once; bytes are deleted later by store_retain(). */
MUST_CHECK enum err store_retract(struct store *s, int64_t file, struct instant now);

/* --- questions --- */
/* Every question with an as_of answers E_NOTFOUND where retention has deleted since what the files
 * of that moment held: a frozen figure does not change silently. */
struct store_query {
	struct span time;    /* sightings whose span overlaps it; {0, 0}: all */
	kind_set kinds;      /* 0: all */
	struct str feed;     /* empty: all */
	uint64_t as_of;      /* change number; 0: now */
	unsigned precisions; /* of sets only: bits 1 << PRECISION_…, where HOUR stands for SECOND
				too; 0: all */
};

/* Distinct units per (bucket, raw name, kind, feed), straight from the derived sets. A bucket is an
 * hour for second and hour precision, a day for day precision, else the span. The set is borrowed;
 * the same key comes several times (once for each segment). */
struct store_set {
	struct span bucket;
	enum precision precision; /* HOUR, DAY or SPAN */
	struct str name;          /* raw */
	enum kind kind;
	struct str feed;
	const struct unit_set *units;
	struct unit_set *own; /* the same one: whoever wants to keep it may take what is in it */
};
typedef enum err store_set_fn(void *context, const struct store_set *set);
MUST_CHECK enum err store_each_set(
	struct store *s, const struct store_query *query, store_set_fn *fn, void *context);

/* The same sets where they lie, to be looked at (model/unit_view.h) as long as they are held: sets
 * of the callback are without `units`. Views may be asked for by several threads at once;
 * E_CORRUPT: store_held_complain() then. */
struct store_held;
struct store_stored {
	const struct derived *file;
	size_t index;
};
typedef enum err store_stored_fn(
	void *context, const struct store_set *set, const struct store_stored *stored);
MUST_CHECK enum err store_hold_sets(struct store *s, const struct store_query *query,
	store_stored_fn *fn, void *context, struct store_held **ret_held);
MUST_CHECK enum err store_stored_view(const struct store_stored *stored, struct unit_view *ret);
void store_held_release(struct store_held *held);

/* What is told of a set that is broken. */
void store_held_complain(struct store *s);

/* Held sets that belong together, 0, 1, 2 …, to be united where they lie (model/unit_union.h):
 * E_CORRUPT as above. Borrows what is held. */
struct store_groups;
struct store_groups *store_groups_new(void); /* NULL without memory */
void store_groups_free(struct store_groups *g);
void store_groups_clear(struct store_groups *g);
MUST_CHECK enum err store_groups_add(
	struct store_groups *g, size_t group, const struct store_stored *stored);

/* All of the group joins the set. */
MUST_CHECK enum err store_groups_unite(struct store_groups *g, size_t group, struct unit_set *set);
MUST_CHECK enum err store_groups_count_v4(
	struct store_groups *g, size_t group, uint64_t *ret_count);

/* First and last seen of units per (raw name, kind, precision, feed): once per segment, IPv4 before
 * IPv6, ascending within each. Of a query with a time, the units whose first … last touches it; the
 * two are not cut to it. Feeds the listing. */
struct store_summary {
	struct str name;
	enum kind kind;
	enum precision precision;
	struct str feed;
	size_t count;
	const struct unit *units;
	const uint32_t *first; /* seconds */
	const uint32_t *last;
};
typedef enum err store_summary_fn(void *context, const struct store_summary *summary);
MUST_CHECK enum err store_each_summary(
	struct store *s, const struct store_query *query, store_summary_fn *fn, void *context);

/* What is known of one address, all time, merged per (raw name, kind, feed, listed range). */
struct store_seen {
	struct prefix at; /* /128 or the /64 of the unit; shorter: a listed range that covers it */
	struct str name;
	enum kind kind;
	struct str feed;
	struct span time;         /* first … last second */
	enum precision precision; /* the coarsest */
};
typedef void store_seen_fn(void *context, const struct store_seen *seen);
MUST_CHECK enum err store_each_seen(
	struct store *s, struct ip ip, store_seen_fn *fn, void *context);

/* Every sighting as stored, rows of one file in its order. A row that several files of a feed have
 * comes once. */
typedef enum err store_sighting_fn(void *context, struct str feed, const struct sighting *sighting);
MUST_CHECK enum err store_each_sighting(
	struct store *s, const struct store_query *query, store_sighting_fn *fn, void *context);

/* Raw names with the number of their sightings. */
typedef void store_name_fn(void *context, struct str name, uint64_t sightings);
MUST_CHECK enum err store_each_name(struct store *s, store_name_fn *fn, void *context);

/* --- attribution tables (room network makes and reads the bytes) --- */
struct store_network_table {
	int64_t id;
	struct str kind; /* network_table_kind_name() */
	struct str country;
	bool has_v4, has_v6;
	struct date as_of; /* the day the table is of */
	struct str name;   /* source file */
	uint64_t rows;
	struct bytes bytes; /* in store_each_network_table(): mapped, borrowed for the call */
};
MUST_CHECK enum err store_add_network_table(struct store *s,
	const struct store_network_table *table, struct instant now, int64_t *ret_id);

/* Those to use for a day: for each (kind, family, country) the newest not after it, else the
 * oldest; the last imported wins among equals. fn's context owns copies. */
typedef enum err store_network_fn(void *context, const struct store_network_table *table);
MUST_CHECK enum err store_each_network_table(
	struct store *s, struct date day, store_network_fn *fn, void *context);

/* --- name rules and allowlist --- */
typedef void store_rule_fn(void *context, const struct name_rule *rule);

/* All or nothing; replaces the rules of the same source. */
MUST_CHECK enum err store_put_name_rules(
	struct store *s, struct str source, const struct name_rule *rules, size_t count);
MUST_CHECK enum err store_each_name_rule(struct store *s, store_rule_fn *fn, void *context);

struct allowance {
	struct prefix prefix;
	struct instant until;
	struct str why;
};
typedef void store_allow_fn(void *context, const struct allowance *allowance);
MUST_CHECK enum err store_allow(
	struct store *s, const struct allowance *allowance, struct instant now);
MUST_CHECK enum err store_each_allowance(struct store *s, store_allow_fn *fn, void *context);

/* --- published files: what the public server reads, swapped atomically --- */
/* name: "listing", "network" or "site". */
MUST_CHECK enum err store_publish(struct store *s, struct str name, struct bytes file);

/* Folder that holds only published files: the one place a public process needs. Owned by s. */
struct str store_public_folder(const struct store *s);

/* --- care --- */
/* A consistent copy of everything in one file, while others read and write. */
MUST_CHECK enum err store_backup(struct store *s, struct str file);

/* The same with the files of the office, which another room gives: names that begin with "office/".
 * `more` is asked last, maybe several times. */
struct backup_writer;
typedef enum err store_backup_more(void *context, struct backup_writer *w);
MUST_CHECK enum err store_backup_with(
	struct store *s, struct str file, store_backup_more *more, void *context);
MUST_CHECK enum err store_backup_put(
	struct backup_writer *w, struct str name, struct bytes content);

/* Into a folder that does not exist yet; checks every byte against the backup's checksums first. */
MUST_CHECK enum err store_restore(struct str file, struct str folder);

enum store_fault {
	STORE_FAULT_CATALOGUE,
	STORE_FAULT_SIGHTINGS, /* a segment; told with the name of its file */
	STORE_FAULT_DERIVED,   /* store_rebuild() mends it */
	STORE_FAULT_TABLE,
	STORE_FAULT_SITE,
	STORE_FAULT_EDITION,
	STORE_FAULT__COUNT
};

struct store_verdict {
	uint64_t files, segments, bytes, faults;
	uint64_t faults_of[STORE_FAULT__COUNT];
	uint64_t strays; /* files on disk that the catalogue does not know: crashed writes, harmless
			  */
};

/* What was found, in codes: whoever tells it has the words. */
enum store_flaw_code {
	STORE_FLAW_MISSING, /* what: a file of the data folder */
	STORE_FLAW_DAMAGED,
	STORE_FLAW_VERSION,   /* … of a version that is not known */
	STORE_FLAW_CLOSED,    /* … that may not be read */
	STORE_FLAW_CATALOGUE, /* what: SQLite's own words */
	STORE_FLAW_REFERENCE, /* what: a table whose rows point to nothing */
	STORE_FLAW_ROWS,      /* what: an ingested file, whose rows do not add up */
	STORE_FLAW_JOIN,      /* what: a joined file's number, whose segments do not add up */
	STORE_FLAW_VERSIONS,  /* what: an article, whose versions do not add up */
	STORE_FLAW_ARTICLE,   /* what: an article of no kind or language */
	STORE_FLAW_TOOL,      /* what: a tool without a file, or with two */
	STORE_FLAW_EDITIONS,  /* what: a campaign, whose editions do not add up */
	STORE_FLAW_PARTS,     /* what: an edition that lacks a part */
	STORE_FLAW_DIFFERS,   /* what: a public file that is not as it was frozen */
	STORE_FLAW__COUNT
};

struct store_flaw {
	enum store_flaw_code code;
	struct str what;
	struct str feed, file; /* of sightings: where they came from; else empty */
};
typedef void store_fault_fn(void *context, const struct store_flaw *flaw);

/* Reads and checks everything, derived sets against the sightings too. E_OK also with faults. */
MUST_CHECK enum err store_verify(
	struct store *s, store_fault_fn *fn, void *context, struct store_verdict *ret_verdict);

/* Asks the small segments of a day that is over together from now on: their derived sets are joined
 * in one file, the segments stay as they are, and no answer changes. E_BUSY while a file is being
 * ingested. */
struct store_compacted {
	uint64_t joins, segments;
};
MUST_CHECK enum err store_compact(
	struct store *s, struct instant now, struct store_compacted *ret_compacted);

/* Makes everything derived anew from the sightings, and puts it where it differs from what lies
 * there. lost: segments that cannot be read, of which nothing can be made. */
struct store_rebuilt {
	uint64_t files, made, lost;
};
MUST_CHECK enum err store_rebuild(struct store *s, struct store_rebuilt *ret_rebuilt);

/* Segments whose last sighting is older than `before` become daily counts per (day, name, kind,
 * feed); their addresses are deleted, and so are retracted files' bytes and strays. E_BUSY while a
 * file is being ingested. */
struct store_retained {
	uint64_t segments, sightings, bytes;
};
MUST_CHECK enum err store_retain(
	struct store *s, struct instant before, bool dry_run, struct store_retained *ret_retained);

/* What retention left: distinct units of a period whose sightings are (partly) gone. A period is a
 * day, or the span of sightings that know no better. */
struct store_past_count {
	struct span period;
	struct str name; /* raw */
	enum kind kind;
	struct str feed;
	uint64_t v4, v6;
};
typedef void store_past_fn(void *context, const struct store_past_count *past);
MUST_CHECK enum err store_each_past_count(struct store *s, store_past_fn *fn, void *context);
