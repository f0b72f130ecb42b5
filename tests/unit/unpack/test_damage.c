/* SPDX-License-Identifier: Apache-2.0 */
/* test_damage FOLDER: every file of it cut off at every length, and with every byte changed.
 * Nothing may crash or pass a limit, and of a kind with a magic of its own what is cut off is never
 * taken for a whole file that holds nothing. */
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/writer.h"
#include "os/file.h"
#include "unpack/unpack.h"

static const struct unpack_limits limits = {
	.depth = 5, .members = 100, .member_size = 1 << 20, .total = 4 << 20, .ratio = 1000};

struct tally {
	uint64_t members, unscanned;
};

static enum err member(void *context, struct str path, struct bytes content)
{
	struct tally *t = context;
	t->members++;
	return path.size > 0 && content.size > 0 ? E_OK : E_RANGE;
}

static void unscanned(void *context, struct str path, enum unscanned reason, struct str about)
{
	struct tally *t = context;
	(void)path, (void)reason, (void)about;
	t->unscanned++;
}

static bool stop(void *context)
{
	(void)context;
	return false;
}

static struct tally read_members(struct bytes content, bool *ret_failed)
{
	struct tally tally = {0};
	const struct unpack_sink sink = {&tally, member, unscanned, stop};
	*ret_failed |= unpack(content, STR("x"), &limits, &sink) != E_OK;
	return tally;
}

/* Those that end where their bytes do, or hold nothing until late. */
static bool may_be_silent(struct str kind)
{
	static const struct str kinds[] = {STR_INIT("mail"), STR_INIT("web page"), STR_INIT("PE"),
		STR_INIT("RTF"), STR_INIT("uuencode"), STR_INIT("lzma"), STR_INIT("PDF"),
		STR_INIT("cpio"), STR_INIT("lha"), STR_INIT("compress"), STR_INIT("OneNote"),
		STR_INIT("TNEF"), STR_INIT("rar"), STR_INIT("ar"), STR_INIT("BinHex"),
		STR_INIT("kwaj")};
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (str_equal(kinds[i], kind))
			return true;
	return kind.size == 0;
}

/* Copies are as large as they say, so that a read past their end is seen. */
static bool cut_at(struct bytes whole, size_t size)
{
	bool failed = false;
	uint8_t *copy = malloc(size ? size : 1);
	if (!copy)
		return false;
	memcpy(copy, whole.data, size);
	struct bytes cut = {copy, size};
	struct tally tally = read_members(cut, &failed);
	failed |= tally.members + tally.unscanned == 0 && !may_be_silent(unpack_recognise(cut));
	free(copy);
	return !failed;
}

static bool change_at(struct bytes whole, size_t at, uint8_t mask)
{
	bool failed = false;
	uint8_t *copy = malloc(whole.size);
	if (!copy)
		return false;
	memcpy(copy, whole.data, whole.size);
	copy[at] ^= mask;
	(void)read_members((struct bytes){copy, whole.size}, &failed);
	free(copy);
	return !failed;
}

static bool try_file(const char *name, struct bytes whole)
{
	bool good = true;
	for (size_t i = 0; i < whole.size; i++) {
		bool cut = cut_at(whole, i);
		bool changed = change_at(whole, i, 0xFF) && change_at(whole, i, 1);
		if (!cut || !changed)
			fprintf(stderr, "%s: %s at %zu\n", name, cut ? "changed" : "cut", i);
		good = good && cut && changed;
	}
	return good;
}

static bool try_name(int folder, const char *name)
{
	struct writer w;
	writer_init(&w, SIZE_MAX);
	bool good = file_load(folder, name, &w) == E_OK && try_file(name, writer_view(&w));
	writer_release(&w);
	return good;
}

int main(int argc, char **argv)
{
	int folder = -1;
	bool good = argc == 2 && unpack_warm_up() == E_OK &&
		    folder_open(AT_FDCWD, argv[1], &folder) == E_OK;
	DIR *list = good ? fdopendir(folder) : NULL;
	size_t files = 0;
	for (struct dirent *entry; list && (entry = readdir(list));) {
		if (entry->d_name[0] == '.')
			continue;
		good = try_name(dirfd(list), entry->d_name) && good;
		files++;
	}
	if (list)
		closedir(list);
	return good && files > 0 ? 0 : 1;
}
