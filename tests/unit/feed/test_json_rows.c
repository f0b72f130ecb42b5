/* SPDX-License-Identifier: Apache-2.0 */
/* What JSON feeds share: an object as a flat list, the objects of a document that streams, keys,
 * and rows of both kinds, whatever the windows cut. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "feed/json_elements.h"
#include "feed/json_keys.h"
#include "feed/json_rows.h"
#include "feed/json_values.h"
#include "feed/lines.h"
#include "parse.h"

/* A text in a buffer exactly as large, so that a read past it is seen. */
static struct str exact(struct str s)
{
	char *copy = malloc(s.size ? s.size : 1);
	assert_non_null(copy);
	memcpy(copy, s.data, s.size);
	return (struct str){copy, s.size};
}

static void give_back(struct str s)
{
	union {
		const char *borrowed;
		char *own;
	} data = {s.data};
	free(data.own);
}

/* --- values --- */

static struct json_values values;

/* key=value, one a line: numbers and strings as they stand, others with their kind in brackets. */
static void show_values(struct writer *w)
{
	static const char *const kinds[JSON__COUNT] = {
		[JSON_NULL] = "(null)", [JSON_TRUE] = "(true)", [JSON_FALSE] = "(false)"};
	for (size_t i = 0; i < values.count; i++) {
		const struct json_value *value = &values.list[i];
		writer_str(w, value->key);
		writer_char(w, '=');
		if (kinds[value->kind])
			writer_text(w, kinds[value->kind]);
		else
			writer_str(w, value->text);
		writer_char(w, '\n');
	}
	writer_char(w, '\0');
}

static void check_values(struct str object, const char *expected)
{
	struct problem problem;
	struct writer w;
	struct str text = exact(object);
	json_values_init(&values);
	writer_init(&w, (size_t)1 << 20);
	assert_int_equal(json_values_read(&values, text, &problem), E_OK);
	show_values(&w);
	assert_string_equal((const char *)w.data, expected);
	writer_release(&w);
	json_values_release(&values);
	give_back(text);
}

static void test_values(void **state)
{
	(void)state;
	check_values(STR("{}"), "");
	check_values(STR(" {\"a\":1} "), "a=1\n");
	check_values(STR("{\"a\":{\"b\":1,\"c\":{\"d\":\"x\"}},\"e\":-1.5e3}"),
		"a.b=1\na.c.d=x\ne=-1.5e3\n");
	check_values(STR("{\"a\":[\"x\",[1,[]],{\"y\":2},null],\"b\":true}"),
		"a.0=x\na.1.0=1\na.2.y=2\na.3=(null)\nb=(true)\n");
	check_values(STR("{\"a\":{},\"b\":[],\"c\":false}"), "c=(false)\n");
	check_values(STR("{\"a.b\":1,\"a\":{\"b\":2},\"a.b\":3}"), "a.b=1\na.b=2\na.b=3\n");
	check_values(STR("{\"\":{\"\":1},\"x\":{\"\":2}}"), "=1\nx.=2\n");
	check_values(STR("{\"\\u0061\\n\":\"\\u00e0\\ud83d\\ude00\",\"b\":\"\\\"\"}"),
		"a\n=\xC3\xA0\xF0\x9F\x98\x80\nb=\"\n");
	check_values(STR("{\"H\xC3\xA0\":\"N\xE1\xBB\x99i, a text longer than eight bytes\"}"),
		"H\xC3\xA0=N\xE1\xBB\x99i, a text longer than eight bytes\n");
	check_values(STR("{\"a\":[{\"\\u0062\":1},{\"c\":2}]}"), "a.0.b=1\na.1.c=2\n");
}

/* What lies in the object is borrowed from it; what had escapes is not. */
static void test_in_place(void **state)
{
	struct problem problem;
	struct str text = STR("{\"a\":\"plain\",\"b\":\"es\\u0063aped\",\"c\":12,\"c\":13}");
	(void)state;
	json_values_init(&values);
	assert_int_equal(json_values_read(&values, text, &problem), E_OK);
	assert_true(values.list[0].in_place && values.list[2].in_place);
	assert_ptr_equal(values.list[0].text.data, text.data + 6);
	assert_false(values.list[1].in_place);
	assert_true(str_equal(json_values_text(&values, STR("b")), STR("escaped")));
	assert_true(str_equal(json_values_text(&values, STR("c")), STR("13")));
	assert_int_equal(json_values_text(&values, STR("d")).size, 0);
	assert_null(json_values_find(&values, STR("d")));
	json_values_release(&values);
}

