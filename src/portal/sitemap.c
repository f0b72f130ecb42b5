/* SPDX-License-Identifier: Apache-2.0 */
/* For search engines: every page in both languages (sitemaps.org). */
#include "model/botnet.h"
#include "portal/device.h"
#include "portal/figures.h"
#include "portal/portal.h"
#include "portal/robots.h"

enum {
	ADDRESS_BYTES = 2048,
	/* Past this the oldest articles are left out: their lists still lead to them. */
	FULL_BYTES = 900 << 10
};

/* One address below a page, in the languages it stands in. */
struct place {
	enum page_name name;
	struct str below;
	struct instant changed[LANG__COUNT]; /* 0: not known */
	bool stands[LANG__COUNT];            /* in this language */
};

struct map {
	struct page page;
	struct writer address; /* used again for each: there may be thousands */
};

static struct str address_of(struct map *m, const struct place *place, enum lang lang)
{
	writer_clear(&m->address);
	writer_str(&m->address, m->page.publication->site->identity.address);
	writer_str(&m->address, page_path(place->name, lang));
	if (place->below.size > 0) {
		writer_char(&m->address, '/');
		writer_str(&m->address, page_below_name(place->name, place->below, lang));
	}
	if (writer_end(&m->address) != E_OK)
		writer_fail(m->page.html.out, E_LIMIT);
	return writer_view_str(&m->address);
}

static void write_alternates(struct map *m, const struct place *place)
{
	struct html *h = &m->page.html;
	for (int lang = 0; lang < LANG__COUNT; lang++) {
		if (!place->stands[lang])
			continue;
		html_open(h, "xhtml:link");
		html_attribute(h, "rel", STR("alternate"));
		html_attribute(h, "hreflang", lang_code((enum lang)lang));
		html_attribute(h, "href", address_of(m, place, (enum lang)lang));
		html_close(h, "xhtml:link");
	}
}

static void write_changed(struct map *m, struct instant changed)
{
	struct writer w;
	if (changed.seconds == 0)
		return;
	writer_init(&w, 64);
	writer_instant(&w, changed);
	html_leaf(&m->page.html, "lastmod", NULL, writer_view_str(&w));
	writer_release(&w);
}

static void write_place(struct map *m, const struct place *place)
{
	struct html *h = &m->page.html;
	for (int lang = 0; lang < LANG__COUNT; lang++) {
		if (!place->stands[lang])
			continue;
		html_open(h, "url");
		html_leaf(h, "loc", NULL, address_of(m, place, (enum lang)lang));
		write_changed(m, place->changed[lang]);
		if (place->stands[LANG_VI] && place->stands[LANG_EN])
			write_alternates(m, place);
		html_close(h, "url");
	}
}

/* Pages that are not there before their article is. */
static bool is_article(enum page_name name)
{
	http_handler *handle = page_infos[name].handle;
	return handle == portal_article || handle == portal_aloud;
}

static void write_page(struct map *m, enum page_name name)
{
	struct place place = {.name = name};
	for (int lang = 0; lang < LANG__COUNT; lang++) {
		const struct article *article = site_article(
			m->page.publication->site, page_infos[name].key, (enum lang)lang);
		place.stands[lang] = article || !is_article(name);
		if (article)
			place.changed[lang] = article->updated;
	}
	write_place(m, &place);
}

static void write_pages(struct map *m)
{
	for (int name = 0; name < PAGE__COUNT; name++)
		if (page_infos[name].handle && robots_may_see((enum page_name)name))
			write_page(m, (enum page_name)name);
}

static void write_devices(struct map *m)
{
	for (int device = 0; page_infos[PAGE_GUIDE].below && device < DEVICE__COUNT; device++) {
		const struct place place = {.name = PAGE_GUIDE,
			.below = device_slug((enum device)device, LANG_VI),
			.stands = {true, true}};
		write_place(m, &place);
	}
}

static void write_families(struct map *m)
{
	if (!page_infos[PAGE_MALWARE].below)
		return;
	for (size_t i = 0; i < family_count(); i++) {
		const struct place place = {
			.name = PAGE_MALWARE, .below = family_at(i)->slug, .stands = {true, true}};
		write_place(m, &place);
	}
}

/* What is provisional has no lasting address. */
static void write_editions(struct map *m)
{
	const struct site *site = m->page.publication->site;
	for (size_t i = 0; i < site->edition_count; i++) {
		const struct site_edition *edition = &site->editions[i];
		const struct instant made = edition->facts.made;
		if (edition->facts.number == 0 || !figures_public(edition, m->page.request->now))
			continue;
		const struct place place = {.name = PAGE_FIGURES,
			.below = figures_edition_name(&m->page, edition),
			.changed = {made, made},
			.stands = {true, true}};
		write_place(m, &place);
	}
}

/* An article in both languages is written with its first. */
static void write_article(struct map *m, const struct article *article)
{
	struct place place = {.name = article->kind == ARTICLE_POST ? PAGE_BLOG : PAGE_PRESS,
		.below = article->key};
	for (int lang = 0; lang < LANG__COUNT; lang++) {
		const struct article *one =
			site_article(m->page.publication->site, article->key, (enum lang)lang);
		place.stands[lang] = one && one->kind == article->kind;
		if (place.stands[lang])
			place.changed[lang] = one->updated;
	}
	if (article->lang == LANG_VI || !place.stands[LANG_VI])
		write_place(m, &place);
}

static void write_articles(struct map *m)
{
	const struct site *site = m->page.publication->site;
	for (size_t i = 0; i < site->article_count; i++) {
		const struct article *article = &site->articles[i];
		enum page_name list = article->kind == ARTICLE_POST ? PAGE_BLOG : PAGE_PRESS;
		if (m->page.html.out->size > FULL_BYTES)
			return;
		if (article->kind != ARTICLE_PAGE && page_infos[list].below)
			write_article(m, article);
	}
}

static void write_map(struct map *m)
{
	struct html *h = &m->page.html;
	html_init_xml(h, h->out);
	html_open(h, "urlset");
	html_attribute(h, "xmlns", STR("http://www.sitemaps.org/schemas/sitemap/0.9"));
	html_attribute(h, "xmlns:xhtml", STR("http://www.w3.org/1999/xhtml"));
	write_pages(m);
	write_devices(m);
	write_families(m);
	write_editions(m);
	write_articles(m);
	html_close(h, "urlset");
}

/* Addresses in it must be whole: without the site's own there is no map. */
void portal_sitemap(const struct http_request *q, struct http_answer *a)
{
	struct map m;
	page_begin_bare(&m.page, q, a);
	if (m.page.publication->site->identity.address.size == 0) {
		page_abandon(&m.page);
		portal_not_found(q, a);
		return;
	}
	writer_init(&m.address, ADDRESS_BYTES);
	a->content_type = "application/xml; charset=utf-8";
	a->cache = HTTP_NO_CACHE;
	write_map(&m);
	page_end_bare(&m.page);
	writer_release(&m.address);
}
