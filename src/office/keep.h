/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/arena.h"
#include "office/office.h"
#include "os/file.h"

/* The office in a backup, and whether it is whole. */

/* A copy of the database at one moment, while others read and write: without sessions, open links,
 * counts of tries, known browsers, mails and work that had not ended, of which nothing is left in
 * its pages either. Second factors are in it as they are in the office: sealed under a key that is
 * not. A file of its own, gone with office_copy_release(). */
struct office_copy {
	struct database db;
	struct file_new file;
	struct mapping content;
};
MUST_CHECK enum err office_copy_make(
	struct office *o, const char *data_folder, struct office_copy *ret_copy);
void office_copy_release(struct office_copy *c);

/* The files that belong to it: "attachments/…" below office/. E_CORRUPT: one is gone or is not what
 * it was. */
typedef enum err office_file_fn(void *context, struct str name, struct bytes content);
MUST_CHECK enum err office_copy_each_file(
	struct office *o, struct office_copy *c, office_file_fn *fn, void *context);

/* Reads all of it; every fault is told. */
typedef void office_fault_fn(void *context, struct str what);
struct office_verdict {
	uint64_t files, faults;
};
MUST_CHECK enum err office_verify(
	struct office *o, office_fault_fn *fn, void *context, struct office_verdict *ret_verdict);
