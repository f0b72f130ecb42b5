/* SPDX-License-Identifier: Apache-2.0 */
#include "office/tables.h"

const char office_account_tables[] =
	"CREATE TABLE account (id INTEGER PRIMARY KEY AUTOINCREMENT, mail TEXT NOT NULL UNIQUE,"
	" name TEXT NOT NULL, role INTEGER NOT NULL, org INTEGER REFERENCES org(id)) STRICT;";
