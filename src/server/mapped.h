/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "listing/published.h"
#include "os/file.h"

/* The files of public/, mapped and handed to the readers, and mapped anew when others take their
 * names. One thread works it. */
struct mapped_file {
	struct file_stamp stamp; /* all zero: no such file */
	struct mapping mapping;
};

struct mapped {
	int folder;
	struct published *published;
	struct mapped_file listing_file, network_file;
	struct listing *listing;
	struct network *network;
	struct file_stamp refused[2]; /* states that would not open: not tried again */
};

MUST_CHECK enum err mapped_init(struct mapped *m, const char *folder, struct published *published);

/* Looks whether the files have changed; *ret_changed: readers get other ones from now on. An error
 * leaves what was there. */
MUST_CHECK enum err mapped_refresh(struct mapped *m, bool *ret_changed);

/* After the last reader. */
void mapped_release(struct mapped *m);
