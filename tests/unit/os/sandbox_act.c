/* SPDX-License-Identifier: Apache-2.0 */
/* sandbox_act ROLE FOLDER ACT: enters the role's sandbox (parse, compile, portal, desk, mail,
 * maker, worker), then does one act. Exit: 0 it was possible, 1 refused with EACCES, 2 refused
 * otherwise, 3 the sandbox failed, 4 asked for nonsense; or it dies. */
#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <netinet/in.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "os/file.h"
#include "os/fork.h"
#include "os/guarded.h"
#include "os/process.h"
#include "os/sandbox.h"

enum {
	WORKER_MEMORY = 256 << 20
};

/* What the acts use, opened before. */
static struct {
	int folder;   /* open folder: what FOLDER names */
	int file;     /* open file: its "inside" */
	int listener; /* a TCP socket that listens on loopback */
	int client;   /* connected to it */
	int spare;    /* a TCP socket that is not connected */
	uint16_t port;
} held;

static int answer(long result)
{
	return result >= 0 ? 0 : errno == EACCES ? 1 : 2;
}

static int open_inside(void)
{
	struct writer w;
	writer_init(&w, 100);
	enum err err = file_load(held.folder, "inside", &w);
	writer_release(&w);
	return err == E_OK ? 0 : answer(-1);
}

static int open_outside(void)
{
	return answer(open("/etc/passwd", O_RDONLY | O_CLOEXEC));
}

static int open_by_number(void)
{
	return answer(syscall(SYS_open, "/etc/passwd", O_RDONLY));
}

static int openat2_outside(void)
{
	struct open_how how = {.flags = O_RDONLY};
	return answer(syscall(SYS_openat2, AT_FDCWD, "/etc/passwd", &how, sizeof(how)));
}

static int write_inside(void)
{
	return answer(openat(held.folder, "inside", O_WRONLY | O_CLOEXEC));
}

