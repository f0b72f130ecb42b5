/* SPDX-License-Identifier: Apache-2.0 */
#include "fetch_test.h"

#include "base/limits.h"
#include "fetch/wire.h"

static void test_order_again(void **state)
{
	const struct transfer_order o = {.address = STR("https://h/k"),
		.shown = STR("https://h/{secret}"),
		.body = STR("{}"),
		.auth = AUTH_HEADER,
		.header = STR("HMAC2"),
		.secret = STR("00"),
		.validator = STR("\"v\""),
		.from = 7,
		.most_bytes = 8,
		.most_seconds = 9,
		.list = true};
	struct transfer_order got;
	struct writer w;
	(void)state;
	writer_init(&w, FETCH_PACKET);
	assert_int_equal(wire_put_order(&w, &o), E_OK);
	assert_int_equal(wire_take_order(writer_view(&w), &got), E_OK);
	assert_str(got.address, o.address);
	assert_str(got.header, o.header);
	assert_str(got.validator, o.validator);
	assert_int_equal(got.auth, AUTH_HEADER);
	assert_int_equal(got.from, 7);
	assert_true(got.list);
	for (size_t i = 0; i < w.size; i++)
		assert_int_not_equal(wire_take_order((struct bytes){w.data, i}, &got), E_OK);
	writer_release(&w);
}

static void test_messages_again(void **state)
{
	const struct transfer_result result = {.end = TRANSFER_AWAY,
		.reason = REASON_STATUS,
		.status = 503,
		.size = 12,
		.retry_after = UINT64_MAX,
		.resumable = true,
		.validator = "\"x\"",
		.words = "HTTP 503"};
	const struct report report = {.id = STR("a-1"),
		.file = STR("x.csv"),
		.type = STR("t"),
		.list = STR("l"),
		.day_set = true,
		.day = {2026, 11, 23}};
	struct fetch_message m;
	struct writer w;
	(void)state;
	writer_init(&w, FETCH_PACKET);
	wire_put_result(&w, FETCH_ENDED, &result);
	assert_int_equal(wire_take(writer_view(&w), &m), E_OK);
	assert_int_equal(m.result.reason, REASON_STATUS);
	assert_int_equal(m.result.retry_after, INT32_MAX);
	assert_string_equal(m.result.words, "HTTP 503");
	for (size_t i = 0; i < w.size; i++)
		assert_int_not_equal(wire_take((struct bytes){w.data, i}, &m), E_OK);
	writer_clear(&w);
	wire_put_report(&w, &report);
	assert_int_equal(wire_take(writer_view(&w), &m), E_OK);
	assert_str(m.report.id, report.id);
	assert_int_equal(m.report.day.day, 23);
	writer_release(&w);
}

static void check_bad(struct writer *w, enum err expected)
{
	struct fetch_message m;
	assert_int_equal(wire_take(writer_view(w), &m), expected);
	writer_clear(w);
}

/* What a process that was taken over might say. */
static void test_lies(void **state)
{
	struct transfer_result r = {.end = TRANSFER_END__COUNT};
	struct report report = {
		.id = STR("../x"), .file = STR(""), .type = STR(""), .list = STR("")};
	struct writer w;
	(void)state;
	writer_init(&w, FETCH_PACKET);
	wire_put_result(&w, FETCH_ENDED, &r);
	check_bad(&w, E_SYNTAX);
	r = (struct transfer_result){.reason = TRANSFER_REASON__COUNT};
	wire_put_result(&w, FETCH_BEGAN, &r);
	check_bad(&w, E_SYNTAX);
	r = (struct transfer_result){.etag = "a\nfolder: /etc"};
	wire_put_result(&w, FETCH_BEGAN, &r);
	check_bad(&w, E_SYNTAX);
	wire_put_report(&w, &report);
	check_bad(&w, E_SYNTAX);
	report = (struct report){.id = STR("x"),
		.file = STR(""),
		.type = STR(""),
		.list = STR(""),
		.day_set = true,
		.day = {2026, 13, 1}};
	wire_put_report(&w, &report);
	check_bad(&w, E_SYNTAX);
	writer_u8(&w, FETCH_TAG__COUNT);
	check_bad(&w, E_SYNTAX);
	wire_put_progress(&w, 1, 2);
	writer_u8(&w, 0);
	check_bad(&w, E_SYNTAX);
	check_bad(&w, E_TRUNCATED);
	writer_release(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_order_again),
		cmocka_unit_test(test_messages_again),
		cmocka_unit_test(test_lies),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