static void test_unwrap(void **state)
{
	struct problem problem;
	struct str text = STR("{\"i\":1,\"s\":{\"a\":2,\"s\":{\"b\":3}},\"s.c\":4,\"t\":5}");
	(void)state;
	json_values_init(&values);
	assert_int_equal(json_values_read(&values, text, &problem), E_OK);
	json_values_unwrap(&values, STR("u."));
	assert_int_equal(values.count, 5);
	json_values_unwrap(&values, STR("s."));
	assert_int_equal(values.count, 3);
	assert_true(str_equal(json_values_text(&values, STR("a")), STR("2")));
	assert_true(str_equal(json_values_text(&values, STR("s.b")), STR("3")));
	assert_true(str_equal(json_values_text(&values, STR("c")), STR("4")));
	json_values_release(&values);
}

/* A second object below a key of its own; of one that cannot be read nothing stays. */
static void test_add(void **state)
{
	struct problem problem;
	struct writer w;
	(void)state;
	json_values_init(&values);
	writer_init(&w, 4096);
	assert_int_equal(json_values_read(&values, STR("{\"a\":1}"), &problem), E_OK);
	assert_int_equal(json_values_add(&values, STR("extra"), STR("{\"b\":{\"c\":2},\"d\":[3]}"),
				 &problem),
		E_OK);
	assert_int_equal(json_values_add(&values, STR("x"), STR("{\"b\":2,"), &problem), E_SYNTAX);
	assert_int_equal(json_values_add(&values, STR("x"), STR("[1]"), &problem), E_SYNTAX);
	show_values(&w);
	assert_string_equal((const char *)w.data, "a=1\nextra.b.c=2\nextra.d.0=3\n");
	writer_release(&w);
	json_values_release(&values);
}

static void check_refused(struct str object, enum err expected, enum problem_code code)
{
	struct problem problem = {.code = PROBLEM_NONE};
	struct str text = exact(object);
	json_values_init(&values);
	assert_int_equal(json_values_read(&values, text, &problem), expected);
	assert_int_equal(problem.code, code);
	assert_int_equal(values.count, 0);
	json_values_release(&values);
	give_back(text);
}

static void test_refused(void **state)
{
	static const struct str broken[] = {STR_INIT(""), STR_INIT("{"), STR_INIT("[]"),
		STR_INIT("1"), STR_INIT("{\"a\"}"), STR_INIT("{\"a\":}"), STR_INIT("{\"a\":1,}"),
		STR_INIT("{\"a\":1}{\"b\":2}"), STR_INIT("{\"a\":1} x"), STR_INIT("{\"a\":01}"),
		STR_INIT("{\"a\":\"\\x\"}"), STR_INIT("{\"a\":\"\\u12\"}"),
		STR_INIT("{\"a\":\"\\ud800\"}"), STR_INIT("{\"a\":\"x\ny\"}"),
		STR_INIT("{\"a\":\"never closes"), STR_INIT("{\"a\":\"ends in a backslash\\"),
		STR_INIT("{a:1}"), STR_INIT("{\"a\":nul}"), STR_INIT("{\"a\":[1}")};
	static const struct str not_utf8[] = {STR_INIT("{\"a\":\"\xFF\"}"),
		STR_INIT("{\"a\":\"seven b\xC3\"}"), STR_INIT("{\"\xC0\x80\":1}"),
		STR_INIT("{\"a\":\"\xED\xA0\x80\"}"), STR_INIT("{\"a\":\"\\n\x80\"}")};
	(void)state;
	for (size_t i = 0; i < sizeof(broken) / sizeof(broken[0]); i++)
		check_refused(broken[i], E_SYNTAX, PROBLEM_BAD_JSON);
	for (size_t i = 0; i < sizeof(not_utf8) / sizeof(not_utf8[0]); i++)
		check_refused(not_utf8[i], E_SYNTAX, PROBLEM_BAD_UTF8);
}

static void repeat(struct writer *w, const char *part, size_t times)
{
	for (size_t i = 0; i < times; i++)
		writer_text(w, part);
}

