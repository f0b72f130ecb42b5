/* SPDX-License-Identifier: Apache-2.0 */
/* The folder of what was fetched: an item is in one place at each moment. */
#include "fetch_test.h"
#include "scratch.h"

#include "base/limits.h"
#include "fetch/spool.h"

static struct item sample(void)
{
	return (struct item){.source = STR("s"),
		.file = STR("x.csv"),
		.address = STR("https://h/x"),
		.begun = {1700000000}};
}

static enum err count_one(void *context, const char *id)
{
	size_t *count = context;
	(void)id;
	++*count;
	return E_OK;
}

static size_t count(const struct fetch_spool *s, enum item_place place)
{
	size_t number = 0;
	assert_int_equal(fetch_each_item(s, place, count_one, &number), E_OK);
	return number;
}

static void test_way_of_an_item(void **state)
{
	const struct scratch *scratch = *state;
	struct fetch_spool s;
	struct item item = sample(), got;
	struct writer bytes;
	char id[ITEM_ID];
	int file = -1;
	assert_int_equal(fetch_spool_open(scratch->fd, false, &s), E_NOTFOUND);
	assert_int_equal(fetch_spool_open(scratch->fd, true, &s), E_OK);
	assert_int_equal(fetch_item_begin(&s, &item, id, &file), E_OK);
	assert_int_equal(file_write(file, str_bytes(STR("hello"))), E_OK);
	file_close(&file);
	assert_int_equal(fetch_item_begun(id).seconds, 1700000000);
	assert_int_equal(count(&s, ITEM_PART), 1);
	item.validator = STR("\"v\"");
	assert_int_equal(fetch_item_note(&s, ITEM_PART, id, &item), E_OK);
	assert_int_equal(fetch_item_move(&s, id, ITEM_PART, ITEM_NEW), E_OK);
	assert_int_equal(count(&s, ITEM_PART), 0);
	writer_init(&bytes, LIMIT_FETCH_FILE);
	assert_int_equal(fetch_item_read(&s, ITEM_NEW, id, &bytes, &got), E_OK);
	assert_str(got.validator, item.validator);
	assert_int_equal(fetch_item_open(&s, ITEM_NEW, id, &file), E_OK);
	uint64_t size;
	assert_int_equal(file_size(file, &size), E_OK);
	assert_int_equal(size, 5);
	file_close(&file);
	assert_int_equal(fetch_item_move(&s, id, ITEM_NEW, ITEM_REFUSED), E_OK);
	assert_int_equal(fetch_item_drop(&s, ITEM_REFUSED, id), E_OK);
	for (size_t i = 0; i < ITEM_PLACE__COUNT; i++)
		assert_int_equal(count(&s, (enum item_place)i), 0);
	writer_release(&bytes);
	fetch_spool_close(&s);
}

static void test_damage(void **state)
{
	const struct scratch *scratch = *state;
	struct fetch_spool s;
	struct source source;
	struct source_state how;
	struct taken taken;
	struct writer bytes;
	assert_int_equal(fetch_spool_open(scratch->fd, true, &s), E_OK);
	writer_init(&bytes, LIMIT_FETCH_FILE);
	source = source_new(STR("s"), SOURCE_URL);
	assert_int_equal(fetch_put_source(&s, &source), E_OK);
	assert_int_equal(fetch_read_source(&s, "s", &bytes, &source), E_OK);
	assert_int_equal(fetch_read_source(&s, "../s", &bytes, &source), E_NOTFOUND);
	assert_int_equal(fetch_read_source(&s, "t", &bytes, &source), E_NOTFOUND);
	assert_int_equal(
		file_put(s.sources, "s", str_bytes(STR("quetsach-source 1 x\n")), false), E_OK);
	assert_int_equal(fetch_read_source(&s, "s", &bytes, &source), E_CORRUPT);
	assert_int_equal(
		file_put(s.sources, "s", str_bytes(STR("quetsach-source 2 x\n")), false), E_OK);
	assert_int_equal(fetch_read_source(&s, "s", &bytes, &source), E_VERSION);
	/* What is only remembered is asked for anew. */
	assert_int_equal(file_put(s.state, "s", str_bytes(STR("x")), false), E_OK);
	assert_int_equal(file_put(s.taken, "s", str_bytes(STR("x")), false), E_OK);
	assert_int_equal(fetch_read_state(&s, "s", &how), E_OK);
	assert_int_equal(how.fetched.seconds, 0);
	taken_init(&taken);
	assert_int_equal(fetch_read_taken(&s, "s", &taken), E_OK);
	assert_int_equal(taken.count, 0);
	taken_release(&taken);
	assert_int_equal(fetch_remove_source(&s, "s"), E_OK);
	assert_int_equal(fetch_remove_source(&s, "s"), E_NOTFOUND);
	writer_release(&bytes);
	fetch_spool_close(&s);
}

static void test_lock(void **state)
{
	const struct scratch *scratch = *state;
	struct fetch_spool s;
	int first = -1, second = -1;
	assert_int_equal(fetch_spool_open(scratch->fd, true, &s), E_OK);
	assert_int_equal(fetch_spool_lock(&s, "lock", &first), E_OK);
	assert_int_equal(fetch_spool_lock(&s, "lock", &second), E_BUSY);
	file_close(&first);
	assert_int_equal(fetch_spool_lock(&s, "lock", &second), E_OK);
	file_close(&second);
	fetch_spool_close(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_way_of_an_item, scratch_make, scratch_remove),
		cmocka_unit_test_setup_teardown(test_damage, scratch_make, scratch_remove),
		cmocka_unit_test_setup_teardown(test_lock, scratch_make, scratch_remove),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
