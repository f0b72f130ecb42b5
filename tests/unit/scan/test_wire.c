/* SPDX-License-Identifier: Apache-2.0 */
/* What workers may say, and what becomes of it. */
#include "scanning.h"

#include "os/system.h"
#include "scan/pace.h"
#include "scan/pool_parts.h"
#include "scan/second.h"

/* --- there and back --- */

static void test_order(void **state)
{
	const struct worker_order order = {.limits = {1, 2, 3, 4, 5},
		.milliseconds = 6,
		.memory_most = 7,
		.file_size_most = 8,
		.all_matches = true,
		.engine_offset = 9,
		.engine_size = 10};
	struct worker_order got = {0};
	struct writer w;
	struct cursor c;
	(void)state;
	writer_init(&w, WIRE_PACKET);
	wire_write_order(&w, &order);
	cursor_init(&c, writer_view(&w));
	assert_int_equal(wire_read_order(&c, &got), E_OK);
	assert_int_equal(got.limits.ratio, 5);
	assert_int_equal(got.engine_size, 10);
	assert_true(got.all_matches);
	for (size_t cut = 0; cut < w.size; cut++) {
		cursor_init(&c, (struct bytes){w.data, cut});
		assert_int_not_equal(wire_read_order(&c, &got), E_OK);
	}
	writer_release(&w);
}

static void test_task(void **state)
{
	char path[WIRE_PATH + 10];
	struct task task = {.kind = TASK_PLACE,
		.stamp = {1, 2, 3, -4, 5},
		.path = STR("/etc/crontab"),
		.extra = STR("cron-system")};
	struct task got;
	struct writer w;
	struct cursor c;
	(void)state;
	memset(path, 'x', sizeof(path));
	writer_init(&w, WIRE_PACKET);
	wire_write_task(&w, &task);
	cursor_init(&c, writer_view(&w));
	assert_int_equal(wire_read_task(&c, &got), E_OK);
	assert_int_equal(got.kind, TASK_PLACE);
	assert_int_equal(got.stamp.changed, -4);
	assert_true(str_equal(got.path, task.path) && str_equal(got.extra, task.extra));
	writer_clear(&w);
	path[sizeof(path) - 1] = 'y';
	task.path = (struct str){path, sizeof(path)};
	wire_write_task(&w, &task);
	cursor_init(&c, writer_view(&w));
	assert_int_equal(wire_read_task(&c, &got), E_OK);
	assert_int_equal(got.path.size, WIRE_PATH);
	assert_int_equal(got.path.data[WIRE_PATH - 1], 'y');
	writer_release(&w);
}

static const struct answer samples[] = {
	{.kind = ANSWER_FINDING,
		.finding = {.object = STR_INIT("→ b.tar"),
			.md5 = STR_INIT("0123456789abcdef0123456789abcdef"),
			.match_total = 1}},
	{.kind = ANSWER_MATCH,
		.match = {.set = STR_INIT("s"), .rule = STR_INIT("r"), .ours = true}},
	{.kind = ANSWER_FOUND},
	{.kind = ANSWER_UNSCANNED,
		.unscanned = {.reason = UNSCANNED_PACKED, .about = STR_INIT("UPX")}},
	{.kind = ANSWER_ENTRY,
		.entry = {.line = 3,
			.text = STR_INIT("* * * * * /tmp/x"),
			.program = STR_INIT("/tmp/x"),
			.sign = SIGN_SUSPICIOUS,
			.why = STR_INIT("runs-from-tmp")}},
	{.kind = ANSWER_DONE, .whole = true, .bytes = 99},
};
enum {
	SAMPLES = sizeof(samples) / sizeof(samples[0])
};

static void test_answers(void **state)
{
	(void)state;
	for (size_t i = 0; i < SAMPLES; i++) {
		struct answer got = {0};
		struct writer w;
		struct cursor c;
		writer_init(&w, WIRE_PACKET);
		wire_write_answer(&w, &samples[i]);
		cursor_init(&c, writer_view(&w));
		assert_int_equal(wire_read_answer(&c, &got), E_OK);
		assert_int_equal(cursor_end(&c), E_OK);
		assert_int_equal(got.kind, samples[i].kind);
		assert_true(str_equal(got.finding.md5, samples[i].finding.md5));
		assert_true(str_equal(got.match.rule, samples[i].match.rule));
		assert_int_equal(got.unscanned.reason, samples[i].unscanned.reason);
		assert_int_equal(got.entry.sign, samples[i].entry.sign);
		assert_int_equal(got.bytes, samples[i].bytes);
		for (size_t cut = 0; cut < w.size; cut++) {
			cursor_init(&c, (struct bytes){w.data, cut});
			assert_int_not_equal(wire_read_answer(&c, &got), E_OK);
		}
		writer_release(&w);
	}
}

