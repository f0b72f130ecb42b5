/* SPDX-License-Identifier: Apache-2.0 */
#include "office/org_columns.h"

#include <assert.h>

#include "office/org_fold.h"

enum {
	NAME_BYTES = 256
};

static const struct str names[] = {
	[COLUMN_CODE] = STR_INIT("code"),
	[COLUMN_PARENT] = STR_INIT("parent"),
	[COLUMN_NAME_VI] = STR_INIT("name_vi"),
	[COLUMN_NAME_EN] = STR_INIT("name_en"),
	[COLUMN_LEVEL] = STR_INIT("level"),
	[COLUMN_KIND] = STR_INIT("kind"),
	[COLUMN_TAX_CODE] = STR_INIT("tax_code"),
	[COLUMN_MAIL] = STR_INIT("mail"),
	[COLUMN_PHONE] = STR_INIT("phone"),
	[COLUMN_SINCE] = STR_INIT("since"),
	[COLUMN_UNTIL] = STR_INIT("until"),
	[COLUMN_SUCCESSOR] = STR_INIT("successor"),
};
static_assert(sizeof(names) / sizeof(names[0]) == COLUMN__COUNT, "a name each");
static_assert((int)COLUMN_UNTIL + 1 == (int)ORG_EXPORT_COLUMNS, "all but successors are written");

/* As they are folded. */
static const struct {
	struct str folded;
	enum org_column column;
} others[] = {
	{STR_INIT("ma"), COLUMN_CODE},
	{STR_INIT("ma don vi"), COLUMN_CODE},
	{STR_INIT("cap tren"), COLUMN_PARENT},
	{STR_INIT("ma cap tren"), COLUMN_PARENT},
	{STR_INIT("don vi cap tren"), COLUMN_PARENT},
	{STR_INIT("truc thuoc"), COLUMN_PARENT},
	{STR_INIT("ten"), COLUMN_NAME_VI},
	{STR_INIT("ten don vi"), COLUMN_NAME_VI},
	{STR_INIT("ten tieng viet"), COLUMN_NAME_VI},
	{STR_INIT("name vi"), COLUMN_NAME_VI},
	{STR_INIT("name"), COLUMN_NAME_VI},
	{STR_INIT("ten tieng anh"), COLUMN_NAME_EN},
	{STR_INIT("name en"), COLUMN_NAME_EN},
	{STR_INIT("cap"), COLUMN_LEVEL},
	{STR_INIT("loai"), COLUMN_KIND},
	{STR_INIT("loai hinh"), COLUMN_KIND},
	{STR_INIT("ma so thue"), COLUMN_TAX_CODE},
	{STR_INIT("tax code"), COLUMN_TAX_CODE},
	{STR_INIT("thu dien tu"), COLUMN_MAIL},
	{STR_INIT("email"), COLUMN_MAIL},
	{STR_INIT("dien thoai"), COLUMN_PHONE},
	{STR_INIT("so dien thoai"), COLUMN_PHONE},
	{STR_INIT("tu ngay"), COLUMN_SINCE},
	{STR_INIT("den truoc ngay"), COLUMN_UNTIL},
	{STR_INIT("don vi ke thua"), COLUMN_SUCCESSOR},
};

struct str org_export_column(size_t i)
{
	return i < COLUMN__COUNT ? names[i] : STR("");
}

static bool find_folded(struct str folded, enum org_column *ret_column)
{
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		if (!str_equal(folded, others[i].folded))
			continue;
		*ret_column = others[i].column;
		return true;
	}
	return false;
}

bool org_column_parse(struct str name, enum org_column *ret_column)
{
	struct writer w;
	for (enum org_column i = 0; i < COLUMN__COUNT; i++) {
		if (!str_equal_nocase(str_trim(name), names[i]))
			continue;
		*ret_column = i;
		return true;
	}
	writer_init(&w, NAME_BYTES);
	bool found = org_fold(&w, str_trim(name)) == E_OK &&
		     find_folded(writer_view_str(&w), ret_column);
	writer_release(&w);
	return found;
}

struct str org_kind_name(enum org_kind kind)
{
	return kind == ORG_ENTERPRISE ? STR("enterprise") : STR("agency");
}

bool org_kind_parse(struct str name, enum org_kind *ret_kind)
{
	static const struct {
		struct str folded;
		enum org_kind kind;
	} kinds[] = {{STR_INIT(""), ORG_AGENCY}, {STR_INIT("agency"), ORG_AGENCY},
		{STR_INIT("co quan"), ORG_AGENCY}, {STR_INIT("to chuc"), ORG_AGENCY},
		{STR_INIT("co quan, to chuc"), ORG_AGENCY},
		{STR_INIT("enterprise"), ORG_ENTERPRISE},
		{STR_INIT("doanh nghiep"), ORG_ENTERPRISE}};
	struct writer w;
	bool found = false;
	writer_init(&w, NAME_BYTES);
	if (org_fold(&w, str_trim(name)) == E_OK)
		for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]) && !found; i++) {
			found = str_equal(writer_view_str(&w), kinds[i].folded);
			if (found)
				*ret_kind = kinds[i].kind;
		}
	writer_release(&w);
	return found;
}

/* Day, month, year, as people write them here. */
static bool parse_slashes(struct str text, struct date *ret_day)
{
	struct str month, year;
	uint64_t d, m, y;
	struct str day = str_cut(text, '/', &month);
	month = str_cut(month, '/', &year);
	if (!str_to_u64(day, 31, &d) || !str_to_u64(month, 12, &m) || year.size != 4 ||
		!str_to_u64(year, 9999, &y))
		return false;
	struct writer w;
	writer_init(&w, 16);
	writer_padded(&w, y, 4);
	writer_char(&w, '-');
	writer_padded(&w, m, 2);
	writer_char(&w, '-');
	writer_padded(&w, d, 2);
	bool fine = writer_end(&w) == E_OK && date_parse(writer_view_str(&w), ret_day);
	writer_release(&w);
	return fine;
}

bool org_day_parse(struct str text, struct date *ret_day)
{
	struct date day;
	size_t midnight = str_find(text, STR("T00:00:00"));
	text = str_trim((struct str){text.data, midnight});
	if (!date_parse(text, &day) && !parse_slashes(text, &day))
		return false;
	if (day.year < 1 || day.year >= 9999) /* 9999-12-31 is no end at all */
		return false;
	*ret_day = day;
	return true;
}
