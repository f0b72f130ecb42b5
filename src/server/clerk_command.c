/* SPDX-License-Identifier: Apache-2.0 */
#include "server/clerk_command.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/limits.h"
#include "model/site.h"

enum {
	SHORT = 600, /* seconds */
	LONG = 6 * 3600,
	PATH = 512
};

/* A kind as a command. `words` are fixed but for those that begin with @; a ? behind one leaves it
 * out where it is empty. `options` are the names that "name=value" lines may have. */
struct clerk_kind {
	const char *words;
	const char *options;
	const char *ending; /* of the file it makes; NULL: none */
	uint32_t seconds;
};

static const struct clerk_kind kinds[JOB__COUNT] = {
	[JOB_UNITS] = {"unit import @check @options -- @input", "day under", NULL, SHORT},
	[JOB_RETURN_SHEET] = {"return submit --draft -- @campaign @org @input", NULL, NULL, SHORT},
	[JOB_RETURN_LIST] = {"return organisations -- @campaign @org @input", NULL, NULL, SHORT},
	[JOB_RETURN_TEMPLATE] = {"return template @output -- @campaign @org", NULL, "xlsx", SHORT},
	[JOB_RETURN_KNOWN] = {"return known -- @campaign @org?", NULL, NULL, LONG},
	[JOB_RETURN_LOOK] = {"return look", NULL, NULL, LONG},
	[JOB_DOCUMENT_PDF] = {"return document @own @output -- @campaign @org?", NULL, "pdf",
		SHORT},
	[JOB_DOCUMENT_XLSX] = {"return document @own @output -- @campaign @org?", NULL, "xlsx",
		SHORT},
	[JOB_INGEST] = {"ingest @feed -- @input", NULL, NULL, LONG},
	[JOB_CAMPAIGN] = {"campaign set @options -- @campaign",
		"name-vi name-en country zone begins ends before after baseline goal goal-name-vi "
		"goal-name-en panel earlier",
		NULL, SHORT},
	[JOB_PAGE] = {"page set @key -- @text", NULL, NULL, SHORT},
	[JOB_PAGE_WITHDRAW] = {"page withdraw -- @name", NULL, NULL, SHORT},
	[JOB_TOOL] = {"tool set @key -- @text", NULL, NULL, SHORT},
	[JOB_TOOL_FILE] = {"tool add-file -- @name @input", NULL, NULL, SHORT},
	[JOB_TOOL_REMOVE] = {"tool remove -- @name", NULL, NULL, SHORT},
	[JOB_TOOL_ORDER] = {"tool order -- @keys", NULL, NULL, SHORT},
	[JOB_FEED] = {"feed set @options -- @name",
		"title tlp public-check public-stats export kind precision frequency format map",
		NULL, LONG},
	[JOB_SITE] = {"site set -- @line", NULL, NULL, SHORT},
	[JOB_PUBLISH] = {"publish", NULL, NULL, LONG},
	[JOB_CAMPAIGN_FREEZE] = {"campaign freeze -- @campaign", NULL, NULL, LONG},
	[JOB_RETRACT] = {"retract -- @name", NULL, NULL, LONG},
	[JOB_EDITION] = {"edition make @options -- @campaign",
		"reply-days correction-vi correction-en", NULL, LONG},
	[JOB_EDITION_REPLY] = {"edition reply @rest -- @campaign @name @first", NULL, NULL, SHORT},
	[JOB_EDITION_PDF] = {"edition files @output -- @campaign @name", NULL, "pdf", SHORT},
	[JOB_EDITION_XLSX] = {"edition files @output -- @campaign @name", NULL, "xlsx", SHORT},
	[JOB_FIGURE] = {"figure enter @options -- @name", "day value window source", NULL, SHORT},
	[JOB_FIGURE_WITHDRAW] = {"figure enter --withdraw @options -- @name", "day source", NULL,
		SHORT},
};

static const struct {
	const char *ending, *type;
} types[] = {
	{"pdf", "application/pdf"},
	{"xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"},
};

struct making {
	const struct job *job;
	const struct clerk_kind *kind;
	const struct clerk_paper *paper;
	struct arena *arena;
	struct clerk_plan *plan;
	struct clerk_step *step;
	size_t words;
	struct str line; /* of the text, of a command for each */
};

