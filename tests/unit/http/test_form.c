/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "base/limits.h"
#include "base/writer.h"
#include "http/form.h"

#define PLAIN "application/x-www-form-urlencoded"
#define PARTS "multipart/form-data; boundary=XyZ"
#define FIELD(name) "--XyZ\r\nContent-Disposition: form-data; name=\"" name "\"\r\n\r\n"
#define FILE_FIELD(name, file)                                                                     \
	"--XyZ\r\nContent-Disposition: form-data; name=\"" name "\"; filename=\"" file             \
	"\"\r\nContent-Type: text/plain\r\n\r\n"
#define END "\r\n--XyZ--\r\n"

static int folder = -1;

/* Read in pieces of so many bytes; the form is the reader's. */
static enum err read_form(struct str type, struct str body, size_t piece,
	struct form_reader **ret_reader, struct form *ret_form)
{
	struct form_reader *r = NULL;
	*ret_reader = NULL;
	enum err err = form_reader_new(type, folder, &r);
	if (err != E_OK)
		return err;
	for (size_t at = 0; at < body.size; at += piece) {
		size_t size = body.size - at < piece ? body.size - at : piece;
		form_reader_feed(r, (struct bytes){(const uint8_t *)body.data + at, size});
	}
	*ret_reader = r;
	return form_reader_end(r, ret_form);
}

/* The same whatever the pieces. */
static void refuses(const char *type, struct str body, enum err wanted)
{
	static const size_t pieces[] = {1, 2, 3, 7, 64, 1 << 20};
	for (size_t i = 0; i < sizeof(pieces) / sizeof(pieces[0]); i++) {
		struct form_reader *r;
		struct form form;
		if (body.size > 4096 && pieces[i] < 64)
			continue;
		enum err err = read_form(str_from(type), body, pieces[i], &r, &form);
		form_reader_free(r);
		if (err != wanted)
			fail_msg("%zu at a time: %s instead of %s", pieces[i], err_name(err),
				err_name(wanted));
	}
}

static void has_value(const struct form *form, const char *name, size_t nth, const char *wanted)
{
	struct str value;
	if (!form_value(form, str_from(name), nth, &value))
		fail_msg("no %s", name);
	if (!str_equal(value, str_from(wanted)))
		fail_msg("%s is \"%.*s\"", name, STR_ARG(value));
}

static void plain_fields_are_read(void **state)
{
	struct form_reader *r;
	struct form form;
	struct str value;
	(void)state;
	struct str body = STR("t%C3%AAn=Nguy%E1%BB%85n+V%C4%83n+A&empty=&bare&a=1&a=2&&x=%3D%26%2B"
			      "&lines=a%0D%0Ab%0Dc%0Ad&percent=100%&half=%4");
	for (size_t piece = 1; piece < 200; piece += 13) {
		assert_int_equal(read_form(STR(PLAIN), body, piece, &r, &form), E_OK);
		has_value(&form, "tên", 0, "Nguyễn Văn A");
		has_value(&form, "empty", 0, "");
		has_value(&form, "bare", 0, "");
		has_value(&form, "x", 0, "=&+");
		has_value(&form, "lines", 0, "a\nb\nc\nd");
		has_value(&form, "percent", 0, "100%");
		has_value(&form, "half", 0, "%4");
		form_reader_free(r);
	}
	assert_int_equal(read_form(STR(PLAIN "; charset=UTF-8"), STR(""), 1, &r, &form), E_OK);
	assert_false(form_value(&form, STR("a"), 0, &value));
	form_reader_free(r);
}

static void duplicate_fields_stay_in_order(void **state)
{
	struct form_reader *r;
	struct form form;
	struct str value;
	(void)state;
	assert_int_equal(read_form(STR(PLAIN), STR("a=1&b=x&a=2&a=3"), 3, &r, &form), E_OK);
	has_value(&form, "a", 0, "1");
	has_value(&form, "a", 1, "2");
	has_value(&form, "a", 2, "3");
	assert_false(form_value(&form, STR("a"), 3, &value));
	form_reader_free(r);
}

