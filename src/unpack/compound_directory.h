/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/span.h"

/* How many folders and streams the directory of a compound file lists, the root not counted: libgsf
 * leaves out without a word those it cannot read, and walks the tree by calling itself. [MS-CFB].
 */
size_t compound_count(struct bytes content);
