/* SPDX-License-Identifier: Apache-2.0 */
/* The frame around every page: who we are, where we can go, what the page before had to say. */
#include "desk/assets.h"
#include "desk/desk_parts.h"
#include "desk/jobs.h"
#include "desk/page.h"
#include "desk/routes.h"
#include "desk/search.h"
#include "office/org.h"

/* --- the menu --- */

enum {
	EVERYBODY = (1 << ROLE__COUNT) - 1,
	/* Providers owe no returns. */
	REPORTING = EVERYBODY & ~(1 << ROLE_ISP),
	MANAGERS = 1 << ROLE_OPERATOR | 1 << ROLE_COORDINATOR | 1 << ROLE_AUDITOR,
	OVERSEERS = 1 << ROLE_OPERATOR | 1 << ROLE_AUDITOR
};

struct menu_line {
	enum desk_place place;
	struct str path;
	enum message words;
	unsigned roles;
};

static const struct menu_line menu[] = {
	{DESK_PLACE_WORK, STR_INIT(""), MESSAGE_DESK_MENU_WORK, EVERYBODY},
	{DESK_PLACE_ORGS, STR_INIT("orgs"), MESSAGE_DESK_MENU_ORGS, EVERYBODY},
	{DESK_PLACE_CAMPAIGNS, STR_INIT("campaigns"), MESSAGE_DESK_MENU_CAMPAIGNS, REPORTING},
	{DESK_PLACE_ACCOUNTS, STR_INIT("accounts"), MESSAGE_DESK_MENU_ACCOUNTS, MANAGERS},
	{DESK_PLACE_PAGES, STR_INIT("pages"), MESSAGE_DESK_MENU_PAGES, OVERSEERS},
	{DESK_PLACE_MAILS, STR_INIT("mails"), MESSAGE_DESK_MAILS, OVERSEERS},
	{DESK_PLACE_FEEDS, STR_INIT("feeds"), MESSAGE_DESK_FEED_TITLE, OVERSEERS},
	{DESK_PLACE_AUDIT, STR_INIT("audit"), MESSAGE_DESK_MENU_AUDIT, MANAGERS},
	{DESK_PLACE_JOBS, STR_INIT("jobs"), MESSAGE_DESK_JOBS, EVERYBODY},
	{DESK_PLACE_SETTINGS, STR_INIT("settings"), MESSAGE_DESK_SETTINGS, OVERSEERS},
};

enum {
	MENU_LINES = sizeof(menu) / sizeof(menu[0]),
	MENU_SHORT = 4
};

static bool exists(struct str path)
{
	struct str parts[3];
	unsigned allowed;
	return desk_route_find(path, DESK_GET, parts, &allowed) != NULL;
}

/* The jobs of who has never asked for any are no place. */
static bool is_shown(struct desk_page *p, const struct menu_line *line, enum desk_place here)
{
	if (!(line->roles >> p->r->actor->role & 1) || !exists(line->path))
		return false;
	return line->place != DESK_PLACE_JOBS || line->place == here || desk_jobs_any(p->r);
}

static void write_menu_line(struct desk_page *p, const struct menu_line *line, enum desk_place here)
{
	struct html *h = &p->html;
	html_open(h, "li");
	html_open(h, "a");
	html_attribute(h, "href", desk_address(p->r, line->path));
	if (line->place == here)
		html_attribute(h, "aria-current",
			str_equal(p->r->path, line->path) ? STR("page") : STR("true"));
	html_text(h, text(p->lang, line->words));
	html_close(h, "a");
	html_close(h, "li");
}

static void write_menu_list(
	struct desk_page *p, const char *css_class, enum desk_place here, unsigned shown)
{
	struct html *h = &p->html;
	html_open_class(h, "ul", css_class);
	for (size_t i = 0; i < MENU_LINES; i++)
		if (shown >> i & 1)
			write_menu_line(p, &menu[i], here);
	html_close(h, "ul");
}

