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

/* from-to rwxp offset device inode path; a path may hold spaces. */
static bool take_region(struct str line, struct region *ret_region)
{
	struct region r = {0};
	struct str to;
	struct str from = str_cut(take_word(&line), '-', &to);
	struct str rights = take_word(&line);
	take_word(&line);
	take_word(&line);
	if (!hex_number(from, UINT64_MAX, &r.from) || !hex_number(to, UINT64_MAX, &r.to) ||
		r.to <= r.from || rights.size != 4 ||
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
