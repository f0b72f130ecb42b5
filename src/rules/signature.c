/* SPDX-License-Identifier: Apache-2.0 */
#include "rules/signature.h"

#include <sodium.h>

/* https://jedisct1.github.io/minisign/, "Signature format" and "Secret key format". */
enum {
	ALGORITHM = 2,
	SIGNATURE = crypto_sign_BYTES,
	SALT = crypto_pwhash_scryptsalsa208sha256_SALTBYTES,
	CHECK = 32,
	PUBLIC_BYTES = ALGORITHM + SIGNATURE_KEY_ID + SIGNATURE_PUBLIC_KEY,
	SIGNED_BYTES = ALGORITHM + SIGNATURE_KEY_ID + SIGNATURE,
	HIDDEN = SIGNATURE_KEY_ID + crypto_sign_SECRETKEYBYTES + CHECK, /* encrypted part */
	SECRET_HEAD = 3 * ALGORITHM + SALT + 8 + 8,
	SECRET_BYTES = SECRET_HEAD + HIDDEN,
	BASE64_MOST = 256
};

static const char untrusted[] = "untrusted comment: ";
static const char trusted[] = "trusted comment: ";

/* --- lines --- */

static struct str take_line(struct str *rest)
{
	struct str line = str_cut(*rest, '\n', rest);
	if (line.size > 0 && line.data[line.size - 1] == '\r')
		line.size--;
	return line;
}

static bool decode(struct str line, uint8_t *bytes, size_t size)
{
	size_t got;
	return sodium_base642bin(bytes, size, line.data, line.size, NULL, &got, NULL,
		       sodium_base64_VARIANT_ORIGINAL) == 0 &&
	       got == size;
}

static void encode(struct writer *w, const uint8_t *bytes, size_t size)
{
	char text[BASE64_MOST + 1];
	sodium_bin2base64(text, sizeof(text), bytes, size, sodium_base64_VARIANT_ORIGINAL);
	writer_text(w, text);
	writer_char(w, '\n');
	sodium_memzero(text, sizeof(text));
}

/* The line behind a comment, or the only one. */
static struct str key_line(struct str text)
{
	struct str line = take_line(&text);
	return str_starts(line, STR("untrusted comment:")) ? take_line(&text) : line;
}

static void write_key_id(struct writer *w, const uint8_t id[SIGNATURE_KEY_ID])
{
	static const char digits[] = "0123456789ABCDEF";
	for (int i = SIGNATURE_KEY_ID; i-- > 0;) {
		writer_char(w, digits[id[i] >> 4]);
		writer_char(w, digits[id[i] & 15]);
	}
}

/* --- public keys --- */

enum err public_key_parse(struct str text, struct public_key *ret_key)
{
	uint8_t bytes[PUBLIC_BYTES];
	if (!decode(key_line(text), bytes, sizeof(bytes)) || memcmp(bytes, "Ed", ALGORITHM) != 0)
		return E_SYNTAX;
	memcpy(ret_key->id, bytes + ALGORITHM, SIGNATURE_KEY_ID);
	memcpy(ret_key->key, bytes + ALGORITHM + SIGNATURE_KEY_ID, SIGNATURE_PUBLIC_KEY);
	return E_OK;
}

void public_key_write(struct writer *w, const struct public_key *key)
{
	uint8_t bytes[PUBLIC_BYTES] = "Ed";
	memcpy(bytes + ALGORITHM, key->id, SIGNATURE_KEY_ID);
	memcpy(bytes + ALGORITHM + SIGNATURE_KEY_ID, key->key, SIGNATURE_PUBLIC_KEY);
	writer_text(w, untrusted);
	writer_text(w, "minisign public key ");
	write_key_id(w, key->id);
	writer_char(w, '\n');
	encode(w, bytes, sizeof(bytes));
}

/* --- secret keys --- */

void secret_key_wipe(struct secret_key *key)
{
	sodium_memzero(key, sizeof(*key));
}

static uint64_t read_u64(const uint8_t *p)
{
	uint64_t v = 0;
	for (int i = 8; i-- > 0;)
		v = v << 8 | p[i];
	return v;
}

static void write_u64(uint8_t *p, uint64_t v)
{
	for (int i = 0; i < 8; i++)
		p[i] = (uint8_t)(v >> (8 * i));
}

