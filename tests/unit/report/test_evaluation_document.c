/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "base/dice.h"
#include "report/evaluation_document.h"
#include "report/evaluation_document_parts.h"

enum {
	ARENA = 64 << 20,
	WEEKS = 4,
	PAGE = 16 << 20
};

#define WINDOW_BASE                                                                                \
	{                                                                                          \
		{2020, 9, 1},                                                                      \
		{                                                                                  \
			2020, 9, 7                                                                 \
		}                                                                                  \
	}
#define WINDOW_END                                                                                 \
	{                                                                                          \
		{2020, 11, 2},                                                                     \
		{                                                                                  \
			2020, 11, 8                                                                \
		}                                                                                  \
	}

static const struct plan plan = {
	.campaign = {.key = STR_INIT("vn-2020"),
		.name = {STR_INIT("Chiến dịch năm 2020"), STR_INIT("Campaign of 2020")},
		.country = STR_INIT("VN"),
		.zone = STR_INIT("Asia/Ho_Chi_Minh"),
		.begins = {2020, 9, 22},
		.ends = {2020, 10, 22}},
	.before = {{2020, 8, 1}, {2020, 9, 21}},
	.baseline = WINDOW_BASE,
	.goals = {{.key = STR_INIT("half"),
			  .name = {STR_INIT("Giảm một nửa"), STR_INIT("By half")},
			  .kind = GOAL_ADDRESSES,
			  .estimator = ESTIMATOR_HOURLY,
			  .share = .5,
			  .end = WINDOW_END},
		{.key = STR_INIT("ten"),
			.kind = GOAL_TOP_TEN,
			.estimator = ESTIMATOR_DAILY,
			.share = .5,
			.end = WINDOW_END},
		{.key = STR_INIT("press"),
			.kind = GOAL_ADDRESSES,
			.estimator = ESTIMATOR_STATED,
			.share = .5,
			.end = WINDOW_END,
			.series = STR_INIT("addresses-in-botnets")}},
	.goal_count = 3,
	.top = {STR_INIT("necurs"), STR_INIT("mirai"), STR_INIT("gone")},
	.top_count = 3,
	.frozen_as_of = 3,
};

/* Everything an evaluation may hold, small: `secret` is what the public must not learn. */
struct made {
	struct goal_result goals[3];
	struct botnet_result frozen[3], current[3];
	struct holder_result holders[6];
	struct region_result regions[3];
	struct feed_result feeds[2];
	struct week_result weeks[WEEKS];
	struct tool_result tools[2];
	struct duration_result durations[2];
	struct stated_figure stated[3];
	struct evaluation e;
	struct evaluation_view view;
};

static struct estimate about(double value)
{
	return (struct estimate){value, value * .9, value * 1.1};
}

static struct botnet_result botnet(struct str name, double base, double end)
{
	return (struct botnet_result){name, about(base), about(end), about(1 - end / base)};
}

static struct holder_result holder(struct str key, uint64_t subscribers, double base, double end)
{
	double among = subscribers ? (double)subscribers : 65536;
	return (struct holder_result){.key = key,
		.subscribers = subscribers,
		.announced = 65536,
		.base = about(base),
		.end = about(end),
		.rate_base = about(1000 * base / among),
		.rate_end = about(1000 * end / among),
		.per_announced = subscribers == 0,
		.reduction = about(1 - end / base),
		.rank = 1};
}

static struct region_result region_of(struct str key, double base, double end)
{
	return (struct region_result){.key = key,
		.announced = 4096,
		.base = about(base),
		.end = about(end),
		.rate_base = about(1000 * base / 4096),
		.rate_end = about(1000 * end / 4096),
		.reduction = about(1 - end / base)};
}

