/* SPDX-License-Identifier: Apache-2.0 */
#include "scanner/holders.h"

#include <fcntl.h>
#include <stdio.h>

#include "scanner/things.h"

#define DELETED STR(" (deleted)")

enum {
	USERS_BYTES = 16 << 20,
	USER_FIELD = 2 /* of /etc/passwd: the number */
};

/* --- whose --- */

static bool is_user(struct str line, uint32_t wanted, struct str *ret_name)
{
	uint64_t number;
	struct str field = {NULL, 0};
	*ret_name = str_cut(line, ':', &line);
	for (int i = 0; i < USER_FIELD; i++)
		field = str_cut(line, ':', &line);
	return str_to_u64(field, UINT32_MAX, &number) && number == wanted;
}

static void name_user(uint32_t user, char ret_owner[HOLDER_OWNER])
{
	struct writer users;
	struct str name;
	writer_init(&users, USERS_BYTES);
	(void)snprintf(ret_owner, HOLDER_OWNER, "%u", (unsigned)user);
	struct str rest = {NULL, 0};
	if (file_load(AT_FDCWD, "/etc/passwd", &users) == E_OK)
		rest = writer_view_str(&users);
	while (rest.size > 0) {
		if (!is_user(str_cut(rest, '\n', &rest), user, &name) || name.size >= HOLDER_OWNER)
			continue;
		memcpy(ret_owner, name.data, name.size);
		ret_owner[name.size] = '\0';
		break;
	}
	writer_release(&users);
}

/* --- the process --- */

static void ask_owner(int proc, uint32_t pid, struct holder *room)
{
	char name[16];
	struct entry_facts facts;
	(void)snprintf(name, sizeof(name), "%u", (unsigned)pid);
	if (entry_facts(proc, name, &facts) == E_OK)
		name_user(facts.owner, room->owner);
}

static void ask_program(int proc, uint32_t pid, struct holder *room)
{
	struct entry_facts facts;
	int fd;
	if (running_program(proc, (pid_t)pid, &fd, &facts, room->program) != E_OK)
		room->program[0] = '\0';
	else
		file_close(&fd);
	struct str path = str_from(room->program);
	if (str_ends(path, DELETED))
		room->program[path.size - DELETED.size] = '\0';
}

void holder_fill(struct finding *f, struct holder *room)
{
	struct str name;
	int proc;
	room->program[0] = room->owner[0] = '\0';
	if (f->kind != OBJECT_PROCESS || (f->program.size > 0 && f->owner.size > 0))
		return;
	if (f->pid == 0 && !process_label_read(f->path, &f->pid, &name))
		return;
	if (folder_open(AT_FDCWD, "/proc", &proc) != E_OK)
		return;
	ask_owner(proc, f->pid, room);
	ask_program(proc, f->pid, room);
	file_close(&proc);
	if (f->program.size == 0)
		f->program = str_from(room->program);
	if (f->owner.size == 0)
		f->owner = str_from(room->owner);
}
