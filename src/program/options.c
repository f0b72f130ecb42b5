/* SPDX-License-Identifier: Apache-2.0 */
#include "program/options.h"

#include <stdlib.h>

const struct option_info *option_find(const struct option_table *table, struct str name)
{
	for (size_t i = 0; i < table->count; i++)
		if (str_equal(name, str_from(table->infos[i].name)))
			return &table->infos[i];
	return NULL;
}

static struct str number_or_name(
	const struct option_table *table, struct str name, bool joined, const char *next)
{
	uint64_t number;
	bool follows = next && str_to_u64(str_from(next), UINT32_MAX, &number);
	bool both = table->flag_with_number && str_equal(name, str_from(table->flag_with_number));
	return both && (joined || follows) ? str_from(table->number) : name;
}

/* --name, --name=value or --name value. */
static enum options_complaint parse_option(
	struct options *o, int argc, const char *const *argv, int *at)
{
	struct str value;
	struct str word = str_from(argv[*at] + 2);
	struct str name = str_cut(word, '=', &value);
	bool joined = name.size != word.size;
	const char *next = *at + 1 < argc ? argv[*at + 1] : NULL;
	const struct option_info *info =
		option_find(o->table, number_or_name(o->table, name, joined, next));
	if (!info)
		return OPTIONS_UNKNOWN;
	struct option_value *given = &o->given[o->given_count++];
	given->name = info->name;
	given->value = joined ? value.data : "";
	if (!info->value)
		return joined ? OPTIONS_NO_VALUE : OPTIONS_FINE;
	if (joined)
		return OPTIONS_FINE;
	if (!next)
		return OPTIONS_NEEDS_VALUE;
	given->value = next;
	++*at;
	return OPTIONS_FINE;
}

enum options_complaint options_parse(struct options *o, const struct option_table *table,
	struct arena *arena, int argc, const char *const *argv, const char **ret_at)
{
	bool only_words = false;
	const char **words = arena_alloc(arena, (size_t)argc + 1, sizeof(*words));
	*o = (struct options){.table = table, .words = words, .arena = arena};
	o->given = arena_alloc(arena, (size_t)argc + 1, sizeof(*o->given));
	if (!words || !o->given)
		return OPTIONS_NO_MEMORY;
	for (int at = 1; at < argc; at++) {
		struct str word = str_from(argv[at]);
		if (only_words || !str_starts(word, STR("--"))) {
			words[o->word_count++] = argv[at];
			continue;
		}
		only_words = word.size == 2;
		*ret_at = argv[at];
		enum options_complaint complaint =
			only_words ? OPTIONS_FINE : parse_option(o, argc, argv, &at);
		if (complaint != OPTIONS_FINE)
			return complaint;
	}
	return OPTIONS_FINE;
}

static size_t count_lines(struct str text)
{
	size_t lines = 1;
	for (size_t i = 0; i < text.size; i++)
		lines += text.data[i] == '\n';
	return lines;
}

static enum err configure_line(struct options *o, struct str line, struct problem *problem)
{
	struct str value;
	struct str name = str_trim(str_cut(line, '=', &value));
	const struct option_info *info = option_find(o->table, name);
	value = str_trim(value);
	bool off = str_equal(value, STR("no"));
	if (!info || (!info->value && !off && !str_equal(value, STR("yes")))) {
		problem_set(problem, PROBLEM_NO_SETTING, (struct str){NULL, 0}, name);
		return E_UNKNOWN;
	}
	if (!info->value && off)
		return E_OK;
	struct option_value *entry = &o->configured[o->configured_count++];
	entry->name = info->name;
	entry->value = arena_cstr(o->arena, info->value ? value : STR(""));
	return entry->value ? E_OK : E_NOMEM;
}

enum err options_configure(struct options *o, struct str text, struct problem *problem)
{
	o->configured = arena_alloc(o->arena, count_lines(text), sizeof(*o->configured));
	if (!o->configured)
		return E_NOMEM;
	*problem = (struct problem){0};
	while (text.size > 0) {
		struct str line = str_trim(str_cut(text, '\n', &text));
		problem->line++;
		if (line.size > 0 && line.data[0] != '#')
			TRY(configure_line(o, line, problem));
	}
	return E_OK;
}

static const char *from_environment(const struct options *o, const char *name)
{
	size_t prefix = strlen(o->table->environment);
	char *variable = arena_alloc(o->arena, prefix + strlen(name) + 1, 1);
	if (!variable)
		return NULL;
	memcpy(variable, o->table->environment, prefix);
	for (size_t i = 0; name[i]; i++) {
		bool letter = name[i] >= 'a' && name[i] <= 'z';
		variable[prefix + i] = (char)(letter ? name[i] - 'a' + 'A' : '_');
	}
	return getenv(variable);
}

static const char *find(const struct option_value *values, size_t count, const char *name)
{
	for (size_t i = count; i > 0; i--)
		if (strcmp(values[i - 1].name, name) == 0)
			return values[i - 1].value;
	return NULL;
}

const char *options_get(const struct options *o, const char *name)
{
	const struct option_info *info = option_find(o->table, str_from(name));
	const char *value = find(o->given, o->given_count, name);
	if (!value && info && info->value)
		value = from_environment(o, name);
	return value ? value : find(o->configured, o->configured_count, name);
}

struct str options_str(const struct options *o, const char *name)
{
	const char *value = options_get(o, name);
	return value ? str_from(value) : (struct str){"", 0};
}

bool options_has(const struct options *o, const char *name)
{
	return options_get(o, name) != NULL;
}

static size_t count_of(const struct option_value *values, size_t count, const char *name)
{
	size_t found = 0;
	for (size_t i = 0; i < count; i++)
		found += strcmp(values[i].name, name) == 0;
	return found;
}

static const char *nth_of(
	const struct option_value *values, size_t count, const char *name, size_t index)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(values[i].name, name) == 0 && index-- == 0)
			return values[i].value;
	return NULL;
}

size_t options_count(const struct options *o, const char *name)
{
	size_t count = count_of(o->given, o->given_count, name);
	if (count > 0)
		return count;
	return from_environment(o, name) ? 1 : count_of(o->configured, o->configured_count, name);
}

const char *options_nth(const struct options *o, const char *name, size_t index)
{
	const char *value = nth_of(o->given, o->given_count, name, index);
	if (!value)
		value = from_environment(o, name);
	return value ? value : nth_of(o->configured, o->configured_count, name, index);
}
