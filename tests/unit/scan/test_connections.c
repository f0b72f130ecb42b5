/* SPDX-License-Identifier: Apache-2.0 */
/* Connections of live processes against what a pack lists. */
#include "scanning.h"

#include <errno.h>
#include <sys/socket.h>

#include "os/file.h"
#include "os/process.h"

static const char rules[] =
	"rule planted { strings: $a = \"harmless planted text\" condition: $a }";

/* Two sockets of this process that are connected to each other. */
struct pair {
	int listening, one, other;
	uint16_t port;
};

static bool open_pair(struct pair *p, const char *address)
{
	struct ip ip;
	struct sockaddr_storage where = {0};
	socklen_t size = sizeof(where);
	assert_true(ip_parse(str_from(address), &ip));
	p->listening = -1;
	if (socket_listen(ip, 0, &p->listening) != E_OK)
		return false;
	assert_int_equal(socket_port(p->listening, &p->port), E_OK);
	assert_int_equal(getsockname(p->listening, (struct sockaddr *)&where, &size), 0);
	p->one = socket(where.ss_family, SOCK_STREAM, 0);
	assert_int_equal(connect(p->one, (struct sockaddr *)&where, size), 0);
	while ((p->other = accept(p->listening, NULL, NULL)) < 0)
		assert_true(errno == EAGAIN || errno == EINTR);
	return true;
}

static void close_pair(const struct pair *p)
{
	close(p->listening);
	close(p->one);
	close(p->other);
}

/* `only`: of what is found, what holds that; NULL: all. */
static void look(struct scanning *s, enum indicator_kind kind, const char *value, const char *only)
{
	const struct pack_indicator one = {kind, str_from(value), STR_INIT("planted name"), 0};
	scanning_begin_listed(s, rules, &one, 1);
	s->order.path_count = 0;
	s->order.connections = true;
	s->only = only;
	scanning_run(s);
}

static void test_address(void **state)
{
	(void)state;
	struct scanning *s = calloc(1, sizeof(*s));
	struct pair p = {0};
	char value[64], expected[128];
	assert_true(open_pair(&p, "127.0.0.1"));
	snprintf(value, sizeof(value), "127.0.0.1:%u", (unsigned)p.port);
	look(s, INDICATOR_ADDRESS, value, NULL);
	snprintf(expected, sizeof(expected), "infected process %d (test_scan", (int)getpid());
	assert_int_equal(s->found_count, 1);
	assert_true(scanning_found(s, expected));
	snprintf(expected, sizeof(expected), "|%s tcp planted name", value);
	assert_true(scanning_found(s, expected));
	assert_int_equal(s->totals.infected, 1);
	assert_true(s->totals.connections >= 2);
	scanning_end(s);
	/* The same address, another port. */
	snprintf(value, sizeof(value), "127.0.0.1:%u", (unsigned)(p.port ^ 1));
	look(s, INDICATOR_ADDRESS, value, NULL);
	snprintf(expected, sizeof(expected), ":%u tcp", (unsigned)p.port);
	assert_false(scanning_found(s, expected));
	scanning_end(s);
	close_pair(&p);
	free(s);
}

static void test_address_6(void **state)
{
	(void)state;
	struct scanning *s = calloc(1, sizeof(*s));
	struct pair p = {0};
	char value[64], expected[128];
	if (!open_pair(&p, "::1")) {
		free(s);
		skip();
		return;
	}
	snprintf(value, sizeof(value), "[::1]:%u", (unsigned)p.port);
	look(s, INDICATOR_ADDRESS, value, NULL);
	snprintf(expected, sizeof(expected), "|%s tcp planted name", value);
	assert_true(scanning_found(s, expected));
	scanning_end(s);
	close_pair(&p);
	free(s);
}

/* Another root's disk talks to nobody. */
static void test_other_root(void **state)
{
	(void)state;
	struct scanning *s = calloc(1, sizeof(*s));
	struct pair p = {0};
	assert_true(open_pair(&p, "127.83.21.9"));
	const struct pack_indicator one = {
		INDICATOR_ADDRESS, STR_INIT("127.83.21.9"), STR_INIT("all"), 0};
	scanning_begin_listed(s, rules, &one, 1);
	s->order.path_count = 0;
	s->order.connections = s->order.processes = true;
	s->order.root = s->path;
	scanning_run(s);
	assert_int_equal(s->found_count, 0);
	assert_int_equal(s->totals.connections + s->totals.processes, 0);
	s->order.root = "/";
	s->order.processes = false;
	scanning_run(s);
	assert_true(scanning_found(s, "process "));
	scanning_end(s);
	close_pair(&p);
	free(s);
}

