/* SPDX-License-Identifier: Apache-2.0 */
/* What the clerk makes of a job's command, whatever that does: it ends well or badly, dies, never
 * ends, talks without end, finds the folder busy. The command is this program itself, which does
 * what the last word says. And how a job becomes words of a command line. */
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "account_scene.h"
#include "base/limits.h"
#include "os/file.h"
#include "os/system.h"
#include "server/clerk.h"
#include "server/clerk_run.h"

/* --- the command --- */

static int talk(void)
{
	for (int i = 0; i < 5000; i++)
		fprintf(stderr, "{\"file\":\"clerk/1/a.csv\",\"line\":%d,\"text\":\"%0200d\"}\n", i,
			i);
	fprintf(stderr, "{\"text\":\"and more\"}\n");
	for (int i = 0; i < 5000; i++)
		printf("%0200d\n", i);
	return 0;
}

static int act_as_command(const char *word)
{
	if (strcmp(word, "crash") == 0)
		raise(SIGKILL);
	if (strcmp(word, "sleep") == 0)
		pause();
	if (strcmp(word, "talk") == 0)
		return talk();
	if (strcmp(word, "busy") == 0) {
		fprintf(stderr, "{\"error\":\"busy\",\"text\":\"another\"}\n");
		return 2;
	}
	if (strcmp(word, "wrong") == 0) {
		fprintf(stderr, "{\"file\":\"clerk/1/a.csv\",\"line\":2,\"text\":\"bad\"}\n");
		return 2;
	}
	printf("{\"rows\":1}\n");
	return 0;
}

/* --- one job --- */

struct house {
	struct office_scene scene;
	struct clerk_run run;
	int files;
	char before[256];
};

static bool is_hasty; /* commands have no time at all */

enum err __real_clerk_plan_make(const struct job *job, const struct clerk_paper *paper,
	struct arena *arena, struct clerk_plan *ret_plan);
enum err __wrap_clerk_plan_make(const struct job *job, const struct clerk_paper *paper,
	struct arena *arena, struct clerk_plan *ret_plan);
enum err __wrap_clerk_plan_make(const struct job *job, const struct clerk_paper *paper,
	struct arena *arena, struct clerk_plan *ret_plan)
{
	enum err err = __real_clerk_plan_make(job, paper, arena, ret_plan);
	if (err == E_OK && is_hasty)
		ret_plan->seconds = 0;
	return err;
}

static int begin(void **state)
{
	static struct house h;
	account_scene_begin(&h.scene);
	assert_non_null(getcwd(h.before, sizeof(h.before)));
	assert_int_equal(chdir(h.scene.folder), 0);
	assert_int_equal(folder_make(AT_FDCWD, CLERK_FOLDER), E_OK);
	assert_int_equal(folder_open(AT_FDCWD, CLERK_FOLDER, &h.files), E_OK);
	clerk_run_init(&h.run, &h.scene.office, h.files, NULL);
	is_hasty = false;
	*state = &h;
	return 0;
}

static int end(void **state)
{
	struct house *h = *state;
	clerk_run_release(&h->run);
	file_close(&h->files);
	assert_int_equal(chdir(h->before), 0);
	office_scene_end(&h->scene);
	return 0;
}

/* Asks for it and takes it. */
static int64_t take(struct house *h, const char *word)
{
	int64_t id;
	const struct job_order order = {.kind = JOB_TOOL_REMOVE,
		.campaign = STR(""),
		.name = str_from(word),
		.text = STR(""),
		.input_name = STR("")};
	assert_int_equal(
		CHANGE(&h->scene, job_add(&h->scene.office, &machine, &order, system_now(), &id)),
		E_OK);
	assert_int_equal(clerk_run_take(&h->run, JOB_LANE_SHORT), E_OK);
	return id;
}

static struct job work(struct house *h, const char *word)
{
	struct job job;
	int64_t id = take(h, word);
	while (h->run.active) {
		struct pollfd on[CLERK_POLLS];
		clerk_run_wait(&h->run, on);
		assert_true(poll(on, CLERK_POLLS, 100) >= 0);
		assert_int_equal(clerk_run_act(&h->run, on), E_OK);
	}
	assert_int_equal(job_find(&h->scene.office, id, &h->scene.arena, &job), E_OK);
	return job;
}

static void one_that_ends_well_is_done(void **state)
{
	struct job job = work(*state, "well");
	assert_int_equal(job.state, JOB_DONE);
	assert_true(str_equal(job.said, STR("{\"rows\":1}\n")));
	assert_int_equal(job.problems.size, 0);
}

static void one_that_complains_is_told(void **state)
{
	struct job job = work(*state, "wrong");
	assert_int_equal(job.state, JOB_FAILED);
	assert_int_equal(job.status, 2);
	assert_true(
		str_equal(job.problems, STR("{\"file\":\"a.csv\",\"line\":2,\"text\":\"bad\"}\n")));
}

