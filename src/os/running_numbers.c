/* SPDX-License-Identifier: Apache-2.0 */
/* Which processes there are, asked in more than one way. */
#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "os/running.h"
#include "os/system.h"

enum {
	NAME = 64,
	STATUS = 4096,
	SPARE = 65536, /* numbers given to what was never begun */
	KERNEL_STAT = 1 << 22
};

struct numbers {
	running_number_fn *fn;
	void *context;
};

static enum err on_name(void *context, const char *name)
{
	const struct numbers *n = context;
	uint64_t number;
	return str_to_u64(str_from(name), RUNNING_NUMBERS, &number) && number > 0
		       ? n->fn(n->context, (pid_t)number)
		       : E_OK;
}

enum err running_each(int proc, running_number_fn *fn, void *context)
{
	struct numbers n = {fn, context};
	return folder_each(proc, on_name, &n);
}

enum err running_threads(int proc, pid_t pid, running_number_fn *fn, void *context)
{
	struct numbers n = {fn, context};
	char name[NAME];
	int folder;
	snprintf(name, sizeof(name), "%d/task", (int)pid);
	TRY(folder_open(proc, name, &folder));
	enum err err = folder_each(folder, on_name, &n);
	file_close(&folder);
	return err;
}

/* A filter may answer for the kernel: one that knows a number nobody has is not to be asked. */
static bool has_scheduler(pid_t number)
{
	return sched_getscheduler(number) >= 0 || errno == EPERM;
}

static bool takes_signals(pid_t number)
{
	return kill(number, 0) == 0 || errno == EPERM;
}

static bool has_folder(int proc, pid_t number)
{
	char name[NAME];
	snprintf(name, sizeof(name), "%d/stat", (int)number);
	return faccessat(proc, name, F_OK, 0) == 0;
}

bool running_takes_signals(pid_t number)
{
	static const pid_t nobody = INT32_MAX;
	return takes_signals(number) && !takes_signals(nobody);
}

bool running_answers(int proc, pid_t number)
{
	static const pid_t nobody = INT32_MAX;
	if (takes_signals(number))
		return !takes_signals(nobody);
	if (has_scheduler(number))
		return !has_scheduler(nobody);
	return has_folder(proc, number);
}

/* --- texts of the kernel --- */

static enum err read_text(int proc, const char *name, char *text, size_t capacity)
{
	size_t size;
	int fd = openat(proc, name, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	if (fd < 0)
		return errno == ESRCH ? E_NOTFOUND : system_err(errno);
	enum err err = file_read(fd, (uint8_t *)text, capacity - 1, &size);
	file_close(&fd);
	if (err == E_OK)
		text[size] = '\0';
	return err;
}

static uint64_t number_at(struct str text)
{
	size_t size = 0;
	uint64_t number = 0;
	text = str_trim(text);
	while (size < text.size && text.data[size] >= '0' && text.data[size] <= '9')
		size++;
	return str_to_u64((struct str){text.data, size}, UINT64_MAX, &number) ? number : 0;
}

/* Behind a word in a text; 0: none. */
static uint64_t number_behind(struct str text, struct str word)
{
	size_t at = str_find(text, word);
	if (at == text.size)
		return 0;
	at += word.size;
	return number_at((struct str){text.data + at, text.size - at});
}

enum err running_owner(int proc, pid_t number, struct running_owner *ret_owner)
{
	char name[NAME], text[STATUS];
	snprintf(name, sizeof(name), "%d/status", (int)number);
	TRY(read_text(proc, name, text, sizeof(text)));
	uint64_t pid = number_behind(str_from(text), STR("\nTgid:"));
	if (pid == 0 || pid > RUNNING_NUMBERS)
		return E_SYNTAX;
	ret_owner->whole = (pid_t)pid;
	/* "Uid:" real, effective, saved, of files: between tabs */
	struct str users, rest = str_from(text);
	size_t at = str_find(rest, STR("\nUid:\t"));
	users = (struct str){rest.data + at, rest.size - at};
	str_cut(users, '\t', &users);
	str_cut(users, '\t', &users);
	ret_owner->user = (uint32_t)number_at(users);
	return E_OK;
}

void running_user_name(uint32_t user, char ret_name[RUNNING_NAME])
{
	char buffer[STATUS];
	struct passwd entry, *found = NULL;
	if (getpwuid_r(user, &entry, buffer, sizeof(buffer), &found) != 0)
		found = NULL;
	if (found && strlen(found->pw_name) < RUNNING_NAME)
		snprintf(ret_name, RUNNING_NAME, "%s", found->pw_name);
	else
		snprintf(ret_name, RUNNING_NAME, "%u", (unsigned)user);
}

/* Processes and threads begun since the machine was: as long as there were fewer than numbers, no
 * number can be higher. */
static uint64_t begun(int proc)
{
	static char text[KERNEL_STAT];
	if (read_text(proc, "stat", text, sizeof(text)) != E_OK)
		return RUNNING_NUMBERS;
	uint64_t count = number_behind(str_from(text), STR("\nprocesses "));
	return count == 0 ? RUNNING_NUMBERS : count + count / 4 + SPARE;
}

pid_t running_numbers(int proc)
{
	char text[NAME];
	uint64_t most = RUNNING_NUMBERS;
	if (read_text(proc, "sys/kernel/pid_max", text, sizeof(text)) == E_OK)
		most = number_at(str_from(text));
	uint64_t used = begun(proc);
	if (most == 0 || most > RUNNING_NUMBERS)
		most = RUNNING_NUMBERS;
	return (pid_t)(used < most ? used : most);
}

bool running_is_ours(int proc)
{
	char target[NAME];
	uint64_t number;
	ssize_t size = readlinkat(proc, "self", target, sizeof(target) - 1);
	return size > 0 &&
	       str_to_u64((struct str){target, (size_t)size}, RUNNING_NUMBERS, &number) &&
	       (pid_t)number == getpid();
}
