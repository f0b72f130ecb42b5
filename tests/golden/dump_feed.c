/* SPDX-License-Identifier: Apache-2.0 */
/* dump_feed FILE [KEY=VALUE]…: what the parser makes of a file, as lines of text in the form of the
 * .expected files (test_feeds.py, which has the keys). */
#include <stdio.h>
#include <stdlib.h>

#include "base/cursor.h"
#include "feed/feed.h"

struct dump {
	struct writer out;
	uint64_t *identities;
	size_t rows;
};

static enum err take_format(void *context, struct str format)
{
	struct dump *d = context;
	writer_text(&d->out, "format\t");
	writer_str(&d->out, format);
	writer_char(&d->out, '\n');
	return E_OK;
}

/* Tabs, line ends and other control bytes as \xNN, the backslash twice. */
static void write_text(struct writer *w, struct str s)
{
	static const char digits[] = "0123456789abcdef";
	for (size_t i = 0; i < s.size; i++) {
		unsigned char c = (unsigned char)s.data[i];
		if (c == '\\') {
			writer_text(w, "\\\\");
		} else if (c < 0x20 || c == 0x7F) {
			writer_text(w, "\\x");
			writer_char(w, digits[c >> 4]);
			writer_char(w, digits[c & 15]);
		} else {
			writer_char(w, (char)c);
		}
	}
}

static void write_number(struct writer *w, uint64_t number)
{
	writer_char(w, '\t');
	writer_decimal(w, number);
}

static void write_extras(struct writer *w, struct bytes extras, const struct text_table *columns)
{
	struct cursor c;
	cursor_init(&c, extras);
	while (cursor_left(&c) > 0) {
		uint8_t number = cursor_u8(&c);
		size_t size = 0;
		unsigned shift = 0;
		uint8_t byte;
		do {
			byte = cursor_u8(&c);
			size |= (size_t)(byte & 127) << shift;
			shift += 7;
		} while (byte & 128);
		struct bytes value = cursor_take(&c, size);
		writer_char(w, '\t');
		write_text(w, text_table_get(columns, number));
		writer_char(w, '=');
		write_text(w, (struct str){(const char *)value.data, value.size});
	}
	if (cursor_end(&c) != E_OK)
		abort();
}

static void write_row(struct writer *w, const struct sighting *s, const struct text_table *columns)
{
	static const struct ip none = {{0}};
	writer_text(w, "row\t");
	writer_instant(w, s->time.from);
	writer_char(w, '\t');
	writer_instant(w, s->time.to);
	writer_char(w, '\t');
	writer_str(w, precision_name(s->precision));
	writer_char(w, '\t');
	writer_str(w, kind_name(s->kind));
	writer_char(w, '\t');
	writer_ip(w, s->at.ip);
	if (s->at.length < 128) {
		writer_char(w, '/');
		writer_decimal(w, ip_is_v4(s->at.ip) ? s->at.length - 96U : s->at.length);
	}
	write_number(w, s->port);
	write_number(w, s->protocol);
	writer_char(w, '\t');
	if (memcmp(&s->dst, &none, sizeof(none)) != 0)
		writer_ip(w, s->dst);
	write_number(w, s->dst_port);
	writer_char(w, '\t');
	write_text(w, s->name);
	writer_text(w, s->machine ? "\tmachine" : "\t");
	write_extras(w, s->extras, columns);
	writer_char(w, '\n');
}

static enum err take_batch(void *context, const struct batch *batch, const struct text_table *names,
	const struct text_table *columns)
{
	struct dump *d = context;
	uint64_t *more = reallocarray(d->identities, d->rows + batch->rows, sizeof(*more));
	if (!more)
		return E_NOMEM;
	d->identities = more;
	for (size_t i = 0; i < batch->rows; i++) {
		struct sighting s = batch_get(batch, names, i);
		d->identities[d->rows++] = s.identity ^ (uint64_t)s.time.from.seconds << 32;
		write_row(&d->out, &s, columns);
	}
	return E_OK;
}

static void write_problem(struct writer *w, const char *what, const struct problem *problem)
{
	writer_text(w, what);
	write_number(w, problem->line);
	writer_char(w, '\t');
	writer_str(w, problem_code_name(problem->code));
	writer_char(w, '\t');
	write_text(w, problem_field(problem));
	writer_char(w, '\n');
}

