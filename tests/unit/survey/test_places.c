/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "planted.h"
#include "survey/reasons.h"
#include "survey/survey.h"

struct seen {
	size_t entries, signs;
	struct place_entry sign, last;
	char program[1024]; /* of the one with a sign, else of the last */
};

static enum err on_entry(void *context, const struct place_entry *e)
{
	struct seen *s = context;
	s->entries++;
	s->last = *e;
	if (s->signs == 0)
		snprintf(s->program, sizeof(s->program), "%.*s", STR_ARG(e->program));
	assert_int_equal(e->sign == SIGN_NONE, e->why.size == 0);
	if (e->sign == SIGN_NONE)
		return E_OK;
	if (s->signs++ == 0)
		s->sign = *e;
	return E_OK;
}

static bool is_reason(struct str why)
{
	size_t count;
	const struct str *reasons = survey_reasons(&count);
	for (size_t i = 0; i < count; i++)
		if (str_equal(reasons[i], why))
			return true;
	return false;
}

/* From a copy of just its size, so that a byte too far is seen. */
static struct seen read_place(const char *path, const char *content, char **ret_copy)
{
	struct seen seen = {0};
	const struct place_sink sink = {&seen, on_entry};
	const struct place *place = survey_place_of(str_from(path));
	const size_t size = strlen(content);
	*ret_copy = NULL;
	if (!place) {
		fail_msg("%s is no place", path);
		return seen;
	}
	char *copy = malloc(size + (size == 0));
	assert_non_null(copy);
	memcpy(copy, content, size);
	assert_int_equal(
		place->read((struct bytes){(const uint8_t *)copy, size}, str_from(path), &sink),
		E_OK);
	*ret_copy = copy;
	return seen;
}

/* Whether it is read as it should be; says what is not. */
static bool try_fixture(const struct fixture *f)
{
	char *copy;
	struct seen seen = read_place(f->path, f->content, &copy);
	const bool right =
		str_equal(seen.sign.why, str_from(f->why)) &&
		(f->why[0] == '\0' || (seen.sign.line == f->line && is_reason(seen.sign.why))) &&
		(!f->program || strcmp(seen.program, f->program) == 0);
	if (!right)
		print_error("%s: %s: line %d: '%.*s' starts '%s'\n", f->path, f->content,
			(int)seen.sign.line, STR_ARG(seen.sign.why), seen.program);
	free(copy);
	return right;
}

static void test_fixtures(void **state)
{
	(void)state;
	size_t count;
	const struct fixture *fixtures = fixtures_of_text(&count);
	bool right = true;
	for (size_t i = 0; i < count; i++)
		right = try_fixture(&fixtures[i]) && right;
	assert_true(right);
}

static bool fires(struct str why)
{
	size_t count;
	const struct fixture *fixtures = fixtures_of_text(&count);
	for (size_t i = 0; i < count; i++)
		if (str_equal(str_from(fixtures[i].why), why))
			return true;
	return false;
}

/* Reasons that no file of text gives: of registries, tried in survey/windows; of what files
 * themselves are, tried in scan/places. */
static bool is_tried_elsewhere(struct str why)
{
	static const struct str whys[] = {STR_INIT("logon-changed"),
		STR_INIT("library-into-programs"), STR_INIT("started-instead"),
		STR_INIT("boot-program"), STR_INIT("task-hidden"), STR_INIT("program-in-startup"),
		STR_INIT("named-like-system"), STR_INIT("set-user-elsewhere"),
		STR_INIT("set-user-of-no-package"), STR_INIT("made-unchangeable"),
		STR_INIT("package-file-altered")};
	for (size_t i = 0; i < sizeof(whys) / sizeof(whys[0]); i++)
		if (str_equal(whys[i], why))
			return true;
	return false;
}

/* No reason without a fixture; places without one are survey/root's to find. */
static void test_everything_is_tried(void **state)
{
	(void)state;
	size_t reasons;
	const struct str *reason = survey_reasons(&reasons);
	for (size_t i = 0; i < reasons; i++)
		if (!fires(reason[i]) && !is_tried_elsewhere(reason[i]))
			fail_msg("no fixture gives %.*s", STR_ARG(reason[i]));
}

/* A place is looked up by its key too: rows of one key have one reader. */
static void test_table(void **state)
{
	(void)state;
	size_t count;
	const struct place *place = survey_places(&count);
	for (size_t i = 0; i < count; i++) {
		assert_true(place[i].pattern.size > 0 && place[i].pattern.data[0] != '/');
		for (size_t k = 0; k < i; k++) {
			assert_false(str_equal(place[i].pattern, place[k].pattern));
			if (str_equal(place[i].key, place[k].key))
				assert_ptr_equal(place[i].read, place[k].read);
		}
	}
}

