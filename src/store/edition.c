/* SPDX-License-Identifier: Apache-2.0 */
#include "store/edition.h"

#include <math.h>
#include <openssl/evp.h>

#include "store/catalogue.h"

enum {
	DIGEST_SIZE = 32
};

/* --- putting in --- */

/* Not known is NULL: SQLite knows no NAN. */
static void bind_real(struct sql *q, double value)
{
	if (isnan(value))
		sql_null(q);
	else
		sql_real(q, value);
}

static double get_real(struct sql *q, int column)
{
	return sql_is_null(q, column) ? NAN : sql_get_real(q, column);
}

static enum err put_facts(struct store *s, const struct edition *e, int64_t change)
{
	struct sql q;
	sql_open(&q, &s->db,
		"INSERT INTO edition (campaign, number, made, as_of, as_of_time, public_from,"
		" correction_vi, correction_en, simulated, added) VALUES (?,?,?,?,?,?,?,?,?,?)");
	sql_str(&q, e->campaign);
	sql_int(&q, e->number);
	sql_int(&q, e->made.seconds);
	sql_count(&q, e->as_of);
	sql_int(&q, e->as_of_time.seconds);
	sql_int(&q, date_instant(e->public_from).seconds);
	sql_str(&q, e->correction[LANG_VI]);
	sql_str(&q, e->correction[LANG_EN]);
	sql_int(&q, e->simulated);
	sql_int(&q, change);
	return sql_run(&q);
}

static enum err put_part(
	struct store *s, int64_t edition, const struct edition_part *part, int64_t change)
{
	struct sql q;
	uint8_t digest[EVP_MAX_MD_SIZE];
	if (EVP_Digest(part->bytes.data, part->bytes.size, digest, NULL, EVP_sha256(), NULL) != 1)
		return E_NOMEM;
	sql_open(&q, &s->db,
		"INSERT INTO edition_part (edition, name, sha256, bytes, added)"
		" VALUES (?, ?, ?, ?, ?)");
	sql_int(&q, edition);
	sql_str(&q, part->name);
	sql_blob(&q, (struct bytes){digest, DIGEST_SIZE});
	sql_blob(&q, part->bytes);
	sql_int(&q, change);
	return sql_run(&q);
}

static enum err put_parts(struct store *s, int64_t edition, const struct edition_part *parts,
	size_t count, int64_t change)
{
	for (size_t i = 0; i < count; i++)
		TRY(put_part(s, edition, &parts[i], change));
	return E_OK;
}

static enum err put_figure(
	struct store *s, int64_t edition, size_t position, const struct edition_figure *f)
{
	struct sql q;
	sql_open(&q, &s->db,
		"INSERT INTO edition_figure (edition, position, key, verdict, value, low, high)"
		" VALUES (?, ?, ?, ?, ?, ?, ?)");
	sql_int(&q, edition);
	sql_count(&q, position);
	sql_str(&q, f->key);
	sql_str(&q, f->verdict);
	bind_real(&q, f->value);
	bind_real(&q, f->low);
	bind_real(&q, f->high);
	return sql_run(&q);
}

static enum err put_holder(struct store *s, int64_t edition, const struct edition_holder *h)
{
	struct sql q;
	sql_open(&q, &s->db,
		"INSERT INTO edition_holder (edition, key, title_vi, title_en)"
		" VALUES (?, ?, ?, ?)");
	sql_int(&q, edition);
	sql_str(&q, h->key);
	sql_str(&q, h->title[LANG_VI]);
	sql_str(&q, h->title[LANG_EN]);
	return sql_run(&q);
}

static enum err put_edition(struct store *s, const struct edition_new *e, int64_t change)
{
	uint32_t last;
	TRY(store_last_edition(s, e->facts.campaign, &last));
	if (e->facts.number != last + 1)
		return E_EXISTS;
	TRY(put_facts(s, &e->facts, change));
	int64_t id = database_last_id(&s->db);
	TRY(put_parts(s, id, e->parts, e->part_count, change));
	for (size_t i = 0; i < e->figure_count; i++)
		TRY(put_figure(s, id, i, &e->figures[i]));
	for (size_t i = 0; i < e->holder_count; i++)
		TRY(put_holder(s, id, &e->holders[i]));
	return E_OK;
}

enum err store_add_edition(struct store *s, const struct edition_new *edition, struct instant now)
{
	int64_t change;
	TRY(store_begin(s, now, "site edition", &change));
	return store_end(s, put_edition(s, edition, change));
}

/* --- which there are --- */

