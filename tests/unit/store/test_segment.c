/* SPDX-License-Identifier: Apache-2.0 */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "os/file.h"
#include "scene.h"
#include "store/derived.h"
#include "store/identity_set.h"
#include "store/segment.h"

/* Segments and derived files against what went into them. */
enum {
	ROWS = 4000,
	DAY = 1602720000
};

static uint64_t random_state = 88172645463325252;

static uint64_t random_number(void)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 7;
	random_state ^= random_state << 17;
	return random_state;
}

struct bench {
	char folder[48];
	int fd;
	struct text_table *names;
	struct text_table *columns;
	struct batch *batch;
	struct mapping mapping;
	struct segment *segment;
};

static int begin(void **state)
{
	static struct bench b;
	uint32_t id;
	memcpy(b.folder, "/tmp/quetsach-segment-XXXXXX", sizeof("/tmp/quetsach-segment-XXXXXX"));
	assert_non_null(mkdtemp(b.folder));
	assert_int_equal(folder_open(AT_FDCWD, b.folder, &b.fd), E_OK);
	b.names = text_table_new(100);
	b.columns = text_table_new(100);
	b.batch = batch_new();
	batch_clear(b.batch);
	assert_true(text_table_add(b.names, STR(""), &id));
	assert_true(text_table_add(b.names, STR("mirai"), &id));
	assert_true(text_table_add(b.names, STR("Tên có dấu"), &id));
	assert_true(text_table_add(b.columns, STR("city"), &id));
	*state = &b;
	return 0;
}

static int end(void **state)
{
	struct bench *b = *state;
	segment_close(b->segment);
	file_unmap(&b->mapping);
	file_close(&b->fd);
	text_table_free(b->names);
	text_table_free(b->columns);
	batch_free(b->batch);
	scene_delete(b->folder);
	b->segment = NULL;
	return 0;
}

/* A row of anything that is allowed. */
static void add_random_row(struct batch *b)
{
	uint32_t i = b->rows++;
	uint64_t x = random_number();
	b->first[i] = DAY + (uint32_t)(x % 200000);
	b->precision[i] = (uint8_t)(x >> 20 & 3);
	b->last[i] = b->first[i] + (b->precision[i] == PRECISION_SPAN ? (uint32_t)(x >> 40) : 0);
	b->ip[i] = x >> 60 == 0 ? ip_from_halves(0x20010db800000000 + (x >> 8 & 63), x)
				: ip_from_v4(0x0a000000 + (uint32_t)(x >> 24 & 1023));
	b->dst[i] = ip_from_v4((uint32_t)random_number());
	b->port[i] = (uint16_t)(x >> 5);
	b->dst_port[i] = 80;
	b->prefix[i] = x >> 55 == 3 ? 120 : 128;
	b->kind[i] = (uint8_t)(x >> 33) % KIND__COUNT;
	b->protocol[i] = (uint8_t)(x >> 44);
	b->name[i] = (uint32_t)(x >> 50) % 3;
	b->machine[i] = x >> 63 ? random_number() : 0;
	b->identity[i] = random_number();
	for (uint64_t n = x >> 12 & 15; n > 0; n--)
		writer_u8(&b->extras, (uint8_t)(x >> n));
	b->extras_end[i] = (uint32_t)b->extras.size;
}

static void fill(struct batch *b)
{
	batch_clear(b);
	while (b->rows < ROWS)
		add_random_row(b);
	/* The ends of every range. */
	b->first[1] = 0;
	b->last[1] = UINT32_MAX;
	b->precision[1] = PRECISION_SPAN;
	b->first[2] = b->last[2] = UINT32_MAX;
	b->ip[3] = ip_from_halves(UINT64_MAX, UINT64_MAX);
	b->ip[4] = ip_from_halves(0, 0);
	b->prefix[5] = 0;
	b->identity[6] = 0;
	b->identity[7] = UINT64_MAX;
	b->machine[7] = UINT64_MAX;
	for (uint32_t i = 1; i < 8; i++)
		if (b->last[i] < b->first[i])
			b->last[i] = b->first[i];
}

