/* SPDX-License-Identifier: Apache-2.0 */
#include "format/markdown_tree.h"

#include <cmark-gfm-core-extensions.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdalign.h>

#include "base/limits.h"

/* cmark 0.29 fills short rows of a table up with cells: 200 kB of text can ask for 30 GB. It also
 * ends the process when memory runs out. So it allocates here, and past the limit we jump out. */
struct memory {
	struct arena arena;
	jmp_buf out;
};

/* Reading a row takes cmark the square of its cells: 5 seconds for 66 kB. */
enum {
	PIPES_PER_LINE = 500
};

/* cmark hands no context to an allocator. */
static _Thread_local struct memory *current;

/* In front of each piece, because cmark does not say the old size to realloc. */
struct piece {
	alignas(max_align_t) size_t size;
};

static void *allocate(size_t count, size_t size)
{
	size_t bytes;
	struct piece *piece = NULL;
	if (!__builtin_mul_overflow(count, size, &bytes) && bytes <= LIMIT_MARKDOWN_MEMORY)
		piece = arena_alloc(&current->arena, 1, sizeof(*piece) + bytes);
	if (!piece)
		longjmp(current->out, 1);
	piece->size = bytes;
	return piece + 1;
}

static void *reallocate(void *old, size_t size)
{
	void *grown = allocate(1, size);
	if (old) {
		size_t before = ((struct piece *)old - 1)->size;
		memcpy(grown, old, before < size ? before : size);
	}
	return grown;
}

static void forget(void *old)
{
	(void)old;
}

static cmark_mem memory = {allocate, reallocate, forget};

static void parse(struct memory *m, struct str text,
	void (*use)(cmark_node *root, struct arena *arena, void *context), void *context)
{
	/* Of GitHub's extensions only tables: the others change tables that threads share. */
	cmark_syntax_extension *table = cmark_find_syntax_extension("table");
	cmark_parser *parser = cmark_parser_new_with_mem(CMARK_OPT_VALIDATE_UTF8, &memory);
	if (table)
		cmark_parser_attach_syntax_extension(parser, table);
	cmark_parser_feed(parser, text.data, text.size);
	use(cmark_parser_finish(parser), &m->arena, context);
}

static bool is_too_wide(struct str text)
{
	size_t pipes = 0;
	for (size_t i = 0; i < text.size && pipes <= PIPES_PER_LINE; i++)
		if (text.data[i] == '\n' || text.data[i] == '\r')
			pipes = 0;
		else if (text.data[i] == '|')
			pipes++;
	return pipes > PIPES_PER_LINE;
}

enum err markdown_tree(struct str text,
	void (*use)(cmark_node *root, struct arena *arena, void *context), void *context)
{
	static pthread_once_t registered = PTHREAD_ONCE_INIT;
	struct memory m;
	if (text.size > LIMIT_SITE_BODY || is_too_wide(text))
		return E_LIMIT;
	if (pthread_once(&registered, cmark_gfm_core_extensions_ensure_registered) != 0)
		return E_NOMEM;
	arena_init(&m.arena, LIMIT_MARKDOWN_MEMORY);
	current = &m;
	bool whole = setjmp(m.out) == 0;
	if (whole)
		parse(&m, text, use, context);
	current = NULL;
	enum err err = whole ? E_OK : E_LIMIT;
	arena_release(&m.arena);
	return err;
}

cmark_node *markdown_following(const cmark_node *root, cmark_node *node)
{
	while (node && node != root) {
		cmark_node *next = cmark_node_next(node);
		if (next)
			return next;
		node = cmark_node_parent(node);
	}
	return NULL;
}

bool markdown_is(cmark_node *node, const char *name)
{
	return node && strcmp(cmark_node_get_type_string(node), name) == 0;
}
