/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#include "os/file.h"
#include "os/process.h"
#include "survey/connections.h"
#include "survey/connections_files.h"
#include "survey/regions.h"

#define HEAD                                                                                       \
	"  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  "      \
	"timeout inode\n"
#define TAIL " 00000000:00000000 00:00000000 00000000  1000        0 "

struct found {
	struct connection connection;
	uint16_t asked; /* port listened at, of our own */
	size_t connections, listening, regions, executable;
	struct region region;
	bool ourselves;
};

static enum err on_connection(void *context, const struct connection *c)
{
	struct found *f = context;
	f->connections++;
	f->connection = *c;
	f->listening += c->state == CONNECTION_LISTENS && c->local_port == f->asked;
	return E_OK;
}

static struct found read_connections(struct str table, enum err expected)
{
	struct found f = {0};
	const struct connection_sink sink = {&f, on_connection};
	assert_int_equal(connections_read(str_bytes(table), &sink), expected);
	return f;
}

static void assert_ip(struct ip ip, const char *text)
{
	struct ip expected;
	assert_true(ip_parse(str_from(text), &expected));
	assert_int_equal(ip_compare(ip, expected), 0);
}

static void test_tcp(void **state)
{
	(void)state;
	struct found f = read_connections(
		STR(HEAD "   0: 0100007F:1F90 070200C0:01BB 01" TAIL "624 1 0 100 0\n"), E_OK);
	assert_int_equal(f.connections, 1);
	assert_ip(f.connection.local, "127.0.0.1");
	assert_ip(f.connection.remote, "192.0.2.7");
	assert_int_equal(f.connection.local_port, 8080);
	assert_int_equal(f.connection.remote_port, 443);
	assert_int_equal(f.connection.state, CONNECTION_OPEN);
	assert_int_equal(f.connection.owner, 1000);
	assert_int_equal(f.connection.inode, 624);
}

static void test_tcp6(void **state)
{
	(void)state;
	struct found f =
		read_connections(STR(HEAD "   0: 00000000000000000000000001000000:0016 "
					  "B80D0120000000000000000001000000:C350 01" TAIL "7 1\n"),
			E_OK);
	assert_ip(f.connection.local, "::1");
	assert_ip(f.connection.remote, "2001:db8::1");
	assert_int_equal(f.connection.remote_port, 50000);
	f = read_connections(STR("   0: 0000000000000000FFFF00000100007F:0016 "
				 "0000000000000000FFFF0000070200C0:C350 01" TAIL "7 1\n"),
		E_OK);
	assert_ip(f.connection.remote, "192.0.2.7");
}

/* A line of another form is said, the others are given all the same. */
static void test_other_forms(void **state)
{
	(void)state;
	static const char *const bad[] = {"x", "0: 0100007F:1F90",
		"0: 0100007:1F90 00000000:0000 01", "0: 0100007F:1F900 00000000:0000 01" TAIL "1",
		"0: 0100007G:1 00000000:0 01" TAIL "1", "0: 0100007F:1 00000000:0 100" TAIL "1",
		"0: 0100007F:1 00000000:0 01" TAIL "",
		"0: 0100007F:1 00000000:0 01" TAIL "99999999999999999999999", ":", "0: : :"};
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(read_connections(str_from(bad[i]), E_SYNTAX).connections, 0);
	struct found f =
		read_connections(STR("x\n0: 0100007F:1 00000000:0 0A" TAIL "1 1\ny\n"), E_SYNTAX);
	assert_int_equal(f.connections, 1);
	assert_int_equal(read_connections(STR(""), E_OK).connections, 0);
}

static void test_socket_inode(void **state)
{
	(void)state;
	uint64_t inode = 0;
	assert_true(socket_inode(STR("socket:[123]"), &inode));
	assert_int_equal(inode, 123);
	assert_false(socket_inode(STR("socket:["), &inode));
	assert_false(socket_inode(STR("socket:[]"), &inode));
	assert_false(socket_inode(STR("pipe:[123]"), &inode));
}

static enum err on_region(void *context, const struct region *r)
{
	struct found *f = context;
	f->regions++;
	f->region = *r;
	f->executable += r->executable;
	f->ourselves = f->ourselves || (r->executable && r->from <= (uintptr_t)&on_region &&
					       (uintptr_t)&on_region < r->to);
	return E_OK;
}

static struct found read_regions(struct str maps, enum err expected)
{
	struct found f = {0};
	const struct region_sink sink = {&f, on_region};
	assert_int_equal(memory_regions_read(str_bytes(maps), &sink), expected);
	return f;
}

static void test_regions(void **state)
{
	(void)state;
	struct found f = read_regions(STR("564c0326b000-564c03271000 r-xp 00002000 fe:00 247498   "
					  "/usr/bin/a b (deleted)\n"),
		E_OK);
	assert_int_equal(f.region.from, 0x564c0326b000);
	assert_int_equal(f.region.to, 0x564c03271000);
	assert_true(f.region.readable && f.region.executable && f.region.deleted);
	assert_false(f.region.writable || f.region.shared);
	assert_int_equal(f.region.inode, 247498);
	assert_true(str_equal(f.region.path, STR("/usr/bin/a b")));
	f = read_regions(STR("1000-2000 rwxp 0 00:00 0 \n"), E_OK);
	assert_true(f.region.writable && f.region.path.size == 0 && !f.region.deleted);
	assert_int_equal(read_regions(STR("2000-1000 rwxp 0 00:00 0\n"), E_SYNTAX).regions, 0);
	assert_int_equal(
		read_regions(STR("-\n1000-2000 rwx 0 00:00 0\n1000-\n"), E_SYNTAX).regions, 0);
}

