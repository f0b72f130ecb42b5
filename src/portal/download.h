/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "portal/page.h"

/* The way to a tool that is counted: "/tai/bkav-home"; lives as long as the page. */
struct str download_path(struct page *p, const struct tool *tool);

/* Whether an answer to it is a download, by its header fields: not a prefetch, and from the file's
 * beginning. */
bool download_begins(struct str purpose, struct str sec_purpose, struct str range);
