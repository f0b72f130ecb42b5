/* SPDX-License-Identifier: Apache-2.0 */
#include "office/feed_day.h"

#include "office/tables.h"

/* hours: 24 numbers of 4 bytes, little-endian; NULL: the feed knows days only. */
const char office_feed_tables[] =
	"CREATE TABLE feed_count (feed TEXT PRIMARY KEY, change INTEGER NOT NULL)"
	" STRICT, WITHOUT ROWID;"
	"CREATE TABLE feed_day (feed TEXT NOT NULL, day INTEGER NOT NULL, v4 INTEGER NOT NULL,"
	" v6 INTEGER NOT NULL, hours BLOB, PRIMARY KEY (feed, day))"
	" STRICT, WITHOUT ROWID;";

enum err feed_days_change(struct office *o, struct str feed, uint64_t *ret_change)
{
	struct sql q;
	sql_open(&q, &o->db, "SELECT change FROM feed_count WHERE feed = ?");
	sql_str(&q, feed);
	uint64_t change = sql_row(&q) ? (uint64_t)sql_get(&q, 0) : 0;
	TRY(sql_close(&q));
	*ret_change = change;
	return E_OK;
}

enum {
	HOURS_BYTES = FEED_DAY_HOURS * 4
};

static struct bytes hours_bytes(const struct feed_day *day, uint8_t room[HOURS_BYTES])
{
	for (size_t i = 0; i < HOURS_BYTES; i++)
		room[i] = (uint8_t)(day->hours[i / 4] >> (i % 4 * 8));
	return (struct bytes){room, HOURS_BYTES};
}

static void read_hours(struct feed_day *day, struct bytes bytes)
{
	day->hours_known = bytes.size == HOURS_BYTES;
	for (size_t i = 0; day->hours_known && i < HOURS_BYTES; i++)
		day->hours[i / 4] |= (uint32_t)bytes.data[i] << (i % 4 * 8);
}

static enum err put_day(struct office *o, struct str feed, const struct feed_day *day)
{
	struct sql q;
	uint8_t room[HOURS_BYTES];
	sql_open(&q, &o->db,
		"INSERT INTO feed_day (feed, day, v4, v6, hours) VALUES (?, ?, ?, ?, ?)");
	sql_str(&q, feed);
	sql_int(&q, day->day);
	sql_int(&q, (int64_t)day->v4);
	sql_int(&q, (int64_t)day->v6);
	if (day->hours_known)
		sql_blob(&q, hours_bytes(day, room));
	else
		sql_null(&q);
	return sql_run(&q);
}

enum err feed_days_put(struct office *o, struct str feed, uint64_t change,
	const struct feed_day *days, size_t count)
{
	struct sql q;
	sql_open(&q, &o->db, "DELETE FROM feed_day WHERE feed = ?");
	sql_str(&q, feed);
	TRY(sql_run(&q));
	sql_open(&q, &o->db, "INSERT OR REPLACE INTO feed_count (feed, change) VALUES (?, ?)");
	sql_str(&q, feed);
	sql_int(&q, (int64_t)change);
	TRY(sql_run(&q));
	for (size_t i = 0; i < count; i++)
		TRY(put_day(o, feed, &days[i]));
	return E_OK;
}

enum err feed_days_each(
	struct office *o, struct str feed, int64_t from, feed_day_fn *fn, void *context)
{
	struct sql q;
	enum err err = E_OK;
	sql_open(&q, &o->db,
		"SELECT feed, day, v4, v6, hours FROM feed_day"
		" WHERE (?1 = '' OR feed = ?1) AND day >= ?2 ORDER BY feed, day");
	sql_str(&q, feed);
	sql_int(&q, from);
	while (err == E_OK && sql_row(&q)) {
		struct feed_day day = {.day = sql_get(&q, 1),
			.v4 = (uint64_t)sql_get(&q, 2),
			.v6 = (uint64_t)sql_get(&q, 3)};
		read_hours(&day, sql_get_blob(&q, 4));
		err = fn(context, sql_get_str(&q, 0), &day);
	}
	enum err closed = sql_close(&q);
	return err == E_OK ? closed : err;
}
