/* SPDX-License-Identifier: Apache-2.0 */
/* Who made a request: cookies of ours, and the page it came from. */
#include "http/fields.h"
#include "http/request.h"

struct str http_cookie(const struct http_request *q, const char *name)
{
	char text[128];
	struct writer w;
	struct str value = STR("");
	writer_init(&w, sizeof(text));
	writer_text(&w, q->secure ? "__Host-" : "");
	writer_text(&w, name);
	if (writer_end(&w) == E_OK)
		value = field_cookie(http_header(q, "Cookie"), writer_view_str(&w));
	writer_release(&w);
	return value;
}

/* "https://desk.example.vn" → "desk.example.vn" */
static struct str host_of(struct str origin)
{
	size_t at = str_find(origin, STR("://"));
	if (at == origin.size)
		return STR("");
	return (struct str){origin.data + at + 3, origin.size - at - 3};
}

bool http_is_same_origin(const struct http_request *q)
{
	struct str site = http_header(q, "Sec-Fetch-Site");
	struct str origin = http_header(q, "Origin");
	/* The browser's own word, which no page can write; a proxy may have changed Host. */
	if (site.size > 0)
		return str_equal(site, STR("same-origin"));
	if (origin.size == 0)
		return true;
	struct str host = host_of(origin);
	return host.size > 0 && str_equal_nocase(host, http_header(q, "Host"));
}
