/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/span.h"

/* What a format's keys mean, looked up once for each key of a file: within room feed only. */
enum {
	JSON_KEY_EXTRA,   /* kept as it stands */
	JSON_KEY_NOTHING, /* never kept */
	JSON_KEY_OWN      /* a format's own roles begin here */
};

struct json_key_role {
	struct str key;
	uint8_t role;
};

enum {
	JSON_KEY_SLOTS = 512,
	JSON_KEY_BYTES = 64 /* as long as a column's name may be */
};

struct json_key {
	char text[JSON_KEY_BYTES];
	uint8_t size;
	uint8_t role;
	bool known;
	bool has_number;
	uint8_t number; /* of the extra's column */
};

struct json_keys {
	const struct json_key_role *roles;
	size_t count;
	struct json_key slots[JSON_KEY_SLOTS]; /* keys met before; a later one takes the place */
	struct json_key other;                 /* a key too long for a slot */
};

void json_keys_init(struct json_keys *k, const struct json_key_role *roles, size_t count);

/* Its role; what nobody named is an extra, but never what seems to be a person's name for a
 * machine, or a password: "extra.username", "Password". Borrowed until the next call. */
struct json_key *json_keys_get(struct json_keys *k, struct str key);
