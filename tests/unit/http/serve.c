/* SPDX-License-Identifier: Apache-2.0 */
#include "serve.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "os/process.h"

struct http_settings serve_settings(void)
{
	struct http_settings settings = http_settings_default();
	settings.threads = 2;
	settings.rate = 0;
	settings.request_seconds = 10; /* nobody here is slow but by a busy machine */
	return settings;
}

struct http_server *serve_start(
	const struct http_settings *settings, const struct http_site *site, uint16_t *ret_port)
{
	struct http_settings own = *settings;
	struct http_server *server = NULL;
	assert_int_equal(socket_listen(ip_from_v4(INADDR_LOOPBACK), 0, &own.socket), E_OK);
	assert_int_equal(socket_port(own.socket, ret_port), E_OK);
	assert_int_equal(http_start(&own, site, &server), E_OK);
	return server;
}

void has(const char *answer, const char *part)
{
	if (!strstr(answer, part))
		fail_msg("“%s” is not in: %s", part, answer);
}

void has_not(const char *answer, const char *part)
{
	if (strstr(answer, part))
		fail_msg("“%s” is in: %s", part, answer);
}
