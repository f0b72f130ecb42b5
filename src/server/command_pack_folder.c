/* SPDX-License-Identifier: Apache-2.0 */
/* Folders of YARA files, as their authors publish them. */
#include <fcntl.h>
#include <stdlib.h>

#include "base/limits.h"
#include "os/entry.h"
#include "server/command_pack.h"

enum {
	DEPTH = 32,
	FIRST_ROOM = 64,
	ARENA_PATH = 4096
};

struct walk {
	struct context *c;
	struct pack_folder *found;
	size_t capacity;
	uint64_t bytes;
	struct str failed; /* where it ended */
};

/* --- names of one folder --- */

struct names {
	char **list;
	size_t count, capacity;
};

static void names_release(struct names *n)
{
	for (size_t i = 0; i < n->count; i++)
		free(n->list[i]);
	free(n->list);
}

static enum err names_add(struct names *n, const char *name)
{
	if (n->count == LIMIT_PACK_FILES)
		return E_LIMIT;
	if (n->count == n->capacity) {
		size_t room = n->capacity ? 2 * n->capacity : FIRST_ROOM;
		char **list = realloc(n->list, room * sizeof(*list));
		if (!list)
			return E_NOMEM;
		n->list = list;
		n->capacity = room;
	}
	n->list[n->count] = strdup(name);
	return n->list[n->count] ? (n->count++, E_OK) : E_NOMEM;
}

