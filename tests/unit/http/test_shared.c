/* SPDX-License-Identifier: Apache-2.0 */
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "http/shared.h"

enum {
	MINUTE = 60
};

/* An answer of so many bytes that compress to nothing much. */
static struct shared_answer *answer_made(size_t size, bool lasting)
{
	struct writer body;
	writer_init(&body, 1 << 20);
	for (size_t i = 0; i < size; i++)
		writer_char(&body, 'a');
	const struct http_answer a = {
		.status = 200, .content_type = "text/plain", .lasting = lasting, .body = &body};
	struct shared_answer *answer = shared_answer_new(&a, false);
	assert_non_null(answer);
	writer_release(&body);
	return answer;
}

static struct shared_answer *answer_of(size_t size)
{
	return answer_made(size, false);
}

/* Asks, makes where it must; whether it had to. */
static bool visit(struct shared *s, const char *path, uint64_t edition, uint64_t now)
{
	struct shared_ticket ticket;
	struct shared_answer *answer = shared_get(s, str_from(path), false, edition, now, &ticket);
	bool made = !answer;
	if (made) {
		answer = answer_of(100);
		shared_put(s, &ticket, answer);
	}
	shared_release(answer);
	return made;
}

/* The same of an answer in which the time of day is not. */
static bool visit_lasting(struct shared *s, uint64_t edition, uint64_t now)
{
	struct shared_ticket ticket;
	struct shared_answer *answer = shared_get(s, STR("/s"), false, edition, now, &ticket);
	bool made = !answer;
	if (made) {
		answer = answer_made(100, true);
		shared_put(s, &ticket, answer);
	}
	shared_release(answer);
	return made;
}

static void lasting_made_once_an_edition(void **state)
{
	(void)state;
	struct shared *s = shared_new(10, 1 << 20, MINUTE, 5);
	struct shared_ticket ticket;
	assert_true(visit_lasting(s, 1, 100));
	assert_false(visit_lasting(s, 1, 159));
	assert_false(visit_lasting(s, 1, 1000000));
	assert_true(visit_lasting(s, 2, 1000000));
	/* While the next is made, the one before is given for its minute and no longer. */
	assert_null(shared_get(s, STR("/s"), false, 3, 1000010, &ticket));
	struct shared_answer *before = shared_get(s, STR("/s"), false, 3, 1000059, &ticket);
	assert_non_null(before);
	shared_release(before);
	shared_free(s);
}

static void made_once_an_edition_and_a_minute(void **state)
{
	(void)state;
	struct shared *s = shared_new(10, 1 << 20, MINUTE, 5);
	assert_true(visit(s, "/vi/", 1, 100));
	assert_false(visit(s, "/vi/", 1, 101));
	assert_false(visit(s, "/vi/", 1, 159));
	assert_true(visit(s, "/vi/", 1, 160));
	assert_false(visit(s, "/vi/", 1, 161));
	assert_true(visit(s, "/vi/", 2, 162));
	assert_false(visit(s, "/vi/", 2, 162));
	assert_true(visit(s, "/en/", 2, 162));
	assert_int_equal(shared_state(s).answers, 2);
	shared_free(s);
}

static void answers_by_tls_are_others(void **state)
{
	(void)state;
	struct shared *s = shared_new(10, 1 << 20, MINUTE, 5);
	struct shared_ticket ticket;
	assert_true(visit(s, "/vi/", 1, 100));
	assert_null(shared_get(s, STR("/vi/"), true, 1, 100, &ticket));
	shared_put(s, &ticket, NULL);
	shared_free(s);
}

static void what_is_not_kept_is_forgotten(void **state)
{
	(void)state;
	struct shared *s = shared_new(10, 1 << 20, MINUTE, 5);
	struct shared_ticket ticket;
	assert_true(visit(s, "/vi/", 1, 100));
	assert_null(shared_get(s, STR("/vi/"), false, 2, 100, &ticket));
	shared_put(s, &ticket, NULL);
	assert_int_equal(shared_state(s).answers, 0);
	assert_int_equal(shared_state(s).bytes, 0);
	assert_true(visit(s, "/vi/", 2, 100));
	shared_free(s);
}

