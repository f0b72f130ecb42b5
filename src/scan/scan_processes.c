/* SPDX-License-Identifier: Apache-2.0 */
/* Processes: the file each runs, also one without a name, and what is in its memory. */
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "scan/scan_processes.h"
#include "survey/reasons.h"
#include "survey/regions.h"

/* --- what is told --- */

struct str process_label(pid_t pid, const char *name, char room[PROCESS_LABEL])
{
	int size = name[0] ? snprintf(room, PROCESS_LABEL, "process %d (%s)", (int)pid, name)
			   : snprintf(room, PROCESS_LABEL, "process %d", (int)pid);
	return (struct str){room, (size_t)size};
}

static void missed(struct scan *s, struct str label, enum unscanned reason, const char *about)
{
	scan_tally(s, s->process, &(struct tally){.unscanned = true});
	scan_not_scanned(s, OBJECT_PROCESS, label, STR(""), reason, str_from(about));
}

void process_missed(struct looking *l, enum unscanned reason, const char *about)
{
	missed(l->s, l->label, reason, about);
}

static void find(struct looking *l, struct str why, struct str object)
{
	const struct rule_match match = {.set = STR("processes"), .rule = why};
	const struct finding finding = {
		.object = object, .matches = &match, .match_count = 1, .match_total = 1};
	scan_tell(l->s, l->s->process, OBJECT_PROCESS, l->label, &finding);
}

/* --- its program --- */

static bool lies_in_temporary(struct str path)
{
	static const struct str folders[] = {
		STR_INIT("/tmp/"), STR_INIT("/var/tmp/"), STR_INIT("/dev/shm/")};
	for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]); i++)
		if (str_starts(path, folders[i]))
			return true;
	return false;
}

/* After an update many a program runs from a file that was replaced: no sign by itself. */
static void judge_nameless(struct looking *l, struct str path)
{
	if (str_starts(path, STR("/memfd:")))
		find(l, WHY_NO_FILE, path);
	else if (lies_in_temporary(path))
		find(l, WHY_DELETED_PROGRAM, path);
}

/* A file with a name is called by it, whoever runs it; one without by the process. */
static enum err take_program(
	struct looking *l, int fd, const struct entry_facts *facts, const char *path)
{
	struct str name = str_from(path);
	const struct task task = {
		.kind = TASK_FILE, .stamp = facts->stamp, .path = l->label, .extra = STR("")};
	if (!take_deleted(&name))
		return scan_take_named(l->s, name, fd, facts);
	judge_nameless(l, name);
	if (facts->stamp.size <= l->s->file_size_most)
		return scan_take_open(l->s, &task, OBJECT_PROCESS, fd, facts);
	file_close(&fd);
	process_missed(l, UNSCANNED_SIZE, "");
	return E_OK;
}

/* *ret_ours: another of ourselves, which has the rules in its memory. */
static enum err look_at_program(struct looking *l, bool *ret_ours)
{
	char path[RUNNING_PATH];
	struct entry_facts facts;
	int fd;
	TRY(running_program(l->proc, l->pid, &fd, &facts, path));
	*ret_ours =
		facts.stamp.device == l->s->self.device && facts.stamp.inode == l->s->self.inode;
	if (!*ret_ours)
		return take_program(l, fd, &facts, path);
	file_close(&fd);
	return E_OK;
}

/* --- one process --- */

/* Also after a new program took its number. */
static bool has_ended(const struct looking *l)
{
	struct running_facts now;
	return running_facts(l->proc, l->pid, &now) == E_NOTFOUND || now.ended ||
	       now.began != l->facts.began;
}

static bool ends_the_scan(enum err err)
{
	return err == E_NOMEM || err == E_CRASHED || err == E_VERSION || err == E_CORRUPT;
}

