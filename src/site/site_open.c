/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "base/cursor.h"
#include "base/limits.h"
#include "site/layout.h"
#include "site/site_file.h"

enum {
	ALL_PLATFORMS = (1 << TOOL_PLATFORMS) - 1
};

/* --- promises --- */

static bool languages_valid(const struct str texts[LANG__COUNT], bool needed)
{
	for (int i = 0; i < LANG__COUNT; i++)
		if (!site_line_valid(texts[i]) || (needed && texts[i].size == 0))
			return false;
	return true;
}

static bool empty_or(bool (*valid)(struct str s), struct str s)
{
	return s.size == 0 || valid(s);
}

bool site_identity_valid(const struct site_identity *i)
{
	return empty_or(site_address_valid, i->address) && languages_valid(i->organiser, false) &&
	       empty_or(site_mail_valid, i->mail) && empty_or(site_phone_valid, i->phone) &&
	       empty_or(site_mail_valid, i->press_mail) &&
	       empty_or(site_phone_valid, i->press_phone);
}

bool site_campaign_valid(const struct campaign *c)
{
	return site_key_valid(c->key) && languages_valid(c->name, true) &&
	       site_country_valid(c->country) && site_zone_valid(c->zone) &&
	       site_date_valid(c->begins) && site_date_valid(c->ends) &&
	       date_instant(c->begins).seconds <= date_instant(c->ends).seconds;
}

static bool instant_valid(struct instant t)
{
	return t.seconds >= 0 && t.seconds <= UINT32_MAX;
}

bool site_article_valid(const struct article *a)
{
	return site_key_valid(a->key) && (unsigned)a->lang < LANG__COUNT &&
	       (unsigned)a->kind < ARTICLE__COUNT && a->title.size > 0 &&
	       site_line_valid(a->title) && site_line_valid(a->summary) &&
	       site_body_valid(a->body) && instant_valid(a->published) &&
	       instant_valid(a->updated) && a->published.seconds <= a->updated.seconds &&
	       a->version > 0;
}

/* Where its maker offers it, or a file we hold, of which size and sum are known. */
static bool source_valid(const struct tool *t)
{
	if (t->url.size > 0)
		return t->file.size == 0 && site_url_valid(t->url);
	return site_file_valid(t->file) && t->size > 0 && t->sha256.size > 0;
}

bool site_tool_valid(const struct tool *t)
{
	return site_key_valid(t->key) && t->name.size > 0 && site_line_valid(t->name) &&
	       languages_valid(t->maker, true) && languages_valid(t->purpose, true) &&
	       languages_valid(t->about, true) && empty_or(site_phone_valid, t->hotline) &&
	       empty_or(site_mail_valid, t->mail) && t->platforms > 0 &&
	       (t->platforms & ~(unsigned)ALL_PLATFORMS) == 0 && t->size <= INT64_MAX &&
	       empty_or(site_sha256_valid, t->sha256) && source_valid(t);
}

static bool reply_valid(const struct edition_reply *r)
{
	return r->holder.size > 0 && site_line_valid(r->holder) &&
	       languages_valid(r->title, false) && r->text.size > 0 &&
	       r->text.size <= LIMIT_EDITION_REPLY && site_body_valid(r->text) &&
	       edition_lang_valid(r->lang) && instant_valid(r->made);
}

static bool facts_valid(const struct edition *e)
{
	bool corrects = e->correction[LANG_VI].size > 0 || e->correction[LANG_EN].size > 0;
	return site_key_valid(e->campaign) && instant_valid(e->made) &&
	       instant_valid(e->as_of_time) && site_date_valid(e->public_from) &&
	       languages_valid(e->correction, corrects);
}

static bool documents_valid(const struct bytes documents[LANG__COUNT])
{
	for (int i = 0; i < LANG__COUNT; i++)
		if (documents[i].size == 0 || documents[i].size > LIMIT_EDITION_DOCUMENT)
			return false;
	return true;
}

bool site_edition_valid(const struct site_edition *e)
{
	if (!facts_valid(&e->facts) || !documents_valid(e->document) ||
		e->reply_count > LIMIT_EDITION_REPLIES)
		return false;
	for (size_t i = 0; i < e->reply_count; i++)
		if (!reply_valid(&e->replies[i]))
			return false;
	return e->facts.number > 0 || (e->reply_count == 0 && !e->files);
}