/* While one makes the next edition, the others get the one before; not when it is too old. */
static void nobody_waits_for_the_next_edition(void **state)
{
	(void)state;
	struct shared *s = shared_new(10, 1 << 20, MINUTE, 5);
	struct shared_ticket maker;
	struct shared_ticket other;
	assert_true(visit(s, "/vi/", 1, 100));
	assert_null(shared_get(s, STR("/vi/"), false, 2, 101, &maker));
	struct shared_answer *old = shared_get(s, STR("/vi/"), false, 2, 101, &other);
	assert_non_null(old);
	struct shared_answer *made = answer_of(50);
	shared_put(s, &maker, made);
	shared_release(made);
	/* Still readable by who has it. */
	assert_int_equal(old->variants.plain.size, 100);
	shared_release(old);
	struct shared_answer *fresh = shared_get(s, STR("/vi/"), false, 2, 101, &other);
	assert_non_null(fresh);
	assert_int_equal(fresh->variants.plain.size, 50);
	shared_release(fresh);
	shared_free(s);
}

static void the_least_asked_for_goes_first(void **state)
{
	(void)state;
	struct shared *s = shared_new(3, 1 << 20, MINUTE, 5);
	assert_true(visit(s, "/a", 1, 100));
	assert_true(visit(s, "/b", 1, 100));
	assert_true(visit(s, "/c", 1, 100));
	assert_false(visit(s, "/a", 1, 101));
	assert_true(visit(s, "/d", 1, 101));
	assert_int_equal(shared_state(s).answers, 3);
	assert_false(visit(s, "/a", 1, 101));
	assert_true(visit(s, "/b", 1, 101));
	shared_free(s);
}

static void many_paths_stay_within_bounds(void **state)
{
	(void)state;
	enum {
		BYTES = 1 << 18
	};
	struct shared *s = shared_new(1024, BYTES, MINUTE, 5);
	for (int i = 0; i < 5000; i++) {
		char path[32];
		(void)snprintf(path, sizeof(path), "/vi/ma-doc/%d", i);
		assert_true(visit(s, path, 1, 100));
		assert_true(shared_state(s).bytes <= BYTES);
	}
	assert_in_range(shared_state(s).answers, 20, 100);
	shared_free(s);
}

/* --- many at once --- */

enum {
	THREADS = 8,
	VISITS = 4000
};

struct crowd {
	struct shared *shared;
	_Atomic uint64_t edition;
	_Atomic unsigned makers;
	_Atomic unsigned most_makers;
	_Atomic bool wrong;
};

/* The size of an answer tells which edition it was made from. */
static void make_slowly(struct crowd *c, const struct shared_ticket *ticket)
{
	unsigned makers = atomic_fetch_add(&c->makers, 1) + 1;
	if (makers > atomic_load(&c->most_makers))
		atomic_store(&c->most_makers, makers);
	struct shared_answer *answer = answer_of(1000 + atomic_load(&c->edition));
	atomic_fetch_sub(&c->makers, 1);
	shared_put(c->shared, ticket, answer);
	shared_release(answer);
}

/* The next edition comes once this one has been seen. */
static void look(struct crowd *c, const struct shared_answer *answer, uint64_t edition)
{
	uint64_t got = answer->variants.plain.size - 1000;
	if (got + 1 < edition || strlen(answer->variants.plain.etag) != 34)
		atomic_store(&c->wrong, true);
	atomic_compare_exchange_strong(&c->edition, &got, got + 1);
}

static void *visit_often(void *context)
{
	struct crowd *c = context;
	for (unsigned i = 0; i < VISITS; i++) {
		struct shared_ticket ticket;
		uint64_t edition = atomic_load(&c->edition);
		struct shared_answer *answer =
			shared_get(c->shared, STR("/"), false, edition, 1, &ticket);
		if (!answer) {
			make_slowly(c, &ticket);
			continue;
		}
		look(c, answer, edition);
		shared_release(answer);
	}
	return NULL;
}

static void a_crowd_makes_each_edition_once(void **state)
{
	(void)state;
	struct crowd c = {.shared = shared_new(10, 1 << 20, 1 << 30, 5)};
	pthread_t threads[THREADS];
	atomic_store(&c.edition, 1);
	for (int i = 0; i < THREADS; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, visit_often, &c), 0);
	for (int i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
	assert_int_equal(atomic_load(&c.most_makers), 1);
	assert_false(atomic_load(&c.wrong));
	assert_in_range(atomic_load(&c.edition), 10, THREADS * VISITS);
	shared_free(c.shared);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(made_once_an_edition_and_a_minute),
		cmocka_unit_test(lasting_made_once_an_edition),
		cmocka_unit_test(answers_by_tls_are_others),
		cmocka_unit_test(what_is_not_kept_is_forgotten),
		cmocka_unit_test(nobody_waits_for_the_next_edition),
		cmocka_unit_test(the_least_asked_for_goes_first),
		cmocka_unit_test(many_paths_stay_within_bounds),
		cmocka_unit_test(a_crowd_makes_each_edition_once),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
