/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "model/finding.h"
#include "text/text.h"

/* Words and forms that every output for people shares. */

/* A path or name of somebody else: besides control characters and bytes that are no UTF-8, letters
 * that turn writing around or cannot be seen are shown by their number, as \u{202E}. */
void write_shown(struct writer *w, struct str s);

/* "/tmp/a.zip → b.tar → c", shown as above. */
void write_where(struct writer *w, struct str path, struct str object);

/* "1,5 MB"; "0,4 giây", "3 phút 12 giây"; the last without parts of seconds. */
void write_size(struct writer *w, enum lang lang, uint64_t bytes);
void write_time(struct writer *w, enum lang lang, double seconds);
void write_time_left(struct writer *w, enum lang lang, uint64_t seconds);

/* The name people know a family by: of our list, else the key. */
struct str family_shown(struct str key);

/* One plain paragraph of our list, empty where we have none. */
struct str family_about(struct str key, enum lang lang);

/* Why things of that kind were not scanned and what helps. */
enum message unscanned_message(enum unscanned reason);

/* Whether what it is about is a name people can use, as of a packer; else it is a library's word.
 */
bool unscanned_names(enum unscanned reason);

/* What to do; as many as apply, in order. */
enum {
	TODO_MOST = 8
};
/* `here`: on the machine that runs. */
size_t todo_list(
	bool here, bool infected, bool suspicious, bool whole, enum message ret_list[TODO_MOST]);

/* A value for a message from what was written; lives as long as the writer. */
static inline struct text_arg written(struct str name, const struct writer *w)
{
	return (struct text_arg){name, writer_view_str(w)};
}
