/* SPDX-License-Identifier: Apache-2.0 */
#include "scanner/terminal.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "os/system.h"
#include "os/terminal.h"
#include "scanner/words.h"
#include "scanner/wrap.h"

enum {
	INDENT = 4,
	WIDEST = 100,       /* longer lines are hard to read */
	SIGNS_SHOWN = 3,    /* of one finding */
	EXAMPLES_SHOWN = 3, /* of one reason */
	LINE_BYTES = 1 << 20,
	NARROWEST = 20,
	SECOND = 1000000000
};

#define RED "\033[1;31m"
#define YELLOW "\033[1;33m"
#define GREEN "\033[1;32m"
#define BOLD "\033[1m"
#define PLAIN "\033[0m"

void terminal_init(struct terminal *t, struct console *console, struct scan_report *report)
{
	const char *no_colour = getenv("NO_COLOR"); /* https://no-color.org */
	unsigned columns = terminal_columns(STDOUT_FILENO);
	unsigned progress = terminal_columns(STDERR_FILENO);
	*t = (struct terminal){
		.console = console,
		.report = report,
		.columns = columns > WIDEST ? WIDEST : columns,
		.progress_columns = report->settings->quiet || progress < NARROWEST ? 0 : progress,
		.colour = columns > 0 && !(no_colour && *no_colour),
		.began = system_monotonic(),
	};
}

/* --- pieces --- */

static void paint(struct terminal *t, const char *colour)
{
	if (t->colour)
		writer_text(&t->console->out, colour);
}

/* A message as a paragraph of its own. */
static void say(struct terminal *t, size_t indent, enum message message,
	const struct text_arg *args, size_t count)
{
	struct writer text;
	writer_init(&text, LINE_BYTES);
	text_write(&text, t->report->lang, message, args, count);
	write_wrapped(&t->console->out, writer_view_str(&text), indent, t->columns);
	writer_release(&text);
}

#define say_with(t, indent, message, ...)                                                          \
	say(t, indent, message, (const struct text_arg[]){__VA_ARGS__},                            \
		sizeof((const struct text_arg[]){__VA_ARGS__}) / sizeof(struct text_arg))

void terminal_clear(struct terminal *t)
{
	if (t->painted)
		(void)!fwrite("\r\033[K", 1, 4, stderr);
	t->painted = false;
}

/* A number, size or time as a value; the writer is the caller's to release. */
static struct text_arg number_value(
	struct terminal *t, struct writer *w, struct str name, uint64_t value)
{
	writer_init(w, 64);
	text_number(w, t->report->lang, value);
	return written(name, w);
}

static void say_number(
	struct terminal *t, size_t indent, enum message message, struct str name, uint64_t value)
{
	struct writer w;
	const struct text_arg arg = number_value(t, &w, name, value);
	say(t, indent, message, &arg, 1);
	writer_release(&w);
}

/* --- findings --- */

static void write_signs(struct terminal *t, struct writer *w, const struct finding *f)
{
	size_t shown = f->match_count < SIGNS_SHOWN ? f->match_count : SIGNS_SHOWN;
	for (size_t i = 0; i < shown; i++) {
		const struct rule_match *m = &f->matches[i];
		writer_text(w, i > 0 ? ", " : "");
		write_shown(w, m->set);
		writer_char(w, ':');
		write_shown(w, m->rule);
		if (m->author.size == 0)
			continue;
		writer_text(w, " (");
		struct writer author;
		writer_init(&author, LINE_BYTES);
		write_shown(&author, m->author);
		text_write(w, t->report->lang, MESSAGE_SCAN_AUTHOR,
			(const struct text_arg[]){written(STR("author"), &author)}, 1);
		writer_release(&author);
		writer_char(w, ')');
	}
	if (f->match_total <= shown)
		return;
	struct writer more;
	const struct text_arg arg = number_value(t, &more, STR("count"), f->match_total - shown);
	writer_char(w, ' ');
	text_write(w, t->report->lang, MESSAGE_SCAN_SIGNS_MORE, &arg, 1);
	writer_release(&more);
}

