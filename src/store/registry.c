/* SPDX-License-Identifier: Apache-2.0 */
#include "os/system.h"
#include "store/catalogue.h"

/* --- feeds --- */

static enum err put_feed(struct store *s, const struct feed_info *feed)
{
	struct sql q;
	sql_open(&q, &s->db,
		"INSERT INTO feed (name, title, tlp, public_check, public_stats, may_export, kind,"
		" kind_set, precision, frequency, simulated, format, map)"
		" VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?)"
		" ON CONFLICT (name) DO UPDATE SET title = excluded.title, tlp = excluded.tlp,"
		" public_check = excluded.public_check, public_stats = excluded.public_stats,"
		" may_export = excluded.may_export, kind = excluded.kind,"
		" kind_set = excluded.kind_set, precision = excluded.precision,"
		" frequency = excluded.frequency, simulated = excluded.simulated,"
		" format = excluded.format, map = excluded.map");
	sql_str(&q, feed->name);
	sql_str(&q, feed->title);
	sql_int(&q, feed->tlp);
	sql_int(&q, feed->public_check);
	sql_int(&q, feed->public_stats);
	sql_int(&q, feed->may_export);
	sql_int(&q, feed->kind);
	sql_int(&q, feed->kind_set);
	sql_int(&q, feed->precision);
	sql_int(&q, feed->frequency);
	sql_int(&q, feed->simulated);
	sql_str(&q, feed->format);
	sql_str(&q, feed->map);
	return sql_run(&q);
}

enum err store_put_feed(struct store *s, const struct feed_info *feed)
{
	int64_t change;
	if (!feed_name_valid(feed->name))
		return E_SYNTAX;
	TRY(store_begin(s, system_now(), "feed", &change));
	return store_end(s, put_feed(s, feed));
}

static struct feed_info get_feed(struct sql *q)
{
	return (struct feed_info){
		.name = sql_get_str(q, 0),
		.title = sql_get_str(q, 1),
		.tlp = (enum tlp)sql_get(q, 2),
		.public_check = sql_get(q, 3) != 0,
		.public_stats = sql_get(q, 4) != 0,
		.may_export = sql_get(q, 5) != 0,
		.kind = (enum kind)sql_get(q, 6),
		.kind_set = sql_get(q, 7) != 0,
		.precision = (enum precision)sql_get(q, 8),
		.frequency = (uint32_t)sql_get(q, 9),
		.simulated = sql_get(q, 10) != 0,
		.format = sql_get_str(q, 11),
		.map = sql_get_str(q, 12),
	};
}

static bool feed_valid(const struct feed_info *feed)
{
	return (unsigned)feed->tlp < TLP__COUNT && (unsigned)feed->kind < KIND__COUNT &&
	       (unsigned)feed->precision < PRECISION__COUNT && feed_name_valid(feed->name);
}

static enum err each_feed(
	struct store *s, struct sql *q, size_t *ret_count, store_feed_fn *fn, void *context)
{
	size_t count = 0;
	enum err err = E_OK;
	while (err == E_OK && sql_row(q)) {
		struct feed_info feed = get_feed(q);
		if (feed_valid(&feed))
			fn(context, &feed);
		else
			err = store_complain(s, E_CORRUPT, "catalogue", "a feed's values");
		count++;
	}
	enum err closed = sql_close(q);
	*ret_count = count;
	return err == E_OK ? closed : err;
}

#define FEED_COLUMNS                                                                               \
	"SELECT name, title, tlp, public_check, public_stats, may_export, kind, kind_set,"         \
	" precision, frequency, simulated, format, map FROM feed "

enum err store_each_feed(struct store *s, store_feed_fn *fn, void *context)
{
	struct sql q;
	size_t count;
	sql_open(&q, &s->db, FEED_COLUMNS "ORDER BY name");
	return each_feed(s, &q, &count, fn, context);
}

