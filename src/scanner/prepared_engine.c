/* SPDX-License-Identifier: Apache-2.0 */
#include "scanner/prepared_engine.h"

#include <fcntl.h>
#include <openssl/evp.h>
#include <sodium.h>

#include "base/cursor.h"
#include "base/limits.h"
#include "match/engine.h"
#include "os/system.h"
#include "scanner/preparing.h"

#define ENGINE_FILE "engine"
#define KEY_FILE "key"
#define FILE_MAGIC STR("QSEC")

enum {
	FORM = 1,
	NONCE = 32,
	TAG = 16,
	ONCE = 32,
	AUTHENTICATED = 4 + 4 + NONCE + TAG, /* all from here on */
	HEAD = 4096                          /* the engine begins here: a page of its own */
};

/* --- what an engine is good for --- */

/* This very program: another build may compile the same rules otherwise. */
static enum err hash_program(uint8_t ret_hash[PACK_HASH])
{
	struct file_stamp stamp;
	int fd;
	TRY(file_open_read(AT_FDCWD, "/proc/self/exe", &fd));
	enum err err = file_stamp(fd, &stamp);
	file_close(&fd);
	if (err != E_OK)
		return err;
	struct writer w;
	writer_init(&w, 1024);
	writer_text(&w, QUETSACH_VERSION);
	writer_u64(&w, stamp.size);
	writer_u64(&w, (uint64_t)stamp.modified);
	err = writer_end(&w);
	if (err == E_OK)
		crypto_generichash(ret_hash, PACK_HASH, w.data, w.size, NULL, 0);
	writer_release(&w);
	return err;
}

/* One that was compiled anew has another id, and what was found with it is looked at anew. */
static void make_id(
	struct prepared_engine *e, const uint8_t pack[PACK_HASH], const uint8_t tag[TAG])
{
	crypto_generichash_state s;
	crypto_generichash_init(&s, NULL, 0, ENGINE_ID);
	crypto_generichash_update(&s, pack, PACK_HASH);
	crypto_generichash_update(&s, tag, TAG);
	crypto_generichash_final(&s, e->id, ENGINE_ID);
}

/* Poly1305 under a key for this file alone, derived from ours and the file's nonce: 55 MB in 14 ms,
 * where keyed BLAKE2b takes 63. */
static enum err authenticate(
	const struct state *state, const uint8_t nonce[NONCE], struct bytes bytes, uint8_t tag[TAG])
{
	uint8_t once[ONCE];
	size_t size = 0;
	crypto_generichash(once, ONCE, nonce, NONCE, state->key, STATE_KEY);
	EVP_MAC *kind = EVP_MAC_fetch(NULL, "POLY1305", NULL);
	EVP_MAC_CTX *mac = kind ? EVP_MAC_CTX_new(kind) : NULL;
	bool made = mac && EVP_MAC_init(mac, once, ONCE, NULL) == 1 &&
		    EVP_MAC_update(mac, bytes.data, bytes.size) == 1 &&
		    EVP_MAC_final(mac, tag, &size, TAG) == 1 && size == TAG;
	EVP_MAC_CTX_free(mac);
	EVP_MAC_free(kind);
	sodium_memzero(once, sizeof(once));
	return made ? E_OK : E_NOMEM;
}

/* --- found ready --- */

static void take(struct cursor *c, uint8_t *into, size_t size)
{
	struct bytes bytes = cursor_take(c, size);
	if (bytes.size == size)
		memcpy(into, bytes.data, size);
}

static enum err read_facts(struct cursor *c, struct engine_facts_kept *facts)
{
	facts->version = cursor_u64(c);
	facts->made.seconds = (int64_t)cursor_u64(c);
	facts->expires.seconds = (int64_t)cursor_u64(c);
	facts->rules = cursor_u64(c);
	facts->left_out = cursor_u64(c);
	struct str id = cursor_string(c, PACK_ID - 1);
	if (c->err != E_OK)
		return c->err;
	memcpy(facts->id, id.data, id.size);
	facts->id[id.size] = '\0';
	return E_OK;
}

