/* SPDX-License-Identifier: Apache-2.0 */
#include "office/tables.h"

#define KEPT(table, condition)                                                                     \
	"CREATE TRIGGER " table "_unchanged BEFORE UPDATE ON " table " WHEN " condition            \
	" BEGIN SELECT RAISE(ABORT, 'what was declared stands'); END;"                             \
	"CREATE TRIGGER " table "_kept BEFORE DELETE ON " table " WHEN " condition                 \
	" BEGIN SELECT RAISE(ABORT, 'what was declared stands'); END;"

/* deadline.level -1: of one org, else org is 0. Version 0 of a return is its draft; what has
 * another number was handed in, and stays. return_answer.number: what totals add up; NULL where the
 * value is none. returns.list: of what was
 * handed in last; with the index beside it and that on numbers a level is added up without reading
 * the tables. return_list: organisations behind the numbers, named by versions. */
const char office_return_tables[] =
	"CREATE TABLE form (campaign TEXT NOT NULL, version INTEGER NOT NULL,"
	" made INTEGER NOT NULL, author TEXT NOT NULL, text TEXT NOT NULL,"
	" PRIMARY KEY (campaign, version)) STRICT, WITHOUT ROWID;" KEPT("form", "1")

		"CREATE TABLE deadline (campaign TEXT NOT NULL, level INTEGER NOT NULL,"
		" org INTEGER NOT NULL, kind INTEGER NOT NULL, day TEXT NOT NULL, ends INTEGER NOT "
		"NULL,"
		" PRIMARY KEY (campaign, level, org)) STRICT, WITHOUT ROWID;"

		"CREATE TABLE returns (id INTEGER PRIMARY KEY AUTOINCREMENT, campaign TEXT NOT "
		"NULL,"
		" org INTEGER NOT NULL REFERENCES org(id), state INTEGER NOT NULL, form INTEGER "
		"NOT NULL,"
		" draft INTEGER NOT NULL DEFAULT 0, in_work INTEGER NOT NULL DEFAULT 0,"
		" versions INTEGER NOT NULL DEFAULT 0, opened INTEGER NOT NULL,"
		" received INTEGER NOT NULL DEFAULT 0, received_by TEXT NOT NULL DEFAULT '',"
		" first_submitted INTEGER NOT NULL DEFAULT 0, submitted INTEGER NOT NULL DEFAULT 0,"
		" judged INTEGER NOT NULL DEFAULT 0, list INTEGER NOT NULL DEFAULT 0, reason TEXT "
		"NOT NULL DEFAULT '') STRICT;"
		"CREATE UNIQUE INDEX returns_org ON returns(campaign, org);"
		"CREATE INDEX returns_standing ON returns"
		"(campaign, org, state, versions, first_submitted, received, list, id);"

		"CREATE TABLE return_version (id INTEGER NOT NULL REFERENCES returns(id),"
		" version INTEGER NOT NULL, form INTEGER NOT NULL, number TEXT NOT NULL,"
		" symbol TEXT NOT NULL, signer TEXT NOT NULL, day TEXT NOT NULL, list INTEGER NOT "
		"NULL,"
		" PRIMARY KEY (id, version)) STRICT, WITHOUT ROWID;" KEPT(
			"return_version", "OLD.version > 0")

			"CREATE TABLE return_answer (id INTEGER NOT NULL REFERENCES returns(id),"
			" version INTEGER NOT NULL, field TEXT NOT NULL, number INTEGER, value "
			"TEXT NOT NULL,"
			" note TEXT NOT NULL, PRIMARY KEY (id, version, field)) STRICT, WITHOUT "
			"ROWID;" KEPT("return_answer", "OLD.version > 0")

				"CREATE INDEX return_number ON return_answer(id, version, field, "
				"number)"
				" WHERE number IS NOT NULL;"

				"CREATE TABLE return_event (number INTEGER PRIMARY KEY "
				"AUTOINCREMENT,"
				" id INTEGER NOT NULL REFERENCES returns(id), at INTEGER NOT NULL,"
				" account INTEGER NOT NULL, actor TEXT NOT NULL, what TEXT NOT "
				"NULL,"
				" version INTEGER NOT NULL, on_behalf INTEGER NOT NULL, text TEXT "
				"NOT NULL) STRICT;"
				"CREATE INDEX return_event_of ON return_event(id, number);" KEPT(
					"return_event", "1")

					"CREATE TABLE return_list (id INTEGER PRIMARY KEY "
					"AUTOINCREMENT, made INTEGER NOT NULL)"
					" STRICT;"
					"CREATE TABLE return_listed (list INTEGER NOT NULL "
					"REFERENCES return_list(id),"
					" field TEXT NOT NULL, tax_code TEXT NOT NULL, name TEXT "
					"NOT NULL,"
					" PRIMARY KEY (list, field, tax_code)) STRICT, WITHOUT "
					"ROWID;" KEPT("return_listed", "1")

						"CREATE TABLE attachment (id INTEGER NOT NULL "
						"REFERENCES returns(id),"
						" version INTEGER NOT NULL, sha256 TEXT NOT NULL, "
						"field TEXT NOT NULL,"
						" name TEXT NOT NULL, size INTEGER NOT NULL,"
						" PRIMARY KEY (id, version, sha256)) STRICT, "
						"WITHOUT ROWID;" KEPT(
							"attachment", "OLD.version > 0")

							"CREATE TABLE attachment_look (sha256 TEXT "
							"PRIMARY "
							"KEY, at INTEGER NOT NULL,"
							" look INTEGER NOT NULL, said TEXT NOT "
							"NULL) STRICT, "
							"WITHOUT ROWID;"

							"CREATE TABLE return_known (campaign TEXT "
							"NOT NULL, org "
							"INTEGER NOT NULL,"
							" made INTEGER NOT NULL, first TEXT NOT "
							"NULL, last TEXT "
							"NOT NULL,"
							" networks INTEGER NOT NULL, v4 INTEGER "
							"NOT NULL, v6 "
							"INTEGER NOT NULL,"
							" sources TEXT NOT NULL, PRIMARY KEY "
							"(campaign, org)) "
							"STRICT, WITHOUT ROWID;";
