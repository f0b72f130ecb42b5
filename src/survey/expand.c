/* SPDX-License-Identifier: Apache-2.0 */
#include "os/entry.h"
#include "survey/match.h"

enum {
	PATH_ROOM = 4096
};

struct expansion {
	const struct survey_files *files;
	const struct place *place;
	int root;
	char path[PATH_ROOM]; /* so far, below the root */
	size_t size;
};

static bool push(struct expansion *x, struct str name)
{
	if (x->size + name.size + 2 > sizeof(x->path))
		return false;
	if (x->size > 0)
		x->path[x->size++] = '/';
	if (name.size > 0)
		memcpy(x->path + x->size, name.data, name.size);
	x->size += name.size;
	x->path[x->size] = '\0';
	return true;
}

static void pop(struct expansion *x, size_t size)
{
	x->size = size;
	x->path[size] = '\0';
}

static enum err unreadable(struct expansion *x, enum err err)
{
	if (err == E_NOTFOUND)
		return E_OK;
	return x->files->unreadable(x->files->context, x->path, err);
}

static enum err on_file(struct expansion *x)
{
	/* Another row may take the same file. */
	if (survey_place_of(str_from(x->path)) != x->place)
		return E_OK;
	return x->files->file(x->files->context, x->place, x->path);
}

static enum err expand(struct expansion *x, int folder, struct str pattern);

/* On most systems lib is usr/lib, which has rows of its own. */
static bool is_merged(const struct expansion *x, int fd)
{
	struct entry_facts here, there;
	return strcmp(x->path, "lib") == 0 && descriptor_facts(fd, &here) == E_OK &&
	       entry_facts(x->root, "usr/lib", &there) == E_OK &&
	       here.stamp.device == there.stamp.device && here.stamp.inode == there.stamp.inode;
}

/* A link on the way leads where it would lead on that machine. What leads nowhere, or to a file,
 * holds nothing. */
static enum err follow(struct expansion *x, struct str rest)
{
	int fd;
	enum err err = entry_open_folder_inside(x->root, x->path, &fd);
	if (err != E_OK)
		return unreadable(x, err);
	err = is_merged(x, fd) ? E_OK : expand(x, fd, rest);
	file_close(&fd);
	return err;
}

/* The name is pushed. */
static enum err enter(struct expansion *x, int folder, const char *name, struct str rest)
{
	struct entry_facts facts;
	int fd;
	enum err err = entry_facts(folder, name, &facts);
	if (err != E_OK)
		return unreadable(x, err);
	if (rest.size == 0)
		return facts.type == ENTRY_FILE || facts.type == ENTRY_LINK ? on_file(x) : E_OK;
	if (facts.type == ENTRY_LINK)
		return follow(x, rest);
	if (facts.type != ENTRY_FOLDER)
		return E_OK;
	err = entry_open_folder(folder, name, &fd);
	if (err != E_OK)
		return unreadable(x, err);
	err = expand(x, fd, rest);
	file_close(&fd);
	return err;
}

static enum err enter_named(struct expansion *x, int folder, struct str name, struct str rest)
{
	const size_t size = x->size;
	enum err err;
	if (push(x, name))
		err = enter(x, folder, x->path + x->size - name.size, rest);
	else
		err = unreadable(x, E_LIMIT);
	pop(x, size);
	return err;
}

static enum err list(
	struct expansion *x, struct folder_reader *r, int folder, struct str part, struct str rest)
{
	struct entry_name entry;
	for (;;) {
		enum err err = folder_reader_next(r, &entry);
		if (err != E_OK)
			return unreadable(x, err);
		if (!entry.name)
			return E_OK;
		if (part_fits(part, str_from(entry.name), x->place->windows))
			TRY(enter_named(x, folder, str_from(entry.name), rest));
	}
}

/* The depth is that of the pattern: a few parts. */
static enum err expand(struct expansion *x, int folder, struct str pattern)
{
	struct str rest;
	struct str part = str_cut(pattern, '/', &rest);
	const bool direct = part.size == 0 || !memchr(part.data, '*', part.size);
	if (direct && (!x->place->windows || part.size == 0))
		return enter_named(x, folder, part, rest);
	struct folder_reader r;
	int fd;
	enum err err = entry_open_folder(folder, ".", &fd);
	if (err == E_OK)
		err = folder_reader_open(fd, &r);
	if (err != E_OK)
		return unreadable(x, err);
	err = list(x, &r, folder, part, rest);
	folder_reader_close(&r);
	return err;
}

enum err survey_expand(int root, const struct survey_files *files)
{
	size_t count;
	const struct place *places = survey_places(&count);
	struct expansion x = {.files = files, .root = root};
	for (size_t i = 0; i < count; i++) {
		x.place = &places[i];
		TRY(expand(&x, root, places[i].pattern));
	}
	return E_OK;
}
