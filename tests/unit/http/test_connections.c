/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "http/connections.h"

static struct ip ip_of(const char *text)
{
	struct ip ip = {0};
	assert_true(ip_parse(str_from(text), &ip));
	return ip;
}

static void a_unit_gets_so_many(void **state)
{
	(void)state;
	struct connections *c = connections_new(8, 2, 5);
	struct connection *first = connections_open(c, ip_of("2001:db8::1"), false, 100, 9);
	assert_true(connections_admit(c, ip_of("2001:db8::2")));
	assert_non_null(connections_open(c, ip_of("2001:db8::2"), false, 101, 9));
	assert_false(connections_admit(c, ip_of("2001:db8::3")));
	assert_true(connections_admit(c, ip_of("2001:db8:0:1::3")));
	connections_close(c, first);
	assert_true(connections_admit(c, ip_of("2001:db8::3")));
	connections_close(c, NULL);
	connections_free(c);
}

static void places_run_out_and_come_back(void **state)
{
	(void)state;
	struct connections *c = connections_new(2, 9, 5);
	struct connection *first = connections_open(c, ip_of("192.0.2.1"), false, 100, 9);
	assert_non_null(connections_open(c, ip_of("192.0.2.2"), false, 101, 9));
	assert_null(connections_open(c, ip_of("192.0.2.3"), false, 102, 9));
	connections_close(c, first);
	assert_ptr_equal(connections_open(c, ip_of("192.0.2.3"), true, 102, 9), first);
	assert_true(first->trusted);
	connections_free(c);
}

static void the_late_are_shut_once(void **state)
{
	(void)state;
	int pair[2];
	char byte;
	struct connections *c = connections_new(4, 9, 5);
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair), 0);
	assert_non_null(connections_open(c, ip_of("192.0.2.1"), false, pair[0], 1000));
	assert_int_equal(connections_sweep(c, 999), 0);
	assert_int_equal(connections_sweep(c, 1000), 1);
	assert_int_equal(read(pair[1], &byte, 1), 0);
	assert_int_equal(connections_sweep(c, 5000), 0);
	close(pair[0]);
	close(pair[1]);
	connections_free(c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_unit_gets_so_many),
		cmocka_unit_test(places_run_out_and_come_back),
		cmocka_unit_test(the_late_are_shut_once),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
