/* SPDX-License-Identifier: Apache-2.0 */
#include "account_scene.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "office/audit.h"

const struct actor machine = {.role = ROLE_OPERATOR, .lang = LANG_VI};

int64_t account_scene_begin(struct office_scene *scene)
{
	office_scene_begin(scene);
	assert_int_equal(
		sql_execute(&scene->office.db, "INSERT INTO org (code, kind) VALUES ('01', 0)"),
		E_OK);
	return database_last_id(&scene->office.db);
}

int64_t account_scene_add(struct office_scene *scene, const char *mail, enum role role, int64_t org)
{
	int64_t id = 0;
	const struct account account = {
		.mail = str_from(mail), .name = STR("Nguyễn Thị Lan"), .role = role, .org = org};
	assert_int_equal(CHANGE(scene, account_add(&scene->office, &machine, &account,
					       (struct instant){T}, &id)),
		E_OK);
	return id;
}

int64_t account_scene_active(
	struct office_scene *scene, const char *mail, enum role role, int64_t org)
{
	const struct password_hash none = {
		"$argon2id$v=19$m=65536,t=3,p=1$c2FsdHNhbHRzYWx0$aGFzaA"};
	int64_t id = account_scene_add(scene, mail, role, org);
	assert_int_equal(CHANGE(scene, account_set_password(&scene->office, &machine, id, &none, 0,
					       (struct instant){T})),
		E_OK);
	return id;
}

struct account account_scene_find(struct office_scene *scene, int64_t id)
{
	struct account account = {0};
	assert_int_equal(account_find(&scene->office, id, &scene->arena, &account), E_OK);
	return account;
}

struct wanted {
	struct str what;
	size_t count;
};

static enum err count_entry(void *context, const struct audit_entry *entry)
{
	struct wanted *wanted = context;
	wanted->count += str_equal(entry->what, wanted->what);
	return E_OK;
}

size_t account_scene_logged(struct office_scene *scene, const char *what)
{
	struct wanted wanted = {str_from(what), 0};
	assert_int_equal(audit_each(&scene->office, 0, 0, 10000, count_entry, &wanted), E_OK);
	return wanted.count;
}

int64_t account_scene_ask(struct office_scene *scene, const char *question)
{
	int64_t value = -1;
	assert_int_equal(sql_ask(&scene->office.db, question, -1, &value), E_OK);
	return value;
}
