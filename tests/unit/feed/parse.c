/* SPDX-License-Identifier: Apache-2.0 */
#include "parse.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

static enum err take_format(void *context, struct str format)
{
	struct parsed *r = context;
	assert_int_equal(r->format.size, 0);
	r->format = format;
	return E_OK;
}

/* The buffer never moves: it is as large as it may become. */
static struct str keep(struct parsed *r, struct str s)
{
	uint8_t *at = s.size ? writer_reserve(&r->texts, s.size) : NULL;
	if (!at)
		return (struct str){"", 0};
	memcpy(at, s.data, s.size);
	return (struct str){(const char *)at, s.size};
}

static enum err take_batch(void *context, const struct batch *batch, const struct text_table *names,
	const struct text_table *columns)
{
	struct parsed *r = context;
	assert_true(batch->rows > 0 && r->format.size > 0);
	for (size_t i = 0; i < batch->rows && r->row_count < PARSED_ROWS; i++) {
		struct sighting s = batch_get(batch, names, i);
		struct str extras =
			keep(r, (struct str){(const char *)s.extras.data, s.extras.size});
		s.name = keep(r, s.name);
		s.extras = str_bytes(extras);
		r->rows[r->row_count++] = s;
	}
	r->column_count = text_table_count(columns);
	for (size_t i = 0; i < r->column_count && i < PARSED_COLUMNS; i++) {
		struct str name = text_table_get(columns, i);
		memcpy(r->columns[i], name.data, name.size);
		r->columns[i][name.size] = '\0';
	}
	return E_OK;
}

static void take_problem(void *context, const struct problem *problem)
{
	struct parsed *r = context;
	assert_true(r->problem_count < PARSED_PROBLEMS);
	r->problems[r->problem_count++] = *problem;
}

static enum err push_all(struct parsed *r, struct feed_parser *p, struct str text, size_t step)
{
	while (text.size > 0) {
		size_t size = text.size < step ? text.size : step;
		/* Exactly as large as the piece, so that a read past it is seen. */
		char *copy = malloc(size);
		assert_non_null(copy);
		memcpy(copy, text.data, size);
		enum err err =
			feed_parser_push(p, str_bytes((struct str){copy, size}), &r->refusal);
		free(copy);
		if (err != E_OK)
			return err;
		text = (struct str){text.data + size, text.size - size};
	}
	return feed_parser_finish(p, &r->refusal);
}

void parse_text(struct parsed *r, const struct feed_options *options, struct str text, size_t step)
{
	struct feed_parser *p;
	const struct feed_sink sink = {r, take_format, take_batch, take_problem};
	memset(r, 0, sizeof(*r));
	writer_init(&r->texts, (size_t)1 << 20);
	assert_non_null(writer_reserve(&r->texts, (size_t)1 << 20));
	writer_clear(&r->texts);
	assert_int_equal(feed_parser_new(options, &sink, &p), E_OK);
	r->err = push_all(r, p, text, step);
	r->totals = *feed_parser_totals(p);
	feed_parser_free(p);
}

void parsed_release(struct parsed *r)
{
	writer_release(&r->texts);
}

struct str parsed_extra(const struct parsed *r, size_t row, const char *column)
{
	struct cursor c;
	cursor_init(&c, r->rows[row].extras);
	while (cursor_left(&c) > 0) {
		uint8_t number = cursor_u8(&c);
		size_t size = 0;
		uint8_t byte;
		unsigned shift = 0;
		do {
			byte = cursor_u8(&c);
			size |= (size_t)(byte & 127) << shift;
			shift += 7;
		} while (byte & 128);
		struct bytes value = cursor_take(&c, size);
		assert_true(number < r->column_count);
		if (strcmp(r->columns[number], column) == 0)
			return (struct str){(const char *)value.data, value.size};
	}
	assert_int_equal(cursor_end(&c), E_OK);
	return (struct str){NULL, 0};
}

struct feed_options plain_options(const char *file_name)
{
	return (struct feed_options){
		.file_name = str_from(file_name), .now = {1788220800}, .key = {"0123456789abcde"}};
}