enum err store_last_edition(struct store *s, struct str campaign, uint32_t *ret_number)
{
	struct sql q;
	uint64_t number = 0;
	sql_open(&q, &s->db, "SELECT coalesce(max(number), 0) FROM edition WHERE campaign = ?");
	sql_str(&q, campaign);
	if (sql_row(&q))
		number = sql_get_count(&q, 0);
	TRY(sql_close(&q));
	if (number >= UINT32_MAX)
		return E_LIMIT;
	*ret_number = (uint32_t)number;
	return E_OK;
}

#define EDITION_COLUMNS                                                                            \
	"SELECT campaign, number, made, as_of, as_of_time, public_from, correction_vi,"            \
	" correction_en, simulated FROM edition "

static struct edition get_edition(struct sql *q)
{
	return (struct edition){
		.campaign = sql_get_str(q, 0),
		.number = (uint32_t)sql_get_count(q, 1),
		.made = {sql_get(q, 2)},
		.as_of = sql_get_count(q, 3),
		.as_of_time = {sql_get(q, 4)},
		.public_from = instant_date((struct instant){sql_get(q, 5)}),
		.correction = {[LANG_VI] = sql_get_str(q, 6), [LANG_EN] = sql_get_str(q, 7)},
		.simulated = sql_get(q, 8) != 0,
	};
}

enum err store_each_edition(
	struct store *s, struct str campaign, store_edition_fn *fn, void *context)
{
	struct sql q;
	enum err err = E_OK;
	sql_open(&q, &s->db,
		EDITION_COLUMNS "WHERE ?1 = '' OR campaign = ?1 ORDER BY campaign, number");
	sql_str(&q, campaign);
	while (err == E_OK && sql_row(&q)) {
		const struct edition e = get_edition(&q);
		err = fn(context, &e);
	}
	enum err closed = sql_close(&q);
	return err == E_OK ? closed : err;
}

static enum err keep(struct arena *arena, struct str *text)
{
	*text = arena_copy(arena, *text);
	return text->data ? E_OK : E_NOMEM;
}

static enum err keep_edition(struct arena *arena, struct edition *e)
{
	TRY(keep(arena, &e->campaign));
	for (int i = 0; i < LANG__COUNT; i++)
		TRY(keep(arena, &e->correction[i]));
	return E_OK;
}

enum err store_find_edition(struct store *s, struct str campaign, uint32_t number,
	struct arena *arena, struct edition *ret_edition)
{
	struct sql q;
	struct edition e = {.number = 0};
	enum err err = E_NOTFOUND;
	sql_open(&q, &s->db, EDITION_COLUMNS "WHERE campaign = ? AND number = ?");
	sql_str(&q, campaign);
	sql_int(&q, number);
	if (sql_row(&q)) {
		e = get_edition(&q);
		err = keep_edition(arena, &e);
	}
	TRY(sql_close(&q));
	TRY(err);
	*ret_edition = e;
	return E_OK;
}

bool edition_is_public(const struct edition *edition, struct instant now)
{
	return date_instant(edition->public_from).seconds <= now.seconds;
}

/* E_NOTFOUND: no such edition. */
static enum err edition_id(struct store *s, struct str campaign, uint32_t number, int64_t *ret_id)
{
	struct sql q;
	int64_t id = 0;
	sql_open(&q, &s->db, "SELECT id FROM edition WHERE campaign = ? AND number = ?");
	sql_str(&q, campaign);
	sql_int(&q, number);
	if (sql_row(&q))
		id = sql_get(&q, 0);
	TRY(sql_close(&q));
	*ret_id = id;
	return id > 0 ? E_OK : E_NOTFOUND;
}

/* --- what was frozen with it --- */

static enum err count_figures(struct store *s, int64_t id, size_t *ret_count)
{
	struct sql q;
	uint64_t count = 0;
	sql_open(&q, &s->db, "SELECT count(*) FROM edition_figure WHERE edition = ?");
	sql_int(&q, id);
	if (sql_row(&q))
		count = sql_get_count(&q, 0);
	*ret_count = count;
	return sql_close(&q);
}

