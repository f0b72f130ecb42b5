/* SPDX-License-Identifier: Apache-2.0 */
#include "store/catalogue.h"

/* Times are seconds since 1970, UTC; `last` is inclusive. docs/format/catalogue.md explains each.
 */
static const char schema_1[] =
	"CREATE TABLE meta (name TEXT PRIMARY KEY, value ANY NOT NULL) STRICT, WITHOUT ROWID;"
	"CREATE TABLE change (number INTEGER PRIMARY KEY AUTOINCREMENT, at INTEGER NOT NULL,"
	" what TEXT NOT NULL) STRICT;"
	"CREATE TABLE feed (name TEXT PRIMARY KEY, title TEXT NOT NULL, tlp INTEGER NOT NULL,"
	" public_check INTEGER NOT NULL, public_stats INTEGER NOT NULL,"
	" may_export INTEGER NOT NULL, kind INTEGER NOT NULL, kind_set INTEGER NOT NULL,"
	" precision INTEGER NOT NULL, frequency INTEGER NOT NULL, simulated INTEGER NOT NULL)"
	" STRICT, WITHOUT ROWID;"
	"CREATE TABLE file (id INTEGER PRIMARY KEY AUTOINCREMENT,"
	" feed TEXT NOT NULL REFERENCES feed(name), name TEXT NOT NULL, sha256 BLOB NOT NULL,"
	" format TEXT NOT NULL, rows INTEGER NOT NULL, sightings INTEGER NOT NULL,"
	" duplicates INTEGER NOT NULL, rejected INTEGER NOT NULL, ranges INTEGER NOT NULL,"
	" first INTEGER NOT NULL, last INTEGER NOT NULL, added INTEGER NOT NULL,"
	" added_at INTEGER NOT NULL, retracted INTEGER NOT NULL DEFAULT 0,"
	" dropped INTEGER NOT NULL DEFAULT 0) STRICT;"
	"CREATE UNIQUE INDEX file_content ON file(sha256) WHERE retracted = 0;"
	"CREATE TABLE segment (id INTEGER PRIMARY KEY AUTOINCREMENT,"
	" file INTEGER NOT NULL REFERENCES file(id), rows INTEGER NOT NULL,"
	" bytes INTEGER NOT NULL, checksum INTEGER NOT NULL, first INTEGER NOT NULL,"
	" last INTEGER NOT NULL) STRICT;"
	"CREATE INDEX segment_file ON segment(file);"
	"CREATE INDEX segment_time ON segment(last);"
	"CREATE TABLE repeat (file INTEGER NOT NULL REFERENCES file(id),"
	" earlier INTEGER NOT NULL REFERENCES file(id), PRIMARY KEY (file, earlier))"
	" STRICT, WITHOUT ROWID;"
	"CREATE TABLE network_table (id INTEGER PRIMARY KEY AUTOINCREMENT, kind TEXT NOT NULL,"
	" country TEXT NOT NULL, has_v4 INTEGER NOT NULL, has_v6 INTEGER NOT NULL,"
	" as_of INTEGER NOT NULL, name TEXT NOT NULL, rows INTEGER NOT NULL,"
	" bytes INTEGER NOT NULL, checksum INTEGER NOT NULL, added INTEGER NOT NULL) STRICT;"
	"CREATE TABLE name_rule (id INTEGER PRIMARY KEY AUTOINCREMENT, source TEXT NOT NULL,"
	" pattern TEXT NOT NULL, botnet TEXT NOT NULL) STRICT;"
	"CREATE TABLE allowance (prefix BLOB NOT NULL, length INTEGER NOT NULL,"
	" until INTEGER NOT NULL, why TEXT NOT NULL, added INTEGER NOT NULL,"
	" PRIMARY KEY (prefix, length)) STRICT, WITHOUT ROWID;"
	"CREATE TABLE past_count (first INTEGER NOT NULL, last INTEGER NOT NULL,"
	" feed TEXT NOT NULL REFERENCES feed(name), name TEXT NOT NULL, kind INTEGER NOT NULL,"
	" v4 INTEGER NOT NULL, v6 INTEGER NOT NULL, PRIMARY KEY (first, last, feed, name, kind))"
	" STRICT, WITHOUT ROWID;";