static const struct region regions[] = {
	{.key = STR_INIT("01"),
		.name = {STR_INIT("Hà Nội"), STR_INIT("Hanoi")},
		.short_name = STR_INIT("HN"),
		.column = 2,
		.row = 2},
	{.key = STR_INIT("04"),
		.name = {STR_INIT("Cao Bằng"), STR_INIT("Cao Bang")},
		.short_name = STR_INIT("CB"),
		.column = 3},
};
static const struct titled titles[] = {
	{STR_INIT("VNPT"), {STR_INIT("Tập đoàn VNPT"), STR_INIT("VNPT Group")}},
};
static const double alive[WEEKS] = {1, .4, 1, 1};

static void make_goals(struct made *m)
{
	const struct days base = WINDOW_BASE;
	const struct days end = WINDOW_END;
	m->goals[0] = (struct goal_result){.goal = &plan.goals[0],
		.base = {base, about(12345.4), 160, 168},
		.end = {end, about(5432.1), 168, 168},
		.reduction = {.56, .51, .6},
		.verdict = VERDICT_MET};
	m->goals[1] = (struct goal_result){.goal = &plan.goals[1],
		.base = {base, about(8000), 160, 168},
		.end = {end, about(9000), 168, 168},
		.reduction = {-.125, -.2, -.05},
		.verdict = VERDICT_NOT_MET};
	m->goals[2] = (struct goal_result){.goal = &plan.goals[2],
		.base = {{{2020, 6, 16}, {2020, 7, 15}}, estimate_exact(2014512), 0, 0},
		.end = {{{0}, {0}}, estimate_exact(1052479), 0, 0},
		.reduction = estimate_exact(1 - 1052479. / 2014512),
		.verdict = VERDICT_CANNOT_BE_SAID,
		.reasons = {{{REASON_WINDOWS_NOT_STATED, STR_INIT("")}}, 1}};
}

static void make_rest(struct made *m)
{
	m->feeds[0] = (struct feed_result){.feed = STR_INIT("sinkhole"),
		.alive_base = .95,
		.alive_end = 1,
		.in_panel = true,
		.weeks = alive};
	m->feeds[1] = (struct feed_result){.feed = STR_INIT("spam-trap"),
		.alive_base = 1,
		.alive_end = 1,
		.flags = FEED_FLAG_STEP | FEED_FLAG_ODD,
		.step = {2020, 10, 3},
		.step_ratio = 2.104,
		.weeks = alive};
	for (size_t i = 0; i < WEEKS; i++)
		m->weeks[i] = (struct week_result){.monday = {2020, 10, 5 + 7 * (int)i},
			.alive_hours = i == 1 ? 60 : 168,
			.all = about(9000 - 1000. * (double)i),
			.top = about(800),
			.expected = i > 1 ? 8500 : (double)NAN,
			.blocklisted = 3000000 + (double)i};
	m->tools[0] = (struct tool_result){.tool = STR_INIT(""),
		.weeks = {{2020, 10, 5}, {2020, 10, 26}},
		.runs = 1200,
		.machines = 900,
		.infected = 300,
		.cleaned = 280,
		.rate = about(1. / 3)};
	m->durations[0] =
		(struct duration_result){WINDOW_BASE, 5000, 400, 0, about(6.25), about(.31)};
	m->durations[1] =
		(struct duration_result){WINDOW_END, 2100, 900, 0, about(3.5), about(.22)};
	for (size_t i = 0; i < 3; i++)
		m->stated[i] = (struct stated_figure){.series = STR_INIT("addresses-in-botnets"),
			.day = {2020 + (int)(i > 1), i == 1 ? 12 : 1, 1},
			.value = (double[]){2014512, 1052479, 1004706}[i]};
}

