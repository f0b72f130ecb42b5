/* SPDX-License-Identifier: Apache-2.0 */
/* Files that programs look for under fixed names. */
#include "portal/page.h"
#include "portal/portal.h"

enum {
	/* RFC 9116 wants less than a year; a site that is gone should not be believed for long. */
	CONTACT_DAYS = 90
};

void portal_not_found(const struct http_request *q, struct http_answer *a)
{
	writer_clear(a->body);
	a->status = 404;
	a->content_type = "text/html; charset=utf-8";
	a->cache = HTTP_NO_STORE;
	portal_error(q, a);
}

/* What may stand in an address as it is (RFC 3986); all else as %XX, line ends too. */
static void write_in_address(struct writer *w, struct str s)
{
	static const char digits[] = "0123456789ABCDEF";
	static const struct str plain = STR_INIT("-._~!$&'()*+,;=:@/");
	for (size_t i = 0; i < s.size; i++) {
		unsigned char c = (unsigned char)s.data[i];
		bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
		if (letter || (c >= '0' && c <= '9') || memchr(plain.data, c, plain.size)) {
			writer_char(w, (char)c);
			continue;
		}
		writer_char(w, '%');
		writer_char(w, digits[c >> 4]);
		writer_char(w, digits[c & 15]);
	}
}

static void write_security(struct page *p, struct writer *w)
{
	const struct site_identity *identity = &p->publication->site->identity;
	int64_t today = p->request->now.seconds - p->request->now.seconds % SECONDS_PER_DAY;
	writer_text(w, "Contact: mailto:");
	write_in_address(w, identity->mail);
	writer_text(w, "\nExpires: ");
	writer_instant(w, (struct instant){today + (int64_t)CONTACT_DAYS * SECONDS_PER_DAY});
	writer_text(w, "\nPreferred-Languages: vi, en\n");
	if (identity->address.size == 0)
		return;
	writer_text(w, "Canonical: ");
	writer_str(w, page_url(p, STR("/.well-known/security.txt")));
	writer_char(w, '\n');
}

void portal_security(const struct http_request *q, struct http_answer *a)
{
	struct page p;
	page_begin_bare(&p, q, a);
	if (p.publication->site->identity.mail.size == 0) {
		page_abandon(&p);
		portal_not_found(q, a);
		return;
	}
	a->content_type = "text/plain; charset=utf-8";
	a->cache = HTTP_NO_CACHE;
	write_security(&p, a->body);
	page_end_bare(&p);
}

static void answer_asset(struct http_answer *a, enum asset asset)
{
	const struct http_asset *file = &assets_table()[asset];
	a->content_type = file->content_type;
	a->cache = HTTP_NO_CACHE;
	writer_bytes(a->body, file->body);
}

/* Browsers that read no page's head, and feed readers. */
void portal_icon(const struct http_request *q, struct http_answer *a)
{
	(void)q;
	answer_asset(a, ASSET_ICON_48_PNG);
}

void portal_touch_icon(const struct http_request *q, struct http_answer *a)
{
	(void)q;
	answer_asset(a, ASSET_ICON_180_PNG);
}
