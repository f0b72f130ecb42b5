/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "server/command.h"

/* `quetsach simulate --out DIR`: a campaign with known truth. Needs no data folder. */
int simulate_campaign(struct context *context);
