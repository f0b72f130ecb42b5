/* SPDX-License-Identifier: Apache-2.0 */
#include "http/answer.h"

#include <assert.h>
#include <stdio.h>

#include "http/fields.h"

enum {
	DISPOSITION_BYTES = 2048,
	COOKIE_BYTES = 512
};

struct field {
	const char *name;
	const char *value;
};

/* On every answer. Nothing inline, nothing from elsewhere. */
static const struct field security[] = {
	{"X-Content-Type-Options", "nosniff"},
	{"Cross-Origin-Opener-Policy", "same-origin"},
	{"Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()"},
};

#define CONTENT_SECURITY(asks, frame_ancestors)                                                    \
	"default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; " asks           \
	"base-uri 'none'; form-action 'self'; frame-ancestors " frame_ancestors

/* Who may show it: only ourselves and never in a frame, or everybody; or a page of ours whose
 * script asks us. */
enum {
	PLACED_HERE,
	PLACED_ELSEWHERE,
	PLACED_ASKING
};
static const struct field placing[][2] = {
	[PLACED_HERE] = {{"Content-Security-Policy", CONTENT_SECURITY("", "'none'")},
		{"Cross-Origin-Resource-Policy", "same-origin"}},
	[PLACED_ELSEWHERE] = {{"Content-Security-Policy", CONTENT_SECURITY("", "*")},
		{"Cross-Origin-Resource-Policy", "cross-origin"}},
	[PLACED_ASKING] = {{"Content-Security-Policy",
				   CONTENT_SECURITY("connect-src 'self'; ", "'none'")},
		{"Cross-Origin-Resource-Policy", "same-origin"}},
};

static int placed(const struct http_answer *a)
{
	if (a->elsewhere)
		return PLACED_ELSEWHERE;
	return a->asks ? PLACED_ASKING : PLACED_HERE;
}

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

static bool add_all(struct MHD_Response *response, const struct field *fields, size_t count)
{
	bool fine = true;
	for (size_t i = 0; fine && i < count; i++)
		fine = add(response, fields[i].name, fields[i].value);
	return fine;
}

/* Of a file its sender says it. */
static bool add_save_as(struct MHD_Response *response, const struct http_answer *a)
{
	char text[DISPOSITION_BYTES];
	struct writer w;
	if (a->file.size > 0 || a->save_as.size == 0)
		return true;
	writer_init(&w, sizeof(text) - 1);
	field_write_disposition(&w, a->save_as);
	bool fits = writer_end(&w) == E_OK;
	if (fits)
		memcpy(text, w.data, w.size);
	text[fits ? w.size : 0] = '\0';
	writer_release(&w);
	return fits && add(response, "Content-Disposition", text);
}

/* In no standard, and in every browser: without scripts there is no other way. */
static bool add_refresh(struct MHD_Response *response, const struct http_answer *a)
{
	char text[16];
	if (a->refresh == 0)
		return true;
	snprintf(text, sizeof(text), "%u", a->refresh);
	return add(response, "Refresh", text);
}

/* Behind TLS the name keeps others of the domain from setting it (RFC 6265bis, 4.1.3.2). */
static bool add_cookie(struct MHD_Response *response, const struct http_cookie *cookie, bool secure)
{
	char text[COOKIE_BYTES];
	struct writer w;
	writer_init(&w, sizeof(text) - 1);
	writer_text(&w, secure ? "__Host-" : "");
	writer_str(&w, cookie->name);
	writer_char(&w, '=');
	writer_str(&w, cookie->forget ? STR("") : cookie->value);
	writer_text(&w, secure ? "; Path=/; Secure; HttpOnly; SameSite=Lax"
			       : "; Path=/; HttpOnly; SameSite=Lax");
	if (cookie->seconds > 0 || cookie->forget) {
		writer_text(&w, "; Max-Age=");
		writer_decimal(&w, cookie->forget ? 0 : cookie->seconds);
	}
	bool fits = writer_end(&w) == E_OK;
	if (fits)
		memcpy(text, w.data, w.size);
	text[fits ? w.size : 0] = '\0';
	writer_release(&w);
	return fits && add(response, MHD_HTTP_HEADER_SET_COOKIE, text);
}

