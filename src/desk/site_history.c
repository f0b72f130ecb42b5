/* SPDX-License-Identifier: Apache-2.0 */
/* Every state a text ever had: to look at, to compare, to take up again. */
#include "desk/desk_parts.h"
#include "desk/site.h"

enum {
	DRAFTS = 50,    /* a page of them */
	PUBLISHED = 200 /* the newest; older ones are told by `quetsach page history` */
};

struct history_row {
	struct str name; /* "d3" */
	struct instant at;
	struct str author;
	struct str title;
	enum message note; /* MESSAGE__COUNT: none */
	struct str from;   /* of the note */
};

struct history {
	struct desk_request *r;
	struct history_row rows[PUBLISHED + 1];
	size_t count;
	const struct site_state *state;
};

static struct str keep(struct history *h, struct str s)
{
	struct str copy = arena_copy(h->r->arena, s);
	return copy.data ? copy : STR("");
}

static enum err take_draft(void *context, const struct draft *d)
{
	struct history *h = context;
	if (h->count > DRAFTS)
		return E_OK;
	h->rows[h->count++] =
		(struct history_row){.name = desk_text(h->r, "d%lld", (long long)d->version),
			.at = d->saved,
			.author = keep(h, d->author),
			.title = keep(h, d->title),
			.note = d->origin > 0 ? MESSAGE_DESK_SITE_IS_AGAIN : MESSAGE__COUNT,
			.from = desk_text(h->r, "%lld", (long long)d->origin)};
	return E_OK;
}

/* They come oldest first: of too many the first are forgotten. */
static enum err take_version(void *context, const struct article_version *v, bool ours)
{
	struct history *h = context;
	enum message note = v->withdrawn ? MESSAGE_DESK_SITE_WITHDRAWN : MESSAGE__COUNT;
	if (h->count == PUBLISHED)
		memmove(h->rows, h->rows + 1, --h->count * sizeof(h->rows[0]));
	h->rows[h->count++] = (struct history_row){
		.name = desk_text(h->r, "p%u", v->article.version),
		.at = v->article.updated,
		.author = ours ? text(h->r->lang, MESSAGE_DESK_SITE_OURS) : keep(h, v->author),
		.title = keep(h, v->article.title),
		.note = note};
	return E_OK;
}

/* --- shown --- */

static void write_restore(
	struct desk_page *p, const struct site_row *row, enum lang lang, struct str name)
{
	struct desk_request *r = p->r;
	desk_form_open(p, "single", site_text_path(r, row->key, lang, "/restore"));
	desk_hidden(p, "version", name);
	desk_button(p, "quiet", NULL, STR(""), MESSAGE_DESK_SITE_RESTORE);
	desk_form_close(p);
}

static void write_choice(
	struct desk_page *p, const char *name, struct str value, bool checked, enum message label)
{
	struct html *h = &p->html;
	html_open(h, "label");
	html_void(h, "input");
	html_attribute(h, "type", STR("radio"));
	html_attribute(h, "name", str_from(name));
	html_attribute(h, "value", value);
	html_attribute(h, "form", STR("compare"));
	if (checked)
		html_flag(h, "checked");
	html_leaf(h, "span", NULL, text(p->lang, label));
	html_close(h, "label");
}

static void write_row(struct desk_page *p, const struct site_row *row, enum lang lang,
	const struct history_row *v, size_t nth)
{
	struct desk_request *r = p->r;
	desk_row_begin(p);
	desk_cell_link(p,
		desk_text(r, "%.*s?version=%.*s",
			STR_ARG(site_text_path(r, row->key, lang, "/preview")), STR_ARG(v->name)),
		site_version_name(r, v->name));
	desk_cell_open(p);
	html_text(&p->html, v->title.size > 0 ? v->title : STR("–"));
	if (v->note != MESSAGE__COUNT) {
		html_text(&p->html, STR(" "));
		desk_tag(p, DESK_PLAIN,
			desk_words(
				r, v->note, &(const struct text_arg){STR("number"), v->from}, 1));
	}
	desk_cell_close(p);
	desk_cell(p, desk_time(r, v->at));
	desk_cell(p, v->author);
	desk_cell_open(p);
	html_open_class(&p->html, "div", "site-versions");
	write_choice(p, "from", v->name, nth == 1, MESSAGE_DESK_SITE_FROM);
	write_choice(p, "to", v->name, nth == 0, MESSAGE_DESK_SITE_TO);
	if (site_may_change(r) && nth > 0)
		write_restore(p, row, lang, v->name);
	html_close(&p->html, "div");
	desk_cell_close(p);
	desk_row_end(p);
}

/* nth: counted on over both tables, so that two are chosen from the beginning. */
static void write_table(struct desk_page *p, const struct history *h, const struct site_row *row,
	enum lang lang, enum message title, size_t *nth)
{
	struct desk_request *r = p->r;
	const struct desk_column columns[] = {
		{NULL, text(r->lang, MESSAGE_DESK_SITE_VERSION), false},
		{NULL, text(r->lang, MESSAGE_DESK_SITE_TITLE), false},
		{NULL, text(r->lang, MESSAGE_DESK_SITE_CHANGED), false},
		{NULL, text(r->lang, MESSAGE_DESK_SITE_BY), false},
		{NULL, text(r->lang, MESSAGE_DESK_SITE_COMPARE_RESTORE), false}};
	const struct desk_table table = {.caption = text(r->lang, title),
		.columns = columns,
		.column_count = sizeof(columns) / sizeof(columns[0]),
		.path = site_text_path(r, row->key, lang, "/history")};
	bool drafts = title == MESSAGE_DESK_SITE_DRAFTS;
	if (h->count == 0)
		return;
	desk_say(p, "h2", NULL, title);
	desk_table_begin(p, &table);
	for (size_t i = 0; i < h->count && i < (drafts ? (size_t)DRAFTS : h->count); i++)
		write_row(p, row, lang, &h->rows[drafts ? i : h->count - 1 - i], (*nth)++);
	desk_table_end(p);
}

