/* SPDX-License-Identifier: Apache-2.0 */
#include "scanner/page.h"

#include "scanner/page_parts.h"

/* --- pieces --- */

void page_say(struct page *p, const char *element, const char *css_class, enum message message,
	const struct text_arg *args, size_t count)
{
	struct writer w;
	writer_init(&w, PAGE_TEXT);
	text_write(&w, p->lang, message, args, count);
	html_leaf(&p->html, element, css_class, writer_view_str(&w));
	writer_release(&w);
}

void page_say_number(struct page *p, const char *element, const char *css_class,
	enum message message, struct str name, uint64_t value)
{
	struct writer w;
	writer_init(&w, 64);
	text_number(&w, p->lang, value);
	page_say(p, element, css_class, message, (const struct text_arg[]){written(name, &w)}, 1);
	writer_release(&w);
}

void page_section(struct page *p, enum message title)
{
	html_open(&p->html, "section");
	html_leaf(&p->html, "h2", "section", text(p->lang, title));
}

/* --- the verdict --- */

#define SIGN(paths)                                                                                \
	STR("<svg viewBox=\"0 0 24 24\" aria-hidden=\"true\" focusable=\"false\">" paths "</svg>")
#define SIGN_CROSS SIGN("<path d=\"M6.5 6.5l11 11m0-11l-11 11\"/>")
#define SIGN_TICK SIGN("<path d=\"M5 12.8l4.6 4.6L19 7.2\"/>")
#define SIGN_ASK SIGN("<path d=\"M8.4 9a3.6 3.6 0 1 1 5.5 3c-1.3.8-1.9 1.4-1.9 2.7m0 3.4v.1\"/>")

static void open_verdict(struct page *p, const char *tone, struct str sign)
{
	html_open_class(&p->html, "div", tone);
	html_asset(&p->html, sign);
	html_open(&p->html, "div");
}

static void write_infected(struct page *p)
{
	const struct scan_totals *t = &p->report->totals;
	open_verdict(p, "judged bad", SIGN_CROSS);
	page_say_number(
		p, "strong", NULL, MESSAGE_SCAN_PAGE_INFECTED, STR("infected"), t->infected);
	if (t->suspicious > 0)
		page_say_number(p, "p", NULL, MESSAGE_SCAN_PAGE_INFECTED_MORE, STR("suspicious"),
			t->suspicious);
	else
		page_say(p, "p", NULL, MESSAGE_SCAN_PAGE_INFECTED_ONLY, NULL, 0);
}

static void write_suspicious(struct page *p)
{
	open_verdict(p, "judged unsaid", SIGN_ASK);
	page_say_number(p, "strong", NULL, MESSAGE_SCAN_PAGE_SUSPICIOUS, STR("suspicious"),
		p->report->totals.suspicious);
	page_say(p, "p", NULL, MESSAGE_SCAN_PAGE_SUSPICIOUS_MORE, NULL, 0);
}

static void write_nothing(struct page *p)
{
	const struct scan_report *r = p->report;
	bool whole = report_is_whole(r);
	open_verdict(p, whole ? "judged good" : "judged unsaid", whole ? SIGN_TICK : SIGN_ASK);
	page_say(p, "strong", NULL, whole ? MESSAGE_SCAN_PAGE_NONE : MESSAGE_SCAN_PAGE_PARTLY, NULL,
		0);
	if (r->out_of_time)
		page_say(p, "p", NULL,
			r->settings->quick ? MESSAGE_SCAN_GO_ON_WHOLE : MESSAGE_SCAN_GO_ON_LONGER,
			NULL, 0);
	else if (r->stopped)
		page_say(p, "p", NULL, MESSAGE_SCAN_VERDICT_STOPPED, NULL, 0);
	else if (!whole)
		page_say_number(p, "p", NULL, MESSAGE_SCAN_VERDICT_PARTLY, STR("count"),
			r->record.unscanned);
	page_say(p, "p", NULL, MESSAGE_SCAN_VERDICT_MEANING, NULL, 0);
}

