/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "server/command.h"

/* What the program says about itself, wrapped to the terminal's width (80 columns where there is
 * none). With --json a line for each command instead: {"command","group","arguments","brief",
 * "help","options":[{"name","value","general","help"}]}, of which tools/man_page.py makes the
 * manual. */

/* All commands under their headings. */
void help_all(struct context *c, const struct command *commands, size_t count);

/* One command with each of its options. */
void help_command(struct context *c, const struct command *command);

/* The commands that begin with the word; false where none does. */
bool help_group(struct context *c, const struct command *commands, size_t count, struct str word);

/* A command in a few words. */
struct str help_brief(enum lang lang, const struct command *command);
