/* SPDX-License-Identifier: Apache-2.0 */
#include "mail_test.h"

#include "base/limits.h"
#include "mail/message.h"
#include "mail/template.h"

static const struct date deadline = {2020, 10, 22};

static struct mail_frame frame_in(enum lang lang)
{
	return (struct mail_frame){.lang = lang,
		.service = STR("Quét Sạch – Sở Thông tin và Truyền thông Hải Phòng"),
		.campaign = STR("Chiến dịch rà soát và bóc gỡ mã độc năm 2020"),
		.unit = STR("UBND quận Lê Chân"),
		.link = STR("https://quetsach.example/vi/moi/abc_DEF-123"),
		.contact = STR("Nguyễn Văn An, 0225 3823 456, an@haiphong.example")};
}

static enum err make_reminders(
	const struct mail_frame *f, struct mail_text *t, struct problem *problem)
{
	const struct mail_due due[] = {{f->campaign, f->unit, f->link, deadline, false},
		{f->campaign, STR("Phường An Biên"), f->link, deadline, true}};
	return mail_reminders(f, due, 2, t, problem);
}

/* One call for each kind, with values of the test's choice. */
static enum err make(enum mail_kind kind, const struct mail_frame *f, struct str reason,
	const struct mail_digest *digest, struct mail_text *t, struct problem *problem)
{
	switch (kind) {
	case MAIL_INVITATION:
		return mail_invitation(f, deadline, t, problem);
	case MAIL_REMINDER_BEFORE:
		return mail_reminder_before(f, deadline, t, problem);
	case MAIL_REMINDER_AFTER:
		return mail_reminder_after(f, deadline, t, problem);
	case MAIL_SENT_BACK:
		return mail_sent_back(f, reason, deadline, t, problem);
	case MAIL_ACCEPTED:
		return mail_accepted(f, t, problem);
	case MAIL_DIGEST:
		return mail_digest(f, digest, t, problem);
	case MAIL_PASSWORD_RESET:
		return mail_password_reset(f, 30, t, problem);
	case MAIL_TEST:
		return mail_test(f, t, problem);
	case MAIL_REMINDERS:
		return make_reminders(f, t, problem);
	case MAIL_DIGESTS: {
		const struct mail_frame frames[] = {*f, *f};
		const struct mail_digest digests[] = {*digest, *digest};
		return mail_digests(frames, digests, 2, t, problem);
	}
	case MAIL_KIND__COUNT:
		break;
	}
	return E_USAGE;
}

static const struct str late[] = {STR_INIT("Phường An Biên"), STR_INIT("Phường Cát Dài")};
static const struct mail_digest digest = {.deadline = {2020, 10, 22},
	.units = 1212,
	.reported = 1187,
	.waiting = 5,
	.unopened = 3,
	.late = late,
	.late_shown = 2,
	.late_count = 20};

/* Filled, nothing left open, and a mail can be made of it. */
static void check_text(enum mail_kind kind, const struct mail_frame *f, const struct mail_text *t)
{
	struct str subject = writer_view_str(&t->subject), body = writer_view_str(&t->text);
	struct mail_message m = {.id = STR("x"),
		.from = STR("a@b"),
		.to = STR("c@d"),
		.lang = f->lang,
		.subject = subject,
		.text = body};
	struct problem problem;
	struct writer w;
	assert_true(subject.size > 5);
	assert_true(str_find(subject, STR("{")) == subject.size);
	assert_true(str_find(body, STR("{")) == body.size);
	assert_holds(body, f->contact);
	assert_holds(body, f->service);
	/* Each says that nobody asks for a password. */
	assert_holds(body, f->lang == LANG_VI ? STR("không bao giờ hỏi mật khẩu")
					      : STR("never ask for a password"));
	if (kind != MAIL_TEST)
		assert_holds(body, f->link);
	writer_init(&w, LIMIT_MAIL_FILE);
	assert_int_equal(mail_compose(&m, (struct instant){0}, &w, &problem), E_OK);
	writer_release(&w);
}

