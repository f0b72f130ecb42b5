/* SPDX-License-Identifier: Apache-2.0 */
#include "http/proxy_protocol.h"

enum {
	LINE_BYTES = 107, /* of version 1, with CR LF */
	FIXED_BYTES = 16, /* of version 2, before the addresses */
	ADDRESSES_V4 = 12,
	ADDRESSES_V6 = 36,
	ADDRESSES_UNIX = 216
};

static const uint8_t signature[] = {
	0x0D, 0x0A, 0x0D, 0x0A, 0x00, 0x0D, 0x0A, 0x51, 0x55, 0x49, 0x54, 0x0A};
#define LINE_START "PROXY "

/* As much of it as has come. */
static bool begins(struct bytes b, const void *start, size_t size)
{
	return memcmp(b.data, start, b.size < size ? b.size : size) == 0;
}

/* --- version 1: one line --- */

static bool parse_port(struct str s, uint16_t *ret_port)
{
	uint64_t port;
	if (!str_to_u64(s, UINT16_MAX, &port) || (s.size > 1 && s.data[0] == '0'))
		return false;
	*ret_port = (uint16_t)port;
	return true;
}

/* An IPv4 address in a TCP6 line is written mapped. */
static bool parse_address(struct str s, bool v6, struct ip *ret_ip)
{
	bool colon = s.size > 0 && memchr(s.data, ':', s.size) != NULL;
	return colon == v6 && ip_parse(s, ret_ip);
}

/* "TCP4 192.0.2.1 198.51.100.2 50000 443" */
static enum err parse_line(struct str line, struct proxy_header *h)
{
	struct ip to;
	uint16_t to_port;
	struct str protocol = str_cut(line, ' ', &line);
	bool v6 = str_equal(protocol, STR("TCP6"));
	if (str_equal(protocol, STR("UNKNOWN")))
		return E_OK; /* the rest of the line means nothing */
	if (!v6 && !str_equal(protocol, STR("TCP4")))
		return E_SYNTAX;
	if (!parse_address(str_cut(line, ' ', &line), v6, &h->client) ||
		!parse_address(str_cut(line, ' ', &line), v6, &to) ||
		!parse_port(str_cut(line, ' ', &line), &h->port) || !parse_port(line, &to_port))
		return E_SYNTAX;
	h->known = true;
	return E_OK;
}

static enum err parse_v1(struct bytes b, struct proxy_header *h)
{
	struct str text = {(const char *)b.data, b.size < LINE_BYTES ? b.size : LINE_BYTES};
	size_t end = str_find(text, STR("\n"));
	if (end == text.size)
		return text.size == LINE_BYTES ? E_SYNTAX : E_TRUNCATED;
	if (text.data[end - 1] != '\r')
		return E_SYNTAX;
	size_t start = sizeof(LINE_START) - 1;
	h->size = end + 1;
	return parse_line((struct str){text.data + start, end - 1 - start}, h);
}

/* --- version 2: binary, numbers in network order --- */

static uint16_t big_u16(const uint8_t *at)
{
	return (uint16_t)(at[0] << 8 | at[1]);
}

static void take_v4(const uint8_t *at, struct proxy_header *h)
{
	h->client = ip_from_v4((uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | big_u16(at + 2));
	h->port = big_u16(at + 8);
	h->known = true;
}

static void take_v6(const uint8_t *at, struct proxy_header *h)
{
	memcpy(h->client.octets, at, sizeof(h->client.octets));
	h->port = big_u16(at + 32);
	h->known = true;
}

/* `length` bytes from `at` on are there. */
static enum err take_addresses(
	uint8_t family, const uint8_t *at, size_t length, struct proxy_header *h)
{
	enum {
		UNSPECIFIED = 0x00,
		TCP_OVER_V4 = 0x11,
		TCP_OVER_V6 = 0x21,
		UNIX_STREAM = 0x31
	};
	switch (family) {
	case UNSPECIFIED:
		return E_OK;
	case TCP_OVER_V4:
		if (length < ADDRESSES_V4)
			return E_SYNTAX;
		take_v4(at, h);
		return E_OK;
	case TCP_OVER_V6:
		if (length < ADDRESSES_V6)
			return E_SYNTAX;
		take_v6(at, h);
		return E_OK;
	case UNIX_STREAM:
		return length < ADDRESSES_UNIX ? E_SYNTAX : E_OK;
	default:
		return E_SYNTAX; /* datagrams carry no HTTP/1; others must not be sent */
	}
}

static enum err parse_v2(struct bytes b, struct proxy_header *h)
{
	enum {
		LOCAL = 0x20,
		PROXY = 0x21
	};
	if (b.size > 12 && b.data[12] != LOCAL && b.data[12] != PROXY)
		return E_SYNTAX;
	if (b.size < FIXED_BYTES)
		return E_TRUNCATED;
	size_t length = big_u16(b.data + 14);
	if (length > PROXY_HEADER_BYTES - FIXED_BYTES)
		return E_LIMIT;
	if (b.size < FIXED_BYTES + length)
		return E_TRUNCATED;
	h->size = FIXED_BYTES + length;
	h->local = b.data[12] == LOCAL;
	/* Of LOCAL the addresses, whatever they claim to be, are to be skipped. */
	return h->local ? E_OK : take_addresses(b.data[13], b.data + FIXED_BYTES, length, h);
}

enum err proxy_header_parse(struct bytes b, struct proxy_header *ret_header)
{
	struct proxy_header h = {0};
	enum err err = E_SYNTAX;
	if (b.size == 0)
		return E_TRUNCATED;
	if (begins(b, signature, sizeof(signature)))
		err = b.size <= sizeof(signature) ? E_TRUNCATED : parse_v2(b, &h);
	else if (begins(b, LINE_START, sizeof(LINE_START) - 1))
		err = b.size < sizeof(LINE_START) - 1 ? E_TRUNCATED : parse_v1(b, &h);
	if (err == E_OK)
		*ret_header = h;
	return err;
}