static enum err read_figures(struct store *s, int64_t id, struct arena *arena,
	struct edition_figure *figures, size_t count)
{
	struct sql q;
	size_t at = 0;
	enum err err = E_OK;
	sql_open(&q, &s->db,
		"SELECT key, verdict, value, low, high FROM edition_figure WHERE edition = ?"
		" ORDER BY position");
	sql_int(&q, id);
	for (; err == E_OK && at < count && sql_row(&q); at++) {
		struct edition_figure *f = &figures[at];
		f->key = sql_get_str(&q, 0);
		f->verdict = sql_get_str(&q, 1);
		f->value = get_real(&q, 2);
		f->low = get_real(&q, 3);
		f->high = get_real(&q, 4);
		err = keep(arena, &f->key);
		if (err == E_OK)
			err = keep(arena, &f->verdict);
	}
	enum err closed = sql_close(&q);
	TRY(err);
	TRY(closed);
	return at == count ? E_OK
			   : store_complain(s, E_CORRUPT, "catalogue", "an edition's figures");
}

enum err store_edition_figures(struct store *s, struct str campaign, uint32_t number,
	struct arena *arena, struct edition_figure **ret_figures, size_t *ret_count)
{
	int64_t id;
	size_t count;
	TRY(edition_id(s, campaign, number, &id));
	TRY(count_figures(s, id, &count));
	struct edition_figure *figures = arena_alloc(arena, count + 1, sizeof(*figures));
	if (!figures)
		return E_NOMEM;
	TRY(read_figures(s, id, arena, figures, count));
	*ret_figures = figures;
	*ret_count = count;
	return E_OK;
}

enum err store_edition_holder(struct store *s, struct str campaign, uint32_t number, struct str key,
	struct arena *arena, struct edition_holder *ret_holder)
{
	struct sql q;
	int64_t id;
	struct edition_holder h = {.key = key};
	enum err err = E_NOTFOUND;
	TRY(edition_id(s, campaign, number, &id));
	sql_open(&q, &s->db,
		"SELECT title_vi, title_en FROM edition_holder WHERE edition = ? AND key = ?");
	sql_int(&q, id);
	sql_str(&q, key);
	if (sql_row(&q)) {
		h.title[LANG_VI] = arena_copy(arena, sql_get_str(&q, 0));
		h.title[LANG_EN] = arena_copy(arena, sql_get_str(&q, 1));
		err = h.title[LANG_VI].data && h.title[LANG_EN].data ? E_OK : E_NOMEM;
	}
	TRY(sql_close(&q));
	TRY(err);
	*ret_holder = h;
	return E_OK;
}

enum err store_each_edition_holder(struct store *s, struct str campaign, uint32_t number,
	store_edition_holder_fn *fn, void *context)
{
	struct sql q;
	int64_t id;
	enum err err = E_OK;
	TRY(edition_id(s, campaign, number, &id));
	sql_open(&q, &s->db,
		"SELECT key, title_vi, title_en FROM edition_holder WHERE edition = ? ORDER BY "
		"key");
	sql_int(&q, id);
	while (err == E_OK && sql_row(&q)) {
		const struct edition_holder holder = {
			sql_get_str(&q, 0), {sql_get_str(&q, 1), sql_get_str(&q, 2)}};
		err = fn(context, &holder);
	}
	enum err closed = sql_close(&q);
	return err == E_OK ? closed : err;
}

/* --- parts --- */

static bool is_whole(struct bytes bytes, struct bytes sha256)
{
	uint8_t digest[EVP_MAX_MD_SIZE];
	return sha256.size == DIGEST_SIZE &&
	       EVP_Digest(bytes.data, bytes.size, digest, NULL, EVP_sha256(), NULL) == 1 &&
	       memcmp(digest, sha256.data, DIGEST_SIZE) == 0;
}

/* The blob of a row is borrowed: what is checked here is copied. */
static enum err take_part(
	struct store *s, struct sql *q, struct arena *arena, struct bytes *ret_bytes)
{
	struct bytes sha256 = sql_get_blob(q, 0);
	struct bytes bytes = sql_get_blob(q, 1);
	if (!is_whole(bytes, sha256))
		return store_complain(s, E_CORRUPT, "edition", "a part fails its checksum");
	uint8_t *copy = arena_alloc(arena, bytes.size + 1, 1);
	if (!copy)
		return E_NOMEM;
	memcpy(copy, bytes.size > 0 ? bytes.data : (const uint8_t *)"", bytes.size);
	*ret_bytes = (struct bytes){copy, bytes.size};
	return E_OK;
}

enum err store_edition_part(struct store *s, struct str campaign, uint32_t number, struct str name,
	struct arena *arena, struct bytes *ret_bytes)
{
	struct sql q;
	int64_t id;
	enum err err = E_NOTFOUND;
	TRY(edition_id(s, campaign, number, &id));
	sql_open(&q, &s->db,
		"SELECT sha256, bytes FROM edition_part WHERE edition = ? AND name = ?");
	sql_int(&q, id);
	sql_str(&q, name);
	if (sql_row(&q))
		err = take_part(s, &q, arena, ret_bytes);
	enum err closed = sql_close(&q);
	return closed == E_OK ? err : closed;
}

