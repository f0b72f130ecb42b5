/* SPDX-License-Identifier: Apache-2.0 */
#include "feed/name_rules.h"

#include "base/limits.h"
#include "format/csv.h"

struct reader {
	struct csv csv;
	struct arena *arena;
	struct str source;
	struct name_rule *rules;
	size_t count;
	name_rules_problem_fn *on_problem;
	void *context;
};

static bool is_header(const struct csv_row *row)
{
	return row->count >= 2 && str_equal_nocase(str_trim(csv_field(row, 0)), STR("pattern")) &&
	       str_equal_nocase(str_trim(csv_field(row, 1)), STR("name"));
}

static bool is_skipped(const struct csv_row *row)
{
	struct str first = csv_field(row, 0);
	bool empty = row->count == 1 && str_trim(first).size == 0;
	return empty || str_starts(first, STR("#")) || is_header(row);
}

/* Spaces belong to a pattern, so it is not trimmed. */
static struct name_rule rule_of(const struct csv_row *row)
{
	struct str name = row->count >= 2 ? csv_field(row, 1) : (struct str){"", 0};
	return (struct name_rule){.pattern = csv_field(row, 0), .botnet = str_trim(name)};
}

static enum err keep(struct reader *r, const struct name_rule *rule)
{
	struct name_rule *kept = &r->rules[r->count];
	kept->pattern = arena_copy(r->arena, rule->pattern);
	kept->botnet = arena_copy(r->arena, rule->botnet);
	kept->source = r->source;
	if (!kept->pattern.data || !kept->botnet.data)
		return E_NOMEM;
	r->count++;
	return E_OK;
}

static enum err take_row(struct reader *r, const struct csv_row *row, struct problem *problem)
{
	if (is_skipped(row))
		return E_OK;
	struct name_rule rule = rule_of(row);
	enum err err = name_rule_check(&rule, problem);
	problem->line = row->line;
	problem->offset = row->offset;
	if (err == E_NOMEM)
		return err;
	if (err != E_OK) {
		r->on_problem(r->context, problem);
		return E_OK;
	}
	if (r->count == LIMIT_NAME_RULES) {
		problem_set(problem, PROBLEM_TOO_MANY_NAMES, STR("pattern"), rule.pattern);
		problem->limit = LIMIT_NAME_RULES;
		return E_LIMIT;
	}
	return keep(r, &rule);
}

static enum err take_rows(struct reader *r, struct problem *problem)
{
	struct csv_row row;
	for (;;) {
		struct problem found = {0};
		enum err err = csv_next(&r->csv, &row, &found);
		if (err == E_TRUNCATED)
			return E_OK;
		if (err == E_SYNTAX)
			r->on_problem(r->context, &found);
		else if (err == E_OK)
			err = take_row(r, &row, &found);
		if (err != E_OK && err != E_SYNTAX) {
			*problem = found;
			return err;
		}
	}
}

/* Every rule has a line. */
static size_t count_lines(struct str text)
{
	size_t lines = 1;
	for (size_t i = 0; i < text.size; i++)
		lines += text.data[i] == '\n';
	return lines < LIMIT_NAME_RULES ? lines : LIMIT_NAME_RULES;
}

static struct str without_mark(struct str text)
{
	const struct str mark = STR("\xEF\xBB\xBF");
	if (!str_starts(text, mark))
		return text;
	return (struct str){text.data + mark.size, text.size - mark.size};
}

enum err name_rules_parse(struct str text, struct str source, struct arena *arena,
	name_rules_problem_fn *on_problem, void *context, struct problem *problem,
	struct name_rule **ret_rules, size_t *ret_count)
{
	if (text.size > LIMIT_NAME_RULES_BYTES) {
		problem_set(problem, PROBLEM_TOO_LARGE, (struct str){"", 0}, (struct str){"", 0});
		problem->limit = LIMIT_NAME_RULES_BYTES;
		return E_LIMIT;
	}
	struct reader r = {.arena = arena, .on_problem = on_problem, .context = context};
	r.rules = arena_alloc(arena, count_lines(text), sizeof(*r.rules));
	r.source = arena_copy(arena, source);
	if (!r.rules || !r.source.data)
		return E_NOMEM;
	csv_init(&r.csv, ',');
	csv_window(&r.csv, without_mark(text), true);
	enum err err = take_rows(&r, problem);
	csv_release(&r.csv);
	if (err != E_OK)
		return err;
	*ret_rules = r.rules;
	*ret_count = r.count;
	return E_OK;
}
