/* SPDX-License-Identifier: Apache-2.0 */
#include "store/site_content.h"

#include "store/catalogue.h"

enum err store_sightings_change(struct store *s, uint64_t *ret_change)
{
	int64_t change;
	TRY(sql_ask(
		&s->db, "SELECT max(number) FROM change WHERE what NOT LIKE 'site %'", 0, &change));
	*ret_change = (uint64_t)change;
	return E_OK;
}

/* --- settings --- */

static enum err put_setting(struct store *s, struct str name, struct str value, int64_t change)
{
	struct sql q;
	if (value.size == 0) {
		sql_open(&q, &s->db, "DELETE FROM site_setting WHERE name = ?");
		sql_str(&q, name);
		return sql_run(&q);
	}
	sql_open(&q, &s->db,
		"INSERT INTO site_setting (name, value, changed) VALUES (?, ?, ?)"
		" ON CONFLICT (name) DO UPDATE SET value = excluded.value,"
		" changed = excluded.changed");
	sql_str(&q, name);
	sql_str(&q, value);
	sql_int(&q, change);
	return sql_run(&q);
}

enum err store_put_setting(struct store *s, struct str name, struct str value, struct instant now)
{
	int64_t change;
	TRY(store_begin(s, now, "site setting", &change));
	return store_end(s, put_setting(s, name, value, change));
}

enum err store_each_setting(struct store *s, store_setting_fn *fn, void *context)
{
	struct sql q;
	sql_open(&q, &s->db, "SELECT name, value FROM site_setting ORDER BY name");
	while (sql_row(&q))
		fn(context, sql_get_str(&q, 0), sql_get_str(&q, 1));
	return sql_close(&q);
}

/* --- campaigns --- */

enum err campaign_put(struct store *s, const struct campaign *c, int64_t change)
{
	struct sql q;
	sql_open(&q, &s->db,
		"INSERT INTO campaign (key, name_vi, name_en, country, zone, begins, ends, changed)"
		" VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (key) DO UPDATE SET"
		" name_vi = excluded.name_vi, name_en = excluded.name_en,"
		" country = excluded.country, zone = excluded.zone, begins = excluded.begins,"
		" ends = excluded.ends, changed = excluded.changed");
	sql_str(&q, c->key);
	sql_str(&q, c->name[LANG_VI]);
	sql_str(&q, c->name[LANG_EN]);
	sql_str(&q, c->country);
	sql_str(&q, c->zone);
	sql_int(&q, date_instant(c->begins).seconds);
	sql_int(&q, date_instant(c->ends).seconds);
	sql_int(&q, change);
	return sql_run(&q);
}

enum err store_put_campaign(struct store *s, const struct campaign *campaign, struct instant now)
{
	int64_t change;
	TRY(store_begin(s, now, "site campaign", &change));
	return store_end(s, campaign_put(s, campaign, change));
}

enum err store_each_campaign(struct store *s, store_campaign_fn *fn, void *context)
{
	struct sql q;
	sql_open(&q, &s->db,
		"SELECT key, name_vi, name_en, country, zone, begins, ends FROM campaign"
		" ORDER BY begins, key");
	while (sql_row(&q)) {
		const struct campaign c = {
			.key = sql_get_str(&q, 0),
			.name = {[LANG_VI] = sql_get_str(&q, 1), [LANG_EN] = sql_get_str(&q, 2)},
			.country = sql_get_str(&q, 3),
			.zone = sql_get_str(&q, 4),
			.begins = instant_date((struct instant){sql_get(&q, 5)}),
			.ends = instant_date((struct instant){sql_get(&q, 6)}),
		};
		fn(context, &c);
	}
	return sql_close(&q);
}
