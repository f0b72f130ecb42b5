/* SPDX-License-Identifier: Apache-2.0 */
/* A campaign's plan and form while somebody changes them, how long a feed has been silent, what the
 * audit says: all that the operator's pages work out by themselves. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/limits.h"
#include "desk/audit_details.h"
#include "desk/campaign_form.h"
#include "desk/campaign_plan.h"
#include "desk/feeds_days.h"

#define assert_str(got, expected)                                                                  \
	do {                                                                                       \
		struct str got_ = (got);                                                           \
		assert_int_equal(got_.size, strlen(expected));                                     \
		assert_memory_equal(got_.data ? got_.data : "", expected, got_.size);              \
	} while (0)

struct scene {
	struct arena arena;
	struct http_request http;
	struct desk_request r;
	struct desk_problems problems;
	struct edited_plan plan;
	struct plan made;
	struct edited_form form;
};

static int begin(void **state)
{
	struct scene *s = calloc(1, sizeof(*s));
	assert_non_null(s);
	arena_init(&s->arena, 4 << 20);
	s->r = (struct desk_request){.http = &s->http, .arena = &s->arena, .lang = LANG_EN};
	s->plan = (struct edited_plan){.key = STR("vn-2026"),
		.name = {STR("Chiến dịch"), STR("Campaign")},
		.country = STR("VN"),
		.zone = STR("Asia/Ho_Chi_Minh"),
		.during = {STR("2026-10-01"), STR("2026-10-31")},
		.baseline = {STR("2026-09-01"), STR("2026-09-07")}};
	assert_true(plan_edit_press(&s->r, &s->plan, STR("add-goal")));
	s->plan.goals[0].end = (struct edited_days){STR("2026-10-20"), STR("2026-10-26")};
	*state = s;
	return 0;
}

static int end(void **state)
{
	struct scene *s = *state;
	arena_release(&s->arena);
	free(s);
	return 0;
}

/* --- a plan --- */

static void check(struct scene *s)
{
	s->problems.count = 0;
	plan_edit_check(&s->r, &s->plan, &s->made, &s->problems);
}

static bool complains(const struct scene *s, const char *field)
{
	for (size_t i = 0; i < s->problems.count; i++)
		if (strcmp(s->problems.list[i].field, field) == 0)
			return true;
	return false;
}

static void a_sound_plan_is_one(void **state)
{
	struct scene *s = *state;
	check(s);
	assert_int_equal(s->problems.count, 0);
	assert_int_equal(s->made.goal_count, 1);
	assert_true(s->made.goals[0].share > 0.499 && s->made.goals[0].share < 0.501);
	assert_int_equal(s->made.campaign.ends.day, 31);
	assert_int_equal(s->made.before.first.year, 0);
}

/* What stands as a plan comes back the same when it is looked at and sent. */
static void a_plan_comes_back_the_same(void **state)
{
	struct scene *s = *state;
	struct plan first;
	check(s);
	first = s->made;
	plan_edit_from_plan(&s->r, &first, &s->plan);
	assert_str(s->plan.goals[0].share, "50");
	check(s);
	assert_int_equal(s->problems.count, 0);
	for (enum plan_line line = 0; line < PLAN_LINE__COUNT; line++)
		assert_true(str_equal(plan_line_options(&s->r, &first, line),
			plan_line_options(&s->r, &s->made, line)));
}

static void shares_are_read_as_people_write_them(void **state)
{
	struct scene *s = *state;
	static const struct {
		const char *said;
		double share;
	} cases[] = {{"47,5", 0.475}, {"47.5 %", 0.475}, {"100", 1}, {"0.1", 0.001}, {"", 0},
		{"0", 0}, {"101", 0}, {"5,", 0}, {",5", 0}, {"1.2.3", 0}, {"-5", 0}, {"5e1", 0},
		{"%", 0}, {"123456789", 0}};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		s->plan.goals[0].share = str_from(cases[i].said);
		check(s);
		assert_int_equal(complains(s, "g0-share"), cases[i].share == 0);
		if (cases[i].share > 0)
			assert_true(s->made.goals[0].share > cases[i].share - 1e-9 &&
				    s->made.goals[0].share < cases[i].share + 1e-9);
	}
}

static void what_is_wrong_stands_at_its_field(void **state)
{
	struct scene *s = *state;
	s->plan.key = STR("Có dấu");
	s->plan.country = STR("vn");
	s->plan.during.last = STR("2026-09-01");
	s->plan.before = (struct edited_days){STR("2026-08-01"), STR("")};
	s->plan.goals[0].end = (struct edited_days){STR(""), STR("")};
	check(s);
	assert_true(complains(s, "key") && complains(s, "country") && complains(s, "ends") &&
		    complains(s, "before_last") && complains(s, "g0-from"));
	assert_false(complains(s, "name_vi"));
}