static void make(struct made *m, double secret)
{
	*m = (struct made){0};
	make_goals(m);
	make_rest(m);
	m->frozen[0] = botnet(STR("necurs"), 5000, 2000);
	/* What goes with a small one is withheld as well: only both together are known. */
	m->frozen[1] = botnet(STR("mirai"), 700, 910 - secret);
	m->frozen[2] = botnet(STR("gone"), 60, secret);
	m->current[0] = m->frozen[0];
	m->current[1] = m->frozen[1];
	m->current[2] = botnet(STR("new"), secret, 55);
	m->holders[0] = holder(STR("VNPT"), 4000000, 8000, 4000);
	m->holders[1] = holder(STR("Viettel"), 5000000, 4000, 1300);
	m->holders[2] = holder(STR("FPT"), 1000000, 300, 120);
	m->holders[3] = holder(STR("school"), 9000, 40, secret);
	m->holders[4] = holder(STR("AS64500"), 0, 25, 12);
	m->holders[5] = holder(STR("clinic"), 70000, secret, 30);
	m->regions[0] = region_of(STR("01"), 6000, 3000);
	m->regions[1] = region_of(STR("04"), 20, secret);
	m->tools[1] = (struct tool_result){.tool = STR_INIT("bkav-home"),
		.weeks = {{2020, 10, 5}, {2020, 10, 26}},
		.runs = 500,
		.machines = 400,
		.infected = (uint64_t)secret,
		.cleaned = (uint64_t)secret / 2,
		.rate = about(secret / 400)};
	m->weeks[3].top = about(secret);
	m->e = (struct evaluation){.plan = &plan,
		.as_of = 42,
		.made = {1606000000},
		.goals = m->goals,
		.goal_count = 3,
		.attribution = {.method = METHOD_DECLINE,
			.goal = &plan.goals[0],
			.decline = {.009, .004, .014},
			.counterfactual = about(8500),
			.net_effect = {.36, .25, .45}},
		.top_frozen = m->frozen,
		.top_frozen_count = 3,
		.top_current = m->current,
		.top_current_count = 3,
		.frozen_sum = {about(5760), about(2910), about(.5)},
		.current_sum = {about(5700 + secret), about(2965 - secret), about(.48)},
		.holders = m->holders,
		.holder_count = 6,
		.feeds = m->feeds,
		.feed_count = 2,
		.weeks = m->weeks,
		.week_count = WEEKS,
		.regions = m->regions,
		.region_count = 2,
		.no_region = region_of(STR(""), 500, 250),
		.tools = m->tools,
		.tool_count = 2,
		.durations = m->durations,
		.duration_count = 2,
		.stated = m->stated,
		.stated_count = 3};
	m->view = (struct evaluation_view){.evaluation = &m->e,
		.as_of_time = {1605990000},
		.attribution = {2020, 11, 1},
		.titles = titles,
		.title_count = 1,
		.regions = regions,
		.region_count = 2,
		.audience = AUDIENCE_PUBLIC,
		.with_holders = true};
}

static struct document written(const struct made *m, enum lang lang, struct arena *arena)
{
	struct document d;
	assert_int_equal(evaluation_document(&m->view, lang, arena, &d), E_OK);
	return d;
}

/* --- looking things up --- */

static const struct cell *cell_at(const struct table *t, size_t row, const char *key)
{
	for (size_t i = 0; i < t->column_count; i++)
		if (str_equal(t->columns[i].key, str_from(key)))
			return &t->cells[row * t->column_count + i];
	fail_msg("no column %s", key);
	return NULL;
}

static const struct cell *named(const struct document *d, const char *key, const char *name_key,
	const char *name, const char *column)
{
	const struct table *t = document_table(d, str_from(key));
	assert_non_null(t);
	for (size_t i = 0; i < t->row_count; i++)
		if (str_equal(cell_at(t, i, name_key)->text, str_from(name)))
			return cell_at(t, i, column);
	fail_msg("no row %s in %s", name, key);
	return NULL;
}

static bool says(const struct document *d, const char *text)
{
	struct str needle = str_from(text);
	for (size_t i = 0; i < d->block_count; i++) {
		const struct block *b = &d->blocks[i];
		if (str_find(b->text, needle) < b->text.size ||
			str_find(b->detail, needle) < b->detail.size)
			return true;
		for (size_t k = 0; k < b->item_count; k++)
			if (str_find(b->items[k], needle) < b->items[k].size)
				return true;
	}
	return false;
}

