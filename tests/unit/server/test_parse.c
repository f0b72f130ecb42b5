/* SPDX-License-Identifier: Apache-2.0 */
/* The parse process itself, started as this program in the role. The linker lets the role call our
 * __wrap_feed_parser_push(): a parser that hostile bytes have taken over, and that tries what they
 * say. Without such bytes it is the real one. */
#include <arpa/inet.h>
#include <fcntl.h>
#include <locale.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include <archive.h>
#include <archive_entry.h>

#include "server/parse_client.h"
#include "server/parse_role.h"

enum err __real_feed_parser_push(
	struct feed_parser *p, struct bytes bytes, struct problem *problem);
enum err __wrap_feed_parser_push(
	struct feed_parser *p, struct bytes bytes, struct problem *problem);

static void try_open(void)
{
	(void)!open("/etc/passwd", O_RDONLY | O_CLOEXEC);
}

static void try_create(void)
{
	(void)!open("/tmp/escaped", O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
}

static void try_connect(void)
{
	struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(9)};
	to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	(void)!connect(fd, (const struct sockaddr *)&to, sizeof(to));
}

/* The one socket it has. */
static void try_connect_own(void)
{
	struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(9)};
	(void)!connect(3, (const struct sockaddr *)&to, sizeof(to));
}

static void try_exec(void)
{
	char *const arguments[] = {NULL};
	(void)!execve("/bin/true", arguments, arguments);
}

static void try_fork(void)
{
	(void)!fork();
}

static void try_kill(void)
{
	(void)!kill(getppid(), SIGTERM);
}

static void crash(void)
{
	raise(SIGKILL);
}

static void spin(void)
{
	for (;;)
		(void)poll(NULL, 0, 100);
}

static const struct {
	struct str word;
	void (*act)(void);
} acts[] = {
	{STR_INIT("#ATTACK open\n"), try_open},
	{STR_INIT("#ATTACK create\n"), try_create},
	{STR_INIT("#ATTACK connect\n"), try_connect},
	{STR_INIT("#ATTACK connect-own\n"), try_connect_own},
	{STR_INIT("#ATTACK exec\n"), try_exec},
	{STR_INIT("#ATTACK fork\n"), try_fork},
	{STR_INIT("#ATTACK kill\n"), try_kill},
	{STR_INIT("#ATTACK crash\n"), crash},
	{STR_INIT("#ATTACK spin\n"), spin},
};

enum err __wrap_feed_parser_push(struct feed_parser *p, struct bytes bytes, struct problem *problem)
{
	struct str s = {(const char *)bytes.data, bytes.size};
	for (size_t i = 0; i < sizeof(acts) / sizeof(acts[0]); i++)
		if (str_starts(s, acts[i].word))
			acts[i].act();
	return __real_feed_parser_push(p, bytes, problem);
}

/* --- the asking side --- */

struct seen {
	struct str format;
	uint64_t rows;
	uint64_t problems;
	uint64_t progress;
	struct ip last_ip;
	enum err answer; /* what batch() gives back */
};

static enum err take_format(void *context, struct str format)
{
	struct seen *seen = context;
	seen->format = format;
	return E_OK;
}

static enum err take_batch(void *context, const struct batch *batch, const struct text_table *names,
	const struct text_table *columns)
{
	struct seen *seen = context;
	(void)names;
	(void)columns;
	seen->rows += batch->rows;
	seen->last_ip = batch->ip[batch->rows - 1];
	return seen->answer;
}

static void take_problem(void *context, const struct problem *problem)
{
	struct seen *seen = context;
	(void)problem;
	seen->problems++;
}

static void take_progress(void *context, uint64_t done, uint64_t total)
{
	struct seen *seen = context;
	assert_true(done <= total);
	seen->progress = done;
}

/* An unnamed file with that content. */
static int file_of_bytes(struct bytes b)
{
	char name[] = "/tmp/quetsach-parse-XXXXXX";
	int fd = mkstemp(name);
	assert_true(fd >= 0);
	unlink(name);
	assert_int_equal(write(fd, b.data, b.size), (ssize_t)b.size);
	assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
	return fd;
}

static int file_of(const char *text)
{
	return file_of_bytes(str_bytes(str_from(text)));
}

struct result {
	enum err err;
	struct feed_totals totals;
	struct problem problem;
	struct seen seen;
};

static struct result parse_bytes(
	struct parse_client *client, const char *name, struct bytes bytes, enum err answer)
{
	struct result r = {.seen = {.answer = answer}};
	const struct feed_options options = {.file_name = str_from(name), .now = {1785600000}};
	const struct feed_sink sink = {&r.seen, take_format, take_batch, take_problem};
	int fd = file_of_bytes(bytes);
	r.err = parse_client_file(
		client, fd, &options, &sink, take_progress, &r.totals, &r.problem);
	close(fd);
	return r;
}

