/* SPDX-License-Identifier: Apache-2.0 */
/* A return on a spreadsheet: handed out, and taken back on behalf of its organisation. */
#include <fcntl.h>

#include "desk/returns_words.h"
#include "format/json_object.h"
#include "office/form.h"
#include "office/return_sheet.h"
#include "os/file.h"
#include "server/command_return.h"
#include "server/command_return_sheet.h"
#include "server/command_site.h"
#include "server/parse_client.h"

enum {
	FILE_LIMIT = 64 << 20
};

/* --- out --- */

/* Of one that nobody has opened too: nothing is changed. */
static enum err load(struct return_command *r, int64_t org, struct return_form *form,
	struct return_content *content, int64_t *ret_draft)
{
	struct return_head head;
	int64_t version;
	enum err err = return_find(&r->office, r->plan.campaign.key, org, &r->c->arena, &head);
	if (err == E_NOTFOUND) {
		head = (struct return_head){.campaign = r->plan.campaign.key, .org = org};
		TRY(form_load(&r->office, head.campaign, -1, &r->c->arena, form, &head.form));
		err = E_OK;
	}
	TRY(err);
	*ret_draft = head.draft;
	TRY(return_load(&r->office, &head, 0, &r->c->arena, content));
	return form_load(&r->office, head.campaign, content->form, &r->c->arena, form, &version);
}

static enum err write_template(struct return_command *r, const struct org *org, const char *name)
{
	struct writer w;
	struct return_form form;
	struct return_content content;
	int64_t draft;
	TRY(load(r, org->id, &form, &content, &draft));
	enum lang lang = r->c->console.lang;
	const struct returns_template t = {r->plan.campaign.key, org->code,
		returns_name(r->plan.campaign.name, lang), returns_name(org->name, lang), &form,
		&content, draft, lang};
	writer_init(&w, FILE_LIMIT);
	enum err err = returns_template_write(&t, &r->c->arena, &w);
	if (err == E_OK)
		err = file_put(AT_FDCWD, name, writer_view(&w), false);
	writer_release(&w);
	return err;
}

static int make_template(struct return_command *r)
{
	struct org org;
	const char *name = options_get(&r->c->options, "output");
	if (!name || !str_ends(str_from(name), STR(".xlsx")))
		return return_command_refuse(
			r, MESSAGE_PAPER_BAD_OUTPUT, str_from(name ? name : ""));
	if (!return_command_org(r, 1, &org) || !return_command_may(r, ACT_SEE_RETURN, org.id))
		return EXIT_FAILED;
	enum err err = write_template(r, &org, name);
	if (err != E_OK)
		return context_failed(r->c, str_from(name), err);
	console_say_with(&r->c->console, MESSAGE_PAPER_WRITTEN, {STR("file"), str_from(name)});
	return EXIT_FINE;
}

/* --- in --- */

struct submission {
	struct return_command *r;
	const char *path;
	struct org org;
	struct return_sheet sheet;
	struct return_form form; /* the newest */
	struct return_form made; /* the one that the sheet was made with */
	struct return_content content;
	struct return_head head;
	uint32_t rows[64]; /* of the sheet, for each of the form */
	bool errors, warnings, changed;
	int64_t version;
	int64_t aside; /* below 0: somebody had saved since the sheet was made, both are kept */
};

static bool read_sheet(struct submission *s)
{
	struct parse_client *client;
	struct problem problem = {0};
	int fd = -1;
	enum err err = file_open_read(AT_FDCWD, s->path, &fd);
	if (err == E_OK)
		err = parse_client_start(&client);
	if (err == E_OK) {
		err = parse_client_sheet(
			client, fd, STR(""), return_sheet_row, &s->sheet, &problem);
		parse_client_stop(client);
	}
	file_close(&fd);
	if (problem.code != PROBLEM_NONE)
		site_refuse_file(s->r->c, str_from(s->path), &problem);
	else if (err != E_OK)
		context_failed(s->r->c, str_from(s->path), err);
	return err == E_OK;
}

/* The sheet of another campaign or organisation would overwrite the wrong return. */
static bool is_ours(struct submission *s)
{
	int64_t form;
	if (return_sheet_form(&s->sheet, &form) &&
		str_equal(s->sheet.campaign, s->r->plan.campaign.key) &&
		str_equal(s->sheet.org, s->org.code))
		return true;
	return_command_refuse(s->r, MESSAGE_RETURNS_NOT_THIS_SHEET, str_from(s->path));
	return false;
}

