/* SPDX-License-Identifier: Apache-2.0 */
/* Archives are written here by libarchive, so that every form is a true one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include <archive.h>
#include <archive_entry.h>

#include "base/writer.h"
#include "format/archive.h"

static uint8_t packed[1 << 20];

struct input {
	struct bytes rest;
	size_t piece; /* bytes given at once */
};

static enum err read_input(void *context, uint8_t *buffer, size_t capacity, size_t *ret_size)
{
	struct input *in = context;
	size_t size = in->rest.size < in->piece ? in->rest.size : in->piece;
	size = size < capacity ? size : capacity;
	if (size)
		memcpy(buffer, in->rest.data, size);
	in->rest = (struct bytes){in->rest.data + size, in->rest.size - size};
	*ret_size = size;
	return E_OK;
}

struct member {
	const char *name;
	struct str text;
};

static void add_member(struct archive *a, const struct member *m)
{
	struct archive_entry *entry = archive_entry_new();
	archive_entry_set_pathname(entry, m->name);
	archive_entry_set_filetype(entry, m->text.data ? AE_IFREG : AE_IFDIR);
	archive_entry_set_perm(entry, 0644);
	archive_entry_set_size(entry, (la_int64_t)m->text.size);
	assert_int_equal(archive_write_header(a, entry), ARCHIVE_OK);
	if (m->text.data)
		assert_int_equal(archive_write_data(a, m->text.data, m->text.size),
			(la_ssize_t)m->text.size);
	archive_entry_free(entry);
}

/* The members packed in that form. */
static struct bytes pack(int format, int filter, const struct member *members, size_t count)
{
	struct archive *a = archive_write_new();
	size_t size = 0;
	assert_int_equal(archive_write_set_format(a, format), ARCHIVE_OK);
	assert_int_equal(archive_write_add_filter(a, filter), ARCHIVE_OK);
	archive_write_set_bytes_in_last_block(a, 1);
	assert_int_equal(archive_write_open_memory(a, packed, sizeof(packed), &size), ARCHIVE_OK);
	for (size_t i = 0; i < count; i++)
		add_member(a, &members[i]);
	assert_int_equal(archive_write_close(a), ARCHIVE_OK);
	archive_write_free(a);
	return (struct bytes){packed, size};
}

struct result {
	enum err err;
	struct problem problem;
	struct writer text;
	char name[64];
	uint64_t consumed;
};

static enum err read_text(struct archive_reader *reader, struct result *r, size_t capacity)
{
	uint8_t buffer[4096];
	size_t size;
	do {
		TRY(archive_reader_read(reader, buffer, capacity, &size, &r->problem));
		writer_bytes(&r->text, (struct bytes){buffer, size});
	} while (size > 0);
	return E_OK;
}

static struct result unpack(struct bytes bytes, size_t piece, size_t capacity, uint64_t limit)
{
	struct input in = {bytes, piece};
	const struct archive_source source = {&in, read_input};
	struct archive_reader *reader = NULL;
	struct result r = {.err = E_OK};
	writer_init(&r.text, (size_t)1 << 28);
	r.err = archive_reader_open(&source, limit, &reader, &r.problem);
	if (r.err == E_OK) {
		r.err = read_text(reader, &r, capacity);
		struct str name = archive_reader_member_name(reader);
		memcpy(r.name, name.data, name.size < 63 ? name.size : 63);
		r.consumed = archive_reader_consumed(reader);
	}
	archive_reader_close(reader);
	return r;
}

static const struct str list = STR_INIT("1.2.3.4\n5.6.7.8\n");

static void assert_text(struct bytes bytes, struct str text, const char *name)
{
	static const size_t pieces[] = {1, 7, 511, 100000};
	for (size_t i = 0; i < 4; i++) {
		struct result r = unpack(bytes, pieces[i], i % 2 ? 4096 : 5, UINT64_MAX);
		assert_int_equal(r.err, E_OK);
		assert_true(str_equal(writer_view_str(&r.text), text));
		assert_string_equal(r.name, name);
		writer_release(&r.text);
	}
}

