/* SPDX-License-Identifier: Apache-2.0 */
/* Patterns of STIX, and the manifest of a MISP feed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/limits.h"
#include "feed/misp_head.h"
#include "feed/misp_manifest.h"
#include "feed/stix_pattern.h"

/* Matches as text: "192.0.2.1:443/tcp>" with > for a destination, < for a source. */
static enum err take(void *context, const struct stix_match *match)
{
	static const char *const sides[STIX_SIDE__COUNT] = {"", ">", "<"};
	struct writer *w = context;
	if (w->size > 0)
		writer_char(w, ' ');
	writer_str(w, match->address);
	if (match->port.size > 0)
		writer_char(w, ':');
	writer_str(w, match->port);
	if (match->protocol.size > 0)
		writer_char(w, '/');
	writer_str(w, match->protocol);
	writer_text(w, sides[match->side]);
	return E_OK;
}

static void reads(const char *pattern, enum stix_reading expected, const char *matches)
{
	enum stix_reading reading;
	struct writer w;
	writer_init(&w, 1 << 16);
	assert_int_equal(stix_pattern_read(str_from(pattern), take, &w, &reading), E_OK);
	if (reading != expected || !str_equal(writer_view_str(&w), str_from(matches)))
		fail_msg("%s: %d \"%.*s\"", pattern, (int)reading, STR_ARG(writer_view_str(&w)));
	writer_release(&w);
}

static void patterns_that_are_read(void **state)
{
	(void)state;
	reads("[ipv4-addr:value = '192.0.2.1']", STIX_READ, "192.0.2.1");
	reads("[ipv4-addr:value='192.0.2.1']", STIX_READ, "192.0.2.1");
	reads("[ipv4-addr:value = '192.0.2.1/32' OR ipv6-addr:value = '2001:db8::1']", STIX_READ,
		"192.0.2.1/32 2001:db8::1");
	reads("([ipv4-addr:value = '192.0.2.1'] OR [ipv4-addr:value = '192.0.2.2'])", STIX_READ,
		"192.0.2.1 192.0.2.2");
	reads("[ipv4-addr:value ISSUBSET '192.0.2.0/24']", STIX_READ, "192.0.2.0/24");
	reads("[ipv4-addr:value IN ('192.0.2.1','192.0.2.2', '192.0.2.3')]", STIX_READ,
		"192.0.2.1 192.0.2.2 192.0.2.3");
	reads("[(network-traffic:dst_ref.type = 'ipv4-addr' AND network-traffic:dst_ref.value = "
	      "'192.0.2.1') AND network-traffic:dst_port = 443]",
		STIX_READ, "192.0.2.1:443>");
	reads("[network-traffic:dst_port = 8080 AND network-traffic:protocols[*] = 'tcp' AND "
	      "network-traffic:dst_ref.value IN ('192.0.2.1', '192.0.2.2')]",
		STIX_READ, "192.0.2.1:8080/tcp> 192.0.2.2:8080/tcp>");
	reads("[network-traffic:src_ref.value = '192.0.2.1' AND network-traffic:src_port = '7']",
		STIX_READ, "192.0.2.1:7<");
	/* AND binds closer than OR */
	reads("[network-traffic:dst_ref.value = '192.0.2.1' AND network-traffic:dst_port = 1 OR "
	      "network-traffic:dst_ref.value = '192.0.2.2' AND network-traffic:dst_port = 2]",
		STIX_READ, "192.0.2.1:1> 192.0.2.2:2>");
	/* others joined by OR are other indicators */
	reads("[domain-name:value = 'x.example' OR ipv4-addr:value = '192.0.2.1']", STIX_READ,
		"192.0.2.1");
	reads("[file:hashes.'SHA-256' = 'ab'] OR [ipv4-addr:value = '192.0.2.1']", STIX_READ,
		"192.0.2.1");
	/* as the grammar has it: words in any case, "==", comments */
	reads("[ipv4-addr:value == '192.0.2.1' or ipv4-addr:value in ('192.0.2.2')]", STIX_READ,
		"192.0.2.1 192.0.2.2");
	reads("/* a */[ipv4-addr:value /*b*/= '192.0.2.1' // c\n]// d", STIX_READ, "192.0.2.1");
	reads("[ipv4-addr:value = '192.0.2.1'] /*", STIX_READ, "192.0.2.1");
	/* not as the grammar has it, but in use */
	reads("[ipv4-addr:value = \"192.0.2.1\"]", STIX_READ, "192.0.2.1");
	/* as MISP writes an object ip-port */
	reads("[(network-traffic:dst_ref.type = 'ipv4-addr' AND network-traffic:dst_ref.value = "
	      "'192.0.2.1') AND (network-traffic:dst_ref.type = 'domain-name' AND "
	      "network-traffic:dst_ref.value = 'x.example') AND network-traffic:dst_port = '443' "
	      "AND network-traffic:start = '2026-08-01T00:00:00Z' AND "
	      "network-traffic:x_misp_text = 'x']",
		STIX_READ, "192.0.2.1:443>");
	reads("[ipv4-addr:value = '192.0.2.1' AND ipv4-addr:belongs_to_refs[0].number = 64496]",
		STIX_READ, "192.0.2.1");
}