/* What version 2 has more: the contents of the site. */
static const char schema_2[] =
	"CREATE TABLE site_setting (name TEXT PRIMARY KEY, value TEXT NOT NULL,"
	" changed INTEGER NOT NULL) STRICT, WITHOUT ROWID;"
	"CREATE TABLE campaign (key TEXT PRIMARY KEY, name_vi TEXT NOT NULL, name_en TEXT NOT NULL,"
	" country TEXT NOT NULL, zone TEXT NOT NULL, begins INTEGER NOT NULL,"
	" ends INTEGER NOT NULL, changed INTEGER NOT NULL) STRICT, WITHOUT ROWID;"
	"CREATE TABLE article (id INTEGER PRIMARY KEY, key TEXT NOT NULL, lang INTEGER NOT NULL,"
	" version INTEGER NOT NULL, kind INTEGER NOT NULL, title TEXT NOT NULL,"
	" summary TEXT NOT NULL, body TEXT NOT NULL, published INTEGER NOT NULL,"
	" made INTEGER NOT NULL, author TEXT NOT NULL, origin INTEGER NOT NULL,"
	" withdrawn INTEGER NOT NULL, added INTEGER NOT NULL) STRICT;"
	"CREATE UNIQUE INDEX article_version ON article(key, lang, version);"
	"CREATE TABLE tool (key TEXT PRIMARY KEY, name TEXT NOT NULL, maker_vi TEXT NOT NULL,"
	" maker_en TEXT NOT NULL, purpose_vi TEXT NOT NULL, purpose_en TEXT NOT NULL,"
	" about_vi TEXT NOT NULL, about_en TEXT NOT NULL, hotline TEXT NOT NULL,"
	" mail TEXT NOT NULL, platforms INTEGER NOT NULL, size INTEGER NOT NULL,"
	" sha256 TEXT NOT NULL, url TEXT NOT NULL, file TEXT NOT NULL,"
	" withdrawn INTEGER NOT NULL, changed INTEGER NOT NULL) STRICT, WITHOUT ROWID;"
	"CREATE TABLE tool_order (position INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE) STRICT;";

/* What version 3 has more: what campaigns promise, and what is entered by hand. Rows are added,
 * never changed: the newest of a key counts. */
static const char schema_3[] =
	"CREATE TABLE plan (id INTEGER PRIMARY KEY AUTOINCREMENT, campaign TEXT NOT NULL,"
	" before_first INTEGER, before_last INTEGER, after_first INTEGER, after_last INTEGER,"
	" base_first INTEGER, base_last INTEGER, earlier TEXT NOT NULL, added INTEGER NOT NULL)"
	" STRICT;"
	"CREATE TABLE plan_goal (plan INTEGER NOT NULL REFERENCES plan(id),"
	" position INTEGER NOT NULL, key TEXT NOT NULL, name_vi TEXT NOT NULL,"
	" name_en TEXT NOT NULL, kind INTEGER NOT NULL, estimator INTEGER NOT NULL,"
	" share REAL NOT NULL, end_first INTEGER, end_last INTEGER, nets6 INTEGER NOT NULL,"
	" series TEXT NOT NULL, PRIMARY KEY (plan, position)) STRICT, WITHOUT ROWID;"
	"CREATE TABLE plan_feed (plan INTEGER NOT NULL REFERENCES plan(id),"
	" position INTEGER NOT NULL, feed TEXT NOT NULL, PRIMARY KEY (plan, position))"
	" STRICT, WITHOUT ROWID;"
	"CREATE TABLE plan_top (id INTEGER PRIMARY KEY AUTOINCREMENT, campaign TEXT NOT NULL,"
	" as_of INTEGER NOT NULL, added INTEGER NOT NULL) STRICT;"
	"CREATE TABLE plan_top_botnet (top INTEGER NOT NULL REFERENCES plan_top(id),"
	" position INTEGER NOT NULL, botnet TEXT NOT NULL, PRIMARY KEY (top, position))"
	" STRICT, WITHOUT ROWID;"
	"CREATE TABLE figure (id INTEGER PRIMARY KEY AUTOINCREMENT, series TEXT NOT NULL,"
	" day INTEGER NOT NULL, window_first INTEGER, window_last INTEGER, value REAL NOT NULL,"
	" source TEXT NOT NULL, author TEXT NOT NULL, withdrawn INTEGER NOT NULL,"
	" made INTEGER NOT NULL, added INTEGER NOT NULL) STRICT;"
	"CREATE INDEX figure_day ON figure(series, day);"
	"CREATE TABLE holder_note (id INTEGER PRIMARY KEY AUTOINCREMENT, holder TEXT NOT NULL,"
	" subscribers INTEGER NOT NULL, treated INTEGER NOT NULL, source TEXT NOT NULL,"
	" author TEXT NOT NULL, made INTEGER NOT NULL, added INTEGER NOT NULL) STRICT;"
	"CREATE TABLE holder_lease (id INTEGER PRIMARY KEY AUTOINCREMENT, holder TEXT NOT NULL,"
	" hours BLOB NOT NULL, source TEXT NOT NULL, author TEXT NOT NULL,"
	" made INTEGER NOT NULL, added INTEGER NOT NULL) STRICT;";

