/* SPDX-License-Identifier: Apache-2.0 */
/* Connections to other machines, and the files that say which machine has which name. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "scan/scan_processes.h"
#include "survey/connections.h"

enum {
	FIRST_HOLDERS = 1024
};

/* Which process has which socket. */
struct holder {
	uint64_t socket;
	pid_t pid;
};

static void missed(struct scan *s, const char *path, enum err err)
{
	s->totals.not_scanned++;
	scan_not_scanned(
		s, OBJECT_CONNECTION, str_from(path), STR(""), unscanned_for(err), STR(""));
}

/* --- holders --- */

static enum err add_holder(struct scan *s, struct holder holder)
{
	if (s->holder_count == s->holder_capacity) {
		size_t capacity = s->holder_capacity ? 2 * s->holder_capacity : FIRST_HOLDERS;
		struct holder *holders = realloc(s->holders, capacity * sizeof(*holders));
		if (!holders)
			return E_NOMEM;
		s->holders = holders;
		s->holder_capacity = capacity;
	}
	s->holders[s->holder_count++] = holder;
	return E_OK;
}

static int by_socket(const void *a, const void *b)
{
	const struct holder *x = a, *y = b;
	if (x->socket != y->socket)
		return x->socket < y->socket ? -1 : 1;
	return x->pid < y->pid ? -1 : x->pid > y->pid;
}

/* The first process of those that share it. */
static const struct holder *holder_of(const struct scan *s, uint64_t socket)
{
	size_t low = 0, high = s->holder_count;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (s->holders[middle].socket < socket)
			low = middle + 1;
		else
			high = middle;
	}
	return low < s->holder_count && s->holders[low].socket == socket ? &s->holders[low] : NULL;
}

/* --- tables of the kernel --- */

struct tables {
	struct scan *s;
	int proc;
	pid_t pid;
	uint64_t network, own;      /* of that process; ours */
	struct identities networks; /* whose tables were given */
};

static enum err give(struct scan *s, struct str path, const char *what, int fd, uint64_t size)
{
	const struct entry_facts none = {.type = ENTRY_FILE};
	const struct task task = {.kind = TASK_NETWORK,
		.stamp = {.size = size},
		.path = path,
		.extra = str_from(what)};
	return scan_take_open(s, &task, OBJECT_CONNECTION, fd, &none);
}

static enum err give_table(struct tables *t, const char *name, const char *what)
{
	char path[PROCESS_LABEL];
	int fd;
	enum err err = running_table(t->proc, t->pid, name, &fd);
	int size = t->network == t->own
			   ? snprintf(path, sizeof(path), "/proc/net/%s", name)
			   : snprintf(path, sizeof(path), "/proc/%d/net/%s", (int)t->pid, name);
	if (err == E_OK)
		return give(t->s, (struct str){path, (size_t)size}, what, fd, 0);
	/* A kernel without IPv6 has no such table; a process may have ended. */
	if (err != E_NOTFOUND)
		missed(t->s, path, err);
	return E_OK;
}

static enum err give_tables(struct tables *t)
{
	TRY(give_table(t, "tcp", NETWORK_TCP));
	TRY(give_table(t, "tcp6", NETWORK_TCP));
	TRY(give_table(t, "udp", NETWORK_UDP));
	return give_table(t, "udp6", NETWORK_UDP);
}

static enum err on_link(void *context, struct str target)
{
	const struct tables *t = context;
	uint64_t socket;
	return socket_inode(target, &socket) ? add_holder(t->s, (struct holder){socket, t->pid})
					     : E_OK;
}

/* Those of others cannot be asked; that they were not looked at is told with their memory. */
static enum err on_holder(void *context, pid_t pid)
{
	struct tables *t = context;
	t->pid = pid;
	enum err err = running_links(t->proc, pid, on_link, t);
	return err == E_NOMEM ? err : E_OK;
}

static enum err on_network(void *context, pid_t pid)
{
	struct tables *t = context;
	bool new = false;
	t->pid = pid;
	if (running_network(t->proc, pid, &t->network) != E_OK)
		return E_OK;
	TRY(identities_add(&t->networks, (struct identity){1, t->network}, &new));
	if (new)
		TRY(give_tables(t));
	return t->s->stopped ? E_BUSY : E_OK;
}

/* All holders are known before the first answer is heard. */
static enum err look_at_tables(struct scan *s)
{
	struct tables t = {.s = s};
	if (folder_open(AT_FDCWD, "/proc", &t.proc) != E_OK) {
		missed(s, "/proc", E_DENIED);
		return E_OK;
	}
	if (running_network(t.proc, getpid(), &t.own) != E_OK)
		t.own = 0;
	enum err err = running_each(t.proc, on_holder, &t);
	if (s->holder_count > 0)
		qsort(s->holders, s->holder_count, sizeof(*s->holders), by_socket);
	if (err == E_OK)
		err = running_each(t.proc, on_network, &t);
	identities_release(&t.networks);
	file_close(&t.proc);
	return err;
}

/* --- names of machines --- */

static enum err look_at_file(struct scan *s, const char *path, const char *what)
{
	struct entry_facts facts;
	int fd;
	enum err err = entry_open_inside(s->root, path, &fd, &facts);
	if (err == E_OK)
		return give(s, str_from(path), what, fd, facts.stamp.size);
	if (err != E_NOTFOUND)
		missed(s, path, err);
	return E_OK;
}

static enum err look_at_all(struct scan *s)
{
	TRY(look_at_tables(s));
	TRY(look_at_file(s, "/etc/hosts", NETWORK_HOSTS));
	TRY(look_at_file(s, "/etc/resolv.conf", NETWORK_RESOLVER));
	/* What resolved asks, when resolv.conf names only itself. */
	return look_at_file(s, "/run/systemd/resolve/resolv.conf", NETWORK_RESOLVER);
}

enum err scan_connections(struct scan *s)
{
	enum err err = look_at_all(s);
	return s->stopped ? E_OK : err;
}

/* --- what is found --- */

void scan_on_connection(struct scan *s, struct job *job, const struct answer *answer)
{
	char room[PROCESS_LABEL];
	const struct holder *holder = answer->socket != 0 ? holder_of(s, answer->socket) : NULL;
	size_t note;
	int proc;
	if (!holder || folder_open(AT_FDCWD, "/proc", &proc) != E_OK) {
		scan_find(s, job, &answer->finding);
		return;
	}
	enum err err = scan_note(s, proc, holder->pid, &note);
	file_close(&proc);
	if (err == E_OK)
		scan_tell(s, note, OBJECT_CONNECTION,
			process_label(holder->pid, s->notes[note - 1].name, room),
			&answer->finding);
	else
		scan_find(s, job, &answer->finding);
}
