/* SPDX-License-Identifier: Apache-2.0 */
/* What was found out about a job, told on. */
#include <stdio.h>

#include "base/limits.h"
#include "os/running.h"
#include "scan/scan_parts.h"

void scan_not_scanned(struct scan *s, enum object_kind kind, struct str path, struct str object,
	enum unscanned reason, struct str about)
{
	const struct not_scanned what = {
		.kind = kind, .reason = reason, .path = path, .object = object, .about = about};
	s->sink->not_scanned(s->sink->context, &what);
}

void scan_not_reached(struct scan *s, enum object_kind kind, struct str path)
{
	s->totals.not_scanned++;
	scan_not_scanned(s, kind, path, STR(""), UNSCANNED_INTERRUPTED, STR(""));
}

static void job_not_scanned(
	struct scan *s, struct job *job, struct str object, enum unscanned reason, struct str about)
{
	job->unscanned = true;
	if (job->unscanned_for[reason]++ < LIMIT_SCAN_TOLD)
		scan_not_scanned(s, job->kind, job->task.path, object, reason, about);
}

/* One archive can hold more that cannot be opened than anybody can read: a number stands for it. */
static void tell_the_rest(struct scan *s, const struct job *job)
{
	char digits[24];
	for (int i = 0; i < UNSCANNED__COUNT; i++) {
		if (job->unscanned_for[i] <= LIMIT_SCAN_TOLD)
			continue;
		(void)snprintf(digits, sizeof(digits), "+%u",
			(unsigned)(job->unscanned_for[i] - LIMIT_SCAN_TOLD));
		scan_not_scanned(
			s, job->kind, job->task.path, STR(""), (enum unscanned)i, str_from(digits));
	}
}

/* --- findings --- */

static void name_process(
	const struct scan *s, size_t process, struct finding *f, char owner[RUNNING_NAME])
{
	if (process == 0)
		return;
	const struct process_note *note = &s->notes[process - 1];
	running_user_name(note->user, owner);
	f->pid = note->pid;
	f->owner = str_from(owner);
	if (note->program)
		f->program = str_from(note->program);
}

static enum outcome outcome_of(const struct finding *told)
{
	for (size_t i = 0; i < told->match_count; i++)
		if (told->matches[i].ours)
			return OUTCOME_INFECTED;
	return OUTCOME_SUSPICIOUS;
}

static void pass_on(struct scan *s, size_t process, enum object_kind kind, struct str path,
	const struct finding *told)
{
	char owner[RUNNING_NAME];
	struct finding f = *told;
	name_process(s, process, &f, owner);
	f.kind = kind;
	f.path = path;
	f.outcome = outcome_of(told);
	for (size_t i = 0; i < f.match_count && f.family.size == 0; i++)
		f.family = f.matches[i].family;
	s->sink->finding(s->sink->context, &f);
}

/* To compare with other engines all are needed. */
void scan_find(struct scan *s, struct job *job, const struct finding *told)
{
	enum outcome outcome = outcome_of(told);
	if (outcome == OUTCOME_INFECTED)
		job->infected = true;
	else
		job->suspicious = true;
	if (job->found_as[outcome]++ >= LIMIT_SCAN_FOUND && !s->order->all_matches)
		return;
	pass_on(s, job->process, job->kind, job->task.path, told);
	if (job->process != 0 && job->task.kind == TASK_FILE)
		scan_tell_sharers(s, job, told);
}

/* One archive can hold thousands of the same. */
static void tell_more(struct scan *s, const struct job *job)
{
	for (int i = 0; i < OUTCOME__COUNT && s->sink->found_more && !s->order->all_matches; i++) {
		if (job->found_as[i] <= LIMIT_SCAN_FOUND)
			continue;
		const struct found_more more = {.kind = job->kind,
			.outcome = (enum outcome)i,
			.path = job->task.path,
			.count = job->found_as[i] - LIMIT_SCAN_FOUND};
		s->sink->found_more(s->sink->context, &more);
	}
}

