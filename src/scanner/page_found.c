/* SPDX-License-Identifier: Apache-2.0 */
/* What was found, one card a kind of malware: what it is, where it is. */
#include "format/markdown.h"
#include "scanner/page_parts.h"
#include "scanner/things.h"

enum {
	SHOWN = 200, /* places of one kind */
	KINDS = 100, /* cards; malware has fewer, names of hash lists may be without end */
	SIGNS = 5    /* of one place */
};

/* Found by the survey, not by a rule. */
static bool is_odd(const struct finding *f)
{
	for (size_t i = 0; i < f->match_count; i++)
		if (!thing_is_reason(&f->matches[i]))
			return false;
	return f->match_count > 0;
}

/* A file that is odd itself, not what stands in it. */
static bool title_of_reason(const struct finding *f, enum message *ret_message)
{
	static const struct {
		struct str reason;
		enum message message;
	} titles[] = {
		{STR_INIT("set-user-elsewhere"), MESSAGE_SCAN_PAGE_ODD_RIGHTS},
		{STR_INIT("set-user-of-no-package"), MESSAGE_SCAN_PAGE_ODD_RIGHTS},
		{STR_INIT("package-file-altered"), MESSAGE_SCAN_PAGE_ODD_ALTERED},
	};
	for (size_t i = 0; i < sizeof(titles) / sizeof(titles[0]); i++) {
		if (!str_equal(titles[i].reason, f->matches[0].rule))
			continue;
		*ret_message = titles[i].message;
		return true;
	}
	return false;
}

static enum message odd_title(const struct finding *f)
{
	enum message message;
	switch (f->kind) {
	case OBJECT_PROCESS:
		return MESSAGE_SCAN_PAGE_ODD_PROCESS;
	case OBJECT_PLACE:
		return title_of_reason(f, &message) ? message : MESSAGE_SCAN_PAGE_ODD_PLACE;
	case OBJECT_CONNECTION:
		return MESSAGE_SCAN_PAGE_ODD_CONNECTION;
	case OBJECT_FILE:
	case OBJECT__COUNT:
		break;
	}
	return MESSAGE_SCAN_PAGE_ODD_FILE;
}

/* What lies in one card. */
static bool same_kind(const struct finding *a, const struct finding *b)
{
	if (is_odd(a) != is_odd(b) || (is_odd(a) && odd_title(a) != odd_title(b)))
		return false;
	return a->outcome == b->outcome &&
	       str_equal(family_shown(a->family), family_shown(b->family));
}

/* One finding of each card. */
struct cards {
	const struct kept_finding *firsts[KINDS];
	size_t count;
	uint64_t left; /* findings for which there is no card any more */
};

static void find_card(struct cards *cards, const struct kept_finding *k)
{
	for (size_t i = 0; i < cards->count; i++)
		if (same_kind(&cards->firsts[i]->finding, &k->finding))
			return;
	if (cards->count < KINDS)
		cards->firsts[cards->count++] = k;
	else
		cards->left++;
}

/* --- where it is --- */

/* Somebody else's words are set off. */
static void write_line(void *context, struct str line, bool quoted)
{
	struct page *p = context;
	html_leaf(&p->html, "p", quoted ? "quoted" : NULL, line);
}

static void write_signs(struct page *p, const struct finding *f)
{
	struct writer signs;
	writer_init(&signs, PAGE_TEXT);
	for (size_t i = 0; i < f->match_count && i < SIGNS; i++) {
		writer_text(&signs, i > 0 ? ", " : "");
		write_shown(&signs, f->matches[i].set);
		writer_char(&signs, ':');
		write_shown(&signs, f->matches[i].rule);
		if (f->matches[i].author.size == 0)
			continue;
		writer_text(&signs, " (");
		write_shown(&signs, f->matches[i].author);
		writer_char(&signs, ')');
	}
	if (f->match_total > f->match_count || f->match_count > SIGNS)
		writer_text(&signs, " …");
	page_say_with(p, "p", "meta", MESSAGE_SCAN_SIGNS, written(STR("signs"), &signs));
	writer_release(&signs);
}

static void write_path(struct page *p, const char *element, const struct finding *f)
{
	struct writer where;
	writer_init(&where, PAGE_TEXT);
	thing_title(&where, p->lang, f);
	html_leaf(&p->html, element,
		f->kind == OBJECT_PROCESS || f->kind == OBJECT_CONNECTION ? "running" : "path",
		writer_view_str(&where));
	writer_release(&where);
}

static void write_place(struct page *p, const struct finding *f)
{
	const struct thing_sink about = {p, write_line};
	if (f->kind == OBJECT_FILE && !(f->match_count > 0 && thing_is_reason(&f->matches[0]))) {
		write_path(p, "li", f);
		return;
	}
	html_open(&p->html, "li");
	write_path(p, "p", f);
	thing_about(p->report, f, &about);
	html_close(&p->html, "li");
}

/* As other programs are told it. */
static void write_raw(struct page *p, const struct finding *f)
{
	struct writer where;
	writer_init(&where, PAGE_TEXT);
	write_where(&where, f->path, f->object);
	html_leaf(&p->html, "p", "path", writer_view_str(&where));
	writer_release(&where);
}

static void write_detail(struct page *p, const struct finding *f)
{
	html_open(&p->html, "li");
	write_raw(p, f);
	write_signs(p, f);
	if (f->sha256.size > 0)
		page_say_with(
			p, "p", "meta", MESSAGE_SCAN_PAGE_FINGERPRINT, {STR("hash"), f->sha256});
	html_close(&p->html, "li");
}

