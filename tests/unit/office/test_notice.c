/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "office/account.h"
#include "office/contact.h"
#include "office/form.h"
#include "office/notice.h"
#include "office/outbox.h"
#include "office/rollup.h"
#include "office/setting.h"
#include "org_scene.h"

enum {
	WARDS = 4,
	MAILS = 64
};

static struct office_scene scene;
static struct office *o;
static int64_t city, ward[WARDS];
static const struct actor machine = {
	0, ROLE_OPERATOR, 0, LANG_VI, STR_INIT("operator"), STR_INIT("")};
static struct notice_house house = {.on = true,
	.service = {STR_INIT("Quét Sạch – Sở"), STR_INIT("Quét Sạch – Department")},
	.address = STR_INIT("https://desk.example.vn"),
	.contact = STR_INIT("0225 3823 456")};
static const struct notice_campaign campaign = {.key = STR_INIT("vn-2020"),
	.name = {STR_INIT("Chiến dịch 2020"), STR_INIT("Campaign 2020")}};
static const struct date deadline = {2020, 10, 22}; /* a Thursday */

#define CHANGE(expression)                                                                         \
	do {                                                                                       \
		assert_int_equal(office_begin(o), E_OK);                                           \
		assert_int_equal(office_end(o, (expression)), E_OK);                               \
	} while (0)

static struct instant on(struct date day)
{
	return (struct instant){date_instant(day).seconds + 9 * SECONDS_PER_HOUR};
}

static int64_t add_person(const char *mail, enum role role, int64_t org, enum lang lang)
{
	int64_t id = 0;
	const struct password_hash hash = {
		"$argon2id$v=19$m=65536,t=3,p=1$c2FsdHNhbHRzYWx0$aGFzaA"};
	const struct account account = {
		.mail = str_from(mail), .name = STR("Lan"), .role = role, .org = org, .lang = lang};
	if (office_begin(o) != E_OK ||
		office_end(o, account_add(o, &machine, &account, on(deadline), &id)) != E_OK)
		fail_msg("%s", o->db.complaint);
	CHANGE(account_set_password(o, &machine, id, &hash, 0, on(deadline)));
	return id;
}

static int begin(void **state)
{
	char code[16], mail[32];
	const struct deadline due = {DEADLINE_DAY, deadline, date_instant(deadline)};
	(void)state;
	office_scene_begin(&scene);
	o = &scene.office;
	house.on = true;
	house.address = STR("https://desk.example.vn");
	city = org_scene_put(&scene, "31", "", "2020-01-01");
	for (int i = 0; i < WARDS; i++) {
		snprintf(code, sizeof(code), "31.%d", i);
		ward[i] = org_scene_put(&scene, code, "31", "2020-01-01");
		snprintf(mail, sizeof(mail), "ward%d@example.vn", i);
		(void)add_person(mail, ROLE_REPORTER, ward[i], i % 2 ? LANG_EN : LANG_VI);
	}
	CHANGE(deadline_set_level(o, campaign.key, 1, &due, &machine, on(deadline)));
	return 0;
}

static int end(void **state)
{
	(void)state;
	office_scene_end(&scene);
	return 0;
}

static void hand_in(int64_t org, struct date day)
{
	struct return_head head;
	int64_t number;
	struct answer answers[3] = {{STR("5"), STR("")}, {STR("3"), STR("")}, {STR(""), STR("")}};
	struct return_content content = {.answers = answers, .answer_count = 3};
	struct arena *a = &scene.arena;
	CHANGE(return_open(o, campaign.key, org, &machine, on(day), a, &head));
	content.form = head.form;
	CHANGE(return_save(o, &head, head.draft, &content, &machine, on(day), a, &number));
	CHANGE(return_submit(o, &head, number, STR(""), true, &machine, on(day), a, &number));
}

/* --- what waits in the outbox --- */

struct seen {
	size_t count;
	struct outgoing mails[MAILS];
};

