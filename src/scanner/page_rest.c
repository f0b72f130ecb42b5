/* SPDX-License-Identifier: Apache-2.0 */
/* What was not scanned, about the scan, what words mean. */
#include <stdlib.h>

#include "scanner/page_parts.h"
#include "scanner/things.h"

enum {
	SHOWN = 100, /* of one reason */
	SETS = 200
};

/* --- not scanned --- */

static void write_thing(struct page *p, const struct not_scanned *what)
{
	struct writer where;
	struct writer about;
	writer_init(&where, PAGE_TEXT);
	writer_init(&about, PAGE_TEXT);
	unscanned_title(&where, p->lang, what);
	write_shown(&about, what->about);
	if (what->about.size > 0 && unscanned_names(what->reason))
		page_say_with(p, "li", "path", MESSAGE_SCAN_UNSCANNED_ABOUT,
			written(STR("path"), &where), written(STR("about"), &about));
	else
		html_leaf(&p->html, "li", "path", writer_view_str(&where));
	writer_release(&where);
	writer_release(&about);
}

static void write_list(struct page *p, const struct unscanned_group *g)
{
	size_t shown = 0;
	html_open_class(&p->html, "ul", "places");
	for (const struct kept_unscanned *k = g->first; k && shown < SHOWN; k = k->next) {
		write_thing(p, &k->what);
		shown++;
	}
	html_close(&p->html, "ul");
	if (g->count > shown)
		page_say_number(
			p, "p", "meta", MESSAGE_SCAN_PAGE_MORE, STR("count"), g->count - shown);
}

/* "1.234  không có quyền đọc …", and the list behind it. */
static void write_group(struct page *p, enum unscanned reason, const struct unscanned_group *g)
{
	struct writer count;
	writer_init(&count, 64);
	text_number(&count, p->lang, g->count);
	html_open_class(&p->html, "details", "unfold");
	html_open(&p->html, "summary");
	html_leaf(&p->html, "strong", "count", writer_view_str(&count));
	html_leaf(&p->html, "span", NULL, text(p->lang, unscanned_message(reason)));
	html_close(&p->html, "summary");
	html_open(&p->html, "div");
	write_list(p, g);
	html_close(&p->html, "div");
	html_close(&p->html, "details");
	writer_release(&count);
}

void page_unscanned(struct page *p)
{
	const struct record *record = &p->report->record;
	if (record->unscanned == 0)
		return;
	page_section(p, MESSAGE_SCAN_PAGE_UNSCANNED);
	html_leaf(&p->html, "p", NULL, text(p->lang, MESSAGE_SCAN_PAGE_UNSCANNED_LEAD));
	html_open(&p->html, "div");
	for (int i = 0; i < UNSCANNED__COUNT; i++)
		if (record->groups[i].count > 0)
			write_group(p, (enum unscanned)i, &record->groups[i]);
	html_close(&p->html, "div");
	html_close(&p->html, "section");
}

void page_rights(struct page *p)
{
	struct writer command;
	if (p->report->again.size == 0)
		return;
	writer_init(&command, PAGE_TEXT);
	write_shown(&command, p->report->again);
	html_open_class(&p->html, "div", "notice");
	html_leaf(&p->html, "p", NULL, text(p->lang, MESSAGE_SCAN_NOT_ROOT));
	html_leaf(&p->html, "p", "path", writer_view_str(&command));
	html_close(&p->html, "div");
	writer_release(&command);
}

/* --- about the scan --- */

static void write_row(struct page *p, enum message name, struct str value)
{
	html_open(&p->html, "div");
	html_leaf(&p->html, "dt", NULL, text(p->lang, name));
	html_leaf(&p->html, "dd", NULL, value);
	html_close(&p->html, "div");
}

static void write_paths(struct page *p)
{
	struct writer paths;
	const struct settings *s = p->report->settings;
	if (s->whole || (s->quick && !s->root)) {
		write_row(p, MESSAGE_SCAN_PAGE_WHAT,
			text(p->lang, s->whole ? MESSAGE_SCAN_PAGE_WHAT_ALL
					       : MESSAGE_SCAN_PAGE_WHAT_QUICK));
		return;
	}
	writer_init(&paths, PAGE_TEXT);
	if (s->root)
		write_shown(&paths, str_from(s->root));
	for (size_t i = 0; i < p->report->settings->path_count; i++) {
		const char *given = p->report->settings->paths[i];
		char *whole = realpath(given, NULL);
		writer_text(&paths, i > 0 ? ", " : "");
		write_shown(&paths, str_from(whole ? whole : given));
		free(whole);
	}
	write_row(p, MESSAGE_SCAN_PAGE_WHAT, writer_view_str(&paths));
	writer_release(&paths);
}

