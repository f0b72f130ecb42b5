/* SPDX-License-Identifier: Apache-2.0 */
#include "feed/list.h"

#include <stdlib.h>

bool list_is_comment(struct str line)
{
	return line.size > 0 &&
	       (memchr("#;!", line.data[0], 3) != NULL || str_starts(line, STR("//")));
}

struct list_census list_count(const struct feed_head *head, bool (*fits)(struct str line))
{
	struct list_census census = {0, 0, 0};
	struct str rest = head->text;
	struct str line;
	while (lines_next(&rest, head->whole, &line)) {
		line = str_trim(line);
		if (line.size == 0)
			continue;
		if (list_is_comment(line))
			census.comments++;
		else if (fits(line))
			census.fitting++;
		else
			census.others++;
	}
	return census;
}

bool list_plausible(const struct feed_head *head)
{
	struct str s = str_trim(head->text);
	size_t start = s.size < 64 ? s.size : 64;
	return start > 0 && memchr("<{", s.data[0], 2) == NULL &&
	       memchr(s.data, '\0', start) == NULL;
}

bool list_looks_like_address(struct str s)
{
	size_t dots = 0;
	size_t colons = 0;
	for (size_t i = 0; i < s.size; i++) {
		char c = s.data[i];
		bool hex =
			(c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
		dots += c == '.';
		colons += c == ':';
		if (!hex && c != '.' && c != ':' && c != '/')
			return false;
	}
	return dots >= 2 || colons >= 2;
}

enum err list_set_day(struct list *l, struct instant t, struct problem *problem)
{
	struct date day = instant_date(t);
	struct writer w;
	int64_t first = date_instant(day).seconds;
	int64_t last = first + SECONDS_PER_DAY - 1;
	enum problem_code code = PROBLEM_NONE;
	if (first > l->p->options.now.seconds + SECONDS_PER_DAY)
		code = PROBLEM_FUTURE_TIME;
	else if (first < 0 || last > UINT32_MAX)
		code = PROBLEM_BAD_TIME;
	l->first = (uint32_t)first;
	l->last = (uint32_t)last;
	l->dated = code == PROBLEM_NONE;
	if (l->dated)
		return E_OK;
	writer_init(&w, 64);
	writer_date(&w, day);
	enum err err = feed_refuse(problem, code, STR("observed"), writer_view_str(&w));
	writer_release(&w);
	return err;
}

static bool day_in_comments(const struct feed_head *head, struct instant *ret_instant)
{
	struct str rest = head->text;
	struct str line;
	while (lines_next(&rest, head->whole, &line)) {
		line = str_trim(line);
		if (line.size > 0 && !list_is_comment(line))
			return false;
		if (list_comment_date(line, ret_instant))
			return true;
	}
	return false;
}

/* What the operator says, else the file's name, else the list itself. */
static enum err find_day(
	struct list *l, const struct feed_head *head, bool may_wait, struct problem *problem)
{
	struct date date;
	struct instant t;
	if (l->p->options.observed_set)
		return list_set_day(l, date_instant(l->p->options.observed), problem);
	if (date_find(head->file_name, &date))
		return list_set_day(l, date_instant(date), problem);
	if (day_in_comments(head, &t))
		return list_set_day(l, t, problem);
	return may_wait ? E_OK : feed_refuse(problem, PROBLEM_NO_DATE, STR(""), STR(""));
}

enum err list_begin(struct feed_parser *p, const struct feed_head *head, bool may_wait,
	enum err (*take)(struct list *l, struct str line, struct problem *problem),
	struct problem *problem)
{
	struct list *l = calloc(1, sizeof(*l));
	if (!l)
		return E_NOMEM;
	p->state = l;
	l->p = p;
	l->take = take;
	l->row_key = feed_derive_key(p, STR("list row"), STR(""));
	TRY(feed_decide_kind(p, KIND_BLOCKLISTED, problem));
	return find_day(l, head, may_wait, problem);
}

void list_end(struct feed_parser *p)
{
	free(p->state);
	p->state = NULL;
}

void list_bad(struct list *l, enum problem_code code, struct str field, struct str got)
{
	struct problem problem;
	problem_set(&problem, code, field, got);
	problem.line = l->lines.number;
	problem.offset = l->lines.offset;
	problem.limit = code == PROBLEM_ROW_TOO_LONG ? LIMIT_ROW_BYTES : 0;
	feed_reject(l->p, &problem);
	/* Extras of the row that did not come about. */
	struct batch *b = l->p->batch;
	b->extras.size = b->rows ? b->extras_end[b->rows - 1] : 0;
}

enum err list_extra(struct list *l, struct str column, struct str value)
{
	uint32_t number;
	size_t size = value.size;
	struct writer *w = &l->p->batch->extras;
	if (!text_table_add(l->p->columns, column, &number))
		return E_LIMIT;
	writer_u8(w, (uint8_t)number);
	for (; size >= 128; size >>= 7)
		writer_u8(w, (uint8_t)(size | 128));
	writer_u8(w, (uint8_t)size);
	writer_str(w, value);
	return writer_end(w);
}

static enum err add(struct list *l, struct prefix prefix, uint16_t port, uint64_t identity)
{
	struct batch *b = l->p->batch;
	uint32_t at = b->rows;
	b->first[at] = l->first;
	b->last[at] = l->last;
	b->ip[at] = prefix.ip;
	b->dst[at] = (struct ip){{0}};
	b->port[at] = port;
	b->dst_port[at] = 0;
	b->prefix[at] = prefix.length;
	b->precision[at] = PRECISION_DAY;
	b->kind[at] = (uint8_t)l->p->options.kind;
	b->protocol[at] = 0;
	b->name[at] = l->p->botnet;
	b->machine[at] = 0;
	b->identity[at] = identity;
	return feed_accept(l->p);
}

enum err list_add(struct list *l, struct prefix prefix, uint16_t port)
{
	return add(l, prefix, port, keyed_hash(&l->row_key, str_bytes(l->raw)));
}

enum err list_add_part(struct list *l, struct prefix prefix)
{
	uint8_t part[sizeof(prefix.ip.octets) + 1];
	memcpy(part, prefix.ip.octets, sizeof(prefix.ip.octets));
	part[sizeof(prefix.ip.octets)] = prefix.length;
	return add(l, prefix, 0, keyed_hash(&l->row_key, (struct bytes){part, sizeof(part)}));
}

static enum err take_line(void *context, struct str line, struct problem *problem)
{
	struct list *l = context;
	line = str_trim(line);
	l->raw = line;
	if (line.size == 0)
		return E_OK;
	if (memchr(line.data, '\0', line.size)) {
		list_bad(l, PROBLEM_NUL_BYTE, STR(""), STR(""));
		return E_OK;
	}
	return list_is_comment(line) ? E_OK : l->take(l, line, problem);
}

static void skip_line(void *context)
{
	list_bad(context, PROBLEM_ROW_TOO_LONG, STR(""), STR(""));
}

enum err list_consume(struct feed_parser *p, struct str window, bool last, size_t *ret_used,
	struct problem *problem)
{
	struct list *l = p->state;
	const struct lines_taker taker = {l, take_line, skip_line};
	return lines_consume(&l->lines, &taker, p->offset, window, last, ret_used, problem);
}
