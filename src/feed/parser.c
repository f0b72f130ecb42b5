/* SPDX-License-Identifier: Apache-2.0 */
#include "feed/parser.h"

#include <stdlib.h>

#include "base/checked.h"

enum {
	FILL = 128 << 10,  /* bytes taken in between two runs: stays in the second-level cache */
	DECODED = 16 << 10 /* bytes of UTF-16 made UTF-8 at a time */
};

static const size_t window_capacity = (1 << 20) + 4096 + FILL;

void feed_problem(struct problem *problem, enum problem_code code, struct str field, struct str got)
{
	problem_set(problem, code, field, got);
	problem->line = 0;
	problem->offset = 0;
	problem->limit = 0;
}

enum err feed_refuse(
	struct problem *problem, enum problem_code code, struct str field, struct str got)
{
	feed_problem(problem, code, field, got);
	return E_SYNTAX;
}

static bool copy_options(struct feed_parser *p, const struct feed_options *options)
{
	p->options = *options;
	p->options.file_name = arena_copy(&p->texts, options->file_name);
	p->options.format = arena_copy(&p->texts, options->format);
	p->options.botnet = arena_copy(&p->texts, options->botnet);
	p->options.map = arena_copy(&p->texts, options->map);
	return p->options.file_name.data && p->options.format.data && p->options.botnet.data &&
	       p->options.map.data;
}

static bool make(struct feed_parser *p, const struct feed_options *options)
{
	uint32_t none;
	arena_init(&p->texts, (size_t)1 << 20);
	p->batch = batch_new();
	p->names = text_table_new(LIMIT_NAMES_PER_FILE);
	p->columns = text_table_new(LIMIT_COLUMNS);
	p->window = malloc(window_capacity);
	p->line = 1;
	return p->batch && p->names && p->columns && p->window && copy_options(p, options) &&
	       text_table_add(p->names, STR(""), &none) &&
	       text_table_add(p->names, p->options.botnet, &p->botnet);
}

enum err feed_parser_new(
	const struct feed_options *options, const struct feed_sink *sink, struct feed_parser **ret)
{
	if (options->botnet.size > LIMIT_NAME_BYTES || options->map.size > LIMIT_MAP_BYTES)
		return E_LIMIT;
	struct feed_parser *p = calloc(1, sizeof(*p));
	if (!p)
		return E_NOMEM;
	p->sink = *sink;
	if (!make(p, options)) {
		feed_parser_free(p);
		return E_NOMEM;
	}
	*ret = p;
	return E_OK;
}

void feed_parser_free(struct feed_parser *p)
{
	if (!p)
		return;
	if (p->state)
		p->family->end(p);
	batch_free(p->batch);
	text_table_free(p->names);
	text_table_free(p->columns);
	free(p->window);
	arena_release(&p->texts);
	free(p);
}

const struct feed_totals *feed_parser_totals(const struct feed_parser *p)
{
	return &p->totals;
}

struct hash_key feed_derive_key(const struct feed_parser *p, struct str purpose, struct str what)
{
	struct hash_key key;
	struct writer w;
	writer_init(&w, 1024);
	writer_string(&w, purpose);
	writer_string(&w, what);
	for (uint8_t half = 0; half < 2; half++) {
		writer_u8(&w, half);
		uint64_t hash = keyed_hash(&p->options.key, writer_view(&w));
		for (size_t i = 0; i < 8; i++)
			key.bytes[half * 8U + i] = (uint8_t)(hash >> 8 * i);
	}
	writer_release(&w);
	return key;
}

enum err feed_decide_kind(struct feed_parser *p, int format_kind, struct problem *problem)
{
	if (p->options.kind_set)
		return E_OK;
	if (format_kind < 0)
		return feed_refuse(problem, PROBLEM_NO_KIND, STR(""), p->format->name);
	p->options.kind = (enum kind)format_kind;
	p->options.kind_set = true;
	return E_OK;
}

