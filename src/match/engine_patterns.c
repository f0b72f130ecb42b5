/* SPDX-License-Identifier: Apache-2.0 */
#include "match/engine_patterns.h"

#include <hs.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/cursor.h"
#include "base/limits.h"

enum {
	DIFFERENCES = 32 << 10 /* at a time: they stay in the nearest cache */
};

struct pattern_set {
	hs_database_t *databases[PATTERN__COUNT]; /* NULL: nothing to look for */
	uint32_t *expressions; /* their numbers: content too large for one go has them all */
	uint32_t expression_count, always_count; /* the first of them cannot be looked for */
};

struct pattern_scratch {
	hs_scratch_t *scratch; /* NULL: none needed */
	uint8_t *differences;  /* DIFFERENCES + LITERAL_MOST */
};

static enum err hs_err(hs_error_t error)
{
	switch (error) {
	case HS_SUCCESS:
		return E_OK;
	case HS_NOMEM:
		return E_NOMEM;
	case HS_COMPILER_ERROR:
		return E_LIMIT;
	case HS_DB_VERSION_ERROR:
	case HS_DB_PLATFORM_ERROR:
	case HS_DB_MODE_ERROR:
		return E_VERSION;
	default:
		return E_CORRUPT;
	}
}

/* Vectorscan is told from what it was made of by its higher number alone. */
bool pattern_library_sound(void)
{
	const unsigned long newest[] = {5, 4, 2};
	const char *at = hs_version();
	for (size_t i = 0; i < sizeof(newest) / sizeof(newest[0]); i++) {
		char *end;
		unsigned long number = strtoul(at, &end, 10);
		if (end == at || number != newest[i])
			return end > at && number < newest[i];
		at = end + (*end == '.');
	}
	return true;
}

/* --- making --- */

struct expressions {
	const char **texts;
	size_t *sizes;
	unsigned *flags, *numbers;
	unsigned count;
	struct writer terminated; /* expressions, each with a NUL */
};

static bool expressions_init(struct expressions *e, uint32_t count)
{
	*e = (struct expressions){
		.texts = calloc((size_t)count + 1, sizeof(*e->texts)),
		.sizes = calloc((size_t)count + 1, sizeof(*e->sizes)),
		.flags = calloc((size_t)count + 1, sizeof(*e->flags)),
		.numbers = calloc((size_t)count + 1, sizeof(*e->numbers)),
	};
	writer_init(&e->terminated, LIMIT_PACK_BYTES);
	return e->texts && e->sizes && e->flags && e->numbers;
}

static void expressions_release(struct expressions *e)
{
	writer_release(&e->terminated);
	free(e->texts);
	free(e->sizes);
	free(e->flags);
	free(e->numbers);
}

static void take_literal(struct expressions *e, const struct pattern *p, uint32_t number)
{
	e->texts[e->count] = (const char *)p->bytes.data;
	e->sizes[e->count] = p->bytes.size;
	e->flags[e->count] = HS_FLAG_SINGLEMATCH | (p->caseless ? HS_FLAG_CASELESS : 0);
	e->numbers[e->count++] = number;
}

/* Where it is kept is known when all of them are. */
static void take_expression(struct expressions *e, const struct pattern *p, uint32_t number)
{
	e->sizes[e->count] = e->terminated.size;
	writer_bytes(&e->terminated, p->bytes);
	writer_char(&e->terminated, '\0');
	e->flags[e->count] = HS_FLAG_SINGLEMATCH | HS_FLAG_DOTALL;
	e->numbers[e->count++] = number;
}

static enum err compile_literals(struct expressions *e, hs_database_t **ret)
{
	hs_compile_error_t *complaint = NULL;
	hs_error_t error = hs_compile_lit_multi(e->texts, e->flags, e->numbers, e->sizes, e->count,
		HS_MODE_BLOCK, NULL, ret, &complaint);
	if (complaint)
		hs_free_compile_error(complaint);
	return hs_err(error);
}

