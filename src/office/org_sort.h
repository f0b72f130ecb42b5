/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/err.h"
#include "base/span.h"
#include "base/writer.h"
#include "sql/database.h"

/* A key of a name: keys compared byte by byte stand as names do in a Vietnamese list. Letters by
 * the alphabet (a ă â b c d đ e ê …), tones only where all letters are the same (none, huyền, hỏi,
 * ngã, sắc, nặng), case never, numbers by their value ("Phường 2" before "Phường 10"), letters of
 * other scripts after all of these; however the characters were composed. E_SYNTAX: no UTF-8. */
MUST_CHECK enum err org_sort_key(struct writer *w, struct str name);

/* Teaches a connection the SQL function name_key(TEXT), to sort by. */
MUST_CHECK enum err org_sort_register(struct database *d);
