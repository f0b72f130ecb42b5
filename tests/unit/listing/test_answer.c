/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "listing/answer.h"
#include "listing/published.h"

enum {
	NOW = 1600000020 /* a whole minute */
};

static struct writer file;
static struct listing *listing;

static struct ip ip_of(const char *text)
{
	struct ip ip = {0};
	assert_true(ip_parse(str_from(text), &ip));
	return ip;
}

static void add(struct listing_builder *b, const char *ip, const char *botnet, uint32_t hours_ago,
	enum pool pool)
{
	struct listing_entry e = {.unit = ip_unit(ip_of(ip)),
		.first_minute = NOW / 60 - 60 * 24 * 40,
		.last_minute = NOW / 60 - 60 * hours_ago,
		.kind = KIND_INFECTED,
		.pool = pool,
		.precision = PRECISION_SECOND};
	assert_int_equal(listing_builder_botnet(b, str_from(botnet), &e.botnet), E_OK);
	assert_int_equal(listing_builder_feed(b, STR("sinkhole"), false, &e.feed), E_OK);
	assert_int_equal(listing_builder_add(b, &e, 1), E_OK);
}

static int set_up(void **state)
{
	const struct listing_facts facts = {.built = {NOW}, .change = 7, .feeds = 1};
	struct listing_builder *b = listing_builder_new();
	(void)state;
	assert_non_null(b);
	add(b, "14.160.1.2", "Conficker", 10, POOL_DYNAMIC);
	add(b, "14.160.1.2", "Mirai", 2, POOL_DYNAMIC);
	add(b, "14.160.1.3", "Mirai", 73, POOL_DYNAMIC);
	add(b, "14.160.1.4", "Mirai", 24 * 29, POOL_STATIC);
	add(b, "14.160.1.5", "Mirai", 1, POOL_MOBILE);
	add(b, "2001:ee0:1:2::9", "Vo1d", 1, POOL_UNKNOWN);
	writer_init(&file, 1 << 20);
	assert_int_equal(listing_builder_write(b, &facts, &file), E_OK);
	listing_builder_free(b);
	assert_int_equal(listing_open(writer_view(&file), &listing), E_OK);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	listing_close(listing);
	writer_release(&file);
	return 0;
}

static void expect(const char *ip, enum pool pool, int64_t now, enum answer_verdict verdict,
	enum answer_reason reason, bool listed)
{
	struct answer a;
	answer_decide(listing, pool, ip_of(ip), (struct instant){now}, &a);
	if (a.verdict != verdict || a.reason != reason || a.listed != listed)
		fail_msg("%s: verdict %d, reason %d, listed %d", ip, a.verdict, a.reason, a.listed);
}

static void verdicts(void **state)
{
	(void)state;
	expect("14.160.1.2", POOL_DYNAMIC, NOW, ANSWER_SEEN, ANSWER_NO_REASON, true);
	expect("14.160.1.9", POOL_DYNAMIC, NOW, ANSWER_NOT_SEEN, ANSWER_NO_REASON, false);
	expect("14.160.1.3", POOL_DYNAMIC, NOW, ANSWER_NOT_SEEN, ANSWER_NO_REASON, false);
	expect("14.160.1.4", POOL_STATIC, NOW, ANSWER_SEEN, ANSWER_NO_REASON, true);
	expect("2001:ee0:1:2:3:4:5:6", POOL_UNKNOWN, NOW, ANSWER_SEEN, ANSWER_NO_REASON, true);
	expect("2001:ee0:1:3::9", POOL_UNKNOWN, NOW, ANSWER_NOT_SEEN, ANSWER_NO_REASON, false);
}

