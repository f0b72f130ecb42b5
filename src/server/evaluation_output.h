/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "server/command.h"
#include "server/evaluation_run.h"

/* `quetsach evaluate --output FILE`, as often as wanted: the evaluation as a document, in the shape
 * that the file's name ends in (.html, .pdf, .xlsx, .json) and the language of the command. With
 * --public as the public may have it: only feeds with public_stats, small cells withheld, holders
 * left out, since their right of reply may run. */

/* Complains and returns false when a name ends in none of these: asked before anything is counted.
 */
bool evaluation_outputs_fine(struct context *c);

/* Each file comes into being whole. Complains and returns false where one could not. */
bool evaluation_outputs_write(struct context *c, const struct evaluated *e);
