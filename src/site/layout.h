/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* Within the room: the head of public/site. docs/format/site.md. */
enum {
	SITE_MAGIC = 0x49535351, /* "QSSI" */
	SITE_VERSION = 3,
	SITE_CHECKED_FROM = 16 /* the checksum covers what follows it */
};
