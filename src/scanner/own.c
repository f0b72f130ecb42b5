/* SPDX-License-Identifier: Apache-2.0 */
#include "scanner/own.h"

#include <fcntl.h>
#include <limits.h>
#include <stdio.h>

#include "scanner/prepared_engine.h"

#define STATE_BELOW ".local/state/quetsach-scan"

enum {
	OTHERS = 4096 /* users whose folders are asked */
};

enum err own_paths_init(struct own_paths *own, struct arena *arena, size_t most)
{
	*own = (struct own_paths){.capacity = most + OTHERS};
	own->paths = arena_alloc(arena, own->capacity, sizeof(*own->paths));
	return own->paths ? E_OK : E_NOMEM;
}

void own_paths_add(struct own_paths *own, const char *path)
{
	if (path[0] && own->count < own->capacity)
		own->paths[own->count++] = path;
}

struct asking {
	struct own_paths *own;
	struct arena *arena;
	const char *root;
};

static enum err ask(const struct asking *a, const char *folder)
{
	char path[PATH_MAX];
	if (!prepared_engine_made_in(a->root, folder))
		return E_OK;
	int size = snprintf(path, sizeof(path), "%s/%s/engine", a->root, folder);
	if (size < 0 || (size_t)size >= sizeof(path))
		return E_OK;
	char *kept = arena_cstr(a->arena, (struct str){path, (size_t)size});
	if (!kept)
		return E_NOMEM;
	own_paths_add(a->own, kept);
	return E_OK;
}

static enum err on_home(void *context, const char *name)
{
	char folder[PATH_MAX];
	int size = snprintf(folder, sizeof(folder), "home/%s/" STATE_BELOW, name);
	return size > 0 && (size_t)size < sizeof(folder) ? ask(context, folder) : E_OK;
}

enum err own_paths_add_others(struct own_paths *own, struct arena *arena, const char *root)
{
	struct asking a = {own, arena, root};
	int below;
	int homes;
	TRY(ask(&a, "var/lib/quetsach-scan"));
	TRY(ask(&a, "root/" STATE_BELOW));
	if (folder_open(AT_FDCWD, root, &below) != E_OK)
		return E_OK;
	bool there = folder_open(below, "home", &homes) == E_OK;
	file_close(&below);
	if (!there)
		return E_OK;
	enum err err = folder_each(homes, on_home, &a);
	file_close(&homes);
	return err == E_NOMEM ? err : E_OK;
}