static void patterns_of_something_else(void **state)
{
	(void)state;
	reads("[file:hashes.\"SHA-256\" = 'ab' AND file:size > 7]", STIX_OTHER, "");
	reads("[domain-name:value = 'x.example']", STIX_OTHER, "");
	reads("[network-traffic:dst_ref.type = 'domain-name' AND network-traffic:dst_ref.value = "
	      "'x.example']",
		STIX_OTHER, "");
	reads("[url:value = 'http://192.0.2.1/a\\'b']", STIX_OTHER, "");
	reads("", STIX_OTHER, "");
	reads("nonsense", STIX_OTHER, "");
	reads("[file:created > t'2026-08-01T00:00:00Z']", STIX_OTHER, "");
}

static void patterns_that_say_more(void **state)
{
	(void)state;
	static const char *const patterns[] = {
		"[ipv4-addr:value != '192.0.2.1']",
		"[ipv4-addr:value <> '192.0.2.1']",
		"[ipv4-addr:value = '192.0.2.1' and not file:name = 'x']",
		"[ipv4-addr:value NOT = '192.0.2.1']",
		"[ipv4-addr:value LIKE '192.0.2.%']",
		"[ipv4-addr:value MATCHES '^192']",
		"[ipv4-addr:value ISSUPERSET '192.0.2.1']",
		"[ipv4-addr:value = '192.0.2.1'] AND [ipv4-addr:value = '192.0.2.2']",
		"[ipv4-addr:value = '192.0.2.1'] FOLLOWEDBY [url:value = 'x']",
		"[ipv4-addr:value = '192.0.2.1'] WITHIN 600 SECONDS",
		"[ipv4-addr:value = '192.0.2.1' AND file:name = 'x']",
		"[network-traffic:dst_ref.value = '192.0.2.1' AND network-traffic:dst_port > 1024]",
		"[ipv4-addr:value = ]",
		"[ipv4-addr:value = '192.0.2.1'",
		"[ipv4-addr:value = '192.0.2.1']]",
		"[(ipv4-addr:value = '192.0.2.1']",
		"[ipv4-addr:value IN ('192.0.2.1',]",
		"[ipv4-addr:value = '192.0.2.1' OR]",
	};
	for (size_t i = 0; i < sizeof(patterns) / sizeof(patterns[0]); i++)
		reads(patterns[i], STIX_UNREADABLE, "");
	reads("[ipv4-addr:value = '192.0.2.1'] START t'2026-08-01T00:00:00Z' STOP "
	      "t'2026-08-02T00:00:00Z'",
		STIX_UNREADABLE, "");
	reads("[network-traffic:src_ref.value = '192.0.2.1' AND network-traffic:dst_ref.value = "
	      "'192.0.2.2']",
		STIX_UNREADABLE, "");
	reads("[network-traffic:dst_ref.value = '192.0.2.1' AND network-traffic:dst_port IN (1, "
	      "2)]",
		STIX_UNREADABLE, "");
	reads("[network-traffic:dst_ref.value = '192.0.2.1' AND (network-traffic:dst_port = 1 OR "
	      "network-traffic:dst_port = 2)]",
		STIX_UNREADABLE, "");
}

#define A "11111111-0000-4000-8000-00000000000a"
#define B "22222222-0000-4000-8000-00000000000B"

