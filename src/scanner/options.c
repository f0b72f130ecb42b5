/* SPDX-License-Identifier: Apache-2.0 */
#include "scanner/options.h"

#include <assert.h>

enum {
	QUICK_SECONDS = 50 /* "under a minute", with start and end */
};

static const struct option_info infos[] = {
	{"all-matches", NULL},
	{"clamd", "SOCKET"},
	{"cpu", "PERCENT"},
	{"cross-mounts", NULL},
	{"exclude", "PATTERN"},
	{"explain", "FAMILY"},
	{"for", "SECONDS"},
	{"help", NULL},
	{"html", "FILE"},
	{"io", "BYTES"},
	{"json", NULL},
	{"lang", "vi|en"},
	{"max-size", "BYTES"},
	{"no-cache", NULL},
	{"pack", "FILE"},
	{"public-key", "KEY|FILE"},
	{"quick", NULL},
	{"quiet", NULL},
	{"resume", NULL},
	{"root", "FOLDER"},
	{"sarif", "FILE"},
	{"state", "FOLDER"},
	{"syslog", NULL},
	{"timeout", "SECONDS"},
	{"version", NULL},
	{"workers", "N"},
};

static const enum message helps[] = {
	MESSAGE_SCAN_OPTION_ALL_MATCHES,
	MESSAGE_SCAN_OPTION_CLAMD,
	MESSAGE_SCAN_OPTION_CPU,
	MESSAGE_SCAN_OPTION_CROSS_MOUNTS,
	MESSAGE_SCAN_OPTION_EXCLUDE,
	MESSAGE_SCAN_OPTION_EXPLAIN,
	MESSAGE_SCAN_OPTION_FOR,
	MESSAGE_SCAN_OPTION_HELP,
	MESSAGE_SCAN_OPTION_HTML,
	MESSAGE_SCAN_OPTION_IO,
	MESSAGE_SCAN_OPTION_JSON,
	MESSAGE_SCAN_OPTION_LANG,
	MESSAGE_SCAN_OPTION_MAX_SIZE,
	MESSAGE_SCAN_OPTION_NO_CACHE,
	MESSAGE_SCAN_OPTION_PACK,
	MESSAGE_SCAN_OPTION_PUBLIC_KEY,
	MESSAGE_SCAN_OPTION_QUICK,
	MESSAGE_SCAN_OPTION_QUIET,
	MESSAGE_SCAN_OPTION_RESUME,
	MESSAGE_SCAN_OPTION_ROOT,
	MESSAGE_SCAN_OPTION_SARIF,
	MESSAGE_SCAN_OPTION_STATE,
	MESSAGE_SCAN_OPTION_SYSLOG,
	MESSAGE_SCAN_OPTION_TIMEOUT,
	MESSAGE_SCAN_OPTION_VERSION,
	MESSAGE_SCAN_OPTION_WORKERS,
};
static_assert(
	sizeof(helps) / sizeof(helps[0]) == sizeof(infos) / sizeof(infos[0]), "words for each");

enum message option_help(size_t index)
{
	return helps[index];
}

const struct option_table *scanner_options(void)
{
	static const struct option_table table = {
		.infos = infos,
		.count = sizeof(infos) / sizeof(infos[0]),
		.environment = "QUETSACH_SCAN_",
	};
	return &table;
}

struct reading {
	const struct options *options;
	struct console *console;
	bool fine;
};

static void complain(struct reading *r, const char *option, const char *allowed)
{
	console_say_with(r->console, MESSAGE_CLI_BAD_VALUE, {STR("option"), str_from(option)},
		{STR("got"), options_str(r->options, option)}, {STR("allowed"), str_from(allowed)});
	r->fine = false;
}

static unsigned read_number(
	struct reading *r, const char *option, unsigned most, const char *allowed)
{
	uint64_t value = 0;
	if (!options_has(r->options, option))
		return 0;
	if (!str_to_u64(options_str(r->options, option), most, &value) || value == 0)
		complain(r, option, allowed);
	return (unsigned)value;
}

