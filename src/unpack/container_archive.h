/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "unpack/unpacking.h"

/* Archives and compressed files through libarchive. The one format (which: ARCHIVE_FORMAT_…) or the
 * one filter (ARCHIVE_FILTER_…) is enabled, so one layer is opened at a time and counted. */
enum err archive_open_format(
	struct unpacking *u, const struct container *self, struct bytes content);
enum err archive_open_filter(
	struct unpacking *u, const struct container *self, struct bytes content);

/* Adds the content of an archive's first member to the member that is being read; wrong sums are
 * not minded. For data of other formats put into an archive of `format`. */
MUST_CHECK enum err archive_add_first(struct unpacking *u, int format, struct bytes content);

bool archive_is_zip(struct bytes content); /* also behind a prefix */
/* How many members a zip's list says there are; false where it has no list or does not say. */
bool archive_zip_claims(struct bytes content, size_t *ret_members);
bool archive_is_tar(struct bytes content);
bool archive_is_cpio(struct bytes content); /* binary ones */
bool archive_is_lha(struct bytes content);
bool archive_is_lzma(struct bytes content);
bool archive_is_uu(struct bytes content);

/* Whether a compressed content that gave nothing asks for more memory than there is. */
bool archive_needs_much(int filter, struct bytes content);

/* Nothing, compressed: the library calls that no archive. */
bool archive_holds_nothing(struct bytes content);
