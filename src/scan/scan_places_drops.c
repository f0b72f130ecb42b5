/* SPDX-License-Identifier: Apache-2.0 */
/* Folders in which malware is dropped first. */
#include <stdio.h>

#include "scan/scan_places.h"

/* A folder below the root, if it is there without a link leading to it. */
static enum err walk_below(struct scan *s, const char *path)
{
	char room[PLACE_PATH + 1];
	int fd;
	if (folder_open(s->root, path, &fd) != E_OK)
		return E_OK;
	file_close(&fd);
	struct str whole = place_shown(s, str_from(path), room);
	if (whole.data != room)
		return E_OK;
	room[whole.size] = '\0';
	if (!s->stopped)
		return scan_walk(s, room);
	scan_not_reached(s, OBJECT_FILE, whole);
	return E_OK;
}

/* Where letters may be of either case. */
static enum err walk_any_case(struct scan *s, const char *path)
{
	struct writer real;
	writer_init(&real, PLACE_PATH);
	enum err err = survey_find(s->root, str_from(path), &real);
	if (err == E_OK)
		err = walk_below(s, (const char *)real.data);
	else if (err != E_NOMEM)
		err = E_OK;
	writer_release(&real);
	return err;
}

struct homes {
	struct scan *s;
	const char *folder; /* of all people, as it is written */
	const char *const *drops;
	enum err (*walk)(struct scan *s, const char *path);
};

static enum err on_home(void *context, const char *name)
{
	char path[PLACE_PATH];
	const struct homes *h = context;
	for (const char *const *drop = h->drops; *drop; drop++) {
		int size = snprintf(path, sizeof(path), "%s/%s/%s", h->folder, name, *drop);
		if (size > 0 && (size_t)size < sizeof(path))
			TRY(h->walk(h->s, path));
	}
	return E_OK;
}

static enum err walk_homes(struct homes *h)
{
	int fd;
	if (folder_open(h->s->root, h->folder, &fd) != E_OK)
		return E_OK;
	enum err err = folder_each(fd, on_home, h);
	file_close(&fd);
	return err;
}

static enum err walk_windows_homes(struct scan *s, const char *folder)
{
	static const char *const drops[] = {"Downloads", "Desktop", "AppData/Local/Temp",
		"AppData/Roaming", "Local Settings/Temp", "Application Data", NULL};
	struct writer real;
	writer_init(&real, PLACE_PATH);
	enum err err = survey_find(s->root, str_from(folder), &real);
	if (err == E_OK) {
		struct homes homes = {s, (const char *)real.data, drops, walk_any_case};
		err = walk_homes(&homes);
	} else if (err != E_NOMEM) {
		err = E_OK;
	}
	writer_release(&real);
	return err;
}

static enum err drops_of_windows(struct scan *s)
{
	static const char *const drops[] = {
		"Windows/Temp", "Users/Public", "$Recycle.Bin", "RECYCLER", "PerfLogs"};
	struct writer real;
	writer_init(&real, PLACE_PATH);
	enum err err = survey_find(s->root, STR("Windows/System32/config"), &real);
	writer_release(&real);
	if (err != E_OK)
		return err == E_NOMEM ? err : E_OK;
	for (size_t i = 0; i < sizeof(drops) / sizeof(drops[0]); i++)
		TRY(walk_any_case(s, drops[i]));
	TRY(walk_windows_homes(s, "Users"));
	return walk_windows_homes(s, "Documents and Settings");
}

enum err scan_drops(struct scan *s)
{
	/* What is small in most places first: a full /tmp may take all the time there is. */
	static const char *const drops[] = {"dev/shm", "run", "usr/local/bin", "usr/local/sbin",
		"tmp", "var/tmp", "root/Downloads", "root/.config"};
	static const char *const own[] = {"Downloads", "Desktop", ".config", ".local/bin", NULL};
	struct homes homes = {s, "home", own, walk_below};
	for (size_t i = 0; i < sizeof(drops) / sizeof(drops[0]); i++)
		TRY(walk_below(s, drops[i]));
	TRY(walk_homes(&homes));
	TRY(drops_of_windows(s));
	return s->order->places ? scan_installed(s) : E_OK;
}