static enum err add(struct making *m, const char *word)
{
	if (!word)
		return E_NOMEM;
	if (m->words == CLERK_WORDS)
		return E_USAGE;
	m->step->words[m->words++] = word;
	return E_OK;
}

/* Words of people hold no NUL: the command would see another. */
static enum err add_text(struct making *m, struct str text)
{
	if (text.size == 0 || memchr(text.data, '\0', text.size))
		return E_USAGE;
	return add(m, arena_cstr(m->arena, text));
}

/* --name=value */
static enum err add_option(struct making *m, struct str name, struct str value)
{
	struct writer w;
	if (memchr(value.data ? value.data : "", '\0', value.size))
		return E_USAGE;
	writer_init(&w, LIMIT_JOB_TEXT + PATH);
	writer_text(&w, "--");
	writer_str(&w, name);
	writer_char(&w, '=');
	writer_str(&w, value);
	enum err err = writer_end(&w);
	if (err == E_OK)
		err = add(m, arena_cstr(m->arena, writer_view_str(&w)));
	writer_release(&w);
	return err;
}

static bool allowed(const struct clerk_kind *kind, struct str name)
{
	struct str rest = str_from(kind->options ? kind->options : "");
	while (rest.size > 0)
		if (str_equal(str_cut(rest, ' ', &rest), name))
			return name.size > 0;
	return false;
}

static enum err add_options(struct making *m)
{
	struct str rest = m->job->order.text;
	while (rest.size > 0) {
		struct str value;
		struct str line = str_trim(str_cut(rest, '\n', &rest));
		struct str name = str_cut(line, '=', &value);
		if (line.size == 0)
			continue;
		if (!allowed(m->kind, name))
			return E_USAGE;
		TRY(add_option(m, name, value));
	}
	return E_OK;
}

static enum err add_keys(struct making *m)
{
	struct str rest = m->job->order.text;
	while (rest.size > 0) {
		struct str key = str_cut(rest, ' ', &rest);
		if (key.size > 0)
			TRY(add_text(m, key));
	}
	return E_OK;
}

/* NAME VALUE of `site set`; an empty value unsets. */
static enum err add_line(struct making *m)
{
	struct str value;
	struct str name = str_cut(m->line, '=', &value);
	TRY(add_text(m, name));
	return value.size > 0 ? add_text(m, value) : add(m, "");
}

static const char *path_in(struct making *m, const char *name)
{
	char path[PATH];
	int size = snprintf(path, sizeof(path), "%s/%s", m->paper->folder, name);
	return size > 0 && (size_t)size < sizeof(path)
		       ? arena_cstr(m->arena, (struct str){path, (size_t)size})
		       : NULL;
}

/* "bao-cao-vn-2026-01.pdf": what it is of, in letters that every system takes. */
static enum err name_output(struct making *m)
{
	struct writer w;
	writer_init(&w, PATH);
	writer_str(&w, job_kind_name(m->job->order.kind));
	writer_char(&w, '-');
	writer_str(&w, m->job->order.campaign);
	if (m->paper->org.size > 0) {
		writer_char(&w, '-');
		writer_str(&w, m->paper->org);
	}
	writer_char(&w, '.');
	writer_text(&w, m->kind->ending);
	m->plan->output_name = arena_copy(m->arena, writer_view_str(&w));
	writer_release(&w);
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		if (strcmp(types[i].ending, m->kind->ending) == 0)
			m->plan->output_type = str_from(types[i].type);
	return m->plan->output_name.data ? E_OK : E_NOMEM;
}

static enum err add_output(struct making *m)
{
	char name[PATH];
	snprintf(name, sizeof(name), "output.%s", m->kind->ending);
	m->plan->output = path_in(m, name);
	if (!m->plan->output)
		return E_NOMEM;
	TRY(name_output(m));
	return add_option(m, STR("output"), str_from(m->plan->output));
}

static enum err add_text_file(struct making *m)
{
	m->plan->text = m->job->order.text;
	m->plan->text_path = path_in(m, "text");
	return add(m, m->plan->text_path);
}

/* A first line that names something, and a text behind it. */
static enum err add_rest(struct making *m)
{
	struct str rest;
	str_cut(m->job->order.text, '\n', &rest);
	return add_option(m, STR("text"), rest);
}

static enum err add_first(struct making *m)
{
	struct str rest;
	return add_text(m, str_cut(m->job->order.text, '\n', &rest));
}

