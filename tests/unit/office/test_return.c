/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "office/form.h"
#include "office/return.h"
#include "office/return_known.h"
#include "org_scene.h"
#include "os/file.h"

enum {
	NOW = 1600000000
};

static struct office_scene scene;
static struct office *o;
static int64_t city, ward;
static struct actor coordinator, reporter;
#define C STR("vn-2020")

static int begin(void **state)
{
	(void)state;
	office_scene_begin(&scene);
	o = &scene.office;
	city = org_scene_put(&scene, "31", "", "2020-01-01");
	ward = org_scene_put(&scene, "31.1", "31", "2020-01-01");
	coordinator = (struct actor){
		1, ROLE_COORDINATOR, city, LANG_VI, STR("Lan"), STR("lan@example.vn")};
	reporter = (struct actor){
		2, ROLE_REPORTER, ward, LANG_VI, STR("Minh"), STR("minh@example.vn")};
	return 0;
}

static int end(void **state)
{
	(void)state;
	office_scene_end(&scene);
	return 0;
}

static struct instant at(int64_t seconds)
{
	return (struct instant){NOW + seconds};
}

/* In a transaction of its own, as every change is. */
#define CHANGE(expression)                                                                         \
	({                                                                                         \
		assert_int_equal(office_begin(o), E_OK);                                           \
		enum err change_err_ = (expression);                                               \
		enum err change_end_ = office_end(o, change_err_);                                 \
		change_err_ == E_OK ? change_end_ : change_err_;                                   \
	})

static struct return_head find(void)
{
	struct return_head head;
	assert_int_equal(return_find(o, C, ward, &scene.arena, &head), E_OK);
	return head;
}

static struct return_head opened(void)
{
	struct return_head head;
	assert_int_equal(
		CHANGE(return_open(o, C, ward, &reporter, at(0), &scene.arena, &head)), E_OK);
	return head;
}

static enum err save(const struct actor *actor, int64_t base, const char *informed,
	const char *deployed, int64_t *ret_draft)
{
	struct return_head head = find();
	struct answer answers[3] = {{str_from(informed), STR("")}, {str_from(deployed), STR("")},
		{STR("Tốt"), STR("")}};
	struct return_content content = {.form = head.form,
		.answers = answers,
		.answer_count = 3,
		.paper = {STR("12"), STR("BC-UBND"), STR("Trần Văn A"), {2020, 10, 20}}};
	return CHANGE(
		return_save(o, &head, base, &content, actor, at(10), &scene.arena, ret_draft));
}

static enum err submit(int64_t base, bool confirmed, int64_t seconds)
{
	struct return_head head = find();
	int64_t version;
	return CHANGE(return_submit(o, &head, base, STR(""), confirmed, &reporter, at(seconds),
		&scene.arena, &version));
}

static void test_the_way_of_a_return(void **state)
{
	(void)state;
	int64_t draft = 0;
	struct return_head head = opened();
	assert_int_equal(head.state, RETURN_DRAFT);
	assert_int_equal(submit(0, false, 0), E_NOTFOUND);
	assert_int_equal(save(&reporter, 0, "1.052", "12", &draft), E_OK);
	assert_int_equal(draft, 1);
	assert_int_equal(submit(1, false, 20), E_OK);
	head = find();
	assert_int_equal(head.state, RETURN_SUBMITTED);
	assert_int_equal(head.versions, 1);
	assert_int_equal(head.first_submitted.seconds, NOW + 20);
	assert_int_equal(
		CHANGE(return_send_back(o, &head, 1, STR("  "), &coordinator, at(30))), E_USAGE);
	assert_int_equal(
		CHANGE(return_send_back(o, &head, 1, STR("Thiếu số"), &coordinator, at(30))), E_OK);
	head = find();
	assert_int_equal(head.state, RETURN_SENT_BACK);
	assert_true(str_equal(head.reason, STR("Thiếu số")));
	assert_int_equal(save(&reporter, head.draft, "1053", "13", &draft), E_OK);
	assert_int_equal(find().state, RETURN_SENT_BACK);
	assert_int_equal(submit(draft, false, 40), E_OK);
	head = find();
	assert_int_equal(head.first_submitted.seconds, NOW + 20);
	assert_int_equal(head.submitted.seconds, NOW + 40);
	assert_int_equal(CHANGE(return_accept(o, &head, 1, &coordinator, at(50))), E_EXISTS);
	assert_int_equal(CHANGE(return_accept(o, &head, 2, &coordinator, at(50))), E_OK);
	assert_int_equal(find().state, RETURN_ACCEPTED);
	assert_int_equal(save(&reporter, find().draft, "1", "1", &draft), E_DENIED);
}