/* What a newer form asks and the sheet could not: as it stands in the draft. */
static enum err keep_unasked(
	struct submission *s, const struct return_form *form, const struct return_content *before)
{
	struct answer *answers = arena_alloc(&s->r->c->arena, s->form.row_count, sizeof(*answers));
	if (!answers)
		return E_NOMEM;
	for (size_t i = 0; i < s->form.row_count; i++) {
		size_t row = form_find(form, s->form.rows[i].key);
		answers[i] = s->rows[i] == 0 && row < form->row_count ? before->answers[row]
								      : s->content.answers[i];
	}
	s->content.answers = answers;
	return E_OK;
}

/* A sheet is read by what it says: rows by their key, into the form as it is today. */
static enum err load_content(struct submission *s)
{
	int64_t made = 0;
	int64_t version;
	struct return_form form;
	struct return_content before;
	struct office *o = &s->r->office;
	struct arena *arena = &s->r->c->arena;
	struct str campaign = s->r->plan.campaign.key;
	if (!return_sheet_form(&s->sheet, &made))
		return E_SYNTAX;
	TRY(form_load(o, campaign, made, arena, &s->made, &version));
	TRY(form_load(o, campaign, -1, arena, &s->form, &s->content.form));
	TRY(return_load(o, &s->head, 0, arena, &before));
	TRY(form_load(o, campaign, before.form, arena, &form, &version));
	s->content.list = before.list;
	TRY(return_sheet_content(&s->sheet, &s->form, &s->content, s->rows));
	return keep_unasked(s, &form, &before);
}

/* --- a form that has changed since the sheet was made --- */

static void say_line(struct submission *s, const struct return_sheet_line *line,
	enum message message, const struct form_row *before, const struct form_row *now)
{
	struct writer cell;
	struct context *c = s->r->c;
	enum lang lang = c->console.lang;
	writer_init(&cell, 32);
	writer_sheet_address(&cell, line->row, RETURN_SHEET_VALUE);
	console_say_with(&c->console, message, {STR("cell"), writer_view_str(&cell)},
		{STR("before"), before->label[lang]},
		{STR("label"), now ? now->label[lang] : STR("")}, {STR("value"), line->value});
	writer_release(&cell);
}

static bool same_question(const struct form_row *a, const struct form_row *b)
{
	for (enum lang lang = 0; lang < LANG__COUNT; lang++)
		if (!str_equal(a->label[lang], b->label[lang]) ||
			!str_equal(a->unit[lang], b->unit[lang]))
			return false;
	return a->type == b->type;
}

/* A number under another question is another number: whoever sends it looks at it again. */
static void say_changed(struct submission *s)
{
	for (size_t i = 0; i < s->sheet.count; i++) {
		const struct return_sheet_line *line = &s->sheet.lines[i];
		size_t was = form_find(&s->made, line->key);
		size_t now = form_find(&s->form, line->key);
		if (was == s->made.row_count || line->value.size + line->note.size == 0)
			continue;
		const struct form_row *before = &s->made.rows[was];
		if (now == s->form.row_count)
			say_line(s, line, MESSAGE_RETURNS_CELL_DROPPED, before, NULL);
		else if (!same_question(before, &s->form.rows[now]))
			say_line(s, line, MESSAGE_RETURNS_CELL_ASKED_ANEW, before,
				&s->form.rows[now]);
		else
			continue;
		s->changed = true;
	}
}

static void say_new(struct submission *s)
{
	struct context *c = s->r->c;
	for (size_t i = 0; i < s->form.row_count; i++)
		if (form_find(&s->made, s->form.rows[i].key) == s->made.row_count)
			console_say_with(&c->console, MESSAGE_RETURNS_ROW_NEW,
				{STR("label"), s->form.rows[i].label[c->console.lang]});
}

/* "C7: …", as the person sees it in the file. */
static void say_finding(struct submission *s, const struct answer_finding *finding)
{
	struct writer cell;
	struct context *c = s->r->c;
	uint32_t row = finding->row < s->form.row_count ? s->rows[finding->row] : 0;
	writer_init(&cell, 32);
	if (row > 0)
		writer_sheet_address(&cell, row, RETURN_SHEET_VALUE);
	else
		writer_text(&cell, "–");
	console_say_with(&c->console,
		finding->error ? MESSAGE_RETURNS_CELL_WRONG : MESSAGE_RETURNS_CELL_WARNING,
		{STR("cell"), writer_view_str(&cell)},
		{STR("why"), returns_finding_words(&s->form, finding, c->console.lang, &c->arena)});
	writer_release(&cell);
	s->errors = s->errors || finding->error;
	s->warnings = s->warnings || !finding->error;
}