/* "512", "64K", "20M", "1G", "2T": by 1024. */
static uint64_t read_size(struct reading *r, const char *option)
{
	static const char units[] = "KMGT";
	struct str text = options_str(r->options, option);
	unsigned shift = 0;
	uint64_t value = 0;
	if (!options_has(r->options, option))
		return 0;
	const char *unit = text.size > 0 ? memchr(units, text.data[text.size - 1], 4) : NULL;
	if (unit) {
		shift = 10 * (unsigned)(unit - units + 1);
		text.size--;
	}
	if (!str_to_u64(text, UINT64_C(1) << (62 - shift), &value) || value == 0)
		complain(r, option, "1 … 512K 20M 4G 1T");
	return value << shift;
}

static const char *const *read_excludes(struct reading *r, size_t *ret_count)
{
	size_t count = options_count(r->options, "exclude");
	const char **patterns = arena_alloc(r->options->arena, count + 1, sizeof(*patterns));
	for (size_t i = 0; patterns && i < count; i++)
		patterns[i] = options_nth(r->options, "exclude", i);
	if (!patterns) {
		console_say(r->console, MESSAGE_ERR_NOMEM, NULL, 0);
		r->fine = false;
	}
	*ret_count = patterns ? count : 0;
	return patterns;
}

static void refuse(struct reading *r, const char *one, const char *other)
{
	console_say_with(r->console, MESSAGE_SCAN_NOT_TOGETHER, {STR("one"), str_from(one)},
		{STR("other"), str_from(other)});
	r->fine = false;
}

/* What one asks for the other takes away. */
static void check_together(struct reading *r, const struct settings *s)
{
	const char *path = s->path_count > 0 ? s->paths[0] : NULL;
	const struct {
		bool both;
		const char *one, *other;
	} pairs[] = {
		{s->quick && path, "--quick", path},
		{s->root && path, "--root", path},
		{s->explain && path, "--explain", path},
		{s->explain && s->quick, "--explain", "--quick"},
		{s->explain && s->root, "--explain", "--root"},
		{s->json && s->all_matches, "--json", "--all-matches"},
		{s->resume && s->no_cache, "--resume", "--no-cache"},
		{s->resume && s->all_matches, "--resume", "--all-matches"},
		{s->resume && s->second, "--resume", "--clamd"},
		{s->resume && s->root, "--resume", "--root"},
	};
	for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++)
		if (pairs[i].both)
			refuse(r, pairs[i].one, pairs[i].other);
	if (s->html && s->sarif && strcmp(s->html, s->sarif) == 0) {
		console_say_with(
			r->console, MESSAGE_SCAN_OUTPUT_TWICE, {STR("file"), str_from(s->html)});
		r->fine = false;
	}
}

bool settings_read(const struct options *o, struct console *console, struct settings *ret_settings)
{
	struct reading r = {o, console, true};
	struct settings s = {
		.paths = o->words,
		.path_count = o->word_count,
		.root = options_get(o, "root"),
		.quick = options_has(o, "quick"),
		.pack = options_get(o, "pack"),
		.public_key = options_str(o, "public-key"),
		.html = options_get(o, "html"),
		.sarif = options_get(o, "sarif"),
		.second = options_get(o, "clamd"),
		.explain = options_get(o, "explain"),
		.state = options_get(o, "state"),
		.json = options_has(o, "json"),
		.all_matches = options_has(o, "all-matches"),
		.quiet = options_has(o, "quiet"),
		.syslog = options_has(o, "syslog"),
		.no_cache = options_has(o, "no-cache"),
		.resume = options_has(o, "resume"),
		.cross_mounts = options_has(o, "cross-mounts"),
	};
	s.excludes = read_excludes(&r, &s.exclude_count);
	s.size_most = read_size(&r, "max-size");
	s.bytes_a_second = read_size(&r, "io");
	s.workers = read_number(&r, "workers", 1024, "1 … 1024");
	s.processor_share = read_number(&r, "cpu", 100, "1 … 100");
	s.file_seconds = read_number(&r, "timeout", 86400, "1 … 86400");
	s.seconds_most = read_number(&r, "for", 604800, "1 … 604800");
	if (s.quick && s.seconds_most == 0)
		s.seconds_most = QUICK_SECONDS;
	s.whole = s.path_count == 0 && !s.root && !s.quick && !s.explain;
	check_together(&r, &s);
	*ret_settings = s;
	return r.fine;
}
