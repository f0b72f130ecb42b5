/* SPDX-License-Identifier: Apache-2.0 */
/* The public figures: the page, each edition's own, and tables and files to take along. */
#include "portal/figures.h"

#include "base/limits.h"
#include "portal/portal.h"

enum {
	DOCUMENT_BYTES = 32 << 20 /* tables of a document that was opened */
};

/* The page in the making. */
struct view {
	struct page page;
	struct arena arena;                 /* tables of the document */
	const struct site_edition *edition; /* NULL: none is shown */
	struct document document;
	bool readable;
	bool whole; /* the page itself: with what is counted every day */
};

static const struct site *site_of(const struct view *v)
{
	return v->page.publication->site;
}

static const struct document *document_of(const struct view *v)
{
	return v->readable ? &v->document : NULL;
}

static enum err open_document(const struct site_edition *edition, enum lang lang,
	struct arena *arena, struct document *ret_document)
{
	return document_open(edition->document[lang], arena, ret_document);
}

/* The rest of the page is good without it; want of memory is another matter. */
static void read_document(struct view *v)
{
	if (!v->edition)
		return;
	enum err err = open_document(v->edition, v->page.lang, &v->arena, &v->document);
	v->readable = err == E_OK;
	if (err == E_NOMEM)
		writer_fail(v->page.html.out, err);
}

static bool simulated(const struct view *v)
{
	const struct site *site = site_of(v);
	bool any = v->edition && v->edition->facts.simulated;
	for (size_t i = 0; v->whole && i < site->series_count; i++)
		any = any || site->series[i].simulated;
	return any;
}

/* --- contents --- */

static void write_place(struct html *h, const char *css_class, struct str anchor, struct str words)
{
	struct writer href;
	writer_init(&href, 1024);
	writer_char(&href, '#');
	writer_str(&href, anchor);
	html_open_class(h, "li", css_class);
	html_link(h, NULL, writer_view_str(&href), words);
	html_close(h, "li");
	writer_release(&href);
}

static void write_sections(struct view *v)
{
	struct html *h = &v->page.html;
	if (!v->edition)
		return;
	write_place(
		h, NULL, STR("figures-evaluation"), text(v->page.lang, MESSAGE_FIGURES_EVALUATION));
	for (size_t i = 0; v->readable && i < v->document.block_count; i++) {
		const struct block *block = &v->document.blocks[i];
		if (block->kind == BLOCK_SECTION && block->key.size > 0)
			write_place(h, "below", block->key, block->text);
	}
	if (v->edition->reply_count > 0)
		write_place(h, NULL, STR("figures-replies"),
			text(v->page.lang, MESSAGE_FIGURES_REPLIES));
}

static void write_list(struct view *v)
{
	struct html *h = &v->page.html;
	html_open(h, "ul");
	if (v->whole)
		write_place(
			h, NULL, STR("figures-daily"), text(v->page.lang, MESSAGE_FIGURES_DAILY));
	write_sections(v);
	if (figures_any_edition(&v->page))
		write_place(h, NULL, STR("figures-editions"),
			text(v->page.lang, MESSAGE_FIGURES_EDITIONS));
	html_close(h, "ul");
}

/* Twice, as the menu is: beside the text on wide screens, folded on others. */
static void write_contents(struct view *v)
{
	struct html *h = &v->page.html;
	struct str label = text(v->page.lang, MESSAGE_FIGURES_CONTENTS);
	html_open_class(h, "nav", "places");
	html_attribute(h, "aria-label", label);
	html_leaf(h, "p", "places-title", label);
	write_list(v);
	html_close(h, "nav");
	html_open_class(h, "details", "unfold places-folded");
	html_leaf(h, "summary", NULL, label);
	html_open(h, "nav");
	html_attribute(h, "aria-label", label);
	write_list(v);
	html_close(h, "nav");
	html_close(h, "details");
}

/* --- parts --- */

static void write_daily(struct page *p)
{
	struct html *h = &p->html;
	html_open_class(h, "section", "daily");
	html_open_class(h, "h2", "section");
	html_attribute(h, "id", STR("figures-daily"));
	html_text(h, text(p->lang, MESSAGE_FIGURES_DAILY));
	html_close(h, "h2");
	if (figures_any_series(p)) {
		page_say(p, "p", NULL, MESSAGE_FIGURES_DAILY_TEXT);
		figures_write_series(p);
	} else {
		page_say(p, "p", NULL, MESSAGE_EMBED_NOT_KNOWN);
	}
	html_close(h, "section");
}

