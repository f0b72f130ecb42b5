/* SPDX-License-Identifier: Apache-2.0 */
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "os/entry.h"
#include "os/fork.h"
#include "os/process.h"
#include "os/system.h"
#include "os/terminal.h"
#include "scanner/again.h"
#include "scanner/disks.h"
#include "scanner/explain.h"
#include "scanner/json_lines.h"
#include "scanner/own.h"
#include "scanner/page.h"
#include "scanner/sarif.h"
#include "scanner/system_log.h"
#include "scanner/terminal.h"
#include "scanner/words.h"

enum {
	EXIT_CLEAN = 0,
	EXIT_FOUND = 1,
	EXIT_FAILED = 2,
	EXIT_INCOMPLETE = 3,
	HOST_BYTES = 256,
	OWN_PATHS = 5,
	DOCUMENT_BYTES = 1 << 30,
	MOUNTS_BYTES = 16 << 20,
	AGAIN_BYTES = 1 << 20,
	MILLISECONDS = 1000
};

#define SECOND UINT64_C(1000000000)

/* All of one run, gone with the process. */
struct run {
	struct console console;
	struct options options;
	struct settings settings;
	struct arena arena;
	struct state state;
	struct verified_pack pack;
	struct prepared_engine engine;
	struct scan_report report;
	struct terminal terminal;
	struct zone *zone;
	char host[HOST_BYTES], packs[STATE_PATH], cache[STATE_PATH];
	struct own_paths own;
	char root[PATH_MAX];
	struct disks disks;           /* of the whole machine */
	struct writer again;          /* a command line */
	const char *const *arguments; /* argv */
	int signals;                  /* -1: they end us as usual */
};

/* --- help --- */

static void write_option(struct run *run, const struct option_info *info, enum message help)
{
	struct writer *w = &run->console.out;
	writer_text(w, "  --");
	writer_text(w, info->name);
	if (info->value) {
		writer_char(w, ' ');
		writer_text(w, info->value);
	}
	writer_text(w, "\n      ");
	writer_str(w, text(run->console.lang, help));
	writer_char(w, '\n');
}

static int show_help(struct run *run)
{
	struct writer *w = &run->console.out;
	writer_str(w, text(run->console.lang, MESSAGE_SCAN_HELP_HEAD));
	writer_text(w, "\n\n  ");
	writer_str(w, text(run->console.lang, MESSAGE_SCAN_HELP_USAGE));
	writer_text(w, "\n\n");
	for (size_t i = 0; i < scanner_options()->count; i++)
		write_option(run, &scanner_options()->infos[i], option_help(i));
	writer_char(w, '\n');
	writer_str(w, text(run->console.lang, MESSAGE_SCAN_HELP_FOOT));
	writer_char(w, '\n');
	return EXIT_CLEAN;
}

/* --- what is to be scanned --- */

/* In containers single devices are mounted too. */
static void drop_devices(struct disks *disks)
{
	struct entry_facts facts;
	size_t kept = 0;
	for (size_t i = 0; i < disks->count; i++)
		if (entry_facts(AT_FDCWD, disks->paths[i], &facts) != E_OK ||
			facts.type != ENTRY_SPECIAL)
			disks->paths[kept++] = disks->paths[i];
	disks->count = kept;
}

static enum err find_disks(struct run *run)
{
	struct writer text;
	writer_init(&text, MOUNTS_BYTES);
	enum err err = file_load(AT_FDCWD, "/proc/self/mountinfo", &text);
	if (err == E_OK)
		err = disks_read(writer_view(&text), &run->arena, &run->disks);
	drop_devices(&run->disks);
	writer_release(&text);
	return err;
}

static bool is_there(struct run *run, const char *path)
{
	struct entry_facts facts;
	enum err err = entry_facts(AT_FDCWD, path, &facts);
	if (err == E_NOTFOUND)
		console_failed(&run->console, str_from(path), err);
	return err != E_NOTFOUND;
}

static bool is_folder(struct run *run, const char *path)
{
	int fd;
	if (!is_there(run, path))
		return false;
	enum err err = folder_open(AT_FDCWD, path, &fd);
	if (err == E_NOTFOUND)
		console_say_with(
			&run->console, MESSAGE_SCAN_NO_FOLDER, {STR("got"), str_from(path)});
	else if (err != E_OK)
		console_failed(&run->console, str_from(path), err);
	else
		file_close(&fd);
	return err == E_OK;
}