/* Where one is stands on it. */
static void write_menu_fold(struct desk_page *p, enum desk_place here, unsigned shown)
{
	struct html *h = &p->html;
	html_open_class(h, "details", "small-menu wrap");
	html_open(h, "summary");
	desk_say(p, "span", NULL, MESSAGE_DESK_MENU);
	for (size_t i = 0; i < MENU_LINES; i++)
		if ((shown >> i & 1) && menu[i].place == here)
			desk_say(p, "strong", NULL, menu[i].words);
	html_close(h, "summary");
	write_menu_list(p, NULL, here, shown);
	html_close(h, "details");
}

/* What takes more than two lines of a telephone is folded there: a list of its own, since no style
 * opens a fold on wider screens. One of the two is shown. */
static void write_menu(struct desk_page *p, enum desk_place here)
{
	struct html *h = &p->html;
	unsigned shown = 0, count = 0;
	if (!p->r->actor)
		return;
	for (size_t i = 0; i < MENU_LINES; i++) {
		bool so = is_shown(p, &menu[i], here);
		shown |= (unsigned)so << i;
		count += so;
	}
	bool folds = count > MENU_SHORT;
	html_open_class(h, "nav", folds ? "desk-menu folds" : "desk-menu");
	html_attribute(h, "aria-label", text(p->lang, MESSAGE_DESK_MENU));
	if (folds)
		write_menu_fold(p, here, shown);
	write_menu_list(p, "wrap", here, shown);
	html_close(h, "nav");
}

/* --- the top --- */

static void write_meta(struct html *h, const char *name, struct str content)
{
	html_void(h, "meta");
	html_attribute(h, "name", str_from(name));
	html_attribute(h, "content", content);
}

static void write_file(struct html *h, const char *rel, enum desk_asset asset)
{
	html_void(h, "link");
	html_attribute(h, "rel", str_from(rel));
	html_attribute(h, "href", desk_assets_table()[asset].path);
}

static void write_head(struct desk_page *p, const struct desk_head *head, bool wrong)
{
	struct html *h = &p->html;
	html_open(h, "html");
	html_attribute(h, "lang", lang_code(p->lang));
	html_open(h, "head");
	html_void(h, "meta");
	html_attribute(h, "charset", STR("utf-8"));
	write_meta(h, "viewport", STR("width=device-width, initial-scale=1"));
	write_meta(h, "color-scheme", STR("light dark"));
	write_meta(h, "robots", STR("noindex"));
	html_open(h, "title");
	/* Read first by a screen reader. */
	if (wrong)
		html_text(h, text(p->lang, MESSAGE_DESK_ERROR_TITLE));
	html_text(h, head->title);
	html_text(h, STR(" · Quét Sạch"));
	html_close(h, "title");
	write_file(h, "stylesheet", DESK_ASSET_DESK_CSS);
	write_file(h, "icon", DESK_ASSET_MARK_SVG);
	html_open(h, "script");
	html_attribute(h, "src", desk_assets_table()[DESK_ASSET_SITE_JS].path);
	html_flag(h, "defer");
	html_close(h, "script");
	html_close(h, "head");
}

static enum message role_message(enum role role)
{
	static const enum message messages[] = {MESSAGE_DESK_ROLE_OPERATOR,
		MESSAGE_DESK_ROLE_COORDINATOR, MESSAGE_DESK_ROLE_REPORTER, MESSAGE_DESK_ROLE_ISP,
		MESSAGE_DESK_ROLE_AUDITOR};
	return messages[role];
}

/* "Sở Thông tin và Truyền thông · Điều phối" */
static struct str whose(struct desk_page *p, const struct actor *actor)
{
	struct desk_request *r = p->r;
	struct str role = text(p->lang, role_message(actor->role));
	struct org org;
	if (actor->org == 0 ||
		org_find(r->office, actor->org, desk_today(r), r->arena, &org) != E_OK)
		return role;
	struct str name = org.name[p->lang].size > 0 ? org.name[p->lang] : org.name[LANG_VI];
	return desk_text(r, "%.*s · %.*s", STR_ARG(name), STR_ARG(role));
}