static void a_window_as_long_as_the_baseline(void **state)
{
	struct scene *s = *state;
	s->plan.goals[0].end.last = STR("2026-10-25");
	check(s);
	assert_true(complains(s, "g0-to"));
}

static void goals_come_and_go(void **state)
{
	struct scene *s = *state;
	for (size_t i = 0; i < 2 * PLAN_GOALS; i++)
		assert_true(plan_edit_press(&s->r, &s->plan, STR("add-goal")));
	assert_int_equal(s->plan.goal_count, PLAN_GOALS);
	for (size_t i = 0; i < PLAN_GOALS; i++)
		for (size_t k = 0; k < i; k++)
			assert_false(str_equal(s->plan.goals[i].key, s->plan.goals[k].key));
	struct str second = s->plan.goals[1].key;
	assert_true(plan_edit_press(&s->r, &s->plan, STR("remove-goal-0")));
	assert_true(str_equal(s->plan.goals[0].key, second));
	assert_int_equal(s->plan.goal_count, PLAN_GOALS - 1);
	static const char *const none[] = {
		"remove-goal-", "remove-goal-x", "remove-goal-99", "remove-goal--1", "save", ""};
	for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++)
		assert_false(plan_edit_press(&s->r, &s->plan, str_from(none[i])));
}

/* --- a form --- */

static void add_row(struct scene *s, const char *vi)
{
	assert_true(edited_press(&s->r, &s->form, STR("add")));
	struct edited_row *row = &s->form.rows[s->form.row_count - 1];
	row->label[LANG_VI] = str_from(vi);
	row->label[LANG_EN] = str_from(vi);
}

static void rows_are_moved_and_removed(void **state)
{
	struct scene *s = *state;
	add_row(s, "a");
	add_row(s, "b");
	add_row(s, "c");
	assert_true(edited_press(&s->r, &s->form, STR("up-2")));
	assert_str(s->form.rows[1].label[LANG_VI], "c");
	assert_true(edited_press(&s->r, &s->form, STR("down-0")));
	assert_str(s->form.rows[0].label[LANG_VI], "c");
	assert_true(edited_press(&s->r, &s->form, STR("remove-0")));
	assert_str(s->form.rows[0].label[LANG_VI], "a");
	assert_true(edited_press(&s->r, &s->form, STR("down-1")));
	assert_true(edited_press(&s->r, &s->form, STR("remove-7")));
	assert_int_equal(s->form.row_count, 2);
	assert_false(edited_press(&s->r, &s->form, STR("up-0")));
	assert_false(edited_press(&s->r, &s->form, STR("up-61")));
	for (size_t i = 0; i < 2 * EDITED_ROWS; i++)
		assert_true(edited_press(&s->r, &s->form, STR("add")));
	assert_int_equal(s->form.row_count, EDITED_ROWS);
}

static void a_form_is_checked_row_by_row(void **state)
{
	struct scene *s = *state;
	add_row(s, "a");
	add_row(s, "b");
	s->form.rows[1].key = s->form.rows[0].key;
	s->form.rows[0].least = STR("9");
	s->form.rows[0].most = STR("8");
	add_row(s, "");
	s->form.rows[2].type = STR("choice");
	s->form.rows[2].choices = STR("a | b\n");
	assert_true(edited_press(&s->r, &s->form, STR("add-check")));
	edited_check(&s->r, &s->form, &s->problems);
	assert_true(complains(s, "title_vi") && complains(s, "r0-most") && complains(s, "r1-key") &&
		    complains(s, "r2-label_vi") && complains(s, "r2-choices") &&
		    complains(s, "c0-left") && complains(s, "c0-text_vi"));
	assert_false(complains(s, "r0-key"));
}

static void a_form_is_written_as_its_text(void **state)
{
	struct scene *s = *state;
	add_row(s, "Số máy");
	s->form.title[LANG_VI] = STR("T");
	s->form.rows[0].key = STR("machines");
	s->form.rows[0].most = STR("10");
	assert_str(edited_text(&s->r, &s->form),
		"title-vi: T\n\nrow: machines\ntype: number\nlabel-vi: Số máy\nlabel-en: Số máy\n"
		"note: yes\nsummed: yes\nmost: 10\n");
}

/* --- a feed --- */

