/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "desk/page.h"
#include "desk/site_contents.h"

/* Within the room: the catalogue of tools. Every change is a job of the clerk. */

void desk_tools(struct desk_request *r);       /* tools */
void desk_tools_order(struct desk_request *r); /* tools/order */
void desk_tool_new(struct desk_request *r);    /* tools/new */
void desk_tool(struct desk_request *r);        /* tools/KEY */
void desk_tool_file(struct desk_request *r);   /* tools/KEY/file */
void desk_tool_remove(struct desk_request *r); /* tools/KEY/remove */

struct tool_row {
	struct tool_entry entry; /* texts in the arena */
	bool ours;
	int64_t downloads; /* −1: not known */
};

/* In their order, withdrawn ones too; in the arena. False: it has been answered. */
bool tools_load(struct desk_request *r, struct tool_row **ret_rows, size_t *ret_count);

struct str tools_path(struct desk_request *r, struct str key, const char *behind);

/* "Windows, macOS" */
struct str tools_platforms(struct desk_request *r, unsigned platforms);
struct str tools_platform_label(enum tool_platform platform);

/* "5,2 MB" */
struct str tools_size(struct desk_request *r, uint64_t bytes);
