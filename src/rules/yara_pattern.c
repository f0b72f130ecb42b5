/* SPDX-License-Identifier: Apache-2.0 */
/* Trees measured, cut to what must occur, and written as expressions. */
#include "rules/yara_pattern.h"

#include <math.h>

#include "rules/guard.h"

enum {
	GAP = 128,      /* longer ones part a sequence: they cost states, and say little */
	POSITIONS = 500 /* of an expression, repeats counted */
};

/* --- measures --- */

static uint64_t times(uint64_t a, uint64_t b)
{
	return a > 0 && b > UINT32_MAX / a ? UINT32_MAX : a * b;
}

uint64_t yara_tree_least(const struct yara_node *n)
{
	uint64_t sum = 0, least = UINT32_MAX;
	if (n->kind == NODE_SET)
		return 1;
	for (const struct yara_node *c = n->first; c; c = c->next) {
		uint64_t one = yara_tree_least(c);
		sum += one;
		least = one < least ? one : least;
	}
	if (n->kind == NODE_CHOICE)
		return least;
	return n->kind == NODE_REPEAT ? times(sum, n->least) : sum;
}

static uint64_t positions(const struct yara_node *n)
{
	uint64_t sum = 0;
	if (n->kind == NODE_SET)
		return 1;
	for (const struct yara_node *c = n->first; c; c = c->next)
		sum += positions(c);
	if (n->kind != NODE_REPEAT)
		return sum;
	return times(sum, n->most == REPEAT_MOST ? n->least + 1 : n->most);
}

static double set_share(const struct byte_set *set)
{
	double share = 0;
	for (unsigned b = 0; b < 256; b++)
		share += byte_set_has(set, (uint8_t)b) ? byte_share((uint8_t)b) : 0;
	return fmin(share, 1);
}

/* Behind `before`, which is left at the last byte of what was measured; −1: not a certain one. */
static double node_cost(const struct yara_node *n, int *before)
{
	double cost = 1, sum = 0;
	int start = *before;
	switch (n->kind) {
	case NODE_SET:
		if (byte_set_count(&n->set) != 1) {
			*before = -1;
			return set_share(&n->set);
		}
		for (unsigned b = 0; b < 256; b++)
			if (byte_set_has(&n->set, (uint8_t)b)) {
				cost = start < 0 ? byte_share((uint8_t)b)
						 : pair_share((uint8_t)start, (uint8_t)b);
				*before = (int)b;
			}
		return cost;
	case NODE_SEQUENCE:
		for (const struct yara_node *c = n->first; c; c = c->next)
			cost *= node_cost(c, before);
		return cost;
	case NODE_CHOICE:
		for (const struct yara_node *c = n->first; c; c = c->next) {
			int inner = start;
			sum += node_cost(c, &inner);
		}
		*before = -1;
		return fmin(sum, 1);
	case NODE_REPEAT:
		break;
	}
	cost = pow(node_cost(n->first, before), n->least);
	*before = n->most > n->least ? -1 : *before;
	/* each place it may end at is another chance */
	return fmin(cost * fmin(n->most - n->least + 1, 64), 1);
}

double yara_tree_cost(const struct yara_node *tree)
{
	int before = -1;
	return node_cost(tree, &before);
}

/* --- the core --- */

static bool is_gap(const struct yara_node *n)
{
	return n->kind == NODE_REPEAT && n->most > GAP && n->most > n->least;
}

/* What may be absent at an end goes; of what must be there several times, the least remains. */
static void trim_front(struct yara_node *sequence)
{
	while (sequence->first && (yara_tree_least(sequence->first) == 0 ||
					  (sequence->first->kind == NODE_SET &&
						  byte_set_count(&sequence->first->set) == 256)))
		sequence->first = sequence->first->next;
	if (!sequence->first)
		sequence->last = NULL;
	else if (sequence->first->kind == NODE_REPEAT)
		sequence->first->most = sequence->first->least;
}