/* As it is called from everywhere. */
static bool name_root(struct run *run)
{
	if (!realpath(run->settings.root, run->root)) {
		console_failed(&run->console, str_from(run->settings.root), E_IO);
		return false;
	}
	run->settings.root = run->root;
	if (strcmp(run->root, "/") != 0)
		return true;
	console_say(&run->console, MESSAGE_SCAN_ROOT_IS_HERE, NULL, 0);
	return false;
}

/* Before anything takes time. */
static bool find_all(struct run *run)
{
	const struct settings *s = &run->settings;
	bool there = !s->root || (is_folder(run, s->root) && name_root(run));
	for (size_t i = 0; i < s->path_count; i++)
		there &= is_there(run, s->paths[i]);
	enum err err = there && s->whole ? find_disks(run) : E_OK;
	if (err != E_OK)
		console_failed(&run->console, STR("/proc/self/mountinfo"), err);
	return there && err == E_OK;
}

/* --- before the scan --- */

static void open_state(struct run *run)
{
	enum err err = state_open(&run->state, run->settings.state);
	if (err != E_OK)
		console_failed_as(
			&run->console, MESSAGE_SCAN_NO_STATE, str_from(run->state.path), err);
}

static void write_hex(struct writer *w, const uint8_t *bytes, size_t size)
{
	static const char digits[] = "0123456789abcdef";
	for (size_t i = 0; i < size; i++) {
		writer_char(w, digits[bytes[i] >> 4]);
		writer_char(w, digits[bytes[i] & 0xF]);
	}
}

static bool refuse_older(struct run *run, uint64_t newest)
{
	struct writer got;
	struct writer known;
	writer_init(&got, 64);
	writer_init(&known, 64);
	writer_decimal(&got, run->engine.facts.version);
	writer_decimal(&known, newest);
	console_say_with(&run->console, MESSAGE_SCAN_OLDER, {STR("pack"), str_from(run->pack.path)},
		written(STR("version"), &got), written(STR("newest"), &known));
	writer_release(&got);
	writer_release(&known);
	return false;
}

/* Packs of another key, or of another name, have versions of their own. */
static bool check_version(struct run *run)
{
	struct writer who;
	uint64_t newest = 0;
	uint64_t version = run->engine.facts.version;
	writer_init(&who, 1024);
	write_hex(&who, run->pack.key.id, sizeof(run->pack.key.id));
	writer_char(&who, ':');
	writer_text(&who, run->engine.facts.id);
	enum err err = writer_end(&who);
	if (err == E_OK)
		err = state_newest(&run->state, writer_view_str(&who), &newest);
	if (err == E_OK && version > newest)
		err = state_used(&run->state, writer_view_str(&who), version);
	writer_release(&who);
	if (err != E_OK) {
		console_failed(&run->console, str_from(run->state.path), err);
		return false;
	}
	return version >= newest || refuse_older(run, newest);
}

static void warn_of_pack(struct run *run)
{
	struct writer w;
	const struct engine_facts_kept *facts = &run->engine.facts;
	writer_init(&w, 64);
	if (report_is_expired(&run->report)) {
		text_date(&w, run->console.lang, instant_date(facts->expires));
		console_say_with(&run->console, MESSAGE_SCAN_EXPIRED,
			{STR("pack"), str_from(facts->id)}, written(STR("date"), &w));
	}
	if (facts->left_out > 0 && run->engine.compiled) {
		writer_clear(&w);
		text_number(&w, run->console.lang, facts->left_out);
		console_say_with(&run->console, MESSAGE_SCAN_LEFT_OUT, written(STR("count"), &w));
	}
	writer_release(&w);
}

/* The machine's own time zone, where it says one. */
static void read_zone(struct run *run)
{
	struct writer text;
	writer_init(&text, 1 << 20);
	enum err err = file_load(AT_FDCWD, "/etc/localtime", &text);
	if (err == E_OK)
		err = zone_parse(writer_view(&text), &run->zone);
	if (err != E_OK)
		run->zone = NULL; /* times are said in UTC */
	writer_release(&text);
}