/* --- reading --- */

static void expect(struct cursor *c, bool valid)
{
	if (!valid)
		cursor_fail(c, E_SYNTAX);
}

static struct date read_date(struct cursor *c)
{
	struct date d = {.year = cursor_u16(c)};
	d.month = cursor_u8(c);
	d.day = cursor_u8(c);
	return d;
}

static struct instant read_instant(struct cursor *c)
{
	uint64_t seconds = cursor_u64(c);
	expect(c, seconds <= UINT32_MAX);
	return (struct instant){(int64_t)(seconds & UINT32_MAX)};
}

static struct str read_line(struct cursor *c)
{
	return cursor_string(c, LIMIT_SITE_TEXT);
}

static void read_languages(struct cursor *c, struct str texts[LANG__COUNT])
{
	for (int i = 0; i < LANG__COUNT; i++)
		texts[i] = read_line(c);
}

static void read_identity(struct cursor *c, struct site_identity *i)
{
	i->address = read_line(c);
	read_languages(c, i->organiser);
	i->mail = read_line(c);
	i->phone = read_line(c);
	i->press_mail = read_line(c);
	i->press_phone = read_line(c);
	expect(c, site_identity_valid(i));
}

static void read_campaign(struct cursor *c, struct campaign *campaign)
{
	campaign->key = read_line(c);
	if (campaign->key.size == 0)
		return;
	read_languages(c, campaign->name);
	campaign->country = read_line(c);
	campaign->zone = read_line(c);
	campaign->begins = read_date(c);
	campaign->ends = read_date(c);
	expect(c, site_campaign_valid(campaign));
}

static struct article read_article(struct cursor *c)
{
	struct article a = {.key = read_line(c)};
	a.lang = (enum lang)cursor_u8(c);
	a.kind = (enum article_kind)cursor_u8(c);
	a.title = read_line(c);
	a.summary = read_line(c);
	a.body = cursor_string(c, LIMIT_SITE_BODY);
	a.published = read_instant(c);
	a.updated = read_instant(c);
	a.version = cursor_u32(c);
	expect(c, site_article_valid(&a));
	return a;
}

static struct tool read_tool(struct cursor *c)
{
	struct tool t = {.key = read_line(c)};
	t.name = read_line(c);
	read_languages(c, t.maker);
	read_languages(c, t.purpose);
	read_languages(c, t.about);
	t.hotline = read_line(c);
	t.mail = read_line(c);
	t.platforms = cursor_u8(c);
	t.size = cursor_u64(c);
	t.sha256 = read_line(c);
	t.url = read_line(c);
	t.file = read_line(c);
	expect(c, site_tool_valid(&t));
	return t;
}

static const int64_t *read_numbers(struct cursor *c, struct arena *arena, size_t count)
{
	if (count > cursor_left(c) / sizeof(int64_t))
		cursor_fail(c, E_TRUNCATED);
	int64_t *numbers = c->err == E_OK ? arena_alloc(arena, count, sizeof(*numbers)) : NULL;
	if (!numbers)
		cursor_fail(c, E_NOMEM);
	for (size_t i = 0; numbers && i < count; i++) {
		uint64_t number = cursor_u64(c);
		bool known = number != (uint64_t)(int64_t)SITE_NOT_KNOWN;
		expect(c, !known || number <= INT64_MAX);
		numbers[i] = known ? (int64_t)(number & INT64_MAX) : SITE_NOT_KNOWN;
	}
	return numbers;
}

/* Each number of days has its end inside the calendar that dates are of. */
static bool days_valid(const struct site_series *s)
{
	if (s->days == 0 || s->days > LIMIT_SITE_DAYS || !site_date_valid(s->first))
		return false;
	int64_t last = date_instant(s->first).seconds + (int64_t)(s->days - 1) * SECONDS_PER_DAY;
	return site_date_valid(instant_date((struct instant){last}));
}

