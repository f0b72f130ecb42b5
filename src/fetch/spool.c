/* SPDX-License-Identifier: Apache-2.0 */
#include "fetch/spool.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/limits.h"
#include "os/system.h"

#define ABOUT ".about"

static const char *const place_names[] = {"part", "new", "refused"};
_Static_assert(sizeof(place_names) / sizeof(place_names[0]) == ITEM_PLACE__COUNT, "names");

/* --- the folder --- */

static enum err open_part(int folder, const char *name, bool make, int *ret_fd)
{
	if (make) {
		enum err err = folder_make(folder, name);
		if (err != E_OK && err != E_EXISTS)
			return err;
	}
	return folder_open(folder, name, ret_fd);
}

static enum err open_list(struct fetch_spool *s, bool make)
{
	TRY(open_part(s->folder, "sources", make, &s->sources));
	return open_part(s->folder, "state", make, &s->state);
}

/* The desk, which is another user's, shows them; there is no secret in them. What is not ours is as
 * its owner wants it. */
static void share_list(const struct fetch_spool *s)
{
	(void)!folder_share(s->folder, true);
	(void)!folder_share(s->sources, true);
	(void)!folder_share(s->state, true);
	(void)!folder_share(s->place[ITEM_REFUSED], true);
}

static enum err open_parts(struct fetch_spool *s, bool make)
{
	TRY(open_list(s, make));
	TRY(open_part(s->folder, "taken", make, &s->taken));
	for (size_t i = 0; i < ITEM_PLACE__COUNT; i++)
		TRY(open_part(s->folder, place_names[i], make, &s->place[i]));
	return E_OK;
}

enum err fetch_spool_open(int data_folder, bool make, struct fetch_spool *ret_spool)
{
	struct fetch_spool s = {-1, -1, -1, -1, {-1, -1, -1}};
	*ret_spool = s;
	TRY(open_part(data_folder, "fetch", make, &s.folder));
	enum err err = open_parts(&s, make);
	if (err == E_OK && make)
		share_list(&s);
	if (err == E_OK)
		*ret_spool = s;
	else
		fetch_spool_close(&s);
	return err;
}

enum err fetch_spool_look(int data_folder, struct fetch_spool *ret_spool)
{
	struct fetch_spool s = {-1, -1, -1, -1, {-1, -1, -1}};
	*ret_spool = s;
	TRY(open_part(data_folder, "fetch", false, &s.folder));
	enum err err = open_list(&s, false);
	if (err == E_OK)
		(void)!folder_open(s.folder, place_names[ITEM_REFUSED], &s.place[ITEM_REFUSED]);
	if (err == E_OK)
		*ret_spool = s;
	else
		fetch_spool_close(&s);
	return err;
}

void fetch_spool_close(struct fetch_spool *s)
{
	for (size_t i = 0; i < ITEM_PLACE__COUNT; i++)
		file_close(&s->place[i]);
	file_close(&s->taken);
	file_close(&s->state);
	file_close(&s->sources);
	file_close(&s->folder);
}

enum err fetch_spool_lock(const struct fetch_spool *s, const char *name, int *ret_lock)
{
	return file_lock(s->folder, name, ret_lock);
}

/* --- names of a folder, sorted --- */

struct names {
	char **all;
	size_t count, room;
};

static enum err add_name(void *context, const char *name)
{
	struct names *n = context;
	if (name[0] == '.')
		return E_OK;
	if (n->count == n->room) {
		size_t room = n->room > 0 ? n->room * 2 : 64;
		char **all = realloc((void *)n->all, room * sizeof(*all));
		if (!all)
			return E_NOMEM;
		n->all = all;
		n->room = room;
	}
	n->all[n->count] = strdup(name);
	return n->all[n->count] ? (n->count++, E_OK) : E_NOMEM;
}

