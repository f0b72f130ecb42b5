/* SPDX-License-Identifier: Apache-2.0 */
#include "office/tables.h"

const char office_account_tables[] =
	"CREATE TABLE account (id INTEGER PRIMARY KEY AUTOINCREMENT, mail TEXT NOT NULL UNIQUE,"
	" name TEXT NOT NULL, role INTEGER NOT NULL, org INTEGER REFERENCES org(id),"
	" lang INTEGER NOT NULL, state INTEGER NOT NULL, made INTEGER NOT NULL,"
	" seen INTEGER NOT NULL DEFAULT 0, password TEXT, password_set INTEGER NOT NULL DEFAULT 0,"
	" digest INTEGER NOT NULL DEFAULT 1) STRICT;"
	"CREATE INDEX account_org ON account(org, mail);"

	"CREATE TABLE invitation (id INTEGER PRIMARY KEY AUTOINCREMENT,"
	" hash BLOB NOT NULL UNIQUE, account INTEGER NOT NULL REFERENCES account(id),"
	" kind INTEGER NOT NULL, made_by INTEGER NOT NULL, made INTEGER NOT NULL,"
	" ends INTEGER NOT NULL, closed INTEGER NOT NULL DEFAULT 0) STRICT;"
	"CREATE INDEX invitation_account ON invitation(account, closed);"

	"CREATE TABLE session (id INTEGER PRIMARY KEY AUTOINCREMENT, hash BLOB NOT NULL UNIQUE,"
	" account INTEGER NOT NULL REFERENCES account(id), stage INTEGER NOT NULL,"
	" made INTEGER NOT NULL, seen INTEGER NOT NULL, ends INTEGER NOT NULL,"
	" unit TEXT NOT NULL, agent TEXT NOT NULL) STRICT;"
	"CREATE INDEX session_account ON session(account, seen);"
	"CREATE INDEX session_ends ON session(ends);"

	"CREATE TABLE second_factor (account INTEGER PRIMARY KEY REFERENCES account(id),"
	" secret BLOB, step INTEGER NOT NULL DEFAULT 0, pending BLOB, made INTEGER NOT NULL)"
	" STRICT;"
	"CREATE TABLE recovery_code (account INTEGER NOT NULL REFERENCES account(id),"
	" hash BLOB NOT NULL, PRIMARY KEY (account, hash)) STRICT, WITHOUT ROWID;"
	"CREATE TABLE second_factor_role (role INTEGER PRIMARY KEY, required INTEGER NOT NULL)"
	" STRICT;"

	"CREATE TABLE device (hash BLOB PRIMARY KEY, account INTEGER NOT NULL"
	" REFERENCES account(id), made INTEGER NOT NULL) STRICT, WITHOUT ROWID;"
	"CREATE INDEX device_account ON device(account, made);"
	"CREATE TABLE attempt (key BLOB PRIMARY KEY, failures INTEGER NOT NULL,"
	" last INTEGER NOT NULL, until INTEGER NOT NULL, forget INTEGER NOT NULL)"
	" STRICT, WITHOUT ROWID;"
	"CREATE INDEX attempt_forget ON attempt(forget);";
