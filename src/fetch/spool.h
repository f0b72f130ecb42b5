/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "fetch/item.h"
#include "fetch/source.h"
#include "fetch/state.h"
#include "fetch/taken.h"
#include "os/file.h"

/* The folder DATA/fetch: sources/NAME what the operator wrote, state/NAME and taken/NAME how it has
 * gone, and items: folders of one fetched file and what is known about it. An item is in one of
 * three places at each moment, whatever stops the machine. Anybody may look; the operator's
 * commands write sources/, the one process that holds the lock all else. */
enum item_place {
	ITEM_PART,    /* not all of it is there */
	ITEM_NEW,     /* whole: waits to be ingested */
	ITEM_REFUSED, /* whole, and nothing that could be read */
	ITEM_PLACE__COUNT
};

struct fetch_spool {
	int folder;
	int sources, state, taken;
	int place[ITEM_PLACE__COUNT];
};

enum {
	ITEM_ID = 32 /* bytes of an item's name, terminated */
};

/* `make`: what is missing is made, else it is E_NOTFOUND. */
MUST_CHECK enum err fetch_spool_open(int data_folder, bool make, struct fetch_spool *ret_spool);
void fetch_spool_close(struct fetch_spool *s); /* safe after a failed open */

/* Sources, their states and what is known of refused items: all that who may enter the data folder
 * may read. place[ITEM_REFUSED] is -1 where even that may not be. */
MUST_CHECK enum err fetch_spool_look(int data_folder, struct fetch_spool *ret_spool);

/* E_BUSY where another process fetches. For as long as the descriptor is open. */
MUST_CHECK enum err fetch_spool_lock(const struct fetch_spool *s, const char *name, int *ret_lock);

/* --- sources --- */

/* Calls fn with each name, in order of the letters. */
MUST_CHECK enum err fetch_each_source(
	const struct fetch_spool *s, folder_entry_fn *fn, void *context);

/* `bytes` is emptied and holds what ret_source borrows. */
MUST_CHECK enum err fetch_read_source(const struct fetch_spool *s, const char *name,
	struct writer *bytes, struct source *ret_source);
MUST_CHECK enum err fetch_put_source(const struct fetch_spool *s, const struct source *source);

/* With all that is known of it but its items. */
MUST_CHECK enum err fetch_remove_source(const struct fetch_spool *s, const char *name);

/* All zero where nothing has been tried, or where it was damaged: then all is asked for anew. */
MUST_CHECK enum err fetch_read_state(
	const struct fetch_spool *s, const char *name, struct source_state *ret_state);
MUST_CHECK enum err fetch_put_state(
	const struct fetch_spool *s, const char *name, const struct source_state *state);

/* Into an initialised set; empty where there is none, or a damaged one. */
MUST_CHECK enum err fetch_read_taken(
	const struct fetch_spool *s, const char *name, struct taken *into);
MUST_CHECK enum err fetch_put_taken(
	const struct fetch_spool *s, const char *name, const struct taken *taken, bool all);

/* --- items --- */

/* A new one in ITEM_PART, its file open for reading and writing. */
MUST_CHECK enum err fetch_item_begin(
	const struct fetch_spool *s, const struct item *item, char ret_id[ITEM_ID], int *ret_file);

/* The file of one that is there, for going on with it. */
MUST_CHECK enum err fetch_item_open(
	const struct fetch_spool *s, enum item_place place, const char *id, int *ret_file);

/* What is known about it is written anew. */
MUST_CHECK enum err fetch_item_note(const struct fetch_spool *s, enum item_place place,
	const char *id, const struct item *item);

/* `bytes` is emptied and holds what ret_item borrows. */
MUST_CHECK enum err fetch_item_read(const struct fetch_spool *s, enum item_place place,
	const char *id, struct writer *bytes, struct item *ret_item);

/* From one place to another; with the file synced (by the caller) it survives a loss of power. */
MUST_CHECK enum err fetch_item_move(
	const struct fetch_spool *s, const char *id, enum item_place from, enum item_place to);

/* Gone, file and all. */
MUST_CHECK enum err fetch_item_drop(
	const struct fetch_spool *s, enum item_place place, const char *id);

/* Oldest first; fn may move and drop the one it is called with. */
MUST_CHECK enum err fetch_each_item(
	const struct fetch_spool *s, enum item_place place, folder_entry_fn *fn, void *context);

/* "fetch/new/ID/FILE": from the data folder. */
void fetch_item_path(
	struct writer *w, enum item_place place, const char *id, const struct item *item);

/* When it was begun, by its name. */
struct instant fetch_item_begun(const char *id);