/* What version 4 has more: published evaluations. They stand as they were published, whatever
 * program opens the catalogue. */
#define KEPT(table)                                                                                \
	"CREATE TRIGGER " table "_unchanged BEFORE UPDATE ON " table                               \
	" BEGIN SELECT RAISE(ABORT, 'an edition stands as it is'); END;"                           \
	"CREATE TRIGGER " table "_kept BEFORE DELETE ON " table                                    \
	" BEGIN SELECT RAISE(ABORT, 'an edition stands as it is'); END;"

static const char schema_4[] =
	"CREATE TABLE edition (id INTEGER PRIMARY KEY AUTOINCREMENT, campaign TEXT NOT NULL,"
	" number INTEGER NOT NULL, made INTEGER NOT NULL, as_of INTEGER NOT NULL,"
	" as_of_time INTEGER NOT NULL, public_from INTEGER NOT NULL,"
	" correction_vi TEXT NOT NULL, correction_en TEXT NOT NULL, simulated INTEGER NOT NULL,"
	" added INTEGER NOT NULL) STRICT;"
	"CREATE UNIQUE INDEX edition_number ON edition(campaign, number);"
	"CREATE TABLE edition_part (id INTEGER PRIMARY KEY AUTOINCREMENT,"
	" edition INTEGER NOT NULL REFERENCES edition(id), name TEXT NOT NULL,"
	" sha256 BLOB NOT NULL, bytes BLOB NOT NULL, added INTEGER NOT NULL) STRICT;"
	"CREATE UNIQUE INDEX edition_part_name ON edition_part(edition, name);"
	"CREATE TABLE edition_figure (edition INTEGER NOT NULL REFERENCES edition(id),"
	" position INTEGER NOT NULL, key TEXT NOT NULL, verdict TEXT NOT NULL, value REAL,"
	" low REAL, high REAL, PRIMARY KEY (edition, position)) STRICT, WITHOUT ROWID;"
	"CREATE TABLE edition_holder (edition INTEGER NOT NULL REFERENCES edition(id),"
	" key TEXT NOT NULL, title_vi TEXT NOT NULL, title_en TEXT NOT NULL,"
	" PRIMARY KEY (edition, key)) STRICT, WITHOUT ROWID;"
	"CREATE TABLE edition_reply (id INTEGER PRIMARY KEY AUTOINCREMENT,"
	" edition INTEGER NOT NULL REFERENCES edition(id), holder TEXT NOT NULL,"
	" title_vi TEXT NOT NULL, title_en TEXT NOT NULL, text TEXT NOT NULL,"
	" author TEXT NOT NULL, made INTEGER NOT NULL, added INTEGER NOT NULL) STRICT;"
	"CREATE INDEX edition_reply_edition ON edition_reply(edition);" KEPT("edition")
		KEPT("edition_part") KEPT("edition_figure") KEPT("edition_holder")
			KEPT("edition_reply");

