/* SPDX-License-Identifier: Apache-2.0 */
#include "server/feed_folder.h"

#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/writer.h"
#include "os/entry.h"
#include "os/file.h"

/* A folder below that has not been read yet. */
struct below {
	const char *path; /* "" is the folder itself */
	unsigned depth;
	struct below *next;
};

struct listing_of_names {
	const char **names;
	size_t count;
	size_t capacity;
};

struct search {
	int folder;
	struct arena *arena;
	struct below *waiting;
	struct listing_of_names files, left;
};

static enum err add_name(struct search *s, struct listing_of_names *l, const char *path)
{
	if (l->count == LIMIT_FOLDER_FILES)
		return E_LIMIT;
	if (l->count == l->capacity) {
		size_t capacity = l->capacity ? l->capacity * 2 : 64;
		const char **names = arena_alloc(s->arena, capacity, sizeof(*names));
		if (!names)
			return E_NOMEM;
		for (size_t i = 0; i < l->count; i++)
			names[i] = l->names[i];
		l->names = names;
		l->capacity = capacity;
	}
	l->names[l->count++] = path;
	return E_OK;
}

static enum err add_below(struct search *s, const char *path, unsigned depth)
{
	struct below *below = arena_alloc(s->arena, 1, sizeof(*below));
	if (!below)
		return E_NOMEM;
	if (depth > LIMIT_FOLDER_DEPTH)
		return E_LIMIT;
	*below = (struct below){path, depth, s->waiting};
	s->waiting = below;
	return E_OK;
}

static const char *join(struct search *s, const char *folder, const char *name)
{
	struct writer w;
	writer_init(&w, 1 << 16);
	writer_text(&w, folder);
	if (*folder)
		writer_char(&w, '/');
	writer_text(&w, name);
	const char *path =
		writer_end(&w) == E_OK ? arena_cstr(s->arena, writer_view_str(&w)) : NULL;
	writer_release(&w);
	return path;
}

static enum err take_entry(
	struct search *s, const struct below *in, int fd, const struct entry_name *entry)
{
	struct entry_facts facts = {.type = entry->type};
	if (entry->name[0] == '.')
		return E_OK;
	if (entry->type == ENTRY_UNKNOWN)
		TRY(entry_facts(fd, entry->name, &facts));
	const char *path = join(s, in->path, entry->name);
	if (!path)
		return E_NOMEM;
	if (facts.type == ENTRY_FOLDER)
		return add_below(s, path, in->depth + 1);
	return add_name(s, facts.type == ENTRY_FILE ? &s->files : &s->left, path);
}

static enum err read_names(struct search *s, const struct below *in, int fd)
{
	struct folder_reader reader;
	struct entry_name entry;
	int own;
	TRY(file_duplicate(fd, &own));
	TRY(folder_reader_open(own, &reader));
	enum err err = folder_reader_next(&reader, &entry);
	while (err == E_OK && entry.name) {
		err = take_entry(s, in, fd, &entry);
		if (err == E_OK)
			err = folder_reader_next(&reader, &entry);
	}
	folder_reader_close(&reader);
	return err;
}

static enum err read_folder(struct search *s, const struct below *in)
{
	int fd;
	TRY(folder_open(s->folder, *in->path ? in->path : ".", &fd));
	enum err err = read_names(s, in, fd);
	file_close(&fd);
	return err;
}

static int compare(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void sort(struct listing_of_names *l)
{
	if (l->count > 0)
		qsort(l->names, l->count, sizeof(*l->names), compare);
}

enum err feed_folder_list(int folder, struct arena *arena, struct feed_folder *ret_folder)
{
	struct search s = {.folder = folder, .arena = arena};
	TRY(add_below(&s, "", 0));
	while (s.waiting) {
		const struct below *in = s.waiting;
		s.waiting = in->next;
		TRY(read_folder(&s, in));
	}
	sort(&s.files);
	sort(&s.left);
	*ret_folder =
		(struct feed_folder){s.files.names, s.files.count, s.left.names, s.left.count};
	return E_OK;
}

bool feed_folder_has(const struct feed_folder *folder, const char *path)
{
	return folder->count > 0 && bsearch(&path, folder->files, folder->count,
					    sizeof(*folder->files), compare) != NULL;
}
