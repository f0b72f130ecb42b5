/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "server/command_site.h"
#include "store/edition.h"

/* What the commands on editions share. */

/* CAMPAIGN [N] of the command's words, N being the newest where it is not given; says what is not
 * there and returns false. */
bool edition_chosen(struct context *context, struct store *store, struct edition *ret_edition);

/* "hh:mm dd/mm/yyyy UTC"; lives as long as the command. */
struct str edition_time_text(struct context *context, struct instant t);

/* Line of a list, or JSON without its end: "{…". */
void edition_say(struct context *context, const struct edition *edition);
void edition_json(struct context *context, const struct edition *edition);
