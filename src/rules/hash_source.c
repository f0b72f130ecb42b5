/* SPDX-License-Identifier: Apache-2.0 */
#include "rules/hash_source.h"

struct reading {
	uint32_t set;
	struct str fallback;
	struct arena *arena;
	source_problem_fn *on_problem;
	void *context;
	struct pack_hashes *hashes;
	struct str last_name, last_kept; /* lists name many hashes the same */
};

/* --- digests --- */

static int nibble(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

static size_t hex_run(struct str s)
{
	size_t size = 0;
	while (size < s.size && nibble(s.data[size]) >= 0)
		size++;
	return size;
}

static bool read_digest(struct str hex, struct pack_hash *h)
{
	int kind = DIGEST__COUNT;
	for (int i = 0; i < DIGEST__COUNT; i++)
		if (hex.size == 2 * digest_size((enum digest_kind)i))
			kind = i;
	if (kind == DIGEST__COUNT || hex_run(hex) != hex.size)
		return false;
	h->kind = (enum digest_kind)kind;
	for (size_t i = 0; i < hex.size / 2; i++)
		h->digest[i] = (uint8_t)((unsigned)nibble(hex.data[2 * i]) << 4 |
					 (unsigned)nibble(hex.data[2 * i + 1]));
	return true;
}

/* Lists of others hold these by mistake; every empty file would be a hit. */
static bool of_nothing(const struct pack_hash *h)
{
	static const uint8_t empty[DIGEST__COUNT][8] = {
		[DIGEST_MD5] = {0xd4, 0x1d, 0x8c, 0xd9, 0x8f, 0x00, 0xb2, 0x04},
		[DIGEST_SHA1] = {0xda, 0x39, 0xa3, 0xee, 0x5e, 0x6b, 0x4b, 0x0d},
		[DIGEST_SHA256] = {0xe3, 0xb0, 0xc4, 0x42, 0x98, 0xfc, 0x1c, 0x14},
	};
	return memcmp(h->digest, empty[h->kind], sizeof(empty[0])) == 0;
}

/* --- entries --- */

static enum err keep(struct reading *r, struct pack_hash *h, struct str name)
{
	struct pack_hashes *all = r->hashes;
	if (all->count == all->capacity)
		return E_LIMIT;
	if (!str_equal(name, r->last_name) || !r->last_kept.data) {
		r->last_kept = source_name(r->arena, name, r->fallback);
		r->last_name = name;
	}
	if (!r->last_kept.data)
		return E_NOMEM;
	h->name = r->last_kept;
	h->set = r->set;
	all->list[all->count++] = *h;
	return E_OK;
}

static enum err refuse(
	struct reading *r, uint64_t line, enum problem_code code, const char *field, struct str got)
{
	source_tell(r->on_problem, r->context, line, code, str_from(field), got);
	return E_OK;
}

static enum err take(
	struct reading *r, uint64_t line, struct str hex, uint64_t size, struct str name)
{
	struct pack_hash h = {.size = size};
	if (!read_digest(hex, &h))
		return refuse(r, line, PROBLEM_BAD_HASH, "hash", hex);
	if (of_nothing(&h))
		return refuse(r, line, PROBLEM_HASH_OF_NOTHING, "hash", hex);
	return keep(r, &h, name);
}

/* "544:ClamAV-Test-File", "*:Name:73". */
static enum err take_clamav(struct reading *r, uint64_t line, struct str hex, struct str rest)
{
	uint64_t size = 0;
	struct str size_text = str_cut(rest, ':', &rest);
	struct str name = str_cut(rest, ':', &rest);
	bool unknown = str_equal(size_text, STR("*"));
	if (!unknown && (!str_to_u64(size_text, INT64_MAX, &size) || size == 0))
		return refuse(r, line, PROBLEM_BAD_FIELD, "size", size_text);
	if (name.size == 0)
		return refuse(r, line, PROBLEM_NO_FIELD, "name", STR(""));
	return take(r, line, hex, size, name);
}

/* "SHA256 (name) = hash", as BSD's tools and `sha256sum --tag` write it. */
static bool read_tagged(struct str line, struct str *ret_hex, struct str *ret_name)
{
	size_t from = str_find(line, STR(" (")), to = line.size;
	while (to > 3 && !str_starts((struct str){line.data + to - 4, 4}, STR(") = ")))
		to--;
	if (to <= 3 || from + 2 > to - 4)
		return false;
	*ret_hex = (struct str){line.data + to, line.size - to};
	*ret_name = (struct str){line.data + from + 2, to - 4 - from - 2};
	return hex_run(*ret_hex) == ret_hex->size && ret_hex->size > 0;
}

static enum err take_line(struct reading *r, const struct source_entry *e)
{
	struct str line = e->value, name;
	/* sha256sum says so that the name behind is escaped. */
	if (line.data[0] == '\\')
		line = (struct str){line.data + 1, line.size - 1};
	struct str hex = {line.data, hex_run(line)};
	struct str rest = {line.data + hex.size, line.size - hex.size};
	if (rest.size == 0)
		return take(r, e->line, hex, 0, rest);
	char next = rest.data[0];
	rest = (struct str){rest.data + 1, rest.size - 1};
	if (next == ':')
		return take_clamav(r, e->line, hex, rest);
	if (read_tagged(line, &hex, &name))
		return take(r, e->line, hex, 0, name);
	if (next != ';' && next != ',' && next != ' ' && next != '\t')
		return refuse(r, e->line, PROBLEM_BAD_HASH, "hash", line);
	/* Before the file's name sha256sum writes "*" where it read bytes as they are. */
	rest = str_trim(rest);
	if (rest.size > 0 && rest.data[0] == '*')
		rest = (struct str){rest.data + 1, rest.size - 1};
	return take(r, e->line, hex, 0, rest);
}

/* "md5", "filename|sha256" of MISP, "sha256_hash" of ThreatFox. */
static enum err take_typed(struct reading *r, const struct source_entry *e)
{
	struct str hex = e->value, type = e->type, name = e->name;
	bool named = str_starts(type, STR("filename|"));
	if (named) {
		struct str file = str_cut(e->value, '|', &hex);
		type = (struct str){type.data + 9, type.size - 9};
		name = name.size > 0 ? name : file;
	}
	if (str_ends(type, STR("_hash")))
		type.size -= 5;
	if (!str_equal(type, STR("md5")) && !str_equal(type, STR("sha1")) &&
		!str_equal(type, STR("sha256"))) {
		r->hashes->passed_over++;
		return E_OK;
	}
	/* A row is gone before the next comes: its name cannot be compared with. */
	r->last_kept.data = NULL;
	return take(r, e->line, str_trim(hex), 0, name);
}

static enum err take_entry(void *context, const struct source_entry *e)
{
	struct reading *r = context;
	return e->type.size > 0 ? take_typed(r, e) : take_line(r, e);
}

static void pass_problem(void *context, const struct problem *problem)
{
	struct reading *r = context;
	r->on_problem(r->context, problem);
}

size_t hash_source_most(struct str text)
{
	size_t lines = 1;
	for (size_t i = 0; i < text.size; i++)
		lines += text.data[i] == '\n';
	return lines;
}

enum err hash_source_read(struct str text, uint32_t set, struct str fallback, struct arena *arena,
	source_problem_fn *on_problem, void *context, struct pack_hashes *hashes)
{
	struct reading r = {
		set, fallback, arena, on_problem, context, hashes, {NULL, 0}, {NULL, 0}};
	return source_each(text, arena, take_entry, pass_problem, &r);
}