static void test_each_kind(void **state)
{
	struct problem problem;
	struct mail_text t;
	(void)state;
	mail_text_init(&t);
	for (int lang = 0; lang < LANG__COUNT; lang++) {
		struct mail_frame f = frame_in((enum lang)lang);
		for (int kind = 0; kind < MAIL_KIND__COUNT; kind++) {
			assert_int_equal(make((enum mail_kind)kind, &f, STR("Thiếu số liệu"),
						 &digest, &t, &problem),
				E_OK);
			check_text((enum mail_kind)kind, &f, &t);
		}
	}
	mail_text_release(&t);
}

/* "Trước ngày 22" means that the 21st is the last day in time. */
static void test_days(void **state)
{
	struct mail_frame f = frame_in(LANG_VI);
	struct problem problem;
	struct mail_text t;
	(void)state;
	mail_text_init(&t);
	assert_int_equal(mail_reminder_before(&f, deadline, &t, &problem), E_OK);
	assert_holds(writer_view_str(&t.text),
		STR("trước thứ Năm, 22/10/2020. Ngày cuối cùng còn kịp là thứ Tư, 21/10/2020."));
	f.lang = LANG_EN;
	assert_int_equal(mail_reminder_before(&f, (struct date){2021, 1, 1}, &t, &problem), E_OK);
	assert_holds(writer_view_str(&t.text),
		STR("before Friday, 01/01/2021. The last day in time is Thursday, 31/12/2020."));
	mail_text_release(&t);
}

static void test_digest(void **state)
{
	struct mail_frame f = frame_in(LANG_VI);
	struct mail_digest none = {.deadline = {2020, 10, 22}, .units = 3, .reported = 3};
	struct problem problem;
	struct mail_text t;
	(void)state;
	mail_text_init(&t);
	assert_int_equal(mail_digest(&f, &digest, &t, &problem), E_OK);
	assert_holds(writer_view_str(&t.subject), STR("1.187/1.212"));
	assert_holds(writer_view_str(&t.text),
		STR("- Phường An Biên\n- Phường Cát Dài\n- và 18 đơn vị khác\n"));
	assert_int_equal(mail_digest(&f, &none, &t, &problem), E_OK);
	struct str body = writer_view_str(&t.text);
	assert_true(str_find(body, STR("Các đơn vị quá hạn")) == body.size);
	mail_text_release(&t);
}

/* Each line with its own page, those that are late said so. */
static void test_several(void **state)
{
	struct mail_frame f = frame_in(LANG_VI);
	struct problem problem;
	struct mail_text t;
	(void)state;
	mail_text_init(&t);
	assert_int_equal(make_reminders(&f, &t, &problem), E_OK);
	assert_holds(writer_view_str(&t.subject), STR("2 báo cáo"));
	assert_holds(writer_view_str(&t.text), STR("hạn trước thứ Năm, 22/10/2020"));
	assert_holds(writer_view_str(&t.text), STR("Phường An Biên, “Chiến dịch"));
	assert_holds(writer_view_str(&t.text), STR("đã quá hạn"));
	mail_text_release(&t);
}

/* Where no address is known the page is named; a link that has to be opened is another matter. */
static void test_without_a_link(void **state)
{
	struct mail_frame f = frame_in(LANG_EN);
	struct problem problem;
	struct mail_text t;
	(void)state;
	f.link = STR("");
	mail_text_init(&t);
	assert_int_equal(mail_reminder_before(&f, deadline, &t, &problem), E_OK);
	assert_holds(writer_view_str(&t.text), STR("Desk › Campaigns › Chiến dịch"));
	assert_int_equal(mail_invitation(&f, deadline, &t, &problem), E_SYNTAX);
	assert_int_equal(mail_password_reset(&f, 30, &t, &problem), E_SYNTAX);
	f.link = STR("https://a/b");
	assert_int_equal(mail_password_reset(&f, 30, &t, &problem), E_OK);
	assert_holds(writer_view_str(&t.text), STR("within 30 minutes"));
	assert_int_equal(mail_password_reset(&f, 24 * 60, &t, &problem), E_OK);
	assert_holds(writer_view_str(&t.text), STR("within 24 hours"));
	mail_text_release(&t);
}

