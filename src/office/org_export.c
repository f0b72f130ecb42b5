/* SPDX-License-Identifier: Apache-2.0 */
#include "base/limits.h"
#include "office/org_columns.h"
#include "office/org_parts.h"

/* From the top down on that day. Nobody began before who stands above. */
static const char tree[] =
	"WITH RECURSIVE tree(org, parent, level, since) AS"
	" (SELECT org, '', 1, since FROM org_version WHERE parent = 0 AND since <= ?1"
	" AND until > ?1 UNION ALL SELECT v.org, p.code, tree.level + 1, max(tree.since, v.since)"
	" FROM tree JOIN org p ON p.id = tree.org JOIN org_version v ON v.parent = tree.org"
	" AND v.since <= ?1 AND v.until > ?1 WHERE tree.level < ?2)"
	" SELECT " ORG_COLUMNS ", tree.parent, tree.since FROM tree JOIN org o ON o.id = tree.org"
	" JOIN org_version v ON v.org = tree.org AND v.since <= ?1 AND v.until > ?1"
	" ORDER BY tree.level, o.code";

static enum err hand_on(struct sql *q, org_export_fn *fn, void *context)
{
	struct org org = org_row(q);
	const struct org_export_row row = {
		.cells = {[COLUMN_CODE] = org.code,
			[COLUMN_PARENT] = sql_get_str(q, ORG_COLUMN_COUNT),
			[COLUMN_NAME_VI] = org.name[LANG_VI],
			[COLUMN_NAME_EN] = org.name[LANG_EN],
			[COLUMN_LEVEL] = org.level,
			[COLUMN_KIND] = org_kind_name(org.kind),
			[COLUMN_TAX_CODE] = org.tax_code,
			[COLUMN_MAIL] = org.mail,
			[COLUMN_PHONE] = org.phone,
			[COLUMN_SINCE] = sql_get_str(q, ORG_COLUMN_COUNT + 1),
			[COLUMN_UNTIL] = STR("")},
	};
	return fn(context, &row);
}

enum err org_export(struct office *o, struct date day, org_export_fn *fn, void *context)
{
	struct sql q;
	enum err err = E_OK;
	struct day_text on = day_text(day);
	sql_open(&q, &o->db, tree);
	sql_str(&q, day_str(&on));
	sql_int(&q, LIMIT_ORG_DEPTH);
	while (err == E_OK && sql_row(&q))
		err = hand_on(&q, fn, context);
	enum err closed = sql_close(&q);
	return err == E_OK ? closed : err;
}
