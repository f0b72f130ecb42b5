/* SPDX-License-Identifier: Apache-2.0 */
#include "office/tables.h"

const char office_return_tables[] =
	"CREATE TABLE form (campaign TEXT NOT NULL, version INTEGER NOT NULL,"
	" PRIMARY KEY (campaign, version)) STRICT, WITHOUT ROWID;";
