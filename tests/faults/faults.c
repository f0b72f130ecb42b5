/* SPDX-License-Identifier: Apache-2.0 */
/* With it pwrite() and pwrite64() would be the same symbol; SQLite calls the one, others the other.
 */
#undef _FILE_OFFSET_BITS

#include "faults.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static struct {
	enum spoil spoil;
	uint64_t call;
	uint64_t count;
	bool busy; /* our own calls do not count */
	bool reached;
	const char *left;
} plan;

void faults_arm(enum spoil spoil, uint64_t call, const char *folder, const char *left)
{
	if (spoil == SPOIL_POWER)
		power_begin(folder);
	plan.spoil = spoil;
	plan.call = call;
	plan.count = 0;
	plan.reached = false;
	plan.left = left;
}

bool faults_disarm(void)
{
	plan.spoil = SPOIL_NONE;
	return plan.reached;
}

static bool on_disk(int fd)
{
	struct stat status;
	return fstat(fd, &status) == 0 && (S_ISREG(status.st_mode) || S_ISDIR(status.st_mode));
}

enum act {
	ACT_DO,
	ACT_FAIL, /* errno is set */
	ACT_HALF  /* of a write */
};

enum needs {
	NEEDS_NOTHING,
	NEEDS_ROOM
};

static enum act lose_power(void)
{
	plan.busy = true;
	power_fail(plan.left);
	_exit(137);
}

static enum act at_the_call(bool is_write)
{
	plan.reached = true;
	switch (plan.spoil) {
	case SPOIL_STOP:
		_exit(137);
	case SPOIL_TEAR:
		if (is_write)
			return ACT_HALF;
		_exit(137);
	case SPOIL_POWER:
		return lose_power();
	case SPOIL_ERROR:
		errno = EIO;
		return ACT_FAIL;
	case SPOIL_SHORT:
		return is_write ? ACT_HALF : ACT_DO;
	case SPOIL_FULL:
	case SPOIL_NONE:
	case SPOIL__COUNT:
		break;
	}
	return ACT_DO;
}

static enum act next_call(enum needs needs, bool is_write)
{
	if (plan.spoil == SPOIL_NONE || plan.busy)
		return ACT_DO;
	plan.count++;
	if (plan.spoil == SPOIL_FULL && plan.count >= plan.call) {
		plan.reached = true;
		if (needs == NEEDS_NOTHING)
			return ACT_DO;
		errno = ENOSPC;
		return ACT_FAIL;
	}
	return plan.count == plan.call ? at_the_call(is_write) : ACT_DO;
}

static long (*real_syscall)(long number, ...);

static long through(long number, long a, long b, long c, long d, long e)
{
	if (!real_syscall) {
		void *found = dlsym(RTLD_NEXT, "syscall");
		memcpy(&real_syscall, &found, sizeof(found));
	}
	return real_syscall(number, a, b, c, d, e, 0L);
}

/* A write that is torn is done by half, and is the last thing done. */
static ssize_t write_call(int fd, long number, const void *data, size_t size, off_t offset)
{
	enum act act = on_disk(fd) ? next_call(NEEDS_ROOM, true) : ACT_DO;
	if (act == ACT_FAIL)
		return -1;
	if (act == ACT_HALF && size > 1)
		size /= 2;
	ssize_t done = through(number, fd, (long)data, (long)size, offset, 0);
	if (act == ACT_HALF && plan.spoil == SPOIL_TEAR)
		_exit(137);
	return done;
}

ssize_t write(int fd, const void *data, size_t size)
{
	return write_call(fd, SYS_write, data, size, 0);
}

ssize_t pwrite(int fd, const void *data, size_t size, off_t offset)
{
	return write_call(fd, SYS_pwrite64, data, size, offset);
}

ssize_t pwrite64(int fd, const void *data, size_t size, off_t offset)
{
	return write_call(fd, SYS_pwrite64, data, size, offset);
}

