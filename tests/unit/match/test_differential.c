/* SPDX-License-Identifier: Apache-2.0 */
/* The engine against libyara alone, over rules and content by chance. By itself a few rounds;
 * `--seconds N [--seed N] [--keep FOLDER]` goes on and keeps what differs: script/soak --only
 * match. `--rules FILE --content FILE` looks again at what was kept. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "match/engine.h"
#include "random_rules.h"

enum {
	ROUNDS = 6,
	RULES = 24,
	CONTENTS = 60,
	MILLISECONDS = 600000
};

static const char *keep = ".";
static unsigned long long hits, contents, problems, given_up, guarded;

static void on_problem(void *context, const struct problem *problem)
{
	(void)context;
	problems++;
	if (getenv("QUETSACH_PROBLEMS"))
		fprintf(stderr, "%.*s\n", STR_ARG(problem_got(problem)));
}

/* libyara alone, the engine, the engine read back from bytes. */
enum side {
	SIDE_PLAIN,
	SIDE_GUARDED,
	SIDE_LOADED,
	SIDE__COUNT
};
struct sides {
	struct engine *engines[SIDE__COUNT];
	struct matcher *matchers[SIDE__COUNT];
	struct writer saved;
};

static void sides_release(struct sides *s)
{
	for (int i = 0; i < SIDE__COUNT; i++) {
		matcher_free(s->matchers[i]);
		engine_free(s->engines[i]);
	}
	writer_release(&s->saved);
}

static enum err sides_make(struct sides *s, struct str rules)
{
	struct pack_file file = {STR("random.yar"), rules};
	struct pack_set set = {.name = STR("random"), .files = &file, .file_count = 1};
	struct pack pack = {.sets = &set, .set_count = 1};
	*s = (struct sides){0};
	writer_init(&s->saved, 1 << 28);
	TRY(engine_new(&pack, true, on_problem, NULL, &s->engines[SIDE_PLAIN]));
	TRY(engine_new(&pack, false, on_problem, NULL, &s->engines[SIDE_GUARDED]));
	TRY(engine_save(s->engines[SIDE_GUARDED], &s->saved));
	TRY(engine_load(writer_view(&s->saved), &s->engines[SIDE_LOADED]));
	for (int i = 0; i < SIDE__COUNT; i++)
		TRY(matcher_new(s->engines[i], &s->matchers[i]));
	guarded += engine_facts(s->engines[SIDE_GUARDED]).guarded;
	return E_OK;
}

static void keep_file(const char *name, uint64_t seed, unsigned number, struct bytes bytes)
{
	char path[512];
	snprintf(path, sizeof(path), "%s/%s-%llu-%u", keep, name, (unsigned long long)seed, number);
	FILE *file = fopen(path, "wb");
	if (!file)
		return;
	fwrite(bytes.data, 1, bytes.size, file);
	fclose(file);
}

static void tell_side(const char *side, const struct match_result *result)
{
	fprintf(stderr, "%s:", side);
	for (size_t i = 0; i < result->count; i++)
		fprintf(stderr, " %.*s", STR_ARG(result->matches[i].rule));
	fprintf(stderr, "\n");
}

static bool same(const struct match_result *a, const struct match_result *b)
{
	bool same = a->count == b->count;
	for (size_t i = 0; same && i < a->count; i++)
		same = str_equal(a->matches[i].rule, b->matches[i].rule) &&
		       str_equal(a->matches[i].author, b->matches[i].author);
	return same;
}

/* True where all sides say the same of the content. */
static bool agree(struct sides *s, struct random_rules *r, struct bytes content)
{
	static const char *const names[] = {"a.exe", "/tmp/A.dll", "b.txt"};
	struct str name = str_from(names[chance_below(&r->chance, 3)]);
	struct object_name object = {.path = STR("/tmp/a.exe"),
		.name = name,
		.extension = chance_below(&r->chance, 2) ? STR(".exe") : STR(""),
		.owner = STR("root")};
	struct match_result results[SIDE__COUNT];
	enum err errs[SIDE__COUNT];
	for (int i = 0; i < SIDE__COUNT; i++)
		errs[i] = matcher_scan(
			s->matchers[i], content, &object, MATCH_ALL, MILLISECONDS, &results[i]);
	if (errs[SIDE_PLAIN] !=
		E_OK) { /* libyara gave up: the engine may know more, or give up too */
		given_up++;
		return true;
	}
	bool fine = errs[SIDE_GUARDED] == E_OK && errs[SIDE_LOADED] == E_OK;
	hits += results[SIDE_PLAIN].count;
	contents++;
	if (fine && same(&results[0], &results[1]) && same(&results[0], &results[2]))
		return true;
	fprintf(stderr, "%s %s\n", err_name(errs[SIDE_GUARDED]), err_name(errs[SIDE_LOADED]));
	tell_side("libyara", &results[SIDE_PLAIN]);
	tell_side("engine", &results[SIDE_GUARDED]);
	tell_side("loaded", &results[SIDE_LOADED]);
	return false;
}

