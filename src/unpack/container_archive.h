/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "unpack/unpacking.h"

/* Archives and compressed files through libarchive. The one format (which: ARCHIVE_FORMAT_…) or the
 * one filter (ARCHIVE_FILTER_…) is enabled, so one layer is opened at a time and counted. */
enum err archive_open_format(
	struct unpacking *u, const struct container *self, struct bytes content);
enum err archive_open_filter(
	struct unpacking *u, const struct container *self, struct bytes content);

bool archive_is_zip(struct bytes content); /* also behind a prefix */
bool archive_is_tar(struct bytes content);
bool archive_is_cpio(struct bytes content); /* binary ones */
bool archive_is_lha(struct bytes content);
bool archive_is_lzma(struct bytes content);
bool archive_is_uu(struct bytes content);
