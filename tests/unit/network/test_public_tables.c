/* SPDX-License-Identifier: Apache-2.0 */
/* The public tables beside the checkout, against facts counted with another program. */
#include <fcntl.h>
#include <time.h>
#include <unistd.h>

#include "format/archive.h"
#include "kit.h"

static const char *folder;

static enum err read_packed(void *context, uint8_t *buffer, size_t capacity, size_t *ret_size)
{
	ssize_t size = read(*(int *)context, buffer, capacity);
	if (size < 0)
		return E_IO;
	*ret_size = (size_t)size;
	return E_OK;
}

/* The unpacked text, or the test is skipped where the file is not there. */
static struct writer load(const char *name)
{
	char path[4096];
	(void)snprintf(path, sizeof(path), "%s/%s", folder ? folder : "", name);
	int fd = folder ? open(path, O_RDONLY | O_CLOEXEC) : -1;
	if (fd < 0) {
		print_message("skipped: %s is not there\n", path);
		skip();
	}
	struct archive_source source = {&fd, read_packed};
	struct archive_reader *reader = NULL;
	struct problem problem;
	struct writer text;
	writer_init(&text, 1 << 30);
	if (!str_ends(str_from(name), STR(".xz"))) {
		uint8_t buffer[4096];
		size_t size;
		while (read_packed(&fd, buffer, sizeof(buffer), &size) == E_OK && size > 0)
			writer_bytes(&text, (struct bytes){buffer, size});
		close(fd);
		return text;
	}
	assert_int_equal(archive_reader_open(&source, 1 << 30, &reader, &problem), E_OK);
	for (size_t size = 1; size > 0;) {
		uint8_t buffer[65536];
		assert_int_equal(
			archive_reader_read(reader, buffer, sizeof(buffer), &size, &problem), E_OK);
		writer_bytes(&text, (struct bytes){buffer, size});
	}
	archive_reader_close(reader);
	close(fd);
	return text;
}

static struct writer table(const char *name, const char *country, uint64_t rows)
{
	struct writer text = load(name);
	struct writer w = table_of(writer_view_str(&text), country);
	struct network_table_info info;
	assert_int_equal(network_table_check(writer_view(&w), &info), E_OK);
	assert_int_equal(info.rows, rows);
	assert_int_equal(info.rejected, 0);
	writer_release(&text);
	return w;
}

static struct network *everything(struct writer *image)
{
	struct writer tables[] = {
		table("asn-ipv4-num.csv.xz", "", 411961),
		table("asn-ipv6.csv.xz", "", 103197),
		table("country-ipv4-num.csv.xz", "", 334373),
		table("vn-ipv4-2026-01-31.txt", "", 1246),
		table("vn-ipv6-2026-01-31.txt", "", 931),
		{0},
	};
	struct writer holders;
	writer_init(&holders, 1 << 20);
	FILE *file = fopen(HOLDERS, "rb");
	assert_non_null(file);
	for (int c; (c = fgetc(file)) != EOF;)
		writer_char(&holders, (char)c);
	(void)fclose(file);
	tables[5] = table_of(writer_view_str(&holders), "");
	writer_release(&holders);
	return network_of(tables, sizeof(tables) / sizeof(tables[0]), image);
}

static void whole_country(const struct network *n)
{
	struct unit_set *s = unit_set_new();
	struct asn_count *counts;
	size_t count;
	uint64_t size = network_country_size(n, STR("VN"));
	assert_int_equal(size, 16487168);
	/* Vietnam's allocations are whole /24s: one question for 256 addresses. */
	for (uint64_t i = 0; i < size; i += 256) {
		uint32_t buffer[256];
		buffer[0] = network_country_address(n, STR("VN"), i);
		assert_int_equal(buffer[0] % 256, 0);
		for (uint32_t k = 1; k < 256; k++)
			buffer[k] = buffer[0] + k;
		assert_int_equal(unit_set_add_v4(s, buffer, 256), E_OK);
	}
	assert_int_equal(unit_set_count_v4(s), size);
	assert_int_equal(network_keep_country(n, STR("VN"), s), E_OK);
	assert_int_equal(unit_set_count_v4(s), size);
	assert_int_equal(network_count_asns(n, s, &counts, &count), E_OK);
	assert_int_equal(count, 563);
	for (size_t i = 0; i < count; i++) {
		if (counts[i].asn == 0)
			assert_int_equal(counts[i].v4, 16487168 - 16248064);
		if (counts[i].asn == 45899)
			assert_int_equal(counts[i].v4, 7646720);
		if (counts[i].asn == 7552)
			assert_int_equal(counts[i].v4, 4984064);
	}
	free(counts);
	unit_set_free(s);
}

static void public_tables(void **state)
{
	(void)state;
	struct writer image;
	struct network *n = everything(&image);
	struct attribution a = network_look_up(n, ip_of("14.160.0.1"));
	assert_int_equal(a.asn, 45899);
	same_text(a.as_name, "VNPT Corp");
	same_text(a.country, "VN");
	same_text(a.holder.key, "VNPT");
	a = network_look_up(n, ip_of("1.1.1.1"));
	assert_int_equal(a.asn, 13335);
	same_text(a.as_name, "Cloudflare, Inc.");
	same_text(a.country, "AU");
	a = network_look_up(n, ip_of("2001:4860:4860::8888"));
	assert_int_equal(a.asn, 15169);
	same_text(network_asn_holder(n, 38731), "Viettel");
	same_text(network_asn_holder(n, 45894), "FPT");
	same_text(network_asn_holder(n, 7643), "VNPT");
	whole_country(n);
	network_close(n);
	writer_release(&image);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(public_tables)};
	folder = argc > 1 ? argv[1] : NULL;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
