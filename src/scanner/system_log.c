/* SPDX-License-Identifier: Apache-2.0 */
#include "scanner/system_log.h"

#include <syslog.h>

#include "base/writer.h"

enum {
	LINE = 4096,
	RULES_NAMED = 5
};

void system_log_open(void)
{
	openlog("quetsach-scan", LOG_PID | LOG_NDELAY, LOG_USER);
}

void system_log_close(void)
{
	closelog();
}

static void write_pair(struct writer *w, const char *key, struct str value)
{
	writer_char(w, ' ');
	writer_text(w, key);
	writer_char(w, '=');
	writer_json(w, value);
}

static void write_count(struct writer *w, const char *key, uint64_t value)
{
	writer_char(w, ' ');
	writer_text(w, key);
	writer_char(w, '=');
	writer_decimal(w, value);
}

static void write_rules(struct writer *w, const struct finding *f)
{
	struct writer rules;
	writer_init(&rules, LINE);
	for (size_t i = 0; i < f->match_count && i < RULES_NAMED; i++) {
		writer_text(&rules, i > 0 ? "," : "");
		writer_str(&rules, f->matches[i].set);
		writer_char(&rules, ':');
		writer_str(&rules, f->matches[i].rule);
	}
	write_pair(w, "rules", writer_view_str(&rules));
	write_count(w, "rules_total", f->match_total);
	writer_release(&rules);
}

void system_log_finding(const struct finding *f)
{
	struct writer w;
	writer_init(&w, 64 << 10);
	writer_text(&w, "finding outcome=");
	writer_str(&w, outcome_name(f->outcome));
	write_pair(&w, "path", f->path);
	write_pair(&w, "object", f->object);
	write_pair(&w, "family", f->family);
	write_rules(&w, f);
	write_pair(&w, "sha256", f->sha256);
	write_pair(&w, "kind", object_kind_name(f->kind));
	if (f->pid > 0) {
		write_count(&w, "pid", f->pid);
		write_pair(&w, "program", f->program);
		write_pair(&w, "owner", f->owner);
	}
	int priority = f->outcome == OUTCOME_INFECTED ? LOG_ALERT : LOG_WARNING;
	if (writer_end(&w) == E_OK)
		syslog(priority, "%.*s", STR_ARG(writer_view_str(&w)));
	writer_release(&w);
}

void system_log_found_more(const struct found_more *more)
{
	struct writer w;
	writer_init(&w, 64 << 10);
	writer_text(&w, "found_more outcome=");
	writer_str(&w, outcome_name(more->outcome));
	write_pair(&w, "path", more->path);
	write_count(&w, "count", more->count);
	if (writer_end(&w) == E_OK)
		syslog(LOG_WARNING, "%.*s", STR_ARG(writer_view_str(&w)));
	writer_release(&w);
}

void system_log_summary(const struct scan_report *r)
{
	struct writer w;
	writer_init(&w, LINE);
	writer_text(&w, "summary");
	write_count(&w, "files", r->totals.files);
	write_count(&w, "bytes", r->totals.bytes);
	write_count(&w, "infected", r->totals.infected);
	write_count(&w, "suspicious", r->totals.suspicious);
	write_count(&w, "not_scanned", r->totals.not_scanned);
	write_count(&w, "places", r->totals.places);
	write_count(&w, "processes", r->totals.processes);
	write_count(&w, "connections", r->totals.connections);
	write_count(&w, "interrupted", r->stopped);
	write_pair(&w, "pack", str_from(r->pack->id));
	write_count(&w, "pack_version", r->pack->version);
	if (writer_end(&w) == E_OK)
		syslog(LOG_INFO, "%.*s", STR_ARG(writer_view_str(&w)));
	writer_release(&w);
}