static void what_is_no_text_is_refused(void **state)
{
	(void)state;
	refuses(PLAIN, STR("a=%00"), E_SYNTAX);
	refuses(PLAIN, STR("a%00=1"), E_SYNTAX);
	refuses(PLAIN, (struct str){"a=\0b", 4}, E_SYNTAX);
	refuses(PLAIN, STR("a=%1b[2J"), E_SYNTAX);
	refuses(PLAIN, STR("a=%7f"), E_SYNTAX);
	refuses(PLAIN, STR("a=%c2%85"), E_SYNTAX);
	/* not UTF-8: alone, overlong, a surrogate, cut off */
	refuses(PLAIN, STR("a=%ff"), E_SYNTAX);
	refuses(PLAIN, STR("a=%c0%80"), E_SYNTAX);
	refuses(PLAIN, STR("a=%ed%a0%80"), E_SYNTAX);
	refuses(PLAIN, STR("a=%e1%bb"), E_SYNTAX);
	refuses(PLAIN, STR("%ff=1"), E_SYNTAX);
	refuses(PARTS, STR(FIELD("a") "\xff" END), E_SYNTAX);
}

static void too_much_is_refused(void **state)
{
	struct writer w;
	(void)state;
	writer_init(&w, 64 << 20);
	for (int i = 0; i < 10000; i++)
		writer_text(&w, "a=1&");
	refuses(PLAIN, writer_view_str(&w), E_LIMIT);
	writer_clear(&w);
	for (int i = 0; i < 10000; i++)
		writer_text(&w, i ? "\r\n" FIELD("a") : FIELD("a"));
	writer_text(&w, END);
	refuses(PARTS, writer_view_str(&w), E_LIMIT);
	/* a huge name, a huge value, a huge header */
	writer_clear(&w);
	for (int i = 0; i < 300; i++)
		writer_char(&w, 'n');
	writer_text(&w, "=1");
	refuses(PLAIN, writer_view_str(&w), E_LIMIT);
	writer_clear(&w);
	writer_text(&w, FIELD("a"));
	for (size_t i = 0; i <= LIMIT_FORM_BYTES; i++)
		writer_char(&w, 'v');
	writer_text(&w, END);
	refuses(PARTS, writer_view_str(&w), E_LIMIT);
	writer_clear(&w);
	writer_text(&w, "--XyZ\r\nX: ");
	for (int i = 0; i < 9000; i++)
		writer_char(&w, 'h');
	refuses(PARTS, writer_view_str(&w), E_LIMIT);
	writer_release(&w);
}

static void parts_are_read(void **state)
{
	struct form_reader *r;
	struct form form;
	(void)state;
	struct str body = STR(FIELD("name") "Trần Thị B\r\n" FIELD(
		"lines") "a\r\n--Xy\r\nb\r\n" FIELD("empty") END);
	for (size_t piece = 1; piece < body.size; piece += 5) {
		assert_int_equal(read_form(STR(PARTS), body, piece, &r, &form), E_OK);
		has_value(&form, "name", 0, "Trần Thị B");
		has_value(&form, "lines", 0, "a\n--Xy\nb");
		has_value(&form, "empty", 0, "");
		form_reader_free(r);
	}
}

static void files_lie_in_files_without_a_name(void **state)
{
	struct form_reader *r;
	struct form form;
	char text[64];
	(void)state;
	struct str body = STR(FILE_FIELD("report", "C:\\báo cáo.csv") "a;b\r\n\r\n--X\r\n" END);
	for (size_t piece = 1; piece < body.size; piece += 7) {
		assert_int_equal(read_form(STR(PARTS), body, piece, &r, &form), E_OK);
		const struct form_file *file = form_file(&form, STR("report"));
		assert_non_null(file);
		assert_true(str_equal(file->name, STR("C:\\báo cáo.csv")));
		assert_true(str_equal(file->type, STR("text/plain")));
		ssize_t size = pread(file->fd, text, sizeof(text), 0);
		assert_int_equal(size, file->size);
		assert_true(str_equal((struct str){text, (size_t)size}, STR("a;b\r\n\r\n--X\r\n")));
		assert_null(form_file(&form, STR("other")));
		form_reader_free(r);
	}
	/* A field of files that was left empty is none. */
	assert_int_equal(
		read_form(STR(PARTS), STR(FILE_FIELD("report", "") END), 9, &r, &form), E_OK);
	assert_int_equal(form.file_count, 0);
	assert_int_equal(form.field_count, 0);
	form_reader_free(r);
}

