/* SPDX-License-Identifier: Apache-2.0 */
/* What is remembered of processes, for what is found out about them later. */
#include <stdlib.h>

#include "scan/scan_processes.h"
#include "survey/regions.h"

enum {
	FIRST_NOTES = 256
};

static enum err grow(struct scan *s)
{
	size_t capacity = s->note_capacity ? 2 * s->note_capacity : FIRST_NOTES;
	struct process_note *notes = realloc(s->notes, capacity * sizeof(*notes));
	if (!notes)
		return E_NOMEM;
	s->notes = notes;
	s->note_capacity = capacity;
	return E_OK;
}

static void note_program(struct process_note *note, int proc, pid_t pid)
{
	char path[RUNNING_PATH];
	struct entry_facts facts;
	int fd = -1;
	if (running_program(proc, pid, &fd, &facts, path) != E_OK)
		return;
	struct str name = str_from(path);
	if (take_deleted(&name))
		note->nameless = (struct identity){facts.stamp.device, facts.stamp.inode};
	note->program = strndup(name.data, name.size);
	file_close(&fd);
}

/* E_NOTFOUND: none yet. */
static enum err find(const struct scan *s, pid_t pid, uint64_t began, size_t *ret_note)
{
	for (size_t i = s->note_count; i > 0; i--) {
		const struct process_note *note = &s->notes[i - 1];
		if (note->pid == (uint32_t)pid && note->began == began) {
			*ret_note = i;
			return E_OK;
		}
	}
	return E_NOTFOUND;
}

enum err scan_note(struct scan *s, int proc, pid_t pid, size_t *ret_note)
{
	struct running_facts facts = {.name = ""};
	struct running_owner owner = {0};
	if (running_facts(proc, pid, &facts) != E_OK)
		facts = (struct running_facts){.name = ""};
	if (find(s, pid, facts.began, ret_note) == E_OK)
		return E_OK;
	if (s->note_count == s->note_capacity)
		TRY(grow(s));
	if (running_owner(proc, pid, &owner) != E_OK)
		owner.user = 0;
	struct process_note *note = &s->notes[s->note_count++];
	*note = (struct process_note){
		.pid = (uint32_t)pid, .user = owner.user, .began = facts.began};
	memcpy(note->name, facts.name, sizeof(note->name));
	note_program(note, proc, pid);
	*ret_note = s->note_count;
	return E_OK;
}

void scan_notes_release(struct scan *s)
{
	for (size_t i = 0; i < s->note_count; i++)
		free(s->notes[i].program);
	free(s->notes);
}

void scan_tell_sharers(struct scan *s, const struct job *job, const struct finding *told)
{
	const struct file_stamp *file = &job->task.stamp;
	char room[PROCESS_LABEL];
	for (size_t i = 0; i < s->note_count; i++) {
		const struct process_note *note = &s->notes[i];
		if (i + 1 != job->process && note->nameless.inode == file->inode &&
			note->nameless.device == file->device)
			scan_tell(s, i + 1, OBJECT_PROCESS,
				process_label((pid_t)note->pid, note->name, room), told);
	}
}
