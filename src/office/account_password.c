/* SPDX-License-Identifier: Apache-2.0 */
#include <assert.h>
#include <sodium.h>
#include <stdlib.h>
#include <uninorm.h>

#include "base/limits.h"
#include "office/account.h"
#include "office/account_parts.h"

static_assert(crypto_pwhash_argon2id_STRBYTES <= sizeof(((struct password_hash *)0)->text),
	"a hash fits");

enum {
	NUMBER_LEAST = 16, /* characters of a password without letters */
};

/* --- what makes a bad one --- */

/* From the top of public lists of leaked passwords and from keyboards here. Compared without case,
 * also twice or thrice in a row, and with digits and signs behind: the length alone refuses the
 * rest. */
static const struct str common[] = {
	STR_INIT("password"),
	STR_INIT("passw0rd"),
	STR_INIT("p@ssw0rd"),
	STR_INIT("p@ssword"),
	STR_INIT("matkhau"),
	STR_INIT("mật khẩu"),
	STR_INIT("mậtkhẩu"),
	STR_INIT("qwerty"),
	STR_INIT("qwertyuiop"),
	STR_INIT("asdfghjkl"),
	STR_INIT("zxcvbnm"),
	STR_INIT("1q2w3e4r"),
	STR_INIT("1qaz2wsx"),
	STR_INIT("1qaz2wsx3edc"),
	STR_INIT("q1w2e3r4t5y6"),
	STR_INIT("qazwsxedcrfv"),
	STR_INIT("qwerasdfzxcv"),
	STR_INIT("iloveyou"),
	STR_INIT("anhyeuem"),
	STR_INIT("emyeuanh"),
	STR_INIT("letmein"),
	STR_INIT("welcome"),
	STR_INIT("administrator"),
	STR_INIT("admin"),
	STR_INIT("quantri"),
	STR_INIT("vietnam"),
	STR_INIT("việtnam"),
	STR_INIT("hanoi"),
	STR_INIT("saigon"),
	STR_INIT("hochiminh"),
	STR_INIT("quetsach"),
	STR_INIT("quétsạch"),
	STR_INIT("monkey"),
	STR_INIT("dragon"),
	STR_INIT("football"),
	STR_INIT("princess"),
	STR_INIT("sunshine"),
	STR_INIT("changeme"),
	STR_INIT("khongbiet"),
	STR_INIT("conmeocon"),
	STR_INIT("abcdefghijkl"),
	STR_INIT("abc"),
};

