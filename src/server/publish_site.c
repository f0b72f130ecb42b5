/* SPDX-License-Identifier: Apache-2.0 */
#include "server/publish_site.h"

#include <fcntl.h>

#include "base/limits.h"
#include "os/file.h"
#include "server/publish_editions.h"
#include "server/publish_pictures.h"
#include "server/publish_series.h"
#include "server/site_contents.h"
#include "site/site_file.h"
#include "store/site_content.h"

/* --- what was published last --- */

struct former {
	struct mapping mapping;
	struct arena arena;
	struct site site;
	bool known; /* a file that is not there or not whole tells nothing */
};

static enum err map_former(struct store *store, struct arena *arena, struct mapping *ret_mapping)
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

static enum err former_open(struct former *f, struct store *store, bool anew)
{
	*f = (struct former){.known = false};
	arena_init(&f->arena, 4 * LIMIT_SITE_FILE);
	if (anew || map_former(store, &f->arena, &f->mapping) != E_OK)
		return E_OK;
	enum err err = site_open(f->mapping.bytes, &f->arena, &f->site);
	f->known = err == E_OK;
	return err == E_NOMEM ? err : E_OK;
}

static void former_close(struct former *f)
{
	file_unmap(&f->mapping);
	arena_release(&f->arena);
}

/* --- figures that stand --- */

static bool still_true(const struct site *before, struct instant now, uint64_t change)
{
	bool same_day = before->built.seconds / SECONDS_PER_DAY == now.seconds / SECONDS_PER_DAY;
	for (size_t i = 0; i < before->series_count; i++)
		if (before->series[i].as_of != change)
			return false;
	return same_day && before->series_count > 0;
}

static enum err load_series(struct store *store, struct arena *arena, bool anew,
	const struct former *former, struct site *site)
{
	uint64_t change;
	TRY(store_sightings_change(store, &change));
	if (!former->known || !still_true(&former->site, site->built, change))
		return series_compute(
			store, site->built, anew, arena, &site->series, &site->series_count);
	site->series = former->site.series;
	site->series_count = former->site.series_count;
	return E_OK;
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

/* Whatever is new, or still true. */
static enum err load(struct store *store, struct arena *arena, bool anew,
	const struct former *former, struct site *site)
{
	TRY(site_contents_load(store, arena, site));
	TRY(load_series(store, arena, anew, former, site));
	TRY(publish_editions(store, arena, anew, site));
	return publish_provisional(store, arena, former->known ? &former->site : NULL, site);
}

static enum err publish(struct store *store, struct instant now, bool anew)
{
	struct arena arena;
	struct former former;
	struct site site = {.built = now};
	arena_init(&arena, 4 * LIMIT_SITE_FILE);
	enum err err = former_open(&former, store, anew);
	if (err == E_OK)
		err = load(store, &arena, anew, &former, &site);
	if (err == E_OK)
		err = write_and_publish(store, &arena, &site);
	if (err == E_OK)
		err = publish_pictures(store, &site);
	former_close(&former);
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