/* And what others bring. */
static const char schema_4_results[] =
	"CREATE TABLE machine_result (id INTEGER PRIMARY KEY AUTOINCREMENT, tool TEXT NOT NULL,"
	" week INTEGER NOT NULL, region TEXT NOT NULL, platform TEXT NOT NULL,"
	" runs INTEGER NOT NULL, machines INTEGER NOT NULL, infected INTEGER NOT NULL,"
	" cleaned INTEGER NOT NULL, source TEXT NOT NULL, author TEXT NOT NULL,"
	" made INTEGER NOT NULL, added INTEGER NOT NULL) STRICT;"
	"CREATE INDEX machine_result_key ON machine_result(tool, week, region, platform);"
	"CREATE TABLE region_set (id INTEGER PRIMARY KEY AUTOINCREMENT, country TEXT NOT NULL,"
	" name TEXT NOT NULL, list BLOB NOT NULL, source TEXT NOT NULL, author TEXT NOT NULL,"
	" made INTEGER NOT NULL, added INTEGER NOT NULL) STRICT;";

/* Replies were taken for Vietnamese before. */
static const char schema_5[] =
	"ALTER TABLE edition_reply ADD COLUMN lang TEXT NOT NULL DEFAULT 'vi';";

/* Small segments of a day are asked about together (join.c). */
static const char schema_6[] = "CREATE TABLE joined (id INTEGER PRIMARY KEY AUTOINCREMENT,"
			       " segments INTEGER NOT NULL, bytes INTEGER NOT NULL) STRICT;"
			       "ALTER TABLE segment ADD COLUMN joined INTEGER NOT NULL DEFAULT 0;"
			       "CREATE INDEX segment_joined ON segment(joined) WHERE joined > 0;";

/* A feed keeps what its files are, so that it need not be said each time. */
static const char schema_7[] = "ALTER TABLE feed ADD COLUMN format TEXT NOT NULL DEFAULT '';"
			       "ALTER TABLE feed ADD COLUMN map TEXT NOT NULL DEFAULT '';";

enum err store_complain(struct store *s, enum err err, const char *what, const char *detail)
{
	return database_complain(&s->db, err, what, detail);
}

struct str store_complaint(const struct store *s)
{
	return str_from(s->db.complaint);
}

enum err store_require_write(struct store *s)
{
	if (s->mode == STORE_WRITE)
		return E_OK;
	return store_complain(s, E_DENIED, "store", "open for reading only");
}

static const struct database_form form = {CATALOGUE_APPLICATION, CATALOGUE_VERSION};

struct beginning {
	struct str country;
	const struct hash_key *key;
	struct instant now;
};

static enum err put_meta(struct database *d, struct str name, struct bytes blob, struct str text)
{
	struct sql q;
	sql_open(&q, d, "INSERT INTO meta (name, value) VALUES (?, ?)");
	sql_str(&q, name);
	if (blob.size > 0)
		sql_blob(&q, blob);
	else
		sql_str(&q, text);
	return sql_run(&q);
}

static enum err fill_new(struct database *d, void *context)
{
	struct sql q;
	const struct beginning *new = context;
	TRY(sql_execute(d, schema_1));
	TRY(sql_execute(d, schema_2));
	TRY(sql_execute(d, schema_3));
	TRY(sql_execute(d, schema_4));
	TRY(sql_execute(d, schema_4_results));
	TRY(sql_execute(d, schema_5));
	TRY(sql_execute(d, schema_6));
	TRY(sql_execute(d, schema_7));
	TRY(put_meta(d, STR("country"), (struct bytes){0}, new->country));
	TRY(put_meta(d, STR("hash_key"), (struct bytes){new->key->bytes, sizeof(new->key->bytes)},
		(struct str){0}));
	TRY(put_meta(d, STR("mended"), (struct bytes){0}, STR("0")));
	sql_open(&q, d, "INSERT INTO change (at, what) VALUES (?, 'init')");
	sql_int(&q, new->now.seconds);
	TRY(sql_run(&q));
	return database_mark(d, form);
}

void catalogue_close(struct store *s)
{
	database_close(&s->db);
}

enum err catalogue_create(
	const char *path, struct str country, const struct hash_key *key, struct instant now)
{
	struct database database = {.name = "catalogue"};
	struct beginning new = {country, key, now};
	return database_create(&database, path, fill_new, &new);
}

