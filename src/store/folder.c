/* SPDX-License-Identifier: Apache-2.0 */
#include "store/folder.h"

#include <assert.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>

const char catalogue_name[] = "catalogue.db";
static const char lock_name[] = "lock";

static const struct part {
	const char *name;
	struct str suffix;
} parts[] = {
	[FOLDER_SEGMENTS] = {"segments", STR_INIT(".seg")},
	[FOLDER_DERIVED] = {"derived", STR_INIT(".der")},
	[FOLDER_JOINED] = {"derived", STR_INIT(".day")},
	[FOLDER_NETWORK] = {"network", STR_INIT(".tab")},
	[FOLDER_PUBLIC] = {"public", STR_INIT("")},
};

static_assert(sizeof(parts) / sizeof(parts[0]) == FOLDER_PART__COUNT, "each part has a name");

enum {
	ID_DIGITS = 8
};

const char *folder_part_name(enum folder_part part)
{
	return parts[part].name;
}

void folder_file_name(enum folder_part part, int64_t id, char ret_name[PART_NAME_SIZE])
{
	snprintf(ret_name, PART_NAME_SIZE, "%0*lld%s", ID_DIGITS, (long long)id,
		parts[part].suffix.data);
}

bool folder_file_id(enum folder_part part, struct str name, int64_t *ret_id)
{
	char expected[PART_NAME_SIZE];
	uint64_t id;
	struct str suffix = parts[part].suffix;
	if (suffix.size == 0 || !str_ends(name, suffix))
		return false;
	if (!str_to_u64((struct str){name.data, name.size - suffix.size}, INT64_MAX, &id))
		return false;
	folder_file_name(part, (int64_t)id, expected);
	*ret_id = (int64_t)id;
	return str_equal(name, str_from(expected));
}

static char *join(struct str folder, const char *name)
{
	size_t size = folder.size + strlen(name) + 2;
	char *path = malloc(size);
	if (path)
		snprintf(path, size, "%.*s/%s", STR_ARG(folder), name);
	return path;
}

static void init(struct data_folder *f)
{
	*f = (struct data_folder){.root = -1, .lock = -1};
	for (int i = 0; i < FOLDER_PART__COUNT; i++)
		f->parts[i] = -1;
}

void data_folder_close(struct data_folder *f)
{
	for (int i = 0; i < FOLDER_PART__COUNT; i++)
		file_close(&f->parts[i]);
	file_close(&f->lock);
	file_close(&f->root);
	free(f->catalogue_path);
	free(f->public_path);
	init(f);
}

static enum err open_root(struct str path, struct data_folder *f)
{
	f->catalogue_path = join(path, catalogue_name);
	f->public_path = join(path, parts[FOLDER_PUBLIC].name);
	char *root = join(path, "");
	enum err err = root && f->catalogue_path && f->public_path
			       ? folder_open(AT_FDCWD, root, &f->root)
			       : E_NOMEM;
	free(root);
	return err;
}

static enum err open_parts(struct data_folder *f)
{
	for (int i = 0; i < FOLDER_PART__COUNT; i++)
		TRY(folder_open(f->root, parts[i].name, &f->parts[i]));
	return E_OK;
}

static enum err has_catalogue(const struct data_folder *f)
{
	int fd;
	TRY(file_open_read(f->root, catalogue_name, &fd));
	file_close(&fd);
	return E_OK;
}

/* What a new data folder may hold: what is left of one that was not finished, and what file systems
 * put there. Anything else belongs to somebody. */
static enum err check_entry(void *context, const char *name)
{
	(void)context;
	struct str s = str_from(name);
	bool ours = str_starts(s, STR(".tmp-")) || str_equal(s, str_from(lock_name)) ||
		    str_equal(s, STR("lost+found"));
	for (int i = 0; i < FOLDER_PART__COUNT; i++)
		ours |= str_equal(s, str_from(parts[i].name));
	return ours ? E_OK : E_EXISTS;
}

static enum err make_parts(struct data_folder *f)
{
	TRY(folder_each(f->root, check_entry, NULL));
	TRY(file_lock(f->root, lock_name, &f->lock));
	for (int i = 0; i < FOLDER_PART__COUNT; i++) {
		enum err err = folder_make(f->root, parts[i].name);
		if (err != E_OK && err != E_EXISTS)
			return err;
	}
	TRY(open_parts(f));
	/* A public process without rights of its own comes through to this one folder. */
	TRY(folder_share(f->parts[FOLDER_PUBLIC], true));
	return folder_share(f->root, false);
}

static enum err make_root(struct str path)
{
	char *root = join(path, "");
	if (!root)
		return E_NOMEM;
	/* "name/" would have an empty last part. */
	size_t end = strlen(root);
	while (end > 1 && root[end - 1] == '/')
		root[--end] = '\0';
	enum err err = folder_make(AT_FDCWD, root);
	free(root);
	return err == E_EXISTS ? E_OK : err;
}

enum err data_folder_make(struct str path, struct data_folder *ret_folder)
{
	struct data_folder f;
	init(&f);
	TRY(make_root(path));
	enum err err = open_root(path, &f);
	if (err == E_OK)
		err = make_parts(&f);
	if (err != E_OK) {
		data_folder_close(&f);
		return err;
	}
	*ret_folder = f;
	return E_OK;
}

enum err data_folder_open(struct str path, bool lock, struct data_folder *ret_folder)
{
	struct data_folder f;
	init(&f);
	enum err err = open_root(path, &f);
	if (err == E_OK)
		err = has_catalogue(&f);
	if (err == E_OK && lock)
		err = file_lock(f.root, lock_name, &f.lock);
	if (err == E_OK)
		err = open_parts(&f);
	if (err != E_OK) {
		data_folder_close(&f);
		return err;
	}
	*ret_folder = f;
	return E_OK;
}

enum err data_folder_map(
	const struct data_folder *f, enum folder_part part, int64_t id, struct mapping *ret_mapping)
{
	char name[PART_NAME_SIZE];
	int fd;
	folder_file_name(part, id, name);
	TRY(file_open_read(f->parts[part], name, &fd));
	enum err err = file_map(fd, ret_mapping);
	file_close(&fd);
	return err;
}