static void write_expired(struct page *p)
{
	struct writer date;
	struct writer id;
	if (!report_is_expired(p->report))
		return;
	writer_init(&date, 64);
	writer_init(&id, PAGE_TEXT);
	text_date(&date, p->lang, instant_date(p->report->pack->expires));
	write_shown(&id, str_from(p->report->pack->id));
	page_say_with(p, "p", "notice caution", MESSAGE_SCAN_EXPIRED, written(STR("pack"), &id),
		written(STR("date"), &date));
	writer_release(&date);
	writer_release(&id);
}

static void write_verdict(struct page *p)
{
	const struct scan_totals *t = &p->report->totals;
	if (t->infected > 0)
		write_infected(p);
	else if (t->suspicious > 0)
		write_suspicious(p);
	else
		write_nothing(p);
	html_close(&p->html, "div");
	html_close(&p->html, "div");
	write_expired(p);
}

static void write_todo(struct page *p)
{
	const struct scan_report *r = p->report;
	enum message list[TODO_MOST];
	size_t count = todo_list(!r->settings->root, r->totals.infected > 0,
		r->totals.suspicious > 0, report_is_whole(r), list);
	page_section(p, MESSAGE_SCAN_TODO_TITLE);
	html_open_class(&p->html, "ol", "todo");
	for (size_t i = 0; i < count; i++)
		html_leaf(&p->html, "li", NULL, text(p->lang, list[i]));
	html_close(&p->html, "ol");
	html_close(&p->html, "section");
}

/* --- the frame --- */

static void write_head(struct page *p)
{
	struct html *h = &p->html;
	struct bytes style = scan_style();
	html_open(h, "head");
	html_void(h, "meta");
	html_attribute(h, "charset", STR("utf-8"));
	html_void(h, "meta");
	html_attribute(h, "http-equiv", STR("Content-Security-Policy"));
	html_attribute(h, "content", STR("default-src 'none'; style-src 'unsafe-inline'"));
	html_void(h, "meta");
	html_attribute(h, "name", STR("viewport"));
	html_attribute(h, "content", STR("width=device-width, initial-scale=1"));
	html_leaf(h, "title", NULL, text(p->lang, MESSAGE_SCAN_PAGE_TITLE));
	html_open(h, "style");
	html_asset(h, (struct str){(const char *)style.data, style.size});
	html_close(h, "style");
	html_close(h, "head");
}

static void write_top(struct page *p)
{
	struct writer host;
	struct writer time;
	writer_init(&host, PAGE_TEXT);
	writer_init(&time, 128);
	write_shown(&host, p->report->host);
	text_time(&time, p->lang, p->report->zone, p->report->began);
	html_open_class(&p->html, "header", "document-top");
	html_leaf(&p->html, "p", "number", STR("Quét Sạch"));
	html_leaf(&p->html, "h1", NULL, text(p->lang, MESSAGE_SCAN_PAGE_TITLE));
	page_say_with(p, "p", "meta", MESSAGE_SCAN_PAGE_SUBTITLE, written(STR("host"), &host),
		written(STR("time"), &time));
	html_close(&p->html, "header");
	writer_release(&host);
	writer_release(&time);
}

static void write_body(struct page *p)
{
	write_top(p);
	html_open_class(&p->html, "div", "document scan");
	write_verdict(p);
	write_todo(p);
	page_found(p);
	page_unscanned(p);
	page_rights(p);
	page_about(p);
	html_close(&p->html, "div");
}

void page_write(struct writer *w, struct scan_report *r)
{
	struct page p = {.report = r, .lang = r->lang};
	struct html *h = &p.html;
	html_init_document(h, w);
	html_open(h, "html");
	html_attribute(h, "lang", lang_code(r->lang));
	write_head(&p);
	html_open_class(h, "body", "document-page");
	html_open(h, "main");
	html_open_class(h, "div", "wrap");
	write_body(&p);
	html_close(h, "div");
	html_close(h, "main");
	html_close(h, "body");
	html_close(h, "html");
	writer_char(w, '\n');
	enum err err = html_end(h);
	if (err != E_OK)
		writer_fail(w, err);
}
