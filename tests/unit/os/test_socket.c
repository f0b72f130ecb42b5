/* SPDX-License-Identifier: Apache-2.0 */
#include "scratch.h"

#include <signal.h>
#include <sys/socket.h>

#include "os/file.h"
#include "os/process.h"

struct ends {
	int ours;
	int theirs;
};

static struct ends ends_open(int type)
{
	int fds[2];
	assert_int_equal(socketpair(AF_UNIX, type | SOCK_CLOEXEC, 0, fds), 0);
	return (struct ends){fds[0], fds[1]};
}

static void ends_close(struct ends *e)
{
	file_close(&e->ours);
	file_close(&e->theirs);
}

static int descriptors_open(void)
{
	int count = 0;
	DIR *entries = opendir("/proc/self/fd");
	while (readdir(entries))
		count++;
	closedir(entries);
	return count;
}

static void test_message_with_descriptor(void **state)
{
	(void)state;
	struct ends e = ends_open(SOCK_SEQPACKET);
	uint8_t buffer[16];
	size_t size;
	int fd;
	int null = open("/dev/zero", O_RDONLY | O_CLOEXEC);
	assert_int_equal(socket_send(e.ours, str_bytes(STR("hello")), null), E_OK);
	assert_int_equal(socket_send(e.ours, str_bytes(STR("again")), -1), E_OK);
	assert_int_equal(socket_receive(e.theirs, 1000, buffer, sizeof(buffer), &size, &fd), E_OK);
	assert_int_equal(size, 5);
	assert_memory_equal(buffer, "hello", 5);
	assert_true(fd >= 0 && fcntl(fd, F_GETFD) & FD_CLOEXEC);
	assert_int_equal(read(fd, buffer, 1), 1);
	assert_int_equal(buffer[0], 0);
	file_close(&fd);
	assert_int_equal(socket_receive(e.theirs, 1000, buffer, sizeof(buffer), &size, &fd), E_OK);
	assert_memory_equal(buffer, "again", 5);
	assert_int_equal(fd, -1);
	close(null);
	ends_close(&e);
}

static void test_too_large_is_said(void **state)
{
	(void)state;
	struct ends e = ends_open(SOCK_SEQPACKET);
	static uint8_t large[4 << 20];
	uint8_t buffer[4];
	size_t size;
	int fd;
	int before = descriptors_open();
	assert_int_equal(socket_send(e.ours, str_bytes(STR("hello")), e.ours), E_OK);
	assert_int_equal(
		socket_receive(e.theirs, 1000, buffer, sizeof(buffer), &size, &fd), E_LIMIT);
	assert_int_equal(descriptors_open(), before);
	assert_int_equal(socket_send(e.ours, (struct bytes){large, sizeof(large)}, -1), E_LIMIT);
	ends_close(&e);
}

/* A peer that sends two descriptors must not leave one open here. */
static void test_second_descriptor_is_refused(void **state)
{
	(void)state;
	struct ends e = ends_open(SOCK_SEQPACKET);
	union {
		struct cmsghdr header;
		char bytes[CMSG_SPACE(2 * sizeof(int))];
	} control = {.header = {CMSG_LEN(2 * sizeof(int)), SOL_SOCKET, SCM_RIGHTS}};
	const int both[2] = {0, 0};
	struct iovec part = {(char[]){'x'}, 1};
	struct msghdr m = {.msg_iov = &part,
		.msg_iovlen = 1,
		.msg_control = &control,
		.msg_controllen = sizeof(control)};
	uint8_t buffer[4];
	size_t size;
	int fd;
	memcpy(CMSG_DATA(&control.header), both, sizeof(both));
	assert_int_equal(sendmsg(e.ours, &m, 0), 1);
	int before = descriptors_open();
	assert_int_equal(
		socket_receive(e.theirs, 1000, buffer, sizeof(buffer), &size, &fd), E_LIMIT);
	assert_int_equal(descriptors_open(), before);
	ends_close(&e);
}

static void test_ends(void **state)
{
	(void)state;
	struct ends e = ends_open(SOCK_STREAM);
	uint8_t buffer[4];
	size_t size;
	int fd;
	assert_int_equal(socket_receive(e.ours, 5, buffer, sizeof(buffer), &size, &fd), E_TIMEOUT);
	file_close(&e.theirs);
	assert_int_equal(
		socket_receive(e.ours, 1000, buffer, sizeof(buffer), &size, &fd), E_TRUNCATED);
	assert_int_equal(socket_send(e.ours, str_bytes(STR("x")), -1), E_TRUNCATED);
	ends_close(&e);
}

static void test_listen(void **state)
{
	(void)state;
	struct ip local;
	int first;
	int second;
	uint16_t port = 0;
	assert_true(ip_parse(STR("127.0.0.1"), &local));
	assert_int_equal(socket_listen(local, 0, &first), E_OK);
	assert_int_equal(socket_port(first, &port), E_OK);
	assert_true(port > 0);
	assert_int_equal(socket_listen(local, port, &second), E_BUSY);
	file_close(&first);
}

static void test_signals(void **state)
{
	(void)state;
	int fd;
	assert_int_equal(signals_open(&fd), E_OK);
	assert_int_equal(signals_next(fd), 0);
	raise(SIGTERM);
	assert_int_equal(signals_next(fd), SIGTERM);
	assert_int_equal(signals_next(fd), 0);
	file_close(&fd);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_message_with_descriptor),
		cmocka_unit_test(test_too_large_is_said),
		cmocka_unit_test(test_second_descriptor_is_refused),
		cmocka_unit_test(test_ends),
		cmocka_unit_test(test_listen),
		cmocka_unit_test(test_signals),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
