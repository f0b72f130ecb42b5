/* SPDX-License-Identifier: Apache-2.0 */
#include "fetch/transfer.h"

#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/limits.h"
#include "base/writer.h"
#include "fetch/address.h"
#include "fetch/reports.h"
#include "format/sealed.h"
#include "os/file.h"

enum {
	REDIRECTS = 5,
	CONNECT_SECONDS = 30,
	SLOW_BYTES = 100, /* a second, for so long: nobody is there */
	SLOW_SECONDS = 60,
	LINE = 512
};

struct transfer {
	const struct transfer_order *order;
	const struct transfer_watch *watch;
	CURL *curl;
	CURLU *first, *now; /* addresses: the one asked for, the one we were led to */
	struct curl_slist *headers;
	int file;
	struct transfer_result *result;
	struct writer list;
	long status;    /* of the answer at hand */
	bool begun;     /* its body has begun */
	bool packed;    /* Content-Encoding */
	bool fits;      /* Content-Range begins where we go on */
	uint64_t whole; /* … and says how large all of it is; 0: does not */
	enum err err;   /* why we ended it */
	bool too_large; /* … */
	char error[CURL_ERROR_SIZE];
};

/* --- what the server says --- */

static bool take_header(struct str line, struct str name, struct str *ret_value)
{
	struct str value;
	if (!str_equal_nocase(str_cut(line, ':', &value), name))
		return false;
	*ret_value = str_trim(value);
	return true;
}

/* What is too long to be kept is as good as not said. */
static void keep_validator(char into[FETCH_VALIDATOR], struct str value)
{
	bool fine = value.size < FETCH_VALIDATOR;
	for (size_t i = 0; i < value.size; i++)
		fine = fine && (unsigned char)value.data[i] >= ' ' && value.data[i] != 0x7f;
	size_t size = fine ? value.size : 0;
	memcpy(into, value.data ? value.data : "", size);
	into[size] = '\0';
}

/* "bytes 900-1999/2000"; *ret_whole is 0 where the end is not known. */
static bool range_fits(struct str value, uint64_t from, uint64_t *ret_whole)
{
	struct str rest;
	uint64_t first, whole = 0;
	if (!str_starts(value, STR("bytes ")))
		return false;
	value = str_trim((struct str){value.data + 6, value.size - 6});
	if (!str_to_u64(str_cut(value, '-', &rest), UINT64_MAX, &first) || first != from)
		return false;
	(void)str_cut(rest, '/', &rest);
	*ret_whole = str_to_u64(rest, UINT64_MAX, &whole) ? whole : 0;
	return true;
}

static void begin_answer(struct transfer *t)
{
	t->result->etag[0] = '\0';
	t->result->modified[0] = '\0';
	t->packed = false;
	t->fits = false;
	t->whole = 0;
	t->begun = false;
}

static size_t hear_header(char *data, size_t size, size_t count, void *context)
{
	struct transfer *t = context;
	struct str line = str_trim((struct str){data, size * count}), value;
	/* An interim answer may come before the one that counts. */
	if (str_starts(line, STR("HTTP/")))
		begin_answer(t);
	else if (take_header(line, STR("etag"), &value))
		keep_validator(t->result->etag, value);
	else if (take_header(line, STR("last-modified"), &value))
		keep_validator(t->result->modified, value);
	else if (take_header(line, STR("content-encoding"), &value))
		t->packed = !str_equal_nocase(value, STR("identity"));
	else if (take_header(line, STR("content-range"), &value))
		t->fits = range_fits(value, t->order->from, &t->whole);
	return size * count;
}

/* Bytes that were unpacked on the way are not those that a range counts, and a weak ETag does not
 * promise the same bytes. */
static void find_validator(struct transfer *t)
{
	struct transfer_result *r = t->result;
	bool strong = r->etag[0] && !str_starts(str_from(r->etag), STR("W/"));
	memcpy(r->validator, strong ? r->etag : r->modified, FETCH_VALIDATOR);
	r->resumable = !t->packed && !t->order->list && r->validator[0];
}

static enum err begin_body(struct transfer *t)
{
	t->begun = true;
	if (curl_easy_getinfo(t->curl, CURLINFO_RESPONSE_CODE, &t->status) != CURLE_OK)
		return E_IO;
	/* A part that nobody asked for is as bad as another part. */
	if (t->status == 206 && (!t->fits || t->order->from == 0))
		return E_SYNTAX;
	if (t->status != 200 && t->status != 206)
		return E_OK;
	find_validator(t);
	if (t->status == 200) {
		t->result->size = 0;
		if (t->file >= 0)
			TRY(file_cut(t->file, 0));
	}
	return t->watch->began(t->watch->context, t->result);
}