/* *ret_at: the expression it does not take, where it says which. */
static enum err compile_expressions(struct expressions *e, hs_database_t **ret, int *ret_at)
{
	hs_compile_error_t *complaint = NULL;
	for (unsigned i = 0; i < e->count; i++)
		e->texts[i] = (const char *)e->terminated.data + e->sizes[i];
	hs_error_t error = hs_compile_multi(
		e->texts, e->flags, e->numbers, e->count, HS_MODE_BLOCK, NULL, ret, &complaint);
	*ret_at = complaint ? complaint->expression : -1;
	if (complaint)
		hs_free_compile_error(complaint);
	return hs_err(error);
}

/* Those that turn out too large always occur, for all we know. */
static enum err compile_all_expressions(struct pattern_set *s, struct expressions *e)
{
	hs_database_t **database = &s->databases[PATTERN_EXPRESSION];
	int at = -1;
	TRY(writer_end(&e->terminated));
	enum err err = compile_expressions(e, database, &at);
	while (err == E_LIMIT && at >= 0 && (unsigned)at < e->count) {
		e->count--;
		uint32_t number = e->numbers[at];
		e->numbers[at] = e->numbers[e->count];
		e->sizes[at] = e->sizes[e->count];
		e->flags[at] = e->flags[e->count];
		for (uint32_t i = s->always_count; i < s->expression_count; i++)
			if (s->expressions[i] == number) {
				s->expressions[i] = s->expressions[s->always_count];
				s->expressions[s->always_count++] = number;
				break;
			}
		err = e->count > 0 ? compile_expressions(e, database, &at) : E_OK;
	}
	return err;
}

static enum err make_kind(struct pattern_set *s, enum pattern_kind kind,
	const struct pattern *patterns, const uint32_t *numbers, uint32_t count)
{
	struct expressions e;
	enum err err = expressions_init(&e, count) ? E_OK : E_NOMEM;
	for (uint32_t i = 0; i < count && err == E_OK; i++)
		if (patterns[i].kind == kind && kind == PATTERN_EXPRESSION)
			take_expression(&e, &patterns[i], numbers[i]);
		else if (patterns[i].kind == kind)
			take_literal(&e, &patterns[i], numbers[i]);
	if (err == E_OK && e.count > 0)
		err = kind == PATTERN_EXPRESSION ? compile_all_expressions(s, &e)
						 : compile_literals(&e, &s->databases[kind]);
	expressions_release(&e);
	return err;
}

static enum err keep_expressions(struct pattern_set *s, const struct pattern *patterns,
	const uint32_t *numbers, uint32_t count)
{
	s->expressions = calloc((size_t)count + 1, sizeof(*s->expressions));
	if (!s->expressions)
		return E_NOMEM;
	for (uint32_t i = 0; i < count; i++)
		if (patterns[i].kind == PATTERN_EXPRESSION)
			s->expressions[s->expression_count++] = numbers[i];
	return E_OK;
}

enum err pattern_set_new(const struct pattern *patterns, const uint32_t *numbers, uint32_t count,
	struct pattern_set **ret_set)
{
	struct pattern_set *s = calloc(1, sizeof(*s));
	if (!s)
		return E_NOMEM;
	enum err err = keep_expressions(s, patterns, numbers, count);
	for (int kind = 0; kind < PATTERN__COUNT && err == E_OK; kind++)
		err = make_kind(s, (enum pattern_kind)kind, patterns, numbers, count);
	if (err != E_OK)
		pattern_set_free(s);
	else
		*ret_set = s;
	return err;
}