static enum err count_asides(void *context, const struct return_aside *aside)
{
	assert_true(aside->number < 0 && aside->at.seconds == NOW + 60);
	assert_true(str_equal(aside->actor, STR("Lan")));
	++*(int *)context;
	return E_OK;
}

/* Who comes second loses nothing, and nothing of theirs is counted. */
static void test_put_aside(void **state)
{
	(void)state;
	int64_t draft, first, second, third;
	int count = 0;
	struct return_head head = opened();
	struct answer answers[3] = {
		{STR("1.7"), STR("x")}, {STR("8"), STR("")}, {STR(""), STR("")}};
	struct return_content content = {.answers = answers,
		.answer_count = 3,
		.paper = {STR(""), STR(""), STR(""), {0, 0, 0}}};
	assert_int_equal(save(&reporter, 0, "1", "2", &draft), E_OK);
	assert_int_equal(CHANGE(return_put_aside(
				 o, &head, &content, &coordinator, at(60), &scene.arena, &first)),
		E_OK);
	assert_int_equal(CHANGE(return_put_aside(
				 o, &head, &content, &coordinator, at(60), &scene.arena, &second)),
		E_OK);
	assert_true(second == -2 && first == -1);
	assert_int_equal(return_each_aside(o, head.id, count_asides, &count), E_OK);
	assert_int_equal(count, 2);
	struct return_content kept;
	assert_int_equal(return_load(o, &head, second, &scene.arena, &kept), E_OK);
	assert_true(str_equal(kept.answers[0].value, STR("1.7")));
	head = find();
	assert_int_equal(return_load(o, &head, 0, &scene.arena, &kept), E_OK);
	assert_true(str_equal(kept.answers[0].value, STR("1")));
	assert_int_equal(CHANGE(return_drop_aside(o, &head, second, &coordinator, at(61))), E_OK);
	assert_int_equal(
		CHANGE(return_drop_aside(o, &head, second, &coordinator, at(61))), E_NOTFOUND);
	assert_int_equal(CHANGE(return_drop_aside(o, &head, 0, &coordinator, at(61))), E_USAGE);
	for (int i = 0; i < 15; i++)
		assert_int_equal(CHANGE(return_put_aside(o, &head, &content, &coordinator, at(62),
					 &scene.arena, &third)),
			E_OK);
	assert_int_equal(CHANGE(return_put_aside(
				 o, &head, &content, &coordinator, at(62), &scene.arena, &third)),
		E_EXISTS);
	assert_int_equal(submit(find().draft, true, 63), E_OK);
	assert_int_equal(find().versions, 1);
}

static void assert_answer(int64_t version, size_t row, const char *value)
{
	struct return_head head = find();
	struct return_content content;
	assert_int_equal(return_load(o, &head, version, &scene.arena, &content), E_OK);
	assert_true(str_equal(content.answers[row].value, str_from(value)));
}

static void test_a_version_stands(void **state)
{
	(void)state;
	int64_t draft;
	opened();
	assert_int_equal(save(&reporter, 0, "1.052", "12", &draft), E_OK);
	assert_int_equal(submit(draft, false, 20), E_OK);
	assert_answer(0, 0, "1052"); /* to begin from */
	assert_int_equal(save(&reporter, find().draft, "7", "7", &draft), E_OK);
	assert_answer(0, 0, "7");
	assert_answer(1, 0, "1052");
	assert_answer(1, 2, "Tốt");
	static const char *const attempts[] = {
		"UPDATE return_answer SET number = 5 WHERE version = 1",
		"DELETE FROM return_answer WHERE version = 1",
		"UPDATE return_version SET list = 5 WHERE version = 1",
		"DELETE FROM return_version WHERE version = 1",
		"DELETE FROM return_event",
		"UPDATE return_event SET text = ''",
	};
	for (size_t i = 0; i < sizeof(attempts) / sizeof(attempts[0]); i++)
		assert_int_not_equal(CHANGE(sql_execute(&o->db, attempts[i])), E_OK);
}

