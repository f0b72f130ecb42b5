/* SPDX-License-Identifier: Apache-2.0 */
#include "http/answer.h"

#include <assert.h>

struct field {
	const char *name;
	const char *value;
};

/* On every answer. Nothing inline, nothing from elsewhere, no frame around us. */
static const struct field security[] = {
	{"Content-Security-Policy",
		"default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; "
		"form-action 'self'; frame-ancestors 'none'"},
	{"X-Content-Type-Options", "nosniff"},
	{"Referrer-Policy", "no-referrer"},
	{"Cross-Origin-Resource-Policy", "same-origin"},
	{"Cross-Origin-Opener-Policy", "same-origin"},
	{"Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()"},
};

static const char *const caching[] = {
	[HTTP_NO_STORE] = "no-store",
	[HTTP_NO_CACHE] = "no-cache",
	[HTTP_FOR_EVER] = "public, max-age=31536000, immutable",
};

static_assert(sizeof(caching) / sizeof(caching[0]) == HTTP_FOR_EVER + 1, "one value per enum");

static bool add(struct MHD_Response *response, const char *name, const char *value)
{
	return !value || MHD_add_response_header(response, name, value) == MHD_YES;
}

static struct MHD_Response *finish(struct MHD_Response *response, bool fine)
{
	for (size_t i = 0; fine && i < sizeof(security) / sizeof(security[0]); i++)
		fine = add(response, security[i].name, security[i].value);
	if (fine)
		return response;
	MHD_destroy_response(response);
	return NULL;
}

static struct MHD_Response *from_bytes(struct bytes b, enum MHD_ResponseMemoryMode mode)
{
	/* The library takes its bytes as not const but writes none. */
	union {
		const uint8_t *read_only;
		void *data;
	} body = {.read_only = b.data};
	return MHD_create_response_from_buffer(b.size, body.data, mode);
}

static struct MHD_Response *with_fields(
	struct MHD_Response *response, const struct http_answer *a, bool secure)
{
	if (!response)
		return NULL;
	return finish(
		response, add(response, MHD_HTTP_HEADER_CONTENT_TYPE, a->content_type) &&
				  add(response, MHD_HTTP_HEADER_CACHE_CONTROL, caching[a->cache]) &&
				  add(response, MHD_HTTP_HEADER_LOCATION, a->location) &&
				  add(response, MHD_HTTP_HEADER_CONTENT_LANGUAGE, a->language) &&
				  add(response, MHD_HTTP_HEADER_VARY, a->vary) &&
				  add(response, MHD_HTTP_HEADER_ACCESS_CONTROL_ALLOW_ORIGIN,
					  a->any_origin ? "*" : NULL) &&
				  add(response, MHD_HTTP_HEADER_ALLOW,
					  a->status == 405 ? "GET, HEAD" : NULL) &&
				  add(response, MHD_HTTP_HEADER_RETRY_AFTER,
					  a->status == 429 ? "10" : NULL) &&
				  add(response, MHD_HTTP_HEADER_STRICT_TRANSPORT_SECURITY,
					  secure ? "max-age=31536000" : NULL));
}

struct MHD_Response *answer_response(const struct http_answer *a, bool secure)
{
	return with_fields(from_bytes(writer_view(a->body), MHD_RESPMEM_MUST_COPY), a, secure);
}

struct MHD_Response *answer_over(const struct http_answer *a, bool secure, struct bytes body)
{
	return with_fields(from_bytes(body, MHD_RESPMEM_PERSISTENT), a, secure);
}

static struct MHD_Response *asset_response(const struct http_asset *asset, struct bytes body)
{
	struct MHD_Response *response = from_bytes(body, MHD_RESPMEM_PERSISTENT);
	if (!response)
		return NULL;
	return finish(response,
		add(response, MHD_HTTP_HEADER_CONTENT_TYPE, asset->content_type) &&
			add(response, MHD_HTTP_HEADER_CACHE_CONTROL, caching[HTTP_FOR_EVER]) &&
			add(response, MHD_HTTP_HEADER_ETAG, asset->etag));
}

struct MHD_Response *answer_asset(const struct http_asset *asset)
{
	return asset_response(asset, asset->body);
}

struct MHD_Response *answer_not_modified(const struct http_asset *asset)
{
	return asset_response(asset, (struct bytes){(const uint8_t *)"", 0});
}