static bool add_cookies(struct MHD_Response *response, const struct http_answer *a, bool secure)
{
	bool fine = true;
	for (size_t i = 0; fine && i < a->cookie_count; i++)
		fine = add_cookie(response, &a->cookies[i], secure);
	return fine;
}

static bool add_own(struct MHD_Response *response, const struct http_answer *a)
{
	return add(response, MHD_HTTP_HEADER_CONTENT_TYPE, a->content_type) &&
	       add(response, MHD_HTTP_HEADER_CACHE_CONTROL, caching[a->cache]) &&
	       add(response, MHD_HTTP_HEADER_LOCATION, a->location) &&
	       add(response, MHD_HTTP_HEADER_CONTENT_LANGUAGE, a->language) &&
	       add(response, MHD_HTTP_HEADER_VARY, a->vary) &&
	       add(response, MHD_HTTP_HEADER_ACCESS_CONTROL_ALLOW_ORIGIN,
		       a->any_origin ? "*" : NULL) &&
	       add(response, MHD_HTTP_HEADER_ALLOW,
		       a->status == 405 ? a->allow ? a->allow : "GET, HEAD" : NULL) &&
	       add(response, MHD_HTTP_HEADER_RETRY_AFTER,
		       a->status == 429 || a->status == 503 ? "10" : NULL) &&
	       add(response, "Referrer-Policy", a->referrer ? a->referrer : "no-referrer") &&
	       add_save_as(response, a) && add_refresh(response, a);
}

static bool add_further(struct MHD_Response *response, const struct answer_fields *f)
{
	return add(response, MHD_HTTP_HEADER_ETAG, f->etag) &&
	       add(response, MHD_HTTP_HEADER_CONTENT_ENCODING, f->encoding) &&
	       add(response, MHD_HTTP_HEADER_VARY, f->negotiated ? "Accept-Encoding" : NULL) &&
	       add(response, MHD_HTTP_HEADER_ACCEPT_RANGES, f->ranges) &&
	       add(response, MHD_HTTP_HEADER_CONTENT_RANGE, f->range) &&
	       add(response, MHD_HTTP_HEADER_LAST_MODIFIED, f->modified) &&
	       add(response, "Content-Disposition", f->disposition);
}

struct MHD_Response *answer_dress(struct MHD_Response *bare, const struct http_answer *a,
	bool secure, const struct answer_fields *fields)
{
	if (!bare)
		return NULL;
	if (add_own(bare, a) && add_cookies(bare, a, secure) && add_further(bare, fields) &&
		add(bare, MHD_HTTP_HEADER_STRICT_TRANSPORT_SECURITY,
			secure ? "max-age=31536000" : NULL) &&
		add_all(bare, placing[placed(a)], 2) &&
		add_all(bare, security, sizeof(security) / sizeof(security[0])))
		return bare;
	MHD_destroy_response(bare);
	return NULL;
}

struct MHD_Response *answer_bare(struct bytes body, enum MHD_ResponseMemoryMode mode)
{
	/* The library takes its bytes as not const but writes none. */
	union {
		const uint8_t *read_only;
		void *data;
	} b = {.read_only = body.data};
	return MHD_create_response_from_buffer(body.size, b.data, mode);
}

static const struct answer_fields no_fields;

struct MHD_Response *answer_response(const struct http_answer *a, bool secure)
{
	return answer_dress(
		answer_bare(writer_view(a->body), MHD_RESPMEM_MUST_COPY), a, secure, &no_fields);
}

struct MHD_Response *answer_over(const struct http_answer *a, bool secure, struct bytes body)
{
	return answer_dress(answer_bare(body, MHD_RESPMEM_PERSISTENT), a, secure, &no_fields);
}
