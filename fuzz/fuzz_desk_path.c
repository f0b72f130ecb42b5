/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>

#include "desk/desk_parts.h"
#include "desk/routes.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What stands for a * is of the path, and one part of it. */
static void check_parts(struct str path, const struct str *parts)
{
	for (size_t i = 0; i < 3; i++) {
		if (parts[i].size == 0)
			continue;
		if (parts[i].data < path.data ||
			parts[i].data + parts[i].size > path.data + path.size ||
			memchr(parts[i].data, '/', parts[i].size))
			abort();
	}
}

static void find_route(struct str path)
{
	struct str get_parts[3], post_parts[3];
	unsigned allowed, also;
	const struct desk_route *get = desk_route_find(path, DESK_GET, get_parts, &allowed);
	const struct desk_route *post = desk_route_find(path, DESK_POST, post_parts, &also);
	if (allowed != also || (get != NULL) != ((allowed & DESK_GET) != 0) ||
		(post != NULL) != ((allowed & DESK_POST) != 0))
		abort();
	if (get)
		check_parts(path, get_parts);
	if (post)
		check_parts(path, post_parts);
}

/* A token that is read is written the same. */
static void read_token(struct str text)
{
	struct token token;
	struct writer w;
	if (!token_parse(text, &token))
		return;
	writer_init(&w, TOKEN_TEXT);
	token_write(&w, &token);
	if (writer_end(&w) != E_OK || !str_equal(writer_view_str(&w), text))
		abort();
	writer_release(&w);
}

/* What may be sent back in a header field holds nothing that ends it or leads elsewhere. */
static void check_plain(struct str path)
{
	if (!desk_path_is_plain(path))
		return;
	for (size_t i = 0; i < path.size; i++)
		if (path.data[i] <= ' ' || path.data[i] == '\\' || path.data[i] == ':' ||
			path.data[i] == '%')
			abort();
	if (path.size > 0 && path.data[0] == '/')
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str path = {(const char *)data, size};
	struct str below;
	enum lang lang;
	if (desk_path_split(path, &lang, &below) &&
		(lang >= LANG__COUNT || below.size + 9 != path.size))
		abort();
	find_route(path);
	check_plain(path);
	read_token(path);
	return 0;
}