/* With fewer nothing could be looked at: better said at once. */
static bool may_open_enough(struct run *run)
{
	struct writer needed;
	struct writer may;
	uint64_t most = descriptors_most();
	if (most >= SCAN_DESCRIPTORS)
		return true;
	writer_init(&needed, 32);
	writer_init(&may, 32);
	writer_decimal(&needed, SCAN_DESCRIPTORS);
	writer_decimal(&may, most);
	console_say_with(&run->console, MESSAGE_SCAN_FEW_FILES, written(STR("needed"), &needed),
		written(STR("got"), &may));
	writer_release(&needed);
	writer_release(&may);
	return false;
}

static bool prepare(struct run *run)
{
	if (!may_open_enough(run))
		return false;
	open_state(run);
	if (!verified_pack_load(&run->pack, &run->console, &run->settings))
		return false;
	if (signals_open(&run->signals) != E_OK)
		run->signals = -1;
	if (!prepared_engine_load(&run->engine, &run->console, &run->state, &run->pack, false,
		    run->signals, EXIT_FAILED))
		return false;
	if (gethostname(run->host, sizeof(run->host) - 1) != 0)
		run->host[0] = '\0';
	read_zone(run);
	run->report.lang = run->console.lang;
	run->report.settings = &run->settings;
	run->report.pack = &run->engine.facts;
	run->report.verified = &run->pack;
	run->report.zone = run->zone;
	run->report.host = str_from(run->host);
	run->report.began = system_now();
	warn_of_pack(run);
	return check_version(run);
}

static int explain(struct run *run)
{
	struct str family = str_from(run->settings.explain);
	size_t columns = terminal_columns(STDOUT_FILENO);
	if (explain_family(&run->console.out, &run->report, family, columns > 100 ? 100 : columns))
		return EXIT_CLEAN;
	console_say_with(&run->console, MESSAGE_SCAN_EXPLAIN_UNKNOWN, {STR("got"), family});
	return EXIT_FAILED;
}

/* --- what the scan says --- */

static void put_line(struct run *run)
{
	console_flush(&run->console);
	fflush(stdout);
}

static void on_finding(void *context, const struct finding *f)
{
	struct run *run = context;
	record_finding(&run->report.record, f);
	if (run->settings.syslog)
		system_log_finding(f);
	if (run->settings.all_matches) {
		terminal_pairs(&run->terminal, f);
	} else if (run->settings.json) {
		json_finding(&run->console.out, f);
		put_line(run);
	} else {
		terminal_finding(&run->terminal, f);
	}
}

static void on_found_more(void *context, const struct found_more *more)
{
	struct run *run = context;
	record_found_more(&run->report.record, more);
	if (run->settings.syslog)
		system_log_found_more(more);
	if (!run->settings.json) {
		terminal_found_more(&run->terminal, more);
		return;
	}
	json_found_more(&run->console.out, more);
	put_line(run);
}

static void on_unscanned(void *context, const struct not_scanned *what)
{
	struct run *run = context;
	record_unscanned(&run->report.record, what);
	if (!run->settings.json)
		return;
	json_unscanned(&run->console.out, what);
	put_line(run);
}

static void on_progress(void *context, const struct scan_progress *progress)
{
	struct run *run = context;
	terminal_progress(&run->terminal, progress);
}

static bool on_stop(void *context)
{
	struct run *run = context;
	for (int signal; run->signals >= 0 && (signal = signals_next(run->signals)) != 0;)
		run->report.stopped |= signal != SIGCHLD;
	uint64_t most = run->settings.seconds_most * SECOND;
	if (most > 0 && terminal_awake(&run->terminal) > most && !run->report.stopped)
		run->report.stopped = run->report.out_of_time = true;
	return run->report.stopped;
}

static void on_foreign(void *context, struct str path)
{
	struct run *run = context;
	for (size_t i = 0; i < run->disks.count; i++)
		if (str_equal(path, str_from(run->disks.paths[i])))
			return; /* comes in its turn */
	run->report.record.foreign++;
}

static void on_cache_ignored(void *context, enum err why)
{
	struct run *run = context;
	terminal_clear(&run->terminal);
	if (why != E_VERSION)
		console_say(&run->console, MESSAGE_SCAN_CACHE_NOT_BELIEVED, NULL, 0);
}

