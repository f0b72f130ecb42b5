/* SPDX-License-Identifier: Apache-2.0 */
#include "os/guarded.h"

#include <errno.h>
#include <signal.h>
#include <sys/mman.h>
#include <unistd.h>

#include "os/system.h"

static struct {
	uint8_t *start;
	size_t size;
	size_t page;
	volatile sig_atomic_t broken;
} guarded;

/* Zeros take the place of the rest, and whoever was reading goes on. A fault elsewhere is our own
 * and kills. */
static void on_fault(int number, siginfo_t *info, void *context)
{
	const uint8_t *at = info->si_addr;
	(void)context;
	if (guarded.size > 0 && at >= guarded.start && at < guarded.start + guarded.size) {
		size_t from = (size_t)(at - guarded.start) / guarded.page * guarded.page;
		guarded.broken = 1;
		if (mmap(guarded.start + from, guarded.size - from, PROT_READ,
			    MAP_FIXED | MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) != MAP_FAILED)
			return;
	}
	/* Comes again at once, without a handler. */
	const struct sigaction by_default = {.sa_handler = SIG_DFL};
	sigaction(number, &by_default, NULL);
}

static enum err watch(void)
{
	struct sigaction action = {.sa_sigaction = on_fault, .sa_flags = SA_SIGINFO};
	guarded.page = (size_t)sysconf(_SC_PAGESIZE);
	sigemptyset(&action.sa_mask);
	return sigaction(SIGBUS, &action, NULL) == 0 ? E_OK : system_err(errno);
}

enum err guarded_map(int fd, size_t size, struct bytes *ret_bytes)
{
	guarded_unmap();
	TRY(watch());
	void *data = mmap(NULL, size, PROT_READ, MAP_SHARED, fd, 0);
	if (data == MAP_FAILED)
		return system_err(errno);
	/* Read from front to back: the kernel may read far ahead. */
	(void)madvise(data, size, MADV_SEQUENTIAL);
	guarded.start = data;
	guarded.size = size;
	*ret_bytes = (struct bytes){data, size};
	return E_OK;
}

bool guarded_broken(void)
{
	return guarded.broken;
}

void guarded_unmap(void)
{
	if (guarded.size > 0)
		munmap(guarded.start, guarded.size);
	guarded.size = 0;
	guarded.broken = 0;
}
