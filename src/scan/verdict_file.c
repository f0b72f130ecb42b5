/* SPDX-License-Identifier: Apache-2.0 */
#include "scan/verdict_file.h"

#include <assert.h>
#include <sodium.h>

enum {
	FORM = 1,
	MAC = 32,
	RECORD = VERDICT_FINGERPRINT + 4
};
#define MAGIC STR("QSVERDI\n")

/* --- keys --- */

/* One key for each use. */
static void derive(uint8_t *to, size_t size, const uint8_t key[VERDICT_KEY], const char *purpose)
{
	crypto_generichash(to, size, (const uint8_t *)purpose, strlen(purpose), key, VERDICT_KEY);
}

static void mac(
	const struct verdict_file *f, uint64_t place, struct bytes content, uint8_t ret[MAC])
{
	crypto_generichash_state state;
	uint8_t key[VERDICT_KEY], number[8];
	for (int i = 0; i < 8; i++)
		number[i] = (uint8_t)(place >> (8 * i));
	derive(key, sizeof(key), f->key, "blocks of verdicts");
	crypto_generichash_init(&state, key, sizeof(key), MAC);
	crypto_generichash_update(&state, f->nonce, sizeof(f->nonce));
	crypto_generichash_update(&state, number, sizeof(number));
	crypto_generichash_update(&state, content.data, content.size);
	crypto_generichash_final(&state, ret, MAC);
	sodium_memzero(key, sizeof(key));
}

void verdict_fingerprint(const struct verdict_file *f, const struct file_stamp *stamp,
	struct str path, uint8_t ret[VERDICT_FINGERPRINT])
{
	static_assert(crypto_shorthash_siphashx24_BYTES == VERDICT_FINGERPRINT, "one hash");
	/* For this machine only: the order of bytes does not matter. */
	uint64_t words[7] = {stamp->device, stamp->inode, stamp->size, (uint64_t)stamp->changed,
		(uint64_t)stamp->modified};
	crypto_shorthash_siphashx24(
		(uint8_t *)&words[5], (const uint8_t *)path.data, path.size, f->key);
	crypto_shorthash_siphashx24(ret, (const uint8_t *)words, sizeof(words), f->key);
}

/* --- writing --- */

/* Behind what has been written since `from`. */
static void put_mac(struct writer *w, const struct verdict_file *f, uint64_t place, size_t from)
{
	uint8_t sum[MAC];
	if (w->err != E_OK)
		return;
	mac(f, place, (struct bytes){w->data + from, w->size - from}, sum);
	writer_bytes(w, (struct bytes){sum, sizeof(sum)});
}

void verdict_write_header(struct writer *w, const struct verdict_file *f)
{
	size_t from = w->size;
	writer_str(w, MAGIC);
	writer_u32(w, FORM);
	writer_u32(w, 0);
	writer_bytes(w, (struct bytes){f->engine, sizeof(f->engine)});
	writer_bytes(w, (struct bytes){f->nonce, sizeof(f->nonce)});
	put_mac(w, f, UINT64_MAX, from);
}

void verdict_write_block(
	struct writer *w, struct verdict_file *f, const struct verdict *verdicts, size_t count)
{
	size_t from = w->size;
	writer_u32(w, (uint32_t)count);
	for (size_t i = 0; i < count; i++) {
		writer_bytes(w, (struct bytes){verdicts[i].fingerprint, VERDICT_FINGERPRINT});
		writer_u32(w, verdicts[i].day);
	}
	put_mac(w, f, f->blocks++, from);
}

/* --- reading --- */

/* The bytes since `from` are followed by their checksum. */
static enum err check_mac(
	struct cursor *c, const struct verdict_file *f, uint64_t place, size_t from)
{
	uint8_t sum[MAC];
	const struct bytes content = {c->data + from, c->at - from};
	struct bytes said = cursor_take(c, MAC);
	TRY(c->err);
	mac(f, place, content, sum);
	return sodium_memcmp(sum, said.data, MAC) == 0 ? E_OK : E_CORRUPT;
}

enum err verdict_read_header(struct cursor *c, struct verdict_file *f)
{
	size_t from = c->at;
	struct bytes magic = cursor_take(c, MAGIC.size);
	uint32_t form = cursor_u32(c);
	(void)cursor_u32(c);
	struct bytes engine = cursor_take(c, VERDICT_ENGINE);
	struct bytes nonce = cursor_take(c, VERDICT_NONCE);
	TRY(c->err);
	if (memcmp(magic.data, MAGIC.data, MAGIC.size) != 0)
		return E_CORRUPT;
	if (form != FORM)
		return E_VERSION;
	memcpy(f->nonce, nonce.data, VERDICT_NONCE);
	f->blocks = 0;
	TRY(check_mac(c, f, UINT64_MAX, from));
	return memcmp(engine.data, f->engine, VERDICT_ENGINE) == 0 ? E_OK : E_VERSION;
}

enum err verdict_read_block(struct cursor *c, struct verdict_file *f,
	struct verdict ret_verdicts[VERDICT_BLOCK], size_t *ret_count)
{
	size_t from = c->at;
	uint32_t count = cursor_u32(c);
	/* Room that a loss of power left without what was written to it. */
	if (c->err == E_OK && count == 0)
		return E_TRUNCATED;
	if (c->err == E_OK && count > VERDICT_BLOCK)
		return E_CORRUPT;
	struct cursor records;
	cursor_init(&records, cursor_take(c, (size_t)count * RECORD));
	TRY(c->err);
	TRY(check_mac(c, f, f->blocks, from));
	for (uint32_t i = 0; i < count; i++) {
		struct bytes fingerprint = cursor_take(&records, VERDICT_FINGERPRINT);
		memcpy(ret_verdicts[i].fingerprint, fingerprint.data, VERDICT_FINGERPRINT);
		ret_verdicts[i].day = cursor_u32(&records);
	}
	f->blocks++;
	*ret_count = count;
	return E_OK;
}
