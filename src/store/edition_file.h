/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "store/folder.h"

/* Within the room: public/editions, the parts of editions that everybody may have. The folder is
 * there once it is needed. */

/* E_NOTFOUND: there is none. */
MUST_CHECK enum err editions_open(const struct data_folder *f, int *ret_folder);

enum {
	EDITION_NAME_SIZE = 128
};

/* "vn-2020-1.vi.pdf"; E_LIMIT. */
MUST_CHECK enum err edition_file_name(
	struct str campaign, uint32_t number, struct str part, char ret_name[EDITION_NAME_SIZE]);
