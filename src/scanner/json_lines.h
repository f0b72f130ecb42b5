/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/writer.h"
#include "scanner/report.h"

/* Results for programs, one JSON object a line: docs/format/scan.md. */
void json_finding(struct writer *w, const struct finding *f);
void json_found_more(struct writer *w, const struct found_more *more);
void json_unscanned(struct writer *w, const struct not_scanned *what);
void json_summary(struct writer *w, const struct scan_report *r);
