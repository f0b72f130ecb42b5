/* SPDX-License-Identifier: Apache-2.0 */
/* Step 2: the catalogue of tools, the visitor's kind of machine first. */
#include <assert.h>

#include "portal/device.h"
#include "portal/download.h"
#include "portal/platform.h"
#include "portal/portal.h"

/* What is said of each kind of machine, in the order of the TOOL_ bits. */
struct machine {
	enum message name; /* "You seem to be using …" */
	enum message short_name;
	enum message yours, others; /* headings */
	enum message badge;
	enum message built_in, built_in_text;
	enum device device;
	enum drawing drawing;
};

static const struct machine machines[] = {
	{MESSAGE_PLATFORM_WINDOWS_NAME, MESSAGE_PLATFORM_WINDOWS_NAME, MESSAGE_TOOLS_YOUR_WINDOWS,
		MESSAGE_TOOLS_FOR_WINDOWS, MESSAGE_BUILT_IN, MESSAGE_BUILT_IN_WINDOWS,
		MESSAGE_BUILT_IN_WINDOWS_TEXT, DEVICE_PC, DRAWING_PC},
	{MESSAGE_PLATFORM_MACOS_NAME, MESSAGE_PLATFORM_MACOS_SHORT, MESSAGE_TOOLS_YOUR_MACOS,
		MESSAGE_TOOLS_FOR_MACOS, MESSAGE_BUILT_IN, MESSAGE_BUILT_IN_MACOS,
		MESSAGE_BUILT_IN_MACOS_TEXT, DEVICE_PC, DRAWING_PC},
	{MESSAGE_PLATFORM_LINUX_NAME, MESSAGE_PLATFORM_LINUX_NAME, MESSAGE_TOOLS_YOUR_LINUX,
		MESSAGE_TOOLS_FOR_LINUX, MESSAGE_BUILT_IN_FIRST, MESSAGE_BUILT_IN_LINUX,
		MESSAGE_BUILT_IN_LINUX_TEXT, DEVICE_SERVER, DRAWING_SERVER},
	{MESSAGE_PLATFORM_ANDROID_NAME, MESSAGE_PLATFORM_ANDROID_NAME, MESSAGE_TOOLS_YOUR_ANDROID,
		MESSAGE_TOOLS_FOR_ANDROID, MESSAGE_BUILT_IN, MESSAGE_BUILT_IN_ANDROID,
		MESSAGE_BUILT_IN_ANDROID_TEXT, DEVICE_PHONE, DRAWING_PHONE},
	{MESSAGE_PLATFORM_IOS_NAME, MESSAGE_PLATFORM_IOS_SHORT, MESSAGE_TOOLS_YOUR_IOS,
		MESSAGE_TOOLS_FOR_IOS, MESSAGE_BUILT_IN_FIRST, MESSAGE_BUILT_IN_IOS,
		MESSAGE_BUILT_IN_IOS_TEXT, DEVICE_PHONE, DRAWING_PHONE},
};

static_assert(sizeof(machines) / sizeof(machines[0]) == TOOL_PLATFORMS, "every kind of machine");

/* The order in which sections stand; the visitor's goes to the front. */
static const unsigned order[TOOL_PLATFORMS] = {0, 3, 4, 1, 2};

struct catalogue {
	const struct site *site;
	int visitor; /* index into machines; -1: not known */
	bool chosen; /* by the visitor, not guessed */
};

static struct str machine_anchor(unsigned machine)
{
	return tool_platform_name((enum tool_platform)(1u << machine));
}

static int machine_of(unsigned platform)
{
	for (int i = 0; i < TOOL_PLATFORMS; i++)
		if (platform == 1u << i)
			return i;
	return -1;
}

/* ?may=windows (or ?machine=windows) mends a wrong guess. */
static struct catalogue open_catalogue(const struct page *p)
{
	struct str choice;
	enum tool_platform platform;
	struct catalogue c = {.site = p->publication->site};
	if ((http_argument(p->request, "may", &choice) ||
		    http_argument(p->request, "machine", &choice)) &&
		tool_platform_parse(choice, &platform)) {
		c.visitor = machine_of((unsigned)platform);
		c.chosen = true;
	} else {
		c.visitor = machine_of(platform_of_visitor(p->request));
	}
	return c;
}

/* --- which machine? --- */