/* Without it, as in sheets of before: whatever is there is what it was made from. */
static int64_t base_of(const struct submission *s)
{
	int64_t draft;
	return return_sheet_draft(&s->sheet, &draft) ? draft : s->head.draft;
}

static enum err say_findings(struct submission *s)
{
	const struct answer_finding *findings;
	size_t count;
	struct return_command *r = s->r;
	TRY(return_find(&r->office, s->head.campaign, s->head.org, &r->c->arena, &s->head));
	TRY(return_check(&r->office, &s->head, r->plan.earlier, &r->c->arena, &findings, &count));
	for (size_t i = 0; i < count; i++)
		say_finding(s, &findings[i]);
	return E_OK;
}

static enum err open_draft(struct submission *s)
{
	struct return_command *r = s->r;
	TRY(return_open(&r->office, r->plan.campaign.key, s->org.id, &r->actor, r->c->now,
		&r->c->arena, &s->head));
	TRY(load_content(s));
	say_changed(s);
	say_new(s);
	return E_OK;
}

/* Saved and handed in at once, or not at all. */
static enum err hand_in(struct submission *s)
{
	int64_t draft;
	struct return_command *r = s->r;
	struct arena *arena = &r->c->arena;
	TRY(open_draft(s));
	if (s->changed && !options_has(&r->c->options, "confirm"))
		return E_AMBIGUOUS;
	TRY(return_save(&r->office, &s->head, base_of(s), &s->content, &r->actor, r->c->now, arena,
		&draft));
	TRY(say_findings(s));
	return return_submit(&r->office, &s->head, draft, r->plan.earlier,
		options_has(&r->c->options, "confirm"), &r->actor, r->c->now, arena, &s->version);
}

/* Becomes the draft, whatever is wrong with it: what has to be mended is said by cell. Where
 * somebody has saved since the sheet was made, both are kept. */
static enum err keep_draft(struct submission *s)
{
	int64_t draft;
	struct return_command *r = s->r;
	struct arena *arena = &r->c->arena;
	TRY(open_draft(s));
	enum err err = return_save(
		&r->office, &s->head, base_of(s), &s->content, &r->actor, r->c->now, arena, &draft);
	if (err == E_EXISTS || (err == E_DENIED && s->head.state == RETURN_ACCEPTED))
		return return_put_aside(
			&r->office, &s->head, &s->content, &r->actor, r->c->now, arena, &s->aside);
	TRY(err);
	return say_findings(s);
}

static void say_kept(struct submission *s)
{
	struct context *c = s->r->c;
	if (!c->console.json) {
		site_say_with(c,
			s->aside < 0 ? MESSAGE_RETURNS_DRAFT_ASIDE : MESSAGE_RETURNS_DRAFT_KEPT,
			{STR("code"), s->org.code});
		return;
	}
	struct object o;
	object_init(&o, &c->console.out);
	object_open(&o, NULL);
	object_text(&o, "org", s->org.code);
	object_flag(&o, "aside", s->aside < 0);
	object_flag(&o, "errors", s->errors);
	object_flag(&o, "warnings", s->warnings);
	object_close(&o);
	writer_char(&c->console.out, '\n');
}

static void say_handed_in(struct submission *s)
{
	site_say_with(s->r->c, MESSAGE_RETURNS_SUBMITTED, {STR("code"), s->org.code},
		context_number_text(s->r->c, "version", (uint64_t)s->version));
}

static int submit(struct return_command *r)
{
	bool draft = options_has(&r->c->options, "draft");
	struct submission s = {
		.r = r, .path = r->c->options.words[2], .sheet = {.arena = &r->c->arena}};
	if (!return_command_org(r, 1, &s.org) ||
		!return_command_may(r, ACT_FILL_RETURN, s.org.id) || !read_sheet(&s) ||
		!is_ours(&s))
		return EXIT_FAILED;
	enum err err = office_begin(&r->office);
	if (err != E_OK)
		return return_command_failed(r, err);
	err = office_end(&r->office, draft ? keep_draft(&s) : hand_in(&s));
	if (err == E_RANGE && s.errors)
		return EXIT_FAILED;
	if (err != E_OK)
		return return_command_failed(r, err);
	if (draft)
		say_kept(&s);
	else
		say_handed_in(&s);
	return EXIT_FINE;
}

static int with_campaign(struct context *context, bool write, int (*run)(struct return_command *r))
{
	struct return_command r;
	int status = return_command_begin(&r, context, write) ? run(&r) : EXIT_FAILED;
	return_command_end(&r);
	return status;
}

int command_return_template(struct context *context)
{
	return with_campaign(context, false, make_template);
}

int command_return_submit(struct context *context)
{
	return with_campaign(context, true, submit);
}
