/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "store/folder.h"
#include "store/site_content.h"

/* Within the room: public/downloads, files named by their SHA-256. The folder is there once it is
 * needed. */

/* "downloads". */
extern const char downloads_name[];

/* Makes the folder where it is missing. */
MUST_CHECK enum err downloads_make(const struct data_folder *f, int *ret_folder);

/* E_NOTFOUND: there is none. */
MUST_CHECK enum err downloads_open(const struct data_folder *f, int *ret_folder);

/* Maps a file and holds its bytes against its name and size: E_NOTFOUND, E_CORRUPT. */
MUST_CHECK enum err download_map(
	const struct data_folder *f, struct str sha256, uint64_t size, struct mapping *ret_mapping);
