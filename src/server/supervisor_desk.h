/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <poll.h>

#include "server/supervisor.h"

/* The desk beside the portal: started, started again when it dies, replaced at a reload. What
 * happens to it never ends the portal. Without --desk-listen each of these does nothing. */

/* Binds --desk-listen and opens the data folder, which must be done with all rights; as root gives
 * office/ and mail/ to the user. 0, or SERVE_FAILED after saying what is wrong. */
int supervisor_desk_prepare(struct supervisor *s);

void supervisor_desk_start(struct supervisor *s);

/* With the settings of s->settings; the one that serves goes on until the new one is ready. */
void supervisor_desk_reload(struct supervisor *s);

/* Fills SUPERVISOR_DESK_POLLS places, later looked at in the same order. */
void supervisor_desk_wait(const struct supervisor *s, struct pollfd *on);
void supervisor_desk_act(struct supervisor *s, const struct pollfd *on);

/* When it is to be started again, monotonic; UINT64_MAX: it runs. */
uint64_t supervisor_desk_due(const struct supervisor *s);
void supervisor_desk_do_due(struct supervisor *s, uint64_t now);

/* Their sign to end; then wait until `until`. */
void supervisor_desk_dismiss(struct supervisor *s);
void supervisor_desk_bury(struct supervisor *s, uint64_t until);