static void write_and_open(struct bench *b, int blocks)
{
	struct segment_facts facts;
	struct file_new file;
	int fd;
	struct segment_writer *writer = segment_writer_new(b->fd);
	assert_non_null(writer);
	for (int i = 0; i < blocks; i++)
		assert_int_equal(segment_writer_add(writer, b->batch), E_OK);
	assert_int_equal(
		segment_writer_close(writer, STR("feed"), b->names, b->columns, &facts, &file),
		E_OK);
	assert_int_equal(file_new_commit(&file, "00000001.seg", true), E_OK);
	segment_writer_free(writer);
	assert_int_equal(file_open_read(b->fd, "00000001.seg", &fd), E_OK);
	assert_int_equal(file_map(fd, &b->mapping), E_OK);
	file_close(&fd);
	assert_int_equal(segment_open(b->mapping.bytes, &b->segment), E_OK);
	assert_int_equal(b->segment->facts.checksum, facts.checksum);
	assert_int_equal(b->segment->facts.bytes, facts.bytes);
	assert_int_equal(b->segment->facts.rows, b->batch->rows * (uint32_t)blocks);
}

#define SAME(member) assert_memory_equal(a->member, b->member, a->rows * sizeof(a->member[0]))

static void assert_same(const struct batch *a, const struct batch *b)
{
	assert_int_equal(a->rows, b->rows);
	SAME(first);
	SAME(last);
	SAME(ip);
	SAME(dst);
	SAME(port);
	SAME(dst_port);
	SAME(prefix);
	SAME(precision);
	SAME(kind);
	SAME(protocol);
	SAME(name);
	SAME(machine);
	SAME(identity);
	SAME(extras_end);
	assert_int_equal(a->extras.size, b->extras.size);
	assert_memory_equal(a->extras.data, b->extras.data, a->extras.size);
}

static void blocks_come_back(void **state)
{
	struct bench *b = *state;
	struct column_coder *coder = column_coder_new();
	struct batch *read = batch_new();
	fill(b->batch);
	write_and_open(b, 3);
	assert_int_equal(b->segment->block_count, 3);
	for (size_t i = 0; i < 3; i++) {
		assert_int_equal(
			segment_read_block(b->segment, coder, i, SEGMENT_READ_ALL, read), E_OK);
		assert_same(b->batch, read);
	}
	assert_true(str_equal(b->segment->names[2], STR("Tên có dấu")));
	assert_true(str_equal(b->segment->columns[0], STR("city")));
	assert_true(str_equal(b->segment->feed, STR("feed")));
	batch_free(read);
	column_coder_free(coder);
}

static void alike_and_ascending_rows_are_small(void **state)
{
	struct bench *b = *state;
	struct column_coder *coder = column_coder_new();
	struct batch *read = batch_new();
	batch_clear(b->batch);
	for (uint32_t i = 0; i < ROWS; i++) {
		add_random_row(b->batch);
		b->batch->first[i] = b->batch->last[i] = DAY + i;
		b->batch->precision[i] = PRECISION_SECOND;
		b->batch->ip[i] = b->batch->dst[i] = ip_from_v4(1);
		b->batch->name[i] = b->batch->kind[i] = b->batch->protocol[i] = 0;
		b->batch->port[i] = 0;
		b->batch->prefix[i] = 128;
		b->batch->machine[i] = 0;
		b->batch->extras_end[i] = 0;
	}
	writer_clear(&b->batch->extras);
	write_and_open(b, 1);
	/* Eight bytes of identity a row, and little else. */
	assert_true(b->segment->facts.bytes < ROWS * 8 + 600);
	assert_int_equal(segment_read_block(b->segment, coder, 0, SEGMENT_READ_ALL, read), E_OK);
	assert_same(b->batch, read);
	batch_free(read);
	column_coder_free(coder);
}

