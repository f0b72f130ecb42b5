/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/span.h"

/* Files of data/ that the program carries with it (tools/embed.py, tools/site_texts.py). */
struct embedded_file {
	const char *name;
	struct bytes bytes;
};

extern const struct embedded_file holder_files[]; /* data/holders/CC*.csv, "VN.csv" */
extern const size_t holder_file_count;

extern const struct embedded_file region_files[]; /* data/regions/NAME.csv, "VN-63.csv" */
extern const size_t region_file_count;

/* The site's own texts, read by room site at build: they parse. */
extern const struct embedded_file page_files[]; /* data/pages/LANG/KEY.md, "vi/services" */
extern const size_t page_file_count;
extern const struct embedded_file tool_files[]; /* data/tools/KEY.txt, "tools/bkav-home" */
extern const size_t tool_file_count;
