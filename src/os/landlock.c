/* SPDX-License-Identifier: Apache-2.0 */
#include "os/landlock.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "os/file.h"
#include "os/system.h"

/* Debian 12's header stops at version 2; later rights by their numbers (linux/landlock.h 6.12). */
enum {
	FS_TRUNCATE_BIT = 14,  /* version 3 */
	FS_IOCTL_DEV_BIT = 15, /* version 5 */
	NET_BIND = 1,          /* version 4: bind TCP to a port */
	NET_ALL = 3,           /* and connect */
	SCOPE_ALL = 3          /* version 6: abstract sockets and signals */
};

/* As of version 6; older kernels take a shorter one. */
struct ruleset_attributes {
	uint64_t handled_fs;
	uint64_t handled_net;
	uint64_t scoped;
};

unsigned landlock_version(void)
{
	long version =
		syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);
	return version > 0 ? (unsigned)version : 0;
}

/* The highest access bit a version knows: REFER came with 2. */
static uint64_t fs_rights(unsigned version)
{
	unsigned bits = version >= 5   ? FS_IOCTL_DEV_BIT + 1
			: version >= 3 ? FS_TRUNCATE_BIT + 1
			: version >= 2 ? FS_TRUNCATE_BIT
				       : FS_TRUNCATE_BIT - 1;
	return (UINT64_C(1) << bits) - 1;
}

static int ruleset_open(unsigned version, uint64_t net)
{
	struct ruleset_attributes a = {.handled_fs = fs_rights(version)};
	size_t size = sizeof(a.handled_fs);
	if (version >= 4) {
		a.handled_net = net;
		size = 2 * sizeof(uint64_t);
	}
	if (version >= 6) {
		a.scoped = SCOPE_ALL;
		size = sizeof(a);
	}
	return (int)syscall(SYS_landlock_create_ruleset, &a, size, 0);
}

static enum err ruleset_allow(int ruleset, const char *folder, uint64_t rights)
{
	struct landlock_path_beneath_attr rule = {.allowed_access = rights,
		.parent_fd = open(folder, O_PATH | O_DIRECTORY | O_CLOEXEC)};
	if (rule.parent_fd < 0)
		return system_err(errno);
	long failed = syscall(SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH, &rule, 0);
	enum err err = failed ? system_err(errno) : E_OK;
	close(rule.parent_fd);
	return err;
}

static enum err ruleset_allow_reading(int ruleset, const char *folder)
{
	return ruleset_allow(
		ruleset, folder, LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR);
}

static enum err ruleset_enter(int *ruleset, enum err err)
{
	if (err == E_OK && syscall(SYS_landlock_restrict_self, *ruleset, 0) != 0)
		err = system_err(errno);
	file_close(ruleset);
	return err;
}

enum err landlock_enter(unsigned version, const char *readable_folder)
{
	int ruleset = ruleset_open(version, NET_ALL);
	if (ruleset < 0)
		return system_err(errno);
	return ruleset_enter(
		&ruleset, readable_folder ? ruleset_allow_reading(ruleset, readable_folder) : E_OK);
}

enum err landlock_enter_writing(unsigned version, const char *writable, const char *const *readable)
{
	if (version < 2)
		return E_VERSION;
	int ruleset = ruleset_open(version, NET_BIND);
	if (ruleset < 0)
		return system_err(errno);
	enum err err = E_OK;
	if (writable)
		err = ruleset_allow(ruleset, writable,
			fs_rights(version) & ~(uint64_t)LANDLOCK_ACCESS_FS_EXECUTE);
	for (size_t i = 0; readable[i] && err == E_OK; i++) {
		err = ruleset_allow_reading(ruleset, readable[i]);
		err = err == E_NOTFOUND ? E_OK : err;
	}
	return ruleset_enter(&ruleset, err);
}

enum err landlock_enter_files(
	unsigned version, const char *const *readable, const char *const *writable)
{
	const uint64_t never = LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_MAKE_CHAR |
			       LANDLOCK_ACCESS_FS_MAKE_BLOCK | LANDLOCK_ACCESS_FS_MAKE_FIFO |
			       LANDLOCK_ACCESS_FS_MAKE_SOCK | LANDLOCK_ACCESS_FS_MAKE_SYM |
			       (UINT64_C(1) << FS_IOCTL_DEV_BIT);
	int ruleset = ruleset_open(version, NET_ALL);
	if (ruleset < 0)
		return system_err(errno);
	enum err err = ruleset_allow_reading(ruleset, readable[0]);
	for (size_t i = 1; readable[i] && err == E_OK; i++) {
		err = ruleset_allow_reading(ruleset, readable[i]);
		err = err == E_NOTFOUND ? E_OK : err;
	}
	for (size_t i = 0; writable[i] && err == E_OK; i++)
		err = ruleset_allow(ruleset, writable[i], fs_rights(version) & ~never);
	return ruleset_enter(&ruleset, err);
}