static void one_that_dies_has_crashed(void **state)
{
	struct job job = work(*state, "crash");
	assert_int_equal(job.state, JOB_FAILED);
	assert_int_equal(job.status, JOB_STATUS_CRASHED);
}

static void one_that_never_ends_is_killed(void **state)
{
	is_hasty = true;
	struct job job = work(*state, "sleep");
	assert_int_equal(job.state, JOB_FAILED);
	assert_int_equal(job.status, JOB_STATUS_TIMEOUT);
}

static void one_that_talks_is_cut_but_for_its_last_words(void **state)
{
	struct job job = work(*state, "talk");
	assert_int_equal(job.state, JOB_DONE);
	assert_true(job.said.size <= LIMIT_JOB_SAID);
	assert_true(job.problems.size <= LIMIT_JOB_SAID);
	assert_true(job.problems.size > LIMIT_JOB_SAID / 2);
	assert_true(str_ends(job.problems, STR("{\"text\":\"and more\"}\n")));
}

static void a_busy_folder_is_no_try(void **state)
{
	struct job job = work(*state, "busy");
	assert_int_equal(job.state, JOB_WAITING);
	assert_true(job.held);
	assert_int_equal(job.tries, 0);
	assert_true(job.order.due.seconds > job.asked.seconds);
}

static void one_that_is_stopped_waits_again(void **state)
{
	struct job job;
	struct house *h = *state;
	int64_t id = take(h, "sleep");
	clerk_run_stop(&h->run);
	assert_int_equal(job_find(&h->scene.office, id, &h->scene.arena, &job), E_OK);
	assert_int_equal(job.state, JOB_WAITING);
	assert_false(job.held);
	assert_int_equal(job.tries, 0);
}

/* --- words --- */

static enum err plan(struct house *h, enum job_kind kind, struct str text, struct clerk_plan *ret)
{
	const struct clerk_paper paper = {.folder = "clerk/1"};
	const struct job job = {
		.order = {.kind = kind, .campaign = STR("vn"), .name = STR(""), .text = text}};
	arena_clear(&h->run.arena);
	return clerk_plan_make(&job, &paper, &h->run.arena, ret);
}

static size_t count_words(const struct clerk_step *step)
{
	size_t count = 0;
	while (step->words[count])
		count++;
	return count;
}

/* As many tools as the catalogue may hold; more words than a process gets are refused, not cut. */
static void a_long_order_fits(void **state)
{
	char keys[8 * 1024];
	size_t size = 0;
	struct clerk_plan made;
	struct house *h = *state;
	for (unsigned i = 0; i < LIMIT_SITE_TOOLS; i++)
		size += (size_t)snprintf(keys + size, sizeof(keys) - size, "tool-%03u ", i);
	assert_int_equal(plan(h, JOB_TOOL_ORDER, (struct str){keys, size}, &made), E_OK);
	assert_int_equal(count_words(&made.steps[0]), LIMIT_SITE_TOOLS + 7);
	assert_string_equal(made.steps[0].words[LIMIT_SITE_TOOLS + 6], "tool-199");
	memset(keys, ' ', sizeof(keys));
	for (int i = 0; i <= CLERK_WORDS; i++)
		keys[2 * i] = 'a';
	assert_int_equal(plan(h, JOB_TOOL_ORDER, (struct str){keys, sizeof(keys)}, &made), E_USAGE);
}

static void only_known_options_pass(void **state)
{
	struct clerk_plan made;
	struct house *h = *state;
	assert_int_equal(
		plan(h, JOB_CAMPAIGN, STR("begins=2026-01-01\n\ngoal=a:b\ngoal=c:d"), &made), E_OK);
	assert_string_equal(made.steps[0].words[2], "--begins=2026-01-01");
	assert_string_equal(made.steps[0].words[4], "--goal=c:d");
	static const struct str bad[] = {STR_INIT("data=/etc"), STR_INIT("=x"),
		STR_INIT("Begins=x"), STR_INIT("begins=2026-01-01\nconfig=x"),
		STR_INIT("--begins=x"), {"begins=a\0b", 10}};
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(plan(h, JOB_CAMPAIGN, bad[i], &made), E_USAGE);
}

int main(int argc, char **argv)
{
	if (argc > 1)
		return act_as_command(argv[argc - 1]);
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(one_that_ends_well_is_done, begin, end),
		cmocka_unit_test_setup_teardown(one_that_complains_is_told, begin, end),
		cmocka_unit_test_setup_teardown(one_that_dies_has_crashed, begin, end),
		cmocka_unit_test_setup_teardown(one_that_never_ends_is_killed, begin, end),
		cmocka_unit_test_setup_teardown(
			one_that_talks_is_cut_but_for_its_last_words, begin, end),
		cmocka_unit_test_setup_teardown(a_busy_folder_is_no_try, begin, end),
		cmocka_unit_test_setup_teardown(one_that_is_stopped_waits_again, begin, end),
		cmocka_unit_test_setup_teardown(a_long_order_fits, begin, end),
		cmocka_unit_test_setup_teardown(only_known_options_pass, begin, end),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
