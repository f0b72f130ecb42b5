/* SPDX-License-Identifier: Apache-2.0 */
#include "scanner/things.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "os/file.h"
#include "scanner/again.h"
#include "survey/survey.h"

/* Nothing that the survey says is left without words. */
static void words_for_all(void **state)
{
	size_t count;
	enum message message;
	(void)state;
	const struct str *reasons = survey_reasons(&count);
	for (size_t i = 0; i < count; i++)
		if (!reason_message(reasons[i], &message))
			fail_msg("no words for the reason %.*s", STR_ARG(reasons[i]));
	assert_false(reason_message(STR("no-such-reason"), &message));
	const struct place *places = survey_places(&count);
	for (size_t i = 0; i < count; i++)
		if (place_message(places[i].key) == MESSAGE_SCAN_PLACE_OTHER)
			fail_msg("no words for the place %.*s", STR_ARG(places[i].key));
}

/* So for every key that the survey has, also those of what runs. */
static void words_for_every_key(void **state)
{
	struct writer w;
	enum message message;
	size_t count = 0;
	(void)state;
	writer_init(&w, 1 << 20);
	assert_int_equal(file_load(AT_FDCWD, REASONS_H, &w), E_OK);
	struct str rest = writer_view_str(&w);
	while (rest.size > 0) {
		struct str line = str_cut(rest, '\n', &rest);
		struct str key;
		if (!str_starts(line, STR("#define WHY_")))
			continue;
		(void)str_cut(line, '"', &key);
		key = str_cut(key, '"', &line);
		count++;
		if (!reason_message(key, &message))
			fail_msg("no words for the reason %.*s", STR_ARG(key));
		for (int lang = 0; lang < LANG__COUNT; lang++)
			assert_true(text((enum lang)lang, message).size > 20);
	}
	assert_true(count > 30);
	writer_release(&w);
}

static void labels(void **state)
{
	uint32_t pid = 0;
	struct str name;
	(void)state;
	assert_true(process_label_read(STR("process 12 (a (b))"), &pid, &name));
	assert_int_equal(pid, 12);
	assert_true(str_equal(name, STR("a (b)")));
	assert_true(process_label_read(STR("pid 7"), &pid, &name));
	assert_int_equal(name.size, 0);
	assert_false(process_label_read(STR("/tmp/process 12 (a)"), &pid, &name));
	assert_false(process_label_read(STR("process x (a)"), &pid, &name));
	assert_false(process_label_read(STR("process 99999999999 (a)"), &pid, &name));
}

static void title(enum object_kind kind, const char *path, const char *object, const char *expected)
{
	struct writer w;
	const struct finding f = {.kind = kind, .path = str_from(path), .object = str_from(object)};
	writer_init(&w, 4096);
	thing_title(&w, LANG_EN, &f);
	writer_char(&w, '\0');
	assert_int_equal(writer_end(&w), E_OK);
	assert_string_equal((const char *)w.data, expected);
	writer_release(&w);
}

static void titles(void **state)
{
	(void)state;
	title(OBJECT_FILE, "/a.zip", " → b", "/a.zip → b");
	title(OBJECT_PLACE, "/etc/crontab", "line 12: x: y", "/etc/crontab, line 12");
	title(OBJECT_PLACE, "/etc/crontab", "line x: y", "/etc/crontab");
	title(OBJECT_PLACE, "/etc/cron\ttab", "", "/etc/cron\\x09tab");
	title(OBJECT_PROCESS, "process 3 (\033[31m)", "", "running program \\x1b[31m (number 3)");
	title(OBJECT_CONNECTION, "process 3 (a)", "192.0.2.7:443 tcp",
		"network connection to 192.0.2.7:443 tcp");
	title(OBJECT_CONNECTION, "/etc/hosts", "line 2: x", "/etc/hosts, line 2");
	/* What a scan had not begun when it was stopped. */
	title(OBJECT_PROCESS, "/proc", "", "the programs that are running");
	title(OBJECT_CONNECTION, "/proc/net", "", "the network connections");
	title(OBJECT_PLACE, "/mnt/var/lib/dpkg/info", "",
		"the files of installed software, whether they were changed");
	title(OBJECT_PROCESS, "process 3", "", "running program without a name (number 3)");
}

/* A shell gets the same words back. */
static void again(void **state)
{
	struct writer w;
	static struct verified_pack pack = {.path = "/p q", .key_file = "/k"};
	const char *const arguments[] = {
		"./scan", "--quick", "--public-key=/x", "it's $HOME", "", NULL};
	(void)state;
	writer_init(&w, 4096);
	again_write(&w, arguments, &pack);
	writer_char(&w, '\0');
	assert_int_equal(writer_end(&w), E_OK);
	assert_string_equal((const char *)w.data,
		"sudo ./scan --quick --public-key=/x 'it'\\''s $HOME' '' --pack '/p q'");
	writer_release(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(words_for_all),
		cmocka_unit_test(words_for_every_key), cmocka_unit_test(labels),
		cmocka_unit_test(titles), cmocka_unit_test(again)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