static struct result parse_with(struct parse_client *client, const char *text, enum err answer)
{
	return parse_bytes(client, "2026-08-01-list.txt", str_bytes(str_from(text)), answer);
}

static void assert_good(struct parse_client *client)
{
	struct result r = parse_with(client, "1.2.3.4\n5.6.7.8\n127.0.0.1\n9.9.9.9", E_OK);
	assert_int_equal(r.err, E_OK);
	assert_int_equal(r.problem.code, PROBLEM_NONE);
	assert_int_equal(r.totals.rows, 4);
	assert_int_equal(r.totals.accepted, 3);
	assert_int_equal(r.totals.rejected, 1);
	assert_int_equal(r.seen.rows, 3);
	assert_int_equal(r.seen.problems, 1);
	assert_int_equal(r.seen.progress, 33);
	assert_true(str_equal(r.seen.format, STR("plain-list")));
	assert_int_equal(ip_v4(r.seen.last_ip), 0x09090909);
}

static void test_files(void **state)
{
	assert_good(*state);
	assert_good(*state);
}

static void test_attacks_die(void **state)
{
	struct parse_client *client = *state;
	for (size_t i = 0; i < 8; i++) {
		struct result r = parse_with(client, acts[i].word.data, E_OK);
		assert_int_equal(r.err, E_CRASHED);
		assert_int_equal(r.problem.code, PROBLEM_CRASHED);
		assert_good(client);
	}
	assert_int_equal(access("/tmp/escaped", F_OK), -1);
}

static void test_refusal_keeps_the_process(void **state)
{
	struct result r = parse_with(*state, "<html><body>404</body></html>\n", E_OK);
	assert_int_equal(r.err, E_SYNTAX);
	assert_int_equal(r.problem.code, PROBLEM_UNKNOWN_FORMAT);
	assert_true(str_equal(problem_got(&r.problem), STR("HTML page")));
	assert_good(*state);
}

static void test_sink_error_ends_the_file(void **state)
{
	struct result r = parse_with(*state, "1.2.3.4\n", E_NOSPACE);
	assert_int_equal(r.err, E_NOSPACE);
	assert_int_equal(r.problem.code, PROBLEM_NONE);
	assert_good(*state);
}

static void test_timeout(void **state)
{
	enum {
		SECONDS = 6 /* a busy machine needs some to start the next one */
	};
	struct parse_client *hasty;
	(void)state;
	assert_int_equal(parse_client_start_as("parse", SECONDS, &hasty), E_OK);
	struct result r = parse_with(hasty, "#ATTACK spin\n", E_OK);
	assert_int_equal(r.err, E_TIMEOUT);
	assert_int_equal(r.problem.code, PROBLEM_TIMED_OUT);
	assert_int_equal(r.problem.limit, SECONDS);
	assert_good(hasty);
	parse_client_stop(hasty);
}

/* More rows than one batch holds, so that tables and parts travel. */
static void test_many_batches(void **state)
{
	enum {
		ROWS = 100000
	};
	struct writer w;
	writer_init(&w, (size_t)64 << 20);
	for (uint32_t i = 0; i < ROWS; i++) {
		writer_ip(&w, ip_from_v4(0x08000000 + i));
		writer_text(&w, "\t12\n");
	}
	writer_char(&w, '\0');
	struct result r = parse_with(*state, (const char *)w.data, E_OK);
	writer_release(&w);
	assert_int_equal(r.err, E_OK);
	assert_int_equal(r.seen.rows, ROWS);
	assert_int_equal(ip_v4(r.seen.last_ip), 0x08000000 + ROWS - 1);
	assert_true(str_equal(r.seen.format, STR("ipsum")));
}

static struct bytes pack(int format, int filter, const char *name, struct str text)
{
	static uint8_t packed[1 << 16];
	size_t size = 0;
	struct archive *a = archive_write_new();
	struct archive_entry *entry = archive_entry_new();
	archive_write_set_format(a, format);
	archive_write_add_filter(a, filter);
	archive_write_set_options(a, format == ARCHIVE_FORMAT_ZIP ? "hdrcharset=UTF-8" : "");
	archive_write_set_bytes_in_last_block(a, 1);
	assert_int_equal(archive_write_open_memory(a, packed, sizeof(packed), &size), ARCHIVE_OK);
	archive_entry_set_pathname_utf8(entry, name);
	archive_entry_set_filetype(entry, AE_IFREG);
	archive_entry_set_perm(entry, 0644);
	archive_entry_set_mtime(entry, 1600000000, 0);
	archive_entry_set_size(entry, (la_int64_t)text.size);
	assert_true(archive_write_header(a, entry) >= ARCHIVE_WARN);
	assert_int_equal(archive_write_data(a, text.data, text.size), (la_ssize_t)text.size);
	archive_write_close(a);
	archive_write_free(a);
	archive_entry_free(entry);
	return (struct bytes){packed, size};
}

