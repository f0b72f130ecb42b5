/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/arena.h"
#include "base/err.h"
#include "base/writer.h"
#include "model/finding.h"

/* What there is to look at on a machine besides files: the places from which programs are started,
 * processes, connections. Each place is one row of a table (survey_places.c) with its reader;
 * readers take bytes that may be hostile and run in the process without rights. */

/* How bad an entry is by itself, whatever the file it names turns out to be. */
enum entry_sign {
	SIGN_NONE,
	SIGN_SUSPICIOUS, /* runs from a folder anybody may write to, fetches and runs, hides */
	SIGN__COUNT
};

struct place_entry {
	uint64_t line;      /* from 1; 0: the whole file */
	struct str text;    /* the entry as it stands, for people */
	struct str program; /* path of what it starts; empty: none recognised */
	enum entry_sign sign;
	struct str why; /* key of a message: "runs-from-temporary" */
};

struct place_sink {
	void *context;
	enum err (*entry)(void *context, const struct place_entry *entry);
};

typedef enum err place_reader_fn(struct bytes content, struct str path, const struct place_sink *s);

struct place {
	struct str key;     /* "cron-system" */
	struct str pattern; /* below the root, with * for a name or a part of one: "root/.bashrc" */
	place_reader_fn *read;
	bool windows; /* of a mounted Windows disk: letters of either case */
};

/* The table. Patterns never begin with '/'; a * stands for any bytes but '/'. */
const struct place *survey_places(size_t *ret_count);

/* The place a file belongs to, by its path below the root ('/' in front is fine); the first of the
 * table where several fit, NULL where none does. */
const struct place *survey_place_of(struct str path);

/* The first place of that key, NULL: none. Rows of one key have one reader. */
const struct place *survey_place_named(struct str key);

/* What expanding gives. Paths are below the root, without '/' in front, until the call returns. */
struct survey_files {
	void *context;
	/* A plain file, or a link that may lead to one: entry_open_inside() opens it. */
	enum err (*file)(void *context, const struct place *place, const char *path);
	/* A folder of a place that is there and cannot be listed, or a path too long for us. */
	enum err (*unreadable)(void *context, const char *path, enum err err);
};

/* Every file of every place below an open root folder, each path once. Links on the way are
 * followed without leaving the root; what is missing is no error. An error of a callback ends it
 * and is returned. */
MUST_CHECK enum err survey_expand(int root, const struct survey_files *files);

/* Where below the root the program of an entry of a Windows disk lies, appended with '/' between
 * names: drive letters and %NAMES% resolved as far as they can be without the machine; `place` is
 * the path of the file the entry was in, which says whose %APPDATA% is meant. Nothing is appended
 * where it is no path, or is somewhere else. */
void survey_windows_path(struct str program, struct str place, struct writer *w);

/* The path as it is written below the root, where letters may be of either case: appended with a
 * NUL. E_NOTFOUND; E_LIMIT past 64 names. */
MUST_CHECK enum err survey_find(int root, struct str path, struct writer *w);

/* Every key that `why` may be, for messages. */
const struct str *survey_reasons(size_t *ret_count);