/* E_VERSION: of another pack or program, which is no harm; E_CORRUPT: not what we wrote. */
static enum err read_head(struct prepared_engine *e, const struct state *state,
	const uint8_t pack[PACK_HASH], const uint8_t program[PACK_HASH])
{
	uint8_t nonce[NONCE] = {0};
	uint8_t tag[TAG] = {0};
	uint8_t own[TAG];
	uint8_t for_pack[PACK_HASH] = {0};
	uint8_t for_program[PACK_HASH] = {0};
	struct bytes all = e->mapping.bytes;
	struct cursor c;
	if (all.size < HEAD)
		return E_CORRUPT;
	cursor_init(&c, all);
	struct bytes magic = cursor_take(&c, FILE_MAGIC.size);
	if (!str_equal((struct str){(const char *)magic.data, magic.size}, FILE_MAGIC))
		return E_CORRUPT;
	if (cursor_u32(&c) != FORM)
		return E_VERSION;
	take(&c, nonce, NONCE);
	take(&c, tag, TAG);
	take(&c, for_pack, PACK_HASH);
	take(&c, for_program, PACK_HASH);
	if (memcmp(for_pack, pack, PACK_HASH) != 0 || memcmp(for_program, program, PACK_HASH) != 0)
		return E_VERSION;
	struct bytes rest = {all.data + AUTHENTICATED, all.size - AUTHENTICATED};
	TRY(authenticate(state, nonce, rest, own));
	if (sodium_memcmp(own, tag, TAG) != 0)
		return E_CORRUPT;
	TRY(read_facts(&c, &e->facts));
	make_id(e, pack, tag);
	e->bytes = (struct bytes){all.data + HEAD, all.size - HEAD};
	return E_OK;
}

static void forget(struct prepared_engine *e)
{
	if (e->file > 0)
		file_close(&e->file);
	file_unmap(&e->mapping);
	e->file = 0;
	e->mapping = (struct mapping){{NULL, 0}};
	e->bytes = (struct bytes){NULL, 0};
}

/* Gives back the pages that were touched to authenticate them: others read the engine. */
static enum err map_afresh(struct prepared_engine *e)
{
	size_t size = e->mapping.bytes.size;
	file_unmap(&e->mapping);
	TRY(file_map(e->file, &e->mapping));
	if (e->mapping.bytes.size != size)
		return E_CORRUPT;
	e->bytes = (struct bytes){e->mapping.bytes.data + HEAD, size - HEAD};
	return E_OK;
}

static enum err load_ready(struct prepared_engine *e, const struct state *state,
	const uint8_t pack[PACK_HASH], const uint8_t program[PACK_HASH])
{
	int fd;
	TRY(file_open_private(state->folder, ENGINE_FILE, false, &fd));
	e->file = fd;
	e->offset = HEAD;
	enum err err = file_map(fd, &e->mapping);
	if (err == E_OK)
		err = read_head(e, state, pack, program);
	if (err == E_OK)
		err = map_afresh(e);
	if (err != E_OK)
		forget(e);
	return err;
}

static bool holds_engine(struct bytes all, const struct state *state)
{
	uint8_t own[TAG];
	struct str magic = {(const char *)all.data, all.size};
	if (all.size < HEAD || !str_starts(magic, FILE_MAGIC))
		return false;
	const uint8_t *nonce = all.data + AUTHENTICATED - TAG - NONCE;
	struct bytes rest = {all.data + AUTHENTICATED, all.size - AUTHENTICATED};
	return authenticate(state, nonce, rest, own) == E_OK &&
	       sodium_memcmp(own, all.data + AUTHENTICATED - TAG, TAG) == 0;
}

static bool read_key_of(int folder, uint8_t ret_key[STATE_KEY])
{
	int fd;
	size_t size = 0;
	if (file_open_read(folder, KEY_FILE, &fd) != E_OK)
		return false;
	enum err err = file_read(fd, ret_key, STATE_KEY, &size);
	file_close(&fd);
	return err == E_OK && size == STATE_KEY;
}

static bool is_made_in(int folder)
{
	struct state state = {.folder = folder};
	struct mapping mapping;
	int fd;
	if (!read_key_of(folder, state.key) || file_open_read(folder, ENGINE_FILE, &fd) != E_OK)
		return false;
	enum err err = file_map(fd, &mapping);
	file_close(&fd);
	if (err != E_OK)
		return false;
	bool made = holds_engine(mapping.bytes, &state);
	file_unmap(&mapping);
	return made;
}

bool prepared_engine_made_in(const char *root, const char *folder)
{
	int below;
	int fd;
	if (folder_open(AT_FDCWD, root, &below) != E_OK)
		return false;
	bool there = folder_open(below, folder, &fd) == E_OK;
	bool made = there && is_made_in(fd);
	if (there)
		file_close(&fd);
	file_close(&below);
	return made;
}

/* --- compiled and kept --- */

static void write_head(struct writer *w, const struct prepared_engine *e,
	const uint8_t pack[PACK_HASH], const uint8_t program[PACK_HASH])
{
	uint8_t nonce[NONCE];
	const uint8_t room[HEAD] = {0};
	system_random(nonce, NONCE);
	writer_str(w, FILE_MAGIC);
	writer_u32(w, FORM);
	writer_bytes(w, (struct bytes){nonce, NONCE});
	writer_bytes(w, (struct bytes){room, TAG});
	writer_bytes(w, (struct bytes){pack, PACK_HASH});
	writer_bytes(w, (struct bytes){program, PACK_HASH});
	writer_u64(w, e->facts.version);
	writer_u64(w, (uint64_t)e->facts.made.seconds);
	writer_u64(w, (uint64_t)e->facts.expires.seconds);
	writer_u64(w, e->facts.rules);
	writer_u64(w, e->facts.left_out);
	writer_string(w, str_from(e->facts.id));
	if (w->size < HEAD)
		writer_bytes(w, (struct bytes){room, HEAD - w->size});
}

