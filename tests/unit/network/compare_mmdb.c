/* SPDX-License-Identifier: Apache-2.0 */
/* compare_mmdb FILE…: what our tables say of addresses, held against MaxMind's own library: both
 * ends of every range, what lies beside them, and places in between. Prints how many; status 1
 * where they differ. */
#include <arpa/inet.h>
#include <maxminddb.h>
#include <stdio.h>
#include <stdlib.h>

#include "network/table.h"

struct comparison {
	MMDB_s *theirs;
	const struct network *ours;
	bool countries;
	uint64_t asked, different, known;
};

static void ignore(void *context, const struct problem *problem)
{
	(void)context;
	(void)problem;
}

static bool load(const char *path, struct writer *w)
{
	FILE *file = fopen(path, "rb");
	char chunk[1 << 16];
	writer_init(w, (size_t)1 << 30);
	for (size_t size = 1; file && size > 0;) {
		size = fread(chunk, 1, sizeof(chunk), file);
		writer_str(w, (struct str){chunk, size});
	}
	return file && fclose(file) == 0 && writer_end(w) == E_OK;
}

static struct MMDB_lookup_result_s ask(MMDB_s *m, struct ip ip)
{
	int error = MMDB_SUCCESS;
	struct sockaddr_in v4 = {.sin_family = AF_INET};
	struct sockaddr_in6 v6 = {.sin6_family = AF_INET6};
	const struct sockaddr *at = (const struct sockaddr *)&v6;
	memcpy(&v6.sin6_addr, ip.octets, sizeof(ip.octets));
	if (ip_is_v4(ip)) {
		memcpy(&v4.sin_addr, ip.octets + 12, 4);
		at = (const struct sockaddr *)&v4;
	}
	return MMDB_lookup_sockaddr(m, at, &error);
}

static bool member(
	struct MMDB_lookup_result_s *found, const char *const *path, MMDB_entry_data_s *data)
{
	return found->found_entry && MMDB_aget_value(&found->entry, data, path) == MMDB_SUCCESS &&
	       data->has_data;
}

static struct str their_text(struct MMDB_lookup_result_s *found, const char *const *const *paths)
{
	MMDB_entry_data_s data;
	for (size_t i = 0; paths[i]; i++)
		if (member(found, paths[i], &data) && data.type == MMDB_DATA_TYPE_UTF8_STRING)
			return (struct str){data.utf8_string, data.data_size};
	return STR("");
}

static uint32_t their_asn(struct MMDB_lookup_result_s *found)
{
	static const char *const plain[] = {"autonomous_system_number", NULL};
	static const char *const traits[] = {"traits", "autonomous_system_number", NULL};
	MMDB_entry_data_s data;
	if (member(found, plain, &data) || member(found, traits, &data))
		return data.type == MMDB_DATA_TYPE_UINT32 ? data.uint32 : data.uint16;
	return 0;
}

static bool same(const struct comparison *c, struct ip ip, bool *ret_known)
{
	static const char *const iso[] = {"country", "iso_code", NULL};
	static const char *const code[] = {"country_code", NULL};
	static const char *const organisation[] = {"autonomous_system_organization", NULL};
	static const char *const of_traits[] = {"traits", "autonomous_system_organization", NULL};
	static const char *const *const countries[] = {iso, code, NULL};
	static const char *const *const names[] = {organisation, of_traits, NULL};
	struct MMDB_lookup_result_s found = ask(c->theirs, ip);
	struct attribution a = network_look_up(c->ours, ip);
	*ret_known = a.asn || a.country.size;
	if (c->countries)
		return str_equal(a.country, their_text(&found, countries));
	/* They name an AS at every network anew; ours keeps one of its names. */
	bool named = their_text(&found, names).size > 0;
	return a.asn == their_asn(&found) && (a.asn == 0 || !named || a.as_name.size > 0);
}

