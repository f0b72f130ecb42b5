/* SPDX-License-Identifier: Apache-2.0 */
#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/limits.h"
#include "model/botnet.h"
#include "model/sighting.h"

enum {
	ANSWERS_KEPT = 16384,
	STEPS_DEPTH = 1000,
	HEAP_KIBIBYTES = 1024
};

/* A pattern cannot look at single bytes of a character and cannot run long. */
static const uint32_t COMPILE_OPTIONS =
	PCRE2_CASELESS | PCRE2_UTF | PCRE2_MATCH_INVALID_UTF | PCRE2_NEVER_BACKSLASH_C;

struct compiled_rule {
	pcre2_code *code;
	struct str botnet;
};

struct names {
	struct arena texts;
	struct compiled_rule *rules;
	size_t count;
	pcre2_match_context *limits;
	pcre2_match_data *match;
	struct text_table *seen; /* raw names answered so far … */
	struct str *answers;     /* … and by their numbers the answers; empty: nothing maps it */
	uint64_t abandoned;
};

static void explain_compile_error(int code, size_t offset, struct problem *problem)
{
	char message[160];
	if (pcre2_get_error_message(code, (PCRE2_UCHAR *)message, sizeof(message)) < 0)
		message[0] = '\0';
	problem_set(problem, PROBLEM_BAD_PATTERN, STR("pattern"), str_from(message));
	problem->offset = offset;
}

static enum err compile_pattern(struct str pattern, struct problem *problem, pcre2_code **ret_code)
{
	int code = 0;
	PCRE2_SIZE offset = 0;
	if (pattern.size == 0) {
		/* It would match every name. */
		problem_set(problem, PROBLEM_NO_COLUMN, STR("pattern"), pattern);
		return E_SYNTAX;
	}
	if (pattern.size > LIMIT_PATTERN_BYTES) {
		problem_set(problem, PROBLEM_NAME_TOO_LONG, STR("pattern"), pattern);
		problem->limit = LIMIT_PATTERN_BYTES;
		return E_LIMIT;
	}
	pcre2_code *compiled = pcre2_compile(
		(PCRE2_SPTR)pattern.data, pattern.size, COMPILE_OPTIONS, &code, &offset, NULL);
	if (!compiled && code == PCRE2_ERROR_NOMEMORY)
		return E_NOMEM;
	if (!compiled) {
		explain_compile_error(code, offset, problem);
		return E_SYNTAX;
	}
	*ret_code = compiled;
	return E_OK;
}

/* Fills *ret_code only when all of the rule is good. */
static enum err compile_rule(
	const struct name_rule *rule, struct problem *problem, pcre2_code **ret_code)
{
	struct str botnet = str_trim(rule->botnet);
	if (botnet.size == 0) {
		problem_set(problem, PROBLEM_NO_COLUMN, STR("name"), botnet);
		return E_SYNTAX;
	}
	if (botnet.size > LIMIT_NAME_BYTES) {
		problem_set(problem, PROBLEM_NAME_TOO_LONG, STR("name"), botnet);
		problem->limit = LIMIT_NAME_BYTES;
		return E_LIMIT;
	}
	return compile_pattern(rule->pattern, problem, ret_code);
}

enum err name_rule_check(const struct name_rule *rule, struct problem *problem)
{
	pcre2_code *code = NULL;
	enum err err = compile_rule(rule, problem, &code);
	pcre2_code_free(code);
	return err;
}

static enum err add_rule(struct names *n, const struct name_rule *rule, struct problem *problem)
{
	struct compiled_rule *compiled = &n->rules[n->count];
	struct str botnet = str_trim(rule->botnet);
	TRY(compile_rule(rule, problem, &compiled->code));
	n->count++;
	const struct family *family = family_recognise(botnet);
	compiled->botnet = family ? family->name : arena_copy(&n->texts, botnet);
	return compiled->botnet.data ? E_OK : E_NOMEM;
}

/* Forgets all answers; keeps the old table where there is no memory for a new one. */
static enum err start_answers(struct names *n)
{
	struct text_table *seen = text_table_new(ANSWERS_KEPT);
	if (!seen)
		return E_NOMEM;
	text_table_free(n->seen);
	n->seen = seen;
	return E_OK;
}

