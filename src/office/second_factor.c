/* SPDX-License-Identifier: Apache-2.0 */
#include "office/second_factor.h"

#include <assert.h>
#include <sodium.h>

#include "office/account_parts.h"
#include "office/account_token.h"
#include "office/audit.h"
#include "office/second_factor_key.h"
#include "os/system.h"

/* --- what there is --- */

enum err factor_state(struct office *o, int64_t account, struct factor_state *ret_state)
{
	struct sql q;
	struct factor_state state = {0};
	sql_open(&q, &o->db,
		"SELECT secret IS NOT NULL, pending IS NOT NULL, (SELECT count(*)"
		" FROM recovery_code AS c WHERE c.account = f.account)"
		" FROM second_factor AS f WHERE account = ?");
	sql_int(&q, account);
	if (sql_row(&q))
		state = (struct factor_state){
			sql_get(&q, 0) != 0, sql_get(&q, 1) != 0, (unsigned)sql_get(&q, 2)};
	TRY(sql_close(&q));
	*ret_state = state;
	return E_OK;
}

enum err factor_required(struct office *o, enum role role, bool *ret_required)
{
	struct sql q;
	bool required = role == ROLE_OPERATOR || role == ROLE_COORDINATOR;
	sql_open(&q, &o->db, "SELECT required FROM second_factor_role WHERE role = ?");
	sql_int(&q, role);
	if (sql_row(&q))
		required = sql_get(&q, 0) != 0;
	TRY(sql_close(&q));
	*ret_required = required;
	return E_OK;
}

enum err factor_require(
	struct office *o, const struct actor *by, enum role role, bool required, struct instant now)
{
	TRY(office_run(o,
		"INSERT INTO second_factor_role (role, required) VALUES (?1, ?2)"
		" ON CONFLICT (role) DO UPDATE SET required = excluded.required",
		role, required));
	struct audit_entry entry = actor_entry(by, now, "factor.require");
	entry.object = role_name(role);
	entry.detail = required ? STR("yes") : STR("no");
	return audit_add(o, &entry);
}

/* One of two columns: 0 what is in use, 1 what waits. */
static enum err read_secret(struct office *o, int64_t account, int column,
	struct factor_secret *ret_secret, int64_t *ret_step)
{
	struct sql q;
	enum err err = E_NOTFOUND;
	sql_open(&q, &o->db, "SELECT secret, pending, step FROM second_factor WHERE account = ?");
	sql_int(&q, account);
	if (sql_row(&q) && !sql_is_null(&q, column)) {
		*ret_step = sql_get(&q, 2);
		err = factor_unseal(o, account, sql_get_blob(&q, column), ret_secret);
	}
	enum err closed = sql_close(&q);
	return closed == E_OK ? err : closed;
}

enum err factor_pending(struct office *o, int64_t account, struct factor_secret *ret_secret)
{
	int64_t step;
	return read_secret(o, account, 1, ret_secret, &step);
}

enum err factor_begin(struct office *o, int64_t account, struct instant now)
{
	struct sql q;
	struct factor_secret secret;
	struct sealed_secret sealed;
	system_random(&secret, sizeof(secret));
	enum err err = factor_seal(o, account, &secret, &sealed);
	sodium_memzero(&secret, sizeof(secret));
	TRY(err);
	sql_open(&q, &o->db,
		"INSERT INTO second_factor (account, pending, made) VALUES (?1, ?2, ?3)"
		" ON CONFLICT (account) DO UPDATE SET pending = excluded.pending");
	sql_int(&q, account);
	sql_blob(&q, (struct bytes){sealed.bytes, sizeof(sealed.bytes)});
	sql_int(&q, now.seconds);
	return sql_run(&q);
}

/* --- codes of the authenticator --- */

/* Six digits; spaces between them are how telephones show them. */
static bool read_digits(struct str code, char ret_digits[FACTOR_DIGITS + 1])
{
	size_t count = 0;
	for (size_t i = 0; i < code.size; i++) {
		char c = code.data[i];
		if (c == ' ')
			continue;
		if (c < '0' || c > '9' || count == FACTOR_DIGITS)
			return false;
		ret_digits[count++] = c;
	}
	ret_digits[count] = '\0';
	return count == FACTOR_DIGITS;
}

/* The step a code is of, later than `used`; all three are computed whichever it is. */
static bool find_step(const struct factor_secret *s, const char digits[FACTOR_DIGITS + 1],
	int64_t used, struct instant now, int64_t *ret_step)
{
	bool found = false;
	int64_t here = now.seconds / FACTOR_STEP;
	for (int64_t step = here - 1; step <= here + 1; step++) {
		char wanted[FACTOR_DIGITS + 1];
		factor_code(s, (uint64_t)step, wanted);
		if (sodium_memcmp(wanted, digits, FACTOR_DIGITS) == 0 && step > used && !found) {
			found = true;
			*ret_step = step;
		}
		sodium_memzero(wanted, sizeof(wanted));
	}
	return found;
}

static enum err check_code(struct office *o, int64_t account, int column, struct str code,
	struct instant now, int64_t *ret_step)
{
	struct factor_secret secret;
	char digits[FACTOR_DIGITS + 1];
	int64_t used;
	TRY(read_secret(o, account, column, &secret, &used));
	bool right = read_digits(code, digits) &&
		     find_step(&secret, digits, column == 1 ? 0 : used, now, ret_step);
	sodium_memzero(&secret, sizeof(secret));
	return right ? E_OK : E_DENIED;
}

