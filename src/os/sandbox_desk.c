/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <fcntl.h>

#include "os/filter.h"
#include "os/landlock.h"
#include "os/sandbox.h"

enum {
	DESK_DESCRIPTORS = 16384
};

static const int desk_calls[] = {
	/* connections that others open; sendto() has no other sockets to send from */
	SCMP_SYS(accept), SCMP_SYS(accept4), SCMP_SYS(listen), SCMP_SYS(sendto), SCMP_SYS(sendfile),
	SCMP_SYS(getsockname), SCMP_SYS(getpeername), SCMP_SYS(getsockopt), SCMP_SYS(setsockopt),
	/* waiting */
	SCMP_SYS(epoll_create1), SCMP_SYS(epoll_ctl), SCMP_SYS(epoll_wait), SCMP_SYS(epoll_pwait),
	SCMP_SYS(select), SCMP_SYS(pselect6), SCMP_SYS(eventfd2), SCMP_SYS(pipe2),
	SCMP_SYS(signalfd4), SCMP_SYS(timerfd_create), SCMP_SYS(timerfd_settime),
	/* files: which ones Landlock says */
	SCMP_SYS(open), SCMP_SYS(openat), SCMP_SYS(openat2), SCMP_SYS(fcntl), SCMP_SYS(dup),
	SCMP_SYS(dup3), SCMP_SYS(preadv), SCMP_SYS(pwritev), SCMP_SYS(stat), SCMP_SYS(lstat),
	SCMP_SYS(newfstatat), SCMP_SYS(statx), SCMP_SYS(statfs), SCMP_SYS(fstatfs),
	SCMP_SYS(access), SCMP_SYS(faccessat), SCMP_SYS(faccessat2), SCMP_SYS(readlink),
	SCMP_SYS(readlinkat), SCMP_SYS(getdents64), SCMP_SYS(fadvise64), SCMP_SYS(getcwd),
	SCMP_SYS(umask),
	/* writing them */
	SCMP_SYS(fsync), SCMP_SYS(fdatasync), SCMP_SYS(ftruncate), SCMP_SYS(fallocate),
	SCMP_SYS(unlink), SCMP_SYS(unlinkat), SCMP_SYS(rename), SCMP_SYS(renameat),
	SCMP_SYS(renameat2), SCMP_SYS(mkdir), SCMP_SYS(mkdirat), SCMP_SYS(rmdir), SCMP_SYS(fchmod),
	SCMP_SYS(flock), SCMP_SYS(msync), SCMP_SYS(utimensat),
	/* secrets stay in memory */
	SCMP_SYS(mlock), SCMP_SYS(munlock),
	/* oneself */
	SCMP_SYS(getppid), SCMP_SYS(getuid), SCMP_SYS(geteuid), SCMP_SYS(getgid), SCMP_SYS(getegid),
	SCMP_SYS(getrlimit), SCMP_SYS(sysinfo), SCMP_SYS(uname)};

enum err sandbox_enter_desk(const char *readable, const char *const *writable)
{
	struct filter f;
	/* A campaign's days are those of its zone. */
	const char *const readables[] = {readable, "/usr/share/zoneinfo", NULL};
	unsigned version = landlock_version();
	TRY(sandbox_harden(DESK_DESCRIPTORS));
	if (version > 0)
		TRY(landlock_enter_files(version, readables, writable));
	filter_init(&f);
	filter_allow_common(&f);
	filter_allow(&f, desk_calls, sizeof(desk_calls) / sizeof(desk_calls[0]));
	filter_allow_threads(&f);
	return filter_enter(&f);
}