static void take_problem(void *context, const struct problem *problem)
{
	struct dump *d = context;
	write_problem(&d->out, "problem", problem);
}

static int compare_numbers(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a;
	uint64_t y = *(const uint64_t *)b;
	return x < y ? -1 : x > y;
}

static size_t count_distinct(struct dump *d)
{
	size_t count = 0;
	if (d->rows > 0)
		qsort(d->identities, d->rows, sizeof(*d->identities), compare_numbers);
	for (size_t i = 0; i < d->rows; i++)
		count += i == 0 || d->identities[i] != d->identities[i - 1];
	return count;
}

static enum err push_all(
	struct feed_parser *p, struct bytes b, size_t pieces, struct problem *problem)
{
	while (b.size > 0) {
		size_t size = b.size < pieces ? b.size : pieces;
		TRY(feed_parser_push(p, (struct bytes){b.data, size}, problem));
		b = (struct bytes){b.data + size, b.size - size};
	}
	return feed_parser_finish(p, problem);
}

static bool dump(
	struct dump *d, const struct feed_options *options, struct bytes input, size_t pieces)
{
	struct feed_parser *p;
	struct problem problem = {.code = PROBLEM_NONE};
	const struct feed_sink sink = {d, take_format, take_batch, take_problem};
	*d = (struct dump){.rows = 0};
	writer_init(&d->out, (size_t)64 << 20);
	if (feed_parser_new(options, &sink, &p) != E_OK)
		return false;
	if (push_all(p, input, pieces, &problem) != E_OK)
		write_problem(&d->out, "refused", &problem);
	const struct feed_totals *totals = feed_parser_totals(p);
	writer_text(&d->out, "skipped");
	write_number(&d->out, totals->skipped);
	writer_text(&d->out, "\ndistinct");
	write_number(&d->out, count_distinct(d));
	writer_char(&d->out, '\n');
	feed_parser_free(p);
	free(d->identities);
	return writer_end(&d->out) == E_OK;
}

static bool read_option(struct feed_options *o, struct str word)
{
	struct str value;
	struct str key = str_cut(word, '=', &value);
	if (str_equal(key, STR("file_name")))
		o->file_name = value;
	else if (str_equal(key, STR("format")))
		o->format = value;
	else if (str_equal(key, STR("botnet")))
		o->botnet = value;
	else if (str_equal(key, STR("map")))
		o->map = value;
	else if (str_equal(key, STR("kind")))
		return o->kind_set = kind_parse(value, &o->kind);
	else if (str_equal(key, STR("observed")))
		return o->observed_set = date_parse(value, &o->observed);
	else
		return false;
	return true;
}

static bool read_input(const char *path, struct writer *w)
{
	FILE *file = fopen(path, "rb");
	size_t size = 1;
	char chunk[1 << 16];
	writer_init(w, (size_t)64 << 20);
	while (file && size > 0) {
		size = fread(chunk, 1, sizeof(chunk), file);
		writer_str(w, (struct str){chunk, size});
	}
	return file && fclose(file) == 0 && writer_end(w) == E_OK;
}

int main(int argc, char **argv)
{
	struct feed_options options = {.now = {1788220800}, .key = {"0123456789abcde"}};
	struct writer input;
	uint64_t pieces = UINT32_MAX; /* bytes pushed at once */
	bool good = argc >= 2;
	for (int i = 2; i < argc; i++) {
		struct str value, key = str_cut(str_from(argv[i]), '=', &value);
		if (str_equal(key, STR("pieces")))
			good = str_to_u64(value, UINT32_MAX, &pieces) && pieces > 0 && good;
		else
			good = read_option(&options, str_from(argv[i])) && good;
	}
	if (!good || !read_input(argv[1], &input)) {
		fprintf(stderr, "dump_feed FILE [pieces=BYTES] [KEY=VALUE]…\n");
		return 2;
	}
	struct dump d;
	bool dumped = dump(&d, &options, writer_view(&input), pieces);
	struct bytes all = writer_view(&d.out);
	dumped = dumped && fwrite(all.data, 1, all.size, stdout) == all.size;
	writer_release(&d.out);
	writer_release(&input);
	return dumped ? 0 : 2;
}
