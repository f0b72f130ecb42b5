/* SPDX-License-Identifier: Apache-2.0 */
#include "store/join.h"

/* What is derived can be made anew from the sightings at any time; what is as it should be is left
 * as it lies. */
struct rebuilding {
	struct store *store;
	struct writer file;
	struct store_rebuilt done;
};

static enum err is_as_made(struct rebuilding *r, enum folder_part part, int64_t id, bool *ret_same)
{
	struct mapping mapping;
	*ret_same = false;
	enum err err = data_folder_map(&r->store->folder, part, id, &mapping);
	if (err == E_NOMEM)
		return err;
	if (err != E_OK)
		return E_OK;
	*ret_same = mapping.bytes.size == r->file.size &&
		    memcmp(mapping.bytes.data, r->file.data, r->file.size) == 0;
	file_unmap(&mapping);
	return E_OK;
}

static enum err put(struct rebuilding *r, enum folder_part part, int64_t id)
{
	char name[PART_NAME_SIZE];
	bool same;
	r->done.files++;
	TRY(is_as_made(r, part, id, &same));
	if (same)
		return E_OK;
	folder_file_name(part, id, name);
	TRY(file_put(r->store->folder.parts[part], name, writer_view(&r->file), false));
	r->done.made++;
	return E_OK;
}

/* A segment that is lost is told by verify: nothing here can bring it back. */
static enum err unless_lost(struct rebuilding *r, enum err err)
{
	if (err != E_CORRUPT && err != E_NOTFOUND && err != E_VERSION)
		return err;
	r->done.lost++;
	return E_OK;
}

static enum err rebuild_segment(struct rebuilding *r, const struct segment_row *row)
{
	struct open_segment open;
	enum err err = segment_row_open(r->store, row, &open);
	if (err != E_OK)
		return unless_lost(r, err);
	writer_clear(&r->file);
	err = derived_make(open.segment, &r->file);
	open_segment_close(&open);
	return err == E_OK ? put(r, FOLDER_DERIVED, row->id) : unless_lost(r, err);
}

static enum err rebuild_join(
	void *context, const struct join *join, const struct join_members *members)
{
	struct rebuilding *r = context;
	enum err err = join_make(r->store, members, &r->file);
	if (err == E_CORRUPT || err == E_NOTFOUND || err == E_VERSION)
		return E_OK; /* counted with its segment */
	return err == E_OK ? put(r, FOLDER_JOINED, join->id) : err;
}

static enum err rebuild(struct rebuilding *r, struct segment_list *list)
{
	for (size_t i = 0; i < list->count; i++)
		TRY(rebuild_segment(r, &list->rows[i]));
	return joins_each(list, rebuild_join, r);
}

enum err store_rebuild(struct store *s, struct store_rebuilt *ret_rebuilt)
{
	struct rebuilding r = {.store = s};
	struct segment_list list;
	TRY(store_require_write(s));
	TRY(segment_list_load_all(s, &list));
	writer_init(&r.file, UINT32_MAX);
	enum err err = rebuild(&r, &list);
	writer_release(&r.file);
	segment_list_release(&list);
	cache_clear(s);
	if (err == E_OK)
		*ret_rebuilt = r.done;
	return err;
}