static enum err seal(struct prepared_engine *e, const struct state *state, const uint8_t *pack)
{
	struct writer *w = &e->memory;
	uint8_t *tag = w->data + AUTHENTICATED - TAG;
	struct bytes rest = {w->data + AUTHENTICATED, w->size - AUTHENTICATED};
	TRY(authenticate(state, tag - NONCE, rest, tag));
	make_id(e, pack, tag);
	e->bytes = (struct bytes){w->data + HEAD, w->size - HEAD};
	e->compiled = true;
	return E_OK;
}

struct refused {
	uint64_t count;
};

static void on_problem(void *context, const struct problem *problem)
{
	struct refused *refused = context;
	(void)problem;
	refused->count++;
}

static enum err keep_facts(struct engine_facts_kept *facts, const struct pack *pack)
{
	if (pack->id.size >= PACK_ID)
		return E_LIMIT;
	memcpy(facts->id, pack->id.data, pack->id.size);
	facts->id[pack->id.size] = '\0';
	facts->version = pack->version;
	facts->made = pack->made;
	facts->expires = pack->expires;
	return E_OK;
}

static enum err compile(struct prepared_engine *e, const struct state *state,
	struct verified_pack *pack, const uint8_t program[PACK_HASH])
{
	struct engine *engine;
	struct refused refused = {0};
	TRY(verified_pack_open(pack));
	TRY(keep_facts(&e->facts, &pack->pack));
	TRY(engine_new(&pack->pack, false, on_problem, &refused, &engine));
	e->facts.rules = engine_facts(engine).rules;
	e->facts.left_out = refused.count;
	write_head(&e->memory, e, pack->hash, program);
	enum err err = engine_save(engine, &e->memory);
	engine_free(engine);
	if (err == E_OK)
		err = seal(e, state, pack->hash);
	return err;
}

/* Where it can be kept it is read from the file from now on, and the memory given back. */
static enum err keep(struct prepared_engine *e, const struct state *state)
{
	int fd;
	if (state->folder < 0)
		return E_OK;
	TRY(file_put(state->folder, ENGINE_FILE, writer_view(&e->memory), false));
	TRY(file_open_private(state->folder, ENGINE_FILE, false, &fd));
	e->file = fd;
	enum err err = file_map(fd, &e->mapping);
	if (err != E_OK || e->mapping.bytes.size != e->memory.size) {
		struct bytes bytes = e->bytes;
		forget(e);
		e->bytes = bytes;
		return err;
	}
	e->offset = HEAD;
	e->bytes = (struct bytes){e->mapping.bytes.data + HEAD, e->memory.size - HEAD};
	writer_release(&e->memory);
	return E_OK;
}

/* --- all of it --- */

static bool found_ready(struct prepared_engine *e, struct console *console,
	const struct state *state, const uint8_t *pack, const uint8_t *program)
{
	enum err err = state->folder < 0 ? E_NOTFOUND : load_ready(e, state, pack, program);
	if (err == E_CORRUPT || err == E_DENIED)
		console_say_with(console, MESSAGE_SCAN_ENGINE_NOT_BELIEVED,
			{STR("folder"), str_from(state->path)});
	return err == E_OK;
}

bool prepared_engine_load(struct prepared_engine *e, struct console *console,
	const struct state *state, struct verified_pack *pack, bool anew, int signals, int status)
{
	struct preparing preparing;
	uint8_t program[PACK_HASH];
	*e = (struct prepared_engine){0};
	writer_init(&e->memory, SIZE_MAX / 2);
	enum err err = hash_program(program);
	if (err == E_OK && !anew && found_ready(e, console, state, pack->hash, program))
		return true;
	if (err == E_OK && console->terminal)
		console_say(console, MESSAGE_SCAN_PREPARING, NULL, 0);
	preparing_begin(&preparing, console, signals, status);
	if (err == E_OK)
		err = compile(e, state, pack, program);
	preparing_end(&preparing);
	if (err != E_OK) {
		console_failed(console, str_from(pack->path), err);
		return false;
	}
	err = keep(e, state);
	if (err != E_OK)
		console_failed(console, str_from(state->path), err);
	return true;
}

void prepared_engine_release(struct prepared_engine *e)
{
	forget(e);
	writer_release(&e->memory);
}
