/* SPDX-License-Identifier: Apache-2.0 */
#include "server/mapped.h"

#include <fcntl.h>
#include <stdlib.h>
#include <time.h>

#include "base/limits.h"
#include "site/site_file.h"

struct mapped_site {
	struct arena arena;
	struct site site;
};

static const char *const names[] = {
	[MAPPED_LISTING] = "listing",
	[MAPPED_NETWORK] = "network",
	[MAPPED_SITE] = "site",
};

enum err mapped_init(struct mapped *m, const char *folder, struct published *published)
{
	*m = (struct mapped){.folder = -1, .published = published};
	return folder_open(AT_FDCWD, folder, &m->folder);
}

/* --- one file --- */

static void site_close(struct mapped_site *s)
{
	if (s)
		arena_release(&s->arena);
	free(s);
}

static enum err open_site(struct bytes bytes, struct mapped_site **ret_site)
{
	struct mapped_site *s = calloc(1, sizeof(*s));
	if (!s)
		return E_NOMEM;
	arena_init(&s->arena, LIMIT_SITE_FILE);
	enum err err = site_open(bytes, &s->arena, &s->site);
	if (err == E_OK)
		*ret_site = s;
	else
		site_close(s);
	return err;
}

static enum err open_contents(enum mapped_name name, struct mapped_file *file)
{
	switch (name) {
	case MAPPED_LISTING:
		return listing_open(file->mapping.bytes, &file->listing);
	case MAPPED_NETWORK:
		return network_open(file->mapping.bytes, &file->network);
	case MAPPED_SITE:
		return open_site(file->mapping.bytes, &file->site);
	case MAPPED__COUNT:
		break;
	}
	return E_UNKNOWN;
}

static void discard(struct mapped_file *file)
{
	listing_close(file->listing);
	network_close(file->network);
	site_close(file->site);
	file_unmap(&file->mapping);
	*file = (struct mapped_file){0};
}

static bool same(const struct file_stamp *a, const struct file_stamp *b)
{
	return a->device == b->device && a->inode == b->inode && a->size == b->size &&
	       a->changed == b->changed;
}

static enum err map_contents(enum mapped_name name, int fd, struct mapped_file *file)
{
	TRY(file_map(fd, &file->mapping));
	return file->mapping.bytes.size > 0 ? open_contents(name, file) : E_CORRUPT;
}

/* Maps the open file when it is another than before, and none that was refused. */
static enum err look_at(struct mapped *m, enum mapped_name name, int fd, struct mapped_file *file,
	bool *ret_changed)
{
	struct mapped_file fresh = {0};
	TRY(file_stamp(fd, &fresh.stamp));
	if (same(&fresh.stamp, &m->files[name].stamp) || same(&fresh.stamp, &m->refused[name]))
		return E_OK;
	enum err err = map_contents(name, fd, &fresh);
	if (err != E_OK) {
		m->refused[name] = fresh.stamp;
		discard(&fresh);
		return err;
	}
	*file = fresh;
	*ret_changed = true;
	return E_OK;
}

/* A missing file is a state like any other: all empty. */
static enum err refresh_file(
	struct mapped *m, enum mapped_name name, struct mapped_file *file, bool *ret_changed)
{
	int fd;
	*ret_changed = false;
	enum err err = file_open_read(m->folder, names[name], &fd);
	if (err == E_NOTFOUND) {
		*ret_changed = m->files[name].stamp.inode != 0;
		*file = (struct mapped_file){0};
		return E_OK;
	}
	if (err != E_OK)
		return err;
	err = look_at(m, name, fd, file, ret_changed);
	file_close(&fd);
	return err;
}

/* --- all of them --- */

static void publication_of(struct mapped *m)
{
	const struct mapped_site *site = m->files[MAPPED_SITE].site;
	m->listing = m->files[MAPPED_LISTING].listing;
	m->network = m->files[MAPPED_NETWORK].network;
	m->site = site ? &site->site : NULL;
}

/* Readers take microseconds; only this thread waits for them. */
static enum err hand_over(struct mapped *m, struct mapped_file fresh[MAPPED__COUNT])
{
	const struct timespec moment = {0, 1000000};
	const struct mapped_site *site = fresh[MAPPED_SITE].site;
	const struct publication next = {
		.listing = fresh[MAPPED_LISTING].listing,
		.network = fresh[MAPPED_NETWORK].network,
		.site = site ? &site->site : NULL,
	};
	TRY(published_replace(m->published, next));
	while (!published_drained(m->published))
		(void)nanosleep(&moment, NULL);
	return E_OK;
}

/* What is no longer shown goes: the old files after a success, else the new ones. */
static void keep_one(struct mapped_file *held, struct mapped_file *fresh, bool take)
{
	struct mapped_file gone = take ? *held : *fresh;
	if (take)
		*held = *fresh;
	discard(&gone);
}

enum err mapped_refresh(struct mapped *m, bool *ret_changed)
{
	struct mapped_file fresh[MAPPED__COUNT];
	bool changed[MAPPED__COUNT];
	bool any = false;
	enum err first = E_OK;
	for (int i = 0; i < MAPPED__COUNT; i++) {
		fresh[i] = m->files[i];
		enum err err = refresh_file(m, (enum mapped_name)i, &fresh[i], &changed[i]);
		first = first == E_OK ? err : first;
		any = any || changed[i];
	}
	enum err err = any ? hand_over(m, fresh) : E_OK;
	for (int i = 0; i < MAPPED__COUNT; i++)
		if (changed[i])
			keep_one(&m->files[i], &fresh[i], err == E_OK);
	publication_of(m);
	*ret_changed = any && err == E_OK;
	return err == E_OK ? first : err;
}

void mapped_release(struct mapped *m)
{
	for (int i = 0; i < MAPPED__COUNT; i++)
		discard(&m->files[i]);
	publication_of(m);
	file_close(&m->folder);
}
