/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "server/command.h"

/* Counts the last days of each feed that has changed since, for the desk; nothing to do where the
 * data folder has no office. What fails is said and fails nothing else. */
void feed_days_refresh(struct context *context, struct store *store);
