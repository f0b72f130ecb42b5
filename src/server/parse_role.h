/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/err.h"

/* `quetsach --role parse`: reads hostile bytes without rights. One request at a time comes over
 * CHILD_SOCKET, with the descriptor of its file (parse_channel.h); ends when the socket closes. */
int parse_role_main(void);
