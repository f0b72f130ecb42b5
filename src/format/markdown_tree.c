/* SPDX-License-Identifier: Apache-2.0 */
#include "format/markdown_tree.h"

#include <cmark-gfm-core-extensions.h>
#include <pthread.h>

#include "base/limits.h"

/* cmark 0.29 makes more of some texts than their size: short rows of a table are filled up with
 * cells to its width (30 GB for 200 kB), and each use of a reference copies its address. How much
 * it could be is counted before it is parsed: rather too much, line by line. */
struct growth {
	uint64_t cells;      /* of tables, if every line of a block were as wide as its widest */
	uint64_t brackets;   /* "]": each may use a reference */
	uint64_t longest;    /* bytes of the longest block that may define one */
	uint64_t most_pipes; /* in one line: reading it takes the square of its cells */
};

/* Lines up to the next empty one. */
struct block {
	uint64_t lines, pipes, bytes;
	bool defines; /* "]:" */
};

static void end_block(struct growth *g, struct block *b)
{
	if (b->pipes > 0)
		g->cells += (b->pipes + 1) * b->lines;
	if (b->defines && b->bytes > g->longest)
		g->longest = b->bytes;
	*b = (struct block){0};
}

static void count_line(struct growth *g, struct block *b, struct str line)
{
	uint64_t pipes = 0;
	if (str_trim(line).size == 0) {
		end_block(g, b);
		return;
	}
	for (size_t i = 0; i < line.size; i++) {
		pipes += line.data[i] == '|';
		g->brackets += line.data[i] == ']';
		b->defines |= i > 0 && line.data[i - 1] == ']' && line.data[i] == ':';
	}
	b->lines++;
	b->bytes += line.size + 1;
	b->pipes = pipes > b->pipes ? pipes : b->pipes;
	g->most_pipes = pipes > g->most_pipes ? pipes : g->most_pipes;
}

static bool is_line_end(char c)
{
	return c == '\n' || c == '\r';
}

static bool grows_too_much(struct str text)
{
	struct growth g = {0};
	struct block b = {0};
	for (size_t at = 0; at < text.size; at++) {
		size_t start = at;
		while (at < text.size && !is_line_end(text.data[at]))
			at++;
		/* "\r\n" is one line end, not an empty line. */
		if (at + 1 < text.size && text.data[at] == '\r' && text.data[at + 1] == '\n')
			at++;
		count_line(&g, &b, (struct str){text.data + start, at - start});
	}
	end_block(&g, &b);
	return g.cells > LIMIT_MARKDOWN_CELLS || g.most_pipes > LIMIT_MARKDOWN_PIPES ||
	       g.brackets * g.longest > LIMIT_MARKDOWN_COPIES;
}

enum err markdown_parse(struct str text, cmark_node **ret_root)
{
	static pthread_once_t registered = PTHREAD_ONCE_INIT;
	if (text.size > LIMIT_SITE_BODY || grows_too_much(text))
		return E_LIMIT;
	if (pthread_once(&registered, cmark_gfm_core_extensions_ensure_registered) != 0)
		return E_NOMEM;
	cmark_parser *parser = cmark_parser_new(CMARK_OPT_VALIDATE_UTF8);
	/* Of GitHub's extensions only tables: the others change tables that threads share. */
	cmark_syntax_extension *table = cmark_find_syntax_extension("table");
	if (table)
		cmark_parser_attach_syntax_extension(parser, table);
	cmark_parser_feed(parser, text.data, text.size);
	*ret_root = cmark_parser_finish(parser);
	cmark_parser_free(parser);
	return E_OK;
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