static bool run_round(uint64_t seed)
{
	struct random_rules r;
	struct sides s;
	struct writer content;
	bool fine = true;
	random_rules_init(&r, seed);
	writer_init(&content, 1 << 20);
	random_rules_make(&r, RULES);
	enum err err = sides_make(&s, writer_view_str(&r.text));
	if (err != E_OK) {
		fprintf(stderr, "seed %llu: %s\n", (unsigned long long)seed, err_name(err));
		fine = false;
	}
	for (unsigned i = 0; i < CONTENTS && err == E_OK; i++) {
		random_content(&r, &content);
		if (agree(&s, &r, writer_view(&content)))
			continue;
		fprintf(stderr, "seed %llu, content %u\n", (unsigned long long)seed, i);
		keep_file("content", seed, i, writer_view(&content));
		fine = false;
	}
	if (!fine)
		keep_file("rules", seed, 0, writer_view(&r.text));
	writer_release(&content);
	random_rules_release(&r);
	sides_release(&s);
	return fine;
}

static void sides_agree(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= ROUNDS; seed++)
		assert_true(run_round(seed));
	/* so that it says something: rules compile, and are true and false */
	assert_true(hits > contents / 2);
	assert_true(problems < (unsigned long long)ROUNDS * RULES);
	assert_true(guarded > 0);
}

static int soak(uint64_t seconds, uint64_t seed)
{
	uint64_t end = (uint64_t)time(NULL) + seconds, rounds = 0, failed = 0;
	for (; (uint64_t)time(NULL) < end; rounds++)
		failed += !run_round(seed + rounds);
	if (guarded == 0)
		failed++; /* libyara beside itself says nothing */
	printf("%llu rounds from seed %llu, %llu contents, %llu hits, %llu rules told as faulty, "
	       "%llu times libyara gave up: %llu rounds differ\n",
		(unsigned long long)rounds, (unsigned long long)seed, contents, hits, problems,
		given_up, (unsigned long long)failed);
	return failed > 0;
}

static bool read_kept(const char *path, struct writer *w)
{
	FILE *file = fopen(path, "rb");
	writer_init(w, 1 << 24);
	if (!file)
		return false;
	for (int c = getc(file); c != EOF; c = getc(file))
		writer_char(w, (char)c);
	fclose(file);
	return writer_end(w) == E_OK;
}

/* Every name it may have had is tried. */
static int look_again(const char *rules_path, const char *content_path)
{
	struct writer rules, content;
	struct random_rules r;
	struct sides s = {0};
	bool fine = true;
	random_rules_init(&r, 1);
	if (!read_kept(rules_path, &rules) || !read_kept(content_path, &content) ||
		sides_make(&s, writer_view_str(&rules)) != E_OK)
		fine = false;
	for (int i = 0; i < 100 && fine; i++)
		fine = agree(&s, &r, writer_view(&content));
	sides_release(&s);
	random_rules_release(&r);
	writer_release(&rules);
	writer_release(&content);
	return !fine;
}

int main(int count, char **arguments)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(sides_agree)};
	const char *rules = NULL, *content = NULL;
	uint64_t seconds = 0, seed = 1;
	for (int i = 1; i + 1 < count; i += 2) {
		if (strcmp(arguments[i], "--seconds") == 0)
			seconds = strtoull(arguments[i + 1], NULL, 10);
		else if (strcmp(arguments[i], "--seed") == 0)
			seed = strtoull(arguments[i + 1], NULL, 10);
		else if (strcmp(arguments[i], "--keep") == 0)
			keep = arguments[i + 1];
		else if (strcmp(arguments[i], "--rules") == 0)
			rules = arguments[i + 1];
		else if (strcmp(arguments[i], "--content") == 0)
			content = arguments[i + 1];
	}
	if (rules && content)
		return look_again(rules, content);
	return seconds ? soak(seconds, seed) : cmocka_run_group_tests(tests, NULL, NULL);
}