/* --- the scan --- */

static enum err name_own(struct run *run)
{
	const char *root = run->settings.root;
	TRY(own_paths_init(&run->own, &run->arena, OWN_PATHS));
	state_packs(run->packs);
	own_paths_add(&run->own, run->pack.path);
	own_paths_add(&run->own, run->pack.signature);
	own_paths_add(&run->own, run->packs);
	if (run->state.folder >= 0)
		own_paths_add(&run->own, run->state.path);
	return own_paths_add_others(&run->own, &run->arena, root ? root : "/");
}

/* Where to look. This machine runs; another system's disk only lies there. */
static void name_places(struct run *run, struct scan_order *order)
{
	const struct settings *s = &run->settings;
	bool machine = s->whole || s->quick;
	order->paths = s->paths;
	order->path_count = s->path_count;
	order->root = s->root;
	order->places = machine || s->root;
	order->processes = order->connections = machine && !s->root;
	order->quick = s->quick;
	if (s->root && !s->quick) {
		order->paths = &s->root;
		order->path_count = 1;
	} else if (s->whole) {
		order->paths = run->disks.paths;
		order->path_count = run->disks.count;
	}
}

static struct scan_order make_order(struct run *run)
{
	const struct settings *s = &run->settings;
	struct scan_order order = {
		.cross_mounts = s->cross_mounts,
		.excludes = s->excludes,
		.exclude_count = s->exclude_count,
		.engine = run->engine.bytes,
		.engine_file = run->engine.file,
		.engine_offset = run->engine.offset,
		.resume = s->resume,
		.file_size_most = s->size_most,
		.workers = s->workers,
		.file_milliseconds = s->file_seconds * MILLISECONDS,
		.processor_share = s->processor_share,
		.bytes_a_second = s->bytes_a_second,
		.all_matches = s->all_matches,
		.second_socket = s->second,
	};
	memcpy(order.engine_id, run->engine.id, ENGINE_ID);
	name_places(run, &order);
	order.own = run->own.paths;
	order.own_count = run->own.count;
	state_file(&run->state, "verdicts", run->cache);
	if (run->cache[0] && !s->no_cache && !s->all_matches)
		order.cache_file = run->cache;
	return order;
}

static enum err scan_once(struct run *run)
{
	const struct scan_sink sink = {
		.context = run,
		.finding = on_finding,
		.found_more = on_found_more,
		.not_scanned = on_unscanned,
		/* Who is shown no progress needs no counting ahead. */
		.progress = run->terminal.progress_columns > 0 ? on_progress : NULL,
		.stop = on_stop,
		.foreign = on_foreign,
		.cache_ignored = on_cache_ignored,
	};
	const struct scan_order order = make_order(run);
	run->report.resumable = order.cache_file && !order.second_socket && !order.root;
	return scan_run(&order, &sink, &run->report.totals);
}

/* Of an engine that other versions of the libraries made nothing has been used. */
static enum err scan(struct run *run)
{
	TRY(name_own(run));
	if (run->settings.resume)
		console_say(&run->console, MESSAGE_SCAN_RESUMING, NULL, 0);
	enum err err = scan_once(run);
	bool other = err == E_VERSION || err == E_CORRUPT;
	if (other && !run->engine.compiled) {
		prepared_engine_release(&run->engine);
		if (!prepared_engine_load(&run->engine, &run->console, &run->state, &run->pack,
			    true, run->signals, EXIT_FAILED))
			return E_DENIED;
		err = scan_once(run);
	}
	terminal_clear(&run->terminal);
	return err;
}

/* --- after it --- */

static bool write_document(struct run *run, const char *name, bool page)
{
	struct writer w;
	writer_init(&w, DOCUMENT_BYTES);
	if (page)
		page_write(&w, &run->report);
	else
		sarif_write(&w, &run->report);
	enum err err = writer_end(&w);
	if (err == E_OK)
		err = file_put(AT_FDCWD, name, writer_view(&w), false);
	writer_release(&w);
	if (err != E_OK)
		console_failed(&run->console, str_from(name), err);
	else if (run->console.terminal && !run->settings.quiet)
		console_say_with(
			&run->console, MESSAGE_SCAN_WRITTEN, {STR("file"), str_from(name)});
	return err == E_OK;
}

