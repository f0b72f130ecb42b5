/* SPDX-License-Identifier: Apache-2.0 */
#include "match/engine_patterns.h"

#include <hs.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/cursor.h"
#include "base/limits.h"

enum {
	DIFFERENCES = 32 << 10, /* at a time: they stay in the nearest cache */
	ALIGNMENT = 64          /* of a database that is used where it stands */
};

/* What is gone through: the content, for texts and expressions at once, and its differences. */
enum pass {
	PASS_CONTENT,
	PASS_DIFFERENCES,
	PASS__COUNT
};

struct pattern_set {
	const hs_database_t *databases[PASS__COUNT]; /* NULL: nothing to look for */
	hs_database_t *made[PASS__COUNT];            /* the library's, to be given back */
	void *copies[PASS__COUNT];                   /* ours */
	uint32_t *expressions; /* their numbers: content too large for one go has them all */
	uint32_t expression_count, always_count; /* the first of them cannot be looked for */
};

struct pattern_scratch {
	hs_scratch_t *scratch; /* NULL: none needed yet */
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
	size_t *starts;
	unsigned *flags, *numbers;
	unsigned count;
	struct writer terminated; /* expressions, each with a NUL */
};

static bool expressions_init(struct expressions *e, uint32_t count)
{
	*e = (struct expressions){
		.texts = calloc((size_t)count + 1, sizeof(*e->texts)),
		.starts = calloc((size_t)count + 1, sizeof(*e->starts)),
		.flags = calloc((size_t)count + 1, sizeof(*e->flags)),
		.numbers = calloc((size_t)count + 1, sizeof(*e->numbers)),
	};
	writer_init(&e->terminated, LIMIT_PACK_BYTES);
	return e->texts && e->starts && e->flags && e->numbers;
}

static void expressions_release(struct expressions *e)
{
	writer_release(&e->terminated);
	free(e->texts);
	free(e->starts);
	free(e->flags);
	free(e->numbers);
}

/* A text as an expression: what it is made of says nothing but itself. */
static void write_literal(struct writer *w, struct bytes bytes)
{
	static const char digits[] = "0123456789abcdef";
	for (size_t i = 0; i < bytes.size; i++) {
		writer_text(w, "\\x");
		writer_char(w, digits[bytes.data[i] >> 4]);
		writer_char(w, digits[bytes.data[i] & 15]);
	}
}

/* Where its text is kept is known when all of them are. */
static void take_pattern(struct expressions *e, const struct pattern *p, uint32_t number)
{
	e->starts[e->count] = e->terminated.size;
	e->flags[e->count] = HS_FLAG_SINGLEMATCH;
	if (p->kind == PATTERN_EXPRESSION) {
		writer_bytes(&e->terminated, p->bytes);
		e->flags[e->count] |= HS_FLAG_DOTALL;
	} else {
		write_literal(&e->terminated, p->bytes);
		e->flags[e->count] |= p->caseless ? HS_FLAG_CASELESS : 0;
	}
	writer_char(&e->terminated, '\0');
	e->numbers[e->count++] = number;
}

/* *ret_at: the expression it does not take, where it says which. */
static enum err compile(struct expressions *e, hs_database_t **ret, int *ret_at)
{
	hs_compile_error_t *complaint = NULL;
	for (unsigned i = 0; i < e->count; i++)
		e->texts[i] = (const char *)e->terminated.data + e->starts[i];
	hs_error_t error = hs_compile_multi(
		e->texts, e->flags, e->numbers, e->count, HS_MODE_BLOCK, NULL, ret, &complaint);
	*ret_at = complaint ? complaint->expression : -1;
	if (complaint)
		hs_free_compile_error(complaint);
	return hs_err(error);
}

/* An expression that turns out too large always occurs, for all we know. False: it is a text. */
static bool leave_out(struct pattern_set *s, struct expressions *e, unsigned at)
{
	uint32_t number = e->numbers[at];
	uint32_t i = s->always_count;
	while (i < s->expression_count && s->expressions[i] != number)
		i++;
	if (i == s->expression_count)
		return false;
	s->expressions[i] = s->expressions[s->always_count];
	s->expressions[s->always_count++] = number;
	e->count--;
	e->numbers[at] = e->numbers[e->count];
	e->starts[at] = e->starts[e->count];
	e->flags[at] = e->flags[e->count];
	return true;
}

static enum err compile_all(struct pattern_set *s, struct expressions *e, enum pass pass)
{
	int at = -1;
	TRY(writer_end(&e->terminated));
	enum err err = e->count > 0 ? compile(e, &s->made[pass], &at) : E_OK;
	while (err == E_LIMIT && at >= 0 && (unsigned)at < e->count &&
		leave_out(s, e, (unsigned)at))
		err = e->count > 0 ? compile(e, &s->made[pass], &at) : E_OK;
	s->databases[pass] = s->made[pass];
	return err;
}

static enum pass pass_of(const struct pattern *p)
{
	return p->kind == PATTERN_DIFFERENCE ? PASS_DIFFERENCES : PASS_CONTENT;
}