static void write_self(struct desk_page *p, enum desk_place here)
{
	struct html *h = &p->html;
	const struct actor *actor = p->r->actor;
	html_open_class(h, "div", "self");
	if (actor) {
		html_open(h, "a");
		html_attribute(h, "href", desk_address(p->r, STR("self")));
		if (here == DESK_PLACE_SELF)
			html_attribute(h, "aria-current", STR("true"));
		html_leaf(h, "strong", NULL, actor->name);
		html_leaf(h, "span", NULL, whose(p, actor));
		html_close(h, "a");
	}
	html_close(h, "div");
}

/* To the same page in the other language. */
static void write_switch(struct desk_page *p)
{
	enum lang other = p->lang == LANG_VI ? LANG_EN : LANG_VI;
	struct html *h = &p->html;
	struct str path = desk_path_is_plain(p->r->path) ? p->r->path : STR("");
	struct str lang = lang_code(other);
	html_open_class(h, "a", "language");
	html_attribute(h, "href", desk_text(p->r, "/desk/%.*s/%.*s", STR_ARG(lang), STR_ARG(path)));
	html_attribute(h, "hreflang", lang);
	html_attribute(h, "lang", lang);
	html_text(h, text(other, MESSAGE_LANGUAGE_NAME));
	html_close(h, "a");
}

static void write_top(struct desk_page *p, const struct desk_head *head)
{
	struct html *h = &p->html;
	struct bytes mark = desk_drawing_bytes(DESK_DRAWING_MARK);
	html_link(h, "skip", STR("#main"), text(p->lang, MESSAGE_SKIP));
	html_open_class(h, "header", "desk-top");
	html_open_class(h, "div", "wrap");
	html_open_class(h, "a", "brand");
	html_attribute(h, "href", desk_address(p->r, STR("")));
	html_asset(h, (struct str){(const char *)mark.data, mark.size});
	html_leaf(h, "span", NULL, STR("Quét Sạch"));
	html_leaf(h, "span", "brand-part", text(p->lang, MESSAGE_DESK_NAME));
	html_close(h, "a");
	if (p->r->actor && exists(STR("search")))
		desk_search_box(p);
	write_self(p, head->place);
	write_switch(p);
	if (p->r->session)
		desk_button_form(p, "quiet", STR("logout"), MESSAGE_DESK_LOGOUT);
	html_close(h, "div");
	html_close(h, "header");
	write_menu(p, head->place);
}

/* --- above the heading --- */

static void write_crumbs(struct desk_page *p, const struct desk_head *head)
{
	struct html *h = &p->html;
	if (head->crumb_count == 0)
		return;
	html_open_class(h, "nav", "crumbs");
	html_attribute(h, "aria-label", text(p->lang, MESSAGE_CRUMBS_LABEL));
	html_open(h, "ol");
	for (size_t i = 0; i < head->crumb_count; i++) {
		html_open(h, "li");
		desk_link(p, NULL, head->crumbs[i].path, head->crumbs[i].name);
		html_close(h, "li");
	}
	html_close(h, "ol");
	html_close(h, "nav");
}

static void write_said(struct desk_page *p)
{
	struct html *h = &p->html;
	if (p->r->said.size == 0)
		return;
	html_open_class(h, "div", "notice said-before");
	html_attribute(h, "role", STR("status"));
	html_leaf(h, "p", NULL, p->r->said);
	html_close(h, "div");
}

static void write_problem(struct desk_page *p, const struct desk_problem *problem)
{
	struct html *h = &p->html;
	html_open(h, "li");
	if (problem->field[0])
		html_link(h, NULL, desk_text(p->r, "#%s", problem->field), problem->text);
	else
		html_text(h, problem->text);
	html_close(h, "li");
}

