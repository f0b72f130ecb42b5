/* SPDX-License-Identifier: Apache-2.0 */
#include <fcntl.h>

#include "os/entry.h"
#include "survey/match.h"

enum {
	NAMES_MOST = 64,
	PATH_ROOM = 4096
};

/* The name in a folder that is this one but for its case. */
static enum err find_name(int folder, struct str name, char room[PATH_ROOM])
{
	struct folder_reader r;
	struct entry_name entry;
	int fd;
	TRY(entry_open_folder(folder, ".", &fd));
	TRY(folder_reader_open(fd, &r));
	enum err err = folder_reader_next(&r, &entry);
	while (err == E_OK && entry.name && !str_equal_nocase(str_from(entry.name), name))
		err = folder_reader_next(&r, &entry);
	if (err == E_OK && !entry.name)
		err = E_NOTFOUND;
	if (err == E_OK) {
		const size_t size = strlen(entry.name);
		err = size < PATH_ROOM ? E_OK : E_LIMIT;
		if (err == E_OK)
			memcpy(room, entry.name, size + 1);
	}
	folder_reader_close(&r);
	return err;
}

/* As it is written, if it is there so, else as another case has it. */
static enum err real_name(int folder, struct str name, char room[PATH_ROOM])
{
	struct entry_facts facts;
	if (name.size >= PATH_ROOM || memchr(name.data, '\0', name.size))
		return E_NOTFOUND;
	memcpy(room, name.data, name.size);
	room[name.size] = '\0';
	enum err err = entry_facts(folder, room, &facts);
	return err == E_NOTFOUND ? find_name(folder, name, room) : err;
}

static bool leads_up(struct str name)
{
	return str_equal(name, STR(".")) || str_equal(name, STR(".."));
}

/* What lies behind a link on the way is left as it is written: entry_open_inside() follows it. */
static enum err find_below(int *folder, struct str path, struct writer *w)
{
	char name[PATH_ROOM];
	for (int i = 0; path.size > 0; i++) {
		struct entry_facts facts;
		int next;
		struct str part = str_cut(path, '/', &path);
		if (part.size == 0 || leads_up(part))
			return E_NOTFOUND;
		if (i == NAMES_MOST)
			return E_LIMIT;
		TRY(real_name(*folder, part, name));
		if (i > 0)
			writer_char(w, '/');
		writer_text(w, name);
		if (path.size == 0)
			break;
		TRY(entry_facts(*folder, name, &facts));
		if (facts.type == ENTRY_LINK) {
			writer_char(w, '/');
			writer_str(w, path);
			break;
		}
		TRY(entry_open_folder(*folder, name, &next));
		file_close(folder);
		*folder = next;
	}
	writer_char(w, '\0');
	return writer_end(w);
}

enum err survey_find(int root, struct str path, struct writer *w)
{
	int folder;
	const size_t before = w->size;
	TRY(entry_open_folder(root, ".", &folder));
	enum err err = path.size > 0 ? find_below(&folder, path, w) : E_NOTFOUND;
	file_close(&folder);
	if (err != E_OK)
		w->size = before;
	return err;
}