/* Hides or shows the secret part: the password's stream is laid over it. */
static enum err hide(uint8_t secret[SECRET_BYTES], struct str password)
{
	uint8_t stream[HIDDEN];
	const uint8_t *salt = secret + 3 * ALGORITHM;
	uint64_t operations = read_u64(salt + SALT), memory = read_u64(salt + SALT + 8);
	if (operations > crypto_pwhash_scryptsalsa208sha256_OPSLIMIT_SENSITIVE ||
		memory > crypto_pwhash_scryptsalsa208sha256_MEMLIMIT_SENSITIVE)
		return E_SYNTAX;
	if (crypto_pwhash_scryptsalsa208sha256(stream, sizeof(stream), password.data, password.size,
		    salt, operations, (size_t)memory) != 0)
		return E_NOMEM;
	for (int i = 0; i < HIDDEN; i++)
		secret[SECRET_HEAD + i] ^= stream[i];
	sodium_memzero(stream, sizeof(stream));
	return E_OK;
}

static void check_sum(const uint8_t secret[SECRET_BYTES], uint8_t ret_sum[CHECK])
{
	crypto_generichash_state state;
	crypto_generichash_init(&state, NULL, 0, CHECK);
	crypto_generichash_update(&state, secret, ALGORITHM);
	crypto_generichash_update(
		&state, secret + SECRET_HEAD, SIGNATURE_KEY_ID + crypto_sign_SECRETKEYBYTES);
	crypto_generichash_final(&state, ret_sum, CHECK);
}

/* The public half of a secret key is the one that its seed gives. */
static bool halves_fit(const uint8_t key[crypto_sign_SECRETKEYBYTES])
{
	uint8_t public[SIGNATURE_PUBLIC_KEY], again[crypto_sign_SECRETKEYBYTES];
	crypto_sign_seed_keypair(public, again, key);
	bool fit = sodium_memcmp(again, key, sizeof(again)) == 0;
	sodium_memzero(again, sizeof(again));
	return fit;
}

static enum err unlock(uint8_t secret[SECRET_BYTES], struct str password)
{
	uint8_t sum[CHECK];
	bool plain = secret[ALGORITHM] == 0 && secret[ALGORITHM + 1] == 0;
	if (memcmp(secret, "Ed", ALGORITHM) != 0 ||
		memcmp(secret + 2 * ALGORITHM, "B2", ALGORITHM) != 0)
		return E_SYNTAX;
	if (!plain && memcmp(secret + ALGORITHM, "Sc", ALGORITHM) != 0)
		return E_SYNTAX;
	if (!plain)
		TRY(hide(secret, password));
	check_sum(secret, sum);
	if (sodium_memcmp(sum, secret + SECRET_BYTES - CHECK, CHECK) == 0)
		return E_OK;
	/* minisign leaves the sum out of a key that is not encrypted. */
	bool left_out = plain && sodium_is_zero(secret + SECRET_BYTES - CHECK, CHECK);
	return left_out && halves_fit(secret + SECRET_HEAD + SIGNATURE_KEY_ID) ? E_OK : E_DENIED;
}

enum err secret_key_parse(struct str text, struct str password, struct secret_key *ret_key)
{
	uint8_t secret[SECRET_BYTES];
	if (!decode(key_line(text), secret, sizeof(secret)))
		return E_SYNTAX;
	enum err err = unlock(secret, password);
	if (err == E_OK) {
		memcpy(ret_key->id, secret + SECRET_HEAD, SIGNATURE_KEY_ID);
		memcpy(ret_key->key, secret + SECRET_HEAD + SIGNATURE_KEY_ID, sizeof(ret_key->key));
	}
	sodium_memzero(secret, sizeof(secret));
	return err;
}

bool secret_key_locked(struct str text)
{
	uint8_t secret[SECRET_BYTES];
	bool locked = decode(key_line(text), secret, sizeof(secret)) &&
		      memcmp(secret, "EdSc", (size_t)2 * ALGORITHM) == 0;
	sodium_memzero(secret, sizeof(secret));
	return locked;
}

static enum err lock(const struct key_seed *seed, struct str password, uint8_t secret[SECRET_BYTES])
{
	uint8_t *salt = secret + 3 * ALGORITHM;
	check_sum(secret, secret + SECRET_BYTES - CHECK);
	if (password.size == 0)
		return E_OK;
	memcpy(secret + ALGORITHM, "Sc", ALGORITHM);
	memcpy(salt, seed->salt, SALT);
	write_u64(salt + SALT, crypto_pwhash_scryptsalsa208sha256_OPSLIMIT_SENSITIVE);
	write_u64(salt + SALT + 8, crypto_pwhash_scryptsalsa208sha256_MEMLIMIT_SENSITIVE);
	return hide(secret, password);
}

