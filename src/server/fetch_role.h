/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* `quetsach --role fetch`: one transfer. Over CHILD_SOCKET comes an order (fetch/wire.h) with the
 * file to fill, unless a list is asked for, and a file of authorities, if any; back go messages
 * about it. It may connect, and write what it was handed, nothing else. */
int fetch_role_main(void);
