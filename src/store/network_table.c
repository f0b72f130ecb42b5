/* SPDX-License-Identifier: Apache-2.0 */
#include "store/catalogue.h"
#include "store/frame.h"

/* The same table imported again is the one that is there. */
static enum err find_same(struct store *s, const struct store_network_table *table, int64_t *ret_id)
{
	struct sql q;
	sql_open(&q, &s->db,
		"SELECT id FROM network_table WHERE kind = ? AND country = ? AND as_of = ?"
		" AND bytes = ? AND checksum = ?");
	sql_str(&q, table->kind);
	sql_str(&q, table->country);
	sql_int(&q, date_instant(table->as_of).seconds);
	sql_count(&q, table->bytes.size);
	sql_int(&q, (int64_t)checksum_of(table->bytes));
	int64_t id = sql_row(&q) ? sql_get(&q, 0) : 0;
	TRY(sql_close(&q));
	*ret_id = id;
	return E_OK;
}

static enum err insert(
	struct store *s, const struct store_network_table *table, int64_t id, int64_t change)
{
	struct sql q;
	sql_open(&q, &s->db,
		"INSERT INTO network_table (id, kind, country, has_v4, has_v6, as_of, name, rows,"
		" bytes, checksum, added) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
	sql_int(&q, id);
	sql_str(&q, table->kind);
	sql_str(&q, table->country);
	sql_int(&q, table->has_v4);
	sql_int(&q, table->has_v6);
	sql_int(&q, date_instant(table->as_of).seconds);
	sql_str(&q, table->name);
	sql_count(&q, table->rows);
	sql_count(&q, table->bytes.size);
	sql_int(&q, (int64_t)checksum_of(table->bytes));
	sql_int(&q, change);
	return sql_run(&q);
}

enum err store_add_network_table(struct store *s, const struct store_network_table *table,
	struct instant now, int64_t *ret_id)
{
	char name[PART_NAME_SIZE];
	int64_t id, change;
	TRY(store_require_write(s));
	TRY(find_same(s, table, &id));
	if (id == 0) {
		TRY(sql_ask(&s->db,
			"SELECT seq + 1 FROM sqlite_sequence WHERE name = 'network_table'", 1,
			&id));
		folder_file_name(FOLDER_NETWORK, id, name);
		TRY(file_put(s->folder.parts[FOLDER_NETWORK], name, table->bytes, false));
		TRY(store_begin(s, now, "network table", &change));
		TRY(store_end(s, insert(s, table, id, change)));
	}
	*ret_id = id;
	return E_OK;
}

/* How well a table suits a day: those not after it come before the others, then the nearest, then
 * the last imported. */
#define SUITS_BEST "as_of <= ?1 DESC, abs(as_of - ?1), id DESC"
#define SUITS_LEAST "as_of <= ?1, abs(as_of - ?1) DESC, id"

/* r4 and r6: rank among the tables of the same kind and country with that family; r0: among those
 * that are of no family. The best comes last: later ones win. */
static const char choose[] =
	"SELECT id, kind, country, has_v4, has_v6, as_of, name, rows, checksum FROM (SELECT *,"
	" row_number() OVER (PARTITION BY kind, country, has_v4 ORDER BY " SUITS_BEST ") AS r4,"
	" row_number() OVER (PARTITION BY kind, country, has_v6 ORDER BY " SUITS_BEST ") AS r6,"
	" row_number() OVER (PARTITION BY kind, country, has_v4 OR has_v6"
	" ORDER BY " SUITS_BEST ") AS r0 FROM network_table)"
	" WHERE (has_v4 AND r4 = 1) OR (has_v6 AND r6 = 1)"
	" OR (NOT (has_v4 OR has_v6) AND r0 = 1) ORDER BY " SUITS_LEAST;

static enum err hand_out(struct store *s, struct sql *q, store_network_fn *fn, void *context)
{
	struct mapping mapping;
	char name[PART_NAME_SIZE];
	struct store_network_table table = {
		.id = sql_get(q, 0),
		.kind = sql_get_str(q, 1),
		.country = sql_get_str(q, 2),
		.has_v4 = sql_get(q, 3) != 0,
		.has_v6 = sql_get(q, 4) != 0,
		.as_of = instant_date((struct instant){sql_get(q, 5)}),
		.name = sql_get_str(q, 6),
		.rows = sql_get_count(q, 7),
	};
	enum err err = data_folder_map(&s->folder, FOLDER_NETWORK, table.id, &mapping);
	folder_file_name(FOLDER_NETWORK, table.id, name);
	if (err != E_OK)
		return store_complain(s, E_CORRUPT, name, err_name(err));
	table.bytes = mapping.bytes;
	if (checksum_of(table.bytes) != (uint64_t)sql_get(q, 8))
		err = store_complain(s, E_CORRUPT, name, "wrong checksum");
	else
		err = fn(context, &table);
	file_unmap(&mapping);
	return err;
}

enum err store_each_network_table(
	struct store *s, struct date day, store_network_fn *fn, void *context)
{
	struct sql q;
	enum err err = E_OK;
	sql_open(&q, &s->db, choose);
	sql_int(&q, date_instant(day).seconds);
	while (err == E_OK && sql_row(&q))
		err = hand_out(s, &q, fn, context);
	enum err closed = sql_close(&q);
	return err == E_OK ? closed : err;
}