static void write_how(struct page *p)
{
	struct html *h = &p->html;
	html_open_class(h, "section", "card note figures-how");
	page_say(p, "h2", NULL, MESSAGE_FIGURES_HOW);
	page_say(p, "p", NULL, MESSAGE_FIGURES_HOW_TEXT);
	html_open_class(h, "p", "more");
	page_link(p, NULL, page_path(PAGE_MEASURE, p->lang), MESSAGE_MENU_MEASURE);
	html_close(h, "p");
	html_open_class(h, "p", "more");
	page_link(p, NULL, STR("/api/v1/openapi.json"), MESSAGE_FIGURES_API);
	html_close(h, "p");
	html_close(h, "section");
}

static void write_main(struct view *v)
{
	struct page *p = &v->page;
	html_open_class(&p->html, "div", "figures-main");
	if (v->whole)
		write_daily(p);
	if (v->edition) {
		figures_write_edition(p, v->edition, document_of(v), !v->whole);
		figures_write_replies(p, v->edition);
	} else {
		page_say(p, "p", "notice", MESSAGE_FIGURES_NO_EVALUATION);
	}
	if (figures_any_edition(p))
		figures_write_editions(p, v->edition);
	write_how(p);
	html_close(&p->html, "div");
}

static struct str heading(const struct view *v)
{
	if (v->whole)
		return text(v->page.lang, MESSAGE_FIGURES_HEADING);
	return v->readable ? v->document.title : text(v->page.lang, MESSAGE_FIGURES_EVALUATION);
}

static enum message lead(const struct view *v)
{
	if (v->whole)
		return MESSAGE_FIGURES_LEAD;
	return v->edition->facts.number > 0 ? MESSAGE_FIGURES_EDITION_LEAD
					    : MESSAGE_FIGURES_PROVISIONAL_TEXT;
}

static void write_top(struct view *v)
{
	struct page *p = &v->page;
	page_crumbs(p, v->whole ? PAGE_HOME : PAGE_FIGURES,
		v->whole ? text(p->lang, MESSAGE_MENU_FIGURES)
			 : figures_edition_name(p, v->edition));
	html_open(&p->html, "h1");
	if (!v->whole && v->edition->facts.simulated) {
		page_say(p, "strong", "made-up", MESSAGE_SIMULATED_TITLE);
		html_text(&p->html, STR(" "));
	}
	html_text(&p->html, heading(v));
	html_close(&p->html, "h1");
	page_say(p, "p", "lead", lead(v));
	if (!simulated(v))
		return;
	html_open_class(&p->html, "p", "notice caution");
	page_say(p, "strong", NULL, MESSAGE_SIMULATED_TITLE);
	html_text(&p->html, STR(". "));
	page_words(p, MESSAGE_FIGURES_SIMULATED, NULL, 0);
	html_close(&p->html, "p");
}

/* "DỮ LIỆU MÔ PHỎNG: …" where it is: search engines and bookmarks show nothing else. */
static struct str title_text(struct view *v)
{
	struct page *p = &v->page;
	struct writer w;
	writer_init(&w, 4096);
	if (simulated(v)) {
		writer_str(&w, text(p->lang, MESSAGE_SIMULATED_TITLE));
		writer_text(&w, ": ");
	}
	if (v->whole) {
		writer_str(&w, text(p->lang, MESSAGE_FIGURES_TITLE));
	} else {
		writer_str(&w, v->readable ? v->document.title
					   : text(p->lang, MESSAGE_FIGURES_EVALUATION));
		writer_text(&w, " · ");
		writer_str(&w, figures_edition_name(p, v->edition));
	}
	struct str kept = page_keep(p, &w);
	writer_release(&w);
	return kept;
}

static void write_page(struct view *v)
{
	struct page *p = &v->page;
	bool summed = !v->whole && v->readable && v->document.summary.size > 0;
	const struct page_head head = {.name = PAGE_FIGURES,
		.description = MESSAGE_FIGURES_DESCRIPTION,
		.below = v->whole ? STR("") : figures_edition_name(p, v->edition),
		.title_text = title_text(v),
		.description_text = summed ? v->document.summary : STR("")};
	page_write_head(p, &head);
	html_open_class(&p->html, "div", "wrap article figures");
	write_top(v);
	html_open_class(&p->html, "div", "figures-columns");
	write_contents(v);
	write_main(v);
	html_close(&p->html, "div");
	html_close(&p->html, "div");
}

/* The page is begun. */
static void show(struct view *v, struct http_answer *a)
{
	a->cache = HTTP_NO_CACHE;
	a->lasting = figures_settled(site_of(v), v->page.request->now);
	arena_init(&v->arena, DOCUMENT_BYTES);
	read_document(v);
	write_page(v);
	page_end(&v->page);
	arena_release(&v->arena);
}

void portal_figures(const struct http_request *q, struct http_answer *a)
{
	struct view v = {.whole = true};
	page_begin(&v.page, q, a);
	const struct campaign *campaign = &site_of(&v)->campaign;
	if (campaign->key.size > 0)
		v.edition = figures_newest(site_of(&v), campaign->key, q->now);
	show(&v, a);
}