static void write_survey(struct page *p, struct writer *w)
{
	const struct scan_totals *t = &p->report->totals;
	const uint64_t values[] = {t->places, t->processes, t->connections};
	struct writer numbers[3];
	for (size_t i = 0; i < 3; i++) {
		writer_init(&numbers[i], 64);
		text_number(&numbers[i], p->lang, values[i]);
	}
	text_write(w, p->lang,
		p->report->settings->root ? MESSAGE_SCAN_PAGE_SURVEYED_DISK
					  : MESSAGE_SCAN_PAGE_SURVEYED_VALUE,
		(const struct text_arg[]){written(STR("places"), &numbers[0]),
			written(STR("processes"), &numbers[1]),
			written(STR("connections"), &numbers[2])},
		3);
	for (size_t i = 0; i < 3; i++)
		writer_release(&numbers[i]);
}

static void write_amount(struct page *p)
{
	const struct scan_totals *t = &p->report->totals;
	struct writer files;
	struct writer size;
	struct writer value;
	writer_init(&files, 64);
	writer_init(&size, 64);
	writer_init(&value, PAGE_TEXT);
	text_number(&files, p->lang, t->files);
	write_size(&size, p->lang, t->bytes);
	text_write(&value, p->lang, MESSAGE_SCAN_PAGE_AMOUNT_VALUE,
		(const struct text_arg[]){
			written(STR("files"), &files), written(STR("bytes"), &size)},
		2);
	write_row(p, MESSAGE_SCAN_PAGE_AMOUNT, writer_view_str(&value));
	if (t->places + t->processes + t->connections > 0) {
		writer_clear(&value);
		write_survey(p, &value);
		write_row(p, MESSAGE_SCAN_PAGE_SURVEYED, writer_view_str(&value));
	}
	if (t->cached > 0) {
		writer_clear(&files);
		text_number(&files, p->lang, t->cached);
		write_row(p, MESSAGE_SCAN_PAGE_CACHED, writer_view_str(&files));
	}
	writer_release(&files);
	writer_release(&size);
	writer_release(&value);
}

static void write_times(struct page *p)
{
	const struct scan_report *r = p->report;
	struct writer w;
	writer_init(&w, PAGE_TEXT);
	text_time(&w, p->lang, r->zone, r->began);
	write_row(p, MESSAGE_SCAN_PAGE_WHEN, writer_view_str(&w));
	writer_clear(&w);
	write_time(&w, p->lang, r->totals.seconds);
	write_row(p, MESSAGE_SCAN_PAGE_TOOK, writer_view_str(&w));
	write_row(p, MESSAGE_SCAN_PAGE_ENDED,
		text(p->lang, r->stopped ? MESSAGE_SCAN_PAGE_ENDED_STOPPED
					 : MESSAGE_SCAN_PAGE_ENDED_WHOLE));
	writer_release(&w);
}

static void write_pack(struct page *p)
{
	const struct scan_report *r = p->report;
	struct writer id;
	struct writer version;
	struct writer date;
	struct writer value;
	writer_init(&id, PAGE_TEXT);
	writer_init(&version, 64);
	writer_init(&date, 64);
	writer_init(&value, PAGE_TEXT);
	write_shown(&id, str_from(r->pack->id));
	writer_decimal(&version, r->pack->version);
	text_date(&date, p->lang, instant_date(r->pack->expires));
	text_write(&value, p->lang,
		report_is_expired(r) ? MESSAGE_SCAN_PAGE_PACK_EXPIRED
				     : MESSAGE_SCAN_PAGE_PACK_VALUE,
		(const struct text_arg[]){written(STR("pack"), &id),
			written(STR("version"), &version), written(STR("date"), &date)},
		3);
	write_row(p, MESSAGE_SCAN_PAGE_PACK, writer_view_str(&value));
	writer_release(&id);
	writer_release(&version);
	writer_release(&date);
	writer_release(&value);
}

/* --- who made the signs: licences ask for it --- */

static bool was_met(const struct record *record, struct str set)
{
	for (const struct kept_finding *k = record->first; k; k = k->next)
		for (size_t i = 0; i < k->finding.match_count; i++)
			if (str_equal(k->finding.matches[i].set, set))
				return true;
	return false;
}

