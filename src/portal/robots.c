/* SPDX-License-Identifier: Apache-2.0 */
/* For crawlers: robots.txt (RFC 9309). */
#include "portal/robots.h"
#include "portal/page.h"
#include "portal/portal.h"

bool robots_may_see(enum page_name name)
{
	return name != PAGE_CHECK;
}

static void write_closed(struct writer *w)
{
	writer_text(w, "Disallow: /api/\nDisallow: /tai/\nDisallow: /download/\n");
	for (int i = 0; i < PAGE__COUNT * LANG__COUNT; i++) {
		enum page_name name = (enum page_name)(i / LANG__COUNT);
		if (robots_may_see(name))
			continue;
		writer_text(w, "Disallow: ");
		writer_str(w, page_path(name, (enum lang)(i % LANG__COUNT)));
		writer_char(w, '\n');
	}
}

void portal_robots(const struct http_request *q, struct http_answer *a)
{
	struct page p;
	page_begin_bare(&p, q, a);
	a->content_type = "text/plain; charset=utf-8";
	a->cache = HTTP_NO_CACHE;
	writer_text(a->body, "User-agent: *\n");
	write_closed(a->body);
	if (p.publication->site->identity.address.size > 0) {
		writer_text(a->body, "\nSitemap: ");
		writer_str(a->body, page_url(&p, STR("/sitemap.xml")));
		writer_char(a->body, '\n');
	}
	page_end_bare(&p);
}
