/* SPDX-License-Identifier: Apache-2.0 */
#include "scanner/sarif.h"

#include "format/json_object.h"
#include "scanner/things.h"

enum {
	MESSAGE_BYTES = 1 << 20
};

/* RFC 3986: everything but unreserved letters and '/' as %XX; whatever the bytes are, they come
 * back. */
static void write_address(struct writer *w, struct str path)
{
	static const char digits[] = "0123456789ABCDEF";
	writer_text(w, path.size > 0 && path.data[0] == '/' ? "file://" : "");
	for (size_t i = 0; i < path.size; i++) {
		unsigned char c = (unsigned char)path.data[i];
		bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
		bool digit = c >= '0' && c <= '9';
		if (letter || digit || (c && strchr("-._~/", c))) {
			writer_char(w, (char)c);
			continue;
		}
		writer_char(w, '%');
		writer_char(w, digits[c >> 4]);
		writer_char(w, digits[c & 0xF]);
	}
}

static void write_message(struct object *o, const char *key, struct str text)
{
	object_open(o, key);
	object_text(o, "text", text);
	object_close(o);
}

static void write_file(struct object *o, struct str path)
{
	struct writer address;
	writer_init(&address, MESSAGE_BYTES);
	write_address(&address, path);
	object_open(o, "physicalLocation");
	object_open(o, "artifactLocation");
	object_text(o, "uri", writer_view_str(&address));
	object_close(o);
	object_close(o);
	writer_release(&address);
}

static void write_logical(struct object *o, enum object_kind kind, struct str name)
{
	object_open_array(o, "logicalLocations");
	object_open(o, NULL);
	object_text(o, "fullyQualifiedName", name);
	object_text(o, "kind", kind == OBJECT_FILE ? STR("member") : object_kind_name(kind));
	object_close(o);
	object_close_array(o);
}

/* What is no file has a name only; of a process `program` is the file it runs. */
static void write_location(struct object *o, enum object_kind kind, struct str path,
	struct str object, struct str program)
{
	struct writer name;
	bool file = kind == OBJECT_FILE || kind == OBJECT_PLACE;
	writer_init(&name, MESSAGE_BYTES);
	if (!file)
		writer_str(&name, path);
	if (!file && object.size > 0)
		writer_char(&name, ' ');
	writer_str(&name, object);
	object_open_array(o, "locations");
	object_open(o, NULL);
	if (file)
		write_file(o, path);
	else if (program.size > 0)
		write_file(o, program);
	if (name.size > 0)
		write_logical(o, kind, writer_view_str(&name));
	object_close(o);
	object_close_array(o);
	writer_release(&name);
}

/* --- what was found --- */

/* A rule's name is unique within its set only. */
static void write_rule_id(struct writer *w, const struct rule_match *m)
{
	writer_str(w, m->set);
	writer_char(w, '/');
	writer_str(w, m->rule);
}

static void write_rules(struct object *o, const struct finding *f)
{
	struct writer id;
	writer_init(&id, MESSAGE_BYTES);
	object_open_array(o, "rules");
	for (size_t i = 0; i < f->match_count; i++) {
		writer_clear(&id);
		write_rule_id(&id, &f->matches[i]);
		object_open(o, NULL);
		object_text(o, "id", writer_view_str(&id));
		object_text_if_any(o, "author", f->matches[i].author);
		object_close(o);
	}
	object_close_array(o);
	writer_release(&id);
}

static void write_sums(struct object *o, const struct finding *f)
{
	if (f->md5.size + f->sha1.size + f->sha256.size == 0)
		return;
	object_open(o, "fingerprints");
	object_text_if_any(o, "md5", f->md5);
	object_text_if_any(o, "sha-1", f->sha1);
	object_text_if_any(o, "sha-256", f->sha256);
	object_close(o);
}

static void write_result_message(struct writer *w, enum lang lang, const struct finding *f)
{
	bool infected = f->outcome == OUTCOME_INFECTED;
	enum message reason;
	if (f->match_count > 0 && thing_is_reason(&f->matches[0]) &&
		reason_message(f->matches[0].rule, &reason)) {
		writer_str(w, text(lang, reason));
		return;
	}
	if (f->family.size == 0) {
		writer_str(
			w, text(lang, infected ? MESSAGE_SCAN_IS_MALWARE : MESSAGE_SCAN_IS_LIKE));
		return;
	}
	text_write(w, lang, infected ? MESSAGE_SCAN_IS_FAMILY : MESSAGE_SCAN_IS_LIKE_FAMILY,
		(const struct text_arg[]){{STR("family"), family_shown(f->family)}}, 1);
}