static void a_feed_is_silent_after_three_times_its_pace(void **state)
{
	(void)state;
	const struct instant last = {1000000};
	struct feed_info feed = {.frequency = 86400};
	assert_false(feeds_is_silent(&feed, last, (struct instant){1000000 + 3 * 86400 - 60}));
	assert_true(feeds_is_silent(&feed, last, (struct instant){1000000 + 3 * 86400 + 60}));
	feed.frequency = 3600;
	assert_false(feeds_is_silent(&feed, last, (struct instant){1000000 + 2 * 86400 - 60}));
	assert_true(feeds_is_silent(&feed, last, (struct instant){1000000 + 2 * 86400 + 60}));
}

static void hours_alive_are_a_share(void **state)
{
	(void)state;
	static struct feed_life life = {.hours_known = true};
	assert_true(feeds_alive_share(&life) == 0);
	for (size_t i = 0; i < sizeof(life.hours) / 2; i++)
		life.hours[i] = 1;
	assert_true(feeds_alive_share(&life) == 0.5);
	life.hours_known = false;
	memset(life.days, 1, sizeof(life.days));
	assert_true(feeds_alive_share(&life) == 1);
}

/* --- the audit --- */

static void the_audit_speaks_the_readers_language(void **state)
{
	struct scene *s = *state;
	static const struct {
		const char *what, *detail, *words;
	} cases[] = {
		{"return.submit", "version 3, on behalf", "bản 3, làm thay đơn vị"},
		{"return.save", "on behalf: ghi chú", "làm thay đơn vị: ghi chú"},
		{"return.send-back", "version 2: thiếu số", "bản 2: thiếu số"},
		{"return.save", "versionless", "versionless"},
		{"org.import", "created 11383, changed 0, ended 7",
			"thêm 11.383, đổi 0, kết thúc 7"},
		{"org.import", "created x", "created x"},
		{"org.end", "2025-07-01", "01/07/2025"},
		{"deadline.set", "level 1: 2026-10-22", "cấp 2: trước ngày 22/10/2026"},
		{"deadline.set", "level 0: excused", "cấp 1: không phải nộp"},
		{"account.assign", "reporter 01 → coordinator 02",
			"Người báo cáo 01 → Điều phối 02"},
		{"factor.require", "yes", "có"},
		{"job.ask", "units", "Nhập danh sách đơn vị"},
		{"campaign.set", "- ends=2027-03-31\n+ ends=2027-04-15\nother=x",
			"- Kết thúc chiến dịch: 2027-03-31\n+ Kết thúc chiến dịch: "
			"2027-04-15\nother=x"},
		{"job.ask", "unknown", "unknown"},
		{"feed.set", "version 3", "version 3"},
	};
	s->r.lang = LANG_VI;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_str(audit_detail_words(
				   &s->r, str_from(cases[i].what), str_from(cases[i].detail)),
			cases[i].words);
}

static void things_of_the_audit_are_links(void **state)
{
	struct scene *s = *state;
	struct audit_thing thing = audit_thing_of(&s->r, STR("account 12 lan@example.vn"));
	assert_str(thing.path, "accounts/12");
	assert_str(thing.words, "lan@example.vn");
	assert_str(audit_thing_of(&s->r, STR("job 7")).path, "jobs/7");
	assert_str(audit_thing_of(&s->r, STR("campaign vn-2026")).path, "campaigns/vn-2026");
	assert_str(audit_thing_of(&s->r, STR("page vi/contact")).path, "pages/contact");
	static const char *const plain[] = {"account x y", "job ../../x", "campaign <b>",
		"feed a b", "page vi//", "units.csv", "", "line vn-2026 01"};
	for (size_t i = 0; i < sizeof(plain) / sizeof(plain[0]); i++)
		assert_int_equal(audit_thing_of(&s->r, str_from(plain[i])).path.size, 0);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_sound_plan_is_one, begin, end),
		cmocka_unit_test_setup_teardown(a_plan_comes_back_the_same, begin, end),
		cmocka_unit_test_setup_teardown(shares_are_read_as_people_write_them, begin, end),
		cmocka_unit_test_setup_teardown(what_is_wrong_stands_at_its_field, begin, end),
		cmocka_unit_test_setup_teardown(a_window_as_long_as_the_baseline, begin, end),
		cmocka_unit_test_setup_teardown(goals_come_and_go, begin, end),
		cmocka_unit_test_setup_teardown(rows_are_moved_and_removed, begin, end),
		cmocka_unit_test_setup_teardown(a_form_is_checked_row_by_row, begin, end),
		cmocka_unit_test_setup_teardown(a_form_is_written_as_its_text, begin, end),
		cmocka_unit_test(a_feed_is_silent_after_three_times_its_pace),
		cmocka_unit_test(hours_alive_are_a_share),
		cmocka_unit_test_setup_teardown(the_audit_speaks_the_readers_language, begin, end),
		cmocka_unit_test_setup_teardown(things_of_the_audit_are_links, begin, end),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