static void test_two_people_at_once_lose_nothing(void **state)
{
	(void)state;
	int64_t draft;
	opened();
	assert_int_equal(save(&reporter, 0, "1", "1", &draft), E_OK);
	assert_int_equal(save(&coordinator, 1, "2", "2", &draft), E_OK);
	assert_int_equal(save(&reporter, 1, "3", "3", &draft), E_EXISTS);
	assert_answer(0, 0, "2");
	assert_int_equal(submit(1, false, 20), E_EXISTS);
	assert_int_equal(submit(2, false, 20), E_OK);
	/* A page from before the submitting does not fit afterwards either. */
	assert_int_equal(save(&reporter, 2, "3", "3", &draft), E_EXISTS);
	assert_answer(1, 0, "2");
}

static void test_errors_stop_and_warnings_are_confirmed(void **state)
{
	(void)state;
	int64_t draft;
	opened();
	assert_int_equal(save(&reporter, 0, "about ten", "", &draft), E_OK);
	assert_answer(0, 0, "about ten");
	assert_int_equal(submit(draft, true, 20), E_RANGE);
	assert_int_equal(save(&reporter, draft, "10", "11", &draft), E_OK);
	assert_int_equal(submit(draft, false, 20), E_AMBIGUOUS);
	assert_int_equal(submit(draft, true, 20), E_OK);
}

struct told {
	unsigned events;
	bool confirmed, on_behalf;
};

static enum err take_event(void *context, const struct return_event *event)
{
	struct told *t = context;
	t->events++;
	t->confirmed = t->confirmed ||
		       str_find(event->text, STR("confirmed by sender: check")) < event->text.size;
	t->on_behalf = t->on_behalf || event->on_behalf;
	return E_OK;
}

static void test_history_says_who_confirmed_and_on_whose_behalf(void **state)
{
	(void)state;
	int64_t draft;
	int64_t version;
	struct told told = {0};
	struct return_head head = opened();
	assert_int_equal(save(&coordinator, 0, "10", "11", &draft), E_OK);
	assert_int_equal(CHANGE(return_submit(o, &head, draft, STR(""), true, &coordinator, at(20),
				 &scene.arena, &version)),
		E_OK);
	assert_int_equal(return_each_event(o, head.id, take_event, &told), E_OK);
	assert_int_equal(told.events, 3); /* open, save, submit */
	assert_true(told.confirmed);
	assert_true(told.on_behalf);
}

static void test_the_letter_is_received_once_and_fills_in_row_one(void **state)
{
	(void)state;
	assert_int_equal(CHANGE(return_receive(o, C, ward, &reporter, at(5), &scene.arena)), E_OK);
	assert_int_equal(
		CHANGE(return_receive(o, C, ward, &coordinator, at(9), &scene.arena)), E_OK);
	struct return_head head = find();
	assert_int_equal(head.received.seconds, NOW + 5);
	assert_true(str_equal(head.received_by, STR("Minh")));
	assert_answer(0, 0, "1");
	assert_answer(0, 1, "");
}

static void test_a_return_keeps_its_form(void **state)
{
	(void)state;
	int64_t draft;
	int64_t version;
	struct problem problem;
	struct return_form form;
	struct str other = STR("title-vi: A\ntitle-en: A\nrow: deployed\nlabel-vi: B\nlabel-en: B\n"
			       "summed: yes\n");
	opened();
	assert_int_equal(save(&reporter, 0, "3", "2", &draft), E_OK);
	assert_int_equal(submit(draft, false, 20), E_OK);
	assert_int_equal(CHANGE(form_set(o, C, other, &coordinator, at(30), &scene.arena, &version,
				 &problem)),
		E_OK);
	assert_int_equal(version, 1);
	assert_int_equal(CHANGE(form_set(o, C, other, &coordinator, at(30), &scene.arena, &version,
				 &problem)),
		E_OK);
	assert_int_equal(version, 1);
	assert_int_equal(find().form, 0);
	assert_answer(1, 1, "2");
	assert_int_equal(form_load(o, C, -1, &scene.arena, &form, &version), E_OK);
	assert_int_equal(form.row_count, 1);
	assert_int_equal(form_load(o, C, 0, &scene.arena, &form, &version), E_OK);
	assert_int_equal(form.row_count, 3);
	assert_int_equal(form_load(o, C, 2, &scene.arena, &form, &version), E_NOTFOUND);
}

