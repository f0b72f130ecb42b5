/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "desk/page.h"

/* Pieces of the first page. Each says whether it wrote anything. */

/* Each campaign whose returns are not all in and judged: how the level of the reader stands, with
 * links into its lists. For who may see totals. */
struct work_stands;
MUST_CHECK enum err work_stands_load(struct desk_request *r, struct work_stands **ret_stands);
bool work_stands_write(struct desk_page *p, const struct work_stands *stands);

/* Feeds that fell silent or changed, mails that failed, texts that wait for their day. For who may
 * see feeds and pages. */
struct work_watch;
MUST_CHECK enum err work_watch_load(struct desk_request *r, struct work_watch **ret_watch);
bool work_watch_write(struct desk_page *p, const struct work_watch *watch);

/* <li> with a link in it. */
void work_line(struct desk_page *p, struct str path, struct str words);
