/* SPDX-License-Identifier: Apache-2.0 */
#include "os/filter.h"
#include "os/landlock.h"
#include "os/sandbox.h"

enum {
	PARSE_DESCRIPTORS = 64
};

static enum err enter(bool threads)
{
	struct filter f;
	unsigned version = landlock_version();
	TRY(sandbox_harden(PARSE_DESCRIPTORS));
	/* Seccomp alone forbids every call that Landlock watches: two walls, not one. */
	if (version > 0)
		TRY(landlock_enter(version, NULL));
	filter_init(&f);
	filter_allow_common(&f);
	if (threads)
		filter_allow_threads(&f);
	return filter_enter(&f);
}

enum err sandbox_enter_parse(void)
{
	return enter(false);
}

enum err sandbox_enter_compile(void)
{
	return enter(true);
}