static void write_choice(struct page *p, const struct catalogue *c, unsigned machine)
{
	struct html *h = &p->html;
	struct writer href;
	writer_init(&href, 256);
	writer_str(&href, page_path(PAGE_TOOLS, p->lang));
	writer_text(&href, p->lang == LANG_VI ? "?may=" : "?machine=");
	writer_str(&href, machine_anchor(machine));
	html_open(h, "li");
	html_open(h, "a");
	html_attribute(h, "href", writer_view_str(&href));
	html_attribute(h, "rel", STR("nofollow"));
	if ((int)machine == c->visitor)
		html_attribute(h, "aria-current", STR("true"));
	html_text(h, text(p->lang, machines[machine].short_name));
	html_close(h, "a");
	html_close(h, "li");
	writer_release(&href);
}

static void write_choices(struct page *p, const struct catalogue *c)
{
	struct html *h = &p->html;
	html_open_class(h, "nav", "machines");
	html_attribute(h, "aria-label", text(p->lang, MESSAGE_TOOLS_CHOICE_LABEL));
	if (c->visitor < 0)
		page_say(p, "p", NULL, MESSAGE_TOOLS_NO_GUESS);
	else
		page_say_values(p, "p", NULL,
			c->chosen ? MESSAGE_TOOLS_CHOSEN : MESSAGE_TOOLS_GUESS,
			{STR("platform"), text(p->lang, machines[c->visitor].name), true});
	html_open_class(h, "ul", "contents");
	for (size_t i = 0; i < TOOL_PLATFORMS; i++)
		write_choice(p, c, order[i]);
	html_close(h, "ul");
	html_close(h, "nav");
}

/* --- one tool --- */

/* "tool-clamav", "#tool-clamav": unique on the page. */
static struct str tool_id(struct page *p, const char *before, const struct tool *tool)
{
	struct writer w;
	writer_init(&w, 128);
	writer_text(&w, before);
	writer_str(&w, tool->key);
	struct str kept = page_keep(p, &w);
	writer_release(&w);
	return kept;
}

static void open_row(struct page *p, enum message label)
{
	html_open(&p->html, "div");
	page_say(p, "dt", NULL, label);
	html_open(&p->html, "dd");
}

static void close_row(struct page *p)
{
	html_close(&p->html, "dd");
	html_close(&p->html, "div");
}

static void write_platforms(struct page *p, unsigned platforms)
{
	bool first = true;
	open_row(p, MESSAGE_TOOL_PLATFORMS);
	for (size_t i = 0; i < TOOL_PLATFORMS; i++) {
		if (!(platforms & 1u << i))
			continue;
		if (!first)
			html_text(&p->html, STR(", "));
		html_text(&p->html, text(p->lang, machines[i].short_name));
		first = false;
	}
	close_row(p);
}

/* One number, or several with '|' between. */
static void write_phones(struct page *p, struct str numbers)
{
	while (numbers.size > 0) {
		page_phone(p, str_trim(str_cut(numbers, '|', &numbers)));
		if (numbers.size > 0)
			html_text(&p->html, STR(" · "));
	}
}

static void write_contacts(struct page *p, const struct tool *tool)
{
	if (tool->hotline.size > 0) {
		open_row(p, MESSAGE_TOOL_HOTLINE);
		write_phones(p, tool->hotline);
		close_row(p);
	}
	if (tool->mail.size > 0) {
		open_row(p, MESSAGE_TOOL_MAIL);
		page_mail(p, tool->mail);
		close_row(p);
	}
}

/* "12,3 MB": one decimal, rounded; powers of a thousand, as shops and browsers have them. */
static void write_size(struct page *p, uint64_t size)
{
	static const struct {
		uint64_t unit;
		enum message message;
	} units[] = {
		{1000, MESSAGE_TOOL_SIZE_KB},
		{1000 * 1000, MESSAGE_TOOL_SIZE_MB},
		{1000 * 1000 * 1000, MESSAGE_TOOL_SIZE_GB},
	};
	size_t i = 0;
	struct writer w;
	while (i < 2 && size >= units[i + 1].unit)
		i++;
	uint64_t tenths = size / (units[i].unit / 10);
	writer_init(&w, 64);
	text_number(&w, p->lang, tenths / 10);
	writer_char(&w, p->lang == LANG_VI ? ',' : '.');
	writer_decimal(&w, tenths % 10);
	open_row(p, MESSAGE_TOOL_SIZE);
	page_words(p, units[i].message,
		&(const struct page_value){STR("size"), page_keep(p, &w), false}, 1);
	close_row(p);
	writer_release(&w);
}

static void write_command(struct page *p, enum message where, struct str before, struct str file)
{
	page_say(p, "p", NULL, where);
	html_open(&p->html, "p");
	html_open(&p->html, "code");
	html_text(&p->html, before);
	html_text(&p->html, STR(" "));
	html_text(&p->html, file.size > 0 ? file : text(p->lang, MESSAGE_TOOL_SUM_FILE));
	html_close(&p->html, "code");
	html_close(&p->html, "p");
}

