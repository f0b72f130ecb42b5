/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "desk/returns.h"
#include "office/rollup.h"

/* Within the desk: one level of a campaign, as its pages share it. */
struct rollup_page {
	struct desk_request *r;
	struct returns_campaign campaign;
	int64_t org; /* 0: everything */
	struct str name;
	struct return_form form;
	int64_t form_version;
};

/* Parts 0 and 1 of the address, looked at by somebody who may. False: it has been answered. */
bool rollup_open(struct desk_request *r, struct rollup_page *ret);

/* Below /desk/LANG/: "campaigns/vn-2020/roll-up/31" and what is behind it. */
struct str rollup_path(struct desk_request *r, struct str campaign, int64_t org, const char *more);

/* The head of a page about it, with the way there. */
void rollup_begin_page(
	struct desk_page *p, struct rollup_page *l, struct str title, bool below, bool wide);

/* Links to the lists of who is late and who waits, with how many there are. */
void rollup_write_lists(
	struct desk_page *p, struct rollup_page *l, const struct level_counts *counts);
