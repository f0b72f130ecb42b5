/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* `quetsach --role guard …`: where `serve` was started as root, which it gives up, this stands
 * between it and the keeper and starts one that died again. The words are the keeper's (keeper.h),
 * and so is what comes over CHILD_SOCKET: it is handed on, the last of it also to who is started
 * anew. It does nothing else, reads nothing of anybody's and opens nothing. */
int guard_role_main(int count, const char *const *words);
