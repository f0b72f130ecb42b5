/* SPDX-License-Identifier: Apache-2.0 */
#include "store/catalogue.h"
#include "store/site_content.h"

#define TOOL_COLUMNS                                                                               \
	"SELECT key, name, maker_vi, maker_en, purpose_vi, purpose_en, about_vi, about_en,"        \
	" hotline, mail, platforms, size, sha256, url, file, withdrawn FROM tool "

static enum err put(struct store *s, const struct tool_entry *entry, int64_t change)
{
	struct sql q;
	const struct tool *t = &entry->tool;
	sql_open(&q, &s->db,
		"INSERT OR REPLACE INTO tool (key, name, maker_vi, maker_en, purpose_vi,"
		" purpose_en, about_vi, about_en, hotline, mail, platforms, size, sha256, url,"
		" file, withdrawn, changed) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)");
	sql_str(&q, t->key);
	sql_str(&q, t->name);
	sql_str(&q, t->maker[LANG_VI]);
	sql_str(&q, t->maker[LANG_EN]);
	sql_str(&q, t->purpose[LANG_VI]);
	sql_str(&q, t->purpose[LANG_EN]);
	sql_str(&q, t->about[LANG_VI]);
	sql_str(&q, t->about[LANG_EN]);
	sql_str(&q, t->hotline);
	sql_str(&q, t->mail);
	sql_int(&q, t->platforms);
	sql_count(&q, t->size);
	sql_str(&q, t->sha256);
	sql_str(&q, t->url);
	sql_str(&q, t->file);
	sql_int(&q, entry->withdrawn);
	sql_int(&q, change);
	return sql_run(&q);
}

enum err store_put_tool(struct store *s, const struct tool_entry *entry, struct instant now)
{
	int64_t change;
	TRY(store_begin(s, now, "site tool", &change));
	return store_end(s, put(s, entry, change));
}

static bool get(struct sql *q, struct tool_entry *ret_entry)
{
	uint64_t platforms = sql_get_count(q, 10);
	if (platforms >= 1u << TOOL_PLATFORMS)
		return false;
	*ret_entry = (struct tool_entry){
		.tool =
			{
				.key = sql_get_str(q, 0),
				.name = sql_get_str(q, 1),
				.maker = {sql_get_str(q, 2), sql_get_str(q, 3)},
				.purpose = {sql_get_str(q, 4), sql_get_str(q, 5)},
				.about = {sql_get_str(q, 6), sql_get_str(q, 7)},
				.hotline = sql_get_str(q, 8),
				.mail = sql_get_str(q, 9),
				.platforms = (unsigned)platforms,
				.size = sql_get_count(q, 11),
				.sha256 = sql_get_str(q, 12),
				.url = sql_get_str(q, 13),
				.file = sql_get_str(q, 14),
			},
		.withdrawn = sql_get(q, 15) != 0,
	};
	return true;
}

static enum err each(
	struct store *s, struct sql *q, size_t *ret_count, store_tool_fn *fn, void *context)
{
	struct tool_entry entry;
	size_t count = 0;
	enum err err = E_OK;
	while (err == E_OK && sql_row(q)) {
		if (get(q, &entry))
			fn(context, &entry);
		else
			err = store_complain(s, E_CORRUPT, "catalogue", "a tool's values");
		count++;
	}
	enum err closed = sql_close(q);
	*ret_count = count;
	return err == E_OK ? closed : err;
}

enum err store_each_tool(struct store *s, store_tool_fn *fn, void *context)
{
	struct sql q;
	size_t count;
	sql_open(&q, &s->db, TOOL_COLUMNS "ORDER BY key");
	return each(s, &q, &count, fn, context);
}

enum err store_find_tool(struct store *s, struct str key, store_tool_fn *fn, void *context)
{
	struct sql q;
	size_t count;
	sql_open(&q, &s->db, TOOL_COLUMNS "WHERE key = ?");
	sql_str(&q, key);
	TRY(each(s, &q, &count, fn, context));
	return count > 0 ? E_OK : E_NOTFOUND;
}

/* --- their order --- */

static enum err replace_order(struct store *s, const struct str *keys, size_t count)
{
	struct sql q;
	TRY(sql_execute(&s->db, "DELETE FROM tool_order"));
	for (size_t i = 0; i < count; i++) {
		sql_open(&q, &s->db, "INSERT INTO tool_order (position, key) VALUES (?, ?)");
		sql_count(&q, i);
		sql_str(&q, keys[i]);
		TRY(sql_run(&q));
	}
	return E_OK;
}

enum err store_order_tools(
	struct store *s, const struct str *keys, size_t count, struct instant now)
{
	int64_t change;
	TRY(store_begin(s, now, "site order", &change));
	return store_end(s, replace_order(s, keys, count));
}

enum err store_each_ordered_tool(struct store *s, store_tool_key_fn *fn, void *context)
{
	struct sql q;
	sql_open(&q, &s->db, "SELECT key FROM tool_order ORDER BY position");
	while (sql_row(&q))
		fn(context, sql_get_str(&q, 0));
	return sql_close(&q);
}