static enum err take_body(struct transfer *t, struct bytes body)
{
	if (!t->begun)
		TRY(begin_body(t));
	if (t->status != 200 && t->status != 206)
		return E_OK;
	t->too_large = t->result->size + body.size > t->order->most_bytes;
	if (t->too_large)
		return E_LIMIT;
	if (t->order->list) {
		writer_bytes(&t->list, body);
		TRY(writer_end(&t->list));
	} else {
		TRY(file_write(t->file, body));
	}
	t->result->size += body.size;
	return E_OK;
}

static size_t hear_body(char *data, size_t size, size_t count, void *context)
{
	struct transfer *t = context;
	t->err = take_body(t, (struct bytes){(const uint8_t *)data, size * count});
	return t->err == E_OK ? size * count : CURL_WRITEFUNC_ERROR;
}

static int hear_progress(
	void *context, curl_off_t total, curl_off_t now, curl_off_t up_total, curl_off_t up_now)
{
	struct transfer *t = context;
	uint64_t from = t->status == 206 ? t->order->from : 0;
	(void)up_total;
	(void)up_now;
	if (t->watch->progress(t->watch->context, from + (uint64_t)now,
		    total > 0 ? from + (uint64_t)total : 0) == E_OK)
		return 0;
	t->err = E_BUSY;
	return 1;
}

/* --- setting up --- */

#define SET(option, value)                                                                         \
	do {                                                                                       \
		CURLcode code_ = curl_easy_setopt(t->curl, option, value);                         \
		if (code_ != CURLE_OK)                                                             \
			return code_;                                                              \
	} while (0)

static CURLcode add_line(struct transfer *t, struct str name, struct str value)
{
	struct writer w;
	CURLcode code = CURLE_OUT_OF_MEMORY;
	writer_init(&w, LIMIT_FETCH_ADDRESS + LINE);
	writer_str(&w, name);
	writer_text(&w, ": ");
	writer_str(&w, value);
	writer_u8(&w, 0);
	struct curl_slist *more =
		writer_end(&w) == E_OK ? curl_slist_append(t->headers, (const char *)w.data) : NULL;
	if (more) {
		t->headers = more;
		code = CURLE_OK;
	}
	if (w.data)
		explicit_bzero(w.data, w.size);
	writer_release(&w);
	return code;
}

/* A text of curl's, which keeps a copy. */
static CURLcode set_text(CURL *curl, CURLoption option, struct str value)
{
	char *copy = strndup(value.data ? value.data : "", value.size);
	if (!copy)
		return CURLE_OUT_OF_MEMORY;
	CURLcode code = curl_easy_setopt(curl, option, copy);
	explicit_bzero(copy, value.size);
	free(copy);
	return code;
}

static CURLcode set_auth(struct transfer *t)
{
	const struct transfer_order *o = t->order;
	switch (o->auth) {
	case AUTH_BASIC:
		SET(CURLOPT_HTTPAUTH, (long)CURLAUTH_BASIC);
		return set_text(t->curl, CURLOPT_USERPWD, o->secret);
	case AUTH_BEARER:
		SET(CURLOPT_HTTPAUTH, (long)CURLAUTH_BEARER);
		return set_text(t->curl, CURLOPT_XOAUTH2_BEARER, o->secret);
	case AUTH_HEADER:
		return add_line(t, o->header, o->secret);
	case AUTH_NONE:
	case AUTH_URL:
	case SOURCE_AUTH__COUNT:
		break;
	}
	return CURLE_OK;
}

/* Secrets go to the server they are for, never where it sends us. */
static CURLcode drop_auth(struct transfer *t)
{
	curl_slist_free_all(t->headers);
	t->headers = NULL;
	SET(CURLOPT_HTTPHEADER, NULL);
	SET(CURLOPT_USERPWD, NULL);
	SET(CURLOPT_XOAUTH2_BEARER, NULL);
	return CURLE_OK;
}

static CURLcode set_conditions(struct transfer *t)
{
	const struct transfer_order *o = t->order;
	char range[32];
	CURLcode code = CURLE_OK;
	if (o->from > 0) {
		snprintf(range, sizeof(range), "bytes=%llu-", (unsigned long long)o->from);
		code = add_line(t, STR("Range"), str_from(range));
		return code == CURLE_OK ? add_line(t, STR("If-Range"), o->validator) : code;
	}
	if (o->etag.size > 0)
		code = add_line(t, STR("If-None-Match"), o->etag);
	if (code == CURLE_OK && o->modified.size > 0)
		code = add_line(t, STR("If-Modified-Since"), o->modified);
	return code;
}

