/* SPDX-License-Identifier: Apache-2.0 */
/* Tables of organisations in and out. */
#include <fcntl.h>

#include "format/xlsx_write.h"
#include "office/org_import.h"
#include "os/file.h"
#include "server/command_unit.h"
#include "server/context_actor.h"
#include "server/parse_client.h"
#include "server/shown_problems.h"

enum {
	CHANGES_TOLD = 200,
	CHANGES_BYTES = 4 << 20
};

/* --- import --- */

struct table_import {
	struct user_desk *desk;
	struct parse_client *client;
	struct org_import_options options;
	struct shown_problems problems;
	bool check;            /* nothing is to be kept */
	struct writer changes; /* JSON of the first of them */
	size_t change_count;
};

static void write_was(struct writer *w, const char *key, struct str was, struct str is)
{
	if (!str_equal(was, is))
		site_json_str(w, key, was, false);
}

/* Of what differs, what it was. */
static void write_before(struct writer *w, const struct org_import_change *change)
{
	const struct org *org = change->org, *before = change->before;
	write_was(w, "name_was", before->name[LANG_VI], org->name[LANG_VI]);
	write_was(w, "level_was", before->level, org->level);
	if (before->parent == org->parent)
		return;
	site_json_str(w, "parent", change->parent, false);
	site_json_str(w, "parent_was", change->parent_before, false);
}

/* What the table does, row by row, for who looks before it is taken in. */
static void take_change(void *context, const struct org_import_change *change)
{
	struct table_import *t = context;
	struct writer *w = &t->changes;
	if (t->change_count++ >= CHANGES_TOLD)
		return;
	writer_text(w, t->change_count > 1 ? ",{" : "{");
	site_json_str(w, "how", org_import_effect_name(change->effect), true);
	site_json_number(w, "line", change->line);
	site_json_str(w, "code", change->org->code, false);
	site_json_str(w, "name", change->org->name[LANG_VI], false);
	site_json_str(w, "level", change->org->level, false);
	if (change->before)
		write_before(w, change);
	writer_char(w, '}');
}

static void say_imported(struct table_import *t, const struct org_import_totals *totals)
{
	struct context *c = t->desk->context;
	struct str file = t->options.name;
	struct writer *w = &c->console.out;
	if (!c->console.json) {
		site_say_with(c, t->check ? MESSAGE_UNIT_CHECKED : MESSAGE_UNIT_IMPORTED,
			{STR("file"), file}, context_number_text(c, "rows", totals->rows),
			context_number_text(c, "created", totals->created),
			context_number_text(c, "changed", totals->changed),
			context_number_text(c, "ended", totals->ended),
			context_number_text(c, "unchanged", totals->unchanged));
		return;
	}
	writer_char(w, '{');
	site_json_str(w, "file", file, true);
	site_json_number(w, "rows", totals->rows);
	site_json_number(w, "created", totals->created);
	site_json_number(w, "changed", totals->changed);
	site_json_number(w, "ended", totals->ended);
	site_json_number(w, "unchanged", totals->unchanged);
	writer_text(w, t->check ? ",\"check\":true" : ",\"check\":false");
	writer_text(w, ",\"changes\":[");
	writer_str(w, writer_view_str(&t->changes));
	writer_text(w, "]}\n");
}

static enum err apply(
	struct table_import *t, struct org_import *import, struct org_import_totals *ret_totals)
{
	struct office *o = &t->desk->office;
	const struct audit_entry by = unit_by(t->desk);
	TRY(office_begin(o));
	enum err err = org_import_apply(import, o, &t->options, &by, ret_totals);
	if (err != E_OK || !t->check)
		return office_end(o, err);
	/* Whatever undoes it. */
	return office_end(o, E_USAGE) == E_USAGE ? E_OK : E_IO;
}

static enum err import_open(struct table_import *t, int fd, struct org_import *import)
{
	struct problem problem;
	struct org_import_totals totals = {0};
	struct context *c = t->desk->context;
	enum err err = parse_client_sheet(t->client, fd, STR(""), org_import_row, import, &problem);
	if (err != E_OK && problem.code != PROBLEM_NONE) {
		console_problem(&c->console, t->options.name, &problem);
		return E_SYNTAX;
	}
	TRY(err);
	err = apply(t, import, &totals);
	shown_problems_end(&t->problems, totals.wrong);
	if (err == E_OK)
		say_imported(t, &totals);
	return err;
}

static bool import_file(struct table_import *t, const char *name)
{
	int fd;
	struct org_import *import;
	struct context *c = t->desk->context;
	t->options.name = str_from(name);
	writer_clear(&t->changes);
	t->change_count = 0;
	shown_problems_begin(&t->problems, &c->console, t->options.name);
	enum err err = org_import_new(shown_problems_take, &t->problems, &import);
	if (err != E_OK)
		return context_failed(c, t->options.name, err) == EXIT_FINE;
	err = file_open_read(AT_FDCWD, name, &fd);
	if (err != E_OK) {
		org_import_free(import);
		return context_failed(c, t->options.name, err) == EXIT_FINE;
	}
	err = import_open(t, fd, import);
	file_close(&fd);
	org_import_free(import);
	if (err != E_OK && err != E_SYNTAX)
		user_failed(t->desk, err);
	return err == E_OK;
}