static enum err make_pass(struct pattern_set *s, enum pass pass, const struct pattern *patterns,
	const uint32_t *numbers, uint32_t count)
{
	struct expressions e;
	enum err err = expressions_init(&e, count) ? E_OK : E_NOMEM;
	for (uint32_t i = 0; i < count && err == E_OK; i++)
		if (pass_of(&patterns[i]) == pass)
			take_pattern(&e, &patterns[i], numbers[i]);
	if (err == E_OK)
		err = compile_all(s, &e, pass);
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
	for (int pass = 0; pass < PASS__COUNT && err == E_OK; pass++)
		err = make_pass(s, (enum pass)pass, patterns, numbers, count);
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
	for (int i = 0; i < PASS__COUNT; i++) {
		hs_free_database(s->made[i]);
		free(s->copies[i]);
	}
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

/* A database as it stands in memory. It is good wherever it is copied to, if that is aligned alike:
 * it holds no addresses, which is tried by making it twice. */
static enum err write_image(struct writer *w, const char *serial, size_t serial_size)
{
	size_t size = 0;
	enum err err = hs_err(hs_serialized_database_size(serial, serial_size, &size));
	if (err != E_OK)
		return err;
	size = (size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
	hs_database_t *one = aligned_alloc(ALIGNMENT, size);
	hs_database_t *other = aligned_alloc(ALIGNMENT, size);
	err = one && other ? E_OK : E_NOMEM;
	if (err == E_OK) {
		memset(one, 0, size);
		memset(other, 0, size);
		err = hs_err(hs_deserialize_database_at(serial, serial_size, one));
	}
	if (err == E_OK)
		err = hs_err(hs_deserialize_database_at(serial, serial_size, other));
	if (err == E_OK && memcmp(one, other, size) != 0)
		err = E_VERSION;
	if (err == E_OK)
		writer_bytes(w, (struct bytes){(const uint8_t *)one, size});
	free(one);
	free(other);
	return err;
}

static void write_padding(struct writer *w)
{
	static const uint8_t none[ALIGNMENT] = {0};
	uint8_t padding = (uint8_t)(ALIGNMENT - 1 - w->size % ALIGNMENT);
	writer_u8(w, padding);
	writer_bytes(w, (struct bytes){none, padding});
}

static enum err save_database(const hs_database_t *database, struct writer *w)
{
	char *serial = NULL;
	size_t size = 0;
	size_t image = 0;
	if (database) {
		TRY(hs_err(hs_database_size(database, &image)));
		TRY(hs_err(hs_serialize_database(database, &serial, &size)));
	}
	writer_u64(w, (image + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT);
	write_padding(w);
	enum err err = database ? write_image(w, serial, size) : E_OK;
	free(serial);
	return err;
}

enum err pattern_set_save(const struct pattern_set *s, struct writer *w)
{
	writer_u32(w, s->always_count);
	writer_u32(w, s->expression_count);
	for (uint32_t i = 0; i < s->expression_count; i++)
		writer_u32(w, s->expressions[i]);
	for (int i = 0; i < PASS__COUNT; i++)
		TRY(save_database(s->databases[i], w));
	return E_OK;
}

/* Where it stands, or a copy where that is not aligned. */
static enum err load_database(struct cursor *in, struct pattern_set *s, int pass)
{
	size_t said;
	uint64_t size = cursor_u64(in);
	(void)cursor_take(in, cursor_u8(in));
	if (in->err != E_OK || size > cursor_left(in))
		return E_CORRUPT;
	const void *image = cursor_take(in, size).data;
	if (size == 0)
		return E_OK;
	if ((uintptr_t)image % ALIGNMENT != 0) {
		s->copies[pass] = aligned_alloc(ALIGNMENT, size);
		if (!s->copies[pass])
			return E_NOMEM;
		image = memcpy(s->copies[pass], image, size);
	}
	TRY(hs_err(hs_database_size(image, &said)));
	if (said > size)
		return E_CORRUPT;
	s->databases[pass] = image;
	return E_OK;
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
	for (int i = 0; i < PASS__COUNT; i++)
		TRY(load_database(in, s, i));
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

enum err pattern_scratch_new(struct pattern_scratch **ret_scratch)
{
	struct pattern_scratch *scratch = calloc(1, sizeof(*scratch));
	if (!scratch)
		return E_NOMEM;
	scratch->differences = calloc(1, DIFFERENCES + LITERAL_MOST);
	if (!scratch->differences) {
		free(scratch);
		return E_NOMEM;
	}
	*ret_scratch = scratch;
	return E_OK;
}

enum err pattern_scratch_fit(struct pattern_scratch *scratch, const struct pattern_set *set)
{
	for (int i = 0; i < PASS__COUNT; i++)
		if (set->databases[i])
			TRY(hs_err(hs_alloc_scratch(set->databases[i], &scratch->scratch)));
	return E_OK;
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

static enum err scan_block(struct scanning *s, enum pass pass, const void *data, size_t size)
{
	return hs_err(hs_scan(s->set->databases[pass], data, (unsigned)size, 0, s->scratch->scratch,
		on_match, s));
}

/* Blocks are counted in 32 bits: longer content overlaps by the longest text, and may have any
 * expression. */
static enum err scan_content(struct scanning *s)
{
	if (s->content.size > LIMIT_LITERAL_BLOCK)
		for (uint32_t i = 0; i < s->set->expression_count; i++)
			s->fn(s->context, s->set->expressions[i]);
	for (size_t at = 0; at < s->content.size;) {
		size_t left = s->content.size - at;
		size_t block = left < LIMIT_LITERAL_BLOCK ? left : LIMIT_LITERAL_BLOCK;
		TRY(scan_block(s, PASS_CONTENT, s->content.data + at, block));
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
		TRY(scan_block(s, PASS_DIFFERENCES, buffer, block));
		if (block == left)
			break;
		at += DIFFERENCES;
	}
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
	if (set->databases[PASS_CONTENT])
		TRY(scan_content(&s));
	return set->databases[PASS_DIFFERENCES] ? scan_differences(&s) : E_OK;
}
