/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "model/finding.h"
#include "os/running.h"

/* Who a process is: its program and whose it is, as long as it runs. */

enum {
	HOLDER_OWNER = 64
};

struct holder {
	char program[RUNNING_PATH];
	char owner[HOLDER_OWNER];
};

/* Fills pid, program and owner of a finding of a process, where they are not known yet and can be
 * told; the texts lie in `room`. */
void holder_fill(struct finding *f, struct holder *room);
