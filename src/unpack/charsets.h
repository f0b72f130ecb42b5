/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/err.h"

/* Character sets of names and mail headers. The C library loads the converter of a set from disk
 * when it is first asked for, and a mail may name any: in a sandbox without open that is death.
 * After this the process has the usual ones and iconv_open() refuses the others. E_NOMEM. */
MUST_CHECK enum err charsets_hold(void);
