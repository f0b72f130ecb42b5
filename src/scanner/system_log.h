/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "scanner/report.h"

/* A line for each finding and one for the summary to the system's log (/dev/log), key=value, texts
 * of others quoted as JSON. */
void system_log_open(void);
void system_log_finding(const struct finding *f);
void system_log_found_more(const struct found_more *more);
void system_log_summary(const struct scan_report *r);
void system_log_close(void);