static enum err look_inside(struct looking *l)
{
	bool ours = false;
	enum err err = look_at_program(l, &ours);
	/* Without root's rights even our own workers do not tell their program. */
	if (ours || pool_has_process(l->s->pool, l->pid))
		return E_OK;
	l->s->totals.processes++;
	if (err == E_OK || err == E_NOTFOUND)
		err = process_look_at_memory(l);
	if (err == E_OK || l->s->stopped || ends_the_scan(err))
		return l->s->stopped ? E_OK : err;
	if (!has_ended(l))
		process_missed(l, unscanned_for(err), "");
	return E_OK;
}

/* `hidden`: no list names it. */
static enum err look_at(struct scan *s, int proc, pid_t pid, bool hidden)
{
	struct looking l = {.s = s, .proc = proc, .memory = -1, .pages = -1, .pid = pid};
	TRY(scan_note(s, proc, pid, &s->process));
	enum err err = running_facts(proc, pid, &l.facts);
	l.label = process_label(pid, err == E_OK ? l.facts.name : "", l.name);
	if (hidden)
		find(&l, WHY_HIDDEN_PROCESS, STR(""));
	/* What no call shows cannot be looked into. */
	if (err != E_OK && hidden)
		process_missed(&l, UNSCANNED_DENIED, "");
	else if (err != E_OK && err != E_NOTFOUND)
		process_missed(&l, unscanned_for(err), "");
	err = err == E_OK && !l.facts.kernel && !l.facts.ended ? look_inside(&l) : E_OK;
	s->process = 0;
	return err;
}

/* --- all --- */

struct listing {
	struct scan *s;
	int proc;
};

static enum err on_number(void *context, pid_t pid)
{
	const struct listing *l = context;
	TRY(scan_turn(l->s, 0, false));
	return l->s->stopped ? E_BUSY : look_at(l->s, l->proc, pid, false);
}

static enum err take_turn(void *context)
{
	struct scan *s = context;
	TRY(scan_turn(s, 1, false));
	return s->stopped ? E_BUSY : E_OK;
}

static enum err look_at_hidden(struct scan *s, int proc)
{
	pid_t found[HIDDEN_MOST];
	size_t count = 0;
	const struct turn turn = {s, take_turn};
	TRY(processes_hidden(&turn, proc, found, &count));
	for (size_t i = 0; i < count && !s->stopped; i++)
		TRY(look_at(s, proc, found[i], true));
	return E_OK;
}

/* All are known by name before the first finding: several may run the same nameless file. */
static enum err on_noted(void *context, pid_t pid)
{
	const struct listing *l = context;
	size_t note;
	return scan_note(l->s, l->proc, pid, &note);
}

static enum err look_at_these(struct scan *s, int proc)
{
	const struct scan_order *o = s->order;
	struct listing l = {s, proc};
	for (size_t i = 0; i < o->pid_count; i++)
		TRY(on_noted(&l, o->pids[i]));
	for (size_t i = 0; i < o->pid_count && !s->stopped; i++)
		TRY(look_at(s, proc, o->pids[i], false));
	return E_OK;
}

static enum err look_at_all(struct scan *s, int proc)
{
	struct listing l = {s, proc};
	if (s->order->pid_count > 0)
		return look_at_these(s, proc);
	TRY(running_each(proc, on_noted, &l));
	TRY(running_each(proc, on_number, &l));
	return look_at_hidden(s, proc);
}

enum err scan_processes(struct scan *s)
{
	struct entry_facts self;
	char path[RUNNING_PATH];
	int proc, fd;
	if (folder_open(AT_FDCWD, "/proc", &proc) != E_OK) {
		missed(s, STR("/proc"), UNSCANNED_DENIED, "");
		return E_OK;
	}
	enum err err = running_program(proc, getpid(), &fd, &self, path);
	if (err == E_OK) {
		s->self = (struct identity){self.stamp.device, self.stamp.inode};
		file_close(&fd);
		err = look_at_all(s, proc);
	}
	file_close(&proc);
	return s->stopped ? E_OK : err;
}