static void test_place_of(void **state)
{
	(void)state;
	assert_string_equal(survey_place_of(STR("/etc/cron.d/x"))->key.data, "cron-system");
	assert_string_equal(survey_place_of(STR("home/a/.bashrc"))->key.data, "profile-user");
	assert_string_equal(survey_place_of(STR("etc/systemd/system/a.service.d/b.conf"))->key.data,
		"systemd-unit");
	assert_null(survey_place_of(STR("")));
	assert_null(survey_place_of(STR("/")));
	assert_null(survey_place_of(STR("etc/cron.d")));
	assert_null(survey_place_of(STR("etc/cron.d/")));
	assert_null(survey_place_of(STR("etc/cron.d/x/y")));
	assert_null(survey_place_of(STR("home/a/b/.bashrc")));
	assert_null(survey_place_of(STR("etc/passwd-")));
	assert_null(survey_place_of(STR("ETC/passwd")));
	assert_string_equal(survey_place_of(STR("WINDOWS/system32/CONFIG/software"))->key.data,
		"windows-software");
}

static bool is_hive(struct str key)
{
	return str_equal(key, STR("windows-software")) || str_equal(key, STR("windows-system")) ||
	       str_equal(key, STR("windows-user"));
}

/* Bytes of no form through every reader: nothing breaks, text stays short. */
static void test_hostile(void **state)
{
	(void)state;
	static const char *const bytes[] = {"", "\n", "\\", "\\\n", "\\\n\\\n\\", "|", "||", "&",
		"#", "\"", "=", "=\"", "X=\"", "X='a", "@", "@reboot", "* * * * *", ":",
		"::::::", ":a", "\xff\xfe\n\xff", "RUN", "RUN+=\"", "command=\"", "command=\"x",
		"[", "auth [x", "auth [x] ", "-", "- - -", "install", "nameserver", "0",
		"ALL ALL=", "DPkg::Post-Invoke {\"", "a:", "a::0", "a::0:0:::", "<", "< <", "> > >",
		"$(", "`", "curl | (", "/dev/tcp/", "\r", "\x1b", "//", "."};
	size_t count;
	const struct place *place = survey_places(&count);
	for (size_t i = 0; i < count; i++)
		for (size_t k = 0; k < sizeof(bytes) / sizeof(bytes[0]); k++) {
			struct seen seen = {0};
			const struct place_sink sink = {&seen, on_entry};
			const size_t size = strlen(bytes[k]);
			uint8_t *copy = malloc(size + (size == 0));
			assert_non_null(copy);
			memcpy(copy, bytes[k], size);
			enum err err = place[i].read((struct bytes){copy, size}, STR("x"), &sink);
			assert_int_equal(err, is_hive(place[i].key) ? E_SYNTAX : E_OK);
			free(copy);
		}
}

static enum err refuse(void *context, const struct place_entry *e)
{
	(void)e;
	++*(int *)context;
	return E_TIMEOUT;
}

static void test_sink_ends_it(void **state)
{
	(void)state;
	int calls = 0;
	const struct place_sink sink = {&calls, refuse};
	const struct place *place = survey_place_of(STR("etc/hosts"));
	assert_int_equal(
		place->read(str_bytes(STR("1.2.3.4 a\n1.2.3.5 b\n")), STR("etc/hosts"), &sink),
		E_TIMEOUT);
	assert_int_equal(calls, 1);
}

static void test_text_is_cut(void **state)
{
	(void)state;
	static char line[5000];
	char *copy;
	memset(line, 'x', sizeof(line) - 1);
	memcpy(line, "* * * * * ", 10);
	memcpy(line + 4000, " | /tmp/y ", 10);
	struct seen seen = read_place("var/spool/cron/crontabs/root", line, &copy);
	assert_int_equal(seen.sign.text.size, 1000);
	assert_true(str_equal(seen.sign.why, WHY_TEMPORARY));
	free(copy);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_fixtures),
		cmocka_unit_test(test_everything_is_tried),
		cmocka_unit_test(test_table),
		cmocka_unit_test(test_place_of),
		cmocka_unit_test(test_hostile),
		cmocka_unit_test(test_sink_ends_it),
		cmocka_unit_test(test_text_is_cut),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
