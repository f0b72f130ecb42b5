/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/arena.h"
#include "base/span.h"
#include "base/writer.h"

/* Ids of headings. Vietnamese letters lose their accents, đ is d; what is no letter or digit is
 * one hyphen: "Bước 1: Kiểm tra" is "buoc-1-kiem-tra". At most SLUG_BYTES. */
enum {
	SLUG_BYTES = 60,
	SLUGS_LIMIT = 500
};

struct slugs {
	struct str taken[SLUGS_LIMIT];
	size_t count;
};

/* The text as a slug, different from every one before: "muc-2" after "muc". Empty, so no id, after
 * SLUGS_LIMIT of them or without memory. */
struct str slug_make(struct slugs *s, struct arena *arena, struct str text);