static int compare_names(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static enum err each_sorted(int folder, folder_entry_fn *fn, void *context)
{
	struct names n = {0};
	enum err err = folder_each(folder, add_name, &n);
	if (err == E_OK && n.count > 0)
		qsort((void *)n.all, n.count, sizeof(*n.all), compare_names);
	for (size_t i = 0; i < n.count; i++) {
		if (err == E_OK)
			err = fn(context, n.all[i]);
		free(n.all[i]);
	}
	free((void *)n.all);
	return err;
}

/* --- sources --- */

struct each_source {
	folder_entry_fn *fn;
	void *context;
};

static enum err pass_source(void *context, const char *name)
{
	const struct each_source *each = context;
	return source_name_valid(str_from(name)) ? each->fn(each->context, name) : E_OK;
}

enum err fetch_each_source(const struct fetch_spool *s, folder_entry_fn *fn, void *context)
{
	struct each_source each = {fn, context};
	return each_sorted(s->sources, pass_source, &each);
}

static enum err load(int folder, const char *name, struct writer *bytes)
{
	writer_clear(bytes);
	return file_load(folder, name, bytes);
}

enum err fetch_read_source(const struct fetch_spool *s, const char *name, struct writer *bytes,
	struct source *ret_source)
{
	if (!source_name_valid(str_from(name)))
		return E_NOTFOUND;
	TRY(load(s->sources, name, bytes));
	return source_parse(writer_view(bytes), ret_source);
}

static enum err put(int folder, const char *name, const struct writer *w, bool readable)
{
	TRY(writer_end(w));
	return file_put(folder, name, writer_view(w), readable);
}

enum err fetch_put_source(const struct fetch_spool *s, const struct source *source)
{
	char name[256];
	struct writer w;
	if (!source_name_valid(source->name) || source->name.size >= sizeof(name))
		return E_USAGE;
	snprintf(name, sizeof(name), "%.*s", STR_ARG(source->name));
	writer_init(&w, LIMIT_FETCH_FILE);
	source_write(&w, source);
	enum err err = put(s->sources, name, &w, true);
	writer_release(&w);
	return err;
}

static enum err forget(int folder, const char *name)
{
	enum err err = file_delete(folder, name);
	return err == E_NOTFOUND ? E_OK : err;
}

enum err fetch_remove_source(const struct fetch_spool *s, const char *name)
{
	if (!source_name_valid(str_from(name)))
		return E_NOTFOUND;
	TRY(file_delete(s->sources, name));
	TRY(forget(s->state, name));
	TRY(forget(s->taken, name));
	return folder_sync(s->sources);
}

enum err fetch_read_state(
	const struct fetch_spool *s, const char *name, struct source_state *ret_state)
{
	struct writer bytes;
	*ret_state = (struct source_state){0};
	writer_init(&bytes, LIMIT_FETCH_FILE);
	enum err err = load(s->state, name, &bytes);
	if (err == E_OK)
		err = source_state_parse(writer_view(&bytes), ret_state);
	writer_release(&bytes);
	return err == E_NOTFOUND || err == E_CORRUPT ? E_OK : err;
}

enum err fetch_put_state(
	const struct fetch_spool *s, const char *name, const struct source_state *state)
{
	struct writer w;
	writer_init(&w, LIMIT_FETCH_FILE);
	source_state_write(&w, state);
	enum err err = put(s->state, name, &w, true);
	writer_release(&w);
	return err;
}

enum err fetch_read_taken(const struct fetch_spool *s, const char *name, struct taken *into)
{
	struct writer bytes;
	writer_init(&bytes, LIMIT_FETCH_FILE);
	enum err err = load(s->taken, name, &bytes);
	if (err == E_OK)
		err = taken_parse(into, &bytes);
	writer_release(&bytes);
	if (err == E_CORRUPT)
		taken_release(into);
	return err == E_NOTFOUND || err == E_CORRUPT ? E_OK : err;
}

enum err fetch_put_taken(
	const struct fetch_spool *s, const char *name, const struct taken *taken, bool all)
{
	struct writer w;
	writer_init(&w, LIMIT_FETCH_FILE);
	taken_write(&w, taken, all);
	enum err err = put(s->taken, name, &w, false);
	writer_release(&w);
	return err;
}

/* --- items --- */

static void make_id(struct instant begun, char ret_id[ITEM_ID])
{
	uint32_t number;
	system_random(&number, sizeof(number));
	snprintf(ret_id, ITEM_ID, "%011llu-%08x", (unsigned long long)begun.seconds, number);
}

struct instant fetch_item_begun(const char *id)
{
	struct str rest;
	uint64_t seconds;
	struct str number = str_cut(str_from(id), '-', &rest);
	return (struct instant){str_to_u64(number, UINT32_MAX, &seconds) ? (int64_t)seconds : 0};
}

static enum err note_in(int folder, const struct item *item)
{
	struct writer w;
	writer_init(&w, LIMIT_FETCH_FILE);
	item_write(&w, item);
	/* Its folder keeps it from others. */
	enum err err = put(folder, ABOUT, &w, true);
	writer_release(&w);
	return err;
}

static bool file_name(const struct item *item, char name[256])
{
	int size = snprintf(name, 256, "%.*s", STR_ARG(item->file));
	return size > 0 && size < 256;
}

enum err fetch_item_begin(
	const struct fetch_spool *s, const struct item *item, char ret_id[ITEM_ID], int *ret_file)
{
	char name[256];
	int folder = -1;
	if (!file_name(item, name))
		return E_USAGE;
	make_id(item->begun, ret_id);
	TRY(folder_make(s->place[ITEM_PART], ret_id));
	enum err err = folder_open(s->place[ITEM_PART], ret_id, &folder);
	if (err == E_OK)
		err = note_in(folder, item);
	if (err == E_OK)
		err = file_open_private(folder, name, true, ret_file);
	file_close(&folder);
	return err;
}

enum err fetch_item_open(
	const struct fetch_spool *s, enum item_place place, const char *id, int *ret_file)
{
	char name[256];
	struct writer bytes;
	struct item item;
	int folder = -1;
	writer_init(&bytes, LIMIT_FETCH_FILE);
	enum err err = fetch_item_read(s, place, id, &bytes, &item);
	bool named = err == E_OK && file_name(&item, name);
	writer_release(&bytes);
	TRY(err);
	if (!named)
		return E_CORRUPT;
	TRY(folder_open(s->place[place], id, &folder));
	err = file_open_private(folder, name, false, ret_file);
	file_close(&folder);
	return err;
}

enum err fetch_item_note(
	const struct fetch_spool *s, enum item_place place, const char *id, const struct item *item)
{
	int folder = -1;
	TRY(folder_open(s->place[place], id, &folder));
	enum err err = note_in(folder, item);
	file_close(&folder);
	return err;
}

enum err fetch_item_read(const struct fetch_spool *s, enum item_place place, const char *id,
	struct writer *bytes, struct item *ret_item)
{
	int folder = -1;
	TRY(folder_open(s->place[place], id, &folder));
	enum err err = load(folder, ABOUT, bytes);
	file_close(&folder);
	TRY(err);
	return item_parse(writer_view(bytes), ret_item);
}

enum err fetch_item_move(
	const struct fetch_spool *s, const char *id, enum item_place from, enum item_place to)
{
	int folder = -1;
	TRY(folder_open(s->place[from], id, &folder));
	enum err err = folder_sync(folder);
	/* The desk says why; the file itself stays its owner's. */
	if (to == ITEM_REFUSED)
		(void)!folder_share(folder, true);
	file_close(&folder);
	return err == E_OK ? file_move(s->place[from], id, s->place[to]) : err;
}

static enum err delete_entry(void *context, const char *name)
{
	const int *folder = context;
	return file_delete(*folder, name);
}

enum err fetch_item_drop(const struct fetch_spool *s, enum item_place place, const char *id)
{
	int folder = -1;
	/* An item half gone must not be taken for one that waits. */
	if (place != ITEM_PART)
		TRY(file_move(s->place[place], id, s->place[ITEM_PART]));
	TRY(folder_open(s->place[ITEM_PART], id, &folder));
	enum err err = folder_each(folder, delete_entry, &folder);
	file_close(&folder);
	return err == E_OK ? folder_remove(s->place[ITEM_PART], id) : err;
}

enum err fetch_each_item(
	const struct fetch_spool *s, enum item_place place, folder_entry_fn *fn, void *context)
{
	return each_sorted(s->place[place], fn, context);
}

void fetch_item_path(
	struct writer *w, enum item_place place, const char *id, const struct item *item)
{
	writer_text(w, "fetch/");
	writer_text(w, place_names[place]);
	writer_char(w, '/');
	writer_text(w, id);
	writer_char(w, '/');
	writer_str(w, item->file);
}