static void assert_cell(const struct cell *cell, const char *text)
{
	struct writer w;
	writer_init(&w, PAGE);
	cell_write(&w, LANG_VI, cell);
	assert_int_equal(writer_end(&w), E_OK);
	writer_char(&w, '\0');
	assert_string_equal((const char *)w.data, text);
	writer_release(&w);
}

/* --- every figure in its place --- */

static void test_figures(void **state)
{
	struct made m;
	struct arena arena;
	(void)state;
	arena_init(&arena, ARENA);
	make(&m, 7.25);
	m.view.audience = AUDIENCE_STAFF;
	struct document d = written(&m, LANG_VI, &arena);
	const struct table *t = document_table(&d, STR("goals"));
	assert_int_equal(t->row_count, 3);
	assert_cell(cell_at(t, 0, "base"), "12.345 (11.111\u00a0– 13.580)");
	assert_cell(cell_at(t, 0, "reduction"), "56,0\u00a0% (51,0\u00a0%\u00a0– 60,0\u00a0%)");
	assert_cell(cell_at(t, 2, "reduction"), "47,8\u00a0%");
	assert_cell(cell_at(t, 2, "end"), "1.052.479");
	t = document_table(&d, STR("goal-half"));
	assert_cell(cell_at(t, 0, "from"), "01/09/2020");
	assert_cell(cell_at(t, 0, "alive_hours"), "160");
	assert_cell(cell_at(t, 1, "value"), "5.432 (4.889\u00a0– 5.975)");
	t = document_table(&d, STR("goal-press"));
	assert_int_equal(cell_at(t, 1, "from")->kind, CELL_NOT_KNOWN);
	t = document_table(&d, STR("attribution"));
	assert_cell(cell_at(t, 0, "net_effect"), "36,0\u00a0% (25,0\u00a0%\u00a0– 45,0\u00a0%)");
	assert_cell(cell_at(t, 0, "counterfactual"), "8.500 (7.650\u00a0– 9.350)");
	assert_cell(named(&d, "top-frozen", "name", "gone", "end"), "7 (7\u00a0– 8)");
	assert_cell(named(&d, "holders", "name", "Tập đoàn VNPT", "rate_end"),
		"1,00 (0,90\u00a0– 1,10)");
	assert_cell(named(&d, "holders", "name", "Tập đoàn VNPT", "rank"), "1");
	assert_cell(named(&d, "holders-announced", "name", "AS64500", "rank"), "1");
	assert_cell(named(&d, "regions", "name", "Cao Bằng", "end"), "7 (7\u00a0– 8)");
	assert_cell(named(&d, "machines", "tool", "bkav-home", "infected"), "7");
	assert_cell(named(&d, "feeds", "feed", "spam-trap", "step_ratio"), "2,10");
	t = document_table(&d, STR("weeks"));
	assert_int_equal(t->row_count, WEEKS);
	assert_cell(cell_at(t, 2, "expected"), "8.500");
	assert_cell(cell_at(document_table(&d, STR("blocklisted")), 3, "blocklisted"), "3.000.003");
	assert_cell(
		cell_at(document_table(&d, STR("durations")), 0, "median"), "6,3 (5,6\u00a0– 6,9)");
	t = document_table(&d, STR("stated"));
	assert_cell(cell_at(t, 2, "change"), "−4,54\u00a0%");
	assert_int_equal(cell_at(t, 2, "window_from")->kind, CELL_NOT_KNOWN);
	arena_release(&arena);
}

/* --- both languages --- */

static void assert_same_cell(const struct cell *a, const struct cell *b)
{
	assert_int_equal(a->kind, b->kind);
	assert_int_equal(a->decimals, b->decimals);
	if (a->kind == CELL_COUNT || a->kind == CELL_SHARE)
		assert_memory_equal(&a->number, &b->number, sizeof(a->number));
	if (a->kind == CELL_DATE)
		assert_memory_equal(&a->date, &b->date, sizeof(a->date));
}

