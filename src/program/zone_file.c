/* SPDX-License-Identifier: Apache-2.0 */
#include "program/zone_file.h"

#include <fcntl.h>
#include <stdio.h>

#include "os/file.h"

enum {
	PATH_BYTES = 256,
	ZONE_BYTES = 1 << 20
};

/* Folders are entered one by one: a name cannot lead out of theirs. */
struct zone *zone_load(struct str name)
{
	char path[PATH_BYTES];
	struct writer file;
	struct zone *zone = NULL;
	int folder = -1;
	int size = snprintf(path, sizeof(path), "%.*s", STR_ARG(name));
	if (name.size == 0 || size < 0 || (size_t)size >= sizeof(path) ||
		folder_open(AT_FDCWD, "/usr/share/zoneinfo", &folder) != E_OK)
		return NULL;
	writer_init(&file, ZONE_BYTES);
	enum err err = file_load(folder, path, &file);
	if (err == E_OK)
		err = zone_parse(writer_view(&file), &zone);
	writer_release(&file);
	file_close(&folder);
	return err == E_OK ? zone : NULL;
}
