/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>

#include "unpack/base64.h"
#include "unpack/container_text.h"
#include "unpack/find.h"

enum {
	TYPE = 100 /* bytes between "data:" and ";base64," */
};

static const struct str mark = STR_INIT(";base64,");

/* Text in angle brackets: HTML, SVG, XML. */
bool page_fits(struct bytes content)
{
	size_t at = content.size >= 3 && memcmp(content.data, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;
	while (at < content.size &&
		(content.data[at] == ' ' || (content.data[at] >= 9 && content.data[at] <= 13)))
		at++;
	return at < content.size && content.data[at] == '<' &&
	       bytes_find(content, mark) < content.size;
}

/* "image/png" of "data:image/png;base64,", whose mark is at `at`; empty where there is no "data:".
 */
static struct str type_before(struct bytes content, size_t at)
{
	size_t begin = at > TYPE ? at - TYPE : 0;
	struct str before = {(const char *)content.data + begin, at - begin};
	struct str type = STR("");
	for (size_t found; (found = str_find(before, STR("data:"))) < before.size;) {
		before = (struct str){before.data + found + 5, before.size - found - 5};
		type = before;
	}
	return type;
}

static enum err open_address(
	struct unpacking *u, struct bytes text, struct str type, size_t *ret_used)
{
	TRY(unpacking_begin(u, type));
	enum err err = base64_add(u, text, ret_used);
	return unpacking_end(u, err, STR("base64"));
}

enum err page_open(struct unpacking *u, const struct container *self, struct bytes content)
{
	(void)self;
	for (size_t at = 0;;) {
		at += bytes_find(bytes_from(content, at), mark);
		TRY(unpacking_check(u));
		if (at >= content.size)
			return E_OK;
		struct str type = type_before(content, at);
		size_t used = 0;
		at += mark.size;
		if (type.size > 0)
			TRY(open_address(u, bytes_from(content, at), type, &used));
		at += used;
	}
}
