/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/err.h"
#include "base/instant.h"
#include "base/writer.h"

/* What stands beside a file of the spool: all that is needed to go on with the download or to
 * ingest it, whatever became of its source meanwhile. Texts are borrowed. */
struct item {
	struct str source;
	struct str file;    /* its name in the item's folder */
	struct str address; /* where it is from, without secrets */
	struct str feed, format, feed_kind, botnet, map;
	struct str observed; /* YYYY-MM-DD or empty */
	struct str folder;   /* of a watched folder whose files are moved, else empty */
	struct str origin;   /* the file's name there */
	struct str stamp;    /* and its state when it was read */
	struct str key;      /* day or number it is known by as taken; empty: by its address */
	struct str
		validator; /* for If-Range: a strong ETag or a Last-Modified; empty: whole anew */
	struct instant begun;
	struct str reason; /* why it was refused */
};

void item_write(struct writer *w, const struct item *item);

/* Texts are borrowed from the bytes. E_CORRUPT, E_VERSION, E_LIMIT. */
MUST_CHECK enum err item_parse(struct bytes bytes, struct item *ret_item);
