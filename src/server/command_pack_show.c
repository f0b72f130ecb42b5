/* SPDX-License-Identifier: Apache-2.0 */
/* What is in a pack. */
#include "rules/yara_source.h"
#include "server/command_pack.h"

struct shown {
	struct str bytes;
	struct pack pack;
	struct pack_rules rules;
};

static bool has_authors(const struct pack_rules *rules, size_t at)
{
	struct str name = rules->list[at].rule->author;
	for (size_t i = at; i-- > 0 && rules->list[i].set == rules->list[at].set;)
		if (str_equal(rules->list[i].rule->author, name))
			return false;
	return name.size > 0;
}

static uint64_t authors_of(const struct pack_rules *rules, uint32_t set)
{
	uint64_t count = 0;
	for (size_t i = 0; i < rules->count; i++)
		count += rules->list[i].set == set && has_authors(rules, i);
	return count;
}

static void set_json(struct writer *w, const struct shown *s, uint32_t set)
{
	const struct pack_set *of = &s->pack.sets[set];
	writer_char(w, '{');
	site_json_str(w, "name", of->name, true);
	site_json_flag(w, "ours", of->ours);
	site_json_str(w, "author", of->author, false);
	site_json_str(w, "licence", of->licence, false);
	site_json_str(w, "source", of->source, false);
	site_json_number(w, "files", of->file_count);
	site_json_number(w, "rules", pack_rules_of(&s->rules, set, true));
	site_json_number(w, "rule_authors", authors_of(&s->rules, set));
	site_json_number(w, "hashes", pack_hashes_of(&s->pack, set));
	site_json_number(w, "indicators", pack_indicators_of(&s->pack, set));
	writer_char(w, '}');
}

static void write_json(struct context *c, const struct shown *s, const char *path)
{
	struct writer *w = &c->console.out;
	writer_text(w, "{\"type\":\"pack\"");
	site_json_str(w, "file", str_from(path), false);
	site_json_str(w, "id", s->pack.id, false);
	site_json_number(w, "version", s->pack.version);
	site_json_instant(w, "made", s->pack.made);
	site_json_instant(w, "expires", s->pack.expires);
	site_json_flag(w, "expired", s->pack.expires.seconds <= c->now.seconds);
	writer_text(w, ",\"sets\":[");
	for (uint32_t i = 0; i < s->pack.set_count; i++) {
		writer_text(w, i ? "," : "");
		set_json(w, s, i);
	}
	writer_char(w, ']');
	site_json_number(w, "rules", s->rules.count);
	site_json_number(w, "hashes", s->pack.hash_count);
	site_json_number(w, "indicators", s->pack.indicator_count);
	site_json_number(w, "pages", s->pack.page_count);
	site_json_number(w, "bytes", s->bytes.size);
	writer_text(w, "}\n");
}

static struct str or_unknown(struct context *c, struct str text_of)
{
	struct writer w;
	if (text_of.size == 0)
		return text(c->console.lang, MESSAGE_PACK_UNKNOWN);
	writer_init(&w, 1 << 16);
	writer_printable(&w, text_of);
	struct str copy = arena_copy(&c->arena, writer_view_str(&w));
	writer_release(&w);
	return copy;
}

static void say_set(struct context *c, const struct shown *s, uint32_t set)
{
	const struct pack_set *of = &s->pack.sets[set];
	uint64_t rules = pack_rules_of(&s->rules, set, true);
	uint64_t hashes = pack_hashes_of(&s->pack, set);
	uint64_t indicators = pack_indicators_of(&s->pack, set);
	writer_char(&c->console.out, '\n');
	site_say_with(
		c, of->ours ? MESSAGE_PACK_SET_OURS : MESSAGE_PACK_SET, {STR("set"), of->name});
	if (rules > 0)
		site_say_with(c, MESSAGE_PACK_SET_RULES, context_number_text(c, "rules", rules),
			context_number_text(c, "files", of->file_count),
			context_number_text(c, "authors", authors_of(&s->rules, set)));
	if (hashes > 0)
		site_say_with(c, MESSAGE_PACK_SET_HASHES, context_number_text(c, "count", hashes));
	if (indicators > 0)
		site_say_with(c, MESSAGE_PACK_SET_INDICATORS,
			context_number_text(c, "count", indicators));
	site_say_with(c, MESSAGE_PACK_SET_CREDIT, {STR("author"), or_unknown(c, of->author)},
		{STR("licence"), or_unknown(c, of->licence)},
		{STR("source"), or_unknown(c, of->source)});
}

static void say_lines(struct context *c, const struct shown *s)
{
	const struct pack *p = &s->pack;
	bool expired = p->expires.seconds <= c->now.seconds;
	site_say_with(c, MESSAGE_PACK_SHOWN, {STR("id"), p->id},
		context_number_text(c, "version", p->version),
		{STR("made"), site_day_text(c, instant_date(p->made))},
		{STR("expires"), site_day_text(c, instant_date(p->expires))},
		context_number_text(c, "bytes", s->bytes.size));
	if (expired)
		site_say_with(c, MESSAGE_PACK_EXPIRED,
			{STR("expires"), site_day_text(c, instant_date(p->expires))});
	site_say_with(c, MESSAGE_PACK_SHOWN_COUNTS, context_number_text(c, "rules", s->rules.count),
		context_number_text(c, "hashes", p->hash_count),
		context_number_text(c, "indicators", p->indicator_count),
		context_number_text(c, "pages", p->page_count));
	for (uint32_t i = 0; i < p->set_count; i++)
		say_set(c, s, i);
}

int command_pack_show(struct context *context)
{
	struct shown s;
	const char *path = context->options.words[0];
	if (pack_load(context, path, &s.bytes, &s.pack) != E_OK)
		return EXIT_FAILED;
	enum err err = pack_rules_split(&s.pack, &context->arena, &s.rules);
	if (err != E_OK)
		return context_failed(context, str_from(path), err);
	if (context->console.json)
		write_json(context, &s, path);
	else
		say_lines(context, &s);
	return EXIT_FINE;
}
