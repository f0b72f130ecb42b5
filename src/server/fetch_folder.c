/* SPDX-License-Identifier: Apache-2.0 */
/* Files that others put into a folder. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/limits.h"
#include "fetch/address.h"
#include "os/entry.h"
#include "os/system.h"
#include "server/fetch_run.h"

enum {
	PIECE = 256 << 10,
	KEY_BYTES = 512
};

#define NANOSECONDS INT64_C(1000000000)

struct watched {
	struct fetching *f;
	int folder;
	const char *name;
	int from, to; /* files */
	struct file_stamp stamp;
	char key[KEY_BYTES];
	uint8_t *piece;
};

/* Names of files that somebody is still at, or has left half done. */
static bool is_half(struct str name)
{
	static const char *const endings[] = {
		".part", ".tmp", ".temp", ".filepart", ".partial", ".crdownload", "~"};
	for (size_t i = 0; i < sizeof(endings) / sizeof(endings[0]); i++)
		if (str_ends(name, str_from(endings[i])))
			return true;
	return str_starts(name, STR("."));
}

static bool is_line(struct str name)
{
	for (size_t i = 0; i < name.size; i++)
		if ((unsigned char)name.data[i] < ' ')
			return false;
	return true;
}

/* The time of a change cannot be set by whoever wrote the file, that of its content can. */
static bool stands_still(const struct watched *w)
{
	int64_t since = system_now().seconds - w->stamp.changed / NANOSECONDS;
	return since >= (int64_t)w->f->source->still;
}

static bool make_key(struct watched *w)
{
	int size = snprintf(w->key, sizeof(w->key), "%llu %llu %lld %s",
		(unsigned long long)w->stamp.inode, (unsigned long long)w->stamp.size,
		(long long)w->stamp.modified, w->name);
	return size > 0 && (size_t)size < sizeof(w->key);
}

static enum err copy(struct watched *w)
{
	uint64_t at = 0;
	size_t size;
	do {
		TRY(file_read_at(w->from, at, w->piece, PIECE, &size));
		TRY(file_write(w->to, (struct bytes){w->piece, size}));
		at += size;
	} while (size == PIECE);
	return file_sync(w->to);
}

static bool same_stamp(const struct file_stamp *a, const struct file_stamp *b)
{
	return a->inode == b->inode && a->size == b->size && a->changed == b->changed &&
	       a->modified == b->modified;
}

static struct item describe(struct watched *w)
{
	struct fetching *f = w->f;
	struct arena *arena = &f->run->arena;
	struct writer name, address;
	writer_init(&name, FETCH_NAME);
	writer_init(&address, LIMIT_FETCH_FILE);
	address_file_name(&name, str_from(w->name), NULL, f->source->name);
	writer_str(&address, f->source->address);
	writer_char(&address, '/');
	writer_text(&address, w->name);
	struct item item = fetch_item_of(f, arena_copy(arena, writer_view_str(&name)),
		arena_copy(arena, writer_view_str(&address)), NULL);
	writer_release(&name);
	writer_release(&address);
	if (f->source->move) {
		item.folder = f->source->address;
		item.origin = arena_copy(arena, str_from(w->name));
		item.stamp = arena_copy(arena, str_from(w->key));
	}
	return item;
}

static enum err put(struct watched *w)
{
	struct fetching *f = w->f;
	const struct fetch_spool *spool = &f->run->spool;
	struct file_stamp after;
	struct item item = describe(w);
	char id[ITEM_ID];
	if (!item.file.data || !item.address.data)
		return E_NOMEM;
	TRY(fetch_item_begin(spool, &item, id, &w->to));
	TRY(copy(w));
	TRY(file_stamp(w->from, &after));
	if (!same_stamp(&after, &w->stamp))
		return fetch_item_drop(spool, ITEM_PART, id);
	TRY(fetch_item_move(spool, id, ITEM_PART, ITEM_NEW));
	f->state.files++;
	f->state.bytes = after.size;
	snprintf(f->state.file, sizeof(f->state.file), "%.*s", STR_ARG(item.file));
	f->files++;
	f->run->files++;
	return taken_has(&f->taken, str_from(w->key)) ? E_OK
						      : taken_add(&f->taken, str_from(w->key));
}

static enum err look_at(struct watched *w)
{
	if (file_stamp(w->from, &w->stamp) != E_OK || !make_key(w))
		return E_OK;
	bool known = taken_has(&w->f->taken, str_from(w->key));
	if ((known && !w->f->run->again) || !stands_still(w))
		return E_OK;
	return put(w);
}

static enum err look_at_name(void *context, const char *name)
{
	struct watched *w = context;
	if (is_half(str_from(name)) || !is_line(str_from(name)))
		return E_OK;
	struct entry_facts facts;
	/* Folders, links, devices: not ours. */
	if (entry_facts(w->folder, name, &facts) != E_OK || facts.type != ENTRY_FILE)
		return E_OK;
	if (file_open_read(w->folder, name, &w->from) != E_OK) {
		fetch_failed(w->f, WHY_FILE_CLOSED, str_from(name));
		return E_OK;
	}
	w->name = name;
	enum err err = look_at(w);
	file_close(&w->from);
	file_close(&w->to);
	return err;
}

enum err fetch_folder(struct fetching *f)
{
	struct watched w = {.f = f, .folder = -1, .from = -1, .to = -1};
	const char *path = arena_cstr(&f->run->arena, f->source->address);
	if (!path)
		return E_NOMEM;
	if (folder_open(AT_FDCWD, path, &w.folder) != E_OK) {
		fetch_failed(f, WHY_FOLDER_GONE, f->source->address);
		return E_OK;
	}
	w.piece = malloc(PIECE);
	enum err err = w.piece ? folder_each(w.folder, look_at_name, &w) : E_NOMEM;
	free(w.piece);
	file_close(&w.folder);
	return err;
}
