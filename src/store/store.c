/* SPDX-License-Identifier: Apache-2.0 */
#include "store/store.h"

#include <stdlib.h>
#include <string.h>

#include "os/system.h"
#include "store/cache.h"
#include "store/catalogue.h"

static enum err create_catalogue(
	const struct data_folder *f, struct str folder, struct str country, struct instant now)
{
	struct file_new file;
	struct hash_key key;
	struct writer path;
	system_random(key.bytes, sizeof(key.bytes));
	TRY(file_new_begin(f->root, &file));
	/* SQLite writes by name into the file that then takes the catalogue's name: the folder is
	 * a data folder from that moment. */
	writer_init(&path, folder.size + sizeof(file.temporary) + 2);
	writer_str(&path, folder);
	writer_char(&path, '/');
	writer_bytes(
		&path, (struct bytes){(const uint8_t *)file.temporary, strlen(file.temporary) + 1});
	enum err err = writer_end(&path);
	if (err == E_OK)
		err = catalogue_create((const char *)path.data, country, &key, now);
	writer_release(&path);
	if (err == E_OK)
		return file_new_commit(&file, catalogue_name, false);
	file_new_abort(&file);
	return err;
}

enum err store_create(struct str folder, struct str country, struct instant now)
{
	struct data_folder f;
	if (country.size != 0 && country.size != 2)
		return E_RANGE;
	TRY(data_folder_make(folder, &f));
	enum err err = create_catalogue(&f, folder, country, now);
	data_folder_close(&f);
	return err;
}

static enum err open_folder(struct str folder, enum store_mode mode, struct store **ret_store)
{
	struct store *s = calloc(1, sizeof(*s));
	if (!s)
		return E_NOMEM;
	s->mode = mode;
	enum err err = data_folder_open(folder, mode == STORE_WRITE, &s->folder);
	if (err == E_OK)
		*ret_store = s;
	else
		free(s);
	return err;
}

enum err store_open(struct str folder, enum store_mode mode, struct store **ret_store)
{
	struct store *s;
	TRY(open_folder(folder, mode, &s));
	enum err err = catalogue_open(s);
	if (err != E_OK) {
		store_close(s);
		return err;
	}
	*ret_store = s;
	return E_OK;
}

void store_close(struct store *s)
{
	if (!s)
		return;
	cache_clear(s);
	catalogue_close(s);
	data_folder_close(&s->folder);
	free(s);
}

enum err store_version(struct str folder, int64_t *ret_version)
{
	struct store *s;
	TRY(open_folder(folder, STORE_READ, &s));
	enum err err = catalogue_open_any(s, ret_version);
	store_close(s);
	return err;
}

int64_t store_current_version(void)
{
	return CATALOGUE_VERSION;
}

enum err store_upgrade(struct str folder, struct instant now)
{
	struct store *s;
	int64_t version;
	TRY(open_folder(folder, STORE_WRITE, &s));
	enum err err = catalogue_open_any(s, &version);
	if (err == E_OK)
		err = catalogue_upgrade(s, version, now);
	store_close(s);
	return err;
}

struct str store_country(const struct store *s)
{
	return str_from(s->country);
}

const struct hash_key *store_hash_key(const struct store *s)
{
	return &s->key;
}

struct str store_public_folder(const struct store *s)
{
	return str_from(s->folder.public_path);
}

enum err store_publish(struct store *s, struct str name, struct bytes file)
{
	char file_name[PART_NAME_SIZE];
	TRY(store_require_write(s));
	if (name.size == 0 || name.size >= sizeof(file_name) || memchr(name.data, '/', name.size))
		return E_USAGE;
	memcpy(file_name, name.data, name.size);
	file_name[name.size] = '\0';
	return file_put(s->folder.parts[FOLDER_PUBLIC], file_name, file, true);
}
