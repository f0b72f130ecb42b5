/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "os/filter.h"
#include "os/landlock.h"
#include "os/sandbox.h"
#include "os/system.h"

enum {
	WORKER_DESCRIPTORS = 256,
	CLONE_SHARED = CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD |
		       CLONE_PARENT | CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWNET
};

/* Copies of itself that give up the rest; no file, no socket, no program. A copy's abort() passes
 * this filter too, so it cannot name the process that may be signalled. */
static const int maker_calls[] = {SCMP_SYS(tgkill), SCMP_SYS(wait4), SCMP_SYS(waitid),
	SCMP_SYS(pidfd_open), SCMP_SYS(getppid), SCMP_SYS(set_robust_list), SCMP_SYS(rseq),
	SCMP_SYS(set_tid_address), SCMP_SYS(prctl), SCMP_SYS(seccomp), SCMP_SYS(setrlimit),
	SCMP_SYS(getrlimit), SCMP_SYS(prlimit64)};

enum err sandbox_enter_maker(void)
{
	struct filter f;
	unsigned version = landlock_version();
	TRY(sandbox_harden(WORKER_DESCRIPTORS));
	if (version > 0)
		TRY(landlock_enter(version, NULL));
	filter_init(&f);
	filter_allow_common(&f);
	filter_allow(&f, maker_calls, sizeof(maker_calls) / sizeof(maker_calls[0]));
	/* A process of its own, never a thread: no flag of sharing. */
	filter_allow_when(&f, SCMP_SYS(clone), 0, CLONE_SHARED, 0);
	filter_refuse(&f, SCMP_SYS(clone3), ENOSYS);
	return filter_enter(&f);
}

enum err sandbox_enter_worker(uint64_t memory)
{
	const struct rlimit most = {memory, memory}, none = {0, 0};
	struct filter f;
	if (setrlimit(RLIMIT_DATA, &most) != 0 || setrlimit(RLIMIT_CORE, &none) != 0)
		return system_err(errno);
	filter_init(&f);
	filter_allow_common(&f);
	return filter_enter(&f);
}