static void test_limits(void **state)
{
	struct writer w;
	(void)state;
	writer_init(&w, LIMIT_ROW_BYTES);
	repeat(&w, "{\"a\":", LIMIT_JSON_DEPTH + 1);
	check_refused(writer_view_str(&w), E_LIMIT, PROBLEM_BAD_JSON);
	writer_clear(&w);
	writer_text(&w, "{\"a\":[");
	repeat(&w, "1,", JSON_VALUES_MOST);
	writer_text(&w, "1]}");
	check_refused(writer_view_str(&w), E_LIMIT, PROBLEM_TOO_MANY_COLUMNS);
	/* A thousand keys with half a megabyte of way to each. */
	writer_clear(&w);
	writer_text(&w, "{\"");
	repeat(&w, "0123456789abcdef", 30000);
	writer_text(&w, "\":[");
	repeat(&w, "1,", JSON_VALUES_MOST - 1);
	writer_text(&w, "1]}");
	check_refused(writer_view_str(&w), E_LIMIT, PROBLEM_ROW_TOO_LONG);
	writer_release(&w);
}

/* --- elements --- */

/* name:object;… as they come in pieces of that size. */
static enum err show_elements(struct str text, unsigned level, size_t piece, struct writer *w)
{
	struct json_elements e;
	struct str object;
	char *window = malloc(text.size + 1);
	size_t size = 0;
	enum err err = E_TRUNCATED;
	assert_non_null(window);
	json_elements_init(&e, level);
	while (text.size > 0 && err == E_TRUNCATED) {
		size_t take = text.size < piece ? text.size : piece;
		memcpy(window + size, text.data, take);
		size += take;
		text = (struct str){text.data + take, text.size - take};
		while ((err = json_elements_next(&e, (struct str){window, size}, &object)) ==
			E_OK) {
			writer_str(w, (struct str){e.name, e.name_size});
			writer_char(w, ':');
			writer_str(w, object);
			writer_char(w, ';');
		}
		size_t used = json_elements_used(&e);
		assert_true(used <= size);
		memmove(window, window + used, size - used);
		size -= used;
	}
	if (err == E_TRUNCATED && !json_elements_whole(&e))
		err = E_RANGE;
	writer_char(w, '\0');
	free(window);
	return err;
}

static void check_elements(struct str text, unsigned level, enum err expected, const char *objects)
{
	struct writer w;
	writer_init(&w, 4096);
	for (size_t piece = 1; piece <= text.size; piece++) {
		writer_clear(&w);
		assert_int_equal(show_elements(text, level, piece, &w), expected);
		assert_string_equal((const char *)w.data, objects);
	}
	writer_release(&w);
}

static void test_elements(void **state)
{
	(void)state;
	check_elements(STR("[{\"a\":1},\n {\"b\":{\"c\":[{}]}}, 7, \"x\"]"), 1, E_TRUNCATED,
		":{\"a\":1};:{\"b\":{\"c\":[{}]}};");
	check_elements(STR("{\"41\":[{\"a\":\"]}\\\"{\"}],\"42\":[{},{}],\"n\":{\"o\":1}}"), 2,
		E_TRUNCATED, "41:{\"a\":\"]}\\\"{\"};42:{};42:{};");
	check_elements(STR("{\"a\\\"b\":[{}]}"), 2, E_TRUNCATED, "a\\\"b:{};");
	check_elements(STR("{\"a\":1}{\"b\":2}"), 0, E_TRUNCATED, ":{\"a\":1};:{\"b\":2};");
	check_elements(STR("[{\"a\":1}, {\"b\":"), 1, E_RANGE, ":{\"a\":1};");
	check_elements(STR("[{\"a\":1}, \"]"), 1, E_RANGE, ":{\"a\":1};");
	check_elements(STR("[{\"a\":1}]]"), 1, E_SYNTAX, ":{\"a\":1};");
	check_elements(STR("}"), 1, E_SYNTAX, "");
	check_elements(STR("{\"a key that is longer than the room there is\":[{}]}"), 2,
		E_TRUNCATED, "a key that is longer than the ro:{};");
}

