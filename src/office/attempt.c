/* SPDX-License-Identifier: Apache-2.0 */
#include "office/attempt.h"

#include <sodium.h>

#include "base/limits.h"
#include "office/account.h"
#include "office/account_parts.h"

/* What failures are counted by. */
enum scope {
	SCOPE_PAIR,    /* one account from one address unit */
	SCOPE_UNIT,    /* all accounts from there */
	SCOPE_ACCOUNT, /* one account from everywhere */
	SCOPE_DEVICE,  /* one account on one device it knows, and then nothing else */
	SCOPE__COUNT
};

/* So many failures are free; the next waits a second, each after it twice as long, up to `longest`.
 * A count without a failure for `forget` seconds is gone. */
struct policy {
	int64_t free;
	int64_t longest; /* seconds */
	int64_t forget;  /* seconds */
};
static const struct policy policies[SCOPE__COUNT] = {
	/* A hundred guesses a day, NIST SP 800-63B, 5.2.2. */
	[SCOPE_PAIR] = {5, 900, SECONDS_PER_DAY},
	/* A ministry behind one address mistypes more often than a person. */
	[SCOPE_UNIT] = {50, 900, SECONDS_PER_HOUR},
	/* Guesses from many places at one account. Reached only by those who attack it; their
	 * victim comes in by a known device or by mail. */
	[SCOPE_ACCOUNT] = {50, 900, SECONDS_PER_DAY},
	[SCOPE_DEVICE] = {10, 900, SECONDS_PER_DAY},
};

enum {
	DOUBLINGS = 20, /* past every `longest` */
	SWEEP_EVERY = 256
};

struct key {
	uint8_t bytes[TOKEN_BYTES];
};

/* No address and no mail is stored, only what both become. */
static void make_key(
	const struct attempt *a, const char *mail, enum scope scope, struct key *ret_key)
{
	crypto_generichash_state state;
	const uint8_t head[2] = {(uint8_t)scope, (uint8_t)a->kind};
	crypto_generichash_init(&state, NULL, 0, sizeof(ret_key->bytes));
	crypto_generichash_update(&state, head, sizeof(head));
	if (scope == SCOPE_PAIR || scope == SCOPE_UNIT) {
		uint8_t unit[9] = {a->unit.v6};
		for (size_t i = 0; i < 8; i++)
			unit[i + 1] = (uint8_t)(a->unit.key >> (8 * i));
		crypto_generichash_update(&state, unit, sizeof(unit));
	}
	if (scope == SCOPE_DEVICE) {
		struct token_hash device;
		token_hash(a->device, &device);
		crypto_generichash_update(&state, device.bytes, sizeof(device.bytes));
	}
	if (scope != SCOPE_UNIT)
		crypto_generichash_update(&state, (const uint8_t *)mail, strlen(mail));
	crypto_generichash_final(&state, ret_key->bytes, sizeof(ret_key->bytes));
}

/* --- one count --- */

struct count {
	int64_t failures;
	int64_t until; /* nothing is tried before */
};

static enum err read_count(
	struct office *o, const struct key *key, struct instant now, struct count *ret_count)
{
	struct sql q;
	struct count count = {0, 0};
	sql_open(&q, &o->db, "SELECT failures, until FROM attempt WHERE key = ? AND forget > ?");
	sql_blob(&q, (struct bytes){key->bytes, sizeof(key->bytes)});
	sql_int(&q, now.seconds);
	if (sql_row(&q))
		count = (struct count){sql_get(&q, 0), sql_get(&q, 1)};
	TRY(sql_close(&q));
	*ret_count = count;
	return E_OK;
}

static int64_t delay(const struct policy *p, int64_t failures)
{
	int64_t over = failures - p->free;
	if (over <= 0)
		return 0;
	if (over > DOUBLINGS)
		return p->longest;
	int64_t seconds = INT64_C(1) << (over - 1);
	return seconds < p->longest ? seconds : p->longest;
}

static enum err write_count(struct office *o, const struct key *key, int64_t failures,
	const struct policy *p, struct instant now)
{
	struct sql q;
	sql_open(&q, &o->db,
		"INSERT INTO attempt (key, failures, last, until, forget)"
		" VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT (key) DO UPDATE SET"
		" failures = excluded.failures, last = excluded.last, until = excluded.until,"
		" forget = excluded.forget");
	sql_blob(&q, (struct bytes){key->bytes, sizeof(key->bytes)});
	sql_int(&q, failures);
	sql_int(&q, now.seconds);
	sql_int(&q, now.seconds + delay(p, failures));
	sql_int(&q, now.seconds + p->forget);
	return sql_run(&q);
}

static enum err drop_count(struct office *o, const struct key *key)
{
	struct sql q;
	sql_open(&q, &o->db, "DELETE FROM attempt WHERE key = ?");
	sql_blob(&q, (struct bytes){key->bytes, sizeof(key->bytes)});
	return sql_run(&q);
}

/* Those that were somebody's own after all: the delay they brought goes with them. */
static enum err take_back(struct office *o, const struct key *key, int64_t failures)
{
	struct sql q;
	sql_open(&q, &o->db,
		"UPDATE attempt SET failures = max(failures - ?2, 0), until = last WHERE key = ?1");
	sql_blob(&q, (struct bytes){key->bytes, sizeof(key->bytes)});
	sql_int(&q, failures);
	return sql_run(&q);
}

