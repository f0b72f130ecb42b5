/* SPDX-License-Identifier: Apache-2.0 */
#include "office/tables.h"

/* org_version: [since, until) of one org never overlap; until '9999-12-31': no end is known.
 * org_line, org_above: lines of reporting and what follows from them, each org below itself
 * (distance 0) and below 0, which stands for the top; campaign '': the tree of org_tree.day. */
const char office_org_tables[] =
	"CREATE TABLE org (id INTEGER PRIMARY KEY AUTOINCREMENT, code TEXT NOT NULL UNIQUE,"
	" kind INTEGER NOT NULL) STRICT;"

	"CREATE TABLE org_version (id INTEGER PRIMARY KEY,"
	" org INTEGER NOT NULL REFERENCES org(id), since TEXT NOT NULL, until TEXT NOT NULL,"
	" name_vi TEXT NOT NULL, name_en TEXT NOT NULL, level TEXT NOT NULL,"
	" parent INTEGER NOT NULL, tax_code TEXT NOT NULL, mail TEXT NOT NULL,"
	" phone TEXT NOT NULL, folded TEXT NOT NULL, CHECK (since < until)) STRICT;"
	"CREATE UNIQUE INDEX org_version_since ON org_version(org, since);"
	"CREATE INDEX org_version_parent ON org_version(parent, since);"
	"CREATE TRIGGER org_version_apart AFTER INSERT ON org_version WHEN EXISTS"
	" (SELECT 1 FROM org_version v WHERE v.org = NEW.org AND v.id <> NEW.id"
	" AND v.since < NEW.until AND v.until > NEW.since)"
	" BEGIN SELECT RAISE(ABORT, 'two names or places on one day'); END;"
	"CREATE TRIGGER org_version_moved AFTER UPDATE OF since, until ON org_version WHEN EXISTS"
	" (SELECT 1 FROM org_version v WHERE v.org = NEW.org AND v.id <> NEW.id"
	" AND v.since < NEW.until AND v.until > NEW.since)"
	" BEGIN SELECT RAISE(ABORT, 'two names or places on one day'); END;"

	"CREATE TABLE org_successor (\"from\" INTEGER NOT NULL REFERENCES org(id),"
	" \"to\" INTEGER NOT NULL REFERENCES org(id), day TEXT NOT NULL, how INTEGER NOT NULL,"
	" PRIMARY KEY (\"from\", \"to\", day)) STRICT, WITHOUT ROWID;"
	"CREATE INDEX org_successor_to ON org_successor(\"to\");"

	"CREATE TABLE org_network (org INTEGER NOT NULL REFERENCES org(id), first BLOB NOT NULL,"
	" length INTEGER NOT NULL, PRIMARY KEY (org, first, length)) STRICT, WITHOUT ROWID;"

	"CREATE TABLE org_line (campaign TEXT NOT NULL, org INTEGER NOT NULL REFERENCES org(id),"
	" superior INTEGER NOT NULL, PRIMARY KEY (campaign, org)) STRICT, WITHOUT ROWID;"
	"CREATE TABLE org_above (campaign TEXT NOT NULL, below INTEGER NOT NULL,"
	" above INTEGER NOT NULL, distance INTEGER NOT NULL,"
	" PRIMARY KEY (campaign, below, above)) STRICT, WITHOUT ROWID;"
	"CREATE UNIQUE INDEX org_below ON org_above(campaign, above, distance, below);"
	"CREATE TABLE org_tree (day TEXT NOT NULL) STRICT;"
	"INSERT INTO org_tree (day) VALUES ('');"
	"INSERT INTO org_above (campaign, below, above, distance) VALUES ('', 0, 0, 0);"

	"CREATE TABLE contact (campaign TEXT NOT NULL, org INTEGER NOT NULL REFERENCES org(id),"
	" name TEXT NOT NULL, phone TEXT NOT NULL, mail TEXT NOT NULL,"
	" PRIMARY KEY (campaign, org)) STRICT, WITHOUT ROWID;";
