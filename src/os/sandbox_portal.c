/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <fcntl.h>

#include "os/filter.h"
#include "os/landlock.h"
#include "os/sandbox.h"

enum {
	PORTAL_DESCRIPTORS = 65536
};

static const int server_calls[] = {
	/* connections that others open; sendto() has no other sockets to send from */
	SCMP_SYS(accept), SCMP_SYS(accept4), SCMP_SYS(listen), SCMP_SYS(sendto), SCMP_SYS(sendfile),
	SCMP_SYS(getsockname), SCMP_SYS(getpeername), SCMP_SYS(getsockopt), SCMP_SYS(setsockopt),
	/* waiting */
	SCMP_SYS(epoll_create1), SCMP_SYS(epoll_ctl), SCMP_SYS(epoll_wait), SCMP_SYS(epoll_pwait),
	SCMP_SYS(select), SCMP_SYS(pselect6), SCMP_SYS(eventfd2), SCMP_SYS(pipe2),
	SCMP_SYS(signalfd4), SCMP_SYS(timerfd_create), SCMP_SYS(timerfd_settime),
	/* descriptors, reading */
	SCMP_SYS(fcntl), SCMP_SYS(dup), SCMP_SYS(dup3), SCMP_SYS(preadv), SCMP_SYS(pwritev),
	SCMP_SYS(stat), SCMP_SYS(lstat), SCMP_SYS(newfstatat), SCMP_SYS(statx), SCMP_SYS(readlink),
	SCMP_SYS(readlinkat), SCMP_SYS(getdents64), SCMP_SYS(fadvise64),
	/* oneself */
	SCMP_SYS(getppid), SCMP_SYS(getuid), SCMP_SYS(geteuid), SCMP_SYS(getgid), SCMP_SYS(getegid),
	SCMP_SYS(sysinfo), SCMP_SYS(uname)};

/* Landlock answers by path. Without it only the way of opening can be judged, which openat2() hides
 * in memory. */
static void allow_opening(struct filter *f, bool landlock)
{
	static const int by_path[] = {SCMP_SYS(open), SCMP_SYS(openat), SCMP_SYS(openat2)};
	static const int writing[] = {O_WRONLY, O_RDWR, O_CREAT, O_TRUNC};
	uint64_t all = 0;
	if (landlock) {
		filter_allow(f, by_path, sizeof(by_path) / sizeof(by_path[0]));
		return;
	}
	for (size_t i = 0; i < sizeof(writing) / sizeof(writing[0]); i++) {
		all |= (uint64_t)writing[i];
		filter_refuse_flag(f, SCMP_SYS(open), 1, (uint64_t)writing[i]);
		filter_refuse_flag(f, SCMP_SYS(openat), 2, (uint64_t)writing[i]);
	}
	filter_refuse(f, SCMP_SYS(openat2), ENOSYS);
	filter_allow_when(f, SCMP_SYS(open), 1, all, O_RDONLY);
	filter_allow_when(f, SCMP_SYS(openat), 2, all, O_RDONLY);
}

enum err sandbox_enter_portal(const char *readable_folder)
{
	struct filter f;
	unsigned version = landlock_version();
	TRY(sandbox_harden(PORTAL_DESCRIPTORS));
	if (version > 0)
		TRY(landlock_enter(version, readable_folder));
	filter_init(&f);
	filter_allow_common(&f);
	filter_allow(&f, server_calls, sizeof(server_calls) / sizeof(server_calls[0]));
	filter_allow_threads(&f);
	allow_opening(&f, version > 0);
	return filter_enter(&f);
}
