/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "scanner/report.h"
#include "scanner/words.h"

/* What was found, in words for people: a file, a program that runs, a line of a place from which
 * programs start, a connection. */

/* "/tmp/a.zip → b", "/etc/crontab, dòng 3", "chương trình đang chạy sshd (số 123)". */
void thing_title(struct writer *w, enum lang lang, const struct finding *f);

/* Sentences about it, in order. `quoted`: somebody else's words, shown as write_shown() does. */
struct thing_sink {
	void *context;
	void (*line)(void *context, struct str line, bool quoted);
};
void thing_about(
	const struct scan_report *r, const struct finding *f, const struct thing_sink *sink);

/* "In /tmp/a.zip 1,234 more …" */
void found_more_write(struct writer *w, enum lang lang, const struct found_more *more);

/* A reason that the survey gives, not a rule of a pack. */
bool thing_is_reason(const struct rule_match *match);

/* Of what is not scanned. */
void unscanned_title(struct writer *w, enum lang lang, const struct not_scanned *what);

/* Words of a reason by its key; false: we have none. Made at build from po/vi/survey.po. */
bool reason_message(struct str key, enum message *ret_message);

/* What a place is for, by its key. */
enum message place_message(struct str key);

/* "process 123 (sshd)", "pid 123 (sshd)"; false for anything else. */
bool process_label_read(struct str path, uint32_t *ret_pid, struct str *ret_name);
