/* SPDX-License-Identifier: Apache-2.0 */
#include "server/publish_site.h"

#include "base/arena.h"
#include "base/limits.h"
#include "server/site_contents.h"
#include "site/site_file.h"

static enum err write_and_publish(struct store *store, const struct site *site)
{
	struct writer file;
	writer_init(&file, LIMIT_SITE_FILE);
	site_write(&file, site);
	enum err err = writer_end(&file);
	if (err == E_OK)
		err = store_publish(store, STR("site"), writer_view(&file));
	writer_release(&file);
	return err;
}

static enum err publish(struct store *store, struct instant now, struct arena *arena)
{
	struct site site = {.built = now};
	TRY(site_contents_load(store, arena, &site));
	return write_and_publish(store, &site);
}

enum err publish_site(struct store *store, struct instant now)
{
	struct arena arena;
	arena_init(&arena, 2 * LIMIT_SITE_FILE);
	enum err err = publish(store, now, &arena);
	arena_release(&arena);
	return err;
}
