/* SPDX-License-Identifier: Apache-2.0 */
#include "scanner/things.h"

#include "survey/survey.h"

enum {
	LINE_BYTES = 1 << 20
};

/* --- labels taken apart --- */

bool process_label_read(struct str path, uint32_t *ret_pid, struct str *ret_name)
{
	uint64_t pid;
	struct str rest;
	struct str word = str_cut(path, ' ', &rest);
	if (!str_equal(word, STR("process")) && !str_equal(word, STR("pid")))
		return false;
	if (!str_to_u64(str_cut(rest, ' ', &rest), INT32_MAX, &pid))
		return false;
	bool named = rest.size > 2 && rest.data[0] == '(' && rest.data[rest.size - 1] == ')';
	*ret_pid = (uint32_t)pid;
	*ret_name = named ? (struct str){rest.data + 1, rest.size - 2} : STR("");
	return true;
}

/* "line 3: text" */
static struct str entry_text(struct str object, uint64_t *ret_line)
{
	struct str rest;
	*ret_line = 0;
	if (!str_starts(object, STR("line ")))
		return object;
	struct str number = str_cut((struct str){object.data + 5, object.size - 5}, ':', &rest);
	if (!str_to_u64(number, UINT64_MAX, ret_line))
		return object;
	return str_trim(rest);
}

/* --- titles --- */

/* The writers' words become values; `two` may be empty. */
static void write_as(struct writer *w, enum lang lang, enum message message, const char *name_one,
	struct str one, const char *name_two, struct str two)
{
	struct writer a;
	struct writer b;
	writer_init(&a, LINE_BYTES);
	writer_init(&b, LINE_BYTES);
	write_shown(&a, one);
	write_shown(&b, two);
	text_write(w, lang, message,
		(const struct text_arg[]){
			written(str_from(name_one), &a), written(str_from(name_two), &b)},
		2);
	writer_release(&a);
	writer_release(&b);
}

static void write_process(struct writer *w, enum lang lang, struct str path)
{
	uint32_t pid;
	struct str name;
	struct writer number;
	if (!process_label_read(path, &pid, &name)) {
		write_shown(w, str_equal(path, STR("/proc"))
				       ? text(lang, MESSAGE_SCAN_THING_PROCESSES)
				       : path);
		return;
	}
	writer_init(&number, 32);
	writer_decimal(&number, pid);
	write_as(w, lang,
		name.size > 0 ? MESSAGE_SCAN_THING_PROCESS : MESSAGE_SCAN_THING_PROCESS_UNNAMED,
		"pid", writer_view_str(&number), "name", name);
	writer_release(&number);
}

static void write_line(struct writer *w, enum lang lang, struct str path, struct str object)
{
	uint64_t line;
	struct writer number;
	(void)entry_text(object, &line);
	if (line == 0) {
		write_shown(w, path);
		return;
	}
	writer_init(&number, 32);
	writer_decimal(&number, line);
	write_as(w, lang, MESSAGE_SCAN_THING_LINE, "path", path, "line", writer_view_str(&number));
	writer_release(&number);
}

/* Where it leads is what counts; /proc/net/tcp, where the kernel tells it, says nothing. */
static void write_connection(struct writer *w, enum lang lang, struct str path, struct str object)
{
	uint64_t line;
	(void)entry_text(object, &line);
	if (line > 0)
		write_line(w, lang, path, object);
	else if (object.size == 0 && str_equal(path, STR("/proc/net")))
		writer_str(w, text(lang, MESSAGE_SCAN_THING_CONNECTIONS));
	else if (object.size > 0)
		write_as(w, lang, MESSAGE_SCAN_THING_CONNECTED, "to", object, "", STR(""));
	else
		write_process(w, lang, path);
}

static void write_title(
	struct writer *w, enum lang lang, enum object_kind kind, struct str path, struct str object)
{
	switch (kind) {
	case OBJECT_PROCESS:
		write_process(w, lang, path);
		break;
	case OBJECT_PLACE:
		/* A rule that fits the file says nothing of a line. */
		if (object.size == 0 && str_ends(path, STR("/var/lib/dpkg/info")))
			writer_str(w, text(lang, MESSAGE_SCAN_THING_INSTALLED));
		else
			write_line(w, lang, path, object);
		break;
	case OBJECT_CONNECTION:
		write_connection(w, lang, path, object);
		break;
	case OBJECT_FILE:
	case OBJECT__COUNT:
		write_where(w, path, object);
		break;
	}
}

void thing_title(struct writer *w, enum lang lang, const struct finding *f)
{
	write_title(w, lang, f->kind, f->path, f->object);
}

void unscanned_title(struct writer *w, enum lang lang, const struct not_scanned *what)
{
	write_title(w, lang, what->kind, what->path, what->object);
}

