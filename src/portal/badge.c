/* SPDX-License-Identifier: Apache-2.0 */
/* The badge that other sites show: that someone has checked, never what the answer was. */
#include "portal/page.h"
#include "portal/portal.h"

/* Pixels. Text is fitted to its length, whatever font the visitor has. */
#define BADGE_WIDTH "236"
#define BADGE_HEIGHT "44"

struct line {
	const char *x, *y, *anchor, *size, *weight, *fill, *length[LANG__COUNT];
};

static void write_line(struct page *p, const struct line *line, struct str words)
{
	struct html *h = &p->html;
	html_open(h, "text");
	html_attribute(h, "x", str_from(line->x));
	html_attribute(h, "y", str_from(line->y));
	html_attribute(h, "text-anchor", str_from(line->anchor));
	html_attribute(h, "font-size", str_from(line->size));
	html_attribute(h, "font-weight", str_from(line->weight));
	html_attribute(h, "fill", str_from(line->fill));
	html_attribute(h, "textLength", str_from(line->length[p->lang]));
	html_attribute(h, "lengthAdjust", STR("spacingAndGlyphs"));
	html_text(h, words);
	html_close(h, "text");
}

/* The mark of web/mark.svg in the colours of a dark ground. */
static void write_ground(struct html *h)
{
	html_asset(h,
		STR("<rect width=\"" BADGE_WIDTH "\" height=\"" BADGE_HEIGHT
		    "\" rx=\"8\" fill=\"#07412f\"/>"
		    "<g transform=\"translate(9 8) scale(.78)\" fill=\"#7fe0bb\">"
		    "<g opacity=\".55\"><circle cx=\"6\" cy=\"6\" r=\"2.8\"/>"
		    "<circle cx=\"14.5\" cy=\"6\" r=\"2.8\"/><circle cx=\"23\" cy=\"6\" r=\"2.8\"/>"
		    "<circle cx=\"6\" cy=\"14.5\" r=\"2.8\"/>"
		    "<circle cx=\"14.5\" cy=\"14.5\" r=\"2.8\"/>"
		    "<circle cx=\"6\" cy=\"23\" r=\"2.8\"/></g>"
		    "<path d=\"M34 10C31 25 22 33 4 34c13-4 21-10 24-24z\"/></g>"
		    "<rect x=\"157\" y=\"8\" width=\"71\" height=\"28\" rx=\"6\" "
		    "fill=\"#f0893a\"/>"));
}

static void write_badge(struct page *p)
{
	static const struct line lines[] = {
		{"50", "19", "start", "13", "400", "#d6e8df", {"92", "88"}},
		{"50", "36", "start", "16", "700", "#fff", {"84", "84"}},
		{"192.5", "26.5", "middle", "13", "700", "#1c0d00", {"56", "42"}},
	};
	struct html *h = &p->html;
	html_open(h, "svg");
	html_attribute(h, "xmlns", STR("http://www.w3.org/2000/svg"));
	html_attribute(h, "width", STR(BADGE_WIDTH));
	html_attribute(h, "height", STR(BADGE_HEIGHT));
	html_attribute(h, "viewBox", STR("0 0 " BADGE_WIDTH " " BADGE_HEIGHT));
	html_attribute(h, "role", STR("img"));
	html_attribute(h, "xml:lang", lang_code(p->lang));
	html_leaf(h, "title", NULL, text(p->lang, MESSAGE_BADGE_LABEL));
	write_ground(h);
	html_open(h, "g");
	html_attribute(h, "font-family", STR("Segoe UI,Roboto,Noto Sans,Arial,sans-serif"));
	write_line(p, &lines[0], text(p->lang, MESSAGE_BADGE_WORDS));
	write_line(p, &lines[1], STR("Quét Sạch"));
	write_line(p, &lines[2], text(p->lang, MESSAGE_BADGE_ACTION));
	html_close(h, "g");
	html_close(h, "svg");
}

void portal_badge(const struct http_request *q, struct http_answer *a)
{
	struct page p;
	page_begin_bare(&p, q, a);
	p.lang = str_ends(q->path, STR("/en.svg")) ? LANG_EN : LANG_VI;
	a->content_type = "image/svg+xml";
	a->cache = HTTP_NO_CACHE;
	a->elsewhere = true;
	write_badge(&p);
	page_end_bare(&p);
}
