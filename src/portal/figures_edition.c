/* SPDX-License-Identifier: Apache-2.0 */
/* An evaluation on the page: what it is, what it says, what holders say of it, and its siblings. */
#include "portal/figures.h"

static struct str edition_label(struct page *p, const struct site_edition *edition)
{
	struct writer w;
	if (edition->facts.number == 0)
		return text(p->lang, MESSAGE_FIGURES_PROVISIONAL);
	writer_init(&w, 256);
	text_write(&w, p->lang, MESSAGE_FIGURES_NUMBER,
		&(const struct text_arg){STR("number"), page_number(p, edition->facts.number)}, 1);
	struct str kept = page_keep(p, &w);
	writer_release(&w);
	return kept;
}

/* --- its facts --- */

static void write_fact(struct page *p, enum message label, struct str value)
{
	html_open(&p->html, "div");
	page_say(p, "dt", NULL, label);
	html_leaf(&p->html, "dd", NULL, value);
	html_close(&p->html, "div");
}

static void write_facts(struct page *p, const struct site_edition *edition)
{
	const struct edition *facts = &edition->facts;
	html_open_class(&p->html, "dl", "rows edition-facts");
	write_fact(p, MESSAGE_FIGURES_EDITION, edition_label(p, edition));
	write_fact(p, MESSAGE_FIGURES_MADE, page_time(p, facts->made));
	write_fact(p, MESSAGE_FIGURES_AS_OF, page_time(p, facts->as_of_time));
	write_fact(p, MESSAGE_FIGURES_CHANGE, page_number(p, facts->as_of));
	if (facts->number > 0) {
		write_fact(p, MESSAGE_FIGURES_PUBLIC_FROM,
			page_day(p, date_instant(facts->public_from)));
		write_fact(p, MESSAGE_FIGURES_NAME, figures_edition_name(p, edition));
	}
	html_close(&p->html, "dl");
}

/* --- what stands above it; what it corrects it says itself --- */

static void write_newer(struct page *p, const struct site_edition *edition)
{
	const struct edition *facts = &edition->facts;
	const struct site_edition *newest =
		figures_newest(p->publication->site, facts->campaign, p->request->now);
	struct html *h = &p->html;
	if (!newest || newest->facts.number <= facts->number)
		return;
	html_open_class(h, "p", "notice caution");
	page_say(p, "strong", NULL, MESSAGE_FIGURES_NEWER);
	html_text(h, STR(" "));
	html_link(h, NULL, figures_edition_path(p, newest), edition_label(p, newest));
	html_close(h, "p");
}

/* "/vi/so-lieu/vn-2020-1/vn-2020-1.pdf" */
static struct str file_path(struct page *p, const struct site_edition *edition, const char *ending)
{
	struct writer w;
	writer_init(&w, 512);
	writer_str(&w, figures_edition_path(p, edition));
	writer_char(&w, '/');
	writer_str(&w, figures_edition_name(p, edition));
	writer_text(&w, ending);
	struct str kept = page_keep(p, &w);
	writer_release(&w);
	return kept;
}

static void write_files(struct page *p, const struct site_edition *edition)
{
	if (!edition->files)
		return;
	html_open_class(&p->html, "p", "actions");
	page_link(p, "button quiet", file_path(p, edition, ".pdf"), MESSAGE_FIGURES_PDF);
	page_link(p, "button quiet", file_path(p, edition, ".xlsx"), MESSAGE_FIGURES_XLSX);
	page_link(p, "button quiet", file_path(p, edition, ".json"), MESSAGE_FIGURES_JSON_FILE);
	html_close(&p->html, "p");
}

static void write_title(struct page *p, const struct site_edition *edition,
	const struct document *document, bool own_page)
{
	struct html *h = &p->html;
	struct str title = document ? document->title : text(p->lang, MESSAGE_FIGURES_EVALUATION);
	html_open_class(h, "h2", "section");
	html_attribute(h, "id", STR("figures-evaluation"));
	html_open(h, "span");
	if (edition->facts.simulated && !own_page) {
		page_say(p, "strong", "made-up", MESSAGE_SIMULATED_TITLE);
		html_text(h, STR(" "));
	}
	html_text(h, own_page ? edition_label(p, edition) : title);
	html_close(h, "span");
	html_close(h, "h2");
}

static struct document_places places_of(struct page *p, const struct site_edition *edition)
{
	struct writer w;
	writer_init(&w, 512);
	writer_str(&w, figures_edition_path(p, edition));
	writer_char(&w, '/');
	struct document_places places = {.before = page_keep(p, &w)};
	writer_release(&w);
	return places;
}

