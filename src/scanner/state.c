/* SPDX-License-Identifier: Apache-2.0 */
#include "scanner/state.h"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/writer.h"
#include "os/entry.h"
#include "os/file.h"
#include "os/system.h"

#define VERSIONS "versions"

enum {
	VERSIONS_BYTES = 1 << 20
};

/* --- where --- */

/* Parts joined by '/'; empty where they do not fit. */
static void join(char ret_path[STATE_PATH], const char *const *parts, size_t count)
{
	struct writer w;
	writer_init(&w, STATE_PATH - 1);
	for (size_t i = 0; i < count; i++) {
		writer_text(&w, i > 0 ? "/" : "");
		writer_text(&w, parts[i]);
	}
	size_t size = writer_end(&w) == E_OK ? w.size : 0;
	if (size > 0)
		memcpy(ret_path, w.data, size);
	ret_path[size] = '\0';
	writer_release(&w);
}

/* Of the base folders of freedesktop.org only absolute ones count. */
static void in_home(
	const char *variable, const char *usual, const char *last, char ret_path[STATE_PATH])
{
	const char *base = getenv(variable);
	const char *home = getenv("HOME");
	ret_path[0] = '\0';
	if (base && base[0] == '/')
		join(ret_path, (const char *const[]){base, last}, 2);
	else if (home && home[0] == '/')
		join(ret_path, (const char *const[]){home, usual, last}, 3);
}

static void state_path(char ret_path[STATE_PATH])
{
	if (geteuid() == 0)
		join(ret_path, (const char *const[]){"/var/lib/quetsach-scan"}, 1);
	else
		in_home("XDG_STATE_HOME", ".local/state", "quetsach-scan", ret_path);
}

void state_packs(char ret_path[STATE_PATH])
{
	if (geteuid() == 0)
		join(ret_path, (const char *const[]){"/var/lib/quetsach-scan/packs"}, 1);
	else
		in_home("XDG_DATA_HOME", ".local/share", "quetsach-scan/packs", ret_path);
}

void state_file(const struct state *s, const char *name, char ret_path[STATE_PATH])
{
	ret_path[0] = '\0';
	if (s->folder >= 0)
		join(ret_path, (const char *const[]){s->path, name}, 2);
}

/* --- opening --- */

static void make_folders(const char *path)
{
	char part[STATE_PATH];
	for (size_t at = 1; path[at - 1]; at++) {
		if (path[at] != '/' && path[at])
			continue;
		memcpy(part, path, at);
		part[at] = '\0';
		enum err err = folder_make(AT_FDCWD, part);
		(void)err; /* opening the last one tells */
	}
}

static enum err require_ours(int folder)
{
	struct entry_facts facts;
	TRY(descriptor_facts(folder, &facts));
	return facts.owner == geteuid() && (facts.mode & 0077) == 0 ? E_OK : E_DENIED;
}

static enum err make_key(int fd, uint8_t key[STATE_KEY])
{
	system_random(key, STATE_KEY);
	TRY(file_cut(fd, 0));
	TRY(file_write(fd, (struct bytes){key, STATE_KEY}));
	return file_sync(fd);
}

static enum err load_key(struct state *s)
{
	size_t size;
	int fd;
	TRY(file_open_private(s->folder, "key", true, &fd));
	enum err err = file_read_at(fd, 0, s->key, STATE_KEY, &size);
	if (err == E_OK && size < STATE_KEY)
		err = make_key(fd, s->key);
	file_close(&fd);
	return err;
}

enum err state_open(struct state *s, const char *path)
{
	*s = (struct state){.folder = -1};
	if (path)
		join(s->path, &path, 1);
	else
		state_path(s->path);
	if (!s->path[0])
		return E_NOTFOUND;
	make_folders(s->path);
	TRY(folder_open(AT_FDCWD, s->path, &s->folder));
	enum err err = require_ours(s->folder);
	if (err == E_OK)
		err = load_key(s);
	if (err != E_OK)
		file_close(&s->folder);
	return err;
}

void state_close(struct state *s)
{
	file_close(&s->folder);
}

/* --- versions seen: lines "WHO VERSION" --- */

static bool find_version(struct str text, struct str who, uint64_t *ret_version)
{
	while (text.size > 0) {
		struct str version;
		struct str line = str_cut(text, '\n', &text);
		struct str name = str_cut(line, ' ', &version);
		if (str_equal(name, who) && str_to_u64(version, UINT64_MAX, ret_version))
			return true;
	}
	return false;
}

static enum err load_versions(const struct state *s, struct writer *text)
{
	enum err err = s->folder < 0 ? E_NOTFOUND : file_load(s->folder, VERSIONS, text);
	return err == E_NOTFOUND ? E_OK : err;
}

enum err state_newest(const struct state *s, struct str who, uint64_t *ret_version)
{
	struct writer text;
	uint64_t version = 0;
	writer_init(&text, VERSIONS_BYTES);
	enum err err = load_versions(s, &text);
	if (err == E_OK) {
		bool known = find_version(writer_view_str(&text), who, &version);
		*ret_version = known ? version : 0;
	}
	writer_release(&text);
	return err;
}

static void copy_others(struct writer *w, struct str text, struct str who)
{
	while (text.size > 0) {
		struct str version;
		struct str line = str_cut(text, '\n', &text);
		if (str_equal(str_cut(line, ' ', &version), who) || line.size == 0)
			continue;
		writer_str(w, line);
		writer_char(w, '\n');
	}
}

enum err state_used(const struct state *s, struct str who, uint64_t version)
{
	struct writer old;
	struct writer text;
	if (s->folder < 0)
		return E_OK;
	writer_init(&old, VERSIONS_BYTES);
	writer_init(&text, VERSIONS_BYTES);
	enum err err = load_versions(s, &old);
	copy_others(&text, writer_view_str(&old), who);
	writer_str(&text, who);
	writer_char(&text, ' ');
	writer_decimal(&text, version);
	writer_char(&text, '\n');
	if (err == E_OK)
		err = writer_end(&text);
	if (err == E_OK)
		err = file_put(s->folder, VERSIONS, writer_view(&text), false);
	writer_release(&old);
	writer_release(&text);
	return err;
}
