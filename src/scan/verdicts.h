/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/err.h"
#include "os/file.h"

/* What was found clean and wholly scanned, and has not changed since, is not scanned again. One
 * file that grows while a scan runs, so that an interrupted one goes on where it stopped; only
 * clean files are in it, so whatever an interrupted scan found is found again. Form:
 * docs/format/scan-cache.md. */

enum {
	VERDICT_ENGINE = 32,
	VERDICT_KEY = 32
};

struct verdicts;

/* `path` of the file; its key lies beside it (".key"), made at first use, readable for its owner
 * only. *ret_ignored says why nothing was taken from a file that is there: E_CORRUPT (not written
 * by us), E_VERSION (of another engine or form), E_DENIED (file or key of somebody else, or open to
 * others), E_OK: nothing was ignored. A file cut off by a crash is used up to there. `day`: of now,
 * since 1970. E_BUSY: another scan writes it; E_NOMEM, E_NOSPACE, E_IO. */
MUST_CHECK enum err verdicts_open(const char *path, const uint8_t engine[VERDICT_ENGINE],
	uint32_t day, struct verdicts **ret_verdicts, enum err *ret_ignored);

/* Whether exactly this state of the file was found clean, under this name. */
bool verdicts_clean(struct verdicts *v, const struct file_stamp *stamp, struct str path);

/* Remembers it; written from time to time. A full disk loses what was to be remembered, never
 * more. */
void verdicts_add(struct verdicts *v, const struct file_stamp *stamp, struct str path);

/* Everything so far is on its way to the disk, also when this process is killed now. */
void verdicts_save(struct verdicts *v);

/* The scan has come to its end: the file is written anew where that makes it smaller or fresher. */
MUST_CHECK enum err verdicts_finish(struct verdicts *v);
void verdicts_free(struct verdicts *v);
