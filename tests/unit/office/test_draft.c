/* SPDX-License-Identifier: Apache-2.0 */
/* Drafts of the site's texts: every saved state stays, two people at once are told. */
#include "office/draft.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/limits.h"
#include "office/audit.h"
#include "office_scene.h"

static const struct actor lan = {.account = 7, .role = ROLE_OPERATOR, .mail = STR_INIT("lan@a.vn")};
static const struct actor minh = {
	.account = 8, .role = ROLE_OPERATOR, .mail = STR_INIT("minh@a.vn")};

static int begin(void **state)
{
	static struct office_scene scene;
	memset(&scene, 0, sizeof(scene));
	office_scene_begin(&scene);
	*state = &scene;
	return 0;
}

static int end(void **state)
{
	office_scene_end(*state);
	return 0;
}

static struct draft text_of(const char *title, int64_t base)
{
	return (struct draft){.key = STR_INIT("ra-mat"),
		.lang = LANG_VI,
		.base = base,
		.kind = ARTICLE_RELEASE,
		.title = str_from(title),
		.summary = STR_INIT("Tóm tắt"),
		.body = STR_INIT("# Một\n\nHai <script>ba</script>\n")};
}

struct saved {
	int64_t version, beside;
};

static struct saved save(
	struct office_scene *s, const struct actor *by, const struct draft *d, int64_t at)
{
	struct saved saved = {-1, -1};
	assert_int_equal(office_begin(&s->office), E_OK);
	enum err err =
		draft_save(&s->office, by, d, (struct instant){at}, &saved.version, &saved.beside);
	assert_int_equal(office_end(&s->office, err), E_OK);
	return saved;
}

static void expect(struct saved saved, int64_t version, int64_t beside)
{
	assert_int_equal(saved.version, version);
	assert_int_equal(saved.beside, beside);
}

static void every_state_stays(void **state)
{
	struct office_scene *s = *state;
	struct draft d = text_of("Một", 0), got;
	expect(save(s, &lan, &d, 100), 1, 0);
	d = text_of("Hai", 1);
	d.due = (struct instant){5000};
	expect(save(s, &minh, &d, 200), 2, 0);
	assert_int_equal(draft_find(&s->office, STR("ra-mat"), LANG_VI, 0, &s->arena, &got), E_OK);
	assert_int_equal(got.version, 2);
	assert_int_equal(got.due.seconds, 5000);
	assert_int_equal(got.saved.seconds, 200);
	assert_true(str_equal(got.author, STR("minh@a.vn")));
	assert_int_equal(draft_find(&s->office, STR("ra-mat"), LANG_VI, 1, &s->arena, &got), E_OK);
	assert_true(str_equal(got.title, STR("Một")));
	assert_true(str_equal(got.body, STR("# Một\n\nHai <script>ba</script>\n")));
	assert_int_equal(got.kind, ARTICLE_RELEASE);
	assert_int_equal(
		draft_find(&s->office, STR("ra-mat"), LANG_VI, 3, &s->arena, &got), E_NOTFOUND);
	assert_int_equal(
		draft_find(&s->office, STR("ra-mat"), LANG_EN, 0, &s->arena, &got), E_NOTFOUND);
	/* The database itself refuses to forget. */
	assert_int_equal(office_begin(&s->office), E_OK);
	assert_int_not_equal(sql_execute(&s->office.db, "DELETE FROM draft"), E_OK);
	assert_int_not_equal(sql_execute(&s->office.db, "UPDATE draft SET title = ''"), E_OK);
	assert_int_equal(office_end(&s->office, E_USAGE), E_USAGE);
}

static void the_same_again_is_no_version(void **state)
{
	struct office_scene *s = *state;
	struct draft d = text_of("Một", 0);
	expect(save(s, &lan, &d, 100), 1, 0);
	expect(save(s, &lan, &d, 200), 1, 0);
	/* Typed by two, from the same: nothing to tell. */
	expect(save(s, &minh, &d, 300), 1, 0);
	d.due = (struct instant){9};
	expect(save(s, &lan, &d, 400), 2, 1);
}

static void two_at_once_are_told_and_both_kept(void **state)
{
	struct office_scene *s = *state;
	struct draft first = text_of("Một", 0), got;
	expect(save(s, &lan, &first, 100), 1, 0);
	struct draft hers = text_of("Của Lan", 1), his = text_of("Của Minh", 1);
	expect(save(s, &lan, &hers, 200), 2, 0);
	expect(save(s, &minh, &his, 201), 3, 2);
	assert_int_equal(draft_find(&s->office, STR("ra-mat"), LANG_VI, 2, &s->arena, &got), E_OK);
	assert_true(str_equal(got.title, STR("Của Lan")));
	assert_int_equal(draft_find(&s->office, STR("ra-mat"), LANG_VI, 3, &s->arena, &got), E_OK);
	assert_int_equal(got.base, 1);
	assert_true(str_equal(got.title, STR("Của Minh")));
	/* A language has versions of its own. */
	his.lang = LANG_EN;
	his.base = 0;
	expect(save(s, &minh, &his, 300), 1, 0);
}

struct seen {
	char text[256];
};

