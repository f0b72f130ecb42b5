/* SPDX-License-Identifier: Apache-2.0 */
#include "match/engine_literals.h"

#include <hs.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/limits.h"

struct literal_set {
	hs_database_t *database; /* NULL: nothing to look for */
};

struct literal_scratch {
	hs_scratch_t *scratch; /* NULL: none needed */
};

static enum err hs_err(hs_error_t error)
{
	switch (error) {
	case HS_SUCCESS:
		return E_OK;
	case HS_NOMEM:
		return E_NOMEM;
	case HS_DB_VERSION_ERROR:
	case HS_DB_PLATFORM_ERROR:
	case HS_DB_MODE_ERROR:
		return E_VERSION;
	default:
		return E_CORRUPT;
	}
}

/* --- making --- */

struct expressions {
	const char **texts;
	size_t *sizes;
	unsigned *flags, *ids;
};

static bool expressions_init(struct expressions *e, uint32_t count)
{
	e->texts = calloc(count, sizeof(*e->texts));
	e->sizes = calloc(count, sizeof(*e->sizes));
	e->flags = calloc(count, sizeof(*e->flags));
	e->ids = calloc(count, sizeof(*e->ids));
	return e->texts && e->sizes && e->flags && e->ids;
}

static void expressions_release(struct expressions *e)
{
	free(e->texts);
	free(e->sizes);
	free(e->flags);
	free(e->ids);
}

/* The library refuses literals that begin with NUL. One byte later it is still there. */
static struct bytes without_leading_nul(struct bytes b)
{
	while (b.size > 1 && b.data[0] == 0)
		b = (struct bytes){b.data + 1, b.size - 1};
	return b;
}

static enum err compile(const struct literal *literals, uint32_t count, struct expressions *e,
	hs_database_t **ret_database)
{
	hs_compile_error_t *complaint = NULL;
	for (uint32_t i = 0; i < count; i++) {
		struct bytes b = without_leading_nul(literals[i].bytes);
		e->texts[i] = (const char *)b.data;
		e->sizes[i] = b.size;
		e->flags[i] = HS_FLAG_SINGLEMATCH | (literals[i].caseless ? HS_FLAG_CASELESS : 0);
		e->ids[i] = i;
	}
	hs_error_t error = hs_compile_lit_multi(e->texts, e->flags, e->ids, e->sizes, count,
		HS_MODE_BLOCK, NULL, ret_database, &complaint);
	if (complaint)
		hs_free_compile_error(complaint);
	return error == HS_COMPILER_ERROR ? E_LIMIT : hs_err(error);
}

enum err literal_set_new(
	const struct literal *literals, uint32_t count, struct literal_set **ret_set)
{
	struct literal_set *s = calloc(1, sizeof(*s));
	struct expressions e = {0};
	enum err err = s && expressions_init(&e, count + 1) ? E_OK : E_NOMEM;
	if (err == E_OK && count > 0)
		err = compile(literals, count, &e, &s->database);
	expressions_release(&e);
	if (err != E_OK)
		free(s);
	else
		*ret_set = s;
	return err;
}

void literal_set_free(struct literal_set *s)
{
	if (s)
		hs_free_database(s->database);
	free(s);
}

/* --- kept --- */

struct str literal_set_build(void)
{
	static char build[128];
	hs_platform_info_t platform = {0};
	if (hs_populate_platform(&platform) != HS_SUCCESS)
		return STR("");
	snprintf(build, sizeof(build), "%s %llx %u", hs_version(), platform.cpu_features,
		platform.tune);
	return str_from(build);
}

enum err literal_set_save(const struct literal_set *s, struct writer *w)
{
	char *bytes;
	size_t size;
	if (!s->database)
		return E_OK;
	TRY(hs_err(hs_serialize_database(s->database, &bytes, &size)));
	writer_bytes(w, (struct bytes){(const uint8_t *)bytes, size});
	free(bytes);
	return E_OK;
}

enum err literal_set_load(struct bytes bytes, struct literal_set **ret_set)
{
	struct literal_set *s = calloc(1, sizeof(*s));
	if (!s)
		return E_NOMEM;
	enum err err = E_OK;
	if (bytes.size > 0)
		err = hs_err(hs_deserialize_database(
			(const char *)bytes.data, bytes.size, &s->database));
	if (err != E_OK)
		free(s);
	else
		*ret_set = s;
	return err;
}

/* --- scanning --- */

enum err literal_scratch_new(
	struct literal_set *const *sets, size_t count, struct literal_scratch **ret_scratch)
{
	struct literal_scratch *scratch = calloc(1, sizeof(*scratch));
	if (!scratch)
		return E_NOMEM;
	for (size_t i = 0; i < count; i++) {
		enum err err =
			sets[i]->database
				? hs_err(hs_alloc_scratch(sets[i]->database, &scratch->scratch))
				: E_OK;
		if (err != E_OK) {
			literal_scratch_free(scratch);
			return err;
		}
	}
	*ret_scratch = scratch;
	return E_OK;
}

void literal_scratch_free(struct literal_scratch *scratch)
{
	if (scratch)
		hs_free_scratch(scratch->scratch);
	free(scratch);
}

struct told {
	literal_hit_fn *fn;
	void *context;
};

static int on_literal(
	unsigned id, unsigned long long from, unsigned long long to, unsigned flags, void *context)
{
	const struct told *t = context;
	(void)from;
	(void)to;
	(void)flags;
	t->fn(t->context, id);
	return 0;
}

enum err literal_set_scan(const struct literal_set *s, struct literal_scratch *scratch,
	struct bytes content, literal_hit_fn *fn, void *context)
{
	struct told told = {fn, context};
	/* Blocks are counted in 32 bits: longer content overlaps by the longest literal. */
	for (size_t at = 0; s->database && at < content.size;) {
		size_t left = content.size - at;
		unsigned block =
			left < LIMIT_LITERAL_BLOCK ? (unsigned)left : (unsigned)LIMIT_LITERAL_BLOCK;
		TRY(hs_err(hs_scan(s->database, (const char *)content.data + at, block, 0,
			scratch->scratch, on_literal, &told)));
		if (block == left)
			break;
		at += block - LITERAL_MOST;
	}
	return E_OK;
}
