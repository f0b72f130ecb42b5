/* SPDX-License-Identifier: Apache-2.0 */
#include "unpack/known.h"

#include "base/load.h"

enum {
	SECTOR = 2048,
	DESCRIPTORS_AT = 16 * SECTOR,
	DESCRIPTORS = 16,
	TRAILER = 512
};

enum err known_tell(struct unpacking *u, const struct container *self, struct bytes content)
{
	(void)content;
	unpacking_fault(u, UNSCANNED_UNSUPPORTED, self->name);
	return unpacking_check(u);
}

/* A trailer of 512 bytes. */
bool apple_image_fits(struct bytes content)
{
	return content.size > TRAILER &&
	       memcmp(content.data + content.size - TRAILER, "koly\0\0\0\4\0\0\2\0", 12) == 0;
}

bool fixed_disk_fits(struct bytes content)
{
	return content.size > TRAILER &&
	       memcmp(content.data + content.size - TRAILER, "conectix", 8) == 0;
}

/* Among the descriptors that begin at sector 16. */
bool udf_fits(struct bytes content)
{
	for (size_t i = 0; i < DESCRIPTORS; i++) {
		size_t at = DESCRIPTORS_AT + i * SECTOR + 1;
		if (at + 5 > content.size)
			return false;
		if (memcmp(content.data + at, "NSR0", 4) == 0)
			return true;
	}
	return false;
}

bool ace_fits(struct bytes content)
{
	return content.size > 30 && memcmp(content.data + 7, "**ACE**", 7) == 0;
}

bool lzop_fits(struct bytes content)
{
	return content.size > 30 && memcmp(content.data, "\x89LZO\0\r\n\x1A\n", 9) == 0;
}

/* Magic, place of the folder, and the file's own size. */
bool help_file_fits(struct bytes content)
{
	return content.size > 16 && load_u32(content.data + 12, 0) == content.size;
}