static enum err flush(struct feed_parser *p)
{
	enum err err = E_OK;
	if (p->batch->rows > 0)
		err = p->sink.batch(p->sink.context, p->batch, p->names, p->columns);
	batch_clear(p->batch);
	return err;
}

enum err feed_accept(struct feed_parser *p)
{
	struct batch *b = p->batch;
	TRY(writer_end(&b->extras));
	b->extras_end[b->rows] = (uint32_t)b->extras.size;
	b->rows++;
	p->totals.rows++;
	p->totals.accepted++;
	bool full = b->rows == BATCH_ROWS || b->extras.size > LIMIT_BATCH_EXTRAS_BYTES;
	return full ? flush(p) : E_OK;
}

void feed_reject(struct feed_parser *p, const struct problem *problem)
{
	p->totals.rows++;
	p->totals.rejected++;
	if (p->totals.rejected <= FEED_PROBLEMS_TOLD)
		p->sink.problem(p->sink.context, problem);
}

/* --- what is it? --- */

static const struct feed_format *format_of(const struct feed_family *family, struct str name)
{
	for (size_t i = 0; i < family->format_count; i++)
		if (str_equal(family->formats[i].name, name))
			return &family->formats[i];
	return NULL;
}

static enum err use_named(
	struct feed_parser *p, const struct feed_head *head, struct problem *problem)
{
	for (size_t f = 0; f < feed_family_count() && !p->format; f++) {
		p->family = feed_family_at(f);
		p->format = format_of(p->family, p->options.format);
	}
	if (!p->format)
		return feed_refuse(
			problem, PROBLEM_UNKNOWN_FORMAT, STR("format"), p->options.format);
	if (p->options.map.size > 0 && !feed_format_mapped(p->format->name))
		return feed_refuse(problem, PROBLEM_FIELDS_CLASH, STR("map"), p->options.format);
	if (p->family->plausible(head))
		return E_OK;
	return feed_refuse(problem, PROBLEM_NOT_THIS_FORMAT, STR(""), p->options.format);
}

static void refuse_unknown(const struct feed_head *head, struct problem *problem)
{
	struct writer w;
	for (size_t f = 0; f < feed_family_count(); f++)
		if (feed_family_at(f)->refuses && feed_family_at(f)->refuses(head, problem))
			return;
	writer_init(&w, 4096);
	feed_describe(head, &w);
	feed_problem(problem, PROBLEM_UNKNOWN_FORMAT, STR(""), writer_view_str(&w));
	writer_release(&w);
}

static enum err use_content(
	struct feed_parser *p, const struct feed_head *head, struct problem *problem)
{
	for (size_t f = 0; f < feed_family_count() && !p->format; f++) {
		p->family = feed_family_at(f);
		p->format = p->family->recognise(head);
	}
	if (p->format)
		return E_OK;
	refuse_unknown(head, problem);
	return E_SYNTAX;
}

/* An object, or an array that begins with one. */
static struct str mapped_format(const struct feed_head *head)
{
	struct str s = str_trim(head->text);
	if (str_starts(s, STR("[")))
		s = str_trim((struct str){s.data + 1, s.size - 1});
	return str_starts(s, STR("{")) ? STR("mapped-json") : STR("mapped-csv");
}

static struct str without_bom(struct str s)
{
	return str_starts(s, STR("\xEF\xBB\xBF")) ? (struct str){s.data + 3, s.size - 3} : s;
}

static enum err recognise(struct feed_parser *p, bool whole, struct problem *problem)
{
	struct str text = {p->window, p->used < HEAD_BYTES ? p->used : HEAD_BYTES};
	struct feed_head head = {.text = without_bom(text),
		.whole = whole && p->used <= HEAD_BYTES,
		.file_name = p->options.file_name};
	if (str_trim(head.text).size == 0 && whole)
		return feed_refuse(problem, PROBLEM_EMPTY_FILE, STR(""), STR(""));
	if (p->options.map.size > 0 && p->options.format.size == 0)
		p->options.format = mapped_format(&head);
	if (p->options.format.size > 0)
		TRY(use_named(p, &head, problem));
	else
		TRY(use_content(p, &head, problem));
	p->totals.format = p->format->name;
	TRY(p->sink.recognised(p->sink.context, p->format->name));
	size_t bom = text.size - head.text.size;
	if (bom > 0) {
		memmove(p->window, p->window + bom, p->used - bom);
		p->used -= bom;
		p->offset = bom;
		head.text.data = p->window;
	}
	return p->family->begin(p, &head, problem);
}

