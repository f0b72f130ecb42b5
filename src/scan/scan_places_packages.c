/* SPDX-License-Identifier: Apache-2.0 */
/* Programs and libraries held against the sums their packages came with. */

#include "scan/scan_places.h"

struct diverted {
	const char *path; /* being looked for */
	bool found;
};

static enum err on_diverted(struct scan *s, const char *text, void *context)
{
	struct diverted *d = context;
	(void)s;
	d->found = d->found || strcmp(text + (text[0] == '/'), d->path) == 0;
	return E_OK;
}

/* Straight to the workers: that it was compared does not mean it was scanned. */
static enum err add(struct scan *s, const struct task *task, int fd)
{
	struct job *job = job_new(task, OBJECT_PLACE, fd);
	if (!job) {
		file_close(&fd);
		return E_NOMEM;
	}
	pool_add(s->pool, job);
	while (!s->stopped && !pool_has_room(s->pool))
		TRY(scan_turn(s, 100, false));
	return s->stopped ? E_BUSY : E_OK;
}

static enum err on_sum(struct scan *s, const char *text, void *context)
{
	char room[PLACE_PATH], extra[sizeof(SUM_MARK) + SUM_DIGITS] = SUM_MARK;
	const char *path = text + SUM_DIGITS;
	struct diverted diverted = {.path = path};
	struct entry_facts facts;
	int fd;
	(void)context;
	/* What is not there any more, or what may not be read, has no sum. */
	if (entry_open_inside(s->root, path, &fd, &facts) != E_OK)
		return E_OK;
	enum err err = place_notes_each(s, NOTE_DIVERTED, on_diverted, &diverted);
	if (err != E_OK || diverted.found) {
		file_close(&fd);
		return err;
	}
	memcpy(extra + sizeof(SUM_MARK) - 1, text, SUM_DIGITS);
	extra[sizeof(SUM_MARK) - 1 + SUM_DIGITS] = '\0';
	const struct task task = {.kind = TASK_PLACE,
		.stamp = facts.stamp,
		.path = place_shown(s, str_from(path), room),
		.extra = str_from(extra)};
	return add(s, &task, fd);
}

/* Sums of the other kind of packages are in a database we do not read. */
static void tell_other_packages(struct scan *s)
{
	static const char *const databases[] = {"var/lib/rpm", "usr/lib/sysimage/rpm"};
	char room[PLACE_PATH];
	int fd;
	if (folder_open(s->root, "var/lib/dpkg/info", &fd) == E_OK) {
		file_close(&fd);
		return;
	}
	for (size_t i = 0; i < sizeof(databases) / sizeof(databases[0]); i++) {
		if (folder_open(s->root, databases[i], &fd) != E_OK)
			continue;
		file_close(&fd);
		s->totals.not_scanned++;
		scan_not_scanned(s, OBJECT_PLACE, place_shown(s, str_from(databases[i]), room),
			STR(""), UNSCANNED_UNSUPPORTED, STR("RPM"));
		return;
	}
}

enum err scan_packages(struct scan *s)
{
	const uint64_t places = s->totals.places;
	enum err err = place_notes_each(s, NOTE_SUM, on_sum, NULL);
	if (err == E_OK)
		err = scan_drain(s);
	s->totals.places = places;
	tell_other_packages(s);
	return s->stopped ? E_OK : err;
}