static void what_cannot_be_said(void **state)
{
	(void)state;
	static const struct {
		const char *ip;
		enum answer_reason reason;
	} cases[] = {
		{"127.0.0.1", ANSWER_LOOPBACK},
		{"::1", ANSWER_LOOPBACK},
		{"192.168.1.1", ANSWER_PRIVATE},
		{"fd00::1", ANSWER_PRIVATE},
		{"100.64.0.1", ANSWER_SHARED},
		{"224.0.0.1", ANSWER_SPECIAL},
		{"240.0.0.1", ANSWER_SPECIAL},
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		expect(cases[i].ip, POOL_DYNAMIC, NOW, ANSWER_CANNOT_BE_SAID, cases[i].reason,
			false);
	expect("14.160.1.9", POOL_MOBILE, NOW, ANSWER_CANNOT_BE_SAID, ANSWER_MOBILE, false);
	expect("14.160.1.2", POOL_NAT, NOW, ANSWER_CANNOT_BE_SAID, ANSWER_NAT, true);
	/* The listing knew the pool when it was built, even if attribution does not today. */
	expect("14.160.1.5", POOL_UNKNOWN, NOW, ANSWER_CANNOT_BE_SAID, ANSWER_MOBILE, true);
}

/* An old listing may still say "seen", but its silence says nothing. */
static void old_listings(void **state)
{
	(void)state;
	const int64_t later = NOW + ANSWER_FRESH_SECONDS + 60;
	struct answer a;
	expect("14.160.1.9", POOL_DYNAMIC, NOW + ANSWER_FRESH_SECONDS, ANSWER_NOT_SEEN,
		ANSWER_NO_REASON, false);
	expect("14.160.1.9", POOL_DYNAMIC, later, ANSWER_CANNOT_BE_SAID, ANSWER_OLD_LISTING, false);
	answer_decide(NULL, POOL_DYNAMIC, ip_of("14.160.1.2"), (struct instant){NOW}, &a);
	assert_int_equal(a.verdict, ANSWER_CANNOT_BE_SAID);
	assert_int_equal(a.reason, ANSWER_NO_LISTING);
}

static void writes(const struct listing *l, const char *ip, const char *expected)
{
	struct answer a;
	struct writer w;
	writer_init(&w, 10000);
	answer_decide(l, POOL_DYNAMIC, ip_of(ip), (struct instant){NOW}, &a);
	answer_write_json(&w, l, &a);
	writer_char(&w, '\0');
	assert_string_equal((const char *)w.data, expected);
	writer_release(&w);
}

static void json(void **state)
{
	(void)state;
	writes(listing, "14.160.1.2",
		"{\"ip\":\"14.160.1.2\",\"unit\":\"14.160.1.2\",\"answer\":\"seen\",\"listed\":"
		"true,"
		"\"sightings\":["
		"{\"botnet\":\"Mirai\",\"kind\":\"infected\",\"feed\":\"sinkhole\","
		"\"first_seen\":\"2020-08-04T12:27:00Z\",\"last_seen\":\"2020-09-13T10:27:00Z\","
		"\"precision\":\"second\"},"
		"{\"botnet\":\"Conficker\",\"kind\":\"infected\",\"feed\":\"sinkhole\","
		"\"first_seen\":\"2020-08-04T12:27:00Z\",\"last_seen\":\"2020-09-13T02:27:00Z\","
		"\"precision\":\"second\"}],\"as_of\":\"2020-09-13T12:27:00Z\"}");
	writes(listing, "2001:ee0:1:3::9",
		"{\"ip\":\"2001:ee0:1:3::9\",\"unit\":\"2001:ee0:1:3::/"
		"64\",\"answer\":\"not_seen\","
		"\"listed\":false,\"sightings\":[],\"as_of\":\"2020-09-13T12:27:00Z\"}");
	writes(NULL, "::ffff:14.160.1.2",
		"{\"ip\":\"14.160.1.2\",\"unit\":\"14.160.1.2\",\"answer\":\"cannot_be_said\","
		"\"listed\":false,\"sightings\":[],\"reason\":\"no_listing\"}");
}

static void publications_change_hands(void **state)
{
	(void)state;
	struct published *p = published_new();
	assert_non_null(p);
	const struct publication *first = published_acquire(p);
	assert_null(first->listing);
	assert_int_equal(published_replace(p, (struct publication){.listing = listing}), E_OK);
	assert_false(published_drained(p));
	assert_null(first->listing);
	const struct publication *second = published_acquire(p);
	assert_ptr_equal(second->listing, listing);
	assert_int_equal(published_replace(p, (struct publication){.listing = NULL}), E_BUSY);
	published_release(p, first);
	assert_true(published_drained(p));
	assert_int_equal(published_replace(p, (struct publication){.listing = NULL}), E_OK);
	assert_ptr_equal(second->listing, listing);
	published_release(p, second);
	assert_true(published_drained(p));
	published_free(p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(verdicts),
		cmocka_unit_test(what_cannot_be_said),
		cmocka_unit_test(old_listings),
		cmocka_unit_test(json),
		cmocka_unit_test(publications_change_hands),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
