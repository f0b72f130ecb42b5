/* SPDX-License-Identifier: Apache-2.0 */
/* Programs with the right to be somebody else (set-user-ID, set-group-ID) that belong to root. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base/limits.h"
#include "scan/scan_places.h"
#include "survey/reasons.h"

enum {
	DEPTH = 48,
	LIST_MOST = 64 << 20
};

struct strays {
	struct scan *s;
	uint64_t entries; /* still to be looked at */
	char path[PLACE_PATH];
	size_t size;
	struct writer unsure; /* paths with a NUL each: whether a package has them */
};

/* --- where such programs are usual --- */

static bool below_one(struct str path, const struct str *folders)
{
	for (; folders->size > 0; folders++)
		if (str_starts(path, *folders))
			return true;
	return false;
}

/* Folders of packages. */
static bool is_packages(struct str path)
{
	static const struct str folders[] = {STR_INIT("bin/"), STR_INIT("sbin/"), STR_INIT("lib"),
		STR_INIT("usr/bin/"), STR_INIT("usr/sbin/"), STR_INIT("usr/lib"),
		STR_INIT("usr/games/"), {0}};
	return below_one(path, folders);
}

/* What people install by hand, and how other systems than Debian keep theirs. */
static bool is_by_hand(struct str path)
{
	static const struct str folders[] = {STR_INIT("usr/local/"), STR_INIT("opt/"),
		STR_INIT("nix/store/"), STR_INIT("gnu/store/"), STR_INIT("run/wrappers/"),
		STR_INIT("run/setuid-programs/"), {0}};
	return below_one(path, folders);
}

/* Not entered: no programs, other disks, whole systems within this one. */
static bool is_passed(struct str path)
{
	static const struct str folders[] = {STR_INIT("proc"), STR_INIT("sys"), STR_INIT("mnt"),
		STR_INIT("media"), STR_INIT("usr/share"), STR_INIT("usr/include"),
		STR_INIT("usr/src"), STR_INIT("var/lib/docker"), STR_INIT("var/lib/containers"),
		STR_INIT("var/lib/containerd"), STR_INIT("var/lib/lxc"), STR_INIT("var/lib/lxd"),
		STR_INIT("var/lib/incus"), STR_INIT("var/lib/machines"), STR_INIT("var/lib/snapd"),
		STR_INIT("var/lib/flatpak"), STR_INIT("var/lib/schroot"), STR_INIT("snap"),
		STR_INIT("run/containerd"), STR_INIT("run/docker"), STR_INIT(".snapshots"),
		STR_INIT("timeshift"), {0}};
	for (const struct str *f = folders; f->size > 0; f++)
		if (str_equal(path, *f))
			return true;
	return false;
}

/* A system of its own: what is usual there its own scan says. */
static bool is_system(int folder)
{
	struct entry_facts facts;
	return entry_facts(folder, "usr", &facts) == E_OK &&
	       entry_facts(folder, "etc", &facts) == E_OK &&
	       entry_facts(folder, "var", &facts) == E_OK;
}

static bool is_hidden(struct str path)
{
	return str_starts(path, STR(".")) || str_find(path, STR("/.")) < path.size;
}

/* --- the walk --- */

static void on_program(struct strays *t)
{
	struct str path = {t->path, t->size};
	if (is_hidden(path) || !(is_packages(path) || is_by_hand(path)))
		place_sign(t->s, t->path, WHY_SET_USER);
	else if (is_packages(path))
		writer_bytes(&t->unsure, (struct bytes){(const uint8_t *)t->path, t->size + 1});
}

static void on_file(struct strays *t, int folder, const char *name)
{
	struct entry_facts facts;
	if (entry_facts(folder, name, &facts) != E_OK || facts.type != ENTRY_FILE ||
		facts.owner != 0)
		return;
	const bool user = (facts.mode & S_ISUID) && (facts.mode & (S_IXUSR | S_IXGRP | S_IXOTH));
	/* Without the group's right to run it, that bit means something else. */
	const bool group = (facts.mode & S_ISGID) && (facts.mode & S_IXGRP);
	if (user || group)
		on_program(t);
}

static enum err walk(struct strays *t, int fd, unsigned depth);

/* Disks of this machine, and memory where files lie that are gone after a restart. */
static bool is_wanted(const struct strays *t, int fd)
{
	enum file_system kind;
	struct str path = {t->path, t->size};
	if (is_passed(path) || is_system(fd) || file_system_of(fd, &kind) != E_OK)
		return false;
	return kind != FILE_SYSTEM_KERNEL;
}

static enum err on_folder(struct strays *t, int folder, const char *name, unsigned depth)
{
	int fd;
	if (depth == DEPTH || entry_open_folder(folder, name, &fd) != E_OK)
		return E_OK;
	if (is_wanted(t, fd))
		return walk(t, fd, depth + 1);
	file_close(&fd);
	return E_OK;
}