static enum err keep(void *context, const struct outgoing *mail)
{
	struct seen *s = context;
	assert_true(s->count < MAILS);
	struct outgoing *kept = &s->mails[s->count++];
	*kept = *mail;
	kept->id = arena_copy(&scene.arena, mail->id);
	kept->recipient = arena_copy(&scene.arena, mail->recipient);
	kept->subject = arena_copy(&scene.arena, mail->subject);
	kept->body = arena_copy(&scene.arena, mail->body);
	return E_OK;
}

static struct seen waiting(void)
{
	struct seen s = {.count = 0};
	assert_int_equal(outbox_each(o, MAILS, keep, &s), E_OK);
	return s;
}

static const struct outgoing *mail_to(const struct seen *s, const char *recipient)
{
	const struct outgoing *found = NULL;
	for (size_t i = 0; i < s->count; i++)
		if (str_equal(s->mails[i].recipient, str_from(recipient)))
			found = &s->mails[i];
	return found;
}

static void forget_mails(void)
{
	CHANGE(sql_execute(&o->db, "DELETE FROM outbox"));
}

static bool has(struct str text, const char *part)
{
	return str_find(text, str_from(part)) < text.size;
}

static struct notice_tally run(struct date day, int hour, bool digests, bool at_once, bool dry)
{
	struct notice_tally tally;
	const struct notice_round round = {.house = &house,
		.campaigns = &campaign,
		.campaign_count = 1,
		.today = day,
		.hour = hour,
		.now = {date_instant(day).seconds + hour * SECONDS_PER_HOUR},
		.reminders = !digests,
		.digests = digests,
		.at_once = at_once,
		.dry = dry};
	assert_int_equal(notice_due(o, &round, &scene.arena, &tally), E_OK);
	return tally;
}

/* --- reminders --- */

static void reminders_come_on_their_days_and_once(void **state)
{
	(void)state;
	/* first unit's own unit (the city) has no people: 4 wards have */
	assert_int_equal(run((struct date){2020, 10, 14}, 9, false, true, false).mails, 0);
	assert_int_equal(run((struct date){2020, 10, 15}, 9, false, true, true).mails, 4);
	assert_int_equal(waiting().count, 0); /* that one was dry */
	hand_in(ward[0], (struct date){2020, 10, 14});
	assert_int_equal(run((struct date){2020, 10, 15}, 9, false, true, false).mails, 3);
	struct seen s = waiting();
	assert_int_equal(s.count, 3);
	assert_null(mail_to(&s, "ward0@example.vn"));
	const struct outgoing *m = mail_to(&s, "ward1@example.vn");
	assert_int_equal(m->lang, LANG_EN);
	assert_true(has(m->body, "Campaign 2020"));
	assert_true(has(m->body, "https://desk.example.vn/desk/en/campaigns/vn-2020/returns/"));
	assert_true(m->until.seconds == date_instant(deadline).seconds);
	m = mail_to(&s, "ward2@example.vn");
	assert_int_equal(m->lang, LANG_VI);
	assert_true(has(m->body, "Chiến dịch 2020"));
	/* again the same day, and on those until the next step */
	assert_int_equal(run((struct date){2020, 10, 15}, 10, false, true, false).mails, 0);
	assert_int_equal(run((struct date){2020, 10, 20}, 9, false, true, false).mails, 0);
	assert_int_equal(run((struct date){2020, 10, 21}, 9, false, true, false).mails, 3);
	/* the first day that is late is not yet one day after it */
	assert_int_equal(run((struct date){2020, 10, 22}, 9, false, true, false).mails, 0);
	assert_int_equal(run((struct date){2020, 10, 23}, 9, false, true, false).mails, 3);
	hand_in(ward[1], (struct date){2020, 10, 24});
	assert_int_equal(run((struct date){2020, 10, 30}, 9, false, true, false).mails, 2);
	assert_int_equal(run((struct date){2020, 11, 6}, 9, false, true, false).mails, 2);
	assert_int_equal(run((struct date){2020, 11, 13}, 9, false, true, false).mails, 0);
}

static void a_missed_day_is_made_good(void **state)
{
	(void)state;
	assert_int_equal(run((struct date){2020, 10, 18}, 9, false, true, false).mails, 4);
	assert_int_equal(run((struct date){2020, 10, 19}, 9, false, true, false).mails, 0);
}