/* --- deadlines --- */

static int32_t hanoi(const struct zone *zone, struct instant t)
{
	(void)zone;
	(void)t;
	return 7 * SECONDS_PER_HOUR;
}

/* One that skips midnight on 2020-10-18 (00:00 becomes 01:00), and lets 2020-03-22 end twice. */
static int32_t jumping(const struct zone *zone, struct instant t)
{
	(void)zone;
	int64_t begins = date_instant((struct date){2020, 10, 18}).seconds + 4 * SECONDS_PER_HOUR;
	int64_t ends = date_instant((struct date){2020, 3, 22}).seconds + 3 * SECONDS_PER_HOUR;
	return t.seconds >= ends && t.seconds < begins ? -4 * SECONDS_PER_HOUR
						       : -3 * SECONDS_PER_HOUR;
}

static void test_before_a_day_is_exclusive(void **state)
{
	(void)state;
	struct deadline d = {DEADLINE_DAY, {2020, 10, 22},
		deadline_instant((struct date){2020, 10, 22}, hanoi, NULL)};
	struct instant expected;
	assert_true(instant_parse(STR("2020-10-22T00:00:00+07:00"), &expected));
	assert_int_equal(d.end.seconds, expected.seconds);
	struct instant last = {expected.seconds - 1};
	assert_int_equal(return_timing(RETURN_SUBMITTED, last, &d, expected), TIMING_ON_TIME);
	assert_int_equal(return_timing(RETURN_SUBMITTED, expected, &d, expected), TIMING_LATE);
	assert_int_equal(return_timing(RETURN_DRAFT, at(0), &d, last), TIMING_NOT_DUE);
	assert_int_equal(return_timing(RETURN_SENT_BACK, last, &d, expected), TIMING_OVERDUE);
	assert_int_equal(return_timing(RETURN_NONE, at(0), &d, expected), TIMING_OVERDUE);
	d.kind = DEADLINE_NONE;
	assert_int_equal(return_timing(RETURN_NONE, at(0), &d, expected), TIMING_NOT_DUE);
}

static void test_a_day_begins_where_clocks_jump(void **state)
{
	(void)state;
	struct instant expected;
	assert_true(instant_parse(STR("2020-10-18T01:00:00-03:00"), &expected));
	assert_int_equal(deadline_instant((struct date){2020, 10, 18}, jumping, NULL).seconds,
		expected.seconds);
	assert_true(instant_parse(STR("2020-03-22T00:00:00-04:00"), &expected));
	assert_int_equal(deadline_instant((struct date){2020, 3, 22}, jumping, NULL).seconds,
		expected.seconds);
}

static enum err set_level(unsigned level, int day)
{
	struct deadline d = {DEADLINE_DAY, {2020, 10, day},
		deadline_instant((struct date){2020, 10, day}, hanoi, NULL)};
	return CHANGE(deadline_set_level(o, C, level, &d, &coordinator, at(0)));
}

static enum err set_org(int64_t org, int day)
{
	struct deadline d = {DEADLINE_DAY, {2020, 10, day},
		deadline_instant((struct date){2020, 10, day}, hanoi, NULL)};
	return CHANGE(deadline_set_org(o, C, org, &d, &coordinator, at(0)));
}