/* --- lies --- */

static void refuse(const struct writer *w)
{
	struct cursor c;
	struct answer got;
	cursor_init(&c, writer_view(w));
	assert_int_not_equal(wire_read_answer(&c, &got), E_OK);
}

static void test_values_out_of_range(void **state)
{
	static const struct answer lies[] = {
		{.kind = ANSWER_FINDING, .finding = {.md5 = STR_INIT("0123")}},
		{.kind = ANSWER_FINDING,
			.finding = {.md5 = STR_INIT("0123456789ABCDEF0123456789abcdef")}},
		{.kind = ANSWER_MATCH, .match = {.set = STR_INIT("a rule without a name")}},
	};
	struct writer w;
	(void)state;
	writer_init(&w, WIRE_PACKET);
	for (size_t i = 0; i < sizeof(lies) / sizeof(lies[0]); i++) {
		writer_clear(&w);
		wire_write_answer(&w, &lies[i]);
		refuse(&w);
	}
	writer_clear(&w);
	writer_u8(&w, ANSWER__COUNT);
	refuse(&w);
	writer_clear(&w);
	wire_write_answer(&w, &samples[3]);
	w.data[1] = UNSCANNED__COUNT;
	refuse(&w);
	writer_clear(&w);
	wire_write_answer(&w, &samples[5]);
	w.data[1] = 2;
	refuse(&w);
	/* A text that is longer than all there is. */
	writer_clear(&w);
	writer_u8(&w, ANSWER_FINDING);
	writer_u32(&w, UINT32_MAX);
	refuse(&w);
	writer_release(&w);
}

/* A pool with one worker that is only a socket. */
struct liar {
	struct pool_order order;
	struct pool_sink sink;
	struct pool *pool;
	int socket;
	unsigned answers, done;
};

static void on_answer(void *context, struct job *job, const struct answer *answer)
{
	struct liar *l = context;
	(void)job;
	(void)answer;
	l->answers++;
}

static void on_done(void *context, struct job *job, bool whole, uint64_t bytes)
{
	struct liar *l = context;
	(void)whole;
	(void)bytes;
	l->done++;
	job_free(job);
}

static int liar_begin(void **state)
{
	struct liar *l = calloc(1, sizeof(*l));
	const struct task task = {.path = STR("/a"), .extra = STR("")};
	l->order.workers = 1;
	l->sink = (struct pool_sink){.context = l, .answer = on_answer, .done = on_done};
	assert_int_equal(pool_new(&l->order, &l->sink, &l->pool), E_OK);
	struct pool_worker *w = &l->pool->workers[0];
	assert_int_equal(socket_pair(&w->socket, &l->socket), E_OK);
	for (int i = 0; i < 2; i++)
		job_queue_add(&w->jobs, job_new(&task, OBJECT_FILE, -1));
	w->batches[0] = 2;
	w->batch_count = 1;
	*state = l;
	return 0;
}

static int liar_end(void **state)
{
	struct liar *l = *state;
	file_close(&l->pool->workers[0].socket);
	file_close(&l->socket);
	pool_free(l->pool);
	free(l);
	return 0;
}

/* Says these, a digit each: the sample of that number. Whether it is believed. */
static bool believed(struct liar *l, const char *says)
{
	struct writer w;
	bool nonsense;
	writer_init(&w, WIRE_PACKET);
	for (; *says; says++)
		wire_write_answer(&w, &samples[*says - '0']);
	assert_int_equal(socket_send(l->socket, writer_view(&w), -1), E_OK);
	writer_release(&w);
	bool goes_on = pool_worker_hear(l->pool, &l->pool->workers[0], &nonsense);
	assert_int_equal(goes_on, !nonsense);
	return goes_on;
}

static void test_honest(void **state)
{
	struct liar *l = *state;
	assert_true(believed(l, "0123"));
	assert_int_equal(l->answers, 2);
	assert_true(believed(l, "55"));
	assert_int_equal(l->done, 2);
	assert_int_equal(pool_jobs(l->pool), 0);
}