static int sync_call(int fd, long number)
{
	if (next_call(NEEDS_NOTHING, false) == ACT_FAIL)
		return -1;
	int failed = (int)through(number, fd, 0, 0, 0, 0);
	if (!failed && plan.spoil == SPOIL_POWER && !plan.busy) {
		plan.busy = true;
		power_fsync(fd);
		plan.busy = false;
	}
	return failed;
}

int fsync(int fd)
{
	return sync_call(fd, SYS_fsync);
}

int fdatasync(int fd)
{
	return sync_call(fd, SYS_fdatasync);
}

int ftruncate(int fd, off_t size)
{
	if (next_call(NEEDS_ROOM, false) == ACT_FAIL)
		return -1;
	return (int)through(SYS_ftruncate, fd, size, 0, 0, 0);
}

int ftruncate64(int fd, off_t size)
{
	return ftruncate(fd, size);
}

static void forget(int folder, const char *path)
{
	if (plan.spoil != SPOIL_POWER || plan.busy)
		return;
	plan.busy = true;
	power_unlink(folder, path);
	plan.busy = false;
}

int unlink(const char *path)
{
	if (next_call(NEEDS_NOTHING, false) == ACT_FAIL)
		return -1;
	forget(AT_FDCWD, path);
	return (int)through(SYS_unlink, (long)path, 0, 0, 0, 0);
}

int unlinkat(int folder, const char *path, int flags)
{
	if (next_call(NEEDS_NOTHING, false) == ACT_FAIL)
		return -1;
	forget(folder, path);
	return (int)through(SYS_unlinkat, folder, (long)path, flags, 0, 0);
}

int renameat(int from_folder, const char *from, int to_folder, const char *to)
{
	if (next_call(NEEDS_ROOM, false) == ACT_FAIL)
		return -1;
	forget(to_folder, to);
	return (int)through(SYS_renameat, from_folder, (long)from, to_folder, (long)to, 0);
}

int renameat2(int from_folder, const char *from, int to_folder, const char *to, unsigned flags)
{
	if (next_call(NEEDS_ROOM, false) == ACT_FAIL)
		return -1;
	return (int)through(SYS_renameat2, from_folder, (long)from, to_folder, (long)to, flags);
}

int linkat(int from_folder, const char *from, int to_folder, const char *to, int flags)
{
	if (next_call(NEEDS_ROOM, false) == ACT_FAIL)
		return -1;
	return (int)through(SYS_linkat, from_folder, (long)from, to_folder, (long)to, flags);
}

int mkdirat(int folder, const char *path, mode_t mode)
{
	if (next_call(NEEDS_ROOM, false) == ACT_FAIL)
		return -1;
	return (int)through(SYS_mkdirat, folder, (long)path, mode, 0, 0);
}

static int open_call(const char *path, int flags, mode_t mode)
{
	if (flags & O_CREAT && next_call(NEEDS_ROOM, false) == ACT_FAIL)
		return -1;
	return (int)through(SYS_openat, AT_FDCWD, (long)path, flags, mode, 0);
}

int open64(const char *path, int flags, ...)
{
	va_list arguments;
	va_start(arguments, flags);
	mode_t mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(arguments, mode_t) : 0;
	va_end(arguments);
	return open_call(path, flags, mode);
}

/* openat2() has no function in the C library: it comes this way. */
long syscall(long number, ...)
{
	long a[5];
	va_list arguments;
	va_start(arguments, number);
	for (int i = 0; i < 5; i++)
		a[i] = va_arg(arguments, long);
	va_end(arguments);
	if (number == SYS_openat2) {
		const struct open_how *how = (const struct open_how *)a[2];
		if (how->flags & O_CREAT && next_call(NEEDS_ROOM, false) == ACT_FAIL)
			return -1;
	}
	return through(number, a[0], a[1], a[2], a[3], a[4]);
}