static void test_languages(void **state)
{
	struct made m;
	struct arena arena;
	(void)state;
	arena_init(&arena, ARENA);
	make(&m, 7.25);
	struct document vi = written(&m, LANG_VI, &arena);
	struct document en = written(&m, LANG_EN, &arena);
	assert_int_equal(vi.block_count, en.block_count);
	for (size_t i = 0; i < vi.block_count; i++) {
		const struct block *a = &vi.blocks[i];
		const struct block *b = &en.blocks[i];
		assert_int_equal(a->kind, b->kind);
		assert_int_equal(a->tone, b->tone);
		assert_true(str_equal(a->key, b->key));
		assert_int_equal(a->item_count, b->item_count);
		assert_int_equal(a->chart.count > 0, b->chart.count > 0);
		assert_int_equal(a->table.column_count, b->table.column_count);
		assert_int_equal(a->table.row_count, b->table.row_count);
		for (size_t k = 0; k < a->table.row_count * a->table.column_count; k++)
			assert_same_cell(&a->table.cells[k], &b->table.cells[k]);
	}
	arena_release(&arena);
}

/* --- verdicts and reasons --- */

static const struct block *verdict_about(const struct document *d, const char *words)
{
	for (size_t i = 0; i < d->block_count; i++) {
		const struct block *b = &d->blocks[i];
		if (b->kind == BLOCK_VERDICT && str_find(b->text, str_from(words)) < b->text.size)
			return b;
	}
	fail_msg("no verdict says %s", words);
	return NULL;
}

static void test_verdicts(void **state)
{
	struct made m;
	struct arena arena;
	(void)state;
	arena_init(&arena, ARENA);
	make(&m, 7.25);
	struct document d = written(&m, LANG_EN, &arena);
	size_t verdicts = 0;
	assert_int_equal(verdict_about(&d, "Goal met. The")->tone, TONE_GOOD);
	const struct block *b = verdict_about(&d, "Goal not met. The");
	assert_int_equal(b->tone, TONE_BAD);
	assert_true(str_find(b->text, STR("rose by 12.5")) < b->text.size);
	assert_int_equal(verdict_about(&d, "Cannot be said. The")->tone, TONE_UNSAID);
	assert_true(says(&d, "Goal “By half”. Promised: 50"));
	assert_true(says(&d, "Nobody said over which days"));
	for (size_t i = 0; i < d.block_count; i++) {
		if (d.blocks[i].kind != BLOCK_VERDICT)
			continue;
		assert_true(d.blocks[i].text.size > 0);
		assert_true(d.blocks[i].detail.size > 0);
		verdicts++;
	}
	assert_int_equal(verdicts, 5); /* provisional, three goals, what the campaign caused */
	assert_true(
		str_find(d.summary, STR("1 met, 1 not met, 1 cannot be said")) < d.summary.size);
	assert_true(str_find(d.summary, STR("Estimate: because of the campaign")) < d.summary.size);
	arena_release(&arena);
}

/* Whatever keeps an answer from being given is said in words of its own. */
static void test_every_reason(void **state)
{
	(void)state;
	for (enum lang lang = LANG_VI; lang < LANG__COUNT; lang++)
		for (unsigned r = 0; r < REASON__COUNT; r++) {
			struct made m;
			struct arena arena;
			struct writer w;
			arena_init(&arena, ARENA);
			make(&m, 7.25);
			struct because because = {(enum reason)r, STR("some feed")};
			m.goals[0].verdict = VERDICT_CANNOT_BE_SAID;
			m.goals[0].reasons = (struct reasons){{because}, 1};
			m.e.attribution.method = METHOD_NONE;
			m.e.attribution.reasons = m.goals[0].reasons;
			struct document d = written(&m, lang, &arena);
			writer_init(&w, PAGE);
			reason_write(&w, lang, &because);
			writer_char(&w, '\0');
			assert_true(says(&d, (const char *)w.data));
			writer_release(&w);
			arena_release(&arena);
		}
}

