/* SPDX-License-Identifier: Apache-2.0 */
/* Runs a fuzz target over every file of a folder: the corpus as an ordinary test. */
#include <dirent.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int replay(int folder, const char *name)
{
	struct stat status;
	int fd = openat(folder, name, O_RDONLY | O_CLOEXEC);
	if (fd < 0 || fstat(fd, &status) != 0) {
		perror(name);
		return 1;
	}
	/* Exactly as large as the file, so that a read past its end is seen. */
	uint8_t *data = malloc((size_t)status.st_size + (status.st_size == 0));
	ssize_t size = data ? read(fd, data, (size_t)status.st_size) : -1;
	close(fd);
	if (size != status.st_size)
		return 1;
	LLVMFuzzerTestOneInput(data, (size_t)size);
	free(data);
	return 0;
}

int main(int argc, char **argv)
{
	DIR *folder = argc == 2 ? opendir(argv[1]) : NULL;
	int failed = 0;
	int files = 0;
	if (!folder) {
		fprintf(stderr, "replay: one argument, a folder that exists\n");
		return 2;
	}
	for (struct dirent *entry; (entry = readdir(folder));) {
		if (entry->d_name[0] == '.')
			continue;
		failed |= replay(dirfd(folder), entry->d_name);
		files++;
	}
	closedir(folder);
	if (files == 0)
		fprintf(stderr, "replay: %s is empty\n", argv[1]);
	return failed || files == 0;
}