/* --- the input --- */

static enum err run(struct feed_parser *p, bool last, struct problem *problem)
{
	size_t used = 0;
	if (!p->format) {
		if (!last && p->used < HEAD_BYTES)
			return E_OK;
		TRY(recognise(p, last, problem));
	}
	TRY(p->family->consume(p, (struct str){p->window, p->used}, last, &used, problem));
	memmove(p->window, p->window + used, p->used - used);
	p->used -= used;
	p->offset += used;
	return E_OK;
}

static enum err push_text(struct feed_parser *p, struct bytes bytes, struct problem *problem)
{
	while (bytes.size > 0) {
		size_t room = window_capacity - p->used;
		size_t size = room < FILL ? room : FILL;
		if (size > bytes.size)
			size = bytes.size;
		if (size == 0)
			return E_LIMIT; /* a family that does not move on */
		memcpy(p->window + p->used, bytes.data, size);
		p->used += size;
		bytes = (struct bytes){bytes.data + size, bytes.size - size};
		TRY(run(p, false, problem));
	}
	return E_OK;
}

static enum err push_utf16(struct feed_parser *p, struct bytes bytes, struct problem *problem)
{
	struct writer w;
	enum err err = E_OK;
	writer_init(&w, (size_t)DECODED * 4);
	while (bytes.size > 0 && err == E_OK) {
		size_t size = bytes.size < DECODED ? bytes.size : DECODED;
		writer_clear(&w);
		utf16_decode(&p->utf16, (struct bytes){bytes.data, size}, &w);
		err = writer_end(&w);
		if (err == E_OK)
			err = push_text(p, writer_view(&w), problem);
		bytes = (struct bytes){bytes.data + size, bytes.size - size};
	}
	writer_release(&w);
	return err;
}

enum err feed_parser_push(struct feed_parser *p, struct bytes bytes, struct problem *problem)
{
	struct bytes before;
	bytes = utf16_look(&p->utf16, bytes, &before);
	TRY(push_text(p, before, problem));
	return p->utf16.form == UTF16_NOT ? push_text(p, bytes, problem)
					  : push_utf16(p, bytes, problem);
}

/* Half a character, or a text of one byte. */
static enum err push_rest(struct feed_parser *p, struct problem *problem)
{
	struct writer w;
	writer_init(&w, 64);
	utf16_end(&p->utf16, &w);
	enum err err = writer_end(&w);
	if (err == E_OK)
		err = push_text(p, writer_view(&w), problem);
	writer_release(&w);
	return err;
}

/* A file of which too much is bad is not what it seemed to be. */
static enum err check_share(const struct feed_totals *totals, struct problem *problem)
{
	bool all = totals->rejected > 0 && totals->accepted == 0;
	bool many = totals->rows >= 100 &&
		    totals->rejected > totals->rows / 100 * LIMIT_BAD_ROWS_PERCENT +
					       totals->rows % 100 * LIMIT_BAD_ROWS_PERCENT / 100;
	if (!all && !many)
		return E_OK;
	struct writer w;
	writer_init(&w, 64);
	writer_decimal(&w, totals->rejected);
	feed_problem(problem, PROBLEM_TOO_MANY_BAD, STR(""), writer_view_str(&w));
	writer_release(&w);
	problem->limit = LIMIT_BAD_ROWS_PERCENT;
	return E_LIMIT;
}

enum err feed_parser_finish(struct feed_parser *p, struct problem *problem)
{
	TRY(push_rest(p, problem));
	TRY(run(p, true, problem));
	if (p->family->finish)
		TRY(p->family->finish(p, problem));
	TRY(check_share(&p->totals, problem));
	return flush(p);
}