static enum err load(struct history *drafts, struct history *published, const struct site_row *row,
	enum lang lang)
{
	struct desk_request *r = drafts->r;
	uint64_t before = 0;
	const struct desk_thread *t = desk_thread(r->desk);
	const struct desk_contents *contents = r->desk->settings.contents;
	if (!t || !t->store || !contents)
		return E_NOMEM;
	if (!str_to_u64(desk_argument(r, "before"), INT32_MAX, &before))
		before = 0;
	TRY(draft_each(r->office, row->key, lang, (int64_t)before, DRAFTS + 1, take_draft, drafts));
	return contents->each_version(t->store, row->key, lang, take_version, published);
}

static void show(struct desk_request *r, const struct site_row *row, enum lang lang,
	const struct history *drafts, const struct history *published)
{
	struct desk_page p;
	size_t nth = 0;
	struct desk_head head = site_head(r, row,
		desk_words(r, MESSAGE_DESK_SITE_HISTORY_TITLE,
			&(const struct text_arg){
				STR("language"), text(r->lang, site_lang_message(lang))},
			1));
	head.wide = true;
	desk_page_begin(&p, r, &head, NULL);
	desk_say(&p, "p", "lead", MESSAGE_DESK_SITE_HISTORY_LEAD);
	desk_form_open_get(&p, "single", site_text_path(r, row->key, lang, "/compare"));
	html_attribute(&p.html, "id", STR("compare"));
	desk_button(&p, "quiet", NULL, STR(""), MESSAGE_DESK_SITE_COMPARE);
	desk_form_close(&p);
	write_table(&p, drafts, row, lang, MESSAGE_DESK_SITE_DRAFTS, &nth);
	if (drafts->count > DRAFTS)
		desk_link(&p, "button quiet",
			desk_text(r, "%.*s?before=%.*s",
				STR_ARG(site_text_path(r, row->key, lang, "/history")),
				(int)drafts->rows[DRAFTS - 1].name.size - 1,
				drafts->rows[DRAFTS - 1].name.data + 1),
			text(r->lang, MESSAGE_DESK_SITE_OLDER));
	write_table(&p, published, row, lang, MESSAGE_DESK_SITE_VERSIONS, &nth);
	desk_page_end(&p);
}

void desk_site_history(struct desk_request *r)
{
	struct site_row row;
	enum lang lang;
	if (!site_find_text(r, ACT_SEE_SITE, &row, &lang))
		return;
	struct history *both = arena_alloc(r->arena, 2, sizeof(*both));
	if (!both) {
		desk_failed(r, E_NOMEM);
		return;
	}
	both[0].r = both[1].r = r;
	both[0].count = both[1].count = 0;
	enum err err = load(&both[0], &both[1], &row, lang);
	if (err != E_OK)
		desk_failed(r, err);
	else
		show(r, &row, lang, &both[0], &both[1]);
}

/* --- as visitors would see it --- */

void desk_site_preview(struct desk_request *r)
{
	struct site_row row;
	struct draft d;
	enum lang lang;
	if (!site_find_text(r, ACT_SEE_SITE, &row, &lang))
		return;
	enum err err = site_load_version(r, row.key, lang, desk_argument(r, "version"), &d);
	struct desk_thread *t = desk_thread(r->desk);
	if (err == E_OK && t && t->store) {
		const struct article article = {.key = row.key,
			.lang = lang,
			.kind = d.kind,
			.title = d.title,
			.summary = d.summary,
			.body = d.body,
			.published = d.due.seconds > 0 ? d.due : r->now,
			.updated = r->now,
			.version = 1};
		struct str back = site_text_path(r, row.key, lang, "");
		if (!site_may_change(r))
			back = site_path(r, row.key);
		err = r->desk->settings.contents->preview(
			t->store, r->http, r->answer, &article, r->zone, desk_address(r, back));
	}
	if (err == E_NOTFOUND)
		desk_not_found(r);
	else if (err != E_OK)
		desk_failed(r, err);
}

/* --- taken up again --- */

static enum err restore(struct desk_request *r, const struct site_row *row, enum lang lang)
{
	struct draft d;
	int64_t version, beside;
	struct str name = desk_field(r, "version");
	if (name.size == 0)
		return E_NOTFOUND;
	TRY(site_load_version(r, row->key, lang, name, &d));
	d.key = row->key;
	d.origin = d.version;
	d.base = row->lang[lang].draft.version;
	return draft_save(r->office, r->actor, &d, r->now, &version, &beside);
}

void desk_site_restore(struct desk_request *r)
{
	struct site_row row;
	enum lang lang;
	if (!site_find_text(r, ACT_CHANGE_SITE, &row, &lang) || !desk_begin(r))
		return;
	enum err err = desk_end(r, restore(r, &row, lang));
	if (err == E_NOTFOUND)
		desk_not_found(r);
	else if (err != E_OK)
		desk_failed(r, err);
	else
		desk_redirect(r, site_text_path(r, row.key, lang, ""), MESSAGE_DESK_SITE_RESTORED);
}
