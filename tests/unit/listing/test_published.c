/* SPDX-License-Identifier: Apache-2.0 */
/* Readers in threads while a writer replaces what they read: nobody ever holds what was taken
 * away, and what is held does not change. */
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "listing/published.h"

enum {
	READERS = 3,
	REPLACEMENTS = 3000
};

static struct published *published;
static _Atomic bool stop;
static _Atomic uint64_t torn;

/* Listing and network of one publication are two views of the same block; its bytes become zero
 * when it is taken away. Neither is ever opened here. */
static bool sound(const struct publication *p)
{
	const void *listing = p->listing;
	const void *network = p->network;
	return listing == network && (!listing || *(const char *)listing == 'x');
}

static void *read_on(void *context)
{
	(void)context;
	while (!atomic_load(&stop)) {
		const struct publication *p = published_acquire(published);
		if (!sound(p))
			atomic_fetch_add(&torn, 1);
		published_release(published, p);
	}
	return NULL;
}

static void nobody_reads_what_is_gone(void **state)
{
	(void)state;
	pthread_t readers[READERS];
	char *old = NULL;
	published = published_new();
	assert_non_null(published);
	for (int i = 0; i < READERS; i++)
		assert_int_equal(pthread_create(&readers[i], NULL, read_on, NULL), 0);
	for (int i = 0; i < REPLACEMENTS; i++) {
		char *block = malloc(64);
		assert_non_null(block);
		memset(block, 'x', 64);
		const void *as = block;
		while (published_replace(published,
			       (struct publication){.listing = as, .network = as}) != E_OK)
			;
		while (!published_drained(published))
			;
		if (old)
			memset(old, 0, 64);
		free(old);
		old = block;
	}
	atomic_store(&stop, true);
	for (int i = 0; i < READERS; i++)
		pthread_join(readers[i], NULL);
	assert_int_equal(torn, 0);
	free(old);
	published_free(published);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(nobody_reads_what_is_gone)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
