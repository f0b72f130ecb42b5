/* SPDX-License-Identifier: Apache-2.0 */
/* bench_distinct FOLDER: distinct addresses of each day and raw name, over all sightings, as JSON.
 * They are counted as the evaluation counts: from the stored sets where they lie, on boards.
 * bench_distinct FOLDER questions, by the sets themselves: those of standard input ("FROM TO NAME":
 * seconds since 1970, whole hours), an answer a line. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "model/unit_set.h"
#include "os/system.h"
#include "store/store.h"

enum {
	GROUPS = 4096,
	NAME = 256
};

struct group {
	int64_t day;
	char name[NAME];
	size_t name_size;
	struct unit_set *units;
	uint64_t v4;
};

struct counter {
	struct group groups[GROUPS];
	size_t count;
	struct store_groups *stored;
	struct str only; /* a question's name */
	bool any_day;
};

static struct group *find(struct counter *c, int64_t day, struct str name)
{
	for (size_t i = c->count; i > 0; i--) {
		struct group *g = &c->groups[i - 1];
		if (g->day == day && str_equal((struct str){g->name, g->name_size}, name))
			return g;
	}
	if (c->count == GROUPS || name.size > NAME)
		return NULL;
	struct group *g = &c->groups[c->count++];
	*g = (struct group){.day = day, .name_size = name.size, .units = unit_set_new()};
	memcpy(g->name, name.data, name.size);
	return g->units ? g : NULL;
}

static enum err take(void *context, const struct store_set *set)
{
	struct counter *c = context;
	if (c->only.size > 0 && !str_equal(c->only, set->name))
		return E_OK;
	int64_t day = c->any_day ? 0 : set->bucket.from.seconds / SECONDS_PER_DAY;
	struct group *g = find(c, day, set->name);
	return g ? unit_set_gather(g->units, set->units) : E_NOMEM;
}

static enum err settle(struct counter *c)
{
	for (size_t i = 0; i < c->count; i++)
		TRY(unit_set_settle(c->groups[i].units));
	return E_OK;
}

static void forget(struct counter *c)
{
	for (size_t i = 0; i < c->count; i++)
		unit_set_free(c->groups[i].units);
	c->count = 0;
}

static enum err hold(void *context, const struct store_set *set, const struct store_stored *stored)
{
	struct counter *c = context;
	struct group *g = find(c, set->bucket.from.seconds / SECONDS_PER_DAY, set->name);
	return g ? store_groups_add(c->stored, (size_t)(g - c->groups), stored) : E_NOMEM;
}

static enum err count_held(struct store *s, struct counter *c)
{
	struct store_query all = {.kinds = KIND_SET_ALL};
	struct store_held *held;
	c->stored = store_groups_new();
	if (!c->stored)
		return E_NOMEM;
	TRY(store_hold_sets(s, &all, hold, c, &held));
	enum err err = E_OK;
	for (size_t i = 0; i < c->count && err == E_OK; i++)
		err = store_groups_count_v4(c->stored, i, &c->groups[i].v4);
	store_held_release(held);
	store_groups_free(c->stored);
	return err;
}

static enum err count_all(struct store *s, struct counter *c)
{
	uint64_t start = system_monotonic();
	clock_t used = clock();
	TRY(count_held(s, c));
	double seconds = (double)(system_monotonic() - start) / 1e9;
	printf("{\"seconds\":%.4f,\"processor\":%.4f,\"counts\":{", seconds,
		(double)(clock() - used) / CLOCKS_PER_SEC);
	for (size_t i = 0; i < c->count; i++)
		printf("%s\"%lld %.*s\":%llu", i ? "," : "", (long long)c->groups[i].day,
			(int)c->groups[i].name_size, c->groups[i].name,
			(unsigned long long)c->groups[i].v4);
	printf("}}\n");
	return E_OK;
}

static enum err answer_one(struct store *s, struct counter *c, struct str line)
{
	struct str rest;
	uint64_t from;
	uint64_t to;
	if (!str_to_u64(str_cut(line, ' ', &rest), INT64_MAX, &from) ||
		!str_to_u64(str_cut(rest, ' ', &rest), INT64_MAX, &to))
		return E_SYNTAX;
	struct store_query query = {
		.time = {{(int64_t)from}, {(int64_t)to}}, .kinds = KIND_SET_ALL};
	c->only = str_trim(rest);
	c->any_day = true;
	TRY(store_each_set(s, &query, take, c));
	TRY(settle(c));
	printf("%llu\n",
		c->count ? (unsigned long long)unit_set_count_v4(c->groups[0].units) : 0ULL);
	forget(c);
	return E_OK;
}

static enum err answer(struct store *s, struct counter *c)
{
	char line[NAME + 64];
	while (fgets(line, sizeof(line), stdin))
		TRY(answer_one(s, c, str_from(line)));
	return E_OK;
}

int main(int argc, char **argv)
{
	static struct counter counter;
	struct store *s = NULL;
	if (argc != 2 && argc != 3) {
		fputs("usage: bench_distinct FOLDER [questions]\n", stderr);
		return 2;
	}
	enum err err = store_open(str_from(argv[1]), STORE_READ, &s);
	if (err == E_OK)
		err = argc == 3 ? answer(s, &counter) : count_all(s, &counter);
	if (err != E_OK)
		fprintf(stderr, "bench_distinct: %s\n", err_name(err));
	forget(&counter);
	store_close(s);
	return err == E_OK ? 0 : 2;
}
