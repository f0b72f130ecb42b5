/* SPDX-License-Identifier: Apache-2.0 */
/* Places from which programs are started, and the programs they name. */
#include <stdio.h>

#include "scan/scan_places.h"
#include "survey/reasons.h"

struct str place_shown(const struct scan *s, struct str below, char room[PLACE_PATH])
{
	struct str root = str_from(s->order->root ? s->order->root : "/");
	while (root.size > 0 && root.data[root.size - 1] == '/')
		root.size--;
	while (below.size > 0 && below.data[0] == '/')
		below = (struct str){below.data + 1, below.size - 1};
	if (root.size + below.size + 2 > PLACE_PATH)
		return below;
	memcpy(room, root.data, root.size);
	room[root.size] = '/';
	memcpy(room + root.size + 1, below.data, below.size);
	return (struct str){room, root.size + 1 + below.size};
}

void place_missed(struct scan *s, const char *path, enum err err)
{
	char room[PLACE_PATH];
	s->totals.not_scanned++;
	scan_not_scanned(s, OBJECT_PLACE, place_shown(s, str_from(path), room), STR(""),
		unscanned_for(err), STR(""));
}

void place_sign(struct scan *s, const char *path, struct str why)
{
	char room[PLACE_PATH];
	const struct rule_match match = {.set = STR("places"), .rule = why};
	scan_tell(s, 0, OBJECT_PLACE, place_shown(s, str_from(path), room),
		&(struct finding){.matches = &match, .match_count = 1, .match_total = 1});
}

/* Files that administrators lock as well, so that programs leave them alone. */
static bool is_often_locked(struct str key)
{
	return str_equal(key, STR("resolver")) || str_equal(key, STR("hosts")) ||
	       str_equal(key, STR("users")) || str_equal(key, STR("passwords"));
}

static enum err take(struct scan *s, const char *path, struct task task, enum object_kind kind,
	enum err *ret_open)
{
	char room[PLACE_PATH];
	struct entry_facts facts = {.type = ENTRY_FILE};
	int fd;
	*ret_open = entry_open_inside(s->root, path, &fd, &facts);
	/* A unit that is a link to /dev/null is switched off: that is no file, and starts nothing.
	 */
	if (*ret_open == E_DENIED && facts.type == ENTRY_SPECIAL)
		*ret_open = E_NOTFOUND;
	if (*ret_open != E_OK)
		return E_OK;
	if (descriptor_unchangeable(fd) && !is_often_locked(task.extra))
		place_sign(s, path, WHY_UNCHANGEABLE);
	task.path = place_shown(s, str_from(path), room);
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
		place_missed(s, path, opened);
	return s->stopped ? E_BUSY : E_OK;
}

static enum err on_unreadable(void *context, const char *path, enum err err)
{
	place_missed(context, path, err);
	return E_OK;
}

/* --- entries --- */

static void note(struct scan *s, enum place_note kind, struct str first, struct str second)
{
	if (memchr(first.data, '\0', first.size) || memchr(second.data, '\0', second.size))
		return;
	writer_char(&s->programs, (char)kind);
	writer_str(&s->programs, first);
	writer_str(&s->programs, second);
	writer_char(&s->programs, '\0');
}

static void note_windows(struct scan *s, const struct job *job, struct str program)
{
	struct writer path;
	writer_init(&path, PLACE_PATH);
	survey_windows_path(program, job->task.path, &path);
	if (path.size > 0)
		note(s, NOTE_WINDOWS, writer_view_str(&path), STR(""));
	writer_release(&path);
}

/* What else has to be looked at because of it. */
static void note_entry(struct scan *s, const struct job *job, const struct place_entry *entry)
{
	const struct place *place = survey_place_named(job->task.extra);
	if (!place)
		return;
	if (str_equal(place->key, STR("package-diversions")))
		note(s, NOTE_DIVERTED, entry->text, STR(""));
	else if (entry->program.size == 0)
		return;
	else if (place->windows)
		note_windows(s, job, entry->program);
	else if (!str_equal(place->key, STR("package-sums")))
		note(s, NOTE_PROGRAM, entry->program, STR(""));
	else if (entry->text.size == SUM_DIGITS)
		note(s, NOTE_SUM, entry->text, entry->program);
}

void scan_on_entry(struct scan *s, struct job *job, const struct place_entry *entry)
{
	char line[32];
	const struct rule_match match = {.set = STR("places"), .rule = entry->why};
	note_entry(s, job, entry);
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

/* Notes may be added meanwhile: those are not given. */
enum err place_notes_each(struct scan *s, enum place_note kind, place_note_fn *fn, void *context)
{
	const size_t size = s->programs.size;
	enum err err = E_OK;
	for (size_t at = 0; at < size && err == E_OK && !s->stopped;) {
		const char *text = (const char *)s->programs.data + at;
		const size_t length = strlen(text);
		if (text[0] == (char)kind)
			err = fn(s, text + 1, context);
		at += length + 1;
	}
	return err;
}

/* --- the programs that places start --- */

/* Not there, or no plain file: then nothing is started. */
static enum err take_program(struct scan *s, const char *path, void *context)
{
	enum err opened;
	(void)context;
	TRY(take(
		s, path, (struct task){.kind = TASK_FILE, .extra = STR("")}, OBJECT_FILE, &opened));
	if (opened != E_OK && opened != E_NOTFOUND && opened != E_DENIED)
		place_missed(s, path, opened);
	return E_OK;
}

static enum err take_windows(struct scan *s, const char *path, void *context)
{
	struct writer real;
	writer_init(&real, PLACE_PATH);
	enum err err = survey_find(s->root, str_from(path), &real);
	if (err == E_OK)
		err = take_program(s, (const char *)real.data, context);
	else if (err != E_NOMEM)
		err = E_OK;
	writer_release(&real);
	return err;
}

enum err scan_places(struct scan *s)
{
	const struct survey_files files = {s, on_file, on_unreadable};
	enum err err = survey_expand(s->root, &files);
	if (err != E_OK && !s->stopped)
		return err;
	TRY(scan_drain(s));
	TRY(place_notes_each(s, NOTE_PROGRAM, take_program, NULL));
	TRY(place_notes_each(s, NOTE_WINDOWS, take_windows, NULL));
	TRY(scan_drain(s));
	return s->order->quick ? E_OK : scan_installed(s);
}

static void packages_not_reached(struct scan *s)
{
	char room[PLACE_PATH];
	int fd;
	if (folder_open(s->root, "var/lib/dpkg/info", &fd) != E_OK)
		return;
	file_close(&fd);
	scan_not_reached(s, OBJECT_PLACE, place_shown(s, STR("var/lib/dpkg/info"), room));
}

enum err scan_installed(struct scan *s)
{
	if (!s->stopped)
		TRY(scan_strays(s));
	if (!s->stopped)
		return scan_packages(s);
	packages_not_reached(s);
	return E_OK;
}
