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

bool request_has_body(struct MHD_Connection *connection)
{
	struct str length = request_field(connection, MHD_HTTP_HEADER_CONTENT_LENGTH);
	return (length.size > 0 && !str_equal(length, STR("0"))) ||
	       request_field(connection, MHD_HTTP_HEADER_TRANSFER_ENCODING).size > 0;
}

bool request_is_forwarded(struct MHD_Connection *connection)
{
	static const char *const fields[] = {"X-Forwarded-For", "Forwarded", "Via"};
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
