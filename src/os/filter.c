/* SPDX-License-Identifier: Apache-2.0 */
#include "os/filter.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <unistd.h>

void filter_init(struct filter *f)
{
	f->context = seccomp_init(SCMP_ACT_KILL_PROCESS);
	f->failed = f->context ? 0 : -ENOMEM;
	if (f->failed)
		return;
	/* Calls of another architecture's table die as wholly as ours. */
	f->failed = seccomp_attr_set(f->context, SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS);
}

void filter_allow(struct filter *f, const int *calls, size_t count)
{
	for (size_t i = 0; i < count && !f->failed; i++)
		f->failed = seccomp_rule_add(f->context, SCMP_ACT_ALLOW, calls[i], 0);
}

void filter_refuse(struct filter *f, int call, int number)
{
	if (!f->failed)
		f->failed = seccomp_rule_add(f->context, SCMP_ACT_ERRNO((uint32_t)number), call, 0);
}

void filter_allow_when(struct filter *f, int call, unsigned index, uint64_t mask, uint64_t value)
{
	const struct scmp_arg_cmp when = {
		.arg = index, .op = SCMP_CMP_MASKED_EQ, .datum_a = mask, .datum_b = value};
	if (!f->failed)
		f->failed = seccomp_rule_add_array(f->context, SCMP_ACT_ALLOW, call, 1, &when);
}

void filter_refuse_flag(struct filter *f, int call, unsigned index, uint64_t bit)
{
	const struct scmp_arg_cmp when = {
		.arg = index, .op = SCMP_CMP_MASKED_EQ, .datum_a = bit, .datum_b = bit};
	if (!f->failed)
		f->failed =
			seccomp_rule_add_array(f->context, SCMP_ACT_ERRNO(EACCES), call, 1, &when);
}

static const int common_calls[] = {
	/* what is open already */
	SCMP_SYS(read), SCMP_SYS(write), SCMP_SYS(readv), SCMP_SYS(writev), SCMP_SYS(pread64),
	SCMP_SYS(pwrite64), SCMP_SYS(lseek), SCMP_SYS(close), SCMP_SYS(fstat), SCMP_SYS(recvmsg),
	SCMP_SYS(recvfrom), SCMP_SYS(sendmsg), SCMP_SYS(shutdown), SCMP_SYS(poll), SCMP_SYS(ppoll),
	/* memory */
	/* qsort() of something large asks how much memory there is. */
	SCMP_SYS(sysinfo), SCMP_SYS(brk), SCMP_SYS(munmap), SCMP_SYS(mremap), SCMP_SYS(madvise),
	/* time, locks, randomness */
	SCMP_SYS(clock_gettime), SCMP_SYS(clock_getres), SCMP_SYS(clock_nanosleep),
	SCMP_SYS(nanosleep), SCMP_SYS(gettimeofday), SCMP_SYS(time), SCMP_SYS(futex),
	SCMP_SYS(getrandom), SCMP_SYS(sched_yield),
	/* oneself */
	SCMP_SYS(getpid), SCMP_SYS(gettid), SCMP_SYS(getrusage), SCMP_SYS(sched_getaffinity),
	SCMP_SYS(exit), SCMP_SYS(exit_group), SCMP_SYS(restart_syscall),
	/* signals within */
	SCMP_SYS(sigaltstack), SCMP_SYS(rt_sigaction), SCMP_SYS(rt_sigprocmask),
	SCMP_SYS(rt_sigreturn)};

void filter_allow_common(struct filter *f)
{
	filter_allow(f, common_calls, sizeof(common_calls) / sizeof(common_calls[0]));
	/* Never code that was data. */
	filter_allow_when(f, SCMP_SYS(mmap), 2, PROT_EXEC, 0);
	filter_allow_when(f, SCMP_SYS(mprotect), 2, PROT_EXEC, 0);
	/* The C library's fstat(). It can tell that a path exists, but to nobody. */
	filter_allow_when(f, SCMP_SYS(newfstatat), 3, AT_EMPTY_PATH, AT_EMPTY_PATH);
	/* abort() reaches only ourselves. */
	filter_allow_when(f, SCMP_SYS(tgkill), 0, UINT64_MAX, (uint64_t)getpid());
	/* Names of memory areas and threads; other settings stay out of reach. */
	filter_allow_when(f, SCMP_SYS(prctl), 0, UINT64_MAX, PR_SET_VMA);
	filter_allow_when(f, SCMP_SYS(prctl), 0, UINT64_MAX, PR_SET_NAME);
}

static const int thread_calls[] = {SCMP_SYS(set_robust_list), SCMP_SYS(rseq),
	SCMP_SYS(sched_getparam), SCMP_SYS(sched_getscheduler), SCMP_SYS(membarrier),
	SCMP_SYS(getcpu)};

void filter_allow_threads(struct filter *f)
{
	filter_allow(f, thread_calls, sizeof(thread_calls) / sizeof(thread_calls[0]));
	/* clone3() hides its flags in memory; the C library then asks clone(), whose we see. */
	filter_refuse(f, SCMP_SYS(clone3), ENOSYS);
	filter_allow_when(f, SCMP_SYS(clone), 0, CLONE_THREAD | CLONE_VM, CLONE_THREAD | CLONE_VM);
}

enum err filter_enter(struct filter *f)
{
	if (!f->failed)
		f->failed = seccomp_load(f->context);
	seccomp_release(f->context);
	f->context = NULL;
	if (!f->failed)
		return E_OK;
	errno = -f->failed;
	return E_IO;
}
