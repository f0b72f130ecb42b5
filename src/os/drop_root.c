/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <grp.h>
#include <linux/capability.h>
#include <pwd.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "os/sandbox.h"
#include "os/system.h"

static enum err find_user(const char *name, uid_t *ret_user, gid_t *ret_group)
{
	errno = 0;
	const struct passwd *entry = getpwnam(name);
	if (!entry)
		return errno == 0 || errno == ENOENT || errno == ESRCH ? E_NOTFOUND
								       : system_err(errno);
	if (entry->pw_uid == 0)
		return E_USAGE;
	*ret_user = entry->pw_uid;
	*ret_group = entry->pw_gid;
	return E_OK;
}

/* All gone, and no way back: asked of the kernel instead of believed. */
static bool root_is_gone(void)
{
	struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct sets[2];
	if (syscall(SYS_capget, &header, sets) != 0)
		return false;
	for (int i = 0; i < 2; i++)
		if (sets[i].effective || sets[i].permitted || sets[i].inheritable)
			return false;
	return setuid(0) != 0 && setgid(0) != 0;
}

enum err sandbox_user_exists(const char *user)
{
	uid_t uid;
	gid_t gid;
	return geteuid() == 0 ? find_user(user, &uid, &gid) : E_OK;
}

bool sandbox_is_root(void)
{
	return geteuid() == 0;
}

enum err sandbox_drop_root(const char *user)
{
	uid_t uid = 0;
	gid_t gid = 0;
	int death_signal = 0;
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
		return system_err(errno);
	if (geteuid() != 0)
		return E_OK;
	TRY(find_user(user, &uid, &gid));
	/* A change of user forgets the signal that comes when the parent dies. */
	if (prctl(PR_GET_PDEATHSIG, &death_signal) != 0 || setgroups(0, NULL) != 0 ||
		setresgid(gid, gid, gid) != 0 || setresuid(uid, uid, uid) != 0 ||
		prctl(PR_SET_PDEATHSIG, death_signal) != 0)
		return system_err(errno);
	return root_is_gone() ? E_OK : E_DENIED;
}
