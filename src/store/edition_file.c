/* SPDX-License-Identifier: Apache-2.0 */
#include "store/edition_file.h"

#include <stdio.h>

#include "store/catalogue.h"
#include "store/edition.h"

static const char editions_name[] = "editions";

enum err editions_open(const struct data_folder *f, int *ret_folder)
{
	return folder_open(f->parts[FOLDER_PUBLIC], editions_name, ret_folder);
}

static enum err editions_make(const struct data_folder *f, int *ret_folder)
{
	int folder;
	enum err err = folder_make(f->parts[FOLDER_PUBLIC], editions_name);
	if (err != E_OK && err != E_EXISTS)
		return err;
	TRY(editions_open(f, &folder));
	err = folder_share(folder, false);
	if (err == E_OK)
		*ret_folder = folder;
	else
		file_close(&folder);
	return err;
}

enum err edition_file_name(
	struct str campaign, uint32_t number, struct str part, char ret_name[EDITION_NAME_SIZE])
{
	int size = snprintf(ret_name, EDITION_NAME_SIZE, "%.*s-%u.%.*s", STR_ARG(campaign), number,
		STR_ARG(part));
	return size > 0 && size < EDITION_NAME_SIZE ? E_OK : E_LIMIT;
}

static bool is_there(int folder, const char *name, struct bytes bytes)
{
	int fd;
	struct mapping mapping;
	if (file_open_read(folder, name, &fd) != E_OK)
		return false;
	enum err err = file_map(fd, &mapping);
	file_close(&fd);
	if (err != E_OK)
		return false;
	bool same = mapping.bytes.size == bytes.size &&
		    (bytes.size == 0 || memcmp(mapping.bytes.data, bytes.data, bytes.size) == 0);
	file_unmap(&mapping);
	return same;
}

enum err store_publish_edition_part(
	struct store *s, struct str campaign, uint32_t number, const struct edition_part *part)
{
	int folder;
	char name[EDITION_NAME_SIZE];
	TRY(store_require_write(s));
	TRY(edition_file_name(campaign, number, part->name, name));
	TRY(editions_make(&s->folder, &folder));
	enum err err = is_there(folder, name, part->bytes)
			       ? E_OK
			       : file_put(folder, name, part->bytes, true);
	file_close(&folder);
	return err;
}

static enum err part_size(
	struct store *s, struct str campaign, uint32_t number, struct str name, uint64_t *ret_size)
{
	struct sql q;
	enum err err = E_NOTFOUND;
	sql_open(&q, &s->db,
		"SELECT length(bytes) FROM edition_part JOIN edition ON"
		" edition.id = edition_part.edition WHERE campaign = ? AND number = ? AND name = "
		"?");
	sql_str(&q, campaign);
	sql_int(&q, number);
	sql_str(&q, name);
	if (sql_row(&q)) {
		*ret_size = sql_get_count(&q, 0);
		err = E_OK;
	}
	enum err closed = sql_close(&q);
	return closed == E_OK ? err : closed;
}

static enum err public_size(struct store *s, const char *name, uint64_t *ret_size)
{
	int folder, fd;
	TRY(editions_open(&s->folder, &folder));
	enum err err = file_open_read(folder, name, &fd);
	file_close(&folder);
	TRY(err);
	err = file_size(fd, ret_size);
	file_close(&fd);
	return err;
}

bool store_edition_part_is_public(
	struct store *s, struct str campaign, uint32_t number, struct str name)
{
	char file[EDITION_NAME_SIZE];
	uint64_t kept, there;
	return edition_file_name(campaign, number, name, file) == E_OK &&
	       part_size(s, campaign, number, name, &kept) == E_OK &&
	       public_size(s, file, &there) == E_OK && kept == there;
}
