/* SPDX-License-Identifier: Apache-2.0 */
#include "desk/search.h"

#include "desk/accounts.h"
#include "desk/export.h"
#include "desk/jobs.h"
#include "desk/returns_words.h"
#include "desk/routes.h"
#include "desk/units.h"
#include "office/job.h"
#include "office/org_fold.h"
#include "office/org_list.h"
#include "office/search.h"
#include "store/site_content.h"

enum {
	SHOWN = 10,    /* of a group */
	COUNTED = 100, /* of more it is said that there are more */
	ENDED = 1000,  /* of those that ended are asked about */
	LONGEST = 200, /* bytes of what is looked for */
	JOBS = 500,    /* the newest are looked through */
	FOLDED = 4096
};

/* --- what was found --- */

struct hit {
	struct str path, title, detail;
};

struct group {
	struct desk_request *r;
	struct str folded; /* what is looked for */
	struct hit hits[SHOWN];
	uint64_t count;
};

/* Texts may be borrowed. */
static void add(struct group *g, struct str path, struct str title, struct str detail)
{
	struct arena *arena = g->r->arena;
	if (g->count++ < SHOWN)
		g->hits[g->count - 1] =
			(struct hit){path, arena_copy(arena, title), arena_copy(arena, detail)};
}

/* Do all words stand in the text? For what is few and has no index. */
static bool matches(const struct group *g, struct str text)
{
	struct writer w;
	struct str rest = g->folded;
	bool all = true;
	writer_init(&w, FOLDED);
	if (org_fold(&w, text) != E_OK)
		all = false;
	struct str folded = writer_view_str(&w);
	while (all && rest.size > 0) {
		struct str word = str_cut(rest, ' ', &rest);
		all = word.size == 0 || (folded.size > 0 && memmem(folded.data, folded.size,
								    word.data, word.size) != NULL);
	}
	writer_release(&w);
	return all;
}

/* --- units --- */

static enum err take_unit(void *context, const struct org *org)
{
	struct group *g = context;
	struct desk_request *r = g->r;
	bool ended = org->until.year &&
		     date_instant(org->until).seconds <= date_instant(desk_today(r)).seconds;
	if (r->actor->org && r->actor->role != ROLE_COORDINATOR && org->id != r->actor->org)
		return E_OK;
	add(g, desk_unit_path(r, org->id, ""), desk_unit_name(r, org),
		desk_text(r, "%.*s%s%.*s%s%.*s", STR_ARG(org->code), org->level.size ? " · " : "",
			STR_ARG(org->level), ended ? " · " : "",
			STR_ARG(ended ? text(r->lang, MESSAGE_DESK_SEARCH_ENDED) : STR(""))));
	return E_OK;
}

/* Whose it was is asked of each: that is less than to gather all that ever stood below. */
static enum err take_ended(void *context, const struct org *org)
{
	struct group *g = context;
	if (g->r->actor->org && !desk_unit_seen(g->r, org->id))
		return E_OK;
	return take_unit(context, org);
}

/* Those of today first, then those that have ended. */
static enum err find_units(struct group *g, struct str words)
{
	struct desk_request *r = g->r;
	const struct org_choice ended = {.day = desk_today(r),
		.standing = ORG_HAS_ENDED,
		.words = words,
		.limit = r->actor->org ? ENDED : COUNTED + 1};
	TRY(org_search(r->office, r->actor->org, words, 0, COUNTED + 1, take_unit, g));
	return org_list(r->office, &ended, take_ended, g);
}

/* --- accounts --- */

static enum err take_account(void *context, const struct account *account)
{
	struct group *g = context;
	struct desk_request *r = g->r;
	add(g, desk_text(r, "accounts/%lld", (long long)account->id), account->mail,
		desk_text(r, "%.*s · %.*s", STR_ARG(account->name),
			STR_ARG(desk_role_words(r->lang, account->role))));
	return E_OK;
}

static enum err find_accounts(struct group *g, struct str words)
{
	struct desk_request *r = g->r;
	if (actor_may(r->office, r->actor, ACT_SEE_ACCOUNTS, STR(""), r->actor->org) != E_OK)
		return E_OK;
	return account_search(r->office, r->actor, words, COUNTED + 1, take_account, g);
}

/* --- returns --- */

static enum err take_return(void *context, const struct return_found *found)
{
	struct group *g = context;
	struct desk_request *r = g->r;
	add(g,
		desk_text(r, "campaigns/%.*s/returns/%lld", STR_ARG(found->campaign),
			(long long)found->org->id),
		desk_unit_name(r, found->org),
		desk_text(r, "%.*s · %.*s", STR_ARG(found->campaign),
			STR_ARG(returns_state_words(found->state, r->lang))));
	return E_OK;
}

static enum err find_returns(struct group *g, struct str words)
{
	struct desk_request *r = g->r;
	if (r->actor->role == ROLE_ISP)
		return E_OK;
	return return_search(r->office, r->actor, words, COUNTED + 1, take_return, g);
}

/* --- the catalogue --- */