static enum err add_if_any(struct making *m, struct str name, struct str value)
{
	return value.size > 0 ? add_option(m, name, value) : E_OK;
}

static enum err add_place(struct making *m, struct str place)
{
	const struct job_order *order = &m->job->order;
	if (str_equal(place, STR("@input")))
		return m->paper->input ? add(m, m->paper->input) : E_USAGE;
	if (str_equal(place, STR("@campaign")))
		return add_text(m, order->campaign);
	if (str_equal(place, STR("@org")))
		return add_text(m, m->paper->org);
	if (str_equal(place, STR("@org?")))
		return m->paper->org.size > 0 ? add_text(m, m->paper->org) : E_OK;
	if (str_equal(place, STR("@name")))
		return add_text(m, order->name);
	if (str_equal(place, STR("@own")))
		return str_equal(order->name, STR("own")) ? add(m, "--own") : E_OK;
	if (str_equal(place, STR("@check")))
		return str_equal(order->name, STR("check")) ? add(m, "--dry-run") : E_OK;
	if (str_equal(place, STR("@feed")))
		return add_if_any(m, STR("feed"), order->name);
	if (str_equal(place, STR("@key")))
		return add_if_any(m, STR("key"), order->name);
	if (str_equal(place, STR("@options")))
		return add_options(m);
	if (str_equal(place, STR("@rest")))
		return add_rest(m);
	if (str_equal(place, STR("@first")))
		return add_first(m);
	if (str_equal(place, STR("@keys")))
		return add_keys(m);
	if (str_equal(place, STR("@line")))
		return add_line(m);
	if (str_equal(place, STR("@text")))
		return add_text_file(m);
	return str_equal(place, STR("@output")) ? add_output(m) : E_USAGE;
}

/* What every command gets, before its "--". */
static enum err add_common(struct making *m)
{
	char account[32];
	TRY(add(m, "--data=."));
	TRY(add(m, m->job->order.lang == LANG_EN ? "--lang=en" : "--lang=vi"));
	TRY(add(m, "--json"));
	TRY(add(m, "--json-problems"));
	if (m->paper->configuration)
		TRY(add_option(m, STR("config"), str_from(m->paper->configuration)));
	if (m->job->account == 0)
		return E_OK;
	int size = snprintf(account, sizeof(account), "%lld", (long long)m->job->account);
	return add_option(m, STR("on-behalf"), (struct str){account, (size_t)size});
}

static enum err make_step(struct making *m)
{
	bool common = false;
	struct str rest = str_from(m->kind->words);
	m->step = &m->plan->steps[m->plan->count++];
	m->words = 0;
	while (rest.size > 0) {
		struct str word = str_cut(rest, ' ', &rest);
		if (str_equal(word, STR("--"))) {
			TRY(add_common(m));
			common = true;
		}
		TRY(str_starts(word, STR("@")) ? add_place(m, word) : add_text(m, word));
	}
	return common ? E_OK : add_common(m);
}

static bool is_by_line(const struct clerk_kind *kind)
{
	return str_ends(str_from(kind->words), STR("@line"));
}

static enum err make_by_line(struct making *m)
{
	struct str rest = m->job->order.text;
	while (rest.size > 0) {
		m->line = str_trim(str_cut(rest, '\n', &rest));
		if (m->line.size == 0)
			continue;
		if (m->plan->count == CLERK_STEPS)
			return E_USAGE;
		TRY(make_step(m));
	}
	return m->plan->count > 0 ? E_OK : E_USAGE;
}

enum err clerk_plan_make(const struct job *job, const struct clerk_paper *paper,
	struct arena *arena, struct clerk_plan *ret_plan)
{
	const struct clerk_kind *kind = &kinds[job->order.kind];
	struct clerk_plan plan = {.steps = arena_alloc(arena, CLERK_STEPS, sizeof(*plan.steps)),
		.seconds = kind->seconds,
		.output_name = STR(""),
		.output_type = STR("")};
	struct making m = {.job = job, .kind = kind, .paper = paper, .arena = arena, .plan = &plan};
	if (!plan.steps)
		return E_NOMEM;
	TRY(is_by_line(kind) ? make_by_line(&m) : make_step(&m));
	*ret_plan = plan;
	return E_OK;
}