/* An object longer than a row is passed over once, whatever it holds; the next is found. */
static void test_long_element(void **state)
{
	struct json_elements e;
	struct str object;
	struct writer w;
	size_t long_ones = 0;
	size_t good = 0;
	(void)state;
	writer_init(&w, (size_t)4 << 20);
	writer_text(&w, "[{\"a\":\"");
	repeat(&w, "{[\\\"", LIMIT_ROW_BYTES / 2);
	writer_text(&w, "\"},\n{\"b\":2}]");
	json_elements_init(&e, 1);
	size_t begin = 0;
	for (size_t end = 0; end < w.size;) {
		end = w.size - end < 300000 ? w.size : end + 300000;
		enum err err;
		struct str window = {(const char *)w.data + begin, end - begin};
		while ((err = json_elements_next(&e, window, &object)) != E_TRUNCATED) {
			assert_true(err == E_OK || err == E_LIMIT);
			long_ones += err == E_LIMIT;
			good += err == E_OK;
		}
		begin += json_elements_used(&e);
		assert_true(end - begin <= LIMIT_ROW_BYTES + 1);
	}
	assert_int_equal(long_ones, 1);
	assert_int_equal(good, 1);
	assert_int_equal(e.element_line, 2);
	assert_true(json_elements_whole(&e));
	writer_release(&w);
}

/* --- lines --- */

struct told {
	struct lines lines;
	struct writer w;
};

static enum err tell_line(void *context, struct str line, struct problem *problem)
{
	struct told *t = context;
	(void)problem;
	writer_decimal(&t->w, t->lines.number);
	writer_char(&t->w, '@');
	writer_decimal(&t->w, t->lines.offset);
	writer_char(&t->w, ':');
	writer_str(&t->w, line);
	writer_char(&t->w, ';');
	return E_OK;
}

static void tell_too_long(void *context)
{
	struct told *t = context;
	writer_decimal(&t->w, t->lines.number);
	writer_text(&t->w, " too long;");
}

static void read_lines(struct told *t, struct str text, size_t piece)
{
	const struct lines_taker taker = {t, tell_line, tell_too_long};
	struct problem problem;
	size_t end = 0;
	size_t begin = 0;
	t->lines = (struct lines){.number = 0};
	writer_clear(&t->w);
	while (end < text.size) {
		size_t used;
		end = text.size - end < piece ? text.size : end + piece;
		struct str window = exact((struct str){text.data + begin, end - begin});
		assert_int_equal(lines_consume(&t->lines, &taker, begin, window, end == text.size,
					 &used, &problem),
			E_OK);
		begin += used;
		give_back(window);
	}
	assert_int_equal(begin, text.size);
	writer_char(&t->w, '\0');
}

static void test_lines(void **state)
{
	struct told t;
	struct str text = STR("one\ntwo\r\n\n\nfive");
	(void)state;
	writer_init(&t.w, (size_t)1 << 20);
	for (size_t piece = 1; piece <= text.size; piece++) {
		read_lines(&t, text, piece);
		assert_string_equal(
			(const char *)t.w.data, "1@0:one;2@4:two\r;3@9:;4@10:;5@11:five;");
	}
	writer_release(&t.w);
}

/* A line too long for any window is told once and passed over, its neighbours are not. */
static void test_long_line(void **state)
{
	static const size_t pieces[] = {(size_t)4 << 20, 700001, 65536};
	struct told t;
	struct writer text;
	(void)state;
	writer_init(&t.w, (size_t)1 << 20);
	writer_init(&text, (size_t)8 << 20);
	writer_text(&text, "a\n");
	repeat(&text, "0123456789abcdef", LIMIT_ROW_BYTES / 16 * 5 / 2);
	writer_text(&text, "\nb\n");
	for (size_t i = 0; i < 3; i++) {
		read_lines(&t, writer_view_str(&text), pieces[i]);
		assert_string_equal((const char *)t.w.data, "1@0:a;2 too long;3@2621443:b;");
	}
	writer_release(&text);
	writer_release(&t.w);
}

/* --- keys --- */