static void say_signs(struct terminal *t, const struct finding *f)
{
	struct writer signs;
	writer_init(&signs, LINE_BYTES);
	write_signs(t, &signs, f);
	say_with(t, INDENT, MESSAGE_SCAN_SIGNS, written(STR("signs"), &signs));
	writer_release(&signs);
}

/* Words that lie still are known by their place. */
static bool first_time(struct terminal *t, struct str words)
{
	for (size_t i = 0; i < t->explained_count; i++)
		if (t->explained[i] == words.data)
			return false;
	if (t->explained_count < TERMINAL_EXPLAINED)
		t->explained[t->explained_count++] = words.data;
	return true;
}

/* What it is; a family is described when it is first met. */
static void say_what(struct terminal *t, const struct finding *f)
{
	bool infected = f->outcome == OUTCOME_INFECTED;
	struct writer name;
	if (f->family.size == 0) {
		say(t, INDENT, infected ? MESSAGE_SCAN_IS_MALWARE : MESSAGE_SCAN_IS_LIKE, NULL, 0);
		return;
	}
	writer_init(&name, LINE_BYTES);
	write_shown(&name, family_shown(f->family));
	say_with(t, INDENT, infected ? MESSAGE_SCAN_IS_FAMILY : MESSAGE_SCAN_IS_LIKE_FAMILY,
		written(STR("family"), &name));
	writer_release(&name);
	struct str about = family_about(f->family, t->report->lang);
	if (about.size > 0 && first_time(t, about))
		write_wrapped(&t->console->out, about, INDENT, t->columns);
}

void terminal_finding(struct terminal *t, const struct finding *f)
{
	bool infected = f->outcome == OUTCOME_INFECTED;
	struct writer *w = &t->console->out;
	terminal_clear(t);
	paint(t, infected ? RED : YELLOW);
	writer_str(w,
		text(t->report->lang, infected ? MESSAGE_SCAN_INFECTED : MESSAGE_SCAN_SUSPICIOUS));
	paint(t, PLAIN);
	writer_text(w, "  ");
	write_where(w, f->path, f->object);
	writer_char(w, '\n');
	say_what(t, f);
	say_signs(t, f);
	enum message advice = infected ? MESSAGE_SCAN_DO_INFECTED : MESSAGE_SCAN_DO_SUSPICIOUS;
	if (!t->report->settings->quiet && first_time(t, text(t->report->lang, advice)))
		say(t, INDENT, advice, NULL, 0);
	writer_char(w, '\n');
	console_flush(t->console);
	fflush(stdout);
}

void terminal_pairs(struct terminal *t, const struct finding *f)
{
	struct writer *w = &t->console->out;
	for (size_t i = 0; i < f->match_count; i++) {
		write_shown(w, f->matches[i].set);
		writer_char(w, ':');
		write_shown(w, f->matches[i].rule);
		writer_char(w, ' ');
		write_where(w, f->path, f->object);
		writer_char(w, '\n');
	}
	console_flush(t->console);
}

/* --- how far it is --- */

/* Seconds that are left; negative: it cannot be said yet. */
static double seconds_left(const struct terminal *t, const struct scan_progress *p)
{
	double passed = (double)(system_monotonic() - t->began) / SECOND;
	double share = p->bytes_expected > 0 ? (double)p->bytes / (double)p->bytes_expected : 0;
	if (passed < 1 || share <= 0.001)
		return -1;
	return share < 1 ? passed * (1 - share) / share : 0;
}