static struct site_series read_series(struct cursor *c, struct arena *arena)
{
	struct site_series s = {.key = read_line(c)};
	s.first = read_date(c);
	s.days = cursor_u32(c);
	s.as_of = cursor_u64(c);
	uint8_t simulated = cursor_u8(c);
	expect(c, site_key_valid(s.key) && days_valid(&s) && simulated <= 1);
	s.simulated = simulated;
	s.v4 = read_numbers(c, arena, s.days);
	s.v6 = read_numbers(c, arena, s.days);
	return s;
}

static bool read_flag(struct cursor *c)
{
	uint8_t flag = cursor_u8(c);
	expect(c, flag <= 1);
	return flag == 1;
}

static struct bytes read_document(struct cursor *c)
{
	uint32_t size = cursor_u32(c);
	expect(c, size > 0 && size <= LIMIT_EDITION_DOCUMENT);
	return cursor_take(c, size);
}

static struct edition_reply read_reply(struct cursor *c)
{
	struct edition_reply r = {.holder = read_line(c)};
	read_languages(c, r.title);
	r.text = cursor_string(c, LIMIT_EDITION_REPLY);
	r.lang = cursor_string(c, EDITION_LANG);
	r.made = read_instant(c);
	return r;
}

static void read_replies(struct cursor *c, struct arena *arena, struct site_edition *e)
{
	size_t count = cursor_u32(c);
	expect(c, count <= LIMIT_EDITION_REPLIES);
	if (c->err != E_OK)
		return;
	struct edition_reply *replies = arena_alloc(arena, count + 1, sizeof(*replies));
	if (!replies) {
		cursor_fail(c, E_NOMEM);
		return;
	}
	for (size_t i = 0; i < count && c->err == E_OK; i++)
		replies[i] = read_reply(c);
	e->replies = replies;
	e->reply_count = count;
}

static void read_facts(struct cursor *c, struct edition *e)
{
	e->campaign = read_line(c);
	e->number = cursor_u32(c);
	e->made = read_instant(c);
	e->as_of = cursor_u64(c);
	e->as_of_time = read_instant(c);
	e->public_from = read_date(c);
	read_languages(c, e->correction);
	e->simulated = read_flag(c);
}

static struct site_edition read_edition(struct cursor *c, struct arena *arena)
{
	struct site_edition e = {.files = false};
	read_facts(c, &e.facts);
	e.files = read_flag(c);
	for (int i = 0; i < LANG__COUNT; i++)
		e.document[i] = read_document(c);
	read_replies(c, arena, &e);
	expect(c, c->err != E_OK || site_edition_valid(&e));
	return e;
}

/* --- what many have to be together --- */

/* Where a key stands. */
struct place {
	enum lang lang;
	struct str key;
};

static int compare_places(const void *a, const void *b)
{
	const struct place *x = a;
	const struct place *y = b;
	return x->lang != y->lang ? (x->lang > y->lang) - (x->lang < y->lang)
				  : str_compare(x->key, y->key);
}

static enum err check_distinct(struct place *places, size_t count)
{
	if (count > 1)
		qsort(places, count, sizeof(*places), compare_places);
	for (size_t i = 1; i < count; i++)
		if (compare_places(&places[i - 1], &places[i]) == 0)
			return E_CORRUPT;
	return E_OK;
}

static enum err check_articles(struct arena *arena, const struct site *s)
{
	struct place *places = arena_alloc(arena, s->article_count + 1, sizeof(*places));
	if (!places)
		return E_NOMEM;
	for (size_t i = 0; i < s->article_count; i++) {
		places[i] = (struct place){s->articles[i].lang, s->articles[i].key};
		if (i > 0 && site_article_order(&s->articles[i - 1], &s->articles[i]) >= 0)
			return E_CORRUPT;
	}
	return check_distinct(places, s->article_count);
}

static enum err check_keys(struct arena *arena, const struct site *s)
{
	struct place *places =
		arena_alloc(arena, s->tool_count + s->series_count + 1, sizeof(*places));
	if (!places)
		return E_NOMEM;
	for (size_t i = 0; i < s->tool_count; i++)
		places[i].key = s->tools[i].key;
	TRY(check_distinct(places, s->tool_count));
	for (size_t i = 0; i < s->series_count; i++)
		places[i].key = s->series[i].key;
	return check_distinct(places, s->series_count);
}

/* In order none can come twice: neighbours would be equal. A second provisional one would follow
 * the first. */
