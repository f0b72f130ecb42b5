/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/err.h"
#include "base/instant.h"
#include "os/file.h"
#include "portal/counters.h"

#define COUNTERS_NAME "counters"

/* DATA/counters for several processes to count in, ready to use: made where it is missing, owned by
 * `user` when we are root. What is damaged or of another version goes to "counters.broken-SECONDS",
 * the log says so, and counting begins at 0. */
MUST_CHECK enum err counters_file_open(
	int data_folder, const char *user, struct instant now, int *ret_fd);

/* Maps it. The mapping lives as long as the counters are used. */
MUST_CHECK enum err counters_file_map(
	int fd, struct shared_mapping *ret_mapping, struct counters *ret_counters);

/* What DATA/counters holds now; E_NOTFOUND where nothing was ever counted. */
struct counters_copy {
	struct writer file;
	struct counters counters;
};
MUST_CHECK enum err counters_file_read(const char *data, struct counters_copy *ret_copy);
void counters_copy_release(struct counters_copy *c); /* a zeroed one is fine */