static void test_effects(void **state)
{
	const struct {
		struct estimate effect;
		enum block_tone tone;
		const char *words;
	} all[] = {
		{{.36, .25, .45}, TONE_GOOD, "lower by 36.0"},
		{{-.2, -.3, -.1}, TONE_BAD, "higher by 20.0"},
		{{.05, -.1, .2}, TONE_PLAIN, "No clear effect"},
		{{.05, NAN, NAN}, TONE_UNSAID, "cannot be said"},
		{{NAN, NAN, NAN}, TONE_UNSAID, "cannot be said"},
	};
	(void)state;
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		struct made m;
		struct arena arena;
		arena_init(&arena, ARENA);
		make(&m, 7.25);
		m.e.attribution.net_effect = all[i].effect;
		struct document d = written(&m, LANG_EN, &arena);
		assert_int_equal(verdict_about(&d, all[i].words)->tone, all[i].tone);
		arena_release(&arena);
	}
}

/* --- what the public is not told --- */

static void assert_withheld(const struct document *d)
{
	assert_int_equal(named(d, "top-frozen", "name", "gone", "end")->kind, CELL_SMALL);
	assert_int_equal(named(d, "top-frozen", "name", "gone", "reduction")->kind, CELL_TEXT);
	assert_int_equal(named(d, "top-frozen", "name", "mirai", "end")->kind, CELL_TEXT);
	assert_int_equal(named(d, "top-frozen", "name", "necurs", "end")->kind, CELL_COUNT);
	assert_int_equal(named(d, "top-frozen", "name", "Added up", "end")->kind, CELL_COUNT);
	assert_int_equal(named(d, "top-frozen", "name", "Added up", "base")->kind, CELL_COUNT);
	/* Less the other sum it would leave one. */
	assert_int_equal(named(d, "top-current", "name", "Added up", "end")->kind, CELL_TEXT);
	assert_int_equal(named(d, "top-current", "name", "Added up", "base")->kind, CELL_TEXT);
	assert_int_equal(named(d, "top-current", "name", "new", "base")->kind, CELL_SMALL);
	assert_int_equal(named(d, "holders", "name", "school", "end")->kind, CELL_SMALL);
	assert_int_equal(named(d, "holders", "name", "school", "rate_end")->kind, CELL_TEXT);
	assert_int_equal(named(d, "holders", "name", "school", "rank")->kind, CELL_NOT_KNOWN);
	assert_int_equal(named(d, "holders", "name", "school", "base")->kind, CELL_COUNT);
	/* The total is known, so the next smallest goes with it, and says that it is not small. */
	assert_int_equal(named(d, "holders-announced", "name", "AS64500", "end")->kind, CELL_TEXT);
	assert_int_equal(named(d, "holders", "name", "FPT", "end")->kind, CELL_COUNT);
	assert_int_equal(named(d, "regions", "name", "Cao Bang", "end")->kind, CELL_SMALL);
	assert_int_equal(named(d, "regions", "name", "province not known", "end")->kind, CELL_TEXT);
	assert_int_equal(named(d, "machines", "tool", "bkav-home", "infected")->kind, CELL_SMALL);
	assert_int_equal(named(d, "machines", "tool", "bkav-home", "rate")->kind, CELL_TEXT);
}

static void freeze(struct writer *w, const struct made *m)
{
	struct arena arena;
	arena_init(&arena, ARENA);
	struct document d = written(m, LANG_EN, &arena);
	assert_withheld(&d);
	writer_init(w, PAGE);
	document_freeze(w, &d);
	assert_int_equal(writer_end(w), E_OK);
	arena_release(&arena);
}

/* Two evaluations that differ only in what is withheld give the same document to the byte: nothing
 * of it is in a cell, a rank, an order, a sentence or a chart. */
static void test_secret(void **state)
{
	struct made a;
	struct made b;
	struct writer x;
	struct writer y;
	(void)state;
	make(&a, 2.5);
	make(&b, 8.75);
	/* What is drawn week by week follows the goal: all botnets, then the ten. */
	for (size_t goal = 0; goal < 2; goal++) {
		a.e.attribution.goal = b.e.attribution.goal = &plan.goals[goal];
		freeze(&x, &a);
		freeze(&y, &b);
		assert_int_equal(x.size, y.size);
		assert_memory_equal(x.data, y.data, x.size);
		writer_release(&x);
		writer_release(&y);
	}
}