static bool hosts_name(const char *text)
{
	struct writer w;
	writer_init(&w, 1 << 20);
	bool there = file_load(AT_FDCWD, "/etc/hosts", &w) == E_OK &&
		     str_find(writer_view_str(&w), str_from(text)) < w.size;
	writer_release(&w);
	return there;
}

static void test_hosts(void **state)
{
	(void)state;
	struct scanning *s = calloc(1, sizeof(*s));
	if (!hosts_name("127.0.0.1") || !hosts_name("localhost")) {
		free(s);
		skip();
		return;
	}
	/* Others of this machine may be talking to that address all the time. */
	look(s, INDICATOR_ADDRESS, "127.0.0.1", "/etc/hosts");
	assert_true(scanning_found(s, "infected /etc/hosts|line "));
	scanning_end(s);
	/* A name that is sent to this machine is one that cannot be reached. */
	look(s, INDICATOR_DOMAIN, "localhost", "/etc/hosts");
	assert_false(scanning_found(s, "/etc/hosts"));
	scanning_end(s);
	free(s);
}

/* --- what is listed --- */

static size_t matches(const struct engine *e, const char *address, uint16_t port)
{
	struct rule_match found[8];
	struct ip ip;
	assert_true(ip_parse(str_from(address), &ip));
	return engine_match_address(e, ip, port, found, 8);
}

static size_t names(const struct engine *e, const char *name)
{
	struct rule_match found[8];
	return engine_match_domain(e, str_from(name), found, 8);
}

static void on_problem(void *context, const struct problem *problem)
{
	(void)context;
	(void)problem;
}

static struct engine *engine_of(const struct pack_indicator *list, size_t count, struct writer *w)
{
	const struct pack_set set = {.name = STR("test"), .ours = false};
	const struct pack pack = {.id = STR("test"),
		.version = 1,
		.sets = &set,
		.set_count = 1,
		.indicators = list,
		.indicator_count = count};
	struct engine *made, *loaded;
	assert_int_equal(engine_new(&pack, false, on_problem, NULL, &made), E_OK);
	writer_init(w, 64 << 20);
	assert_int_equal(engine_save(made, w), E_OK);
	engine_free(made);
	assert_int_equal(engine_load(writer_view(w), &loaded), E_OK);
	return loaded;
}

/* Addresses, then names. */
static struct engine *engine_listing(
	const char *const *texts, size_t count, size_t addresses, struct writer *w)
{
	struct pack_indicator *list = calloc(count + 1, sizeof(*list));
	for (size_t i = 0; i < count; i++)
		list[i] = (struct pack_indicator){
			i < addresses ? INDICATOR_ADDRESS : INDICATOR_DOMAIN, str_from(texts[i]),
			STR("name"), 0};
	struct engine *e = engine_of(list, count, w);
	free(list);
	return e;
}

static void test_lists(void **state)
{
	(void)state;
	static const char *const list[] = {"198.51.100.7", "198.51.100.7:23", "203.0.113.0/25",
		"2001:db8::/48", "[2001:db8:1::5]:8080", "evil.example", "a.evil.example",
		"example.net"};
	struct writer w;
	struct engine *e = engine_listing(list, 8, 5, &w);
	assert_int_equal(matches(e, "198.51.100.7", 23), 2);
	assert_int_equal(matches(e, "198.51.100.7", 24), 1);
	assert_int_equal(matches(e, "198.51.100.7", 0), 1);
	assert_int_equal(matches(e, "198.51.100.8", 23), 0);
	assert_int_equal(matches(e, "203.0.113.127", 1), 1);
	assert_int_equal(matches(e, "203.0.113.128", 1), 0);
	assert_int_equal(matches(e, "203.0.112.255", 1), 0);
	assert_int_equal(matches(e, "2001:db8:0:ffff::1", 1), 1);
	assert_int_equal(matches(e, "2001:db8:1::5", 8080), 1);
	assert_int_equal(matches(e, "2001:db8:1::5", 8081), 0);
	assert_int_equal(names(e, "evil.example"), 1);
	assert_int_equal(names(e, "x.a.evil.example"), 2);
	assert_int_equal(names(e, "xevil.example"), 0);
	assert_int_equal(names(e, "example"), 0);
	assert_int_equal(names(e, ""), 0);
	engine_free(e);
	/* Without any. */
	writer_release(&w);
	e = engine_listing(NULL, 0, 0, &w);
	assert_int_equal(matches(e, "198.51.100.7", 23), 0);
	assert_int_equal(names(e, "evil.example"), 0);
	engine_free(e);
	writer_release(&w);
}

int main(int argc, char **argv)
{
	if (argc == 3 && strcmp(argv[1], "--role") == 0 && strcmp(argv[2], "parse") == 0)
		scan_parse_role();
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_address),
		cmocka_unit_test(test_address_6),
		cmocka_unit_test(test_other_root),
		cmocka_unit_test(test_hosts),
		cmocka_unit_test(test_lists),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