bool pattern_accepted(struct bytes expression)
{
	struct writer text;
	hs_expr_info_t *info = NULL;
	hs_compile_error_t *complaint = NULL;
	writer_init(&text, LIMIT_PACK_BYTES);
	writer_bytes(&text, expression);
	writer_char(&text, '\0');
	bool accepted = writer_end(&text) == E_OK && hs_expression_info((const char *)text.data,
							     HS_FLAG_SINGLEMATCH | HS_FLAG_DOTALL,
							     &info, &complaint) == HS_SUCCESS;
	if (complaint)
		hs_free_compile_error(complaint);
	free(info);
	writer_release(&text);
	return accepted;
}

void pattern_set_free(struct pattern_set *s)
{
	if (!s)
		return;
	for (int i = 0; i < PATTERN__COUNT; i++)
		hs_free_database(s->databases[i]);
	free(s->expressions);
	free(s);
}

/* --- kept --- */

void pattern_set_build(struct writer *w)
{
	char build[128];
	hs_platform_info_t platform = {0};
	if (hs_populate_platform(&platform) != HS_SUCCESS)
		platform.tune = UINT32_MAX;
	snprintf(build, sizeof(build), "%s %llx %u", hs_version(), platform.cpu_features,
		platform.tune);
	writer_text(w, build);
}

static enum err save_database(const hs_database_t *database, struct writer *w)
{
	char *bytes = NULL;
	size_t size = 0;
	if (database)
		TRY(hs_err(hs_serialize_database(database, &bytes, &size)));
	writer_u64(w, size);
	writer_bytes(w, (struct bytes){(const uint8_t *)bytes, size});
	free(bytes);
	return E_OK;
}

enum err pattern_set_save(const struct pattern_set *s, struct writer *w)
{
	writer_u32(w, s->always_count);
	writer_u32(w, s->expression_count);
	for (uint32_t i = 0; i < s->expression_count; i++)
		writer_u32(w, s->expressions[i]);
	for (int i = 0; i < PATTERN__COUNT; i++)
		TRY(save_database(s->databases[i], w));
	return E_OK;
}

static enum err load_database(struct cursor *in, hs_database_t **ret)
{
	uint64_t size = cursor_u64(in);
	if (size > cursor_left(in))
		return E_CORRUPT;
	struct bytes bytes = cursor_take(in, size);
	return size == 0 ? E_OK
			 : hs_err(hs_deserialize_database((const char *)bytes.data, size, ret));
}

static enum err load(struct cursor *in, struct pattern_set *s)
{
	s->always_count = cursor_u32(in);
	uint32_t count = cursor_u32(in);
	if (count > cursor_left(in) / 4 || s->always_count > count)
		return E_CORRUPT;
	s->expressions = calloc((size_t)count + 1, sizeof(*s->expressions));
	if (!s->expressions)
		return E_NOMEM;
	for (; s->expression_count < count; s->expression_count++)
		s->expressions[s->expression_count] = cursor_u32(in);
	for (int i = 0; i < PATTERN__COUNT; i++)
		TRY(load_database(in, &s->databases[i]));
	return cursor_end(in) == E_OK ? E_OK : E_CORRUPT;
}

enum err pattern_set_load(struct bytes bytes, struct pattern_set **ret_set)
{
	struct pattern_set *s = calloc(1, sizeof(*s));
	struct cursor in;
	if (!s)
		return E_NOMEM;
	cursor_init(&in, bytes);
	enum err err = load(&in, s);
	if (err != E_OK)
		pattern_set_free(s);
	else
		*ret_set = s;
	return err;
}

/* --- scanning --- */

static enum err scratch_for(
	struct pattern_scratch *scratch, struct pattern_set *const *sets, size_t count)
{
	for (size_t i = 0; i < count; i++)
		for (int kind = 0; sets[i] && kind < PATTERN__COUNT; kind++)
			if (sets[i]->databases[kind])
				TRY(hs_err(hs_alloc_scratch(
					sets[i]->databases[kind], &scratch->scratch)));
	return E_OK;
}

