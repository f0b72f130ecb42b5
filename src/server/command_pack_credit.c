/* SPDX-License-Identifier: Apache-2.0 */
/* Who made a set and under which licence. Licences ask to be kept with what they cover, and to have
 * authors named where a rule speaks. */
#include "base/limits.h"
#include "rules/licence.h"
#include "rules/pack_order.h"
#include "rules/source_lines.h"
#include "rules/yara_source.h"
#include "server/command_pack.h"

enum {
	INFO_BYTES = 1 << 20,
	AUTHORS = 512, /* different ones of a set that are counted */
	NAMED = 3,     /* of which these are named */
	AUTHOR_BYTES = 200
};

/* --- --set-info: "set: NAME", then author, licence, source of it --- */

struct info {
	struct pack_parts *p;
	struct pack_set *set; /* of the lines that come; NULL: of none in this pack */
	bool begun;
};

static struct str *info_field(struct pack_set *set, struct str name)
{
	if (str_equal(name, STR("author")))
		return &set->author;
	if (str_equal(name, STR("licence")))
		return &set->licence;
	return str_equal(name, STR("source")) ? &set->source : NULL;
}

static bool begin_set(struct info *info, struct str name)
{
	info->begun = true;
	info->set = NULL;
	for (uint32_t i = 0; i < info->p->set_count; i++)
		if (str_equal(info->p->sets[i].name, name))
			info->set = &info->p->sets[i];
	return pack_name_valid(name);
}

static bool take_info(struct info *info, struct str line, struct problem *problem)
{
	struct pack_set nobody;
	struct str value, name = str_trim(str_cut(line, ':', &value));
	value = str_trim(value);
	problem_set(problem, PROBLEM_BAD_FIELD, name, value);
	if (str_equal(name, STR("set")))
		return begin_set(info, value);
	struct str *field = info_field(info->set ? info->set : &nobody, name);
	if (!field || !info->begun) {
		problem_set(problem, PROBLEM_UNKNOWN_FIELD, STR(""), name);
		return false;
	}
	*field = value;
	return value.size > 0 && value.size <= LIMIT_PACK_TEXT;
}

static bool read_info(struct pack_parts *p, const char *path)
{
	struct info info = {.p = p};
	struct problem problem = {0};
	struct str text;
	if (!pack_load_file(p->c, path, INFO_BYTES, &text))
		return false;
	while (text.size > 0) {
		struct str line = str_trim(str_cut(text, '\n', &text));
		uint64_t number = problem.line + 1;
		problem.line = number;
		if (line.size == 0 || line.data[0] == '#' || take_info(&info, line, &problem)) {
			problem.line = number;
			continue;
		}
		problem.line = number;
		console_problem(&p->c->console, str_from(path), &problem);
		return false;
	}
	return true;
}

/* --- authors as the rules name them --- */

struct author {
	struct str name;
	size_t rules;
};

static size_t count_authors(
	const struct pack_rules *rules, uint32_t set, struct author authors[AUTHORS])
{
	size_t count = 0;
	for (size_t i = 0; i < rules->count; i++) {
		struct str name = str_trim(rules->list[i].rule->author);
		size_t at = 0;
		if (rules->list[i].set != set || name.size == 0 || !rules->list[i].sound)
			continue;
		while (at < count && !str_equal(authors[at].name, name))
			at++;
		if (at == AUTHORS)
			continue;
		count += at == count;
		authors[at].name = name;
		authors[at].rules++;
	}
	return count;
}

/* The one with the most rules that has not been named; the first of equals. */
static struct author *next_author(struct author *authors, size_t count)
{
	struct author *most = NULL;
	for (size_t i = 0; i < count; i++)
		if (authors[i].rules > 0 && (!most || authors[i].rules > most->rules))
			most = &authors[i];
	return most;
}

static enum err authors_text(
	struct pack_parts *p, const struct pack_rules *rules, uint32_t set, struct str *ret_text)
{
	struct writer w;
	struct author *authors = arena_alloc(&p->c->arena, AUTHORS, sizeof(*authors));
	if (!authors)
		return E_NOMEM;
	size_t count = count_authors(rules, set, authors);
	writer_init(&w, (size_t)(NAMED + 1) * (AUTHOR_BYTES + 8));
	for (size_t named = 0; named < NAMED && named < count; named++) {
		struct author *a = next_author(authors, count);
		struct str name = source_name(&p->c->arena, a->name, STR("?"));
		writer_text(&w, named ? ", " : "");
		writer_str(&w, name);
		a->rules = 0;
	}
	writer_text(&w, count > NAMED ? ", …" : "");
	*ret_text = w.size > 0 ? arena_copy(&p->c->arena, writer_view_str(&w)) : STR("");
	writer_release(&w);
	return ret_text->data ? E_OK : E_NOMEM;
}

/* --- the licence's own text --- */

/* Goes with the rules as a file of comments: YARA reads nothing in it, people do. */
static enum err keep_licence(struct pack_parts *p, uint32_t set)
{
	struct pack_set *s = &p->sets[set];
	struct str text = p->licences[set];
	struct writer w;
	struct pack_file *files = arena_alloc(&p->c->arena, s->file_count + 1, sizeof(*files));
	if (!files)
		return E_NOMEM;
	writer_init(&w, LIMIT_PACK_FILE);
	while (text.size > 0) {
		struct str line = str_cut(text, '\n', &text);
		while (line.size > 0 && line.data[line.size - 1] == '\r')
			line.size--;
		writer_text(&w, "// ");
		writer_str(&w, line);
		writer_char(&w, '\n');
	}
	struct str kept = arena_copy(&p->c->arena, writer_view_str(&w));
	enum err err = writer_end(&w);
	writer_release(&w);
	if (err != E_OK || !kept.data)
		return err == E_OK ? E_NOMEM : err;
	files[0] = (struct pack_file){STR("LICENSE.yar"), kept};
	if (s->file_count > 0)
		memcpy(files + 1, s->files, s->file_count * sizeof(*files));
	s->files = files;
	s->file_count++;
	return E_OK;
}

static enum err credit_set(struct pack_parts *p, const struct pack_rules *rules, uint32_t set)
{
	struct pack_set *s = &p->sets[set];
	struct str licence = p->licences[set];
	if (s->licence.size == 0 && licence.size > 0)
		s->licence = licence_name(licence);
	if (s->author.size == 0 && licence.size > 0)
		s->author = licence_holder(licence);
	if (s->author.size == 0)
		TRY(authors_text(p, rules, set, &s->author));
	if (s->licence.size == 0 && s->file_count > 0)
		console_say_with(&p->c->console, MESSAGE_PACK_NO_LICENCE, {STR("set"), s->name});
	return licence.size > 0 ? keep_licence(p, set) : E_OK;
}

bool pack_parts_credit(struct pack_parts *p, const struct pack_rules *rules)
{
	const struct options *o = &p->c->options;
	enum err err = E_OK;
	for (size_t i = 0; i < options_count(o, "set-info"); i++)
		if (!read_info(p, options_nth(o, "set-info", i)))
			return false;
	for (uint32_t i = 0; err == E_OK && i < p->set_count; i++)
		err = credit_set(p, rules, i);
	if (err != E_OK)
		context_failed(p->c, STR("--rules"), err);
	return err == E_OK;
}
