/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "portal/page.h"

/* The parts of the frame around a page; page.h begins and ends it. */

/* The address of this page in a language; the home page's for an error. */
struct str frame_address(struct page *p, const struct page_head *head, enum lang lang);

/* <html> and all of <head>. */
void frame_write_head(struct page *p, const struct page_head *head);

/* Skip link, banner of simulated data, brand, menu, switch of language. */
void frame_write_top(struct page *p, const struct page_head *head);

/* Who speaks, how to reach them, and the way to every page that the menu does not name. */
void frame_write_foot(struct page *p);