static void test_a_unit_is_due_before_its_coordinator(void **state)
{
	(void)state;
	struct deadline d;
	assert_int_equal(set_level(0, 22), E_OK);
	assert_int_equal(set_level(1, 22), E_RANGE);
	assert_int_equal(set_level(1, 20), E_OK);
	assert_int_equal(set_level(0, 20), E_RANGE);
	assert_int_equal(set_org(ward, 22), E_RANGE);
	assert_int_equal(set_org(ward, 21), E_OK);
	assert_int_equal(set_org(city, 21), E_RANGE);
	assert_int_equal(set_level(0, 21), E_RANGE);
	assert_int_equal(deadline_find(o, C, ward, &d), E_OK);
	assert_int_equal(d.day.day, 21);
	assert_int_equal(deadline_find(o, C, city, &d), E_OK);
	assert_int_equal(d.day.day, 22);
	assert_int_equal(deadline_find(o, C, 999, &d), E_NOTFOUND);
}

/* --- attachments and lists --- */

static enum err attach(const char *name, const char *content)
{
	struct return_head head = find();
	struct attachment told = {.row = STR(""), .name = str_from(name)};
	return CHANGE(return_attach(
		o, &head, str_bytes(str_from(content)), &told, &reporter, at(3), &scene.arena));
}

static void test_only_papers_are_taken(void **state)
{
	(void)state;
	struct return_head head = opened();
	struct return_content content;
	struct attachment attachment;
	int fd = -1;
	int64_t draft;
	assert_int_equal(attach("a.pdf", "MZ not at all"), E_UNKNOWN);
	assert_int_equal(attach("a.pdf", "%PDF-1.7 without an end"), E_UNKNOWN);
	assert_int_equal(attach("a.pdf", " %PDF-1.7\n%%EOF"), E_UNKNOWN);
	assert_int_equal(attach("../../etc/pass\\wd", "%PDF-1.7\n%%EOF\n"), E_OK);
	head = find();
	assert_int_equal(return_load(o, &head, 0, &scene.arena, &content), E_OK);
	assert_int_equal(content.attachment_count, 1);
	assert_true(str_equal(content.attachments[0].name, STR("wd.pdf")));
	assert_int_equal(content.attachments[0].look, ATTACHMENT_NOT_LOOKED);
	struct str sha256 = content.attachments[0].sha256;
	assert_int_equal(save(&reporter, head.draft, "3", "2", &draft), E_OK);
	assert_int_equal(submit(draft, false, 20), E_OK);
	head = find();
	assert_int_equal(return_load(o, &head, 1, &scene.arena, &content), E_OK);
	assert_int_equal(content.attachment_count, 1);
	assert_int_equal(
		CHANGE(return_detach(o, &head, sha256, &reporter, at(30), &scene.arena)), E_OK);
	assert_int_equal(
		return_attachment_open(o, &head, sha256, &scene.arena, &attachment, &fd), E_OK);
	file_close(&fd);
	head.id++;
	assert_int_equal(return_attachment_open(o, &head, sha256, &scene.arena, &attachment, &fd),
		E_NOTFOUND);
}

static enum err look_at(void *context, struct str sha256, int fd)
{
	++*(int *)context;
	assert_true(fd >= 0);
	return CHANGE(
		return_looked(o, sha256, ATTACHMENT_FOUND, STR("Test"), &coordinator, at(40)));
}

/* Found once, it is kept from every return that has it. */
static void test_what_is_found_is_kept_back(void **state)
{
	(void)state;
	int fd = -1;
	int seen = 0;
	struct attachment attachment;
	struct return_content content;
	opened();
	assert_int_equal(attach("a.pdf", "%PDF-1.7\n%%EOF\n"), E_OK);
	assert_int_equal(attach("b.pdf", "%PDF-1.7\n2\n%%EOF\n"), E_OK);
	assert_int_equal(return_each_unlooked(o, look_at, &seen), E_OK);
	assert_int_equal(return_each_unlooked(o, look_at, &seen), E_OK);
	assert_int_equal(seen, 2);
	struct return_head head = find();
	assert_int_equal(return_load(o, &head, 0, &scene.arena, &content), E_OK);
	assert_int_equal(content.attachments[0].look, ATTACHMENT_FOUND);
	assert_int_equal(return_attachment_open(o, &head, content.attachments[0].sha256,
				 &scene.arena, &attachment, &fd),
		E_DENIED);
}