static enum err check_editions(const struct site *s)
{
	for (size_t i = 1; i < s->edition_count; i++) {
		const struct site_edition *before = &s->editions[i - 1];
		if (before->facts.number == 0 || site_edition_order(before, &s->editions[i]) >= 0)
			return E_CORRUPT;
	}
	for (size_t i = 0; i < s->edition_count; i++)
		if (site_edition(s, s->editions[i].facts.campaign, s->editions[i].facts.number) !=
			&s->editions[i])
			return E_CORRUPT;
	return E_OK;
}

/* --- all of it --- */

static enum err read_articles(
	struct cursor *c, struct arena *arena, size_t count, struct site *site)
{
	struct article *articles = arena_alloc(arena, count + 1, sizeof(*articles));
	if (!articles)
		return E_NOMEM;
	for (size_t i = 0; i < count && c->err == E_OK; i++)
		articles[i] = read_article(c);
	site->articles = articles;
	site->article_count = count;
	return c->err;
}

static enum err read_tools(struct cursor *c, struct arena *arena, size_t count, struct site *site)
{
	struct tool *tools = arena_alloc(arena, count + 1, sizeof(*tools));
	if (!tools)
		return E_NOMEM;
	for (size_t i = 0; i < count && c->err == E_OK; i++)
		tools[i] = read_tool(c);
	site->tools = tools;
	site->tool_count = count;
	return c->err;
}

static enum err read_all_series(
	struct cursor *c, struct arena *arena, size_t count, struct site *site)
{
	struct site_series *series = arena_alloc(arena, count + 1, sizeof(*series));
	if (!series)
		return E_NOMEM;
	for (size_t i = 0; i < count && c->err == E_OK; i++)
		series[i] = read_series(c, arena);
	site->series = series;
	site->series_count = count;
	return c->err;
}

static enum err read_editions(
	struct cursor *c, struct arena *arena, size_t count, struct site *site)
{
	struct site_edition *editions = arena_alloc(arena, count + 1, sizeof(*editions));
	if (!editions)
		return E_NOMEM;
	for (size_t i = 0; i < count && c->err == E_OK; i++)
		editions[i] = read_edition(c, arena);
	site->editions = editions;
	site->edition_count = count;
	return c->err;
}

static enum err read_site(struct cursor *c, struct arena *arena, struct site *site)
{
	site->built = read_instant(c);
	size_t articles = cursor_u32(c);
	size_t tools = cursor_u32(c);
	size_t series = cursor_u32(c);
	size_t editions = cursor_u32(c);
	expect(c, articles <= LIMIT_SITE_ARTICLES && tools <= LIMIT_SITE_TOOLS &&
			  series <= LIMIT_SITE_SERIES && editions <= LIMIT_SITE_EDITIONS);
	read_identity(c, &site->identity);
	read_campaign(c, &site->campaign);
	TRY(c->err);
	TRY(read_articles(c, arena, articles, site));
	TRY(read_tools(c, arena, tools, site));
	TRY(read_all_series(c, arena, series, site));
	TRY(read_editions(c, arena, editions, site));
	TRY(cursor_end(c));
	TRY(check_articles(arena, site));
	TRY(check_editions(site));
	return check_keys(arena, site);
}

static enum err check_head(struct cursor *c, struct bytes file)
{
	uint32_t magic = cursor_u32(c);
	uint32_t version = cursor_u32(c);
	uint64_t checksum = cursor_u64(c);
	if (c->err != E_OK || magic != SITE_MAGIC || file.size > LIMIT_SITE_FILE)
		return E_CORRUPT;
	if (version != SITE_VERSION)
		return E_VERSION;
	return checksum == XXH3_64bits(file.data + SITE_CHECKED_FROM, file.size - SITE_CHECKED_FROM)
		       ? E_OK
		       : E_CORRUPT;
}

enum err site_open(struct bytes file, struct arena *arena, struct site *ret_site)
{
	struct cursor c;
	struct site site = {0};
	cursor_init(&c, file);
	TRY(check_head(&c, file));
	enum err err = read_site(&c, arena, &site);
	if (err != E_OK)
		return err == E_NOMEM ? E_NOMEM : E_CORRUPT;
	*ret_site = site;
	return E_OK;
}
