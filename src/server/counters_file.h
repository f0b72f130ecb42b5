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

/* Calls fn for what DATA/counters holds; E_NOTFOUND where nothing was ever counted. */
MUST_CHECK enum err counters_file_each(int data_folder, counters_fn *fn, void *context);