static int name_order(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Takes the descriptor in any case. Sorted by bytes: a pack must not hang on the file system. */
static enum err names_read(int folder, struct names *n)
{
	struct folder_reader reader;
	struct entry_name entry = {.name = ""};
	enum err err = folder_reader_open(folder, &reader);
	if (err != E_OK)
		return err;
	while (err == E_OK && entry.name) {
		err = folder_reader_next(&reader, &entry);
		if (err == E_OK && entry.name)
			err = names_add(n, entry.name);
	}
	folder_reader_close(&reader);
	if (n->count > 0)
		qsort(n->list, n->count, sizeof(*n->list), name_order);
	return err;
}

/* --- files --- */

static bool ends_with(struct str name, struct str ending)
{
	return name.size > ending.size &&
	       str_equal_nocase(
		       (struct str){name.data + name.size - ending.size, ending.size}, ending);
}

static bool is_rules(struct str name)
{
	return ends_with(name, STR(".yar")) || ends_with(name, STR(".yara"));
}

static bool is_licence(struct str name)
{
	static const struct str words[] = {
		STR_INIT("LICENSE"), STR_INIT("LICENCE"), STR_INIT("COPYING")};
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (name.size >= words[i].size &&
			str_equal_nocase((struct str){name.data, words[i].size}, words[i]))
			return true;
	return false;
}

static enum err read_text(struct walk *w, int folder, const char *name, struct str *ret_text)
{
	int fd;
	struct entry_facts facts;
	size_t got = 0;
	enum err err = E_OK;
	TRY(entry_open_file(folder, name, &fd, &facts));
	uint64_t size = facts.stamp.size;
	if (size > LIMIT_PACK_FILE || w->bytes + size > LIMIT_PACK_BYTES)
		err = E_LIMIT;
	uint8_t *text = err == E_OK ? arena_alloc(&w->c->arena, size + 1, 1) : NULL;
	if (err == E_OK)
		err = text ? file_read(fd, text, size, &got) : E_NOMEM;
	file_close(&fd);
	w->bytes += got;
	if (err == E_OK)
		*ret_text = (struct str){(const char *)text, got};
	return err;
}

static enum err add_file(struct walk *w, struct str path, struct str text)
{
	struct pack_folder *f = w->found;
	if (f->count == LIMIT_PACK_FILES)
		return E_LIMIT;
	if (f->count == w->capacity) {
		size_t room = w->capacity ? 2 * w->capacity : FIRST_ROOM;
		struct pack_file *files = arena_alloc(&w->c->arena, room, sizeof(*files));
		if (!files)
			return E_NOMEM;
		if (f->count > 0)
			memcpy(files, f->files, f->count * sizeof(*files));
		f->files = files;
		w->capacity = room;
	}
	f->files[f->count++] = (struct pack_file){path, text};
	return E_OK;
}

/* "apt/apt_x.yar"; data NULL: no memory, or longer than a pack keeps. */
static struct str joined(struct walk *w, struct str folder, const char *name)
{
	struct writer path;
	struct str copy = {NULL, 0};
	writer_init(&path, LIMIT_PACK_TEXT);
	writer_str(&path, folder);
	writer_text(&path, folder.size > 0 ? "/" : "");
	writer_printable(&path, str_from(name));
	if (writer_end(&path) == E_OK)
		copy = arena_copy(&w->c->arena, writer_view_str(&path));
	writer_release(&path);
	return copy;
}

static enum err take_file(struct walk *w, int folder, const char *name, struct str path)
{
	struct str text;
	bool top = path.size == strlen(name);
	if (is_rules(str_from(name))) {
		TRY(read_text(w, folder, name, &text));
		return add_file(w, path, text);
	}
	if (!top || !is_licence(str_from(name)) || w->found->licence.size > 0)
		return E_OK;
	return read_text(w, folder, name, &w->found->licence);
}

/* --- folders --- */

static enum err take_folder(struct walk *w, int folder, struct str path, int depth);

static enum err take_entry(
	struct walk *w, int folder, const char *name, struct str above, int depth)
{
	struct entry_facts facts;
	int below;
	/* History of a repository and the like. */
	if (name[0] == '.')
		return E_OK;
	struct str path = joined(w, above, name);
	if (!path.data)
		return E_LIMIT;
	w->failed = path;
	TRY(entry_facts(folder, name, &facts));
	if (facts.type == ENTRY_LINK)
		w->found->links++;
	if (facts.type == ENTRY_FILE)
		return take_file(w, folder, name, path);
	if (facts.type != ENTRY_FOLDER)
		return E_OK;
	if (depth == DEPTH)
		return E_LIMIT;
	TRY(entry_open_folder(folder, name, &below));
	enum err err = take_folder(w, below, path, depth + 1);
	file_close(&below);
	return err;
}

static enum err take_folder(struct walk *w, int folder, struct str path, int depth)
{
	struct names names = {0};
	int again;
	enum err err = entry_open_folder(folder, ".", &again);
	if (err == E_OK)
		err = names_read(again, &names);
	for (size_t i = 0; err == E_OK && i < names.count; i++)
		err = take_entry(w, folder, names.list[i], path, depth);
	names_release(&names);
	return err;
}

/* One file instead of a folder. */
static enum err take_alone(struct walk *w, const char *path)
{
	struct writer text;
	writer_init(&text, LIMIT_PACK_FILE);
	enum err err = file_load(AT_FDCWD, path, &text);
	struct str copy = err == E_OK && text.size > 0
				  ? arena_copy(&w->c->arena, writer_view_str(&text))
				  : STR("");
	writer_release(&text);
	if (err == E_OK && !copy.data)
		err = E_NOMEM;
	return err == E_OK ? add_file(w, site_base_name(str_from(path)), copy) : err;
}

bool pack_folder_read(struct context *c, const char *path, struct pack_folder *ret_folder)
{
	int folder;
	struct walk w = {.c = c, .found = ret_folder, .failed = STR("")};
	*ret_folder = (struct pack_folder){.licence = STR("")};
	enum err err = folder_open(AT_FDCWD, path, &folder);
	if (err == E_OK) {
		err = take_folder(&w, folder, STR(""), 0);
		file_close(&folder);
	} else if (err == E_NOTFOUND) {
		err = take_alone(&w, path);
	}
	if (err == E_OK)
		return true;
	struct writer where;
	writer_init(&where, ARENA_PATH);
	writer_text(&where, path);
	writer_text(&where, w.failed.size > 0 ? "/" : "");
	writer_str(&where, w.failed);
	context_failed(c, writer_view_str(&where), err);
	writer_release(&where);
	return false;
}