static void every_spoilt_byte_is_seen(void **state)
{
	struct bench *b = *state;
	struct column_coder *coder = column_coder_new();
	struct batch *read = batch_new();
	struct segment *s;
	fill(b->batch);
	write_and_open(b, 1);
	size_t size = b->mapping.bytes.size;
	uint8_t *copy = malloc(size);
	assert_non_null(copy);
	memcpy(copy, b->mapping.bytes.data, size);
	for (size_t i = 0; i < size; i += i < 600 || i > size - 600 ? 1 : 97) {
		copy[i] ^= 0x10;
		enum err err = segment_open((struct bytes){copy, size}, &s);
		if (err == E_OK) {
			err = segment_read_block(s, coder, 0, SEGMENT_READ_ALL, read);
			segment_close(s);
		}
		assert_true(err == E_CORRUPT || (err == E_VERSION && i >= 8 && i < 12));
		copy[i] ^= 0x10;
	}
	free(copy);
	batch_free(read);
	column_coder_free(coder);
}

/* --- derived files --- */

static struct derived *derive(const struct bench *b, struct writer *w)
{
	struct str names[3];
	struct derived *d;
	struct derived_builder *builder = derived_builder_new();
	assert_non_null(builder);
	for (size_t i = 0; i < 3; i++)
		names[i] = text_table_get(b->names, i);
	assert_int_equal(derived_builder_add(builder, b->batch), E_OK);
	assert_int_equal(derived_builder_write(builder, 77, names, 3, w), E_OK);
	derived_builder_free(builder);
	assert_int_equal(derived_open(writer_view(w), &d), E_OK);
	assert_int_equal(d->segment_checksum, 77);
	return d;
}

static bool has_key(const struct batch *b, size_t row, const struct derived_key *key)
{
	return b->prefix[row] == 128 && b->name[row] == key->name && b->kind[row] == key->kind &&
	       b->precision[row] == key->precision;
}

static bool in_bucket(const struct batch *b, size_t row, const struct derived_set *set)
{
	uint32_t step = set->key.precision >= PRECISION_DAY ? SECONDS_PER_DAY : SECONDS_PER_HOUR;
	uint32_t end = set->key.precision == PRECISION_SPAN ? b->last[row] : b->first[row];
	return has_key(b, row, &set->key) && set->from == b->first[row] - b->first[row] % step &&
	       set->last / step == end / step;
}

/* Every row is in exactly one set, and a set holds nothing else. */
static void sets_are_what_the_rows_say(void **state)
{
	struct bench *b = *state;
	struct writer w;
	writer_init(&w, 1 << 24);
	fill(b->batch);
	struct derived *d = derive(b, &w);
	uint64_t units = 0, placed = 0;
	for (size_t i = 0; i < d->set_count; i++) {
		struct unit_set *set, *expected = unit_set_new();
		assert_int_equal(derived_read_set(d, i, &set), E_OK);
		for (size_t row = 0; row < ROWS; row++) {
			if (!in_bucket(b->batch, row, &d->sets[i]))
				continue;
			struct unit unit = ip_unit(b->batch->ip[row]);
			assert_true(unit_set_contains(set, unit));
			assert_int_equal(unit.v6 ? unit_set_add_v6(expected, &unit.key, 1)
						 : unit_set_add_v4(expected,
							   &(uint32_t){(uint32_t)unit.key}, 1),
				E_OK);
			placed++;
		}
		assert_int_equal(unit_set_count_v4(set), unit_set_count_v4(expected));
		assert_int_equal(unit_set_count_v6(set), unit_set_count_v6(expected));
		units += unit_set_count_v4(set) + unit_set_count_v6(set);
		unit_set_free(set);
		unit_set_free(expected);
	}
	uint64_t single = 0;
	for (size_t row = 0; row < ROWS; row++)
		single += b->batch->prefix[row] == 128;
	assert_int_equal(placed, single);
	assert_true(units > 100 && units <= single);
	derived_close(d);
	writer_release(&w);
}

