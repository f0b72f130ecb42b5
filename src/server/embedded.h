/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/span.h"

/* Files of data/ that the program carries with it (tools/embed.py). */
struct embedded_file {
	const char *name; /* base name */
	struct bytes bytes;
};

extern const struct embedded_file holder_files[]; /* data/holders/CC*.csv */
extern const size_t holder_file_count;