static void write_progress(struct terminal *t, const struct scan_progress *p, struct writer *w)
{
	struct writer files;
	struct writer size;
	struct writer left;
	enum lang lang = t->report->lang;
	double seconds = seconds_left(t, p);
	writer_init(&files, 64);
	writer_init(&size, 64);
	writer_init(&left, 64);
	text_number(&files, lang, p->files);
	write_size(&size, lang, p->bytes);
	write_time_left(&left, lang, seconds > 0 ? (uint64_t)seconds + 1 : 0);
	const struct text_arg args[] = {written(STR("files"), &files), written(STR("bytes"), &size),
		written(STR("left"), &left), {STR("path"), STR("")}};
	text_write(
		w, lang, seconds < 0 ? MESSAGE_SCAN_PROGRESS_OPEN : MESSAGE_SCAN_PROGRESS, args, 4);
	writer_release(&files);
	writer_release(&size);
	writer_release(&left);
}

void terminal_progress(struct terminal *t, const struct scan_progress *p)
{
	struct writer line;
	struct writer path;
	if (t->progress_columns == 0)
		return;
	writer_init(&line, LINE_BYTES);
	writer_init(&path, LINE_BYTES);
	write_progress(t, p, &line);
	write_shown(&path, p->path);
	size_t used = text_columns(writer_view_str(&line));
	size_t room = t->progress_columns > used + 1 ? t->progress_columns - used - 1 : 0;
	write_cut(&line, writer_view_str(&path), room);
	if (used < t->progress_columns && writer_end(&line) == E_OK) {
		fprintf(stderr, "\r\033[K%.*s", STR_ARG(writer_view_str(&line)));
		fflush(stderr);
		t->painted = true;
	}
	writer_release(&line);
	writer_release(&path);
}

/* --- the summary --- */

static void say_amounts(struct terminal *t)
{
	const struct scan_report *r = t->report;
	struct writer files;
	struct writer size;
	struct writer time;
	writer_init(&size, 64);
	writer_init(&time, 64);
	const struct text_arg count = number_value(t, &files, STR("files"), r->totals.files);
	write_size(&size, r->lang, r->totals.bytes);
	write_time(&time, r->lang, r->totals.seconds);
	say_with(t, 0, r->stopped ? MESSAGE_SCAN_STOPPED : MESSAGE_SCAN_DONE, count,
		written(STR("bytes"), &size), written(STR("time"), &time));
	writer_release(&files);
	writer_release(&size);
	writer_release(&time);
	if (r->totals.cached > 0)
		say_number(t, 0, MESSAGE_SCAN_CACHED, STR("cached"), r->totals.cached);
	if (r->record.foreign > 0)
		say_number(t, 0, MESSAGE_SCAN_FOREIGN, STR("count"), r->record.foreign);
}

static void say_example(struct terminal *t, const struct not_scanned *what)
{
	struct writer where;
	struct writer line;
	struct writer about;
	writer_init(&where, LINE_BYTES);
	writer_init(&line, LINE_BYTES);
	writer_init(&about, LINE_BYTES);
	write_where(&where, what->path, what->object);
	write_shown(&about, what->about);
	if (what->about.size > 0 && unscanned_names(what->reason))
		text_write(&line, t->report->lang, MESSAGE_SCAN_UNSCANNED_ABOUT,
			(const struct text_arg[]){
				written(STR("path"), &where), written(STR("about"), &about)},
			2);
	else
		writer_str(&line, writer_view_str(&where));
	write_wrapped(&t->console->out, writer_view_str(&line), INDENT + 4, 0);
	writer_release(&where);
	writer_release(&line);
	writer_release(&about);
}

static void say_group(struct terminal *t, enum unscanned reason, const struct unscanned_group *g)
{
	struct writer head;
	size_t shown = 0;
	writer_init(&head, LINE_BYTES);
	text_number(&head, t->report->lang, g->count);
	writer_text(&head, "  ");
	size_t hang = INDENT + text_columns(writer_view_str(&head));
	struct writer *w = &t->console->out;
	writer_text(w, "    ");
	writer_str(w, writer_view_str(&head));
	write_hanging(w, text(t->report->lang, unscanned_message(reason)), hang, t->columns);
	writer_release(&head);
	for (const struct kept_unscanned *k = g->first; k && shown < EXAMPLES_SHOWN; k = k->next) {
		say_example(t, &k->what);
		shown++;
	}
	if (g->count > shown)
		say_number(
			t, INDENT + 4, MESSAGE_SCAN_UNSCANNED_MORE, STR("count"), g->count - shown);
}