enum err store_find_feed(struct store *s, struct str name, store_feed_fn *fn, void *context)
{
	struct sql q;
	size_t count;
	sql_open(&q, &s->db, FEED_COLUMNS "WHERE name = ?");
	sql_str(&q, name);
	TRY(each_feed(s, &q, &count, fn, context));
	return count > 0 ? E_OK : E_NOTFOUND;
}

/* --- name rules --- */

static enum err replace_rules(
	struct store *s, struct str source, const struct name_rule *rules, size_t count)
{
	struct sql q;
	sql_open(&q, &s->db, "DELETE FROM name_rule WHERE source = ?");
	sql_str(&q, source);
	TRY(sql_run(&q));
	for (size_t i = 0; i < count; i++) {
		sql_open(&q, &s->db,
			"INSERT INTO name_rule (source, pattern, botnet) VALUES (?, ?, ?)");
		sql_str(&q, source);
		sql_str(&q, rules[i].pattern);
		sql_str(&q, rules[i].botnet);
		TRY(sql_run(&q));
	}
	return E_OK;
}

enum err store_put_name_rules(
	struct store *s, struct str source, const struct name_rule *rules, size_t count)
{
	int64_t change;
	TRY(store_begin(s, system_now(), "name rules", &change));
	return store_end(s, replace_rules(s, source, rules, count));
}

enum err store_each_name_rule(struct store *s, store_rule_fn *fn, void *context)
{
	struct sql q;
	sql_open(&q, &s->db, "SELECT pattern, botnet, source FROM name_rule ORDER BY id");
	while (sql_row(&q)) {
		struct name_rule rule = {
			.pattern = sql_get_str(&q, 0),
			.botnet = sql_get_str(&q, 1),
			.source = sql_get_str(&q, 2),
		};
		fn(context, &rule);
	}
	return sql_close(&q);
}

/* --- allowances --- */

static enum err put_allowance(struct store *s, const struct allowance *allowance, int64_t change)
{
	struct sql q;
	sql_open(&q, &s->db,
		"INSERT INTO allowance (prefix, length, until, why, added) VALUES (?, ?, ?, ?, ?)"
		" ON CONFLICT (prefix, length) DO UPDATE SET until = excluded.until,"
		" why = excluded.why, added = excluded.added");
	sql_blob(&q,
		(struct bytes){allowance->prefix.ip.octets, sizeof(allowance->prefix.ip.octets)});
	sql_int(&q, allowance->prefix.length);
	sql_int(&q, allowance->until.seconds);
	sql_str(&q, allowance->why);
	sql_int(&q, change);
	return sql_run(&q);
}

enum err store_allow(struct store *s, const struct allowance *allowance, struct instant now)
{
	int64_t change;
	TRY(store_begin(s, now, "allow", &change));
	return store_end(s, put_allowance(s, allowance, change));
}

static bool get_allowance(struct sql *q, struct allowance *ret_allowance)
{
	struct allowance a = {
		.prefix = {.length = (uint8_t)sql_get(q, 1)},
		.until = {sql_get(q, 2)},
		.why = sql_get_str(q, 3),
	};
	struct bytes octets = sql_get_blob(q, 0);
	if (octets.size != sizeof(a.prefix.ip.octets) || sql_get(q, 1) < 0 || sql_get(q, 1) > 128)
		return false;
	memcpy(a.prefix.ip.octets, octets.data, octets.size);
	*ret_allowance = a;
	return true;
}

enum err store_each_allowance(struct store *s, store_allow_fn *fn, void *context)
{
	struct sql q;
	struct allowance allowance;
	enum err err = E_OK;
	sql_open(&q, &s->db,
		"SELECT prefix, length, until, why FROM allowance ORDER BY prefix, length");
	while (err == E_OK && sql_row(&q)) {
		if (get_allowance(&q, &allowance))
			fn(context, &allowance);
		else
			err = store_complain(s, E_CORRUPT, "catalogue", "an allowance's prefix");
	}
	enum err closed = sql_close(&q);
	return err == E_OK ? closed : err;
}
