/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "desk/returns_paper.h"
#include "office/org.h"
#include "server/command.h"

/* What the commands on returns share: the office, a campaign of the catalogue, an organisation. */
struct return_command {
	struct context *c;
	struct office office;
	struct plan plan;
	struct zone *zone;    /* of the campaign; NULL: UTC */
	struct date today;    /* there */
	struct actor actor;   /* the operator at the machine, or for whom it is run */
	struct str line;      /* of reporting, which decides about rights */
	struct str organiser; /* as the site names it; may be empty */
};

/* Opens the office and finds the campaign of the first argument; says what is wrong. Always closed
 * afterwards. */
bool return_command_begin(struct return_command *r, struct context *c, bool write);
void return_command_end(struct return_command *r);

/* The organisation with the code of argument `nth`; says so where there is none. */
bool return_command_org(struct return_command *r, size_t nth, struct org *ret_org);
bool return_command_org_code(struct return_command *r, struct str code, struct org *ret_org);

/* Whether the one it is run for may; says that there is no such organisation where not: what one
 * may not see does not exist. */
bool return_command_may(struct return_command *r, enum act act, int64_t org);

/* What went wrong, in words where it is about returns; EXIT_FAILED. */
int return_command_failed(struct return_command *r, enum err err);
int return_command_refuse(struct return_command *r, enum message message, struct str got);

/* "22/10/2020", "–" for none. */
struct str return_command_day(struct return_command *r, struct date day);
