/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "http/proxy_protocol.h"

#define SIGNATURE "\r\n\r\n\0\r\nQUIT\n"
#define FROM_V4 "\x0E\xA0\x01\x02"
#define TO_V4 "\x0A\0\0\x01"
#define PORTS "\xC3\x50\x01\xBB"
#define FROM_V6 "\x20\x01\x0D\xB8\0\0\0\0\0\0\0\0\0\0\0\x05"
#define TO_V6 "\x20\x01\x0D\xB8\0\0\0\0\0\0\0\0\0\0\0\x01"
#define TEN "\0\0\0\0\0\0\0\0\0\0"
#define HUNDRED TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN

struct sample {
	const char *name;
	struct str bytes;
	enum err err;
	const char *client; /* NULL: the peer speaks for itself */
	uint16_t port;
};

static const struct sample samples[] = {
	{"plain line", STR_INIT("PROXY TCP4 14.160.1.2 10.0.0.1 50000 443\r\n"), E_OK, "14.160.1.2",
		50000},
	{"line of IPv6", STR_INIT("PROXY TCP6 2001:DB8::5 2001:db8::1 0 65535\r\n"), E_OK,
		"2001:db8::5", 0},
	{"mapped in a line of IPv6",
		STR_INIT("PROXY TCP6 ::ffff:14.160.1.2 ::ffff:10.0.0.1 1 2\r\n"), E_OK,
		"14.160.1.2", 1},
	{"unknown", STR_INIT("PROXY UNKNOWN\r\n"), E_OK, NULL, 0},
	{"unknown with addresses", STR_INIT("PROXY UNKNOWN 14.160.1.2 x y z\r\n"), E_OK, NULL, 0},
	{"longest line",
		STR_INIT("PROXY UNKNOWN ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff "
			 "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff 65535 65535\r\n"),
		E_OK, NULL, 0},
	{"a byte too long",
		STR_INIT("PROXY UNKNOWN ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff "
			 "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff 65535 655350\r\n"),
		E_SYNTAX, NULL, 0},
	{"nothing yet", STR_INIT(""), E_TRUNCATED, NULL, 0},
	{"a letter", STR_INIT("P"), E_TRUNCATED, NULL, 0},
	{"no line end yet", STR_INIT("PROXY TCP4 14.160.1.2 10.0.0.1 50000 443\r"), E_TRUNCATED,
		NULL, 0},
	{"bare line feed", STR_INIT("PROXY TCP4 14.160.1.2 10.0.0.1 50000 443\n"), E_SYNTAX, NULL,
		0},
	{"lower case", STR_INIT("proxy TCP4 14.160.1.2 10.0.0.1 1 2\r\n"), E_SYNTAX, NULL, 0},
	{"two spaces", STR_INIT("PROXY TCP4  14.160.1.2 10.0.0.1 1 2\r\n"), E_SYNTAX, NULL, 0},
	{"space at the end", STR_INIT("PROXY TCP4 14.160.1.2 10.0.0.1 1 2 \r\n"), E_SYNTAX, NULL,
		0},
	{"five fields", STR_INIT("PROXY TCP4 14.160.1.2 10.0.0.1 1\r\n"), E_SYNTAX, NULL, 0},
	{"port too large", STR_INIT("PROXY TCP4 14.160.1.2 10.0.0.1 65536 2\r\n"), E_SYNTAX, NULL,
		0},
	{"port with a zero before", STR_INIT("PROXY TCP4 14.160.1.2 10.0.0.1 01 2\r\n"), E_SYNTAX,
		NULL, 0},
	{"octal address", STR_INIT("PROXY TCP4 014.160.1.2 10.0.0.1 1 2\r\n"), E_SYNTAX, NULL, 0},
	{"IPv6 in a line of IPv4", STR_INIT("PROXY TCP4 2001:db8::5 10.0.0.1 1 2\r\n"), E_SYNTAX,
		NULL, 0},
	{"IPv4 in a line of IPv6", STR_INIT("PROXY TCP6 14.160.1.2 2001:db8::1 1 2\r\n"), E_SYNTAX,
		NULL, 0},
	{"a zone", STR_INIT("PROXY TCP6 fe80::1%eth0 2001:db8::1 1 2\r\n"), E_SYNTAX, NULL, 0},
	{"NUL in the line", STR_INIT("PROXY TCP4 14.160.1.2\0 10.0.0.1 1 2\r\n"), E_SYNTAX, NULL,
		0},
	{"another protocol", STR_INIT("PROXY UDP4 14.160.1.2 10.0.0.1 1 2\r\n"), E_SYNTAX, NULL, 0},
	{"a request", STR_INIT("GET / HTTP/1.1\r\n\r\n"), E_SYNTAX, NULL, 0},
	{"a method that begins so", STR_INIT("PROPFIND / HTTP/1.1\r\n\r\n"), E_SYNTAX, NULL, 0},
	{"TLS hello", STR_INIT("\x16\x03\x01\x02\0\x01\0\x01\xFC\x03\x03"), E_SYNTAX, NULL, 0},
	{"part of a signature", STR_INIT("\r\n\r\n\0\r\nQ"), E_TRUNCATED, NULL, 0},
	{"blank lines", STR_INIT("\r\n\r\nGET"), E_SYNTAX, NULL, 0},
	{"signature alone", STR_INIT(SIGNATURE), E_TRUNCATED, NULL, 0},
	{"binary", STR_INIT(SIGNATURE "\x21\x11\0\x0C" FROM_V4 TO_V4 PORTS), E_OK, "14.160.1.2",
		50000},
	{"binary, one byte missing",
		STR_INIT(SIGNATURE "\x21\x11\0\x0C" FROM_V4 TO_V4 "\xC3\x50\1"), E_TRUNCATED, NULL,
		0},
	{"binary of IPv6", STR_INIT(SIGNATURE "\x21\x21\0\x24" FROM_V6 TO_V6 PORTS), E_OK,
		"2001:db8::5", 50000},
	{"with extensions", STR_INIT(SIGNATURE "\x21\x11\0\x11" FROM_V4 TO_V4 PORTS "\x01\0\x02h2"),
		E_OK, "14.160.1.2", 50000},
	{"broken extensions",
		STR_INIT(SIGNATURE "\x21\x11\0\x0F" FROM_V4 TO_V4 PORTS "\x01\xFF\xFF"), E_OK,
		"14.160.1.2", 50000},
	{"local", STR_INIT(SIGNATURE "\x20\0\0\0"), E_OK, NULL, 0},
	{"local with an address block", STR_INIT(SIGNATURE "\x20\x11\0\x0C" FROM_V4 TO_V4 PORTS),
		E_OK, NULL, 0},
	{"local of no family", STR_INIT(SIGNATURE "\x20\xFF\0\x01z"), E_OK, NULL, 0},
	{"unspecified family", STR_INIT(SIGNATURE "\x21\0\0\x03xyz"), E_OK, NULL, 0},
	{"UNIX socket", STR_INIT(SIGNATURE "\x21\x31\0\xD8" HUNDRED HUNDRED TEN "\0\0\0\0\0\0"),
		E_OK, NULL, 0},
	{"UNIX socket, too short", STR_INIT(SIGNATURE "\x21\x31\0\x0A" TEN), E_SYNTAX, NULL, 0},
	{"datagrams", STR_INIT(SIGNATURE "\x21\x12\0\x0C" FROM_V4 TO_V4 PORTS), E_SYNTAX, NULL, 0},
	{"IPv6 in twelve bytes", STR_INIT(SIGNATURE "\x21\x21\0\x0C" FROM_V4 TO_V4 PORTS), E_SYNTAX,
		NULL, 0},
	{"no such family", STR_INIT(SIGNATURE "\x21\x41\0\0"), E_SYNTAX, NULL, 0},
	{"version 1 in binary", STR_INIT(SIGNATURE "\x11"), E_SYNTAX, NULL, 0},
	{"version 3", STR_INIT(SIGNATURE "\x31"), E_SYNTAX, NULL, 0},
	{"no such command", STR_INIT(SIGNATURE "\x22"), E_SYNTAX, NULL, 0},
	{"64 KiB of extensions", STR_INIT(SIGNATURE "\x21\x11\xFF\xFF"), E_LIMIT, NULL, 0},
};

