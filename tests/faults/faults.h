/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

/* Calls that change the disk, counted and spoilt: the functions of the C library are defined anew
 * in the test program, so that those of SQLite come here as well as our own. Only calls on files
 * and folders count. */
enum spoil {
	SPOIL_NONE,
	SPOIL_STOP,  /* the process is gone before call k */
	SPOIL_TEAR,  /* half of a write is done, then the process is gone */
	SPOIL_POWER, /* the process is gone, and with it all that was not fsynced */
	SPOIL_FULL,  /* from call k on, what needs room fails with ENOSPC */
	SPOIL_ERROR, /* call k fails with EIO, once */
	SPOIL_SHORT, /* a write at call k does half of its work and says so */
	SPOIL__COUNT
};

/* Counts from now on. For SPOIL_POWER: `folder` is what stands on the disk now, and what power loss
 * leaves of it is put into `left`, a folder that does not exist. */
void faults_arm(enum spoil spoil, uint64_t call, const char *folder, const char *left);

/* No more; true when call k was reached. */
bool faults_disarm(void);

/* --- power.c --- */
void power_begin(const char *folder);            /* all of it is durable */
void power_fsync(int fd);                        /* what it names is durable now */
void power_unlink(int folder, const char *path); /* its inode may come back for another file */
void power_fail(const char *left);               /* writes what is durable */
