/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* `quetsach --role keeper USER MAIL-FROM ZONE CONFIGURATION FOLDER LANG [--mail=…]…`: keeps the
 * processes beside the desk going which need the rights that `serve` was started with: clerk, mail,
 * fetch (not where --no-fetch is among the words).
 * It reads nothing of anybody's; the supervisor's side has given these rights up by then. One that
 * ends with status 0 has nothing to do (mail = none) and rests until the next reload. Over
 * CHILD_SOCKET: KEEPER_RELOAD with MAIL-FROM and ZONE as they are now, each a string: mail
 * is started anew, and the clerk where these have changed; its end: all end. */
int keeper_role_main(int count, const char *const *words);

#define KEEPER_NO_FETCH "--no-fetch"

enum {
	KEEPER_RELOAD = 'L',
	KEEPER_MESSAGE = 1024, /* bytes of a message at most */
	KEEPER_FAREWELL = 2000 /* milliseconds for those it keeps to end by themselves */
};
