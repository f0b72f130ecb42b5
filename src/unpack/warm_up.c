/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <time.h>

#include "base/writer.h"
#include "unpack/charsets.h"
#include "unpack/unpack.h"

/* One empty member "ế" whose name is marked as UTF-8: converting it and its time makes the C
 * library load its tables. */
static const uint8_t zip[] = {'P', 'K', 3, 4, 20, 0, 0, 8, 0, 0, 0, 0, 0x21, 0x28, 0, 0, 0, 0, 0, 0,
	0, 0, 0, 0, 0, 0, 3, 0, 0, 0, 0xE1, 0xBA, 0xBF};

static const struct bytes samples[] = {{zip, sizeof(zip)}};

static enum err ignore_member(void *context, struct str path, struct bytes content)
{
	(void)context, (void)path, (void)content;
	return E_OK;
}

static void ignore_unscanned(
	void *context, struct str path, enum unscanned reason, struct str about)
{
	(void)context, (void)path, (void)reason, (void)about;
}

static bool go_on(void *context)
{
	(void)context;
	return false;
}

enum err unpack_warm_up(void)
{
	const struct unpack_limits limits = unpack_limits_usual();
	const struct unpack_sink sink = {NULL, ignore_member, ignore_unscanned, go_on};
	TRY(charsets_hold());
	/* Without it the C library asks for the local time zone's file at every time it converts.
	 */
	if (setenv("TZ", "UTC0", 1) != 0)
		return E_NOMEM;
	tzset();
	for (size_t i = 0; i < sizeof(samples) / sizeof(samples[0]); i++)
		TRY(unpack(samples[i], STR(""), &limits, &sink));
	return E_OK;
}
