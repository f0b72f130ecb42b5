/* SPDX-License-Identifier: Apache-2.0 */
#include "survey/regions.h"

#include "survey/lines.h"
#include "survey/numbers.h"

bool take_deleted(struct str *path)
{
	static const struct str mark = STR_INIT(" (deleted)");
	if (!str_ends(*path, mark))
		return false;
	path->size -= mark.size;
	return true;
}

/* What lies in /dev and is memory like other. */
static bool is_memory(struct str path)
{
	return str_starts(path, STR("/dev/shm/")) || str_starts(path, STR("/dev/zero")) ||
	       str_starts(path, STR("/dev/hugepages/"));
}

bool region_is_lent(const struct region *r)
{
	if (r->path.size == 0)
		return false;
	if (str_starts(r->path, STR("/dev/")))
		return !is_memory(r->path);
	return str_starts(r->path, STR("[v")) || (r->path.data[0] != '/' && r->path.data[0] != '[');
}

/* "fe:01" */
static bool take_device(struct str word, uint64_t *ret_device)
{
	uint64_t major, minor;
	struct str rest;
	struct str first = str_cut(word, ':', &rest);
	if (!hex_number(first, UINT32_MAX, &major) || !hex_number(rest, UINT32_MAX, &minor))
		return false;
	*ret_device = major << 32 | minor;
	return true;
}

/* from-to rwxp offset device inode path; a path may hold spaces. */
static bool take_region(struct str line, struct region *ret_region)
{
	struct region r = {0};
	struct str to;
	struct str from = str_cut(take_word(&line), '-', &to);
	struct str rights = take_word(&line);
	take_word(&line);
	if (!take_device(take_word(&line), &r.device) || !hex_number(from, UINT64_MAX, &r.from) ||
		!hex_number(to, UINT64_MAX, &r.to) || r.to <= r.from || rights.size != 4 ||
		!str_to_u64(take_word(&line), UINT64_MAX, &r.inode))
		return false;
	r.readable = rights.data[0] == 'r';
	r.writable = rights.data[1] == 'w';
	r.executable = rights.data[2] == 'x';
	r.shared = rights.data[3] == 's';
	r.path = str_trim(line);
	r.deleted = take_deleted(&r.path);
	*ret_region = r;
	return true;
}

enum err memory_regions_read(struct bytes maps, const struct region_sink *sink)
{
	struct lines l;
	struct str line;
	enum err err = E_OK;
	lines_init(&l, maps, false);
	while (lines_next(&l, &line)) {
		struct region r;
		if (take_region(line, &r))
			TRY(sink->region(sink->context, &r));
		else
			err = E_SYNTAX;
	}
	return err;
}
