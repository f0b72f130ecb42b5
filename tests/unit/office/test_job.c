/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "account_scene.h"
#include "base/limits.h"
#include "office/job_work.h"
#include "os/file.h"

static int begin(void **state)
{
	static struct office_scene scene;
	account_scene_begin(&scene);
	*state = &scene;
	return 0;
}

static int end(void **state)
{
	struct office_scene *scene = *state;
	char path[128];
	int folder = -1;
	if (folder_open(scene->office.folder, "jobs", &folder) == E_OK) {
		for (int id = 0; id < 40; id++) {
			snprintf(path, sizeof(path), "%d.in", id);
			(void)unlinkat(folder, path, 0);
			snprintf(path, sizeof(path), "%d.out", id);
			(void)unlinkat(folder, path, 0);
		}
		file_close(&folder);
	}
	office_scene_end(scene);
	return 0;
}

static const struct instant now = {T};

static struct instant after(int64_t seconds)
{
	return (struct instant){T + seconds};
}

static const struct job_order units = {.kind = JOB_UNITS,
	.org = 1,
	.campaign = STR_INIT(""),
	.name = STR_INIT(""),
	.text = STR_INIT(""),
	.input = {(const uint8_t *)"a,b", 3},
	.input_name = STR_INIT("C:\\mine\\đơn vị.csv"),
	.lang = LANG_EN};

static struct job_order order_of(enum job_kind kind)
{
	return (struct job_order){.kind = kind,
		.campaign = STR(""),
		.name = STR("x"),
		.text = STR("a=b"),
		.input_name = STR("")};
}

static int64_t add(struct office_scene *s, const struct job_order *order)
{
	int64_t id = 0;
	assert_int_equal(CHANGE(s, job_add(&s->office, &machine, order, now, &id)), E_OK);
	return id;
}

static struct job find(struct office_scene *s, int64_t id)
{
	struct job job;
	assert_int_equal(job_find(&s->office, id, &s->arena, &job), E_OK);
	return job;
}

static bool has_file(struct office_scene *s, int64_t id, const char *ending)
{
	char path[128];
	struct stat status;
	snprintf(path, sizeof(path), "%s/office/jobs/%d.%s", s->folder, (int)id, ending);
	return stat(path, &status) == 0;
}

static enum err take(struct office_scene *s, enum job_lane lane, int64_t *ret_id)
{
	struct job job = {.id = 0};
	enum err err = job_take(&s->office, lane, now, &s->arena, &job);
	*ret_id = job.id;
	return err;
}

static void is_kept_as_asked(void **state)
{
	struct office_scene *s = *state;
	int64_t id = add(s, &units);
	struct job job = find(s, id);
	assert_int_equal(job.order.kind, JOB_UNITS);
	assert_int_equal(job.state, JOB_WAITING);
	assert_int_equal(job.order.lang, LANG_EN);
	assert_int_equal(job.asked.seconds, T);
	assert_true(job.input && !job.output);
	assert_true(str_equal(job.order.input_name, STR("đơn vị.csv")));
	assert_true(has_file(s, id, "in"));
	assert_int_equal(account_scene_logged(s, "job.ask"), 1);
	assert_int_equal(job_find(&s->office, id + 1, &s->arena, &job), E_NOTFOUND);
}

static void names_that_no_file_should_have_are_left_out(void **state)
{
	static const struct str bad[] = {STR_INIT(".."), STR_INIT("a/.hidden"), STR_INIT("--data"),
		STR_INIT("a\nb"), STR_INIT("x/"), STR_INIT("\xff.csv")};
	struct office_scene *s = *state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct job_order order = units;
		order.input_name = bad[i];
		assert_int_equal(find(s, add(s, &order)).order.input_name.size, 0);
	}
}

static void what_was_undone_is_not_there(void **state)
{
	struct office_scene *s = *state;
	struct job job;
	int64_t id = 0;
	assert_int_equal(office_begin(&s->office), E_OK);
	assert_int_equal(job_add(&s->office, &machine, &units, now, &id), E_OK);
	assert_int_equal(office_end(&s->office, E_DENIED), E_DENIED);
	assert_int_equal(job_find(&s->office, id, &s->arena, &job), E_NOTFOUND);
	assert_true(has_file(s, id, "in"));
	assert_int_equal(job_sweep(&s->office, now), E_OK);
	assert_false(has_file(s, id, "in"));
}

