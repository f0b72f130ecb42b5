/* SPDX-License-Identifier: Apache-2.0 */
#include "office/tables.h"

/* kind and state by name, so that a new kind moves nothing. held: the folder was busy when it was
 * last tried. Input and output lie in jobs/ID.in and jobs/ID.out. */
const char office_job_tables[] =
	"CREATE TABLE job (id INTEGER PRIMARY KEY AUTOINCREMENT, kind TEXT NOT NULL,"
	" campaign TEXT NOT NULL, org INTEGER NOT NULL, name TEXT NOT NULL, text TEXT NOT NULL,"
	" input INTEGER NOT NULL, input_name TEXT NOT NULL, lang INTEGER NOT NULL,"
	" due INTEGER NOT NULL, state TEXT NOT NULL, account INTEGER NOT NULL,"
	" asked INTEGER NOT NULL, begun INTEGER NOT NULL DEFAULT 0,"
	" ended INTEGER NOT NULL DEFAULT 0, tries INTEGER NOT NULL DEFAULT 0,"
	" held INTEGER NOT NULL DEFAULT 0, done INTEGER NOT NULL DEFAULT 0,"
	" whole INTEGER NOT NULL DEFAULT 0, status INTEGER NOT NULL DEFAULT 0,"
	" said TEXT NOT NULL DEFAULT '', problems TEXT NOT NULL DEFAULT '',"
	" output INTEGER NOT NULL DEFAULT 0, output_name TEXT NOT NULL DEFAULT '',"
	" output_type TEXT NOT NULL DEFAULT '') STRICT;"
	"CREATE INDEX job_waiting ON job(due, id) WHERE state IN ('waiting', 'running');"
	"CREATE INDEX job_of ON job(account, id);"
	"CREATE INDEX job_org ON job(org, id) WHERE org <> 0;";
