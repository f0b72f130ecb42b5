/* SPDX-License-Identifier: Apache-2.0 */
#include "http/request.h"

#include "os/address.h"

enum {
	FORWARDED_BYTES = 2048
};

struct str request_field(struct MHD_Connection *connection, const char *name)
{
	const char *value = MHD_lookup_connection_value(connection, MHD_HEADER_KIND, name);
	return value ? str_from(value) : STR("");
}

bool http_argument(const struct http_request *q, const char *name, struct str *ret_value)
{
	const char *value = NULL;
	size_t size = 0;
	if (!q->connection)
		return false;
	if (MHD_lookup_connection_value_n(q->connection, MHD_GET_ARGUMENT_KIND, name, strlen(name),
		    &value, &size) != MHD_YES)
		return false;
	*ret_value = value ? (struct str){value, size} : STR("");
	return true;
}

struct str http_header(const struct http_request *q, const char *name)
{
	return q->connection ? request_field(q->connection, name) : STR("");
}

struct ip request_peer(const struct sockaddr *address)
{
	struct ip ip;
	uint16_t port;
	address_read(address, &ip, &port);
	return ip;
}

/* What says where a request begins and ends. */
struct framing {
	size_t hosts;
	size_t lengths;
	bool bad_name, bad_length;
	struct request_framing said;
};

/* RFC 9110, 5.1. The library lets spaces through, behind which others find another field. */
static bool is_token(const char *text, size_t size)
{
	static const char others[] = "!#$%&'*+-.^_`|~";
	for (size_t i = 0; i < size; i++) {
		char c = text[i];
		bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
		bool digit = c >= '0' && c <= '9';
		if (!letter && !digit && (c == '\0' || !strchr(others, c)))
			return false;
	}
	return size > 0;
}

static enum MHD_Result look_at_framing(void *context, enum MHD_ValueKind kind, const char *key,
	size_t key_size, const char *value, size_t value_size)
{
	struct framing *f = context;
	struct str name = {key, key_size};
	struct str text = {value, value_size};
	(void)kind;
	f->bad_name = f->bad_name || !is_token(key, key_size);
	if (str_equal_nocase(name, STR("Host"))) {
		f->hosts++;
	} else if (str_equal_nocase(name, STR("Content-Length"))) {
		f->lengths++;
		f->bad_length = f->bad_length || !str_to_u64(text, INT64_MAX, &f->said.length);
		f->said.body = f->said.body || !str_equal(text, STR("0"));
	} else if (str_equal_nocase(name, STR("Transfer-Encoding"))) {
		f->said.body = true;
		f->said.chunked = true;
	}
	return MHD_YES;
}

struct request_framing request_framing(
	struct MHD_Connection *connection, const char *version, const void *target_end)
{
	struct framing f = {0};
	MHD_get_connection_values_n(connection, MHD_HEADER_KIND, look_at_framing, &f);
	bool old = str_equal(str_from(version), STR("HTTP/1.0"));
	/* The version follows the target, unless a NUL within cut it short. */
	f.said.bad = target_end != version || f.bad_name || f.lengths > 1 || f.hosts > 1 ||
		     (f.hosts == 0 && !old);
	/* Nothing of it is read, and the connection ends: what it meant does not matter. */
	f.said.chunked = f.said.chunked || f.bad_length;
	return f.said;
}

void *request_target_end(void *context, const char *target, struct MHD_Connection *connection)
{
	(void)context;
	(void)connection;
	if (!target)
		return NULL;
	for (; *target; target++)
		if ((unsigned char)*target <= ' ' || *target == 0x7F)
			return NULL;
	return (union {
		const char *read_only;
		void *any;
	}){.read_only = target + 1}
		.any;
}

bool request_is_forwarded(struct MHD_Connection *connection)
{
	static const char *const fields[] = {"X-Forwarded-For", "Forwarded", "Via", "X-Real-IP",
		"X-Forwarded-Host", "X-Forwarded-Proto"};
	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++)
		if (MHD_lookup_connection_value(connection, MHD_HEADER_KIND, fields[i]))
			return true;
	return false;
}

bool request_is_cross_site(struct MHD_Connection *connection)
{
	struct str site = request_field(connection, "Sec-Fetch-Site");
	return site.size > 0 && !str_equal(site, STR("same-origin")) &&
	       !str_equal(site, STR("none"));
}

/* All fields of one name joined with commas. */
struct joined {
	struct str name;
	size_t size;
	bool cut;
	char *text; /* FORWARDED_BYTES, not cleared: most requests have none */
};

static enum MHD_Result join(void *context, enum MHD_ValueKind kind, const char *key,
	size_t key_size, const char *value, size_t value_size)
{
	struct joined *j = context;
	(void)kind;
	if (!str_equal_nocase((struct str){key, key_size}, j->name))
		return MHD_YES;
	if (j->size + value_size + 1 > FORWARDED_BYTES) {
		j->cut = true;
		return MHD_NO;
	}
	if (j->size > 0)
		j->text[j->size++] = ',';
	if (value_size > 0)
		memcpy(j->text + j->size, value, value_size);
	j->size += value_size;
	return MHD_YES;
}

static struct str joined_view(const struct joined *j)
{
	return (struct str){j->text, j->size};
}

enum err request_client(struct MHD_Connection *connection, const struct connection *from,
	const struct proxies *proxies, struct ip *ret_client, bool *ret_secure)
{
	*ret_secure = false;
	if (!from->trusted) {
		*ret_client = from->peer;
		return E_OK;
	}
	char texts[2][FORWARDED_BYTES];
	struct joined convention = {.name = STR("X-Forwarded-For"), .text = texts[0]};
	struct joined standard = {.name = STR("Forwarded"), .text = texts[1]};
	MHD_get_connection_values_n(connection, MHD_HEADER_KIND, join, &convention);
	MHD_get_connection_values_n(connection, MHD_HEADER_KIND, join, &standard);
	if (convention.cut || standard.cut)
		return E_LIMIT;
	*ret_secure = str_equal(request_field(connection, "X-Forwarded-Proto"), STR("https"));
	return client_address(
		from->peer, joined_view(&convention), joined_view(&standard), proxies, ret_client);
}

/* 0 … 15; -1: none. */
static int hex_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* The byte of an escape; -1: none is there, or none that may be undone. */
static int escaped_byte(const char *at)
{
	int high = at[0] == '%' ? hex_value(at[1]) : -1;
	int low = high >= 0 ? hex_value(at[2]) : -1;
	return low < 0 || high + low == 0 ? -1 : high << 4 | low;
}

size_t request_unescape(void *context, struct MHD_Connection *connection, char *text)
{
	char *to = text;
	(void)context;
	(void)connection;
	for (const char *from = text; *from;) {
		int byte = escaped_byte(from);
		*to++ = byte < 0 ? *from : (char)byte;
		from += byte < 0 ? 1 : 3;
	}
	*to = '\0';
	return (size_t)(to - text);
}
