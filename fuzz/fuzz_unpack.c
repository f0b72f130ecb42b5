/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>

#include "unpack/unpack.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum {
	PATIENCE = 20000 /* questions whether the time is up */
};

static const struct unpack_limits limits = {
	.depth = 6, .members = 300, .member_size = 1 << 20, .total = 8 << 20, .ratio = 1000};

struct tally {
	uint64_t members, bytes, asked;
	bool ended;
	uint8_t ends;
};

static void require(bool good)
{
	if (!good)
		abort();
}

static enum err member(void *context, struct str path, struct bytes content)
{
	struct tally *t = context;
	require(!t->ended && content.size > 0 && content.size <= limits.member_size);
	require(str_starts(path, STR(" → ")));
	t->members++;
	t->bytes += content.size;
	require(t->members <= limits.members && t->bytes <= limits.total + limits.member_size);
	t->ends ^= content.data[0] ^ content.data[content.size - 1]; /* it can be read */
	return E_OK;
}

static void unscanned(void *context, struct str path, enum unscanned reason, struct str about)
{
	struct tally *t = context;
	(void)path;
	require(!t->ended && reason < UNSCANNED__COUNT && (about.data || about.size == 0));
	t->ended = reason == UNSCANNED_TIME;
}

static bool stop(void *context)
{
	struct tally *t = context;
	return ++t->asked > PATIENCE;
}

/* Never more than the limits, nothing after the time is up, no error of its own. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static bool warm;
	struct tally tally = {0};
	const struct unpack_sink sink = {&tally, member, unscanned, stop};
	if (!warm && unpack_warm_up() != E_OK)
		return 0;
	warm = true;
	struct bytes content = {data, size};
	(void)unpack_recognise(content);
	enum err err = unpack(content, STR("input.bin"), &limits, &sink);
	require(err == E_OK || err == E_NOMEM);
	return 0;
}