static void assert_refused(struct bytes bytes, enum problem_code code)
{
	struct result r = unpack(bytes, 100000, 4096, UINT64_MAX);
	assert_int_equal(r.err, E_SYNTAX);
	assert_int_equal(r.problem.code, code);
	writer_release(&r.text);
}

static void test_plain(void **state)
{
	(void)state;
	assert_text((struct bytes){NULL, 0}, STR(""), "");
	assert_text(str_bytes(list), list, "");
	/* Longer than what is looked at for magics. */
	struct writer w;
	writer_init(&w, 100000);
	for (int i = 0; i < 900; i++)
		writer_str(&w, list);
	assert_text(writer_view(&w), writer_view_str(&w), "");
	writer_release(&w);
}

static const int filters[] = {
	ARCHIVE_FILTER_GZIP, ARCHIVE_FILTER_XZ, ARCHIVE_FILTER_ZSTD, ARCHIVE_FILTER_BZIP2};

static void test_compressed(void **state)
{
	(void)state;
	const struct member one = {"list.txt", list};
	for (size_t i = 0; i < 4; i++) {
		struct bytes b = pack(ARCHIVE_FORMAT_RAW, filters[i], &one, 1);
		assert_text(b, list, "");
		/* Cut anywhere it is no whole file. */
		for (size_t size = 20; size + 9 < b.size; size += 3)
			assert_refused((struct bytes){b.data, size}, PROBLEM_BAD_ARCHIVE);
	}
}

static void test_archives(void **state)
{
	(void)state;
	const struct member one[] = {{"day/", {NULL, 0}}, {"day/2020-10-15.txt", list}};
	assert_text(pack(ARCHIVE_FORMAT_ZIP, ARCHIVE_FILTER_NONE, one, 2), list, "2020-10-15.txt");
	assert_text(pack(ARCHIVE_FORMAT_TAR_USTAR, ARCHIVE_FILTER_NONE, one, 2), list,
		"2020-10-15.txt");
	for (size_t i = 0; i < 4; i++)
		assert_text(
			pack(ARCHIVE_FORMAT_TAR_USTAR, filters[i], one, 2), list, "2020-10-15.txt");
}

static void test_member_count(void **state)
{
	(void)state;
	const struct member two[] = {{"a.txt", list}, {"b.txt", list}};
	const struct member mac[] = {{"a.txt", list}, {"__MACOSX/._a.txt", list}};
	assert_refused(pack(ARCHIVE_FORMAT_ZIP, ARCHIVE_FILTER_NONE, two, 2), PROBLEM_MANY_MEMBERS);
	assert_refused(
		pack(ARCHIVE_FORMAT_TAR_USTAR, ARCHIVE_FILTER_XZ, two, 2), PROBLEM_MANY_MEMBERS);
	assert_text(pack(ARCHIVE_FORMAT_ZIP, ARCHIVE_FILTER_NONE, mac, 2), list, "a.txt");
	assert_text(pack(ARCHIVE_FORMAT_ZIP, ARCHIVE_FILTER_NONE, two, 0), STR(""), "");
}

static void test_limits(void **state)
{
	(void)state;
	struct result r = unpack(str_bytes(list), 100, 4096, list.size);
	assert_int_equal(r.err, E_OK);
	assert_int_equal(r.consumed, list.size);
	writer_release(&r.text);
	r = unpack(str_bytes(list), 100, 4096, list.size - 1);
	assert_int_equal(r.err, E_LIMIT);
	assert_int_equal(r.problem.code, PROBLEM_TOO_LARGE);
	assert_int_equal(r.problem.limit, list.size - 1);
	writer_release(&r.text);
}