static int create_inside(void)
{
	return answer(openat(held.folder, "fresh", O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
}

static int create_office(void)
{
	/* Of the one who tried before. */
	(void)unlinkat(held.folder, "office/fresh", 0);
	return answer(openat(held.folder, "office/fresh", O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
}

static int nameless_office(void)
{
	return answer(openat(held.folder, "office", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600));
}

static int delete_office(void)
{
	int fd = openat(held.folder, "office/gone", O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	file_close(&fd);
	return answer(unlinkat(held.folder, "office/gone", 0));
}

static int link_office(void)
{
	return answer(symlinkat("/etc", held.folder, "office/link"));
}

static int run_office(void)
{
	char *const words[] = {(char[]){"fresh"}, NULL};
	return answer(execveat(held.folder, "office/fresh", words, words + 1, 0));
}

static int list_parent(void)
{
	return answer(openat(held.folder, "..", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
}

static int make_socket(void)
{
	return answer(socket(AF_INET, SOCK_STREAM, 0));
}

static int make_unix_socket(void)
{
	return answer(socket(AF_UNIX, SOCK_STREAM, 0));
}

static struct sockaddr_in loopback(void)
{
	return (struct sockaddr_in){.sin_family = AF_INET,
		.sin_port = htons(held.port),
		.sin_addr = {htonl(INADDR_LOOPBACK)}};
}

static int connect_out(void)
{
	struct sockaddr_in to = loopback();
	return answer(connect(held.spare, (const struct sockaddr *)&to, sizeof(to)));
}

static int bind_port(void)
{
	struct sockaddr_in to = loopback();
	to.sin_port = 0;
	return answer(bind(held.spare, (const struct sockaddr *)&to, sizeof(to)));
}

static int accept_one(void)
{
	return answer(accept4(held.listener, NULL, NULL, SOCK_CLOEXEC));
}

static int run_program(void)
{
	char *const words[] = {(char[]){"true"}, NULL};
	return answer(execve("/bin/true", words, words + 1));
}

static int fork_off(void)
{
	pid_t pid = fork();
	if (pid == 0)
		_exit(0);
	return answer(pid);
}

static int vfork_off(void)
{
	return answer(syscall(SYS_vfork));
}

static int trace_parent(void)
{
	return answer(ptrace(PTRACE_ATTACH, getppid(), NULL, NULL));
}

static int kill_parent(void)
{
	return answer(kill(getppid(), 0));
}

static int map_code(void)
{
	void *at = mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	return answer(at == MAP_FAILED ? -1 : 0);
}

static int make_code(void)
{
	void *at = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	return answer(mprotect(at, 4096, PROT_READ | PROT_EXEC));
}

static int allow_core(void)
{
	struct stat status;
	return answer(syscall(SYS_prlimit64, 0, 4, NULL, &status));
}

static int delete_file(void)
{
	return answer(unlinkat(held.folder, "inside", 0));
}

static void *thread_body(void *argument)
{
	return argument;
}

static int start_thread(void)
{
	pthread_t thread;
	if (pthread_create(&thread, NULL, thread_body, NULL) != 0)
		return 2;
	return pthread_join(thread, NULL) == 0 ? 0 : 2;
}

static int use_memory(void)
{
	size_t size = (size_t)64 << 20;
	uint8_t *data = malloc(size);
	if (!data)
		return 2;
	memset(data, 1, size);
	uint8_t *more = realloc(data, 2 * size);
	if (!more)
		return 2;
	int fine = more[size - 1] == 1;
	free(more);
	return fine ? 0 : 2;
}

static int by_byte(const void *a, const void *b)
{
	return *(const uint8_t *)a - *(const uint8_t *)b;
}

static int sort_much(void)
{
	size_t size = (size_t)4 << 20;
	uint8_t *data = calloc(size, 1);
	if (!data)
		return 2;
	data[0] = 1;
	qsort(data, size, 1, by_byte);
	int fine = data[size - 1] == 1;
	free(data);
	return fine ? 0 : 2;
}

static int read_held(void)
{
	char byte;
	struct stat status;
	uint8_t buffer[4];
	size_t size;
	int fd;
	int ends[2] = {held.client, held.listener};
	if (fstat(ends[0], &status) != 0)
		return 2;
	if (socket_send(held.client, str_bytes(STR("x")), -1) != E_OK)
		return 2;
	if (socket_receive(held.client, 1, buffer, sizeof(buffer), &size, &fd) != E_TIMEOUT)
		return 2;
	return write(STDERR_FILENO, &byte, 0) == 0 ? 0 : 2;
}

static int use_too_much(void)
{
	void *room = malloc(2 * (size_t)WORKER_MEMORY);
	int failed = room ? 0 : 2;
	free(room);
	return failed;
}

static int use_enough(void)
{
	void *room = malloc((size_t)WORKER_MEMORY / 2);
	int failed = room ? 0 : 2;
	free(room);
	return failed;
}

static int fork_and_wait(void)
{
	pid_t pid;
	int status;
	if (fork_copy(&pid) != E_OK)
		return 2;
	if (pid == 0)
		sandbox_exit(0);
	return fork_wait(pid, &status) == E_OK && status == 0 ? 0 : 2;
}

static int map_file(void)
{
	struct bytes b;
	enum err err = guarded_map(held.file, 5, &b);
	guarded_unmap();
	return err == E_OK ? 0 : 2;
}

static int abort_now(void)
{
	abort();
}

static const struct {
	const char *name;
	int (*act)(void);
} acts[] = {
	{"open-inside", open_inside},
	{"open-outside", open_outside},
	{"open-by-number", open_by_number},
	{"openat2-outside", openat2_outside},
	{"write-inside", write_inside},
	{"create-inside", create_inside},
	{"create-office", create_office},
	{"nameless-office", nameless_office},
	{"delete-office", delete_office},
	{"link-office", link_office},
	{"run-office", run_office},
	{"list-parent", list_parent},
	{"socket", make_socket},
	{"unix-socket", make_unix_socket},
	{"connect", connect_out},
	{"bind", bind_port},
	{"accept", accept_one},
	{"exec", run_program},
	{"fork", fork_off},
	{"vfork", vfork_off},
	{"ptrace", trace_parent},
	{"kill", kill_parent},
	{"map-code", map_code},
	{"make-code", make_code},
	{"limits", allow_core},
	{"delete", delete_file},
	{"thread", start_thread},
	{"memory", use_memory},
	{"sort", sort_much},
	{"held", read_held},
	{"map-file", map_file},
	{"enough", use_enough},
	{"too-much", use_too_much},
	{"fork-and-wait", fork_and_wait},
	{"abort", abort_now},
};

static int prepare(const char *folder)
{
	struct ip local;
	if (!ip_parse(STR("127.0.0.1"), &local) ||
		socket_listen(local, 0, &held.listener) != E_OK ||
		socket_port(held.listener, &held.port) != E_OK ||
		folder_open(AT_FDCWD, folder, &held.folder) != E_OK)
		return -1;
	struct sockaddr_in to = loopback();
	held.file = openat(held.folder, "inside", O_RDONLY | O_CLOEXEC);
	held.client = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	held.spare = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (held.client < 0 || held.spare < 0 || held.file < 0)
		return -1;
	return connect(held.client, (const struct sockaddr *)&to, sizeof(to));
}

/* A worker is a copy of its maker. */
static enum err enter_worker(void)
{
	pid_t pid;
	uint64_t used;
	int meter, status;
	TRY(memory_meter_open(&meter));
	TRY(sandbox_enter_maker());
	TRY(fork_copy(&pid));
	if (pid == 0) {
		TRY(memory_meter_read(meter, &used));
		return sandbox_enter_worker(used + WORKER_MEMORY);
	}
	TRY(fork_wait(pid, &status));
	/* Ends as it did. */
	if (WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT)
		abort();
	if (WIFSIGNALED(status))
		(void)syscall(SYS_ptrace, PTRACE_TRACEME, 0, NULL, NULL);
	sandbox_exit(WIFEXITED(status) ? WEXITSTATUS(status) : 4);
}

static enum err enter_desk(const char *folder)
{
	char office[4096];
	const char *const writable[] = {office, NULL};
	int size = snprintf(office, sizeof(office), "%s/office", folder);
	return size > 0 && (size_t)size < sizeof(office) ? sandbox_enter_desk(folder, writable)
							 : E_LIMIT;
}

static enum err enter(const char *role, const char *folder)
{
	return strcmp(role, "parse") == 0     ? sandbox_enter_parse()
	       : strcmp(role, "portal") == 0  ? sandbox_enter_portal(folder)
	       : strcmp(role, "desk") == 0    ? enter_desk(folder)
	       : strcmp(role, "mail") == 0    ? sandbox_enter_mail(folder)
	       : strcmp(role, "fetch") == 0   ? sandbox_enter_fetch()
	       : strcmp(role, "compile") == 0 ? sandbox_enter_compile()
	       : strcmp(role, "maker") == 0   ? sandbox_enter_maker()
	       : strcmp(role, "worker") == 0  ? enter_worker()
					      : E_USAGE;
}

int main(int argc, char **argv)
{
	if (argc != 4 || prepare(argv[2]) != 0)
		return 4;
	enum err err = enter(argv[1], argv[2]);
	if (err != E_OK)
		sandbox_exit(3);
	for (size_t i = 0; i < sizeof(acts) / sizeof(acts[0]); i++)
		if (strcmp(argv[3], acts[i].name) == 0)
			sandbox_exit(acts[i].act());
	sandbox_exit(4);
}