/* For somebody: below what they act for, and nothing that is not theirs. */
static bool read_options(struct table_import *t)
{
	struct user_desk *d = t->desk;
	struct context *c = d->context;
	const char *under = options_has(&c->options, "under")
				    ? arena_cstr(&c->arena, options_str(&c->options, "under"))
				    : NULL;
	t->check = options_has(&c->options, "dry-run");
	t->options.on_change = take_change;
	t->options.change_context = t;
	if (!context_actor(c, &d->office, &d->machine))
		return false;
	t->options.actor = context_on_behalf(c) ? &d->machine : NULL;
	t->options.under = d->machine.org;
	if (under && !unit_id(d, under, &t->options.under))
		return false;
	return !t->options.actor ||
	       context_may(c, &d->office, &d->machine, ACT_CHANGE_ORG, STR(""), t->options.under);
}

int command_unit_import(struct context *context)
{
	struct user_desk d;
	struct table_import t = {.desk = &d};
	if (!unit_day(context, &t.options.day) || !user_desk_open(context, true, &d))
		return EXIT_FAILED;
	writer_init(&t.changes, CHANGES_BYTES);
	bool fine = read_options(&t);
	enum err err = fine ? parse_client_start(&t.client) : E_OK;
	if (err != E_OK)
		fine = context_failed(context, STR("parse"), err) == EXIT_FINE;
	for (size_t i = 0; fine && i < context->options.word_count; i++)
		fine = import_file(&t, context->options.words[i]);
	parse_client_stop(t.client);
	writer_release(&t.changes);
	user_desk_close(&d);
	return fine ? EXIT_FINE : EXIT_FAILED;
}

/* --- export --- */

static enum err write_csv_row(void *context, const struct org_export_row *row)
{
	struct writer *w = context;
	for (size_t i = 0; i < ORG_EXPORT_COLUMNS; i++) {
		writer_text(w, i ? "," : "");
		writer_csv(w, row->cells[i]);
	}
	writer_text(w, "\r\n");
	return writer_end(w);
}

static enum err export_csv(struct user_desk *d, struct date day, struct writer *w)
{
	writer_text(w, "\xEF\xBB\xBF"); /* spreadsheets ask for it */
	for (size_t i = 0; i < ORG_EXPORT_COLUMNS; i++) {
		writer_text(w, i ? "," : "");
		writer_str(w, org_export_column(i));
	}
	writer_text(w, "\r\n");
	return org_export(&d->office, day, write_csv_row, w);
}

static enum err write_json_row(void *context, const struct org_export_row *row)
{
	struct writer *w = context;
	writer_char(w, '{');
	for (size_t i = 0; i < ORG_EXPORT_COLUMNS; i++) {
		writer_text(w, i ? ",\"" : "\"");
		writer_str(w, org_export_column(i));
		writer_text(w, "\":");
		writer_json(w, row->cells[i]);
	}
	writer_text(w, "}\n");
	return writer_end(w);
}

struct cells {
	struct arena *arena;
	struct writer texts; /* struct str each */
};

static enum err keep_row(void *context, const struct org_export_row *row)
{
	struct cells *cells = context;
	for (size_t i = 0; i < ORG_EXPORT_COLUMNS; i++) {
		struct str copy = arena_copy(cells->arena, row->cells[i]);
		if (!copy.data)
			return E_NOMEM;
		writer_bytes(&cells->texts, (struct bytes){(const uint8_t *)&copy, sizeof(copy)});
	}
	return writer_end(&cells->texts);
}

static enum err export_xlsx(struct user_desk *d, struct date day, struct writer *w)
{
	struct arena arena;
	struct str columns[ORG_EXPORT_COLUMNS];
	struct cells cells = {.arena = &arena};
	arena_init(&arena, (size_t)1 << 30);
	writer_init(&cells.texts, (size_t)1 << 30);
	for (size_t i = 0; i < ORG_EXPORT_COLUMNS; i++)
		columns[i] = org_export_column(i);
	enum err err = org_export(&d->office, day, keep_row, &cells);
	const struct xlsx_sheet sheet = {
		.name = text(d->context->console.lang, MESSAGE_UNIT_SHEET),
		.columns = columns,
		.column_count = ORG_EXPORT_COLUMNS,
		.cells = (const struct str *)(const void *)cells.texts.data,
		.row_count = cells.texts.size / sizeof(struct str) / ORG_EXPORT_COLUMNS,
	};
	if (err == E_OK)
		err = xlsx_write(&sheet, 1, w);
	writer_release(&cells.texts);
	arena_release(&arena);
	return err;
}

int command_unit_export(struct context *context)
{
	struct date day;
	struct user_desk d;
	struct writer *w = &context->console.out;
	struct str format = options_str(&context->options, "format");
	bool xlsx = str_equal(format, STR("xlsx"));
	if (!xlsx && format.size > 0 && !str_equal(format, STR("csv"))) {
		console_say_with(&context->console, MESSAGE_CLI_BAD_VALUE,
			{STR("option"), STR("format")}, {STR("got"), format},
			{STR("allowed"), STR("csv, xlsx")});
		return EXIT_FAILED;
	}
	if (!unit_day(context, &day) || !user_desk_open(context, false, &d))
		return EXIT_FAILED;
	enum err err = context->console.json ? org_export(&d.office, day, write_json_row, w)
		       : xlsx                ? export_xlsx(&d, day, w)
					     : export_csv(&d, day, w);
	int status = err == E_OK ? EXIT_FINE : user_failed(&d, err);
	user_desk_close(&d);
	return status;
}
