/* SPDX-License-Identifier: Apache-2.0 */
#include "api/api.h"

/* data/openapi.json without its white space: tools/openapi.py. */
static const uint8_t description[] = {
#include "api/openapi.inc"
};

void api_openapi(const struct http_request *q, struct http_answer *a)
{
	(void)q;
	a->content_type = "application/json";
	a->cache = HTTP_NO_CACHE;
	writer_bytes(a->body, (struct bytes){description, sizeof(description)});
	writer_char(a->body, '\n');
}
