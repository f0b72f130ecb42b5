/* SPDX-License-Identifier: Apache-2.0 */
#include "server/publish_site.h"

#include <fcntl.h>

#include "base/limits.h"
#include "os/file.h"
#include "server/publish_pictures.h"
#include "server/publish_series.h"
#include "server/site_contents.h"
#include "site/site_file.h"
#include "store/site_content.h"

/* --- figures that stand --- */

static bool still_true(const struct site *before, struct instant now, uint64_t change)
{
	bool same_day = before->built.seconds / SECONDS_PER_DAY == now.seconds / SECONDS_PER_DAY;
	for (size_t i = 0; i < before->series_count; i++)
		if (before->series[i].as_of != change)
			return false;
	return same_day && before->series_count > 0;
}

static enum err keep_key(struct arena *arena, struct str *key)
{
	*key = arena_copy(arena, *key);
	return key->data ? E_OK : E_NOMEM;
}

static enum err take_over(const struct site *before, struct arena *arena, struct site *site)
{
	struct site_series *series = arena_alloc(arena, before->series_count, sizeof(*series));
	if (!series)
		return E_NOMEM;
	for (size_t i = 0; i < before->series_count; i++) {
		series[i] = before->series[i];
		TRY(keep_key(arena, &series[i].key));
	}
	site->series = series;
	site->series_count = before->series_count;
	return E_OK;
}

static enum err map_before(struct store *store, struct arena *arena, struct mapping *ret_mapping)
{
	int folder, fd;
	const char *path = arena_cstr(arena, store_public_folder(store));
	if (!path)
		return E_NOMEM;
	TRY(folder_open(AT_FDCWD, path, &folder));
	enum err err = file_open_read(folder, "site", &fd);
	if (err == E_OK) {
		err = file_map(fd, ret_mapping);
		file_close(&fd);
	}
	file_close(&folder);
	return err;
}

/* E_NOTFOUND: there are none that stand. A file that is not there or not whole has none. */
static enum err series_before(struct store *store, struct arena *arena, struct site *site)
{
	uint64_t change;
	struct mapping mapping;
	struct site before;
	TRY(store_sightings_change(store, &change));
	if (map_before(store, arena, &mapping) != E_OK)
		return E_NOTFOUND;
	enum err err = site_open(mapping.bytes, arena, &before);
	if (err == E_OK && still_true(&before, site->built, change))
		err = take_over(&before, arena, site);
	else if (err != E_NOMEM)
		err = E_NOTFOUND;
	file_unmap(&mapping);
	return err;
}

static enum err load_series(struct store *store, struct arena *arena, bool anew, struct site *site)
{
	enum err err = anew ? E_NOTFOUND : series_before(store, arena, site);
	if (err != E_NOTFOUND)
		return err;
	return series_compute(store, site->built, arena, &site->series, &site->series_count);
}

/* --- all of it --- */

/* What the portal would refuse must not take the place of what it shows. */
static enum err check(struct bytes file, struct arena *arena)
{
	struct site site;
	return site_open(file, arena, &site);
}

static enum err write_and_publish(struct store *store, struct arena *arena, const struct site *site)
{
	struct writer file;
	writer_init(&file, LIMIT_SITE_FILE);
	site_write(&file, site);
	enum err err = writer_end(&file);
	if (err == E_OK)
		err = check(writer_view(&file), arena);
	if (err == E_OK)
		err = store_publish(store, STR("site"), writer_view(&file));
	writer_release(&file);
	return err;
}

static enum err publish(struct store *store, struct instant now, bool anew)
{
	struct arena arena;
	struct site site = {.built = now};
	arena_init(&arena, 4 * LIMIT_SITE_FILE);
	enum err err = site_contents_load(store, &arena, &site);
	if (err == E_OK)
		err = load_series(store, &arena, anew, &site);
	if (err == E_OK)
		err = write_and_publish(store, &arena, &site);
	if (err == E_OK)
		err = publish_pictures(store, &site);
	arena_release(&arena);
	return err;
}

enum err publish_site(struct store *store, struct instant now)
{
	return publish(store, now, false);
}

enum err publish_site_anew(struct store *store, struct instant now)
{
	return publish(store, now, true);
}
