/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>

#include "feed/stix_pattern.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct matches {
	struct str pattern;
	uint64_t count;
};

/* What is handed on lies in the pattern. */
static void lies_in(struct str part, struct str pattern)
{
	if (part.size > 0 &&
		(part.data < pattern.data || part.data + part.size > pattern.data + pattern.size))
		abort();
}

static enum err take(void *context, const struct stix_match *match)
{
	struct matches *m = context;
	lies_in(match->address, m->pattern);
	lies_in(match->port, m->pattern);
	lies_in(match->protocol, m->pattern);
	if (match->side >= STIX_SIDE__COUNT)
		abort();
	m->count++;
	return E_OK;
}

/* Addresses come from patterns that were read, and from no others. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	enum stix_reading reading;
	struct matches m = {.pattern = {(const char *)data, size}};
	if (stix_pattern_read(m.pattern, take, &m, &reading) != E_OK)
		abort();
	if ((m.count > 0) != (reading == STIX_READ))
		abort();
	return 0;
}
