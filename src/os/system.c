/* SPDX-License-Identifier: Apache-2.0 */
#include "os/system.h"

#include <errno.h>
#include <pwd.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

struct instant system_now(void)
{
	struct timespec now;
	if (clock_gettime(CLOCK_REALTIME, &now) != 0)
		abort();
	return (struct instant){now.tv_sec};
}

static uint64_t nanoseconds_of(clockid_t clock)
{
	struct timespec now;
	if (clock_gettime(clock, &now) != 0)
		abort();
	return (uint64_t)now.tv_sec * UINT64_C(1000000000) + (uint64_t)now.tv_nsec;
}

uint64_t system_monotonic(void)
{
	return nanoseconds_of(CLOCK_MONOTONIC);
}

void system_sleep_until(uint64_t until)
{
	const struct timespec then = {
		(time_t)(until / UINT64_C(1000000000)), (long)(until % UINT64_C(1000000000))};
	while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &then, NULL) == EINTR)
		;
}

uint64_t system_processor_time(void)
{
	return nanoseconds_of(CLOCK_PROCESS_CPUTIME_ID);
}

void system_random(void *buffer, size_t size)
{
	uint8_t *at = buffer;
	while (size > 0) {
		ssize_t got = getrandom(at, size, 0);
		if (got < 0 && errno == EINTR)
			continue;
		/* Without randomness keys would be guessable: no way to go on. */
		if (got <= 0)
			abort();
		at += got;
		size -= (size_t)got;
	}
}

uint64_t system_peak_memory(void)
{
	struct rusage usage;
	if (getrusage(RUSAGE_SELF, &usage) != 0)
		return 0;
	return (uint64_t)usage.ru_maxrss * 1024;
}

unsigned system_processors(void)
{
	cpu_set_t set;
	if (sched_getaffinity(0, sizeof(set), &set) != 0)
		return 1;
	int count = CPU_COUNT(&set);
	return count > 0 ? (unsigned)count : 1;
}

void system_survive_file_limit(void)
{
	const struct sigaction ignored = {.sa_handler = SIG_IGN};
	(void)sigaction(SIGXFSZ, &ignored, NULL);
}

enum err system_err(int number)
{
	switch (number) {
	case ENOSPC:
	case EDQUOT:
	case EFBIG: /* past what the process may write to one file */
		return E_NOSPACE;
	case ENOENT:
	case ENOTDIR:
		return E_NOTFOUND;
	case EEXIST:
	case ENOTEMPTY:
		return E_EXISTS;
	case EACCES:
	case EPERM:
	case ELOOP:
	case EXDEV:
	case EROFS:
		return E_DENIED;
	case EAGAIN:
	case EADDRINUSE:
		return E_BUSY;
	case ENOMEM:
		return E_NOMEM;
	}
	return E_IO;
}

void system_login(char ret_name[LOGIN_NAME_SIZE])
{
	char buffer[4096];
	struct passwd entry, *found = NULL;
	if (getlogin_r(ret_name, LOGIN_NAME_SIZE) == 0 && ret_name[0])
		return;
	if (getpwuid_r(geteuid(), &entry, buffer, sizeof(buffer), &found) != 0)
		found = NULL;
	const char *name = found ? found->pw_name : "?";
	snprintf(ret_name, LOGIN_NAME_SIZE, "%s", strlen(name) < LOGIN_NAME_SIZE ? name : "?");
}
