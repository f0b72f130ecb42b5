/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <linux/magic.h>
#include <stddef.h>
#include <sys/vfs.h>

#include "os/entry.h"
#include "os/system.h"

/* Numbers that linux/magic.h of Debian 12 lacks, as their sources have them. */
enum {
	F2FS_MAGIC = 0xF2F52010,
	ZFS_MAGIC = 0x2FC12FC1,
	BCACHEFS_MAGIC = 0xCA451A4E,
	MQUEUE_MAGIC = 0x19800202,
	CONFIGFS_MAGIC_NUMBER = 0x62656570,
	FUSECTL_MAGIC = 0x65735543,
	RPC_PIPEFS_MAGIC = 0x67596969,
	NFSD_MAGIC = 0x6e667364
};

static const uint32_t disks[] = {EXT4_SUPER_MAGIC, XFS_SUPER_MAGIC, BTRFS_SUPER_MAGIC, F2FS_MAGIC,
	ZFS_MAGIC, BCACHEFS_MAGIC};

static const uint32_t kernels[] = {PROC_SUPER_MAGIC, SYSFS_MAGIC, DEVPTS_SUPER_MAGIC,
	CGROUP_SUPER_MAGIC, CGROUP2_SUPER_MAGIC, DEBUGFS_MAGIC, TRACEFS_MAGIC, SECURITYFS_MAGIC,
	SELINUX_MAGIC, SMACK_MAGIC, BPF_FS_MAGIC, PSTOREFS_MAGIC, EFIVARFS_MAGIC, BINFMTFS_MAGIC,
	NSFS_MAGIC, AUTOFS_SUPER_MAGIC, MQUEUE_MAGIC, CONFIGFS_MAGIC_NUMBER, FUSECTL_MAGIC,
	RPC_PIPEFS_MAGIC, NFSD_MAGIC, BINDERFS_SUPER_MAGIC, RDTGROUP_SUPER_MAGIC,
	ANON_INODE_FS_MAGIC, PIPEFS_MAGIC, SOCKFS_MAGIC};

static bool among(uint32_t magic, const uint32_t *list, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (list[i] == magic)
			return true;
	return false;
}

enum err file_system_of(int fd, enum file_system *ret_kind)
{
	struct statfs status;
	if (fstatfs(fd, &status) != 0)
		return system_err(errno);
	uint32_t magic = (uint32_t)status.f_type;
	*ret_kind = among(magic, disks, sizeof(disks) / sizeof(disks[0])) ? FILE_SYSTEM_DISK
		    : among(magic, kernels, sizeof(kernels) / sizeof(kernels[0]))
			    ? FILE_SYSTEM_KERNEL
			    : FILE_SYSTEM_OTHER;
	return E_OK;
}