static enum err prepare(struct names *n, size_t count)
{
	arena_init(&n->texts, SIZE_MAX);
	n->rules = calloc(count + 1, sizeof(*n->rules));
	n->limits = pcre2_match_context_create(NULL);
	n->match = pcre2_match_data_create(1, NULL);
	n->answers = calloc(ANSWERS_KEPT, sizeof(*n->answers));
	if (!n->rules || !n->limits || !n->match || !n->answers)
		return E_NOMEM;
	pcre2_set_match_limit(n->limits, LIMIT_PATTERN_STEPS);
	pcre2_set_depth_limit(n->limits, STEPS_DEPTH);
	pcre2_set_heap_limit(n->limits, HEAP_KIBIBYTES);
	return start_answers(n);
}

static enum err fill(struct names *n, const struct name_rule *rules, size_t count,
	struct problem *problem, size_t *ret_bad)
{
	TRY(prepare(n, count));
	for (size_t i = 0; i < count; i++) {
		enum err err = add_rule(n, &rules[i], problem);
		if (err != E_OK) {
			*ret_bad = i;
			return err;
		}
	}
	return E_OK;
}

enum err names_new(const struct name_rule *rules, size_t count, struct problem *problem,
	size_t *ret_bad, struct names **ret_names)
{
	if (count > LIMIT_NAME_RULES) {
		problem_set(
			problem, PROBLEM_TOO_MANY_NAMES, STR("name rules"), (struct str){"", 0});
		problem->limit = LIMIT_NAME_RULES;
		*ret_bad = LIMIT_NAME_RULES;
		return E_LIMIT;
	}
	struct names *n = calloc(1, sizeof(*n));
	if (!n)
		return E_NOMEM;
	enum err err = fill(n, rules, count, problem, ret_bad);
	if (err != E_OK) {
		names_free(n);
		return err;
	}
	*ret_names = n;
	return E_OK;
}

void names_free(struct names *n)
{
	if (!n)
		return;
	for (size_t i = 0; i < n->count; i++)
		pcre2_code_free(n->rules[i].code);
	free(n->rules);
	pcre2_match_data_free(n->match);
	pcre2_match_context_free(n->limits);
	text_table_free(n->seen);
	free(n->answers);
	arena_release(&n->texts);
	free(n);
}

uint64_t names_abandoned(const struct names *n)
{
	return n->abandoned;
}

static bool rule_matches(struct names *n, const struct compiled_rule *rule, struct str raw)
{
	int result =
		pcre2_match(rule->code, (PCRE2_SPTR)raw.data, raw.size, 0, 0, n->match, n->limits);
	if (result < 0 && result != PCRE2_ERROR_NOMATCH)
		n->abandoned++;
	return result >= 0;
}

static bool map_name(struct names *n, struct str raw, struct str *ret_botnet)
{
	for (size_t i = 0; i < n->count; i++)
		if (rule_matches(n, &n->rules[i], raw)) {
			*ret_botnet = n->rules[i].botnet;
			return true;
		}
	const struct family *family = family_recognise(raw);
	if (family)
		*ret_botnet = family->name;
	return family != NULL;
}

/* The place of raw's answer, and whether it is still to be found; NULL without memory. */
static struct str *answer_for(struct names *n, struct str raw, bool *ret_new)
{
	uint32_t id;
	size_t before = text_table_count(n->seen);
	if (!text_table_add(n->seen, raw, &id)) {
		/* Full: begin afresh rather than grow. */
		if (start_answers(n) != E_OK || !text_table_add(n->seen, raw, &id))
			return NULL;
		before = 0;
	}
	*ret_new = id == before;
	return &n->answers[id];
}

struct str names_resolve(struct names *n, struct str raw, bool *ret_mapped)
{
	struct str name = str_trim(raw);
	struct str unkept = {"", 0};
	bool is_new = true;
	*ret_mapped = name.size == 0;
	if (name.size == 0)
		return STR("unknown");
	if (name.size > LIMIT_NAME_BYTES)
		return name;
	struct str *answer = answer_for(n, name, &is_new);
	if (!answer)
		answer = &unkept;
	if (is_new && !map_name(n, name, answer))
		*answer = (struct str){"", 0};
	*ret_mapped = answer->size > 0;
	return *ret_mapped ? *answer : name;
}
