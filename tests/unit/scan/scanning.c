/* SPDX-License-Identifier: Apache-2.0 */
#include "scanning.h"

#include <ftw.h>

#include "base/limits.h"

static void on_problem(void *context, const struct problem *problem)
{
	(void)context;
	print_error("rule: %.*s\n", STR_ARG(problem_got(problem)));
}

static void make_engine(struct scanning *s, const char *rules,
	const struct pack_indicator *indicators, size_t count)
{
	const struct pack_file file = {STR("test.yar"), str_from(rules)};
	const struct pack_set set = {.name = STR("test"),
		.author = STR("tests"),
		.licence = STR("Apache-2.0"),
		.ours = true,
		.files = &file,
		.file_count = 1};
	const struct pack pack = {.id = STR("test"),
		.version = 1,
		.sets = &set,
		.set_count = 1,
		.indicators = indicators,
		.indicator_count = count};
	struct engine *engine;
	assert_int_equal(engine_new(&pack, false, on_problem, NULL, &engine), E_OK);
	writer_init(&s->engine, LIMIT_PACK_BYTES);
	assert_int_equal(engine_save(engine, &s->engine), E_OK);
	engine_free(engine);
}

void scanning_begin(struct scanning *s, const char *rules)
{
	scanning_begin_listed(s, rules, NULL, 0);
}

void scanning_begin_listed(struct scanning *s, const char *rules,
	const struct pack_indicator *indicators, size_t count)
{
	*s = (struct scanning){.path = "/tmp/quetsach-scan-XXXXXX"};
	assert_non_null(mkdtemp(s->path));
	make_engine(s, rules, indicators, count);
	s->paths[0] = s->path;
	s->order = (struct scan_order){.paths = s->paths,
		.path_count = 1,
		.usual_priority = true, /* other tests run beside */
		.engine = writer_view(&s->engine),
		.workers = 2};
}

static int remove_one(const char *path, const struct stat *status, int type, struct FTW *where)
{
	(void)status;
	(void)type;
	(void)where;
	return remove(path);
}

void scanning_end(struct scanning *s)
{
	writer_release(&s->engine);
	nftw(s->path, remove_one, 32, FTW_DEPTH | FTW_PHYS);
}

void scanning_path(const struct scanning *s, const char *name, char ret[512])
{
	assert_true(snprintf(ret, 512, "%s/%s", s->path, name) < 512);
}

void scanning_file(struct scanning *s, const char *name, const void *data, size_t size)
{
	char path[512];
	scanning_path(s, name, path);
	FILE *f = fopen(path, "wb");
	assert_non_null(f);
	assert_int_equal(fwrite(data, 1, size, f), size);
	assert_int_equal(fclose(f), 0);
}

void scanning_folder(struct scanning *s, const char *name)
{
	char path[512];
	scanning_path(s, name, path);
	assert_int_equal(mkdir(path, 0700), 0);
}

/* --- what is told --- */

static void on_finding(void *context, const struct finding *f)
{
	struct scanning *s = context;
	if (s->found_count == 256)
		return;
	char *line = s->found[s->found_count];
	snprintf(line, sizeof(s->found[0]), "%.*s %.*s|%.*s %.*s",
		STR_ARG(outcome_name(f->outcome)), STR_ARG(f->path), STR_ARG(f->object),
		STR_ARG(f->matches[0].rule));
	s->found_count += !s->only || strstr(line, s->only) != NULL;
}

static void on_not_scanned(void *context, const struct not_scanned *n)
{
	struct scanning *s = context;
	if (s->missed_count == 256)
		return;
	snprintf(s->missed[s->missed_count++], sizeof(s->missed[0]), "%.*s|%.*s %.*s %.*s",
		STR_ARG(n->path), STR_ARG(n->object), STR_ARG(unscanned_name(n->reason)),
		STR_ARG(n->about));
}

static void on_progress(void *context, const struct scan_progress *progress)
{
	struct scanning *s = context;
	s->progresses++;
	s->expected_files = progress->files_expected;
}

static bool on_stop(void *context)
{
	struct scanning *s = context;
	if (s->on_stop_asked)
		s->on_stop_asked(s);
	return s->stop_after > 0 && ++s->stop_asked >= s->stop_after;
}

static void on_cache_ignored(void *context, enum err why)
{
	struct scanning *s = context;
	s->cache_ignored = why;
}

void scanning_run(struct scanning *s)
{
	const struct scan_sink sink = {.context = s,
		.finding = on_finding,
		.not_scanned = on_not_scanned,
		.progress = on_progress,
		.stop = on_stop,
		.cache_ignored = on_cache_ignored};
	s->found_count = s->missed_count = 0;
	s->stop_asked = 0;
	s->cache_ignored = E_OK;
	assert_int_equal(scan_run(&s->order, &sink, &s->totals), E_OK);
}

static bool among(const char (*lines)[600], size_t count, const char *part)
{
	for (size_t i = 0; i < count; i++)
		if (strstr(lines[i], part))
			return true;
	return false;
}

bool scanning_found(const struct scanning *s, const char *part)
{
	return among(s->found, s->found_count, part);
}

bool scanning_missed(const struct scanning *s, const char *part)
{
	return among(s->missed, s->missed_count, part);
}