/* What is withheld only because subtraction would give another away shows nowhere either. */
static void test_closed(void **state)
{
	struct writer w[2];
	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct made m;
		struct arena arena;
		arena_init(&arena, ARENA);
		make(&m, 7.25);
		m.e.no_region = (struct region_result){.base = ESTIMATE_UNKNOWN,
			.end = ESTIMATE_UNKNOWN,
			.rate_base = ESTIMATE_UNKNOWN,
			.rate_end = ESTIMATE_UNKNOWN,
			.reduction = ESTIMATE_UNKNOWN};
		m.regions[0] = region_of(STR("01"), 6000, i ? 3000 : 2500);
		struct document d = written(&m, LANG_EN, &arena);
		assert_int_equal(named(&d, "regions", "name", "Hanoi", "end")->kind, CELL_TEXT);
		writer_init(&w[i], PAGE);
		document_freeze(&w[i], &d);
		assert_int_equal(writer_end(&w[i]), E_OK);
		arena_release(&arena);
	}
	assert_int_equal(w[0].size, w[1].size);
	assert_memory_equal(w[0].data, w[1].data, w[0].size);
	writer_release(&w[0]);
	writer_release(&w[1]);
}

static void test_small_goal(void **state)
{
	struct made m;
	struct arena arena;
	(void)state;
	arena_init(&arena, ARENA);
	make(&m, 7.25);
	m.goals[0].end.x = about(6);
	m.e.attribution.counterfactual = about(12);
	m.e.attribution.net_effect = (struct estimate){.5, .4, .6};
	struct document d = written(&m, LANG_EN, &arena);
	const struct table *t = document_table(&d, STR("goals"));
	assert_int_equal(cell_at(t, 0, "base")->kind, CELL_COUNT);
	assert_int_equal(cell_at(t, 0, "end")->kind, CELL_SMALL);
	assert_int_equal(cell_at(t, 0, "reduction")->kind, CELL_TEXT);
	t = document_table(&d, STR("attribution"));
	assert_int_equal(cell_at(t, 0, "net_effect")->kind, CELL_TEXT);
	assert_int_equal(cell_at(t, 0, "counterfactual")->kind, CELL_TEXT);
	assert_true(says(&d, "it would give away counts under 10"));
	assert_false(says(&d, "56.0"));
	for (size_t i = 0; i < d.block_count; i++)
		assert_false(d.blocks[i].kind == BLOCK_CHART &&
			     str_equal(d.blocks[i].key, STR("goal-half")));
	arena_release(&arena);
}

/* Withheld lines of a table whose total is known: none, or several that are ten together, unless
 * nothing else is left to withhold. */
static void test_subtraction(void **state)
{
	struct dice dice = {20200922};
	(void)state;
	for (int run = 0; run < 20000; run++) {
		double counts[8];
		enum openness openness[8];
		size_t count = 1 + dice_below(&dice, 8);
		double hidden = 0;
		size_t closed = 0;
		size_t open = 0;
		for (size_t i = 0; i < count; i++)
			counts[i] = (double)dice_below(&dice, dice_below(&dice, 2) ? 6 : 60);
		choose_open(AUDIENCE_PUBLIC, counts, count, openness);
		for (size_t i = 0; i < count; i++) {
			bool small = counts[i] > 0 && counts[i] < SMALL_CELL;
			assert_true(small == (openness[i] == SMALL));
			closed += openness[i] != OPEN;
			hidden += openness[i] != OPEN ? counts[i] : 0;
			open += openness[i] == OPEN && counts[i] > 0;
		}
		assert_true(closed == 0 || open == 0 || (closed > 1 && hidden >= SMALL_CELL));
	}
}

