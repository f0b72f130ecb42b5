/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/err.h"
#include "base/span.h"

/* Rights are given up by intent; Landlock and seccomp do it (by ABI mask: an older kernel gives
 * what it can). Enter before any thread is started. After it, a forbidden exec, connect or ptrace
 * kills the process with SIGSYS; Sanitizer builds run the same sandbox. */

/* Parse: read and write descriptors it already has, memory, nothing else. open, socket, connect,
 * exec, fork, kill: the process is killed. */
MUST_CHECK enum err sandbox_enter_parse(void);

/* Portal: read files below the given folder, accept connections on sockets it has, threads. A
 * forbidden open answers EACCES; exec, ptrace, connect, fork kill. */
MUST_CHECK enum err sandbox_enter_portal(const char *readable_folder);

/* Drops root for good: groups, gid, uid, capabilities, no_new_privs. E_NOTFOUND: no such user. A
 * no-op besides no_new_privs when not root. */
MUST_CHECK enum err sandbox_drop_root(const char *user);
