/* SPDX-License-Identifier: Apache-2.0 */
/* Which six bytes in a row (letters of either case are one) stand in a twentieth of clean files or
 * more, as a table of hashes: clean_grams OUT.def FOLDER… Each folder counts by itself; the table
 * in data/ was made on Debian 12 of /usr/bin /usr/lib /usr/share. By hand, when the rarity of
 * literals seems wrong: docs/design/prefilter.md */
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "rules/clean_gram.h"

enum {
	SLOTS = 1 << 28,
	FILES = 1500, /* of a folder */
	SLICE = 1 << 20
};

struct slot {
	unsigned short last, files;
};
static struct slot *slots;
static unsigned long common[CLEAN_GRAMS / 64];
static unsigned char slice[SLICE];
static unsigned files, every, seen;

static int count(const char *path, const struct stat *s, int type, struct FTW *at)
{
	(void)at;
	if (type != FTW_F || s->st_size < 512 || seen++ % every != 0 || files >= FILES)
		return 0;
	int file = open(path, O_RDONLY);
	if (file < 0)
		return 0;
	ssize_t size = pread(file, slice, SLICE, s->st_size > SLICE ? (s->st_size - SLICE) / 2 : 0);
	close(file);
	files++;
	for (ssize_t i = 0; i + CLEAN_GRAM <= size; i++) {
		struct slot *slot = &slots[clean_gram_hash(slice + i) >> 36];
		slot->files += slot->last != files;
		slot->last = (unsigned short)files;
	}
	return 0;
}

static int tell(const char *path, const struct stat *s, int type, struct FTW *at)
{
	(void)path;
	(void)at;
	seen += type == FTW_F && s->st_size >= 512;
	return 0;
}

int main(int count_arguments, char **arguments)
{
	unsigned bits = 0;
	slots = calloc(SLOTS, sizeof(*slots));
	FILE *out = count_arguments > 2 ? fopen(arguments[1], "w") : NULL;
	if (!slots || !out)
		return 1;
	for (int i = 2; i < count_arguments; i++) {
		seen = files = 0;
		memset(slots, 0, SLOTS * sizeof(*slots));
		nftw(arguments[i], tell, 20, FTW_PHYS);
		every = seen / FILES + 1;
		seen = 0;
		nftw(arguments[i], count, 20, FTW_PHYS);
		for (size_t k = 0; k < SLOTS; k++)
			if (slots[k].files > files / 20 + 1)
				common[k >> 16] |= 1UL << (k >> 10 & 63);
		fprintf(stderr, "%s: %u files\n", arguments[i], files);
	}
	fprintf(out,
		"/* SPDX-License-Identifier: Apache-2.0 */\n/* Made by tools/clean_grams.c */\n");
	for (size_t i = 0; i < CLEAN_GRAMS / 64; i++) {
		fprintf(out, "0x%lx,%c", common[i], i % 8 == 7 ? '\n' : ' ');
		bits += (unsigned)__builtin_popcountl(common[i]);
	}
	fprintf(stderr, "%u of %u\n", bits, CLEAN_GRAMS);
	return fclose(out);
}
