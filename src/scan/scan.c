/* SPDX-License-Identifier: Apache-2.0 */
#include "scan/scan.h"

#include <fcntl.h>
#include <stdlib.h>

#include "base/limits.h"
#include "os/fork.h"
#include "os/system.h"
#include "scan/scan_parts.h"

enum {
	AWAKE_NANOSECONDS = 250 * 1000 * 1000, /* more than that at once: we stood still */
	PROGRESS_NANOSECONDS = 200 * 1000 * 1000,
	PAUSE_MILLISECONDS = 100,
	DESCRIPTORS_OTHER = 256,     /* of a walk and of what surrounds it */
	DESCRIPTORS_WORKER = 3 * 64, /* two batches out and one being filled */
	FEW_LEVELS = 4,              /* of each of two walks, where descriptors are few */
	FEW_OTHER = 40,
	SECOND_QUEUE = 64
};
#define SAVE_NANOSECONDS UINT64_C(2000000000)

/* --- turns --- */

static void tell_progress(struct scan *s, bool now)
{
	const struct scan_totals *t = &s->totals;
	if (!s->sink->progress || (!now && s->awake - s->told_progress < PROGRESS_NANOSECONDS))
		return;
	s->told_progress = s->awake;
	bool counted = !s->counter;
	const struct scan_progress progress = {.files = t->files,
		.bytes = t->bytes,
		.files_expected = counted ? s->expected_files : 0,
		.bytes_expected = counted ? s->expected_bytes : 0,
		.path = writer_view_str(&s->current)};
	s->sink->progress(s->sink->context, &progress);
}

static void keep_time(struct scan *s)
{
	uint64_t now = system_monotonic();
	uint64_t passed = now - s->last;
	s->awake += passed < AWAKE_NANOSECONDS ? passed : AWAKE_NANOSECONDS;
	s->last = now;
	s->settled_before = system_now().seconds * INT64_C(1000000000) - s->settled_nanoseconds;
}

static void look_around(struct scan *s)
{
	keep_time(s);
	if (s->sink->stop && s->sink->stop(s->sink->context))
		s->stopped = true;
	if (s->verdicts && s->awake - s->saved > SAVE_NANOSECONDS) {
		s->saved = s->awake;
		verdicts_save(s->verdicts);
	}
	tell_progress(s, false);
}

/* Milliseconds to begin nothing new. */
static int must_wait(struct scan *s)
{
	uint64_t used = 0;
	if (s->sink->paused && s->sink->paused(s->sink->context))
		return PAUSE_MILLISECONDS;
	if (s->pace.share < 100)
		used = pool_used(s->pool) + system_processor_time();
	uint64_t wait = pace_wait(&s->pace, s->awake, used, s->read) / 1000000;
	return wait < PAUSE_MILLISECONDS ? (int)wait : PAUSE_MILLISECONDS;
}

/* Counts ahead as long as there is nothing to hear. */
static void wait_for_word(struct scan *s, int milliseconds)
{
	struct pollfd fds[POOL_WORKERS + SECOND_LINES];
	size_t count = pool_waits(s->pool, fds, POOL_WORKERS);
	if (s->second)
		count += second_waits(s->second, fds + count, SECOND_LINES);
	if (milliseconds == 0 && count == 0)
		return;
	bool more = milliseconds > 0 && s->counter;
	while (more && poll(fds, count, 0) == 0)
		more = scan_count(s);
	(void)poll(fds, count, milliseconds);
}

enum err scan_turn(struct scan *s, int milliseconds, bool all)
{
	int wait = must_wait(s);
	if (wait == 0 && !(s->second && second_jobs(s->second) > SECOND_QUEUE))
		TRY(pool_give(s->pool, all));
	wait_for_word(s, wait > milliseconds ? wait : milliseconds);
	pool_turn(s->pool, s->awake);
	if (s->second)
		second_turn(s->second, s->awake);
	look_around(s);
	return E_OK;
}

/* --- beginning --- */

static enum err add_own(struct scan *s, const char *path)
{
	struct entry_facts facts;
	bool new;
	if (entry_facts(AT_FDCWD, path, &facts) != E_OK)
		return E_OK;
	return identities_add(
		&s->own, (struct identity){facts.stamp.device, facts.stamp.inode}, &new);
}

