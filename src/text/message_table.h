/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/lang.h"
#include "base/span.h"
#include "text/messages.h"

/* What tools/messages.py makes of po/; only text.c reads it. */
struct str message_text(enum lang lang, enum message message);