static void summaries_are_what_the_rows_say(void **state)
{
	struct bench *b = *state;
	struct writer w;
	struct derived_rows rows = {0};
	writer_init(&w, 1 << 24);
	fill(b->batch);
	struct derived *d = derive(b, &w);
	uint64_t looked_up = 0;
	for (size_t i = 0; i < d->summary_count; i++) {
		assert_int_equal(derived_read_summary(d, i, &rows), E_OK);
		for (size_t u = 0; u < rows.count; u++) {
			uint32_t first = UINT32_MAX, last = 0, found_first, found_last;
			for (size_t row = 0; row < ROWS; row++) {
				struct unit unit = ip_unit(b->batch->ip[row]);
				if (!has_key(b->batch, row, &d->summaries[i].key) ||
					unit.key != rows.units[u].key ||
					unit.v6 != rows.units[u].v6)
					continue;
				first = b->batch->first[row] < first ? b->batch->first[row] : first;
				last = b->batch->last[row] > last ? b->batch->last[row] : last;
			}
			assert_int_equal(
				derived_find(d, i, rows.units[u], &found_first, &found_last), E_OK);
			assert_true(found_first == first && rows.first[u] == first);
			assert_true(found_last == last && rows.last[u] == last);
			looked_up++;
		}
		assert_int_equal(derived_find(d, i, (struct unit){0x01020304, false},
					 &(uint32_t){0}, &(uint32_t){0}),
			E_NOTFOUND);
	}
	assert_true(looked_up > 500);
	derived_rows_release(&rows);
	derived_close(d);
	writer_release(&w);
}

/* Three blocks of a summary: the first, the last and what lies between are found. */
static void large_summaries_have_blocks(void **state)
{
	struct bench *b = *state;
	struct writer w;
	writer_init(&w, 1 << 24);
	batch_clear(b->batch);
	for (uint32_t i = 0; i < 3 * DERIVED_BLOCK; i++) {
		add_random_row(b->batch);
		b->batch->ip[i] = ip_from_v4((3 * DERIVED_BLOCK - i) * 1000);
		b->batch->first[i] = b->batch->last[i] = DAY + i;
		b->batch->kind[i] = b->batch->precision[i] = 0;
		b->batch->name[i] = 0;
		b->batch->prefix[i] = 128;
	}
	struct derived *d = derive(b, &w);
	assert_int_equal(d->summary_count, 1);
	assert_int_equal(d->summaries[0].v4_blocks, 3);
	for (uint32_t i = 0; i < 3 * DERIVED_BLOCK; i++) {
		uint32_t first, last;
		struct unit unit = {(3 * DERIVED_BLOCK - i) * 1000, false};
		assert_int_equal(derived_find(d, 0, unit, &first, &last), E_OK);
		assert_int_equal(first, DAY + i);
		unit.key++;
		assert_int_equal(derived_find(d, 0, unit, &first, &last), E_NOTFOUND);
	}
	derived_close(d);
	writer_release(&w);
}

/* --- repeats --- */

static void a_pair_is_fresh_once(void **state)
{
	(void)state;
	enum {
		COUNT = 5000
	};
	static uint32_t first[COUNT];
	static uint64_t identity[COUNT], mixes[COUNT];
	static bool answer[COUNT];
	struct identity_set set;
	identity_set_init(&set);
	uint64_t fresh = 0, found, newly;
	for (int round = 0; round < 20; round++) {
		for (uint32_t i = 0; i < COUNT; i++) {
			first[i] = i % 7;
			identity[i] = (uint64_t)round / 2 * COUNT + i / 2;
		}
		identity_mix(first, identity, COUNT, mixes);
		assert_int_equal(identity_set_add(&set, mixes, COUNT, answer), E_OK);
		for (uint32_t i = 0; i < COUNT; i++) {
			assert_true(round % 2 == 0 || !answer[i]);
			fresh += answer[i];
		}
	}
	assert_int_equal(fresh, 10 * COUNT);
	assert_int_equal(set.count, fresh);
	identity_set_find(&set, mixes, COUNT, answer);
	for (uint32_t i = 0; i < COUNT; i++)
		assert_true(answer[i]);
	assert_int_equal(identity_set_mark(&set, mixes, COUNT, &found, &newly), E_OK);
	assert_true(found == COUNT && newly == COUNT);
	assert_int_equal(identity_set_mark(&set, mixes, COUNT, &found, &newly), E_OK);
	assert_true(found == COUNT && newly == 0);
	identity_set_release(&set);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
	const struct CMUnitTest tests[] = {
		TEST(blocks_come_back),
		TEST(alike_and_ascending_rows_are_small),
		TEST(every_spoilt_byte_is_seen),
		TEST(sets_are_what_the_rows_say),
		TEST(summaries_are_what_the_rows_say),
		TEST(large_summaries_have_blocks),
		cmocka_unit_test(a_pair_is_fresh_once),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