static enum err see(void *context, const struct draft *d)
{
	struct seen *seen = context;
	size_t at = strlen(seen->text);
	snprintf(seen->text + at, sizeof(seen->text) - at, "%.*s/%s/%d ", STR_ARG(d->key),
		d->lang == LANG_EN ? "en" : "vi", (int)d->version);
	assert_int_equal(d->body.size, 0);
	return E_OK;
}

static void lists(void **state)
{
	struct office_scene *s = *state;
	struct seen all = {""}, page = {""}, newest = {""};
	struct draft d = text_of("1", 0), other = text_of("x", 0);
	save(s, &lan, &d, 1);
	d = text_of("2", 1);
	save(s, &lan, &d, 2);
	d = text_of("3", 2);
	save(s, &lan, &d, 3);
	other.key = STR("a");
	other.lang = LANG_EN;
	save(s, &lan, &other, 4);
	assert_int_equal(draft_each(&s->office, STR("ra-mat"), LANG_VI, 0, 9, see, &all), E_OK);
	assert_string_equal(all.text, "ra-mat/vi/3 ra-mat/vi/2 ra-mat/vi/1 ");
	assert_int_equal(draft_each(&s->office, STR("ra-mat"), LANG_VI, 3, 1, see, &page), E_OK);
	assert_string_equal(page.text, "ra-mat/vi/2 ");
	assert_int_equal(draft_each_newest(&s->office, see, &newest), E_OK);
	assert_string_equal(newest.text, "a/en/1 ra-mat/vi/3 ");
}

static enum err see_order(void *context, const struct draft_order *order)
{
	struct draft_order *last = context;
	assert_int_equal(last->job, 0);
	*last = *order;
	return E_OK;
}

static void orders(void **state)
{
	struct office_scene *s = *state;
	struct draft_order got, each = {.job = 0};
	const struct draft_order publish = {STR_INIT("ra-mat"), LANG_VI, 5, 2};
	const struct draft_order withdraw = {STR_INIT("ra-mat"), LANG_VI, 9, 0};
	assert_int_equal(draft_last_order(&s->office, STR("ra-mat"), LANG_VI, &got), E_OK);
	assert_int_equal(got.job, 0);
	assert_int_equal(draft_ordered(&s->office, &publish), E_OK);
	assert_int_equal(draft_last_order(&s->office, STR("ra-mat"), LANG_VI, &got), E_OK);
	assert_int_equal(got.job, 5);
	assert_int_equal(got.version, 2);
	assert_int_equal(draft_ordered(&s->office, &withdraw), E_OK);
	assert_int_equal(draft_last_order(&s->office, STR("ra-mat"), LANG_VI, &got), E_OK);
	assert_int_equal(got.job, 9);
	assert_int_equal(got.version, 0);
	assert_int_equal(draft_last_order(&s->office, STR("ra-mat"), LANG_EN, &got), E_OK);
	assert_int_equal(got.job, 0);
	assert_int_equal(draft_each_order(&s->office, see_order, &each), E_OK);
	assert_int_equal(each.job, 9);
}

static void too_long_is_refused(void **state)
{
	struct office_scene *s = *state;
	static char long_text[(1 << 20) + 1];
	struct draft d = text_of("Một", 0);
	int64_t version, beside;
	assert_true(sizeof(long_text) > LIMIT_FORM_BYTES);
	memset(long_text, 'a', sizeof(long_text));
	d.body = (struct str){long_text, sizeof(long_text)};
	assert_int_equal(
		draft_save(&s->office, &lan, &d, (struct instant){1}, &version, &beside), E_LIMIT);
	d = text_of("Một", 0);
	d.key = (struct str){long_text, LIMIT_SITE_KEY + 1};
	assert_int_equal(
		draft_save(&s->office, &lan, &d, (struct instant){1}, &version, &beside), E_LIMIT);
}

static enum err see_entry(void *context, const struct audit_entry *e)
{
	struct seen *seen = context;
	size_t at = strlen(seen->text);
	snprintf(seen->text + at, sizeof(seen->text) - at, "%.*s %.*s %.*s %.*s;",
		STR_ARG(e->actor), STR_ARG(e->what), STR_ARG(e->object), STR_ARG(e->detail));
	return E_OK;
}

static void the_audit_says_who(void **state)
{
	struct office_scene *s = *state;
	struct seen seen = {""};
	struct draft d = text_of("Một", 0);
	save(s, &lan, &d, 100);
	save(s, &lan, &d, 101);
	assert_int_equal(audit_each(&s->office, 0, 0, 5, see_entry, &seen), E_OK);
	assert_string_equal(seen.text, "lan@a.vn page.draft page vi/ra-mat version 1;");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(every_state_stays, begin, end),
		cmocka_unit_test_setup_teardown(the_same_again_is_no_version, begin, end),
		cmocka_unit_test_setup_teardown(two_at_once_are_told_and_both_kept, begin, end),
		cmocka_unit_test_setup_teardown(lists, begin, end),
		cmocka_unit_test_setup_teardown(orders, begin, end),
		cmocka_unit_test_setup_teardown(too_long_is_refused, begin, end),
		cmocka_unit_test_setup_teardown(the_audit_says_who, begin, end),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