static void limits_hold(void **state)
{
	struct office_scene *s = *state;
	int64_t id;
	struct job_order order = units;
	order.input.size = LIMIT_JOB_INPUT + 1;
	assert_int_equal(CHANGE(s, job_add(&s->office, &machine, &order, now, &id)), E_LIMIT);
	order = order_of(JOB_SITE);
	for (size_t i = 0; i < LIMIT_JOBS_WAITING; i++)
		(void)add(s, &order);
	assert_int_equal(CHANGE(s, job_add(&s->office, &machine, &order, now, &id)), E_LIMIT);
	const struct actor other = {.account = 7, .role = ROLE_OPERATOR, .mail = STR("a@b.vn")};
	assert_int_equal(CHANGE(s, job_add(&s->office, &other, &order, now, &id)), E_OK);
}

static void short_ones_pass_long_ones(void **state)
{
	struct office_scene *s = *state;
	int64_t id;
	const struct job_order ingest = order_of(JOB_INGEST), page = order_of(JOB_PAGE);
	struct job_order later = order_of(JOB_SITE);
	later.due = after(60);
	int64_t first = add(s, &ingest);
	(void)add(s, &later);
	int64_t second = add(s, &page), third = add(s, &page);
	assert_int_equal(take(s, JOB_LANE_LONG, &id), E_OK);
	assert_int_equal(id, first);
	assert_int_equal(take(s, JOB_LANE_LONG, &id), E_NOTFOUND);
	assert_int_equal(take(s, JOB_LANE_SHORT, &id), E_OK);
	assert_int_equal(id, second);
	assert_int_equal(find(s, id).state, JOB_RUNNING);
	assert_int_equal(take(s, JOB_LANE_SHORT, &id), E_OK);
	assert_int_equal(id, third);
	assert_int_equal(take(s, JOB_LANE_SHORT, &id), E_NOTFOUND);
	struct instant due;
	assert_int_equal(job_next_due(&s->office, JOB_LANE_SHORT, &due), E_OK);
	assert_int_equal(due.seconds, T + 60);
	assert_int_equal(job_next_due(&s->office, JOB_LANE_LONG, &due), E_OK);
	assert_true(due.seconds == INT64_MAX);
}

static void what_came_of_it_is_kept(void **state)
{
	struct office_scene *s = *state;
	int64_t id, taken;
	int fd, output;
	uint8_t read[8];
	size_t size;
	id = add(s, &units);
	assert_int_equal(take(s, JOB_LANE_SHORT, &taken), E_OK);
	assert_int_equal(job_output_open(&s->office, id, &fd), E_NOTFOUND);
	assert_int_equal(file_sealed((struct bytes){(const uint8_t *)"%PDF", 4}, &output), E_OK);
	const struct job_result result = {.done = true,
		.status = 0,
		.said = STR("{\"rows\":1}\n\xff"),
		.problems = STR("dòng 2"),
		.output = output,
		.output_name = STR("a.pdf"),
		.output_type = STR("application/pdf")};
	assert_int_equal(job_finish(&s->office, id, &result, after(3)), E_OK);
	file_close(&output);
	struct job job = find(s, id);
	assert_int_equal(job.state, JOB_DONE);
	assert_int_equal(job.ended.seconds, T + 3);
	assert_true(job.output && str_equal(job.output_name, STR("a.pdf")));
	assert_true(str_equal(job.said, STR("{\"rows\":1}\n")));
	assert_true(str_equal(job.problems, STR("dòng 2")));
	assert_false(has_file(s, id, "in"));
	assert_int_equal(job_output_open(&s->office, id, &fd), E_OK);
	assert_int_equal(file_read(fd, read, sizeof(read), &size), E_OK);
	assert_int_equal(size, 4);
	file_close(&fd);
	assert_int_equal(job_sweep(&s->office, after(3600)), E_OK);
	assert_true(has_file(s, id, "out"));
	assert_int_equal(
		job_sweep(&s->office, after((int64_t)(LIMIT_JOB_DAYS + 1) * SECONDS_PER_DAY)),
		E_OK);
	assert_false(has_file(s, id, "out"));
	assert_int_equal(job_find(&s->office, id, &s->arena, &job), E_NOTFOUND);
}

/* A table that was checked waits to be taken in: a day, and only where nothing is wrong with it. */
static void a_checked_table_stays(void **state)
{
	struct office_scene *s = *state;
	struct job_order check = units;
	check.name = STR("check");
	for (int done = 0; done < 2; done++) {
		int64_t taken, id = add(s, &check);
		const struct job_result result = {.done = done,
			.said = STR(""),
			.problems = STR(""),
			.output = -1,
			.output_name = STR(""),
			.output_type = STR("")};
		assert_int_equal(take(s, JOB_LANE_SHORT, &taken), E_OK);
		assert_int_equal(job_finish(&s->office, id, &result, after(1)), E_OK);
		assert_int_equal(has_file(s, id, "in"), done);
		assert_int_equal(job_sweep(&s->office, after(JOB_CHECKED_SECONDS)), E_OK);
		assert_int_equal(has_file(s, id, "in"), done);
		assert_int_equal(job_sweep(&s->office, after(JOB_CHECKED_SECONDS + 1)), E_OK);
		assert_false(has_file(s, id, "in"));
	}
}