static void test_keys(void **state)
{
	static const struct json_key_role roles[] = {
		{STR_INIT("source.ip"), JSON_KEY_OWN}, {STR_INIT("raw"), JSON_KEY_NOTHING}};
	static struct json_keys keys;
	char name[80];
	(void)state;
	json_keys_init(&keys, roles, 2);
	for (int round = 0; round < 2; round++) {
		assert_int_equal(json_keys_get(&keys, STR("source.ip"))->role, JSON_KEY_OWN);
		assert_int_equal(json_keys_get(&keys, STR("raw"))->role, JSON_KEY_NOTHING);
		assert_int_equal(json_keys_get(&keys, STR("raw2"))->role, JSON_KEY_EXTRA);
		assert_int_equal(json_keys_get(&keys, STR(""))->role, JSON_KEY_EXTRA);
		assert_int_equal(
			json_keys_get(&keys, STR("extra.Password"))->role, JSON_KEY_NOTHING);
	}
	memset(name, 'a', sizeof(name));
	struct json_key *longest = json_keys_get(&keys, (struct str){name, sizeof(name)});
	longest->has_number = true;
	assert_false(json_keys_get(&keys, (struct str){name, sizeof(name)})->has_number);
	/* Keys that share a slot do not share what is known of them. */
	for (unsigned i = 0; i < 5000; i++) {
		int size = snprintf(name, sizeof(name), "extra.k%u", i);
		struct json_key *key = json_keys_get(&keys, (struct str){name, (size_t)size});
		assert_false(key->has_number);
		key->has_number = true;
	}
}

/* --- rows --- */

static const char events[] =
	"{\"classification.type\":\"infected-system\",\"source.ip\":\"192.0.2.1\",\"feed.name\":"
	"\"f\","
	"\"time.source\":\"2026-08-01T00:00:00+00:00\",\"extra\":\"{\\\"a\\\":1}\"}\r\n"
	"\n"
	"{\"classification\":{\"type\":\"c2-server\"},\"source\":{\"ip\":\"192.0.2.2\",\"port\":"
	"443},"
	"\"time\":{\"source\":\"2026-08-01T00:00:01Z\"},\"feed\":{\"name\":\"\xC3\xA0\\u00e0\"}}\n"
	"{\"classification.type\":\"infected-system\",\"source.ip\":\n"
	"[1]\n"
	"{\"classification.type\":\"infected-system\",\"source.ip\":\"192.0.2.3\","
	"\"source.ip\":\"192.0.2.4\",\"time.source\":\"2026-08-01T00:00:02Z\"}";

static const char objects[] =
	"{\"ip_address\":\"192.0.2.1\",\"port\":1,\"malware\":\"M\",\"first_seen\":"
	"\"2026-08-01 00:00:00\",\"note\":\"]}\\\"{[\"},\n"
	"{\"ip_address\":\"192.0.2\",\"port\":1,\"malware\":\"M\",\"first_seen\":null},\n"
	"{\"ip_address\":\"192.0.2.2\",\"port\":70000,\"malware\":\"M\",\"last_online\":"
	"\"2026-08-01\"},\r\n"
	"{\"ip_address\":\"192.0.2.3\",\"port\":3,\"malware\":\"M\",\"last_online\":\"2026-08-"
	"01\"}";

static struct parsed whole;
static struct parsed cut;

static void assert_same(void)
{
	assert_int_equal(cut.err, whole.err);
	assert_int_equal(cut.row_count, whole.row_count);
	assert_int_equal(cut.problem_count, whole.problem_count);
	assert_int_equal(cut.totals.skipped, whole.totals.skipped);
	for (size_t i = 0; i < whole.row_count; i++) {
		const struct sighting *a = &whole.rows[i];
		const struct sighting *b = &cut.rows[i];
		assert_int_equal(ip_compare(a->at.ip, b->at.ip), 0);
		assert_int_equal(a->identity, b->identity);
		assert_int_equal(a->time.from.seconds, b->time.from.seconds);
		assert_true(str_equal(a->name, b->name));
		assert_int_equal(a->extras.size, b->extras.size);
		assert_memory_equal(a->extras.data, b->extras.data, a->extras.size);
	}
	for (size_t i = 0; i < whole.problem_count; i++) {
		assert_int_equal(cut.problems[i].code, whole.problems[i].code);
		assert_int_equal(cut.problems[i].line, whole.problems[i].line);
		assert_int_equal(cut.problems[i].offset, whole.problems[i].offset);
	}
}

/* The parser looks at 64 KiB before it decides: rows are cut only behind that much. */
static void write_far(struct writer *w, const char *before, const char *after)
{
	writer_text(w, before);
	for (size_t i = 0; i < (size_t)66 << 10; i++)
		writer_char(w, '\n');
	writer_text(w, after);
}

