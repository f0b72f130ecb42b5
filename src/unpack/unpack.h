/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/err.h"
#include "model/finding.h"

/* Containers opened member by member, through well-kept libraries, each kind in its own file behind
 * struct container. Bytes in, bytes out: no file is opened, nothing is executed; runs in a process
 * without rights. */

struct unpack_limits {
	unsigned depth;       /* containers within containers */
	uint64_t members;     /* of one file on disk, all depths together */
	uint64_t member_size; /* of one member */
	uint64_t total;       /* expanded, of one file on disk */
	uint64_t ratio;       /* expanded : packed, past 1 MiB */
};
struct unpack_limits unpack_limits_usual(void); /* data/limits.def */

/* Gets each member, once, at any depth. `path` is " → b.tar → c". Anything but E_OK ends it. */
struct unpack_sink {
	void *context;
	enum err (*member)(void *context, struct str path, struct bytes content);
	/* What was not looked at, and why. */
	void (*unscanned)(void *context, struct str path, enum unscanned reason, struct str about);
	bool (*stop)(void *context); /* time is up */
};

/* Call once before entering a sandbox that forbids to open files: makes the libraries load what
 * they load on first use. From then on this process converts only the character sets it holds open,
 * and its time zone is UTC. E_NOMEM. */
MUST_CHECK enum err unpack_warm_up(void);

/* What a file looks like: "zip", "PE, packed with UPX", empty: nothing we know. */
struct str unpack_recognise(struct bytes content);

/* All members of all depths. A file that is no container has none. What came of a member before a
 * fault or a limit is handed over too, and said not to be all. A limit or the end of time is told
 * to the sink and is E_OK. E_NOMEM, or what the sink gave. */
MUST_CHECK enum err unpack(struct bytes content, struct str name,
	const struct unpack_limits *limits, const struct unpack_sink *sink);