static void test_lent_regions(void **state)
{
	(void)state;
	static const struct {
		struct str path;
		bool lent;
	} cases[] = {
		{STR_INIT(""), false},
		{STR_INIT("[heap]"), false},
		{STR_INIT("[stack]"), false},
		{STR_INIT("[anon:jit]"), false},
		{STR_INIT("[vvar]"), true},
		{STR_INIT("[vsyscall]"), true},
		{STR_INIT("/usr/lib/x.so"), false},
		{STR_INIT("/memfd:x"), false},
		{STR_INIT("/SYSV00000000"), false},
		{STR_INIT("/dev/shm/x"), false},
		{STR_INIT("/dev/zero"), false},
		{STR_INIT("/dev/mem"), true},
		{STR_INIT("/dev/dri/card0"), true},
		{STR_INIT("anon_inode:[perf_event]"), true},
		{STR_INIT("socket:[7]"), true},
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct region r = {.path = cases[i].path};
		assert_int_equal(region_is_lent(&r), cases[i].lent);
	}
	struct found f = read_regions(STR("1000-2000 rwxp 0 fe:0a 7 /a\n"), E_OK);
	assert_int_equal(f.region.device, UINT64_C(0xfe0000000a));
	assert_int_equal(read_regions(STR("1000-2000 rwxp 0 fe 7 /a\n"), E_SYNTAX).regions, 0);
}

/* --- names of machines --- */

struct hosts {
	char text[512];
};

static enum err on_host(void *context, const struct host_entry *e)
{
	struct hosts *h = context;
	struct writer w;
	size_t used = strlen(h->text);
	writer_init(&w, 200);
	if (e->has_ip)
		writer_ip(&w, e->ip);
	snprintf(h->text + used, sizeof(h->text) - used, "%d %.*s %.*s;", (int)e->line,
		STR_ARG(writer_view_str(&w)), STR_ARG(e->name));
	writer_release(&w);
	return E_OK;
}

static void test_hosts(void **state)
{
	(void)state;
	struct hosts h = {""};
	const struct host_sink sink = {&h, on_host};
	assert_int_equal(hosts_read(str_bytes(STR("# none\n127.0.0.1\tlocalhost a # b c\n\n"
						  "192.0.2.1x y\nname 192.0.2.1\n"
						  "fe80::1%lo0 Z.Example\n192.0.2.9")),
				 &sink),
		E_OK);
	assert_string_equal(h.text, "2 127.0.0.1 ;2 127.0.0.1 localhost;2 127.0.0.1 a;"
				    "6 fe80::1 ;6 fe80::1 Z.Example;7 192.0.2.9 ;");
}

static void test_resolver(void **state)
{
	(void)state;
	struct hosts h = {""};
	const struct host_sink sink = {&h, on_host};
	assert_int_equal(resolver_read(str_bytes(STR("; c\n#nameserver 192.0.2.1\n"
						     "nameserver 192.0.2.2\nnameserver\n"
						     "nameserver x\noptions rotate\n"
						     "search a.example b\ndomain c\n"
						     "nameserver fe80::1%eth0\n")),
				 &sink),
		E_OK);
	assert_string_equal(h.text, "3 192.0.2.2 ;7  a.example;7  b;8  c;9 fe80::1 ;");
}

static struct writer load(const char *path)
{
	struct writer w;
	writer_init(&w, 1 << 24);
	assert_int_equal(file_load(AT_FDCWD, path, &w), E_OK);
	return w;
}

/* What this system writes is understood whole. */
static void test_own(void **state)
{
	(void)state;
	struct found f = {0};
	const struct connection_sink connections = {&f, on_connection};
	const struct region_sink regions = {&f, on_region};
	struct ip loopback;
	int listening;
	assert_true(ip_parse(STR("127.0.0.1"), &loopback));
	assert_int_equal(socket_listen(loopback, 0, &listening), E_OK);
	assert_int_equal(socket_port(listening, &f.asked), E_OK);
	struct writer w = load("/proc/net/tcp");
	assert_int_equal(connections_read(writer_view(&w), &connections), E_OK);
	assert_int_equal(f.listening, 1);
	writer_release(&w);
	w = load("/proc/self/maps");
	assert_int_equal(memory_regions_read(writer_view(&w), &regions), E_OK);
	assert_true(f.ourselves && f.executable < f.regions);
	writer_release(&w);
	file_close(&listening);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_tcp),
		cmocka_unit_test(test_tcp6),
		cmocka_unit_test(test_other_forms),
		cmocka_unit_test(test_socket_inode),
		cmocka_unit_test(test_regions),
		cmocka_unit_test(test_lent_regions),
		cmocka_unit_test(test_hosts),
		cmocka_unit_test(test_resolver),
		cmocka_unit_test(test_own),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