static CURLcode set_body(struct transfer *t)
{
	const struct transfer_order *o = t->order;
	if (o->body.size == 0)
		return CURLE_OK;
	CURLcode code = add_line(t, STR("Content-Type"), STR("application/json"));
	if (code != CURLE_OK)
		return code;
	SET(CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)o->body.size);
	return curl_easy_setopt(t->curl, CURLOPT_COPYPOSTFIELDS, o->body.data);
}

static CURLcode set_trust(struct transfer *t)
{
	SET(CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	SET(CURLOPT_SSL_VERIFYPEER, 1L);
	SET(CURLOPT_SSL_VERIFYHOST, 2L);
	if (t->order->authorities.size == 0)
		return CURLE_OK;
	/* curl only reads it, and keeps a copy. */
	union {
		const char *read_only;
		void *data;
	} pem = {.read_only = t->order->authorities.data};
	struct curl_blob blob = {pem.data, t->order->authorities.size, CURL_BLOB_COPY};
	return curl_easy_setopt(t->curl, CURLOPT_CAINFO_BLOB, &blob);
}

static CURLcode set_bounds(struct transfer *t)
{
	SET(CURLOPT_PROTOCOLS_STR, "http,https");
	/* One by one, by us: each is looked at. */
	SET(CURLOPT_FOLLOWLOCATION, 0L);
	/* The environment shall not send us elsewhere. */
	SET(CURLOPT_PROXY, "");
	SET(CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
	SET(CURLOPT_NOSIGNAL, 1L);
	SET(CURLOPT_CONNECTTIMEOUT, (long)CONNECT_SECONDS);
	SET(CURLOPT_TIMEOUT, (long)t->order->most_seconds);
	SET(CURLOPT_LOW_SPEED_LIMIT, (long)SLOW_BYTES);
	SET(CURLOPT_LOW_SPEED_TIME, (long)SLOW_SECONDS);
	/* Bytes of a range are those of the file, not of what it was packed into. */
	SET(CURLOPT_ACCEPT_ENCODING, t->order->from > 0 ? NULL : "gzip, deflate");
	return CURLE_OK;
}

static CURLcode set_hearing(struct transfer *t)
{
	SET(CURLOPT_ERRORBUFFER, t->error);
	SET(CURLOPT_HEADERFUNCTION, hear_header);
	SET(CURLOPT_HEADERDATA, t);
	SET(CURLOPT_WRITEFUNCTION, hear_body);
	SET(CURLOPT_WRITEDATA, t);
	SET(CURLOPT_NOPROGRESS, 0L);
	SET(CURLOPT_XFERINFOFUNCTION, hear_progress);
	SET(CURLOPT_XFERINFODATA, t);
	SET(CURLOPT_USERAGENT, "quetsach-fetch");
	return CURLE_OK;
}

typedef CURLcode set_fn(struct transfer *t);

static CURLcode set_up(struct transfer *t)
{
	static set_fn *const all[] = {
		set_bounds, set_hearing, set_trust, set_body, set_conditions, set_auth};
	CURLcode code = CURLE_OK;
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]) && code == CURLE_OK; i++)
		code = all[i](t);
	if (code != CURLE_OK)
		return code;
	return curl_easy_setopt(t->curl, CURLOPT_HTTPHEADER, t->headers);
}

/* --- where it leads --- */

static bool same_part(struct transfer *t, CURLUPart part, unsigned flags)
{
	char *a = NULL, *b = NULL;
	bool same = curl_url_get(t->first, part, &a, flags) == CURLUE_OK &&
		    curl_url_get(t->now, part, &b, flags) == CURLUE_OK &&
		    str_equal_nocase(str_from(a), str_from(b));
	curl_free(a);
	curl_free(b);
	return same;
}

static bool same_server(struct transfer *t)
{
	return same_part(t, CURLUPART_SCHEME, 0) && same_part(t, CURLUPART_HOST, 0) &&
	       same_part(t, CURLUPART_PORT, CURLU_DEFAULT_PORT);
}

/* From https never back, and nowhere but http and https. */
static bool leads_well(struct transfer *t, bool was_secure)
{
	char *scheme = NULL;
	if (curl_url_get(t->now, CURLUPART_SCHEME, &scheme, 0) != CURLUE_OK)
		return false;
	bool secure = str_equal_nocase(str_from(scheme), STR("https"));
	bool fine = secure || (!was_secure && str_equal_nocase(str_from(scheme), STR("http")));
	curl_free(scheme);
	return fine;
}

