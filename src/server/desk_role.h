/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* `quetsach --role desk`: serves the staff's pages from office/ and mail/ of the data folder, which
 * it writes, and the rest of it, which it reads, in the desk's sandbox. Its supervisor sends over
 * CHILD_SOCKET the portal's orders with the listening socket, then one byte DESK_FOLDER with the
 * data folder; it gets one DESK_READY byte. DESK_RETIRE says that another has taken over. */
int desk_role_main(void);

enum {
	DESK_READY = 'R',
	DESK_FOLDER = 'F',
	DESK_RETIRE = 'E'
};
