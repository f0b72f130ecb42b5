/* SPDX-License-Identifier: Apache-2.0 */
#include "server/counters_file.h"

#include <fcntl.h>
#include <stdio.h>

static enum err set_aside(int folder, const struct shared_mapping *m, struct instant now)
{
	char name[64];
	(void)snprintf(name, sizeof(name), COUNTERS_NAME ".broken-%lld", (long long)now.seconds);
	fprintf(stderr, "quetsach: role=supervisor event=counters-broken kept=\"%s\"\n", name);
	return file_put(folder, name, (struct bytes){m->data, m->size}, false);
}

static enum err make_ready(int folder, int fd, struct instant now)
{
	struct shared_mapping m = {NULL, 0};
	struct counters counters;
	TRY(file_map_shared(fd, COUNTERS_BYTES, &m));
	enum err err = counters_open(m.data, m.size, true, &counters);
	if (err == E_CORRUPT || err == E_VERSION) {
		err = set_aside(folder, &m, now);
		if (err == E_OK) {
			memset(m.data, 0, m.size);
			err = counters_open(m.data, m.size, true, &counters);
		}
	}
	file_unmap_shared(&m);
	return err;
}

enum err counters_file_open(int data_folder, const char *user, struct instant now, int *ret_fd)
{
	int fd;
	TRY(file_open_shared(data_folder, COUNTERS_NAME, COUNTERS_BYTES, user, &fd));
	enum err err = make_ready(data_folder, fd, now);
	if (err != E_OK)
		file_close(&fd);
	else
		*ret_fd = fd;
	return err;
}

enum err counters_file_map(
	int fd, struct shared_mapping *ret_mapping, struct counters *ret_counters)
{
	TRY(file_map_shared(fd, COUNTERS_BYTES, ret_mapping));
	enum err err = counters_open(ret_mapping->data, ret_mapping->size, false, ret_counters);
	if (err != E_OK)
		file_unmap_shared(ret_mapping);
	return err;
}

enum err counters_file_read(const char *data, struct counters_copy *ret_copy)
{
	int folder;
	struct counters_copy copy;
	TRY(folder_open(AT_FDCWD, data, &folder));
	writer_init(&copy.file, COUNTERS_BYTES);
	enum err err = file_load(folder, COUNTERS_NAME, &copy.file);
	file_close(&folder);
	if (err == E_OK)
		err = counters_open(copy.file.data, copy.file.size, false, &copy.counters);
	if (err == E_OK)
		*ret_copy = copy;
	else
		writer_release(&copy.file);
	return err;
}

void counters_copy_release(struct counters_copy *c)
{
	writer_release(&c->file);
}