static bool no_letter(struct str s)
{
	for (size_t i = 0; i < s.size; i++) {
		unsigned char c = (unsigned char)s.data[i];
		if (c >= 0x80 || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'))
			return false;
	}
	return true;
}

/* "Password123!" is "password" with what people add where a digit and a sign are asked for; a word
 * twice, or one and a half times, is that word. */
static bool is_word(struct str password, struct str word)
{
	bool once = false;
	while (password.size >= word.size && word.size > 0 &&
		str_equal_nocase((struct str){password.data, word.size}, word)) {
		password = (struct str){password.data + word.size, password.size - word.size};
		once = true;
	}
	bool rest = password.size < word.size &&
		    str_equal_nocase(password, (struct str){word.data, password.size});
	return once && (rest || no_letter(password));
}

static bool is_common(struct str password)
{
	for (size_t i = 0; i < sizeof(common) / sizeof(common[0]); i++)
		if (is_word(password, common[i]))
			return true;
	/* Telephone and identity numbers, dates. */
	return password.size < NUMBER_LEAST && no_letter(password);
}

/* "aaaaaaaaaaaa", "abababababab", "haihaihaihai". */
static bool is_repetition(struct str s)
{
	for (size_t period = 1; period <= 4 && period < s.size; period++)
		if (memcmp(s.data, s.data + period, s.size - period) == 0)
			return true;
	return false;
}

/* Mail address, its part before the @, and the name, whole or with little around it. */
static bool is_personal(struct str password, struct str mail, struct str name)
{
	struct str domain;
	const struct str parts[] = {str_cut(mail, '@', &domain), domain, name};
	enum {
		LITTLE = 4
	};
	for (size_t p = 0; p < sizeof(parts) / sizeof(parts[0]); p++) {
		if (parts[p].size == 0)
			continue;
		if (is_word(password, parts[p]))
			return true;
		for (size_t i = 0; i + parts[p].size <= password.size; i++)
			if (parts[p].size + LITTLE >= password.size &&
				str_equal_nocase(
					(struct str){password.data + i, parts[p].size}, parts[p]))
				return true;
	}
	return str_equal_nocase(password, mail);
}

/* Characters; 0 where it is no text. */
static size_t count_characters(struct str s)
{
	size_t count = 0;
	while (s.size > 0) {
		size_t length = utf8_length(s);
		if (length == 0 || (unsigned char)s.data[0] < ' ' || s.data[0] == 0x7f)
			return 0;
		s = (struct str){s.data + length, s.size - length};
		count++;
	}
	return count;
}

enum password_fault password_judge(struct str password, struct str mail, struct str name)
{
	if (password.size > LIMIT_PASSWORD_BYTES)
		return PASSWORD_LONG;
	size_t count = count_characters(password);
	if (count == 0 && password.size > 0)
		return PASSWORD_TEXT;
	if (count < LIMIT_PASSWORD_LEAST)
		return PASSWORD_SHORT;
	if (is_personal(password, mail, name))
		return PASSWORD_PERSONAL;
	return is_common(password) || is_repetition(password) ? PASSWORD_COMMON : PASSWORD_FINE;
}

/* --- hashing --- */

enum {
	NORMAL_BYTES = 1024
};

/* What is hashed: the same letters are the same password however a keyboard puts them together, as
 * Windows' own Vietnamese one does with two characters for "ệ" (NIST SP 800-63B: NFKC). */
struct normal {
	uint8_t small[NORMAL_BYTES];
	uint8_t *data; /* small, or of the heap */
	size_t size;
};

/* What is no text stays as it is, and is nobody's password. */
static void normal_init(struct normal *n, struct str password)
{
	size_t size = password.size <= LIMIT_PASSWORD_BYTES ? password.size : LIMIT_PASSWORD_BYTES;
	n->size = sizeof(n->small);
	n->data = u8_normalize(
		UNINORM_NFKC, (const uint8_t *)password.data, size, n->small, &n->size);
	if (n->data)
		return;
	n->data = n->small;
	n->size = size;
	if (size > 0)
		memcpy(n->small, password.data, size);
}

static void normal_release(struct normal *n)
{
	sodium_memzero(n->data, n->size);
	if (n->data != n->small)
		free(n->data);
	sodium_memzero(n, sizeof(*n));
}

enum err password_hash(struct str password, struct password_hash *ret_hash)
{
	struct normal normal;
	struct password_hash hash = {{0}};
	if (password.size > LIMIT_PASSWORD_BYTES)
		return E_RANGE;
	if (sodium_init() < 0)
		return E_NOMEM;
	normal_init(&normal, password);
	int failed = crypto_pwhash_str_alg(hash.text, (const char *)normal.data, normal.size,
		LIMIT_PASSWORD_PASSES, LIMIT_PASSWORD_MEMORY, crypto_pwhash_ALG_ARGON2ID13);
	normal_release(&normal);
	if (failed)
		return E_NOMEM;
	*ret_hash = hash;
	return E_OK;
}

/* One who has no hash costs a hash all the same: the time tells nobody who has an account. */
static enum err prove_nothing(struct str password)
{
	struct password_hash hash;
	if (password.size > LIMIT_PASSWORD_BYTES)
		password.size = LIMIT_PASSWORD_BYTES;
	TRY(password_hash(password, &hash));
	sodium_memzero(&hash, sizeof(hash));
	return E_DENIED;
}

static enum err prove(const struct password_hash *stored, struct str password)
{
	struct normal normal;
	if (stored->text[0] == '\0' || password.size > LIMIT_PASSWORD_BYTES)
		return prove_nothing(password);
	if (sodium_init() < 0)
		return E_NOMEM;
	normal_init(&normal, password);
	int wrong = crypto_pwhash_str_verify(stored->text, (const char *)normal.data, normal.size);
	normal_release(&normal);
	return wrong ? E_DENIED : E_OK;
}

/* What is stored of an account that may come in; nothing for others. */
struct stored {
	int64_t id;
	struct password_hash hash;
};

static enum err read_stored(struct sql *q, struct stored *ret_stored)
{
	*ret_stored = (struct stored){0};
	if (sql_row(q)) {
		struct str hash = sql_get_str(q, 1);
		ret_stored->id = sql_get(q, 0);
		if (hash.size < sizeof(ret_stored->hash.text))
			memcpy(ret_stored->hash.text, hash.data, hash.size);
	}
	return sql_close(q);
}

enum err account_prove(struct office *o, struct str mail, struct str password, int64_t *ret_account,
	bool *ret_rehash)
{
	struct sql q;
	struct stored stored;
	char folded[MAIL_BYTES + 1] = "";
	if (!mail_fold(mail, folded))
		folded[0] = '\0';
	sql_open(&q, &o->db,
		"SELECT id, password FROM account WHERE mail = ? AND state = ?"
		" AND password IS NOT NULL");
	sql_str(&q, str_from(folded));
	sql_int(&q, ACCOUNT_ACTIVE);
	TRY(read_stored(&q, &stored));
	enum err err = prove(&stored.hash, password);
	if (err == E_OK) {
		*ret_account = stored.id;
		*ret_rehash = crypto_pwhash_str_needs_rehash(stored.hash.text,
				      LIMIT_PASSWORD_PASSES, LIMIT_PASSWORD_MEMORY) != 0;
	}
	sodium_memzero(&stored, sizeof(stored));
	return err;
}

enum err account_prove_again(struct office *o, int64_t id, struct str password)
{
	struct sql q;
	struct stored stored;
	sql_open(&q, &o->db,
		"SELECT id, password FROM account WHERE id = ? AND state = ?"
		" AND password IS NOT NULL");
	sql_int(&q, id);
	sql_int(&q, ACCOUNT_ACTIVE);
	TRY(read_stored(&q, &stored));
	enum err err = prove(&stored.hash, password);
	sodium_memzero(&stored, sizeof(stored));
	return err;
}

/* --- setting --- */

static enum err put(struct office *o, int64_t id, const struct password_hash *hash)
{
	struct sql q;
	sql_open(&q, &o->db, "UPDATE account SET password = ?2 WHERE id = ?1");
	sql_int(&q, id);
	sql_str(&q, str_from(hash->text));
	return sql_run(&q);
}

enum err account_set_password(struct office *o, const struct actor *by, int64_t id,
	const struct password_hash *hash, int64_t keep, struct instant now)
{
	TRY(put(o, id, hash));
	TRY(office_run(o,
		"UPDATE account SET password_set = ?2,"
		" state = CASE state WHEN 0 THEN 1 ELSE state END WHERE id = ?1",
		id, now.seconds));
	TRY(office_run(o, "DELETE FROM session WHERE account = ?1 AND id <> ?2", id, keep));
	TRY(invitation_close_all(o, id));
	return account_log(o, by, id, "account.password", STR(""), now);
}

enum err account_rehash(struct office *o, int64_t id, const struct password_hash *hash)
{
	return put(o, id, hash);
}