static void write_sum(struct page *p, const struct tool *tool)
{
	struct html *h = &p->html;
	if (tool->sha256.size == 0)
		return;
	html_open_class(h, "details", "unfold");
	page_say(p, "summary", NULL, MESSAGE_TOOL_SUM);
	page_copy_field(p, tool_id(p, "sum-", tool).data, MESSAGE_TOOL_SUM_TEXT, tool->sha256, 2);
	if (tool->platforms & TOOL_WINDOWS)
		write_command(p, MESSAGE_TOOL_SUM_WINDOWS, STR("Get-FileHash"), tool->file);
	if (tool->platforms & TOOL_MACOS)
		write_command(p, MESSAGE_TOOL_SUM_MACOS, STR("shasum -a 256"), tool->file);
	if (tool->platforms & (TOOL_LINUX | TOOL_ANDROID | TOOL_IOS))
		write_command(p, MESSAGE_TOOL_SUM_LINUX, STR("sha256sum"), tool->file);
	page_say(p, "p", NULL, MESSAGE_TOOL_SUM_DIFFERS);
	html_close(h, "details");
}

/* "www.bkav.com.vn" of "https://www.bkav.com.vn/…" */
static struct str host_of(struct str url)
{
	struct str scheme = STR("https://");
	struct str rest;
	if (!str_starts(url, scheme))
		return url;
	return str_cut((struct str){url.data + scheme.size, url.size - scheme.size}, '/', &rest);
}

/* A visit to the maker's site is no download: it is not called one. */
static void write_count(struct page *p, const struct tool *tool)
{
	if (!p->context->counters)
		return;
	uint64_t total = counters_get(p->context->counters, tool->key).total;
	if (total == 0)
		return;
	bool ours = tool->file.size > 0;
	html_leaf(&p->html, "span", "count",
		page_count(p, ours ? MESSAGE_TOOL_COUNT_ONE : MESSAGE_TOOL_OPENED_ONE,
			ours ? MESSAGE_TOOL_COUNT_MANY : MESSAGE_TOOL_OPENED_MANY, total));
}

static void write_get(struct page *p, const struct tool *tool)
{
	struct html *h = &p->html;
	struct writer label;
	writer_init(&label, 8192);
	text_write(&label, p->lang, MESSAGE_TOOL_GET_LABEL,
		&(const struct text_arg){STR("tool"), tool->name}, 1);
	html_open_class(h, "p", "get");
	html_open_class(h, "a", "button quiet");
	html_attribute(h, "href", download_path(p, tool));
	html_attribute(h, "rel", STR("nofollow"));
	html_attribute(h, "aria-label", writer_view_str(&label));
	html_text(h, text(p->lang, MESSAGE_TOOL_GET));
	html_close(h, "a");
	html_open_class(h, "span", "where");
	if (tool->file.size > 0)
		html_text(h, text(p->lang, MESSAGE_TOOL_FROM_US));
	else
		page_words(p, MESSAGE_TOOL_TO_MAKER,
			&(const struct page_value){STR("host"), host_of(tool->url), false}, 1);
	html_close(h, "span");
	write_count(p, tool);
	html_close(h, "p");
	writer_release(&label);
}

static void write_tool(struct page *p, const struct tool *tool)
{
	struct html *h = &p->html;
	html_open_class(h, "li", "card tool");
	html_attribute(h, "id", tool_id(p, "tool-", tool));
	html_leaf(h, "h3", NULL, tool->name);
	html_leaf(h, "p", "purpose", tool->purpose[p->lang]);
	html_leaf(h, "p", "meta", tool->maker[p->lang]);
	html_leaf(h, "p", "about", tool->about[p->lang]);
	html_open_class(h, "dl", "rows");
	write_contacts(p, tool);
	write_platforms(p, tool->platforms);
	if (tool->size > 0)
		write_size(p, tool->size);
	html_close(h, "dl");
	write_sum(p, tool);
	write_get(p, tool);
	html_close(h, "li");
}

/* --- one kind of machine --- */

/* What to do first: on the visitor's machine it is the page's one action. */
static void write_built_in(struct page *p, unsigned machine, bool yours)
{
	const struct machine *k = &machines[machine];
	html_open_class(&p->html, "div", "card built-in");
	page_draw(p, k->drawing);
	html_open(&p->html, "div");
	page_say(p, "p", "number", k->badge);
	page_say(p, "h3", NULL, k->built_in);
	page_say(p, "p", NULL, k->built_in_text);
	html_open_class(&p->html, "p", yours ? "actions" : "more");
	page_link(p, yours ? "button" : NULL, device_path(p, k->device), MESSAGE_BUILT_IN_HOW);
	html_close(&p->html, "p");
	html_close(&p->html, "div");
	html_close(&p->html, "div");
}

