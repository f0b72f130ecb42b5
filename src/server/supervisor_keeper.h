/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <poll.h>

#include "server/supervisor.h"

/* The keeper of clerk and mail (keeper.h), where there is a desk: started while there are all
 * rights. What happens to it never ends the portal. Where the supervisor was root it cannot be
 * started again with its rights; that is logged. Without --desk-listen each of these does nothing.
 */

void supervisor_keeper_start(struct supervisor *s);
void supervisor_keeper_reload(struct supervisor *s);

/* One place of poll(). */
void supervisor_keeper_wait(const struct supervisor *s, struct pollfd *on);
void supervisor_keeper_act(struct supervisor *s, const struct pollfd *on);

/* When it is to be started again, monotonic; UINT64_MAX: it runs. */
uint64_t supervisor_keeper_due(const struct supervisor *s);
void supervisor_keeper_do_due(struct supervisor *s, uint64_t now);

/* Its sign to end; then wait until `until`. */
void supervisor_keeper_dismiss(struct supervisor *s);
void supervisor_keeper_bury(struct supervisor *s, uint64_t until);
