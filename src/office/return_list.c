/* SPDX-License-Identifier: Apache-2.0 */
/* Organisations behind the numbers of a return. */
#include "base/limits.h"
#include "model/site.h"
#include "office/return_parts.h"

/* Ten digits, or ten and three of a branch, with or without the hyphen (Circular 105/2020/TT-BTC,
 * article 5). */
bool tax_code_tidy(struct str said, char ret_digits[14])
{
	size_t size = 0;
	said = str_trim(said);
	for (size_t i = 0; i < said.size; i++) {
		char c = said.data[i];
		if (c == '-' && i == 10)
			continue;
		if (c < '0' || c > '9' || size == 13)
			return false;
		ret_digits[size++] = c;
	}
	ret_digits[size] = '\0';
	return size == 10 || size == 13;
}

static enum err insert_listed(
	struct office *o, int64_t list, struct str field, const char *code, struct str name)
{
	struct sql q;
	sql_open(&q, &o->db,
		"INSERT INTO return_listed (list, field, tax_code, name) VALUES (?, ?, ?, ?)"
		" ON CONFLICT (list, field, tax_code) DO NOTHING");
	sql_int(&q, list);
	sql_str(&q, field);
	sql_str(&q, str_from(code));
	sql_str(&q, name);
	return sql_run(&q);
}

static enum err add_one(struct office *o, int64_t list, const struct return_form *form,
	const struct listed_org *org)
{
	char code[14];
	if (!tax_code_tidy(org->tax_code, code) || !site_line_valid(org->name))
		return E_SYNTAX;
	for (size_t i = 0; i < form->row_count; i++)
		if (form->rows[i].listed && (org->rows >> i & 1))
			TRY(insert_listed(o, list, form->rows[i].key, code, org->name));
	return E_OK;
}

enum err return_list_add(struct office *o, const struct return_form *form,
	const struct listed_org *orgs, size_t count, struct instant now, int64_t *ret_list,
	size_t *ret_bad)
{
	struct sql q;
	if (count > LIMIT_RETURN_LISTED)
		return E_LIMIT;
	sql_open(&q, &o->db, "INSERT INTO return_list (made) VALUES (?)");
	sql_int(&q, now.seconds);
	TRY(sql_run(&q));
	int64_t list = database_last_id(&o->db);
	for (size_t i = 0; i < count; i++) {
		*ret_bad = i;
		TRY(add_one(o, list, form, &orgs[i]));
	}
	*ret_list = list;
	return E_OK;
}

/* Rows of the form as bits; a key that no row has is left out. */
static enum err read_rows(struct office *o, int64_t list, const struct return_form *form,
	struct str tax_code, uint64_t *ret_rows)
{
	struct sql q;
	uint64_t rows = 0;
	sql_open(&q, &o->db, "SELECT field FROM return_listed WHERE list = ? AND tax_code = ?");
	sql_int(&q, list);
	sql_str(&q, tax_code);
	while (sql_row(&q)) {
		size_t row = form_find(form, sql_get_str(&q, 0));
		if (row < form->row_count)
			rows |= UINT64_C(1) << row;
	}
	*ret_rows = rows;
	return sql_close(&q);
}

enum err return_list_each(struct office *o, int64_t list, const struct return_form *form,
	listed_org_fn *fn, void *context)
{
	struct sql q;
	enum err err = E_OK;
	sql_open(&q, &o->db,
		"SELECT tax_code, max(name) FROM return_listed WHERE list = ? GROUP BY tax_code"
		" ORDER BY tax_code");
	sql_int(&q, list);
	while (err == E_OK && sql_row(&q)) {
		struct listed_org org = {sql_get_str(&q, 0), sql_get_str(&q, 1), 0};
		err = read_rows(o, list, form, org.tax_code, &org.rows);
		if (err == E_OK)
			err = fn(context, &org);
	}
	enum err closed = sql_close(&q);
	return err == E_OK ? closed : err;
}