void figures_write_edition(struct page *p, const struct site_edition *edition,
	const struct document *document, bool own_page)
{
	html_open_class(&p->html, "section", "edition");
	write_title(p, edition, document, own_page);
	write_newer(p, edition);
	write_facts(p, edition);
	write_files(p, edition);
	html_close(&p->html, "section");
	if (!document) {
		page_say(p, "p", "notice caution", MESSAGE_FIGURES_UNREADABLE);
		return;
	}
	const struct document_places places = places_of(p, edition);
	document_write_html(&p->html, document, &places);
}

/* --- what holders say --- */

/* Their own words as they stand, in the language they are in. */
static void write_reply(struct page *p, const struct edition_reply *reply)
{
	struct html *h = &p->html;
	html_open(h, "li");
	html_leaf(h, "h3", NULL,
		reply->title[p->lang].size > 0 ? reply->title[p->lang] : reply->holder);
	html_leaf(h, "p", "meta", page_time(p, reply->made));
	html_open_class(h, "blockquote", "as-written");
	/* Empty says that it is not known, where else the page's would be taken for it. */
	html_attribute(h, "lang", reply->lang);
	html_text(h, reply->text);
	html_close(h, "blockquote");
	html_close(h, "li");
}

void figures_write_replies(struct page *p, const struct site_edition *edition)
{
	struct html *h = &p->html;
	if (edition->reply_count == 0)
		return;
	html_open_class(h, "section", "replies");
	html_open_class(h, "h2", "section");
	html_attribute(h, "id", STR("figures-replies"));
	html_text(h, text(p->lang, MESSAGE_FIGURES_REPLIES));
	html_close(h, "h2");
	page_say(p, "p", NULL, MESSAGE_FIGURES_REPLIES_TEXT);
	html_open(h, "ul");
	for (size_t i = 0; i < edition->reply_count; i++)
		write_reply(p, &edition->replies[i]);
	html_close(h, "ul");
	html_close(h, "section");
}

/* --- all editions --- */

bool figures_any_edition(const struct page *p)
{
	const struct site *site = p->publication->site;
	for (size_t i = 0; i < site->edition_count; i++)
		if (figures_public(&site->editions[i], p->request->now))
			return true;
	return false;
}

static struct str campaign_name(const struct page *p, struct str key)
{
	const struct campaign *campaign = &p->publication->site->campaign;
	bool known = str_equal(campaign->key, key) && campaign->name[p->lang].size > 0;
	return known ? campaign->name[p->lang] : key;
}

/* What is shown says at its top itself what it corrects. */
static struct str what_changed(const struct page *p, const struct edition *facts, bool shown)
{
	if (shown && facts->correction[p->lang].size > 0)
		return text(p->lang, MESSAGE_FIGURES_SHOWN_HERE);
	if (facts->correction[p->lang].size > 0)
		return facts->correction[p->lang];
	return text(p->lang,
		facts->number == 0 ? MESSAGE_FIGURES_MADE_ANEW : MESSAGE_FIGURES_NO_CORRECTION);
}

static void write_sibling(struct page *p, const struct site_edition *edition, bool shown)
{
	const struct edition *facts = &edition->facts;
	struct html *h = &p->html;
	html_open(h, "li");
	html_leaf(h, "p", "meta", page_day(p, facts->made));
	html_open(h, "div");
	html_open(h, "h3");
	html_open(h, "a");
	html_attribute(h, "href", figures_edition_path(p, edition));
	if (shown)
		html_attribute(h, "aria-current", STR("true"));
	html_text(h, edition_label(p, edition));
	html_text(h, STR(" · "));
	html_text(h, campaign_name(p, facts->campaign));
	html_close(h, "a");
	html_close(h, "h3");
	if (facts->simulated)
		page_say(p, "strong", "made-up", MESSAGE_SIMULATED_TITLE);
	html_leaf(h, "p", "as-written", what_changed(p, facts, shown));
	html_close(h, "div");
	html_close(h, "li");
}

void figures_write_editions(struct page *p, const struct site_edition *shown)
{
	const struct site *site = p->publication->site;
	struct html *h = &p->html;
	html_open_class(h, "section", "editions");
	html_open_class(h, "h2", "section");
	html_attribute(h, "id", STR("figures-editions"));
	html_text(h, text(p->lang, MESSAGE_FIGURES_EDITIONS));
	html_close(h, "h2");
	page_say(p, "p", NULL, MESSAGE_FIGURES_EDITIONS_TEXT);
	html_open_class(h, "ol", "articles");
	for (size_t i = 0; i < site->edition_count; i++)
		if (figures_public(&site->editions[i], p->request->now))
			write_sibling(p, &site->editions[i], &site->editions[i] == shown);
	html_close(h, "ol");
	html_close(h, "section");
}
