/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "desk/asset_names.h" /* made at build from web/ by tools/assets.py */
#include "http/http.h"

/* The files of web/ that pages of the desk ask for: DESK_ASSET__COUNT of them, served. */
const struct http_asset *desk_assets_table(void);

/* A drawing's markup, written into pages. */
struct bytes desk_drawing_bytes(enum desk_drawing drawing);