/* --- to take along --- */

static void give_table(struct http_answer *a, const struct table *table, enum figures_format format)
{
	a->cache = HTTP_NO_CACHE;
	a->any_origin = true;
	if (format == FIGURES_CSV) {
		a->content_type = "text/csv; charset=utf-8";
		table_write_csv(a->body, table);
		return;
	}
	a->content_type = "application/json";
	table_write_json(a->body, table);
	writer_char(a->body, '\n');
}

/* "vn-2020-1" */
static struct str saved_edition(const struct page *p, const struct figures_asked *asked)
{
	if (asked->number > 0)
		return asked->edition;
	return p->lang == LANG_VI ? STR("tam-tinh") : STR("provisional");
}

static bool give_edition_table(struct page *p, struct arena *arena,
	const struct figures_asked *asked, struct http_answer *a)
{
	const struct site_edition *edition = figures_edition(
		p->publication->site, asked->campaign, asked->number, p->request->now);
	struct document document;
	if (!edition)
		return false;
	enum err err = open_document(edition, p->lang, arena, &document);
	if (err == E_NOMEM)
		writer_fail(a->body, err);
	const struct table *table = err == E_OK ? document_table(&document, asked->key) : NULL;
	if (!table)
		return err == E_NOMEM;
	a->save_as = figures_save_as(saved_edition(p, asked), table->key, asked->format,
		edition->facts.simulated, p->lang);
	give_table(a, table, asked->format);
	return true;
}

static bool give_series(struct page *p, struct arena *arena, const struct figures_asked *asked,
	struct http_answer *a)
{
	const struct site_series *series = site_series(p->publication->site, asked->key);
	struct table table;
	if (!series)
		return false;
	enum err err = figures_series_table(series, p->lang, arena, &table);
	if (err != E_OK) {
		writer_fail(a->body, err);
		return true;
	}
	a->save_as =
		figures_save_as(STR(""), series->key, asked->format, series->simulated, p->lang);
	give_table(a, &table, asked->format);
	return true;
}

static bool give_file(struct page *p, const struct figures_asked *asked, struct http_answer *a)
{
	static const char *const types[] = {
		[FIGURES_CSV] = "text/csv; charset=utf-8",
		[FIGURES_JSON] = "application/json",
		[FIGURES_PDF] = "application/pdf",
		[FIGURES_XLSX] =
			"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
	};
	_Static_assert(sizeof(types) / sizeof(types[0]) == FIGURES_FORMAT__COUNT, "one each");
	const struct site_edition *edition = figures_edition(
		p->publication->site, asked->campaign, asked->number, p->request->now);
	struct figures_file file;
	if (!edition || !figures_file(edition, asked->format, p->lang, &file))
		return false;
	a->cache = HTTP_NO_CACHE;
	a->content_type = types[asked->format];
	a->any_origin = asked->format == FIGURES_JSON;
	a->file = file.path;
	a->save_as = file.save_as;
	return true;
}

static bool give(struct page *p, struct arena *arena, const struct figures_asked *asked,
	struct http_answer *a)
{
	switch (asked->kind) {
	case FIGURES_TABLE:
		return give_edition_table(p, arena, asked, a);
	case FIGURES_FILE:
		return give_file(p, asked, a);
	case FIGURES_SERIES:
		return give_series(p, arena, asked, a);
	case FIGURES_EDITION:
	case FIGURES_KIND__COUNT:
		break;
	}
	return false;
}

static void give_bare(
	const struct http_request *q, const struct figures_asked *asked, struct http_answer *a)
{
	struct page p;
	struct arena arena;
	arena_init(&arena, DOCUMENT_BYTES);
	page_begin_bare(&p, q, a);
	a->lasting = figures_settled(p.publication->site, q->now);
	bool given = give(&p, &arena, asked, a);
	page_end_bare(&p);
	arena_release(&arena);
	if (!given)
		portal_not_found(q, a);
}

static void show_edition(
	const struct http_request *q, const struct figures_asked *asked, struct http_answer *a)
{
	struct view v = {.whole = false};
	page_begin(&v.page, q, a);
	v.edition = figures_edition(site_of(&v), asked->campaign, asked->number, q->now);
	if (v.edition) {
		show(&v, a);
		return;
	}
	page_abandon(&v.page);
	portal_not_found(q, a);
}

void portal_figures_below(const struct http_request *q, struct http_answer *a)
{
	struct figures_asked asked;
	if (!figures_asked_parse(page_below(q, PAGE_FIGURES), &asked)) {
		portal_not_found(q, a);
		return;
	}
	if (asked.kind == FIGURES_EDITION)
		show_edition(q, &asked, a);
	else
		give_bare(q, &asked, a);
}
