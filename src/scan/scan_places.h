/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "scan/scan_parts.h"

/* Within the survey of places. */

enum {
	PLACE_PATH = 8192
};

/* What readers said, kept until all places are read: in scan.programs, a kind and a text with a NUL
 * each. */
enum place_note {
	NOTE_PROGRAM = 'P', /* path below the root of what is started */
	NOTE_WINDOWS = 'W', /* the same of a Windows disk: letters of either case */
	NOTE_SUM = 'S',     /* MD5 a file of a package should have, then its path */
	NOTE_DIVERTED = 'D' /* path of a file that is not its package's any more */
};

/* Calls `note` for each of a kind; an error of it ends it. */
typedef enum err place_note_fn(struct scan *s, const char *text, void *context);
MUST_CHECK enum err place_notes_each(
	struct scan *s, enum place_note kind, place_note_fn *note, void *context);

/* A path below the root as people see it. */
struct str place_shown(const struct scan *s, struct str below, char room[PLACE_PATH]);

/* Tells a sign of a file itself. */
void place_sign(struct scan *s, const char *path, struct str why);
void place_missed(struct scan *s, const char *path, enum err err);

/* Both of the following; a quick scan does it last of all, for it reads much of the disk. */
MUST_CHECK enum err scan_installed(struct scan *s);

/* scan_places_packages.c: files that are not as their package installed them. */
MUST_CHECK enum err scan_packages(struct scan *s);

/* scan_places_strays.c: programs that give whoever runs them all rights, where none should be. */
MUST_CHECK enum err scan_strays(struct scan *s);