void found_more_write(struct writer *w, enum lang lang, const struct found_more *more)
{
	const struct str whole = {more->path.data, 0};
	struct writer where;
	struct writer count;
	writer_init(&where, LINE_BYTES);
	writer_init(&count, 64);
	write_title(&where, lang, more->kind, more->path, whole);
	text_number(&count, lang, more->count);
	text_write(w, lang,
		more->outcome == OUTCOME_INFECTED ? MESSAGE_SCAN_FOUND_MORE_INFECTED
						  : MESSAGE_SCAN_FOUND_MORE_SUSPICIOUS,
		(const struct text_arg[]){
			written(STR("path"), &where), written(STR("count"), &count)},
		2);
	writer_release(&where);
	writer_release(&count);
}

/* --- places --- */

enum message place_message(struct str key)
{
	static const struct {
		struct str key;
		enum message message;
	} places[] = {
		{STR_INIT("anacron"), MESSAGE_SCAN_PLACE_TIMED},
		{STR_INIT("at"), MESSAGE_SCAN_PLACE_TIMED},
		{STR_INIT("autostart"), MESSAGE_SCAN_PLACE_DESKTOP},
		{STR_INIT("bus-service"), MESSAGE_SCAN_PLACE_SERVICE},
		{STR_INIT("cron-folder"), MESSAGE_SCAN_PLACE_TIMED},
		{STR_INIT("cron-system"), MESSAGE_SCAN_PLACE_TIMED},
		{STR_INIT("cron-user"), MESSAGE_SCAN_PLACE_TIMED},
		{STR_INIT("environment"), MESSAGE_SCAN_PLACE_LOGIN},
		{STR_INIT("hosts"), MESSAGE_SCAN_PLACE_NAMES},
		{STR_INIT("init-script"), MESSAGE_SCAN_PLACE_SERVICE},
		{STR_INIT("inittab"), MESSAGE_SCAN_PLACE_SERVICE},
		{STR_INIT("kernel-module-rules"), MESSAGE_SCAN_PLACE_KERNEL},
		{STR_INIT("kernel-modules"), MESSAGE_SCAN_PLACE_KERNEL},
		{STR_INIT("kernel-settings"), MESSAGE_SCAN_PLACE_KERNEL},
		{STR_INIT("library-folders"), MESSAGE_SCAN_PLACE_LIBRARIES},
		{STR_INIT("motd"), MESSAGE_SCAN_PLACE_LOGIN},
		{STR_INIT("network-hook"), MESSAGE_SCAN_PLACE_NETWORK},
		{STR_INIT("network-interfaces"), MESSAGE_SCAN_PLACE_NETWORK},
		{STR_INIT("package-action"), MESSAGE_SCAN_PLACE_PACKAGES},
		{STR_INIT("package-hook"), MESSAGE_SCAN_PLACE_PACKAGES},
		{STR_INIT("package-diversions"), MESSAGE_SCAN_PLACE_INSTALLED},
		{STR_INIT("package-script"), MESSAGE_SCAN_PLACE_PACKAGES},
		{STR_INIT("package-sums"), MESSAGE_SCAN_PLACE_INSTALLED},
		{STR_INIT("pam"), MESSAGE_SCAN_PLACE_ACCOUNTS},
		{STR_INIT("passwords"), MESSAGE_SCAN_PLACE_ACCOUNTS},
		{STR_INIT("preload"), MESSAGE_SCAN_PLACE_LIBRARIES},
		{STR_INIT("profile-system"), MESSAGE_SCAN_PLACE_LOGIN},
		{STR_INIT("profile-user"), MESSAGE_SCAN_PLACE_LOGIN},
		{STR_INIT("program-kinds"), MESSAGE_SCAN_PLACE_KERNEL},
		{STR_INIT("rc-local"), MESSAGE_SCAN_PLACE_SERVICE},
		{STR_INIT("resolver"), MESSAGE_SCAN_PLACE_NAMES},
		{STR_INIT("rotation"), MESSAGE_SCAN_PLACE_TIMED},
		{STR_INIT("ssh-keys"), MESSAGE_SCAN_PLACE_REMOTE},
		{STR_INIT("ssh-server"), MESSAGE_SCAN_PLACE_REMOTE},
		{STR_INIT("sudoers"), MESSAGE_SCAN_PLACE_ACCOUNTS},
		{STR_INIT("super-server"), MESSAGE_SCAN_PLACE_SERVICE},
		{STR_INIT("systemd-generator"), MESSAGE_SCAN_PLACE_SERVICE},
		{STR_INIT("systemd-transient"), MESSAGE_SCAN_PLACE_SERVICE},
		{STR_INIT("systemd-unit"), MESSAGE_SCAN_PLACE_SERVICE},
		{STR_INIT("systemd-user"), MESSAGE_SCAN_PLACE_SERVICE},
		{STR_INIT("udev"), MESSAGE_SCAN_PLACE_DEVICE},
		{STR_INIT("users"), MESSAGE_SCAN_PLACE_ACCOUNTS},
		{STR_INIT("windows-autorun"), MESSAGE_SCAN_PLACE_AUTORUN},
		{STR_INIT("windows-hosts"), MESSAGE_SCAN_PLACE_NAMES},
		{STR_INIT("windows-software"), MESSAGE_SCAN_PLACE_WINDOWS},
		{STR_INIT("windows-startup"), MESSAGE_SCAN_PLACE_DESKTOP},
		{STR_INIT("windows-system"), MESSAGE_SCAN_PLACE_WINDOWS},
		{STR_INIT("windows-task"), MESSAGE_SCAN_PLACE_TIMED},
		{STR_INIT("windows-user"), MESSAGE_SCAN_PLACE_WINDOWS},
	};
	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++)
		if (str_equal(places[i].key, key))
			return places[i].message;
	return MESSAGE_SCAN_PLACE_OTHER;
}

