/* SPDX-License-Identifier: Apache-2.0 */
#include "fetch/item.h"
#include "format/sealed.h"

#include <stddef.h>

#include "base/limits.h"

static const struct str magic = STR_INIT("quetsach-fetched 1 ");

static const struct {
	const char *name;
	size_t at;
} texts[] = {
	{"source", offsetof(struct item, source)},
	{"file", offsetof(struct item, file)},
	{"address", offsetof(struct item, address)},
	{"feed", offsetof(struct item, feed)},
	{"format", offsetof(struct item, format)},
	{"feed-kind", offsetof(struct item, feed_kind)},
	{"botnet", offsetof(struct item, botnet)},
	{"map", offsetof(struct item, map)},
	{"observed", offsetof(struct item, observed)},
	{"folder", offsetof(struct item, folder)},
	{"origin", offsetof(struct item, origin)},
	{"stamp", offsetof(struct item, stamp)},
	{"key", offsetof(struct item, key)},
	{"validator", offsetof(struct item, validator)},
	{"reason", offsetof(struct item, reason)},
};

enum {
	TEXTS = sizeof(texts) / sizeof(texts[0])
};

void item_write(struct writer *w, const struct item *item)
{
	struct writer body;
	writer_init(&body, LIMIT_FETCH_FILE);
	for (size_t i = 0; i < TEXTS; i++) {
		struct str value;
		memcpy(&value, (const char *)item + texts[i].at, sizeof(value));
		sealed_put(&body, texts[i].name, value);
	}
	sealed_put_instant(&body, "begun", item->begun);
	sealed_write(w, &body, magic);
	writer_release(&body);
}

/* It becomes a path. */
static bool file_valid(struct str name)
{
	for (size_t i = 0; i < name.size; i++)
		if ((unsigned char)name.data[i] < ' ' || name.data[i] == '/')
			return false;
	return name.size > 0 && name.size <= 255 && name.data[0] != '.';
}

enum err item_parse(struct bytes bytes, struct item *ret_item)
{
	struct item item = {0};
	struct str rest;
	TRY(sealed_open(bytes, LIMIT_FETCH_FILE, magic, &rest));
	for (size_t i = 0; i < TEXTS; i++) {
		struct str value;
		if (!sealed_take(&rest, texts[i].name, &value))
			return E_CORRUPT;
		memcpy((char *)&item + texts[i].at, &value, sizeof(value));
	}
	if (!sealed_take_instant(&rest, "begun", &item.begun) || rest.size > 0 ||
		!file_valid(item.file))
		return E_CORRUPT;
	*ret_item = item;
	return E_OK;
}
