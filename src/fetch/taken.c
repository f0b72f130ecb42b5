/* SPDX-License-Identifier: Apache-2.0 */
#include "fetch/taken.h"

#include <stdlib.h>

#include "base/limits.h"
#include "format/sealed.h"

static const struct str magic = STR_INIT("quetsach-source-taken 1 ");

void taken_init(struct taken *t)
{
	*t = (struct taken){0};
	writer_init(&t->bytes, LIMIT_FETCH_FILE);
}

void taken_release(struct taken *t)
{
	for (size_t i = 0; i < t->added_count; i++)
		free(t->added[i]);
	free((void *)t->added);
	free(t->entries);
	writer_release(&t->bytes);
	taken_init(t);
}

static int compare(const void *a, const void *b)
{
	const struct taken_entry *left = a, *right = b;
	return str_compare(left->key, right->key);
}

static size_t count_lines(struct str s)
{
	size_t count = 0;
	for (size_t i = 0; i < s.size; i++)
		count += s.data[i] == '\n';
	return count;
}

enum err taken_parse(struct taken *t, struct writer *bytes)
{
	struct str rest;
	taken_release(t);
	t->bytes = *bytes;
	writer_init(bytes, LIMIT_FETCH_FILE);
	TRY(sealed_open(writer_view(&t->bytes), LIMIT_FETCH_FILE, magic, &rest));
	size_t most = count_lines(rest);
	if (most > LIMIT_FETCH_TAKEN)
		return E_LIMIT;
	t->entries = calloc(most + 1, sizeof(*t->entries));
	if (!t->entries)
		return E_NOMEM;
	while (rest.size > 0) {
		struct str key = str_cut(rest, '\n', &rest);
		if (key.size == 0 || t->count == most)
			return E_CORRUPT;
		t->entries[t->count++].key = key;
	}
	qsort(t->entries, t->count, sizeof(*t->entries), compare);
	return E_OK;
}

bool taken_has(struct taken *t, struct str key)
{
	const struct taken_entry wanted = {.key = key};
	struct taken_entry *found =
		t->count > 0 ? bsearch(&wanted, t->entries, t->count, sizeof(wanted), compare)
			     : NULL;
	if (found)
		found->offered = true;
	for (size_t i = t->added_count; i > 0 && !found; i--)
		if (str_equal(str_from(t->added[i - 1]), key))
			return true;
	return found != NULL;
}

static enum err make_room(struct taken *t)
{
	if (t->added_count < t->added_room)
		return E_OK;
	size_t room = t->added_room > 0 ? t->added_room * 2 : 64;
	char **added = realloc((void *)t->added, room * sizeof(*added));
	if (!added)
		return E_NOMEM;
	t->added = added;
	t->added_room = room;
	return E_OK;
}

enum err taken_add(struct taken *t, struct str key)
{
	if (key.size == 0 || memchr(key.data, '\n', key.size) || memchr(key.data, '\0', key.size))
		return E_SYNTAX;
	if (t->count + t->added_count >= LIMIT_FETCH_TAKEN)
		return E_LIMIT;
	TRY(make_room(t));
	char *copy = malloc(key.size + 1);
	if (!copy)
		return E_NOMEM;
	memcpy(copy, key.data, key.size);
	copy[key.size] = '\0';
	t->added[t->added_count++] = copy;
	return E_OK;
}

void taken_write(struct writer *w, const struct taken *t, bool all)
{
	struct writer body;
	writer_init(&body, LIMIT_FETCH_FILE);
	for (size_t i = 0; i < t->count; i++) {
		if (!all && !t->entries[i].offered)
			continue;
		writer_str(&body, t->entries[i].key);
		writer_char(&body, '\n');
	}
	for (size_t i = 0; i < t->added_count; i++) {
		writer_text(&body, t->added[i]);
		writer_char(&body, '\n');
	}
	sealed_write(w, &body, magic);
	writer_release(&body);
}