enum err factor_check(struct office *o, int64_t account, struct str code, struct instant now)
{
	int64_t step;
	enum err err = check_code(o, account, 0, code, now, &step);
	if (err != E_OK)
		return err == E_NOTFOUND ? E_DENIED : err;
	return office_run(
		o, "UPDATE second_factor SET step = ?2 WHERE account = ?1", account, step);
}

/* --- codes on paper --- */

enum {
	RECOVERY_LETTERS = 16
};

/* Without 0, 1, I, O, which are taken for each other: 32 that are told apart on paper. */
static const char paper_alphabet[] = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ";
static_assert(sizeof(paper_alphabet) - 1 == 32, "five bits a letter");

static void write_code(char ret_text[RECOVERY_TEXT + 1])
{
	uint8_t random[RECOVERY_LETTERS];
	size_t size = 0;
	system_random(random, sizeof(random));
	for (size_t i = 0; i < RECOVERY_LETTERS; i++) {
		if (i > 0 && i % 4 == 0)
			ret_text[size++] = '-';
		ret_text[size++] = paper_alphabet[random[i] & 31];
	}
	ret_text[size] = '\0';
	sodium_memzero(random, sizeof(random));
}

/* Letters alone, large; false where it cannot be one of ours. */
static bool read_code(struct str code, char ret_letters[RECOVERY_LETTERS])
{
	size_t count = 0;
	for (size_t i = 0; i < code.size; i++) {
		char c = code.data[i];
		if (c == '-' || c == ' ')
			continue;
		if (c >= 'a' && c <= 'z')
			c = (char)(c - 'a' + 'A');
		if (count == RECOVERY_LETTERS || c == '\0' || !strchr(paper_alphabet, c))
			return false;
		ret_letters[count++] = c;
	}
	return count == RECOVERY_LETTERS;
}

static void hash_code(const char letters[RECOVERY_LETTERS], struct token_hash *ret_hash)
{
	crypto_generichash(ret_hash->bytes, sizeof(ret_hash->bytes), (const uint8_t *)letters,
		RECOVERY_LETTERS, NULL, 0);
}

static enum err with_code(
	struct office *o, const char *statement, int64_t account, const char *letters)
{
	struct sql q;
	struct token_hash hash;
	hash_code(letters, &hash);
	sql_open(&q, &o->db, statement);
	sql_int(&q, account);
	sql_blob(&q, (struct bytes){hash.bytes, sizeof(hash.bytes)});
	return sql_run(&q);
}

static enum err make_codes(struct office *o, int64_t account, struct recovery_codes *ret_codes)
{
	char letters[RECOVERY_LETTERS];
	enum err err = office_run(
		o, "DELETE FROM recovery_code WHERE account = ?1 AND ?2 = 0", account, 0);
	for (size_t i = 0; err == E_OK && i < RECOVERY_CODES; i++) {
		write_code(ret_codes->text[i]);
		err = read_code(str_from(ret_codes->text[i]), letters)
			      ? with_code(o,
					"INSERT INTO recovery_code (account, hash) VALUES (?, ?)",
					account, letters)
			      : E_CORRUPT;
	}
	sodium_memzero(letters, sizeof(letters));
	if (err != E_OK)
		sodium_memzero(ret_codes, sizeof(*ret_codes));
	return err;
}

static enum err log_by_self(struct office *o, int64_t account, const char *what, struct instant now)
{
	const struct actor self = {.account = account};
	return account_log(o, &self, account, what, STR(""), now);
}

enum err factor_recover(struct office *o, int64_t account, struct str code, struct instant now)
{
	char letters[RECOVERY_LETTERS];
	if (!read_code(code, letters))
		return E_DENIED;
	enum err err = with_code(
		o, "DELETE FROM recovery_code WHERE account = ? AND hash = ?", account, letters);
	sodium_memzero(letters, sizeof(letters));
	TRY(err);
	if (database_changes(&o->db) == 0)
		return E_DENIED;
	return log_by_self(o, account, "factor.recovery", now);
}

enum err factor_new_codes(struct office *o, const struct actor *by, int64_t account,
	struct instant now, struct recovery_codes *ret_codes)
{
	TRY(make_codes(o, account, ret_codes));
	return account_log(o, by, account, "factor.codes", STR(""), now);
}

/* --- on and off --- */

enum err factor_confirm(struct office *o, const struct actor *by, int64_t account, struct str code,
	int64_t keep, struct instant now, struct recovery_codes *ret_codes)
{
	int64_t step;
	TRY(check_code(o, account, 1, code, now, &step));
	TRY(office_run(o,
		"UPDATE second_factor SET secret = pending, pending = NULL, step = ?2"
		" WHERE account = ?1",
		account, step));
	TRY(office_run(o, "DELETE FROM session WHERE account = ?1 AND id <> ?2", account, keep));
	TRY(make_codes(o, account, ret_codes));
	return account_log(o, by, account, "factor.on", STR(""), now);
}

enum err factor_remove(
	struct office *o, const struct actor *by, int64_t account, struct instant now)
{
	TRY(office_run(o, "DELETE FROM recovery_code WHERE account = ?1 AND ?2 = 0", account, 0));
	TRY(office_run(o, "DELETE FROM second_factor WHERE account = ?1 AND ?2 = 0", account, 0));
	return account_log(o, by, account, "factor.off", STR(""), now);
}
