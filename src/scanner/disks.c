/* SPDX-License-Identifier: Apache-2.0 */
#include "scanner/disks.h"

enum {
	FIELDS_BEFORE = 6, /* number, parent, device, root, place, options */
	OCTAL_DIGITS = 3
};

struct mount {
	struct str device, root, place, type;
	struct mount *next;
};

static const char *const own_types[] = {"bcachefs", "btrfs", "erofs", "exfat", "ext2", "ext3",
	"ext4", "f2fs", "fuseblk", "hfs", "hfsplus", "iso9660", "jfs", "minix", "msdos", "nilfs2",
	"ntfs", "ntfs3", "ramfs", "reiserfs", "squashfs", "tmpfs", "devtmpfs", "udf", "ufs", "vfat",
	"xfs", "zfs"};

static bool is_own(struct str type)
{
	for (size_t i = 0; i < sizeof(own_types) / sizeof(own_types[0]); i++)
		if (str_equal(type, str_from(own_types[i])))
			return true;
	return false;
}

/* --- one line --- */

static bool read_octal(struct str s, uint8_t *ret_byte)
{
	unsigned value = 0;
	if (s.size < OCTAL_DIGITS)
		return false;
	for (size_t i = 0; i < OCTAL_DIGITS; i++) {
		if (s.data[i] < '0' || s.data[i] > '7')
			return false;
		value = value * 8 + (unsigned)(s.data[i] - '0');
	}
	*ret_byte = (uint8_t)value;
	return value > 0 && value <= UINT8_MAX;
}

/* Blanks in names stand as \040. */
static const char *unescape(struct arena *arena, struct str s)
{
	char *into = arena_alloc(arena, s.size + 1, 1);
	size_t size = 0;
	for (size_t at = 0; into && at < s.size; at++) {
		uint8_t byte;
		struct str behind = {s.data + at + 1, s.size - at - 1};
		into[size] = s.data[at];
		if (s.data[at] == '\\' && read_octal(behind, &byte)) {
			into[size] = (char)byte;
			at += OCTAL_DIGITS;
		}
		size++;
	}
	return into;
}

/* "24 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw" */
static bool read_line(struct str line, struct mount *ret)
{
	struct str fields[FIELDS_BEFORE];
	for (size_t i = 0; i < FIELDS_BEFORE; i++)
		fields[i] = str_cut(line, ' ', &line);
	while (line.size > 0 && !str_equal(str_cut(line, ' ', &line), STR("-"))) {
	}
	*ret = (struct mount){.device = fields[2],
		.root = fields[3],
		.place = fields[4],
		.type = str_cut(line, ' ', &line)};
	return ret->type.size > 0 && ret->place.size > 0 && ret->place.data[0] == '/';
}

/* --- each once --- */

static bool lies_below(struct str path, struct str folder)
{
	if (str_equal(folder, STR("/")))
		return true;
	return str_starts(path, folder) &&
	       (path.size == folder.size || path.data[folder.size] == '/');
}

/* Nothing of `m` is to be seen that `other` does not show. btrfs's parts are walked apart. */
static bool is_shown_by(const struct mount *m, const struct mount *other, bool earlier)
{
	if (!str_equal(m->device, other->device))
		return false;
	if (str_equal(m->root, other->root))
		return earlier;
	return !str_equal(m->type, STR("btrfs")) && lies_below(m->root, other->root);
}

/* `earlier`: it comes before m; what is mounted later at the same place hides m. */
static bool makes_superfluous(const struct mount *other, const struct mount *m, bool earlier)
{
	return is_shown_by(m, other, earlier) || (!earlier && str_equal(m->place, other->place));
}

static bool is_superfluous(const struct mount *all, const struct mount *m)
{
	bool earlier = true;
	for (const struct mount *other = all; other; other = other->next) {
		if (other == m)
			earlier = false;
		else if (makes_superfluous(other, m, earlier))
			return true;
	}
	return false;
}

/* --- all --- */

static bool is_root(const struct mount *m)
{
	return str_equal(m->place, STR("/"));
}

static enum err read_mounts(
	struct str text, struct arena *arena, struct mount **ret_all, size_t *ret_count)
{
	struct mount **last = ret_all;
	*ret_all = NULL;
	*ret_count = 0;
	while (text.size > 0) {
		struct mount m;
		struct str line = str_cut(text, '\n', &text);
		if (!read_line(line, &m) || (!is_own(m.type) && !is_root(&m)))
			continue;
		struct mount *kept = arena_alloc(arena, 1, sizeof(*kept));
		if (!kept)
			return E_NOMEM;
		*kept = m;
		*last = kept;
		last = &kept->next;
		(*ret_count)++;
	}
	return E_OK;
}

enum err disks_read(struct bytes mountinfo, struct arena *arena, struct disks *ret_disks)
{
	struct mount *all;
	size_t count;
	struct str text = {(const char *)mountinfo.data, mountinfo.size};
	TRY(read_mounts(text, arena, &all, &count));
	const char **paths = arena_alloc(arena, count + 1, sizeof(*paths));
	if (!paths)
		return E_NOMEM;
	ret_disks->count = 0;
	paths[ret_disks->count++] = "/";
	for (const struct mount *m = all; m; m = m->next) {
		if (is_root(m) || is_superfluous(all, m))
			continue;
		const char *path = unescape(arena, m->place);
		if (!path)
			return E_NOMEM;
		paths[ret_disks->count++] = path;
	}
	ret_disks->paths = paths;
	return E_OK;
}
