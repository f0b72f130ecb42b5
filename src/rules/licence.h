/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/span.h"

/* What the text of a licence says, as far as it is one of those that rule sets come under. */

/* "MIT", "DRL-1.1": its SPDX name, else its first line; empty where there is none. Borrowed from
 * the text or static. */
struct str licence_name(struct str text);

/* "Copyright (c) 2014-2018 ESET spol. s r.o." → "ESET spol. s r.o."; empty: not said. */
struct str licence_holder(struct str text);
