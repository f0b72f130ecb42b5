/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "http/http.h"
#include "model/site.h"
#include "text/text.h"

/* How an article would be shown: the page's own handler, on contents of the site with that article
 * in them. A note stands above, and no script goes with it. */
struct portal_preview {
	const struct site *site;       /* as it is published, or would be */
	const struct article *article; /* of a key that need not be there yet */
	const struct zone *zone;       /* of local times; NULL: UTC */
	struct str back;               /* where the note leads; never empty */
};

/* The answer is kept by nobody. E_NOTFOUND: no page shows a text of that kind and key. */
MUST_CHECK enum err portal_preview(
	const struct http_request *q, struct http_answer *a, const struct portal_preview *what);