static void say_unscanned(struct terminal *t)
{
	const struct record *record = &t->report->record;
	if (record->unscanned == 0)
		return;
	writer_char(&t->console->out, '\n');
	say_number(t, 0, MESSAGE_SCAN_UNSCANNED, STR("count"), record->unscanned);
	for (int i = 0; i < UNSCANNED__COUNT; i++)
		if (record->groups[i].count > 0)
			say_group(t, (enum unscanned)i, &record->groups[i]);
}

static void say_verdict(struct terminal *t)
{
	const struct scan_report *r = t->report;
	struct writer infected;
	struct writer suspicious;
	bool found = r->totals.infected + r->totals.suspicious > 0;
	writer_char(&t->console->out, '\n');
	paint(t, r->totals.infected > 0 ? RED : found || !report_is_whole(r) ? YELLOW : GREEN);
	if (found) {
		const struct text_arg args[] = {
			number_value(t, &infected, STR("infected"), r->totals.infected),
			number_value(t, &suspicious, STR("suspicious"), r->totals.suspicious)};
		say(t, 0, MESSAGE_SCAN_VERDICT_FOUND, args, 2);
		writer_release(&infected);
		writer_release(&suspicious);
	} else if (r->stopped) {
		say(t, 0, MESSAGE_SCAN_VERDICT_STOPPED, NULL, 0);
	} else if (!report_is_whole(r)) {
		say_number(t, 0, MESSAGE_SCAN_VERDICT_PARTLY, STR("count"), r->record.unscanned);
	} else {
		say(t, 0, MESSAGE_SCAN_VERDICT_NONE, NULL, 0);
	}
	paint(t, PLAIN);
	if (!found)
		say(t, 0, MESSAGE_SCAN_VERDICT_MEANING, NULL, 0);
}

static void say_todo(struct terminal *t)
{
	const struct scan_report *r = t->report;
	enum message list[TODO_MOST];
	bool found = r->totals.infected + r->totals.suspicious > 0;
	struct writer *w = &t->console->out;
	size_t count = todo_list(
		r->totals.infected > 0, r->totals.suspicious > 0, report_is_whole(r), list);
	if (!found)
		return;
	writer_char(w, '\n');
	paint(t, BOLD);
	say(t, 0, MESSAGE_SCAN_TODO_TITLE, NULL, 0);
	paint(t, PLAIN);
	for (size_t i = 0; i < count; i++) {
		writer_text(w, "  ");
		writer_decimal(w, i + 1);
		writer_text(w, ". ");
		write_hanging(w, text(r->lang, list[i]), INDENT + 1, t->columns);
	}
}

static void say_pack(struct terminal *t)
{
	const struct scan_report *r = t->report;
	struct writer id;
	struct writer version;
	struct writer date;
	writer_init(&id, LINE_BYTES);
	writer_init(&version, 64);
	writer_init(&date, 64);
	write_shown(&id, str_from(r->pack->id));
	writer_decimal(&version, r->pack->version);
	text_date(&date, r->lang, instant_date(r->pack->expires));
	say_with(t, 0, MESSAGE_SCAN_PACK_LINE, written(STR("pack"), &id),
		written(STR("version"), &version), written(STR("date"), &date));
	writer_release(&id);
	writer_release(&version);
	writer_release(&date);
}

void terminal_summary(struct terminal *t)
{
	terminal_clear(t);
	say_amounts(t);
	say_pack(t);
	say_unscanned(t);
	say_verdict(t);
	say_todo(t);
	console_flush(t->console);
}
