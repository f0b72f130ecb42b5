/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/err.h"
#include "base/span.h"
#include "base/writer.h"

/* A text as it is searched: small letters without diacritics ("Đặc khu Phú Quốc" → "dac khu phu
 * quoc"), however its characters were composed; white space and '_' as one space, none at the ends.
 * E_SYNTAX: no UTF-8. */
MUST_CHECK enum err org_fold(struct writer *w, struct str text);

/* The text in Unicode form NFC. E_SYNTAX: no UTF-8. */
MUST_CHECK enum err org_compose(struct writer *w, struct str text);
