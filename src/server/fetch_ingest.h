/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "server/fetch_run.h"

/* Brings all that waits in the spool into the store by `quetsach ingest`, a process of its own that
 * is the one writer meanwhile. What was taken in, or was there already, leaves the spool; what
 * nothing can be read from goes to the refused; what only came at a bad moment waits on and counts
 * as failed. An error: of our own disk or memory. */
MUST_CHECK enum err fetch_ingest_all(struct fetch_run *r);

/* Refused files of a source (empty: of all) wait again, as the source says now. */
MUST_CHECK enum err fetch_ingest_again(struct fetch_run *r, struct str source);