static enum err on_name(struct strays *t, int folder, const struct entry_name *e, unsigned depth)
{
	const size_t before = t->size, size = strlen(e->name);
	enum err err = E_OK;
	struct entry_facts facts;
	enum entry_type type = e->type;
	if (before + size + 2 > sizeof(t->path))
		return E_OK;
	if (before > 0)
		t->path[t->size++] = '/';
	memcpy(t->path + t->size, e->name, size + 1);
	t->size += size;
	if (type == ENTRY_UNKNOWN && entry_facts(folder, e->name, &facts) == E_OK)
		type = facts.type;
	if (type == ENTRY_FOLDER)
		err = on_folder(t, folder, e->name, depth);
	else if (type == ENTRY_FILE)
		on_file(t, folder, e->name);
	t->size = before;
	t->path[before] = '\0';
	return err;
}

/* Takes the descriptor. A folder that cannot be listed the scan of files says. */
static enum err walk(struct strays *t, int fd, unsigned depth)
{
	struct folder_reader r;
	struct entry_name e = {0};
	if (folder_reader_open(fd, &r) != E_OK)
		return E_OK;
	enum err err = folder_reader_next(&r, &e);
	while (err == E_OK && e.name && t->entries > 0 && !t->s->stopped) {
		t->entries--;
		err = on_name(t, r.fd, &e, depth);
		if (err == E_OK && t->entries % 4096 == 0)
			err = scan_turn(t->s, 0, false);
		if (err == E_OK)
			err = folder_reader_next(&r, &e);
	}
	folder_reader_close(&r);
	return err;
}

/* --- whose they are --- */

static bool names(struct bytes list, const char *before, const char *path)
{
	char line[PLACE_PATH + 16];
	int size = snprintf(line, sizeof(line), "\n%s%s\n", before, path);
	struct str text = {(const char *)list.data, list.size};
	return size > 0 && (size_t)size < sizeof(line) &&
	       str_find(text, (struct str){line, (size_t)size}) < text.size;
}

/* /bin and /usr/bin are one folder where packages still say the first. */
static bool names_either(struct bytes list, const char *path)
{
	return names(list, "/", path) || names(list, "/usr/", path) ||
	       (strncmp(path, "usr/", 4) == 0 && names(list, "/", path + 4));
}

struct lists {
	struct strays *t;
	int folder;
	struct writer list;
};

/* Takes out what a list of a package names. */
static enum err on_list(void *context, const char *name)
{
	struct lists *l = context;
	struct writer *unsure = &l->t->unsure;
	if (!str_ends(str_from(name), STR(".list")))
		return E_OK;
	writer_clear(&l->list);
	writer_char(&l->list, '\n');
	if (file_load(l->folder, name, &l->list) != E_OK)
		return E_OK;
	for (size_t at = 0; at < unsure->size;) {
		char *path = (char *)unsure->data + at;
		at += strlen(path) + 1;
		if (path[0] != '/' && names_either(writer_view(&l->list), path))
			path[0] = '/';
	}
	return E_OK;
}

static enum err on_diverted(struct scan *s, const char *text, void *context)
{
	struct strays *t = context;
	(void)s;
	for (size_t at = 0; at < t->unsure.size;) {
		char *path = (char *)t->unsure.data + at;
		at += strlen(path) + 1;
		if (strcmp(path, text + 1) == 0)
			path[0] = '/';
	}
	return E_OK;
}

/* Paths begin without '/'; with one they are settled. */
static enum err ask_packages(struct strays *t)
{
	struct lists l = {.t = t};
	if (t->unsure.size == 0 || folder_open(t->s->root, "var/lib/dpkg/info", &l.folder) != E_OK)
		return E_OK;
	writer_init(&l.list, LIST_MOST);
	enum err err = folder_each(l.folder, on_list, &l);
	writer_release(&l.list);
	file_close(&l.folder);
	if (err == E_OK)
		err = place_notes_each(t->s, NOTE_DIVERTED, on_diverted, t);
	for (size_t at = 0; err == E_OK && at < t->unsure.size;) {
		const char *path = (const char *)t->unsure.data + at;
		at += strlen(path) + 1;
		if (path[0] != '/')
			place_sign(t->s, path, WHY_SET_USER_UNKNOWN);
	}
	return err;
}

enum err scan_strays(struct scan *s)
{
	int fd;
	struct strays *t = calloc(1, sizeof(*t));
	if (!t)
		return E_NOMEM;
	*t = (struct strays){.s = s, .entries = LIMIT_STRAY_ENTRIES};
	writer_init(&t->unsure, 1 << 20);
	enum err err = entry_open_folder(s->root, ".", &fd);
	if (err == E_OK)
		err = walk(t, fd, 0);
	if (err == E_OK && t->entries == 0)
		place_missed(s, "", E_LIMIT);
	if (err == E_OK)
		err = ask_packages(t);
	writer_release(&t->unsure);
	free(t);
	return s->stopped ? E_OK : err;
}
