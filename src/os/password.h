/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stdbool.h>

#include "base/err.h"
#include "base/writer.h"

/* Whether a person sits at a terminal, whatever standard input and output are. */
bool password_askable(void);

/* Shows the prompt there and reads a line without showing it. What was typed is appended without
 * the end of line; the caller wipes it. E_NOTFOUND: no terminal; E_TRUNCATED: it closed; E_LIMIT.
 */
MUST_CHECK enum err password_ask(struct str prompt, struct writer *into);
