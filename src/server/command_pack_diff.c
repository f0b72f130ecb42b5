/* SPDX-License-Identifier: Apache-2.0 */
/* What an update of a pack brings: to be looked at before it is signed for everybody. */
#include <stdlib.h>

#include "rules/pack_order.h"
#include "rules/yara_source.h"
#include "server/command_pack.h"

struct side {
	struct str bytes;
	struct pack pack;
	struct pack_rules rules;
	struct named_rule *named; /* by set and name */
};

struct named_rule {
	struct str set, name, text;
};

struct change {
	uint64_t added, removed, changed;
};

struct comparing {
	struct context *c;
	struct side old, new;
	struct change rules, hashes, indicators, pages, sets;
};

/* --- both sides --- */

static int rule_order(const void *x, const void *y)
{
	const struct named_rule *a = x, *b = y;
	int order = str_compare(a->set, b->set);
	return order ? order : str_compare(a->name, b->name);
}

static bool load(struct context *c, const char *path, struct side *side)
{
	if (pack_load(c, path, &side->bytes, &side->pack) != E_OK)
		return false;
	enum err err = pack_rules_split(&side->pack, &c->arena, &side->rules);
	side->named = arena_alloc(&c->arena, side->rules.count + 1, sizeof(*side->named));
	if (err != E_OK || !side->named) {
		context_failed(c, str_from(path), err != E_OK ? err : E_NOMEM);
		return false;
	}
	for (size_t i = 0; i < side->rules.count; i++) {
		const struct pack_rule *r = &side->rules.list[i];
		side->named[i] = (struct named_rule){
			side->pack.sets[r->set].name, r->rule->name, r->rule->text};
	}
	if (side->rules.count > 0)
		qsort(side->named, side->rules.count, sizeof(*side->named), rule_order);
	return true;
}

/* --- told --- */

enum difference {
	ADDED,
	REMOVED,
	CHANGED
};

static void count(struct change *change, enum difference kind)
{
	change->added += kind == ADDED;
	change->removed += kind == REMOVED;
	change->changed += kind == CHANGED;
}

/* "+ Neo23x0: rule_name" */
static void tell(struct comparing *d, struct change *change, enum difference kind, const char *what,
	struct str set, struct str name)
{
	static const char signs[] = {[ADDED] = '+', [REMOVED] = '-', [CHANGED] = '~'};
	static const struct str words[] = {[ADDED] = STR_INIT("added"),
		[REMOVED] = STR_INIT("removed"),
		[CHANGED] = STR_INIT("changed")};
	struct writer *w = &d->c->console.out;
	count(change, kind);
	if (d->c->console.json) {
		writer_char(w, '{');
		site_json_str(w, "type", str_from(what), true);
		site_json_str(w, "change", words[kind], false);
		site_json_str(w, "set", set, false);
		site_json_str(w, "name", name, false);
		writer_text(w, "}\n");
		return;
	}
	writer_char(w, signs[kind]);
	writer_char(w, ' ');
	writer_printable(w, set);
	writer_text(w, set.size > 0 && name.size > 0 ? ": " : "");
	writer_printable(w, name);
	writer_char(w, '\n');
}

/* --- rules --- */

static void compare_rules(struct comparing *d)
{
	size_t old = 0, new = 0;
	while (old < d->old.rules.count || new < d->new.rules.count) {
		const struct named_rule *a = &d->old.named[old], *b = &d->new.named[new];
		int order = old == d->old.rules.count   ? 1
			    : new == d->new.rules.count ? -1
							: rule_order(a, b);
		if (order < 0)
			tell(d, &d->rules, REMOVED, "rule", a->set, a->name);
		else if (order > 0)
			tell(d, &d->rules, ADDED, "rule", b->set, b->name);
		else if (!str_equal(a->text, b->text))
			tell(d, &d->rules, CHANGED, "rule", a->set, a->name);
		old += order <= 0;
		new += order >= 0;
	}
}

/* --- sets --- */

static const struct pack_set *set_named(const struct pack *pack, struct str name)
{
	for (size_t i = 0; i < pack->set_count; i++)
		if (str_equal(pack->sets[i].name, name))
			return &pack->sets[i];
	return NULL;
}

static bool set_same(const struct pack_set *a, const struct pack_set *b)
{
	return a->ours == b->ours && str_equal(a->author, b->author) &&
	       str_equal(a->licence, b->licence) && str_equal(a->source, b->source);
}

static void compare_sets(struct comparing *d)
{
	const struct pack *old = &d->old.pack, *new = &d->new.pack;
	for (size_t i = 0; i < old->set_count; i++) {
		const struct pack_set *other = set_named(new, old->sets[i].name);
		if (!other)
			tell(d, &d->sets, REMOVED, "set", old->sets[i].name, STR(""));
		else if (!set_same(&old->sets[i], other))
			tell(d, &d->sets, CHANGED, "set", other->name, STR(""));
	}
	for (size_t i = 0; i < new->set_count; i++)
		if (!set_named(old, new->sets[i].name))
			tell(d, &d->sets, ADDED, "set", new->sets[i].name, STR(""));
}

/* --- what is counted only --- */

/* Same digest, set and size; sets go by name. */
static int hash_order(const struct pack *p, const struct pack_hash *a, const struct pack *q,
	const struct pack_hash *b)
{
	int order = pack_hash_compare(a, b);
	return order ? order : str_compare(p->sets[a->set].name, q->sets[b->set].name);
}