static void say_summary(struct run *run)
{
	if (run->settings.json)
		json_summary(&run->console.out, &run->report);
	else if (!run->settings.all_matches && !run->settings.quiet)
		terminal_summary(&run->terminal);
	if (run->settings.syslog)
		system_log_summary(&run->report);
}

static int status_of(const struct run *run)
{
	if (run->report.totals.infected + run->report.totals.suspicious > 0)
		return EXIT_FOUND;
	return report_is_whole(&run->report) ? EXIT_CLEAN : EXIT_INCOMPLETE;
}

/* Who may not see all is told how to. */
static void name_again(struct run *run)
{
	const struct settings *s = &run->settings;
	bool missing = run->report.record.groups[UNSCANNED_DENIED].count > 0;
	if (geteuid() == 0 || !(s->whole || s->quick || missing))
		return;
	again_write(&run->again, run->arguments, &run->pack);
	if (writer_end(&run->again) == E_OK)
		run->report.again = writer_view_str(&run->again);
}

static int scan_and_tell(struct run *run)
{
	const struct settings *s = &run->settings;
	if (s->syslog)
		system_log_open();
	terminal_init(&run->terminal, &run->console, &run->report);
	enum err err = scan(run);
	if (err != E_OK) {
		console_failed(&run->console, STR("scan"), err);
		return EXIT_FAILED;
	}
	name_again(run);
	say_summary(run);
	bool whole = !s->html || write_document(run, s->html, true);
	whole &= !s->sarif || write_document(run, s->sarif, false);
	if (s->syslog)
		system_log_close();
	return whole ? status_of(run) : EXIT_FAILED;
}

static int work(struct run *run)
{
	if (options_has(&run->options, "help"))
		return show_help(run);
	if (options_has(&run->options, "version")) {
		writer_text(&run->console.out, "quetsach-scan " QUETSACH_VERSION "\n");
		return EXIT_CLEAN;
	}
	if (!settings_read(&run->options, &run->console, &run->settings) || !find_all(run) ||
		!prepare(run))
		return EXIT_FAILED;
	return run->settings.explain ? explain(run) : scan_and_tell(run);
}

/* --- the program --- */

static bool parse_words(struct run *run, int argc, const char *const *argv)
{
	static const enum message messages[] = {
		[OPTIONS_UNKNOWN] = MESSAGE_CLI_UNKNOWN_OPTION,
		[OPTIONS_NEEDS_VALUE] = MESSAGE_CLI_OPTION_NEEDS_VALUE,
		[OPTIONS_NO_VALUE] = MESSAGE_CLI_OPTION_NO_VALUE,
		[OPTIONS_NO_MEMORY] = MESSAGE_ERR_NOMEM,
	};
	const char *at = "";
	enum options_complaint complaint =
		options_parse(&run->options, scanner_options(), &run->arena, argc, argv, &at);
	console_init(&run->console, "quetsach-scan",
		console_lang(options_str(&run->options, "lang")),
		options_has(&run->options, "json"));
	if (complaint != OPTIONS_FINE)
		console_say_with(&run->console, messages[complaint], {STR("got"), str_from(at)});
	return complaint == OPTIONS_FINE;
}

static void release(struct run *run)
{
	record_release(&run->report.record);
	writer_release(&run->again);
	prepared_engine_release(&run->engine);
	verified_pack_release(&run->pack);
	state_close(&run->state);
	zone_free(run->zone);
	file_close(&run->signals);
	arena_release(&run->arena);
}

int main(int argc, char **argv)
{
	static struct run run = {.state = {.folder = -1}, .signals = -1};
	if (argc == 3 && strcmp(argv[1], "--role") == 0 && strcmp(argv[2], "parse") == 0)
		scan_parse_role();
	if (standard_descriptors_fill() != E_OK)
		return EXIT_FAILED;
	run.arguments = (const char *const *)argv;
	writer_init(&run.again, AGAIN_BYTES);
	arena_init(&run.arena, (size_t)1 << 28);
	record_init(&run.report.record);
	int status = EXIT_FAILED;
	if (parse_words(&run, argc, (const char *const *)argv))
		status = work(&run);
	if (!console_finish(&run.console))
		status = EXIT_FAILED;
	release(&run);
	return status;
}
