/* SPDX-License-Identifier: Apache-2.0 */
#include "match/engine_yara.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <yara.h>

#include "base/limits.h"

struct compiled {
	YR_RULES *rules;
};

struct yara_scan {
	YR_SCANNER *scanner;
	struct arena texts; /* of externals, as C strings */
	yara_hit_fn *fn;
	void *context;
};

static enum err yara_err(int error)
{
	switch (error) {
	case ERROR_SUCCESS:
		return E_OK;
	case ERROR_INSUFFICIENT_MEMORY:
		return E_NOMEM;
	case ERROR_SCAN_TIMEOUT:
		return E_TIMEOUT;
	case ERROR_INVALID_FILE:
	case ERROR_CORRUPT_FILE:
		return E_CORRUPT;
	case ERROR_UNSUPPORTED_FILE_VERSION:
		return E_VERSION;
	default:
		return E_LIMIT;
	}
}

enum err yara_begin(void)
{
	return yara_err(yr_initialize());
}

void yara_build(struct writer *w)
{
	writer_text(w, "yara " YR_VERSION " ");
	writer_decimal(w, sizeof(void *));
}

uint64_t yara_clock(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

/* --- compiling --- */

static void complain(int level, const char *file, int line, const YR_RULE *rule,
	const char *message, void *context)
{
	struct yara_complaint *c = context;
	(void)file;
	(void)rule;
	if (level != YARA_ERROR_LEVEL_ERROR || c->text[0])
		return;
	c->line = line > 0 ? (uint64_t)line : 0;
	snprintf(c->text, sizeof(c->text), "%s", message);
}

/* A pack is one file: there is nothing to include. */
static const char *no_include(const char *name, const char *from, const char *set, void *context)
{
	(void)name;
	(void)from;
	(void)set;
	(void)context;
	return NULL;
}

static enum err compile(YR_COMPILER *compiler, const struct yara_source_text *texts, size_t count,
	YR_RULES **ret_rules)
{
	for (int i = 0; i < EXTERNAL__COUNT; i++)
		TRY(yara_err(yr_compiler_define_string_variable(
			compiler, external_name((enum external)i).data, "")));
	for (size_t i = 0; i < count; i++)
		if (yr_compiler_add_string(compiler, texts[i].text, texts[i].set) > 0)
			return compiler->last_error == ERROR_INSUFFICIENT_MEMORY ? E_NOMEM
										 : E_SYNTAX;
	return yara_err(yr_compiler_get_rules(compiler, ret_rules));
}

enum err compiled_new(const struct yara_source_text *texts, size_t count,
	struct compiled **ret_compiled, struct yara_complaint *ret_complaint)
{
	YR_COMPILER *compiler;
	struct compiled *c = calloc(1, sizeof(*c));
	ret_complaint->text[0] = '\0';
	if (!c || yr_compiler_create(&compiler) != ERROR_SUCCESS) {
		free(c);
		return E_NOMEM;
	}
	yr_compiler_set_callback(compiler, complain, ret_complaint);
	yr_compiler_set_include_callback(compiler, no_include, NULL, NULL);
	enum err err = compile(compiler, texts, count, &c->rules);
	yr_compiler_destroy(compiler);
	if (err != E_OK) {
		free(c);
		return err;
	}
	*ret_compiled = c;
	return E_OK;
}

/* A compiler leaves a megabyte for each of a dozen things; what is read back is as large as it is.
 */
enum err compiled_pack(struct compiled **compiled)
{
	struct writer w;
	struct compiled *packed;
	writer_init(&w, LIMIT_PACK_BYTES);
	enum err err = compiled_save(*compiled, &w);
	if (err == E_OK)
		err = compiled_load(writer_view(&w), &packed);
	writer_release(&w);
	if (err != E_OK)
		return err;
	compiled_free(*compiled);
	*compiled = packed;
	return E_OK;
}

void compiled_free(struct compiled *c)
{
	if (c)
		yr_rules_destroy(c->rules);
	free(c);
}

/* --- kept --- */

static size_t stream_write(const void *from, size_t size, size_t count, void *context)
{
	struct writer *w = context;
	writer_bytes(w, (struct bytes){from, size * count});
	return w->err == E_OK ? count : 0;
}

static size_t stream_read(void *into, size_t size, size_t count, void *context)
{
	struct bytes *left = context;
	size_t items = size ? left->size / size : 0;
	items = items < count ? items : count;
	memcpy(into, left->data, items * size);
	*left = (struct bytes){left->data + items * size, left->size - items * size};
	return items;
}

enum err compiled_save(const struct compiled *c, struct writer *w)
{
	YR_STREAM stream = {.user_data = w, .write = stream_write};
	return yara_err(yr_rules_save_stream(c->rules, &stream));
}

enum err compiled_load(struct bytes bytes, struct compiled **ret_compiled)
{
	YR_STREAM stream = {.user_data = &bytes, .read = stream_read};
	struct compiled *c = calloc(1, sizeof(*c));
	if (!c)
		return E_NOMEM;
	enum err err = yara_err(yr_rules_load_stream(&stream, &c->rules));
	if (err != E_OK) {
		free(c);
		return err;
	}
	*ret_compiled = c;
	return E_OK;
}

/* --- scanning --- */

static struct str author_of(YR_RULE *rule)
{
	YR_META *meta;
	yr_rule_metas_foreach(rule, meta)
	{
		if (meta->type == META_TYPE_STRING && strcmp(meta->identifier, "author") == 0)
			return (struct str){meta->string, strlen(meta->string)};
	}
	return STR("");
}

static int on_message(YR_SCAN_CONTEXT *scan, int message, void *data, void *context)
{
	struct yara_scan *s = context;
	YR_RULE *rule = data;
	(void)scan;
	if (message == CALLBACK_MSG_RULE_MATCHING)
		s->fn(s->context, (struct str){rule->ns->name, strlen(rule->ns->name)},
			(struct str){rule->identifier, strlen(rule->identifier)}, author_of(rule));
	return CALLBACK_CONTINUE;
}

enum err yara_scan_new(struct compiled *c, struct yara_scan **ret_scan)
{
	struct yara_scan *s = calloc(1, sizeof(*s));
	if (!s)
		return E_NOMEM;
	enum err err = yara_err(yr_scanner_create(c->rules, &s->scanner));
	if (err != E_OK) {
		free(s);
		return err;
	}
	arena_init(&s->texts, 1 << 16);
	/* Fast: a rule's truth without every place of its strings. Faults of the mapping are ours.
	 */
	yr_scanner_set_flags(s->scanner,
		SCAN_FLAGS_FAST_MODE | SCAN_FLAGS_NO_TRYCATCH | SCAN_FLAGS_REPORT_RULES_MATCHING);
	yr_scanner_set_callback(s->scanner, on_message, s);
	*ret_scan = s;
	return E_OK;
}

void yara_scan_free(struct yara_scan *s)
{
	if (!s)
		return;
	yr_scanner_destroy(s->scanner);
	arena_release(&s->texts);
	free(s);
}

/* Where a shard asks for none of them, it does not know them: no error. */
static enum err define_externals(struct yara_scan *s, const struct str values[EXTERNAL__COUNT])
{
	arena_clear(&s->texts);
	for (int i = 0; i < EXTERNAL__COUNT; i++) {
		const char *value = arena_cstr(&s->texts, values[i]);
		if (!value)
			return E_NOMEM;
		int error = yr_scanner_define_string_variable(
			s->scanner, external_name((enum external)i).data, value);
		if (error != ERROR_SUCCESS && error != ERROR_INVALID_ARGUMENT)
			return yara_err(error);
	}
	return E_OK;
}

/* The whole content as the one block. libyara first goes through the blocks to look for strings,
 * and asks for them again when conditions read from them: silently there is none the first time. */
struct one_block {
	struct bytes content;
	bool hidden;
	YR_MEMORY_BLOCK block;
};

static const uint8_t *block_data(YR_MEMORY_BLOCK *block)
{
	const struct one_block *one = block->context;
	return one->content.data;
}

static YR_MEMORY_BLOCK *first_block(YR_MEMORY_BLOCK_ITERATOR *iterator)
{
	struct one_block *one = iterator->context;
	iterator->last_error = ERROR_SUCCESS;
	if (!one->hidden)
		return &one->block;
	one->hidden = false;
	return NULL;
}

static YR_MEMORY_BLOCK *next_block(YR_MEMORY_BLOCK_ITERATOR *iterator)
{
	iterator->last_error = ERROR_SUCCESS;
	return NULL;
}

static uint64_t blocks_size(YR_MEMORY_BLOCK_ITERATOR *iterator)
{
	const struct one_block *one = iterator->context;
	return one->content.size;
}

enum err yara_scan_bytes(struct yara_scan *s, struct bytes content,
	const struct str externals[EXTERNAL__COUNT], bool silently, uint64_t deadline,
	yara_hit_fn *fn, void *context)
{
	struct one_block one = {content, silently, {content.size, 0, &one, block_data}};
	YR_MEMORY_BLOCK_ITERATOR iterator = {
		&one, first_block, next_block, blocks_size, ERROR_SUCCESS};
	uint64_t now = yara_clock();
	if (now >= deadline)
		return E_TIMEOUT;
	TRY(define_externals(s, externals));
	s->fn = fn;
	s->context = context;
	s->scanner->timeout = deadline - now;
	s->scanner->entry_point = YR_UNDEFINED; /* libyara keeps that of the file before */
	return yara_err(yr_scanner_scan_mem_blocks(s->scanner, &iterator));
}
