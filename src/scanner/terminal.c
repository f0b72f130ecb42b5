/* SPDX-License-Identifier: Apache-2.0 */
#include "scanner/terminal.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "os/system.h"
#include "os/terminal.h"
#include "program/wrap.h"
#include "scanner/things.h"

enum {
	INDENT = 4,
	WIDEST = 100,       /* longer lines are hard to read */
	SIGNS_SHOWN = 3,    /* of one finding */
	EXAMPLES_SHOWN = 3, /* of one reason */
	LINE_BYTES = 1 << 20,
	NARROWEST = 20,
	SECOND = 1000000000 /* nanoseconds; more than that at once: we stood still */
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
		.last = system_monotonic(),
	};
}

uint64_t terminal_awake(struct terminal *t)
{
	uint64_t now = system_monotonic();
	uint64_t passed = now - t->last;
	t->awake += passed < SECOND ? passed : SECOND;
	t->last = now;
	return t->awake;
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

/* They are told in words of their own. */
static uint64_t count_reasons(const struct finding *f)
{
	uint64_t count = 0;
	for (size_t i = 0; i < f->match_count; i++)
		count += thing_is_reason(&f->matches[i]);
	return count;
}

static void write_signs(struct terminal *t, struct writer *w, const struct finding *f)
{
	size_t shown = 0;
	for (size_t i = 0; i < f->match_count && shown < SIGNS_SHOWN; i++) {
		const struct rule_match *m = &f->matches[i];
		if (thing_is_reason(m))
			continue;
		writer_text(w, shown++ > 0 ? ", " : "");
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
	uint64_t signs = f->match_total - count_reasons(f);
	if (signs <= shown)
		return;
	struct writer more;
	const struct text_arg arg = number_value(t, &more, STR("count"), signs - shown);
	writer_char(w, ' ');
	text_write(w, t->report->lang, MESSAGE_SCAN_SIGNS_MORE, &arg, 1);
	writer_release(&more);
}

static void say_signs(struct terminal *t, const struct finding *f)
{
	struct writer signs;
	if (f->match_total <= count_reasons(f))
		return;
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
	if (f->match_total > 0 && f->match_total <= count_reasons(f)) {
		say(t, INDENT, MESSAGE_SCAN_IS_ODD, NULL, 0);
		return;
	}
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

/* A line of somebody else's stands as it is, further in. */
static void say_line(void *context, struct str line, bool quoted)
{
	struct terminal *t = context;
	write_wrapped(&t->console->out, line, quoted ? 2 * INDENT : INDENT, t->columns);
}

static enum message advice_for(const struct finding *f)
{
	if (f->outcome != OUTCOME_INFECTED)
		return f->kind == OBJECT_FILE ? MESSAGE_SCAN_DO_SUSPICIOUS : MESSAGE_SCAN_DO_ODD;
	return f->kind == OBJECT_FILE ? MESSAGE_SCAN_DO_INFECTED : MESSAGE_SCAN_DO_STEPS;
}

void terminal_finding(struct terminal *t, const struct finding *f)
{
	const struct thing_sink about = {t, say_line};
	bool infected = f->outcome == OUTCOME_INFECTED;
	struct writer *w = &t->console->out;
	terminal_clear(t);
	paint(t, infected ? RED : YELLOW);
	writer_str(w,
		text(t->report->lang, infected ? MESSAGE_SCAN_INFECTED : MESSAGE_SCAN_SUSPICIOUS));
	paint(t, PLAIN);
	writer_text(w, "  ");
	thing_title(w, t->report->lang, f);
	writer_char(w, '\n');
	thing_about(t->report, f, &about);
	say_what(t, f);
	say_signs(t, f);
	enum message advice = advice_for(f);
	if (!t->report->settings->quiet && first_time(t, text(t->report->lang, advice)))
		say(t, INDENT, advice, NULL, 0);
	writer_char(w, '\n');
	console_flush(t->console);
	fflush(stdout);
}

void terminal_found_more(struct terminal *t, const struct found_more *more)
{
	struct writer line;
	terminal_clear(t);
	writer_init(&line, LINE_BYTES);
	found_more_write(&line, t->report->lang, more);
	write_wrapped(&t->console->out, writer_view_str(&line), 0, t->columns);
	writer_char(&t->console->out, '\n');
	writer_release(&line);
	console_flush(t->console);
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

/* Seconds that are left; negative: it cannot be said yet. No longer than it may take. */
static double seconds_left(struct terminal *t, const struct scan_progress *p)
{
	double passed = (double)terminal_awake(t) / SECOND;
	double most = t->report->settings->seconds_most;
	if (most > 0)
		return most > passed ? most - passed : 0;
	if (t->files_awake == 0) {
		t->files_awake = t->awake;
		t->files_bytes = p->bytes;
	}
	double done = (double)(p->bytes - t->files_bytes);
	double left = (double)p->bytes_expected - (double)p->bytes;
	passed -= (double)t->files_awake / SECOND;
	if (passed < 1 || p->bytes_expected == 0 || done <= 0.001 * (double)p->bytes_expected)
		return -1;
	return left > 0 ? passed * left / done : 0;
}

/* Files come last: where programs start and what runs is seen first. */
static bool write_survey(struct terminal *t, const struct scan_progress *p, struct writer *w)
{
	uint32_t pid;
	struct str name;
	const struct text_arg none = {STR("path"), STR("")};
	const struct settings *s = t->report->settings;
	bool running = process_label_read(p->path, &pid, &name);
	if (!running && (p->files > 0 || !(s->whole || s->quick || s->root)))
		return false;
	text_write(w, t->report->lang,
		running ? MESSAGE_SCAN_PROGRESS_RUNNING : MESSAGE_SCAN_PROGRESS_PLACES, &none, 1);
	return true;
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
	enum message message = t->report->settings->seconds_most > 0 ? MESSAGE_SCAN_PROGRESS_MOST
			       : seconds < 0                         ? MESSAGE_SCAN_PROGRESS_OPEN
								     : MESSAGE_SCAN_PROGRESS;
	text_write(w, lang, message, args, 4);
	writer_release(&files);
	writer_release(&size);
	writer_release(&left);
}

/* Of a program that runs its name is enough. */
static void write_progress_path(struct writer *w, struct str path)
{
	uint32_t pid;
	struct str name;
	write_shown(w, process_label_read(path, &pid, &name) && name.size > 0 ? name : path);
}

void terminal_progress(struct terminal *t, const struct scan_progress *p)
{
	struct writer line;
	struct writer path;
	if (t->progress_columns == 0)
		return;
	writer_init(&line, LINE_BYTES);
	writer_init(&path, LINE_BYTES);
	if (!write_survey(t, p, &line))
		write_progress(t, p, &line);
	write_progress_path(&path, p->path);
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

/* What was looked at besides files. */
static void say_survey(struct terminal *t)
{
	const struct scan_report *r = t->report;
	struct writer places;
	struct writer processes;
	struct writer connections;
	if (!(r->settings->whole || r->settings->quick || r->settings->root))
		return;
	const struct text_arg args[] = {number_value(t, &places, STR("places"), r->totals.places),
		number_value(t, &processes, STR("processes"), r->totals.processes),
		number_value(t, &connections, STR("connections"), r->totals.connections)};
	say(t, 0, r->settings->root ? MESSAGE_SCAN_SURVEYED_DISK : MESSAGE_SCAN_SURVEYED, args, 3);
	writer_release(&places);
	writer_release(&processes);
	writer_release(&connections);
}

static enum message go_on_message(const struct scan_report *r)
{
	if (r->out_of_time)
		return r->settings->quick ? MESSAGE_SCAN_GO_ON_WHOLE : MESSAGE_SCAN_GO_ON_LONGER;
	return r->resumable ? MESSAGE_SCAN_GO_ON : MESSAGE_SCAN_GO_ON_ANEW;
}

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
	say_with(t, 0,
		r->out_of_time ? MESSAGE_SCAN_TIME_UP
		: r->stopped   ? MESSAGE_SCAN_STOPPED
			       : MESSAGE_SCAN_DONE,
		count, written(STR("bytes"), &size), written(STR("time"), &time));
	writer_release(&files);
	writer_release(&size);
	writer_release(&time);
	say_survey(t);
	if (r->stopped)
		say(t, 0, go_on_message(r), NULL, 0);
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
	unscanned_title(&where, t->report->lang, what);
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

/* Once, however much it was. */
static void say_rights(struct terminal *t)
{
	struct writer command;
	if (t->report->again.size == 0)
		return;
	writer_init(&command, LINE_BYTES);
	write_shown(&command, t->report->again);
	writer_char(&t->console->out, '\n');
	say(t, 0, MESSAGE_SCAN_NOT_ROOT, NULL, 0);
	write_wrapped(&t->console->out, writer_view_str(&command), INDENT, 0);
	writer_release(&command);
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
	size_t count = todo_list(!r->settings->root, r->totals.infected > 0,
		r->totals.suspicious > 0, report_is_whole(r), list);
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
	say_rights(t);
	say_verdict(t);
	say_todo(t);
	console_flush(t->console);
}
