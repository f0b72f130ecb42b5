/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "scanner/report.h"

/* A family's page for a terminal: headings, paragraphs and lists in lines of `columns` (0: not
 * cut). False: nothing is known of it. */
bool explain_family(struct writer *w, struct scan_report *r, struct str family, size_t columns);
