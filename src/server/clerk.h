/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* `quetsach --role clerk USER MAIL-FROM ZONE CONFIGURATION FOLDER`: does what the desk was asked
 * for by running commands of this program in the data folder, one short and one long at a time, and
 * what an hour and a day bring. Told to end by the end of CHILD_SOCKET or SIGTERM; what it was at
 * begins anew with the next clerk. Has the rights that `serve` was started with; as root it becomes
 * USER where the data folder is USER's. An empty word: not given. */
int clerk_role_main(int count, const char *const *words);

enum {
	CLERK_ROLE_WORDS = 5
};

/* In the data folder: its lock, and files of the jobs at work. */
#define CLERK_FOLDER "clerk"
