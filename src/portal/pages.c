/* SPDX-License-Identifier: Apache-2.0 */
#include "portal/pages.h"

#include "portal/device.h"
#include "portal/language.h"
#include "portal/portal.h"

#define PAGE(key, vi, en)                                                                          \
	STR_INIT(key),                                                                             \
	{                                                                                          \
		STR_INIT("/vi/" vi), STR_INIT("/en/" en)                                           \
	}

const struct page_info page_infos[PAGE__COUNT] = {
	[PAGE_HOME] = {PAGE("home", "", ""), MESSAGE_MENU_HOME, portal_home, NULL, HTTP_ANYONE,
		true},
	[PAGE_TOOLS] = {PAGE("tools", "cong-cu", "tools"), MESSAGE_MENU_TOOLS, portal_tools, NULL,
		HTTP_ANYONE, false},
	[PAGE_SOLUTIONS] = {PAGE("solutions", "giai-phap", "solutions"), MESSAGE_MENU_SOLUTIONS,
		portal_article, NULL, HTTP_ANYONE, true},
	[PAGE_SERVICES] = {PAGE("services", "dich-vu", "services"), MESSAGE_MENU_SERVICES,
		portal_article, NULL, HTTP_ANYONE, true},
	[PAGE_BLOG] = {PAGE("blog", "blog", "blog"), MESSAGE_MENU_BLOG, portal_blog, portal_post,
		HTTP_ANYONE, true},
	[PAGE_CONTACT] = {PAGE("contact", "lien-he", "contact"), MESSAGE_MENU_CONTACT,
		portal_article, NULL, HTTP_ANYONE, true},
	[PAGE_CAREERS] = {PAGE("careers", "tuyen-dung", "careers"), MESSAGE_MENU_CAREERS,
		portal_article, NULL, HTTP_ANYONE, true},
	[PAGE_CHECK] = {PAGE("check", "kiem-tra", "check"), MESSAGE_MENU_CHECK, portal_check, NULL,
		HTTP_SAME_SITE, false},
	[PAGE_GUIDE] = {PAGE("clean", "ra-quet", "clean"), MESSAGE_MENU_GUIDE, portal_guide,
		portal_device, HTTP_ANYONE, true},
	[PAGE_SHARE] = {PAGE("share", "chia-se", "share"), MESSAGE_MENU_SHARE, portal_share, NULL,
		HTTP_ANYONE, true},
	[PAGE_WALK] = {PAGE("guide", "huong-dan", "guide"), MESSAGE_MENU_WALK, portal_walk, NULL,
		HTTP_ANYONE, true},
	[PAGE_MALWARE] = {PAGE("malware", "ma-doc", "malware"), MESSAGE_MENU_MALWARE,
		portal_malware, portal_family, HTTP_ANYONE, true},
	[PAGE_FIGURES] = {PAGE("figures", "so-lieu", "figures"), MESSAGE_MENU_FIGURES,
		portal_figures, portal_figures_below, HTTP_ANYONE, true},
	[PAGE_PRESS] = {PAGE("press", "bao-chi", "press"), MESSAGE_MENU_PRESS, portal_press,
		portal_release, HTTP_ANYONE, true},
	[PAGE_LEAFLET] = {PAGE("leaflet", "to-roi", "leaflet"), MESSAGE_MENU_LEAFLET,
		portal_leaflet, NULL, HTTP_ANYONE, true},
	[PAGE_ALOUD] = {PAGE("read-aloud", "truyen-thanh", "read-aloud"), MESSAGE_MENU_ALOUD,
		portal_aloud, NULL, HTTP_ANYONE, true},
	[PAGE_HOW] = {PAGE("how-it-works", "cach-hoat-dong", "how-it-works"), MESSAGE_MENU_HOW,
		portal_article, NULL, HTTP_ANYONE, true},
	[PAGE_MEASURE] = {PAGE("how-we-measure", "cach-do", "how-we-measure"), MESSAGE_MENU_MEASURE,
		portal_article, NULL, HTTP_ANYONE, true},
	[PAGE_REAL] = {PAGE("real-site", "trang-that", "real-site"), MESSAGE_MENU_REAL,
		portal_article, NULL, HTTP_ANYONE, true},
	[PAGE_OWNERS] = {PAGE("network-owners", "chu-mang", "network-owners"), MESSAGE_MENU_OWNERS,
		portal_article, NULL, HTTP_ANYONE, true},
	[PAGE_PRIVACY] = {PAGE("privacy", "rieng-tu", "privacy"), MESSAGE_MENU_PRIVACY,
		portal_article, NULL, HTTP_ANYONE, true},
};

struct str page_path(enum page_name name, enum lang lang)
{
	return page_infos[name].path[lang];
}

enum page_name page_find(struct str key)
{
	int name = 0;
	while (name < PAGE__COUNT && !str_equal(page_infos[name].key, key))
		name++;
	return (enum page_name)name;
}

struct str page_below(const struct http_request *q, enum page_name name)
{
	enum lang lang;
	if (!language_of_path(q->path, &lang))
		return STR("");
	size_t before = page_path(name, lang).size + 1;
	return q->path.size < before ? STR("")
				     : (struct str){q->path.data + before, q->path.size - before};
}

struct str page_below_name(enum page_name name, struct str below, enum lang lang)
{
	enum device device = name == PAGE_GUIDE ? device_find(below) : DEVICE__COUNT;
	return device == DEVICE__COUNT ? below : device_slug(device, lang);
}

/* "/vi/ma-doc" → "/vi/ma-doc/": the addresses end in NUL, so there is room for neither. */
static const struct str *below_paths(enum page_name name)
{
	static const struct str paths[PAGE__COUNT][LANG__COUNT] = {
		[PAGE_BLOG] = {STR_INIT("/vi/blog/"), STR_INIT("/en/blog/")},
		[PAGE_GUIDE] = {STR_INIT("/vi/ra-quet/"), STR_INIT("/en/clean/")},
		[PAGE_MALWARE] = {STR_INIT("/vi/ma-doc/"), STR_INIT("/en/malware/")},
		[PAGE_FIGURES] = {STR_INIT("/vi/so-lieu/"), STR_INIT("/en/figures/")},
		[PAGE_PRESS] = {STR_INIT("/vi/bao-chi/"), STR_INIT("/en/press/")},
	};
	return paths[name];
}

size_t page_routes(struct http_route *routes, size_t capacity)
{
	size_t count = 0;
	for (int i = 0; i < PAGE__COUNT * LANG__COUNT; i++) {
		enum page_name name = (enum page_name)(i / LANG__COUNT);
		const struct page_info *info = &page_infos[name];
		int lang = i % LANG__COUNT;
		if (info->handle && count < capacity)
			routes[count++] = (struct http_route){
				info->path[lang], info->handle, info->guard, false, info->shared};
		if (info->below && count < capacity)
			routes[count++] = (struct http_route){below_paths(name)[lang], info->below,
				info->guard, true, info->shared};
	}
	return count;
}
