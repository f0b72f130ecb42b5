/* SPDX-License-Identifier: Apache-2.0 */
#include "server/ingest_folder.h"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/limits.h"
#include "os/file.h"
#include "server/feed_folder.h"

enum {
	CHUNK = 1 << 20
};

struct folder {
	const struct ingest_sources *s;
	const char *path;
	int fd;
	struct arena arena;
	struct feed_folder names;
};

static struct str shown_path(struct folder *f, const char *name)
{
	struct writer w;
	struct str path = str_from(f->path);
	writer_init(&w, 1 << 17);
	writer_str(&w, path);
	if (!str_ends(path, STR("/")))
		writer_char(&w, '/');
	writer_text(&w, name);
	/* The store and the messages may outlive the folder's own texts. */
	struct str shown = arena_copy(&f->s->context->arena, writer_view_str(&w));
	writer_release(&w);
	return shown.data ? shown : str_from(name);
}

static void fail(const struct ingest_sources *s, struct str shown, enum err err)
{
	context_failed(s->context, shown, err);
	s->failed(s->taker, shown);
}

static void take_file(struct folder *f, const char *name)
{
	int fd;
	struct str shown = shown_path(f, name);
	enum err err = file_open_read(f->fd, name, &fd);
	if (err != E_OK) {
		fail(f->s, shown, err);
		return;
	}
	f->s->open(f->s->taker, shown, fd);
	file_close(&fd);
}

/* --- a MISP feed --- */

static void file_name_of(const struct misp_manifest_event *event, char ret_name[48])
{
	memcpy(ret_name, event->uuid, MISP_UUID_SIZE);
	memcpy(ret_name + MISP_UUID_SIZE, ".json", 6);
}

static int compare_uuids(const void *a, const void *b)
{
	return memcmp(a, b, MISP_UUID_SIZE);
}

/* Files that the manifest does not name; hashes.csv belongs to a feed. */
static void name_strangers(struct folder *f, const char (*uuids)[MISP_UUID_SIZE], size_t count)
{
	for (size_t i = 0; i < f->names.count; i++) {
		struct str name = str_from(f->names.files[i]);
		bool event = name.size == MISP_UUID_SIZE + 5 && str_ends(name, STR(".json"));
		if (event && count > 0)
			event = bsearch(name.data, uuids, count, sizeof(*uuids), compare_uuids);
		if (!event && !str_equal(name, STR("manifest.json")) &&
			!str_equal(name, STR("hashes.csv")))
			console_say_with(&f->s->context->console, MESSAGE_INGEST_STRANGER,
				{STR("file"), shown_path(f, f->names.files[i])});
	}
}

static void take_events(struct folder *f, const struct misp_manifest *manifest)
{
	char(*uuids)[MISP_UUID_SIZE] = arena_alloc(&f->arena, manifest->count + 1, sizeof(*uuids));
	for (size_t i = 0; i < manifest->count; i++) {
		char name[48];
		file_name_of(&manifest->events[i], name);
		take_file(f, name);
		if (uuids)
			memcpy(uuids[i], manifest->events[i].uuid, MISP_UUID_SIZE);
	}
	if (!uuids)
		return;
	qsort(uuids, manifest->count, sizeof(*uuids), compare_uuids);
	name_strangers(f, (const char(*)[MISP_UUID_SIZE])uuids, manifest->count);
}

static void say_not_events(struct folder *f, struct str shown, uint64_t count)
{
	if (count > 0)
		console_say_with(&f->s->context->console, MESSAGE_INGEST_NOT_EVENTS,
			{STR("file"), shown}, context_number_text(f->s->context, "count", count));
}

/* False: its manifest.json is something else, and so is the folder. */
static bool take_misp(struct folder *f)
{
	int fd;
	struct problem problem;
	struct misp_manifest manifest;
	uint64_t rejected = 0;
	struct str shown = shown_path(f, "manifest.json");
	if (!feed_folder_has(&f->names, "manifest.json") ||
		file_open_read(f->fd, "manifest.json", &fd) != E_OK)
		return false;
	enum err err =
		parse_client_manifest(f->s->client, fd, &f->arena, &manifest, &rejected, &problem);
	file_close(&fd);
	if (err == E_UNKNOWN)
		return false;
	if (err != E_OK && problem.code != PROBLEM_NONE) {
		console_problem(&f->s->context->console, shown, &problem);
		f->s->failed(f->s->taker, shown);
	} else if (err != E_OK) {
		fail(f->s, shown, err);
	} else {
		say_not_events(f, shown, rejected);
		take_events(f, &manifest);
	}
	return true;
}

/* --- any folder --- */

static void take_folder(struct folder *f)
{
	for (size_t i = 0; i < f->names.left_count; i++)
		console_say_with(&f->s->context->console, MESSAGE_INGEST_NOT_OPENED,
			{STR("file"), shown_path(f, f->names.left[i])});
	if (take_misp(f))
		return;
	for (size_t i = 0; i < f->names.count; i++)
		take_file(f, f->names.files[i]);
	if (f->names.count == 0)
		console_say_with(&f->s->context->console, MESSAGE_INGEST_EMPTY_FOLDER,
			{STR("file"), str_from(f->path)});
}

void ingest_folder(const struct ingest_sources *s, const char *path, int folder)
{
	struct folder f = {.s = s, .path = path, .fd = folder};
	arena_init(&f.arena, (size_t)1 << 30);
	enum err err = feed_folder_list(folder, &f.arena, &f.names);
	if (err == E_OK)
		take_folder(&f);
	else
		fail(s, str_from(path), err);
	arena_release(&f.arena);
}

/* --- standard input --- */

static enum err copy_chunks(int to, uint8_t *chunk)
{
	uint64_t total = 0;
	size_t size = 1;
	while (size > 0) {
		TRY(file_read(STDIN_FILENO, chunk, CHUNK, &size));
		total += size;
		if (total > LIMIT_PIPED_BYTES)
			return E_LIMIT;
		TRY(file_write(to, (struct bytes){chunk, size}));
	}
	return lseek(to, 0, SEEK_SET) == 0 ? E_OK : E_IO;
}

/* The content is asked for by its hash before it is parsed, so it must all be there. */
static enum err keep_input(const struct ingest_sources *s, int *ret_fd)
{
	int folder;
	int fd;
	const char *data = context_folder(s->context);
	uint8_t *chunk = malloc(CHUNK);
	enum err err = chunk && data ? folder_open(AT_FDCWD, data, &folder) : E_NOMEM;
	if (err == E_OK) {
		err = file_nameless(folder, &fd);
		file_close(&folder);
	}
	if (err == E_OK) {
		err = copy_chunks(fd, chunk);
		if (err == E_OK)
			*ret_fd = fd;
		else
			file_close(&fd);
	}
	free(chunk);
	return err;
}

static void tell_too_large(const struct ingest_sources *s, struct str shown)
{
	struct problem problem = {.limit = LIMIT_PIPED_BYTES};
	problem_set(&problem, PROBLEM_INPUT_TOO_LARGE, STR(""), STR(""));
	console_problem(&s->context->console, shown, &problem);
	s->failed(s->taker, shown);
}

void ingest_input(const struct ingest_sources *s, struct str shown)
{
	int fd = -1;
	enum err err = keep_input(s, &fd);
	if (err == E_LIMIT)
		tell_too_large(s, shown);
	else if (err != E_OK)
		fail(s, shown, err);
	else
		s->open(s->taker, shown, fd);
	file_close(&fd);
}