static enum err find_own(struct scan *s)
{
	struct writer key;
	const struct scan_order *o = s->order;
	for (size_t i = 0; i < o->own_count; i++)
		TRY(add_own(s, o->own[i]));
	if (!o->cache_file)
		return E_OK;
	TRY(add_own(s, o->cache_file));
	writer_init(&key, 1 << 16);
	writer_text(&key, o->cache_file);
	writer_bytes(&key, str_bytes((struct str){".key", sizeof(".key")}));
	enum err err = writer_end(&key);
	if (err == E_OK)
		err = add_own(s, (const char *)key.data);
	writer_release(&key);
	return err;
}

/* A scan is better without a cache than not at all. */
static enum err open_verdicts(struct scan *s)
{
	const struct scan_order *o = s->order;
	enum err ignored = E_OK;
	/* Another system's disk may have been changed by another system; what a second opinion
	 * said it may say no more. */
	if (!o->cache_file || o->all_matches || o->second_socket ||
		(o->root && strcmp(o->root, "/") != 0))
		return E_OK;
	uint32_t day = (uint32_t)(system_now().seconds / SECONDS_PER_DAY);
	enum err err = verdicts_open(o->cache_file, o->engine_id, day, &s->verdicts, &ignored);
	if (err == E_NOMEM)
		return err;
	if (err != E_OK)
		ignored = err;
	if (ignored != E_OK && s->sink->cache_ignored)
		s->sink->cache_ignored(s->sink->context, ignored);
	return E_OK;
}

static unsigned worker_count(const struct scan_order *o)
{
	uint64_t files = descriptors_most();
	uint64_t most = files > DESCRIPTORS_OTHER + DESCRIPTORS_WORKER
				? (files - DESCRIPTORS_OTHER) / DESCRIPTORS_WORKER
				: 1;
	unsigned wanted = o->workers ? o->workers : system_processors();
	if (wanted > POOL_WORKERS)
		wanted = POOL_WORKERS;
	return wanted < most ? wanted : (unsigned)most;
}

/* Where we may have few files open at once, less is under way: slower, not less is seen. */
static bool few_descriptors(void)
{
	return descriptors_most() < DESCRIPTORS_OTHER + DESCRIPTORS_WORKER;
}

static size_t batch_jobs(void)
{
	uint64_t files = descriptors_most();
	if (!few_descriptors())
		return 0;
	return files >= FEW_OTHER + 3 ? (files - FEW_OTHER) / 3 : 1;
}

static enum err make_pool(struct scan *s)
{
	const struct scan_order *o = s->order;
	s->file_size_most = o->file_size_most ? o->file_size_most : LIMIT_SCAN_FILE;
	s->pool_order = (struct pool_order){
		.worker = {.limits = o->limits.members ? o->limits : unpack_limits_usual(),
			.milliseconds = o->file_milliseconds ? o->file_milliseconds
							     : (uint32_t)LIMIT_SCAN_MILLISECONDS,
			.memory_most = o->memory_most ? o->memory_most : LIMIT_SCAN_MEMORY,
			.file_size_most = s->file_size_most,
			.all_matches = o->all_matches},
		.engine = o->engine,
		.engine_file = o->engine_file,
		.engine_offset = o->engine_offset,
		.workers = worker_count(o),
		.batch_jobs = batch_jobs()};
	s->pool_sink = (struct pool_sink){s, scan_on_answer, scan_on_done, scan_on_failed};
	return pool_new(&s->pool_order, &s->pool_sink, &s->pool);
}

static enum err make_walkers(struct scan *s)
{
	const struct scan_order *o = s->order;
	s->walker_order = (struct walker_order){.cross_mounts = o->cross_mounts,
		.excludes = o->excludes,
		.exclude_count = o->exclude_count,
		.own = &s->own,
		.open_levels = few_descriptors() ? FEW_LEVELS : WALKER_LEVELS};
	TRY(walker_new(&s->walker_order, &s->walker));
	if (!s->sink->progress)
		return E_OK;
	return walker_new(&s->walker_order, &s->counter);
}

static enum err make_second(struct scan *s)
{
	if (!s->order->second_socket)
		return E_OK;
	s->second_sink = (struct second_sink){s, scan_on_second};
	return second_new(s->order->second_socket, LIMIT_SCAN_SECOND, &s->second_sink, &s->second);
}

