/* SPDX-License-Identifier: Apache-2.0 */
#include "listing/published.h"

#include <stdatomic.h>
#include <stdlib.h>

/* A reader announces itself at the slot it believes to be current and looks again: only if that has
 * not changed may it read. So a late announcement at a slot that is being refilled does no harm. */
struct slot {
	_Atomic uint64_t readers;
	struct publication content;
};

struct published {
	struct slot slots[2];
	_Atomic unsigned current;
	_Atomic uint64_t edition;
};

static const struct site nothing;

struct published *published_new(void)
{
	struct published *p = calloc(1, sizeof(*p));
	if (p)
		p->slots[0].content.site = p->slots[1].content.site = &nothing;
	return p;
}

void published_free(struct published *p)
{
	free(p);
}

const struct publication *published_acquire(struct published *p)
{
	for (;;) {
		unsigned at = atomic_load(&p->current);
		atomic_fetch_add(&p->slots[at].readers, 1);
		if (atomic_load(&p->current) == at)
			return &p->slots[at].content;
		atomic_fetch_sub(&p->slots[at].readers, 1);
	}
}

void published_release(struct published *p, const struct publication *held)
{
	size_t at = held == &p->slots[1].content;
	atomic_fetch_sub(&p->slots[at].readers, 1);
}

bool published_drained(const struct published *p)
{
	return atomic_load(&p->slots[1 - atomic_load(&p->current)].readers) == 0;
}

enum err published_replace(struct published *p, struct publication next)
{
	if (!published_drained(p))
		return E_BUSY;
	unsigned other = 1 - atomic_load(&p->current);
	p->slots[other].content = next;
	if (!next.site)
		p->slots[other].content.site = &nothing;
	atomic_store(&p->current, other);
	atomic_fetch_add(&p->edition, 1);
	return E_OK;
}

const _Atomic uint64_t *published_edition(const struct published *p)
{
	return &p->edition;
}
