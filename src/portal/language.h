/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/lang.h"
#include "base/span.h"

/* The language of an Accept-Language header (RFC 9110, 12.5.4) that we speak and the visitor likes
 * best; Vietnamese when neither is named or both are liked alike. */
enum lang language_accepted(struct str accept_language);

/* By the first part of the path: "/en/…" is English. False where none is named. */
bool language_of_path(struct str path, enum lang *ret_lang);
