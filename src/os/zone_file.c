/* SPDX-License-Identifier: Apache-2.0 */
#include "os/zone_file.h"

#include <fcntl.h>
#include <stdio.h>

#include "os/file.h"

enum {
	NAME_MOST = 128
};

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
	return name.size < NAME_MOST && !first;
}

/* Some names are links to others: they are followed. */
enum err zone_file_load(struct str name, struct writer *into)
{
	char path[NAME_MOST + 32];
	if (!is_name(name))
		return E_NOTFOUND;
	snprintf(path, sizeof(path), "/usr/share/zoneinfo/%.*s", STR_ARG(name));
	enum err err = file_load(AT_FDCWD, path, into);
	return err == E_NOMEM ? err : err == E_OK ? E_OK : E_NOTFOUND;
}