static void write_set(struct page *p, const struct pack_set *set)
{
	const struct str cells[] = {set->name, set->author, set->licence, set->source};
	html_open(&p->html, "tr");
	for (size_t i = 0; i < sizeof(cells) / sizeof(cells[0]); i++)
		html_leaf(&p->html, i == 0 ? "th" : "td", NULL, cells[i]);
	html_close(&p->html, "tr");
}

static void write_sources(struct page *p)
{
	static const enum message heads[] = {MESSAGE_SCAN_PAGE_SET, MESSAGE_SCAN_PAGE_SET_AUTHOR,
		MESSAGE_SCAN_PAGE_SET_LICENCE, MESSAGE_SCAN_PAGE_SET_SOURCE};
	struct scan_report *r = p->report;
	struct html *h = &p->html;
	if (r->record.findings == 0 || verified_pack_open(r->verified) != E_OK)
		return;
	html_leaf(h, "h3", NULL, text(p->lang, MESSAGE_SCAN_PAGE_SOURCES));
	html_open_class(h, "div", "table");
	html_attribute(h, "tabindex", STR("0")); /* wider than a phone: scrolled by keyboard too */
	html_attribute(h, "role", STR("region"));
	html_attribute(h, "aria-label", text(p->lang, MESSAGE_SCAN_PAGE_SOURCES));
	html_open(h, "table");
	html_open(h, "thead");
	html_open(h, "tr");
	for (size_t i = 0; i < sizeof(heads) / sizeof(heads[0]); i++)
		html_leaf(h, "th", NULL, text(p->lang, heads[i]));
	html_close(h, "tr");
	html_close(h, "thead");
	html_open(h, "tbody");
	for (size_t i = 0; i < r->verified->pack.set_count; i++)
		if (was_met(&r->record, r->verified->pack.sets[i].name))
			write_set(p, &r->verified->pack.sets[i]);
	html_close(h, "tbody");
	html_close(h, "table");
	html_close(h, "div");
}

/* --- words --- */

static void write_words(struct page *p)
{
	static const enum message words[][2] = {
		{MESSAGE_SCAN_WORD_MALWARE, MESSAGE_SCAN_WORD_MALWARE_IS},
		{MESSAGE_SCAN_WORD_INFECTED, MESSAGE_SCAN_WORD_INFECTED_IS},
		{MESSAGE_SCAN_WORD_SUSPICIOUS, MESSAGE_SCAN_WORD_SUSPICIOUS_IS},
		{MESSAGE_SCAN_WORD_PLACE, MESSAGE_SCAN_WORD_PLACE_IS},
		{MESSAGE_SCAN_WORD_PROCESS, MESSAGE_SCAN_WORD_PROCESS_IS},
		{MESSAGE_SCAN_WORD_ROOT, MESSAGE_SCAN_WORD_ROOT_IS},
		{MESSAGE_SCAN_WORD_LIBRARY, MESSAGE_SCAN_WORD_LIBRARY_IS},
		{MESSAGE_SCAN_WORD_TEMPORARY, MESSAGE_SCAN_WORD_TEMPORARY_IS},
		{MESSAGE_SCAN_WORD_SERVER, MESSAGE_SCAN_WORD_SERVER_IS},
		{MESSAGE_SCAN_WORD_FLOOD, MESSAGE_SCAN_WORD_FLOOD_IS},
		{MESSAGE_SCAN_WORD_SIGN, MESSAGE_SCAN_WORD_SIGN_IS},
		{MESSAGE_SCAN_WORD_PACK, MESSAGE_SCAN_WORD_PACK_IS},
		{MESSAGE_SCAN_WORD_ARCHIVE, MESSAGE_SCAN_WORD_ARCHIVE_IS},
		{MESSAGE_SCAN_WORD_FINGERPRINT, MESSAGE_SCAN_WORD_FINGERPRINT_IS},
	};
	page_section(p, MESSAGE_SCAN_PAGE_WORDS);
	html_open_class(&p->html, "dl", "words");
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		html_leaf(&p->html, "dt", NULL, text(p->lang, words[i][0]));
		html_leaf(&p->html, "dd", NULL, text(p->lang, words[i][1]));
	}
	html_close(&p->html, "dl");
	html_close(&p->html, "section");
}

void page_about(struct page *p)
{
	page_section(p, MESSAGE_SCAN_PAGE_ABOUT);
	html_open_class(&p->html, "dl", "rows");
	write_paths(p);
	write_amount(p);
	write_times(p);
	write_pack(p);
	write_row(p, MESSAGE_SCAN_PAGE_PROGRAM, STR("quetsach-scan " QUETSACH_VERSION));
	html_close(&p->html, "dl");
	write_sources(p);
	html_close(&p->html, "section");
	write_words(p);
}
