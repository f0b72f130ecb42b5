/* SPDX-License-Identifier: Apache-2.0 */
#include "office_scene.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "os/file.h"

enum {
	ARENA_BYTES = 16 << 20
};

void office_scene_begin(struct office_scene *scene)
{
	snprintf(scene->folder, sizeof(scene->folder), "/tmp/qs-office-XXXXXX");
	assert_non_null(mkdtemp(scene->folder));
	assert_int_equal(office_open(&scene->office, scene->folder, true), E_OK);
	arena_init(&scene->arena, ARENA_BYTES);
}

static enum err delete_entry(void *context, const char *name)
{
	const int *folder = context;
	if (unlinkat(*folder, name, 0) != 0)
		(void)unlinkat(*folder, name, AT_REMOVEDIR);
	return E_OK;
}

static void delete_folder(const char *path)
{
	int fd = -1;
	if (folder_open(AT_FDCWD, path, &fd) != E_OK)
		return;
	assert_int_equal(folder_each(fd, delete_entry, &fd), E_OK);
	file_close(&fd);
	(void)rmdir(path);
}

void office_scene_end(struct office_scene *scene)
{
	char path[128];
	arena_release(&scene->arena);
	office_close(&scene->office);
	snprintf(path, sizeof(path), "%s/office/attachments", scene->folder);
	delete_folder(path);
	snprintf(path, sizeof(path), "%s/office", scene->folder);
	delete_folder(path);
	delete_folder(scene->folder);
}