static void test_nonsense(void **state)
{
	/* A match of nothing, an end of nothing, a finding without a rule, one within another, an
	 * entry of what is no place, more answers than tasks. */
	static const char *const lies[] = {"1", "2", "02", "00", "03", "015", "4", "555", "553"};
	(void)state;
	for (size_t i = 0; i < sizeof(lies) / sizeof(lies[0]); i++) {
		void *liar;
		liar_begin(&liar);
		if (believed(liar, lies[i]))
			fail_msg("believed: %s", lies[i]);
		liar_end(&liar);
	}
}

/* What was told before the worker died is not told again by the next. */
static void test_again(void **state)
{
	struct liar *l = *state;
	struct job *job = l->pool->workers[0].jobs.first;
	assert_true(believed(l, "0123"));
	assert_int_equal(l->answers, 2);
	job->heard = 0;
	assert_true(believed(l, "0123"));
	assert_int_equal(l->answers, 2);
	assert_true(believed(l, "35"));
	assert_int_equal(l->answers, 3);
}

static void test_too_many_matches(void **state)
{
	struct liar *l = *state;
	assert_true(believed(l, "0"));
	for (int i = 0; i < WIRE_MATCHES; i++) {
		struct writer w;
		bool nonsense;
		writer_init(&w, WIRE_PACKET);
		wire_write_answer(&w, &samples[1]);
		assert_int_equal(socket_send(l->socket, writer_view(&w), -1), E_OK);
		writer_release(&w);
		assert_true(pool_worker_hear(l->pool, &l->pool->workers[0], &nonsense));
	}
	assert_false(believed(l, "1"));
}

/* --- pace --- */

static void test_pace(void **state)
{
	struct pace p = {.share = 50, .processors = 2};
	const uint64_t second = 1000000000;
	(void)state;
	assert_int_equal(pace_wait(&p, second, second, 0), 0);
	assert_int_equal(pace_wait(&p, second, 3 * second / 2, 0), second / 2);
	/* An hour without work is no right to an hour at full speed. */
	assert_int_equal(pace_wait(&p, 3600 * second, 2 * second, 0), 0);
	assert_int_equal(pace_wait(&p, 3600 * second, 5 * second, 0), 2 * second);
}

static void test_pace_of_reading(void **state)
{
	struct pace p = {.share = 100, .processors = 2, .bytes_a_second = 1000};
	const uint64_t second = 1000000000;
	(void)state;
	assert_int_equal(pace_wait(&p, second, 900 * second, 1000), 0);
	assert_int_equal(pace_wait(&p, second, 900 * second, 3000), 2 * second);
	p.bytes_a_second = 0;
	assert_int_equal(pace_wait(&p, second, 900 * second, UINT64_MAX), 0);
}

/* --- the second opinion's words --- */

static void test_second_words(void **state)
{
	static const struct {
		const char *answer;
		enum second_word word;
		const char *name;
	} cases[] = {
		{"fd[10]: OK", SECOND_NOTHING, "OK"},
		{"fd[10]: Win.Test.EICAR_HDB-1 FOUND", SECOND_FOUND, "Win.Test.EICAR_HDB-1"},
		{"fd[10]: Can't allocate memory ERROR", SECOND_SILENT,
			"Can't allocate memory ERROR"},
		{"", SECOND_SILENT, ""},
		{"OKAY", SECOND_SILENT, "OKAY"},
		{"UNKNOWN COMMAND", SECOND_SILENT, "UNKNOWN COMMAND"},
	};
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct str name;
		assert_int_equal(second_read(str_from(cases[i].answer), &name), cases[i].word);
		assert_true(str_equal(name, str_from(cases[i].name)));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_order),
		cmocka_unit_test(test_task),
		cmocka_unit_test(test_answers),
		cmocka_unit_test(test_values_out_of_range),
		cmocka_unit_test_setup_teardown(test_honest, liar_begin, liar_end),
		cmocka_unit_test(test_nonsense),
		cmocka_unit_test_setup_teardown(test_again, liar_begin, liar_end),
		cmocka_unit_test_setup_teardown(test_too_many_matches, liar_begin, liar_end),
		cmocka_unit_test(test_pace),
		cmocka_unit_test(test_pace_of_reading),
		cmocka_unit_test(test_second_words),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
