/* SPDX-License-Identifier: Apache-2.0 */
#include "os/system.h"

#include <errno.h>
#include <sched.h>
#include <stdlib.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <time.h>

struct instant system_now(void)
{
	struct timespec now;
	if (clock_gettime(CLOCK_REALTIME, &now) != 0)
		abort();
	return (struct instant){now.tv_sec};
}

uint64_t system_monotonic(void)
{
	struct timespec now;
	if (clock_gettime(CLOCK_MONOTONIC, &now) != 0)
		abort();
	return (uint64_t)now.tv_sec * UINT64_C(1000000000) + (uint64_t)now.tv_nsec;
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

enum err system_err(int number)
{
	switch (number) {
	case ENOSPC:
	case EDQUOT:
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
