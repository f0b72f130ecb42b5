/* SPDX-License-Identifier: Apache-2.0 */
#include "office/setting.h"

#include <assert.h>

#include "office/audit.h"
#include "office/tables.h"

const char office_setting_tables[] =
	"CREATE TABLE setting (name TEXT PRIMARY KEY, value INTEGER NOT NULL)"
	" STRICT, WITHOUT ROWID;";

static const struct setting_form forms[] = {
	[SETTING_REMIND_BEFORE_FIRST] = {STR_INIT("remind-before-first"), 0, 60, 7},
	[SETTING_REMIND_BEFORE_LAST] = {STR_INIT("remind-before-last"), 0, 60, 1},
	[SETTING_REMIND_AFTER_FIRST] = {STR_INIT("remind-after-first"), 0, 60, 1},
	[SETTING_REMIND_AFTER_EVERY] = {STR_INIT("remind-after-every"), 1, 60, 7},
	[SETTING_REMIND_AFTER_MOST] = {STR_INIT("remind-after-most"), 0, 12, 3},
	[SETTING_DIGEST] = {STR_INIT("digest"), 0, 1, 1},
	[SETTING_MAIL_HOUR] = {STR_INIT("mail-hour"), 0, 23, 8},
};
static_assert(sizeof(forms) / sizeof(forms[0]) == SETTING__COUNT, "every setting has a form");

const struct setting_form *setting_form(enum setting setting)
{
	return &forms[setting];
}

bool setting_parse(struct str name, enum setting *ret_setting)
{
	for (enum setting s = 0; s < SETTING__COUNT; s++)
		if (str_equal(name, forms[s].name)) {
			*ret_setting = s;
			return true;
		}
	return false;
}

static bool in_range(enum setting setting, int64_t value)
{
	return value >= forms[setting].least && value <= forms[setting].most;
}

enum err settings_read(struct office *o, struct settings *ret_settings)
{
	struct sql q;
	struct settings settings;
	for (enum setting s = 0; s < SETTING__COUNT; s++)
		settings.of[s] = forms[s].usual;
	sql_open(&q, &o->db, "SELECT name, value FROM setting");
	while (sql_row(&q)) {
		enum setting setting;
		int64_t value = sql_get(&q, 1);
		/* One that another version knew, or a range that is narrower today. */
		if (setting_parse(sql_get_str(&q, 0), &setting) && in_range(setting, value))
			settings.of[setting] = value;
	}
	TRY(sql_close(&q));
	*ret_settings = settings;
	return E_OK;
}

static enum err note(struct office *o, const struct actor *by, enum setting setting, int64_t value,
	struct instant now)
{
	struct writer detail;
	struct audit_entry entry = actor_entry(by, now, "setting.put");
	writer_init(&detail, 64);
	writer_decimal(&detail, (uint64_t)value);
	entry.object = forms[setting].name;
	entry.detail = writer_view_str(&detail);
	enum err err = writer_end(&detail);
	if (err == E_OK)
		err = audit_add(o, &entry);
	writer_release(&detail);
	return err;
}

enum err setting_put(struct office *o, const struct actor *by, enum setting setting, int64_t value,
	struct instant now)
{
	struct sql q;
	struct settings before;
	if (!in_range(setting, value))
		return E_RANGE;
	TRY(settings_read(o, &before));
	if (before.of[setting] == value)
		return E_OK;
	sql_open(&q, &o->db,
		"INSERT INTO setting (name, value) VALUES (?1, ?2)"
		" ON CONFLICT (name) DO UPDATE SET value = ?2");
	sql_str(&q, forms[setting].name);
	sql_int(&q, value);
	TRY(sql_run(&q));
	return note(o, by, setting, value, now);
}
