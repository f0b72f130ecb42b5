/* SPDX-License-Identifier: Apache-2.0 */
#include "scanner/verified_pack.h"

#include <fcntl.h>
#include <sodium.h>

#include "base/limits.h"
#include "os/file.h"

#define SIGNED ".minisig"
#define KEY_FILE "campaign.pub"

enum {
	SIGNATURE_BYTES = 16 << 10,
	ARENA_FACTOR = 4
};

/* --- the campaign's key --- */

static enum err read_key(const char *path, struct public_key *ret_key)
{
	struct writer text;
	writer_init(&text, SIGNATURE_BYTES);
	enum err err = file_load(AT_FDCWD, path, &text);
	if (err == E_OK)
		err = public_key_parse(writer_view_str(&text), ret_key);
	writer_release(&text);
	return err;
}

/* The key itself, else the name of its file. */
static bool key_given(struct console *console, struct str given, struct public_key *ret_key)
{
	if (public_key_parse(given, ret_key) == E_OK)
		return true;
	enum err err = read_key(given.data, ret_key);
	if (err == E_SYNTAX)
		console_say_with(console, MESSAGE_SCAN_BAD_KEY, {STR("got"), given});
	else if (err != E_OK)
		console_failed(console, given, err);
	return err == E_OK;
}

static bool join_name(char ret_path[STATE_PATH], const char *folder, const char *name)
{
	size_t a = strlen(folder);
	size_t b = strlen(name);
	if (a + 1 + b >= STATE_PATH)
		return false;
	memcpy(ret_path, folder, a);
	ret_path[a] = '/';
	memcpy(ret_path + a + 1, name, b + 1);
	return true;
}

static bool key_installed(struct console *console, struct verified_pack *v)
{
	char folder[STATE_PATH];
	char *path = v->key_file;
	state_packs(folder);
	if (!join_name(path, folder, KEY_FILE))
		return false;
	enum err err = read_key(path, &v->key);
	if (err == E_NOTFOUND)
		console_say_with(console, MESSAGE_SCAN_NO_KEY, {STR("file"), str_from(path)});
	else if (err == E_SYNTAX)
		console_say_with(console, MESSAGE_SCAN_BAD_KEY, {STR("got"), str_from(path)});
	else if (err != E_OK)
		console_failed(console, str_from(path), err);
	return err == E_OK;
}

/* --- one file and its signature --- */

static bool name_signature(struct verified_pack *v)
{
	size_t size = strlen(v->path);
	if (size + sizeof(SIGNED) > STATE_PATH)
		return false;
	memcpy(v->signature, v->path, size);
	memcpy(v->signature + size, SIGNED, sizeof(SIGNED));
	return true;
}

static enum err verify(struct verified_pack *v)
{
	writer_clear(&v->file);
	writer_clear(&v->comment_of);
	TRY(name_signature(v) ? E_OK : E_LIMIT);
	TRY(file_load(AT_FDCWD, v->path, &v->file));
	enum err err = file_load(AT_FDCWD, v->signature, &v->comment_of);
	if (err != E_OK)
		return err == E_NOTFOUND ? E_TRUNCATED : err;
	return signature_verify(
		&v->key, writer_view(&v->file), writer_view_str(&v->comment_of), &v->comment);
}

static void complain(struct console *console, const struct verified_pack *v, enum err err)
{
	struct str path = str_from(v->path);
	if (err == E_TRUNCATED)
		console_say_with(console, MESSAGE_SCAN_NOT_SIGNED, {STR("pack"), path});
	else if (err == E_DENIED || err == E_SYNTAX)
		console_say_with(console, MESSAGE_SCAN_BAD_SIGNATURE, {STR("pack"), path});
	else
		console_failed(console, path, err);
}

/* --- the newest that is installed --- */

struct search {
	struct console *console;
	struct verified_pack *at; /* tried one after the other */
	char folder[STATE_PATH], best[STATE_PATH];
	uint64_t best_version;
};

/* "version:7" of the trusted comment. */
static uint64_t version_of(struct str comment)
{
	uint64_t version = 0;
	while (comment.size > 0) {
		struct str value;
		struct str word = str_cut(comment, ' ', &comment);
		if (str_equal(str_cut(word, ':', &value), STR("version")) &&
			str_to_u64(value, UINT64_MAX, &version))
			return version;
	}
	return 0;
}

static enum err try_entry(void *context, const char *name)
{
	struct search *s = context;
	struct str signature = str_from(name);
	if (!str_ends(signature, STR(SIGNED)) || !join_name(s->at->path, s->folder, name))
		return E_OK;
	s->at->path[strlen(s->at->path) - (sizeof(SIGNED) - 1)] = '\0';
	enum err err = verify(s->at);
	if (err != E_OK) {
		complain(s->console, s->at, err);
		return err == E_NOMEM ? err : E_OK;
	}
	uint64_t version = version_of(s->at->comment);
	if (!s->best[0] || version > s->best_version) {
		memcpy(s->best, s->at->path, sizeof(s->best));
		s->best_version = version;
	}
	return E_OK;
}

static enum err search_folder(struct search *s)
{
	int folder;
	TRY(folder_open(AT_FDCWD, s->folder, &folder));
	enum err err = folder_each(folder, try_entry, s);
	file_close(&folder);
	return err;
}

static bool find_installed(struct verified_pack *v, struct console *console)
{
	struct search s = {.console = console, .at = v};
	state_packs(s.folder);
	enum err err = search_folder(&s);
	if (err != E_OK && err != E_NOTFOUND) {
		console_failed(console, str_from(s.folder), err);
		return false;
	}
	if (!s.best[0]) {
		console_say_with(
			console, MESSAGE_SCAN_NO_PACK, {STR("folder"), str_from(s.folder)});
		return false;
	}
	memcpy(v->path, s.best, sizeof(v->path));
	return true;
}

static bool name_given(struct verified_pack *v, struct console *console, const char *path)
{
	size_t size = strlen(path);
	if (size >= sizeof(v->path)) {
		console_failed(console, STR("--pack"), E_LIMIT);
		return false;
	}
	memcpy(v->path, path, size + 1);
	return true;
}

/* --- all of it --- */

bool verified_pack_load(
	struct verified_pack *v, struct console *console, const struct settings *settings)
{
	*v = (struct verified_pack){0};
	writer_init(&v->file, LIMIT_PACK_BYTES);
	writer_init(&v->comment_of, SIGNATURE_BYTES);
	arena_init(&v->arena, ARENA_FACTOR * LIMIT_PACK_BYTES);
	struct str key = settings->public_key;
	if (key.size > 0 ? !key_given(console, key, &v->key) : !key_installed(console, v))
		return false;
	if (key.size > 0 && key.size < sizeof(v->key_file))
		memcpy(v->key_file, key.data, key.size);
	if (settings->pack ? !name_given(v, console, settings->pack) : !find_installed(v, console))
		return false;
	enum err err = verify(v);
	if (err != E_OK) {
		complain(console, v, err);
		return false;
	}
	crypto_generichash(v->hash, sizeof(v->hash), v->file.data, v->file.size, NULL, 0);
	return true;
}

void verified_pack_release(struct verified_pack *v)
{
	writer_release(&v->file);
	writer_release(&v->comment_of);
	arena_release(&v->arena);
}

enum err verified_pack_open(struct verified_pack *v)
{
	if (v->opened)
		return E_OK;
	TRY(pack_open(writer_view(&v->file), &v->arena, &v->pack));
	v->opened = true;
	return E_OK;
}