static void check_cuts(struct str all, const char *format)
{
	static const size_t steps[] = {1, 2, 3, 5, 8, 13, 21, 34, 55, 89, 4093};
	struct feed_options options = plain_options("x.json");
	options.format = str_from(format);
	parse_text(&whole, &options, all, all.size);
	assert_true(str_equal(whole.format, str_from(format)));
	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
		parse_text(&cut, &options, all, steps[i]);
		assert_same();
		parsed_release(&cut);
	}
}

static void test_lines_in_windows(void **state)
{
	struct writer w;
	(void)state;
	writer_init(&w, (size_t)1 << 20);
	write_far(&w, events, events);
	check_cuts(writer_view_str(&w), "intelmq");
	assert_int_equal(whole.err, E_OK);
	assert_int_equal(whole.row_count, 6);
	assert_int_equal(whole.problem_count, 4);
	assert_int_equal(whole.problems[0].line, 4);
	assert_int_equal(whole.problems[1].line, 5);
	assert_int_equal(whole.rows[1].kind, KIND_C2);
	assert_int_equal(whole.rows[1].port, 443);
	assert_true(str_equal(parsed_extra(&whole, 1, "feed.name"), STR("\xC3\xA0\xC3\xA0")));
	assert_true(str_equal(parsed_extra(&whole, 0, "extra.a"), STR("1")));
	/* Of a key that comes twice the last counts. */
	assert_int_equal(ip_v4(whole.rows[2].at.ip), 0xC0000204);
	assert_int_equal(ip_v4(whole.rows[5].at.ip), 0xC0000204);
	assert_int_equal(whole.rows[5].identity, whole.rows[2].identity);
	parsed_release(&whole);
	writer_release(&w);
}

/* Objects over many lines, one after the other: what stands between them is nothing. */
static const char spread[] =
	"{\n  \"classification.type\": \"infected-system\",\n  \"source.ip\": \"192.0.2.1\",\n"
	"  \"time.source\": \"2026-08-01T00:00:00Z\",\n  \"extra.note\": \"}\\n{\"\n}\n"
	"{\"classification.type\":\"c2-server\",\"source.ip\":\"192.0.2.2\",\r\n"
	"\"time.source\":\"soon\"}\n"
	"{\"classification.type\":\"c2-server\",\"source.ip\":\"192.0.2.3\","
	"\"time.source\":\"2026-08-01T00:00:01Z\"}";

static void test_stream_in_windows(void **state)
{
	struct writer w;
	(void)state;
	writer_init(&w, (size_t)1 << 20);
	write_far(&w, spread, spread);
	check_cuts(writer_view_str(&w), "intelmq");
	assert_int_equal(whole.err, E_OK);
	assert_int_equal(whole.row_count, 4);
	assert_int_equal(whole.problem_count, 2);
	assert_int_equal(whole.problems[0].code, PROBLEM_BAD_TIME);
	assert_int_equal(whole.problems[0].line, 7);
	assert_int_equal(whole.problems[0].offset, strstr(spread, "{\"class") - spread);
	assert_true(str_equal(parsed_extra(&whole, 0, "extra.note"), STR("}\n{")));
	parsed_release(&whole);
	writer_release(&w);
}

static unsigned shape(const char *text)
{
	struct feed_head head = {.text = str_from(text), .whole = true};
	return json_rows_shape(&head);
}

/* Only an object that is whole and ends in another line makes a stream: else a bad row would take
 * the rest of the lines along. */
static void test_shapes(void **state)
{
	(void)state;
	assert_int_equal(shape("{\"a\":1}\n{\"b\":2}"), JSON_ROWS_LINES);
	assert_int_equal(shape("\n [{\n}]"), JSON_ROWS_ARRAY);
	assert_int_equal(shape("{\n\"a\":1}"), JSON_ROWS_STREAM);
	assert_int_equal(shape("{\"a\":{\"b\":1}\n{\"c\":2}}\n"), JSON_ROWS_LINES);
	assert_int_equal(shape("{\"a\":\"b\n{\"c\":2}\n{\"c\":\"}\n"), JSON_ROWS_LINES);
	assert_int_equal(shape("{\"a\":1}}\n{\"b\":2}"), JSON_ROWS_LINES);
	assert_int_equal(shape("{\n\"a\":1"), JSON_ROWS_LINES);
	assert_int_equal(shape(""), JSON_ROWS_LINES);
}

