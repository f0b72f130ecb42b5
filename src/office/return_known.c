/* SPDX-License-Identifier: Apache-2.0 */
#include "office/return_known.h"

#include "office/return_parts.h"

enum err return_known_put(
	struct office *o, struct str campaign, int64_t org, const struct return_known *known)
{
	struct sql q;
	struct day_column from = day_column(known->from);
	struct day_column to = day_column(known->to);
	sql_open(&q, &o->db,
		"INSERT OR REPLACE INTO return_known"
		" (campaign, org, made, first, last, networks, v4, v6, sources)"
		" VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)");
	sql_str(&q, campaign);
	sql_int(&q, org);
	sql_int(&q, known->made.seconds);
	sql_str(&q, day_column_str(&from));
	sql_str(&q, day_column_str(&to));
	sql_count(&q, known->networks);
	sql_count(&q, known->addresses);
	sql_count(&q, known->nets);
	sql_str(&q, known->sources);
	return sql_run(&q);
}

enum err return_known_find(struct office *o, struct str campaign, int64_t org, struct arena *arena,
	struct return_known *ret_known)
{
	struct sql q;
	struct return_known known = {.networks = 0};
	sql_open(&q, &o->db,
		"SELECT made, first, last, networks, v4, v6, sources FROM return_known"
		" WHERE campaign = ? AND org = ?");
	sql_str(&q, campaign);
	sql_int(&q, org);
	bool found = sql_row(&q);
	if (found)
		known = (struct return_known){
			.made = {sql_get(&q, 0)},
			.from = day_column_read(sql_get_str(&q, 1)),
			.to = day_column_read(sql_get_str(&q, 2)),
			.networks = sql_get_count(&q, 3),
			.addresses = sql_get_count(&q, 4),
			.nets = sql_get_count(&q, 5),
			.sources = arena_copy(arena, sql_get_str(&q, 6)),
		};
	TRY(sql_close(&q));
	if (!found)
		return E_NOTFOUND;
	if (!known.sources.data)
		return E_NOMEM;
	*ret_known = known;
	return E_OK;
}