/* --- all counts of an attempt --- */

struct counted {
	enum scope scope;
	struct key key;
	struct count count;
};

static enum err read_counts(struct office *o, const struct attempt *a, struct instant now,
	struct counted counts[SCOPE__COUNT], size_t *ret_count)
{
	char mail[MAIL_BYTES + 1];
	bool known = false;
	size_t count = 0;
	if (!mail_fold(a->mail, mail))
		mail[0] = '\0';
	if (a->device)
		TRY(device_known(o, a->mail, a->device, now, &known));
	for (enum scope scope = 0; scope < SCOPE__COUNT; scope++) {
		if (known != (scope == SCOPE_DEVICE))
			continue;
		counts[count].scope = scope;
		make_key(a, mail, scope, &counts[count].key);
		TRY(read_count(o, &counts[count].key, now, &counts[count].count));
		count++;
	}
	*ret_count = count;
	return E_OK;
}

enum err attempt_take(
	struct office *o, const struct attempt *a, struct instant now, uint32_t *ret_wait)
{
	struct counted counts[SCOPE__COUNT];
	size_t count;
	int64_t wait = 0;
	TRY(read_counts(o, a, now, counts, &count));
	for (size_t i = 0; i < count; i++)
		if (counts[i].count.until - now.seconds > wait)
			wait = counts[i].count.until - now.seconds;
	for (size_t i = 0; i < count && wait == 0; i++)
		TRY(write_count(o, &counts[i].key, counts[i].count.failures + 1,
			&policies[counts[i].scope], now));
	/* By chance of the key's own bytes: no clock, no state. */
	if (wait == 0 && counts[0].count.failures == 0 &&
		counts[0].key.bytes[0] % SWEEP_EVERY == now.seconds % SWEEP_EVERY)
		TRY(attempt_sweep(o, now));
	*ret_wait = (uint32_t)wait;
	return E_OK;
}

/* From the account's count goes all that was mistyped here, from the place's only this one: it
 * forgets sooner, and would be emptied by who fails and comes in with an account of their own. */
static int64_t own_failures(enum scope scope, const struct counted counts[SCOPE__COUNT])
{
	return scope == SCOPE_ACCOUNT ? counts[SCOPE_PAIR].count.failures : 1;
}

enum err attempt_right(struct office *o, const struct attempt *a, struct instant now)
{
	struct counted counts[SCOPE__COUNT];
	size_t count;
	TRY(read_counts(o, a, now, counts, &count));
	for (size_t i = 0; i < count; i++) {
		const struct counted *c = &counts[i];
		bool ours = c->scope == SCOPE_PAIR || c->scope == SCOPE_DEVICE;
		TRY(ours ? drop_count(o, &c->key)
			 : take_back(o, &c->key, own_failures(c->scope, counts)));
	}
	return E_OK;
}

/* --- devices --- */

enum err device_add(struct office *o, int64_t account, struct instant now, struct token *ret_device)
{
	struct sql q;
	struct token token;
	struct token_hash hash;
	TRY(office_run(o,
		"DELETE FROM device WHERE hash IN (SELECT hash FROM device WHERE account = ?1"
		" ORDER BY made DESC LIMIT -1 OFFSET ?2)",
		account, (int64_t)LIMIT_DEVICES - 1));
	token_make(&token);
	token_hash(&token, &hash);
	sql_open(&q, &o->db, "INSERT INTO device (hash, account, made) VALUES (?, ?, ?)");
	sql_blob(&q, (struct bytes){hash.bytes, sizeof(hash.bytes)});
	sql_int(&q, account);
	sql_int(&q, now.seconds);
	enum err err = sql_run(&q);
	if (err == E_OK)
		*ret_device = token;
	token_wipe(&token);
	return err;
}

static int64_t device_since(struct instant now)
{
	return now.seconds - (int64_t)LIMIT_DEVICE_DAYS * SECONDS_PER_DAY;
}

enum err device_known(struct office *o, struct str mail, const struct token *device,
	struct instant now, bool *ret_known)
{
	struct sql q;
	struct token_hash hash;
	char folded[MAIL_BYTES + 1];
	if (!mail_fold(mail, folded))
		folded[0] = '\0';
	token_hash(device, &hash);
	sql_open(&q, &o->db,
		"SELECT 1 FROM device AS d JOIN account AS a ON a.id = d.account"
		" WHERE d.hash = ? AND a.mail = ? AND d.made > ?");
	sql_blob(&q, (struct bytes){hash.bytes, sizeof(hash.bytes)});
	sql_str(&q, str_from(folded));
	sql_int(&q, device_since(now));
	bool known = sql_row(&q);
	TRY(sql_close(&q));
	*ret_known = known;
	return E_OK;
}

enum err attempt_sweep(struct office *o, struct instant now)
{
	TRY(office_run(o, "DELETE FROM attempt WHERE forget <= ?1 AND ?2 = 0", now.seconds, 0));
	TRY(office_run(o, "DELETE FROM device WHERE made <= ?1 AND ?2 = 0", device_since(now), 0));
	return office_run(o,
		"DELETE FROM attempt WHERE key IN (SELECT key FROM attempt WHERE ?2 = 0"
		" ORDER BY until DESC, failures DESC LIMIT -1 OFFSET ?1)",
		(int64_t)LIMIT_ATTEMPTS, 0);
}