void scan_tell(struct scan *s, size_t process, enum object_kind kind, struct str path,
	const struct finding *told)
{
	bool infected = outcome_of(told) == OUTCOME_INFECTED;
	pass_on(s, process, kind, path, told);
	scan_tally(s, process, &(struct tally){.infected = infected, .suspicious = !infected});
}

static bool was_told(const struct scan *s, size_t process, enum outcome outcome)
{
	return process != 0 && identities_has(&s->told, (struct identity){outcome, process});
}

/* Without memory one is rather counted twice than not at all. */
static bool first_time(struct scan *s, size_t process, enum outcome outcome)
{
	bool new = true;
	if (process == 0)
		return true;
	return identities_add(&s->told, (struct identity){outcome, process}, &new) != E_OK || new;
}

void scan_tally(struct scan *s, size_t process, const struct tally *tally)
{
	struct scan_totals *t = &s->totals;
	if (tally->infected && first_time(s, process, OUTCOME_INFECTED)) {
		t->infected++;
		t->suspicious -= was_told(s, process, OUTCOME_SUSPICIOUS);
	}
	if (tally->suspicious && !tally->infected && !was_told(s, process, OUTCOME_INFECTED) &&
		first_time(s, process, OUTCOME_SUSPICIOUS))
		t->suspicious++;
	if (tally->unscanned && first_time(s, process, OUTCOME_NOT_SCANNED))
		t->not_scanned++;
}

void scan_on_answer(void *context, struct job *job, const struct answer *answer)
{
	struct scan *s = context;
	switch (answer->kind) {
	case ANSWER_FINDING:
		if (job->kind == OBJECT_CONNECTION)
			scan_on_connection(s, job, answer);
		else
			scan_find(s, job, &answer->finding);
		break;
	case ANSWER_UNSCANNED:
		job_not_scanned(s, job, answer->unscanned.object, answer->unscanned.reason,
			answer->unscanned.about);
		break;
	case ANSWER_ENTRY:
		scan_on_entry(s, job, &answer->entry);
		break;
	case ANSWER_MATCH:
	case ANSWER_FOUND:
	case ANSWER_DONE:
	case ANSWER__COUNT:
		break;
	}
}

/* --- the end of a job --- */

static void count(struct scan *s, const struct job *job)
{
	struct scan_totals *t = &s->totals;
	scan_tally(
		s, job->process, &(struct tally){job->infected, job->suspicious, job->unscanned});
	switch (job->kind) {
	case OBJECT_FILE:
		t->files++;
		t->bytes += job->task.stamp.size;
		break;
	case OBJECT_PLACE:
		t->places++;
		break;
	case OBJECT_PROCESS:
	case OBJECT_CONNECTION:
	case OBJECT__COUNT:
		break;
	}
}

static void end_job(struct scan *s, struct job *job)
{
	tell_more(s, job);
	tell_the_rest(s, job);
	count(s, job);
	if (s->verdicts && job->cacheable && !job->infected && !job->suspicious && !job->unscanned)
		verdicts_add(s->verdicts, &job->task.stamp, job->task.path);
	job_free(job);
}

void scan_on_done(void *context, struct job *job, bool whole, uint64_t bytes)
{
	struct scan *s = context;
	if (job->kind == OBJECT_CONNECTION)
		s->totals.connections += bytes;
	job->cacheable = job->cacheable && whole;
	if (s->second && job->kind == OBJECT_FILE)
		second_ask(s->second, job);
	else
		end_job(s, job);
}

void scan_on_failed(void *context, struct job *job, enum unscanned reason, struct str about)
{
	job_not_scanned(context, job, STR(""), reason, about);
	end_job(context, job);
}

void scan_on_second(void *context, struct job *job, enum second_word word, struct str name)
{
	struct scan *s = context;
	const struct rule_match match = {.set = STR("clamd"), .rule = name};
	switch (word) {
	case SECOND_FOUND:
		scan_find(s, job,
			&(struct finding){.matches = &match, .match_count = 1, .match_total = 1});
		break;
	case SECOND_SILENT:
		job_not_scanned(s, job, STR(""), UNSCANNED_SECOND, name);
		break;
	case SECOND_NOTHING:
		break;
	}
	end_job(s, job);
}
