/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "http/http.h"
#include "portal/asset_names.h" /* made at build from web/ by tools/assets.py */

/* The files of web/ as the program carries them: ASSET__COUNT of them, served. */
const struct http_asset *assets_table(void);

/* A drawing's markup, written into pages. */
struct bytes drawing_bytes(enum drawing drawing);
