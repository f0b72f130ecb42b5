/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <sched.h>

#include "os/filter.h"
#include "os/landlock.h"
#include "os/sandbox.h"

enum {
	MAIL_DESCRIPTORS = 1024
};

/* The libraries that find servers by name and speak TLS change what they call with each release,
 * and a list of all that is bound to kill an honest sender one day. So it is told what it may never
 * do; which files it may open Landlock says. */
static const int forbidden[] = {SCMP_SYS(execve), SCMP_SYS(execveat), SCMP_SYS(fork),
	SCMP_SYS(vfork), SCMP_SYS(ptrace), SCMP_SYS(process_vm_readv), SCMP_SYS(process_vm_writev),
	SCMP_SYS(pidfd_open), SCMP_SYS(pidfd_getfd), SCMP_SYS(pidfd_send_signal), SCMP_SYS(kill),
	SCMP_SYS(listen), SCMP_SYS(accept), SCMP_SYS(accept4), SCMP_SYS(chroot), SCMP_SYS(mount),
	SCMP_SYS(umount2), SCMP_SYS(pivot_root), SCMP_SYS(unshare), SCMP_SYS(setns), SCMP_SYS(bpf),
	SCMP_SYS(perf_event_open), SCMP_SYS(userfaultfd), SCMP_SYS(io_uring_setup),
	SCMP_SYS(add_key), SCMP_SYS(request_key), SCMP_SYS(keyctl), SCMP_SYS(init_module),
	SCMP_SYS(finit_module), SCMP_SYS(kexec_load), SCMP_SYS(personality)};

static void forbid(struct filter *f)
{
	const struct scmp_arg_cmp process = {
		.arg = 0, .op = SCMP_CMP_MASKED_EQ, .datum_a = CLONE_THREAD, .datum_b = 0};
	for (size_t i = 0; i < sizeof(forbidden) / sizeof(forbidden[0]) && !f->failed; i++)
		f->failed = seccomp_rule_add(f->context, SCMP_ACT_KILL_PROCESS, forbidden[i], 0);
	if (!f->failed)
		f->failed = seccomp_rule_add_array(
			f->context, SCMP_ACT_KILL_PROCESS, SCMP_SYS(clone), 1, &process);
	/* It hides its flags in memory; the C library then asks clone(). */
	filter_refuse(f, SCMP_SYS(clone3), ENOSYS);
}

static enum err enter_connecting(const char *writable_folder)
{
	/* Where names of servers, certificates and the libraries' own settings are. */
	static const char *const readable[] = {"/etc", "/usr", "/lib", "/lib64",
		"/run/systemd/resolve", "/run/resolvconf", "/run/NetworkManager", NULL};
	struct filter f;
	unsigned version = landlock_version();
	TRY(sandbox_harden(MAIL_DESCRIPTORS));
	enum err err = version > 0 ? landlock_enter_writing(version, writable_folder, readable)
				   : E_VERSION;
	/* Without it seccomp stands alone. */
	if (err != E_OK && err != E_VERSION)
		return err;
	f.context = seccomp_init(SCMP_ACT_ALLOW);
	f.failed = f.context ? 0 : -ENOMEM;
	if (!f.failed)
		f.failed =
			seccomp_attr_set(f.context, SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS);
	forbid(&f);
	return filter_enter(&f);
}

enum err sandbox_enter_mail(const char *writable_folder)
{
	return enter_connecting(writable_folder);
}

enum err sandbox_enter_fetch(void)
{
	return enter_connecting(NULL);
}