enum err key_pair_make(const struct key_seed *seed, struct str password, struct writer *secret_file,
	struct public_key *ret_public)
{
	uint8_t secret[SECRET_BYTES] = {'E', 'd', 0, 0, 'B', '2'};
	uint8_t *id = secret + SECRET_HEAD, *key = id + SIGNATURE_KEY_ID;
	memcpy(id, seed->id, SIGNATURE_KEY_ID);
	memcpy(ret_public->id, seed->id, SIGNATURE_KEY_ID);
	crypto_sign_seed_keypair(ret_public->key, key, seed->seed);
	enum err err = lock(seed, password, secret);
	if (err == E_OK) {
		writer_text(secret_file, untrusted);
		writer_text(secret_file, password.size ? "minisign encrypted secret key\n"
						       : "minisign secret key, not encrypted\n");
		encode(secret_file, secret, sizeof(secret));
		err = writer_end(secret_file);
	}
	sodium_memzero(secret, sizeof(secret));
	return err;
}

/* --- signatures --- */

static void hash_file(struct bytes file, uint8_t ret_hash[64])
{
	crypto_generichash(ret_hash, 64, file.data, file.size, NULL, 0);
}

/* One line, and no longer than readers take. */
static bool comment_valid(struct str comment)
{
	for (size_t i = 0; i < comment.size; i++)
		if ((uint8_t)comment.data[i] < ' ' || comment.data[i] == 0x7f)
			return false;
	return comment.size <= SIGNATURE_COMMENT;
}

/* What the second signature is over: the first, and the comment. */
struct global {
	uint8_t bytes[SIGNATURE + SIGNATURE_COMMENT];
	size_t size;
};

static void global_make(struct global *g, const uint8_t *signature, struct str comment)
{
	memcpy(g->bytes, signature, SIGNATURE);
	memcpy(g->bytes + SIGNATURE, comment.data, comment.size);
	g->size = SIGNATURE + comment.size;
}

enum err signature_make(const struct secret_key *key, struct bytes file, struct str trusted_comment,
	struct writer *ret_signature)
{
	uint8_t bytes[SIGNED_BYTES] = "ED", hash[64], second[SIGNATURE];
	struct global global;
	if (!comment_valid(trusted_comment))
		return E_SYNTAX;
	hash_file(file, hash);
	memcpy(bytes + ALGORITHM, key->id, SIGNATURE_KEY_ID);
	crypto_sign_detached(
		bytes + ALGORITHM + SIGNATURE_KEY_ID, NULL, hash, sizeof(hash), key->key);
	global_make(&global, bytes + ALGORITHM + SIGNATURE_KEY_ID, trusted_comment);
	crypto_sign_detached(second, NULL, global.bytes, global.size, key->key);
	writer_text(ret_signature, untrusted);
	writer_text(ret_signature, "signature by key ");
	write_key_id(ret_signature, key->id);
	writer_char(ret_signature, '\n');
	encode(ret_signature, bytes, sizeof(bytes));
	writer_text(ret_signature, trusted);
	writer_str(ret_signature, trusted_comment);
	writer_char(ret_signature, '\n');
	encode(ret_signature, second, sizeof(second));
	return writer_end(ret_signature);
}

static bool file_signed(
	const struct public_key *key, struct bytes file, const uint8_t bytes[SIGNED_BYTES])
{
	uint8_t hash[64];
	const uint8_t *signature = bytes + ALGORITHM + SIGNATURE_KEY_ID;
	if (memcmp(bytes, "Ed", ALGORITHM) == 0)
		return crypto_sign_verify_detached(signature, file.data, file.size, key->key) == 0;
	hash_file(file, hash);
	return crypto_sign_verify_detached(signature, hash, sizeof(hash), key->key) == 0;
}

enum err signature_verify(const struct public_key *key, struct bytes file, struct str signature,
	struct str *ret_trusted_comment)
{
	uint8_t bytes[SIGNED_BYTES], second[SIGNATURE];
	struct global global;
	struct str rest = signature, first = take_line(&rest);
	struct str signed_line = take_line(&rest), comment = take_line(&rest);
	struct str second_line = take_line(&rest);
	if (!str_starts(first, STR("untrusted comment:")) ||
		!str_starts(comment, STR("trusted comment: ")) ||
		!decode(signed_line, bytes, sizeof(bytes)) ||
		!decode(second_line, second, sizeof(second)))
		return E_SYNTAX;
	comment = (struct str){
		comment.data + sizeof(trusted) - 1, comment.size - (sizeof(trusted) - 1)};
	if (!comment_valid(comment) ||
		(memcmp(bytes, "Ed", ALGORITHM) != 0 && memcmp(bytes, "ED", ALGORITHM) != 0))
		return E_SYNTAX;
	global_make(&global, bytes + ALGORITHM + SIGNATURE_KEY_ID, comment);
	if (memcmp(bytes + ALGORITHM, key->id, SIGNATURE_KEY_ID) != 0 ||
		!file_signed(key, file, bytes) ||
		crypto_sign_verify_detached(second, global.bytes, global.size, key->key) != 0)
		return E_DENIED;
	*ret_trusted_comment = comment;
	return E_OK;
}