static void manifests(void **state)
{
	(void)state;
	struct str text = STR("{\"" A "\":{\"timestamp\":\"7\",\"Orgc\":{\"name\":\"x\"}},"
			      "\"" B "\":{\"timestamp\":6,\"Tag\":[{}]},"
			      "\"../" A "\":{\"timestamp\":\"1\"},\"" A "0\":{},\"" B "\":[]}");
	struct arena arena;
	struct misp_manifest manifest, again;
	struct problem problem;
	struct writer w;
	struct cursor c;
	uint64_t rejected;
	arena_init(&arena, 1 << 20);
	writer_init(&w, 1 << 16);
	assert_true(misp_manifest_recognise(text));
	assert_int_equal(misp_manifest_parse(text, &arena, &manifest, &rejected, &problem), E_OK);
	assert_int_equal(manifest.count, 2);
	assert_int_equal(rejected, 3);
	assert_string_equal(manifest.events[0].uuid, B);
	assert_string_equal(manifest.events[1].uuid, A);
	assert_int_equal(manifest.events[1].timestamp, 7);

	misp_manifest_write(&w, &manifest);
	cursor_init(&c, writer_view(&w));
	assert_int_equal(misp_manifest_read(&c, &arena, &again), E_OK);
	assert_int_equal(again.count, 2);
	assert_string_equal(again.events[0].uuid, B);
	/* a parse process that was taken over: a name that leads out, a number that is too large */
	w.data[4] = '/';
	cursor_init(&c, writer_view(&w));
	assert_int_equal(misp_manifest_read(&c, &arena, &again), E_SYNTAX);
	w.data[4] = '2';
	w.data[3] = 0xFF;
	cursor_init(&c, writer_view(&w));
	assert_int_equal(misp_manifest_read(&c, &arena, &again), E_SYNTAX);
	writer_release(&w);
	arena_release(&arena);
}

static void what_is_no_manifest(void **state)
{
	(void)state;
	struct arena arena;
	struct misp_manifest manifest;
	struct problem problem;
	uint64_t rejected;
	arena_init(&arena, 1 << 20);
	assert_false(misp_manifest_recognise(STR("{\"name\":\"app\",\"timestamp\":1}")));
	assert_false(misp_manifest_recognise(STR("[{\"" A "\":{\"timestamp\":1}}]")));
	assert_false(misp_manifest_recognise(STR("")));
	assert_int_equal(
		misp_manifest_parse(STR("{\"" A "\":{"), &arena, &manifest, &rejected, &problem),
		E_SYNTAX);
	assert_int_equal(problem.code, PROBLEM_BAD_JSON);
	assert_int_equal(
		misp_manifest_parse(STR("[]"), &arena, &manifest, &rejected, &problem), E_SYNTAX);
	arena_release(&arena);
}

static void heads_of_misp(void **state)
{
	(void)state;
	static const char *const ours[] = {
		"{\"Event\":{\"info\":\"x\",\"analysis\":\"1\"",
		"[{\"Event\":{\"info\":\"x\",\"Orgc\":{",
		"{\"response\":[{\"Event\":{\"Attribute\":[",
		"{\"response\": {\"Attribute\": [{\"type\":\"AS\",\"value\":\"1\",\"uuid\":\"2\"",
		"{\"response\":{\"Attribute\":[]}}",
		"{\"response\":[]}\n",
		"{\"response\":[{\"Attribute\":{\"type\":\"a\",\"value\":\"b\",\"category\":\"c\"}}"
		"]}",
		"{\"Attribute\":[],\"Object\":[{\"name\":\"file\",\"meta-category\":\"file\"",
		"{\"Attribute\":[{\"ShadowAttribute\":[{}],\"category\":\"c\",\"type\":\"t\","
		"\"value\":\"",
		"{\"info\":\"x\",\"Tag\":[],\"analysis\":\"0\",\"threat_level_id\":\"4\"}",
	};
	static const char *const others[] = {
		"",
		"{}",
		"[]",
		"[[[[",
		"x",
		"{\"Event\":{\"System\":{}}}",
		"{\"Event\":7}",
		"{\"response\":{}}",
		"{\"response\":[],\"count\":0}",
		"{\"response\":[7]}",
		"{\"response\":{\"docs\":[{\"type\":\"a\",\"value\":\"b\"}]}}",
		"{\"Attribute\":[]}",
		"{\"Attribute\":{\"name\":\"colour\",\"value\":\"red\"}}",
		"{\"info\":\"x\",\"analysis\":\"0\"}",
		"{\"info\":{\"title\":\"api\"},\"openapi\":\"3.1.0\"}",
	};
	for (size_t i = 0; i < sizeof(ours) / sizeof(ours[0]); i++)
		if (!misp_head_recognise(str_from(ours[i])))
			fail_msg("not known: %s", ours[i]);
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		if (misp_head_recognise(str_from(others[i])))
			fail_msg("taken for MISP: %s", others[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(patterns_that_are_read),
		cmocka_unit_test(patterns_of_something_else),
		cmocka_unit_test(patterns_that_say_more),
		cmocka_unit_test(manifests),
		cmocka_unit_test(what_is_no_manifest),
		cmocka_unit_test(heads_of_misp),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