/* Equal digests stand by number of the set, which differs between packs: by name they are few. */
static bool has_hash(const struct pack *p, size_t from, const struct pack *q,
	const struct pack_hash *h, const struct pack_hash **ret_found)
{
	for (size_t i = from; i < p->hash_count && pack_hash_compare(&p->hashes[i], h) == 0; i++)
		if (hash_order(p, &p->hashes[i], q, h) == 0) {
			*ret_found = &p->hashes[i];
			return true;
		}
	return false;
}

static void compare_hashes(struct comparing *d)
{
	const struct pack *old = &d->old.pack, *new = &d->new.pack;
	const struct pack_hash *found;
	size_t at = 0;
	for (size_t i = 0; i < old->hash_count; i++) {
		while (at < new->hash_count &&
			pack_hash_compare(&new->hashes[at], &old->hashes[i]) < 0)
			at++;
		if (!has_hash(new, at, old, &old->hashes[i], &found))
			d->hashes.removed++;
		else if (found->size != old->hashes[i].size ||
			 !str_equal(found->name, old->hashes[i].name))
			d->hashes.changed++;
	}
	at = 0;
	for (size_t i = 0; i < new->hash_count; i++) {
		while (at < old->hash_count &&
			pack_hash_compare(&old->hashes[at], &new->hashes[i]) < 0)
			at++;
		d->hashes.added += !has_hash(old, at, new, &new->hashes[i], &found);
	}
}

static bool has_indicator(
	const struct pack *p, size_t from, const struct pack *q, const struct pack_indicator *n)
{
	for (size_t i = from;
		i < p->indicator_count && pack_indicator_compare(&p->indicators[i], n) == 0; i++)
		if (str_equal(p->sets[p->indicators[i].set].name, q->sets[n->set].name))
			return true;
	return false;
}

/* How many of p's are not in q. */
static uint64_t indicators_without(const struct pack *p, const struct pack *q)
{
	uint64_t without = 0;
	size_t at = 0;
	for (size_t i = 0; i < p->indicator_count; i++) {
		while (at < q->indicator_count &&
			pack_indicator_compare(&q->indicators[at], &p->indicators[i]) < 0)
			at++;
		without += !has_indicator(q, at, p, &p->indicators[i]);
	}
	return without;
}

static void compare_pages(struct comparing *d)
{
	const struct pack *old = &d->old.pack, *new = &d->new.pack;
	for (size_t i = 0; i < old->page_count; i++) {
		const struct pack_page *page = &old->pages[i];
		const struct pack_page *other = pack_page(new, page->family, page->lang);
		d->pages.removed += !other;
		d->pages.changed += other && !str_equal(other->text, page->text);
	}
	for (size_t i = 0; i < new->page_count; i++)
		d->pages.added += !pack_page(old, new->pages[i].family, new->pages[i].lang);
}

/* --- summed up --- */

static bool any(const struct change *c)
{
	return c->added || c->removed || c->changed;
}

static void change_json(struct writer *w, const char *key, const struct change *c)
{
	writer_text(w, ",\"");
	writer_text(w, key);
	writer_text(w, "\":{\"added\":");
	writer_decimal(w, c->added);
	site_json_number(w, "removed", c->removed);
	site_json_number(w, "changed", c->changed);
	writer_char(w, '}');
}

static void write_json(const struct comparing *d)
{
	struct writer *w = &d->c->console.out;
	writer_text(w, "{\"type\":\"difference\"");
	site_json_str(w, "old_id", d->old.pack.id, false);
	site_json_number(w, "old_version", d->old.pack.version);
	site_json_str(w, "new_id", d->new.pack.id, false);
	site_json_number(w, "new_version", d->new.pack.version);
	change_json(w, "sets", &d->sets);
	change_json(w, "rules", &d->rules);
	change_json(w, "hashes", &d->hashes);
	change_json(w, "indicators", &d->indicators);
	change_json(w, "pages", &d->pages);
	writer_text(w, "}\n");
}

static void say_change(struct comparing *d, enum message message, const struct change *change)
{
	site_say_with(d->c, MESSAGE_PACK_CHANGE, {STR("what"), text(d->c->console.lang, message)},
		context_number_text(d->c, "added", change->added),
		context_number_text(d->c, "removed", change->removed),
		context_number_text(d->c, "changed", change->changed));
}

static void say_lines(struct comparing *d)
{
	site_say_with(d->c, MESSAGE_PACK_COMPARED, {STR("old"), d->old.pack.id},
		context_number_text(d->c, "old_version", d->old.pack.version),
		{STR("new"), d->new.pack.id},
		context_number_text(d->c, "new_version", d->new.pack.version));
	say_change(d, MESSAGE_PACK_SETS, &d->sets);
	say_change(d, MESSAGE_PACK_RULES, &d->rules);
	say_change(d, MESSAGE_PACK_HASHES, &d->hashes);
	say_change(d, MESSAGE_PACK_INDICATORS, &d->indicators);
	say_change(d, MESSAGE_PACK_PAGES, &d->pages);
}

int command_pack_diff(struct context *context)
{
	struct comparing d = {.c = context};
	if (!load(context, context->options.words[0], &d.old) ||
		!load(context, context->options.words[1], &d.new))
		return EXIT_FAILED;
	compare_sets(&d);
	compare_rules(&d);
	compare_hashes(&d);
	d.indicators.removed = indicators_without(&d.old.pack, &d.new.pack);
	d.indicators.added = indicators_without(&d.new.pack, &d.old.pack);
	compare_pages(&d);
	if (context->console.json)
		write_json(&d);
	else
		say_lines(&d);
	bool differ = any(&d.sets) || any(&d.rules) || any(&d.hashes) || any(&d.indicators) ||
		      any(&d.pages);
	return differ ? EXIT_YES : EXIT_FINE;
}
