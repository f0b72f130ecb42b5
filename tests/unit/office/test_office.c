/* SPDX-License-Identifier: Apache-2.0 */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "office/audit.h"
#include "office/outbox.h"
#include "office_scene.h"

enum {
	T = 1602720000 /* 2020-10-15T00:00:00Z */
};

static int begin(void **state)
{
	static struct office_scene scene;
	office_scene_begin(&scene);
	*state = &scene;
	return 0;
}

static int end(void **state)
{
	office_scene_end(*state);
	return 0;
}

static void reopen(struct office_scene *scene, bool write)
{
	office_close(&scene->office);
	assert_int_equal(office_open(&scene->office, scene->folder, write), E_OK);
}

static void is_private_and_opens_again(void **state)
{
	struct office_scene *scene = *state;
	struct stat folder, file;
	char path[128];
	snprintf(path, sizeof(path), "%s/office", scene->folder);
	assert_int_equal(stat(path, &folder), 0);
	assert_int_equal(folder.st_mode & 0777, 0700);
	snprintf(path, sizeof(path), "%s/office/office.db", scene->folder);
	assert_int_equal(stat(path, &file), 0);
	assert_int_equal(file.st_mode & 077, 0);
	reopen(scene, false);
	assert_int_equal(sql_execute(&scene->office.db, "DELETE FROM outbox"), E_DENIED);
	reopen(scene, true);
}

static void none_is_made_for_reading(void **state)
{
	struct office none;
	(void)state;
	assert_int_equal(office_open(&none, "/tmp", false), E_NOTFOUND);
	office_close(&none);
}

static void of_another_version_is_refused(void **state)
{
	struct office_scene *scene = *state;
	assert_int_equal(sql_execute(&scene->office.db, "PRAGMA user_version=99"), E_OK);
	office_close(&scene->office);
	assert_int_equal(office_open(&scene->office, scene->folder, true), E_VERSION);
}

/* --- audit --- */

static void add(struct office_scene *scene, const char *what, int64_t org)
{
	const struct audit_entry entry = {.at = {T},
		.account = 7,
		.actor = STR("lan@example.vn"),
		.what = str_from(what),
		.object = STR("org 12"),
		.org = org,
		.detail = STR("sửa tên")};
	assert_int_equal(office_begin(&scene->office), E_OK);
	assert_int_equal(office_end(&scene->office, audit_add(&scene->office, &entry)), E_OK);
}

struct seen {
	size_t count;
	int64_t last;
	char first[32];
};

static enum err look(void *context, const struct audit_entry *entry)
{
	struct seen *seen = context;
	if (seen->count++ == 0)
		snprintf(seen->first, sizeof(seen->first), "%.*s", (int)entry->what.size,
			entry->what.data);
	assert_int_equal(entry->at.seconds, T);
	assert_true(str_equal(entry->actor, STR("lan@example.vn")));
	assert_true(str_equal(entry->detail, STR("sửa tên")));
	seen->last = entry->id;
	return E_OK;
}

static void newest_entries_come_first(void **state)
{
	struct office_scene *scene = *state;
	struct seen all = {0};
	struct seen older = {0};
	struct seen one = {0};
	add(scene, "org.rename", 12);
	add(scene, "org.move", 13);
	add(scene, "org.end", 12);
	assert_int_equal(audit_each(&scene->office, 0, 0, 2, look, &all), E_OK);
	assert_int_equal(all.count, 2);
	assert_string_equal(all.first, "org.end");
	assert_int_equal(audit_each(&scene->office, 0, all.last, 10, look, &older), E_OK);
	assert_int_equal(older.count, 1);
	assert_string_equal(older.first, "org.rename");
	assert_int_equal(audit_each(&scene->office, 12, 0, 10, look, &one), E_OK);
	assert_int_equal(one.count, 2);
}

static void what_was_done_stands(void **state)
{
	struct office_scene *scene = *state;
	struct seen seen = {0};
	add(scene, "org.rename", 12);
	assert_int_not_equal(sql_execute(&scene->office.db, "DELETE FROM audit"), E_OK);
	assert_int_not_equal(sql_execute(&scene->office.db, "UPDATE audit SET actor = ''"), E_OK);
	assert_int_equal(audit_each(&scene->office, 0, 0, 10, look, &seen), E_OK);
	assert_int_equal(seen.count, 1);
}

/* --- outgoing mail --- */

struct taken {
	size_t count;
	char id[32], body[64];
};

static enum err take(void *context, const struct outgoing *mail)
{
	struct taken *taken = context;
	taken->count++;
	snprintf(taken->id, sizeof(taken->id), "%.*s", (int)mail->id.size, mail->id.data);
	snprintf(taken->body, sizeof(taken->body), "%.*s", (int)mail->body.size, mail->body.data);
	return E_OK;
}

static struct taken waiting(struct office_scene *scene)
{
	struct taken taken = {0};
	assert_int_equal(outbox_each(&scene->office, 10, take, &taken), E_OK);
	return taken;
}

static void put(struct office_scene *scene, const char *id, const char *body, enum err outcome)
{
	const struct outgoing mail = {.id = str_from(id),
		.recipient = STR("a@example.vn"),
		.sender = STR("Quét Sạch"),
		.subject = STR("Nhắc hạn"),
		.body = str_from(body)};
	assert_int_equal(office_begin(&scene->office), E_OK);
	enum err err = outbox_add(&scene->office, &mail, (struct instant){T}, NULL);
	assert_int_equal(err, E_OK);
	assert_int_equal(office_end(&scene->office, outcome), outcome);
}

static size_t hand_over(struct office_scene *scene)
{
	struct mail_spool spool;
	size_t handed = 0;
	int data = -1;
	assert_int_equal(folder_open(AT_FDCWD, scene->folder, &data), E_OK);
	assert_int_equal(mail_spool_open(data, true, &spool), E_OK);
	assert_int_equal(outbox_hand_over(&scene->office, &spool, STR("desk@example.vn"), 10,
				 (struct instant){T}, &handed),
		E_OK);
	mail_spool_close(&spool);
	file_close(&data);
	return handed;
}

static void an_id_is_taken_once(void **state)
{
	struct office_scene *scene = *state;
	put(scene, "remind-12", "một", E_OK);
	put(scene, "remind-12", "hai", E_OK);
	assert_int_equal(waiting(scene).count, 1);
	assert_string_equal(waiting(scene).body, "một");
	assert_int_equal(hand_over(scene), 1);
	assert_int_equal(waiting(scene).count, 0);
	put(scene, "remind-12", "ba", E_OK);
	assert_int_equal(waiting(scene).count, 0);
}

static void no_change_no_mail(void **state)
{
	struct office_scene *scene = *state;
	put(scene, "remind-13", "một", E_EXISTS);
	assert_int_equal(waiting(scene).count, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(is_private_and_opens_again, begin, end),
		cmocka_unit_test(none_is_made_for_reading),
		cmocka_unit_test_setup_teardown(of_another_version_is_refused, begin, end),
		cmocka_unit_test_setup_teardown(newest_entries_come_first, begin, end),
		cmocka_unit_test_setup_teardown(what_was_done_stands, begin, end),
		cmocka_unit_test_setup_teardown(an_id_is_taken_once, begin, end),
		cmocka_unit_test_setup_teardown(no_change_no_mail, begin, end),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