static void take_campaign(void *context, const struct campaign *campaign)
{
	struct group *g = context;
	struct desk_request *r = g->r;
	struct str vi = campaign->name[LANG_VI], en = campaign->name[LANG_EN];
	if (matches(g, desk_text(r, "%.*s %.*s %.*s", STR_ARG(campaign->key), STR_ARG(vi),
			       STR_ARG(en))))
		add(g, desk_text(r, "campaigns/%.*s", STR_ARG(campaign->key)),
			r->lang == LANG_EN && en.size > 0 ? en : vi, campaign->key);
}

static enum err find_campaigns(struct group *g, struct str words)
{
	(void)words;
	struct store *store = desk_store(g->r);
	return store ? store_each_campaign(store, take_campaign, g) : E_IO;
}

static void take_page(void *context, const struct article_version *version)
{
	struct group *g = context;
	struct desk_request *r = g->r;
	const struct article *article = &version->article;
	if (matches(g, desk_text(r, "%.*s %.*s", STR_ARG(article->key), STR_ARG(article->title))))
		add(g,
			desk_text(r, "pages/%.*s/%.*s", STR_ARG(article->key),
				STR_ARG(lang_code(article->lang))),
			article->title.size > 0 ? article->title : article->key, article->key);
}

static bool sees(struct group *g, enum act act)
{
	return actor_may(g->r->office, g->r->actor, act, STR(""), 0) == E_OK;
}

static enum err find_pages(struct group *g, struct str words)
{
	(void)words;
	struct store *store = sees(g, ACT_SEE_SITE) ? desk_store(g->r) : NULL;
	return store ? store_each_article(store, take_page, g) : E_OK;
}

static void take_tool(void *context, const struct tool_entry *entry)
{
	struct group *g = context;
	struct desk_request *r = g->r;
	const struct tool *tool = &entry->tool;
	if (matches(g, desk_text(r, "%.*s %.*s", STR_ARG(tool->key), STR_ARG(tool->name))))
		add(g, desk_text(r, "tools/%.*s", STR_ARG(tool->key)), tool->name, tool->key);
}

static enum err find_tools(struct group *g, struct str words)
{
	(void)words;
	struct store *store = sees(g, ACT_SEE_SITE) ? desk_store(g->r) : NULL;
	return store ? store_each_tool(store, take_tool, g) : E_OK;
}

static void take_feed(void *context, const struct feed_info *feed)
{
	struct group *g = context;
	struct desk_request *r = g->r;
	if (matches(g, desk_text(r, "%.*s %.*s", STR_ARG(feed->name), STR_ARG(feed->title))))
		add(g, desk_text(r, "feeds/%.*s", STR_ARG(feed->name)),
			feed->title.size > 0 ? feed->title : feed->name, feed->name);
}

static enum err find_feeds(struct group *g, struct str words)
{
	(void)words;
	struct store *store = sees(g, ACT_SEE_FEEDS) ? desk_store(g->r) : NULL;
	return store ? store_each_feed(store, take_feed, g) : E_OK;
}

/* --- jobs --- */

static enum err take_job(void *context, const struct job *job)
{
	struct group *g = context;
	struct desk_request *r = g->r;
	struct str kind = text(r->lang, desk_job_kind_message(job->order.kind));
	if (matches(g, desk_text(r, "%lld %.*s %.*s %.*s %.*s", (long long)job->id, STR_ARG(kind),
			       STR_ARG(job->order.input_name), STR_ARG(job->order.name),
			       STR_ARG(job->order.campaign))))
		add(g, desk_job_path(r, job->id), kind, desk_time(r, job->asked));
	return E_OK;
}

static enum err find_jobs(struct group *g, struct str words)
{
	(void)words;
	const struct job_choice choice = {
		.account = g->r->actor->role == ROLE_OPERATOR ? 0 : g->r->actor->account};
	return job_list(g->r->office, &choice, JOBS, take_job, g);
}

/* --- the page --- */

static const struct {
	enum message title;
	enum err (*find)(struct group *g, struct str words);
	const char *all;   /* the full list; the words stand behind it. NULL: there is none */
	const char *probe; /* an address that has to be there, for what it links to */
} groups[] = {
	{MESSAGE_DESK_MENU_ORGS, find_units, "orgs?list=1&state=any&q=", "orgs/1"},
	{MESSAGE_DESK_MENU_ACCOUNTS, find_accounts, "accounts?q=", "accounts/1"},
	{MESSAGE_DESK_UNITS_RETURNS, find_returns, NULL, "campaigns/x/returns/1"},
	{MESSAGE_DESK_MENU_CAMPAIGNS, find_campaigns, NULL, "campaigns/x"},
	{MESSAGE_DESK_SEARCH_PAGES, find_pages, NULL, "pages/x/vi"},
	{MESSAGE_DESK_SEARCH_FEEDS, find_feeds, NULL, "feeds/x"},
	{MESSAGE_DESK_SEARCH_TOOLS, find_tools, NULL, "tools/x"},
	{MESSAGE_DESK_SEARCH_JOBS, find_jobs, NULL, "jobs/1"},
};

static bool leads_somewhere(const char *path)
{
	struct str parts[3];
	unsigned allowed;
	return desk_route_find(str_from(path), DESK_GET, parts, &allowed) != NULL;
}

