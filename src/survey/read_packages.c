/* SPDX-License-Identifier: Apache-2.0 */
/* What packages of Debian say of their files: the scan compares. */
#include "survey/lines.h"
#include "survey/readers.h"

enum {
	SUM_DIGITS = 32
};

static bool is_sum(struct str s)
{
	for (size_t i = 0; i < s.size; i++)
		if (!((s.data[i] >= '0' && s.data[i] <= '9') ||
			    (s.data[i] >= 'a' && s.data[i] <= 'f')))
			return false;
	return s.size == SUM_DIGITS;
}

/* Programs and libraries: what makes a machine do another's will when it is replaced. */
static bool is_run(struct str path)
{
	static const struct str folders[] = {STR_INIT("bin/"), STR_INIT("sbin/"),
		STR_INIT("usr/bin/"), STR_INIT("usr/sbin/"), STR_INIT("usr/libexec/"),
		STR_INIT("lib/systemd/systemd"), STR_INIT("usr/lib/systemd/systemd"),
		STR_INIT("usr/lib/openssh/"), {0}};
	static const struct str libraries[] = {STR_INIT("lib/"), STR_INIT("usr/lib/"),
		STR_INIT("lib32/"), STR_INIT("lib64/"), STR_INIT("libx32/"), {0}};
	for (const struct str *f = folders; f->size > 0; f++)
		if (str_starts(path, *f))
			return true;
	struct str name = path_name(path);
	for (const struct str *f = libraries; f->size > 0; f++)
		if (str_starts(path, *f))
			return str_ends(name, STR(".so")) || str_contains(name, STR(".so."));
	return false;
}

/* "sum  path" a line: `text` is the sum, `program` the path, without '/' in front. */
enum err read_package_sums(struct bytes content, struct str path, const struct place_sink *s)
{
	struct lines l;
	struct str line;
	(void)path;
	lines_init(&l, content, false);
	while (lines_next(&l, &line)) {
		struct str rest = line;
		struct str sum = take_word(&rest);
		struct str name = str_trim(rest);
		if (is_sum(sum) && is_run(name))
			TRY(give_entry(s, l.number, sum, name, STR("")));
	}
	return E_OK;
}

/* Three lines each: where a file was, where it was put, who put it: `text` is the first, or the
 * second. */
enum err read_diversions(struct bytes content, struct str path, const struct place_sink *s)
{
	struct lines l;
	struct str line;
	(void)path;
	lines_init(&l, content, false);
	while (lines_next(&l, &line))
		if (str_starts(line, STR("/")))
			TRY(give_entry(s, l.number, line, STR(""), STR("")));
	return E_OK;
}
