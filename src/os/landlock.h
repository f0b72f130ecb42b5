/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/err.h"

/* Within room os: what this thread, and those it starts later, may still do with files. */

/* 0 where the kernel has no Landlock (or it is switched off). */
unsigned landlock_version(void);

/* No file at all, no TCP, no signal to or abstract socket of others; NULL: not even reading, else
 * reading below the folder. Only what this kernel's version knows is forbidden. */
MUST_CHECK enum err landlock_enter(unsigned version, const char *readable_folder);

/* Everything with files below `writable` (NULL: nothing is written), reading below each of
 * `readable` (NULL-terminated; what is not there is left out); connecting, never listening. A
 * kernel whose Landlock cannot let a file move between folders (before 5.19) is E_VERSION. */
MUST_CHECK enum err landlock_enter_writing(
	unsigned version, const char *writable, const char *const *readable);

/* As landlock_enter(), reading below each of `readable` (NULL-terminated; of those behind the first
 * what is not there is left out), and below each of `writable` (NULL-terminated) plain files and
 * folders may be made, changed, moved and removed; no links, devices, sockets, programs to start.
 */
MUST_CHECK enum err landlock_enter_files(
	unsigned version, const char *const *readable, const char *const *writable);