/* 80 MiB of line feeds in a few hundred bytes. */
static void test_dense(void **state)
{
	(void)state;
	struct member one = {"bomb.txt", {NULL, (size_t)80 << 20}};
	char *text = malloc(one.text.size);
	assert_non_null(text);
	memset(text, '\n', one.text.size);
	one.text.data = text;
	struct bytes b = pack(ARCHIVE_FORMAT_RAW, ARCHIVE_FILTER_BZIP2, &one, 1);
	struct result r = unpack(b, 100000, 4096, UINT64_MAX);
	assert_int_equal(r.err, E_LIMIT);
	assert_int_equal(r.problem.code, PROBLEM_TOO_DENSE);
	writer_release(&r.text);
	free(text);
}

static enum err failing(void *context, uint8_t *buffer, size_t capacity, size_t *ret_size)
{
	struct input *in = context;
	if (in->rest.size == 0)
		return E_IO;
	return read_input(context, buffer, capacity, ret_size);
}

/* A failing disk is no fault of the file. */
/* gzip of "1.2.3.4\n5.6.7.8\n" (RFC 1952), stored rather than squeezed. */
static const uint8_t gzip_member[] = {0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 255, 1, 16, 0, 0xEF, 0xFF,
	'1', '.', '2', '.', '3', '.', '4', '\n', '5', '.', '6', '.', '7', '.', '8', '\n', 0x73, 0x2,
	0x2e, 0xc0, 16, 0, 0, 0};

static void test_gzip_sums_are_compared(void **state)
{
	(void)state;
	uint8_t file[2 * sizeof(gzip_member) + 3] = {0};
	struct bytes one = {file, sizeof(gzip_member)};
	memcpy(file, gzip_member, sizeof(gzip_member));
	assert_text(one, list, "");
	file[sizeof(gzip_member) - 8] ^= 1; /* the sum */
	assert_refused(one, PROBLEM_BAD_ARCHIVE);
	file[sizeof(gzip_member) - 8] ^= 1;
	file[sizeof(gzip_member) - 4] ^= 1; /* the length */
	assert_refused(one, PROBLEM_BAD_ARCHIVE);
	file[sizeof(gzip_member) - 4] ^= 1;
	file[15] ^= 1; /* the text */
	assert_refused(one, PROBLEM_BAD_ARCHIVE);
	file[15] ^= 1;
	/* A second member and zeros behind it are fine, anything else is not. */
	memcpy(file + sizeof(gzip_member), gzip_member, sizeof(gzip_member));
	assert_text((struct bytes){file, sizeof(file)}, STR("1.2.3.4\n5.6.7.8\n1.2.3.4\n5.6.7.8\n"),
		"");
	file[sizeof(file) - 1] = 'x';
	assert_refused((struct bytes){file, sizeof(file)}, PROBLEM_BAD_ARCHIVE);
}

static void test_source_fails(void **state)
{
	(void)state;
	const struct member one = {"list.txt", list};
	struct bytes b = pack(ARCHIVE_FORMAT_RAW, ARCHIVE_FILTER_GZIP, &one, 1);
	struct input in = {{b.data, b.size / 2}, 5};
	const struct archive_source source = {&in, failing};
	struct archive_reader *reader = NULL;
	struct problem problem;
	assert_int_equal(archive_reader_open(&source, UINT64_MAX, &reader, &problem), E_IO);
	archive_reader_close(reader);
}

static void test_warm_up(void **state)
{
	(void)state;
	assert_int_equal(archive_warm_up(), E_OK);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_warm_up),
		cmocka_unit_test(test_plain),
		cmocka_unit_test(test_compressed),
		cmocka_unit_test(test_archives),
		cmocka_unit_test(test_member_count),
		cmocka_unit_test(test_limits),
		cmocka_unit_test(test_dense),
		cmocka_unit_test(test_gzip_sums_are_compared),
		cmocka_unit_test(test_source_fails),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