static void write_problems(struct desk_page *p)
{
	struct html *h = &p->html;
	html_open_class(h, "div", "notice seen problems");
	html_attribute(h, "role", STR("alert"));
	html_attribute(h, "tabindex", STR("-1"));
	html_attribute(h, "aria-labelledby", STR("problems"));
	html_open(h, "h2");
	html_attribute(h, "id", STR("problems"));
	html_text(h, text(p->lang, MESSAGE_DESK_PROBLEMS));
	html_close(h, "h2");
	html_open(h, "ul");
	for (size_t i = 0; i < p->problems->count; i++)
		write_problem(p, &p->problems->list[i]);
	html_close(h, "ul");
	html_close(h, "div");
}

/* --- the page --- */

void desk_page_begin(struct desk_page *p, struct desk_request *r, const struct desk_head *head,
	const struct desk_problems *problems)
{
	bool wrong = problems && problems->count > 0;
	*p = (struct desk_page){.r = r, .lang = r->lang, .problems = problems};
	writer_clear(r->answer->body);
	html_init_document(&p->html, r->answer->body);
	if (wrong && r->answer->status == 200)
		r->answer->status = 400;
	write_head(p, head, wrong);
	html_open(&p->html, "body");
	write_top(p, head);
	html_open_class(&p->html, "main", "desk");
	html_attribute(&p->html, "id", STR("main"));
	html_open_class(&p->html, "div", head->wide ? "wrap wide" : "wrap");
	write_crumbs(p, head);
	write_said(p);
	if (wrong)
		write_problems(p);
	html_leaf(&p->html, "h1", NULL, head->title);
}

void desk_page_end(struct desk_page *p)
{
	struct html *h = &p->html;
	html_close(h, "div");
	html_close(h, "main");
	html_close(h, "body");
	html_close(h, "html");
	/* A mistake sticks in the body's writer, where the server looks. */
	(void)!html_end(h);
}

/* --- pages that say a status --- */

struct status_words {
	unsigned status;
	enum message title, body;
};

/* The last line is for every status without a line of its own. */
static const struct status_words status_words[] = {
	{400, MESSAGE_DESK_400, MESSAGE_DESK_400_TEXT},
	{403, MESSAGE_DESK_403, MESSAGE_DESK_403_TEXT},
	{404, MESSAGE_DESK_404, MESSAGE_DESK_404_TEXT},
	{405, MESSAGE_DESK_400, MESSAGE_DESK_400_TEXT},
	{411, MESSAGE_DESK_400, MESSAGE_DESK_400_TEXT},
	{413, MESSAGE_DESK_413, MESSAGE_DESK_413_TEXT},
	{415, MESSAGE_DESK_400, MESSAGE_DESK_400_TEXT},
	{419, MESSAGE_DESK_FORM_OLD, MESSAGE_DESK_FORM_OLD_TEXT},
	{429, MESSAGE_DESK_429, MESSAGE_DESK_429_TEXT},
	{431, MESSAGE_DESK_400, MESSAGE_DESK_400_TEXT},
	{503, MESSAGE_DESK_503, MESSAGE_DESK_503_TEXT},
	{0, MESSAGE_DESK_500, MESSAGE_DESK_500_TEXT},
};

static const struct status_words *words_of(unsigned status)
{
	size_t at = 0;
	while (status_words[at].status != 0 && status_words[at].status != status)
		at++;
	return &status_words[at];
}

void desk_say_status(struct desk_request *r, unsigned status)
{
	const struct status_words *words = words_of(status);
	const struct desk_head head = {.title = text(r->lang, words->title)};
	struct desk_page p;
	/* Ours alone: a form that is not, or no longer, of this session. */
	r->answer->status = status == 419 ? 403 : status;
	r->said = STR("");
	desk_page_begin(&p, r, &head, NULL);
	desk_say(&p, "p", "lead", words->body);
	html_open_class(&p.html, "p", "actions");
	desk_link(&p, "button quiet", STR(""), text(r->lang, MESSAGE_DESK_TO_WORK));
	html_close(&p.html, "p");
	desk_page_end(&p);
}
