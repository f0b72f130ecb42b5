/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "measure/evaluation.h"
#include "model/edition.h"
#include "model/region.h"
#include "report/document.h"
#include "text/text.h"

/* An evaluation put into words, tables and charts. */

enum audience {
	AUDIENCE_STAFF,
	AUDIENCE_PUBLIC /* cells under SMALL_CELL withheld */
};

struct titled {
	struct str key;
	struct str title[LANG__COUNT];
};

struct evaluation_view {
	const struct evaluation *evaluation;
	const struct edition *edition; /* NULL: nothing published, for whoever asked */
	struct instant as_of_time;
	struct date attribution;     /* day of the tables of networks; year 0: none */
	const struct zone *zone;     /* of the campaign; NULL: UTC */
	const struct titled *titles; /* of holders and tools, by key */
	size_t title_count;
	const struct region *regions; /* NULL: no map */
	size_t region_count;
	enum audience audience;
	bool with_holders; /* false: their right of reply still runs */
};

/* Everything lies in the arena, or is borrowed from the view. E_NOMEM. */
MUST_CHECK enum err evaluation_document(const struct evaluation_view *view, enum lang lang,
	struct arena *arena, struct document *ret_document);