static enum err begin(struct scan *s)
{
	const struct scan_order *o = s->order;
	unsigned settled = o->settled_seconds ? o->settled_seconds : LIMIT_SCAN_SETTLED;
	writer_init(&s->current, 64 << 20);
	writer_init(&s->text, 64 << 10);
	writer_init(&s->programs, 16 << 20);
	s->began = s->last = system_monotonic();
	s->settled_nanoseconds = settled * INT64_C(1000000000);
	keep_time(s);
	TRY(folder_open(AT_FDCWD, o->root ? o->root : "/", &s->root));
	TRY(make_pool(s));
	TRY(make_second(s));
	TRY(open_verdicts(s));
	TRY(find_own(s));
	TRY(make_walkers(s));
	s->pace = (struct pace){.share = o->processor_share ? o->processor_share : 100,
		.processors = s->pool_order.workers,
		.bytes_a_second = o->bytes_a_second,
		.processor_used = system_processor_time()};
	return E_OK;
}

/* --- the whole --- */

static size_t unanswered(const struct scan *s)
{
	return pool_jobs(s->pool) + (s->second ? second_jobs(s->second) : 0);
}

enum err scan_drain(struct scan *s)
{
	while (!s->stopped && unanswered(s) > 0)
		TRY(scan_turn(s, PAUSE_MILLISECONDS, true));
	return E_OK;
}

/* Another system's disk runs nothing and talks to nobody. */
static enum err look_at_running(struct scan *s)
{
	const struct scan_order *o = s->order;
	if (o->root && strcmp(o->root, "/") != 0)
		return E_OK;
	if (o->processes && s->stopped)
		scan_not_reached(s, OBJECT_PROCESS, STR("/proc"));
	else if (o->processes)
		TRY(scan_processes(s));
	if (o->connections && s->stopped)
		scan_not_reached(s, OBJECT_CONNECTION, STR("/proc/net"));
	else if (o->connections)
		TRY(scan_connections(s));
	return E_OK;
}

static enum err look_at_paths(struct scan *s)
{
	const struct scan_order *o = s->order;
	for (size_t i = 0; i < o->path_count; i++) {
		if (s->stopped)
			scan_not_reached(s, OBJECT_FILE, str_from(o->paths[i]));
		else
			TRY(scan_walk(s, o->paths[i]));
	}
	return E_OK;
}

static enum err look_at_all(struct scan *s)
{
	if (s->order->places)
		TRY(scan_places(s));
	TRY(look_at_running(s));
	if (s->order->quick)
		TRY(scan_drops(s));
	TRY(look_at_paths(s));
	return scan_drain(s);
}

static void end(struct scan *s)
{
	pool_free(s->pool);
	second_free(s->second);
	verdicts_free(s->verdicts);
	walker_free(s->walker);
	walker_free(s->counter);
	identities_release(&s->own);
	identities_release(&s->looked);
	identities_release(&s->mapped);
	identities_release(&s->told);
	scan_notes_release(s);
	free(s->holders);
	writer_release(&s->current);
	writer_release(&s->text);
	writer_release(&s->programs);
	file_close(&s->root);
}

/* Where it was stopped: before the first file that is where it was to begin. */
static struct str last_path(const struct scan *s)
{
	const struct scan_order *o = s->order;
	if (s->current.size > 0)
		return writer_view_str(&s->current);
	return str_from(o->path_count > 0 ? o->paths[0] : o->root ? o->root : "/");
}

static enum err finish(struct scan *s)
{
	tell_progress(s, true);
	if (s->stopped)
		scan_not_reached(s, OBJECT_FILE, last_path(s));
	if (!s->verdicts)
		return E_OK;
	verdicts_save(s->verdicts);
	if (!s->stopped && verdicts_finish(s->verdicts) != E_OK && s->sink->cache_ignored)
		s->sink->cache_ignored(s->sink->context, E_NOSPACE);
	return E_OK;
}

static enum err require_paths(const struct scan_order *o)
{
	struct entry_facts facts;
	for (size_t i = 0; i < o->path_count; i++)
		if (entry_facts(AT_FDCWD, o->paths[i], &facts) == E_NOTFOUND)
			return E_NOTFOUND;
	return E_OK;
}

enum err scan_run(const struct scan_order *order, const struct scan_sink *sink,
	struct scan_totals *ret_totals)
{
	struct scan s = {.order = order, .sink = sink, .root = -1};
	TRY(require_paths(order));
	if (!order->usual_priority)
		priority_low();
	enum err err = begin(&s);
	if (err == E_OK)
		err = look_at_all(&s);
	if (err == E_OK)
		err = finish(&s);
	s.totals.seconds = (double)(system_monotonic() - s.began) / 1e9;
	end(&s);
	if (err == E_OK)
		*ret_totals = s.totals;
	return err;
}