static void the_clerk_waits_for_the_hour_and_looks_once_a_day(void **state)
{
	(void)state;
	assert_int_equal(run((struct date){2020, 10, 15}, 7, false, false, false).mails, 0);
	assert_int_equal(run((struct date){2020, 10, 15}, 8, false, false, false).mails, 4);
	int64_t late = org_scene_put(&scene, "31.9", "31", "2020-01-01");
	(void)add_person("late@example.vn", ROLE_REPORTER, late, LANG_VI);
	assert_int_equal(run((struct date){2020, 10, 15}, 9, false, false, false).mails, 0);
	assert_int_equal(run((struct date){2020, 10, 16}, 9, false, false, false).mails, 1);
}

static void switched_off_nothing_is_put(void **state)
{
	(void)state;
	house.on = false;
	assert_int_equal(run((struct date){2020, 10, 15}, 9, false, true, false).mails, 0);
	assert_int_equal(waiting().count, 0);
	assert_int_equal(run((struct date){2020, 10, 15}, 9, false, true, true).mails, 4);
	house.on = true;
	CHANGE(setting_put(o, &machine, SETTING_REMIND_BEFORE_FIRST, 0, on(deadline)));
	assert_int_equal(run((struct date){2020, 10, 15}, 9, false, true, false).mails, 0);
	assert_int_equal(office_begin(o), E_OK);
	assert_int_equal(
		office_end(o, setting_put(o, &machine, SETTING_MAIL_HOUR, 24, on(deadline))),
		E_RANGE);
}

static void a_persons_units_are_one_mail(void **state)
{
	struct problem problem;
	const struct contact contact = {STR("Trần Hoa"), STR(""), STR("Hoa@Example.vn")};
	(void)state;
	for (int i = 0; i < 3; i++)
		CHANGE(contact_put(o, campaign.key, ward[i], &contact, &org_scene_by, &problem));
	struct notice_tally t = run((struct date){2020, 10, 15}, 9, false, true, false);
	assert_int_equal(t.mails, 2);
	assert_int_equal(t.returns, 4);
	assert_int_equal(t.unreached, 0);
	struct seen s = waiting();
	const struct outgoing *m = mail_to(&s, "hoa@example.vn");
	assert_true(has(m->subject, "3"));
	assert_true(has(m->body, "31.0") && has(m->body, "31.2") && !has(m->body, "31.3"));
	/* one of three is handed in: the next mail is about two */
	hand_in(ward[1], (struct date){2020, 10, 16});
	forget_mails();
	assert_int_equal(run((struct date){2020, 10, 21}, 9, false, true, false).returns, 3);
	s = waiting();
	m = mail_to(&s, "hoa@example.vn");
	assert_true(has(m->body, "31.0") && !has(m->body, "31.1"));
}

static void without_an_address_the_place_is_named(void **state)
{
	(void)state;
	house.address = STR("");
	assert_int_equal(run((struct date){2020, 10, 15}, 9, false, true, false).mails, 4);
	struct seen s = waiting();
	const struct outgoing *m = mail_to(&s, "ward0@example.vn");
	assert_true(has(m->body, "Bàn làm việc › Chiến dịch › Chiến dịch 2020"));
	assert_false(has(m->body, "http"));
}

/* --- events --- */

static void a_judgement_is_told(void **state)
{
	(void)state;
	CHANGE(notice_judged(o, &house, &campaign, ward[1], 1, false,
		STR("Dòng 2 > dòng 1.\r\nSửa\tlại."), on(deadline), &scene.arena));
	CHANGE(notice_judged(
		o, &house, &campaign, ward[1], 1, true, STR(""), on(deadline), &scene.arena));
	/* the same once more */
	CHANGE(notice_judged(
		o, &house, &campaign, ward[1], 1, true, STR(""), on(deadline), &scene.arena));
	struct seen s = waiting();
	assert_int_equal(s.count, 2);
	for (size_t i = 0; i < s.count; i++)
		assert_true(str_equal(s.mails[i].recipient, STR("ward1@example.vn")));
	assert_true(has(s.mails[0].body, "> Sửa lại.") || has(s.mails[1].body, "> Sửa lại."));
	forget_mails();
	/* What no mail can hold keeps no return from being judged. */
	CHANGE(notice_judged(
		o, &house, &campaign, ward[1], 2, false, STR("a\x01"), on(deadline), &scene.arena));
	assert_int_equal(waiting().count, 0);
}