/* 6to4 and Teredo are left out by us on purpose. */
static bool left_out(struct ip ip)
{
	uint64_t high = ip_high(ip);
	return !ip_is_v4(ip) && (high >> 48 == 0x2002 || high >> 32 == 0x20010000 || high == 0);
}

static void compare(struct comparison *c, enum family family, address a)
{
	bool known = false;
	struct ip ip = family == FAMILY_V4 ? ip_from_v4((uint32_t)a)
					   : ip_from_halves((uint64_t)(a >> 64), (uint64_t)a);
	if (left_out(ip) || same(c, ip, &known)) {
		c->asked++;
		c->known += known;
		return;
	}
	struct writer w;
	writer_init(&w, 64);
	writer_ip(&w, ip);
	if (c->different++ < 5)
		fprintf(stderr, "%.*s differs\n", STR_ARG(writer_view_str(&w)));
	writer_release(&w);
}

static void compare_all(struct comparison *c, const struct table *t)
{
	for (enum family family = 0; family < FAMILY__COUNT; family++) {
		size_t count = t->range_count[family];
		size_t step = count / 50000 + 1;
		address most = family == FAMILY_V4 ? UINT32_MAX : ADDRESS_MAX;
		for (size_t i = 0; i < count; i += step) {
			struct range range = table_range(t, family, i);
			compare(c, family, range.first);
			compare(c, family, range.last);
			compare(c, family, range.first + (range.last - range.first) / 3);
			compare(c, family, range.first ? range.first - 1 : 0);
			compare(c, family, range.last < most ? range.last + 1 : most);
		}
	}
}

static bool look_up_all(struct comparison *c, struct bytes bytes)
{
	struct table table;
	struct writer image;
	struct network *n;
	writer_init(&image, (size_t)1 << 30);
	bool good = table_open(bytes, &table) == E_OK &&
		    network_compile(&bytes, 1, &image) == E_OK &&
		    network_open(writer_view(&image), &n) == E_OK;
	if (good) {
		c->ours = n;
		compare_all(c, &table);
		network_close(n);
	}
	writer_release(&image);
	return good && c->different == 0;
}

static bool compare_as(MMDB_s *theirs, struct bytes file, const char *path, bool countries)
{
	const struct network_source source = {.file_name = STR("file"), .countries = countries};
	struct comparison c = {.theirs = theirs};
	struct network_table_info info;
	struct problem problem = {0};
	struct writer table;
	bool good = true;
	writer_init(&table, (size_t)1 << 30);
	if (network_table_parse(&source, file, ignore, NULL, &table, &info, &problem) == E_OK) {
		c.countries = info.kind == NETWORK_COUNTRY;
		good = look_up_all(&c, writer_view(&table));
		printf("%s: %.*s, %llu networks, %llu addresses, %llu known, %llu differ\n", path,
			STR_ARG(network_table_kind_name(info.kind)), (unsigned long long)info.rows,
			(unsigned long long)c.asked, (unsigned long long)c.known,
			(unsigned long long)c.different);
	} else {
		struct str code = problem_code_name(problem.code);
		struct str got = problem_got(&problem);
		printf("%s: %.*s %.*s\n", path, STR_ARG(code), STR_ARG(got));
	}
	writer_release(&table);
	return good;
}

static bool compare_file(const char *path)
{
	MMDB_s theirs;
	struct writer file;
	bool good = load(path, &file);
	if (good && MMDB_open(path, MMDB_MODE_MMAP, &theirs) == MMDB_SUCCESS) {
		good = compare_as(&theirs, writer_view(&file), path, false);
		good = compare_as(&theirs, writer_view(&file), path, true) && good;
		MMDB_close(&theirs);
	} else {
		printf("%s: their library does not open it\n", path);
	}
	writer_release(&file);
	return good;
}

int main(int argc, char **argv)
{
	int status = EXIT_SUCCESS;
	for (int i = 1; i < argc; i++)
		if (!compare_file(argv[i]))
			status = EXIT_FAILURE;
	return status;
}