bool store_edition_has_part(struct store *s, struct str campaign, uint32_t number, struct str name)
{
	struct sql q;
	sql_open(&q, &s->db,
		"SELECT 1 FROM edition_part JOIN edition ON edition.id = edition_part.edition"
		" WHERE campaign = ? AND number = ? AND name = ?");
	sql_str(&q, campaign);
	sql_int(&q, number);
	sql_str(&q, name);
	bool found = sql_row(&q);
	return sql_close(&q) == E_OK && found;
}

enum err store_add_edition_parts(struct store *s, struct str campaign, uint32_t number,
	const struct edition_part *parts, size_t count, struct instant now)
{
	int64_t change, id;
	TRY(edition_id(s, campaign, number, &id));
	for (size_t i = 0; i < count; i++)
		if (store_edition_has_part(s, campaign, number, parts[i].name))
			return E_EXISTS;
	TRY(store_begin(s, now, "site edition", &change));
	return store_end(s, put_parts(s, id, parts, count, change));
}

/* --- replies --- */

static enum err insert_reply(struct store *s, int64_t edition, const struct edition_reply *r,
	struct str author, struct instant now, int64_t change)
{
	struct sql q;
	sql_open(&q, &s->db,
		"INSERT INTO edition_reply (edition, holder, title_vi, title_en, text, lang, "
		"author,"
		" made, added) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)");
	sql_int(&q, edition);
	sql_str(&q, r->holder);
	sql_str(&q, r->title[LANG_VI]);
	sql_str(&q, r->title[LANG_EN]);
	sql_str(&q, r->text);
	sql_str(&q, r->lang);
	sql_str(&q, author);
	sql_int(&q, now.seconds);
	sql_int(&q, change);
	return sql_run(&q);
}

static enum err still_open(struct store *s, int64_t id, struct instant now)
{
	struct sql q;
	bool open = false;
	sql_open(&q, &s->db, "SELECT public_from > ? FROM edition WHERE id = ?");
	sql_int(&q, now.seconds);
	sql_int(&q, id);
	if (sql_row(&q))
		open = sql_get(&q, 0) != 0;
	TRY(sql_close(&q));
	return open ? E_OK : E_DENIED;
}

enum err store_put_edition_reply(struct store *s, struct str campaign, uint32_t number,
	const struct edition_reply *reply, struct str author, struct instant now)
{
	int64_t change, id;
	TRY(edition_id(s, campaign, number, &id));
	TRY(still_open(s, id, now));
	TRY(store_begin(s, now, "site edition", &change));
	return store_end(s, insert_reply(s, id, reply, author, now, change));
}

enum err store_each_edition_reply(struct store *s, struct str campaign, uint32_t number,
	bool history, store_edition_reply_fn *fn, void *context)
{
	struct sql q;
	int64_t id;
	enum err err = E_OK;
	TRY(edition_id(s, campaign, number, &id));
	sql_open(&q, &s->db,
		"SELECT holder, title_vi, title_en, text, author, made,"
		" id = max(id) OVER (PARTITION BY holder), lang FROM edition_reply WHERE edition = "
		"?"
		" ORDER BY id");
	sql_int(&q, id);
	while (err == E_OK && sql_row(&q)) {
		const struct edition_reply_entry entry = {
			.reply = {.holder = sql_get_str(&q, 0),
				.title = {[LANG_VI] = sql_get_str(&q, 1),
					[LANG_EN] = sql_get_str(&q, 2)},
				.text = sql_get_str(&q, 3),
				.lang = sql_get_str(&q, 7),
				.made = {sql_get(&q, 5)}},
			.author = sql_get_str(&q, 4),
			.current = sql_get(&q, 6) != 0,
		};
		if (history || entry.current)
			err = fn(context, &entry);
	}
	enum err closed = sql_close(&q);
	return err == E_OK ? closed : err;
}

/* --- changes --- */

enum err store_evaluation_change(struct store *s, uint64_t *ret_change)
{
	int64_t change;
	TRY(sql_ask(&s->db,
		"SELECT number FROM change WHERE what NOT IN ('site setting', 'site article',"
		" 'site tool', 'site order', 'site edition', 'allow') ORDER BY number DESC LIMIT 1",
		0, &change));
	*ret_change = (uint64_t)change;
	return E_OK;
}
