/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/writer.h"
#include "scanner/report.h"

/* The report for people: one HTML file that stands alone, prints, and runs nothing. */
void page_write(struct writer *w, struct scan_report *r);
