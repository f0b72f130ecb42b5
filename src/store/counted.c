/* SPDX-License-Identifier: Apache-2.0 */
#include "store/counted.h"

#include "store/cache.h"

/* magic, mark, checksum of the content; then the content. docs/format/counted.md */
static const char magic[] = "QSCOUNT1";
static const char counted_name[] = "counted";

enum {
	MAGIC_SIZE = 8,
	HEADER_SIZE = MAGIC_SIZE + 16,
	NAME_SIZE = 32
};

enum err store_each_input(
	struct store *s, const struct store_query *query, store_input_fn *fn, void *context)
{
	struct segment_list list;
	TRY(segment_list_load(s, query, &list));
	for (size_t i = 0; i < list.count; i++) {
		const struct segment_row *row = &list.rows[i];
		const struct store_input input = {
			row->feed, row->id, row->checksum, row->first, row->last};
		fn(context, &input);
	}
	segment_list_release(&list);
	return E_OK;
}

static enum err name_of(struct date day, char ret_name[NAME_SIZE])
{
	struct writer w;
	writer_init(&w, NAME_SIZE);
	writer_date(&w, day);
	writer_u8(&w, 0);
	enum err err = writer_end(&w);
	if (err == E_OK)
		memcpy(ret_name, w.data, w.size);
	writer_release(&w);
	return err;
}

static bool open_content(struct bytes file, uint64_t mark, struct bytes *ret_content)
{
	struct cursor c;
	cursor_init(&c, file);
	struct bytes found = cursor_take(&c, MAGIC_SIZE);
	uint64_t found_mark = cursor_u64(&c);
	uint64_t checksum = cursor_u64(&c);
	if (c.err != E_OK || memcmp(found.data, magic, MAGIC_SIZE) != 0 || found_mark != mark)
		return false;
	*ret_content = (struct bytes){file.data + HEADER_SIZE, file.size - HEADER_SIZE};
	return checksum_of(*ret_content) == checksum;
}

static enum err map_counted(struct store *s, const char *name, struct mapping *ret_mapping)
{
	int folder, fd;
	TRY(folder_open(s->folder.root, counted_name, &folder));
	enum err err = file_open_read(folder, name, &fd);
	file_close(&folder);
	TRY(err);
	err = file_map(fd, ret_mapping);
	file_close(&fd);
	return err;
}

enum err store_counted(struct store *s, struct date day, uint64_t mark, struct mapping *ret_mapping,
	struct bytes *ret_content)
{
	char name[NAME_SIZE];
	struct mapping mapping;
	TRY(name_of(day, name));
	enum err err = map_counted(s, name, &mapping);
	if (err != E_OK)
		return err == E_NOMEM ? err : E_NOTFOUND;
	if (!open_content(mapping.bytes, mark, ret_content)) {
		file_unmap(&mapping);
		return E_NOTFOUND;
	}
	*ret_mapping = mapping;
	return E_OK;
}

static enum err open_made(struct store *s, int *ret_folder)
{
	enum err err = folder_make(s->folder.root, counted_name);
	return err == E_OK || err == E_EXISTS
		       ? folder_open(s->folder.root, counted_name, ret_folder)
		       : err;
}

enum err store_put_counted(struct store *s, struct date day, uint64_t mark, struct bytes content)
{
	char name[NAME_SIZE];
	int folder;
	struct writer w;
	TRY(store_require_write(s));
	TRY(name_of(day, name));
	TRY(open_made(s, &folder));
	writer_init(&w, SIZE_MAX);
	writer_bytes(&w, (struct bytes){(const uint8_t *)magic, MAGIC_SIZE});
	writer_u64(&w, mark);
	writer_u64(&w, checksum_of(content));
	writer_bytes(&w, content);
	enum err err = writer_end(&w);
	if (err == E_OK)
		err = file_put(folder, name, writer_view(&w), false);
	writer_release(&w);
	file_close(&folder);
	return err;
}

struct forgetting {
	int folder;
	struct str before;
};

/* Names are days, so that the older one is the smaller; what a crash left begins with a dot and is
 * smaller than all. */
static enum err forget(void *context, const char *name)
{
	const struct forgetting *f = context;
	if (str_compare(str_from(name), f->before) >= 0)
		return E_OK;
	enum err err = file_delete(f->folder, name);
	return err == E_NOTFOUND ? E_OK : err;
}

enum err store_forget_counted(struct store *s, struct date before)
{
	char name[NAME_SIZE];
	struct forgetting f = {.folder = -1};
	TRY(store_require_write(s));
	TRY(name_of(before, name));
	f.before = str_from(name);
	enum err err = folder_open(s->folder.root, counted_name, &f.folder);
	if (err != E_OK)
		return err == E_NOTFOUND ? E_OK : err;
	err = folder_each(f.folder, forget, &f);
	file_close(&f.folder);
	return err;
}

enum err store_forget_counted_day(struct store *s, struct date day)
{
	char name[NAME_SIZE];
	int folder;
	TRY(store_require_write(s));
	TRY(name_of(day, name));
	enum err err = folder_open(s->folder.root, counted_name, &folder);
	if (err != E_OK)
		return err == E_NOTFOUND ? E_OK : err;
	err = file_delete(folder, name);
	file_close(&folder);
	return err == E_NOTFOUND ? E_OK : err;
}