static void without_a_place_files_are_refused(void **state)
{
	int kept = folder;
	(void)state;
	folder = -1;
	refuses(PARTS, STR(FILE_FIELD("report", "x") "a" END), E_DENIED);
	folder = kept;
}

static void descriptors_do_not_leak(void **state)
{
	(void)state;
	int before = dup(0);
	close(before);
	refuses(PARTS, STR(FILE_FIELD("a", "x") "1\r\n" FILE_FIELD("b", "y") "2"), E_TRUNCATED);
	int after = dup(0);
	close(after);
	assert_int_equal(before, after);
}

static void broken_parts_are_refused(void **state)
{
	(void)state;
	refuses(PARTS, STR(""), E_TRUNCATED);
	refuses(PARTS, STR("--XyZ"), E_TRUNCATED);
	refuses(PARTS, STR(FIELD("a") "1"), E_TRUNCATED);
	refuses(PARTS, STR(FIELD("a") "1\r\n--XyZ"), E_TRUNCATED);
	refuses(PARTS, STR(FIELD("a") "1\r\n--XyZ-"), E_TRUNCATED);
	refuses(PARTS, STR("preamble\r\n" FIELD("a") "1" END), E_SYNTAX);
	refuses(PARTS, STR(FIELD("a") "1" END "more"), E_SYNTAX);
	refuses(PARTS, STR(FIELD("a") "1\r\n--XyZ!!"), E_SYNTAX);
	refuses(PARTS, STR("--XyZ\r\nContent-Type: text/plain\r\n\r\n1" END), E_SYNTAX);
	refuses(PARTS, STR("--XyZ\r\nContent-Disposition: form-data\r\n\r\n1" END), E_SYNTAX);
	refuses(PARTS, STR("--XyZ\r\nContent-Disposition: attachment; name=\"a\"\r\n\r\n1" END),
		E_SYNTAX);
	refuses(PARTS, STR("--XyZ\r\nContent-Disposition: form-data; name=\"a\r\n\r\n1" END),
		E_SYNTAX);
	refuses(PARTS,
		STR("--XyZ\r\nContent-Disposition: form-data; name=\"a\"\r\n"
		    "Content-Disposition: form-data; name=\"b\"\r\n\r\n1" END),
		E_SYNTAX);
	/* nested, and encoded */
	refuses(PARTS,
		STR("--XyZ\r\nContent-Disposition: form-data; name=\"a\"\r\n"
		    "Content-Type: multipart/mixed; boundary=in\r\n\r\n--in--" END),
		E_SYNTAX);
	refuses(PARTS,
		STR("--XyZ\r\nContent-Disposition: form-data; name=\"a\"\r\n"
		    "Content-Transfer-Encoding: base64\r\n\r\nYQ==" END),
		E_SYNTAX);
}

static void other_types_are_refused(void **state)
{
	static const char *const unknown[] = {"", "text/plain", "application/json",
		"multipart/mixed; boundary=a", "application/x-www-form-urlencoded2"};
	static const char *const bad[] = {"multipart/form-data",
		"multipart/form-data; boundary=", "multipart/form-data; boundary=\"a",
		"multipart/form-data; boundary=\"a b\"", "multipart/form-data; boundary=\"\"",
		"multipart/form-data; bound=a",
		("multipart/form-data; boundary="
		 "aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeeffffffffffgggggggggghh")};
	(void)state;
	for (size_t i = 0; i < sizeof(unknown) / sizeof(unknown[0]); i++)
		refuses(unknown[i], STR("a=1"), E_UNKNOWN);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		refuses(bad[i], STR("a=1"), E_SYNTAX);
	refuses("Multipart/Form-Data; charset=utf-8; Boundary=\"XyZ\"", STR(FIELD("a") "1" END),
		E_OK);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(plain_fields_are_read),
		cmocka_unit_test(duplicate_fields_stay_in_order),
		cmocka_unit_test(what_is_no_text_is_refused),
		cmocka_unit_test(too_much_is_refused),
		cmocka_unit_test(parts_are_read),
		cmocka_unit_test(files_lie_in_files_without_a_name),
		cmocka_unit_test(without_a_place_files_are_refused),
		cmocka_unit_test(descriptors_do_not_leak),
		cmocka_unit_test(broken_parts_are_refused),
		cmocka_unit_test(other_types_are_refused),
	};
	folder = open("/tmp", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