static void is_cancelled_only_while_it_waits(void **state)
{
	struct office_scene *s = *state;
	int64_t id, taken;
	uint64_t counts[JOB_STATE__COUNT];
	id = add(s, &units);
	assert_int_equal(CHANGE(s, job_cancel(&s->office, &machine, id, now)), E_OK);
	assert_int_equal(CHANGE(s, job_cancel(&s->office, &machine, id, now)), E_NOTFOUND);
	assert_int_equal(find(s, id).status, JOB_STATUS_CANCELLED);
	assert_int_equal(take(s, JOB_LANE_SHORT, &taken), E_NOTFOUND);
	id = add(s, &units);
	assert_int_equal(take(s, JOB_LANE_SHORT, &taken), E_OK);
	assert_int_equal(CHANGE(s, job_cancel(&s->office, &machine, id, now)), E_NOTFOUND);
	assert_int_equal(account_scene_logged(s, "job.cancel"), 1);
	assert_int_equal(job_count(&s->office, 0, now, counts), E_OK);
	assert_int_equal(counts[JOB_RUNNING], 1);
	assert_int_equal(counts[JOB_FAILED], 0);
}

static void a_clerk_may_die_twice(void **state)
{
	struct office_scene *s = *state;
	int64_t id = add(s, &units), taken;
	for (int i = 1; i < JOB_TRIES; i++) {
		assert_int_equal(take(s, JOB_LANE_SHORT, &taken), E_OK);
		assert_int_equal(job_recover(&s->office, now), E_OK);
		assert_int_equal(find(s, id).state, JOB_WAITING);
	}
	/* An end that was asked for, or a folder that is busy, is no try. */
	assert_int_equal(take(s, JOB_LANE_SHORT, &taken), E_OK);
	assert_int_equal(job_put_back(&s->office, id, true, after(2)), E_OK);
	assert_true(find(s, id).held);
	assert_int_equal(take(s, JOB_LANE_SHORT, &taken), E_NOTFOUND);
	assert_int_equal(job_put_back(&s->office, id, true, now), E_OK);
	struct job job;
	assert_int_equal(job_take(&s->office, JOB_LANE_SHORT, after(2), &s->arena, &job), E_OK);
	assert_int_equal(job.tries, JOB_TRIES);
	assert_int_equal(job_recover(&s->office, now), E_OK);
	assert_int_equal(find(s, id).state, JOB_FAILED);
	assert_int_equal(find(s, id).status, JOB_STATUS_LOST);
}

static enum err collect(void *context, const struct job *job)
{
	int64_t **at = context;
	*(*at)++ = job->id;
	return E_OK;
}

static void lists_are_of_one_person_newest_first(void **state)
{
	struct office_scene *s = *state;
	int64_t ids[8] = {0}, mine = 0;
	int64_t *at = ids;
	const struct actor other = {.account = 7, .role = ROLE_REPORTER, .mail = STR("a@b.vn")};
	(void)add(s, &units);
	assert_int_equal(CHANGE(s, job_add(&s->office, &other, &units, now, &mine)), E_OK);
	int64_t last = add(s, &units);
	assert_int_equal(job_each(&s->office, 0, 0, 2, collect, &at), E_OK);
	assert_int_equal(at - ids, 2);
	assert_int_equal(ids[0], last);
	at = ids;
	assert_int_equal(job_each(&s->office, 7, 0, 8, collect, &at), E_OK);
	assert_int_equal(at - ids, 1);
	assert_int_equal(ids[0], mine);
	at = ids;
	const struct job_choice failed = {.by_state = true, .state = JOB_FAILED};
	assert_int_equal(job_list(&s->office, &failed, 8, collect, &at), E_OK);
	assert_int_equal(at - ids, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(is_kept_as_asked, begin, end),
		cmocka_unit_test_setup_teardown(
			names_that_no_file_should_have_are_left_out, begin, end),
		cmocka_unit_test_setup_teardown(what_was_undone_is_not_there, begin, end),
		cmocka_unit_test_setup_teardown(limits_hold, begin, end),
		cmocka_unit_test_setup_teardown(short_ones_pass_long_ones, begin, end),
		cmocka_unit_test_setup_teardown(what_came_of_it_is_kept, begin, end),
		cmocka_unit_test_setup_teardown(a_checked_table_stays, begin, end),
		cmocka_unit_test_setup_teardown(is_cancelled_only_while_it_waits, begin, end),
		cmocka_unit_test_setup_teardown(a_clerk_may_die_twice, begin, end),
		cmocka_unit_test_setup_teardown(lists_are_of_one_person_newest_first, begin, end),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