static void test_what_is_known(void **state)
{
	(void)state;
	struct return_known known;
	const struct return_known counted = {
		at(1), {2020, 9, 16}, {2020, 10, 31}, 2, 7, 3, STR("ncsc")};
	assert_int_equal(return_known_find(o, C, ward, &scene.arena, &known), E_NOTFOUND);
	assert_int_equal(CHANGE(return_known_put(o, C, ward, &counted)), E_OK);
	assert_int_equal(CHANGE(return_known_put(o, C, ward, &counted)), E_OK);
	assert_int_equal(return_known_find(o, C, ward, &scene.arena, &known), E_OK);
	assert_true(known.addresses == 7 && known.nets == 3 && known.networks == 2);
	assert_true(known.from.month == 9 && known.to.day == 31);
	assert_true(str_equal(known.sources, STR("ncsc")));
}

static void test_only_so_many_papers(void **state)
{
	(void)state;
	char content[64];
	opened();
	for (int i = 0; i < 10; i++) {
		snprintf(content, sizeof(content), "%%PDF-1.4 %d\n%%%%EOF", i);
		assert_int_equal(attach("a.pdf", content), E_OK);
	}
	assert_int_equal(attach("a.pdf", "%PDF-1.4 last\n%%EOF"), E_LIMIT);
	assert_int_equal(attach("b.pdf", "%PDF-1.4 3\n%%EOF"), E_OK); /* there already */
}

static enum err count_listed(void *context, const struct listed_org *org)
{
	uint64_t *bits = context;
	*bits = *bits * 4 + org->rows;
	return E_OK;
}

static void test_lists_hold_each_once(void **state)
{
	(void)state;
	struct return_form form;
	struct problem problem;
	int64_t list;
	size_t bad = 0;
	uint64_t bits = 0;
	char digits[14];
	assert_int_equal(form_parse(form_appendix_two(), &scene.arena, &form, &problem), E_OK);
	const struct listed_org orgs[] = {{STR("0200000001"), STR("A"), 1},
		{STR("0200000002-001"), STR("B"), 3}, {STR(" 0200000001 "), STR("A"), 2}};
	assert_int_equal(CHANGE(return_list_add(o, &form, orgs, 3, at(0), &list, &bad)), E_OK);
	assert_int_equal(return_list_each(o, list, &form, count_listed, &bits), E_OK);
	assert_int_equal(bits, 3 * 4 + 3);
	const struct listed_org wrong[] = {
		{STR("0200000001"), STR("A"), 1}, {STR("020"), STR("B"), 1}};
	assert_int_equal(CHANGE(return_list_add(o, &form, wrong, 2, at(0), &list, &bad)), E_SYNTAX);
	assert_int_equal(bad, 1);
	assert_false(tax_code_tidy(STR("02000000010010"), digits));
	assert_false(tax_code_tidy(STR("02000000-01"), digits));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_the_way_of_a_return, begin, end),
		cmocka_unit_test_setup_teardown(test_put_aside, begin, end),
		cmocka_unit_test_setup_teardown(test_what_is_found_is_kept_back, begin, end),
		cmocka_unit_test_setup_teardown(test_what_is_known, begin, end),
		cmocka_unit_test_setup_teardown(test_a_version_stands, begin, end),
		cmocka_unit_test_setup_teardown(test_two_people_at_once_lose_nothing, begin, end),
		cmocka_unit_test_setup_teardown(
			test_errors_stop_and_warnings_are_confirmed, begin, end),
		cmocka_unit_test_setup_teardown(
			test_history_says_who_confirmed_and_on_whose_behalf, begin, end),
		cmocka_unit_test_setup_teardown(
			test_the_letter_is_received_once_and_fills_in_row_one, begin, end),
		cmocka_unit_test_setup_teardown(test_a_return_keeps_its_form, begin, end),
		cmocka_unit_test_setup_teardown(test_before_a_day_is_exclusive, begin, end),
		cmocka_unit_test_setup_teardown(test_a_day_begins_where_clocks_jump, begin, end),
		cmocka_unit_test_setup_teardown(
			test_a_unit_is_due_before_its_coordinator, begin, end),
		cmocka_unit_test_setup_teardown(test_only_papers_are_taken, begin, end),
		cmocka_unit_test_setup_teardown(test_only_so_many_papers, begin, end),
		cmocka_unit_test_setup_teardown(test_lists_hold_each_once, begin, end),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
