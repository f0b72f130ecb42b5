/* SPDX-License-Identifier: Apache-2.0 */
#include "http/variants.h"

#include <stdio.h>
#include <stdlib.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "http/answer.h"
#include "http/compress.h"
#include "http/fields.h"
#include "http/request.h"

/* The response frees the bytes, whether or not there is one. */
static bool own(struct variant *v, const struct http_answer *a, bool secure,
	const struct answer_fields *f, struct bytes body)
{
	union {
		const uint8_t *read_only;
		void *owned;
	} data = {.read_only = body.data};
	struct MHD_Response *bare = answer_bare(body, MHD_RESPMEM_MUST_FREE);
	if (!bare)
		free(data.owned);
	v->size = body.size;
	v->response = answer_dress(bare, a, secure, f);
	return v->response != NULL;
}

static void name_versions(struct variants *v, struct bytes body)
{
	XXH128_hash_t hash = XXH3_128bits(body.data, body.size);
	unsigned long long high = hash.high64;
	unsigned long long low = hash.low64;
	(void)snprintf(v->plain.etag, sizeof(v->plain.etag), "\"%016llx%016llx\"", high, low);
	(void)snprintf(v->gzip.etag, sizeof(v->gzip.etag), "\"%016llx%016llx-gzip\"", high, low);
}

bool variants_of_answer(struct variants *v, const struct http_answer *a, bool secure)
{
	struct bytes body = writer_view(a->body);
	uint8_t *copy = malloc(body.size + 1);
	*v = (struct variants){0};
	if (!copy)
		return false;
	memcpy(copy, body.data, body.size);
	name_versions(v, body);
	struct answer_fields f = {.etag = v->plain.etag, .negotiated = true};
	if (!own(&v->plain, a, secure, &f, (struct bytes){copy, body.size}))
		return false;
	size_t size = 0;
	uint8_t *packed = compress_gzip(body, &size);
	f.etag = v->gzip.etag;
	f.encoding = "gzip";
	return !packed || own(&v->gzip, a, secure, &f, (struct bytes){packed, size});
}

static bool over(struct variant *v, const struct http_answer *a, const struct answer_fields *f,
	struct bytes body)
{
	(void)snprintf(v->etag, sizeof(v->etag), "%s", f->etag);
	v->size = body.size;
	v->response = answer_dress(answer_bare(body, MHD_RESPMEM_PERSISTENT), a, false, f);
	return v->response != NULL;
}

bool variants_of_asset(struct variants *v, const struct http_asset *asset)
{
	const struct http_answer a = {
		.status = 200, .content_type = asset->content_type, .cache = HTTP_FOR_EVER};
	struct answer_fields f = {.etag = asset->etag, .negotiated = asset->gzip.size > 0};
	*v = (struct variants){0};
	if (!over(&v->plain, &a, &f, asset->body))
		return false;
	f.etag = asset->gzip_etag;
	f.encoding = "gzip";
	return asset->gzip.size == 0 || over(&v->gzip, &a, &f, asset->gzip);
}

void variants_release(struct variants *v)
{
	if (v->plain.response)
		MHD_destroy_response(v->plain.response);
	if (v->gzip.response)
		MHD_destroy_response(v->gzip.response);
	*v = (struct variants){0};
}

struct chosen variants_choose(const struct variants *v, struct MHD_Connection *connection)
{
	struct chosen c = {&v->plain, 200};
	struct str known = request_field(connection, MHD_HTTP_HEADER_IF_NONE_MATCH);
	if (v->gzip.response &&
		field_accepts_gzip(request_field(connection, MHD_HTTP_HEADER_ACCEPT_ENCODING)))
		c.variant = &v->gzip;
	if (known.size > 0 && field_lists_tag(known, str_from(c.variant->etag), true))
		c.status = 304;
	return c;
}