static void write_result(struct object *o, enum lang lang, const struct finding *f)
{
	struct writer w;
	writer_init(&w, MESSAGE_BYTES);
	if (f->match_count > 0)
		write_rule_id(&w, &f->matches[0]);
	object_open(o, NULL);
	object_text_if_any(o, "ruleId", writer_view_str(&w));
	object_text(o, "level", f->outcome == OUTCOME_INFECTED ? STR("error") : STR("warning"));
	writer_clear(&w);
	write_result_message(&w, lang, f);
	write_message(o, "message", writer_view_str(&w));
	write_location(o, f->kind, f->path, f->object, f->program);
	write_sums(o, f);
	object_open(o, "properties");
	object_text(o, "outcome", outcome_name(f->outcome));
	object_text(o, "kind", object_kind_name(f->kind));
	if (f->pid > 0)
		object_number(o, "pid", f->pid);
	object_text_if_any(o, "owner", f->owner);
	object_text_if_any(o, "family", f->family);
	write_rules(o, f);
	object_close(o);
	object_close(o);
	writer_release(&w);
}

/* --- how it went --- */

static void write_notification(struct object *o, enum lang lang, const struct not_scanned *what)
{
	struct writer w;
	writer_init(&w, MESSAGE_BYTES);
	writer_str(&w, text(lang, unscanned_message(what->reason)));
	if (what->about.size > 0) {
		writer_text(&w, " (");
		writer_str(&w, what->about);
		writer_char(&w, ')');
	}
	object_open(o, NULL);
	object_text(o, "level", STR("warning"));
	object_open(o, "descriptor");
	object_text(o, "id", unscanned_name(what->reason));
	object_close(o);
	write_message(o, "message", writer_view_str(&w));
	write_location(o, what->kind, what->path, what->object, STR(""));
	object_close(o);
	writer_release(&w);
}

static void write_found_more(struct object *o, enum lang lang, const struct found_more *more)
{
	struct writer w;
	writer_init(&w, MESSAGE_BYTES);
	found_more_write(&w, lang, more);
	object_open(o, NULL);
	object_text(o, "level", STR("note"));
	object_open(o, "descriptor");
	object_text(o, "id", STR("found_more"));
	object_close(o);
	write_message(o, "message", writer_view_str(&w));
	write_location(o, more->kind, more->path, STR(""), STR(""));
	object_close(o);
	writer_release(&w);
}

static void write_invocation(struct object *o, const struct scan_report *r)
{
	struct instant ended = {r->began.seconds + (int64_t)r->totals.seconds};
	object_open_array(o, "invocations");
	object_open(o, NULL);
	object_flag(o, "executionSuccessful", !r->stopped);
	object_instant(o, "startTimeUtc", r->began);
	object_instant(o, "endTimeUtc", ended);
	object_text_if_any(o, "machine", r->host);
	object_open_array(o, "toolExecutionNotifications");
	for (int i = 0; i < UNSCANNED__COUNT; i++)
		for (const struct kept_unscanned *k = r->record.groups[i].first; k; k = k->next)
			write_notification(o, r->lang, &k->what);
	for (const struct kept_more *k = r->record.first_more; k; k = k->next)
		write_found_more(o, r->lang, &k->more);
	object_close_array(o);
	object_close(o);
	object_close_array(o);
}

static void write_tool(struct object *o, const struct scan_report *r)
{
	object_open(o, "tool");
	object_open(o, "driver");
	object_text(o, "name", STR("quetsach-scan"));
	object_text(o, "version", STR(QUETSACH_VERSION));
	object_text(o, "organization", STR("Quét Sạch"));
	object_text(o, "language", lang_code(r->lang));
	object_close(o);
	object_close(o);
}

static void write_properties(struct object *o, const struct scan_report *r)
{
	object_open(o, "properties");
	object_text(o, "pack", str_from(r->pack->id));
	object_number(o, "packVersion", r->pack->version);
	object_instant(o, "packExpires", r->pack->expires);
	object_number(o, "files", r->totals.files);
	object_number(o, "infected", r->totals.infected);
	object_number(o, "suspicious", r->totals.suspicious);
	object_number(o, "notScanned", r->totals.not_scanned);
	object_number(o, "places", r->totals.places);
	object_number(o, "processes", r->totals.processes);
	object_number(o, "connections", r->totals.connections);
	object_number(o, "resultsLeftOut", r->record.findings - r->record.kept + r->record.more);
	object_close(o);
}

void sarif_write(struct writer *w, const struct scan_report *r)
{
	struct object o;
	object_init(&o, w);
	object_open(&o, NULL);
	object_text(&o, "$schema", STR("https://json.schemastore.org/sarif-2.1.0.json"));
	object_text(&o, "version", STR("2.1.0"));
	object_open_array(&o, "runs");
	object_open(&o, NULL);
	write_tool(&o, r);
	write_invocation(&o, r);
	object_open_array(&o, "results");
	for (const struct kept_finding *k = r->record.first; k; k = k->next)
		write_result(&o, r->lang, &k->finding);
	object_close_array(&o);
	write_properties(&o, r);
	object_close(&o);
	object_close_array(&o);
	object_close(&o);
	writer_char(w, '\n');
}