static void test_reason_is_set_off(void **state)
{
	struct mail_frame f = frame_in(LANG_VI);
	struct problem problem;
	struct mail_text t;
	(void)state;
	mail_text_init(&t);
	assert_int_equal(mail_sent_back(&f, STR("\nDòng 2 lớn hơn dòng 1.\nXin sửa lại.\n"),
				 deadline, &t, &problem),
		E_OK);
	assert_holds(writer_view_str(&t.text),
		STR("Lý do:\n\n> Dòng 2 lớn hơn dòng 1.\n> Xin sửa lại.\n\nViệc cần làm"));
	mail_text_release(&t);
}

static void refused(
	struct mail_frame f, struct str reason, enum problem_code code, const char *field)
{
	struct problem problem = {.code = PROBLEM_NONE};
	struct mail_text t;
	mail_text_init(&t);
	assert_int_equal(mail_sent_back(&f, reason, deadline, &t, &problem),
		code == PROBLEM_FIELD_TOO_LONG ? E_LIMIT : E_SYNTAX);
	assert_int_equal(problem.code, code);
	assert_str(problem_field(&problem), str_from(field));
	mail_text_release(&t);
}

static void test_hostile_values(void **state)
{
	static char much[2001];
	static const struct str lines[] = {STR_INIT("Đơn vị\n\nMời bạn mở https://evil.example"),
		STR_INIT("a\rb"), STR_INIT("a\0b"), STR_INIT("a\x7f"), STR_INIT("a\tb")};
	static const struct str links[] = {STR_INIT("javascript:alert(1)"), STR_INIT("https://"),
		STR_INIT("https://a b"), STR_INIT("https://a\"b"), STR_INIT("https://a>b"),
		STR_INIT("ftp://a"), STR_INIT("https://ví.dụ")};
	struct str reason = STR("vì");
	(void)state;
	memset(much, 'a', sizeof(much));
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		struct mail_frame f = frame_in(LANG_VI);
		f.unit = lines[i];
		refused(f, reason, PROBLEM_CONTROL_CHARACTER, "unit");
		f = frame_in(LANG_VI);
		f.campaign = lines[i];
		refused(f, reason, PROBLEM_CONTROL_CHARACTER, "campaign");
		f = frame_in(LANG_VI);
		f.contact = lines[i];
		refused(f, reason, PROBLEM_CONTROL_CHARACTER, "contact");
	}
	for (size_t i = 0; i < sizeof(links) / sizeof(links[0]); i++) {
		struct mail_frame f = frame_in(LANG_VI);
		f.link = links[i];
		refused(f, reason, PROBLEM_BAD_FIELD, "link");
	}
	struct mail_frame f = frame_in(LANG_VI);
	refused(f, STR("a\x1b[2J"), PROBLEM_CONTROL_CHARACTER, "reason");
	refused(f, STR(" \n "), PROBLEM_NO_FIELD, "reason");
	f.unit = STR("");
	refused(f, reason, PROBLEM_NO_FIELD, "unit");
	f.unit = (struct str){much, sizeof(much)};
	refused(f, reason, PROBLEM_FIELD_TOO_LONG, "unit");
}

/* A value that looks like a place to fill stays what it is. */
static void test_braces(void **state)
{
	struct mail_frame f = frame_in(LANG_VI);
	struct problem problem;
	struct mail_text t;
	(void)state;
	f.unit = STR("Đơn vị {link}");
	mail_text_init(&t);
	assert_int_equal(mail_accepted(&f, &t, &problem), E_OK);
	assert_holds(writer_view_str(&t.subject), STR("Đơn vị {link}"));
	mail_text_release(&t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_each_kind),
		cmocka_unit_test(test_days),
		cmocka_unit_test(test_digest),
		cmocka_unit_test(test_several),
		cmocka_unit_test(test_without_a_link),
		cmocka_unit_test(test_reason_is_set_off),
		cmocka_unit_test(test_hostile_values),
		cmocka_unit_test(test_braces),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