/* --- digests --- */

static void a_digest_says_what_the_roll_up_says(void **state)
{
	struct level level;
	struct return_form form;
	int64_t version;
	char line[64];
	(void)state;
	(void)add_person("city@example.vn", ROLE_COORDINATOR, city, LANG_EN);
	const struct date late_day = {2020, 10, 26}; /* a Monday, past the deadline */
	hand_in(ward[0], (struct date){2020, 10, 14});
	assert_int_equal(run(late_day, 9, true, true, false).mails, 1);
	assert_int_equal(form_load(o, campaign.key, -1, &scene.arena, &form, &version), E_OK);
	assert_int_equal(level_read(o, campaign.key, city, &form, version, on(late_day),
				 &scene.arena, &level),
		E_OK);
	struct seen s = waiting();
	const struct outgoing *m = mail_to(&s, "city@example.vn");
	snprintf(line, sizeof(line), "Reported: %d of %d units", (int)level_reported(&level.counts),
		(int)level.counts.expected);
	assert_true(has(m->body, line));
	snprintf(line, sizeof(line), "Overdue: %d units", (int)level.counts.overdue);
	assert_true(has(m->body, line));
	assert_true(level.counts.overdue == 3 && has(m->body, "31.1"));
	assert_true(has(m->body, "/desk/en/campaigns/vn-2020/roll-up/"));
	/* nothing new, nothing said; on a day off neither; then again */
	const struct date tuesday = {2020, 10, 27}, saturday = {2020, 10, 31},
			  monday = {2020, 11, 2};
	assert_int_equal(run(tuesday, 9, true, true, false).mails, 0);
	hand_in(ward[1], tuesday);
	assert_int_equal(run(saturday, 9, true, true, false).mails, 0);
	assert_int_equal(run(monday, 9, true, true, false).mails, 1);
	assert_int_equal(run(monday, 10, true, true, false).mails, 0);
}

static void whoever_wants_no_digest_gets_none(void **state)
{
	(void)state;
	int64_t id = add_person("city@example.vn", ROLE_COORDINATOR, city, LANG_EN);
	CHANGE(account_set_digest(o, &machine, id, false, on(deadline)));
	assert_int_equal(run((struct date){2020, 10, 20}, 9, true, true, false).mails, 0);
	CHANGE(account_set_digest(o, &machine, id, true, on(deadline)));
	CHANGE(setting_put(o, &machine, SETTING_DIGEST, 0, on(deadline)));
	assert_int_equal(run((struct date){2020, 10, 20}, 9, true, true, false).mails, 0);
	CHANGE(setting_put(o, &machine, SETTING_DIGEST, 1, on(deadline)));
	assert_int_equal(run((struct date){2020, 10, 20}, 9, true, true, false).mails, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(reminders_come_on_their_days_and_once, begin, end),
		cmocka_unit_test_setup_teardown(a_missed_day_is_made_good, begin, end),
		cmocka_unit_test_setup_teardown(
			the_clerk_waits_for_the_hour_and_looks_once_a_day, begin, end),
		cmocka_unit_test_setup_teardown(switched_off_nothing_is_put, begin, end),
		cmocka_unit_test_setup_teardown(a_persons_units_are_one_mail, begin, end),
		cmocka_unit_test_setup_teardown(without_an_address_the_place_is_named, begin, end),
		cmocka_unit_test_setup_teardown(a_judgement_is_told, begin, end),
		cmocka_unit_test_setup_teardown(a_digest_says_what_the_roll_up_says, begin, end),
		cmocka_unit_test_setup_teardown(whoever_wants_no_digest_gets_none, begin, end),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
