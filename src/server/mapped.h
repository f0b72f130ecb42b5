/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "listing/published.h"
#include "os/file.h"

/* The files of public/, mapped and handed to the readers, and mapped anew when others take their
 * names. Each by itself: one that will not open keeps its predecessor. One thread works it. */
enum mapped_name {
	MAPPED_LISTING,
	MAPPED_NETWORK,
	MAPPED_SITE,
	MAPPED__COUNT
};

struct mapped_site; /* contents of the site and the memory of its tables */

/* One file and what is read from it; all empty where there is no such file. */
struct mapped_file {
	struct file_stamp stamp;
	struct mapping mapping;
	struct listing *listing;
	struct network *network;
	struct mapped_site *site;
};

struct mapped {
	int folder;
	struct published *published;
	struct mapped_file files[MAPPED__COUNT];
	struct file_stamp refused[MAPPED__COUNT]; /* states that would not open: not tried again */
	const struct listing *listing;            /* of files[] */
	const struct network *network;
	const struct site *site; /* NULL: none */
};

MUST_CHECK enum err mapped_init(struct mapped *m, const char *folder, struct published *published);

/* Looks whether the files have changed; *ret_changed: readers get others from now on. The error is
 * that of the first file that would not open, which stays as it was; the rest may have changed. */
MUST_CHECK enum err mapped_refresh(struct mapped *m, bool *ret_changed);

/* After the last reader. */
void mapped_release(struct mapped *m);
