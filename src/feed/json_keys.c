/* SPDX-License-Identifier: Apache-2.0 */
#include "feed/json_keys.h"

#include "feed/field.h"

void json_keys_init(struct json_keys *k, const struct json_key_role *roles, size_t count)
{
	memset(k, 0, sizeof(*k));
	k->roles = roles;
	k->count = count;
}

static uint8_t role_of(const struct json_keys *k, struct str key)
{
	for (size_t i = 0; i < k->count; i++)
		if (str_equal(k->roles[i].key, key))
			return k->roles[i].role;
	return field_private(key) ? JSON_KEY_NOTHING : JSON_KEY_EXTRA;
}

/* Its length and four bytes near its ends tell the keys of a format apart well enough. */
static size_t slot_of(struct str key)
{
	size_t at = key.size - 1;
	size_t hash = key.size;
	hash = hash * 31 + (unsigned char)key.data[at];
	hash = hash * 31 + (unsigned char)key.data[at - at / 4];
	hash = hash * 31 + (unsigned char)key.data[at / 2];
	hash = hash * 31 + (unsigned char)key.data[0];
	return (hash ^ hash >> 9) % JSON_KEY_SLOTS;
}

struct json_key *json_keys_get(struct json_keys *k, struct str key)
{
	struct json_key *slot = &k->other;
	if (key.size > 0 && key.size <= sizeof(slot->text)) {
		slot = &k->slots[slot_of(key)];
		if (slot->known && slot->size == key.size &&
			memcmp(slot->text, key.data, key.size) == 0)
			return slot;
		memcpy(slot->text, key.data, key.size);
	}
	slot->known = true;
	slot->size = (uint8_t)key.size;
	slot->role = role_of(k, key);
	slot->has_number = false;
	return slot;
}
