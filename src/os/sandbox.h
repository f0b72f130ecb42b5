/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/err.h"
#include "base/span.h"

/* Rights are given up by intent; Landlock and seccomp do it (by ABI mask: an older kernel gives
 * what it can, and without Landlock seccomp alone refuses to open for writing). Enter before any
 * thread is started: E_USAGE otherwise. After it, a forbidden exec, connect or ptrace kills the
 * process with SIGSYS, no core is written and no debugger may look. Sanitizer builds run the same
 * sandbox; their leak check at exit() would break it, so end with sandbox_exit(). */

/* Parse: read and write descriptors it already has, memory, nothing else. open, socket, connect,
 * exec, fork, kill: the process is killed. */
MUST_CHECK enum err sandbox_enter_parse(void);

/* Compiling rules of strangers: as parse, and threads of its own. */
MUST_CHECK enum err sandbox_enter_compile(void);

/* Maker of scan workers: as parse, and copies of itself, which it waits for. Nothing hostile
 * reaches it; what it reads before the copies are made they all share. */
MUST_CHECK enum err sandbox_enter_maker(void);

/* Scan worker, a copy of the maker: as parse; memory that only it has, in bytes as
 * memory_meter_read() (os/fork.h) counts them, fails to be allocated past that. */
MUST_CHECK enum err sandbox_enter_worker(uint64_t memory);

/* Portal: read files below the given folder, accept connections on sockets it has, threads. A
 * forbidden open answers EACCES; exec, ptrace, connect, fork kill. */
MUST_CHECK enum err sandbox_enter_portal(const char *readable_folder);

/* Sender of mail: connects, reads what a machine's own libraries read (/etc, /usr, names of
 * servers), and does what it likes below the given folder, nowhere else; threads. Another open
 * answers EACCES; exec, fork, ptrace, listening and signals to others kill. */
MUST_CHECK enum err sandbox_enter_mail(const char *writable_folder);

/* Fetcher: as the sender of mail, but it writes only descriptors it has. Another open for writing
 * answers EACCES; without Landlock only the rights of its user bound it. */
MUST_CHECK enum err sandbox_enter_fetch(void);

/* Desk: as portal; it may read the time zones of the machine, too, and make, change and remove
 * plain files and folders below each of `writable` (NULL-terminated). Without Landlock only the
 * rights of its user bound it. */
MUST_CHECK enum err sandbox_enter_desk(const char *readable, const char *const *writable);

/* Ends the process at once: nothing buffered is flushed, no library's end-of-process work is done.
 */
_Noreturn void sandbox_exit(int status);

/* Landlock's ABI version as this kernel has it, 0 where it is missing: for the log. */
unsigned sandbox_landlock_version(void);

/* Whether such a user is there to become: E_NOTFOUND when not, E_USAGE when it is root. A no-op
 * when not root. */
MUST_CHECK enum err sandbox_user_exists(const char *user);

/* Whether this process has root's rights. */
bool sandbox_is_root(void);

/* Drops root for good: groups, gid, uid, capabilities, no_new_privs. E_NOTFOUND: no such user. A
 * no-op besides no_new_privs when not root. */
MUST_CHECK enum err sandbox_drop_root(const char *user);
