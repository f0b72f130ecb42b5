/* SPDX-License-Identifier: Apache-2.0 */
/* What is named on the command line becomes the sets of a pack. */
#include "base/limits.h"
#include "rules/hash_source.h"
#include "rules/indicator_source.h"
#include "rules/pack_order.h"
#include "server/command_pack.h"
#include "server/shown_problems.h"

#define OURS "quetsach"

static bool failed(struct context *c, const char *what, enum err err)
{
	context_failed(c, str_from(what), err);
	return false;
}

/* --- sets --- */

static struct pack_set *find_set(const struct pack_parts *p, struct str name)
{
	for (uint32_t i = 0; i < p->set_count; i++)
		if (str_equal(p->sets[i].name, name))
			return &p->sets[i];
	return NULL;
}

static struct pack_set *add_set(struct pack_parts *p, struct str name)
{
	struct pack_set *s = &p->sets[p->set_count++];
	*s = (struct pack_set){
		.name = name, .author = STR(""), .licence = STR(""), .source = STR("")};
	return s;
}

static bool add_rules(struct pack_parts *p, const char *option, const char *text)
{
	struct pack_source source;
	struct pack_folder folder;
	bool ours = strcmp(option, "ours") == 0;
	if (!pack_source_parse(p->c, text, &source))
		return false;
	if (ours && source.path == text)
		source.name = STR(OURS);
	if (find_set(p, source.name)) {
		console_say_with(&p->c->console, MESSAGE_PACK_SET_TWICE, {STR("set"), source.name});
		return false;
	}
	if (!pack_folder_read(p->c, source.path, &folder))
		return false;
	struct pack_set *set = add_set(p, source.name);
	set->ours = ours;
	set->files = folder.files;
	set->file_count = folder.count;
	p->licences[p->set_count - 1] = folder.licence;
	if (folder.links > 0)
		console_say_with(&p->c->console, MESSAGE_PACK_LINKS, {STR("set"), source.name},
			context_number_text(p->c, "count", folder.links));
	if (folder.count == 0)
		console_say_with(&p->c->console, MESSAGE_PACK_NO_FILES,
			{STR("what"), str_from(source.path)});
	return true;
}

static bool add_all_rules(struct pack_parts *p, const char *option)
{
	for (size_t i = 0; i < options_count(&p->c->options, option); i++)
		if (!add_rules(p, option, options_nth(&p->c->options, option, i)))
			return false;
	return true;
}

/* --- lists --- */

/* A list on its way into a set of its name, which may be one of rules. */
struct list {
	struct pack_source source;
	struct str text;
	uint32_t set;
	struct shown_problems problems;
};

static bool open_list(struct pack_parts *p, const char *text, struct list *l)
{
	if (!pack_source_parse(p->c, text, &l->source) ||
		!pack_load_file(p->c, l->source.path, LIMIT_PACK_LIST, &l->text))
		return false;
	struct pack_set *set = find_set(p, l->source.name);
	if (!set)
		set = add_set(p, l->source.name);
	l->set = (uint32_t)(set - p->sets);
	shown_problems_begin(&l->problems, &p->c->console, str_from(l->source.path));
	return true;
}

static void close_list(struct pack_parts *p, struct list *l)
{
	p->bad_lines += l->problems.count;
	shown_problems_end(&l->problems, l->problems.count);
}

static bool read_hashes(struct pack_parts *p, const char *text)
{
	struct list l;
	if (!open_list(p, text, &l))
		return false;
	size_t most = hash_source_most(l.text);
	struct pack_hashes hashes = {.capacity = p->hash_count + most};
	if (hashes.capacity > LIMIT_PACK_HASHES)
		hashes.capacity = LIMIT_PACK_HASHES;
	hashes.list = arena_alloc(&p->c->arena, hashes.capacity + 1, sizeof(*hashes.list));
	if (!hashes.list)
		return failed(p->c, l.source.path, E_NOMEM);
	if (p->hash_count > 0)
		memcpy(hashes.list, p->hashes, p->hash_count * sizeof(*p->hashes));
	hashes.count = p->hash_count;
	enum err err = hash_source_read(l.text, l.set, l.source.name, &p->c->arena,
		shown_problems_take, &l.problems, &hashes);
	close_list(p, &l);
	p->hashes = hashes.list;
	p->hash_count = hashes.count;
	p->passed_over += hashes.passed_over;
	return err == E_OK || failed(p->c, l.source.path, err);
}

static bool read_indicators(struct pack_parts *p, const char *text)
{
	struct list l;
	if (!open_list(p, text, &l))
		return false;
	size_t most = indicator_source_most(l.text);
	struct pack_indicators found = {.capacity = p->indicator_count + most};
	if (found.capacity > LIMIT_PACK_INDICATORS)
		found.capacity = LIMIT_PACK_INDICATORS;
	found.list = arena_alloc(&p->c->arena, found.capacity + 1, sizeof(*found.list));
	if (!found.list)
		return failed(p->c, l.source.path, E_NOMEM);
	if (p->indicator_count > 0)
		memcpy(found.list, p->indicators, p->indicator_count * sizeof(*p->indicators));
	found.count = p->indicator_count;
	enum err err = indicator_source_read(l.text, l.set, l.source.name, &p->c->arena,
		shown_problems_take, &l.problems, &found);
	close_list(p, &l);
	p->indicators = found.list;
	p->indicator_count = found.count;
	p->passed_over += found.passed_over;
	return err == E_OK || failed(p->c, l.source.path, err);
}

static bool read_lists(struct pack_parts *p)
{
	const struct options *o = &p->c->options;
	for (size_t i = 0; i < options_count(o, "hashes"); i++)
		if (!read_hashes(p, options_nth(o, "hashes", i)))
			return false;
	for (size_t i = 0; i < options_count(o, "indicators"); i++)
		if (!read_indicators(p, options_nth(o, "indicators", i)))
			return false;
	pack_hashes_order(p->hashes, &p->hash_count);
	pack_indicators_order(p->indicators, &p->indicator_count);
	return true;
}

bool pack_parts_read(struct context *c, struct pack_parts *ret_parts)
{
	size_t sets = options_count(&c->options, "ours") + options_count(&c->options, "rules") +
		      options_count(&c->options, "hashes") +
		      options_count(&c->options, "indicators");
	*ret_parts = (struct pack_parts){.c = c};
	if (sets > LIMIT_PACK_SETS)
		return failed(c, "--rules", E_LIMIT);
	ret_parts->sets = arena_alloc(&c->arena, sets + 1, sizeof(*ret_parts->sets));
	ret_parts->licences = arena_alloc(&c->arena, sets + 1, sizeof(*ret_parts->licences));
	if (!ret_parts->sets || !ret_parts->licences)
		return failed(c, "--rules", E_NOMEM);
	return add_all_rules(ret_parts, "ours") && add_all_rules(ret_parts, "rules") &&
	       read_lists(ret_parts);
}
