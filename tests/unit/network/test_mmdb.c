/* SPDX-License-Identifier: Apache-2.0 */
/* MaxMind DB files that make_mmdb.py wrote: what an address is, and what is refused. The folder is
 * the first argument. */
#include "kit.h"

static const char *folder;

static struct writer load(const char *name)
{
	char path[4096];
	struct writer w;
	writer_init(&w, 1 << 24);
	(void)snprintf(path, sizeof(path), "%s/%s.mmdb", folder, name);
	FILE *file = fopen(path, "rb");
	if (!file)
		fail_msg("%s is not there", path);
	for (int c; (c = fgetc(file)) != EOF;)
		writer_u8(&w, (uint8_t)c);
	(void)fclose(file);
	return w;
}

struct opened {
	struct writer image;
	struct network *network;
	struct network_table_info info;
	struct seen seen;
};

static enum err parse(const char *name, const struct network_source *source, struct writer *table,
	struct opened *o, struct problem *problem)
{
	struct writer file = load(name);
	*problem = (struct problem){0};
	o->seen = (struct seen){0};
	writer_init(table, SIZE_MAX);
	enum err err = network_table_parse(
		source, writer_view(&file), see, &o->seen, table, &o->info, problem);
	writer_release(&file);
	return err;
}

static struct opened open_as(const char *name, const struct network_source *source)
{
	struct opened o;
	struct problem problem;
	struct writer table;
	if (parse(name, source, &table, &o, &problem) != E_OK)
		fail_msg("%s: %.*s %.*s", name, STR_ARG(problem_code_name(problem.code)),
			STR_ARG(problem_got(&problem)));
	o.network = network_of(&table, 1, &o.image);
	return o;
}

static struct opened open_file(const char *name)
{
	static const struct network_source source = {.file_name = STR_INIT("file")};
	return open_as(name, &source);
}

static void close_file(struct opened *o)
{
	network_close(o->network);
	writer_release(&o->image);
}

static void is_country(const struct opened *o, const char *address, const char *country)
{
	struct attribution a = network_look_up(o->network, ip_of(address));
	if (!str_equal(a.country, str_from(country)))
		fail_msg("%s: \"%.*s\", not \"%s\"", address, STR_ARG(a.country), country);
}

static void networks(const char *name, bool v6)
{
	struct opened o = open_file(name);
	assert_int_equal(o.info.kind, NETWORK_COUNTRY);
	assert_int_equal(o.info.built.seconds, 1785542400);
	is_country(&o, "192.0.2.0", "VN");
	is_country(&o, "192.0.2.255", "VN");
	is_country(&o, "192.0.1.255", "");
	is_country(&o, "192.0.3.0", "");
	is_country(&o, "198.51.100.76", "LA");
	is_country(&o, "198.51.100.77", "KH");
	is_country(&o, "198.51.100.78", "LA");
	is_country(&o, "203.0.113.1", ""); /* where it is registered is not where it is */
	is_country(&o, "2001:db8::1", v6 ? "VN" : "");
	is_country(&o, "2001:db8:1::1", v6 ? "LA" : "");
	is_country(&o, "2001:db8:2::", v6 ? "VN" : "");
	is_country(&o, "2001:db9::", "");
	/* aliases of IPv4 are passed over: the tunnel's end is not the machine */
	is_country(&o, "2002:c000:200::1", "");
	is_country(&o, "2001:0:c000:200::1", "");
	/* two halves of 192.0.2.0/24 are one range; 198.51.100.0/24 is three */
	assert_int_equal(o.info.rows, v6 ? 7 : 4);
	assert_int_equal(o.info.rejected, 0);
	close_file(&o);
}

static void widths(void **state)
{
	(void)state;
	networks("v4-24", false);
	networks("v4-28", false);
	networks("v4-32", false);
	networks("v6-24", true);
	networks("v6-28", true);
	networks("v6-32", true);
}

static void as_numbers(void **state)
{
	(void)state;
	static const struct network_source countries = {
		.file_name = STR_INIT("file"), .countries = true};
	struct opened o = open_file("asn");
	assert_int_equal(o.info.kind, NETWORK_ASN);
	assert_int_equal(o.info.rejected, 1); /* 2^40 */
	assert_int_equal(o.seen.count[PROBLEM_BAD_ASN], 1);
	struct attribution a = network_look_up(o.network, ip_of("192.0.2.9"));
	assert_int_equal(a.asn, 64496);
	same_text(a.as_name, "Tập đoàn Bưu chính Viễn thông");
	assert_int_equal(network_look_up(o.network, ip_of("2001:db8::9")).asn, 64496);
	same_text(network_as_name(o.network, 64497), "Two");
	assert_int_equal(network_look_up(o.network, ip_of("203.0.113.1")).asn, 0);
	close_file(&o);
	/* the same file asked for the countries that stand beside */
	o = open_as("asn", &countries);
	assert_int_equal(o.info.kind, NETWORK_COUNTRY);
	is_country(&o, "198.51.100.1", "VN");
	is_country(&o, "192.0.2.1", "");
	close_file(&o);
}

