/* SPDX-License-Identifier: Apache-2.0 */
#include "office/tables.h"

const char office_org_tables[] =
	"CREATE TABLE org (id INTEGER PRIMARY KEY AUTOINCREMENT, code TEXT NOT NULL UNIQUE,"
	" kind INTEGER NOT NULL) STRICT;";