static void trim_back(struct yara_node *sequence)
{
	struct yara_node *last = NULL;
	for (struct yara_node *c = sequence->first; c; c = c->next)
		if (yara_tree_least(c) > 0)
			last = c;
	if (!last)
		return;
	last->next = NULL;
	sequence->last = last;
	if (last->kind == NODE_REPEAT)
		last->most = last->least;
}

static struct yara_node *trimmed(struct yara_node *sequence)
{
	trim_front(sequence);
	trim_back(sequence);
	return sequence;
}

/* Cuts at gaps and where it grows too large; the rarest piece is left in `sequence`. */
static void rarest_piece(struct yara_node *sequence)
{
	struct yara_node best = {.kind = NODE_SEQUENCE};
	double least = INFINITY;
	struct yara_node *next = sequence->first;
	while (next) {
		struct yara_node piece = {.kind = NODE_SEQUENCE, .first = next};
		uint64_t size = 0;
		while (next && !is_gap(next)) {
			size += positions(next);
			if (piece.last && size > POSITIONS / 2)
				break;
			piece.last = next;
			next = next->next;
		}
		if (!piece.last) {
			next = next->next; /* a gap: nothing is lost but how far it is */
			continue;
		}
		piece.last->next = NULL;
		trimmed(&piece);
		double cost = piece.first ? yara_tree_cost(&piece) : INFINITY;
		if (cost < least) {
			least = cost;
			best = piece;
		}
	}
	sequence->first = best.first;
	sequence->last = best.last;
}

struct yara_node *yara_tree_core(struct yara_node *tree)
{
	if (tree->kind == NODE_SEQUENCE)
		rarest_piece(tree);
	return tree;
}

/* --- as an expression --- */

static void write_byte(struct writer *w, unsigned b)
{
	static const char digits[] = "0123456789abcdef";
	writer_text(w, "\\x");
	writer_char(w, digits[b >> 4]);
	writer_char(w, digits[b & 15]);
}

static void write_set(struct writer *w, const struct byte_set *set)
{
	unsigned count = byte_set_count(set);
	if (count == 256) {
		writer_char(w, '.');
		return;
	}
	if (count == 0) { /* nothing: cannot be written, and cannot occur */
		writer_fail(w, E_LIMIT);
		return;
	}
	if (count > 1)
		writer_char(w, '[');
	for (unsigned from = 0; from < 256; from++) {
		unsigned to = from;
		if (!byte_set_has(set, (uint8_t)from))
			continue;
		while (to < 255 && byte_set_has(set, (uint8_t)(to + 1)))
			to++;
		write_byte(w, from);
		if (to > from) {
			writer_char(w, '-');
			write_byte(w, to);
		}
		from = to;
	}
	if (count > 1)
		writer_char(w, ']');
}

static void write_node(struct writer *w, const struct yara_node *n);

static void write_group(struct writer *w, const struct yara_node *n, const char *between)
{
	writer_text(w, "(?:");
	for (const struct yara_node *c = n->first; c; c = c->next) {
		write_node(w, c);
		if (c->next)
			writer_text(w, between);
	}
	writer_char(w, ')');
}

static void write_repeat(struct writer *w, const struct yara_node *n)
{
	if (n->most == 0)
		return;
	writer_text(w, "(?:");
	write_node(w, n->first);
	writer_text(w, "){");
	writer_decimal(w, n->least);
	if (n->most != n->least)
		writer_char(w, ',');
	if (n->most != n->least && n->most != REPEAT_MOST)
		writer_decimal(w, n->most);
	writer_char(w, '}');
}

static void write_node(struct writer *w, const struct yara_node *n)
{
	switch (n->kind) {
	case NODE_SET:
		write_set(w, &n->set);
		break;
	case NODE_SEQUENCE:
		for (const struct yara_node *c = n->first; c; c = c->next)
			write_node(w, c);
		break;
	case NODE_CHOICE:
		write_group(w, n, "|");
		break;
	case NODE_REPEAT:
		write_repeat(w, n);
		break;
	}
}

enum err yara_tree_expression(const struct yara_node *tree, struct writer *w)
{
	if (positions(tree) > POSITIONS || yara_tree_least(tree) == 0)
		writer_fail(w, E_LIMIT);
	write_node(w, tree);
	return writer_end(w);
}
