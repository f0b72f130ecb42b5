/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/cursor.h"
#include "base/err.h"
#include "base/writer.h"

/* Registry files of Windows ("hives", form regf 1.3 … 1.6), read where they lie, as hostile bytes.
 * Nothing is copied, nothing recursed; what all reading of one hive together may cost is bounded
 * by its size, so lists that hold each other end. docs/design/survey.md says why not libhivex. */

enum hive_value_type {
	HIVE_TEXT = 1,   /* UTF-16, usually with a NUL behind */
	HIVE_EXPAND = 2, /* the same with %NAMES% in it */
	HIVE_BINARY = 3,
	HIVE_NUMBER = 4, /* 32 bits */
	HIVE_TEXTS = 7   /* several, a NUL behind each */
};

struct hive {
	struct bytes bins; /* what offsets count from */
	uint32_t root;     /* offset of the first key */
	uint64_t steps;    /* cells that may still be looked at */
	bool unfinished;   /* changes of it lie in a log beside it */
	bool damaged;      /* something in it was passed over */
};

struct hive_name {
	struct bytes bytes;
	bool wide; /* UTF-16, else ISO 8859-1 */
};

struct hive_key {
	struct hive_name name;
	uint32_t keys, key_list; /* how many, where */
	uint32_t values, value_list;
};

struct hive_value {
	struct hive_name name; /* empty: the key's own */
	uint32_t type;         /* enum hive_value_type or another number */
	uint32_t size, at;     /* of its data; hive_data() */
	bool within;           /* `at` is the data itself */
};

/* E_SYNTAX: no hive; E_TRUNCATED: ends before its root. */
MUST_CHECK enum err hive_open(struct bytes content, struct hive *ret_hive);

/* E_CORRUPT where there is none. */
MUST_CHECK enum err hive_root(struct hive *h, struct hive_key *ret_key);

/* A key below another, names apart by '\\', ASCII letters without case. E_NOTFOUND. */
MUST_CHECK enum err hive_find(
	struct hive *h, const struct hive_key *from, struct str path, struct hive_key *ret_key);

/* Keys and values of a key, in order: false at the end. What is broken is passed over and
 * remembered as damage. */
struct hive_keys {
	struct cursor outer, list; /* outer: of a list of lists */
	unsigned width;            /* bytes of an element of `list` */
	uint32_t left;
};
struct hive_values {
	struct cursor list;
};
void hive_keys_begin(struct hive *h, const struct hive_key *key, struct hive_keys *ret_keys);
bool hive_keys_next(struct hive *h, struct hive_keys *keys, struct hive_key *ret_key);
void hive_values_begin(struct hive *h, const struct hive_key *key, struct hive_values *ret_values);
bool hive_values_next(struct hive *h, struct hive_values *values, struct hive_value *ret_value);

/* A value of that name, without case. */
bool hive_value_named(
	struct hive *h, const struct hive_key *key, struct str name, struct hive_value *ret_value);

/* Its data, put together in `into` where it lies in pieces, which is emptied first; borrowed from
 * the hive or `into`. What is broken is damage and gives fewer bytes. */
struct bytes hive_data(struct hive *h, const struct hive_value *value, struct writer *into);

/* Appends a name, or UTF-16 text up to its first NUL, as UTF-8; half a pair becomes U+FFFD. */
void hive_write_name(struct writer *w, struct hive_name name);
void write_wide(struct writer *w, struct bytes wide);

bool hive_name_is(struct hive_name name, struct str ascii);
