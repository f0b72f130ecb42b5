/* SPDX-License-Identifier: Apache-2.0 */
#include "office/account_list.h"

#include <assert.h>
#include <stdio.h>

#include "office/account_parts.h"

enum {
	QUERY_BYTES = 2048
};

static const struct {
	struct str name;
	const char *columns[2]; /* upwards, downwards; ties by address */
} orders[] = {
	[ACCOUNT_BY_MAIL] = {STR_INIT("mail"), {"account.mail", "account.mail DESC"}},
	[ACCOUNT_BY_NAME] = {STR_INIT("name"),
		{"account.name, account.mail", "account.name DESC, account.mail"}},
	[ACCOUNT_BY_ROLE] = {STR_INIT("role"),
		{"account.role, account.mail", "account.role DESC, account.mail"}},
	[ACCOUNT_BY_STATE] = {STR_INIT("state"),
		{"account.state, account.mail", "account.state DESC, account.mail"}},
	[ACCOUNT_BY_SEEN] = {STR_INIT("seen"),
		{"account.seen, account.mail", "account.seen DESC, account.mail"}},
};
static_assert(sizeof(orders) / sizeof(orders[0]) == ACCOUNT_ORDER__COUNT, "each has a name");

bool account_order_parse(struct str sort, enum account_order *ret_order, bool *ret_down)
{
	*ret_order = ACCOUNT_BY_MAIL;
	*ret_down = str_starts(sort, STR("-"));
	if (*ret_down)
		sort = (struct str){sort.data + 1, sort.size - 1};
	for (enum account_order order = 0; order < ACCOUNT_ORDER__COUNT; order++)
		if (str_equal(sort, orders[order].name)) {
			*ret_order = order;
			return true;
		}
	*ret_down = false;
	return false;
}

/* ?1 the unit, ?2 words, ?3 role, ?4 state. A question of its own for everybody, so that each goes
 * by an index. */
#define CHOSEN                                                                                     \
	" (?2 = '' OR instr(lower(account.mail || ' ' || account.name), lower(?2)) > 0)"           \
	" AND (?3 < 0 OR account.role = ?3) AND (?4 < 0 OR account.state = ?4)"
#define EVERYBODY " FROM account WHERE ?1 = 0 AND" CHOSEN
#define BELOW                                                                                      \
	" FROM org_above AS a CROSS JOIN account ON account.org = a.below"                         \
	" WHERE a.campaign = '' AND a.above = ?1 AND" CHOSEN

static void bind(struct sql *q, const struct account_filter *f)
{
	sql_int(q, f->org);
	sql_str(q, f->words.data ? f->words : STR(""));
	sql_int(q, f->role);
	sql_int(q, f->state);
}

enum err account_count(struct office *o, const struct account_filter *filter, uint64_t *ret_count)
{
	struct sql q;
	sql_open(&q, &o->db,
		filter->org == 0 ? "SELECT count(*)" EVERYBODY : "SELECT count(*)" BELOW);
	bind(&q, filter);
	uint64_t count = sql_row(&q) ? sql_get_count(&q, 0) : 0;
	TRY(sql_close(&q));
	*ret_count = count;
	return E_OK;
}

enum err account_each_of(struct office *o, const struct account_filter *filter,
	const struct account_slice *slice, account_fn *fn, void *context)
{
	struct sql q;
	char text[QUERY_BYTES];
	enum err err = E_OK;
	snprintf(text, sizeof(text), "SELECT " ACCOUNT_COLUMNS "%s ORDER BY %s LIMIT ?5 OFFSET ?6",
		filter->org == 0 ? EVERYBODY : BELOW, orders[slice->order].columns[slice->down]);
	sql_open(&q, &o->db, text);
	bind(&q, filter);
	sql_count(&q, slice->limit);
	sql_count(&q, slice->skip);
	while (err == E_OK && sql_row(&q)) {
		struct account account = account_read(&q, 0);
		err = fn(context, &account);
	}
	enum err closed = sql_close(&q);
	return err == E_OK ? closed : err;
}

/* --- open links --- */

/* ?1 the unit, ?2 now. */
#define OPEN_LINKS                                                                                 \
	" FROM invitation AS i JOIN account ON account.id = i.account"                             \
	" LEFT JOIN account AS m ON m.id = i.made_by"                                              \
	" WHERE i.closed = 0 AND i.ends > ?2 AND account.state = CASE i.kind WHEN 0 THEN 0 ELSE "  \
	"1 "                                                                                       \
	"END AND (?1 = 0 OR account.org IN (SELECT below FROM org_above"                           \
	" WHERE campaign = '' AND above = ?1))"

enum err open_link_count(struct office *o, int64_t org, struct instant now, uint64_t *ret_count)
{
	struct sql q;
	sql_open(&q, &o->db, "SELECT count(*)" OPEN_LINKS);
	sql_int(&q, org);
	sql_int(&q, now.seconds);
	uint64_t count = sql_row(&q) ? sql_get_count(&q, 0) : 0;
	TRY(sql_close(&q));
	*ret_count = count;
	return E_OK;
}

enum err open_link_each(struct office *o, int64_t org, struct instant now, size_t skip,
	size_t limit, open_link_fn *fn, void *context)
{
	struct sql q;
	enum err err = E_OK;
	sql_open(&q, &o->db,
		"SELECT i.id, i.kind, i.made_by, i.made, i.ends, coalesce(m.mail, "
		"'')," ACCOUNT_COLUMNS OPEN_LINKS " ORDER BY i.id DESC LIMIT ?3 OFFSET ?4");
	sql_int(&q, org);
	sql_int(&q, now.seconds);
	sql_count(&q, limit);
	sql_count(&q, skip);
	while (err == E_OK && sql_row(&q)) {
		const struct open_link link = {.invitation = {.id = sql_get(&q, 0),
						       .kind = (enum invitation_kind)sql_get(&q, 1),
						       .made_by = sql_get(&q, 2),
						       .made = {sql_get(&q, 3)},
						       .ends = {sql_get(&q, 4)},
						       .account = account_read(&q, 6)},
			.made_by_mail = sql_get_str(&q, 5)};
		err = fn(context, &link);
	}
	enum err closed = sql_close(&q);
	return err == E_OK ? closed : err;
}

enum err open_link_find(struct office *o, int64_t id, struct instant now, struct arena *arena,
	struct account *ret_account)
{
	struct sql q;
	sql_open(&q, &o->db,
		"SELECT account FROM invitation WHERE id = ? AND closed = 0 AND ends > ?");
	sql_int(&q, id);
	sql_int(&q, now.seconds);
	int64_t account = sql_row(&q) ? sql_get(&q, 0) : 0;
	TRY(sql_close(&q));
	return account ? account_find(o, account, arena, ret_account) : E_NOTFOUND;
}
