/* SPDX-License-Identifier: Apache-2.0 */
/* Processes that are there and that the list of /proc does not name: what a rootkit takes out of it
 * still answers to its number, or is counted where the kernel accounts for it. */
#include <fcntl.h>
#include <stdlib.h>

#include "os/system.h"
#include "scan/scan_processes.h"

enum {
	ROUNDS = 3, /* processes come and go: asked so often, with a fresh list each time */
	TURN = 4096,
	NEAR = 4096,
	GROUP_BYTES = 1 << 20,
	GROUP_DEPTH = 16,
	BITS = 64
};

/* --- numbers --- */

enum err number_set_init(struct number_set *set, pid_t end)
{
	set->words = calloc((size_t)end / BITS + 1, sizeof(*set->words));
	set->end = end;
	return set->words ? E_OK : E_NOMEM;
}

void number_set_release(struct number_set *set)
{
	free(set->words);
	*set = (struct number_set){NULL, 0};
}

void number_set_add(struct number_set *set, pid_t number)
{
	if (number > 0 && number < set->end)
		set->words[number / BITS] |= UINT64_C(1) << number % BITS;
}

bool number_set_has(const struct number_set *set, pid_t number)
{
	return number > 0 && number < set->end &&
	       (set->words[number / BITS] >> number % BITS & 1) != 0;
}

static enum err on_number(void *context, pid_t number)
{
	number_set_add(context, number);
	return E_OK;
}

/* --- what lists name --- */

struct listing {
	int proc;
	struct number_set *into;
};

static enum err on_listed(void *context, pid_t pid)
{
	const struct listing *l = context;
	number_set_add(l->into, pid);
	/* It may have ended. */
	(void)!running_threads(l->proc, pid, on_number, l->into);
	return E_OK;
}

static enum err read_lists(int proc, struct number_set *into)
{
	struct listing l = {proc, into};
	memset(into->words, 0, ((size_t)into->end / BITS + 1) * sizeof(*into->words));
	return running_each(proc, on_listed, &l);
}

/* --- what control groups count --- */

static void take_group(struct str text, struct number_set *into)
{
	while (text.size > 0) {
		uint64_t number;
		if (str_to_u64(str_cut(text, '\n', &text), INT32_MAX, &number))
			number_set_add(into, (pid_t)number);
	}
}

struct groups {
	int folder;
	unsigned depth;
	struct number_set *into;
};

static void read_group(struct groups *g);

static enum err on_group(void *context, const char *name)
{
	struct groups below = *(const struct groups *)context;
	int parent = below.folder;
	if (entry_open_folder(parent, name, &below.folder) != E_OK)
		return E_OK;
	below.depth++;
	read_group(&below);
	file_close(&below.folder);
	return E_OK;
}

/* Anybody may have laid a file of that name anywhere else. */
static bool is_kernels(int folder)
{
	enum file_system kind;
	return file_system_of(folder, &kind) == E_OK && kind == FILE_SYSTEM_KERNEL;
}

static void read_group(struct groups *g)
{
	struct writer text;
	writer_init(&text, GROUP_BYTES);
	if (is_kernels(g->folder) && file_load(g->folder, "cgroup.procs", &text) == E_OK)
		take_group(writer_view_str(&text), g->into);
	writer_release(&text);
	if (g->depth < GROUP_DEPTH)
		(void)!folder_each(g->folder, on_group, g);
}

static void read_groups(struct number_set *into)
{
	struct groups g = {.into = into};
	if (folder_open(AT_FDCWD, "/sys/fs/cgroup", &g.folder) != E_OK)
		return;
	read_group(&g);
	file_close(&g.folder);
}

/* --- compared --- */

struct comparing {
	const struct turn *turn;
	int proc;
	struct number_set listed, grouped;
	pid_t *found;
	size_t count;
};

static bool is_there(const struct comparing *c, pid_t number)
{
	return running_answers(c->proc, number) || number_set_has(&c->grouped, number);
}

static pid_t highest(const struct number_set *set)
{
	for (pid_t number = set->end - 1; number > 0; number--)
		if (number_set_has(set, number))
			return number;
	return 0;
}

/* Numbers are given one after the other: far above those that are listed one way to ask will do. */
static bool is_met(const struct comparing *c, pid_t number, pid_t near, pid_t end)
{
	if (number_set_has(&c->grouped, number))
		return true;
	if (number < near)
		return running_answers(c->proc, number);
	return number < end && running_takes_signals(number);
}

static enum err gather(struct comparing *c)
{
	read_groups(&c->grouped);
	TRY(read_lists(c->proc, &c->listed));
	const pid_t end = running_numbers(c->proc), near = highest(&c->listed) + NEAR;
	for (pid_t number = 1; number < RUNNING_NUMBERS && c->count < HIDDEN_MOST; number++) {
		if (!number_set_has(&c->listed, number) && is_met(c, number, near, end))
			c->found[c->count++] = number;
		if (number % TURN == 0)
			TRY(c->turn->take(c->turn->context));
	}
	return E_OK;
}

/* A thread is found with its process. */
static bool is_thread(int proc, pid_t number)
{
	struct running_owner owner;
	return running_owner(proc, number, &owner) == E_OK && owner.whole != number;
}

/* Those that are there before and after the list was read anew, and not in it. */
static enum err ask_again(struct comparing *c)
{
	size_t kept = 0;
	bool before[HIDDEN_MOST] = {false};
	memset(c->grouped.words, 0, ((size_t)c->grouped.end / BITS + 1) * sizeof(uint64_t));
	read_groups(&c->grouped);
	for (size_t i = 0; i < c->count; i++)
		before[i] = is_there(c, c->found[i]);
	TRY(read_lists(c->proc, &c->listed));
	memset(c->grouped.words, 0, ((size_t)c->grouped.end / BITS + 1) * sizeof(uint64_t));
	read_groups(&c->grouped);
	for (size_t i = 0; i < c->count; i++) {
		pid_t number = c->found[i];
		if (before[i] && !number_set_has(&c->listed, number) && is_there(c, number) &&
			!is_thread(c->proc, number))
			c->found[kept++] = number;
	}
	c->count = kept;
	return E_OK;
}

static enum err compare(struct comparing *c)
{
	TRY(gather(c));
	for (int i = 0; i < ROUNDS && c->count > 0; i++) {
		TRY(c->turn->take(c->turn->context));
		TRY(ask_again(c));
	}
	return E_OK;
}

/* Where a mount shows everybody only their own processes, those of others are in no list. */
static bool sees_all(int proc)
{
	struct running_facts first;
	return running_is_ours(proc) && running_facts(proc, 1, &first) == E_OK;
}

enum err processes_hidden(
	const struct turn *turn, int proc, pid_t found[HIDDEN_MOST], size_t *ret_count)
{
	struct comparing c = {.turn = turn, .proc = proc, .found = found};
	*ret_count = 0;
	if (!sees_all(proc))
		return E_OK;
	enum err err = number_set_init(&c.listed, RUNNING_NUMBERS);
	if (err == E_OK)
		err = number_set_init(&c.grouped, RUNNING_NUMBERS);
	if (err == E_OK)
		err = compare(&c);
	number_set_release(&c.listed);
	number_set_release(&c.grouped);
	if (err == E_OK)
		*ret_count = c.count;
	return err;
}