static bool is_secure(struct transfer *t)
{
	char *scheme = NULL;
	if (curl_url_get(t->now, CURLUPART_SCHEME, &scheme, 0) != CURLUE_OK)
		return false;
	bool secure = str_equal_nocase(str_from(scheme), STR("https"));
	curl_free(scheme);
	return secure;
}

static bool is_redirect(long status)
{
	return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

static void refuse(
	struct transfer *t, enum transfer_end end, enum transfer_reason reason, const char *words)
{
	t->result->end = end;
	t->result->reason = reason;
	sealed_say(t->result->words, FETCH_WORDS, str_from(words));
}

/* Whether there is somewhere to go on to; else the result says why not. */
static bool follow(struct transfer *t)
{
	char *next = NULL;
	bool was_secure = is_secure(t);
	/* curl resolves what the server said against where we are. */
	if (curl_easy_getinfo(t->curl, CURLINFO_REDIRECT_URL, &next) != CURLE_OK || !next) {
		refuse(t, TRANSFER_REFUSED, REASON_NOWHERE, "");
		return false;
	}
	if (t->order->body.size > 0 ||
		curl_url_set(t->now, CURLUPART_URL, next, CURLU_NON_SUPPORT_SCHEME) != CURLUE_OK ||
		!leads_well(t, was_secure)) {
		refuse(t, TRANSFER_REFUSED, REASON_ELSEWHERE, "");
		return false;
	}
	if (same_server(t) || t->order->auth == AUTH_NONE)
		return true;
	if (drop_auth(t) == CURLE_OK && set_conditions(t) == CURLE_OK &&
		curl_easy_setopt(t->curl, CURLOPT_HTTPHEADER, t->headers) == CURLE_OK)
		return true;
	refuse(t, TRANSFER_AWAY, REASON_MEMORY, "");
	return false;
}

/* --- how it ended --- */

/* A certificate that does not fit, a name nobody has: no use in trying again at once. */
static bool is_lasting(CURLcode code)
{
	return code == CURLE_PEER_FAILED_VERIFICATION || code == CURLE_SSL_CACERT_BADFILE ||
	       code == CURLE_SSL_CIPHER || code == CURLE_URL_MALFORMAT ||
	       code == CURLE_UNSUPPORTED_PROTOCOL || code == CURLE_BAD_CONTENT_ENCODING;
}

static enum transfer_reason reason_of(CURLcode code)
{
	static const struct {
		CURLcode code;
		enum transfer_reason reason;
	} all[] = {{CURLE_COULDNT_CONNECT, REASON_CONNECT},
		{CURLE_COULDNT_RESOLVE_HOST, REASON_NAME}, {CURLE_OPERATION_TIMEDOUT, REASON_SLOW},
		{CURLE_PARTIAL_FILE, REASON_BROKEN}, {CURLE_GOT_NOTHING, REASON_BROKEN},
		{CURLE_RECV_ERROR, REASON_BROKEN}, {CURLE_SEND_ERROR, REASON_BROKEN},
		{CURLE_PEER_FAILED_VERIFICATION, REASON_CERTIFICATE},
		{CURLE_SSL_CACERT_BADFILE, REASON_AUTHORITIES}};
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		if (all[i].code == code)
			return all[i].reason;
	return REASON_WORDS;
}

static void say_failed(struct transfer *t, CURLcode code)
{
	const char *words = t->error[0] ? t->error : curl_easy_strerror(code);
	/* curl names hosts and files; a secret in an address shall not come along. */
	if (t->order->secret.size > 0 &&
		str_find(str_from(words), t->order->secret) < strlen(words))
		words = curl_easy_strerror(code);
	if (t->too_large)
		refuse(t, TRANSFER_REFUSED, REASON_TOO_LARGE, "");
	else if (t->err == E_NOSPACE)
		refuse(t, TRANSFER_FULL, REASON_DISK, "");
	else if (t->err == E_SYNTAX)
		refuse(t, TRANSFER_AWAY, REASON_RANGE, "");
	else if (t->err != E_OK)
		refuse(t, TRANSFER_FULL, REASON_DISK, err_name(t->err));
	else
		refuse(t, is_lasting(code) ? TRANSFER_REFUSED : TRANSFER_AWAY, reason_of(code),
			words);
}

static bool may_pass(long status)
{
	return status == 408 || status == 421 || status == 425 || status == 429 || status >= 500;
}

static void judge_status(struct transfer *t)
{
	char words[64];
	curl_off_t wait = 0;
	long status = t->status;
	if (curl_easy_getinfo(t->curl, CURLINFO_RETRY_AFTER, &wait) == CURLE_OK && wait > 0)
		t->result->retry_after = (uint64_t)wait;
	snprintf(words, sizeof(words), "HTTP %ld", status);
	if (status == 206 && t->whole > 0 && t->whole != t->result->size)
		refuse(t, TRANSFER_AWAY, REASON_RANGE, "");
	else if (status == 200 || status == 206)
		t->result->end = TRANSFER_DONE;
	else if (status == 304)
		t->result->end = TRANSFER_SAME;
	else if (status == 404 || status == 410)
		refuse(t, TRANSFER_MISSING, REASON_STATUS, words);
	/* What we have is of no use to this server: whole anew. */
	else if (status == 416)
		refuse(t, TRANSFER_AWAY, REASON_STATUS, words);
	else
		refuse(t, may_pass(status) ? TRANSFER_AWAY : TRANSFER_REFUSED, REASON_STATUS,
			words);
}

/* --- the list of reports --- */

static void read_list(struct transfer *t)
{
	struct problem problem;
	enum err err = reports_parse(
		writer_view_str(&t->list), t->watch->report, t->watch->context, &problem);
	if (err == E_OK)
		return;
	t->result->end = err == E_NOMEM ? TRANSFER_AWAY : TRANSFER_REFUSED;
	t->result->reason = err == E_DENIED ? REASON_DENIED : REASON_LIST;
	sealed_say(
		t->result->words, FETCH_WORDS, err == E_LIMIT ? STR("…") : problem_got(&problem));
}

/* --- all of it --- */

static CURLcode perform(struct transfer *t)
{
	t->status = 0;
	t->error[0] = '\0';
	begin_answer(t);
	SET(CURLOPT_CURLU, t->now);
	CURLcode code = curl_easy_perform(t->curl);
	long status = 0;
	if (curl_easy_getinfo(t->curl, CURLINFO_RESPONSE_CODE, &status) == CURLE_OK)
		t->status = status;
	/* A file of no bytes is whole, too. */
	if (code == CURLE_OK && !t->begun && (status == 200 || status == 206)) {
		t->err = begin_body(t);
		code = t->err == E_OK ? CURLE_OK : CURLE_WRITE_ERROR;
	}
	t->result->status = (uint64_t)t->status;
	return code;
}

static void run(struct transfer *t)
{
	for (unsigned hops = 0;; hops++) {
		CURLcode code = perform(t);
		if (code != CURLE_OK) {
			say_failed(t, code);
			return;
		}
		if (!is_redirect(t->status))
			break;
		if (hops == REDIRECTS) {
			refuse(t, TRANSFER_REFUSED, REASON_REDIRECTS, "");
			return;
		}
		if (!follow(t))
			return;
	}
	judge_status(t);
	if (t->result->end == TRANSFER_DONE && t->order->list)
		read_list(t);
}

static enum err begin(struct transfer *t)
{
	char *address = strndup(t->order->address.data, t->order->address.size);
	t->curl = curl_easy_init();
	t->first = curl_url();
	enum err err = address && t->curl && t->first ? E_OK : E_NOMEM;
	if (err == E_OK && curl_url_set(t->first, CURLUPART_URL, address, 0) != CURLUE_OK)
		err = E_SYNTAX;
	if (address)
		explicit_bzero(address, t->order->address.size);
	free(address);
	TRY(err);
	t->now = curl_url_dup(t->first);
	return t->now && set_up(t) == CURLE_OK ? E_OK : E_NOMEM;
}

static void release(struct transfer *t)
{
	if (t->curl)
		curl_easy_cleanup(t->curl);
	curl_url_cleanup(t->first);
	curl_url_cleanup(t->now);
	curl_slist_free_all(t->headers);
	writer_release(&t->list);
}

enum err transfer_run(const struct transfer_order *order, int file,
	const struct transfer_watch *watch, struct transfer_result *ret_result)
{
	struct transfer t = {.order = order, .watch = watch, .file = file, .result = ret_result};
	*ret_result = (struct transfer_result){.size = order->from};
	if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
		return E_NOMEM;
	writer_init(&t.list, LIMIT_FETCH_LIST);
	enum err err = begin(&t);
	if (err == E_OK)
		run(&t);
	else if (err == E_SYNTAX)
		refuse(&t, TRANSFER_REFUSED, REASON_ADDRESS, "");
	release(&t);
	curl_global_cleanup();
	return err == E_SYNTAX ? E_OK : err;
}
