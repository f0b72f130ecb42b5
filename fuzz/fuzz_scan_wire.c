/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>

#include "scan/wire.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Whatever a worker says: values within their ranges, texts within the packet, and what was
 * understood is written back as it was. */
static void check(const struct answer *a, struct bytes said)
{
	struct writer w;
	if (a->kind >= ANSWER__COUNT || a->unscanned.reason >= UNSCANNED__COUNT ||
		a->entry.sign >= SIGN__COUNT || a->finding.object.size > WIRE_PATH)
		abort();
	writer_init(&w, WIRE_PACKET);
	wire_write_answer(&w, a);
	if (writer_end(&w) != E_OK || w.size != said.size ||
		memcmp(w.data, said.data, said.size) != 0)
		abort();
	writer_release(&w);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct cursor c;
	struct answer a;
	struct task t;
	struct worker_order o;
	cursor_init(&c, (struct bytes){data, size});
	for (size_t from = 0; wire_read_answer(&c, &a) == E_OK; from = c.at)
		check(&a, (struct bytes){data + from, c.at - from});
	cursor_init(&c, (struct bytes){data, size});
	while (wire_read_task(&c, &t) == E_OK)
		if (t.kind >= TASK__COUNT || t.path.size > WIRE_PATH)
			abort();
	cursor_init(&c, (struct bytes){data, size});
	(void)!wire_read_order(&c, &o);
	return 0;
}
