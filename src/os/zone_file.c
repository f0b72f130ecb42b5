/* SPDX-License-Identifier: Apache-2.0 */
#include "os/zone_file.h"

#include <fcntl.h>
#include <stdio.h>

#include "os/file.h"

/* Letters, digits and the signs of zones; no part begins with a dot, so none leads out. */
static bool is_name(struct str name)
{
	bool first = true;
	for (size_t i = 0; i < name.size; i++) {
		char c = name.data[i];
		bool letter = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
		bool digit = c >= '0' && c <= '9';
		bool sign = c == '_' || c == '-' || c == '+' || c == '/';
		if (!letter && (first || (!digit && !sign)))
			return false;
		first = c == '/';
	}
	return name.size < ZONE_NAME_SIZE && !first;
}

/* Some names are links to others: they are followed. */
enum err zone_file_load(struct str name, struct writer *into)
{
	char path[ZONE_NAME_SIZE + 32];
	if (!is_name(name))
		return E_NOTFOUND;
	snprintf(path, sizeof(path), "/usr/share/zoneinfo/%.*s", STR_ARG(name));
	enum err err = file_load(AT_FDCWD, path, into);
	return err == E_NOMEM ? err : err == E_OK ? E_OK : E_NOTFOUND;
}

/* "VN	+1045+10640	Asia/Ho_Chi_Minh", maybe a comment after that; "#" begins a line of none. */
static struct str zone_in_line(struct str line, struct str country)
{
	struct str rest;
	if (!str_equal(str_cut(line, '\t', &rest), country))
		return STR("");
	(void)str_cut(rest, '\t', &rest);
	return str_cut(rest, '\t', &rest);
}

void zone_of_country(struct str country, char ret_name[ZONE_NAME_SIZE])
{
	struct writer file;
	struct str only = STR("UTC");
	size_t count = 0;
	writer_init(&file, ZONE_FILE_BYTES);
	if (country.size > 0 &&
		file_load(AT_FDCWD, "/usr/share/zoneinfo/zone.tab", &file) == E_OK) {
		struct str rest = writer_view_str(&file);
		while (rest.size > 0) {
			struct str zone = zone_in_line(str_cut(rest, '\n', &rest), country);
			if (zone.size > 0 && count++ == 0)
				only = zone;
		}
	}
	if (count != 1 || !is_name(only))
		only = STR("UTC");
	snprintf(ret_name, ZONE_NAME_SIZE, "%.*s", STR_ARG(only));
	writer_release(&file);
}
