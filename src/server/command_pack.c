/* SPDX-License-Identifier: Apache-2.0 */
/* What the commands on rule packs share. */
#include "server/command_pack.h"

#include <fcntl.h>

#include "base/limits.h"
#include "os/file.h"
#include "rules/pack_order.h"

bool pack_load_file(struct context *c, const char *path, size_t most, struct str *ret_text)
{
	int fd;
	uint64_t size = 0;
	size_t got = 0;
	char *text = NULL;
	enum err err = file_open_read(AT_FDCWD, path, &fd);
	if (err == E_OK) {
		err = file_size(fd, &size);
		if (err == E_OK && size > most)
			err = E_LIMIT;
		if (err == E_OK) {
			text = arena_alloc(&c->arena, (size_t)size + 1, 1);
			err = text ? file_read(fd, (uint8_t *)text, (size_t)size, &got) : E_NOMEM;
		}
		file_close(&fd);
	}
	if (err != E_OK) {
		context_failed(c, str_from(path), err);
		return false;
	}
	*ret_text = (struct str){text, got};
	return true;
}

/* "signature-base.git" → "signature-base-git". */
static struct str name_of_path(struct context *c, struct str path)
{
	while (path.size > 1 && path.data[path.size - 1] == '/')
		path.size--;
	struct str base = site_base_name(path);
	char *name = arena_cstr(&c->arena, base);
	for (size_t i = 0; name && i < base.size; i++)
		if (!pack_name_valid((struct str){name + i, 1}))
			name[i] = '-';
	base.size = base.size < LIMIT_PACK_NAME ? base.size : LIMIT_PACK_NAME;
	return name ? (struct str){name, base.size} : STR("");
}

/* Lists and single files: without ".txt"; a version's number is no ending. */
static struct str without_ending(struct str path)
{
	for (size_t i = path.size; i > 1; i--) {
		char c = path.data[i - 1];
		bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
		if (c == '.' && i < path.size && path.data[i - 2] != '/')
			return (struct str){path.data, i - 1};
		if (!letter)
			break;
	}
	return path;
}

bool pack_source_parse(struct context *c, const char *text, struct pack_source *ret_source)
{
	struct str path, name = str_cut(str_from(text), '=', &path);
	if (name.size < strlen(text) && pack_name_valid(name)) {
		*ret_source = (struct pack_source){name, path.data};
		return true;
	}
	name = name_of_path(c, without_ending(str_from(text)));
	*ret_source = (struct pack_source){name, text};
	for (size_t i = 0; i < name.size; i++)
		if (name.data[i] != '-')
			return true;
	console_say_with(&c->console, MESSAGE_PACK_NO_NAME, {STR("got"), str_from(text)});
	return false;
}

enum err pack_load(
	struct context *c, const char *path, struct str *ret_bytes, struct pack *ret_pack)
{
	if (!pack_load_file(c, path, LIMIT_PACK_BYTES, ret_bytes))
		return E_IO;
	enum err err = pack_open(str_bytes(*ret_bytes), &c->arena, ret_pack);
	if (err == E_CORRUPT)
		console_say_with(&c->console, MESSAGE_PACK_NOT_ONE, {STR("what"), str_from(path)});
	else if (err != E_OK)
		context_failed(c, str_from(path), err);
	return err;
}

uint64_t pack_rules_of(const struct pack_rules *rules, uint32_t set, bool sound)
{
	uint64_t count = 0;
	for (size_t i = 0; i < rules->count; i++)
		count += rules->list[i].set == set && rules->list[i].sound == sound;
	return count;
}

uint64_t pack_hashes_of(const struct pack *pack, uint32_t set)
{
	uint64_t count = 0;
	for (size_t i = 0; i < pack->hash_count; i++)
		count += pack->hashes[i].set == set;
	return count;
}

uint64_t pack_indicators_of(const struct pack *pack, uint32_t set)
{
	uint64_t count = 0;
	for (size_t i = 0; i < pack->indicator_count; i++)
		count += pack->indicators[i].set == set;
	return count;
}
