/* SPDX-License-Identifier: Apache-2.0 */
/* The picture that social networks show beside a link; made when the site is published. */
#include "portal/page.h"
#include "portal/portal.h"

void portal_social(const struct http_request *q, struct http_answer *a)
{
	a->content_type = "image/png";
	a->cache = HTTP_NO_CACHE;
	a->elsewhere = true;
	a->file = str_ends(q->path, STR("/en.png")) ? STR("social-en.png") : STR("social-vi.png");
}