/* Every library unpacks within the sandbox: what it wanted to open, it opened before. */
static void test_packed(void **state)
{
	static const struct {
		int format;
		int filter;
	} forms[] = {
		{ARCHIVE_FORMAT_RAW, ARCHIVE_FILTER_GZIP},
		{ARCHIVE_FORMAT_RAW, ARCHIVE_FILTER_XZ},
		{ARCHIVE_FORMAT_RAW, ARCHIVE_FILTER_ZSTD},
		{ARCHIVE_FORMAT_RAW, ARCHIVE_FILTER_BZIP2},
		{ARCHIVE_FORMAT_ZIP, ARCHIVE_FILTER_NONE},
		{ARCHIVE_FORMAT_TAR_PAX_INTERCHANGE, ARCHIVE_FILTER_NONE},
		{ARCHIVE_FORMAT_TAR_GNUTAR, ARCHIVE_FILTER_XZ},
	};
	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
		struct bytes b = pack(forms[i].format, forms[i].filter,
			"danh s\xC3\xA1"
			"ch \xE1\xBA\xBF 2026-08-01.txt",
			STR("1.2.3.4\n9.9.9.9\n"));
		struct result r = parse_bytes(*state, "2026-08-01", b, E_OK);
		assert_int_equal(r.err, E_OK);
		assert_int_equal(r.seen.rows, 2);
		assert_int_equal(r.seen.progress, b.size);
	}
}

/* Where only the name inside says the day. */
static void test_day_inside(void **state)
{
	struct bytes b =
		pack(ARCHIVE_FORMAT_ZIP, ARCHIVE_FILTER_NONE, "2026-08-01.txt", STR("1.2.3.4\n"));
	assert_int_equal(parse_bytes(*state, "list.zip", b, E_OK).err, E_OK);
	b = pack(ARCHIVE_FORMAT_ZIP, ARCHIVE_FILTER_NONE, "today.txt", STR("1.2.3.4\n"));
	struct result r = parse_bytes(*state, "list.zip", b, E_OK);
	assert_int_equal(r.err, E_SYNTAX);
	assert_int_equal(r.problem.code, PROBLEM_NO_DATE);
}

static void ignore_problem(void *context, const struct problem *problem)
{
	(void)context;
	(void)problem;
}

static void test_network(void **state)
{
	const struct network_source source = {.file_name = STR("asn.csv"), .country = STR("")};
	struct network_table_info info;
	struct problem problem;
	struct writer table;
	int fd = file_of("1.0.0.0,1.0.0.255,13335,\"Cloudflare, Inc.\"\n"
			 "1.0.4.0,1.0.7.255,38803,Wirefreebroadband\n");
	writer_init(&table, (size_t)1 << 20);
	assert_int_equal(parse_client_network(*state, fd, &source, ignore_problem, NULL, &table,
				 &info, &problem),
		E_OK);
	assert_int_equal(info.kind, NETWORK_ASN);
	assert_int_equal(info.rows, 2);
	assert_true(table.size > 0);
	writer_release(&table);
	close(fd);
	fd = file_of("no table\n");
	assert_int_not_equal(parse_client_network(*state, fd, &source, ignore_problem, NULL, &table,
				     &info, &problem),
		E_OK);
	assert_int_not_equal(problem.code, PROBLEM_NONE);
	assert_int_not_equal(problem.code, PROBLEM_CRASHED);
	close(fd);
}

static int start(void **state)
{
	struct parse_client *client;
	if (parse_client_start(&client) != E_OK)
		return -1;
	*state = client;
	return 0;
}

static int stop(void **state)
{
	parse_client_stop(*state);
	return 0;
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_files, start, stop),
		cmocka_unit_test_setup_teardown(test_attacks_die, start, stop),
		cmocka_unit_test_setup_teardown(test_refusal_keeps_the_process, start, stop),
		cmocka_unit_test_setup_teardown(test_sink_error_ends_the_file, start, stop),
		cmocka_unit_test_setup_teardown(test_timeout, start, stop),
		cmocka_unit_test_setup_teardown(test_many_batches, start, stop),
		cmocka_unit_test_setup_teardown(test_packed, start, stop),
		cmocka_unit_test_setup_teardown(test_day_inside, start, stop),
		cmocka_unit_test_setup_teardown(test_network, start, stop),
	};
	if (argc == 3 && strcmp(argv[1], "--role") == 0 && strcmp(argv[2], "parse") == 0)
		return parse_role_main();
	/* To write names that are not ASCII; the role keeps the plain locale. */
	setlocale(LC_ALL, "C.UTF-8");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
