/* SPDX-License-Identifier: Apache-2.0 */
#include <assert.h>
#include <fcntl.h>
#include <stdlib.h>

#include "store/backup_stream.h"
#include "store/catalogue.h"
#include "store/download.h"

static enum err read_fd(void *context, uint8_t *buffer, size_t capacity, size_t *ret_size)
{
	return file_read(*(int *)context, buffer, capacity, ret_size);
}

/* --- first time through: only looking --- */

static enum err look_begin(void *context, struct str name, uint64_t size)
{
	(void)context;
	(void)name;
	(void)size;
	return E_OK;
}

static enum err look_data(void *context, struct bytes piece)
{
	(void)context;
	(void)piece;
	return E_OK;
}

static enum err look_end(void *context)
{
	(void)context;
	return E_OK;
}

/* --- second time: writing --- */

struct restoring {
	struct data_folder folder;
	struct file_new catalogue; /* whole, but without its name until everything else is there */
	struct file_new file;
	struct file_new *current;
	bool has_catalogue;
	int downloads;           /* -1: not needed yet */
	int office, attachments; /* the same */
	char name[DOWNLOAD_NAME_SIZE];
};

static_assert((int)PART_NAME_SIZE <= (int)DOWNLOAD_NAME_SIZE, "a name of either kind fits");

static enum err place_download(struct restoring *r, struct str file, int *ret_folder)
{
	if (!site_sha256_valid(file))
		return E_CORRUPT;
	if (r->downloads < 0)
		TRY(downloads_make(&r->folder, &r->downloads));
	memcpy(r->name, file.data, sizeof(r->name) - 1);
	r->name[sizeof(r->name) - 1] = '\0';
	*ret_folder = r->downloads;
	return E_OK;
}

static enum err open_made(int folder, const char *name, int *ret_folder)
{
	if (*ret_folder >= 0)
		return E_OK;
	enum err err = folder_make(folder, name);
	return err == E_OK || err == E_EXISTS ? folder_open(folder, name, ret_folder) : err;
}

/* "office.db", "attachments/" and a SHA-256: what an office's copy holds, nothing else. */
static enum err place_office(struct restoring *r, struct str file, int *ret_folder)
{
	struct str attachment;
	TRY(open_made(r->folder.root, "office", &r->office));
	if (str_equal(file, STR("office.db"))) {
		memcpy(r->name, "office.db", sizeof("office.db"));
		*ret_folder = r->office;
		return E_OK;
	}
	if (!str_equal(str_cut(file, '/', &attachment), STR("attachments")) ||
		!site_sha256_valid(attachment))
		return E_CORRUPT;
	TRY(open_made(r->office, "attachments", &r->attachments));
	memcpy(r->name, attachment.data, sizeof(r->name) - 1);
	r->name[sizeof(r->name) - 1] = '\0';
	*ret_folder = r->attachments;
	return E_OK;
}

/* "segments/00000001.seg": which folder, and the name within it. */
static enum err place_of(struct restoring *r, struct str path, int *ret_folder)
{
	struct str file;
	int64_t id;
	struct str folder = str_cut(path, '/', &file);
	if (str_equal(folder, str_from(downloads_name)))
		return place_download(r, file, ret_folder);
	if (str_equal(folder, STR("office")))
		return place_office(r, file, ret_folder);
	for (int i = 0; i < FOLDER_PART__COUNT; i++) {
		enum folder_part part = (enum folder_part)i;
		if (!str_equal(folder, str_from(folder_part_name(part))) ||
			!folder_file_id(part, file, &id))
			continue;
		folder_file_name(part, id, r->name);
		*ret_folder = r->folder.parts[part];
		return E_OK;
	}
	return E_CORRUPT;
}

static enum err write_begin(void *context, struct str name, uint64_t size)
{
	struct restoring *r = context;
	int folder;
	(void)size;
	if (str_equal(name, str_from(catalogue_name))) {
		if (r->has_catalogue)
			return E_CORRUPT;
		r->has_catalogue = true;
		r->current = &r->catalogue;
		return file_new_begin(r->folder.root, &r->catalogue);
	}
	TRY(place_of(r, name, &folder));
	r->current = &r->file;
	return file_new_begin(folder, &r->file);
}

static enum err write_data(void *context, struct bytes piece)
{
	const struct restoring *r = context;
	return file_write(r->current->fd, piece);
}

static enum err write_end(void *context)
{
	struct restoring *r = context;
	if (r->current == &r->catalogue)
		return E_OK;
	if (r->file.folder == r->downloads)
		TRY(file_new_make_public(&r->file));
	return file_new_commit(&r->file, r->name, true);
}

static enum err restore_into(struct restoring *r, int fd)
{
	struct backup_source source = {&fd, read_fd};
	struct backup_visitor visitor = {r, write_begin, write_data, write_end};
	r->file.fd = r->catalogue.fd = -1;
	enum err err = backup_read(&source, &visitor);
	if (err == E_OK && !r->has_catalogue)
		err = E_CORRUPT;
	if (err == E_OK)
		return file_new_commit(&r->catalogue, catalogue_name, false);
	file_new_abort(&r->file);
	file_new_abort(&r->catalogue);
	return err;
}

static enum err check_backup(const char *path)
{
	int fd;
	const struct backup_visitor looking = {NULL, look_begin, look_data, look_end};
	TRY(file_open_read(AT_FDCWD, path, &fd));
	struct backup_source source = {&fd, read_fd};
	enum err err = backup_read(&source, &looking);
	file_close(&fd);
	return err;
}

static enum err restore(const char *path, struct str folder)
{
	struct restoring r = {.downloads = -1, .office = -1, .attachments = -1};
	int fd;
	TRY(check_backup(path));
	TRY(file_open_read(AT_FDCWD, path, &fd));
	enum err err = data_folder_make(folder, &r.folder);
	if (err == E_OK) {
		err = restore_into(&r, fd);
		file_close(&r.downloads);
		file_close(&r.office);
		file_close(&r.attachments);
		data_folder_close(&r.folder);
	}
	file_close(&fd);
	return err;
}

enum err store_restore(struct str file, struct str folder)
{
	char *path = strndup(file.data, file.size);
	if (!path)
		return E_NOMEM;
	enum err err = restore(path, folder);
	free(path);
	return err;
}
