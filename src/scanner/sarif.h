/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/writer.h"
#include "scanner/report.h"

/* The scan as SARIF 2.1.0 (OASIS, 27 March 2020): one run, a result for each finding, a
 * notification for each thing that was not scanned. */
void sarif_write(struct writer *w, const struct scan_report *r);