static void write_hit(struct desk_page *p, const struct hit *hit)
{
	html_open(&p->html, "li");
	desk_link(p, NULL, hit->path, hit->title);
	if (hit->detail.size > 0)
		html_leaf(&p->html, "span", "hint", hit->detail);
	html_close(&p->html, "li");
}

static void write_group(struct desk_page *p, const struct group *g, size_t nth, struct str words)
{
	struct desk_request *r = p->r;
	bool more = g->count > COUNTED;
	struct str count =
		more ? desk_words(r, MESSAGE_DESK_SEARCH_MORE_THAN,
			       (const struct text_arg[]){{STR("count"), desk_number(r, COUNTED)}},
			       1)
		     : desk_number(r, g->count);
	html_open_class(&p->html, "section", "hits");
	html_open(&p->html, "h2");
	html_text(&p->html, text(p->lang, groups[nth].title));
	html_text(&p->html, STR(" "));
	html_leaf(&p->html, "span", "count", desk_text(r, "(%.*s)", STR_ARG(count)));
	html_close(&p->html, "h2");
	html_open_class(&p->html, "ul", "plain-list");
	for (size_t i = 0; i < g->count && i < SHOWN; i++)
		write_hit(p, &g->hits[i]);
	html_close(&p->html, "ul");
	if (g->count > SHOWN && groups[nth].all)
		desk_link(p, NULL,
			desk_text(r, "%s%.*s", groups[nth].all, STR_ARG(desk_escape(r, words))),
			text(p->lang, MESSAGE_DESK_SEARCH_ALL));
	else if (g->count > SHOWN)
		desk_say_values(p, "p", "hint", MESSAGE_DESK_SEARCH_FIRST,
			{STR("count"), desk_number(r, SHOWN)});
	html_close(&p->html, "section");
}

static void write_groups(struct desk_page *p, struct str words, struct str folded)
{
	uint64_t found = 0;
	for (size_t i = 0; i < sizeof(groups) / sizeof(groups[0]); i++) {
		struct group g = {.r = p->r, .folded = folded};
		if (!leads_somewhere(groups[i].probe))
			continue;
		enum err err = groups[i].find(&g, words);
		if (err != E_OK) {
			writer_fail(p->html.out, err);
			return;
		}
		if (g.count > 0)
			write_group(p, &g, i, words);
		found += g.count;
	}
	if (found == 0)
		desk_say_values(p, "p", "lead", MESSAGE_DESK_SEARCH_NOTHING, {STR("words"), words});
}

static void write_form(struct desk_page *p, struct str words)
{
	const struct desk_input input = {.name = "q",
		.label = text(p->lang, MESSAGE_DESK_SEARCH_LABEL),
		.hint = text(p->lang, MESSAGE_DESK_SEARCH_HINT),
		.value = words,
		.type = "search"};
	desk_form_open_get(p, NULL, STR("search"));
	desk_input(p, &input);
	desk_button(p, NULL, NULL, STR(""), MESSAGE_DESK_UNITS_FIND);
	desk_form_close(p);
}

/* At most LONGEST bytes, whole characters. */
static struct str shortened(struct str words)
{
	if (words.size <= LONGEST)
		return words;
	words.size = LONGEST;
	while (words.size > 0 && ((unsigned char)words.data[words.size] & 0xC0) == 0x80)
		words.size--;
	return words;
}

void desk_search(struct desk_request *r)
{
	struct desk_page p;
	struct writer folded;
	struct str words = str_trim(desk_argument(r, "q"));
	const struct desk_head head = {.title = text(r->lang, MESSAGE_DESK_SEARCH)};
	words = shortened(words);
	if (!desk_unit_keep_today(r))
		return;
	writer_init(&folded, FOLDED);
	bool is_text = org_fold(&folded, words) == E_OK;
	desk_page_begin(&p, r, &head, NULL);
	write_form(&p, words);
	if (is_text && folded.size > 0)
		write_groups(&p, words, arena_copy(r->arena, writer_view_str(&folded)));
	writer_release(&folded);
	desk_page_end(&p);
}

void desk_search_box(struct desk_page *p)
{
	struct html *h = &p->html;
	html_open_class(h, "form", "desk-search");
	html_attribute(h, "role", STR("search"));
	html_attribute(h, "method", STR("get"));
	html_attribute(h, "action", desk_address(p->r, STR("search")));
	html_void(h, "input");
	html_attribute(h, "type", STR("search"));
	html_attribute(h, "name", STR("q"));
	html_attribute(h, "autocomplete", STR("off"));
	html_attribute(h, "spellcheck", STR("false"));
	html_attribute(h, "aria-label", text(p->lang, MESSAGE_DESK_SEARCH_LABEL));
	html_attribute(h, "placeholder", text(p->lang, MESSAGE_DESK_SEARCH_PLACEHOLDER));
	html_attribute(h, "data-key", STR("/"));
	html_open_class(h, "button", "button quiet");
	html_text(h, text(p->lang, MESSAGE_DESK_UNITS_FIND));
	html_close(h, "button");
	html_close(h, "form");
}
