/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/arena.h"
#include "model/site.h"
#include "store/store.h"

/* Editions whose day has come, into site->editions, newest first: as many as fit. Their files are
 * made once, kept in the catalogue, and put into public/editions. `whole`: every byte of what lies
 * there is looked at; else only that it is there. Files that cannot be made are tried again next
 * time; said on standard error. Everything lies in the arena. */
MUST_CHECK enum err publish_editions(
	struct store *store, struct arena *arena, bool whole, struct site *site);

/* The evaluation of today, number 0, at the end of site->editions, where the campaign shown has a
 * plan that can be measured: holders are in it only when all data are simulated. `before` is the
 * site published last, NULL: none; its provisional edition is taken over when nothing it depends on
 * has changed since and it is of today. An evaluation that fails is left out; said on standard
 * error. */
MUST_CHECK enum err publish_provisional(
	struct store *store, struct arena *arena, const struct site *before, struct site *site);
