/* SPDX-License-Identifier: Apache-2.0 */
/* Places from which programs are started, and the programs they name. */
#include <stdio.h>

#include "scan/scan_parts.h"

enum {
	PATH_ROOM = 8192
};

/* A path below the root as people see it. */
static struct str shown(const struct scan *s, struct str below, char room[PATH_ROOM])
{
	struct str root = str_from(s->order->root ? s->order->root : "/");
	while (root.size > 0 && root.data[root.size - 1] == '/')
		root.size--;
	while (below.size > 0 && below.data[0] == '/')
		below = (struct str){below.data + 1, below.size - 1};
	if (root.size + below.size + 2 > PATH_ROOM)
		return below;
	memcpy(room, root.data, root.size);
	room[root.size] = '/';
	memcpy(room + root.size + 1, below.data, below.size);
	return (struct str){room, root.size + 1 + below.size};
}

static void missed(struct scan *s, const char *path, enum err err)
{
	char room[PATH_ROOM];
	s->totals.not_scanned++;
	scan_not_scanned(s, OBJECT_PLACE, shown(s, str_from(path), room), STR(""),
		unscanned_for(err), STR(""));
}

static enum err take(struct scan *s, const char *path, struct task task, enum object_kind kind,
	enum err *ret_open)
{
	char room[PATH_ROOM];
	struct entry_facts facts;
	int fd;
	*ret_open = entry_open_inside(s->root, path, &fd, &facts);
	if (*ret_open != E_OK)
		return E_OK;
	task.path = shown(s, str_from(path), room);
	task.stamp = facts.stamp;
	return scan_take_open(s, &task, kind, fd, &facts);
}

/* --- places --- */

static enum err on_file(void *context, const struct place *place, const char *path)
{
	struct scan *s = context;
	const struct task task = {.kind = TASK_PLACE, .extra = place->key};
	enum err opened;
	TRY(take(s, path, task, OBJECT_PLACE, &opened));
	/* A link that leads nowhere starts nothing. */
	if (opened != E_OK && opened != E_NOTFOUND)
		missed(s, path, opened);
	return s->stopped ? E_BUSY : E_OK;
}

static enum err on_unreadable(void *context, const char *path, enum err err)
{
	missed(context, path, err);
	return E_OK;
}

void scan_on_entry(struct scan *s, struct job *job, const struct place_entry *entry)
{
	char line[32];
	const struct rule_match match = {.set = STR("places"), .rule = entry->why};
	if (entry->program.size > 0 && !memchr(entry->program.data, '\0', entry->program.size)) {
		writer_str(&s->programs, entry->program);
		writer_char(&s->programs, '\0');
	}
	if (entry->sign != SIGN_SUSPICIOUS)
		return;
	writer_clear(&s->text);
	if (entry->line > 0) {
		int size = snprintf(
			line, sizeof(line), "line %llu: ", (unsigned long long)entry->line);
		writer_str(&s->text, (struct str){line, (size_t)size});
	}
	writer_str(&s->text, entry->text);
	scan_find(s, job,
		&(struct finding){.object = writer_view_str(&s->text),
			.matches = &match,
			.match_count = 1,
			.match_total = 1});
}

/* What places start. Not there, or no plain file: then nothing is started. */
static enum err take_programs(struct scan *s)
{
	struct writer programs = s->programs;
	enum err err = E_OK;
	writer_init(&s->programs, programs.limit);
	for (size_t at = 0; at < programs.size && err == E_OK && !s->stopped;) {
		const char *path = (const char *)programs.data + at;
		enum err opened;
		err = take(s, path, (struct task){.kind = TASK_FILE, .extra = STR("")}, OBJECT_FILE,
			&opened);
		if (err == E_OK && opened != E_OK && opened != E_NOTFOUND && opened != E_DENIED)
			missed(s, path, opened);
		at += strlen(path) + 1;
	}
	writer_release(&programs);
	return err;
}

enum err scan_places(struct scan *s)
{
	const struct survey_files files = {s, on_file, on_unreadable};
	enum err err = survey_expand(s->root, &files);
	if (err != E_OK && !s->stopped)
		return err;
	TRY(scan_drain(s));
	return take_programs(s);
}

/* --- where what has just been dropped lies --- */

/* A folder below the root, if it is there without a link leading to it. */
static enum err walk_below(struct scan *s, const char *path)
{
	char room[PATH_ROOM + 1];
	int fd;
	if (folder_open(s->root, path, &fd) != E_OK)
		return E_OK;
	file_close(&fd);
	struct str whole = shown(s, str_from(path), room);
	room[whole.size] = '\0';
	return scan_walk(s, room);
}

static enum err on_home(void *context, const char *name)
{
	static const char *const drops[] = {"Downloads", "Desktop", ".config", ".local/bin"};
	char path[PATH_ROOM];
	struct scan *s = context;
	for (size_t i = 0; i < sizeof(drops) / sizeof(drops[0]); i++) {
		int size = snprintf(path, sizeof(path), "home/%s/%s", name, drops[i]);
		if (size > 0 && (size_t)size < sizeof(path))
			TRY(walk_below(s, path));
	}
	return s->stopped ? E_BUSY : E_OK;
}

enum err scan_drops(struct scan *s)
{
	static const char *const drops[] = {"tmp", "var/tmp", "dev/shm", "run", "usr/local/bin",
		"usr/local/sbin", "root/Downloads", "root/.config"};
	int homes;
	for (size_t i = 0; i < sizeof(drops) / sizeof(drops[0]); i++)
		TRY(walk_below(s, drops[i]));
	if (folder_open(s->root, "home", &homes) != E_OK)
		return E_OK;
	enum err err = folder_each(homes, on_home, s);
	file_close(&homes);
	return s->stopped ? E_OK : err;
}
