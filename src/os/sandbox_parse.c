/* SPDX-License-Identifier: Apache-2.0 */
#include "os/filter.h"
#include "os/landlock.h"
#include "os/sandbox.h"

enum {
	PARSE_DESCRIPTORS = 64
};

enum err sandbox_enter_parse(void)
{
	struct filter f;
	unsigned version = landlock_version();
	TRY(sandbox_harden(PARSE_DESCRIPTORS));
	/* Seccomp alone forbids every call that Landlock watches: two walls, not one. */
	if (version > 0)
		TRY(landlock_enter(version, NULL));
	filter_init(&f);
	filter_allow_common(&f);
	return filter_enter(&f);
}