static void all_types(void **state)
{
	(void)state;
	struct opened o = open_file("types");
	is_country(&o, "192.0.2.1", "VN");
	is_country(&o, "198.51.100.1", "LA");
	is_country(&o, "203.0.113.1", "LA");
	close_file(&o);
	o = open_file("whole"); /* one record above all of IPv4 and half of IPv6 */
	is_country(&o, "1.2.3.4", "VN");
	is_country(&o, "255.255.255.255", "VN");
	is_country(&o, "2001:db8::1", "VN");
	is_country(&o, "8000::", "");
	close_file(&o);
}

static void parts_of_a_country(void **state)
{
	(void)state;
	static const struct network_source source = {
		.file_name = STR_INIT("file"), .country = STR_INIT("VN"), .regions = true};
	struct opened o = open_as("regions", &source);
	assert_int_equal(o.info.kind, NETWORK_REGION);
	same_text(network_look_up(o.network, ip_of("192.0.2.1")).region, "HN");
	same_text(network_look_up(o.network, ip_of("198.51.100.1")).region, "SG");
	same_text(network_look_up(o.network, ip_of("203.0.113.1")).region, ""); /* of another */
	close_file(&o);
}

/* The good network of a file goes on; the bad record is told and left out. */
static void bad_records(void **state)
{
	(void)state;
	static const struct {
		const char *name;
		enum problem_code code;
	} files[] = {
		{"bad-pointer-to-itself", PROBLEM_BAD_DATABASE},
		{"bad-pointer-to-pointer", PROBLEM_BAD_DATABASE},
		{"bad-pointer-out", PROBLEM_BAD_DATABASE},
		{"bad-map-of-millions", PROBLEM_BAD_DATABASE},
		{"bad-text-past-the-end", PROBLEM_BAD_DATABASE},
		{"bad-key-is-a-number", PROBLEM_BAD_DATABASE},
		{"bad-country-in-words", PROBLEM_BAD_COUNTRY},
	};
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		struct opened o = open_file(files[i].name);
		is_country(&o, "192.0.2.1", "VN");
		is_country(&o, "198.51.100.1", "");
		if (o.info.rejected != 1 || o.seen.last.code != files[i].code)
			fail_msg("%s: %.*s", files[i].name,
				STR_ARG(problem_code_name(o.seen.last.code)));
		close_file(&o);
	}
	struct opened o = open_file("bad-map-in-itself"); /* holds nothing we look for */
	assert_int_equal(o.info.rejected, 0);
	is_country(&o, "198.51.100.1", "");
	close_file(&o);
	o = open_file("bad-tree-past-the-data");
	assert_int_equal(o.info.rejected, 1);
	is_country(&o, "1.2.3.4", "");
	is_country(&o, "192.0.2.1", "VN");
	close_file(&o);
	o = open_file("bad-deep"); /* passed over without recursion */
	is_country(&o, "198.51.100.1", "LA");
	close_file(&o);
}

static void refused_files(void **state)
{
	(void)state;
	static const struct {
		const char *name;
		enum problem_code code;
		const char *got;
	} files[] = {
		{"bad-tree-loop", PROBLEM_BAD_DATABASE, "search tree"},
		{"bad-tree-of-itself", PROBLEM_UNKNOWN_FORMAT, "Test"}, /* all of it an alias */
		{"bad-tree-of-ways", PROBLEM_TOO_LARGE, ""},
		{"bad-tree-into-the-separator", PROBLEM_BAD_DATABASE, "search tree"},
		{"bad-too-many-nodes", PROBLEM_BAD_DATABASE, "node_count"},
		{"bad-no-nodes", PROBLEM_BAD_DATABASE, "node_count"},
		{"bad-record-size-20", PROBLEM_BAD_DATABASE, "record_size"},
		{"bad-record-size-30", PROBLEM_BAD_DATABASE, "record_size"},
		{"bad-version-3", PROBLEM_BAD_DATABASE, "binary_format_major_version"},
		{"bad-ip-version-5", PROBLEM_BAD_DATABASE, "ip_version"},
		{"bad-node-count-is-text", PROBLEM_BAD_DATABASE, "node_count"},
		{"bad-only-the-marker", PROBLEM_BAD_DATABASE, "metadata"},
		{"bad-cut-in-the-metadata", PROBLEM_BAD_DATABASE, "metadata"},
		{"bad-of-nothing-we-know", PROBLEM_UNKNOWN_FORMAT, "Test"},
	};
	static const struct network_source source = {.file_name = STR_INIT("file")};
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		struct opened o;
		struct problem problem;
		struct writer table;
		enum err err = parse(files[i].name, &source, &table, &o, &problem);
		writer_release(&table);
		if (err == E_OK || problem.code != files[i].code ||
			!str_equal(problem_got(&problem), str_from(files[i].got)))
			fail_msg("%s: %s, %.*s %.*s", files[i].name, err_name(err),
				STR_ARG(problem_code_name(problem.code)),
				STR_ARG(problem_got(&problem)));
	}
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(widths),
		cmocka_unit_test(as_numbers),
		cmocka_unit_test(all_types),
		cmocka_unit_test(parts_of_a_country),
		cmocka_unit_test(bad_records),
		cmocka_unit_test(refused_files),
	};
	if (argc != 2)
		return 2;
	folder = argv[1];
	return cmocka_run_group_tests(tests, NULL, NULL);
}
