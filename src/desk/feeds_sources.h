/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "desk/page.h"
#include "fetch/spool.h"

/* The sources that feeds are fetched from by themselves, and how it goes with them: a heading and a
 * table; nothing where there are none. `feed`: only its own; empty: all. */
void feeds_write_sources(struct desk_page *p, struct str feed);

void desk_source(struct desk_request *r); /* sources/NAME */

/* --- of the table and of the page of one --- */

/* The folder of what is fetched; `all`: with what waits, else what everybody may look at who may
 * enter the data folder. */
MUST_CHECK enum err sources_open(struct desk_request *r, bool all, struct fetch_spool *ret_spool);

/* "mỗi 1 giờ", "mỗi 1 ngày, lúc 06:30" */
struct str source_every_words(struct desk_request *r, const struct schedule *schedule);

/* A time, or that it is due, or that it rests. */
struct str source_next_words(
	struct desk_request *r, const struct source *source, const struct source_state *state);

/* Why it failed last. */
struct str source_why_words(struct desk_request *r, const struct source_state *state);

void source_write_tag(
	struct desk_page *p, const struct source *source, const struct source_state *state);
