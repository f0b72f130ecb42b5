/* SPDX-License-Identifier: Apache-2.0 */
#include "os/fork.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/ioprio.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "os/system.h"

enum err fork_copy(pid_t *ret_pid)
{
	pid_t parent = getpid();
	pid_t pid = fork();
	if (pid < 0)
		return system_err(errno);
	if (pid == 0 && (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0 || getppid() != parent))
		_exit(127);
	*ret_pid = pid;
	return E_OK;
}

enum err process_open(pid_t pid, int *ret_pidfd)
{
	long fd = syscall(SYS_pidfd_open, pid, 0);
	if (fd < 0)
		return errno == ESRCH ? E_NOTFOUND : system_err(errno);
	*ret_pidfd = (int)fd;
	return E_OK;
}

enum err fork_wait(pid_t pid, int *ret_status)
{
	pid_t got;
	if (pid <= 0)
		return E_NOTFOUND;
	do
		got = waitpid(pid, ret_status, 0);
	while (got < 0 && errno == EINTR);
	return got == pid ? E_OK : E_NOTFOUND;
}

void process_kill(int pidfd)
{
	(void)!syscall(SYS_pidfd_send_signal, pidfd, SIGKILL, NULL, 0);
}

enum err process_time(pid_t pid, uint64_t *ret_nanoseconds)
{
	clockid_t clock;
	struct timespec used;
	if (clock_getcpuclockid(pid, &clock) != 0 || clock_gettime(clock, &used) != 0)
		return E_NOTFOUND;
	*ret_nanoseconds = (uint64_t)used.tv_sec * 1000000000 + (uint64_t)used.tv_nsec;
	return E_OK;
}

struct str status_text(int status, char buffer[STATUS_TEXT])
{
	const char *name = WIFSIGNALED(status) ? sigabbrev_np(WTERMSIG(status)) : NULL;
	int size = name ? snprintf(buffer, STATUS_TEXT, "SIG%s", name)
		   : WIFSIGNALED(status)
			   ? snprintf(buffer, STATUS_TEXT, "signal %d", WTERMSIG(status))
			   : snprintf(buffer, STATUS_TEXT, "exit %d", WEXITSTATUS(status));
	return (struct str){buffer, size > 0 ? (size_t)size : 0};
}

void priority_low(void)
{
	enum {
		NICE = 10
	};
	(void)setpriority(PRIO_PROCESS, 0, NICE);
	(void)!syscall(
		SYS_ioprio_set, IOPRIO_WHO_PROCESS, 0, IOPRIO_PRIO_VALUE(IOPRIO_CLASS_IDLE, 0));
}

enum err output_discard(void)
{
	int nothing = open("/dev/null", O_WRONLY | O_CLOEXEC);
	if (nothing < 0)
		return system_err(errno);
	bool done = dup2(nothing, STDOUT_FILENO) >= 0 && dup2(nothing, STDERR_FILENO) >= 0;
	int number = errno;
	close(nothing);
	return done ? E_OK : system_err(number);
}

enum err standard_descriptors_fill(void)
{
	int fd;
	do
		fd = open("/dev/null", O_RDONLY);
	while (fd >= 0 && fd <= STDERR_FILENO);
	if (fd < 0)
		return system_err(errno);
	close(fd);
	return E_OK;
}

uint64_t descriptors_most(void)
{
	struct rlimit files;
	if (getrlimit(RLIMIT_NOFILE, &files) != 0)
		return 256;
	rlim_t had = files.rlim_cur;
	files.rlim_cur = files.rlim_max;
	return setrlimit(RLIMIT_NOFILE, &files) == 0 ? files.rlim_max : had;
}

enum err memory_meter_open(int *ret_fd)
{
	int fd = open("/proc/self/statm", O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return system_err(errno);
	*ret_fd = fd;
	return E_OK;
}

/* "size resident shared text lib data dt", in pages. */
enum err memory_meter_read(int fd, uint64_t *ret_bytes)
{
	enum {
		DATA = 5
	};
	char line[128];
	uint64_t pages;
	ssize_t size = pread(fd, line, sizeof(line), 0);
	if (size <= 0)
		return size < 0 ? system_err(errno) : E_IO;
	struct str rest = {line, (size_t)size};
	for (int i = 0; i < DATA; i++)
		(void)str_cut(rest, ' ', &rest);
	if (!str_to_u64(str_cut(rest, ' ', &rest), UINT64_MAX >> 20, &pages))
		return E_IO;
	*ret_bytes = pages * (uint64_t)sysconf(_SC_PAGESIZE);
	return E_OK;
}
