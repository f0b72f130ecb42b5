/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* Borrowed bytes; the owner is said where one is handed out. data may be NULL only with size 0. */
struct bytes {
	const uint8_t *data;
	size_t size;
};

/* Borrowed text, not terminated, any bytes unless said otherwise. */
struct str {
	const char *data;
	size_t size;
};

/* A literal as struct str, also in initialisers. */
#define STR(literal) ((struct str){"" literal, sizeof(literal) - 1})
#define STR_INIT(literal)                                                                          \
	{                                                                                          \
		"" literal, sizeof(literal) - 1                                                    \
	}

/* printf("%.*s", STR_ARG(s)) */
#define STR_ARG(s) (int)(s).size, (s).data

static inline struct str str_from(const char *terminated)
{
	return (struct str){terminated, strlen(terminated)};
}

static inline struct bytes str_bytes(struct str s)
{
	return (struct bytes){(const uint8_t *)s.data, s.size};
}

static inline bool str_equal(struct str a, struct str b)
{
	return a.size == b.size && (a.size == 0 || memcmp(a.data, b.data, a.size) == 0);
}

/* ASCII letters compare without case; other bytes as they are. */
bool str_equal_nocase(struct str a, struct str b);

/* <0, 0, >0 by bytes, then by length. */
int str_compare(struct str a, struct str b);

bool str_starts(struct str s, struct str prefix);
bool str_ends(struct str s, struct str suffix);

/* Without ASCII white space (space, tab, CR, LF) at both ends. */
struct str str_trim(struct str s);

/* The part before the first `at`; *rest is what follows it, empty when `at` does not occur. */
struct str str_cut(struct str s, char at, struct str *rest);

/* Offset of needle in s, or s.size where it does not occur. */
size_t str_find(struct str s, struct str needle);

/* Decimal digits only, no sign, no space; false when empty, not digits or over max. */
bool str_to_u64(struct str s, uint64_t max, uint64_t *ret_value);
