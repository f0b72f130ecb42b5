/* SPDX-License-Identifier: Apache-2.0 */
#include <endian.h>
#include <stdlib.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "site/layout.h"
#include "site/site_file.h"

static void write_date(struct writer *w, struct date d)
{
	writer_u16(w, (uint16_t)d.year);
	writer_u8(w, (uint8_t)d.month);
	writer_u8(w, (uint8_t)d.day);
}

static void write_languages(struct writer *w, const struct str texts[LANG__COUNT])
{
	for (int i = 0; i < LANG__COUNT; i++)
		writer_string(w, texts[i]);
}

static void write_identity(struct writer *w, const struct site_identity *i)
{
	writer_string(w, i->address);
	write_languages(w, i->organiser);
	writer_string(w, i->mail);
	writer_string(w, i->phone);
	writer_string(w, i->press_mail);
	writer_string(w, i->press_phone);
}

static void write_campaign(struct writer *w, const struct campaign *c)
{
	writer_string(w, c->key);
	if (c->key.size == 0)
		return;
	write_languages(w, c->name);
	writer_string(w, c->country);
	writer_string(w, c->zone);
	write_date(w, c->begins);
	write_date(w, c->ends);
}

static void write_article(struct writer *w, const struct article *a)
{
	writer_string(w, a->key);
	writer_u8(w, (uint8_t)a->lang);
	writer_u8(w, (uint8_t)a->kind);
	writer_string(w, a->title);
	writer_string(w, a->summary);
	writer_string(w, a->body);
	writer_u64(w, (uint64_t)a->published.seconds);
	writer_u64(w, (uint64_t)a->updated.seconds);
	writer_u32(w, a->version);
}

static void write_tool(struct writer *w, const struct tool *t)
{
	writer_string(w, t->key);
	writer_string(w, t->name);
	write_languages(w, t->maker);
	write_languages(w, t->purpose);
	write_languages(w, t->about);
	writer_string(w, t->hotline);
	writer_string(w, t->mail);
	writer_u8(w, (uint8_t)t->platforms);
	writer_u64(w, t->size);
	writer_string(w, t->sha256);
	writer_string(w, t->url);
	writer_string(w, t->file);
}

static void write_numbers(struct writer *w, const int64_t *numbers, size_t count)
{
	for (size_t i = 0; i < count; i++)
		writer_u64(w, (uint64_t)numbers[i]);
}

static void write_series(struct writer *w, const struct site_series *s)
{
	writer_string(w, s->key);
	write_date(w, s->first);
	writer_u32(w, (uint32_t)s->days);
	writer_u64(w, s->as_of);
	writer_u8(w, s->simulated);
	write_numbers(w, s->v4, s->days);
	write_numbers(w, s->v6, s->days);
}

static void write_reply(struct writer *w, const struct edition_reply *r)
{
	writer_string(w, r->holder);
	write_languages(w, r->title);
	writer_string(w, r->text);
	writer_string(w, r->lang);
	writer_u64(w, (uint64_t)r->made.seconds);
}

static void write_edition(struct writer *w, const struct site_edition *e)
{
	const struct edition *f = &e->facts;
	writer_string(w, f->campaign);
	writer_u32(w, f->number);
	writer_u64(w, (uint64_t)f->made.seconds);
	writer_u64(w, f->as_of);
	writer_u64(w, (uint64_t)f->as_of_time.seconds);
	write_date(w, f->public_from);
	write_languages(w, f->correction);
	writer_u8(w, f->simulated);
	writer_u8(w, e->files);
	for (int i = 0; i < LANG__COUNT; i++) {
		writer_u32(w, (uint32_t)e->document[i].size);
		writer_bytes(w, e->document[i]);
	}
	writer_u32(w, (uint32_t)e->reply_count);
	for (size_t i = 0; i < e->reply_count; i++)
		write_reply(w, &e->replies[i]);
}

void site_write(struct writer *w, const struct site *site)
{
	size_t base = w->size;
	writer_u32(w, SITE_MAGIC);
	writer_u32(w, SITE_VERSION);
	writer_u64(w, 0);
	writer_u64(w, (uint64_t)site->built.seconds);
	writer_u32(w, (uint32_t)site->article_count);
	writer_u32(w, (uint32_t)site->tool_count);
	writer_u32(w, (uint32_t)site->series_count);
	writer_u32(w, (uint32_t)site->edition_count);
	write_identity(w, &site->identity);
	write_campaign(w, &site->campaign);
	for (size_t i = 0; i < site->article_count; i++)
		write_article(w, &site->articles[i]);
	for (size_t i = 0; i < site->tool_count; i++)
		write_tool(w, &site->tools[i]);
	for (size_t i = 0; i < site->series_count; i++)
		write_series(w, &site->series[i]);
	for (size_t i = 0; i < site->edition_count; i++)
		write_edition(w, &site->editions[i]);
	if (w->err != E_OK)
		return;
	size_t from = base + SITE_CHECKED_FROM;
	uint64_t checksum = htole64(XXH3_64bits(w->data + from, w->size - from));
	memcpy(w->data + base + 8, &checksum, sizeof(checksum));
}

/* --- the order of articles --- */

int site_article_order(const struct article *a, const struct article *b)
{
	if (a->kind != b->kind)
		return a->kind < b->kind ? -1 : 1;
	if (a->lang != b->lang)
		return a->lang < b->lang ? -1 : 1;
	if (a->published.seconds != b->published.seconds)
		return a->published.seconds > b->published.seconds ? -1 : 1;
	return str_compare(a->key, b->key);
}

static int compare(const void *a, const void *b)
{
	return site_article_order(a, b);
}

void site_sort_articles(struct article *articles, size_t count)
{
	if (count > 0)
		qsort(articles, count, sizeof(*articles), compare);
}

/* --- and of editions --- */

int site_edition_order(const struct site_edition *a, const struct site_edition *b)
{
	const struct edition *x = &a->facts;
	const struct edition *y = &b->facts;
	if ((x->number == 0) != (y->number == 0))
		return x->number == 0 ? 1 : -1;
	if (x->made.seconds != y->made.seconds)
		return x->made.seconds > y->made.seconds ? -1 : 1;
	int order = str_compare(x->campaign, y->campaign);
	return order ? order : (x->number < y->number) - (x->number > y->number);
}
