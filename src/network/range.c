/* SPDX-License-Identifier: Apache-2.0 */
#include "network/range.h"

#include <stdlib.h>

/* The ranges that cover the point reached, best on top; those that ended are dropped when they come
 * to the top. */
struct heap {
	const struct range *ranges;
	size_t *items;
	size_t count;
};

void range_list_release(struct range_list *l)
{
	free(l->items);
	*l = (struct range_list){0};
}

enum err range_list_add(struct range_list *l, struct range range)
{
	if (l->count == l->capacity) {
		size_t capacity = l->capacity ? l->capacity * 2 : 1024;
		struct range *items = reallocarray(l->items, capacity, sizeof(*items));
		if (!items)
			return E_NOMEM;
		l->items = items;
		l->capacity = capacity;
	}
	range.order = (uint32_t)l->count;
	l->items[l->count++] = range;
	return E_OK;
}

static bool beats(const struct heap *h, size_t a, size_t b)
{
	const struct range *x = &h->ranges[a];
	const struct range *y = &h->ranges[b];
	if (x->rank != y->rank)
		return x->rank > y->rank;
	if (x->last - x->first != y->last - y->first)
		return x->last - x->first < y->last - y->first;
	return x->order > y->order;
}

static void swap(size_t *a, size_t *b)
{
	size_t kept = *a;
	*a = *b;
	*b = kept;
}

static void heap_push(struct heap *h, size_t item)
{
	size_t at = h->count++;
	h->items[at] = item;
	for (; at > 0 && beats(h, h->items[at], h->items[(at - 1) / 2]); at = (at - 1) / 2)
		swap(&h->items[at], &h->items[(at - 1) / 2]);
}

static void heap_pop(struct heap *h)
{
	h->items[0] = h->items[--h->count];
	for (size_t at = 0;;) {
		size_t child = 2 * at + 1;
		if (child + 1 < h->count && beats(h, h->items[child + 1], h->items[child]))
			child++;
		if (child >= h->count || !beats(h, h->items[child], h->items[at]))
			return;
		swap(&h->items[at], &h->items[child]);
		at = child;
	}
}

/* Merge sort: the lists are mostly runs already in order. */
static void merge(struct range *into, const struct range *a, size_t a_count, const struct range *b,
	size_t b_count)
{
	while (a_count && b_count) {
		if (b->first < a->first) {
			*into++ = *b++;
			b_count--;
		} else {
			*into++ = *a++;
			a_count--;
		}
	}
	while (a_count--)
		*into++ = *a++;
	while (b_count--)
		*into++ = *b++;
}

static bool is_sorted(const struct range_list *l)
{
	for (size_t i = 1; i < l->count; i++)
		if (l->items[i].first < l->items[i - 1].first)
			return false;
	return true;
}

static enum err sort(struct range_list *l)
{
	if (is_sorted(l))
		return E_OK;
	struct range *from = l->items;
	struct range *into = reallocarray(NULL, l->count, sizeof(*into));
	if (!into)
		return E_NOMEM;
	for (size_t width = 1; width < l->count; width *= 2) {
		for (size_t at = 0; at < l->count; at += 2 * width) {
			size_t left = l->count - at;
			size_t a_count = left < width ? left : width;
			size_t b_count = left - a_count < width ? left - a_count : width;
			merge(into + at, from + at, a_count, from + at + a_count, b_count);
		}
		struct range *kept = from;
		from = into;
		into = kept;
	}
	free(into);
	l->items = from;
	l->capacity = l->count;
	return E_OK;
}

static enum err emit(struct range_list *out, struct range piece)
{
	struct range *before = out->count ? &out->items[out->count - 1] : NULL;
	if (piece.value == 0)
		return E_OK;
	if (before && before->value == piece.value && before->last + 1 == piece.first) {
		before->last = piece.last;
		return E_OK;
	}
	return range_list_add(out, piece);
}

static enum err sweep(const struct range_list *in, struct heap *h, struct range_list *out)
{
	address at = 0;
	size_t next = 0;
	while (next < in->count || h->count > 0) {
		if (h->count == 0)
			at = in->items[next].first;
		while (next < in->count && in->items[next].first == at)
			heap_push(h, next++);
		const struct range *top = &in->items[h->items[0]];
		if (top->last < at) {
			heap_pop(h);
			continue;
		}
		address last = top->last;
		if (next < in->count && in->items[next].first <= last)
			last = in->items[next].first - 1;
		TRY(emit(out, (struct range){at, last, top->value, 0, 0}));
		if (last == ADDRESS_MAX)
			break;
		at = last + 1;
	}
	return E_OK;
}

enum err range_list_flatten(struct range_list *l)
{
	if (l->count == 0)
		return E_OK;
	TRY(sort(l));
	struct range_list out = {0};
	struct heap h = {l->items, calloc(l->count, sizeof(size_t)), 0};
	enum err err = h.items ? sweep(l, &h, &out) : E_NOMEM;
	free(h.items);
	if (err != E_OK) {
		range_list_release(&out);
		return err;
	}
	range_list_release(l);
	*l = out;
	return E_OK;
}