/* Those of the same kind, each as `write` does. */
static void write_list(struct page *p, const struct kept_finding *first,
	void (*write)(struct page *p, const struct finding *f))
{
	uint64_t count = 0;
	html_open_class(&p->html, "ul", "places");
	for (const struct kept_finding *k = first; k; k = k->next)
		if (same_kind(&k->finding, &first->finding) && count++ < SHOWN)
			write(p, &k->finding);
	html_close(&p->html, "ul");
	if (count > SHOWN)
		page_say_number(
			p, "p", "meta", MESSAGE_SCAN_PAGE_MORE, STR("count"), count - SHOWN);
}

/* Names of signs and fingerprints say nothing to most people. */
static void write_details(struct page *p, const struct kept_finding *first)
{
	html_open_class(&p->html, "details", "unfold");
	html_leaf(&p->html, "summary", NULL, text(p->lang, MESSAGE_SCAN_PAGE_DETAILS));
	html_open(&p->html, "div");
	write_list(p, first, write_detail);
	html_close(&p->html, "div");
	html_close(&p->html, "details");
}

/* --- one kind --- */

/* The card has its title already. */
static struct str without_title(struct str page)
{
	struct str rest;
	struct str first = str_cut(page, '\n', &rest);
	return str_starts(str_trim(first), STR("# ")) ? rest : page;
}

static void write_what(struct page *p, const struct finding *f)
{
	static const struct markdown how = {.heading = 3};
	struct str page = report_page(p->report, f->family);
	struct str about = family_about(f->family, p->lang);
	bool infected = f->outcome == OUTCOME_INFECTED;
	if (!infected && is_odd(f)) {
		html_leaf(&p->html, "p", NULL, text(p->lang, MESSAGE_SCAN_IS_ODD));
		return;
	}
	if (!infected && f->family.size > 0)
		html_leaf(&p->html, "p", NULL, text(p->lang, MESSAGE_SCAN_IS_LIKE));
	if (page.size > 0)
		markdown_write(&p->html, without_title(page), &how);
	else if (about.size > 0)
		html_leaf(&p->html, "p", NULL, about);
	else if (infected)
		html_leaf(&p->html, "p", NULL, text(p->lang, MESSAGE_SCAN_IS_MALWARE));
	else if (f->family.size == 0)
		html_leaf(&p->html, "p", NULL, text(p->lang, MESSAGE_SCAN_WORD_SUSPICIOUS_IS));
}

static void write_title(struct page *p, const struct finding *f)
{
	struct writer name;
	bool infected = f->outcome == OUTCOME_INFECTED;
	writer_init(&name, PAGE_TEXT);
	write_shown(&name, family_shown(f->family));
	html_leaf(&p->html, "h3", NULL,
		f->family.size > 0 ? writer_view_str(&name)
		: infected         ? text(p->lang, MESSAGE_SCAN_PAGE_UNNAMED)
		: is_odd(f)        ? text(p->lang, odd_title(f))
				   : text(p->lang, MESSAGE_SCAN_PAGE_LIKE));
	html_leaf(&p->html, "p", infected ? "tone bad" : "tone unsaid",
		text(p->lang, infected ? MESSAGE_SCAN_INFECTED : MESSAGE_SCAN_SUSPICIOUS));
	writer_release(&name);
}

static void write_kind(struct page *p, const struct kept_finding *first)
{
	html_open_class(&p->html, "article", "card");
	write_title(p, &first->finding);
	write_what(p, &first->finding);
	html_leaf(&p->html, "h4", NULL, text(p->lang, MESSAGE_SCAN_PAGE_WHERE));
	write_list(p, first, write_place);
	write_details(p, first);
	html_close(&p->html, "article");
}

/* What is certain comes first. */
static void write_kinds(struct page *p, struct cards *cards, enum outcome outcome)
{
	const struct record *record = &p->report->record;
	size_t before = cards->count;
	for (const struct kept_finding *k = record->first; k; k = k->next)
		if (k->finding.outcome == outcome)
			find_card(cards, k);
	for (size_t i = before; i < cards->count; i++)
		write_kind(p, cards->firsts[i]);
}

/* The whole list is the programs' to take. */
static void write_rest(struct page *p, uint64_t left)
{
	if (left == 0)
		return;
	page_say_number(p, "p", NULL, MESSAGE_SCAN_PAGE_MORE_KINDS, STR("count"), left);
	html_leaf(&p->html, "p", "meta", text(p->lang, MESSAGE_SCAN_PAGE_WHOLE_LIST));
}

/* Of files that hold very many. */
static void write_more(struct page *p)
{
	struct writer line;
	writer_init(&line, PAGE_TEXT);
	for (const struct kept_more *k = p->report->record.first_more; k; k = k->next) {
		writer_clear(&line);
		found_more_write(&line, p->lang, &k->more);
		html_leaf(&p->html, "p", NULL, writer_view_str(&line));
	}
	writer_release(&line);
}

static bool any_inside(const struct record *record)
{
	for (const struct kept_finding *k = record->first; k; k = k->next)
		if (k->finding.kind == OBJECT_FILE && k->finding.object.size > 0)
			return true;
	return false;
}

void page_found(struct page *p)
{
	const struct record *record = &p->report->record;
	struct cards cards = {.count = 0};
	if (record->findings == 0)
		return;
	page_section(p, MESSAGE_SCAN_PAGE_FOUND);
	if (any_inside(record))
		html_leaf(&p->html, "p", "meta", text(p->lang, MESSAGE_SCAN_PAGE_INSIDE));
	write_kinds(p, &cards, OUTCOME_INFECTED);
	write_kinds(p, &cards, OUTCOME_SUSPICIOUS);
	write_more(p);
	write_rest(p, cards.left + record->findings - record->kept);
	html_close(&p->html, "section");
}