/* A tool for several machines stands in full where it comes first; `before` holds the machines
 * already shown. */
static void write_tools(
	struct page *p, const struct catalogue *c, unsigned machine, unsigned before)
{
	size_t shown = 0;
	for (size_t i = 0; i < c->site->tool_count; i++) {
		const struct tool *tool = &c->site->tools[i];
		if (!(tool->platforms & 1u << machine) || tool->platforms & before)
			continue;
		if (shown++ == 0)
			html_open_class(&p->html, "ul", "tools");
		write_tool(p, tool);
	}
	if (shown > 0)
		html_close(&p->html, "ul");
}

static void write_also(struct page *p, const struct catalogue *c, unsigned machine, unsigned before)
{
	size_t shown = 0;
	for (size_t i = 0; i < c->site->tool_count; i++) {
		const struct tool *tool = &c->site->tools[i];
		if (!(tool->platforms & 1u << machine) || !(tool->platforms & before))
			continue;
		if (shown++ == 0) {
			html_open_class(&p->html, "p", "also");
			html_text(&p->html, text(p->lang, MESSAGE_TOOLS_ALSO));
		}
		html_text(&p->html, STR(" "));
		html_open(&p->html, "a");
		html_attribute(&p->html, "href", tool_id(p, "#tool-", tool));
		page_words(p, MESSAGE_TOOL_ABOVE,
			&(const struct page_value){STR("tool"), tool->name, false}, 1);
		html_close(&p->html, "a");
	}
	if (shown > 0)
		html_close(&p->html, "p");
}

static void write_machine(
	struct page *p, const struct catalogue *c, unsigned machine, unsigned before)
{
	bool yours = (int)machine == c->visitor;
	html_open_class(&p->html, "section", yours ? "machine yours" : "machine");
	html_attribute(&p->html, "id", machine_anchor(machine));
	page_say(p, "h2", "section", yours ? machines[machine].yours : machines[machine].others);
	write_built_in(p, machine, yours);
	write_tools(p, c, machine, before);
	write_also(p, c, machine, before);
	html_close(&p->html, "section");
}

static void write_machines(struct page *p, const struct catalogue *c)
{
	unsigned before = 0;
	if (c->visitor >= 0) {
		write_machine(p, c, (unsigned)c->visitor, before);
		before |= 1u << c->visitor;
	}
	for (size_t i = 0; i < TOOL_PLATFORMS; i++) {
		if ((int)order[i] == c->visitor)
			continue;
		write_machine(p, c, order[i], before);
		before |= 1u << order[i];
	}
}

static void write_care(struct page *p)
{
	html_open_class(&p->html, "section", "card plain care");
	page_say(p, "h2", NULL, MESSAGE_TOOLS_CARE);
	html_open_class(&p->html, "ul", "points");
	advice_write_step(p, MESSAGE_TOOLS_CARE_1, MESSAGE_TOOLS_CARE_1_WHY);
	advice_write_step(p, MESSAGE_TOOLS_CARE_2, MESSAGE_TOOLS_CARE_2_WHY);
	advice_write_step(p, MESSAGE_TOOLS_CARE_3, MESSAGE_TOOLS_CARE_3_WHY);
	html_close(&p->html, "ul");
	page_say(p, "p", "meta", MESSAGE_TOOLS_NO_RANKING);
	html_close(&p->html, "section");
}

void portal_tools(const struct http_request *q, struct http_answer *a)
{
	static const struct page_head head = {.name = PAGE_TOOLS,
		.title = MESSAGE_TOOLS_TITLE,
		.description = MESSAGE_TOOLS_DESCRIPTION};
	struct page p;
	page_begin(&p, q, a);
	struct catalogue c = open_catalogue(&p);
	a->cache = HTTP_NO_CACHE;
	a->vary = PLATFORM_VARY;
	page_write_head(&p, &head);
	html_open_class(&p.html, "div", "wrap article");
	page_crumbs(&p, PAGE_HOME, text(p.lang, MESSAGE_MENU_TOOLS));
	page_say(&p, "p", "number", MESSAGE_STEP_2);
	page_say(&p, "h1", NULL, MESSAGE_TOOLS_TITLE);
	page_say(&p, "p", "lead", MESSAGE_TOOLS_LEAD);
	write_choices(&p, &c);
	write_machines(&p, &c);
	write_care(&p);
	html_close(&p.html, "div");
	page_end(&p);
}