static void test_document_in_windows(void **state)
{
	struct writer w;
	(void)state;
	writer_init(&w, (size_t)1 << 20);
	writer_char(&w, '[');
	write_far(&w, objects, ",");
	writer_text(&w, objects);
	writer_char(&w, ']');
	check_cuts(writer_view_str(&w), "feodo-tracker-json");
	assert_int_equal(whole.err, E_OK);
	assert_int_equal(whole.row_count, 4);
	assert_int_equal(whole.problem_count, 4);
	assert_int_equal(whole.problems[0].code, PROBLEM_BAD_ADDRESS);
	assert_int_equal(whole.problems[0].line, 2);
	assert_int_equal(whole.problems[0].offset, strchr(objects, '\n') + 2 - objects);
	assert_int_equal(whole.problems[1].code, PROBLEM_BAD_PORT);
	assert_int_equal(whole.rows[1].precision, PRECISION_DAY);
	parsed_release(&whole);
	writer_release(&w);
}

/* Cut short anywhere, lines lose their last row and a document is refused. */
static void test_cut_short(void **state)
{
	struct feed_options options = plain_options("x.json");
	struct writer w;
	(void)state;
	writer_init(&w, 4096);
	writer_char(&w, '[');
	writer_text(&w, objects);
	options.format = STR("feodo-tracker-json");
	for (size_t size = 2; size <= w.size; size++) {
		parse_text(&cut, &options, (struct str){(const char *)w.data, size}, 4096);
		assert_int_equal(cut.err, E_SYNTAX);
		assert_int_equal(cut.refusal.code, PROBLEM_BAD_JSON);
		parsed_release(&cut);
	}
	options.format = STR("intelmq");
	for (size_t size = 160; size < sizeof(events) - 1; size++) {
		parse_text(&cut, &options, (struct str){events, size}, 4096);
		assert_true(cut.err == E_OK && cut.row_count >= 1);
		assert_true(cut.row_count + cut.problem_count <= 5);
		parsed_release(&cut);
	}
	writer_release(&w);
}

/* Rows that name more columns than there may be keep what the later ones hold. */
static void test_many_columns(void **state)
{
	struct feed_options options = plain_options("x.json");
	struct writer w;
	(void)state;
	writer_init(&w, (size_t)1 << 20);
	for (unsigned row = 0; row < 3; row++) {
		writer_text(&w,
			"{\"classification.type\":\"c2-server\",\"source.ip\":\"192.0.2.1\","
			"\"time.source\":\"2026-08-01T00:00:00Z\"");
		if (row == 2)
			writer_text(&w, ",\"destination.ip\":\"hidden\"");
		for (unsigned i = 0; i < 200; i++) {
			writer_text(&w, ",\"extra.k");
			writer_decimal(&w, row * 200 + i);
			writer_text(&w, "\":\"v\"");
		}
		writer_text(&w, ",\"extra.a-key-longer-than-the-name-of-a-column-may-be-by-a-few-"
				"bytes-or-so\""
				":1}\n");
	}
	parse_text(&whole, &options, writer_view_str(&w), 4096);
	assert_int_equal(whole.err, E_OK);
	assert_int_equal(whole.row_count, 3);
	assert_int_equal(whole.column_count, LIMIT_COLUMNS);
	assert_true(str_equal(parsed_extra(&whole, 0, "more"),
		STR("extra.a-key-longer-than-the-name-of-a-column-may-be-by-a-few-bytes-or-so=1")));
	assert_true(str_equal(parsed_extra(&whole, 2, "more"), STR("destination.ip=hidden")));
	parsed_release(&whole);
	writer_release(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_values),
		cmocka_unit_test(test_in_place),
		cmocka_unit_test(test_unwrap),
		cmocka_unit_test(test_add),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_limits),
		cmocka_unit_test(test_elements),
		cmocka_unit_test(test_long_element),
		cmocka_unit_test(test_lines),
		cmocka_unit_test(test_long_line),
		cmocka_unit_test(test_keys),
		cmocka_unit_test(test_lines_in_windows),
		cmocka_unit_test(test_stream_in_windows),
		cmocka_unit_test(test_shapes),
		cmocka_unit_test(test_document_in_windows),
		cmocka_unit_test(test_cut_short),
		cmocka_unit_test(test_many_columns),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
