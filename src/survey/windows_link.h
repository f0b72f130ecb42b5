/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/err.h"
#include "base/writer.h"

/* Appends what a shortcut of Windows (.lnk) starts, as a command line. E_SYNTAX: no shortcut;
 * E_TRUNCATED: breaks off. */
MUST_CHECK enum err windows_link_read(struct bytes content, struct writer *w);