/* Two sums, each over two withheld botnets, of which one is in both lists. */
static void test_two_sums(void **state)
{
	struct made m;
	struct arena arena;
	(void)state;
	arena_init(&arena, ARENA);
	make(&m, 7.25);
	m.frozen[1] = botnet(STR("mirai"), 700, 8);
	m.current[1] = m.frozen[1];
	m.current[2] = botnet(STR("gone"), 60, 7.25);
	struct document d = written(&m, LANG_EN, &arena);
	assert_int_equal(named(&d, "top-frozen", "name", "Added up", "end")->kind, CELL_COUNT);
	assert_int_equal(named(&d, "top-current", "name", "Added up", "end")->kind, CELL_COUNT);
	m.current[0] = botnet(STR("new"), 90, 4);
	d = written(&m, LANG_EN, &arena);
	assert_int_equal(named(&d, "top-frozen", "name", "Added up", "end")->kind, CELL_COUNT);
	assert_int_equal(named(&d, "top-current", "name", "Added up", "end")->kind, CELL_TEXT);
	arena_release(&arena);
}

/* --- the right of reply, editions, nothing at all --- */

static void test_reply(void **state)
{
	struct made m;
	struct arena arena;
	const struct edition edition = {.number = 2,
		.made = {1606000000},
		.public_from = {2020, 11, 27},
		.correction = {STR_INIT("Sửa số thuê bao."), STR_INIT("Subscribers mended.")}};
	(void)state;
	arena_init(&arena, ARENA);
	make(&m, 7.25);
	m.view.with_holders = false;
	m.view.edition = &edition;
	struct document d = written(&m, LANG_VI, &arena);
	assert_null(document_table(&d, STR("holders")));
	assert_null(document_table(&d, STR("holders-announced")));
	assert_true(says(&d, "27/11/2020"));
	assert_true(says(&d, "Sửa số thuê bao."));
	assert_false(says(&d, "Số liệu tạm tính"));
	assert_true(str_find(d.subtitle, STR("số 2")) < d.subtitle.size);
	assert_int_equal(d.made.seconds, 1606000000);
	arena_release(&arena);
}

static void test_nothing(void **state)
{
	const struct plan empty = {.campaign.key = STR_INIT("c")};
	const struct evaluation e = {.plan = &empty,
		.simulated = true,
		.attribution = {.method = METHOD_NONE,
			.decline = ESTIMATE_UNKNOWN,
			.counterfactual = ESTIMATE_UNKNOWN,
			.net_effect = ESTIMATE_UNKNOWN}};
	const struct evaluation_view view = {
		.evaluation = &e, .audience = AUDIENCE_PUBLIC, .with_holders = true};
	struct arena arena;
	struct document d;
	(void)state;
	arena_init(&arena, ARENA);
	assert_int_equal(evaluation_document(&view, LANG_EN, &arena, &d), E_OK);
	assert_true(says(&d, "Simulated data"));
	assert_true(says(&d, "no goal to be judged by"));
	assert_true(says(&d, "What the campaign caused cannot be said."));
	arena_release(&arena);
}

static void test_without_memory(void **state)
{
	struct made m;
	(void)state;
	make(&m, 7.25);
	for (size_t limit = 0; limit < 4 << 20; limit += 60000) {
		struct arena arena;
		struct document d;
		arena_init(&arena, limit);
		enum err err = evaluation_document(&m.view, LANG_VI, &arena, &d);
		assert_true(err == E_OK || err == E_NOMEM);
		arena_release(&arena);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_figures),
		cmocka_unit_test(test_languages),
		cmocka_unit_test(test_verdicts),
		cmocka_unit_test(test_every_reason),
		cmocka_unit_test(test_effects),
		cmocka_unit_test(test_secret),
		cmocka_unit_test(test_closed),
		cmocka_unit_test(test_small_goal),
		cmocka_unit_test(test_subtraction),
		cmocka_unit_test(test_two_sums),
		cmocka_unit_test(test_reply),
		cmocka_unit_test(test_nothing),
		cmocka_unit_test(test_without_memory),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