static void assert_header(const struct sample *s, struct proxy_header h, size_t size)
{
	struct ip expected = {0};
	if (h.size != size || h.known != (s->client != NULL) || h.port != s->port)
		fail_msg("%s: size %zu, known %d, port %u", s->name, h.size, h.known, h.port);
	if (s->client)
		assert_true(ip_parse(str_from(s->client), &expected));
	if (ip_compare(h.client, expected) != 0)
		fail_msg("%s: another address", s->name);
}

static void every_sample(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(samples) / sizeof(samples[0]); i++) {
		const struct sample *s = &samples[i];
		struct proxy_header h = {0};
		enum err err = proxy_header_parse(str_bytes(s->bytes), &h);
		if (err != s->err)
			fail_msg("%s: %s", s->name, err_name(err));
		if (err == E_OK)
			assert_header(s, h, s->bytes.size);
	}
}

/* What the client sends is never taken for a part of it, and no part of it for the whole. */
static void ends_where_it_ends(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(samples) / sizeof(samples[0]); i++) {
		const struct sample *s = &samples[i];
		uint8_t longer[512] = {0};
		struct proxy_header h = {0};
		if (s->err != E_OK)
			continue;
		memcpy(longer, s->bytes.data, s->bytes.size);
		memcpy(longer + s->bytes.size, "PROXY \r\n", 8);
		for (size_t size = 0; size < s->bytes.size; size++)
			if (proxy_header_parse((struct bytes){longer, size}, &h) != E_TRUNCATED)
				fail_msg("%s: %zu bytes are enough", s->name, size);
		assert_int_equal(
			proxy_header_parse((struct bytes){longer, s->bytes.size + 8}, &h), E_OK);
		assert_header(s, h, s->bytes.size);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_sample),
		cmocka_unit_test(ends_where_it_ends),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
