/* SPDX-License-Identifier: Apache-2.0 */
#include "server/counters_file.h"

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

enum err counters_file_each(int data_folder, counters_fn *fn, void *context)
{
	struct writer file;
	struct counters counters;
	writer_init(&file, COUNTERS_BYTES);
	enum err err = file_load(data_folder, COUNTERS_NAME, &file);
	if (err == E_OK)
		err = counters_open(file.data, file.size, false, &counters);
	if (err == E_OK)
		counters_each(&counters, fn, context);
	writer_release(&file);
	return err;
}