static struct str below_root(const struct scan_report *r, struct str path)
{
	struct str root = str_from(r->settings->root ? r->settings->root : "");
	while (root.size > 0 && root.data[root.size - 1] == '/')
		root.size--;
	if (!str_starts(path, root))
		return path;
	return (struct str){path.data + root.size, path.size - root.size};
}

/* --- sentences --- */

struct telling {
	const struct scan_report *report;
	const struct finding *finding;
	const struct thing_sink *sink;
};

static void tell(const struct telling *t, enum message message)
{
	t->sink->line(t->sink->context, text(t->report->lang, message), false);
}

static void tell_with(const struct telling *t, enum message message, const char *name_one,
	struct str one, const char *name_two, struct str two)
{
	struct writer w;
	writer_init(&w, LINE_BYTES);
	write_as(&w, t->report->lang, message, name_one, one, name_two, two);
	t->sink->line(t->sink->context, writer_view_str(&w), false);
	writer_release(&w);
}

static void quote(const struct telling *t, struct str words)
{
	struct writer w;
	writer_init(&w, LINE_BYTES);
	write_shown(&w, words);
	t->sink->line(t->sink->context, writer_view_str(&w), true);
	writer_release(&w);
}

static void tell_place(const struct telling *t)
{
	uint64_t line;
	const struct finding *f = t->finding;
	struct str entry = entry_text(f->object, &line);
	const struct place *place = survey_place_of(below_root(t->report, f->path));
	if (entry.size > 0)
		quote(t, entry);
	/* A program with all rights where none belongs is of no place. */
	if (place)
		tell(t, place_message(place->key));
}

static void tell_holder(const struct telling *t)
{
	const struct finding *f = t->finding;
	if (f->program.size > 0 && f->owner.size > 0)
		tell_with(t,
			str_equal(f->owner, STR("root")) ? MESSAGE_SCAN_THING_RUNS_AS_ROOT
							 : MESSAGE_SCAN_THING_RUNS_AS,
			"program", f->program, "owner", f->owner);
	else if (f->program.size > 0)
		tell_with(t, MESSAGE_SCAN_THING_RUNS, "program", f->program, "owner", f->owner);
}

static void tell_process(const struct telling *t)
{
	const struct finding *f = t->finding;
	tell_holder(t);
	if (str_starts(f->object, STR("memory at ")))
		tell(t, MESSAGE_SCAN_THING_MEMORY);
	else if (f->object.size > 0 && !str_equal(f->object, f->program))
		quote(t, f->object);
}

/* A socket, or a line of /etc/hosts or of the resolver's file. */
static void tell_connection(const struct telling *t)
{
	uint64_t line;
	uint32_t pid;
	struct str name;
	struct writer holder;
	const struct finding *f = t->finding;
	struct str entry = entry_text(f->object, &line);
	if (line > 0) {
		quote(t, entry);
		tell(t, MESSAGE_SCAN_PLACE_NAMES);
		return;
	}
	tell(t, MESSAGE_SCAN_THING_CONNECTION);
	if (!process_label_read(f->path, &pid, &name))
		return;
	writer_init(&holder, LINE_BYTES);
	write_process(&holder, t->report->lang, f->path);
	tell_with(t, MESSAGE_SCAN_THING_HELD, "program", writer_view_str(&holder), "", STR(""));
	writer_release(&holder);
	tell_holder(t);
}

bool thing_is_reason(const struct rule_match *match)
{
	enum message message;
	return !match->ours && match->author.size == 0 && reason_message(match->rule, &message);
}

void thing_about(
	const struct scan_report *r, const struct finding *f, const struct thing_sink *sink)
{
	const struct telling t = {r, f, sink};
	enum message message;
	switch (f->kind) {
	case OBJECT_PROCESS:
		tell_process(&t);
		break;
	case OBJECT_PLACE:
		tell_place(&t);
		break;
	case OBJECT_CONNECTION:
		tell_connection(&t);
		break;
	case OBJECT_FILE:
	case OBJECT__COUNT:
		break;
	}
	for (size_t i = 0; i < f->match_count; i++)
		if (thing_is_reason(&f->matches[i]) && reason_message(f->matches[i].rule, &message))
			tell(&t, message);
}
