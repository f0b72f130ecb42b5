/* SPDX-License-Identifier: Apache-2.0 */
#include "store/catalogue.h"
#include "store/site_content.h"

#define ARTICLE_COLUMNS                                                                            \
	"SELECT key, lang, version, kind, title, summary, body, published, made, author, origin,"  \
	" withdrawn FROM article "

static enum err insert(struct store *s, const struct article_version *v, uint32_t number,
	struct instant made, int64_t change)
{
	struct sql q;
	const struct article *a = &v->article;
	sql_open(&q, &s->db,
		"INSERT INTO article (key, lang, version, kind, title, summary, body, published,"
		" made, author, origin, withdrawn, added) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?)");
	sql_str(&q, a->key);
	sql_int(&q, a->lang);
	sql_int(&q, number);
	sql_int(&q, a->kind);
	sql_str(&q, a->title);
	sql_str(&q, a->summary);
	sql_str(&q, a->body);
	sql_int(&q, a->published.seconds);
	sql_int(&q, made.seconds);
	sql_str(&q, v->author);
	sql_int(&q, v->origin);
	sql_int(&q, v->withdrawn);
	sql_int(&q, change);
	return sql_run(&q);
}

static enum err last_version(struct store *s, struct str key, enum lang lang, uint32_t *ret_version)
{
	struct sql q;
	uint64_t version = 0;
	sql_open(&q, &s->db, "SELECT max(version) FROM article WHERE key = ? AND lang = ?");
	sql_str(&q, key);
	sql_int(&q, lang);
	if (sql_row(&q))
		version = sql_get_count(&q, 0);
	TRY(sql_close(&q));
	if (version >= UINT32_MAX - 2)
		return E_LIMIT;
	*ret_version = (uint32_t)version;
	return E_OK;
}

static enum err add(struct store *s, const struct article_version *v,
	const struct article_version *before, struct instant now, int64_t change,
	uint32_t *ret_version)
{
	uint32_t last;
	TRY(last_version(s, v->article.key, v->article.lang, &last));
	if (last == 0 && before) {
		TRY(insert(s, before, 1, before->article.updated, change));
		last = 1;
	}
	TRY(insert(s, v, last + 1, now, change));
	*ret_version = last + 1;
	return E_OK;
}

enum err store_add_article(struct store *s, const struct article_version *version,
	const struct article_version *before, struct instant now, uint32_t *ret_version)
{
	int64_t change;
	uint32_t number = 0;
	TRY(store_begin(s, now, "site article", &change));
	TRY(store_end(s, add(s, version, before, now, change, &number)));
	*ret_version = number;
	return E_OK;
}

static bool get_version(struct sql *q, struct article_version *ret_version)
{
	uint64_t lang = sql_get_count(q, 1);
	uint64_t number = sql_get_count(q, 2);
	uint64_t kind = sql_get_count(q, 3);
	uint64_t origin = sql_get_count(q, 10);
	if (lang >= LANG__COUNT || kind >= ARTICLE__COUNT || number == 0 || number > UINT32_MAX ||
		origin > UINT32_MAX)
		return false;
	*ret_version = (struct article_version){
		.article =
			{
				.key = sql_get_str(q, 0),
				.lang = (enum lang)lang,
				.kind = (enum article_kind)kind,
				.title = sql_get_str(q, 4),
				.summary = sql_get_str(q, 5),
				.body = sql_get_str(q, 6),
				.published = {sql_get(q, 7)},
				.updated = {sql_get(q, 8)},
				.version = (uint32_t)number,
			},
		.author = sql_get_str(q, 9),
		.origin = (uint32_t)origin,
		.withdrawn = sql_get(q, 11) != 0,
	};
	return true;
}

static enum err each(
	struct store *s, struct sql *q, size_t *ret_count, store_article_fn *fn, void *context)
{
	struct article_version version;
	size_t count = 0;
	enum err err = E_OK;
	while (err == E_OK && sql_row(q)) {
		if (get_version(q, &version))
			fn(context, &version);
		else
			err = store_complain(s, E_CORRUPT, "catalogue", "an article's values");
		count++;
	}
	enum err closed = sql_close(q);
	*ret_count = count;
	return err == E_OK ? closed : err;
}

enum err store_each_article(struct store *s, store_article_fn *fn, void *context)
{
	struct sql q;
	size_t count;
	sql_open(&q, &s->db,
		ARTICLE_COLUMNS "AS a WHERE version = (SELECT max(version) FROM article AS b"
				" WHERE b.key = a.key AND b.lang = a.lang) ORDER BY key, lang");
	return each(s, &q, &count, fn, context);
}

enum err store_find_article(struct store *s, struct str key, enum lang lang, uint32_t version,
	store_article_fn *fn, void *context)
{
	struct sql q;
	size_t count;
	sql_open(&q, &s->db,
		ARTICLE_COLUMNS "WHERE key = ? AND lang = ? AND (version = ? OR 0 = ?)"
				" ORDER BY version DESC LIMIT 1");
	sql_str(&q, key);
	sql_int(&q, lang);
	sql_int(&q, version);
	sql_int(&q, version);
	TRY(each(s, &q, &count, fn, context));
	return count > 0 ? E_OK : E_NOTFOUND;
}

enum err store_each_article_version(
	struct store *s, struct str key, enum lang lang, store_article_fn *fn, void *context)
{
	struct sql q;
	size_t count;
	sql_open(&q, &s->db, ARTICLE_COLUMNS "WHERE key = ? AND lang = ? ORDER BY version");
	sql_str(&q, key);
	sql_int(&q, lang);
	return each(s, &q, &count, fn, context);
}