enum err pattern_scratch_new(
	struct pattern_set *const *sets, size_t count, struct pattern_scratch **ret_scratch)
{
	struct pattern_scratch *scratch = calloc(1, sizeof(*scratch));
	if (!scratch)
		return E_NOMEM;
	scratch->differences = calloc(1, DIFFERENCES + LITERAL_MOST);
	enum err err = scratch->differences ? scratch_for(scratch, sets, count) : E_NOMEM;
	if (err != E_OK)
		pattern_scratch_free(scratch);
	else
		*ret_scratch = scratch;
	return err;
}

void pattern_scratch_free(struct pattern_scratch *scratch)
{
	if (!scratch)
		return;
	hs_free_scratch(scratch->scratch);
	free(scratch->differences);
	free(scratch);
}

struct scanning {
	const struct pattern_set *set;
	struct pattern_scratch *scratch;
	struct bytes content;
	pattern_hit_fn *fn;
	void *context;
};

static int on_match(
	unsigned id, unsigned long long from, unsigned long long to, unsigned flags, void *context)
{
	const struct scanning *s = context;
	(void)from;
	(void)to;
	(void)flags;
	s->fn(s->context, id);
	return 0;
}

static enum err scan_block(
	struct scanning *s, enum pattern_kind kind, const void *data, size_t size)
{
	return hs_err(hs_scan(s->set->databases[kind], data, (unsigned)size, 0, s->scratch->scratch,
		on_match, s));
}

/* Blocks are counted in 32 bits: longer content overlaps by the longest literal. */
static enum err scan_literals(struct scanning *s)
{
	for (size_t at = 0; at < s->content.size;) {
		size_t left = s->content.size - at;
		size_t block = left < LIMIT_LITERAL_BLOCK ? left : LIMIT_LITERAL_BLOCK;
		TRY(scan_block(s, PATTERN_LITERAL, s->content.data + at, block));
		if (block == left)
			break;
		at += block - LITERAL_MOST;
	}
	return E_OK;
}

static void differ(const uint8_t *from, size_t size, uint8_t *to)
{
	size_t i = 0;
	for (; i + 8 <= size; i += 8) {
		uint64_t here, next;
		memcpy(&here, from + i, 8);
		memcpy(&next, from + i + 1, 8);
		here ^= next;
		memcpy(to + i, &here, 8);
	}
	for (; i < size; i++)
		to[i] = from[i] ^ from[i + 1];
}

static enum err scan_differences(struct scanning *s)
{
	uint8_t *buffer = s->scratch->differences;
	for (size_t at = 0; at + 1 < s->content.size;) {
		size_t left = s->content.size - 1 - at, most = DIFFERENCES + LITERAL_MOST;
		size_t block = left < most ? left : most;
		differ(s->content.data + at, block, buffer);
		TRY(scan_block(s, PATTERN_DIFFERENCE, buffer, block));
		if (block == left)
			break;
		at += DIFFERENCES;
	}
	return E_OK;
}

static enum err scan_expressions(struct scanning *s)
{
	if (s->content.size <= LIMIT_LITERAL_BLOCK)
		return scan_block(s, PATTERN_EXPRESSION, s->content.data, s->content.size);
	for (uint32_t i = 0; i < s->set->expression_count; i++)
		s->fn(s->context, s->set->expressions[i]);
	return E_OK;
}

enum err pattern_set_scan(const struct pattern_set *set, struct pattern_scratch *scratch,
	struct bytes content, pattern_hit_fn *fn, void *context)
{
	struct scanning s = {set, scratch, content, fn, context};
	for (uint32_t i = 0; i < set->always_count; i++)
		fn(context, set->expressions[i]);
	if (content.size == 0)
		return E_OK;
	if (set->databases[PATTERN_LITERAL])
		TRY(scan_literals(&s));
	if (set->databases[PATTERN_DIFFERENCE])
		TRY(scan_differences(&s));
	return set->databases[PATTERN_EXPRESSION] ? scan_expressions(&s) : E_OK;
}