static enum err load_meta(struct store *s)
{
	struct sql q;
	bool has_key = false;
	sql_open(&q, &s->db, "SELECT name, value FROM meta");
	while (sql_row(&q)) {
		struct str name = sql_get_str(&q, 0);
		struct bytes value = sql_get_blob(&q, 1);
		if (str_equal(name, STR("country")) && value.size < sizeof(s->country)) {
			memcpy(s->country, value.size ? value.data : (const uint8_t *)"",
				value.size);
		} else if (str_equal(name, STR("hash_key")) && value.size == sizeof(s->key.bytes)) {
			memcpy(s->key.bytes, value.data, value.size);
			has_key = true;
		}
	}
	TRY(sql_close(&q));
	return has_key ? E_OK : store_complain(s, E_CORRUPT, "catalogue", "no hash key");
}

enum err catalogue_open_any(struct store *s, int64_t *ret_version)
{
	int flags = s->mode == STORE_WRITE ? SQLITE_OPEN_READWRITE : SQLITE_OPEN_READONLY;
	s->db.name = "catalogue";
	TRY(database_open(&s->db, s->folder.catalogue_path, flags));
	return database_version(&s->db, CATALOGUE_APPLICATION, ret_version);
}

enum err catalogue_open(struct store *s)
{
	int64_t version;
	TRY(catalogue_open_any(s, &version));
	if (version != CATALOGUE_VERSION)
		return store_complain(s, E_VERSION, "catalogue", "made by another version");
	return load_meta(s);
}

static enum err upgrade_tables(struct store *s, int64_t version)
{
	if (version < 2)
		TRY(sql_execute(&s->db, schema_2));
	if (version < 3)
		TRY(sql_execute(&s->db, schema_3));
	if (version < 4) {
		TRY(sql_execute(&s->db, schema_4));
		TRY(sql_execute(&s->db, schema_4_results));
	}
	if (version < 5)
		TRY(sql_execute(&s->db, schema_5));
	if (version < 6)
		TRY(sql_execute(&s->db, schema_6));
	if (version < 7)
		TRY(sql_execute(&s->db, schema_7));
	return database_mark(&s->db, form);
}

enum err catalogue_upgrade(struct store *s, int64_t version, struct instant now)
{
	int64_t change;
	if (version == CATALOGUE_VERSION)
		return E_OK;
	if (version < CATALOGUE_OLDEST || version > CATALOGUE_VERSION)
		return store_complain(s, E_VERSION, "catalogue", "made by another version");
	TRY(store_begin(s, now, "upgrade", &change));
	return store_end(s, upgrade_tables(s, version));
}

enum err store_begin(struct store *s, struct instant now, const char *what, int64_t *ret_change)
{
	struct sql q;
	TRY(store_require_write(s));
	TRY(database_begin(&s->db));
	sql_open(&q, &s->db, "INSERT INTO change (at, what) VALUES (?, ?)");
	sql_int(&q, now.seconds);
	sql_str(&q, str_from(what));
	enum err err = sql_run(&q);
	if (err != E_OK)
		return store_end(s, err);
	*ret_change = database_last_id(&s->db);
	return E_OK;
}

enum err store_end(struct store *s, enum err err)
{
	bool torn;
	err = database_end(&s->db, err, &torn);
	if (torn)
		(void)sqlite3_exec(s->db.handle,
			"UPDATE meta SET value = value + 1 WHERE name = 'mended'", NULL, NULL,
			NULL);
	return err;
}

enum err store_change(struct store *s, uint64_t *ret_change, struct instant *ret_when)
{
	struct sql q;
	uint64_t change = 0;
	struct instant when = {0};
	sql_open(&q, &s->db, "SELECT number, at FROM change ORDER BY number DESC LIMIT 1");
	if (sql_row(&q)) {
		change = sql_get_count(&q, 0);
		when.seconds = sql_get(&q, 1);
	}
	TRY(sql_close(&q));
	*ret_change = change;
	*ret_when = when;
	return E_OK;
}

enum err store_change_time(struct store *s, uint64_t change, struct instant *ret_when)
{
	struct sql q;
	struct instant when = {0};
	sql_open(&q, &s->db, "SELECT at FROM change WHERE number = ?");
	sql_count(&q, change);
	bool found = sql_row(&q);
	if (found)
		when.seconds = sql_get(&q, 0);
	TRY(sql_close(&q));
	if (!found)
		return E_NOTFOUND;
	*ret_when = when;
	return E_OK;
}
